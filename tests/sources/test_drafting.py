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
    ],
)
def test_a_column_is_guessed(name, unit, cells, expected):
    """The heading and the cells say together what a column holds."""
    found = guess(name, unit, cells)

    assert expected == (found.type, found.unit, found.personal)
