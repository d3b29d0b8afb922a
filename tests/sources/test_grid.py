import datetime
import io
import zipfile

import openpyxl
import pytest
import xlwt

from sources.formats import grid
from sources.formats.grid import Unreadable, open_workbook
from sources.values import Broken
from tests.sources.paper import book

ROWS = [["案件编号", "备注"], ["001", "甲，乙"], ["002", ""]]


def everything(_):
    return True


def rows(content):
    return [[cell or "" for cell in row] for row in open_workbook(content, everything).sheets[0].rows]


def xls(values):
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("台账")
    for row, cells in enumerate(values):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def csv(values, delimiter=","):
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in values]
    return "\r\n".join(delimiter.join(row) for row in quoted) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        book(("台账", ROWS)),
        xls(ROWS),
        csv(ROWS).encode("utf-8"),
        csv(ROWS).encode("utf-8-sig"),
        csv(ROWS).encode("gbk"),
        csv(ROWS).encode("utf-16"),
        csv(ROWS).encode("utf-16-le"),
        csv(ROWS, "\t").encode("gb18030"),
        csv(ROWS, ";").encode("utf-8"),
    ],
    ids=["xlsx", "xls", "utf-8", "bom", "gbk", "utf-16", "utf-16-le", "tsv", "semicolon"],
)
def test_the_same_table_in_every_format(content):
    """The format, the encoding and the delimiter are known by content; the cells are the same."""
    assert ROWS == rows(content)


def test_leading_blank_rows_and_columns_stay():
    """Row 1 is row 1 and column A is column A, even if nothing stands there."""
    content = book(("台账", [[], [], [None, "x"]]))

    assert [["", ""], ["", ""], ["", "x"]] == rows(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"PK\x03\x04" + b"x" * 300,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"<html><p>1</p></html>",
        b"%PDF-1.7 " + b"\0\1\2" * 100,
        book(("台账", ROWS))[:2000],
        bytes(range(256)) * 8,
    ],
    ids=["empty", "zeros", "no zip", "no ole", "html", "pdf", "cut off", "binary"],
)
def test_what_is_no_workbook_is_a_value(content):
    """Whatever arrives, the answer is a reason and never an exception."""
    assert isinstance(open_workbook(content, everything), Unreadable)


def test_a_panic_of_the_library_is_a_reason(monkeypatch):
    """A library that dies with something that is no Exception does not take the night with it."""

    class PanicError(BaseException):
        pass

    def panic(*_):
        raise PanicError("index out of bounds")

    monkeypatch.setattr(grid, "_open", panic)

    assert isinstance(open_workbook(b"x", everything), Unreadable)


def test_a_bomb_is_not_unpacked():
    """A zip that would unpack to far more than it is, is refused by its directory alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 80 * 1024**2)

    assert Unreadable("文件解压后过大", "file.too_large") == open_workbook(buffer.getvalue(), everything)


def test_a_cell_at_the_far_end_is_not_laid_out():
    """One cell at XFD1048576 would take all memory there is; it is named before anything is laid out."""
    far = book(("台账", ROWS), arrange=lambda workbook: workbook["台账"].cell(1048576, 16384, 1))

    def arrange(workbook):
        workbook["台账"].cell(900_000, 2, 1)
        workbook["台账"].cell(4, 16384, 1)

    assert Unreadable("XFD1048576", "sheet.far_cell", "台账", "XFD1048576") == open_workbook(far, everything)
    both = open_workbook(book(("台账", ROWS), arrange=arrange), everything)
    assert Unreadable("B900000、XFD4", "sheet.far_cell", "台账", "B900000") == both


def test_hidden_rows_errors_and_formulas_without_value():
    """What calamine does not tell is read from the XML: hidden rows, #REF!, a formula never calculated."""

    def arrange(workbook):
        sheet = workbook["台账"]
        sheet.row_dimensions[2].hidden = True
        sheet["B3"] = "#REF!"
        sheet["B3"].data_type = "e"
        sheet["D5"] = "=SUM(A1:A3)"

    sheet = open_workbook(book(("台账", ROWS), arrange=arrange), everything).sheets[0]

    assert {2} == sheet.hidden_rows
    assert Broken("cell.error_value", "#REF!") == sheet.rows[2][1]
    assert Broken("cell.formula_without_value", "公式") == sheet.rows[4][3]


def test_only_wanted_sheets_are_read_and_hidden_ones_too():
    """Sheets that nobody wants are not read; a hidden sheet is."""

    def hide(workbook):
        workbook["二"].sheet_state = "hidden"

    content = book(("一", [["a"]]), ("二", [["b"]]), ("说明", [["c"]]), arrange=hide)
    workbook = open_workbook(content, lambda name: name != "说明")

    assert [("一", False), ("二", True)] == [(sheet.name, sheet.hidden) for sheet in workbook.sheets]
    assert ("一", "二", "说明") == workbook.names


def test_the_1904_system_is_known():
    """A workbook that counts from 1904 says so, and its date cells are right."""

    def epoch(workbook):
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    workbook = open_workbook(book(("台账", [[datetime.date(2024, 3, 5)]]), arrange=epoch), everything)

    assert workbook.epoch_1904
    assert datetime.date(2024, 3, 5) == workbook.sheets[0].rows[0][0]


def test_a_quote_left_open_swallows_nothing():
    """A stray quotation mark in a CSV does not make one cell of all the rest."""
    text = "编号,备注\n" + '1,"未闭合\n' + "\n".join(f"{number},x" for number in range(2, 100))

    assert 100 == len(rows(text.encode()))


def test_ods_is_read():
    """An OpenDocument sheet is read too."""
    start, end = '<table:table-cell office:value-type="string"><text:p>', "</text:p></table:table-cell>"
    cells = "".join(
        "<table:table-row>" + "".join(start + cell + end for cell in row) + "</table:table-row>" for row in ROWS
    )
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    body = f'<office:spreadsheet><table:table table:name="台账">{cells}</table:table></office:spreadsheet>'
    content = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")

    assert ROWS == rows(buffer.getvalue())
    assert "ods" == open_workbook(buffer.getvalue(), everything).format
