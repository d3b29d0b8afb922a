"""Everything that stands on a sheet of which nobody said anything: its tables, and in each what every row is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.headings import SERIAL, Heading, unit_in
from sources.reading.layout import Rows, Sorter, is_remark
from sources.unknown.spotting import (
    LEAST,
    STRONG,
    Spotted,
    filled_cells,
    heads,
    is_period,
    is_title,
    kind_of,
    spot,
    spot_at,
)
from sources.values import fold, parse_money, says_something

# So many rows say whether a column holds numbers.
ENOUGH = 500

_SECTION = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、..]?")


@dataclass(frozen=True, slots=True)
class OutlinedColumn:
    """One column as found: `name` is its parents and itself joined by _, a repeated one with (2)."""

    heading: Heading
    name: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Outlined:
    """One table as found: rows counted as in Excel, and the part of the sheet it stands in."""

    sheet: Sheet
    columns: tuple[OutlinedColumn, ...]
    rows: Rows
    sections: tuple[int, ...]


@dataclass(slots=True)
class _Lines:
    """The rows of a table while they are sorted."""

    rows: Rows
    sections: list[int] = field(default_factory=list)


def outline(sheet: Sheet) -> tuple[Outlined, ...]:
    """The tables of a sheet, from left to right and from top to bottom; none where nothing looks like a table."""
    parts = _side_by_side(sheet)
    return tuple(found for part in parts for found in _stacked(part))


def _stacked(sheet: Sheet) -> Iterator[Outlined]:
    """The tables of a part of the sheet that stand one below the other."""
    start = 0
    while start < len(sheet.rows):
        rest = _cut(sheet, range(start, len(sheet.rows))) if start else sheet
        spotted = spot(rest, deepest=40 + start)
        if spotted is None:
            return
        end = _next_table(rest, spotted)
        yield _sorted(_cut(rest, range(start, end)) if end < len(sheet.rows) else rest, spotted)
        start = end


def _next_table(sheet: Sheet, spotted: Spotted) -> int:
    """The row (from 0) in which another table begins with its titles, else the end of the sheet."""
    first = spotted.header.rows.stop
    own = _words_of(sheet, spotted.header.rows)
    titles: int | None = None
    after_gap = False
    for row in range(first, len(sheet.rows)):
        cells = filled_cells(sheet, row)
        if not cells:
            after_gap, titles = True, None
            continue
        alone = len(cells) == 1 and row > first
        titled = titles is not None
        if (after_gap or titled) and len(cells) >= 2 and _begins(sheet, row, own, titled=titled):
            return row if titles is None else titles
        if alone and kind_of(next(iter(cells.values()))) in ("text", "code") and not _says_role(cells):
            titles = row if titles is None else titles
        elif titles is not None and len(cells) <= 2 and _states_unit(cells):
            pass
        else:
            titles = None
        # What follows a total or a footer may be another table, too, without a blank row between them.
        after_gap = _says_role(cells)
    return len(sheet.rows)


def _says_role(cells: Mapping[int, Any]) -> bool:
    return any(isinstance(cell, str) and role_of(cell) in ("total", "footer") for cell in cells.values())


def _states_unit(cells: Mapping[int, Any]) -> bool:
    return any(isinstance(cell, str) and ("单位" in cell or ":" in fold(cell)) for cell in cells.values())


def _begins(sheet: Sheet, row: int, own: Counter[str], *, titled: bool) -> bool:
    """Whether another table's header begins in the row; one that only repeats its own needs a title above."""
    found = spot_at(_cut(sheet, range(row, min(len(sheet.rows), row + 60))), row)
    if found is None or found.score < (LEAST if titled else STRONG):
        return False
    words = _words_of(sheet, found.header.rows)
    if words == own:
        above = next(iter(filled_cells(sheet, row - 1).values()), "") if titled and row > 0 else ""
        return is_title(above) or (isinstance(above, str) and is_period(fold(above)))
    leaves = [cell for cell in filled_cells(sheet, found.header.rows[-1]).values() if isinstance(cell, str)]
    return sum(map(heads, leaves)) * 2 >= len(leaves) and len(words) >= 2


def _words_of(sheet: Sheet, rows: range) -> Counter[str]:
    cells = (cell for row in rows for cell in sheet.rows[row] if isinstance(cell, str) and says_something(cell))
    return Counter(fold(cell) for cell in cells)


def _cut(sheet: Sheet, rows: range, *, columns: range | None = None) -> Sheet:
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


# -- tables beside each other


def _side_by_side(sheet: Sheet) -> list[Sheet]:
    """The sheet cut at its blank columns, where what stands on both sides are tables of their own."""
    wide = {(top, left) for top, left, _, right in sheet.merged if right > left}
    seen: Counter[int] = Counter()
    for number, row in enumerate(sheet.rows):
        cells = {at for at, cell in enumerate(row) if says_something(cell)}
        # A title may stand over several tables.
        seen.update(at for at in cells if len(cells) > 1 or (number, at) not in wide)
    groups = _groups(sorted(seen))
    if len(groups) < 2:
        return [sheet]
    everything = range(len(sheet.rows))
    parts = [_cut(sheet, everything, columns=group) for group in groups]
    found = [spot(part) for part in parts]
    if any(spotted is None or len(spotted.header.headings) < 2 for spotted in found):
        return [sheet]
    spots = [spotted for spotted in found if spotted is not None]
    if not all(_is_apart(parts, spots, at) for at in range(1, len(parts))):
        return [sheet]
    # Titles over all tables belong to the first.
    return [_cut(sheet, everything, columns=range(groups[0].stop)), *parts[1:]]


def _groups(columns: Sequence[int]) -> list[range]:
    """Runs of neighbouring columns."""
    groups: list[range] = []
    for at in columns:
        if groups and groups[-1].stop == at:
            groups[-1] = range(groups[-1].start, at + 1)
        else:
            groups.append(range(at, at + 1))
    return groups


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
    return _last(parts[at]) != _last(parts[at - 1])


def _last(sheet: Sheet) -> int:
    rows = (row for row in range(len(sheet.rows) - 1, -1, -1) if len(filled_cells(sheet, row)) > 1)
    return next(rows, -1)


# -- the rows of one table


def _sorted(sheet: Sheet, spotted: Spotted) -> Outlined:
    header = spotted.header
    rows = Rows(
        title=[row + 1 for row in range(header.rows.start) if any(map(says_something, sheet.rows[row]))],
        header=[row + 1 for row in header.rows],
    )
    Sorter(sheet, header, []).sort(rows)
    lines = _Lines(rows)
    _take_sections(sheet, spotted, lines)
    columns = _columns(spotted)
    _take_unlabelled_totals(sheet, columns, rows)
    return Outlined(sheet, columns, rows, tuple(lines.sections))


def _columns(spotted: Spotted) -> tuple[OutlinedColumn, ...]:
    times: Counter[str] = Counter()
    columns = []
    for heading in spotted.header.headings:
        times[heading.joined] += 1
        count = times[heading.joined]
        name = heading.joined if count == 1 else f"{heading.joined}({count})"
        unit = spotted.units.get(heading.at) or unit_in(heading.written)
        columns.append(OutlinedColumn(heading, name, unit))
    return tuple(columns)


def _take_sections(sheet: Sheet, spotted: Spotted, lines: _Lines) -> None:
    """Lines of text between the rows that head the rows below them, taken out of footers and data."""
    rows = lines.rows
    headings = spotted.header.headings
    last = max(rows.data, default=0)
    wide = {top + 1 for top, left, _, right in sheet.merged if right > left}
    for row in [row for row in rows.footer if row < last]:
        cells = filled_cells(sheet, row - 1)
        if len(cells) == 1 and _is_section(cells, headings, merged=row in wide):
            rows.footer.remove(row)
            lines.sections.append(row)
    serial = next((heading.at for heading in headings if heading.path[-1] in SERIAL), -1)
    plain = sum(1 for row in rows.data if serial >= 0 and kind_of(_at(sheet, row, serial)) == "number")
    for row in rows.data[:-1]:
        cells = filled_cells(sheet, row - 1)
        numbered = serial in cells and _SECTION.fullmatch(fold(str(cells[serial]))) and plain * 2 >= len(rows.data)
        if (len(cells) == 1 and row in wide) or (numbered and len(cells) <= 2):
            lines.sections.append(row)
    rows.data = [row for row in rows.data if row not in lines.sections]
    lines.sections.sort()


def _is_section(cells: Mapping[int, Any], headings: Sequence[Heading], *, merged: bool) -> bool:
    (at, cell), *_ = cells.items()
    if not isinstance(cell, str) or role_of(cell) in ("footer", "nothing") or is_remark(cell):
        return False
    return merged or at <= headings[0].at + 1


def _take_unlabelled_totals(sheet: Sheet, columns: Sequence[OutlinedColumn], rows: Rows) -> None:
    """A row of sums that nobody called 合计: all but its numbers blank, and each the sum of the rows above."""
    if len(rows.data) < 3:
        return
    numeric = [column.heading.at for column in columns if _is_numeric(sheet, column.heading.at, rows.data)]
    others = [column.heading.at for column in columns if column.heading.at not in numeric]
    suspects = [row for row in rows.data[2:] if not any(says_something(_at(sheet, row, at)) for at in others)]
    if not numeric or not others or len(suspects) > 1 + len(rows.data) // 3:
        return
    for row in suspects:
        since = max((total for total in rows.total if total < row), default=0)
        above = [other for other in rows.data if since < other < row]
        stated = {at: _number(_at(sheet, row, at)) for at in numeric if says_something(_at(sheet, row, at))}
        sums = {at: sum((_number(_at(sheet, other, at)) or Decimal(0)) for other in above) for at in stated}
        if len(above) > 1 and stated and stated == sums:
            rows.data.remove(row)
            rows.total.append(row)
    rows.total.sort()


def _is_numeric(sheet: Sheet, at: int, data: Sequence[int]) -> bool:
    cells = [cell for row in data[:ENOUGH] if says_something(cell := _at(sheet, row, at))]
    return len(cells) >= 2 and all(_number(cell) is not None for cell in cells)


def _number(cell: Any) -> Decimal | None:
    value = parse_money(cell)
    return value if isinstance(value, Decimal) else None


def _at(sheet: Sheet, row: int, at: int) -> Any:
    cells = sheet.rows[row - 1]
    return cells[at] if at < len(cells) else ""


def is_text_only(sheet: Sheet) -> bool:
    """Whether the sheet holds but lines of text (填表说明), so that nobody misses a table on it."""
    rows = [filled_cells(sheet, row) for row in range(len(sheet.rows))]
    several = [cells for cells in rows if len(cells) >= 3]
    return len(several) < 2 or all(is_period(fold(str(cell))) for cells in several for cell in cells.values())
