import re

import pytest

from expectations.listing import listing
from flows.configuration import Configuration
from flows.on_demand.rule_book import entries, levels_without_suites
from flows.settings import REPOSITORY
from warehouse.declarations import DeclarationError

KINDS = {"R": 35, "T": 15, "X": 13, "Y": 7}
REFS = [f"{kind}{number:02}" for kind, count in KINDS.items() for number in range(1, count + 1)]
ENTRIES = entries(Configuration((REPOSITORY,)))


def test_the_list_has_every_number_once_and_in_order():
    """Thirty-five rules of rows, fifteen of tables, thirteen across ledgers and seven between years stand in it."""
    assert REFS == [ref for ref in listing() if ref[0] in KINDS]


@pytest.mark.parametrize("ref", listing())
def test_every_line_of_the_list_is_proven_or_its_absence_is_argued(ref):
    """A rule says its number, or the line names who else finds it, or it says why nobody does here."""
    line = listing()[ref]

    assert any(ref in entry.refs for entry in ENTRIES) or line.found_by or line.absent


def test_a_rule_names_numbers_of_the_list_only():
    """No rule claims a number that the list does not have, as far as the list goes."""
    kinds = {ref[0] for ref in listing()}
    claimed = {ref for entry in ENTRIES for ref in entry.refs if ref[0] in kinds}

    assert set() == claimed - set(listing())


def test_the_codes_that_find_without_a_suite_exist():
    """The list names codes of the reader or of the receipt, or of a rule."""
    known = set(levels_without_suites()) | {entry.code for entry in ENTRIES}

    assert set() == {code for line in listing().values() for code in line.found_by} - known


def test_the_law_is_cited_by_name_and_article():
    """A rule that rests on a law names the law and the article in its reason."""
    cited = [entry.why for entry in ENTRIES if re.search(r"(?<!合)法第|条例第", entry.why)]

    assert len(cited) >= 20
    assert [] == [why for why in cited if not re.search(r"(法|条例)第[一二三四五六七八九十百]+条", why)]


def test_a_line_that_says_something_unknown_is_refused(tmp_path):
    """An unknown key is named with the file."""
    path = tmp_path / "listing.yml"
    path.write_text("R01: {asks: 业务键不为空, proof: none}\n", encoding="utf-8")

    with pytest.raises(DeclarationError, match="proof: unknown key"):
        listing(path)
