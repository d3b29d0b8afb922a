"""What the XML of an OpenDocument sheet says and calamine does not: merged cells, hidden rows, error cells, extent."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from xml.parsers import expat

from sources.formats.details import MOST_SUMS, Details, Place, summed
from sources.formats.grid import MOST_CELLS, Marks, Range
from sources.values import Broken

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_KIND = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_VALUE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/></manifest:manifest>'
)
_BETWEEN = re.compile(rb">\s*\n\s*<")
_STRIKES = (_STYLE + "text-line-through-style", _STYLE + "text-line-through-type")
_BRACKETS = re.compile(r"\[\.([^\]]*)\]")
_COLUMN = _TABLE + "table-column"
_ROW, _CELL, _COVERED = (_TABLE + name for name in ("table-row", "table-cell", "covered-table-cell"))
MOST_REPEATED = 20_000


class _RefusedError(Exception):
    """The document declares a type, which none of ours does."""


def is_flat(content: bytes) -> bool:
    """Whether the file is an OpenDocument spreadsheet in one piece of XML (.fods)."""
    beginning = content[:4096]
    return b"<office:document " in beginning and b"oasis.opendocument.spreadsheet" in beginning


def packed(content: bytes) -> bytes:
    """The same document in the package that others are kept in."""
    body = content.replace(b"<office:document ", b"<office:document-content ", 1)
    body = body.replace(b"</office:document>", b"</office:document-content>", 1)
    # calamine knows no line feeds between the cells, which such files are laid out with.
    body = _BETWEEN.sub(b"><", body)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", _MIME, zipfile.ZIP_STORED)
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return buffer.getvalue()


def marks(xml: bytes) -> dict[str, Marks]:
    """The marks of each sheet by its name; as many as could be read where the XML is damaged."""
    document = _Document()
    # What is wrong with the file, calamine says.
    with suppress(expat.ExpatError, _RefusedError):
        document.parse(xml)
    return document.found


class _Document:
    """What the parser has met so far; rows and columns from 0."""

    def __init__(self) -> None:
        self.found: dict[str, Marks] = {}
        self._tables: list[str] = []
        self._row = self._column = self._rows = self._columns = 0
        self._lowest = self._rightmost = (-1, -1)
        self._merged: list[Range] = []
        self._hidden: set[int] = set()
        self._broken: dict[tuple[int, int], Broken] = {}
        self._error = False
        self._text: list[str] = []
        self._style = ""
        self._struck_styles: set[str] = set()
        self._column_at = 0
        self._hidden_columns: set[int] = set()
        self._struck: set[Place] = set()
        self._sums: dict[Place, tuple[Range, ...]] = {}

    def parse(self, xml: bytes) -> None:
        """Go through the document once."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(xml, True)

    def _refuse(self, *_: object) -> None:
        raise _RefusedError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in (_CELL, _COVERED):
            self._start_cell(attributes)
        elif tag == _ROW:
            self._rows, self._column = _count(attributes, "number-rows-repeated"), 0
            if attributes.get(_TABLE + "visibility") in ("collapse", "filter") and self._rows < MOST_REPEATED:
                self._hidden.update(range(self._row + 1, self._row + 1 + self._rows))
        elif tag == _COLUMN:
            self._start_column(attributes)
        elif tag == _STYLE + "style":
            self._style = attributes.get(_STYLE + "name", "")
        elif tag == _STYLE + "text-properties" and any(attributes.get(it, "none") != "none" for it in _STRIKES):
            self._struck_styles.add(self._style)
        elif tag == _TABLE + "table":
            self._tables.append(attributes.get(_TABLE + "name", ""))
            if len(self._tables) == 1:
                self._row, self._lowest, self._rightmost = 0, (-1, -1), (-1, -1)
                self._merged, self._hidden, self._broken = [], set(), {}
                self._column_at, self._hidden_columns, self._struck, self._sums = 0, set(), set(), {}

    def _start_column(self, attributes: dict[str, str]) -> None:
        times = _count(attributes, "number-columns-repeated")
        if attributes.get(_TABLE + "visibility") in ("collapse", "filter") and times < MOST_REPEATED:
            self._hidden_columns.update(range(self._column_at, self._column_at + times))
        self._column_at += times

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._columns = _count(attributes, "number-columns-repeated")
        self._error, self._text = attributes.get(_KIND) == "error", []
        across = _count(attributes, "number-columns-spanned") - 1
        down = _count(attributes, "number-rows-spanned") - 1
        if across or down:
            self._merged.append((self._row, self._column, self._row + down, self._column + across))
        if _VALUE in attributes:
            if attributes.get(_TABLE + "style-name") in self._struck_styles:
                self._struck.add((self._row, self._column))
            formula = attributes.get(_TABLE + "formula", "")
            if "SUM(" in formula and len(self._sums) < MOST_SUMS:
                self._sums[self._row, self._column] = _ranges(formula)
            last = self._row + self._rows - 1, self._column + self._columns - 1
            self._lowest = last if last[0] > self._lowest[0] else self._lowest
            self._rightmost = last if last[1] > self._rightmost[1] else self._rightmost

    def _characters(self, text: str) -> None:
        if self._error:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        if tag in (_CELL, _COVERED):
            if self._error:
                self._broken[self._row, self._column] = Broken("cell.error_value", "".join(self._text) or "#N/A")
                self._error = False
            self._column += self._columns
        elif tag == _ROW:
            self._row += self._rows
        elif tag == _TABLE + "table" and self._tables:
            name = self._tables.pop()
            if not self._tables:
                cells = (self._lowest[0] + 1) * (self._rightmost[1] + 1)
                self.found[name] = Marks(
                    hidden_rows=frozenset(self._hidden),
                    broken=self._broken,
                    cells=cells,
                    farthest=(self._lowest, self._rightmost) if cells > MOST_CELLS else (),
                    merged=tuple(self._merged),
                    details=Details(frozenset(self._hidden_columns), frozenset(self._struck), self._sums),
                )


def _ranges(formula: str) -> tuple[Range, ...]:
    """What `of:=SUM([.E3:.E20])` adds up."""
    plain = _BRACKETS.sub(lambda match: match[1].replace(".", ""), formula.partition("=")[2])
    return summed(plain)


def _count(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(_TABLE + name, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
