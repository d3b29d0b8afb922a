"""The records of .xls: workbooks up to Excel 95, which calamine garbles, and what it does not tell of later ones."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sources.formats.cells import Cells
from sources.formats.details import MOST_SUMS, Details
from sources.formats.grid import Marks, Range, Sheet, Unreadable, Workbook
from sources.values import Broken

SHEET = "Sheet1"
_BEGINNINGS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00\x00\x05")
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_BOF = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_EOF, _PASSWORD, _SHEET = 0x000A, 0x002F, 0x0085
_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_DATES = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")
_CODE_PAGES = {936: "gb18030", 950: "big5", 932: "cp932", 1200: "gb18030", 32769: "cp1252", 10000: "mac_roman"}


def is_bare(content: bytes) -> bool:
    """Whether the file is a stream of records without a compound file around it, as old programs write."""
    return content.startswith(_BEGINNINGS)


def is_old(stream: bytes) -> bool:
    """Whether the workbook is of Excel 95 or before."""
    return stream[:2] != b"\x09\x08" or stream[4:6] == b"\x00\x05"


def read_old(stream: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable | None:
    """The workbook of Excel 2 to 95; None where no sheet is found."""
    book = _Book.of(stream)
    if book.protected:
        return Unreadable("文件设有打开密码", "file.protected")
    places = book.places or [(0, SHEET, False)]
    if not book.has_cells:
        return None
    sheets = tuple(_Reader(book, at).sheet(name, hidden=hidden) for at, name, hidden in places if wanted(name))
    return Workbook(
        format="xls",
        names=tuple(name for _, name, _ in places),
        sheets=sheets,
        epoch_1904=book.epoch_1904,
        encoding=book.encoding,
    )


def is_protected(stream: bytes) -> bool:
    """Whether a workbook of Excel 97 or later is encrypted."""
    for kind, _ in _records(stream):
        if kind in (_EOF, _PASSWORD):
            return kind == _PASSWORD
    return False


def marks(stream: bytes) -> dict[str, Marks]:
    """Hidden rows and error cells of each sheet of Excel 97 and later, by the sheet's name."""
    struck = _struck_styles(stream)
    return {name: _marks(stream, at, struck) for at, name in _modern_places(stream)}


def _records(stream: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _modern_places(stream: bytes) -> Iterator[tuple[int, str]]:
    for kind, body in _records(stream):
        if kind == _EOF:
            return
        if kind == _SHEET and len(body) > 8 and body[5] == 0:
            wide = body[7] & 1
            raw = body[8 : 8 + body[6] * (2 if wide else 1)]
            yield int.from_bytes(body[:4], "little"), raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _struck_styles(stream: bytes) -> frozenset[int]:
    """The numbers of the cell formats whose font is struck through. There is no font number 4."""
    fonts, styles = [], []
    for kind, body in _records(stream):
        if kind == 0x0031 and len(body) >= 4:
            fonts.append(bool(body[2] & 0x08))
        elif kind == 0x00E0 and len(body) >= 2:
            styles.append(int.from_bytes(body[:2], "little"))
        elif kind == _EOF:
            break
    struck = {at if at < 4 else at + 1 for at, crossed in enumerate(fonts) if crossed}
    return frozenset(at for at, font in enumerate(styles) if font in struck)


def _struck_places(kind: int, body: bytes, struck: frozenset[int]) -> Iterator[tuple[int, int]]:
    """The cells of a record that hold something and are struck through."""
    row, column, style = struct.unpack_from("<HHH", body)
    if kind == 0x00BD:
        for index, at in enumerate(range(4, len(body) - 7, 6)):
            if int.from_bytes(body[at : at + 2], "little") in struck:
                yield row, column + index
    elif style in struck:
        yield row, column


def _summed(body: bytes) -> tuple[Range, ...]:
    """The ranges that a formula adds up, if it does nothing else: areas, then SUM."""
    tokens, at, ranges = body[22 : 22 + int.from_bytes(body[20:22], "little")], 0, []
    while at + 9 <= len(tokens) and tokens[at] & 0x1F == 0x05 and tokens[at] & 0x60:
        top, bottom, left, right = struct.unpack_from("<HHHH", tokens, at + 1)
        ranges.append((top, left & 0x3FFF, bottom, right & 0x3FFF))
        at += 9
    rest = tokens[at:]
    is_sum = rest[:2] == b"\x19\x10" or (len(rest) == 4 and rest[0] & 0x1F == 0x02 and rest[2:] == b"\x04\0")
    return tuple(ranges) if is_sum else ()


def _marks(stream: bytes, at: int, styles: frozenset[int]) -> Marks:
    hidden, broken = set(), {}
    columns: set[int] = set()
    struck: set[tuple[int, int]] = set()
    sums: dict[tuple[int, int], tuple[Range, ...]] = {}
    last_row = last_column = 0
    depth = 0
    for kind, body in _records(stream, at):
        if kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == 0x0208 and len(body) >= 14 and body[12] & 0x20:
            hidden.add(int.from_bytes(body[:2], "little") + 1)
        elif (error := _error(kind, body, first=6)) is not None:
            row, column = struct.unpack_from("<HH", body)
            broken[row, column] = Broken("cell.error_value", error)
        elif kind == 0x007D and len(body) >= 10 and body[8] & 1:
            columns.update(range(int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little") + 1))
        elif kind == 0x0006 and len(sums) < MOST_SUMS and (ranges := _summed(body)):
            sums[struct.unpack_from("<HH", body)] = ranges
        if kind in _CELLS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            last_row, last_column = max(last_row, row), max(last_column, column)
            if styles:
                struck.update(_struck_places(kind, body, styles))
    cells = (last_row + 1) * (last_column + 1)
    details = Details(frozenset(columns), frozenset(struck), sums)
    return Marks(hidden_rows=frozenset(hidden), broken=broken, cells=cells, details=details)


def _error(kind: int, body: bytes, *, first: int) -> str | None:
    """The error value of a cell; None where it holds none. The value begins at byte `first`."""
    if kind in (0x0005, 0x0205) and len(body) >= first + 2 and body[first + 1]:
        return _ERRORS.get(body[first], "#N/A")
    is_formula = kind in (0x0006, 0x0206, 0x0406) and len(body) >= first + 8
    if is_formula and body[first + 6 : first + 8] == b"\xff\xff" and body[first] == 2:
        return _ERRORS.get(body[first + 2], "#N/A")
    return None


@dataclass(slots=True)
class _Book:
    """What the records before the first sheet say of all of them."""

    stream: bytes
    version: int = 2
    encoding: str = "gb18030"
    epoch_1904: bool = False
    protected: bool = False
    has_cells: bool = False
    places: list[tuple[int, str, bool]] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    named: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stream: bytes) -> _Book:
        """The globals; before Excel 5 they stand in the one sheet that there is."""
        book = cls(stream)
        book.version = {0x0009: 2, 0x0209: 3, 0x0409: 4}.get(int.from_bytes(stream[:2], "little"), 5)
        raw: list[tuple[int, bytes, bool]] = []
        for kind, body in _records(stream):
            book._note(kind, body, raw)
        for at, name, hidden in raw:
            book.places.append((at, book.text(name), hidden))
        return book

    def _note(self, kind: int, body: bytes, raw: list[tuple[int, bytes, bool]]) -> None:
        match kind:
            case 0x002F:  # the password
                self.protected = True
            case 0x0042 if len(body) >= 2:
                self.encoding = _codec(int.from_bytes(body[:2], "little"))
            case 0x0022 if len(body) >= 2:
                self.epoch_1904 = body[0] == 1
            case 0x0085 if self.version == 5 and len(body) > 7 and body[5] == 0:
                raw.append((int.from_bytes(body[:4], "little"), body[7 : 7 + body[6]], body[4] & 3 != 0))
            case 0x001E | 0x041E:
                self._note_format(body)
            case 0x0043 | 0x0243 | 0x0443 | 0x00E0:
                self.styles.append(self._format_of(kind, body))
            case 0x0002 | 0x0003 | 0x0004 | 0x0203 | 0x0204 | 0x027E | 0x00BD | 0x00D6:
                self.has_cells = True

    def _note_format(self, body: bytes) -> None:
        head = {2: 0, 3: 0, 4: 2, 5: 2}[self.version]
        text = self.text(body[head + 1 : head + 1 + (body[head] if len(body) > head else 0)])
        self.formats.append(text)
        if self.version == 5:
            self.named[int.from_bytes(body[:2], "little")] = text

    @staticmethod
    def _format_of(kind: int, body: bytes) -> int:
        if kind == 0x00E0:
            return int.from_bytes(body[2:4], "little")
        place = 2 if kind == 0x0043 else 1
        return body[place] & 0x3F if len(body) > place else 0

    def text(self, raw: bytes) -> str:
        """The letters; what the code page does not know is a replacement character and found later."""
        return raw.decode(self.encoding, "replace")

    def is_date(self, number: int) -> bool:
        """Whether the format shows a date."""
        if self.version == 5:
            text = self.named.get(number)
            if text is None:
                return number in _DATES
        else:
            text = self.formats[number] if number < len(self.formats) else ""
        return re.search(r"[yYdD年日]", _QUOTED.sub("", text)) is not None


def _codec(page: int) -> str:
    name = _CODE_PAGES.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "gb18030"


class _Reader:
    """One sheet, record by record."""

    def __init__(self, book: _Book, at: int) -> None:
        self._book = book
        self._cells = Cells()
        self._formula: tuple[int, int] | None = None
        depth = 0
        for kind, body in _records(book.stream, at):
            if kind in _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    break
            else:
                self._take(kind, body)

    def sheet(self, name: str, *, hidden: bool) -> Sheet:
        """The sheet as it stands."""
        return self._cells.sheet(name, hidden=hidden)

    def _take(self, kind: int, body: bytes) -> None:
        old = self._book.version == 2
        first = 7 if old else 6
        if kind in (0x0007, 0x0207) and self._formula is not None:
            length = body[0] if old else int.from_bytes(body[:2], "little")
            start = 1 if old else 2
            self._cells.put(*self._formula, value=self._book.text(body[start : start + length]))
        elif kind in (0x0008, 0x0208):
            if not old and len(body) >= 14 and body[12] & 0x20:
                self._cells.hide(int.from_bytes(body[:2], "little"))
        elif len(body) > first:
            self._take_cell(kind, body, first)

    def _take_cell(self, kind: int, body: bytes, first: int) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        number = body[5] & 0x3F if self._book.version == 2 else self._style(style)
        value: Any = None
        match kind:
            case 0x0002:
                value = self._number(float(int.from_bytes(body[first : first + 2], "little")), number)
            case 0x0003 | 0x0203 if len(body) >= first + 8:
                value = self._number(struct.unpack_from("<d", body, first)[0], number)
            case 0x027E if len(body) >= 10:
                value = self._number(_packed(body[6:10]), number)
            case 0x00BD:
                self._take_many(row, column, body)
                return
            case 0x0004 | 0x0204 | 0x00D6:
                wide = 1 if self._book.version == 2 else 2
                length = int.from_bytes(body[first : first + wide], "little")
                value = self._book.text(body[first + wide : first + wide + length])
            case 0x0005 | 0x0205:
                error = _error(kind, body, first=first)
                value = Broken("cell.error_value", error) if error else bool(body[first])
            case 0x0006 | 0x0206 | 0x0406 if len(body) >= first + 8:
                value = self._result(kind, body, first=first, number=number)
                self._formula = (row, column)
        if value is not None:
            self._cells.put(row, column, value=value)

    def _take_many(self, row: int, column: int, body: bytes) -> None:
        for index, at in enumerate(range(4, len(body) - 7, 6)):
            style = int.from_bytes(body[at : at + 2], "little")
            value = self._number(_packed(body[at + 2 : at + 6]), self._style(style))
            self._cells.put(row, column + index, value=value)

    def _result(self, kind: int, body: bytes, *, first: int, number: int) -> Any:
        """What a formula came to; its text stands in the record behind it."""
        error = _error(kind, body, first=first)
        if error:
            return Broken("cell.error_value", error)
        if body[first + 6 : first + 8] == b"\xff\xff":
            return bool(body[first + 2]) if body[first] == 1 else ""
        return self._number(struct.unpack_from("<d", body, first)[0], number)

    def _style(self, style: int) -> int:
        styles = self._book.styles
        return styles[style] if style < len(styles) else 0

    def _number(self, value: float, number: int) -> float | date | datetime:
        if not self._book.is_date(number) or not 1 <= value < 2_958_466:
            return value
        # Excel counts a 29 February 1900 that never was.
        epoch = datetime(1904, 1, 1) if self._book.epoch_1904 else datetime(1899, 12, 30 if value >= 61 else 31)  # noqa: DTZ001
        moment = epoch + timedelta(seconds=round(value * 86_400))
        return moment.date() if value == int(value) else moment


def _packed(raw: bytes) -> float:
    """A number in four bytes: the upper half of a double or an integer, perhaps times a hundred."""
    bits = int.from_bytes(raw, "little")
    if bits & 2:
        value = float(int.from_bytes(raw, "little", signed=True) >> 2)
    else:
        value = float(struct.unpack("<d", b"\0\0\0\0" + (bits & ~3).to_bytes(4, "little"))[0])
    return value / 100 if bits & 1 else value


# Others walk the records as well: how sheets look, and their formulas.
records, sheet_places = _records, _modern_places
