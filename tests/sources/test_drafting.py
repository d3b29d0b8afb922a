import pytest

from sources.cards import LedgerCard
from sources.reading.reader import read
from sources.unknown.drafting import MISTYPED, draft
from sources.unknown.guessing import guess
from sources.unknown.looking import look
from tests.corpus.test_corpus import CASES as CORPUS
from tests.corpus.test_corpus import case_of, file_of, name_of
from tests.nights import SAMPLES
from tests.sources.layouts import LAYOUTS, draw
from tests.sources.paper import SECRET, book, submission
from tests.sources.test_looking import TWO_SIDES
from warehouse.declarations import MisuseError, YishuError


def drafted(content, *, sheet=None):
    """The draft, its card, and what the same file gives when read with it."""

    def check(card):
        return read(content, submission=submission(content), card=card, sheets=(), secret=SECRET).findings

    found = draft(look(content, file="台账.xlsx", year=2024), file="台账.xlsx", sheet=sheet, check=check)
    card = LedgerCard.model_validate(found.declared)
    return found, card, check(card)


CASES = """
某街道2024年行政处罚案件台账
序号 | 案件编号 | 当事人 | 案由 | 决定日期 | 处罚种类 | 罚款金额（元） | 参加人数 | 是否办结 | 社区 | 备注
1 | A-1 | 张某 | 占道经营 | 2024.3.5 | 罚款 | 100 | 3 | 是 | 东街 | .
2 | A-2 | 李某 | 油烟 | 2024.3.6 | 警告 | . | 4 | 否 | 同上 | .
3 | A-3 | 王某 | 噪音 | 2024.3.7 | 罚款 | 300 | 5 | 是 | 西街 | .
4 | A-4 | 赵某 | 夜间施工 | 2024.3.8 | 警告 | . | 6 | 是 | 西街 | .
合计 | . | . | . | . | . | 400 | 18 | . | . | .
"""


def test_a_card_is_drafted_from_rows():
    """Ids, types, units, code lists, key, date and totals are there, and people are not."""
    found, card, findings = drafted(draw(CASES, ("A1:K1",)))

    assert [] == [finding for finding in findings if finding.level == "error"]
    assert ("行政处罚案件台账", ("case_no",), "decided_on") == (card.name, card.key, card.placed_by)
    assert {
        "serial_no": "text", "case_no": "identifier", "party": "text", "offence": "text", "decided_on": "date",
        "punishment": "code", "fine_yuan": "money", "people": "count", "completed": "flag", "community": "text",
        "remark": "text",
    } == {name: column.type for name, column in card.columns.items()}  # fmt: skip
    assert ["party"] == [name for name, column in card.columns.items() if column.personal == "drop"]
    assert {"罚款": (), "警告": ()} == card.columns["punishment"].codes
    assert ["fine_yuan", "people"] == [total.column for total in card.totals]
    assert card.columns["community"].fill_down
    assert {"key", "placed_by", "party", "punishment", "remark"} == {remark.about for remark in found.remarks}


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout.tables], ids=lambda layout: layout.name)
def test_every_drafted_card_is_valid_and_reads_its_own_file(layout):
    """Whatever the layout: the card is accepted, and reading the same file with it finds no error."""
    _, _, findings = drafted(layout.content)
    # A sheet that says nothing to report is one thing, a form that nobody filled in another: it is rightly returned.
    errors = {finding.code for finding in findings if finding.level == "error"}

    assert (errors if not any(table[3] for table in layout.tables) else set()) == errors


def card_of(content, name):
    """The drafted card, and what the same file gives when read with it."""
    paper = submission(content)

    def check(card):
        return read(content, submission=paper, card=card, sheets=(), secret=SECRET).findings

    found = draft(look(content, file=name, year=2024), file=name, sheet=None, check=check)
    return found, check(LedgerCard.model_validate(found.declared))


@pytest.mark.parametrize("name", CORPUS)
def test_the_card_of_every_nasty_file_reads_it_without_a_mistyped_cell(name):
    """What breaks cells, cuts off or differs stays an error of the file; no type of the card is wrong."""
    case = case_of(name)
    try:
        _, findings = card_of(file_of(case), name_of(name, case))
    except MisuseError:
        assert not any("columns" in sheet or "blocks" in sheet for sheet in case["answer"].get("sheets", []))
        return

    assert [] == [finding for finding in findings if finding.code in MISTYPED]


@pytest.mark.parametrize("path", sorted((SAMPLES / "xigu" / "2024").glob("*/*.*")), ids=lambda path: path.stem)
def test_the_card_of_every_sample_reads_it_without_an_error(path):
    """The clean samples have nothing that a card of their own could find."""
    _, findings = card_of(path.read_bytes(), path.name)

    assert [] == [finding for finding in findings if finding.level == "error"]


def test_types_come_from_the_rows_of_the_first_table():
    """Neither a total row nor a second table below makes a column of money one of texts; a broken cell does not."""
    below = "合计 | 全年 | 30 | .\n.\n检查情况\n序号 | 检查日期 | 检查对象 | 结果\n1 | 2024.3.5 | 甲店 | 合格"
    for rest in (below, below.replace("检查情况\n", ""), "3 | 2024.3.8 | #REF! | 丙"):
        text = f"序号 | 决定日期 | 罚款金额 | 案由\n1 | 2024.3.5 | 10 | 甲\n2 | 2024.3.6 | 20 | 乙\n{rest}"
        _, card, findings = drafted(draw(text))

        assert ["date", "money"] == [card.columns[name].type for name in ("decided_on", "fine_yuan")]
        assert [] == [finding for finding in findings if finding.code in MISTYPED]


def test_an_id_that_is_taken_gets_a_number():
    """A card that is put beside another of the same name must not be refused for it."""
    content = draw(CASES)
    seen = look(content, file="a.xlsx", year=2024)

    ids = [
        draft(seen, file="a.xlsx", sheet=None, check=lambda _: (), taken=taken).declared["id"]
        for taken in ((), {"administrative_punishment_case"})
    ]

    assert ["administrative_punishment_case", "administrative_punishment_case_2"] == ids


def test_what_the_file_contradicts_is_taken_back():
    """A total that differs is not declared; the remark says so."""
    found, card, findings = drafted(draw("案件编号 | 案由 | 金额\nA-1 | 甲 | 5\nA-2 | 乙 | 6\n合计 | . | 99"))

    assert ((), []) == (card.totals, [finding for finding in findings if finding.level == "error"])
    assert ["total"] == [remark.code for remark in found.remarks if remark.about == "totals"]


def test_month_sheets_are_one_ledger():
    """Sheets of the same columns named after months give one card, with the rows of all of them."""
    rows = [["活动编号", "活动日期", "参加人次"], ["H-1", "2024.1.5", 3]]
    more = [["活动编号", "活动日期", "参加人次"], ["H-2", "2024.2.5", "约50"]]
    _, card, findings = drafted(book(("1月", rows), ("2月", more), ("清单", [["品名", "单价"], ["甲", 5]])))

    assert ("months", "text") == (card.period, card.columns["attendances"].type)
    assert "清单" in card.ignored_sheets
    assert [] == [finding for finding in findings if finding.level == "error"]


def test_a_sheet_may_be_named():
    """The named sheet's table is drafted, the others are ignored."""
    content = book(("甲", [["活动编号", "人数"], ["H-1", 3]]), ("乙", [["案号", "金额"], ["A-1", 5]]))
    _, card, _ = drafted(content, sheet="乙")

    assert ["case_no", "amount_yuan"] == list(card.columns)


def test_without_a_table_there_is_no_card():
    """A file of text is misuse, said in one line."""
    with pytest.raises(YishuError, match="There is no table in"):
        drafted(draw("填表说明\n1.请按月报送。"))


@pytest.mark.parametrize(
    ("name", "unit", "cells", "expected"),
    [
        ("罚款金额", "万元", [1.2, "3"], ("money", "万元", "keep")),
        ("金额", None, ["100元", 5], ("money", "元", "keep")),
        ("办结率", None, ["90%", "85.5%"], ("number", None, "keep")),
        ("活动时间", None, ["2024.3.5", "3月6日"], ("date", None, "keep")),
        ("活动时间", None, ["2024.3.5", "上半年"], ("text", None, "keep")),
        ("证号", None, [12010622001, 12010622002], ("identifier", None, "keep")),
        ("编码", None, ["001", "002"], ("identifier", None, "keep")),
        ("联系电话", None, ["13800000001"], ("identifier", None, "drop")),
        ("家庭住址", None, ["东街1号"], ("text", None, "drop")),
        ("联络", None, ["13800000001", "13800000002"], ("identifier", None, "drop")),
        ("参与单位", None, ["法院、检察院", "派出所"], ("list", None, "keep")),
        ("状态", None, ["结案", "立案", "结案", "结案"], ("code", None, "keep")),
        ("是否公示", None, [], ("flag", None, "keep")),
        ("项目", None, ["一、拨款", "二、其他", "（三）结转"], ("text", None, "keep")),
        ("参与单位", None, ["一、法院、检察院", "二、派出所"], ("list", None, "keep")),
        ("金额", None, ["1,200.00", "(800.00)"], ("money", "元", "keep")),
        ("人均补助", "元", [50, 60], ("money", "元", "keep")),
    ],
)
def test_a_column_is_guessed(name, unit, cells, expected):
    """The heading and the cells say together what a column holds."""
    found = guess(name, unit, cells)

    assert expected == (found.type, found.unit, found.personal)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("支出_合计", "money"), ("预算数", "money"), ("2024年", "money"), ("件数", "count"), ("受益户数_小计", "count"),
     ("完成率", "count"), ("序号", "count")],
)  # fmt: skip
def test_a_unit_above_the_table_is_of_all_amounts(name, expected):
    """What is counted, and a rate, is no money for it."""
    found = guess(name, None, [600, 100], above="万元")

    assert (expected, "万元" if expected == "money" else None) == (found.type, found.unit)


@pytest.mark.parametrize(
    ("drawing", "key"),
    [
        ("类别 | 一季度 | 二季度\n计划 | 1 | 2\n实际 | 1 | 3\n计划 | 2 | 4", []),
        ("序号 | 类别 | 受理 | 办结\n1 | 民政 | 3 | 2\n2 | 民政 | 4 | 3", ["序号"]),
        ("指标 | 说明 | 分值 | 得分\n审查 | 已审 | 10 | 9\n论证 | 未论证 | 10 | 8", ["指标"]),
        ("姓名 | 基本工资 | 津贴\n张三 | 5000 | 300\n李四 | 4800 | 200", ["姓名"]),
        ("案由 | 处罚日期 | 案号\n占道 | 2024.3.5 | A-1\n油烟 | 2024.3.6 | A-2", ["案号"]),
        ("日期 | 社区 | 人数\n2024.3.5 | 东街 | 3\n2024.3.6 | 东街 | 4\n2024.3.6 | 西街 | 4", ["日期", "社区"]),
        ("日期 | 值班人员 | 备注\n2024.3.5 | 张某 | 早\n2024.3.5 | 李某 | 晚", ["值班人员"]),
        ("案号 | 日期 | 金额\nA-1 | 3.5 | 5\nA-2 | 3.6 | 6\nA-3 | 3.7 | 7\nA-3 | 3.7 | 8", ["案号"]),
        ("备注 | 事项 | 数量\n无事 | 接访 | 3\n急办 | 回访 | 3", ["事项"]),
        ("品名 | 数量\n笔 | 3\n纸 | 4\n墨 | 5\n砚 | 6\n. | 18", ["品名"]),
    ],
)
def test_a_key_names_its_rows(drawing, key):
    """Numbers, names and texts before two of them, those before serial numbers; nothing that is counted or paid."""
    _, card, findings = drafted(draw(drawing))

    assert key == [card.columns[name].name for name in card.key]
    assert [] == [finding for finding in findings if finding.level == "error"]


def test_a_vertical_merge_is_part_of_the_key():
    """社区 merged over its 网格 is said of each of them, and the card fills it down."""
    drawing = "社区 | 网格 | 户数\n东街 | 一格 | 3\n. | 二格 | 4\n西街 | 一格 | 3"
    _, card, findings = drafted(draw(drawing, ("A2:A3",)))

    assert (("社区", "网格"), True) == (
        tuple(card.columns[name].name for name in card.key),
        card.columns[card.key[0]].fill_down,
    )
    assert [] == [finding for finding in findings if finding.level == "error"]


def test_a_key_of_people_is_kept_as_a_code():
    """The name of a roster tells its rows apart, and is stored as nobody can read it."""
    found, card, _ = drafted(draw("姓名 | 工资\n张三 | 5000\n李四 | 4800"))

    assert "key" == card.columns[card.key[0]].personal
    assert "keyed" in {remark.code for remark in found.remarks}


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        ("表3\n财政拨款收入支出决算总表\n部门：西沽街道", "财政拨款收入支出决算总表"),
        ("附件\n西沽街道2024年培训情况汇总表", "培训情况汇总表"),
        ("普法活动台账（2024年1—11月）", "普法活动台账"),
        ("1月普法活动台账", "普法活动台账"),
        ("西沽街道1月份普法活动情况（2024年）", "普法活动情况"),
        ("表一：2024年安全检查情况", "安全检查情况"),
        ("一、行政处罚", "行政处罚"),
        ("1.本表每月5日前报送。\n接访登记簿", "接访登记簿"),
        ("户名 | 某街道办事处", "来访"),
        ("填报单位：西沽街道", "来访"),
    ],
)
def test_a_card_is_named_after_the_title(titles, name):
    """The line that names a table, without its number, its year and its month; else the file."""
    content = draw(f"{titles}\n序号 | 案件编号 | 金额\n1 | A-1 | 5\n2 | A-2 | 6")
    seen = look(content, file="来访2024.xlsx", year=2024)

    assert name == draft(seen, file="来访2024.xlsx", sheet=None, check=lambda _: ()).declared["name"]


def about(found):
    """The remarks about the file, as the command line heads the card with them."""
    return [(remark.code, *remark.facts.values()) for remark in found.remarks if remark.about == "head"]


def test_a_card_says_of_the_file_what_read_says():
    """An error that stands in the file without a card, too, is told as such."""
    found, _, _ = drafted(draw("案件编号 | 件数\nA-1 | 5\nA-2 | #REF!"))
    more, _, _ = drafted(draw("案件编号 | 件数\nA-1 | #REF!\nA-2 | #REF!\nA-3 | 5"))

    assert [("still_wrong", "台账!B3", "cell.error_value")] == about(found)
    assert [("still_wrong", "台账!B2 等 2 处", "cell.error_value")] == about(more)


def test_a_blank_form_has_no_fault():
    """That nobody has filled it in yet is nothing to correct."""
    found, _, _ = drafted(draw("序号 | 案件编号 | 罚款金额"))

    assert [] == about(found)


def test_rows_of_another_table_are_no_faults_of_the_file():
    """A card cannot leave them out; where they stand is told, and that read sees them as they are."""
    second = "检查情况\n序号 | 隐患描述 | 整改期限 | 是否整改\n1 | 过期 | 2024.4.1 | 是\n2 | 堵塞 | 2024.4.2 | 否"
    first = "处罚情况\n序号 | 单位名称 | 检查日期 | 隐患数\n1 | 甲店 | 2024.3.5 | 2\n2 | 乙店 | 2024.3.6 | 0"
    found, card, _ = drafted(draw(f"{first}\n.\n{second}"))

    assert ["text", "text", "date", "count"] == [column.type for column in card.columns.values()]
    assert {"several_tables", "strays"} >= {code for code, *_ in about(found)}
    assert ("several_tables", 2) in about(found)


def test_a_key_is_taken_with_which_footers_are_no_records():
    """统计负责人 under 代码 would be a record by that key; by the first column it is none."""
    footer = "单位负责人：赵 | 统计负责人：钱 | 填表人：孙 | 2025年1月8日"
    drawing = f"指标名称 | 代码 | 受理 | 办结\n家事 | 02 | 10 | 8\n邻里 | 03 | 20 | 17\n物业 | 04 | 6 | 5\n{footer}"
    found, card, findings = drafted(draw(drawing))

    assert ([], []) == (about(found), [finding for finding in findings if finding.level == "error"])
    assert ["指标名称"] == [card.columns[name].name for name in card.key]


def test_tables_side_by_side_are_drafted_from_the_left_one():
    """Its columns are all there, though each stands again to the right."""
    heads = "学号 | 姓名 | 成绩"
    rows = ["101 | 甲 | 90 | . | 201 | 丁 | 80", "102 | 乙 | 85 | . | 202 | 戊 | 70", "103 | 丙 | 70 | . | . | . | ."]
    found, card, findings = drafted(draw("\n".join([f"{heads} | . | {heads}", *rows])))

    assert ["学号", "姓名", "成绩"] == [column.name for column in card.columns.values()]
    assert [("several_tables", 2)] == about(found)
    assert ["sheet.side_by_side"] == [finding.code for finding in findings if finding.level == "error"]
    assert "left_out" not in {remark.code for remark in found.remarks}


def test_a_total_that_only_the_card_reads_otherwise_is_no_fault():
    """本年收入合计 beside 本年支出合计 is a record by the card: its total is left out, and none is said to differ."""
    found, card, findings = drafted(draw(TWO_SIDES))

    assert [] == [finding for finding in findings if finding.level == "error"]
    assert ((), "total_by_card") == (card.totals, next(it.code for it in found.remarks if it.about == "totals"))
