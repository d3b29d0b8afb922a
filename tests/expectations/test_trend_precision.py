"""How often the trend rules are right, on series of which it is known what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby

import pytest

from expectations.comparing import run_all
from tests.expectations.series import YEAR, Months, Series, monthly, yearly
from tests.expectations.test_comparisons import CARDS, RULES, SCOPE
from warehouse.candidate import Candidate, FigureLine
from warehouse.model import Slot, Submission
from warehouse.store import Holding

ABOUT_FIGURES = ("trend.changed_much", "trend.fell_below_published", "trend.same_as_last_year", "trend.figure_gone")
PRECISION = 0.8
# Series that nobody had seen when the limits of the rules were chosen.
HELD_OUT = (1, 2, 3, 4, 5)


def lines(series: Series, submission: str) -> Iterable[FigureLine]:
    for back, value in enumerate(reversed(series.values)):
        yield FigureLine(
            office=series.office,
            year=YEAR - back,
            figure=series.figure,
            name=series.figure,
            department="d",
            ledger=series.ledger,
            scope=series.scope,
            unit="件",
            counts_by="",
            source="published" if back else "now",
            value=Decimal(value),
            document="报告",
            submission=None if back else submission,
            sheet="表",
            cell="A2",
        )


def holding(office: str, ledger: str) -> Holding:
    from datetime import UTC, datetime
    from pathlib import Path

    from warehouse.model import Block

    submission = Submission(
        slot=Slot(office, "d", ledger, YEAR),
        sha256=f"{office}{ledger}",
        file_name=f"{ledger}.xlsx",
        size=0,
        received_at=datetime(2025, 1, 6, tzinfo=UTC),
    )
    letters = dict.fromkeys(CARDS[ledger].kept, "A")
    return Holding(
        submission=submission,
        accepted_at=submission.received_at,
        in_force=True,
        frame=Path("none"),
        blocks=(Block(0, "表", letters, (), (1,), (), (), ()),),
    )


@pytest.mark.parametrize("seed", [20241204, *HELD_OUT])
def test_findings_about_figures_are_right_four_times_out_of_five(seed: int) -> None:
    """Of the questions and errors about yearly figures at least 80 % are about figures that are wrong."""
    sample = yearly(60, seed=seed)
    right = wrong = caught = 0
    by_office = {office: list(found) for office, found in groupby(sample, key=lambda series: series.office)}
    holdings = {office: holding(office, "visit") for office in by_office}
    with Candidate(SCOPE.tables, list(holdings.values()), rows={}) as candidate:
        candidate.say([line for it in sample for line in lines(it, holdings[it.office].submission.id)])
        for office, found in by_office.items():
            scope = replace(SCOPE, office=office, cut=date(YEAR, 12, 31), published=True)
            told = run_all([RULES[code] for code in ABOUT_FIGURES], scope, candidate.ask)
            assert () == told.crashes
            bad = {series.figure for series in found if series.wrong}
            named = {finding.key for finding in told.findings}
            right += sum(finding.key in bad for finding in told.findings)
            wrong += sum(finding.key not in bad for finding in told.findings)
            caught += len(named & bad)

    precision, recall = right / (right + wrong), caught / sum(series.wrong is not None for series in sample)
    print(f"figures: {right} right, {wrong} not; precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= PRECISION
    assert recall >= 0.5


def rows(months: Months, submission: str) -> Iterable[dict[str, object]]:
    card = CARDS[months.ledger]
    row = 1
    for month, count in enumerate(months.counts, 1):
        for at in range(count):
            row += 1
            yield {
                str(card.placed_by): date(YEAR, month, 1 + at % 28),
                card.key[0]: str(row),
                "_submission": submission,
                "_sheet": "表",
                "_block": 0,
                "_row": row,
                "_hidden": False,
                "_year": YEAR,
                "_carried_over": False,
            }


@pytest.mark.parametrize("seed", [415, *HELD_OUT])
def test_findings_about_months_are_right_four_times_out_of_five(seed: int) -> None:
    """Seasons and peaks are no reason to ask; a year entered in December is."""
    sample = monthly(40, seed=seed)
    holdings = {(it.office, it.ledger): holding(it.office, it.ledger) for it in sample}
    filed: dict[str, list[dict[str, object]]] = {}
    for it in sample:
        filed.setdefault(it.ledger, []).extend(rows(it, holdings[it.office, it.ledger].submission.id))
    right = wrong = 0
    with Candidate(SCOPE.tables, list(holdings.values()), rows=filed) as candidate:
        for office in dict.fromkeys(it.office for it in sample):
            own = {it.ledger: it.wrong for it in sample if it.office == office}
            scope = replace(
                SCOPE,
                office=office,
                cut=date(YEAR, 12, 31),
                handed_in=frozenset(own),
                readable={YEAR: frozenset(own)},
            )
            told = run_all([RULES["trend.december_rush"]], scope, candidate.ask)
            assert () == told.crashes
            right += sum(own[finding.slot.ledger] for finding in told.findings)
            wrong += sum(not own[finding.slot.ledger] for finding in told.findings)

    precision, recall = right / (right + wrong), right / sum(it.wrong for it in sample)
    print(f"months: {right} right, {wrong} not; precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= PRECISION
    assert recall >= 0.5
