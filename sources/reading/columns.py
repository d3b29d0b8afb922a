"""Typing one column at once: every distinct cell is parsed once, whatever it says a thousand times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.personal import HIDDEN, presentable, pseudonym
from sources.values import (
    DITTO,
    UNIT_FACTORS,
    Broken,
    Problem,
    as_text,
    fold,
    is_nothing,
    parse_count,
    parse_date,
    parse_money,
    parse_number,
    says_something,
    stated_unit,
)
from sources.words import parse_code, parse_codes, parse_flag, parse_identifier, parse_list, spellings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.cards import Column
    from sources.reading.layout import Table
    from warehouse.model import type_of_fact

ERRORS_OF_EXCEL = frozenset({"#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a parser needs beside the cell: the heading's unit, the year of 3月5日, the epoch, the secret."""

    unit: str | None
    year: int
    epoch_1904: bool
    secret: bytes


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem at the nth data row."""

    at: int
    code: str
    facts: Mapping[str, type_of_fact]


@dataclass(frozen=True, slots=True)
class Typed:
    """A column's values in row order, None where there is none, and what stands in the way of the others."""

    values: list[Any]
    troubles: tuple[Trouble, ...]


Parser = Callable[[Any], Any]


def cells_of(table: Table, name: str, column: Column) -> list[Any]:
    """What stands in a column's data rows; where the card allows it, 同上 and merged cells repeat the cell above."""
    at, rows = table.columns[name].at, table.sheet.rows
    cells = [row[at] if at < len(row := rows[number - 1]) else "" for number in table.rows.data]
    if not column.fill_down:
        return cells
    # The blank cells of a vertical merge: what they repeat is the last value above them.
    covered = {
        number
        for top, left, bottom, right in table.sheet.merged
        if left <= at <= right and bottom > top
        for number in range(top + 1, bottom + 1)
    }
    above: Any = ""
    for index, number in enumerate(table.rows.data):
        cell = cells[index]
        ditto = isinstance(cell, str) and cell and (cell.strip() in DITTO or fold(cell) in DITTO)
        if ditto or (number - 1 in covered and not says_something(cell)):
            cells[index] = above
        if says_something(cells[index]):
            above = cells[index]
    return cells


def type_column(cells: Sequence[Any], column: Column, around: Surroundings) -> Typed:
    """The column's values as its card says. A cell that cannot be read gives None and a trouble, never silence."""
    parse = _parser(column, around)
    memory: dict[Any, Any] = {}
    values: list[Any] = []
    troubles: list[Trouble] = []
    required = column.required == "cell"
    for index, cell in enumerate(cells):
        # True, 1 and 1.0 are one dictionary key, and three different cells.
        known = cell if type(cell) is str else (type(cell), cell)
        if known in memory:
            value = memory[known]
        else:
            value = memory[known] = _read(cell, parse)
        if type(value) is Problem:
            troubles.append(Trouble(index, value.code, _quotable(value.facts, column)))
            value = None
        elif value is None and required:
            troubles.append(Trouble(index, "cell.blank", {}))
        values.append(value)
    return Typed(values, (*troubles, *_mixed_units(cells, column, around)))


def read_cell(cell: Any, column: Column, around: Surroundings) -> Any:
    """What one cell says in this column, a Problem included."""
    return _read(cell, _parser(column, around))


def _read(cell: Any, parse: Parser) -> Any:
    if type(cell) is str:
        if not cell or cell.isspace():
            return None
        if cell[0] == "#" and cell.strip().upper() in ERRORS_OF_EXCEL:
            return Problem("cell.error_value", {"text": cell.strip()})
    elif isinstance(cell, Broken):
        return Problem(cell.code, {"text": cell.text})
    return parse(cell)


def _parser(column: Column, around: Surroundings) -> Parser:
    """The function that reads one cell of this column."""
    if column.personal == "key":
        return lambda cell: _keyed(cell, around.secret)
    known = spellings(column.codes)
    parsers: dict[str, Parser] = {
        "text": as_text,
        "identifier": parse_identifier,
        "code": lambda cell: parse_code(cell, known),
        "list": (lambda cell: parse_codes(cell, known)) if known else parse_list,
        "count": parse_count,
        "number": parse_number,
        "money": lambda cell: parse_money(cell, around.unit or column.unit or "元"),
        "date": lambda cell: parse_date(cell, year=around.year, epoch_1904=around.epoch_1904),
        "flag": parse_flag,
    }
    return parsers[column.type]


def _keyed(cell: Any, secret: bytes) -> Any:
    identifier = parse_identifier(cell)
    return pseudonym(secret, identifier) if isinstance(identifier, str) else identifier


def _quotable(facts: Mapping[str, type_of_fact], column: Column) -> dict[str, type_of_fact]:
    """The facts as a finding may hold them: never what stands in a personal column."""
    if column.personal != "keep":
        return {name: HIDDEN if name in ("text", "part") else fact for name, fact in facts.items()}
    return {name: presentable(fact) if name in ("text", "part") else fact for name, fact in facts.items()}  # type: ignore[arg-type]


def _mixed_units(cells: Sequence[Any], column: Column, around: Surroundings) -> list[Trouble]:
    """One question at the first cell that leaves the unit of the others in its column."""
    if column.type != "money" or not any(type(cell) is str for cell in cells):
        return []
    default = around.unit or column.unit or "元"
    units: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        if says_something(cell) and not isinstance(cell, Broken) and not (type(cell) is str and is_nothing(cell)):
            units.setdefault(stated_unit(cell) or default, []).append(index)
    if len(units) < 2:
        return []
    usual = max(units, key=lambda unit: len(units[unit]))
    others = sorted(index for unit, indexes in units.items() if unit != usual for index in indexes)
    first = others[0]
    facts = {
        "text": as_text(cells[first]),
        "unit": stated_unit(cells[first]) or default,
        "usual_unit": usual,
        "times": len(others),
    }
    return [Trouble(first, "cell.mixed_units", _quotable(facts, column))]


def unit_for(table: Table, name: str) -> str | None:
    """The unit that the sheet states for a column: its heading's, else the one above the table."""
    unit = table.columns[name].unit or table.unit
    return unit if unit in UNIT_FACTORS else None
