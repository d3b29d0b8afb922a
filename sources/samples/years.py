"""The year before, and what is handed in another night: what shows only beside an earlier year or version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from sources.samples import advisers, fire, legal_services, penalties, reviews, tasks, visits
from sources.samples.invent import YEAR, after, workdays
from sources.samples.paper import Heading, Ledger, Row, Sheet, draw
from sources.samples.pens import numbered
from sources.samples.people_troubles import DUTIES
from sources.samples.spoiling import Spoiled

# What nobody handed in for the year before.
_NOT_HANDED_IN = (
    "enforcement_officer",
    "publicity_activity",
    "legality_review",
    "mediation_case",
    "key_task",
    "law_study",
    "business_activity",
)
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


def before(holders: Mapping[str, str]) -> Spoiled:
    """The inbox of the year before as it was handed in late: what the year needs, and old files in a poor state."""
    ledgers = (
        _cases_before(),
        _visits_before(),
        advisers.services_before(),
        *(_earlier(ledger) for ledger in (fire.ledgers()[0], legal_services.ledger(), tasks.ledgers()[1])),
        _earlier(reviews.ledgers()[1]),
        visits.roster(_visits_before().records, year=_BEFORE),
    )
    inbox = Spoiled(ledgers, holders)
    _published(inbox)
    _nothing_to_report(inbox)
    _spoil_old_files(inbox)
    return inbox


def gone(earlier: Spoiled, year: Spoiled) -> None:
    """Note the case and the visit of the year before that were pending and that nobody carried on."""
    for ledger, sheet, key in (("penalty_case", "台账", "case_no"), ("visit", "visit", "visit_no")):
        carried = {row[key] for row in year.records[ledger]}
        column = year.sheet(ledger, sheet).address(key, 0).rstrip("0123456789")
        for row in earlier.records[ledger]:
            pending = row["closed_on"] is None and row.get("status") != "撤销立案"
            if pending and row[key] not in carried:
                what = f"上年没有办结的{row[key]}没有结转"
                year.note("trend.pending_case_gone", ledger, sheet=sheet, cell=f"{column}1", what=what)


def hand_in_again(earlier: Spoiled, year: Spoiled) -> None:
    """What comes another night: rows of the closed year changed and taken out, a row of the open one taken out."""
    cases = earlier.records["penalty_case"]
    changed = next(at for at, row in enumerate(cases) if row["field"] != "市容环境")
    removed = next(at for at, row in enumerate(cases) if row["status"] == "撤销立案")
    earlier.rewrite("penalty_case", "台账", says={changed: {"field": "市容环境"}})
    earlier.change("penalty_case", "台账", by=lambda sheet: _without(sheet, removed))
    cell = earlier.sheet("penalty_case", "台账").address("field", changed - (removed < changed))
    what = "年度冻结以后，执法领域改成了市容环境"
    earlier.note("trend.frozen_row_changed", "penalty_case", sheet="台账", cell=cell, what=what)
    what = "年度冻结以后，撤销立案的一宗被删除"
    earlier.note("trend.frozen_row_removed", "penalty_case", sheet="台账", cell="B1", what=what)

    duties = year.records["reception_duty"]
    nobody_came = max(at for at, row in enumerate(duties) if not row["batches"])
    year.change("reception_duty", "2024年排班", by=lambda sheet: _without(sheet, nobody_came))
    what = f"已采纳的{duties[nobody_came]['duty_on'].month}月{duties[nobody_came]['duty_on'].day}日一行被删除"
    year.note("trend.row_removed", "reception_duty", sheet="2024年排班", cell="B1", what=what)
    for spot in DUTIES.spots():
        year.spoil(spot)


def _earlier(ledger: Ledger) -> Ledger:
    """The ledger as it would have been a year before: names, titles, signatures and every day are of that year."""
    records = tuple({name: _year_before(value) for name, value in row.items()} for row in ledger.records)
    book = ledger.books[0]
    sheets = tuple(
        replace(
            sheet,
            titles=tuple(title.replace(f"{YEAR}年", f"{_BEFORE}年") for title in sheet.titles),
            rows=records if at == 0 else (),
            total=None,
            footer=tuple(line.replace(f"{YEAR + 1}年", f"{YEAR}年") for line in sheet.footer),
            hidden=frozenset(),
        )
        for at, sheet in enumerate(book.sheets)
    )
    earlier = replace(book, name=book.name.replace(f"{YEAR}", f"{_BEFORE}"), sheets=sheets)
    return Ledger(id=ledger.id, records=records, books=(earlier,))


def _year_before(value: Any) -> Any:
    """The same day a year before, where the value is a day."""
    return value - timedelta(days=366) if isinstance(value, date) else value


def _nothing_to_report(inbox: Spoiled) -> None:
    """The appeals were reported as none, though advisers took part in some."""
    inbox.change("appeal_case", "复议应诉", by=lambda sheet: replace(sheet, rows=(), notes=("零报告",)))
    what = "复议应诉台账为零报告，顾问却参与了案件论证"
    for at, row in enumerate(inbox.records["adviser_service"]):
        if row["category"] in ("行政复议", "行政应诉"):
            cell = inbox.sheet("adviser_service", "工作记录").address("category", at)
            inbox.note("across.advised_without_appeal", "adviser_service", sheet="工作记录", cell=cell, what=what)


def _spoil_old_files(inbox: Spoiled) -> None:
    inbox.note("sheet.missing", "adviser_contract", what="工作簿里没有“聘用合同”表")
    inbox.change("legal_service", "Sheet1", by=lambda sheet: replace(sheet, rows=()))
    inbox.note("sheet.empty", "legal_service", sheet="Sheet1", what="只有表头，没有记录，也没有写零报告")
    inbox.change("document", "登记簿", by=_without_headings)
    inbox.note("sheet.no_header", "document", sheet="登记簿", what="表头一行被删掉")

    path = inbox.paths["fire_inspection"]
    for ledger in ("fire_inspection", "fire_penalty"):
        inbox.note("file.unreadable", ledger, what="文件只传了一半，打不开")
    content = draw(inbox.books.pop(path))
    inbox.content[path] = content[: len(content) // 2]

    taken = inbox.books[inbox.paths["reception_duty"]]
    shorter = replace(taken.sheets[0], rows=taken.sheets[0].rows[:-1])
    other = replace(taken, name=taken.name.replace(".xlsx", "改.xlsx"), sheets=(shorter,))
    inbox.books[other.path] = other
    inbox.note("file.several", "reception_duty", what=f"两个文件内容不同、填报日期相同，另一个是“{other.name}”")

    for ledger in _NOT_HANDED_IN:
        inbox.note("file.missing", ledger, what="没有报送这本台账")


def _without_headings(sheet: Sheet) -> Sheet:
    bare = {f"column_{at}": name for at, name in enumerate(sheet.headings)}
    rows = tuple({new: row[old] for new, old in bare.items()} for row in sheet.rows)
    return replace(sheet, headings={name: Heading("", 16) for name in bare}, rows=rows)


def _without(sheet: Sheet, at: int) -> Sheet:
    return replace(sheet, rows=(*sheet.rows[:at], *sheet.rows[at + 1 :]))


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
