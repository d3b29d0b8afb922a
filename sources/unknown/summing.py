"""Rows that are no records: sums that do not say 合计, or not below the rows, and examples of how to fill in a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.sorting import Rows
from sources.unknown.looks import filled_cells, kind_of
from sources.values import fold, parse_money, says_something

# So many rows say whether a column holds numbers.
ENOUGH = 500

_NAMED = re.compile(r".{1,12}(?:小计|合计|总计)[::]?|(?i:(?:grand|sub)?-?total[::]?)")
_MONTH = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?")
_LONGER = re.compile(r"第?[一二三四1-4]季度|[上下]半年|全年")
_EXAMPLE = re.compile(r"[(\[【]?(?:例如?|举例|示范)\d?[)\]】]?")
# Among so many months a quarter is their sum.
FEWEST_MONTHS, MOST_MONTHS = 3, 120
# A name with 小计 behind it stands in one of the first columns of the table.
LEADING = 4


def take_sums(sheet: Sheet, columns: Sequence[int], rows: Rows) -> None:
    """Put every row of sums among the totals, examples among the footers; `columns` are the table's, from 0."""
    _take_examples(sheet, columns, rows)
    numeric = [at for at in columns if _is_numeric(sheet, at, rows.data)]
    found = [
        *_above_the_header(sheet, columns, rows),
        *_named(sheet, columns, numeric, rows),
        *_of_months(sheet, rows),
        *_unlabelled(sheet, columns, numeric, rows),
    ]
    rows.total = sorted({*rows.total, *found})
    rows.title = [row for row in rows.title if row not in found]
    rows.data = [row for row in rows.data if row not in found]


def _take_examples(sheet: Sheet, columns: Sequence[int], rows: Rows) -> None:
    """例 alone in the first cell of the first rows: nobody's record, and not to be added up."""
    found = []
    for row in rows.data:
        at, first = next(iter(filled_cells(sheet, row - 1).items()), (-1, ""))
        if at not in columns[:2] or not isinstance(first, str) or not _EXAMPLE.fullmatch(fold(first)):
            # Among the records it is what somebody wrote.
            break
        found.append(row)
    rows.example = sorted([*rows.example, *found])
    rows.footer = sorted([*rows.footer, *found])
    rows.data = [row for row in rows.data if row not in found]


def _above_the_header(sheet: Sheet, columns: Sequence[int], rows: Rows) -> list[int]:
    """合计 with its numbers over the header, each above the column that it sums up."""
    found = []
    for row in rows.title:
        cells = filled_cells(sheet, row - 1)
        words = [cell for cell in cells.values() if isinstance(cell, str) and role_of(cell) == "total"]
        numbers = [at for at, cell in cells.items() if kind_of(cell) == "number"]
        if len(words) == 1 and numbers and len(numbers) + 1 == len(cells) and all(at in columns for at in cells):
            found.append(row)
    return found


def _named(sheet: Sheet, columns: Sequence[int], numeric: Sequence[int], rows: Rows) -> list[int]:
    """东街小计: a name with the word behind it, then nothing but numbers, where other rows say more."""
    others, leading = [at for at in columns if at not in numeric], slice(columns[0], columns[0] + LEADING)
    found: list[int] = []
    for row in rows.data:
        # Of a hundred thousand rows few have such a word, and only they are looked at more closely.
        if not any(map(_is_named, sheet.rows[row - 1][leading])):
            continue
        cells = filled_cells(sheet, row - 1)
        words = [cells[at] for at in others if at in cells]
        if words[:1] != [next(iter(cells.values()), "")] or not all(map(_is_named, words)):
            continue
        summed = [at for at in numeric if at in cells]
        # Where a row has but a name and its numbers, only their sum tells 东街合计 from 合计设备公司.
        if summed and (len(others) > 1 or _sums_up(sheet, row, summed, rows.data, (*rows.total, *found))):
            found.append(row)
    return found


def _is_named(cell: Any) -> bool:
    """Whether it is a name with the word behind it: 本年收入合计 on one side, and 本年支出合计 on the other."""
    return isinstance(cell, str) and _NAMED.fullmatch(fold(cell)) is not None


def _of_months(sheet: Sheet, rows: Rows) -> list[int]:
    """一季度 and 上半年 below the months that they sum up."""
    if not 0 < len(rows.data) <= MOST_MONTHS:
        return []
    lead = min((at for row in rows.data for at in filled_cells(sheet, row - 1)), default=0)
    names = {row: fold(cell) for row in rows.data if isinstance(cell := _at(sheet, row, lead), str)}
    months = [row for row, name in names.items() if _MONTH.fullmatch(name)]
    longer = [row for row, name in names.items() if _LONGER.fullmatch(name)]
    if len(months) < FEWEST_MONTHS or len(months) + len(longer) < len(rows.data):
        return []
    return [row for row in longer if row > months[0]]


def _unlabelled(sheet: Sheet, columns: Sequence[int], numeric: Sequence[int], rows: Rows) -> list[int]:
    """A row of sums that nobody called 合计: all but its numbers blank, and each the sum of the rows above."""
    if len(rows.data) < 3:
        return []
    others = [at for at in columns if at not in numeric]
    suspects = [row for row in rows.data[2:] if not any(says_something(_at(sheet, row, at)) for at in others)]
    if not numeric or not others or len(suspects) > 1 + len(rows.data) // 3:
        return []
    found: list[int] = []
    for row in suspects:
        stated = [at for at in numeric if says_something(_at(sheet, row, at))]
        if stated and _sums_up(sheet, row, stated, rows.data, (*rows.total, *found)):
            found.append(row)
    return found


def _sums_up(sheet: Sheet, row: int, columns: Sequence[int], data: Sequence[int], totals: Sequence[int]) -> bool:
    """Whether each of the columns is in this row the sum of the rows since the last total, of two at least."""
    since = max((total for total in totals if total < row), default=0)
    above = [other for other in data if since < other < row]
    if len(above) < 2:
        return False
    return all(
        _number(_at(sheet, row, at)) == sum((_number(_at(sheet, other, at)) or Decimal(0)) for other in above)
        for at in columns
    )


def _is_numeric(sheet: Sheet, at: int, data: Sequence[int]) -> bool:
    cells = [cell for row in data[:ENOUGH] if says_something(cell := _at(sheet, row, at))]
    return len(cells) >= 2 and all(_number(cell) is not None for cell in cells)


def _number(cell: Any) -> Decimal | None:
    value = parse_money(cell)
    return value if isinstance(value, Decimal) else None


def _at(sheet: Sheet, row: int, at: int) -> Any:
    cells = sheet.rows[row - 1]
    return cells[at] if at < len(cells) else ""
