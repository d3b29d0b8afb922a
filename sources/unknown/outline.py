"""Everything that stands on a sheet of which nobody said anything: its tables, and in each what every row is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.headings import SERIAL, Heading, unit_in
from sources.reading.sorting import Rows, Sorter, is_remark
from sources.unknown.beside import cut, side_by_side
from sources.unknown.closing import take_closing
from sources.unknown.fields import are_pairs, is_form
from sources.unknown.looks import filled_cells, heads, is_period, is_title, kind_of
from sources.unknown.spotting import LEAST, STRONG, Spotted, spot, spot_at
from sources.unknown.summing import take_sums
from sources.values import fold, says_something

# A form has fewer lines, and fewer fields in a line, than this.
MOST_FIELDS, MOST_PAIRS = 60, 4

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
    return outline_doubting(sheet)[0]


def outline_doubting(sheet: Sheet) -> tuple[tuple[Outlined, ...], tuple[range, ...]]:
    """The tables of a sheet, and the blank columns (from 0) inside them beyond which another table may begin."""
    parts = side_by_side(sheet)
    return tuple(found for part in parts.sheets for found in _stacked(part)), parts.doubtful


def _stacked(sheet: Sheet) -> Iterator[Outlined]:
    """The tables of a part of the sheet that stand one below the other."""
    start = above = 0
    form = False
    while start < len(sheet.rows):
        rest = cut(sheet, range(start, len(sheet.rows))) if start else sheet
        spotted = spot(rest, deepest=40 + start)
        if spotted is None:
            return
        end = _next_table(rest, spotted)
        if end < len(sheet.rows) and _is_form(rest, spotted, end) and (below := _spot_below(rest, end)):
            # 单位名称 | 某街道 | 年度 | 2024: fields of the table below.
            spotted, end = below, _next_table(rest, below)
        # The lines of a form stand above the table that follows them.
        found = _sorted(cut(sheet, range(above, end)) if above or end < len(sheet.rows) else sheet, spotted)
        form = _states_fields(found, goes_on=form)
        if not form:
            yield found
            above = end
        start = end


def _is_form(sheet: Sheet, spotted: Spotted, end: int) -> bool:
    """Whether what was taken for a header states fields: values among its headings, and no rows below."""
    outlined = _sorted(cut(sheet, range(end)), spotted)
    return not outlined.rows.data and not all(heads(column.heading.path[-1]) for column in outlined.columns)


def _states_fields(outlined: Outlined, *, goes_on: bool) -> bool:
    """Whether what was taken for a table is a form: 姓名 | 王某 | 性别 | 男, line by line."""
    rows, columns = outlined.rows, [column.heading.at for column in outlined.columns]
    if len(rows.header) > 1 or len(rows.data) + len(rows.footer) > MOST_FIELDS or len(columns) > MOST_PAIRS * 2:
        return False
    first = rows.header[0]
    while first > 1 and are_pairs(filled_cells(outlined.sheet, first - 2)):
        first -= 1
    numbers = sorted([*range(first, rows.header[0] + 1), *rows.data, *rows.footer])
    lines = [cells for row in numbers if len(cells := filled_cells(outlined.sheet, row - 1)) > 1]
    return is_form(lines, columns, header=rows.header[0] - first, goes_on=goes_on)


def _spot_below(sheet: Sheet, start: int) -> Spotted | None:
    """The header of the next table from row `start` (from 0) on."""
    return spot(cut(sheet, range(start, len(sheet.rows))), deepest=40 + start)


def _next_table(sheet: Sheet, spotted: Spotted) -> int:
    """The row (from 0) in which another table begins with its titles, else the end of the sheet."""
    first = spotted.header.rows.stop
    own = _words_of(sheet, spotted.header.rows)
    named = {fold(text) for text in _texts(sheet, range(spotted.header.rows.start))}
    titles: int | None = None
    after_gap = False
    for row in range(first, len(sheet.rows)):
        cells = filled_cells(sheet, row)
        if not cells:
            after_gap, titles = True, None
            continue
        alone = len(cells) == 1 and row > first
        titled = titles is not None
        if (after_gap or titled) and len(cells) >= 2 and _begins(sheet, row, own, titles=named, titled=titled):
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


def _begins(sheet: Sheet, row: int, own: Counter[str], *, titles: Collection[str], titled: bool) -> bool:
    """Whether another table's header begins in the row; one that only repeats its own needs another title above."""
    found = spot_at(cut(sheet, range(row, min(len(sheet.rows), row + 60))), row)
    if found is None or found.score < (LEAST if titled else STRONG):
        return False
    words = _words_of(sheet, found.header.rows)
    if words == own:
        above = next(iter(filled_cells(sheet, row - 1).values()), "") if titled and row > 0 else ""
        # The same title again is the next page of the same table.
        if not isinstance(above, str) or fold(above) in titles:
            return False
        return is_title(above) or is_period(fold(above))
    if not any(filled_cells(sheet, below) for below in range(found.header.rows.stop, len(sheet.rows))):
        return all(heads(heading.path[-1]) for heading in found.header.headings)
    leaves = [cell for cell in filled_cells(sheet, found.header.rows[-1]).values() if isinstance(cell, str)]
    return sum(map(heads, leaves)) * 2 >= len(leaves) and len(words) >= 2


def _words_of(sheet: Sheet, rows: range) -> Counter[str]:
    return Counter(map(fold, _texts(sheet, rows)))


def _texts(sheet: Sheet, rows: range) -> Iterator[str]:
    return (cell for row in rows for cell in sheet.rows[row] if isinstance(cell, str) and says_something(cell))


def _sorted(sheet: Sheet, spotted: Spotted) -> Outlined:
    header = spotted.header
    rows = Rows(
        title=[row + 1 for row in range(header.rows.start) if any(map(says_something, sheet.rows[row]))],
        header=[row + 1 for row in header.rows],
    )
    Sorter(sheet, header, []).sort(rows)
    # Another table below was cut off before; what looks like one here is told as what it stands below.
    rows.footer = sorted([*rows.footer, *rows.foreign, *rows.example])
    lines = _Lines(rows)
    _take_sections(sheet, spotted, lines)
    columns = _columns(spotted)
    take_sums(sheet, [column.heading.at for column in columns], rows)
    take_closing(sheet, header.headings, rows)
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


def _at(sheet: Sheet, row: int, at: int) -> Any:
    cells = sheet.rows[row - 1]
    return cells[at] if at < len(cells) else ""


def is_text_only(sheet: Sheet) -> bool:
    """Whether the sheet holds but lines of text (填表说明), so that nobody misses a table on it."""
    rows = [filled_cells(sheet, row) for row in range(len(sheet.rows))]
    several = [cells for cells in rows if len(cells) >= 3]
    if sum(len(cells) == 2 and [*map(kind_of, cells.values())] == ["text", "number"] for cells in rows) >= 3:
        # 办理案件（件） | 15: numbers that nobody could read without a heading above them.
        return False
    return len(several) < 2 or all(is_period(fold(str(cell))) for cells in several for cell in cells.values())


def is_transposed(outlined: Outlined) -> bool:
    """Whether the records seem to stand in columns: what heads columns stands in the first, and each row is of a kind.

    A matrix of numbers (指标 by month) is no such table: all its rows are of one kind.
    """
    columns, data = [column.heading.at for column in outlined.columns], outlined.rows.data
    if len(columns) < 3 or len(data) < 3 or outlined.rows.total:
        return False
    if not all(heads(_at(outlined.sheet, row, columns[0])) for row in data):
        return False
    kinds = [{kind for at in columns[1:] if (kind := kind_of(_at(outlined.sheet, row, at)))} for row in data]
    found = {kind for of_row in kinds for kind in of_row}
    return all(len(of_row) == 1 for of_row in kinds) and len(found) > 1 and bool(found & {"date", "code"})
