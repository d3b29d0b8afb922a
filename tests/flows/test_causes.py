"""Workbooks with one cause each, drawn, collected and listed: what spoilt many cells is one item."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from flows.on_demand.findings import Listed, Wanted, listed
from tests.flows.town import Town
from warehouse.register import open_register

CASE = """
id: town_case
name: 案件登记簿
row_is: 一件案件
key: [case_no]
placed_by: filed_on
totals: [{column: fine_yuan}, {column: people}]
columns:
  case_no: {name: 案号, type: identifier, required: cell}
  filed_on: {name: 立案日期, type: date, required: cell}
  kind:
    name: 适用程序
    type: code
    required: cell
    codes: {普通程序: [一般程序], 简易程序: [简易], 快速办理: []}
  people: {name: 涉案人数, type: count, required: cell}
  fine_yuan: {name: 罚款金额, type: money, unit: 元, required: column}
  community: {name: 所在社区, required: cell}
  remark: {name: 备注}
"""
PATROL = """
id: town_patrol
name: 巡查登记簿
row_is: 一次巡查
key: [patrol_no]
columns:
  patrol_no: {name: 巡查编号, type: identifier, required: cell}
  patrolled_on: {name: 巡查日期, type: date, required: cell}
  place: {name: 巡查地点, required: cell}
  people: {name: 巡查人数, type: count, required: cell}
  found: {name: 发现问题, required: column}
"""
OFFICE = """
id: town
names: {full: 清河镇, short: 清河, self: 我镇}
departments:
  squad:
    name: 执法队
    folder: 执法队
    hands_in:
      - {ledger: town_case, files: ["*案件*"], due: {every: year, by: "01-10"}}
"""
RULES = """
ledger: town_case
owner: 数据专员
rules:
  - code: key.twice
    level: error
    why: 一件案件只登记一行
    expectation: expect_compound_columns_to_be_unique
    arguments: {column_list: [_submission, case_no]}
    at: case_no
    examples: {passes: [{case_no: A1}, {case_no: A2}], fails: [{case_no: A1}, {case_no: A1}]}
  - code: row.out_of_year
    level: error
    why: 只统计本年
    expectation: expect_column_pair_values_to_be_equal
    arguments: {column_A: _year, column_B: _period}
    at: filed_on
    examples: {passes: [{filed_on: 2024-03-05, _year: 2024}], fails: [{filed_on: 2023-12-18, _year: 2023}]}
"""
HEADS = ["案号", "立案日期", "适用程序", "涉案人数", "罚款金额", "所在社区", "备注"]
Row = list[object]
Seed = Callable[[list[Row]], None]


def sound(count: int = 8, year: int = 2024) -> list[Row]:
    """The header and rows without a fault."""
    rows: list[Row] = [list(HEADS)]
    for number in range(1, count + 1):
        day = date(year, 1, 1) + timedelta(days=40 * number)
        rows.append([f"A{number}", day.isoformat(), "普通程序", number, 500 * number, f"第{number}社区", ""])
    return rows


def workbook(rows: Sequence[Row]) -> bytes:
    """The rows as a workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture
def squad(town: Town) -> Town:
    """The town with one department that hands in one ledger."""
    shutil.rmtree(town.settings.inbox)
    town.declare("sources/ledgers/town_case.yml", CASE)
    town.declare("sources/ledgers/town_patrol.yml", PATROL)
    town.declare("sources/offices/town.yml", OFFICE)
    return town


def hand_in(town: Town, content: bytes, *, year: int = 2024) -> None:
    path = town.settings.inbox / "town" / str(year) / "执法队" / "案件登记簿.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def items(town: Town, *, year: int = 2024) -> list[Listed]:
    town.night()
    with open_register(town.settings.register_url) as register:
        return list(listed(town.settings, town.configuration, register, Wanted(year=year)))


def told(found: Sequence[Listed]) -> list[tuple[str, int]]:
    """Each item's code and how many findings stand beneath it."""
    return [(item.about.code, len(item.members)) for item in found]


def set_column(rows: list[Row], at: int, values: Sequence[object]) -> None:
    for row, value in zip(rows[1:], values, strict=False):
        row[at] = value


def shift_right(rows: list[Row]) -> None:
    """From column C on everything stands one column too far to the right."""
    for row in rows[1:]:
        row[2:] = [None, *row[2:-1]]


def shift_left(rows: list[Row]) -> None:
    """The cells of column B are gone, and the rest moved to the left."""
    for row in rows[1:]:
        row[1:] = [*row[2:], None]


def swap(rows: list[Row]) -> None:
    """Dates and programmes have changed places; the headings have not."""
    for row in rows[1:]:
        row[1], row[2] = row[2], row[1]


def in_wan(rows: list[Row]) -> None:
    """Amounts in 万元 under a heading in 元."""
    set_column(rows, 4, ["0.0525", "0.1234", "0.0875", "0.2125", "0.3055", "0.05", "0.0625", "0.0975"])


def rename_heading(rows: list[Row]) -> None:
    """涉案人数 is called 涉及人数 this year."""
    rows[0][3] = "涉及人数"


def wrong_code(rows: list[Row]) -> None:
    """普通程序 is written 普通程 in five rows, and 快办 in one."""
    set_column(rows, 2, ["普通程", "普 通 程", "普通程", "普通程", "普通程", "快办"])


def odd_dates(rows: list[Row]) -> None:
    """Every date is written as 3月上旬."""
    set_column(rows, 1, [f"{month}月上旬" for month in range(1, 9)])


def odd_days(rows: list[Row]) -> None:
    """The day stands before the month."""
    set_column(rows, 1, ["2024-25-03", "2024-13-04", "2024/31/5"])


def broken_references(rows: list[Row]) -> None:
    """One reference broke all down a column."""
    set_column(rows, 4, ["#REF!"] * 8)


def blank_column(rows: list[Row]) -> None:
    """Nobody filled in the communities."""
    set_column(rows, 5, [None] * 8)


def first_of_each(rows: list[Row]) -> None:
    """The community stands in the first row of each group only."""
    set_column(rows, 5, ["甲社区", None, None, None, "乙社区", None, None, None])


def rows_below_total(rows: list[Row]) -> None:
    """Two rows were added below the total, and the total includes them."""
    rows[7:7] = [["合计", None, None, 36, 18000, None, None]]


def total_not_renewed(rows: list[Row]) -> None:
    """The whole total row is from before the last row was added."""
    rows.append(["合计", None, None, 28, 14000, None, None])


def wanting_cells(rows: list[Row]) -> None:
    """The total counts what three rows do not say."""
    set_column(rows, 3, [1, None, 3, None, 5, None, 7, 8])
    rows.append(["合计", None, None, 36, 18000, None, None])


def never_saved(rows: list[Row]) -> None:
    """Formulas that no program has ever calculated."""
    set_column(rows, 3, [f"=1+{number}" for number in range(8)])
    set_column(rows, 4, [f"=500*{number}" for number in range(2)])


def other_ledger(rows: list[Row]) -> None:
    """The file in the place of the cases holds patrols."""
    rows[:] = [["巡查编号", "巡查日期", "巡查地点", "巡查人数", "发现问题"]]
    rows += [[f"P{number}", f"2024-03-0{number}", "河边", 2, "无"] for number in range(1, 6)]


def no_column(rows: list[Row]) -> None:
    """A column that must be there is not."""
    for row in rows:
        del row[3]


SEEDS: list[tuple[Seed, list[tuple[str, int]], dict[str, object]]] = [
    (shift_right, [("cause.shifted_right", 16)], {"letter": "C", "columns": 2}),
    (shift_left, [("cause.shifted_left", 32)], {"letter": "B", "columns": 4}),
    (swap, [("cause.columns_swapped", 16)], {"letter": "B", "other_letter": "C", "other": "适用程序"}),
    (in_wan, [("cause.wan_under_yuan", 7)], {}),
    (rename_heading, [("cause.heading_changed", 2)], {"heading": "涉及人数", "letter": "D"}),
    (wrong_code, [("cause.repeated_code", 5), ("cell.unknown_code", 1)], {"likely": "普通程序、简易程序"}),
    (odd_dates, [("cause.same_shape", 8)], {"text": "1月上旬"}),
    (odd_days, [("cause.day_before_month", 3)], {"text": "2024-25-03"}),
    (broken_references, [("cause.broken_formula", 8)], {"text": "#REF!"}),
    (blank_column, [("cause.blank_column", 8)], {"count": 8}),
    (first_of_each, [("cause.not_filled_down", 6)], {}),
    (rows_below_total, [("cause.rows_below_total", 2)], {"row": 8, "below": 2}),
    (total_not_renewed, [("cause.total_row", 2)], {"row": 10}),
    (wanting_cells, [("cause.total_of_wanting", 4)], {"row": 10, "wanting": 3}),
    (never_saved, [("cause.never_calculated", 10)], {"columns": "涉案人数、罚款金额"}),
    (other_ledger, [("cause.wrong_ledger", 1)], {"other": "巡查登记簿", "matched": 5}),
    (no_column, [("column.missing", 1)], {}),
]


@pytest.mark.parametrize(("seed", "expected", "facts"), SEEDS, ids=lambda seed: getattr(seed, "__name__", ""))
def test_one_cause_is_one_item(
    squad: Town, seed: Seed, expected: list[tuple[str, int]], facts: dict[str, object]
) -> None:
    """Each drawn fault is told as what it is, with all its cells beneath, and with what a clerk needs to know."""
    rows = sound()
    seed(rows)
    hand_in(squad, workbook(rows))

    found = items(squad)

    assert expected == told(found)
    assert facts == {name: found[0].about.facts.get(name) for name in facts}


def test_a_wrong_year_is_last_years_file_another_years_or_a_slip(squad: Town) -> None:
    """All rows of last year and known from there; all rows of some other year; the same wrong year in a few rows."""
    squad.declare("expectations/suites/town_case.yml", RULES)
    hand_in(squad, workbook(sound(year=2023)), year=2023)
    again, strange, slips = sound(year=2023), sound(year=2019), sound()
    again[1][6] = "补充"
    set_column(slips, 1, ["2042-03-05", "2042-04-05", "2024-05-05", "2042-06-05"])
    found = []
    for rows in (again, strange, slips):
        hand_in(squad, workbook(rows))
        found.append(items(squad))

    assert [
        [("cause.last_year_again", 8)],
        [("cause.other_year", 8)],
        [("cause.mistyped_year", 3)],
    ] == [told(each) for each in found]
    assert [(2023, 8), (2019, None), (2042, None)] == [
        (each[0].about.facts.get("year"), each[0].about.facts.get("same")) for each in found
    ]


def test_an_item_is_the_same_item_the_next_night(squad: Town) -> None:
    """Its id stays while its cells come and go, and a fixed finding no longer counts."""
    rows = sound()
    wrong_code(rows)
    hand_in(squad, workbook(rows))
    first = items(squad)[0]
    rows[1][2] = "普通程序"
    hand_in(squad, workbook(rows))
    second = items(squad)[0]

    assert (first.about.identity, 5, 4) == (second.about.identity, len(first.members), len(second.members))


def test_a_hundred_rows_of_one_cause_are_all_there(squad: Town) -> None:
    """Nothing is cut off: every cell stands beneath its item."""
    rows = sound(150)
    set_column(rows, 2, ["普通程"] * 150)
    set_column(rows, 1, [day.isoformat() for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(150))])
    hand_in(squad, workbook(rows))

    (item,) = items(squad)

    assert [f"C{row}" for row in range(2, 152)] == [member.finding.cell for member in item.members]


def test_the_list_does_not_need_what_lies_beside_the_register(squad: Town) -> None:
    """Without the received files and the readings fewer causes are seen, and no finding is lost."""
    rows = sound()
    other_ledger(rows)
    hand_in(squad, workbook(rows))
    squad.night()
    shutil.rmtree(squad.settings.landing)
    shutil.rmtree(squad.settings.frames)

    with open_register(squad.settings.register_url) as register:
        found = listed(squad.settings, squad.configuration, register, Wanted())

    assert [("sheet.no_header", 1)] == told(found)
