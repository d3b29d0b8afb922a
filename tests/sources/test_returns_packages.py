"""What of a department's own workbook comes back as it was."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from pandas.testing import assert_frame_equal

from sources.cards import effective, load_ledgers, load_offices
from sources.formats.grid import Workbook, open_workbook
from sources.reading.reader import read
from sources.reading.returned import answers
from tests.sources.formats import repacked, strict
from tests.sources.paper import book, card, codes, reading, submission
from tests.sources.returning import (
    DOT,
    ROOT,
    ROWS,
    given_back,
    opened,
    parts,
    problem,
)
from warehouse.model import Level, Slot

# Files with the same bytes count once.
SAMPLES = list({
    path.read_bytes(): path
    for inbox in (ROOT / "sources" / "samples", ROOT / "tests" / "second_office" / "inbox")
    for path in sorted(inbox.rglob("*"))
    if path.suffix in (".xls", ".xlsx", ".csv")
}.values())  # fmt: skip


def opens(path):
    return isinstance(open_workbook(path.read_bytes(), lambda _: False), Workbook)


PACKAGES = [path for path in SAMPLES if path.suffix == ".xlsx"]


def cells_of(xml):
    return re.search(rb"<sheetData.*</sheetData>|<sheetData/>", xml, re.DOTALL)[0]


@cache
def slots():
    """Every slot of the two offices of the samples, with what is handed in for it."""
    roots = (ROOT, ROOT / "tests" / "second_office")
    ledgers = load_ledgers([root / "sources" / "ledgers" for root in roots if (root / "sources/ledgers").is_dir()])
    offices = load_offices([root / "sources" / "offices" for root in roots])
    return [(office, name, owed, effective(ledgers[owed.ledger], owed)) for office in offices.values()
            for name, owed in office.owed()]  # fmt: skip


def readings(path, content):
    """The readings of a sample by every slot of its department."""
    for office, department, owed, effective_card in slots():
        year = path.parent.parent.name[:4]
        if office.departments[department].folder == path.parent.name and year.isdigit():
            of = submission(content, name=path.name, slot=Slot(office.id, department, owed.ledger, int(year)))
            yield read(content, submission=of, card=effective_card, sheets=owed.sheets, secret=b"s" * 32)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_without_edits_the_round_trip_changes_no_value(path: Path) -> None:
    """Each sample, marked and read again, gives the same typed frames, blocks and findings as the file received."""
    content = path.read_bytes()
    seen = open_workbook(content, lambda _: True)
    sheet = seen.sheets[0].name if isinstance(seen, Workbook) else None
    written = given_back(content, problem("A4", sheet=sheet), problem("B5", Level.QUESTION, sheet=sheet))
    if written.how == "listed":
        assert sheet is None
        return

    for before, after in zip(readings(path, content), readings(path, written.content), strict=True):
        assert_frame_equal(before.frame, after.frame)
        assert before.blocks == after.blocks
        assert [(f.code, f.sheet, f.cell, f.facts) for f in before.findings] == [
            (f.code, f.sheet, f.cell, f.facts) for f in after.findings
        ]


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if path.suffix == ".xlsx" and opens(path)], ids=lambda path: path.name
)
def test_what_is_not_ours_stays_as_it_was_to_the_byte(path: Path) -> None:
    """Of a package only what names the list and the marks differs; cells, strings, themes and the rest are equal."""
    content = path.read_bytes()
    seen = open_workbook(content, lambda _: True)
    assert isinstance(seen, Workbook)
    before, after = parts(content), parts(given_back(content, problem(sheet=seen.sheets[0].name)).content)

    touched = {name for name in before if before[name] != after[name]}
    allowed = (
        r"\[Content_Types\]\.xml|.*\.rels|xl/workbook\.xml|xl/styles\.xml|docProps/custom\.xml|xl/worksheets/[^/]*"
    )
    assert [] == [name for name in touched if not re.fullmatch(allowed, name)]
    sheets = [name for name in before if re.fullmatch(r"xl/worksheets/[^/]*", name)]
    assert [cells_of(before[name]) for name in sheets] == [cells_of(after[name]) for name in sheets]
    looks = re.compile(rb"<cellXfs[^>]*>(.*)</cellXfs>", re.DOTALL)
    assert looks.search(after["xl/styles.xml"])[1].startswith(looks.search(before["xl/styles.xml"])[1])


def test_formats_widths_validations_comments_and_names_stay() -> None:
    """A workbook with rules, comments, validations, print titles and frozen panes of its own keeps them all."""

    def arrange(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["台账"]
        sheet["A2"].comment = Comment("原有批注", "李某")
        sheet["B3"].comment = Comment("请核对原件", "李某")
        red = PatternFill(bgColor="FFFF0000")
        sheet.conditional_formatting.add("C2:C9", FormulaRule(formula=["C2>1000"], fill=red))
        options = DataValidation(type="list", formula1='"警告,罚款"')
        options.add("E2:E9")
        sheet.add_data_validation(options)
        sheet.print_title_rows, sheet.freeze_panes = "1:1", "A2"
        sheet.column_dimensions["B"].width = 33
        workbook["另表"].print_title_rows = "1:2"

    content = book(("台账", ROWS), ("另表", [["x"]]), arrange=arrange)

    sheet = opened(given_back(content).content)["台账"]

    assert "原有批注" == sheet["A2"].comment.text
    assert sheet["B3"].comment.text.startswith("请核对原件\n【退回单·错误】")
    assert {("C2:C9", 2), ("B3", 1)} == {
        (str(each.sqref), rule.priority) for each in sheet.conditional_formatting for rule in each.rules
    }
    assert [("E2:E9", '"警告,罚款"')] == [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation]
    assert ("$1:$1", "A2", 33) == (sheet.print_title_rows, sheet.freeze_panes, sheet.column_dimensions["B"].width)
    assert "$1:$2" == opened(given_back(content).content)["另表"].print_title_rows


def test_formulas_keep_their_results() -> None:
    """A formula comes back with its text and the value that it had, so nothing has to be computed anew."""
    buffer = io.BytesIO()
    drawn = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = drawn.add_worksheet("台账")
    for row, line in enumerate([["案件编号", "罚款金额"], ["罚1", 100]]):
        sheet.write_row(row, 0, line)
    sheet.write_formula("B3", "=B2*2", None, 200)
    drawn.close()

    written = given_back(buffer.getvalue(), problem("B2")).content

    assert "=B2*2" == opened(written)["台账"]["B3"].value
    assert 200 == openpyxl.load_workbook(io.BytesIO(written), data_only=True)["台账"]["B3"].value


def test_pictures_charts_and_text_boxes_stay() -> None:
    """What no library for cells keeps is still there, and cells, strings and drawings are the very same bytes."""
    buffer = io.BytesIO()
    drawn = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = drawn.add_worksheet("台账")
    sheet.write_row(0, 0, [1, 2, 3])
    sheet.write_rich_string("A5", drawn.add_format({"bold": True}), "粗", "细")
    sheet.insert_image("E2", "a.png", {"image_data": io.BytesIO(DOT)})
    sheet.insert_textbox("G2", "说明")
    sheet.add_sparkline("D1", {"range": "台账!A1:C1"})
    sheet.conditional_format("A1:C1", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("A1", "原有批注")
    chart = drawn.add_chart({"type": "column"})
    chart.add_series({"values": "=台账!$A$1:$C$1"})
    sheet.insert_chart("J2", chart)
    drawn.close()

    before, after = parts(buffer.getvalue()), parts(given_back(buffer.getvalue(), problem("B1")).content)

    kept = [name for name in before if re.match(r"xl/(media|charts|drawings/drawing|sharedStrings|theme)", name)]
    assert 5 == len(kept)
    assert [before[name] for name in kept] == [after[name] for name in kept]
    marked = after["xl/worksheets/sheet1.xml"]
    assert (True, True) == (b"sparkline" in marked, b"<drawing r:id" in marked)
    assert 2 == after["xl/drawings/vmlDrawing1.vml"].count(b"<v:shape ")
    assert 1 == marked.count(b"legacyDrawing")


def test_a_picture_in_the_header_is_not_taken_for_a_comment() -> None:
    """Header pictures lie in a drawing of the same kind as comments; ours get one of their own."""
    buffer = io.BytesIO()
    drawn = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = drawn.add_worksheet("台账")
    sheet.write_row(0, 0, [1, 2, 3])
    sheet.set_header("&L&G", {"image_left": "a.png", "image_data_left": io.BytesIO(DOT)})
    drawn.close()

    before, after = parts(buffer.getvalue()), parts(given_back(buffer.getvalue(), problem("B1")).content)

    assert before["xl/drawings/vmlDrawing1.vml"] == after["xl/drawings/vmlDrawing1.vml"]
    assert re.search(rb"<legacyDrawing [^>]*/><legacyDrawingHF ", after["xl/worksheets/sheet1.xml"])


def test_a_second_return_bears_no_mark_of_the_first() -> None:
    """A 退回单 that is returned again loses its list, marks and comments; a clerk's own words below stay."""

    def arrange(workbook: openpyxl.Workbook) -> None:
        workbook["台账"]["B3"].comment = Comment("请核对原件", "李某")

    content = book(("台账", ROWS), arrange=arrange)
    first = given_back(content, problem(), problem("C3", Level.QUESTION))

    second = opened(given_back(first.content, problem("D2"), of="b" * 12).content)

    assert ["问题清单", "台账"] == second.sheetnames
    assert ["D2"] == [str(each.sqref) for each in second["台账"].conditional_formatting]
    assert {"B3": "请核对原件", "C3": None} == {
        place: second["台账"][place].comment and second["台账"][place].comment.text for place in ("B3", "C3")
    }
    assert second["台账"]["D2"].comment.text.startswith("【退回单·错误】")
    assert ("b" * 12,) == answers(given_back(first.content, problem("D2"), of="b" * 12).content)


def test_a_list_of_the_departments_own_is_no_list_of_ours() -> None:
    """A sheet called 问题清单 without our number is data, and ours gets another name beside it."""
    content = book(("问题清单", ROWS))

    written = given_back(content, problem(sheet="问题清单"))

    assert ["问题清单2", "问题清单"] == opened(written.content).sheetnames
    assert 2 == len(reading(written.content, of=card(columns={"party": {"name": "当事人"}})).frame)


@pytest.mark.parametrize("prefix", ["x:", "ss:"])
def test_a_package_with_prefixes_is_marked_as_well(prefix: str) -> None:
    """Programs that write <x:worksheet> are no less at home: marks and list take the prefix of the document."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def change(name: str, text: bytes) -> bytes:
        if name not in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"):
            return text
        text = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1" + prefix.encode() + rb"\2", text)
        return text.replace(f'xmlns="{main}"'.encode(), f'xmlns:{prefix[:-1]}="{main}"'.encode())

    written = given_back(repacked(book(("台账", ROWS)), change))

    workbook = opened(written.content)
    assert "marked" == written.how
    assert ["问题清单", "台账"] == workbook.sheetnames
    assert ["B3"] == [str(each.sqref) for each in workbook["台账"].conditional_formatting]
    assert workbook["台账"]["B3"].comment


@pytest.mark.parametrize("styles", [b"<styleSheet/>", b'<?xml version="1.0" encoding="U2F-8"?><styleSheet/>'])
def test_a_package_that_is_not_built_as_it_should_be_comes_back_as_its_values(styles: bytes) -> None:
    """Where nothing can be put in, what stood in the cells is drawn anew, and the list says so."""
    content = repacked(book(("台账", ROWS)), lambda name, text: styles if name == "xl/styles.xml" else text)

    written = given_back(content)

    assert "plain" == written.how
    assert "2024年13月5日" == opened(written.content)["台账"]["B3"].value


def test_a_strict_package_stays_strict() -> None:
    """A workbook in the namespaces of ISO 29500 Strict gets its list and marks in those."""
    written = given_back(strict(book(("台账", ROWS))))

    assert "marked" == written.how
    assert not [name for name, text in parts(written.content).items() if b"spreadsheetml/2006/main" in text]
    assert [("cell.not_a_date", "台账", "B3")] == codes(reading(written.content))


def test_text_comes_back_as_text() -> None:
    """Of a .csv every cell stays text: no leading zero is lost, no long number is rounded, nothing becomes a date."""
    content = "案件编号,决定日期,罚款金额\n0012,2024-03-05,1500\n110101199001011234,3/4,=1+1\n".encode()

    written = given_back(content, problem("B3", sheet="CSV"))

    sheet = opened(written.content)["CSV"]
    assert ("plain", ".xlsx") == (written.how, written.suffix)
    assert [["0012", "2024-03-05", "1500"], ["110101199001011234", "3/4", "=1+1"]] == [
        [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)
    ]
    assert {"s"} == {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
