import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.formats.grid import Texts
from sources.reading import footers
from sources.reading.footers import Roles, facts_of, role_of, states_nothing
from sources.reading.headings import bare
from sources.reading.sheets import months_of
from sources.values import fold
from tests.sources.paper import book, card, reading

CARD = card()
NAMES = {
    "case_no": "案件编号",
    "decided_on": "决定日期",
    "fine_yuan": "罚款金额（元）",
    "people": "人次",
    "remark": "备注",
}


def _lines_of(pattern):
    """Lines that a pattern of the footers knows."""
    return st.from_regex(getattr(footers, pattern), fullmatch=True).filter(lambda line: fold(line) == line)


day = st.dates(date(2024, 1, 1), date(2024, 12, 31))
amount = st.integers(0, 10_000_000).map(lambda fen: Decimal(fen) / 100)
count = st.integers(0, 99_999)
word = st.text("西沽街道居民反映油烟扰民", min_size=2, max_size=8)


def date_shapes(value):
    year, month, number = value.year, value.month, value.day
    return st.sampled_from([
        value, f"{year}.{month}.{number}", f"{year}年{month}月{number}日", f"{year}/{month}/{number} 9:00",
        f"{year}{month:02}{number:02}", (value - date(1899, 12, 30)).days, f"{year % 100}.{month}.{number}",
    ])  # fmt: skip


def amount_shapes(value):
    wide = str(value).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    return st.sampled_from([float(value), f"{value:,}", f"{value}元", wide, f"{value / 10_000:f}万元"])


def count_shapes(value):
    return st.sampled_from([value, f"{value}人次", f" {value:,} ", f"{value}起"])


@st.composite
def tables(draw):
    """A sheet as somebody might have typed it, and the records in it by their row in Excel."""
    order = draw(st.permutations(list(NAMES)))
    rows = [[draw(word)] for _ in range(draw(st.integers(0, 3)))]
    rows.append([draw(st.sampled_from(["{}", " {} ", "{}\n"])).format(NAMES[name]) for name in order])
    expected = {}
    for number in range(draw(st.integers(1, 12))):
        rows += [[]] * draw(st.integers(0, 1))
        value = {
            "case_no": f"A-{number}", "decided_on": draw(day), "fine_yuan": draw(amount), "people": draw(count),
            "remark": draw(word),
        }  # fmt: skip
        shown = value | {
            "decided_on": draw(date_shapes(value["decided_on"])),
            "fine_yuan": draw(amount_shapes(value["fine_yuan"])),
            "people": draw(count_shapes(value["people"])),
        }
        rows.append([shown[name] for name in order])
        expected[len(rows)] = value
    if draw(st.booleans()):
        sums = {"fine_yuan": float(sum(value["fine_yuan"] for value in expected.values())), "case_no": "合计"}
        rows.append([sums.get(name) for name in order])
    if draw(st.booleans()):
        rows.append([f"填报人：{draw(word)}  填报日期：2025年1月6日"])
    return rows, expected


@settings(max_examples=60, deadline=None)
@given(tables(), st.booleans())
def test_what_was_typed_is_read_back(table, as_text):
    """Whatever the order, the gaps and the shapes of numbers and dates: every record comes back with its row."""
    rows, expected = table
    content = _csv(rows) if as_text else book(("台账", rows))
    found = reading(content, of=CARD)

    records = found.frame.to_dict("records")
    assert expected == {
        record["_row"]: {
            "case_no": record["case_no"],
            "decided_on": record["decided_on"].date(),
            "fine_yuan": record["fine_yuan"],
            "people": record["people"],
            "remark": record["remark"],
        }
        for record in records
    }
    assert {"cell.mixed_units", "cell.mixed_measures", "column.text_numbers", "cell.date_as_number"} >= {
        finding.code for finding in found.findings
    }


def _csv(rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode("gb18030")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("罚款金额\n（万元）", ("罚款金额", "万元")),
        ("参加人次（人次）", ("参加人次", None)),
        ("罚款金额(单位：元)", ("罚款金额", "元")),
        ("*案件编号：", ("案件编号", None)),
        ("（元）", ("(元)", None)),
        ("当事人（姓名）", ("当事人(姓名)", None)),
    ],
)
def test_units_leave_the_heading(heading, expected):
    """A bracketed unit is taken out of a heading, and kept if it is one of money."""
    assert expected == bare(heading)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("合  计", "total"),
        ("本月合计", "total"),
        ("合计：15起", "total"),
        ("合 计 / Total", "total"),
        ("小计（Subtotal）：", "total"),
        ("合计罚款案件", ""),
        ("填报人：", "footer"),
        ("审核人（签字）：", "footer"),
        ("注：1.本表由各部门填写", "footer"),
        ("注册商标侵权", ""),
        ("无", "nothing"),
        ("无照经营", ""),
        ("本月无案件", "nothing"),
        ("本年度我街无来访事项", "nothing"),
        ("本季度未发生来访", "nothing"),
        ("无来访事项", "nothing"),
        ("我街道无照经营3起", ""),
    ],
)
def test_what_a_cell_makes_of_its_row(text, role):
    """Totals, footers and zero reports are known by whole phrases, not by words inside a text."""
    assert role == role_of(text)


@given(st.sampled_from(["_TOTAL", "_FIELD", "_FIELD_ALONE", "_NOTE", "_NOTHING"]).flatmap(_lines_of))
@settings(max_examples=300, deadline=None)
def test_no_line_that_tells_something_is_passed_over(line):
    """Whatever line a pattern of totals, footers and zero reports knows, the quick look at its column sees it."""
    roles = Roles()
    roles.look(Texts({"关于审核", line, "A-1 "}, "\n".join(["关于审核", line, "A-1 "])))

    assert footers._MAY_TELL.match(line)
    assert ({line} if role_of(line) else set()) == roles.telling


@pytest.mark.parametrize("name", footers._FIELDS.replace("\\", "").split("|"))
def test_every_field_is_seen_in_its_column(name):
    """None of the words of a footer begins with a letter that the quick look does not know."""
    roles = Roles()
    roles.look(Texts({"A-1 ", f"{name}："}, f"A-1 \n{name}："))

    assert {f"{name}："} == roles.telling


@given(st.sampled_from(["_SUM", "_COMPARED", "_LABEL", "_EXAMPLE"]).flatmap(_lines_of))
@settings(max_examples=300, deadline=None)
def test_no_first_word_of_a_row_beside_the_records_is_passed_over(line):
    """What would make a row a sum, a comparison, a remark or an example is seen in its column at once."""
    seen = footers.leading_texts(Texts({"A-1", line}, "\n".join(["A-1", line])))

    assert {line} == seen or len(line) > 40


def test_a_row_states_nothing_only_as_a_whole():
    """无 beside real values is a value; alone, or beside slashes and zeros, it is a statement."""
    assert [True, True, False] == [states_nothing(row) for row in (["1", "无", "/"], ["", "零报告"], ["A-1", "无"])]


def test_the_footer_tells_who_only_as_whether():
    """A name behind 填报人 is a fact without the name; a line left open is none."""
    assert {"reported_by": "true", "reported_on": "2025-01-06"} == facts_of(
        [["填报人", "", "张三", "审核人：____", "填报日期：", "2025.1.6"]], year=2024
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("3月", {3}), ("2024年11月", {11}), ("十二月份", {12}), ("1-3月", {1, 2, 3}), ("汇总", set()), ("202405", {5})],
)
def test_the_month_of_a_sheet(name, expected):
    """A sheet's name says its month in figures, in Chinese or as a span."""
    assert expected == months_of(name)
