"""A picture of a file on the terminal: its sheets as they stand, each cell on the band of what it was taken for."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from expectations.causes.grouping import same_trouble
from flows.on_demand.inspecting import spoken_of
from flows.screens.brief import places
from sources.formats.places import letters
from sources.unknown.looks import filled_cells
from sources.values import Broken, as_text
from templates.brief.speech import words
from warehouse.personal import masked

if TYPE_CHECKING:
    from sources.unknown.looking import Seen, SeenSheet, SeenTable
    from warehouse.model import Finding

BANDS = {
    "title": "black on bright_blue",
    "header": "black on bright_cyan",
    "section": "black on bright_magenta",
    "data": "",
    "total": "black on bright_yellow",
    "footer": "black on bright_green",
    "other": "white on red",
}
NARROWEST, WIDEST = 4, 14
# Of a long table its beginning and its end are shown.
FIRST_ROWS, LAST_ROWS = 8, 2


def show(seen: Seen) -> None:
    """Draw every sheet that says something, then tell the findings."""
    console = Console(file=sys.stdout, highlight=False)
    spoken = words().reading
    for sheet in seen.sheets:
        _show_sheet(console, sheet, spoken)
    if any(sheet.tables for sheet in seen.sheets):
        legend = [Text(f" {spoken[f'kind_{kind}']} ", style=style) for kind, style in BANDS.items()]
        _put(console, Text(spoken["legend"]) + Text(" ").join(legend))
    if not seen.findings:
        _put(console, Text(spoken[_nothing_found(seen)]))
        return
    _put(console, Text(spoken["findings"].format(count=len(seen.findings))))
    alike: dict[object, list[Finding]] = defaultdict(list)
    for finding in seen.findings:
        alike[same_trouble(finding) if finding.sheet else id(finding)].append(finding)
    said = [(spoken_of(members[0]), members) for members in alike.values()]
    for (told, members), following in zip(said, (*said[1:], None), strict=True):
        heads, several = words().findings, len(members) > 1
        _put(console, Text(f"  {told.says}{heads.times.format(count=len(members)) if several else ''}"))
        if several:
            _put(console, Text(f"    {heads.where}：{places(members)}", style="dim"))
        # What is to be done is said once where the same is wrong in several places.
        if following is None or following[0].fix != told.fix:
            _put(console, Text(f"    {spoken['fix'].format(fix=told.fix)}", style="dim"))


def _nothing_found(seen: Seen) -> str:
    """How it is said that there are no findings: where there is no table, nothing was looked for."""
    if any(sheet.tables for sheet in seen.sheets):
        return "clean"
    return "no_content" if all(sheet.sheet.blank for sheet in seen.sheets) else "no_table"


def _show_sheet(console: Console, sheet: SeenSheet, spoken: Mapping[str, str]) -> None:
    name = sheet.sheet.name + (spoken["hidden"] if sheet.sheet.hidden else "")
    if sheet.sheet.blank:
        _put(console, Text(spoken["blank"].format(sheet=name)))
        return
    rows = sum(len(table.outlined.rows.data) for table in sheet.tables)
    key = "sheet" if sheet.tables else "none"
    _put(console, Text(spoken[key].format(sheet=name, tables=len(sheet.tables), rows=rows), style="bold"))
    if len(sheet.tables) > 1:
        for number, table in enumerate(sheet.tables, start=1):
            _put(console, Text(_where(table, number, spoken)))
    kinds = _kinds(sheet)
    shown = _shown(sheet)
    widths = _widths(sheet, shown)
    gutter = len(str(len(sheet.sheet.rows)))
    blank = " " * (gutter + 6)
    _put(console, Text(blank + " ".join(set_cell_size(letters(at), width) for at, width in widths.items())), crop=True)
    before = 0
    for row in shown:
        if before and row - before > 1:
            line = _left_out(sheet, range(before + 1, row), spoken)
            _put(console, Text(f"{blank}{line}", style="dim"))
        _put(console, _line(sheet, row, kinds=kinds, widths=widths, gutter=gutter), crop=True)
        before = row
    _put(console, Text())


def _left_out(sheet: SeenSheet, rows: range, spoken: Mapping[str, str]) -> str:
    """What stands for rows that are not drawn: that they are left out, or that nothing stands there."""
    key = "skipped" if any(filled_cells(sheet.sheet, row - 1) for row in rows) else "blank_rows"
    if len(rows) == 1:
        key = {"skipped": "skipped_one", "blank_rows": "blank_one"}[key]
    return spoken[key].format(first=rows[0], last=rows[-1], count=len(rows))


def _where(table: SeenTable, number: int, spoken: Mapping[str, str]) -> str:
    """Which part of the sheet one of several tables is."""
    rows, columns = table.outlined.rows, table.outlined.columns
    last = max([*rows.header, *rows.data, *rows.total])
    first_column, last_column = letters(columns[0].heading.at), letters(columns[-1].heading.at)
    cells = f"{first_column}{rows.header[0]}—{last_column}{last}"
    return spoken["table"].format(number=number, cells=cells, rows=len(rows.data))


def _kinds(sheet: SeenSheet) -> dict[tuple[int, int], str]:
    """What each cell that says something was taken for, by (row as in Excel, column from 0)."""
    found = {}
    for table in sheet.tables:
        rows, own = table.outlined.rows, table.outlined.sheet
        by_kind: dict[str, Sequence[int]] = {
            "title": rows.title, "header": rows.header, "section": table.outlined.sections,
            "data": rows.data, "total": rows.total, "footer": rows.footer,
        }  # fmt: skip
        for kind, numbers in by_kind.items():
            found.update({(row, at): kind for row in numbers for at in filled_cells(own, row - 1)})
    return found


def _shown(sheet: SeenSheet) -> list[int]:
    """The rows to draw: all but the middle of long runs of data, and blank ones between others."""
    data = [table.outlined.rows.data for table in sheet.tables]
    middle = {row for rows in data for row in rows[FIRST_ROWS : len(rows) - LAST_ROWS]}
    filled = [row + 1 for row in range(len(sheet.sheet.rows)) if filled_cells(sheet.sheet, row)]
    shown = [row for row in filled if row not in middle]
    return shown if sheet.tables else shown[: FIRST_ROWS + LAST_ROWS]


def _widths(sheet: SeenSheet, shown: Sequence[int]) -> dict[int, int]:
    """How wide each column is drawn: as its longest cell, within limits; a title alone in its row does not widen it."""
    widths: dict[int, int] = {}
    for row in shown:
        cells = filled_cells(sheet.sheet, row - 1)
        for at, cell in cells.items():
            width = cell_len(_text(cell)) if len(cells) > 1 else 0
            widths[at] = max(widths.get(at, NARROWEST), min(width, WIDEST))
    return {at: widths.get(at, NARROWEST) for at in range(max(widths, default=-1) + 1)}


def _line(
    sheet: SeenSheet, row: int, *, kinds: Mapping[tuple[int, int], str], widths: Mapping[int, int], gutter: int
) -> Text:
    cells = filled_cells(sheet.sheet, row - 1)
    found = [kinds.get((row, at), "other") for at in cells]
    label = words().reading[f"kind_{found[0]}"]
    line = Text(f"{row:>{gutter}} ") + Text(label, style=BANDS[found[0]]) + Text(" ")
    for text, kind in _pieces(cells, kinds, row=row, widths=widths):
        line += Text(text, style=BANDS[kind])
    line.rstrip()
    return line


def _pieces(
    cells: Mapping[int, Any], kinds: Mapping[tuple[int, int], str], *, row: int, widths: Mapping[int, int]
) -> Iterator[tuple[str, str]]:
    """The drawn cells of a row with their kinds; a blank cell takes the band of the cell before it."""
    if len(cells) == 1:
        ((at, cell),) = cells.items()
        yield " " * sum(widths[before] + 1 for before in range(at)), "data"
        yield _text(cell), kinds.get((row, at), "other")
        return
    kind = kinds.get((row, min(cells)), "other")
    for at, width in widths.items():
        kind = kinds.get((row, at), "other") if at in cells else kind
        text = _text(cells.get(at, ""))
        shortened = text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
        yield set_cell_size(shortened, width) + " ", kind


def _text(cell: Any) -> str:
    """The cell as it is drawn: without what nobody can see, and without personal numbers."""
    text = cell.text if isinstance(cell, Broken) else as_text(cell) or ""
    return masked("".join(letter if letter.isprintable() else " " for letter in text))


def _put(console: Console, line: Text, *, crop: bool = False) -> None:
    """One line: on a terminal cut at its edge where it is part of the picture, anywhere else as long as it is."""
    if console.is_terminal:
        console.print(line, no_wrap=crop, overflow="ellipsis" if crop else "fold", crop=crop)
    else:
        console.file.write(f"{line.plain.rstrip()}\n")
