"""What a 退回单 says, and what is written on it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from sources.confined.guard import Limits
from sources.confined.writing import write_apart
from sources.formats.grid import open_workbook
from sources.reading.returned import answers, number, reasons_in, submissions_in, without_list
from sources.workbooks.returns import Item, ReturnWords, list_alone
from tests.sources.formats import compound
from tests.sources.paper import book, codes, reading
from tests.sources.returning import (
    HEAD,
    ROWS,
    WORDS,
    given_back,
    opened,
    order,
    parts,
    plain,
    problem,
)
from warehouse.declarations import DeclarationError, parse
from warehouse.model import Level


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


def test_a_mark_in_a_merged_cell_stands_where_it_can_be_seen() -> None:
    """The comment and the list name the first cell of the merged one, and show what it says."""
    content = book(("台账", ROWS), arrange=lambda workbook: workbook["台账"].merge_cells("B2:B3"))

    workbook = opened(given_back(content).content)

    assert workbook["台账"]["B2"].comment
    assert "B2" == workbook.worksheets[0].cell(workbook.worksheets[0].max_row, 4).value


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
