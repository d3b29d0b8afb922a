"""How a drawn ledger becomes bytes that are the same every time: .xlsx, .xls and .csv."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Value = str | int | float | Decimal | date | datetime | None
Row = dict[str, Any]
Format = Literal["xlsx", "xls", "csv-gbk", "csv-utf8"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the result that was kept with it: a number, an Excel error such as #DIV/0!, or nothing."""

    formula: str
    shows: str | int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the clerk wrote it, the width of its column, and the merged heading above it, if any."""

    text: str
    width: float = 12
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: titles, headings by column id, written rows, a total row by column id, and what stands below.

    `merged` lists (column, first row, last row) of vertically merged cells; `hidden` the rows that a filter has hidden,
    `hidden_columns` the columns; `away` says that the sheet itself is hidden. The last two are drawn in .xlsx only.
    """

    name: str
    titles: tuple[str, ...] = ()
    headings: Mapping[str, Heading]
    rows: tuple[Row, ...]
    total: Row | None = None
    notes: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    merged: tuple[tuple[str, int, int], ...] = ()
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[str] = frozenset()
    away: bool = False

    @property
    def header_height(self) -> int:
        """How many rows the headings take: two where some of them stand under a merged heading."""
        return 2 if any(heading.group for heading in self.headings.values()) else 1

    @property
    def first_row(self) -> int:
        """The Excel row of the first data row, counted from 1."""
        return len(self.titles) + self.header_height + 1

    def address(self, column: str, index: int) -> str:
        """The A1 address of `column` in the data row `index`, counted from 0."""
        return f"{_letter(list(self.headings).index(column))}{self.first_row + index}"

    def heading_address(self, column: str) -> str:
        """The A1 address of the heading of `column`, which reaches over both rows where none stands above it."""
        row = self.first_row - 1 if self.headings[column].group else self.first_row - self.header_height
        return f"{_letter(list(self.headings).index(column))}{row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One file of the inbox: its folder and name, how it is stored, its sheets."""

    folder: str
    name: str
    stored_as: Format
    sheets: tuple[Sheet, ...]

    @property
    def path(self) -> str:
        """Where the file lies inside the year's folder."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a part of the sample gives: the plain records of one ledger and the books they are written into."""

    id: str
    records: tuple[Row, ...]
    books: tuple[Book, ...] = field(default=())


def draw(book: Book) -> bytes:
    """The bytes of the file."""
    match book.stored_as:
        case "xlsx":
            return _xlsx(book)
        case "xls":
            return _xls(book)
        case "csv-gbk":
            return _csv(book.sheets[0]).encode("gbk")
        case "csv-utf8":
            return b"\xef\xbb\xbf" + _csv(book.sheets[0]).encode()


def _letter(index: int) -> str:
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


@dataclass(frozen=True, slots=True)
class _Placed:
    """One cell, or one merged range, with what it shows and how; rows and columns from 0."""

    row: int
    column: int
    value: Any
    style: str
    to_row: int
    to_column: int


def _layout(sheet: Sheet) -> list[_Placed]:
    """Everything that stands on the sheet, in reading order."""
    last = len(sheet.headings) - 1
    cells = [_Placed(row, 0, text, "subtitle" if row else "title", row, last) for row, text in enumerate(sheet.titles)]
    cells += _header(sheet)
    cells += _body(sheet)
    row = sheet.first_row - 1 + len(sheet.rows)
    if sheet.total is not None:
        cells += [
            _Placed(row, column, sheet.total.get(name), "total", row, column)
            for column, name in enumerate(sheet.headings)
        ]
        row += 1
    for note in sheet.notes:
        cells.append(_Placed(row, 0, note, "note", row, 0))
        row += 1
    step = max(1, len(sheet.headings) // 3)
    cells += [
        _Placed(row, min(place * step, last), text, "note", row, min(place * step, last))
        for place, text in enumerate(sheet.footer)
    ]
    return cells


def _header(sheet: Sheet) -> list[_Placed]:
    top, cells, column = len(sheet.titles), [], 0
    headings = list(sheet.headings.values())
    bottom = top + sheet.header_height - 1
    while column < len(headings):
        group, end = headings[column].group, column
        if not group:
            cells.append(_Placed(top, column, headings[column].text, "head", bottom, column))
            column += 1
            continue
        while end + 1 < len(headings) and headings[end + 1].group == group:
            end += 1
        cells.append(_Placed(top, column, group, "head", top, end))
        cells += [_Placed(bottom, at, headings[at].text, "head", bottom, at) for at in range(column, end + 1)]
        column = end + 1
    return cells


def _body(sheet: Sheet) -> list[_Placed]:
    top = sheet.first_row - 1
    spans = {(name, first): end for name, first, end in sheet.merged}
    covered = {(name, row) for name, first, end in sheet.merged for row in range(first + 1, end + 1)}
    cells = []
    for index, row in enumerate(sheet.rows):
        for column, name in enumerate(sheet.headings):
            if (name, index) in covered:
                continue
            end = spans.get((name, index), index)
            cells.append(_Placed(top + index, column, row.get(name), "cell", top + end, column))
    return cells


def _heights(sheet: Sheet) -> list[float]:
    """The height of each row in points: titles, headings, data rows and the lines below."""
    below = (sheet.total is not None) + len(sheet.notes) + bool(sheet.footer)
    head = 32 if sheet.header_height == 1 else 26
    titles = [30.0, *[18.0] * len(sheet.titles)][: len(sheet.titles)]
    return [*titles, *[float(head)] * sheet.header_height, *[18.0] * (len(sheet.rows) + below)]


_STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "align": "center", "font_name": "方正小标宋简体"},
    "subtitle": {"font_size": 11, "align": "left", "font_name": "仿宋_GB2312"},
    "head": {"bold": True, "align": "center", "border": 1, "text_wrap": True, "font_name": "黑体"},
    "cell": {"border": 1, "text_wrap": True, "font_name": "仿宋_GB2312"},
    "date": {"border": 1, "num_format": "yyyy/m/d", "font_name": "仿宋_GB2312"},
    "total": {"border": 1, "bold": True, "font_name": "仿宋_GB2312"},
    "note": {"font_name": "仿宋_GB2312"},
}
# A workbook carries the day of its making; a fixed one keeps the bytes the same.
_MADE_AT = datetime(2025, 1, 6, 9, 0)  # noqa: DTZ001 - xlsxwriter wants it without a zone


def _style(cell: _Placed) -> str:
    return "date" if cell.style == "cell" and isinstance(cell.value, date) else cell.style


def _xlsx(book: Book) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy/m/d"})
    workbook.set_properties({"author": "西沽街道", "created": _MADE_AT})
    formats = {
        name: workbook.add_format({"valign": "vcenter", "font_size": 11, **style}) for name, style in _STYLES.items()
    }
    for sheet in book.sheets:
        page = workbook.add_worksheet(sheet.name)
        for column, (name, heading) in enumerate(sheet.headings.items()):
            page.set_column(column, column, heading.width, None, _hidden(name in sheet.hidden_columns))
        if sheet.away:
            page.hide()
        for cell in _layout(sheet):
            _put_xlsx(page, cell, formats[_style(cell)])
        for row, height in enumerate(_heights(sheet)):
            hidden = row - sheet.first_row + 1 in sheet.hidden
            # A data row without a height of its own grows with its text when the workbook is opened.
            own = height if row < sheet.first_row - 1 else None
            page.set_row(row, own, None, _hidden(hidden))
        page.freeze_panes(sheet.first_row - 1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
    workbook.close()
    return _stored(target.getvalue())


def _hidden(hidden: bool) -> dict[str, bool]:
    return {"hidden": True} if hidden else {}


def _put_xlsx(page: Any, cell: _Placed, style: Any) -> None:
    at = (cell.row, cell.column)
    if (cell.to_row, cell.to_column) != at:
        page.merge_range(*at, cell.to_row, cell.to_column, None, style)
    match cell.value:
        case None:
            page.write_blank(*at, None, style)
        case Formula(formula=formula, shows=shows):
            page.write_formula(*at, formula, style, shows)
        case str() as text:
            page.write_string(*at, text, style)
        case datetime() | date() as day:
            page.write_datetime(*at, day, style)
        case number:
            page.write_number(*at, number, style)


def _stored(content: bytes) -> bytes:
    """The same archive without compression: what a compressor gives depends on its version, stored bytes do not."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as kept:
        for item in given.infolist():
            kept.writestr(zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0)), given.read(item))
    return target.getvalue()


def _xls(book: Book) -> bytes:
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    styles = {name: _xls_style(style) for name, style in _STYLES.items()}
    for sheet in book.sheets:
        page = workbook.add_sheet(sheet.name)
        for column, heading in enumerate(sheet.headings.values()):
            page.col(column).width = int(heading.width * 256)
        for cell in _layout(sheet):
            value, style = cell.value, styles[_style(cell)]
            if (cell.to_row, cell.to_column) != (cell.row, cell.column):
                page.write_merge(cell.row, cell.to_row, cell.column, cell.to_column, value, style)
            else:
                page.write(cell.row, cell.column, value, style)
        for row, height in enumerate(_heights(sheet)):
            page.row(row).height_mismatch = True
            page.row(row).height = int(height * 20)
            page.row(row).hidden = row - sheet.first_row + 1 in sheet.hidden
        page.set_panes_frozen(True)
        page.set_horz_split_pos(sheet.first_row - 1)
        page.set_portrait(False)
        page.set_fit_num_pages(1)
        page.set_fit_height_to_pages(0)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _xls_style(style: Mapping[str, Any]) -> Any:
    import xlwt

    made = xlwt.XFStyle()
    made.font.name = style["font_name"]
    made.font.height = int(style.get("font_size", 11) * 20)
    made.font.bold = style.get("bold", False)
    made.alignment.vert = xlwt.Alignment.VERT_CENTER
    if style.get("align") == "center":
        made.alignment.horz = xlwt.Alignment.HORZ_CENTER
    if style.get("text_wrap"):
        made.alignment.wrap = xlwt.Alignment.WRAP_AT_RIGHT
    if style.get("border"):
        for side in ("left", "right", "top", "bottom"):
            setattr(made.borders, side, xlwt.Borders.THIN)
    made.num_format_str = style.get("num_format", "General")
    return made


def _csv(sheet: Sheet) -> str:
    width = len(sheet.headings)
    rows: list[dict[int, Any]] = []
    for cell in _layout(sheet):
        rows += [{} for _ in range(cell.row + 1 - len(rows))]
        rows[cell.row][cell.column] = cell.value
    lines = (",".join(_csv_cell(row.get(column)) for column in range(width)) for row in rows)
    return "".join(f"{line}\r\n" for line in lines)


def _csv_cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text
