"""One row for each rule of the other ledgers that it breaks, sound but for that."""

from __future__ import annotations

from datetime import date
from typing import Any

from sources.samples.invent import COMMUNITIES
from sources.samples.spoiling import Case, Cases

_TELEPHONE = "联系电话13800000000"
_LATER = date(2025, 3, 3)
_NEITHER = ("row.out_of_year",)


def _personal(column: str = "remark") -> Case:
    return Case(code="rule.personal_in_text", says={column: _TELEPHONE}, what="文字里写了手机号")


def _not_of_the_year(column: str, day: date, **besides: Any) -> Case:
    return Case(code="row.out_of_year", says={column: day, **besides}, what=f"日期在{day.year}年，又没有注明上年结转")


def _later(column: str, **besides: Any) -> Case:
    """A day after the ledger was signed; where it places the row in a year, it is in none of this ledger, too."""
    return Case(code="rule.date_in_future", says={column: _LATER, **besides}, what="日期晚于填报日期")


def _placed_later(column: str) -> Case:
    what = "日期晚于填报日期，也不在本年度"
    return Case(code="rule.date_in_future", says={column: _LATER}, what=what, also=_NEITHER)


def _out_of_order(column: str, day: date, what: str, **besides: Any) -> Case:
    return Case(code="rule.dates_out_of_order", says={column: day, **besides}, what=what)


def _same_key(column: str, value: str, what: str, **besides: Any) -> Case:
    return Case(code="key.twice", says={column: value, **besides}, what=what)


def _again(column: str, like: int) -> Case:
    return Case(code="rule.row_twice", what="除编号外与另一行相同", at=column, like=like, alike=True)


OFFICERS = Cases(
    ledger="enforcement_officer",
    sheet="执法人员",
    like=0,
    number=lambda place: {"cert_no": f"120106221{place + 1:02}"},
    own=lambda _: {},
    cases=(
        _same_key("cert_no", "12010622002", "执法证号与另一人相同"),
        _out_of_order("valid_until", date(2020, 3, 1), "有效期至早于发证日期"),
        Case(code="rule.date_after_period", says={"issued_on": date(2025, 1, 3)}, what="发证日期在2025年"),
        Case(code="rule.date_after_period", says={"training_done_on": date(2025, 1, 3)}, what="培训完成日期在2025年"),
        _later("exam_on"),
        _personal(),
    ),
)

INSPECTIONS = Cases(
    ledger="fire_inspection",
    sheet="消防检查",
    like=3,
    number=lambda place: {"inspection_no": f"XGXF2024{201 + place}"},
    own=lambda place: {"community": COMMUNITIES[place]},
    cases=(
        _same_key("inspection_no", "XGXF2024001", "检查编号与另一次检查相同"),
        _not_of_the_year("inspected_on", date(2023, 12, 28)),
        _out_of_order("rectify_by", date(2024, 1, 9), "整改期限早于检查日期"),
        _out_of_order("rechecked_on", date(2024, 1, 9), "复查早于检查"),
        Case(code="rule.count_negative", says={"hazards": -1}, what="隐患数写成负数"),
        _later("rechecked_on"),
        _personal(),
    ),
)

_FINE, _WARNING = 9, 1
FIRE_PENALTIES = Cases(
    ledger="fire_penalty",
    sheet="简易处罚",
    like=_FINE,
    number=lambda place: {"decision_no": f"津红西沽消当罚字〔2024〕第{201 + place}号"},
    own=lambda place: {"offence": f"电动自行车违规停放充电（第{place + 1}处）", "receipt_no": f"津财票639020{place:02}"},
    cases=(
        _same_key("decision_no", "津红西沽消当罚字〔2024〕第002号", "决定书编号与另一起处罚相同"),
        _not_of_the_year(
            "penalised_on",
            date(2023, 12, 28),
            decision_no="津红西沽消当罚字〔2023〕第025号",
            filed_with_on=date(2023, 12, 29),
        ),
        Case(code="rule.fine_negative", says={"fine_yuan": -50}, what="罚款金额写成负数"),
        Case(code="rule.fine_amount_missing", says={"fine_yuan": None}, what="种类是罚款，没有金额"),
        Case(code="rule.fine_amount_missing", says={"fine_yuan": 0}, what="种类是罚款，金额是0"),
        Case(code="rule.fine_not_listed", says={"punishment": "警告"}, what="有罚款金额，种类里没有罚款"),
        Case(
            code="rule.summary_fine_too_high",
            says={"fine_yuan": 250, "collected_on_spot": "否"},
            what="对公民当场罚款250元",
        ),
        Case(
            code="rule.summary_fine_sole_trader",
            says={"fine_yuan": 300, "party_type": "个体工商户", "collected_on_spot": "否"},
            what="对个体工商户当场罚款300元",
        ),
        Case(code="rule.second_officer_missing", says={"officer_cert_1": None}, what="只有第二名执法人员的证号"),
        Case(code="rule.second_officer_missing", says={"officer_cert_2": None}, what="只有一名执法人员的证号"),
        Case(
            code="rule.same_officer_twice",
            says={"officer_cert_2": "12010622003", "officer_cert_1": "12010622003"},
            what="两个证号相同",
        ),
        Case(
            code="rule.decision_no_form",
            says={"decision_no": "津红西沽消当罚字[2024]第213号"},
            what="决定书编号用了方括号",
        ),
        _later("filed_with_on"),
        _out_of_order("filed_with_on", date(2024, 3, 29), "备案早于处罚"),
        Case(
            code="rule.collected_without_reason",
            says={"collected_on_spot": "是", "fine_yuan": 150},
            what="当场收缴150元，没有写事后难以执行",
        ),
        _personal(),
        _again("decision_no", _WARNING),
    ),
)

LEGAL_SERVICES = Cases(
    ledger="legal_service",
    sheet="Sheet1",
    like=0,
    number=lambda place: {"service_no": f"GGFL2024{201 + place:04}"},
    own=lambda place: {"client_phone": f"138000099{place:02}"},
    cases=(
        _same_key("service_no", "GGFL20240002", "登记编号与另一行相同"),
        _not_of_the_year("served_on", date(2023, 12, 28)),
        _placed_later("served_on"),
        _personal(),
        _again("service_no", 1),
    ),
)

REVIEWS = Cases(
    ledger="legality_review",
    sheet="合法性审查",
    like=0,
    number=lambda place: {"review_no": f"HFSC2024-{101 + place}"},
    own=lambda place: {"title": f"{COMMUNITIES[place]}居民公约", "opinion_no": f"西沽司审〔2024〕{101 + place}号"},
    cases=(
        _same_key("review_no", "HFSC2024-002", "编号与另一件相同"),
        _not_of_the_year("received_on", date(2023, 12, 27), opined_on=date(2023, 12, 29)),
        _later("opined_on"),
        _out_of_order("opined_on", date(2024, 1, 8), "出具日早于收件日"),
        Case(code="rule.closed_without_date", says={"opined_on": None}, what="有审查意见，没有出具日"),
        Case(code="rule.several_in_one_row", says={"title": "审核合同3份"}, what="一行写了三份合同"),
        _personal(),
        _again("review_no", 2),
    ),
)

APPEALS = Cases(
    ledger="appeal_case",
    sheet="复议应诉",
    like=0,
    number=lambda place: {"case_no": f"红政复〔2024〕第{101 + place}号"},
    own=lambda _: {},
    cases=(
        _same_key("case_no", "红政复〔2024〕第012号", "案号与另一件相同"),
        _not_of_the_year("received_on", date(2023, 12, 11), answered_on=date(2023, 12, 18)),
        Case(
            code="rule.date_in_future",
            says={"answered_on": date(2025, 1, 9), "received_on": date(2024, 12, 30)},
            what="答复日晚于填报日期",
        ),
        _out_of_order("answered_on", date(2024, 3, 8), "答复早于收到"),
        Case(
            code="rule.answered_late",
            says={"answered_on": date(2024, 9, 30), "received_on": date(2024, 9, 2)},
            what="复议答复用了二十个工作日",
        ),
        Case(
            code="rule.answered_late",
            says={"answered_on": date(2024, 7, 17)},
            what="简易程序的复议答复用了七个工作日",
            like=1,
        ),
        Case(
            code="rule.defence_late",
            says={
                "answered_on": date(2024, 9, 30),
                "received_on": date(2024, 9, 2),
                "hearing_on": date(2024, 10, 16),
                "case_no": "（2024）津红行初字第101号",
            },
            what="收到起诉状二十八日后才答辩",
            like=2,
        ),
        Case(
            code="rule.head_attendance_missing",
            says={"head_attended": None, "case_no": "（2024）津红行初字第102号"},
            what="已开庭，没有写负责人是否出庭",
            like=2,
        ),
        _personal(),
    ),
)

MEDIATIONS = Cases(
    ledger="mediation_case",
    sheet="mediation",
    like=372,
    number=lambda place: {"case_no": f"XGTJ2024{901 + place:04}"},
    own=lambda place: {
        "committee": f"{COMMUNITIES[place % len(COMMUNITIES)]}人民调解室之{'二' if place < len(COMMUNITIES) else '三'}",
        "mechanism": "一般人民调解",
        "dispute": "其他",
    },
    cases=(
        Case(code="rule.mediation_slow", says={"closed_on": date(2024, 12, 31)}, what="受理五十余日后结案，没有说明"),
        Case(
            code="rule.confirmation_late",
            says={"confirmation_on": date(2025, 1, 3), "confirmed": "是"},
            what="协议五十余日后才申请司法确认",
        ),
        Case(code="rule.agreement_missing", says={"agreement_form": None}, what="调解成功，没有协议形式"),
        Case(code="rule.agreement_missing", says={"agreed_on": None}, what="调解成功，没有协议日期"),
        _same_key("case_no", "XGTJ20240372", "案件编码与另一件相同"),
        _not_of_the_year(
            "accepted_on", date(2025, 1, 3), mediated_on=date(2025, 1, 3), agreed_on=date(2025, 1, 3),
            closed_on=date(2025, 1, 6),
        ),
        _out_of_order("mediated_on", date(2024, 11, 6), "调解早于受理"),
        _out_of_order("agreed_on", date(2024, 11, 6), "协议早于受理"),
        _out_of_order("closed_on", date(2024, 11, 6), "结案早于受理"),
        Case(code="rule.closed_without_date", says={"closed_on": None}, what="调解成功，没有结案日期"),
        Case(code="rule.closed_date_but_open", says={"result": "进行中"}, what="有结案日期，结果仍是进行中"),
        _later("closed_on", remark="双方申请延长调解"),
        _personal(),
        _again("case_no", 370),
    ),
)

VISITS = Cases(
    ledger="visit",
    sheet="visit",
    like=20,
    number=lambda place: {"visit_no": f"LF2024{201 + place:04}"},
    own=lambda place: {"subject": f"房产物业_物业管理_第{place + 1}件"},
    cases=(
        Case(code="rule.visit_overdue", says={"closed_on": date(2024, 6, 25)}, what="来访一百日后才办结"),
        Case(code="rule.visit_extended", says={"closed_on": date(2024, 5, 27)}, what="来访七十余日后办结"),
        Case(
            code="rule.visit_open_overdue",
            says={"visited_on": date(2024, 3, 13), "closed_on": None, "outcome": "办理中"},
            what="来访九个多月仍未办结",
        ),
        Case(
            code="rule.visit_open_overdue",
            says={
                "visited_on": date(2024, 10, 21),
                "informed_on": date(2024, 10, 22),
                "closed_on": None,
                "outcome": "办理中",
            },
            what="来访两个多月仍未办结",
        ),
        Case(
            code="rule.informed_late",
            says={"informed_on": date(2024, 4, 10), "closed_on": date(2024, 4, 20)},
            what="来访近一个月才告知",
        ),
        Case(
            code="rule.collective_leader_missing",
            says={"leader": None, "people": 6, "collective": "是"},
            what="六人来访没有接待领导",
        ),
        Case(code="rule.collective_differs", says={"collective": "否", "people": 6}, what="六人来访没有记为集体访"),
        Case(code="rule.collective_differs", says={"collective": "是", "people": 2}, what="两人来访记为集体访"),
        _not_of_the_year(
            "visited_on", date(2023, 12, 28), informed_on=date(2023, 12, 29), closed_on=date(2024, 1, 9)
        ),
        _out_of_order("informed_on", date(2024, 3, 12), "告知早于来访"),
        _out_of_order("closed_on", date(2024, 3, 12), "办结早于来访"),
        Case(code="rule.closed_without_date", says={"closed_on": None}, what="已解决，没有办结日期"),
        Case(code="rule.closed_date_but_open", says={"outcome": "办理中"}, what="有办结日期，结果仍是办理中"),
        Case(
            code="rule.date_in_future",
            says={
                "closed_on": date(2025, 1, 20),
                "visited_on": date(2024, 12, 27),
                "informed_on": date(2024, 12, 30),
            },
            what="办结日期晚于填报日期",
        ),
        _personal(),
        _again("visit_no", 21),
    ),
)

SERVICES = Cases(
    ledger="adviser_service",
    sheet="工作记录",
    like=23,
    number=lambda place: {"record_no": f"FLGW2024-{101 + place}"},
    own=lambda place: {"community": COMMUNITIES[place]},
    cases=(
        # Its opinion makes good for the negative one, so that the sum of opinions stays that of the year before.
        _same_key("record_no", "FLGW2024-003", "编号与另一行相同", opinions=1),
        Case(code="rule.count_negative", says={"opinions": -1}, what="意见条数写成负数"),
        _placed_later("served_on"),
        _personal(),
        _again("record_no", 28),
    ),
)

CONTRACTS = Cases(
    ledger="adviser_contract",
    sheet="聘用合同",
    like=0,
    number=lambda place: {"contract_no": f"XGHT2024-{101 + place}", "firm": f"天津某{'甲乙丙丁'[place]}律师事务所"},
    own=lambda _: {},
    cases=(
        _out_of_order("ends_on", date(2023, 12, 31), "服务终止早于起始"),
        _later("signed_on"),
        _personal(),
        _same_key("firm", "天津某丙律师事务所", "同一律所、同一起始日登记了两次"),
    ),
)

TASKS = Cases(
    ledger="key_task",
    sheet="任务台账",
    like=0,
    number=lambda place: {"task_no": f"ZD2024-{11 + place}"},
    own=lambda _: {},
    cases=(
        _same_key("task_no", "ZD2024-02", "同一任务、同一更新日期登记了两次"),
        _not_of_the_year("updated_on", date(2023, 12, 28)),
        _placed_later("updated_on"),
        _personal("progress"),
    ),
)

DOCUMENTS = Cases(
    ledger="document",
    sheet="登记簿",
    like=0,
    number=lambda place: {
        "document_no": f"西沽办发〔2024〕{21 + place}号",
        "title": f"{COMMUNITIES[place]}用房调整通知",
    },
    own=lambda _: {"kind": "其他"},
    cases=(
        _same_key("title", "全年普法计划", "文件名称与另一份相同"),
        Case(code="rule.date_after_period", says={"issued_on": date(2025, 1, 3), "expires_on": None}, what="印发日期在2025年"),
        _out_of_order("expires_on", date(2024, 2, 27), "有效期至早于印发日期"),
        Case(
            code="rule.date_in_future",
            says={"issued_on": _LATER, "expires_on": None},
            what="印发日期晚于填报日期，也不在本年度",
            also=("rule.date_after_period",),
        ),
        _personal(),
    ),
)

_EXAM = 14
STUDIES = Cases(
    ledger="law_study",
    sheet="学法台账",
    like=0,
    number=lambda place: {"study_no": f"XF2024-{101 + place}"},
    own=lambda place: {"topic": f"{COMMUNITIES[place]}依法治理"},
    cases=(
        _same_key("study_no", "XF2024-02", "编号与另一次相同"),
        _not_of_the_year("studied_on", date(2023, 12, 22)),
        Case(code="rule.count_negative", says={"attended": -1}, what="实到写成负数"),
        Case(
            code="rule.count_negative",
            says={"exam_taken": -1, "exam_passed": None, "exam_excellent": None},
            what="实考写成负数",
            like=_EXAM,
        ),
        Case(
            code="rule.count_negative",
            says={"exam_passed": -1, "exam_excellent": None},
            what="合格写成负数",
            like=_EXAM,
        ),
        Case(code="rule.more_than_whole", says={"exam_taken": 63}, what="实考多于应考", like=_EXAM),
        Case(code="rule.more_than_whole", says={"exam_passed": 63}, what="合格多于实考", like=_EXAM),
        Case(code="rule.more_than_whole", says={"exam_excellent": 62}, what="优秀多于合格", like=_EXAM),
        _placed_later("studied_on"),
        _personal(),
        _again("study_no", 1),
    ),
)

ACTIVITIES = Cases(
    ledger="business_activity",
    sheet="营商活动",
    like=0,
    number=lambda place: {"name": f"{COMMUNITIES[place]}惠企政策宣讲"},
    own=lambda _: {},
    cases=(
        _same_key("name", "惠企政策宣讲会", "同一天的同一活动登记了两次"),
        _not_of_the_year("held_on", date(2023, 12, 28)),
        Case(code="rule.count_negative", says={"companies": -5}, what="参与企业数写成负数"),
        Case(
            code="rule.date_missing",
            says={"agreement_on": None, "agreement": "共建协议", "agreement_party": "天津市某某商会"},
            what="有签约对方，没有签约日期",
        ),
        _later("agreement_on", agreement="共建协议", agreement_party="天津市某某商会"),
        _personal(),
    ),
)

PUBLICITY = Cases(
    ledger="publicity_activity",
    sheet="10月",
    like=118,
    number=lambda place: {"activity_no": f"PF2024-{201 + place}", "photo_no": f"ZP{201 + place}"},
    own=lambda place: {"topic": f"{COMMUNITIES[place]}法治讲堂", "consultations": None},
    cases=(
        _same_key("activity_no", "PF2024-119", "活动编号与另一场相同"),
        _not_of_the_year("held_on", date(2023, 10, 20)),
        _placed_later("held_on"),
        _personal("topic"),
        Case(
            code="rule.row_twice", says={"consultations": None}, what="除编号外与另一场相同", at="activity_no",
            like=119, alike=True,
        ),
    ),
)

DUTIES = Cases(
    ledger="reception_duty",
    sheet="2024年排班",
    like=248,
    number=lambda place: {"duty_on": date(2024, 12, 28 + place), "remark": "周末值班"},
    own=lambda _: {},
    cases=(
        Case(code="rule.count_negative", says={"batches": -1}, what="接待批次写成负数"),
        Case(code="rule.count_negative", says={"people": -2}, what="接待人次写成负数"),
        Case(code="key.twice", says={"duty_on": date(2024, 12, 27), "remark": None}, what="同一天排了两次"),
        _not_of_the_year("duty_on", date(2023, 12, 29), remark=None),
    ),
)

BY_RULE: tuple[Cases, ...] = (
    OFFICERS, INSPECTIONS, FIRE_PENALTIES, LEGAL_SERVICES, REVIEWS, APPEALS, MEDIATIONS, VISITS, SERVICES, CONTRACTS,
    TASKS, DOCUMENTS, STUDIES, ACTIVITIES, PUBLICITY,
)  # fmt: skip
