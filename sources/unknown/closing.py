"""Rows below the records that are none: a word and what it says (值班要求 | …), and what compares with a total."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import leading_role, role_of
from sources.reading.headings import SERIAL, Heading, bare
from sources.reading.sorting import Rows
from sources.unknown.fields import are_pairs
from sources.unknown.looks import filled_cells, heads, kind_of
from sources.values import fold, says_something

# So many rows say what a record looks like.
ENOUGH = 200
FEWEST_CELLS = 3
# Words that tell stand in one of the first columns.
LEADING = 4

_FUNCTION = re.compile(r"(?:数值)?计数|平均值?|最[大小]值|乘积|(?:总体)?(?:标准偏差|方差)")


def take_closing(sheet: Sheet, headings: Sequence[Heading], rows: Rows) -> None:
    """Put the rows that close the table, or compare with its totals, among the footers."""
    for find in (_remarks, _below_totals, _comparing_at_the_end):
        found = set(find(sheet, headings, rows))
        sums = {row for row in found if _says_sum(filled_cells(sheet, row - 1))}
        rows.total = sorted([*rows.total, *sums])
        rows.data = [row for row in rows.data if row not in sums]
        _drop(rows, found - sums)
    _drop(rows, set(_of_groups(sheet, rows)))


def _drop(rows: Rows, found: set[int]) -> None:
    if found:
        rows.footer = sorted([*rows.footer, *found])
        rows.data = [row for row in rows.data if row not in found]


def _remarks(sheet: Sheet, headings: Sequence[Heading], rows: Rows) -> Iterator[int]:
    """The last rows that hold a word and what it says, where the records hold more."""
    last = [(row, filled_cells(sheet, row - 1)) for row in rows.data[-ENOUGH:]]
    first = len(last)
    while first > 0 and (len(cells := last[first - 1][1]) == 2 or _states_fields(cells) or are_pairs(cells)):
        first -= 1
    records = [cells for _, cells in last[:first]]
    for row, cells in reversed(last[first:] if records else []):
        signed = _states_fields(cells) or (row > min(rows.total, default=row) and _is_signed(cells, records))
        if not signed and not _is_remark(sheet, row, headings, records):
            return
        yield row


def _states_fields(cells: Mapping[int, Any]) -> bool:
    """Whether the cells are words with a colon and what they say, by turns: 收入笔数： | 1 | 收入合计： | 5000."""
    labels = [isinstance(cell, str) and fold(cell).endswith(":") for cell in cells.values()]
    return len(labels) > 2 and len(labels) % 2 == 0 and labels == [True, False] * (len(labels) // 2)


def _is_signed(cells: Mapping[int, Any], records: Sequence[Mapping[int, Any]]) -> bool:
    """Whether words and what they say stand by turns where records hold numbers or days: 报销人 | 王某."""
    if len(cells) < 4 or not are_pairs(cells) or any(are_pairs(each) for each in records):
        return False
    kinds = {at: {kind_of(each[at]) for each in records if at in each} for at in cells}
    return any(
        kinds[at] and kinds[at] <= {"number", "date"} and kind_of(cell) == "text" and heads(cell)
        for at, cell in cells.items()
    )


def _is_remark(sheet: Sheet, row: int, headings: Sequence[Heading], records: Sequence[Mapping[int, Any]]) -> bool:
    cells = filled_cells(sheet, row - 1)
    lead, label = next(iter(cells.items()))
    if len(cells) != 2 or not isinstance(label, str) or min(len(headings), _usual(records)) < FEWEST_CELLS:
        return False
    if lead != headings[0].at and not (lead == headings[1].at and headings[0].path[-1] in SERIAL):
        return False
    if any(fold(str(each.get(lead, ""))).endswith(":") for each in records):
        return False
    return fold(label).endswith(":") or _is_merged(sheet, row, cells, records) or _is_named(cells, headings, records)


def _usual(records: Sequence[Mapping[int, Any]]) -> int:
    """How many cells a record of the middle fills."""
    return sorted(map(len, records))[len(records) // 2]


def _is_merged(sheet: Sheet, row: int, cells: Mapping[int, Any], records: Sequence[Mapping[int, Any]]) -> bool:
    """Whether what the word says stands across columns that every record fills one by one, and the word is no name.

    北街 | 未开展 among 东街 and 西街 is a record all the same: names end alike, or are as short.
    """
    (lead, label), (at, _) = cells.items()
    across = [right for top, left, _, right in sheet.merged if (top, left) == (row - 1, at) and right > left]
    names = [fold(str(each[lead])) for each in records if lead in each]
    if any(name[-1:] == fold(label)[-1:] or len(name) >= len(fold(label)) for name in names):
        return False
    return bool(across) and any(set(range(at, across[0] + 1)) <= each.keys() for each in records)


def _is_named(cells: Mapping[int, Any], headings: Sequence[Heading], records: Sequence[Mapping[int, Any]]) -> bool:
    """Whether the word is one that no record begins with: among serial numbers, or a remark's among names."""
    (lead, label), (at, value) = cells.items()
    others = [each[lead] for each in records if lead in each]
    if any(heading.at == lead and heading.path[-1] in SERIAL for heading in headings):
        return kind_of(label) == "text" and all(kind_of(other) == "number" for other in others)
    if any(heads(other) or leading_role(str(other)) == "label" for other in others):
        return False
    if leading_role(label) == "label":
        return True
    kinds = {kind_of(each[at]) for each in records if at in each}
    return bool(kinds) and heads(label) and kind_of(value) in ("text", "long") and kinds <= {"number", "date", "code"}


def _of_groups(sheet: Sheet, rows: Rows) -> Iterator[int]:
    """东街 计数 and 东街 平均值 below the rows of 东街, as a program adds them to a sorted list."""
    group = ""
    for row in rows.data:
        first = next((cell for cell in sheet.rows[row - 1][:LEADING] if says_something(cell)), "")
        said = fold(first) if isinstance(first, str) else ""
        if group and said.startswith(group) and _FUNCTION.fullmatch(said.removeprefix(group)):
            yield row
        else:
            group = said or group


def _below_totals(sheet: Sheet, headings: Sequence[Heading], rows: Rows) -> Iterator[int]:
    """The rows right below a total, or an average, that compare with it, or leave blank what a record says."""
    closers = {*rows.total, *(row for row in rows.footer if _numbers(filled_cells(sheet, row - 1)) > 0)}
    for closer in sorted(closers):
        first = bisect(rows.data, closer)
        if first == len(rows.data) or not _states_numbers(filled_cells(sheet, rows.data[first] - 1)):
            continue
        above = [filled_cells(sheet, row - 1) for row in rows.data[max(0, first - ENOUGH) : first]]
        if above:
            named = _always_named(headings, above) - filled_cells(sheet, closer - 1).keys()
            yield from _comparing(sheet, [*_run(sheet, rows.data, first, below=closer)], named)


def _run(sheet: Sheet, data: Sequence[int], first: int, *, below: int) -> Iterator[int]:
    """The data rows from one on with nothing but blank rows between them and above them."""
    for row in data[first:]:
        if any(filled_cells(sheet, between - 1) for between in range(below + 1, row)):
            return
        yield row
        below = row


def _comparing(sheet: Sheet, run: Sequence[int], named: set[int]) -> Iterator[int]:
    """Those at the beginning of the run that are no records; by their words alone only if no record follows them."""
    by_words = []
    for row in run:
        cells = filled_cells(sheet, row - 1)
        if not _states_numbers(cells):
            return
        if named and not named & cells.keys():
            yield row
        elif _says_compares(cells):
            by_words.append(row)
        else:
            return
    yield from by_words


def _comparing_at_the_end(sheet: Sheet, headings: Sequence[Heading], rows: Rows) -> list[int]:
    """The last rows without a total above them that compare, and leave blank all that a record says besides."""
    records = [filled_cells(sheet, row - 1) for row in rows.data[-ENOUGH:]]
    first = len(records)
    while first > 0 and _states_numbers(records[first - 1]) and _says_compares(records[first - 1]):
        first -= 1
    last, named = records[first:], _always_named(headings, records[:first])
    if first < 2 or any(not named - {min(cells)} or named & cells.keys() - {min(cells)} for cells in last):
        return []
    return rows.data[-len(records) :][first:]


def _always_named(headings: Sequence[Heading], above: Sequence[Mapping[int, Any]]) -> set[int]:
    """The columns in which every record says something that is no number of its own: names, codes, serial numbers."""
    found = set()
    for heading in headings:
        kinds = {kind_of(cells.get(heading.at, "")) for cells in above}
        if kinds <= {"text", "code", "long", "date"} or (heading.path[-1] in SERIAL and kinds == {"number"}):
            found.add(heading.at)
    return found


def _states_numbers(cells: Mapping[int, Any]) -> bool:
    """Whether a text leads and nothing but numbers follows."""
    return len(cells) > 1 and isinstance(next(iter(cells.values())), str) and _numbers(cells) == len(cells) - 1


def _says_compares(cells: Mapping[int, Any]) -> bool:
    first = next(iter(cells.values()), "")
    return isinstance(first, str) and leading_role(first) == "compared"


def _says_sum(cells: Mapping[int, Any]) -> bool:
    """Whether the word is a total's but for its unit: 总合计（元）."""
    name = bare(str(next(iter(cells.values()), "")))[0]
    return role_of(name) == "total" or leading_role(name) == "sum"


def _numbers(cells: Mapping[int, Any]) -> int:
    return sum(kind_of(cell) == "number" for cell in [*cells.values()][1:])
