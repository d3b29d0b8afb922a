"""One row for each rule that it breaks, and what else the rules of a ledger find: names, titles, signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sources.samples.invent import COMMUNITIES
from sources.samples.pens import signed
from sources.samples.spoiling import Spoiled, Spot

# A case of a citizen in the ordinary procedure, one of the summary procedure, and one that was never decided.
_ORDINARY, _SUMMARY, _UNDECIDED = 8, 6, 10


def _cases() -> Iterable[Spot]:
    """A case more for each rule about penalties, sound but for that."""
    cases: tuple[tuple[str, int, Mapping[str, Any], str, str | None], ...] = (
        ("rule.fine_negative", _ORDINARY, {"fine_yuan": -100}, "罚款金额写成负数", None),
        ("rule.fine_amount_missing", _ORDINARY, {"fine_yuan": None}, "种类是罚款，没有金额", None),
        ("rule.fine_not_listed", _ORDINARY, {"punishment": "警告"}, "有罚款金额，种类里没有罚款", None),
        (
            "rule.summary_fine_sole_trader",
            _SUMMARY,
            {"fine_yuan": 300, "party_type": "个体工商户"},
            "对个体工商户当场罚款300元",
            None,
        ),
        ("rule.summary_fine_too_high", _SUMMARY, {"fine_yuan": 250}, "对公民当场罚款250元", None),
        (
            "rule.summary_punishment_kind",
            _SUMMARY,
            {"punishment": "罚款、责令停产停业"},
            "简易程序作出责令停产停业",
            None,
        ),
        (
            "rule.decided_late",
            _ORDINARY,
            {"decided_on": date(2024, 6, 20), **_filed(3, 19)},
            "立案93日后才作出决定",
            None,
        ),
        (
            "rule.decided_late_extended",
            _ORDINARY,
            {"decided_on": date(2024, 6, 20), **_filed(3, 19), "remark": "经批准延长办案期限"},
            "立案93日后作出决定，备注写了延长",
            None,
        ),
        (
            "rule.decision_overdue",
            _UNDECIDED,
            {"filed_on": date(2024, 5, 22), "status": "调查", "remark": None},
            "立案七个月仍未作出决定",
            None,
        ),
        (
            "rule.date_after_period",
            _UNDECIDED,
            {"filed_on": date(2025, 1, 3), "status": "立案", "remark": None},
            "立案日期在2025年",
            None,
        ),
        ("rule.decision_no_missing", _ORDINARY, {"decision_no": None}, "已作出决定，没有文号", None),
        (
            "rule.decision_no_form",
            _ORDINARY,
            {"decision_no": "津红西沽综执罚决字[2024]第201号"},
            "文号用了方括号",
            None,
        ),
        (
            "rule.decision_no_twice",
            _ORDINARY,
            {"decision_no": "津红西沽综执罚决字〔2024〕第008号"},
            "文号与另一宗案件相同",
            None,
        ),
        ("rule.dates_out_of_order", _ORDINARY, {"informed_on": date(2024, 4, 24)}, "告知早于立案", None),
        (
            "rule.served_late",
            _ORDINARY,
            {"served_on": date(2024, 7, 5), **_paid(7, 8)},
            "决定后十二个工作日才送达",
            None,
        ),
        ("rule.paid_late", _ORDINARY, _paid(8, 5), "送达四十五日后缴款，没有加处罚款", None),
        (
            "rule.unpaid",
            _ORDINARY,
            {"paid_on": None, "paid_yuan": None, "closed_on": None, "status": "执行", "enforcement": None},
            "送达半年没有缴款，也没有措施",
            None,
        ),
        ("rule.surcharge_too_high", _ORDINARY, {"surcharge_yuan": 1600}, "加处罚款多于罚款", None),
        ("rule.long_before_filing", _ORDINARY, {"offended_on": date(2022, 3, 1)}, "违法行为发生两年后立案", "filed_on"),
        (
            "rule.large_fine_unprepared",
            _ORDINARY,
            {"fine_yuan": 6000, "legal_review": "否", "discussed": "是"},
            "对公民罚款6000元，没有法制审核",
            None,
        ),
        ("rule.second_officer_missing", _ORDINARY, {"officer_cert_2": None}, "只有一名执法人员的证号", None),
        (
            "rule.same_officer_twice",
            _ORDINARY,
            {"officer_cert_2": "12010622001", "officer_cert_1": "12010622001"},
            "两个证号相同",
            None,
        ),
        ("rule.closed_without_date", _ORDINARY, {"closed_on": None}, "已结案，没有结案日期", None),
        ("rule.closed_date_but_open", _ORDINARY, {"status": "执行"}, "有结案日期，状态仍是执行", None),
        ("rule.date_in_future", _ORDINARY, {"published_on": date(2025, 3, 3)}, "公示日期晚于填报日期", None),
        ("rule.personal_in_text", _ORDINARY, {"remark": "当事人电话13800000000"}, "备注里写了手机号", None),
    )
    for place, (code, like, says, what, at) in enumerate(cases):
        # Each in a community and with numbers of its own, so that no two cases look like one entered twice.
        own: dict[str, Any] = {
            "serial_no": 21 + place,
            "case_no": f"西沽综执立〔2024〕第{201 + place}号",
            "community": COMMUNITIES[place % len(COMMUNITIES)],
            "offence": f"占道经营（第{place + 1}处）",
        }
        if like is not _UNDECIDED:
            own["decision_no"] = f"津红西沽综执罚决字〔2024〕第{201 + place}号"
        yield Spot(
            code=code, ledger="penalty_case", sheet="台账", row=like,
            says={**says, **own, **says}, what=what, at=at, added=True,
        )  # fmt: skip
    again = {
        "case_no": "西沽综执立〔2024〕第250号",
        "decision_no": "津红西沽综执罚决字〔2024〕第250号",
        "serial_no": 50,
    }
    yield Spot(
        code="rule.row_twice", ledger="penalty_case", sheet="台账", row=9,
        says=again, what="除编号外与上面一宗相同", added=True,
    )  # fmt: skip


def _filed(month: int, day: int) -> dict[str, Any]:
    return {"filed_on": date(2024, month, day), "offended_on": date(2024, month, day)}


def _paid(month: int, day: int) -> dict[str, Any]:
    return {"paid_on": date(2024, month, day), "closed_on": date(2024, month, day)}


def _visits() -> Iterable[Spot]:
    visits: tuple[tuple[str, Mapping[str, Any], str, str | None], ...] = (
        ("rule.visit_overdue", {"closed_on": date(2024, 6, 25)}, "来访一百日后才办结", None),
        ("rule.visit_extended", {"closed_on": date(2024, 5, 27)}, "来访七十余日后办结", None),
        (
            "rule.visit_open_overdue",
            {"visited_on": date(2024, 3, 13), "closed_on": None, "outcome": "办理中"},
            "来访九个多月仍未办结",
            None,
        ),
        (
            "rule.informed_late",
            {"informed_on": date(2024, 4, 10), "closed_on": date(2024, 4, 20)},
            "来访近一个月才告知",
            None,
        ),
        (
            "rule.collective_leader_missing",
            {"leader": None, "people": 6, "collective": "是"},
            "六人来访没有接待领导",
            None,
        ),
        ("rule.collective_differs", {"collective": "否", "people": 6}, "六人来访没有记为集体访", None),
    )
    for place, (code, says, what, at) in enumerate(visits):
        own = {"visit_no": f"LF20240{201 + place}", "subject": f"房产物业_物业管理_第{place + 1}件"}
        yield Spot(
            code=code, ledger="visit", sheet="visit", row=20, says={**says, **own}, what=what, at=at, added=True
        )  # fmt: skip


def _mediations() -> Iterable[Spot]:
    mediations: tuple[tuple[str, Mapping[str, Any], str], ...] = (
        ("rule.mediation_slow", {"closed_on": date(2024, 12, 31)}, "受理五十余日后结案，没有说明"),
        (
            "rule.confirmation_late",
            {"confirmation_on": date(2025, 1, 3), "confirmed": "是"},
            "协议五十余日后才申请司法确认",
        ),
        ("rule.agreement_missing", {"agreement_form": None}, "调解成功，没有协议形式"),
    )
    for place, (code, says, what) in enumerate(mediations):
        own = {"case_no": f"XGTJ20240{901 + place}", "committee": f"{COMMUNITIES[place]}人民调解室之二"}
        yield Spot(
            code=code, ledger="mediation_case", sheet="mediation", row=372, says={**says, **own}, what=what, added=True
        )  # fmt: skip


RULES = (
    *_cases(),
    *_visits(),
    *_mediations(),
    Spot(
        code="rule.collected_without_reason",
        ledger="fire_penalty",
        sheet="简易处罚",
        row=9,
        says={
            "collected_on_spot": "是",
            "fine_yuan": 150,
            "decision_no": "津红西沽消当罚字〔2024〕第201号",
            "offence": "电动自行车违规停放",
            "serial_no": 29,
        },
        what="当场收缴150元，没有写事后难以执行",
        added=True,
    ),
    Spot(
        code="rule.answered_late",
        ledger="appeal_case",
        sheet="复议应诉",
        row=0,
        says={
            "answered_on": date(2024, 9, 30),
            "received_on": date(2024, 9, 2),
            "case_no": "红政复〔2024〕第101号",
            "serial_no": 5,
        },
        what="复议答复用了二十个工作日",
        added=True,
    ),
    Spot(
        code="rule.defence_late",
        ledger="appeal_case",
        sheet="复议应诉",
        row=2,
        says={
            "answered_on": date(2024, 9, 30),
            "received_on": date(2024, 9, 2),
            "hearing_on": date(2024, 10, 16),
            "case_no": "（2024）津红行初字第101号",
            "serial_no": 6,
        },
        what="收到起诉状二十八日后才答辩",
        added=True,
    ),
    Spot(
        code="rule.head_attendance_missing",
        ledger="appeal_case",
        sheet="复议应诉",
        row=2,
        says={"head_attended": None, "case_no": "（2024）津红行初字第102号", "serial_no": 7},
        what="已开庭，没有写负责人是否出庭",
        added=True,
    ),
    Spot(
        code="rule.date_missing",
        ledger="enforcement_officer",
        sheet="执法人员",
        row=5,
        says={"exam_on": None},
        what="考试通过，没有考试日期",
    ),
    Spot(
        code="rule.percent_out_of_range",
        ledger="key_task",
        sheet="任务台账",
        row=20,
        says={"completed_pct": 120},
        what="完成率写成120",
    ),
    Spot(
        code="rule.several_in_one_row",
        ledger="adviser_service",
        sheet="工作记录",
        row=20,
        says={"matter": "审核合同4份"},
        what="一行写了四份合同",
    ),
    Spot(
        code="rule.more_than_whole",
        ledger="law_study",
        sheet="学法台账",
        row=4,
        says={"attended": 14},
        what="实到多于应到",
    ),
)


def spoil_sheets_by_rules(inbox: Spoiled) -> None:
    """What is wrong with a whole column, with two rows that keep their sum, and around the table."""
    _same_everywhere(inbox)
    _other_too_often(inbox)
    _people(inbox)
    _around(inbox)


def _same_everywhere(inbox: Spoiled) -> None:
    def same(sheet: Any) -> Any:
        return replace(sheet, rows=tuple({**row, "case_source": "巡查发现"} for row in sheet.rows))

    inbox.change("penalty_case", "台账", by=same)
    cell = inbox.sheet("penalty_case", "台账").address("case_source", 0)
    inbox.note("rule.category_all_same", "penalty_case", sheet="台账", cell=cell, what="案件来源全部相同")


def _other_too_often(inbox: Spoiled) -> None:
    def often(sheet: Any) -> Any:
        rows = tuple({**row, "dispute": "其他"} if at % 5 < 2 else row for at, row in enumerate(sheet.rows))
        return replace(sheet, rows=rows)

    inbox.change("mediation_case", "mediation", by=often)
    cell = inbox.sheet("mediation_case", "mediation").address("dispute", 0)
    inbox.note("rule.category_other", "mediation_case", sheet="mediation", cell=cell, what="纠纷类别四成以上是“其他”")


def _people(inbox: Spoiled) -> None:
    """Two rows of a month exchange what they count, so that the sums still agree."""
    for month, column, value, code, what in (
        (3, "participants", 2, "rule.participants_unusual", "参加人次只有两人"),
        (4, "leaflets", -5, "rule.count_negative", "发放资料写成负数"),
    ):
        own = [row for row in inbox.records["publicity_activity"] if row["held_on"].month == month]
        numbers = [value, own[0][column] + own[1][column] - value]

        def exchange(sheet: Any, column: str = column, numbers: list[int] = numbers) -> Any:
            changed = ({**row, column: number} for row, number in zip(sheet.rows, numbers, strict=False))
            return replace(sheet, rows=(*changed, *sheet.rows[2:]))

        inbox.change("publicity_activity", f"{month}月", by=exchange)
        cell = inbox.sheet("publicity_activity", f"{month}月").address(column, 0)
        inbox.note(code, "publicity_activity", sheet=f"{month}月", cell=cell, what=what)


def _around(inbox: Spoiled) -> None:
    """A title and a file name of the year before, and a ledger that was signed early and by one only."""
    inbox.change("law_study", "学法台账", by=lambda sheet: replace(sheet, titles=("西沽街道学法用法台账（2023年）",)))
    inbox.note("sheet.other_year", "law_study", sheet="学法台账", cell="A1", what="标题写的是2023年")

    early = signed("王某某", "", date(2024, 11, 20))
    inbox.change("enforcement_officer", "执法人员", by=lambda sheet: replace(sheet, footer=early))
    inbox.note("file.unsigned", "enforcement_officer", what="没有审核人")
    inbox.note("file.stale", "enforcement_officer", what="填报日期是11月20日，以后没有更新")

    book = inbox.books.pop(inbox.paths["key_task"])
    renamed = replace(book, name=book.name.replace("2024", "2023"))
    inbox.books[renamed.path] = renamed
    inbox.rename(book.path, renamed.path)
    inbox.note("file.other_year", "key_task", what="文件名写的是2023年")
