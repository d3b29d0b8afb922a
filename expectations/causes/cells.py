"""Causes that many cells of a column share: one wrong code, one way of writing, one slip in the dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from expectations.causes.evidence import Case, Item, Placed
from expectations.causes.likeness import likely, shape
from warehouse.model import type_of_fact

FEWEST_ALIKE = 3
SHAPED = ("cell.approximate", "cell.not_a_count", "cell.not_a_date", "cell.not_a_flag", "cell.not_a_number")
_DATE = re.compile(r"(?:19|20)\d\d\D+(\d{1,2})\D+(\d{1,2})\D*")
Place = tuple[str | None, str | None, str]


def _piled(found: Iterator[tuple[Place, Placed]]) -> dict[Place, list[Placed]]:
    piles: dict[Place, list[Placed]] = {}
    for place, each in found:
        piles.setdefault(place, []).append(each)
    return piles


def _quoted(case: Case, *codes: str) -> Iterator[tuple[Placed, str]]:
    """The findings with one of these codes that quote their cell, with what they quote."""
    for each in case.of(*codes):
        if text := case.text(each):
            yield each, text


def repeated_code(case: Case) -> Iterator[Item]:
    """One word outside the list, used again and again; the codes most like it are named, never put in its place."""
    fold = case.evidence.fold
    found = ((("", each.finding.column, fold(text)), each) for each, text in _quoted(case, "cell.unknown_code"))
    for (_, column, folded), members in _piled(found).items():
        if len(members) < 2:
            continue
        facts = case.column(members[0])
        alike = likely(folded, facts.codes) if facts else ()
        known = members[0].finding.facts.get("known") or "、".join(facts.codes if facts else ())
        told: dict[str, type_of_fact] = {"text": case.text(members[0]), "likely": "、".join(alike) or known}
        yield case.item("cause.repeated_code", members, column=column, key=folded, facts=told)


def day_before_month(case: Case) -> Iterator[Item]:
    """Days stand where months belong: 2024-25-03, or dates that are in order once day and month change places."""
    unread = ((_place(each), each) for each, text in _quoted(case, "cell.not_a_date") if _swapped_text(text))
    for (sheet, column, _), members in _piled(unread).items():
        if len(members) > 1:
            facts: dict[str, type_of_fact] = {"text": case.text(members[0])}
            yield case.item("cause.day_before_month", members, sheet=sheet, column=column, key="unread", facts=facts)
    piles = _piled((_place(each), each) for each in case.of("rule.dates_out_of_order"))
    for (sheet, column, _), members in piles.items():
        swapped = [each for each in members if _in_order_once_swapped(each)]
        if len(swapped) >= FEWEST_ALIKE and len(swapped) == len(members):
            facts = {"text": str(members[0].finding.facts.get("value"))}
            yield case.item("cause.day_before_month", members, sheet=sheet, column=column, key="order", facts=facts)


def _place(each: Placed) -> Place:
    return each.finding.sheet, each.finding.column, each.finding.code


def _swapped_text(text: str) -> bool:
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return match is not None and 12 < int(match[1]) <= 31 and 1 <= int(match[2]) <= 12


def _in_order_once_swapped(each: Placed) -> bool:
    earlier, later = each.finding.facts.get("other_value"), each.finding.facts.get("value")
    if not isinstance(earlier, date) or not isinstance(later, date) or later.day > 12 or later.day == later.month:
        return False
    return later.replace(month=later.day, day=later.month) >= earlier


def mistyped_year(case: Case) -> Iterator[Item]:
    """The same wrong year in many rows of a column."""
    dated = (
        ((each.finding.sheet, each.finding.column, str(day.year)), each)
        for each in case.of("row.out_of_year", "rule.date_after_period")
        if isinstance(day := each.finding.facts.get("value"), date)
    )
    for (sheet, column, year), members in _piled(dated).items():
        if len(members) > 1 and int(year) != case.slot.period:
            yield case.item(
                "cause.mistyped_year", members, sheet=sheet, column=column, key=year, facts={"year": int(year)}
            )


def same_shape(case: Case) -> Iterator[Item]:
    """Written in one and the same way that cannot be read, all down a column."""
    shaped = (
        ((each.finding.sheet, each.finding.column, f"{each.finding.code} {shape(text)}"), each)
        for each, text in _quoted(case, *SHAPED)
    )
    for (sheet, column, key), members in _piled(shaped).items():
        if len(members) >= FEWEST_ALIKE:
            facts: dict[str, type_of_fact] = {"text": case.text(members[0])}
            yield case.item("cause.same_shape", members, sheet=sheet, column=column, key=key, facts=facts)


def total_row(case: Case) -> Iterator[Item]:
    """A total row that differs as a whole, or because rows were added below it, or because cells above it are blank."""
    rows = _piled(
        ((each.finding.sheet, "", str(each.row)), each) for each in case.of("total.differs") if each.row is not None
    )
    for (sheet, _, row), members in rows.items():
        below, wanting = _rows_below(case, sheet, int(row)), _wanting(case, sheet, members)
        facts: dict[str, type_of_fact] = {"row": int(row), "below": below, "wanting": len(wanting)}
        if below:
            yield case.item("cause.rows_below_total", members, sheet=sheet, key=row, facts=facts)
        elif wanting:
            yield case.item("cause.total_of_wanting", [*members, *wanting], sheet=sheet, key=row, facts=facts)
        elif len(members) > 1:
            yield case.item("cause.total_row", members, sheet=sheet, key=row, facts=facts)


def _rows_below(case: Case, sheet: str | None, row: int) -> int:
    """How many data rows stand below the last total row of its table, where that is this row."""
    for block in case.blocks(sheet):
        if row in block.total_rows and row == max(block.total_rows) and any(each < row for each in block.data_rows):
            return sum(each > row for each in block.data_rows)
    return 0


def _wanting(case: Case, sheet: str | None, members: list[Placed]) -> list[Placed]:
    """Cells of the same columns that the sum had to do without."""
    columns = {each.finding.column for each in members}
    return [
        each
        for each in case.free
        if each.finding.sheet == sheet and each.finding.column in columns and each.finding.code.startswith("cell.")
    ]
