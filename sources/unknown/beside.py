"""Tables side by side on one sheet, told from one table with a blank column in it, and from remarks beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.headings import SERIAL
from sources.unknown.spotting import Spotted, filled_cells, kind_of, spot
from sources.values import fold, says_something

# Nobody leaves so many columns blank inside a table.
WIDE_GAP = 2
_REMARKS = re.compile(r"(?:说明|备注|注|注意事项|填表说明|填报说明)\d?[::].*")
_IDENTIFIER = re.compile(r".*(编号|案号|文号|证号|序号|登记号)")


@dataclass(frozen=True, slots=True)
class Parts:
    """A sheet cut into parts that hold one table or a stack of them each.

    `doubtful` are the blank columns (from 0) inside a part beyond which another table may begin.
    """

    sheets: tuple[Sheet, ...]
    doubtful: tuple[range, ...] = ()


def cut(sheet: Sheet, rows: range, *, columns: range | None = None) -> Sheet:
    """The part of the sheet, every cell in its place; what stands outside is blank."""
    cells: list[list[Any]] = [[] for _ in range(min(rows.start, len(sheet.rows)))]
    for row in sheet.rows[rows.start : rows.stop]:
        if columns is None:
            cells.append(row)
        else:
            cells.append([cell if at in columns else "" for at, cell in enumerate(row[: columns.stop])])
    merged = tuple(
        (top, left, bottom, right)
        for top, left, bottom, right in sheet.merged
        if top in rows and (columns is None or (left in columns and right < columns.stop))
    )
    return replace(sheet, rows=cells, merged=merged)


def side_by_side(sheet: Sheet) -> Parts:
    """The sheet cut where tables stand beside each other; whole where there is but one."""
    found = _groups(_used(sheet))
    groups = _without_remarks(sheet, found)
    if len(groups) < len(found):
        sheet = cut(sheet, range(len(sheet.rows)), columns=range(groups[-1].stop))
    if len(groups) < 2:
        return _of_repeated_serial(sheet)
    everything = range(len(sheet.rows))
    parts = [cut(sheet, everything, columns=group) for group in groups]
    spots = [spotted for part in parts if (spotted := spot(part)) and len(spotted.header.headings) > 1]
    if len(spots) < len(parts):
        return _of_repeated_serial(sheet)
    wide = [groups[at].start - groups[at - 1].stop >= WIDE_GAP for at in range(1, len(groups))]
    if not all(wide[at - 1] or _is_apart(parts, spots, at) for at in range(1, len(parts))):
        gaps = [range(before.stop, after.start) for before, after in pairwise(groups)]
        return Parts((sheet,), tuple(gap for at, gap in enumerate(gaps, 1) if _has_names(parts[at], spots[at])))
    # Titles over all tables belong to the first.
    return Parts((cut(sheet, everything, columns=range(groups[0].stop)), *parts[1:]))


def _used(sheet: Sheet) -> list[int]:
    """The columns that say something; a title may stand over several tables."""
    wide = {(top, left) for top, left, _, right in sheet.merged if right > left}
    seen: Counter[int] = Counter()
    for number, row in enumerate(sheet.rows):
        cells = {at for at, cell in enumerate(row) if says_something(cell)}
        seen.update(at for at in cells if len(cells) > 1 or (number, at) not in wide)
    return sorted(seen)


def _groups(columns: Sequence[int]) -> list[range]:
    """Runs of neighbouring columns."""
    groups: list[range] = []
    for at in columns:
        if groups and groups[-1].stop == at:
            groups[-1] = range(groups[-1].start, at + 1)
        else:
            groups.append(range(at, at + 1))
    return groups


def _without_remarks(sheet: Sheet, groups: list[range]) -> list[range]:
    """The groups but for a last column of remarks (说明：…), which stands beside the table and is none of it."""
    if len(groups) < 2 or len(groups[-1]) > 1:
        return groups
    cells = [
        cell for row in sheet.rows if len(row) > groups[-1].start and says_something(cell := row[groups[-1].start])
    ]
    first = cells[0] if cells else ""
    return groups[:-1] if isinstance(first, str) and _REMARKS.fullmatch(fold(first)) else groups


def _of_repeated_serial(sheet: Sheet) -> Parts:
    """Tables that touch each other: each begins with a column of serial numbers of its own."""
    spotted = spot(sheet)
    if spotted is None:
        return Parts((sheet,))
    headings = spotted.header.headings
    starts = [each.at for each in headings if each.path[-1] in SERIAL and len(each.path) == 1]
    borders = [at for at in starts if _counts(sheet, at, spotted)]
    ends = [*borders[1:], headings[-1].at + 1]
    if len(borders) < 2 or any(end - start < 2 for start, end in zip(borders, ends, strict=True)):
        return Parts((sheet,))
    width = max(map(len, sheet.rows))
    columns = [range(borders[1]), *(range(start, end) for start, end in pairwise([*borders[1:], width]))]
    return Parts(tuple(cut(sheet, range(len(sheet.rows)), columns=each) for each in columns))


def _has_names(sheet: Sheet, spotted: Spotted) -> bool:
    """Whether the first column of a part says what its rows are about, as the first column of a table does."""
    at = spotted.header.headings[0].at
    below = [row[at] for row in sheet.rows[spotted.header.rows.stop :] if at < len(row) and says_something(row[at])]
    kinds = Counter(map(kind_of, below))
    return (kinds["text"] + kinds["code"]) * 2 > kinds.total() and len({*map(str, below)}) == len(below)


def _counts(sheet: Sheet, at: int, spotted: Spotted) -> bool:
    """Whether the column below the header holds numbers, as serial numbers are."""
    below = (row[at] for row in sheet.rows[spotted.header.rows.stop :] if at < len(row) and says_something(row[at]))
    kinds = Counter(map(kind_of, below))
    return kinds["number"] * 2 > kinds.total()


def _is_apart(parts: Sequence[Sheet], spots: Sequence[Spotted], at: int) -> bool:
    """Whether a part is a table beside the others: it repeats their headings, begins or ends elsewhere."""
    mine, before = spots[at].header, [spotted.header for spotted in spots[:at]]
    heading, others = mine.headings[0].joined, {each.joined for header in before for each in header.headings}
    if mine.headings[0].path[-1] in SERIAL or heading in others:
        return True
    if all(header.rows != mine.rows for header in before):
        return True
    top = mine.rows.start
    if top and any(map(says_something, parts[at].rows[top - 1])):
        return True
    # A total of one table stands over both halves of its row; here the other half is a row like any other.
    if _last(parts[at]) != _last(parts[at - 1]) or _totals(parts[at]) - _totals(parts[at - 1]):
        return True
    keys = [_IDENTIFIER.fullmatch(spots[each].header.headings[0].joined) for each in (at - 1, at)]
    return None not in keys and len({key[1] for key in keys if key}) == 1


def _last(sheet: Sheet) -> int:
    """The last row of several cells that is neither a total nor a footer."""
    for row in range(len(sheet.rows) - 1, -1, -1):
        cells = filled_cells(sheet, row)
        first = next(iter(cells.values()), "")
        if len(cells) > 1 and not (isinstance(first, str) and role_of(first)):
            return row
    return -1


def _totals(sheet: Sheet) -> set[int]:
    """The rows that begin with a word of totals."""
    firsts = ((row, next(iter(filled_cells(sheet, row).values()), "")) for row in range(len(sheet.rows)))
    return {row for row, first in firsts if isinstance(first, str) and role_of(first) == "total"}
