import pytest

from sources.confined.guard import Guard, Limits
from sources.unknown.looking import look
from tests.sources.layouts import draw
from tests.sources.paper import book

CASES = """
序号 | 案件编号 | 决定日期 | 罚款金额（元） | 参加人数
1 | A-1 | 2024.3.5 | 100 | 3
2 | A-2 | 2024.3.6 | 200 | 4
3 | A-3 | 2024.3.7 | 300 | 5
4 | A-4 | 2024.3.8 | 400 | 6
5 | A-5 | 2024.3.9 | 500 | 7
"""


def told(content, **options):
    seen = look(content, file="台账.xlsx", year=2024, **options)
    return [(finding.code, finding.cell) for finding in seen.findings]


def changed(*lines):
    """The drawing with some of its rows replaced, by their number in Excel, or added."""
    rows = CASES.strip().splitlines()
    for number, line in lines:
        rows[number - 1 : number] = [line]
    return draw("\n".join(rows))


def test_a_sound_table_has_no_finding():
    """Nothing is found in a table that needs no card to be understood."""
    assert [] == told(draw(CASES + "合计 | . | . | 1500 | 25"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (changed((7, "合计 | . | . | 1400 | 25")), [("total.differs", "D7")]),
        (changed((4, "3 | A-3 | 2024.3.7 | #REF! | 5")), [("cell.error_value", "D4")]),
        (changed((4, "3 | A-3 | 2024.3.7 | 300 | 约50")), [("cell.approximate", "E4")]),
        (changed((4, "3 | A-3 | 2024.3.7 | 0.03万元 | 5")), [("cell.mixed_units", "D4")]),
        (changed((1, "序号 | 金额 | 决定日期 | 金额 | 参加人数")), [("column.twice", "D1")]),
        (draw("1 | A-1 | 100\n2 | A-2 | 200\n3 | A-3 | 300"), [("sheet.no_table", None)]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", [("file.unreadable", None)]),
    ],
)
def test_what_is_wrong_needs_no_card(content, expected):
    """Totals, broken cells, vague numbers, units and headings are judged by the table itself."""
    assert expected == told(content)


def test_an_identity_card_that_lost_its_digits_is_told_without_its_value():
    """Excel keeps fifteen digits; the finding names the cell and quotes nothing personal."""
    rows = [["姓名", "身份证号"], ["张某", 1.20106199001010e17], ["李某", "990106199001010010"]]
    (finding,) = look(book(("台账", rows)), file="台账.xlsx", year=2024).findings

    assert ("cell.digits_lost", "B2") == (finding.code, finding.cell)
    assert "1201" not in str(finding.facts)


def test_hidden_rows_are_told_and_read():
    """A hidden row is a row."""

    def arrange(workbook):
        workbook.active.row_dimensions[3].hidden = True

    rows = [["序号", "金额"], [1, 5], [2, 6], [3, 7]]
    seen = look(book(("台账", rows), arrange=arrange), file="台账.xlsx", year=2024)

    assert [("row.hidden", "3", 1)] == [(each.code, each.facts["rows"], each.facts["count"]) for each in seen.findings]
    assert [2, 3, 4] == seen.sheets[0].tables[0].outlined.rows.data


def test_hidden_sheets_are_seen():
    """A hidden sheet is looked at like any other, and said to be hidden."""

    def arrange(workbook):
        workbook["旧"].sheet_state = "hidden"

    content = book(("新", [["序号", "金额"], [1, 5]]), ("旧", [["序号", "金额"], [1, 5]]), arrange=arrange)
    seen = look(content, file="台账.xlsx", year=2024)

    assert [("新", False), ("旧", True)] == [(each.sheet.name, each.sheet.hidden) for each in seen.sheets]


def test_one_sheet_may_be_asked_for():
    """With a sheet's name only that sheet is looked at; all names are known."""
    content = book(("一", [["序号", "金额"], [1, 5]]), ("二", [["序号", "金额"], [1, 5]]))
    seen = look(content, file="台账.xlsx", year=2024, sheet=" 二")

    assert (["二"], ("一", "二")) == ([each.sheet.name for each in seen.sheets], seen.names)


def test_subtotals_are_reconciled_by_their_rank():
    """小计 sums its part, 总计 all rows; neither is counted as a row."""
    drawing = "序号 | 社区 | 件数\n1 | 东 | 1\n2 | 东 | 2\n小计 | . | 3\n3 | 西 | 4\n小计 | . | 5\n总计 | . | 7"

    assert [("total.differs", "C6")] == told(draw(drawing))


def test_rates_and_ages_are_not_summed():
    """A total row need not add up what nobody adds."""
    drawing = "部门 | 件数 | 办结率 | 平均年龄\n甲 | 10 | 90 | 30\n乙 | 30 | 80 | 40\n合计 | 40 | 82.5 | 37"

    assert [] == told(draw(drawing))


@pytest.mark.parametrize(
    ("heading", "cells", "total", "expected"),
    [
        ("人均补助（元）", (50, 60, 70), 61.5, []),
        ("平均用时", (2, 3, 4), 3, []),
        ("库存", (10, 7, 10), 10, []),
        ("账户余额", (800, 1300, 1200), 1200, []),
        ("累计件数", (5, 9, 14), 14, []),
        ("年末结余", (800, 1300, 1200), 3300, []),
        ("账户余额", (800, 1300, 1200), 3000, [("total.differs", "C5")]),
        ("累计办结", (5, 3, 4), 14, [("total.differs", "C5")]),
        ("补助金额", (50, 60, 70), 170, [("total.differs", "C5")]),
    ],
)
def test_what_nobody_adds_up_is_no_difference(heading, cells, total, expected):
    """Averages have no sum; the total of a balance, or of what has come together, is its sum or repeats the last."""
    rows = "\n".join(f"{at} | 甲{at} | {cell}" for at, cell in enumerate(cells, 1))

    assert expected == told(draw(f"序号 | 项目 | {heading}\n{rows}\n合计 | . | {total}"))


TWO_SIDES = """
项目 | 金额 | 支出项目 | 支出金额
一、拨款 | 1000 | 一、公共服务 | 600
二、其他 | 20 | 二、公共安全 | 400
本年收入合计 | 1020 | 本年支出合计 | 1000
年初结转 | 80 | 年末结转 | 100
总计 | 1100 | 总计 | 1100
"""


def test_what_is_carried_over_is_added_to_the_total_of_the_year():
    """本年收入合计 on one side and 本年支出合计 on the other are no row; 总计 is theirs with what was carried over."""
    seen = look(draw(TWO_SIDES), file="a.xlsx", year=2024)

    assert [] == list(seen.findings)
    assert [4, 6] == seen.sheets[0].tables[0].outlined.rows.total
    assert [("total.differs", "D4")] == told(draw(TWO_SIDES.replace("合计 | 1000\n", "合计 | 999\n")))


def test_subtotals_may_stand_on_top_of_their_groups():
    """小计 above its rows sums up those until the next one; none stands below them all."""
    rows = "社区 | 类别 | 数量\n东街 | 小计 | 5\n东街 | 低保 | 3\n东街 | 特困 | 2\n西街 | 小计 | {}\n西街 | 低保 | 4"

    assert [] == told(draw(rows.format(4)))
    assert [("total.differs", "C5")] == told(draw(rows.format(6)))


def test_a_unit_above_the_table_reaches_every_amount():
    """预算 and 支出_合计 are 万元 as 金额 is, 件数 are not; a total is told in 万元."""
    content = draw("单位：万元 | . | .\n项目 | 合计 | 件数\n甲 | 600 | 3\n乙 | 100 | 4\n丙 | 300 | 5\n合计 | 999 | 12")
    seen = look(content, file="a.xlsx", year=2024)
    (finding,) = seen.findings

    assert [6_000_000, 1_000_000, 3_000_000] == seen.sheets[0].tables[0].typed[1].values
    assert [3, 4, 5] == seen.sheets[0].tables[0].typed[2].values
    assert {"stated": 9_990_000, "computed": 10_000_000, "unit": "万元"} == finding.facts


def test_a_name_with_its_sum_is_a_total():
    """Beside one text only the numbers say whether 本年收入合计 is a sum: 合计 in a firm's name is none."""
    rows = "项目 | 金额\n拨款 | 1000\n其他 | 20\n{} | 1020\n结转 | 80\n总计 | {}"

    assert [] == told(draw(rows.format("本年收入合计", 1100)))
    assert [] == told(draw(rows.replace("1020", "7").format("某某总合计", 1107)))


@pytest.mark.parametrize("word", ["示例", "例", "样例", "填写示例", "例：A-0", "（示例）", "示例1"])
def test_an_example_is_no_record(word):
    """A row that shows how to fill in the table is no record, and told; the total does not count it."""
    content = draw(f"序号 | 案件编号 | 罚款金额\n{word} | A-0 | 5000\n1 | A-1 | 100\n2 | A-2 | 200\n合计 | . | 300")
    seen = look(content, file="a.xlsx", year=2024)

    assert ([3, 4], [2]) == ((rows := seen.sheets[0].tables[0].outlined.rows).data, rows.footer)
    assert (["row.example"], ()) == ([finding.code for finding in seen.findings], seen.sheets[0].unrecognised)


def test_an_example_stands_before_the_records():
    """例 alone among the records is what somebody wrote."""
    seen = look(draw("名称 | 件数\n甲 | 1\n例 | 2\n乙 | 3"), file="a.xlsx", year=2024)

    assert [2, 3, 4] == seen.sheets[0].tables[0].outlined.rows.data


def test_whatever_ends_the_process_that_looks_is_a_finding():
    """The clock of the parent is the last word."""
    with Guard(Limits(seconds=0.01)) as guard:
        seen = guard.look(draw(CASES), file="台账.xlsx", year=2024)

    assert ["file.too_slow"] == [finding.code for finding in seen.findings]


def test_looking_apart_sees_the_same():
    """The process between changes nothing."""
    content = draw(CASES)

    with Guard() as guard:
        seen = guard.look(content, file="台账.xlsx", year=2024)

    assert look(content, file="台账.xlsx", year=2024) == seen


def test_a_cell_unlike_its_column_is_told_once_for_each_column():
    """One day among ten that is none, two words among counts; half hours are numbers like the others."""
    rows = [
        f"A-{at} | {'2024-02-30' if at == 3 else f'2024.3.{at}'} | {'若干' if at in (5, 6) else at} | {at / 2}"
        for at in range(1, 11)
    ]
    seen = look(draw("编号 | 检查日期 | 隐患数 | 时长\n" + "\n".join(rows)), file="a.xlsx", year=2024)

    assert [
        ("cell.unlike_column", "B4", {"text": "2024-02-30", "kind": "日期", "times": 1}),
        ("cell.unlike_column", "C6", {"text": "若干", "kind": "整数", "times": 2}),
    ] == [(finding.code, finding.cell, dict(finding.facts)) for finding in seen.findings]
