"""What breaks the rules about officers, penalties and fire inspections: a row each."""

from __future__ import annotations

from datetime import date
from typing import Any

from sources.samples.cases import (
    Case,
    Cases,
    entered_again,
    later,
    not_of_the_year,
    on,
    out_of_order,
    personal,
    same_key,
    somebody,
)
from sources.samples.invent import COMMUNITIES

# A case of a citizen in the ordinary procedure, one of the summary procedure, and one that was never decided.
_ORDINARY, _SUMMARY, _UNDECIDED = 8, 6, 10
# Other cases of the ordinary procedure, decided and paid in the year.
_OTHERS = (4, 7, 9, 11, 13, 14, 15, 16, 17, 19)


def _filed(day: date) -> dict[str, Any]:
    return {"filed_on": day, "offended_on": day}


def _paid(day: date) -> dict[str, Any]:
    return {"paid_on": day, "closed_on": day}


_UNPAID = {"paid_on": None, "paid_yuan": None, "closed_on": None, "status": "执行", "enforcement": None}
_OF_LAST_YEAR = {
    **_filed(date(2023, 10, 9)),
    "investigated_on": date(2023, 10, 23),
    "legal_review_on": date(2023, 10, 25),
    "informed_on": date(2023, 10, 30),
    "served_on": date(2023, 11, 22),
    **_paid(date(2023, 11, 24)),
    "published_on": date(2023, 11, 28),
    "decision_no": "津红西沽综执罚决字〔2023〕第031号",
}
# Higher than every fine of the year before, too.
_LARGE = {"fine_yuan": 6000, "paid_yuan": 6000, "discussed": "是"}
_ABOVE_HISTORY = ("trend.fine_above_history",)


def _number(place: int) -> dict[str, Any]:
    return {
        "case_no": f"西沽综执立〔2024〕第{201 + place}号",
        "decision_no": f"津红西沽综执罚决字〔2024〕第{201 + place}号",
    }


PENALTIES = Cases(
    ledger="penalty_case",
    sheet="台账",
    like=_ORDINARY,
    others=_OTHERS,
    number=_number,
    own=lambda place: {
        "party": somebody(place)[0],
        "party_number": somebody(place)[1],
        "phone": f"138000097{place:02}",
        "address": f"红桥区某某路{101 + place}号",
        "community": COMMUNITIES[place % len(COMMUNITIES)],
        "offence": f"占道经营（第{place + 1}处）",
    },
    cases=(
        Case(code="rule.fine_negative", says={"fine_yuan": -100}, what="罚款金额写成负数"),
        Case(code="rule.fine_amount_missing", says={"fine_yuan": None}, what="种类是罚款，没有金额"),
        Case(code="rule.fine_amount_missing", says={"fine_yuan": 0, "paid_yuan": 0}, what="种类是罚款，金额是0"),
        Case(code="rule.fine_not_listed", says={"punishment": "警告"}, what="有罚款金额，种类里没有罚款"),
        Case(
            code="rule.summary_fine_sole_trader",
            says={"fine_yuan": 300, "party_type": "个体工商户"},
            what="对个体工商户当场罚款300元",
            like=_SUMMARY,
        ),
        Case(code="rule.summary_fine_too_high", says={"fine_yuan": 250}, what="对公民当场罚款250元", like=_SUMMARY),
        Case(
            code="rule.summary_punishment_kind",
            says={"punishment": "罚款、责令停产停业"},
            what="简易程序作出责令停产停业",
            like=_SUMMARY,
        ),
        Case(
            code="rule.decided_late",
            says={"decided_on": date(2024, 6, 20), **_filed(date(2024, 3, 19))},
            what="立案93日后才作出决定",
        ),
        Case(
            code="rule.decided_late_extended",
            says={"decided_on": date(2024, 6, 20), **_filed(date(2024, 3, 19)), "remark": "经批准延长办案期限"},
            what="立案93日后作出决定，备注写了延长",
        ),
        Case(
            code="rule.decision_overdue",
            says={"filed_on": date(2024, 5, 22), "status": "调查", "remark": None, "decision_no": None},
            what="立案七个月仍未作出决定",
            like=_UNDECIDED,
        ),
        Case(
            code="rule.date_after_period",
            says={"filed_on": date(2025, 1, 3), "status": "立案", "remark": None, "decision_no": None},
            what="立案日期在2025年",
            like=_UNDECIDED,
        ),
        Case(code="rule.decision_no_missing", says={"decision_no": None}, what="已作出决定，没有文号"),
        Case(
            code="rule.decision_no_form",
            says={"decision_no": "津红西沽综执罚决字[2024]第201号"},
            what="文号用了方括号",
        ),
        Case(
            code="rule.decision_no_twice",
            says={"decision_no": "津红西沽综执罚决字〔2024〕第008号"},
            what="文号与另一宗案件相同",
        ),
        Case(code="rule.dates_out_of_order", says={"informed_on": date(2024, 4, 24)}, what="告知早于立案"),
        Case(code="rule.dates_out_of_order", says={"closed_on": date(2024, 6, 20)}, what="结案早于送达"),
        Case(
            code="rule.served_late",
            says={"served_on": date(2024, 7, 5), **_paid(date(2024, 7, 8))},
            what="决定后十二个工作日才送达",
        ),
        Case(code="rule.paid_late", says=_paid(date(2024, 8, 5)), what="送达四十五日后缴款，没有加处罚款"),
        Case(code="rule.unpaid", says=_UNPAID, what="送达以后一直没有缴款，也没有措施"),
        Case(code="rule.surcharge_too_high", says={"surcharge_yuan": 2600}, what="加处罚款多于罚款"),
        Case(
            code="rule.long_before_filing",
            says={"offended_on": date(2022, 3, 1)},
            what="违法行为发生两年后立案",
            at="filed_on",
        ),
        Case(
            code="rule.large_fine_unprepared",
            says={**_LARGE, "legal_review": "否"},
            what="对公民罚款6000元，没有法制审核；也高于上年全部案件",
            like=_ORDINARY,
            also=_ABOVE_HISTORY,
        ),
        Case(
            code="rule.large_fine_unprepared",
            says={**_LARGE, "hearing": None},
            what="对公民罚款6000元，没有听证告知；也高于上年全部案件",
            like=_ORDINARY,
            also=_ABOVE_HISTORY,
        ),
        Case(
            code="rule.large_fine_unprepared",
            says={**_LARGE, "discussed": "否"},
            what="对公民罚款6000元，没有集体讨论；也高于上年全部案件",
            like=_ORDINARY,
            also=_ABOVE_HISTORY,
        ),
        Case(code="rule.second_officer_missing", says={"officer_cert_1": None}, what="只有第二名执法人员的证号"),
        Case(code="rule.second_officer_missing", says={"officer_cert_2": None}, what="只有一名执法人员的证号"),
        Case(
            code="rule.same_officer_twice",
            says={"officer_cert_2": "12010622001", "officer_cert_1": "12010622001"},
            what="两个证号相同",
        ),
        Case(code="rule.closed_without_date", says={"closed_on": None}, what="已结案，没有结案日期"),
        Case(code="rule.closed_date_but_open", says={"status": "执行"}, what="有结案日期，状态仍是执行"),
        Case(code="rule.date_in_future", says={"published_on": date(2025, 3, 3)}, what="公示日期晚于填报日期"),
        Case(code="rule.personal_in_text", says={"remark": "当事人电话13800000000"}, what="备注里写了手机号"),
        Case(code="key.twice", says={"case_no": "西沽综执立〔2024〕第012号"}, what="案件编号与另一宗案件相同"),
        Case(
            code="row.out_of_year",
            says={"decided_on": date(2023, 11, 20), **_OF_LAST_YEAR},
            what="决定日期在2023年，又没有注明上年结转",
        ),
        Case(
            code="across.officer_unknown",
            says={"officer_cert_1": "12010622999"},
            what="执法证号不在执法人员台账中",
        ),
        Case(
            code="across.officer_certificate_invalid",
            says={"officer_cert_2": "12010622018"},
            like=_ORDINARY,
            what="证件在作出决定前已经过期",
        ),
        Case(code="rule.row_twice", what="除编号外与上面一宗相同", at="case_no", like=9, alike=True),
    ),
)

OFFICERS = Cases(
    ledger="enforcement_officer",
    sheet="执法人员",
    like=0,
    number=lambda place: {"cert_no": f"120106221{place + 1:02}"},
    own=lambda place: {"officer": somebody(place)[0], "id_number": somebody(place)[1]},
    cases=(
        same_key("cert_no", "12010622002", "执法证号与另一人相同"),
        out_of_order("valid_until", date(2020, 3, 1), "有效期至早于发证日期"),
        Case(code="rule.date_after_period", says={"issued_on": date(2025, 1, 3)}, what="发证日期在2025年"),
        Case(code="rule.date_after_period", says={"training_done_on": date(2025, 1, 3)}, what="培训完成日期在2025年"),
        later("exam_on"),
        personal(),
    ),
)

INSPECTIONS = Cases(
    ledger="fire_inspection",
    sheet="消防检查",
    like=3,
    number=lambda place: {"inspection_no": f"XGXF2024{201 + place}"},
    own=lambda place: {
        "inspected_on": on(date(2024, 1, 15), place, every=14),
        "rectify_by": on(date(2024, 1, 22), place, every=14),
        "rechecked_on": on(date(2024, 1, 17), place, every=14),
        "community": COMMUNITIES[place],
        "order_no": f"西沽消责改〔2024〕{201 + place}号",
    },
    cases=(
        same_key("inspection_no", "XGXF2024001", "检查编号与另一次检查相同"),
        not_of_the_year("inspected_on", date(2023, 12, 28)),
        out_of_order("rectify_by", date(2024, 1, 9), "整改期限早于检查日期"),
        out_of_order("rechecked_on", date(2024, 1, 9), "复查早于检查"),
        Case(code="rule.count_negative", says={"hazards": -1}, what="隐患数写成负数"),
        later("rechecked_on"),
        personal(),
    ),
)

_FINE, _WARNING = 9, 1
FIRE_PENALTIES = Cases(
    ledger="fire_penalty",
    sheet="简易处罚",
    like=_FINE,
    number=lambda place: {"decision_no": f"津红西沽消当罚字〔2024〕第{201 + place}号"},
    own=lambda place: {
        "penalised_on": on(date(2024, 4, 1), place),
        "filed_with_on": on(date(2024, 4, 2), place),
        "party": somebody(place)[0],
        "offence": f"电动自行车违规停放充电（第{place + 1}处）",
        "receipt_no": f"津财票639020{place:02}",
    },
    cases=(
        same_key("decision_no", "津红西沽消当罚字〔2024〕第002号", "决定书编号与另一起处罚相同"),
        not_of_the_year(
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
        later("filed_with_on"),
        out_of_order("filed_with_on", date(2024, 3, 29), "备案早于处罚"),
        Case(
            code="rule.collected_without_reason",
            says={"collected_on_spot": "是", "fine_yuan": 150},
            what="当场收缴150元，没有写事后难以执行",
        ),
        personal(),
        entered_again("decision_no", _WARNING),
    ),
)

ENFORCEMENT = (OFFICERS, PENALTIES, INSPECTIONS, FIRE_PENALTIES)
