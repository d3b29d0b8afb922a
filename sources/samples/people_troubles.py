"""What breaks the rules about people's matters: legal services, appeals, mediations, visits, duty."""

from __future__ import annotations

from datetime import date

from sources.samples.cases import (
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

LEGAL_SERVICES = Cases(
    ledger="legal_service",
    sheet="Sheet1",
    like=0,
    number=lambda place: {"service_no": f"GGFL2024{201 + place:04}"},
    own=lambda place: {
        "served_on": on(date(2024, 1, 9), place, every=21),
        "client": somebody(place)[0],
        "client_phone": f"138000099{place:02}",
    },
    cases=(
        same_key("service_no", "GGFL20240002", "登记编号与另一行相同"),
        not_of_the_year("served_on", date(2023, 12, 28)),
        placed_later("served_on"),
        personal(),
        entered_again("service_no", 1),
    ),
)

APPEALS = Cases(
    ledger="appeal_case",
    sheet="复议应诉",
    like=0,
    number=lambda place: {"case_no": f"红政复〔2024〕第{101 + place}号"},
    own=lambda place: {"party": somebody(place)[0]},
    cases=(
        same_key("case_no", "红政复〔2024〕第012号", "案号与另一件相同"),
        not_of_the_year("received_on", date(2023, 12, 11), answered_on=date(2023, 12, 18)),
        Case(
            code="rule.date_in_future",
            says={"answered_on": date(2025, 1, 9), "received_on": date(2024, 12, 30)},
            what="答复日晚于填报日期",
        ),
        out_of_order("answered_on", date(2024, 3, 8), "答复早于收到"),
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
        personal(),
    ),
)

MEDIATIONS = Cases(
    ledger="mediation_case",
    sheet="mediation",
    like=372,
    others=tuple(range(351, 361)),
    number=lambda place: {"case_no": f"XGTJ2024{901 + place:04}"},
    own=lambda place: {
        "committee": f"{COMMUNITIES[place % len(COMMUNITIES)]}人民调解室之{'二' if place < len(COMMUNITIES) else '三'}",
        "docket_no": f"（2024）西沽民调字第{901 + place}号",
        "applicant": somebody(place)[0],
        "party_number": somebody(place)[1],
        "case_source": "依申请",
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
        same_key("case_no", "XGTJ20240372", "案件编码与另一件相同"),
        not_of_the_year(
            "accepted_on",
            date(2025, 1, 3),
            mediated_on=date(2025, 1, 3),
            agreed_on=date(2025, 1, 3),
            closed_on=date(2025, 1, 6),
        ),
        out_of_order("mediated_on", date(2024, 11, 6), "调解早于受理"),
        out_of_order("agreed_on", date(2024, 11, 6), "协议早于受理"),
        out_of_order("closed_on", date(2024, 11, 6), "结案早于受理"),
        Case(code="rule.closed_without_date", says={"closed_on": None}, what="调解成功，没有结案日期"),
        Case(code="rule.closed_date_but_open", says={"result": "进行中"}, what="有结案日期，结果仍是进行中"),
        later("closed_on", remark="双方申请延长调解"),
        personal(),
        entered_again("case_no", 370),
    ),
)

VISITS = Cases(
    ledger="visit",
    sheet="visit",
    like=20,
    # Other visits of a few people each, resolved.
    others=(35, 37, 39, 43, 47, 50, 55, 58, 62, 66, 72, 77),
    number=lambda place: {"visit_no": f"LF2024{201 + place:04}"},
    own=lambda place: {
        "visitor": somebody(place)[0],
        "visitor_number": somebody(place)[1],
        "phone": f"138000098{place:02}",
        "community": COMMUNITIES[place % len(COMMUNITIES)],
        "reply_no": f"西沽信复〔2024〕{201 + place}号",
    },
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
        not_of_the_year("visited_on", date(2023, 12, 28), informed_on=date(2023, 12, 29), closed_on=date(2024, 1, 9)),
        out_of_order("informed_on", date(2024, 3, 12), "告知早于来访"),
        out_of_order("closed_on", date(2024, 3, 12), "办结早于来访"),
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
        personal(),
        entered_again("visit_no", 21),
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
        not_of_the_year("duty_on", date(2023, 12, 29), remark=None),
    ),
)

PEOPLE = (LEGAL_SERVICES, APPEALS, MEDIATIONS, VISITS)
