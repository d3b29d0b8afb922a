"""A file that nobody announced: what stands where, and what is wrong with it even so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sources.cards import Column, LedgerCard, Total
from sources.formats.grid import Sheet, Unreadable, Workbook, open_workbook
from sources.formats.places import addresses, letters, spans
from sources.personal import presentable
from sources.reading.columns import Memory, Surroundings, Typed, type_column
from sources.reading.damage import Inspected, damage_in, notice
from sources.reading.disorder import Placed, disorder, moved_rows
from sources.reading.footers import role_of, total_rank
from sources.reading.headings import SERIAL
from sources.reading.layout import Table, unit_above
from sources.reading.levels import LEVELS
from sources.reading.totals import (
    CUMULATIVE,
    Difference,
    Sums,
    check_totals,
    difference_facts,
    short_facts,
    short_sums,
)
from sources.unknown.accounting import unaccounted
from sources.unknown.guessing import Guess, guess
from sources.unknown.outline import Outlined, is_text_only, is_transposed, outline_doubting
from sources.values import UNIT_FACTORS, Broken, fold
from warehouse.model import Finding, Slot, type_of_fact
from warehouse.personal import HIDDEN

# A file looked at by itself belongs to nobody; the names of these two stand in its findings' words.
NOBODY = Slot("", "department", "ledger", 0)
# A share of odd cells that leaves a column what the others say it is.
TOLERANCE = 0.2

# So many rows say what a column holds.
ENOUGH = 2000

_TOLD = ("cell.approximate", "cell.became_date", "cell.digits_lost", "cell.mixed_units")
# What most of a column is where a few cells are not, and the types for which that is told.
_UNLIKE = {
    "cell.not_a_date": ("日期", frozenset({"date"})),
    "cell.not_a_count": ("整数", frozenset({"count"})),
    "cell.not_a_number": ("数", frozenset({"number", "money"})),
}
# So many cells say what a column holds.
FEWEST_ALIKE = 4
_IDENTITY = re.compile(r".*身份证.*")


@dataclass(frozen=True, slots=True)
class SeenTable:
    """One table, its columns guessed; `typed` holds the values by column position, in the order of its rows."""

    outlined: Outlined
    guesses: Mapping[int, Guess]
    typed: Mapping[int, Typed]


@dataclass(frozen=True, slots=True)
class SeenSheet:
    """One sheet and the tables on it, from left to right and from top to bottom.

    `unrecognised` are the places (row as in Excel, column from 0) that say something and belong to no table.
    """

    sheet: Sheet
    tables: tuple[SeenTable, ...]
    unrecognised: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole file; without format where it could not be read."""

    format: str | None
    encoding: str | None
    names: tuple[str, ...]
    sheets: tuple[SeenSheet, ...]
    findings: tuple[Finding, ...]
    epoch_1904: bool = False


@dataclass
class _Told:
    """The findings so far."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def find(self, code: str, *, facts: Mapping[str, type_of_fact], **place: Any) -> None:
        """Add a finding; `place` gives sheet, cell and column where there are any."""
        level = LEVELS[code]
        self.findings.append(Finding(code=code, level=level, slot=NOBODY, file=self.file, facts=facts, **place))


def look(content: bytes, *, file: str, year: int, sheet: str | None = None) -> Seen:
    """All sheets of the file, or one, as they seem; `year` completes 3月5日. Bad content is a finding, no error."""
    wanted = fold(sheet) if sheet is not None else None
    return see(open_workbook(content, lambda name: wanted in (None, fold(name))), file=file, year=year)


def see(book: Workbook | Unreadable, *, file: str, year: int) -> Seen:
    """The same of a file that is open already."""
    told = _Told(file)
    if isinstance(book, Unreadable):
        return nothing_seen(book.code, file=file, facts={"reason": book.reason}, sheet=book.sheet, cell=book.cell)
    sheets = []
    for sheet in book.sheets:
        outlines, doubtful = outline_doubting(sheet)
        tables = tuple(_table(found, year=year, epoch_1904=book.epoch_1904) for found in outlines)
        left = unaccounted(sheet, [table.outlined for table in tables]) if tables else ()
        sheets.append(SeenSheet(sheet, tables, tuple(left)))
        if not tables and not is_text_only(sheet):
            told.find("sheet.no_table", sheet=sheet.name, facts={})
        if sheet.hidden and not sheet.blank:
            told.find("sheet.hidden", sheet=sheet.name, facts={})
        if doubtful:
            columns = "、".join(f"{letters(gap.start)}" for gap in doubtful)
            told.find("sheet.blank_columns", sheet=sheet.name, facts={"columns": columns})
        for table in tables:
            if is_transposed(table.outlined):
                told.find("sheet.transposed", sheet=sheet.name, facts={})
            _judge(table, told)
        _tell_unrecognised(sheets[-1], told)
    return Seen(book.format, book.encoding, book.names, tuple(sheets), tuple(told.findings), book.epoch_1904)


def nothing_seen(code: str, *, file: str, facts: Mapping[str, type_of_fact], **place: str | None) -> Seen:
    """What is told of a file that gave nothing: why, and where (sheet, cell) if one place is to blame."""
    told = _Told(file)
    told.find(code, facts=facts, **place)
    return Seen(None, None, (), (), tuple(told.findings))


def cells_below(outlined: Outlined, at: int) -> list[Any]:
    """What stands in the data rows of a column."""
    rows = outlined.sheet.rows
    return [row[at] if at < len(row := rows[number - 1]) else "" for number in outlined.rows.data]


def unit_of(outlined: Outlined, unit: str | None) -> str | None:
    """A column's unit of money: its own, else the one above the table."""
    return unit or unit_above(outlined.sheet, outlined.rows.title)


def _table(outlined: Outlined, *, year: int, epoch_1904: bool) -> SeenTable:
    guesses, typed = {}, {}
    for column in outlined.columns:
        at, cells = column.heading.at, cells_below(outlined, column.heading.at)
        unit = unit_of(outlined, column.unit)
        above = unit_above(outlined.sheet, outlined.rows.title)
        guesses[at] = guess(column.name, column.unit, cells[:ENOUGH], above=above, tolerance=TOLERANCE)
        around = Surroundings(unit if unit in UNIT_FACTORS else None, year, epoch_1904, b"")
        typed[at] = type_column(cells, Memory(_column(guesses[at], column.name), around))
    return SeenTable(outlined, guesses, typed)


def _column(guessed: Guess, name: str) -> Column:
    """The column as a card would declare it. Codes are not closed here: nobody has said which there are."""
    kind = "text" if guessed.type == "code" else guessed.type
    return Column(name=name or "?", type=kind, unit=guessed.unit)


def _judge(table: SeenTable, told: _Told) -> None:
    """Findings about one table that make sense without a card."""
    outlined, sheet = table.outlined, table.outlined.sheet.name
    places: dict[str, list[int]] = {}
    for column in outlined.columns:
        if column.heading.path[-1] not in SERIAL:
            places.setdefault(column.heading.joined, []).append(column.heading.at)
    for name, found in places.items():
        if len(found) > 1:
            cell = f"{letters(found[1])}{outlined.rows.header[-1]}"
            facts: dict[str, type_of_fact] = {"columns": "、".join(map(letters, found))}
            told.find("column.twice", sheet=sheet, cell=cell, column=name, facts=facts)
    moved = moved_rows(outlined.sheet, outlined.rows.data, _placed(table))
    _judge_cells(table, told, moved=moved)
    headed = {column.heading.at for column in outlined.columns}
    for code, place, what in disorder(outlined.sheet, outlined.rows, headed=headed, moved=moved):
        # What stands under no heading may belong to a table beside this one, and is told of the whole sheet.
        if code != "cell.unrecognised":
            told.find(code, sheet=sheet, cell=place, facts=what)
    hidden = [row for row in outlined.rows.data if row in outlined.sheet.hidden_rows]
    if hidden:
        told.find("row.hidden", sheet=sheet, facts={"rows": spans(hidden), "count": len(hidden)})
    for code, row, at, name, numbers in _differences(table):
        told.find(code, sheet=sheet, cell=f"{letters(at)}{row}", column=name, facts=numbers)


def _tell_unrecognised(seen: SeenSheet, told: _Told) -> None:
    """One note a column; the number of a row that is empty otherwise is nothing to tell."""
    serials = {
        column.heading.at
        for table in seen.tables
        for column in table.outlined.columns
        if column.heading.path[-1] in SERIAL
    }
    alone = Counter(row for row, _ in seen.unrecognised)
    places: dict[int, list[int]] = {}
    for row, at in seen.unrecognised:
        if at not in serials or alone[row] > 1:
            places.setdefault(at, []).append(row)
    for at, rows in sorted(places.items()):
        facts: dict[str, type_of_fact] = {"cells": addresses(at, rows), "count": len(rows)}
        told.find("cell.unrecognised", sheet=seen.sheet.name, cell=f"{letters(at)}{rows[0]}", facts=facts)


def _placed(table: SeenTable) -> list[Placed]:
    """The columns as they were typed."""
    return [Placed(at, typed) for at, typed in table.typed.items()]


def _inspected(table: SeenTable, name: str, at: int) -> Inspected:
    """A column as damage is looked for in it."""
    personal, cells = table.guesses[at].personal, cells_below(table.outlined, at)
    check = "identity_card" if _IDENTITY.fullmatch(name) else None
    wanted = table.typed[at].memory.column.model_copy(update={"personal": personal, "check": check})
    return Inspected(cells, wanted, notice(wanted, set(cells)), personal=personal != "keep")


def _judge_cells(table: SeenTable, told: _Told, *, moved: Mapping[int, int]) -> None:
    """Broken cells wherever they stand in the table, and values that no reading could rescue."""
    outlined = table.outlined
    names = {column.heading.at: column.name for column in outlined.columns}
    found: list[tuple[int, int, str, Mapping[str, type_of_fact]]] = []
    for row in (*outlined.rows.data, *outlined.rows.total):
        for at, cell in enumerate(outlined.sheet.rows[row - 1]):
            if isinstance(cell, Broken):
                found.append((row, at, cell.code, {"text": cell.text}))
    for at, typed in table.typed.items():
        personal = table.guesses[at].personal != "keep"
        for trouble in typed.troubles:
            if trouble.code in _TOLD and outlined.rows.data[trouble.at] not in moved:
                quoted = {name: _quoted(fact, personal=personal) for name, fact in trouble.facts.items()}
                found.append((outlined.rows.data[trouble.at], at, trouble.code, quoted))
    found += _unlike(table, moved)
    known = {(row, at) for row, at, _, _ in found}
    for column in outlined.columns:
        at = column.heading.at
        found += [
            (row, at, damage.code, damage.facts)
            for damage in damage_in(_inspected(table, column.name, at))
            if ((row := outlined.rows.data[damage.at]), at) not in known
        ]
    for row, at, code, facts in sorted(found, key=lambda each: each[:3]):
        place = f"{letters(at)}{row}"
        told.find(code, sheet=outlined.sheet.name, cell=place, column=names.get(at, letters(at)), facts=facts)


def _unlike(table: SeenTable, moved: Mapping[int, int]) -> Iterator[tuple[int, int, str, Mapping[str, type_of_fact]]]:
    """One question at the first cell of each column that is no date, or no number, among many that are."""
    rows = table.outlined.rows.data
    for at, typed in table.typed.items():
        guessed = table.guesses[at]
        others = [
            trouble
            for trouble in typed.troubles
            if trouble.code in _UNLIKE and guessed.type in _UNLIKE[trouble.code][1] and rows[trouble.at] not in moved
        ]
        alike = sum(value is not None for value in typed.values)
        if others and alike >= max(FEWEST_ALIKE, len(others) * 4):
            first = others[0]
            text = _quoted(first.facts.get("text", ""), personal=guessed.personal != "keep")
            facts = {"text": text, "kind": _UNLIKE[first.code][0], "times": len(others)}
            yield rows[first.at], at, "cell.unlike_column", facts


def _quoted(fact: type_of_fact, *, personal: bool) -> type_of_fact:
    if not isinstance(fact, str):
        return fact
    return HIDDEN if personal else presentable(fact)


def _differences(table: SeenTable) -> Iterator[tuple[str, int, int, str, Mapping[str, type_of_fact]]]:
    """Each total cell that is not the sum of its rows, or adds up only some: code, row, column, name, numbers."""
    outlined = table.outlined
    summed = {f"c{column.heading.at}": column for column in outlined.columns if table.guesses[column.heading.at].sums}
    if not outlined.rows.total or not outlined.rows.data or not summed:
        return
    card = LedgerCard(
        id="seen", name="?", row_is="?", key=(),
        columns={key: _column(table.guesses[column.heading.at], column.name) for key, column in summed.items()},
        totals=tuple(Total(column=key) for key in summed),
    )  # fmt: skip
    found = Table(
        sheet=outlined.sheet, columns={key: column.heading for key, column in summed.items()}, twice={}, unknown=(),
        rows=outlined.rows, unit=None, facts={}, states_nothing=False,
    )  # fmt: skip
    typed = {key: table.typed[column.heading.at] for key, column in summed.items()}
    for difference in check_totals(found, card, typed=typed, sums=Sums()):
        stated, computed = difference.stated, difference.computed
        # What has come together since the year began may be more than the rows here.
        more = stated is not None and computed is not None and stated > computed
        grown = more and _is_running(outlined, difference.row)
        column = summed[difference.column]
        if difference.broken is None and not grown and not _carries_on(table, column.heading.at, difference):
            facts = difference_facts(difference)
            yield "total.differs", difference.row, column.heading.at, column.name, facts
    for short in short_sums(found, card, typed=typed):
        column = summed[short.column]
        yield "total.range_short", short.row, column.heading.at, column.name, short_facts(short)


def _carries_on(table: SeenTable, at: int, difference: Difference) -> bool:
    """Whether the total of a balance, or of what only grows, repeats the last row above: nobody added it up."""
    last = [value for row, value in zip(table.outlined.rows.data, table.typed[at].values, strict=True)
            if row < difference.row and value is not None][-1:]  # fmt: skip
    return table.guesses[at].carries and last == [difference.stated]


def _is_running(outlined: Outlined, row: int) -> bool:
    """Whether the total row says 累计."""
    words = [cell for cell in outlined.sheet.rows[row - 1] if isinstance(cell, str) and role_of(cell) == "total"]
    return bool(words) and total_rank(words[0]) == CUMULATIVE
