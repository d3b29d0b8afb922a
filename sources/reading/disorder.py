"""What befell whole rows and columns of a table: moved, struck through, hidden, cut off, without a heading."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.formats.places import addresses, letters, spans
from sources.reading.columns import Typed
from sources.reading.damage import LAST_ROWS
from sources.values import Problem, fold, says_something

if TYPE_CHECKING:
    from sources.cards import Column
    from sources.formats.grid import Sheet
    from sources.reading.sorting import Rows
    from warehouse.model import type_of_fact

STRICT = frozenset({"count", "number", "money", "date", "code", "flag"})
_MISFITS = frozenset(
    {"cell.not_a_count", "cell.not_a_number", "cell.not_a_date", "cell.not_a_flag", "cell.unknown_code",
     "cell.became_date", "cell.too_precise"}
)  # fmt: skip
_VOID_WORD = "作废"
_VOID = re.compile(
    r"[(\[【]?(?:此|该|本)?(?:件|行|条|案|项|单|表|号|记录)?(?:已|应|现)?作废[)\]】]?(?:$|[,，。;；、:：(])"
)
_VOID_ASIDE = re.compile(r"[(\[【](?:已|应)?作废[)\]】]")
# A table of which every row is moved is one trouble; so many rows say so.
MOST_MOVED = 2000


@dataclass(frozen=True, slots=True)
class Placed:
    """A typed column where it stands."""

    at: int
    typed: Typed

    @property
    def column(self) -> Column:
        """What it should hold."""
        return self.typed.memory.column


def moved_rows(sheet: Sheet, rows: Sequence[int], placed: Sequence[Placed]) -> dict[int, int]:
    """The data rows whose cells stand one column too far to the right (1) or to the left (-1), from a place on."""
    misfits: dict[int, list[int]] = {}
    for each in placed:
        if each.typed.troubles and each.column.type in STRICT:
            for trouble in each.typed.troubles:
                if trouble.code in _MISFITS:
                    misfits.setdefault(trouble.at, []).append(each.at)
    found = {}
    for index in sorted(at for at, wrong in misfits.items() if len(wrong) > 1)[:MOST_MOVED]:
        cells = sheet.rows[rows[index] - 1]
        for step in (1, -1):
            if _fits(cells, placed, step, wrong=misfits[index]):
                found[rows[index]] = step
                break
    return found


def _fits(cells: Sequence[Any], placed: Sequence[Placed], step: int, *, wrong: Collection[int]) -> bool:
    """Whether all that is wrong in the row is right when read one column further."""
    first, right = min(wrong), 0
    for each in placed:
        if each.at < first or each.column.type not in STRICT:
            continue
        at = each.at + step
        value = each.typed.memory.read(cells[at]) if 0 <= at < len(cells) else None
        if isinstance(value, Problem):
            return False
        right += value is not None and each.at in wrong
    return right >= 2


Found = tuple[str, "str | None", "dict[str, type_of_fact]"]


def disorder(sheet: Sheet, rows: Rows, *, headed: Collection[int], moved: Mapping[int, int]) -> Iterator[Found]:
    """What befell whole rows and columns of one table: code, cell where there is one, facts."""
    for step in (1, -1) if moved else ():
        if those := [row for row in rows.data if moved.get(row) == step]:
            yield "row.shifted", None, {
                "rows": spans(those), "count": len(those), "direction": "右" if step > 0 else "左"
            }  # fmt: skip
    if is_cut_off(rows.data):
        yield "sheet.cut_off", None, {"last": rows.data[-1]}
    if rows.example:
        yield "row.example", None, {"rows": spans(rows.example), "count": len(rows.example)}
    if struck := struck_rows(sheet, rows.data):
        yield "row.struck", None, {"rows": spans(struck), "count": len(struck)}
    # A line through what is void says the same, and was asked about.
    if void := {row: at for row, at in void_rows(sheet, rows.data).items() if row not in struck}:
        first = min(void)
        yield "row.void", f"{letters(void[first])}{first}", {"rows": spans([*void]), "count": len(void)}
    if hidden := hidden_columns(sheet, rows.data, headed):
        yield "column.hidden", None, {"columns": "、".join(map(letters, hidden)), "count": len(hidden)}
    for at, those in sorted(unheaded(sheet, rows.data, headed).items()):
        yield "cell.unrecognised", f"{letters(at)}{those[0]}", {"cells": addresses(at, those), "count": len(those)}


def void_rows(sheet: Sheet, rows: Sequence[int]) -> Mapping[int, int]:
    """The data rows of which a cell says that they no longer count, and its column: 作废, 此件已作废，重复登记."""
    if _VOID_WORD not in sheet.together:
        return {}
    void: dict[int, int] = {}
    for at, (texts, column) in enumerate(zip(sheet.texts_by_column, sheet.columns, strict=True)):
        saying = {text for text in texts.each if type(text) is str and _VOID_WORD in text and _says_void(text)}
        for row, cell in enumerate(column, 1) if saying else ():
            if cell in saying:
                void.setdefault(row, at)
    return {row: void[row] for row in rows if row in void}


def _says_void(text: str) -> bool:
    folded = fold(text)
    return _VOID.match(folded) is not None or _VOID_ASIDE.search(folded) is not None


def struck_rows(sheet: Sheet, rows: Sequence[int]) -> list[int]:
    """The data rows of which half of the cells or more are struck through."""
    if not sheet.details.struck:
        return []
    struck: dict[int, int] = {}
    for row, at in sheet.details.struck:
        if row < len(sheet.rows) and at < len(sheet.rows[row]) and says_something(sheet.rows[row][at]):
            struck[row + 1] = struck.get(row + 1, 0) + 1
    return [row for row in rows if row in struck and struck[row] * 2 >= sum(map(says_something, sheet.rows[row - 1]))]


def hidden_columns(sheet: Sheet, rows: Sequence[int], headed: Collection[int]) -> list[int]:
    """The columns of the table (from 0) that are hidden and hold something."""
    hidden = sheet.details.hidden_columns & frozenset(headed)
    return sorted(
        at
        for at in hidden
        if any(at < len(row := sheet.rows[number - 1]) and says_something(row[at]) for number in rows)
    )


def unheaded(sheet: Sheet, rows: Sequence[int], headed: Collection[int]) -> Mapping[int, list[int]]:
    """Columns without a heading, each with the data rows in which something stands there all the same."""
    found: dict[int, list[int]] = {}
    for at, cells in enumerate(sheet.distinct):
        if at not in headed and (len(cells) > 1 or "" not in cells):
            column = sheet.columns[at]
            if those := [number for number in rows if says_something(column[number - 1])]:
                found[at] = those
    return found


def is_cut_off(rows: Sequence[int]) -> bool:
    """Whether the last row is the last that some program could write."""
    return len(rows) > 1 and rows[-1] in LAST_ROWS and rows[-2] == rows[-1] - 1
