from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from sources.cards import Due, HandsIn, effective
from sources.reading.reader import keep, kept, reading_key
from tests.sources.paper import SECRET, SLOT, book, card, codes, read_rows, reading, submission
from warehouse.model import Level

HEADER = ["序号", "案件编号", "当事人", "社区", "决定日期", "处罚种类", "罚款金额（元）", "人次", "是否办结", "备注"]
FIRST = [1, "A-1", "张三", "西街", "2024.3.5", "警告并处罚款", "１,５００元", "3人次", "是", None]
SECOND = [2, "A-2", "李四", "同上", 45357, "其它", 200, "两人", "×", None]


def column(found, name):
    return [None if value is pd.NA or value is None else value for value in found.frame[name].tolist()]


def test_a_plain_ledger_is_typed():
    """Titles, header, rows, total and footer are told apart, and every cell gets the type of its column."""
    found = read_rows(
        [
            ["云水镇2024年行政处罚台账"],
            HEADER,
            FIRST,
            SECOND,
            ["合计", "2起", None, None, None, None, 1700, 5],
            ["填报人：王五", None, None, "审核人：赵六", None, None, "填报日期：2025年1月6日"],
        ]
    )

    assert [("cell.date_as_number", "台账", "E4")] == codes(found)
    assert ["A-1", "A-2"] == column(found, "case_no")
    assert ["西街", "西街"] == column(found, "place")
    assert [pd.Timestamp(2024, 3, 5), pd.Timestamp(2024, 3, 6)] == column(found, "decided_on")
    assert [["警告", "罚款"], ["其他"]] == column(found, "kinds")
    assert [Decimal(1500), Decimal(200)] == column(found, "fine_yuan")
    assert [3, 2] == column(found, "people")
    assert [True, False] == column(found, "closed")
    assert [(3, 2024, False), (4, 2024, False)] == list(
        zip(found.frame["_row"], found.frame["_year"], found.frame["_hidden"], strict=True)
    )
    block = found.blocks[0]
    assert ((1,), (2,), (3, 4), (5,), (6,)) == (
        block.title_rows, block.header_rows, block.data_rows, block.total_rows, block.footer_rows
    )  # fmt: skip
    assert "G3" == block.address("fine_yuan", 3)
    assert {"format": "xlsx", "reported_by": "true", "reviewed_by": "true", "reported_on": "2025-01-06"} == found.facts


def test_the_dtypes_of_the_house():
    """The frame has the card's kept columns and the provenance in the promised dtypes, also without any row."""
    expected = {
        "case_no": "str",
        "id_card": "str",
        "place": "str",
        "decided_on": "datetime64[us]",
        "kinds": "object",
        "fine_yuan": pd.ArrowDtype(pa.decimal128(18, 2)),
        "people": "Int64",
        "closed": "boolean",
        "remark": "str",
        "_sheet": "str",
        "_block": "int64",
        "_row": "int64",
        "_hidden": "bool",
        "_year": "Int64",
        "_carried_over": "bool",
    }

    for found in (read_rows([HEADER, FIRST]), reading(b"")):
        assert list(expected) == list(found.frame.columns)
        assert expected == dict(found.frame.dtypes)


def merged_header(workbook):
    sheet = workbook["台账"]
    for cells in ("A2:A3", "B2:B3", "C2:E2"):
        sheet.merge_cells(cells)


TWO_ROWS = [["案件编号", "社\n区", "处罚情况", None, None], [None, None, "日 期", "种类", "金额\n（万元）"]]
UNDER = ["A-1", "西街", "2024.3.5", "罚款", 0.15]


@pytest.mark.parametrize("arrange", [merged_header, None], ids=["merged", "not merged"])
def test_headers_of_two_rows_are_joined(arrange):
    """Parents stand over their children, merged or not, and the unit in the heading counts."""
    found = reading(book(("台账", [["标题"], *TWO_ROWS, UNDER]), arrange=arrange))

    assert [] == codes(found)
    assert (2, 3) == found.blocks[0].header_rows
    assert {"case_no": "A", "place": "B", "decided_on": "C", "kinds": "D", "fine_yuan": "E"} == found.blocks[0].letters
    assert [Decimal(1500)] == column(found, "fine_yuan")


def test_a_child_counts_alone_where_it_stands_once():
    """A heading under a parent that the card does not know is found by its own name, unless two columns have it."""
    rows = [["基本情况", None, "结果", None], ["案件编号", "人次", "备注", "备注"], ["A-1", 3, "x", "y"]]
    found = read_rows(rows)

    assert [3] == column(found, "people")
    assert "column.missing" in [finding.code for finding in found.findings]


def test_a_unit_above_the_table_counts_where_the_heading_has_none():
    """单位：万元 in a title row is the unit of money columns without one of their own."""
    found = read_rows(
        [["处罚台账", None, "单位：万元"], ["案件编号", "决定日期", "罚款金额"], ["A-1", "2024.3.5", 1.2]]
    )

    assert [Decimal(12000)] == column(found, "fine_yuan")


def test_repeated_headers_blank_rows_and_numbered_columns_are_no_records():
    """A header printed again on each page, blank rows, prefilled serial numbers and column numbers are skipped."""
    numbers = [*range(1, len(HEADER) + 1)]
    found = read_rows([HEADER, numbers, FIRST, [], HEADER, SECOND, [3], [4]])

    assert [("cell.date_as_number", "台账", "E6")] == codes(found)
    assert [3, 6] == column(found, "_row")
    assert (1, 2, 5) == found.blocks[0].header_rows


def test_notes_are_listed_and_rows_after_them_are_read():
    """A remark inside the table ends nothing: the records below it count."""
    found = read_rows([HEADER, FIRST, ["其中3起为上年结转"], ["注：以下为补录"], SECOND])

    assert ["A-1", "A-2"] == column(found, "case_no")
    assert (3, 4) == found.blocks[0].footer_rows


def test_a_bad_cell_is_a_finding_and_null_and_its_row_stays():
    """Every cell that cannot be read gives a finding at its place with its text; the row is kept."""
    bad = [1, "A-1", "张三", "西街", "2024.13.5", "没收", "一些", "约120", "也许", None]
    found = read_rows([HEADER, bad, [2, None, "李四", "西街", "2024.3.5"]])

    assert [
        ("cell.not_a_date", "台账", "E2"),
        ("cell.unknown_code", "台账", "F2"),
        ("cell.not_a_number", "台账", "G2"),
        ("cell.approximate", "台账", "H2"),
        ("cell.not_a_flag", "台账", "I2"),
        ("cell.blank", "台账", "B3"),
    ] == codes(found)
    first = found.findings[0]
    assert ("A-1", "decided_on", "台账.xlsx", {"text": "2024.13.5"}) == (
        first.key,
        first.column,
        first.file,
        first.facts,
    )
    assert all(finding.level is Level.ERROR for finding in found.findings)
    assert 2 == len(found.frame)
    assert [None, pd.Timestamp(2024, 3, 5)] == [None if pd.isna(day) else day for day in found.frame["decided_on"]]


def test_columns_missing_unknown_and_twice():
    """A required column that is not there, a foreign one and a repeated one are told; 序号 is nobody's business."""
    found = read_rows([["序号", "案件编号", "督办意见", "人次", "人次"], [1, "A-1", "快办", 3, 4]])

    assert {
        ("column.missing", "台账", None),
        ("column.unknown", "台账", "C1"),
        ("column.twice", "台账", "E1"),
    } == {*codes(found)}


def test_tables_side_by_side_are_told_once():
    """Where most headings stand again to the right, nobody is told to delete columns: the records go below."""
    heads, gap = ["案件编号", "决定日期", "罚款金额"], [None]
    first, second = ["A-1", "2024.3.5", 100], ["A-2", "2024.3.6", 200]
    found = read_rows([heads + gap + heads + gap + heads, first + gap + second + gap + ["A-3", "2024.3.7", 300]])

    assert [("sheet.side_by_side", "台账", "E1")] == codes(found)
    assert {"columns": "A—C、E—G、I—K", "count": 3} == found.findings[0].facts
    assert Level.ERROR is found.findings[0].level
    assert ["A-1"] == column(found, "case_no")


def test_columns_that_stand_twice_are_no_second_table():
    """Without the key again, or one beside the other, they are two columns of one name."""
    for heads in (
        ["案件编号", "罚款金额", "人次", "罚款金额", "人次"],
        ["案件编号", "案件编号", "人次", "人次", "罚款金额"],
    ):
        found = read_rows([[*heads, "决定日期"], ["A-1", 5, 6, 5, 6, "2024.3.5"]])

        assert {"column.twice"} == {code for code, _, _ in codes(found) if code != "cell.not_a_number"}, heads


def test_totals_that_do_not_add_up():
    """小计 sums its own part, 合计 everything; a difference is told with both numbers."""
    amounts = [["案件编号", "决定日期", "罚款金额"], ["A-1", "2024.3.5", 100], ["A-2", "2024.3.5", 200]]
    found = read_rows(
        [
            *amounts,
            ["小  计", None, 300],
            ["A-3", "2024.4.5", 50],
            ["小计", None, 60],
            ["合计：3起", None, "350元"],
            ["总计", None, 999],
        ]
    )

    assert [("total.differs", "台账", "C6"), ("total.differs", "台账", "C8")] == codes(found)
    assert [{"stated": 60, "computed": 50}, {"stated": 999, "computed": 350}] == [it.facts for it in found.findings]


def test_a_first_record_in_latin_letters_is_no_second_header():
    """What stands below it is in Latin letters, too; below a row of field codes it is not."""
    heads = ["案件编号", "社区", "备注"]
    foreign = [["A", "East", "w"], ["B", "West", "x"], ["C", "North", "y"]]
    ours = [["case", "place", "remark"], ["罚1", "东街", "甲"], ["罚2", "西街", "乙"]]

    assert [3, 2] == [len(read_rows([heads, *rows]).frame) for rows in (foreign, ours)]


def test_a_first_record_of_class_a_is_no_row_that_counts_columns():
    """A | 1 | 2 are values; with a formula among them, A | 1=2+3 | 2, they count the columns."""
    heads = ["案件编号", "罚款金额", "人次", "备注"]
    counts = [[["A", 1, 2, 3], ["B", 5, 6, 7]], [["A", "1=2+3", 2, 3], ["B", 5, 6, 7]]]

    assert [2, 1] == [len(read_rows([heads, *rows]).frame) for rows in counts]


def test_a_total_is_told_in_the_unit_of_its_cell():
    """1000 under 万元 is 1000 万元 to who reads the finding; the facts hold 元."""
    heads, rows = ["案件编号", "决定日期", "罚款金额（万元）"], [["A-1", "2024.3.5", 600], ["A-2", "2024.3.6", 100]]
    plain, own = (read_rows([heads, *rows, ["合计", None, total]]).findings for total in (1000, "999元"))

    assert [{"stated": 10_000_000, "computed": 7_000_000, "unit": "万元"}] == [it.facts for it in plain]
    assert [{"stated": 999, "computed": 7_000_000}] == [it.facts for it in own]


def test_a_total_over_a_cell_that_could_not_be_read_is_not_blamed():
    """One cause, one finding: the total waits until its cells can be read."""
    found = read_rows([["案件编号", "决定日期", "罚款金额"], ["A-1", "2024.3.5", "若干"], ["合计", None, 300]])

    assert [("cell.not_a_number", "台账", "C2")] == codes(found)


def test_a_total_formula_without_value():
    """A total that was never calculated is told, and not taken for zero."""
    found = read_rows([["案件编号", "决定日期", "罚款金额"], ["A-1", "2024.3.5", 5], ["合计", None, "=SUM(C2:C2)"]])

    assert [("cell.formula_without_value", "台账", "C3")] == codes(found)


def test_mixed_units_are_one_question():
    """元 and 万元 in one column are converted, and asked about once."""
    found = read_rows([HEADER[:7], FIRST[:7], [2, "A-2", None, None, "2024.3.5", "罚款", "0.12万元"]])

    assert [("cell.mixed_units", "台账", "G3")] == codes(found)
    assert [Decimal(1500), Decimal(1200)] == column(found, "fine_yuan")
    assert Level.QUESTION is found.findings[0].level


def test_ditto_and_merged_cells_fill_down_only_where_the_card_allows():
    """同上, 〃 and a vertically merged cell repeat the value above in a fill_down column; nowhere else."""
    rows = [["案件编号", "决定日期", "社区"], *([f"A-{row}", "2024.3.5", None] for row in range(1, 5))]
    rows[1][2], rows[2][2] = "西街", "〃"
    rows[4][1] = "同上"

    def merge(workbook):
        workbook["台账"].merge_cells("C3:C4")

    found = reading(book(("台账", rows), arrange=merge))

    assert ["西街", "西街", "西街"] == column(found, "place")[:3]
    assert pd.isna(column(found, "place")[3])
    assert [("cell.not_a_date", "台账", "B5")] == codes(found)


def test_hidden_rows_are_read_and_told_once():
    """A hidden row is data, marked as hidden, with one note for the sheet."""

    def hide(workbook):
        for row in (2, 3, 5):
            workbook["台账"].row_dimensions[row].hidden = True

    rows = [["案件编号", "决定日期"], *([f"A-{row}", "2024.3.5"] for row in range(1, 5))]
    found = reading(book(("台账", rows), arrange=hide))

    assert [True, True, False, True] == column(found, "_hidden")
    assert [("row.hidden", "台账", None)] == codes(found)
    assert {"rows": "2—3、5", "count": 3} == found.findings[0].facts


def test_rows_carried_over_are_marked():
    """A row that the clerk marked as last year's is marked in the frame and noted."""
    found = read_rows(
        [["案件编号", "决定日期", "备注"], ["A-1", "2023.3.5", "上年结转，已结"], ["A-2", "2024.3.5", None]]
    )

    assert [True, False] == column(found, "_carried_over")
    assert [2023, 2024] == column(found, "_year")
    assert [("row.carried_over", "台账", "C2")] == codes(found)


def test_personal_data_never_comes_in():
    """A dropped column is nowhere; a keyed one is an HMAC; no finding quotes either."""
    rows = [["案件编号", "决定日期", "当事人", "证件号码"], ["A-1", "2024.3.5", "张三", "120101199001011234"]]
    rows += [["A-2", "2024.3.5", "张三", "１20101199001011234 "], ["A-3", "2024.3.5", "李四", 1.20101199001011e17]]
    found = read_rows(rows)

    first, second, third = found.frame["id_card"]
    assert first == second
    assert 32 == len(first)
    assert pd.isna(third)
    assert "party" not in found.frame.columns
    assert [("cell.spaces_in_key", "台账", "D3"), ("cell.digits_lost", "台账", "D4")] == codes(found)
    said = str([found.findings, found.blocks, found.facts]) + found.frame.to_csv()
    assert not [secret for secret in ("张三", "李四", "120101", "1.20101") if secret in said]


def test_what_looks_personal_is_not_quoted():
    """An identity card typed into the wrong column does not reach a finding."""
    found = read_rows([["案件编号", "决定日期"], ["A-1", "120101199001011234"]])

    assert "120101" not in str(found.findings)


@pytest.mark.parametrize("statement", ["零报告", "本月无", "无", "2024年无此类案件"])
def test_a_zero_report_is_a_statement(statement):
    """Nothing to report is said in words; then no row is no trouble."""
    found = read_rows([HEADER, [None, statement]])

    assert ([], 0, "true") == (codes(found), len(found.frame), found.facts["zero_report"])


def test_an_empty_table_is_no_zero_report():
    """A header without rows may be a table somebody forgot to fill."""
    assert [("sheet.empty", "台账", None)] == codes(read_rows([HEADER]))
    assert [("sheet.empty", "台账", None)] == codes(read_rows([]))


def test_sheets_are_chosen_by_pattern():
    """Explanations are not read, a sheet without header is noted, and a missing one is an error."""
    content = book(("填表说明", [["案件编号", "填写立案号"]]), ("处罚", [HEADER, FIRST]), ("草稿", [["随便写写"]]))

    assert [("sheet.unused", "草稿", None)] == codes(reading(content))
    assert [] == codes(reading(content, sheets=("处罚*",)))
    assert [("sheet.missing", None, None)] == codes(reading(content, sheets=("检查*",)))
    assert [("sheet.no_header", "草稿", None)] == codes(reading(content, sheets=("草稿",)))


def months(*, without=(), summary=100):
    sheets = [
        (f"{month}月", [["案件编号", "决定日期", "罚款金额"], [f"A-{month}", f"{month}月5日", 10]])
        for month in range(1, 11)
        if month not in without
    ]
    sheets += [("11月", [["案件编号", "决定日期", "罚款金额"], ["本月无"]]), ("十二月", [["零报告"]])]
    return book(
        *sheets, ("汇总", [["月份", "罚款金额"], ["全年", summary / 2], ["其他", summary / 2], ["合计", summary]])
    )


def test_month_sheets():
    """Twelve sheets make a year; a day without a year is in the submission's, and a zero report fills its month."""
    found = reading(months(), of=card(period="months"))

    assert [] == codes(found)
    assert [2024] * 10 == column(found, "_year")
    assert ["1月", "10月"] == [found.blocks[0].sheet, found.blocks[9].sheet]


def test_a_missing_month_is_a_question():
    """A month with neither rows nor a zero report is asked about."""
    found = reading(months(without=(3,), summary=90), of=card(period="months"))

    assert [("sheet.month_missing", "3月", None)] == codes(found)
    assert (Level.QUESTION, {"month": 3}) == (found.findings[0].level, found.findings[0].facts)


def test_a_summary_sheet_is_reconciled_with_all_rows():
    """The summary's total must be the sum of every sheet's rows; its own rows are no records."""
    found = reading(months(summary=120), of=card(period="months"))

    assert [("total.differs", "汇总", "B4")] == codes(found)
    assert {"stated": Decimal(120), "computed": Decimal(100)} == found.findings[0].facts


def test_a_file_that_cannot_be_read_is_one_finding():
    """Rubbish gives no rows and one finding that says why."""
    found = reading("<html><body>登录</body></html>".encode())

    assert ([("file.unreadable", None, None)], 0) == (codes(found), len(found.frame))


def test_a_reading_is_kept_whole(tmp_path):
    """What was kept comes back equal, bound to the submission that asks."""
    content = book(
        (
            "台账",
            [
                HEADER,
                FIRST,
                [2, "A-2", None, None, "x", None, None, None, None, "上年结转"],
                ["合计", None, None, None, None, None, 9],
            ],
        )
    )
    found = reading(content)
    again = submission(content, name="改名.xlsx")
    keep(found, tmp_path, "key")

    back = kept(tmp_path, "key", again)

    pd.testing.assert_frame_equal(found.frame, back.frame)
    assert (found.blocks, found.facts) == (back.blocks, back.facts)
    assert 3 == len(back.findings)
    assert [(it.identity, it.facts, it.level) for it in found.findings] == [
        (it.identity, it.facts, it.level) for it in back.findings
    ]
    assert {"改名.xlsx"} == {finding.file for finding in back.findings}


def test_half_a_kept_reading_is_none(tmp_path):
    """A reading whose files are not whole is read again, not believed."""
    found = read_rows([HEADER, FIRST])
    keep(found, tmp_path, "key")
    (tmp_path / "key.parquet").write_bytes(b"PAR1")

    assert kept(tmp_path, "key", submission(b"")) is None
    assert kept(tmp_path, "other", submission(b"")) is None


def test_the_key_follows_all_that_decides_a_reading():
    """Another card, period, pattern, secret or content is another reading."""
    usual = {"card": card(), "sheets": ("a",), "period": SLOT.period, "secret": SECRET}
    changes = [{}, {"card": card(name="另一种")}, {"sheets": ("b",)}, {"period": 2025}, {"secret": b"1"}]
    assert usual["card"].hash  # what was computed for a card must not cling to its copies
    owed = HandsIn(ledger="penalty", files=("*",), due=Due(by="01-31"), headings={"people": ("人数",)})
    changes.append({"card": effective(usual["card"], owed)})
    keys = [reading_key("0" * 64, **usual | change) for change in changes] + [reading_key("1" * 64, **usual)]

    assert len(keys) == len({*keys})
    assert keys[0] == reading_key("0" * 64, **usual)
