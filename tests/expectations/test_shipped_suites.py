from collections.abc import Iterable

import pytest

from expectations.suite import Rule, Suite, mistakes
from expectations.vocabulary import vocabulary
from sources.cards import LedgerCard
from templates.messages.catalogue import say
from tests.expectations.drawing import cards, judged, suites
from warehouse.model import Finding, Level

UNIQUE = {"expect_compound_columns_to_be_unique"}
SHARES = {"expect_categories_to_vary", "expect_category_share_to_be_below"}
RULES = [
    pytest.param(ledger, index, id=f"{ledger}-{index}-{rule.code}")
    for ledger, suite in suites().items()
    for index, rule in enumerate(suite.rules)
]


def names() -> dict[str, str]:
    found = {"squad": "综合执法大队", **{ledger: card.name for ledger, card in cards().items()}}
    for ledger, card in cards().items():
        found |= {f"{ledger}.{name}": column.name for name, column in card.columns.items()}
    return found


def alone(suite: Suite, rule: Rule) -> Suite:
    return Suite(suite.path, suite.file.model_copy(update={"rules": (rule,)}))


@pytest.mark.parametrize("ledger", sorted(cards()))
def test_every_ledger_has_a_suite_that_fits_its_card(ledger: str) -> None:
    """Every column, type and argument exists, and the suite knows the card's business key."""
    suite, card = suites()[ledger], cards()[ledger]

    assert [] == list(mistakes(suite, card.table.columns))
    assert card.key == suite.key


@pytest.mark.parametrize("ledger", sorted(cards()))
def test_every_ledger_with_a_year_refuses_rows_of_others(ledger: str) -> None:
    """A ledger whose card says which date places a row has the rule, an error, at that date."""
    card = cards()[ledger]

    found = [(rule.level, rule.place) for rule in suites()[ledger].rules if rule.code == "row.out_of_year"]
    assert ([(Level.ERROR, card.placed_by)] if card.placed_by else []) == found


@pytest.mark.parametrize(("ledger", "index"), RULES)
def test_every_rule_passes_and_fails_as_its_examples_say(ledger: str, index: int) -> None:
    """Rows that pass give nothing; each that fails is shown at the cell, in whole Chinese sentences."""
    suite, rule = suites()[ledger], suites()[ledger].rules[index]
    only = alone(suite, rule)

    assert () == judged(rule.examples.passes, only).findings
    findings = judged(rule.examples.fails, only).findings

    rows = range(2, 2 + len(rule.examples.fails))
    # Of equal rows the first is not accused, and the example of a key may have an innocent row between; where a share
    # of all rows is judged, one row stands for them.
    accused = rows[-1:] if rule.expectation in UNIQUE else rows[:1] if rule.expectation in SHARES else rows
    assert set(accused) == {at(finding)[1] for finding in findings}
    for finding in findings:
        assert (rule.code, rule.level) == (finding.code, finding.level)
        assert finding.column in rule.places
        assert cell_letter(cards()[ledger], finding.column) == at(finding)[0]
        said = say(finding, names())
        holes = ("None", "{", "“”")
        assert not [text for text in (said.says, said.why, said.fix) if any(hole in text for hole in holes)]


def test_the_words_beside_a_rule_are_those_of_the_card() -> None:
    """The other column of a pair is called as the ledger card calls it."""
    wrong = [
        (suite.ledger, rule.code, rule.facts["other"])
        for suite, rule in pairs()
        if rule.facts["other"] != other_name(cards()[suite.ledger], rule)
    ]

    assert [] == wrong


def test_every_rule_points_at_rows() -> None:
    """No shipped rule is about the whole of a ledger only, so every finding has a cell."""
    assert [] == [
        rule.code
        for suite in suites().values()
        for rule in suite.rules
        if not vocabulary()[rule.expectation].points_at_rows
    ]


def at(finding: Finding) -> tuple[str, int]:
    """The letters and the row of a finding's cell."""
    assert finding.cell is not None
    letters = finding.cell.rstrip("0123456789")
    return letters, int(finding.cell.removeprefix(letters))


def pairs() -> Iterable[tuple[Suite, Rule]]:
    return ((suite, rule) for suite in suites().values() for rule in suite.rules if "other" in rule.facts)


def other_name(card: LedgerCard, rule: Rule) -> str:
    (other,) = (name for name in rule.columns if name != rule.place)
    name = card.columns[other].name
    return {"来访日期时间": "来访日期"}.get(name, name)


def cell_letter(card: LedgerCard, column: str | None) -> str:
    from tests.expectations.drawing import block

    assert column is not None
    return block(card.id).letters[column]
