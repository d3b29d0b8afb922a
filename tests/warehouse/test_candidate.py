"""A candidate shows what would be in force, and what stood before, without a file being written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.warehouse.drawing import NOON, submission
from warehouse.building import Holding
from warehouse.candidate import Candidate, FigureLine, empty_candidate
from warehouse.model import Block, LedgerTable, Slot

HERE = Slot("town", "desk", "visit", 2024)
TABLE = LedgerTable(ledger=HERE.ledger, columns={"no": "VARCHAR", "people": "BIGINT"}, period="year", key=("no",))
TABLES = {TABLE.ledger: TABLE}


def holding(mark: str) -> Holding:
    from pathlib import Path

    sent = submission(mark, HERE)
    block = Block(0, "S", {"no": "A", "people": "B"}, (), (1,), (2,), (), ())
    return Holding(submission=sent, accepted_at=NOON, in_force=False, frame=Path("none"), blocks=(block,))


def row(of: Holding, no: str, people: int) -> dict[str, object]:
    around = {"_sheet": "S", "_block": 0, "_row": 2, "_hidden": False, "_year": 2024, "_carried_over": False}
    return {"no": no, "people": people, "_submission": of.submission.id, **around}


@pytest.fixture
def old_and_new() -> tuple[Holding, Holding]:
    """Two versions of one file."""
    return holding("a"), holding("b")


def test_whoever_is_chosen_speaks(old_and_new: tuple[Holding, Holding]) -> None:
    """Choosing again shows other rows; what stood before stays to be compared with."""
    old, new = old_and_new
    rows = {HERE.ledger: [row(old, "V1", 1), row(new, "V1", 2)]}
    asked = "select people, _at['people'] || _row as cell from record.visit"

    with Candidate(TABLES, [old, new], standing={old.submission.id: True}, rows=rows) as candidate:
        assert [] == candidate.ask(asked, {})
        candidate.choose([new.submission.id])
        assert [{"people": 2, "cell": "B2"}] == candidate.ask(asked, {})
        candidate.choose([old.submission.id])
        assert [{"people": 1, "cell": "B2"}] == candidate.ask(asked, {})
        before = candidate.ask("select people, _in_force from before.visit", {})
        assert [{"people": 1, "_in_force": True}] == before


def test_figures_are_said_anew(old_and_new: tuple[Holding, Holding]) -> None:
    """What is said replaces what was said; values are exact."""
    line = FigureLine(
        office="o", year=2024, figure="f", name="F", department="d", ledger="l", scope="calendar_year", unit="件",
        counts_by="", source="now", value=Decimal("0.1"),
    )  # fmt: skip
    with empty_candidate(TABLES) as candidate:
        candidate.say([line, replace(line, year=2023, source="published")])
        candidate.say([line])

        assert [{"year": 2024, "value": Decimal("0.100000")}] == candidate.ask("select year, value from figure", {})
