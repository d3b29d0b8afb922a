from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.values import Problem, as_text, fold, parse_count, parse_date, parse_money, parse_number
from sources.words import parse_code, parse_codes, parse_flag, parse_identifier, parse_list, spellings


def code_of(value):
    return value.code if isinstance(value, Problem) else value


@given(st.text())
def test_folding_twice_changes_nothing(text):
    """Folding is idempotent for any text, also where a space stood between a letter and its accent."""
    assert fold(text) == fold(fold(text))


def test_folding_joins_what_clerks_mean():
    """Spaces, line feeds and full-width letters make no difference."""
    assert ["指标名称", "指标名称", "(万元)2024"] == [
        fold("指 标 名\n称"),
        fold("指标　名称"),
        fold("（万元）２０２４"),
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (15.0, 15),
        ("15起", 15),
        ("3 人次", 3),
        ("１５", 15),
        ("1,234", 1234),
        ("21，000", 21000),
        ("1 500", 1500),
        ("十五", 15),
        ("两起", 2),
        ("一百零五件", 105),
        ("两千三", 2300),
        ("1.2万人次", 12000),
        ("3万5千", 35000),
        ("0", 0),
        ("/", None),
        ("—", None),
        ("12 15", "cell.not_a_count"),
        (15.5, "cell.not_a_count"),
        ("一家", "cell.not_a_count"),
        ("2,10,00", "cell.not_a_count"),
        (True, "cell.not_a_count"),
        (date(2024, 1, 15), "cell.became_date"),
        ("约120", "cell.approximate"),
        ("120余", "cell.approximate"),
        ("120余人次", "cell.approximate"),
        ("近50", "cell.approximate"),
        ("50多", "cell.approximate"),
        ("几十", "cell.approximate"),
        ("30左右", "cell.approximate"),
    ],
)
def test_counts(cell, expected):
    """A count is read in every shape clerks give it; a vague one is a problem, never a number."""
    assert expected == code_of(parse_count(cell))


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("１,５００元", "元", Decimal(1500)),
        ("15００元", "元", Decimal(1500)),
        (1500.0, "元", Decimal(1500)),
        (2.1, "万元", Decimal(21000)),
        ("2.1万元", "元", Decimal(21000)),
        ("2.1万", "元", Decimal(21000)),
        ("500元", "万元", Decimal(500)),
        ("￥1,500.00", "元", Decimal(1500)),
        ("人民币壹仟元整", "元", Decimal(1000)),
        ("壹仟贰佰叁拾元伍角整", "元", Decimal("1230.5")),
        ("15元5角", "元", Decimal("15.5")),
        ("二万", "万元", Decimal(20000)),
        (0.1 + 0.2, "元", Decimal("0.3")),
        ("(800.00)", "元", Decimal(-800)),
        ("（1,200）", "万元", Decimal(-12_000_000)),
        ("(约800)", "元", "cell.not_a_number"),
        ("无", "元", None),
        (0.0, "元", Decimal(0)),
        ("约1500元", "元", "cell.approximate"),
        ("21000余元", "元", "cell.approximate"),
        (1500.005, "元", "cell.too_precise"),
        ("罚款", "元", "cell.not_a_number"),
        (1e17, "元", "cell.not_a_number"),
    ],
)
def test_money(cell, unit, expected):
    """Money is in 元: the cell's own unit leads, then the heading's."""
    assert expected == code_of(parse_money(cell, unit))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("98.6%", Decimal("98.6")),
        ("1.5", Decimal("1.5")),
        (0.12345, "cell.too_precise"),
        ("1.5.2", "cell.not_a_number"),
    ],
)
def test_numbers(cell, expected):
    """A number keeps at most four decimals; more is a problem, not a rounding."""
    assert expected == code_of(parse_number(cell))


@pytest.mark.parametrize(
    "cell",
    [
        "2024.3.5",
        "2024-3-5",
        "2024/3/5 9:00",
        "2024年3月5日",
        " 2024 年 3 月 5 日 ",
        "２０２４．３．５",
        "2024。3。5",
        "2024年3月5日（星期二）",
        "2024-03-05T09:00:00",
        "2024年3月5日上午9时30分",
        "20240305",
        20240305.0,
        "24.3.5",
        "45356",
        45356.0,
        45356.375,
        "3月5日",
        "二〇二四年三月五日",
        "二O二四年三月五日",
        date(2024, 3, 5),
        datetime(2024, 3, 5, 9, 0),  # noqa: DTZ001 - a cell has no zone
    ],
)
def test_dates(cell):
    """The fifth of March 2024 in every shape it has been seen in."""
    assert date(2024, 3, 5) == parse_date(cell, year=2024)


@pytest.mark.parametrize("cell", ["2024年2月30日", "3.5-3.8", "2024.3", "2024", 3.5, "待定", "1024-3-5", True])
def test_what_is_no_date(cell):
    """An impossible day, a span, a month or a word is a problem."""
    assert "cell.not_a_date" == code_of(parse_date(cell, year=2024))


def test_serials_count_from_1904_where_the_workbook_says_so():
    """The same serial number is four years and a day later in a workbook of the 1904 system."""
    assert date(2024, 3, 5) == parse_date(43894.0, year=2024, epoch_1904=True)


def test_chinese_dates_with_tens():
    """Days above ten are read in Chinese numerals too."""
    assert [date(2024, 12, 31), date(2024, 10, 25)] == [
        parse_date("二零二四年十二月三十一日", year=2024),
        parse_date("二〇二四年十月廿五日", year=2024),
    ]


KINDS = spellings({"警告": (), "罚款": ("罚金",), "其他": ("其它",)})


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("警告并处罚款", ["警告", "罚款"]),
        ("警告并处罚款200元", ["警告", "罚款"]),
        ("警告、罚金", ["警告", "罚款"]),
        ("警告 罚款", ["警告", "罚款"]),
        ("罚款和警告", ["罚款", "警告"]),
        ("其它", ["其他"]),
        ("罚款；罚款", ["罚款"]),
        ("无", None),
        ("警告、没收", "cell.unknown_code"),
    ],
)
def test_closed_lists(cell, expected):
    """Every part is known under one of its spellings, or the whole cell is a problem."""
    assert expected == code_of(parse_codes(cell, KINDS))


def test_codes_are_stored_under_their_canonical_name():
    """A synonym gives the canonical value; an unknown word is a problem that lists what is known."""
    unknown = parse_code("没收", KINDS)

    assert ["其他", "没收", "警告、罚款、其他"] == [
        parse_code(" 其 它 ", KINDS),
        unknown.facts["text"],
        unknown.facts["known"],
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("《民法典》《宪法》", ["民法典", "宪法"]),
        ("《宪法》、民法典", ["宪法", "民法典"]),
        ("《宪法》和《民法典》等法律法规", ["宪法", "民法典"]),
        ("《关于〈条例〉的通知》", ["关于〈条例〉的通知"]),
        ("《关于《条例》的通知》", ["关于《条例》的通知"]),
        ("宪法、民法典；信访工作条例等", ["宪法", "民法典", "信访工作条例"]),
        ("/", None),
    ],
)
def test_lists_of_titles(cell, expected):
    """Book titles are stored without their marks, and what stands beside them is not lost."""
    assert expected == parse_list(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", True), ("√", True), ("Ｙ", True), ("有", True), ("否", False), ("×", False), ("无", False), (True, True)],
)
def test_flags(cell, expected):
    """Yes and no in their usual marks."""
    assert expected is parse_flag(cell)


def test_identifiers_stay_text():
    """A number gives its digits; digits that Excel has already lost are a problem."""
    assert ["20240001", "007", "A(1)", "cell.digits_lost", "cell.digits_lost"] == [
        code_of(parse_identifier(cell)) for cell in (20240001.0, "007", "Ａ（１） ", 1.20101e17, "1.20101E+17")
    ]


def test_text_is_kept_as_written():
    """Text loses only the spacing around it."""
    assert ["“聚力赋能 共赢未来”，对接会", "42", "2024-03-05"] == [
        as_text("　“聚力赋能 共赢未来”，对接会\n"),
        as_text(42.0),
        as_text(date(2024, 3, 5)),
    ]
