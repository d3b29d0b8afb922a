"""Bytes to sheets of cells, whatever the file is called: the format is known by its content."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import Any

from sources.formats.details import NO_DETAILS, Details
from sources.values import Broken, says_something

LARGEST_FILE = 200 * 1024 * 1024
MOST_CELLS = 20_000_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why nothing can be read, in words for the clerk: `reason` completes 文件无法读取：…; `code` is the finding's.

    `sheet` and `cell` say where, if one place is to blame.
    """

    reason: str
    code: str = "file.unreadable"
    sheet: str | None = None
    cell: str | None = None


PROTECTED = Unreadable("文件设有打开密码", "file.protected")


@dataclass(frozen=True, slots=True)
class Texts:
    """The distinct texts of a column, and all of them `together`, a line each, to be searched at once."""

    each: Collection[str]
    together: str

    def like(self, lines: re.Pattern[str]) -> Collection[str]:
        """Those that the pattern of `lines_like` finds, and perhaps others: all, where a text has lines of its own."""
        return lines.findall("\n" + self.together) if self.together.count("\n") < len(self.each) else self.each


def lines_like(pattern: str) -> re.Pattern[str]:
    """What finds whole lines that match the pattern; a line feed before each is found sooner than a beginning."""
    return re.compile(rf"\n((?:{pattern}))(?=\n|\Z)")


@dataclass(frozen=True)
class Sheet:
    """One sheet as it stands: `rows[0]` is Excel's row 1, `rows[0][0]` its cell A1; an empty cell is ''.

    `merged` holds (first row, first column, last row, last column), counted from 0; `hidden_rows` count as in Excel.
    """

    name: str
    rows: list[list[Any]]
    hidden: bool = False
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    details: Details = NO_DETAILS

    @cached_property
    def columns(self) -> tuple[tuple[Any, ...], ...]:
        """The same cells column by column; a row that ends early is filled with ''."""
        return tuple(zip_longest(*self.rows, fillvalue=""))

    @cached_property
    def distinct(self) -> tuple[set[Any], ...]:
        """The distinct cells of each column."""
        return tuple(map(set, self.columns))

    @cached_property
    def texts_by_column(self) -> list[Texts]:
        """The texts of each column."""
        found = []
        for cells in self.distinct:
            try:
                found.append(Texts(cells, "\n".join(cells)))
            except TypeError:
                texts = [cell for cell in cells if type(cell) is str]
                found.append(Texts(texts, "\n".join(texts)))
        return found

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every distinct text that stands in a cell."""
        return frozenset().union(*(texts.each for texts in self.texts_by_column))

    @cached_property
    def together(self) -> str:
        """The texts of all columns, a line each."""
        return "\n".join([texts.together for texts in self.texts_by_column])

    @property
    def blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(says_something(cell) for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that could be opened: all its sheets' names, the wanted ones' cells, and what it says of itself."""

    format: str
    names: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    epoch_1904: bool = False
    encoding: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marks:
    """What the raw XML of one sheet says and calamine does not.

    `farthest` are the lowest and the rightmost cell that hold something, where there are too many `cells` up to them.
    """

    hidden_rows: frozenset[int] = frozenset()
    broken: Mapping[tuple[int, int], Broken] = field(default_factory=dict)
    cells: int = 0
    farthest: tuple[tuple[int, int], ...] = ()
    merged: tuple[Range, ...] = ()
    details: Details = NO_DETAILS


def open_workbook(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """The sheets whose name is `wanted`. Whatever the content does to a library, the answer is a value."""
    from sources.formats.garbled import mended

    try:
        found = _open(content, wanted)
        return found if isinstance(found, Unreadable) else mended(found)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of calamine is a BaseException and no Exception
        return _why(error)


def _why(error: BaseException) -> Unreadable:
    from python_calamine import PasswordError

    if isinstance(error, PasswordError) or "password" in str(error).lower():
        return PROTECTED
    if isinstance(error, MemoryError):
        return Unreadable("文件过大", "file.too_large")
    return Unreadable("文件已损坏，或者不是电子表格")


def _open(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    if not content.strip(b"\0 \r\n\t"):
        return Unreadable("文件是空的")
    if len(content) > LARGEST_FILE:
        return Unreadable("文件过大", "file.too_large")
    if content.startswith(OLE):
        return _open_compound(content, wanted)
    if content.startswith(ZIP):
        return _open_binary(content, wanted)
    return _open_text(content, wanted)


def _open_text(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    from sources.formats.biff import is_bare, read_old
    from sources.formats.delimited import is_markup, read_delimited
    from sources.formats.odf import is_flat, packed
    from sources.formats.spreadsheetml import is_spreadsheetml, read_spreadsheetml
    from sources.formats.webpage import is_archive, read_archive, read_webpage

    if is_bare(content):
        return read_old(content, wanted) or Unreadable("文件已损坏，或者不是电子表格")
    if is_spreadsheetml(content):
        return read_spreadsheetml(content, wanted)
    if is_flat(content):
        return _open_binary(packed(content), wanted)
    if is_archive(content):
        return read_archive(content, wanted)
    if is_markup(content):
        return read_webpage(content, wanted)
    return read_delimited(content)


def _open_compound(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """What a compound file holds: a workbook of today, an old one, an encrypted one, or another kind of document."""
    from sources.formats.biff import is_old, is_protected, marks, read_old
    from sources.formats.compound import Compound

    file = Compound(content)
    names = file.streams
    if "EncryptedPackage" in names:
        return PROTECTED
    stream = file.stream("Workbook") or file.stream("Book")
    if not stream and names & {"WordDocument", "PowerPoint Document"}:
        return Unreadable("文件是文字文档或演示文稿，不是电子表格")
    if stream and is_old(stream) and (old := read_old(stream, wanted)):
        return old
    if is_protected(stream):
        return PROTECTED
    if not any(map(file.is_whole, ("Workbook", "Book"))):
        return Unreadable("文件已损坏，或者只传了一部分")
    told = marks(stream)
    # calamine lays out every sheet of such a file as soon as it opens it.
    wide = next((name for name, each in told.items() if each.cells > MOST_CELLS), None)
    return _too_wide(wide, told[wide]) if wide else _open_binary(content, wanted, told)


def _open_binary(
    content: bytes, wanted: Callable[[str], bool], told: Mapping[str, Marks] | None = None
) -> Workbook | Unreadable:
    """A workbook as calamine reads it, and what the raw file tells besides."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    from sources.formats.ooxml import Package

    package = Package(content) if content.startswith(ZIP) else None
    if package and package.trouble:
        return package.trouble
    if package and package.refused:
        return Unreadable("文件含有不应出现的外部引用（DOCTYPE）")
    # calamine lays out an OpenDocument file as soon as it opens it.
    if package and (wide := package.too_wide):
        return _too_wide(wide, package.marks(wide))
    quickest = package.quickest(wanted) if package else content
    with CalamineWorkbook.from_filelike(io.BytesIO(quickest)) as book:
        del quickest
        sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        read = []
        for each in sheets:
            if not wanted(each.name):
                continue
            marks = package.marks(each.name) if package else (told or {}).get(each.name, Marks())
            # calamine lays a sheet out densely: one cell at XFD1048576 would take all memory there is.
            if marks.cells > MOST_CELLS:
                return _too_wide(each.name, marks)
            read.append(_sheet(book, each.name, hidden=each.visible != SheetVisibleEnum.Visible, marks=marks))
    return Workbook(
        format=package.kind if package else "xls",
        names=tuple(each.name for each in sheets),
        sheets=tuple(read),
        epoch_1904=bool(package and package.epoch_1904),
    )


def _too_wide(sheet: str, marks: Marks) -> Unreadable:
    """What is told of a sheet whose cells lie too far apart: which they are, where that is known."""
    from sources.formats.places import letters

    cells = dict.fromkeys(f"{letters(column)}{row + 1}" for row, column in marks.farthest)
    if not cells:
        return Unreadable(f"工作表“{sheet}”的范围过大（很远处有多余的单元格）", "file.too_large")
    return Unreadable("、".join(cells), "sheet.far_cell", sheet, next(iter(cells)))


def _sheet(book: Any, name: str, *, hidden: bool, marks: Marks) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    for (row, column), broken in marks.broken.items():
        _put(rows, row, column, value=broken)
    merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
    merged = merged or marks.merged
    return Sheet(
        name=name, rows=rows, hidden=hidden, merged=merged, hidden_rows=marks.hidden_rows, details=marks.details
    )


def _put(rows: list[list[Any]], row: int, column: int, *, value: Any) -> None:
    """Write into the grid, which grows where calamine ended it before a formula without a value."""
    while len(rows) <= row:
        rows.append([])
    cells = rows[row]
    cells.extend([""] * (column + 1 - len(cells)))
    cells[column] = value
