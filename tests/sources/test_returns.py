from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
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
from sources.confined.guard import Limits
from sources.confined.writing import write_apart
from sources.formats.grid import Workbook, open_workbook
from sources.reading.reader import read
from sources.reading.returned import answers, number, reasons_in, submissions_in, without_list
from sources.workbooks import returns
from sources.workbooks.returns import Item, Order, Problem, ReturnWords, list_alone
from tests.sources.formats import compound, repacked, strict
from tests.sources.paper import book, card, codes, reading, submission
from warehouse.declarations import DeclarationError, load, parse
from warehouse.model import Level, Slot

ROOT = Path(__file__).parents[2]
WORDS = load(ReturnWords, ROOT / "templates" / "returns" / "words.yml")
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
HEAD = ["案件编号", "决定日期", "罚款金额", "人次", "备注"]
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
ROWS = [HEAD, ["罚〔2024〕1号", "2024-03-05", 1500, 3, "见卷宗"], ["罚〔2024〕2号", "2024年13月5日", None, 4, ""]]


def problem(cell="B3", level=Level.ERROR, **changes):
    given = {"sheet": "台账", "column": "决定日期", "says": "“决定日期”不能识别为日期。", "fix": "请填真实日期。"}
    return Problem(level=level, cell=cell, **{**given, **changes})


def alone(each):
    return Item(level=each.level, says=each.says, fix=each.fix, problems=(each,))


def order(*problems, of="a" * 12):
    return Order(
        number=number([of]),
        office="清河镇",
        department="执法队",
        year=2024,
        ledgers=("行政处罚台账",),
        file="台账.xlsx",
        made_at="2025年1月7日",
        created=datetime(2025, 1, 7, tzinfo=UTC).replace(tzinfo=None),
        items=tuple(each if isinstance(each, Item) else alone(each) for each in problems or (problem(),)),
    )


def given_back(content, *problems, **options):
    return returns.write(content, order(*problems, **options), WORDS)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells_of(xml):
    return re.search(rb"<sheetData.*</sheetData>|<sheetData/>", xml, re.DOTALL)[0]


def plain(sheet):
    return {"rules": len(sheet.conditional_formatting), "comments": sum(1 for row in sheet for c in row if c.comment)}


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


def test_failing_cells_are_coloured_framed_and_commented() -> None:
    """Each level has its own fill, letters and frame; the comment says what is wrong and what to do."""
    content = book(("台账", ROWS))
    found = (problem(), problem("C3", Level.QUESTION), problem("E2", Level.NOTE), problem("E3", Level.NOTE))

    sheet = opened(given_back(content, *found).content)["台账"]

    rules = {str(each.sqref): each.rules[0].dxf for each in sheet.conditional_formatting}
    assert {"B3": "FFFFC7CE", "C3": "FFFFEB9C", "E2:E3": "FFDDEBF7"} == {
        place: look.fill.bgColor.rgb for place, look in rules.items()
    }
    assert {("thin", True), ("dashed", False), ("dotted", False)} == {
        (look.border.left.style, bool(look.font.b)) for look in rules.values()
    }
    assert "【退回单·错误】“决定日期”不能识别为日期。\n怎么办：请填真实日期。" == sheet["B3"].comment.text
    assert ["B3", "C3", "E2", "E3"] == sorted(cell.coordinate for row in sheet for cell in row if cell.comment)
    assert ["C3"] == [c.coordinate for row in sheet for c in row if c.comment and "“说明”一栏" in c.comment.text]


def below_heads(workbook):
    """What stands on the list below its heads: for each row its column letters and texts."""
    sheet = workbook.worksheets[0]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
    rows = sheet.iter_rows(min_row=head + 1)
    return [{cell.column_letter: cell.value for cell in row if cell.value not in (None, "")} for row in rows]


def test_the_first_sheet_says_what_to_do_once_and_lists_every_place_beneath() -> None:
    """An item: number, level, what is wrong, what to do; then each place with link, what stands there, last year's."""
    whole = problem(None, sheet="台账", column="", says="缺少“社区”列。", id="00000001")
    places = (problem(id="0000000a"), problem("C2", column="罚款金额", before="1200", id="0000000b"))
    together = Item(level=Level.ERROR, says="日期有 2 处写颠倒了。", fix="请整列改正。", problems=places)

    def select(workbook: openpyxl.Workbook) -> None:
        workbook["台账"].sheet_view.tabSelected = True

    workbook = opened(given_back(book(("台账", ROWS), arrange=select), together, whole).content)
    sheet = workbook.worksheets[0]

    assert workbook.active is sheet
    assert ["台账"] == [other.title for other in workbook.worksheets[1:] if not other.sheet_view.tabSelected]
    assert [
        {"A": "1", "B": "错误", "C": "日期有 2 处写颠倒了。"},
        {"C": "怎么办：请整列改正。"},
        {"C": "台账", "D": "B3", "E": "决定日期", "F": "2024年13月5日", "I": "0000000a"},
        {"C": "台账", "D": "C2", "E": "罚款金额", "F": "1500", "G": "1200", "I": "0000000b"},
        {"A": "2", "B": "错误", "C": "缺少“社区”列。"},
        {"C": "怎么办：请填真实日期。"},
        {"C": "台账", "D": "整张表", "I": "00000001"},
    ] == below_heads(workbook)
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert ["'台账'!B3", "'台账'!C2", "'台账'!A1"] == links


def test_places_that_differ_say_how() -> None:
    """Where the findings of an item do not say the same, each says its own beside its cell, and what came of it."""
    places = (problem(says="甲。"), problem("C2", says="乙。", remark="上次的说明没有采用。"))
    together = Item(level=Level.ERROR, says="两处。", fix="请改正。", problems=places)

    lines = below_heads(opened(given_back(book(("台账", ROWS)), together).content))

    assert ["甲。", "乙。\n上次的说明没有采用。"] == [line["E"] for line in lines[2:]]


def test_the_first_sheet_prints_on_a4() -> None:
    """Across, all its columns on a page, its heads on every page; nothing of the department's own sheets is changed."""

    def arrange(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["台账"]
        sheet.page_setup.paperSize, sheet.page_setup.scale = 8, 45
        sheet.page_margins.left = 1.5
        sheet.print_area = "A1:C3"

    workbook = opened(given_back(book(("台账", ROWS), arrange=arrange)).content)
    sheet, own = workbook.worksheets

    assert ("landscape", 9, True, 1, 0) == (
        sheet.page_setup.orientation,
        int(sheet.page_setup.paperSize),
        sheet.sheet_properties.pageSetUpPr.fitToPage,
        sheet.page_setup.fitToWidth or 1,
        sheet.page_setup.fitToHeight,
    )
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
    assert f"${head}:${head}" == sheet.print_title_rows
    assert (8, 45, 1.5, "'台账'!$A$1:$C$3") == (
        own.page_setup.paperSize,
        own.page_setup.scale,
        own.page_margins.left,
        own.print_area,
    )


def test_a_text_file_of_many_columns_prints_legibly() -> None:
    """What never said how it prints comes back on as many A4 pages side by side as it needs, with its heads on each."""
    heads = [f"第{at:02}栏的名称" for at in range(42)]
    lines = [["某街道台账"], heads, ["内容内容内容"] * 42]
    content = "\n".join(",".join(line) for line in lines).encode()

    sheet = opened(given_back(content, problem("B3", sheet="CSV")).content)["CSV"]

    assert (4, 0, "$2:$2") == (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.print_title_rows)


def test_only_questions_can_be_explained_and_nothing_else_be_written() -> None:
    """The list is protected but for a cell beside each question, which says what belongs into it."""
    asked = (problem("C2", Level.QUESTION, id="0000000a"), problem("C3", Level.QUESTION, id="0000000b"))
    together = Item(level=Level.QUESTION, says="两处。", fix="请核实。", problems=asked)

    sheet = opened(given_back(book(("台账", ROWS)), problem(), together).content).worksheets[0]

    free = [cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    (check,) = sheet.data_validations.dataValidation
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
    assert sheet.protection.sheet
    # Below an item of one error: one cell for both questions at once, and one for each.
    assert [f"H{head + at}" for at in (6, 7, 8)] == free
    assert (set(free), WORDS.reason.message, "lessThanOrEqual", "500") == (
        {sheet.cell(*place).coordinate for part in check.sqref.ranges for place in part.cells},
        check.prompt,
        check.operator,
        check.formula1,
    )


def test_where_nothing_is_asked_there_is_no_room_to_explain() -> None:
    """Errors are to be mended: without a question nothing on the list can be written to."""
    sheet = opened(given_back(book(("台账", ROWS))).content).worksheets[0]

    assert sheet.column_dimensions["H"].hidden
    assert [] == [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]


def explained(content, **cells):
    """The 退回单 as it comes back with these texts in column H of the lines of these ids, or of these items."""
    workbook = opened(content)
    sheet, item = workbook.worksheets[0], ""
    for row in sheet.iter_rows():
        item = row[0].value or item
        name = f"_{row[8].value}" if row[8].value else f"item{item}"
        if name in cells and not row[7].protection.locked:
            row[7].value = cells[name]
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


QUESTIONS = Item(
    level=Level.QUESTION,
    says="三处。",
    fix="请核实。",
    problems=(
        problem("C2", Level.QUESTION, id="0000000a"),
        problem("C3", Level.QUESTION, id="0000000b"),
        problem("D2", Level.ERROR, id="0000000c"),
    ),
)


def reasons_on(content):
    found = reasons_in(reading(content).facts)
    return [(each.id, each.item, each.text, each.shared) for each in found]


def test_what_is_written_beside_a_question_is_read_with_it() -> None:
    """By the id in its line; what stands in the item's own line is for each of its lines that says nothing."""
    content = given_back(book(("台账", ROWS)), problem(), QUESTIONS).content

    one = explained(content, _0000000b="当日停电，见值班记录")
    all_but_one = explained(content, item2="系统升级，\n见通知", _0000000b="当日停电，见值班记录")

    assert [] == reasons_on(content)
    assert [("0000000b", 2, "当日停电，见值班记录", False)] == reasons_on(one)
    assert [
        ("0000000a", 2, "系统升级， 见通知", True),
        ("0000000b", 2, "当日停电，见值班记录", False),
        ("0000000c", 2, "系统升级， 见通知", True),
    ] == reasons_on(all_but_one)


def test_what_is_written_is_read_from_what_was_no_workbook() -> None:
    """A text file comes back as a workbook, and with it the explanation of its question."""
    content = "案件编号,决定日期,罚款金额\n罚1,2024-03-05,1500\n".encode()
    asked = problem("C2", Level.QUESTION, sheet="CSV", id="0000000a")

    found = reasons_on(explained(given_back(content, asked).content, _0000000a="当日停电，见值班记录"))

    assert [("0000000a", 1, "当日停电，见值班记录", False)] == found


def test_what_is_written_is_nothing_but_a_text() -> None:
    """Formulas, control signs, letters that turn the line round and personal numbers: one plain line of 501 at most."""
    content = given_back(book(("台账", ROWS)), QUESTIONS).content
    told = {"_0000000a": "\u202e=HYPERLINK(1)\t[red]电话13800138000", "_0000000b": "长" * 2000}

    found = reasons_on(explained(content, **told))

    assert ["=HYPERLINK(1) [red]电话（个人信息，不予显示）", "长" * 501] == [text for _, _, text, _ in found]


def test_what_a_cell_says_never_becomes_a_formula() -> None:
    """Text that begins like a formula is text in the list and in the comment."""
    content = book(("台账", [HEAD, ["'=1", "x", 1, 1, "+cmd|' /C calc'!A0"]]))

    workbook = opened(given_back(content, problem("E2", says="=1+1", fix="@x")).content)

    sheet = workbook.worksheets[0]
    said = [sheet.cell(sheet.max_row - up, column) for up, column in ((0, 6), (2, 3))]
    assert [("+cmd|' /C calc'!A0", "s"), ("=1+1", "s")] == [
        (cell.value, "s" if cell.data_type in ("s", "inlineStr") else cell.data_type) for cell in said
    ]


def test_personal_values_are_not_repeated() -> None:
    """What stands in a personal column is neither in the list nor in the comment."""
    content = book(("台账", [*ROWS[:2], ["罚〔2024〕2号", "李某某110101199001011234", 1, 1, ""]]))

    written = given_back(content, problem(shown="personal"))

    added = {name: text for name, text in parts(written.content).items() if "yishu" in name}
    assert added
    assert not [name for name, text in added.items() if "李某某".encode() in text]


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


def test_a_mark_in_a_merged_cell_stands_where_it_can_be_seen() -> None:
    """The comment and the list name the first cell of the merged one, and show what it says."""
    content = book(("台账", ROWS), arrange=lambda workbook: workbook["台账"].merge_cells("B2:B3"))

    workbook = opened(given_back(content).content)

    assert workbook["台账"]["B2"].comment
    assert "B2" == workbook.worksheets[0].cell(workbook.worksheets[0].max_row, 4).value


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


def test_a_file_that_cannot_be_opened_comes_back_as_a_list() -> None:
    """An encrypted file gives a list of one sheet that says so, and that knows what it answers."""
    written = write_apart(
        compound(b"x" * 5000, name="EncryptedPackage"),
        order(problem(None, sheet=None, says="文件设有打开密码。")),
        WORDS,
    )

    assert "listed" == written.how
    assert ["问题清单"] == opened(written.content).sheetnames
    assert ("a" * 12,) == answers(written.content)


def test_what_takes_too_long_or_dies_comes_back_as_a_list() -> None:
    """The process that marks is bounded; beyond that the department still gets to know what is wrong."""
    written = write_apart(book(("台账", ROWS)), order(), WORDS, limits=Limits(seconds=0.01))

    assert "listed" == written.how


def test_the_number_is_known_wherever_it_is_kept() -> None:
    """A 退回单 is known by its property, and without that by the number in its list; a number off by one is none."""
    written = given_back(book(("台账", ROWS)))
    bare = {name: text for name, text in parts(written.content).items() if name != "docProps/custom.xml"}
    seen = open_workbook(written.content, lambda _: True)

    assert ("a" * 12,) == answers(written.content)
    assert ("a" * 12,) == without_list(seen.sheets, b"".join(bare.values())).answers
    assert () == submissions_in(number(["a" * 12])[:-1] + "0")


def test_the_reader_says_which_submission_a_return_answers() -> None:
    """What comes back is read as the department's own sheets, with the fact which submission it was made from."""
    found = reading(given_back(book(("台账", ROWS))).content)

    assert {"answers": "a" * 12} == {name: value for name, value in found.facts.items() if name == "answers"}
    assert [("cell.not_a_date", "台账", "B3")] == codes(found)
    assert "true" == reading(list_alone(order(), WORDS).content).facts["list_only"]


def test_words_by_which_yishu_would_not_know_its_own_are_refused() -> None:
    """The list's name and the beginning of a comment are what a 退回单 is known by."""
    heads = list(WORDS.heads)
    for changes in ({"sheet": "清单"}, {"comment": "{says}"}, {"heads": heads[::-1]}, {"heads": heads[1:]}):
        told = {**WORDS.model_dump(), **changes}
        with pytest.raises(DeclarationError, match="yishu knows"):
            parse(ReturnWords, told, Path("words.yml"))


def test_many_problems_are_all_there() -> None:
    """Thousands of problems: a line, a colour and a comment for each."""
    rows = [HEAD, *([f"罚{at}", "坏", 1, 1, ""] for at in range(3000))]

    written = given_back(book(("台账", rows)), *(problem(f"B{at + 2}") for at in range(0, 3000, 2)))

    workbook = opened(written.content)
    assert 1500 == sum(str(row[0].value or "").isdigit() for row in workbook.worksheets[0])
    assert {"comments": 1500, "rules": 4} == plain(workbook["台账"])


def test_the_same_order_gives_the_same_bytes() -> None:
    """Nothing in a 退回单 depends on when, or in which order of a set, it was made."""
    content = book(("台账", ROWS))

    assert given_back(content).content == given_back(content).content
    assert given_back(content, replace(problem(), says="别的")).content != given_back(content).content
