"""Causes that lie in the whole file: another ledger's, last year's, or one that was never calculated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from expectations.causes.evidence import CardFacts, Case, Item, Placed
from warehouse.model import type_of_fact

# A file is another ledger's if most of its headings are that one's, and far fewer its own.
FEWEST_HEADINGS, SHARE_OF_HEADINGS, TIMES_BETTER = 4, 0.6, 2
# A file is another year's if hardly a row belongs to this one.
SHARE_OF_ROWS, FEWEST_ROWS = 0.9, 3


def wrong_ledger(case: Case) -> Iterator[Item]:
    """The headings are those of another ledger: whatever was found in the file follows from that."""
    if case.card is None or not case.of("column.missing", "sheet.no_header", "sheet.missing"):
        return
    headings = _headings(case)
    own = _matched(headings, case.card)
    known = {case.slot.ledger, *(case.facts.also_for if case.facts else ())}
    others = {ledger: _matched(headings, card) for ledger, card in case.evidence.cards.items() if ledger not in known}
    ranked = sorted(others, key=lambda ledger: -others[ledger])[:2]
    if not ranked or (len(ranked) > 1 and others[ranked[0]] == others[ranked[1]]):
        return
    best = others[ranked[0]]
    if best >= max(FEWEST_HEADINGS, SHARE_OF_HEADINGS * len(headings), TIMES_BETTER * own):
        other = case.evidence.cards[ranked[0]].name
        facts: dict[str, type_of_fact] = {"other": other, "matched": best, "headings": len(headings)}
        yield case.item("cause.wrong_ledger", case.free, facts=facts)


def _headings(case: Case) -> set[str]:
    """Every heading of the file, folded: those that the card knows, those that it does not, those of no table."""
    fold = case.evidence.fold
    unknown = {fold(str(each.finding.facts.get("heading", ""))) for each in case.of("column.unknown")}
    seen = {fold(heading) for heading in case.facts.headings} if case.facts else set()
    known = {column for block in (case.facts.blocks if case.facts else ()) for column in block.letters}
    names = {fold(case.card.columns[column].name) for column in known if case.card and column in case.card.columns}
    return (unknown | seen | names) - {""}


def _matched(headings: set[str], card: CardFacts) -> int:
    known = {heading for column in card.columns.values() for heading in column.headings}
    return len(headings & known)


def other_year(case: Case) -> Iterator[Item]:
    """Hardly a row is of the year it was handed in for: last year's file once more, or simply another year's."""
    strays = case.of("row.out_of_year")
    rows = sum(len(block.data_rows) for block in case.facts.blocks) if case.facts else 0
    years = Counter(day.year for each in strays if isinstance(day := each.finding.facts.get("value"), date))
    if not years or len(strays) < max(FEWEST_ROWS, SHARE_OF_ROWS * rows):
        return
    year, times = max(years.items(), key=lambda found: (found[1], found[0]))
    if times < SHARE_OF_ROWS * len(strays):
        return
    before = case.facts.before if case.facts else None
    same = len({each.finding.key for each in strays} & before.keys) if before else 0
    if before and case.facts and before.sha256 == case.facts.sha256:
        same = len(strays)
    if year == case.slot.period - 1 and same >= SHARE_OF_ROWS * len(strays):
        yield case.item("cause.last_year_again", strays, facts={"year": year, "same": same})
    else:
        yield case.item("cause.other_year", strays, facts={"year": year})


def never_calculated(case: Case) -> Iterator[Item]:
    """Formulas without results all over the file: it was exported and never opened and saved."""
    found = case.of("cell.formula_without_value")
    if len(found) > 1:
        columns = dict.fromkeys(column.name for each in found if (column := case.column(each)))
        yield case.item("cause.never_calculated", found, facts={"columns": "、".join(columns)})


def broken_formula(case: Case) -> Iterator[Item]:
    """One error all down a column: one reference that broke."""
    found: dict[tuple[str | None, str | None, str | None], list[Placed]] = {}
    for each in case.of("cell.error_value"):
        found.setdefault((each.finding.sheet, each.finding.column, case.text(each)), []).append(each)
    for (sheet, column, text), members in found.items():
        if len(members) > 1:
            yield case.item(
                "cause.broken_formula", members, sheet=sheet, column=column, key=text or "", facts={"text": text}
            )
