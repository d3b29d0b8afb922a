"""A web page that calls itself .xls: the tables of the page, one below the other, as Excel shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from html.parser import HTMLParser
from typing import Any

from sources.formats.cells import LAST_COLUMN, Cells, TooLargeError
from sources.formats.encoding import decode_markup
from sources.formats.grid import Unreadable, Workbook

SHEET = "网页"
MOST_DEPTH = 32
LARGEST_SPAN = 65_536
_NAME = re.compile(r"<x:Name>([^<>]{1,100})</x:Name>")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_PLAIN_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?(?:[eE][+-]?\d+)?|#+")
_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})
_BREAKS = frozenset({"br", "p", "div", "li"})
_STRUCK = frozenset({"s", "strike", "del"})
_LINE_THROUGH = re.compile(r"text-decoration[^;]*:[^;]*line-through", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def is_archive(content: bytes) -> bool:
    """Whether the page is stored with all that belongs to it in one file (.mht), as mail is."""
    beginning = content[:2048].lower()
    return beginning.lstrip().startswith((b"mime-version:", b"from:", b"content-type: multipart")) and (
        b"multipart/related" in beginning or b"text/html" in beginning
    )


def read_archive(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """The pages of an archive that hold tables, each a sheet; nothing that they name is fetched."""
    parts = [part for part in message_from_bytes(content).walk() if part.get_content_type() == "text/html"]
    pages = [page for part in parts if isinstance(page := part.get_payload(decode=True), bytes)]
    titles = [title.strip() for page in pages for title in _titles(page)]
    books = [book for page in pages if isinstance(book := read_webpage(page, lambda _: True), Workbook)]
    if not books:
        return Unreadable("文件是网页，其中没有表格")
    sheets = [sheet for book in books for sheet in book.sheets]
    if len(titles) == len(sheets) > 1:
        sheets = [replace(sheet, name=title) for sheet, title in zip(sheets, titles, strict=True)]
    elif len(sheets) > 1:
        sheets = [replace(sheet, name=f"{SHEET}{number}") for number, sheet in enumerate(sheets, start=1)]
    return Workbook(
        format="html",
        names=tuple(sheet.name for sheet in sheets),
        sheets=tuple(sheet for sheet in sheets if wanted(sheet.name)),
        encoding=books[0].encoding,
    )


def _titles(page: bytes) -> list[str]:
    decoded = decode_markup(page)
    return _NAME.findall(decoded[0]) if decoded else []


def read_webpage(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """The page as a workbook of one sheet; a page without a table is unreadable."""
    decoded = decode_markup(content)
    if decoded is None:
        return Unreadable("无法识别文件的文字编码", "file.garbled")
    text, encoding = decoded
    stated = _NAME.search(text)
    name = stated[1].strip() if stated else SHEET
    page = _Page()
    try:
        page.feed(text)
        page.close()
        page.finish()
    except TooLargeError as error:
        return error.told(name)
    if not page.cells.rows:
        return Unreadable("文件是网页，其中没有表格")
    sheets = (page.cells.sheet(name),) if wanted(name) else ()
    return Workbook(format="html", names=(name,), sheets=sheets, encoding=encoding)


@dataclass(slots=True)
class _Cell:
    """One td or th while it is open."""

    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    struck: bool = False

    def value(self) -> Any:
        """The text as shown; where Excel has left the exact number beside a shortened one, that number."""
        text = "".join(self.parts)
        text = "\n".join(line.strip() for line in text.split("\n")).strip().replace("\xa0", " ")
        exact = self.attributes.get("x:num")
        if exact and (not text or _PLAIN_NUMBER.fullmatch(text)):
            try:
                return float(exact)
            except ValueError:
                return text
        return text


@dataclass(slots=True)
class _Table:
    """One table while it is open: `covered` says until which of its rows a cell from above reaches."""

    rows: list[list[tuple[int, _Cell]]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    covered: dict[int, int] = field(default_factory=dict)
    next_column: int = 0
    cell: _Cell | None = None


class _Page(HTMLParser):
    """Gathers the tables of a page. What browsers forgive (no </td>, no <tr>) is forgiven here too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells = Cells()
        self._open: list[_Table] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "table":
            if len(self._open) >= MOST_DEPTH:
                raise TooLargeError
            self._open.append(_Table())
        elif self._open and tag == "tr":
            self._begin_row(dict(attrs))
        elif self._open and tag in ("td", "th"):
            self._begin_cell({name: value or "" for name, value in attrs})
        elif tag in _BREAKS:
            self._say("\n")
        elif tag in _STRUCK or _LINE_THROUGH.search(dict(attrs).get("style") or ""):
            self._strike()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<td/>` is an empty cell, and `<br/>` a break."""
        self.handle_starttag(tag, attrs)
        if tag in ("td", "th", "table", *_SILENT):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open; an end that nothing began is passed over."""
        if tag in _SILENT:
            if tag in self._silent:
                del self._silent[self._silent.index(tag) :]
        elif tag == "table" and self._open:
            self._end_table()
        elif tag in ("td", "th", "tr") and self._open:
            self._open[-1].cell = None

    def handle_data(self, data: str) -> None:
        """Text inside a cell; spacing in the source means one space."""
        if not self._silent:
            self._say(_SPACES.sub(" ", data))

    def finish(self) -> None:
        """The tables that were never closed."""
        while self._open:
            self._end_table()

    def _say(self, text: str) -> None:
        if self._open and (cell := self._open[-1].cell) is not None:
            cell.parts.append(text)

    def _strike(self) -> None:
        if self._open and (cell := self._open[-1].cell) is not None:
            cell.struck = True

    def _begin_row(self, attributes: dict[str, str | None]) -> None:
        table = self._open[-1]
        table.rows.append([])
        table.cell, table.next_column = None, 0
        if _UNSEEN.search(attributes.get("style") or ""):
            table.hidden.add(len(table.rows) - 1)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        table = self._open[-1]
        if not table.rows:
            table.rows.append([])
        row = len(table.rows) - 1
        column = table.next_column
        while table.covered.get(column, -1) >= row:
            column += 1
        across, down = (_span(attributes.get(name)) for name in ("colspan", "rowspan"))
        if column + across > LAST_COLUMN:
            raise TooLargeError
        if down:
            table.covered.update(dict.fromkeys(range(column, column + across + 1), row + down))
        table.cell = _Cell(attributes, struck=_LINE_THROUGH.search(attributes.get("style", "")) is not None)
        table.rows[row].append((column, table.cell))
        table.next_column = column + across + 1

    def _end_table(self) -> None:
        """Put the table below what is there. One inside a cell of another comes before the row that holds it."""
        table = self._open.pop()
        first = len(self.cells.rows)
        if not any(cell.value() for row in table.rows for _, cell in row):
            # A table that only arranges others.
            return
        for index, row in enumerate(table.rows):
            self.cells.open_row(first + index)
            if index in table.hidden:
                self.cells.hide(first + index)
            for column, cell in row:
                down = min(_span(cell.attributes.get("rowspan")), len(table.rows) - 1 - index)
                self.cells.put(first + index, column, value=cell.value())
                if cell.struck:
                    self.cells.struck.add((first + index, column))
                self.cells.merge(first + index, column, down=down, across=_span(cell.attributes.get("colspan")))


def _span(text: str | None) -> int:
    """How many further columns or rows a cell covers."""
    number = text.strip() if text else ""
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        return 0
    return max(0, min(int(number), LARGEST_SPAN) - 1)
