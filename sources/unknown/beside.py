"""Tables side by side on one sheet, told from one table with a blank column in it, and from remarks beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.headings import SERIAL, Heading
from sources.unknown.looks import filled_cells, kind_of
from sources.unknown.spotting import Spotted, spot
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
        return _touching(sheet)
    everything = range(len(sheet.rows))
    parts = [cut(sheet, everything, columns=group) for group in groups]
    spots = [spotted for part in parts if (spotted := spot(part)) and len(spotted.header.headings) > 1]
    if len(spots) < len(parts):
        return _touching(sheet)
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
    """The groups but for a last column that stands beside the table and is none of it.

    It holds remarks (说明：…), or what one may choose from, under a heading that the table has already.
    """
    if len(groups) < 2 or len(groups[-1]) > 1:
        return groups
    at = groups[-1].start
    top = next(row for row in sheet.rows if at < len(row) and says_something(row[at]))
    if not isinstance(top[at], str):
        return groups
    first = fold(top[at])
    repeated = first in {fold(cell) for cell in top[:at] if isinstance(cell, str)}
    return groups[:-1] if repeated or _REMARKS.fullmatch(first) else groups


def _touching(sheet: Sheet) -> Parts:
    """Tables that touch each other: each begins with serial numbers of its own, or numbers records of another kind.

    The latter only where one of them ends before the other.
    """
    spotted = spot(sheet)
    if spotted is None:
        return Parts((sheet,))
    headings = spotted.header.headings
    starts = [each.at for each in headings if each.path[-1] in SERIAL and len(each.path) == 1]
    borders = [at for at in starts if _counts(sheet, at, spotted)]
    if len(borders) < 2 and (often := _period(headings)):
        borders = [heading.at for heading in headings[::often]]
    elif len(borders) < 2:
        others = [each.at for each in headings[1:] if _keys_alike(headings[0], each)]
        borders = [headings[0].at, *(at for at in others if _ends_apart(sheet, at, spotted))]
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


def _period(headings: Sequence[Heading]) -> int:
    """How many headings there are before all of them come again and again, in their order; 0 where they do not."""
    names = [each.joined for each in headings]
    for often in range(2, len(names) // 2 + 1):
        if len(names) % often == 0 and names == names[:often] * (len(names) // often):
            return often
    return 0


def _ends_apart(sheet: Sheet, border: int, spotted: Spotted) -> bool:
    """Whether below the last row that both sides fill only one of them goes on."""
    sides = [
        (any(at < border for at in cells), any(at >= border for at in cells))
        for row in range(spotted.header.rows.stop, len(sheet.rows))
        if _is_row(cells := filled_cells(sheet, row))
    ]
    both = [at for at, filled in enumerate(sides) if all(filled)]
    rest = set(sides[both[-1] + 1 :]) if both else set()
    return len(rest) == 1 and len(both) == both[-1] + 1


def _counts(sheet: Sheet, at: int, spotted: Spotted) -> bool:
    """Whether the column below the header holds numbers, as serial numbers are."""
    below = (row[at] for row in sheet.rows[spotted.header.rows.stop :] if at < len(row) and says_something(row[at]))
    kinds = Counter(map(kind_of, below))
    return kinds["number"] * 2 > kinds.total()


def _is_apart(parts: Sequence[Sheet], spots: Sequence[Spotted], at: int) -> bool:
    """Whether a part is a table beside the others: it repeats their headings, begins or ends elsewhere."""
    mine, before = spots[at].header, [spotted.header for spotted in spots[:at]]
    others = {each.joined for header in before for each in header.headings}
    repeated = any(each.joined in others for each in mine.headings) and _has_names(parts[at], spots[at])
    if mine.headings[0].path[-1] in SERIAL or mine.headings[0].joined in others or repeated:
        return True
    if all(header.rows != mine.rows for header in before):
        return True
    top = mine.rows.start
    if top and any(map(says_something, parts[at].rows[top - 1])):
        return True
    # A total of one table stands over both halves of its row; here the other half is a row like any other.
    if _last(parts[at]) != _last(parts[at - 1]) or _totals(parts[at]) - _totals(parts[at - 1]):
        return True
    return _keys_alike(spots[at - 1].header.headings[0], mine.headings[0])


def _keys_alike(first: Heading, other: Heading) -> bool:
    """Whether both name a number by which records are told apart: 案件编号 and 活动编号."""
    keys = [_IDENTIFIER.fullmatch(each.joined) for each in (first, other)]
    return all(keys) and len({key[1] for key in keys if key}) == 1


def _last(sheet: Sheet) -> int:
    """The last row of several cells that is neither a total nor a footer."""
    for row in range(len(sheet.rows) - 1, -1, -1):
        if _is_row(filled_cells(sheet, row)):
            return row
    return -1


def _is_row(cells: Mapping[int, Any]) -> bool:
    """Whether several cells are filled, and the first does not make of them a total or a footer."""
    first = next(iter(cells.values()), "")
    return len(cells) > 1 and not (isinstance(first, str) and role_of(first))


def _totals(sheet: Sheet) -> set[int]:
    """The rows that begin with a word of totals."""
    firsts = ((row, next(iter(filled_cells(sheet, row).values()), "")) for row in range(len(sheet.rows)))
    return {row for row, first in firsts if isinstance(first, str) and role_of(first) == "total"}
