"""Typing one column at once: every distinct cell is parsed once, whatever it says a thousand times."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sources.personal import presentable, pseudonym, pseudonyms
from sources.values import (
    DITTO,
    UNIT_FACTORS,
    Broken,
    Problem,
    are_plain,
    as_text,
    fold,
    parse_count,
    parse_date,
    parse_money,
    parse_number,
    says_something,
    stated_unit,
)
from sources.words import parse_code, parse_codes, parse_flag, parse_identifier, parse_list, spellings
from warehouse.personal import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.cards import Column
    from sources.reading.layout import Table
    from warehouse.model import type_of_fact

# So many new cells are worth a look at all of them together.
MANY = 8
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


class Memory:
    """What the cells of one column say: each is parsed once, however many rows and files repeat it.

    `values[0]` is None, what a blank cell says. A cell that could not be read has None too, and its Problem, quotable
    as its column allows, in `problems`. `notice` is shown every distinct cell once; what it says is in `noticed`.
    """

    def __init__(
        self,
        column: Column,
        around: Surroundings,
        *,
        notice: Callable[[Column, Collection[Any]], Set[str]] | None = None,
    ) -> None:
        self.column = column
        self.noticed: set[str] = set()
        self._notice = notice
        self.values: list[Any] = [None]
        self.problems: dict[int, Problem] = {}
        self.unit = around.unit or column.unit or "元"
        self._parse = _parser(column, around)
        self._plain = _plain(column, around)
        self._units: list[str | None] | None = [None] if column.type == "money" else None
        self._known = _Known(self._learn)
        self._new: list[Any] = []

    def typed(self, cells: Sequence[Any], distinct: Set[Any] | None = None) -> Typed:
        """The cells as a column: where in `values` the value of each stands. `distinct` may hold more than they do."""
        distinct = set(cells) if distinct is None else distinct
        if (1 in distinct or 0 in distinct) and bool in map(type, cells):
            # True and 1.0 are one dictionary key, and two different cells.
            cells = [(cell,) if cell is True or cell is False else cell for cell in cells]
        places = self._plain_places(cells, distinct) if self._plain is not None else ()
        typed = Typed(self, places or list(map(self._known.__getitem__, cells)))
        if self._new:
            new, self._new = self._new, []
            if self._notice is not None:
                self.noticed |= self._notice(self.column, new)
        return typed

    def _plain_places(self, cells: Sequence[Any], distinct: Set[Any]) -> Sequence[int]:
        """Learn new cells that say what stands there all at once, as identifiers and remarks do.

        Where they are all different and each is its own value, their places are given, and they are not looked up:
        what another file has said before stands there twice.
        """
        if len(distinct) < MANY or self._plain is None:
            return ()
        different = dict.fromkeys(cells)
        own = self._plain.values is None and len(different) == len(cells)
        new = list(different) if own else [cell for cell in different if cell not in self._known]
        if len(new) < MANY or not are_plain(new, folded=self._plain.folded):
            return ()
        places = range(len(self.values), len(self.values) + len(new))
        self.values += new if self._plain.values is None else self._plain.values(new)
        self._new += new
        if own:
            return places
        self._known.update(zip(new, places, strict=True))
        return ()

    def read(self, cell: Any) -> Any:
        """What one cell outside the rows says in this column, a Problem included; it is not remembered."""
        return _read(cell, self._parse)

    def units(self, places: Sequence[int]) -> Sequence[str | None]:
        """The unit of money of each cell, None for blank and broken ones; nothing where all have the same."""
        units = self._units
        return (
            [units[place] for place in places] if units and len({units[at] for at in set(places)} - {None}) > 1 else ()
        )

    def __getstate__(self) -> dict[str, Any]:
        """What was learned can travel to another process; how it is learned cannot."""
        return {**self.__dict__, "_parse": None, "_plain": None, "_notice": None, "_known": None}

    def _learn(self, cell: Any) -> int:
        """Where the value of a cell stands that has not been seen before."""
        self._new.append(cell)
        said = cell[0] if type(cell) is tuple else cell
        # Nearly every text begins with a letter or digit: it is neither blank nor an error value.
        value = (
            self._parse(said)
            if type(said) is str and said[0] > "#" and not said[0].isspace()
            else _read(said, self._parse)
        )
        if value is None:
            return 0
        place = len(self.values)
        if type(value) is Problem:
            self.problems[place] = Problem(value.code, _quotable(value.facts, self.column))
            value = None
        if self._units is not None:
            self._units.append(None if isinstance(said, Broken) else stated_unit(said) or self.unit)
        self.values.append(value)
        return place


class _Known(dict[Any, int]):
    """Where the value of each cell stands; one that has not been seen before is learned."""

    __slots__ = ("_learn",)

    def __init__(self, learn: Callable[[Any], int]) -> None:
        super().__init__({"": 0})
        self._learn = learn

    def __missing__(self, cell: Any) -> int:
        place = self[cell] = self._learn(cell)
        return place


class Typed:
    """A column in row order: where in the memory each value stands, and the troubles of those that are unread."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, memory: Memory, places: Sequence[int]) -> None:
        self.memory, self.places = memory, places
        self.troubles: tuple[Trouble, ...] = ()

    def __eq__(self, other: object) -> bool:
        """Whether it says the same; how it was learned does not matter."""
        return isinstance(other, Typed) and (self.values, self.troubles) == (other.values, other.troubles)

    @cached_property
    def values(self) -> list[Any]:
        """The values in row order, None where there is none."""
        return list(map(self.memory.values.__getitem__, self.places))


Parser = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Plain:
    """What plain texts of a column say: themselves or, where there is such a thing, their `values`."""

    folded: bool
    values: Callable[[Sequence[str]], list[str]] | None = None


def _plain(column: Column, around: Surroundings) -> _Plain | None:
    """How plain texts of this column are read; None where no text is."""
    if column.personal == "key":
        return _Plain(folded=True, values=lambda texts: pseudonyms(around.secret, texts))
    return _Plain(folded=column.type == "identifier") if column.type in ("identifier", "text") else None


def cells_of(table: Table, name: str, column: Column) -> Sequence[Any]:
    """What stands in a column's data rows; where the card allows it, 同上 and merged cells repeat the cell above."""
    at = table.columns[name].at
    cells = table.cells(at)
    return _filled_down(table, at, cells) if column.fill_down else cells


def _filled_down(table: Table, at: int, cells: Sequence[Any]) -> Sequence[Any]:
    # The blank cells of a vertical merge: what they repeat is the last value above them.
    covered = {
        number
        for top, left, bottom, right in table.sheet.merged
        if left <= at <= right and bottom > top
        for number in range(top + 1, bottom + 1)
    }
    if not covered and not any(map(_is_ditto, set(cells))):
        return cells
    filled, above = list(cells), ""
    for index, number in enumerate(table.rows.data):
        cell = filled[index]
        if _is_ditto(cell) or (number - 1 in covered and not says_something(cell)):
            filled[index] = above
        if says_something(filled[index]):
            above = filled[index]
    return filled


def _is_ditto(cell: Any) -> bool:
    return type(cell) is str and 0 < len(cell) < 20 and (cell.strip() in DITTO or fold(cell) in DITTO)


def type_column(cells: Sequence[Any], memory: Memory, *, distinct: Set[Any] | None = None) -> Typed:
    """The column's values as its card says. A cell that cannot be read gives None and a trouble, never silence.

    `distinct`, where it is known, are the distinct cells, perhaps among others.
    """
    typed = memory.typed(cells, distinct)
    places = typed.places
    troubles: list[Trouble] = []
    if memory.problems and not memory.problems.keys().isdisjoint(places):
        for index, place in enumerate(places):
            if (problem := memory.problems.get(place)) is not None:
                troubles.append(Trouble(index, problem.code, problem.facts))
    if memory.column.required == "cell" and 0 in places:
        troubles += [Trouble(index, "cell.blank", {}) for index, place in enumerate(places) if place == 0]
        troubles.sort(key=lambda trouble: trouble.at)
    typed.troubles = (*troubles, *_mixed_units(cells, memory.units(places), memory))
    return typed


def _read(cell: Any, parse: Parser) -> Any:
    if type(cell) is str:
        if cell.isspace():
            return None
        if cell[:1] == "#" and cell.strip().upper() in ERRORS_OF_EXCEL:
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


def _mixed_units(cells: Sequence[Any], stated: Sequence[str | None], memory: Memory) -> list[Trouble]:
    """One question at the first cell that leaves the unit of the others in its column."""
    units: dict[str, list[int]] = {}
    for index, unit in enumerate(stated):
        if unit is not None:
            units.setdefault(unit, []).append(index)
    if len(units) < 2:
        return []
    usual = max(units, key=lambda unit: len(units[unit]))
    others = sorted(index for unit, indexes in units.items() if unit != usual for index in indexes)
    first = others[0]
    facts = {"text": as_text(cells[first]), "unit": stated[first], "usual_unit": usual, "times": len(others)}
    return [Trouble(first, "cell.mixed_units", _quotable(facts, memory.column))]


def unit_for(table: Table, name: str) -> str | None:
    """The unit that the sheet states for a column: its heading's, else the one above the table."""
    unit = table.columns[name].unit or table.unit
    return unit if unit in UNIT_FACTORS else None
