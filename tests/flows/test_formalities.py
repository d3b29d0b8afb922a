from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from flows.nights.formalities import Asked, formalities, overdue
from sources.reading.years import other_year, years_named
from warehouse.model import Slot, Submission

SIGNED = {"reported_by": "true", "reviewed_by": "true", "reported_on": "2024-12-31"}
FILLED, BLANK = SimpleNamespace(data_rows=(2,)), SimpleNamespace(data_rows=())
SLOT = Slot("town", "desk", "town_visit", 2024)


def submission(name="来访登记簿2024年.xlsx", *, received=datetime(2025, 1, 7, tzinfo=UTC)):
    return Submission(slot=SLOT, sha256="a" * 64, file_name=name, size=1, received_at=received)


def found(of=None, facts=SIGNED, *, every="year", signed=tuple(SIGNED), blocks=(FILLED,), cumulative=False):
    asked = Asked(signed=signed, every=every, cumulative=cumulative)
    reading = SimpleNamespace(facts=facts, blocks=blocks)
    return [(it.code, dict(it.facts)) for it in formalities(of or submission(), reading, asked)]


def test_a_signed_file_of_its_own_year_is_in_order():
    """Who asks for signatures and gets them finds nothing; who asks for none neither."""
    assert [] == found()
    assert [] == found(facts={}, signed=())


def test_missing_signatures_are_told_together():
    """One finding names all that is missing below the table; a file without a table is not asked."""
    assert [("file.unsigned", {"missing": "审核人、填报日期"})] == found(facts={"reported_by": "true"})
    assert [] == found(facts={}, blocks=())


def test_what_nobody_filled_in_need_not_be_signed():
    """A table without a row is told to be empty, and nothing more; a zero report is a statement, and is signed."""
    assert [] == found(facts={}, blocks=(BLANK,))
    assert ["file.unsigned"] == [code for code, _ in found(facts={"zero_report": "true"}, blocks=(BLANK,))]
    assert ["file.unsigned"] == [code for code, _ in found(facts={}, blocks=(BLANK, FILLED))]


@pytest.mark.parametrize(
    ("name", "cumulative", "expected"),
    [
        ("来访登记簿（2023年）.xlsx", False, "2023"),
        ("来访登记簿２０２３.xlsx", False, "2023"),
        ("来访登记簿（2023-2024年）.xlsx", False, None),
        ("来访登记簿导出_20250106.csv", False, None),
        ("来访登记簿2025-01-06.csv", False, None),
        ("来访登记簿.csv", False, None),
        ("来访登记簿（2021年起）.csv", True, None),
        ("来访登记簿（2025年）.csv", True, "2025"),
    ],
)
def test_a_file_name_of_another_year_is_an_error(name, cumulative, expected):
    """A year in the name must be the year handed in; the day of an export is no year, a span has every year in it."""
    wanted = [("file.other_year", {"named": expected})] if expected else []

    assert wanted == found(submission(name), cumulative=cumulative)


def test_a_monthly_ledger_signed_long_before_it_came_is_stale():
    """Thirty-six days are one too many; after the year's end a ledger does not grow older."""
    early = {**SIGNED, "reported_on": "2024-11-25"}
    assert [("file.stale", 36)] == [(code, facts["days"]) for code, facts in found(facts=early, every="month")]
    assert [] == found(facts={**SIGNED, "reported_on": "2024-11-26"}, every="month")
    assert [] == found(facts=early, every="year")
    assert [("file.stale", 8)] == [(code, facts["most"]) for code, facts in found(facts=early, every="week")]


def test_a_monthly_ledger_that_does_not_come_any_more_is_overdue():
    """What was received on 1 March is overdue from 6 April on, and is no longer asked for after its year."""
    of = Asked(signed=(), every="month", cumulative=False)
    latest = submission(received=datetime(2024, 3, 1, tzinfo=UTC))

    assert () == overdue(SLOT, latest, of, today=date(2024, 4, 5))
    assert ["file.overdue"] == [it.code for it in overdue(SLOT, latest, of, today=date(2024, 4, 6))]
    assert () == overdue(SLOT, submission(received=datetime(2024, 12, 1, tzinfo=UTC)), of, today=date(2026, 1, 1))
    assert () == overdue(SLOT, None, of, today=date(2026, 1, 1))


def test_what_is_asked_decides_whether_a_file_is_judged_again():
    """Another signature, another rhythm or another year in the name is another question; another name alone is not."""
    of = Asked(signed=("reported_by",), every="year", cumulative=False)

    assert of.hash("甲2024.xlsx") == of.hash("乙2024.xlsx") != of.hash("甲2023.xlsx")
    assert of.hash("甲.xlsx") != Asked(signed=(), every="year", cumulative=False).hash("甲.xlsx")
    assert of.hash("甲.xlsx") != Asked(signed=("reported_by",), every="week", cumulative=False).hash("甲.xlsx")


def test_years_are_read_out_of_titles():
    """The first line that names another year is told, unless some line names the right one."""
    assert {2021, 2022, 2023, 2024, 2025} == years_named("实施纲要（2021—2025年）")
    assert 1 == other_year(["来访登记簿", "（2023年度）"], 2024, cumulative=False)
    assert other_year(["2024年来访登记簿", "2025年1月"], 2024, cumulative=False) is None
    assert other_year(["来访登记簿", "填报时间：2025年1月"], 2024, cumulative=False) is None
