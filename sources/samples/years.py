"""Two years of two ledgers, and what is handed in for them again: what shows only beside an earlier year or version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from random import Random

from sources.samples import penalties, visits
from sources.samples.invent import YEAR, after, workdays
from sources.samples.paper import Ledger, Row, Sheet
from sources.samples.pens import numbered
from sources.samples.spoiling import Spoiled, Trouble

PLACE = "years/xigu"
LEDGERS = ("penalty_case", "visit")
_BEFORE = YEAR - 1
_LAST_DAY = date(_BEFORE, 12, 31)
# With the case that was decided in 2023 and carried over, thirteen fines of 18600 in all, as published.
_FINES = (800, 1000, 1000, 1200, 1500, 1500, 1100, 1500, 1800, 2000, 2000, 2000)
_FIRST_NUMBER = 18
_NOTE = "注：第001号至第017号为原执法队案件，另册登记。"
# What is not known before the day in that column.
_KNOWN_BY = {
    "legal_review_on": ("legal_review",),
    "decided_on": ("decision_no", "punishment", "fine_yuan"),
    "paid_on": ("paid_yuan", "enforcement"),
}
_PENDING_ON = date(_BEFORE, 12, 18)


def files() -> dict[str, bytes]:
    """Every file of the two years and of what is handed in again, by its path below the samples folder."""
    drawn = {**_first(), **_again()}
    return {f"{PLACE}/{name}/{path}": content for name, it in drawn.items() for path, content in it.files().items()}


def troubles() -> tuple[Trouble, ...]:
    """What must be found when both years are collected for the first time."""
    return _listed(_first())


def troubles_again() -> tuple[Trouble, ...]:
    """What must be found besides when each year is handed in again."""
    return _listed(_again())


def _listed(drawn: Mapping[str, Spoiled]) -> tuple[Trouble, ...]:
    """The troubles of each inbox; their file is named with its year's folder."""
    found = [replace(it, file=f"{name}/{it.file}") for name, inbox in drawn.items() for it in inbox.troubles]
    return tuple(sorted(found, key=lambda it: (it.file, it.code, it.cell)))


def _first() -> dict[str, Spoiled]:
    before, year = Spoiled(_ledgers_before(), {}), Spoiled(_ledgers(), {})
    _published(before)
    _gone(before, year)
    cell = year.sheet("penalty_case", "台账").address("fine_yuan", _fines(year))
    what = "罚款3000元，高于上年全部案件"
    year.note("trend.fine_above_history", "penalty_case", sheet="台账", cell=cell, what=what)
    return {f"{_BEFORE}": before, f"{YEAR}": year}


def _again() -> dict[str, Spoiled]:
    """What is handed in again: rows of the closed year changed and taken out, a row of the open one taken out."""
    before, year = Spoiled(_ledgers_before(), {}), Spoiled(_ledgers(), {})
    _fines(year)
    changed = next(at for at, row in enumerate(before.records["penalty_case"]) if row["field"] != "市容环境")
    removed = next(at for at, row in enumerate(before.records["penalty_case"]) if row["status"] == "撤销立案")
    before.change("penalty_case", "台账", by=lambda sheet: _say(sheet, changed, {"field": "市容环境"}))
    before.change("penalty_case", "台账", by=lambda sheet: _without(sheet, removed))
    cell = before.sheet("penalty_case", "台账").address("field", changed - (removed < changed))
    what = "年度冻结以后，执法领域改成了市容环境"
    before.note("trend.frozen_row_changed", "penalty_case", sheet="台账", cell=cell, what=what)
    what = "年度冻结以后，撤销立案的一宗被删除"
    before.note("trend.frozen_row_removed", "penalty_case", sheet="台账", cell="B1", what=what)
    year.change("visit", "visit", by=lambda sheet: _without(sheet, len(sheet.rows) - 1))
    year.note("trend.row_removed", "visit", sheet="visit", cell="A1", what="已采纳的最后一条登记被删除")
    return {f"{_BEFORE}-next": before, f"{YEAR}-next": year}


def _say(sheet: Sheet, at: int, says: Row) -> Sheet:
    return replace(sheet, rows=tuple({**row, **says} if place == at else row for place, row in enumerate(sheet.rows)))


def _without(sheet: Sheet, at: int) -> Sheet:
    return replace(sheet, rows=(*sheet.rows[:at], *sheet.rows[at + 1 :]))


@cache
def _ledgers_before() -> tuple[Ledger, ...]:
    """The two ledgers of the year before, as they stood at its end."""
    return (_cases_before(), _visits_before())


@cache
def _ledgers() -> tuple[Ledger, ...]:
    """The two ledgers of the year: those of the clean state, without the older version of one."""
    cases = penalties.ledger()
    return (replace(cases, books=cases.books[:1]), visits.visits())


def _cases_before() -> Ledger:
    rng = Random(203)  # noqa: S311 - drawing, not secrecy
    days = workdays(date(_BEFORE, 1, 9), date(_BEFORE, 9, 28))
    rows = []
    for index, fine in enumerate(_FINES):
        filed_on = days[index * len(days) // len(_FINES)]
        row = penalties.case(rng, filed_on=filed_on, decided_on=after(filed_on, 22 + rng.randrange(25)))
        row |= {"procedure": "普通程序", "punishment": "罚款"}
        row["decision_no"] = f"津红西沽综执罚决字〔{_BEFORE}〕第{index + 15:03}号"
        rows.append(penalties.settled(rng, row, fine))
    rows.append(penalties.withdrawn(rng, date(_BEFORE, 6, 21)))
    rows.sort(key=lambda row: row["filed_on"])
    for index, row in enumerate(rows):
        row["case_no"] = _case_no(_FIRST_NUMBER + index)
    # Those that the ledger of the next year carries on, and one that it has lost.
    carried = [row for row in penalties.ledger().records if row["filed_on"].year == _BEFORE]
    lost = penalties.case(rng, filed_on=_PENDING_ON, decided_on=after(_PENDING_ON, 22))
    lost |= {
        "procedure": "普通程序",
        "punishment": "罚款",
        "case_no": _case_no(_FIRST_NUMBER + len(rows) + len(carried)),
    }
    rows += [_at_the_end(row) for row in (*carried, penalties.settled(rng, lost, 1000))]
    records = numbered(tuple({name: row[name] for name in row if name != "serial_no"} for row in rows))
    name = f"行政处罚案件台账({_BEFORE}年).xls"
    book = penalties.book(records, name=name, signed_on=date(YEAR, 1, 3), year=_BEFORE, note=_NOTE)
    return Ledger(id="penalty_case", records=records, books=(book,))


def _case_no(number: int) -> str:
    return f"西沽综执立〔{_BEFORE}〕第{number:03}号"


def _at_the_end(row: Row) -> Row:
    """The case as it stood on the last day of the year before: what came later is not known yet."""
    later = [name for name, value in row.items() if isinstance(value, date) and value > _LAST_DAY]
    gone = [*later, *(name for day in later for name in _KNOWN_BY.get(day, ())), "remark"]
    status = "结案" if "closed_on" not in later else "调查" if "decided_on" in later else "执行"
    return {**row, **dict.fromkeys(gone), "status": status}


def _visits_before() -> Ledger:
    rng = Random(703)  # noqa: S311
    records = visits.received(rng, _BEFORE, times=70, pending=((_PENDING_ON, "网上"),))
    book = visits.visit_book(records, year=_BEFORE, signed_on=date(YEAR, 1, 3))
    return Ledger(id="visit", records=records, books=(book,))


def _published(before: Spoiled) -> None:
    """Note how the visits stand to what was published about their year and about the one before that."""
    first = next(at for at, row in enumerate(before.records["visit"]) if row["mode"] == "来访")
    cell = before.sheet("visit", "visit").address("visit_no", first)
    what = "比公布的少一件次，公布的数写明了原因"
    before.note("across.differs_with_reason", "visit", sheet="visit", cell=cell, what=what)
    what = "上年公布时同一人同一事只计一件"
    before.note("trend.counted_differently", "visit", sheet="visit", cell=cell, what=what)


def _gone(before: Spoiled, year: Spoiled) -> None:
    """Note the case and the visit that were pending and that nobody carried on."""
    for ledger, sheet, key in (("penalty_case", "台账", "case_no"), ("visit", "visit", "visit_no")):
        carried = {row[key] for row in year.records[ledger]}
        column = year.sheet(ledger, sheet).address(key, 0).rstrip("0123456789")
        for row in before.records[ledger]:
            pending = row["closed_on"] is None and row.get("status") != "撤销立案"
            if pending and row[key] not in carried:
                what = f"上年没有办结的{row[key]}没有结转"
                year.note("trend.pending_case_gone", ledger, sheet=sheet, cell=f"{column}1", what=what)


def _fines(year: Spoiled) -> int:
    """One fine of the year, whose row comes back, is higher than any before; another lower, so that the sum stays."""
    records = year.records["penalty_case"]
    high, low = [at for at, row in enumerate(records) if row["fine_yuan"] == 2000][-1:-3:-1]
    for at, fine in ((high, 3000), (low, 1000)):
        says = {"fine_yuan": fine, "paid_yuan": fine}
        year.change("penalty_case", "台账", by=partial(_say, at=at, says=says))
    return high
