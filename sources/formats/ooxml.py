"""What the XML of a workbook says and calamine does not: hidden rows, error cells, formulas without a value, extent."""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from html import unescape

from sources.formats import odf, xlsb
from sources.formats.grid import MOST_CELLS, PROTECTED, Marks, Range, Unreadable
from sources.formats.ooxml_details import details, struck_styles
from sources.formats.stored import with_stored
from sources.values import Broken

MOST_BYTES = 1024**3
MOST_PARTS = 20_000
HIGHEST_RATIO = 300
# Sheets of more bytes than this together are read as they lie there: a second copy of them would take too much memory.
MOST_STORED = 128 * 1024**2
LAST_COLUMN = 16_384
SMALL_PART = 16 * 1024
# Where a part begins: its mark, and behind 22 bytes that the directory says too, the lengths of name and extra field.
_LOCAL, LOCAL_MARK = struct.Struct("<4s22xHH"), b"PK\x03\x04"

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\b[^>]*/>|<(?:\w+:)?v\b[^>]*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*(?<!/)>")
_TWO_LETTERS, _THREE_LETTERS = re.compile(rb" r=\"[A-Z]{2,3}\d"), re.compile(rb" r=\"[A-Z]{3}\d")
_MERGED = re.compile(rb"<mergeCell\b[^>]*?\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_ROW_NUMBER = re.compile(rb"\br=\"(\d{1,7})\"")


class Package:
    """An opened zip file that may be a workbook; `trouble` says why it must not be read further.

    A bomb is recognised by what its directory declares, before anything is unpacked.
    """

    def __init__(self, content: bytes) -> None:
        self.trouble: Unreadable | None = None
        self._content = content
        self._marks: dict[str, Marks] = {}
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except zipfile.BadZipFile:
            self.trouble = Unreadable("文件已损坏，或者只传了一部分")
            return
        parts = self._archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        bomb = unpacked > 64 * 1024**2 and unpacked > HIGHEST_RATIO * len(content)
        if unpacked > MOST_BYTES or len(parts) > MOST_PARTS or bomb:
            self.trouble = Unreadable("文件解压后过大", "file.too_large")
        elif any(part.flag_bits & 0x1 for part in parts):
            self.trouble = PROTECTED

    @cached_property
    def _parts(self) -> Mapping[str, zipfile.ZipInfo]:
        return {part.filename: part for part in self._archive.infolist()}

    def _read(self, name: str, *, alike: bool = False) -> bytes:
        """A part unpacked; once, if it is one that is `alike` in all files of one form.

        Deflated parts, nearly all, are unpacked here in a third of the time that zipfile takes.
        """
        part = self._parts[name]
        names = (
            _LOCAL.unpack_from(self._content, part.header_offset) if part.compress_type == zipfile.ZIP_DEFLATED else ()
        )
        if not names or names[0] != LOCAL_MARK:
            return self._archive.read(part)
        start = part.header_offset + _LOCAL.size + names[1] + names[2]
        packed = self._content[start : start + part.compress_size]
        unpack = _unpacked_once if alike and part.file_size < SMALL_PART else _unpacked
        return unpack(packed, part.file_size, part.CRC)

    @property
    def kind(self) -> str:
        """`xlsx` (xlsm too), `xlsb` or `ods`."""
        if "xl/workbook.bin" in self._parts:
            return "xlsb"
        return "ods" if "content.xml" in self._parts else "xlsx"

    @cached_property
    def _workbook(self) -> tuple[str, bytes]:
        for path in ("xl/workbook.xml", "xl/workbook2.xml", "xl/workbook.bin"):
            if path in self._parts:
                return path, self._read(path, alike=True)
        return "", b""

    @property
    def epoch_1904(self) -> bool:
        """Whether dates count from 1904."""
        if self.kind == "xlsb":
            return xlsb.epoch_1904(self._workbook[1])
        return re.search(rb"\bdate1904=\"(?:1|true)\"", self._workbook[1]) is not None

    @cached_property
    def _sheets(self) -> Mapping[str, str]:
        """The part of each sheet by the sheet's name."""
        path, workbook = self._workbook
        folder, file = posixpath.split(path)
        relations_path = f"{folder}/_rels/{file}.rels"
        if relations_path not in self._parts:
            return {}
        relations = self._read(relations_path, alike=True)
        return _parts_of_sheets(workbook, relations, folder=folder, binary=self.kind == "xlsb")

    @cached_property
    def _open_document(self) -> dict[str, Marks]:
        return odf.marks(self._read("content.xml"))

    @property
    def refused(self) -> bool:
        """Whether an OpenDocument file declares a type, which none of ours does."""
        return self.kind == "ods" and b"<!DOCTYPE" in self._read("content.xml")[:4096].upper()

    @property
    def too_wide(self) -> str | None:
        """The first OpenDocument sheet that spans more cells than can be laid out."""
        found = self._open_document if self.kind == "ods" else {}
        return next((name for name, marks in found.items() if marks.cells > MOST_CELLS), None)

    def quickest(self, wanted: Callable[[str], bool]) -> bytes:
        """The same workbook as calamine reads it quickest; `marks` then tells the merged cells of the wanted sheets."""
        if self.kind != "xlsx":
            return self._content
        stored, size = {}, 0
        for name, part in self._sheets.items():
            if wanted(name) and part in self._parts and (size := size + self._parts[part].file_size) <= MOST_STORED:
                xml = self._read(part)
                start = xml.find(b"<sheetData>")
                if 0 < start < xml.rfind(b"</sheetData>"):
                    self._marks[name] = self._marks_of(xml, merged=_merged(xml))
                    # Where this is told before the cells, calamine does not search for it behind them.
                    stored[part] = (memoryview(xml)[:start], b"<mergeCells/>", memoryview(xml)[start:])
        return (stored and with_stored(self._content, self._archive, stored)) or self._content

    def marks(self, sheet: str) -> Marks:
        """What the part of the sheet adds; nothing where the part cannot be found."""
        if sheet in self._marks:
            return self._marks[sheet]
        if self.kind == "ods":
            return self._open_document.get(sheet, Marks())
        part = self._sheets.get(sheet)
        if part is None or part not in self._parts:
            return Marks()
        if self.kind == "xlsb":
            return xlsb.marks(self._read(part))
        return self._marks_of(self._read(part))

    def _marks_of(self, xml: bytes, merged: tuple[Range, ...] = ()) -> Marks:
        # Most sheets compute nothing; those need no search for formulas of any kind. One letter is found at once.
        start, end = max(0, xml.find(b"sheetData")), xml.rfind(b"sheetData")
        computes = xml.find(b"f", start, end) >= 0 and (b"<f" in xml or (_is_prefixed(xml) and b":f" in xml))
        cells, farthest = _extent(xml)
        return Marks(
            hidden_rows=_hidden_rows(xml),
            broken=_broken(xml, computes=computes),
            cells=cells,
            farthest=farthest,
            merged=merged,
            details=details(xml, self._struck, computes=computes),
        )

    @cached_property
    def _struck(self) -> frozenset[int]:
        """The cell formats that strike through."""
        path = f"{posixpath.dirname(self._workbook[0])}/styles.xml"
        return struck_styles(self._read(path, alike=True)) if path in self._parts else frozenset()


def _unpacked(packed: bytes, size: int, check: int) -> bytes:
    # No more than was declared, not even where that is nothing: zlib takes 0 for no limit.
    data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size or 1)
    if zlib.crc32(data) != check:
        raise zipfile.BadZipFile("a part is damaged")
    return data


_unpacked_once = lru_cache(maxsize=64)(_unpacked)


@lru_cache(maxsize=16)
def _parts_of_sheets(workbook: bytes, relations: bytes, *, folder: str, binary: bool) -> Mapping[str, str]:
    """The part of each sheet by its name; the files of one form say this all in the same bytes."""
    targets = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", relations):
        targets[_attribute(tag, "Id")] = _attribute(tag, "Target")
    if binary:
        named = xlsb.sheets(workbook)
    else:
        tags = re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", workbook)
        named = {_attribute(tag, "name"): _attribute(tag, r"\w+:id") for tag in tags}
    return {
        name: posixpath.normpath(posixpath.join("/", folder, targets.get(relation, ""))).lstrip("/")
        for name, relation in named.items()
    }


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rf"\b(?:{name})=(?:\"([^\"]*)\"|'([^']*)')".encode(), tag)
    return unescape((match[1] or match[2] or b"").decode("utf-8", "replace")) if match else ""


def _hidden_rows(xml: bytes) -> frozenset[int]:
    """Rows as in Excel; a row that does not say its number follows the one before it."""
    # One letter is found at once, and rows of no height of their own have none of it.
    start, end = xml.find(b"sheetData") + len(b"sheetData"), xml.rfind(b"sheetData")
    if not 0 <= xml.find(b"h", start) < end or b"hidden=" not in xml:
        return frozenset()
    hidden, number = [], 0
    for match in _ROW.finditer(xml):
        stated = _attribute(match[1], "r")
        number = int(stated) if stated.isdigit() else number + 1
        if _attribute(match[1], "hidden") in ("1", "true"):
            hidden.append(number)
    return frozenset(hidden)


def _broken(xml: bytes, *, computes: bool) -> dict[tuple[int, int], Broken]:
    """Cells that hold an error value or a formula that was never calculated, by (row, column) from 0."""
    found = {}
    # Every error value begins with this sign, which stands nowhere else in most sheets and is found at once.
    if b"#" in xml and b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            value = _VALUE.search(match[2])
            if (place := _place(match[1])) is not None:
                found[place] = Broken("cell.error_value", value[1].decode("utf-8", "replace") if value else "#N/A")
    if computes:
        for match in _FORMULA.finditer(xml):
            # An error cell was found above, and a formula that gives an empty text says t="str".
            if (place := _place(match[1])) is not None and b't="str"' not in match[1]:
                found.setdefault(place, Broken("cell.formula_without_value", "公式"))
    return found


def _merged(xml: bytes) -> tuple[Range, ...]:
    """The merged cells, which are told behind the cells, as (first row, first column, last row, last column) from 0."""
    found = _MERGED.finditer(xml, xml.rfind(b"</sheetData>"))
    return tuple((int(it[2]) - 1, _column(it[1]), int(it[4]) - 1, _column(it[3])) for it in found)


def _is_prefixed(xml: bytes) -> bool:
    """Whether the elements carry a prefix (`x:row`)."""
    return b"<sheetData" not in xml


def _place(attributes: bytes) -> tuple[int, int] | None:
    match = _REFERENCE.search(attributes)
    return (int(match[2]) - 1, _column(match[1])) if match else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _extent(xml: bytes) -> tuple[int, tuple[tuple[int, int], ...]]:
    """About how many cells the sheet spans when laid out densely, and where these are too many, its farthest cells.

    Formatted cells without a value do not count.
    """
    at = xml.rfind(b":row " if _is_prefixed(xml) else b"<row ")
    last = int(match[1]) if at >= 0 and (match := _ROW_NUMBER.search(xml, at)) else 1
    if last * LAST_COLUMN <= MOST_CELLS:
        return last * LAST_COLUMN, ()
    for columns, beyond in ((26, _TWO_LETTERS), (702, _THREE_LETTERS)):
        if last * columns <= MOST_CELLS and not beyond.search(xml):
            return last * columns, ()
    lowest = rightmost = (0, 0)
    # Behind the last value there may be a million rows that are only formatted.
    end = max(map(xml.rfind, (b"<v", b":v", b"<is", b":is", b"<f", b":f")))
    for match in _FILLED.finditer(xml, 0, end + 1):
        place = int(match[2]) - 1, _column(match[1])
        lowest = place if place[0] > lowest[0] else lowest
        rightmost = place if place[1] > rightmost[1] else rightmost
    cells = (lowest[0] + 1) * (rightmost[1] + 1)
    return cells, (lowest, rightmost) if cells > MOST_CELLS else ()
