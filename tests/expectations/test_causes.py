"""Grouping itself: a partition, the same in any order, and the causes that need more than a night to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.causes.evidence import Before, CardFacts, ColumnFacts, Evidence, Item, SubmissionFacts
from expectations.causes.grouping import group
from expectations.causes.likeness import likely, shape
from warehouse.model import Block, Finding, Level, Slot

SLOT = Slot("town", "squad", "cases", 2024)
SHEET = "台账"
LETTERS = {"case_no": "A", "filed_on": "B", "kind": "C", "people": "D", "fine_yuan": "E", "place": "F"}
COLUMNS = {
    "case_no": ColumnFacts(name="案号", type="identifier", headings=("案号",)),
    "filed_on": ColumnFacts(name="立案日期", type="date", headings=("立案日期",)),
    "kind": ColumnFacts(name="程序", type="code", headings=("程序",), codes={"普通程序": ("一般",), "简易程序": ()}),
    "people": ColumnFacts(name="人数", type="count", headings=("人数",)),
    "fine_yuan": ColumnFacts(name="罚款金额", type="money", headings=("罚款金额", "罚款")),
    "place": ColumnFacts(name="地点", type="text", headings=("地点",)),
    "party": ColumnFacts(name="当事人", type="code", quoted=False, codes={"甲": ()}),
}


def fits(column: str, text: str) -> bool:
    kind = COLUMNS[column].type
    return text.isdigit() if kind in ("count", "money") else kind not in ("date", "code")


CARD = CardFacts(name="案件台账", columns=COLUMNS, fits=fits)


def block(rows: int = 10, totals: tuple[int, ...] = ()) -> Block:
    data = tuple(range(2, 2 + rows))
    return Block(0, SHEET, LETTERS, title_rows=(), header_rows=(1,), data_rows=data, total_rows=totals, footer_rows=())


def evidence(
    amounts: Mapping[str, list[Decimal]] | None = None, before: Before | None = None, *, rows: int = 10
) -> Evidence:
    facts = SubmissionFacts(sha256="aa", blocks=(block(rows),), amounts=amounts or {}, before=before)
    return Evidence(fold=lambda text: text.replace(" ", ""), cards={"cases": CARD}, submissions={"one": facts})


def finding(code: str, column: str | None = None, row: int | None = 2, **facts: object) -> Finding:
    letter = LETTERS.get(column or "", "")
    return Finding(
        code=code,
        level=Level.QUESTION if code == "cell.mixed_units" else Level.ERROR,
        slot=SLOT,
        submission="one",
        file="台账.xlsx",
        sheet=SHEET,
        cell=None if row is None else f"{letter}{row}",
        column=column,
        facts=facts,  # type: ignore[arg-type]
    )


def codes(items: tuple[Item, ...]) -> list[tuple[str, int]]:
    return [(item.about.code, len(item.members)) for item in items]


ANY_CODE = st.sampled_from(
    [
        "cell.blank",
        "cell.not_a_date",
        "cell.unknown_code",
        "cell.too_precise",
        "cell.error_value",
        "cell.formula_without_value",
        "cell.mixed_units",
        "row.out_of_year",
        "rule.dates_out_of_order",
        "total.differs",
        "column.missing",
        "column.unknown",
        "sheet.no_header",
        "rule.fine_negative",
    ]
)
ANY_FINDING = st.builds(
    finding,
    ANY_CODE,
    st.sampled_from([*LETTERS, None]),
    st.none() | st.integers(2, 14),
    text=st.sampled_from(["12", "普通程", "2024-25-03", "0.1234", "#REF!", "三"]),
    value=st.sampled_from([date(2023, 3, 4), date(2042, 5, 6), 3, None]),
    other_value=st.sampled_from([date(2023, 3, 4), None]),
    heading=st.sampled_from(["罚款（元）", "人 数", "其他"]),
    letter=st.sampled_from(["D", "E", "H"]),
)


@settings(max_examples=300, deadline=None)
@given(found=st.lists(ANY_FINDING, max_size=60), data=st.data())
def test_grouping_is_a_partition_whatever_the_order(found: list[Finding], data: st.DataObject) -> None:
    """Every finding is in exactly one item, the level is that of its gravest, and the order does not matter."""
    items = group(found, evidence())

    assert sorted(at for item in items for at in item.members) == list(range(len(found)))
    for item in items:
        levels = [found[at].level for at in item.members]
        assert item.about.level == (Level.ERROR if Level.ERROR in levels else Level.QUESTION)
        if item.about.code.startswith("cause."):
            assert len(item.members) == item.about.facts["count"]

    order = data.draw(st.permutations(range(len(found))))
    shuffled = group([found[at] for at in order], evidence())
    causes = [
        {item.about.identity for item in each if item.about.code.startswith("cause.")} for each in (items, shuffled)
    ]
    assert causes[0] == causes[1]
    assert len(causes[0]) == sum(item.about.code.startswith("cause.") for item in items)


def test_nothing_known_of_a_file_makes_no_cause_and_loses_nothing() -> None:
    """Without card and tables the detectors that need them are silent."""
    found = [finding("cell.blank", "place", row) for row in range(2, 12)]

    assert [("cell.blank", 10)] == codes(group(found, Evidence(fold=str)))
    assert [("cause.blank_column", 10)] == codes(group(found, evidence()))


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (["0.05", "0.12", "0.08"], ["500", "1200", "800"], "cause.wan_under_yuan"),
        (["5000000", "12000000", "8000000"], ["500", "1200", "800"], "cause.yuan_under_wan"),
        (["400", "900", "750"], ["500", "1200", "800"], "rule.fine_negative"),
        (["40", "90", "75"], ["500", "1200", "800"], "rule.fine_negative"),
        (["0.05", "0.12", "0.08"], [], "rule.fine_negative"),
    ],
)
def test_a_unit_is_doubted_where_last_year_was_ten_thousand_times_more_or_less(
    now: list[str], before: list[str], expected: str
) -> None:
    """Four places between this year's usual amount and last year's; a fall to a tenth is no wrong unit."""
    amounts = {"fine_yuan": [Decimal(amount) for amount in now]}
    earlier = Before(sha256="bb", keys=frozenset(), amounts={"fine_yuan": [Decimal(amount) for amount in before]})
    found = [finding("rule.fine_negative", "fine_yuan", row) for row in (2, 3, 4)]

    assert [(expected, 3)] == codes(group(found, evidence(amounts, earlier)))


def test_rows_that_want_a_missing_column_stand_beneath_it() -> None:
    """What a rule says of a column that is not there follows from that; an unlike heading is not taken for it."""
    lost = finding("column.missing", "people", None)
    strange = finding("column.unknown", None, 1, heading="督办意见", letter="Z")
    wanting = [Finding(**{**_fields(finding("rule.too_few", "people", row)), "cell": str(row)}) for row in (2, 3, 4)]

    assert [("cause.column_absent", 4), ("column.unknown", 1)] == codes(group([lost, strange, *wanting], evidence()))


def _fields(found: Finding) -> dict[str, object]:
    return {name: getattr(found, name) for name in Finding.__dataclass_fields__}


def test_dates_that_are_in_order_once_day_and_month_change_places_are_one_item() -> None:
    """Three dates before the one they follow, each of which follows it once turned round; two are not enough."""
    pairs = [
        (date(2024, 3, 9), date(2024, 4, 1)),
        (date(2024, 1, 8), date(2024, 2, 2)),
        (date(2024, 2, 7), date(2024, 5, 5)),
    ]
    found = [
        finding("rule.dates_out_of_order", "filed_on", row, value=later, other_value=earlier)
        for row, (later, earlier) in enumerate(pairs, start=2)
    ]

    assert [("cause.day_before_month", 3)] == codes(group(found, evidence()))
    assert [("rule.dates_out_of_order", 2)] == codes(group(found[:2], evidence()))


def test_what_a_finding_does_not_quote_is_not_taken_for_one_word() -> None:
    """In a personal column all texts are hidden, so that nobody can say whether they are the same."""
    found = [finding("cell.unknown_code", "party", row, text="（个人信息，不显示）") for row in (2, 3, 4)]

    assert [("cell.unknown_code", 3)] == codes(group(found, evidence()))


def test_the_most_alike_codes_are_named_first() -> None:
    """By what they have in common with the text, their other spellings included; never one that has nothing."""
    known = {"普通程序": ("一般程序",), "简易程序": ("当场处罚",), "其他": ()}

    assert ("普通程序", "简易程序") == likely("普通程", known)
    assert ("简易程序",) == likely("当场罚", known)
    assert () == likely("甲", known)


@given(text=st.text())
def test_a_shape_has_no_other_shape(text: str) -> None:
    """The shape of a shape is itself."""
    assert shape(text) == shape(shape(text))


def test_texts_of_one_shape() -> None:
    """Digits count as one number however many they are; full-width ones are digits too."""
    assert shape("2024.3月5") == shape("２０２３.12月31 ") == "9.9月9"
    assert shape("3月上旬") != shape("3月下旬")


def test_the_months_of_a_year_share_an_item() -> None:
    """Sheets without a header, and one column's cells over several sheets, are one item each; keys are not lost."""

    def on(month: int, found: Finding) -> Finding:
        return replace(found, sheet=f"{month}月")

    headless = [on(month, finding("sheet.no_header", row=None)) for month in range(1, 6)]
    cells = [on(month, finding("cell.digits_lost", "case_no", row)) for month in (1, 2) for row in (2, 3)]
    removed = [replace(finding("trend.row_removed", row=None), key=key) for key in ("A1", "A2")]

    items = group([*headless, *cells, *removed], evidence())

    assert {("sheet.no_header", 5), ("cell.digits_lost", 4), ("trend.row_removed", 1)} == set(codes(items))
    assert 4 == len(items)


def test_one_code_about_several_things_is_an_item_for_each() -> None:
    """What a rule declares, a second column, a heading and a figure tell things apart; values do not."""
    steps = [finding("rule.unprepared", "fine_yuan", row, step=step, value=row) for row in (2, 3) for step in "甲乙丙"]
    headings = [finding("column.unknown", None, 1, heading=heading, letter="H") for heading in ("备考", "说明")]
    figures = [finding("trend.changed_much", None, 2, name=name, value=9) for name in ("来访人次", "来信件次")]
    dates = [finding("rule.order", "filed_on", row, other=other) for row, other in ((2, "告知"), (3, "送达"))]
    told = replace(evidence(), words={("cases", "rule.unprepared"): frozenset({"step"})})

    items = group([*steps, *headings, *figures, *dates], told)

    assert [2, 2, 2] == [count for code, count in codes(items) if code == "rule.unprepared"]
    assert {1} == {count for code, count in codes(items) if code != "rule.unprepared"}
    assert 9 == len(items)
