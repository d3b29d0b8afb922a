"""What breaks the rules about the work of the office itself: advisers, reviews, tasks, documents, studies, events."""

from __future__ import annotations

from datetime import date

from sources.samples.cases import (
    LATER,
    Case,
    Cases,
    entered_again,
    later,
    not_of_the_year,
    on,
    out_of_order,
    personal,
    placed_later,
    same_key,
    somebody,
)
from sources.samples.invent import COMMUNITIES

SERVICES = Cases(
    ledger="adviser_service",
    sheet="工作记录",
    like=23,
    number=lambda place: {"record_no": f"FLGW2024-{101 + place}"},
    own=lambda place: {"served_on": on(date(2024, 8, 30), place), "community": COMMUNITIES[place]},
    cases=(
        # Its opinion makes good for the negative one, so that the sum of opinions stays that of the year before.
        same_key("record_no", "FLGW2024-003", "编号与另一行相同", opinions=1),
        Case(code="rule.count_negative", says={"opinions": -1}, what="意见条数写成负数"),
        placed_later("served_on"),
        personal(),
        entered_again("record_no", 28),
    ),
)

CONTRACTS = Cases(
    ledger="adviser_contract",
    sheet="聘用合同",
    like=0,
    number=lambda place: {"contract_no": f"XGHT2024-{101 + place}", "firm": f"天津某{'甲乙丙丁'[place]}律师事务所"},
    # The heading says 万元.
    own=lambda _: {"fee_yuan": 4.8},
    cases=(
        out_of_order("ends_on", date(2023, 12, 31), "服务终止早于起始"),
        later("signed_on"),
        personal(),
        same_key("firm", "天津某丙律师事务所", "同一律所、同一起始日登记了两次"),
    ),
)

REVIEWS = Cases(
    ledger="legality_review",
    sheet="合法性审查",
    like=0,
    number=lambda place: {"review_no": f"HFSC2024-{101 + place}"},
    own=lambda place: {
        "received_on": on(date(2024, 1, 9), place, every=28),
        "opined_on": on(date(2024, 1, 11), place, every=28),
        "title": f"{COMMUNITIES[place]}居民公约",
        "opinion_no": f"西沽司审〔2024〕{101 + place}号",
    },
    cases=(
        same_key("review_no", "HFSC2024-002", "编号与另一件相同"),
        not_of_the_year("received_on", date(2023, 12, 27), opined_on=date(2023, 12, 29)),
        later("opined_on"),
        out_of_order("opined_on", date(2024, 1, 8), "出具日早于收件日"),
        Case(code="rule.closed_without_date", says={"opined_on": None}, what="有审查意见，没有出具日"),
        Case(code="rule.several_in_one_row", says={"title": "审核合同3份"}, what="一行写了三份合同"),
        personal(),
        entered_again("review_no", 2),
    ),
)

_MORE_TASKS = ("开展食品安全巡查", "推进垃圾分类", "整治楼道堆物", "组织防汛演练")
TASKS = Cases(
    ledger="key_task",
    sheet="任务台账",
    like=0,
    number=lambda place: {"task_no": f"ZD2024-{11 + place}", "task": _MORE_TASKS[place]},
    own=lambda _: {},
    cases=(
        same_key("task_no", "ZD2024-02", "同一任务、同一更新日期登记了两次"),
        not_of_the_year("updated_on", date(2023, 12, 28)),
        placed_later("updated_on"),
        personal("progress"),
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
    own=lambda place: {"kind": "其他", "issued_on": on(date(2024, 3, 4), place)},
    cases=(
        same_key("title", "全年普法计划", "文件名称与另一份相同"),
        Case(
            code="rule.date_after_period",
            says={"issued_on": date(2025, 1, 3), "expires_on": None},
            what="印发日期在2025年",
        ),
        out_of_order("expires_on", date(2024, 2, 27), "有效期至早于印发日期"),
        Case(
            code="rule.date_in_future",
            says={"issued_on": LATER, "expires_on": None},
            what="印发日期晚于填报日期，也不在本年度",
            also=("rule.date_after_period",),
        ),
        personal(),
    ),
)

_EXAM = 14

STUDIES = Cases(
    ledger="law_study",
    sheet="学法台账",
    like=0,
    number=lambda place: {"study_no": f"XF2024-{101 + place}"},
    own=lambda place: {
        "studied_on": on(date(2024, 2, 2), place),
        "topic": f"{COMMUNITIES[place]}依法治理",
        "leader": somebody(place)[0],
    },
    cases=(
        same_key("study_no", "XF2024-02", "编号与另一次相同"),
        not_of_the_year("studied_on", date(2023, 12, 22)),
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
        placed_later("studied_on"),
        personal(),
        entered_again("study_no", 1),
    ),
)

ACTIVITIES = Cases(
    ledger="business_activity",
    sheet="营商活动",
    like=0,
    number=lambda place: {"name": f"{COMMUNITIES[place]}惠企政策宣讲"},
    own=lambda place: {"held_on": on(date(2024, 4, 2), place)},
    cases=(
        same_key("name", "惠企政策宣讲会", "同一天的同一活动登记了两次", held_on=date(2024, 3, 19)),
        not_of_the_year("held_on", date(2023, 12, 28)),
        Case(code="rule.count_negative", says={"companies": -5}, what="参与企业数写成负数"),
        Case(
            code="rule.date_missing",
            says={"agreement_on": None, "agreement": "共建协议", "agreement_party": "天津市某某商会"},
            what="有签约对方，没有签约日期",
        ),
        later("agreement_on", agreement="共建协议", agreement_party="天津市某某商会"),
        personal(),
    ),
)

PUBLICITY = Cases(
    ledger="publicity_activity",
    sheet="10月",
    like=118,
    number=lambda place: {"activity_no": f"PF2024-{201 + place}", "photo_no": f"ZP{201 + place}"},
    own=lambda place: {
        "held_on": on(date(2024, 10, 9), place, every=1),
        "place": f"{COMMUNITIES[place]}小院讲堂",
        "community": COMMUNITIES[place],
        "topic": f"{COMMUNITIES[place]}法治讲堂",
        "consultations": None,
    },
    cases=(
        same_key("activity_no", "PF2024-119", "活动编号与另一场相同"),
        not_of_the_year("held_on", date(2023, 10, 20)),
        placed_later("held_on"),
        personal("topic"),
        Case(
            code="rule.row_twice",
            says={"consultations": None},
            what="除编号外与另一场相同",
            at="activity_no",
            like=119,
            alike=True,
        ),
    ),
)

OFFICE = (SERVICES, CONTRACTS, REVIEWS, TASKS, DOCUMENTS, STUDIES, ACTIVITIES, PUBLICITY)
