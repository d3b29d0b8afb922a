"""What only shows when ledgers are compared with each other, with published figures and with the year before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sources.samples.paper import Row, Sheet
from sources.samples.publicity import summary
from sources.samples.spoiling import Spoiled

_DECEMBER = tuple(date(2024, 12, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17))
_CONTRACT_ENDS = date(2024, 12, 6)
_MONTHS = tuple(f"{month}月" for month in range(1, 13))


def disagree(inbox: Spoiled) -> None:
    """Let the ledgers disagree. Rows are changed where they stand, so this comes before any row is added."""
    for make in (_fires, _inspections, _consultations, _advisers, _contracts, _mediations, _visits, _services):
        make(inbox)


def consequences(inbox: Spoiled) -> None:
    """Note what the added rows do to figures that were published, once all of them are there."""
    cases = ("penalty_case", "台账")
    for column, figure in (("case_no", "一般案件数"), ("fine_yuan", "罚款金额")):
        what = f"多登记的案件使{figure}与公布的数对不上"
        _note(inbox, "across.differs_from_published", (*cases, column), [1], what)
    fines = ("fire_penalty", "简易处罚")
    for place, at, figure in (
        ((*cases, "case_no"), 1, "一般案件数"),
        ((*cases, "fine_yuan"), 1, "罚款金额"),
        ((*cases, "closed_on"), 1, "已办结的案件数"),
        ((*fines, "decision_no"), 9, "消防罚款起数"),
        ((*fines, "fine_yuan"), 9, "消防罚款金额"),
        (("visit", "visit", "visit_no"), 0, "接待来访件次"),
    ):
        _note(inbox, "trend.changed_much", place, [at], f"多登记的各行使{figure}与上年相差过大")


def summarise(inbox: Spoiled) -> None:
    """Let 汇总 agree with the month sheets as they are now."""
    book = inbox.books[inbox.paths["publicity_activity"]]
    months = [sheet for sheet in book.sheets if sheet.name in _MONTHS]
    inbox.change("publicity_activity", "汇总", by=lambda _: summary(months))


def _found(inbox: Spoiled, ledger: str, fits: Callable[[Row], bool]) -> list[int]:
    """Where on the sheet the records of the ledger stand that fit."""
    return [at for at, row in enumerate(inbox.records[ledger]) if fits(row)]


def _note(inbox: Spoiled, code: str, place: tuple[str, str, str], at: Iterable[int], what: str) -> None:
    """Note the trouble at `place` (ledger, sheet, column) in each of the rows `at`."""
    ledger, sheet, column = place
    for index in at:
        inbox.note(code, ledger, sheet=sheet, cell=inbox.sheet(ledger, sheet).address(column, index), what=what)


def _fires(inbox: Spoiled) -> None:
    expired = next(row["cert_no"] for row in inbox.records["enforcement_officer"] if row["cert_status"] == "过期")
    says = {3: {"officer_cert_1": "12010622999"}, 5: {"inspection_no": "XGXF2024999"}, 26: {"officer_cert_2": expired}}
    inbox.rewrite("fire_penalty", "简易处罚", says=says)
    for code, at, column, what in (
        ("across.officer_unknown", 3, "officer_cert_1", "执法证号不在执法人员台账中"),
        ("across.penalty_without_inspection", 5, "inspection_no", "检查编号不在检查台账中"),
        ("across.officer_certificate_invalid", 26, "officer_cert_2", "证件在处罚当日已经过期"),
    ):
        _note(inbox, code, ("fire_penalty", "简易处罚", column), [at], what)


def _inspections(inbox: Spoiled) -> None:
    """Only the inspections that a penalty names are left, so that penalties outnumber them."""
    named = {row["inspection_no"] for row in inbox.records["fire_penalty"]}
    kept = [row for row in inbox.records["fire_inspection"] if row["inspection_no"] in named]

    def by(sheet: Sheet) -> Sheet:
        written = {row["inspection_no"]: row for row in sheet.rows}
        # What was filled down stood in rows that are gone.
        rows = tuple({**written[row["inspection_no"]], "community": row["community"]} for row in kept)
        total = {**(sheet.total or {}), "hazards": sum(row["hazards"] for row in kept)}
        return replace(sheet, rows=rows, total=total)

    inbox.change("fire_inspection", "消防检查", by=by)


def more_penalties_than_inspections(inbox: Spoiled) -> None:
    """Note what shows at the last penalty, once every row of both ledgers is there."""
    last = len(inbox.sheet("fire_penalty", "简易处罚").rows) - 1
    place = ("fire_penalty", "简易处罚", "decision_no")
    _note(inbox, "across.more_penalties_than_inspections", place, [last], "简易处罚多于消防检查")


def _consultations(inbox: Spoiled) -> None:
    """Nobody filled in how many came for advice, but for one who took back a negative number."""

    def by(sheet: Sheet) -> Sheet:
        rows = tuple({**row, "consultations": None} for row in sheet.rows)
        return replace(sheet, rows=rows, total={**(sheet.total or {}), "consultations": None})

    for name in _MONTHS:
        inbox.change("publicity_activity", name, by=by)
    inbox.rewrite("publicity_activity", "2月", says={0: {"consultations": -1}, 1: {"consultations": 1}})
    place = ("publicity_activity", "2月", "consultations")
    _note(inbox, "rule.count_negative", place, [0], "咨询人次写成负数")
    _note(inbox, "trend.figure_gone", place, [0], "咨询人次一列全年几乎没有填写，上年公布112人次")


def _advisers(inbox: Spoiled) -> None:
    services = inbox.records["adviser_service"]
    contracts = _found(inbox, "adviser_service", lambda row: row["category"] == "合同协议审核")
    owners = _found(inbox, "adviser_service", lambda row: row["category"] == "业主大会咨询")
    lecture = _found(inbox, "adviser_service", lambda row: row["category"] == "社区普法讲座")
    advising = [at for at in contracts if services[at]["opinions"]][:2]
    says: dict[int, dict[str, Any]] = {
        at: {"category": "法律咨询", "opinions": None, "document_no": None, "adopted": None} for at in advising
    }
    says |= {owners[-1]: {"category": "法律咨询"}, lecture[0]: {"served_on": "2024.5.18"}}
    inbox.rewrite("adviser_service", "工作记录", says=says)
    inbox.change(
        "adviser_service",
        "工作记录",
        by=lambda sheet: replace(sheet, total={**(sheet.total or {}), "opinions": (sheet.total or {})["opinions"] - 2}),
    )
    written = inbox.sheet("adviser_service", "工作记录").rows
    left = [at for at in contracts if at not in advising]
    first = [
        (left[0], "category"),
        (owners[0], "category"),
        (next(at for at, row in enumerate(written) if row["opinions"] is not None), "opinions"),
    ]
    for at, column in first:
        what = "三项数字与上年公布的完全相同"
        _note(inbox, "trend.same_as_last_year", ("adviser_service", "工作记录", column), [at], what)
    what = "审核合同十一次，合法性审查台账中的类型全是“其他”"
    code = "across.more_contracts_advised_than_reviewed"
    _note(inbox, code, ("adviser_service", "工作记录", "category"), left[-1:], what)
    what = "普法活动台账中没有同日的讲座"
    _note(inbox, "across.lecture_not_in_publicity", ("adviser_service", "工作记录", "served_on"), lecture, what)


def _contracts(inbox: Spoiled) -> None:
    inbox.rewrite("adviser_contract", "聘用合同", says={0: {"ends_on": _CONTRACT_ENDS}})
    late = _found(inbox, "adviser_service", lambda row: row["served_on"] > _CONTRACT_ENDS)
    what = "服务日期在合同终止日以后"
    _note(inbox, "across.adviser_outside_contract", ("adviser_service", "工作记录", "served_on"), late, what)


def _mediations(inbox: Spoiled) -> None:
    def joint(row: Row) -> bool:
        return bool(row["mechanism"] == "三所联动") and row["accepted_on"] >= date(2022, 3, 15)

    cases = _found(inbox, "mediation_case", joint)
    sent = _found(inbox, "mediation_case", lambda row: row["case_source"] == "信访部门移送")
    says: dict[int, dict[str, Any]] = {at: {"case_source": "依申请"} for at in sent}
    for at in cases[-20:]:
        says[at] = {**says.get(at, {}), "mechanism": "一般人民调解"}
    inbox.rewrite("mediation_case", "mediation", says=says)
    what = "累计调解案件低于上年公布的70件"
    _note(inbox, "trend.fell_below_published", ("mediation_case", "mediation", "case_no"), cases[:1], what)


def _visits(inbox: Spoiled) -> None:
    sent = _found(inbox, "visit", lambda row: row["outcome"] == "转办")[:1]
    services = {row["served_on"]: at for at, row in enumerate(inbox.records["legal_service"]) if at < 24}
    twice = next(
        at for at, row in enumerate(inbox.records["visit"]) if row["visited_on"] in services and at not in sent
    )
    service = services[inbox.records["visit"][twice]["visited_on"]]
    phone = inbox.records["legal_service"][service]["client_phone"]
    inbox.rewrite("visit", "visit", says={sent[0]: {"assigned_to": "街道调委会"}, twice: {"phone": phone}})
    what = "来访转调解一件，调解台账没有信访移送的案件"
    _note(inbox, "across.referred_more_than_mediated", ("visit", "visit", "assigned_to"), sent, what)
    what = "同一人同一天又登记为来访"
    _note(inbox, "across.counted_in_two_ledgers", ("legal_service", "Sheet1", "service_no"), [service], what)


def _services(inbox: Spoiled) -> None:
    """The first twenty-four of the year, and twenty more that were entered in December."""
    days = [f"{day:%Y-%m-%d}" for day in (*_DECEMBER, *(day + timedelta(days=7) for day in _DECEMBER[:8]))]

    def by(before: Sheet) -> Sheet:
        rows = [{**row, "served_on": days[at - 24]} if at >= 24 else row for at, row in enumerate(before.rows[:44])]
        return replace(before, rows=tuple(rows))

    inbox.change("legal_service", "Sheet1", by=by)
    what = "登记的件次不到上年公布的98件的一半"
    _note(inbox, "trend.changed_much", ("legal_service", "Sheet1", "service_no"), [0], what)
    what = "四成以上记录的日期在十二月"
    _note(inbox, "trend.december_rush", ("legal_service", "Sheet1", "served_on"), [24], what)
