"""What the reader says of a submission: the pile of what was read, and every finding about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sources.formats.grid import Sheet
from sources.formats.places import letters, spans
from sources.reading.columns import Typed
from sources.reading.damage import Inspected, damage_in, may_be_damaged, notice
from sources.reading.disorder import Placed, disorder, moved_rows
from sources.reading.footers import states_nothing
from sources.reading.frames import Part, Told
from sources.reading.layout import Table
from sources.reading.levels import LEVELS
from sources.reading.sheets import Choice, months_of
from sources.reading.totals import Difference, ShortSum, Sums, difference_facts, short_facts
from sources.reading.years import other_year, years_named
from sources.values import as_text, fold
from warehouse.model import Block, Finding, Submission, type_of_fact

if TYPE_CHECKING:
    from sources.cards import Column, LedgerCard


@dataclass
class Pile:
    """What has been read so far of one submission."""

    submission: Submission
    card: LedgerCard
    parts: list[Part] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    sums: Sums = field(default_factory=Sums)
    zero_report: bool = False

    @cached_property
    def kept(self) -> Mapping[str, Column]:
        """The card's columns that are kept."""
        return self.card.kept

    def told(self) -> Told:
        """All that was read."""
        return Told(tuple(self.parts), tuple(self.blocks), tuple(self.findings), self.facts)

    def find(self, code: str, *, facts: Mapping[str, type_of_fact] | None = None, **place: Any) -> None:
        """Add a finding about this submission; `place` gives sheet, cell, key and column where there are any."""
        self.findings.append(
            Finding(
                code=code,
                level=LEVELS[code],
                slot=self.submission.slot,
                submission=self.submission.id,
                file=self.submission.file_name,
                facts=facts or {},
                **place,
            )
        )


def report_no_table(sheet: Sheet, choice: Choice, pile: Pile, *, alone: bool) -> bool:
    """Say why a sheet gave no table; whether it states instead that there is nothing to report."""
    if any(states_nothing(row) for row in sheet.rows):
        return True
    if sheet.blank:
        if alone and not months_of(sheet.name):
            pile.find("sheet.empty", sheet=sheet.name)
        return False
    named = alone or choice.is_named(sheet.name)
    wanted = "、".join(column.name for column in pile.card.columns.values() if column.required != "none")
    pile.find("sheet.no_header" if named else "sheet.unused", sheet=sheet.name, facts={"expected": wanted})
    return False


def report_missing_months(names: Sequence[str], months: set[int], pile: Pile) -> None:
    """Ask after each month that has neither rows nor a zero report; a workbook without month sheets is not asked."""
    if pile.card.period != "months" or not any(map(months_of, names)):
        return
    if not months:
        pile.find("sheet.empty", sheet=names[0])
        return
    for month in range(1, 13):
        if month not in months:
            sheet = next((name for name in names if month in months_of(name)), None)
            pile.find("sheet.month_missing", sheet=sheet or f"{month}月", facts={"month": month})


def carried_over(table: Table, card: LedgerCard) -> Sequence[bool] | None:
    """Which rows are marked as belonging to another year; None where none is."""
    mark = card.carried_over
    if mark is None or mark.column not in table.columns:
        return None
    said = re.compile("|".join(re.escape(fold(word)) for word in mark.words) or "$^")
    cells = table.cells(table.columns[mark.column].at)
    marked = {cell for cell in set(cells) if _is_said(said, fold(as_text(cell) or ""))}
    return [cell in marked for cell in cells] if marked else None


def _is_said(said: re.Pattern[str], text: str) -> bool:
    """Whether the text says so at least once without denying it: 无上年结转, 非结转件 do not."""
    return any(_DENIED.search(text[: found.start()]) is None for found in said.finditer(text))


_DENIED = re.compile(r"(?:无|非|并非|不是|不属于?|不含|没有)(?:[上去]年度?|往年|跨年|年度)?$")


def report_other_year(table: Table, pile: Pile) -> None:
    """A title that speaks of another year than the one the ledger is handed in for."""
    lines = table.sheet.rows
    told = [
        (f"{letters(at)}{row}", text)
        for row in table.rows.title
        for at, cell in enumerate(lines[row - 1])
        if (text := as_text(cell))
    ]
    year, cumulative = pile.submission.slot.period, pile.card.period == "cumulative"
    place = other_year([text for _, text in told], year, cumulative=cumulative)
    if place is not None:
        cell, text = told[place]
        facts: dict[str, type_of_fact] = {"named": "、".join(str(year) for year in sorted(years_named(text)))}
        pile.find("sheet.other_year", sheet=table.sheet.name, cell=cell, facts=facts)


def report_columns(table: Table, pile: Pile) -> None:
    """Headings that should be there and are not, that stand twice, or that the card does not know."""
    sheet, row = table.sheet.name, table.rows.header[0]
    for name, column in pile.card.columns.items():
        if column.required != "none" and name not in table.columns:
            known = "、".join(dict.fromkeys((column.name, *column.headings)))
            pile.find("column.missing", sheet=sheet, column=name, facts={"headings": known})
    beside = _tables_beside(table, pile.card)
    if beside:
        first = letters(beside[1].start)
        columns = "、".join(f"{letters(part.start)}—{letters(part.stop - 1)}" for part in beside)
        about: dict[str, type_of_fact] = {"columns": columns, "count": len(beside)}
        pile.find("sheet.side_by_side", sheet=sheet, cell=f"{first}{row}", facts=about)
    for name, headings in table.twice.items():
        if any(heading.at in part for heading in headings[1:] for part in beside[1:]):
            continue
        where = "、".join(letters(heading.at) for heading in headings)
        cell = f"{letters(headings[1].at)}{row}"
        pile.find("column.twice", sheet=sheet, cell=cell, column=name, facts={"columns": where})
    for heading in table.unknown:
        facts = {"heading": heading.joined, "letter": letters(heading.at)}
        pile.find("column.unknown", sheet=sheet, cell=f"{letters(heading.at)}{row}", facts=facts)


def _tables_beside(table: Table, card: LedgerCard) -> list[range]:
    """The columns of each table where most headings, the key's among them, stand again to the right; else none."""
    keys = [name for name in card.key if name in table.columns]
    if len(table.twice) < 2 or len(table.twice) * 2 < len(table.columns) or not table.twice.keys() >= {*keys}:
        return []
    times = max(map(len, table.twice.values()))
    blocks = [[found[nth].at for found in table.twice.values() if nth < len(found)] for nth in range(times)]
    ranges = [range(min(block), max(block) + 1) for block in blocks]
    apart = all(before.stop <= after.start for before, after in pairwise(ranges))
    return ranges if apart and all(len(block) > 1 for block in blocks) else []


def report_disorder(table: Table, pile: Pile, typed: Mapping[str, Typed]) -> Mapping[int, int]:
    """What befell whole rows and columns; the rows that are moved are given back, for one cause is told once."""
    if foreign := table.rows.foreign:
        pile.find("sheet.other_table", sheet=table.sheet.name, facts={"rows": spans(foreign), "count": len(foreign)})
    moved = moved_rows(table.sheet, table.rows.data, [Placed(table.columns[name].at, typed[name]) for name in typed])
    for code, cell, facts in disorder(table.sheet, table.rows, headed=table.headed, moved=moved):
        pile.find(code, sheet=table.sheet.name, cell=cell, facts=facts)
    return moved


def report_cells(table: Table, pile: Pile, typed: Mapping[str, Typed], *, moved: Mapping[int, int]) -> None:
    """Every trouble of every column, in the order of the sheet, and what happened to cells that look well."""
    rows = table.rows.data
    places = [
        (rows[trouble.at], table.columns[name].at, name, trouble)
        for name, column in typed.items()
        for trouble in column.troubles
        if rows[trouble.at] not in moved
    ]
    told = {(row, at) for row, at, _, _ in places}
    for name, heading in table.columns.items():
        column = pile.card.columns[name]
        noticed = typed[name].memory.noticed if name in typed else notice(column, table.distinct(heading.at))
        if may_be_damaged(column, noticed):
            inspected = Inspected(table.cells(heading.at), column, noticed, personal=column.personal != "keep")
            places += [
                (rows[damage.at], heading.at, name, damage)
                for damage in damage_in(inspected)
                if (rows[damage.at], heading.at) not in told
            ]
    for row, at, name, trouble in sorted(places, key=lambda place: place[:2]):
        place = f"{letters(at)}{row}"
        key = _key(typed, pile.card, trouble.at)
        pile.find(trouble.code, sheet=table.sheet.name, cell=place, key=key, column=name, facts=trouble.facts)


def report_rows(table: Table, pile: Pile, typed: Mapping[str, Typed], *, carried: Sequence[bool] | None) -> None:
    """Which rows are hidden, and which are marked as belonging to another year."""
    hidden = [row for row in table.rows.data if row in table.sheet.hidden_rows] if table.sheet.hidden_rows else []
    if hidden:
        pile.facts["hidden_rows"] = str(int(pile.facts.get("hidden_rows", "0")) + len(hidden))
        facts: dict[str, type_of_fact] = {"rows": spans(hidden), "count": len(hidden)}
        pile.find("row.hidden", sheet=table.sheet.name, facts=facts)
    mark = pile.card.carried_over
    for index, row in enumerate(table.rows.data if carried else ()):
        if carried and carried[index] and mark is not None:
            place = f"{letters(table.columns[mark.column].at)}{row}"
            key = _key(typed, pile.card, index)
            pile.find("row.carried_over", sheet=table.sheet.name, cell=place, key=key, column=mark.column)


def report_difference(difference: Difference, table: Table, pile: Pile) -> None:
    """A total that does not agree with its rows, or that holds no value."""
    column = difference.column
    place = f"{letters(table.columns[column].at)}{difference.row}"
    if difference.broken:
        broken: dict[str, type_of_fact] = {"text": difference.broken.text}
        pile.find(difference.broken.code, sheet=table.sheet.name, cell=place, column=column, facts=broken)
        return
    facts = difference_facts(difference)
    pile.find("total.differs", sheet=table.sheet.name, cell=place, column=column, facts=facts)


def report_short_sum(short: ShortSum, table: Table, pile: Pile) -> None:
    """A total whose own formula leaves rows out."""
    place = f"{letters(table.columns[short.column].at)}{short.row}"
    facts = short_facts(short)
    pile.find("total.range_short", sheet=table.sheet.name, cell=place, column=short.column, facts=facts)


def _key(typed: Mapping[str, Typed], card: LedgerCard, index: int) -> str | None:
    """The record's business key; None where a part is missing or personal."""
    parts = []
    for name in card.key:
        value = typed[name].values[index] if name in typed else None
        if value is None or card.columns[name].personal != "keep":
            return None
        parts.append(as_text(value) or "")
    return "/".join(parts) or None
