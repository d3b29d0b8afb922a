"""Causes that lie in the header: a heading that was renamed or moved, a column that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from expectations.causes.evidence import CardFacts, Case, Item, Placed, number_of
from expectations.causes.likeness import likeness

# How alike a heading must be to one that is missing: by its words alone, or where it also stands in its place.
ALIKE, ALIKE_IN_PLACE = 0.6, 0.3


def heading_changed(case: Case) -> Iterator[Item]:
    """A column is missing, and an unknown one says nearly the same or stands in its place: it was renamed."""
    missing, unknown = case.of("column.missing"), case.of("column.unknown")
    if case.card is None or not missing or not unknown:
        return
    pairs = [
        (_Pair(case.card, lost, found, alone=_alone(lost, missing) and _alone(found, unknown)), lost, found)
        for lost in missing
        for found in unknown
        if found.finding.sheet == lost.finding.sheet
    ]
    scored = [(score, lost, found) for pair, lost, found in pairs if (score := _score(case, pair))]
    used: set[int] = set()
    for _, lost, found in sorted(scored, key=lambda pair: (-pair[0], _words(pair[1]), _words(pair[2]))):
        if not used & {lost.at, found.at}:
            used |= {lost.at, found.at}
            sheet, column = lost.finding.sheet, lost.finding.column
            facts = {name: found.finding.facts.get(name) for name in ("heading", "letter")}
            members = [lost, found, *_dependent(case, lost)]
            key = f"{facts['letter']}/{facts['heading']}"
            yield case.item("cause.heading_changed", members, sheet=sheet, column=column, key=key, facts=facts)


def _words(each: Placed) -> tuple[str, ...]:
    """By which of two equally likely pairs comes first: what they say, not where they stand in the list."""
    finding = each.finding
    facts = (str(finding.facts.get(name)) for name in ("heading", "letter"))
    return (finding.sheet or "", finding.column or "", *facts, finding.cell or "")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column that is missing, and a heading that nobody knows; `alone`: the only ones of their sheet."""

    card: CardFacts
    lost: Placed
    found: Placed
    alone: bool


def _score(case: Case, pair: _Pair) -> float:
    """How likely the unknown heading is the column that is missing; 0 where it is not."""
    column, fold = pair.card.columns.get(pair.lost.finding.column or ""), case.evidence.fold
    if column is None:
        return 0.0
    heading = str(pair.found.finding.facts.get("heading", ""))
    alike = max(likeness(fold(text), column.headings) for text in (heading, heading.rpartition("_")[2]))
    in_place, snug = _place(case, pair)
    if alike >= ALIKE or (in_place and alike >= ALIKE_IN_PLACE) or (snug and pair.alone):
        return alike + in_place
    return 0.0


def _alone(one: Placed, all_of_them: Sequence[Placed]) -> bool:
    return sum(other.finding.sheet == one.finding.sheet for other in all_of_them) == 1


def _place(case: Case, pair: _Pair) -> tuple[bool, bool]:
    """Whether the heading stands between the neighbours that the missing column has on the card, and close to both."""
    card, lost, found = pair.card, pair.lost, pair.found
    letters = {name: letter for block in case.blocks(lost.finding.sheet) for name, letter in block.letters.items()}
    order = list(card.columns)
    at = order.index(lost.finding.column or "")
    here = number_of(str(found.finding.facts.get("letter", "")))
    left = next((number_of(letters[name]) for name in reversed(order[:at]) if name in letters), 0)
    right = next((number_of(letters[name]) for name in order[at + 1 :] if name in letters), None)
    between = left < here and (right is None or here < right)
    return between, between and here == left + 1 and (right is None or right == here + 1)


def column_absent(case: Case) -> Iterator[Item]:
    """A column is missing, and rows are found wanting because of it."""
    for lost in case.of("column.missing"):
        if dependent := _dependent(case, lost):
            yield case.item(
                "cause.column_absent",
                [lost, *dependent],
                sheet=lost.finding.sheet,
                column=lost.finding.column,
                facts={"wanting": len(dependent)},
            )


def _dependent(case: Case, lost: Placed) -> list[Placed]:
    """What was found in rows of the sheet about a column that is not there: its cells have a row and no letter."""
    place = (lost.finding.sheet, lost.finding.column)
    return [
        each
        for each in case.free
        if (each.finding.sheet, each.finding.column) == place
        and each.row is not None
        and not each.letter
        and each.finding.code != lost.finding.code
    ]
