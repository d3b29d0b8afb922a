"""The 退回单: a department's own workbook given back, its failing cells marked, a list of what is wrong in front.

What it says in Chinese is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

from pydantic import model_validator

from sources.cards import Declared
from sources.formats.grid import Unreadable, Workbook, open_workbook
from sources.reading.returned import (
    COMMENT,
    ID_HEAD,
    LIST_SHEET,
    NUMBER_HEAD,
    REASON_HEAD,
    is_list_name,
    without_list,
)
from sources.values import Broken, as_text
from sources.workbooks.drawing import letters
from sources.workbooks.returns_list import knows_its_heads
from warehouse.model import Level
from warehouse.personal import masked

How = Literal["marked", "plain", "listed"]
_A1 = re.compile(r"([A-Z]{0,3})([1-9]\d{0,6})")


class LevelWords(Declared):
    """What a level is called, and what a clerk must do about it."""

    name: str
    legend: str


class ReasonWords(Declared):
    """What the cell for an explanation teaches, and what it says to a text that is too long."""

    title: str
    message: str
    too_long: str


class ReturnWords(Declared):
    """Every word of a 退回单; `{…}` slots are filled."""

    font: str
    title_font: str
    sheet: str
    file: str
    folder_file: str
    title: str
    about: str
    folder: str
    counts: str
    levels: Mapping[Level, LevelWords]
    steps: Mapping[Literal["marked", "listed"], str]
    answering: Mapping[Literal["marked", "listed"], str]
    kept: Mapping[Literal["plain", "listed"], str]
    heads: tuple[str, ...]
    blank: str
    personal: str
    whole_sheet: str
    whole_file: str
    fix: str
    for_all: str
    reason: ReasonWords
    number: str
    comment: str
    comment_answer: str
    author: str
    page: str
    formats: Mapping[str, str]

    @model_validator(mode="after")
    def _recognisable(self) -> ReturnWords:
        if not is_list_name(self.sheet) or not self.comment.startswith(COMMENT):
            raise ValueError(f"sheet must begin with {LIST_SHEET} and comment with {COMMENT}: yishu knows them by that")
        if not knows_its_heads(self.heads):
            raise ValueError(
                f"heads must be nine, {NUMBER_HEAD} the first, {REASON_HEAD} and {ID_HEAD} the last: yishu knows an "
                "explanation by them"
            )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One place of an item. `cell` is A1, or a row alone; `shown`: whether what stands there may be repeated.

    `before` is what the same record, or the same total, said the year before; `id` is what it is called by who answers;
    `remark` what became of an earlier answer.
    """

    level: Level
    sheet: str | None
    cell: str | None
    column: str
    says: str
    fix: str
    before: str = ""
    remark: str = ""
    id: str = ""
    shown: Literal["yes", "personal", "no"] = "yes"

    @property
    def address(self) -> str | None:
        """Where its mark goes; the first cell of a row that was named alone."""
        match = _A1.fullmatch(self.cell or "")
        return f"{match[1] or 'A'}{match[2]}" if match else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to do, and every place that it is to be done at: what is wrong, how to mend it once."""

    level: Level
    says: str
    fix: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One 退回单: whom it goes to, about which file, and everything that is wrong with it. `file` is empty for none."""

    number: str
    office: str
    department: str
    year: int
    ledgers: tuple[str, ...]
    file: str
    made_at: str
    created: datetime
    items: tuple[Item, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every item."""
        return tuple(problem for item in self.items for problem in item.problems)

    def count(self, level: Level) -> int:
        """How many problems are of `level`."""
        return sum(problem.level is level for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Written:
    """A 退回单 as bytes: the very workbook, a plain copy of what stood in it, or the list alone."""

    content: bytes
    suffix: str
    how: How


def write(content: bytes, order: Order, words: ReturnWords) -> Written:
    """The workbook `content` given back; where it cannot be, what stands in it, and at the least the list."""
    from sources.formats.biff_looks import looks_of
    from sources.workbooks.returns_graft import NotGraftedError, graft
    from sources.workbooks.returns_plain import copy, names_for

    book = open_workbook(content, lambda _name: True)
    own = () if isinstance(book, Unreadable) else without_list(book.sheets, content).sheets
    if isinstance(book, Unreadable) or not own:
        return list_alone(order, words)
    order = _each(order, partial(_anchored, book=book))
    values = _values(book, order, words)
    if book.format == "xlsx":
        try:
            return Written(*graft(content, book, order, words, values=values), "marked")
        except NotGraftedError:
            # A package that is not built as it should be: what stands in it is worth more than how it was built.
            pass
    kept = words.kept["plain"].format(format=words.formats.get(book.format, f".{book.format}"))
    names = names_for(own)
    drawn = copy(own, names, words=words, looks=looks_of(content), at=order.created)
    values = {(names.get(sheet, sheet), cell): value for (sheet, cell), value in values.items()}
    order = _each(order, lambda problem: replace(problem, sheet=names.get(problem.sheet or "", problem.sheet)))
    return Written(*graft(drawn, replace(book, sheets=own), order, words, values=values, kept=kept), "plain")


def list_alone(order: Order, words: ReturnWords) -> Written:
    """The list without a workbook behind it, for a file that is missing or cannot be opened."""
    from sources.workbooks.returns_pen import draw_list

    kept = words.kept["listed"] if order.file else ""
    return Written(draw_list(order, words, kept=kept), ".xlsx", "listed")


def _each(order: Order, change: Callable[[Problem], Problem]) -> Order:
    """The order with every problem changed."""
    items = (replace(item, problems=tuple(map(change, item.problems))) for item in order.items)
    return replace(order, items=tuple(items))


def _anchored(problem: Problem, book: Workbook) -> Problem:
    """The problem at the first cell of the merged one that it stands in: nowhere else can it be seen or mended."""
    if (address := problem.address) is None or problem.cell != address:
        return problem
    row, column = _indexes(address)
    for sheet in book.sheets:
        for top, left, bottom, right in sheet.merged if sheet.name == problem.sheet else ():
            if top <= row <= bottom and left <= column <= right:
                return replace(problem, cell=f"{letters(left)}{top + 1}")
    return problem


def _values(book: Workbook, order: Order, words: ReturnWords) -> dict[tuple[str, str], str]:
    """What stands at each place that the list names and may show."""
    rows = {sheet.name: sheet.rows for sheet in book.sheets}
    found = {}
    for problem in order.problems:
        match = _A1.fullmatch(problem.cell or "")
        if problem.sheet not in rows or match is None or not match[1]:
            continue
        place = (problem.sheet, problem.cell or "")
        value = cell_at(rows[problem.sheet], problem.cell or "")
        found[place] = words.blank if value == "" or value is None else _shown(value)
    return found


def cell_at(rows: list[list[Any]], address: str) -> Any:
    """What stands at an A1 address, '' beyond the last cell."""
    row, column = _indexes(address)
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _indexes(address: str) -> tuple[int, int]:
    """Row and column from 0."""
    match = _A1.fullmatch(address)
    assert match is not None  # noqa: S101 - addresses are ours
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _shown(value: Any) -> str:
    return masked(value.text if isinstance(value, Broken) else as_text(value) or "")


def by_sheet(problems: Iterable[Problem]) -> dict[str, dict[str, list[Problem]]]:
    """The problems that have a cell, by sheet and address, the heaviest of each cell first."""
    sheets: dict[str, dict[str, list[Problem]]] = {}
    order = list(Level)
    for problem in sorted(problems, key=lambda each: order.index(each.level)):
        if problem.sheet is not None and (address := problem.address) is not None:
            sheets.setdefault(problem.sheet, {}).setdefault(address, []).append(problem)
    return sheets
