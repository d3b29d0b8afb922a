from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations.comparing import mistakes
from expectations.comparisons import Case, Scope, load_comparisons, read_comparison, shared_clauses
from expectations.trying import ExampleError, require_kept, try_case
from sources.cards import load_ledgers
from templates.messages.catalogue import messages, say
from warehouse.candidate import empty_candidate
from warehouse.declarations import DeclarationError
from warehouse.personal import HIDDEN

ROOT = Path(__file__).parents[2]
CARDS = load_ledgers([ROOT / "sources" / "ledgers"])
FOLDERS = [ROOT / "expectations" / "across", ROOT / "expectations" / "trends"]
RULES = {rule.code: rule for rule in load_comparisons(FOLDERS)}
SCOPE = Scope(
    office="",
    year=2024,
    cut=None,  # type: ignore[arg-type]
    tables={ledger: card.table for ledger, card in CARDS.items()},
    placed_by={ledger: card.placed_by for ledger, card in CARDS.items() if card.placed_by},
)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_finds_what_it_says_it_finds_and_nothing_else(code: str) -> None:
    """Every example beside a shipped rule is judged by a real store, and comes out as the rule says."""
    require_kept([RULES[code]], SCOPE)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_violation_has_its_cell_and_its_words(code: str) -> None:
    """Each failing example gives findings at an A1 address, which the catalogue can say with both sides named."""
    known = messages()
    for case in RULES[code].head.examples.fails:
        for finding in try_case(RULES[code], case, SCOPE):
            assert re.fullmatch(r"[A-Z]{1,3}\d+", finding.cell or "")
            assert finding.submission is not None
            assert say(finding, {}, known).says
            # Whoever speaks of the other side has one to name.
            assert finding.also or "{other}" not in known[code].says
            assert all(side.file for side in finding.also)


def test_a_pending_case_is_missed_in_the_file_of_its_own_department() -> None:
    """Two departments hand in penalties; the one whose case is gone is asked, whatever the other one registers."""
    pending, others = {"case_no": "A1", "_department": "甲队"}, {"case_no": "A1", "_department": "乙队"}
    here = {"case_no": "A2", "_department": "甲队"}
    case = Case(rows={"penalty_case": (others, here)}, last_year={"penalty_case": (pending,)})

    (finding,) = try_case(RULES["trend.pending_case_gone"], case, SCOPE)

    assert ("甲队", "A1") == (finding.slot.department, finding.key)


def test_no_rule_tells_a_personal_value() -> None:
    """Keyed personal columns may be compared; the facts of a finding hold none of them."""
    secret = "0f" * 16
    case = Case(
        rows={
            "legal_service": ({"service_no": "G1", "served_on": date(2024, 4, 2), "client_phone": secret},),
            "visit": ({"visit_no": "L1", "visited_on": date(2024, 4, 2), "phone": secret},),
        }
    )

    (finding,) = try_case(RULES["across.counted_in_two_ledgers"], case, SCOPE)

    assert secret not in str(finding)


def test_a_changed_row_is_told_without_the_personal_numbers_in_it() -> None:
    """Old and new text, the row's key and lists are shown with telephones and identity numbers hidden."""
    phone, identity = "138 0000 0000", "99010119800101123X"
    case = Case(
        before={"visit": ({"visit_no": f"L{phone}", "outcome": f"已致电{phone}"},)},
        rows={"visit": ({"visit_no": f"L{phone}", "outcome": f"已核{identity}"},)},
        frozen=True,
    )

    (finding,) = try_case(RULES["trend.frozen_row_changed"], case, SCOPE)

    assert (f"已致电{HIDDEN}", f"已核{HIDDEN}") == (finding.facts["old"], finding.facts["new"])
    assert f"L{HIDDEN}" == finding.facts["row_key"]
    assert finding.key is None


def test_a_keyed_value_is_neither_a_fact_nor_a_key() -> None:
    """Nobody can read it back, and it says nothing to anybody."""
    secret = "0f" * 16
    case = Case(
        before={"visit": ({"visit_no": secret, "outcome": secret},)},
        rows={"visit": ({"visit_no": secret, "outcome": "已核"},)},
        frozen=True,
    )

    (finding,) = try_case(RULES["trend.frozen_row_changed"], case, SCOPE)

    assert secret not in str(finding)
    assert (None, None, "已核") == (finding.key, finding.facts["old"], finding.facts["new"])


def test_a_rule_that_breaks_tells_its_line_and_no_value() -> None:
    """The class of the error, file and line of the rule and its own words stay; what stood in the row does not."""
    path = RULES["trend.pending_case_gone"].path
    text = path.read_text("utf-8").replace(
        "pending.{{ key }} as case_no", "cast(pending.{{ key }} as bigint) as case_no"
    )
    rule = replace(RULES["trend.pending_case_gone"], template=text.partition("---*/")[2])

    with pytest.raises(ExampleError) as broken:
        try_case(rule, rule.head.examples.fails[0], SCOPE)

    said = str(broken.value)
    assert "A1" not in said
    assert re.search(r"pending_case_gone\.sql:\d+: ConversionException: .*Could not convert string '…' to INT64", said)


def test_a_rule_that_does_not_keep_its_examples_is_told(tmp_path: Path) -> None:
    """The example that comes out otherwise is named with its place in the head."""
    text = RULES["across.adviser_outside_contract"].path.read_text("utf-8").replace("anti join", "semi join")
    path = tmp_path / "adviser_outside_contract.sql"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ExampleError, match=r"adviser_outside_contract.sql: examples.passes.0: it finds 1"):
        require_kept([read_comparison(path, shared_clauses(FOLDERS))], SCOPE)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  fails:\n", "  fials:\n", "examples.fials: unknown key"),
        ("owner: 司法所\n", "", "owner: Field required"),
        (
            "code: across.advised_without_appeal",
            "code: across.other",
            "must be one of across.… or trend.… and end like",
        ),
    ],
)
def test_a_head_that_lacks_something_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    """Examples, owner and a fitting code are asked of every rule."""
    text = RULES["across.advised_without_appeal"].path.read_text("utf-8").replace(before, after)
    path = tmp_path / "advised_without_appeal.sql"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DeclarationError, match=re.escape(said)):
        read_comparison(path, "")


def test_a_ledger_that_there_is_not_is_named_with_the_nearest(tmp_path: Path) -> None:
    """check-config says which ledger may be meant."""
    text = (
        RULES["across.advised_without_appeal"]
        .path.read_text("utf-8")
        .replace("[adviser_service, appeal_case]", "[appeal_cases]")
    )
    path = tmp_path / "advised_without_appeal.sql"
    path.write_text(text, encoding="utf-8")

    with empty_candidate(SCOPE.tables) as candidate:
        (mistake,) = mistakes([read_comparison(path, shared_clauses(FOLDERS))], SCOPE, candidate.ask)

    assert mistake == f"{path}:7: there is no ledger 'appeal_cases'; the nearest is 'appeal_case'"


def tried(path: Path, code: str, before: str, after: str) -> list[str]:
    """What check-config says of the rule with `before` replaced by `after`, its line and all."""
    text = RULES[code].path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    with empty_candidate(SCOPE.tables) as candidate:
        return mistakes([read_comparison(path, shared_clauses(FOLDERS))], SCOPE, candidate.ask)


@pytest.mark.parametrize(
    ("code", "before", "after", "said"),
    [
        (
            "trend.fine_above_history",
            "{case_no: H02, fine_yuan: 500}",
            "{case_no: H02, nonsense: 1}",
            ":14: examples.passes.0.last_year: there is no column 'nonsense'",
        ),
        (
            "across.adviser_outside_contract",
            "adviser_contract: [{firm: 甲律师事务所, starts_on: 2024-01-01, ends_on: 2024-06-30}]",
            "adviser_contrat: [{firm: 甲律师事务所}]",
            ":15: examples.fails.0.rows: there is no ledger 'adviser_contrat'; the nearest is 'adviser_contract'",
        ),
        (
            "across.differs_from_published",
            "{figure: fine, year: 2024, source: published, value: 20000}",
            "{figure: fine, year: 2024, source: published, valeu: 20000}",
            ":19: examples.fails.0.figures: there is no column 'valeu'; the nearest is 'value'",
        ),
        (
            "across.officer_certificate_invalid",
            "rows('enforcement_officer')",
            "rows('enforcement_office')",
            ":40: there is no ledger 'enforcement_office'; the nearest is 'enforcement_officer'",
        ),
        (
            "across.officer_certificate_invalid",
            "('officer_cert_1', 'officer_cert_2')",
            "('officer_cert_1x', 'officer_cert_2')",
            ":39: the query does not run: ",
        ),
        ("across.adviser_outside_contract", "service.firm as firm,", "service.firm as firm,,", ":27: the query does"),
    ],
)
def test_what_is_wrong_is_told_with_the_line_it_stands_in(
    tmp_path: Path, code: str, before: str, after: str, said: str
) -> None:
    """Examples of no ledger or column, a name in the query: not a line before that only contains it."""
    path = tmp_path / f"{code.partition('.')[2]}.sql"

    (mistake, *_) = tried(path, code, before, after)

    assert f"{path}{said}" == mistake[: len(f"{path}{said}")]


def test_a_sentence_that_cannot_be_parsed_is_given_no_nearest_name(tmp_path: Path) -> None:
    """The word at which the engine stopped is no misspelt column."""
    path = tmp_path / "adviser_outside_contract.sql"

    (mistake,) = tried(path, "across.adviser_outside_contract", "as firm,", "as firm record_no,")

    assert mistake.startswith(f"{path}:27: the query does not run: Parser Error")
    assert "nearest" not in mistake


def test_a_query_without_a_column_that_every_rule_returns_is_told_which(tmp_path: Path) -> None:
    """Not an engine's guess at a name: what is missing, what each rule returns, and that `also` may be null."""
    path = tmp_path / "adviser_outside_contract.sql"

    (mistake,) = tried(path, "across.adviser_outside_contract", ") as also", ") as others")

    assert mistake == (
        f"{path}:{first_line(path) - 1}: the query returns no also; each rule returns submission, sheet, cell, key, "
        "also; `null as also` does where there is no other side"
    )
    text = path.read_text("utf-8").replace(") as others", ") as others,\n    null as also")
    path.write_text(text, encoding="utf-8")
    with empty_candidate(SCOPE.tables) as candidate:
        assert [] == mistakes([read_comparison(path, shared_clauses(FOLDERS))], SCOPE, candidate.ask)


def first_line(path: Path) -> int:
    """The line of the file in which its query begins."""
    lines = path.read_text("utf-8").splitlines()
    return next(at for at, line in enumerate(lines, start=1) if "---*/" in line) + 1


def test_a_rule_of_a_number_that_the_list_does_not_have_is_refused(tmp_path: Path) -> None:
    """The nearest line is named with file and line."""
    path = tmp_path / "adviser_outside_contract.sql"

    (mistake,) = tried(path, "across.adviser_outside_contract", "ref: X12", "ref: X92")

    assert mistake.startswith(f"{path}:3: ref: there is no line 'X92' in listing.yml; the nearest is 'X12';")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("select\n    service._submission", "select,\n    service._submission"),
        ("where {{ in_year(", "where where {{ in_year("),
    ],
)
def test_what_the_engine_cannot_parse_is_told_with_its_line(tmp_path: Path, before: str, after: str) -> None:
    """On the first line of the query, and behind clauses that were put in, which make it longer than the file."""
    path = tmp_path / "adviser_outside_contract.sql"

    (mistake,) = tried(path, "across.adviser_outside_contract", before, after)

    lines = path.read_text("utf-8").splitlines()
    wanted = next(at for at, line in enumerate(lines, start=1) if after.partition("\n")[0] in line)
    assert mistake.startswith(f"{path}:{wanted}: the query does not run: Parser Error")
