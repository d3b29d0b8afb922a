"""What is known of an office's figures in one year and the years before: for the rules that compare years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from templates.figures import Answer, Figure, Gap, Scope, answer
from warehouse.candidate import Candidate, FigureLine

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from sources.published import PublishedYear


def published_lines(configuration: Configuration, office: str, year: int) -> tuple[FigureLine, ...]:
    """What the office published about `year` and before, a line for each figure, document and year."""
    lines: list[FigureLine] = []
    for card in configuration.published:
        if card.office == office and card.year <= year:
            lines += _said(configuration, card, first_only=card.year < year)
    return tuple(lines)


def _said(configuration: Configuration, card: PublishedYear, *, first_only: bool) -> Iterable[FigureLine]:
    said: set[str] = set()
    for document in card.documents:
        for name, published in document.figures.items():
            if first_only and name in said:
                continue
            said.add(name)
            figure = configuration.figures[name]
            yield FigureLine(
                **_about(configuration, figure, card.office, card.year),
                counts_by=published.counts_by,
                source="published",
                value=published.value,
                document=f"《{document.title}》",
                part=published.part or None,
                reason=published.reason,
            )


def _about(configuration: Configuration, figure: Figure, office: str, year: int) -> dict[str, Any]:
    from flows.on_demand.report import department_of

    declared = figure.declaration
    choice = configuration.offices[office].figures.get(figure.id)
    return {
        "office": office,
        "year": year,
        "figure": figure.id,
        "name": declared.name,
        "department": department_of(figure, configuration.offices[office]),
        "ledger": declared.ledgers[0],
        "scope": declared.scope,
        "unit": (choice.unit if choice and choice.unit else declared.unit),
    }


def counted_lines(
    configuration: Configuration,
    candidate: Candidate,
    *,
    office: str,
    year: int,
    source: Literal["now", "own", "published"],
    readable: frozenset[str],
    without: frozenset[str] = frozenset(),
) -> tuple[FigureLine, ...]:
    """The numbers that the candidate's rows give for `year`, with the first cell that each stands on.

    Figures of a ledger that is not `readable` have no line: a part is not a whole. Those in `without` are not asked.
    """
    from flows.on_demand.report import figures_for, scope_of

    scope = scope_of(configuration, None, office=office, year=year, cut=date(year, 12, 31))
    submissions = {
        row["id"]: row for row in candidate.ask("select id, department, ledger, file_name, sha256 from submission", {})
    }
    files = candidate.files(office, year)
    lines: list[FigureLine] = []
    for figure in figures_for(configuration, configuration.offices[office]):
        if figure.declaration.kind != "number" or figure.id in without:
            continue
        found = answer(figure, _with_gaps(scope, figure, readable), candidate.ask, submissions)
        if found.complete and found.value is not None:
            lines.append(_counted(configuration, found, files, office=office, year=year, source=source))
    return tuple(lines)


def _with_gaps(scope: Scope, figure: Figure, readable: frozenset[str]) -> Scope:
    gaps: Mapping[str, Sequence[Gap]] = {
        ledger: (Gap(figure.declaration.department, ledger, "missing"),)
        for ledger in figure.declaration.ledgers
        if ledger not in readable
    }
    return replace(scope, missing={ledger: tuple(found) for ledger, found in gaps.items()})


def _counted(
    configuration: Configuration,
    found: Answer,
    files: Sequence[Mapping[str, str]],
    *,
    office: str,
    year: int,
    source: Literal["now", "own", "published"],
) -> FigureLine:
    declared = found.figure.declaration
    file = next((row for row in files if row["ledger"] == declared.ledgers[0]), None)
    first = found.origins[0].cell if found.origins else None
    return FigureLine(
        **_about(configuration, found.figure, office, year),
        counts_by=declared.counts_by,
        source=source,
        value=Decimal(found.value),
        document=None if source == "now" else f"{year}年的台账",
        submission=first.submission if first else file["submission"] if file else None,
        sheet=first.sheet if first else file["sheet"] if file else None,
        # A count of nothing stands on no cell; the file where it should stand is shown from its beginning.
        cell=first.address if first else "A1",
    )
