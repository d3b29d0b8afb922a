from __future__ import annotations

import io
import struct
from datetime import date

import openpyxl
import pytest
import xlwt

from sources.formats.biff_looks import looks_of
from sources.formats.grid import open_workbook
from sources.reading.returned import without_list
from sources.workbooks import returns
from tests.sources.returning import WORDS, order, problem

BOLD_ON_YELLOW = "font: name 楷体, bold on, height 280; pattern: pattern solid, fore_colour yellow; align: horiz centre"
NO_RESULT = struct.pack("<Q", 0xFFFF000000000003)
FRAMED = "borders: left thin, right double, top dashed, bottom medium; align: wrap on, vert top"


def name_record(code, formula):
    """A name of Excel's own for the first sheet."""
    told = struct.pack("<HBBHHH6B", 0x20, 0, 1, len(formula), 0, 1, 0, 0, 0, 0, 0, code) + formula
    return struct.pack("<HH", 0x0018, len(told)) + told


def drawn(fill, names=()):
    """An .xls whose sheet 台账 `fill` has filled; `names` are names of Excel's own: number and formula."""
    book = xlwt.Workbook()
    fill(book.add_sheet("台账"))
    told = (name_record(code, bytes.fromhex(formula)) for code, formula in names)
    # xlwt writes links between sheets in this place, and has none.
    links = b"".join(told)
    book._Workbook__all_links_rec = lambda: links
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def given_back(content):
    written = returns.write(content, order(problem("A1")), WORDS)
    assert "plain" == written.how
    return openpyxl.load_workbook(io.BytesIO(written.content))["台账"]


def test_an_old_workbook_keeps_its_looks() -> None:
    """Fonts, fills, frames, alignment, number formats, widths, heights and frozen panes come along to .xlsx."""

    def fill(sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "案件台账", xlwt.easyxf(BOLD_ON_YELLOW))
        sheet.write(1, 0, 1234.5, xlwt.easyxf(FRAMED, num_format_str="#,##0.00"))
        sheet.write(1, 1, None, xlwt.easyxf(FRAMED))
        sheet.col(0).width = 20 * 256
        sheet.row(0).height_mismatch, sheet.row(0).height = True, 600
        sheet.panes_frozen, sheet.horz_split_pos = True, 1
        sheet.portrait = False

    sheet = given_back(drawn(fill))

    title, number, blank = sheet["A1"], sheet["A2"], sheet["B2"]
    assert ("楷体", True, 14, "center") == (title.font.name, title.font.b, title.font.sz, title.alignment.horizontal)
    assert ("solid", "FFFFFF00") == (title.fill.patternType, title.fill.fgColor.rgb)
    assert (1234.5, "#,##0.00", "top", True) == (
        number.value, number.number_format, number.alignment.vertical, number.alignment.wrap_text,
    )  # fmt: skip
    for cell in (number, blank):
        lines = (cell.border.left.style, cell.border.right.style, cell.border.top.style, cell.border.bottom.style)
        assert ("thin", "double", "dashed", "medium") == lines
    assert (20, 30, "A2", "landscape") == (
        round(sheet.column_dimensions["A"].width), sheet.row_dimensions[1].height, sheet.freeze_panes,
        sheet.page_setup.orientation,
    )  # fmt: skip


FORMULAS = [
    "SUM(A1:A2)", "A1+A2*2", "ROUND(A1/3,2)", 'IF(A1>5,"是","否")', "COUNTA($A$1:$A$2)-1", "SUM(A1,A2,5)", "-(A1-2.5)",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_an_old_formula_is_told_as_it_was_typed(formula: str) -> None:
    """What clerks compute in .xls is still computed in .xlsx, and its result is at hand at once."""

    def fill(sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, 10)
        sheet.write(1, 0, 20)
        sheet.write(2, 0, xlwt.Formula(formula))

    content = drawn(fill)
    # xlwt leaves results to Excel; here it came to 30.
    assert 1 == content.count(NO_RESULT)
    content = content.replace(NO_RESULT, struct.pack("<d", 30))

    assert {(2, 0): f"={formula}"} == looks_of(content)["台账"].formulas
    assert f"={formula}" == given_back(content)["A3"].value
    assert 30 == open_workbook(content, lambda _: True).sheets[0].rows[2][0]


def test_a_formula_that_is_not_understood_leaves_its_value() -> None:
    """A function that is not known here is not guessed at."""
    content = drawn(lambda sheet: sheet.write(0, 0, xlwt.Formula("SIN(1)")))

    assert {} == looks_of(content)["台账"].formulas


def test_dates_and_numbers_stay_what_they_are() -> None:
    """A date stays a date, and a number that only looks like one stays a number."""

    def fill(sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, date(2024, 3, 5), xlwt.easyxf(num_format_str="YYYY年M月D日"))
        sheet.write(1, 0, 45356)
        sheet.write(2, 0, "2024-03-05", xlwt.easyxf(num_format_str="YYYY-MM-DD"))
        sheet.write(3, 0, True)

    content = drawn(fill)
    before = open_workbook(content, lambda _: True)
    written = returns.write(content, order(problem("A1")), WORDS).content
    after = without_list(open_workbook(written, lambda _: True).sheets, written)

    assert before.sheets[0].rows == after.sheets[0].rows
    assert [date, float, str, bool] == [type(row[0]) for row in after.sheets[0].rows]


def test_an_old_workbook_prints_as_it_did() -> None:
    """Paper, scale, margins, header and footer, print area and repeated rows come along to .xlsx."""

    def fill(sheet: xlwt.Worksheet) -> None:
        sheet.write(0, 0, "案件台账")
        sheet.paper_size_code, sheet.portrait, sheet.print_scaling = 8, False, 45
        sheet.left_margin, sheet.bottom_margin = 1.25, 0.5
        sheet.header_str, sheet.footer_str = b"&LHead&G", b"&C&P"
        sheet.print_centered_horz, sheet.print_centered_vert = True, False

    columns, rows, area = (
        "3b 0000 " + places for places in ("0000 ffff 0000 0000", "0000 0100 0000 ff00", "0000 0900 0000 0500")
    )
    titles = f"29 1700 {columns} {rows} 10 15"

    sheet = given_back(drawn(fill, names=[(7, titles), (6, area)]))

    assert (8, "landscape", 45) == (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.scale)
    assert (1.25, 0.5) == (sheet.page_margins.left, sheet.page_margins.bottom)
    assert ("Head", "&P") == (sheet.oddHeader.left.text, sheet.oddFooter.center.text)
    assert ("$1:$2", "$A:$A", "'台账'!$A$1:$F$10") == (
        sheet.print_title_rows, sheet.print_title_cols, sheet.print_area,
    )  # fmt: skip
    assert (True, None) == (sheet.print_options.horizontalCentered, sheet.print_options.verticalCentered)
