import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from flows.on_demand.forms import WORDS
from flows.settings import REPOSITORY
from sources.cards import Due, HandsIn, effective, load_ledgers, load_offices
from sources.workbooks.forms import FigureLine, Form, FormWords, draw, nothing_field, pages_of, sheet_name
from tests.sources.paper import card, codes, reading
from warehouse.declarations import load

WORDS_OF_FORMS = load(FormWords, WORDS)
FIRST_ROW = 4
REQUIRED = {
    "id": "penalty",
    "columns": {
        "serial_no": {"name": "序号"},
        "score": {"name": "得分", "type": "number"},
        "status": {"name": "状态", "type": "code", "required": "cell", "codes": {"已结": ["办结"], "未结": []}},
    },
}


def hands_in(**changes):
    return HandsIn.model_validate({"ledger": "penalty", "files": ("*处罚*",), "due": Due(by="01-10")} | changes)


def drawn(*, of=None, owed=None, rows=10, figures=()):
    form = Form(
        office="云水镇",
        department="司法所",
        year=2024,
        owed=((of or card(**REQUIRED), owed or hands_in()),),
        rows=rows,
        figures=figures,
        made_at=datetime(2024, 1, 2, tzinfo=UTC),
    )
    return draw(form, WORDS_OF_FORMS)


def filled(content, *rows, footer=False):
    """The form with these rows typed in, each {heading without mark: value}; `footer` signs it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    at = {str(cell.value).removeprefix("*"): cell.column for cell in sheet[FIRST_ROW - 1]}
    for number, row in enumerate(rows):
        for heading, value in row.items():
            sheet.cell(FIRST_ROW + number, at[heading], value)
    if footer:
        for line in sheet.iter_rows(min_row=FIRST_ROW):
            for cell in line:
                if cell.value in ("填报人：", "填报日期："):
                    merged = (span.max_col for span in sheet.merged_cells.ranges if cell.coordinate in span)
                    end = next(merged, cell.column)
                    sheet.cell(cell.row, end + 1, "王五" if "人" in cell.value else date(2025, 1, 6))
    return saved(book)


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def headings(content):
    return [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][FIRST_ROW - 1]]


ROW = {
    "案件编号": "津红〔2024〕001号",
    "当事人": "张三",
    "证件号码": "120106200001011234",
    "社区": "西街",
    "决定日期": date(2024, 3, 5),
    "处罚种类": "警告、罚款",
    "罚款金额（元）": 1500.5,
    "人次": 3,
    "是否办结": "是",
    "备注": "上报",
    "得分": 9.5,
    "状态": "已结",
}


def test_a_filled_form_reads_back_value_by_value():
    """What a clerk types under each heading comes back typed by the card, with nothing to complain of."""
    found = reading(filled(drawn(), ROW, ROW | {"案件编号": "B-2"}, footer=True), of=card(**REQUIRED))

    assert [] == codes(found)
    assert ["津红〔2024〕001号", "B-2"] == found.frame["case_no"].tolist()
    row = found.frame.iloc[0]
    assert (pd.Timestamp(2024, 3, 5), ["警告", "罚款"], Decimal("1500.50"), 3, True, Decimal("9.5"), "已结") == (
        row["decided_on"], row["kinds"], row["fine_yuan"], row["people"], row["closed"], row["score"], row["status"]
    )  # fmt: skip
    assert [4, 5] == found.frame["_row"].tolist()
    assert "2025-01-06" == found.facts["reported_on"]


def test_an_empty_form_states_nothing_by_itself():
    """Handed in as it was drawn, a form is an empty table, not a zero report: silence is no statement."""
    found = reading(drawn(), of=card(**REQUIRED))

    assert [("sheet.empty", "行政处罚台账", None)] == codes(found)
    assert "zero_report" not in found.facts


def test_a_zero_report_in_the_first_row_is_a_zero_report():
    """零报告 under the heading that the guide names is all that a department without cases has to write."""
    found = reading(filled(drawn(), {"案件编号": "零报告"}), of=card(**REQUIRED))

    assert ([], "true") == (codes(found), found.facts["zero_report"])


def test_headings_carry_the_mark_the_unit_and_the_departments_own_word():
    """Required columns are marked, money says its unit, and a department finds its own word for a column."""
    owed = hands_in(headings={"fine_yuan": ["处罚情况_罚没", "罚没金额"]}, units={"fine_yuan": "万元"})
    content = drawn(owed=owed)

    assert ["*案件编号", "罚没金额（万元）", "*状态"] == [headings(content)[at] for at in (0, 6, -1)]
    row = {"案件编号": "A-1", "罚没金额（万元）": 1.2, "状态": "未结"}
    found = reading(filled(content, row), of=effective(card(**REQUIRED), owed))
    assert ([], [Decimal(12000)]) == (codes(found), found.frame["fine_yuan"].tolist())


def test_month_sheets_are_read_month_by_month():
    """A ledger of months has twelve sheets; rows in one and 零报告 in the others are a whole year."""
    of = card(**REQUIRED, period="months")
    book = openpyxl.load_workbook(io.BytesIO(drawn(of=of)))
    for month in range(1, 13):
        book[f"{month}月"].cell(FIRST_ROW, 1, "零报告")
    march = book["3月"]
    for column, heading in enumerate(headings(drawn(of=of)), start=1):
        march.cell(FIRST_ROW, column, ROW.get(heading.removeprefix("*")))

    found = reading(saved(book), of=of)

    assert [*(f"{month}月" for month in range(1, 13)), "填表说明"] == book.sheetnames
    assert "云水镇2024年3月行政处罚台账" == march["A1"].value
    assert ([], ["3月"]) == (codes(found), found.frame["_sheet"].tolist())


def test_cells_are_guarded_by_type():
    """Dates, whole numbers, amounts, codes and yes-or-no are checked as they are typed; a list only offers."""
    sheet = openpyxl.load_workbook(io.BytesIO(drawn())).worksheets[0]
    # The first row of the key carries the word on zero reports instead.
    rules = {str(rule.sqref).partition(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    letters = {str(cell.value).removeprefix("*"): cell.column_letter for cell in sheet[FIRST_ROW - 1]}
    rule = {heading: rules.get(f"{letter}{FIRST_ROW}") for heading, letter in letters.items()}

    assert ("date", "填写有误") == (rule["决定日期"].type, rule["决定日期"].errorTitle)
    assert ("whole", "decimal", "decimal") == tuple(rule[name].type for name in ("人次", "得分", "罚款金额（元）"))
    assert ('"已结,未结"', '"是,否"') == (rule["状态"].formula1, rule["是否办结"].formula1)
    assert (True, False) == (rule["状态"].showErrorMessage, rule["处罚种类"].showErrorMessage)
    assert "例如 2024-3-5" in rule["决定日期"].error
    assert "零报告" in rule["案件编号"].prompt
    assert rule["社区"] is None


def test_the_header_is_protected_and_the_cells_are_free():
    """Headings cannot be typed over, data cells and signatures can; no password stands in the way."""
    sheet = openpyxl.load_workbook(io.BytesIO(drawn(rows=5))).worksheets[0]

    assert (True, None) == (sheet.protection.sheet, sheet.protection.password)
    assert {True} == {cell.protection.locked for cell in sheet[FIRST_ROW - 1]}
    assert {False} == {cell.protection.locked for row in sheet.iter_rows(min_row=FIRST_ROW, max_row=8) for cell in row}
    assert "B4" == sheet.freeze_panes


def test_a_form_prints_on_a4():
    """Landscape A4, the header on every page, no page wider than paper."""
    sheet = openpyxl.load_workbook(io.BytesIO(drawn())).worksheets[0]
    setup = sheet.page_setup

    assert (9, "landscape", 0) == (setup.paperSize, setup.orientation, setup.fitToHeight)
    assert "$3:$3" == sheet.print_title_rows
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_guide_explains_every_column_and_shows_last_years_figures():
    """填表说明 has a line a column with its options, and the figures of the year before where there are any."""
    figures = (FigureLine("罚款总额", "21000元", "决定书载明"),)
    guide = openpyxl.load_workbook(io.BytesIO(drawn(figures=figures)))["填表说明"]
    lines = [[cell for cell in row if cell] for row in guide.iter_rows(values_only=True)]

    explained = {line[0]: line[1:] for line in lines if len(line) > 2}
    assert ["每行必填", "单选。从下拉列表中选一项。", "已结、未结"] == explained["*状态"]
    assert "仅供本部门留存，系统不采集，可以不填。" == explained["当事人"][-1]
    assert ["21000元", "决定书载明"] == explained["罚款总额"]
    assert ["本部门 2023 年的数据（供填报时核对）"] in lines


def test_without_figures_the_guide_ends_with_the_columns():
    """A first year has nothing to compare with, and says nothing of it."""
    guide = openpyxl.load_workbook(io.BytesIO(drawn()))["填表说明"]

    assert [] == [cell.value for row in guide.iter_rows() for cell in row if cell.value and "2023" in str(cell.value)]


def test_a_drop_down_too_long_for_one_text_stands_in_the_guide():
    """Excel holds 255 characters of options; longer lists are drawn from 填表说明, and still read back."""
    many = {f"第{number}类矛盾纠纷": [] for number in range(1, 60)}
    of = card(columns={"field": {"name": "类别", "type": "code", "codes": many}})
    content = drawn(of=of)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    formulas = {str(rule.formula1) for rule in sheet.data_validations.dataValidation}
    guide = openpyxl.load_workbook(io.BytesIO(content))["填表说明"]
    (place,) = [formula for formula in formulas if "填表说明" in formula]
    assert list(many) == [row[0].value for row in guide[place.partition("!")[2].replace("$", "")]]
    found = reading(filled(content, {"案件编号": "A-1", "类别": "第59类矛盾纠纷"}), of=of)
    assert ([], ["第59类矛盾纠纷"]) == (codes(found), found.frame["field"].tolist())


@pytest.mark.parametrize(
    ("name", "patterns", "expected"),
    [
        ("消防检查台账", (), "消防检查台账"),
        ("消防检查台账", ("*检查*",), "消防检查台账"),
        ("消防台账", ("*检查*",), "消防台账检查"),
        ("3月", ("明细",), "明细"),
        ("案件/[甲]:" + "很" * 40, (), "案件甲" + "很" * 28),
    ],
)
def test_a_sheets_name_is_one_that_is_found(name, patterns, expected):
    """A sheet is named after its ledger in a way that the department's patterns find and Excel allows."""
    assert expected == sheet_name(name, patterns)


def test_narrow_forms_have_room_to_sign():
    """A table of two columns has its three places for signatures below each other, and reads back."""
    of = card(key=["case_no"], totals=[], carried_over=None, placed_by=None)
    of = of.model_copy(update={"columns": {name: of.columns[name] for name in ("case_no", "people")}})

    found = reading(filled(drawn(of=of), {"案件编号": "A-1", "人次": 2}, footer=True), of=of)

    assert ([], "true", "2025-01-06") == (codes(found), found.facts["reported_by"], found.facts["reported_on"])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed here")
def test_a_form_saved_by_libreoffice_reads_back(tmp_path):
    """Filled in and saved again by LibreOffice, a form keeps its rows, its zero report and its drop-downs."""
    of = card(**REQUIRED)
    for name, row in (("rows", ROW), ("zero", {"案件编号": "零报告"})):
        (tmp_path / f"{name}.xlsx").write_bytes(filled(drawn(), row, footer=True))
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    office = ["soffice", home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    files = [str(tmp_path / f"{name}.xlsx") for name in ("rows", "zero")]
    subprocess.run([*office, str(tmp_path / "saved"), *files], check=True, capture_output=True, timeout=120)

    rows, zero = (reading((tmp_path / "saved" / f"{name}.xlsx").read_bytes(), of=of) for name in ("rows", "zero"))

    assert ([], ["津红〔2024〕001号"], [Decimal("1500.50")]) == (
        codes(rows), rows.frame["case_no"].tolist(), rows.frame["fine_yuan"].tolist()
    )  # fmt: skip
    assert ([], "true") == (codes(zero), zero.facts["zero_report"])
    sheet = openpyxl.load_workbook(tmp_path / "saved" / "rows.xlsx").worksheets[0]
    assert '"已结,未结"' in {rule.formula1 for rule in sheet.data_validations.dataValidation}


def shipped():
    """Every ledger that a department of the shipped offices hands in: (office, department's hands_in, ledger)."""
    ledgers = load_ledgers([REPOSITORY / "sources" / "ledgers"])
    offices = load_offices([REPOSITORY / "sources" / "offices"])
    return [
        pytest.param(ledgers[owed.ledger], owed, id=f"{office.id}-{owed.ledger}")
        for office in offices.values()
        for _, owed in office.owed()
    ]


@pytest.mark.parametrize(("of", "owed"), shipped())
def test_the_form_of_every_shipped_ledger_reads_back(of, owed):
    """Each heading means its own column again, and 零报告 where the guide says so is a zero report."""
    form = Form(
        office="云水镇",
        department="司法所",
        year=2024,
        owed=((of, owed),),
        rows=3,
        figures=(),
        made_at=datetime.now(UTC),
    )
    whole = effective(of, owed)
    pages = pages_of(form, whole, owed, words=WORDS_OF_FORMS)
    book = openpyxl.load_workbook(io.BytesIO(draw(form, WORDS_OF_FORMS)))
    for page in pages:
        book[page.name].cell(FIRST_ROW, nothing_field(page) + 1, "零报告")

    found = reading(saved(book), of=whole, sheets=owed.sheets)

    assert ([], "true", [list(whole.kept)] * len(pages)) == (
        codes(found), found.facts["zero_report"], [list(block.letters) for block in found.blocks]
    )  # fmt: skip
