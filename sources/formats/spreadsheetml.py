"""SpreadsheetML of 2003: a workbook as one XML file, as many systems of government export it and call it .xls."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from xml.parsers import expat

from sources.formats.cells import Cells, TooLargeError
from sources.formats.encoding import decode_markup
from sources.formats.grid import Sheet, Unreadable, Workbook
from sources.formats.places import letters
from sources.values import Broken

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DEEPEST = 64
_RELATIVE = re.compile(r"\bR(?:\[(-?\d{1,7})\]|(\d{1,7}))?C(?:\[(-?\d{1,5})\]|(\d{1,5}))?(?![A-Za-z(])")


class _RefusedError(Exception):
    """The document wants more than to be read: it declares entities or a type."""


def is_spreadsheetml(content: bytes) -> bool:
    """Whether the beginning says so, in any encoding."""
    return _NAMESPACE.encode() in content[:8192].replace(b"\0", b"")


def read_spreadsheetml(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """The workbook; a document with a DOCTYPE is refused, since nothing of ours needs one and bombs do."""
    decoded = decode_markup(content)
    if decoded is None:
        return Unreadable("无法识别文件的文字编码", "file.garbled")
    text, encoding = decoded
    book = _Book(wanted)
    try:
        book.parse(_DECLARATION.sub("", text.lstrip("\ufeff")))
    except _RefusedError:
        return Unreadable("文件含有不应出现的外部引用（DOCTYPE）")
    except TooLargeError as error:
        return error.told(book.names[-1] if book.names else "")
    except expat.ExpatError:
        return Unreadable("文件已损坏，或者只传了一部分")
    return Workbook(
        format="xml",
        names=tuple(book.names),
        sheets=tuple(book.sheets),
        epoch_1904=book.epoch_1904,
        encoding=encoding,
    )


class _Book:
    """What the parser has met so far."""

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self.names: list[str] = []
        self.sheets: list[Sheet] = []
        self.epoch_1904 = False
        self._wanted = wanted
        self._path: list[str] = []
        self._cells = Cells()
        self._hidden = False
        self._row = self._column = -1
        self._next_column = 0
        self._cell: dict[str, str] = {}
        self._kind: str | None = None
        self._filled = False
        self._text: list[str] = []
        self._style = ""
        self._struck: set[str] = set()

    def parse(self, text: str) -> None:
        """Go through the document once."""
        parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.Parse(text.encode("utf-8", "replace"), True)

    def _refuse(self, *_: object) -> None:
        raise _RefusedError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise _RefusedError
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        match name:
            case "Worksheet":
                self.names.append(plain.get("Name", f"Sheet{len(self.names) + 1}"))
                self._cells, self._row, self._hidden = Cells(), -1, False
                self._next_column = 0
            case "Style" if self._inside("Styles"):
                self._style = plain.get("ID", "")
            case "Font" if self._inside("Style") and plain.get("StrikeThrough") == "1":
                self._struck.add(self._style)
            case "Column" if self._inside("Table"):
                self._take_column(plain)
            case "Row" if self._inside("Table"):
                self._row = _place(plain, self._row)
                self._column = -1
                if plain.get("Hidden") == "1":
                    self._cells.hide(self._row)
            case "Cell" if self._inside("Row"):
                self._column = _place(plain, self._column)
                self._cell, self._filled = plain, False
            case "Data" if self._inside("Cell"):
                self._kind, self._text = plain.get("Type", "String"), []
            case "Visible" | "Date1904":
                self._text = []

    def _take_column(self, plain: dict[str, str]) -> None:
        first = _place(plain, self._next_column - 1)
        self._next_column = first + 1 + _number(plain.get("Span"))
        if plain.get("Hidden") == "1":
            self._cells.hide_columns(first, self._next_column - 1)

    def _inside(self, parent: str) -> bool:
        return len(self._path) > 1 and self._path[-2] == parent

    def _characters(self, text: str) -> None:
        if self._kind is not None or self._path[-1:] == ["Visible"]:
            self._text.append(text)

    def _end(self, _: str) -> None:
        name = self._path.pop()
        parent = self._path[-1] if self._path else ""
        match name:
            case "Data" if parent == "Cell" and self._kind is not None:
                self._cells.put(self._row, self._column, value=_value(self._kind, "".join(self._text)))
                self._kind, self._filled = None, True
            case "Cell" if parent == "Row":
                self._end_cell()
            case "Visible":
                self._hidden = "".join(self._text).strip() in ("SheetHidden", "SheetVeryHidden")
            case "Date1904":
                self.epoch_1904 = True
            case "Worksheet" if self._wanted(self.names[-1]):
                self.sheets.append(self._cells.sheet(self.names[-1], hidden=self._hidden))

    def _end_cell(self) -> None:
        if not self._filled and "Formula" in self._cell:
            broken = Broken("cell.formula_without_value", "公式")
            self._cells.put(self._row, self._column, value=broken)
        if self._filled and self._cell.get("StyleID") in self._struck:
            self._cells.struck.add((self._row, self._column))
        if "SUM(" in self._cell.get("Formula", ""):
            self._cells.compute(self._row, self._column, formula=self._absolute(self._cell["Formula"]))
        down, across = _number(self._cell.get("MergeDown")), _number(self._cell.get("MergeAcross"))
        self._cells.merge(self._row, self._column, down=down, across=across)
        # The cells that a merged one covers are not written.
        self._column += across

    def _absolute(self, formula: str) -> str:
        """The formula with its cells named E3 instead of R[-3]C."""

        def named(match: re.Match[str]) -> str:
            row = self._row + int(match[1] or 0) if match[2] is None else int(match[2]) - 1
            column = self._column + int(match[3] or 0) if match[4] is None else int(match[4]) - 1
            return f"{letters(column)}{row + 1}"

        return _RELATIVE.sub(named, formula)


def _place(attributes: dict[str, str], before: int) -> int:
    """The place from 0: as stated, else the one after the last."""
    stated = _number(attributes.get("Index"))
    return stated - 1 if stated else before + 1


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _value(kind: str, text: str) -> Any:
    """The value as calamine would give it; a text that is not what its type says stays a text."""
    try:
        match kind:
            case "Number":
                return float(text)
            case "DateTime":
                moment = datetime.fromisoformat(text.strip())
                return moment.date() if moment.time() == time() and moment.date() > date(1900, 1, 1) else moment
            case "Boolean":
                return text.strip() in ("1", "true")
            case "Error":
                return Broken("cell.error_value", text.strip() or "#N/A")
    except ValueError:
        pass
    return text
