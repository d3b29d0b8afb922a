"""L06: the mediation cases of 平安建设办公室 since 2021, exported as a CSV in GBK."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sources.samples.invent import COMMUNITIES, SIGNED_ON, id_number, person, phone, spread, workdays
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import signed, sometimes, text_dates, written
from sources.samples.visits import FOLDER

# Mechanism, first and last day of acceptance, cases. The first two lines are the published figures, the next two lie
# before the mechanism began, the others belong to no mechanism of the report.
_CASES = (
    ("三所联动", date(2022, 3, 15), date(2024, 12, 11), 87),
    ("三室联建", date(2021, 6, 1), date(2024, 12, 11), 228),
    ("三所联动", date(2021, 11, 1), date(2022, 3, 11), 3),
    ("三室联建", date(2021, 1, 18), date(2021, 5, 28), 4),
    ("一般人民调解", date(2021, 3, 1), date(2024, 12, 11), 40),
    ("行政调解", date(2022, 1, 10), date(2024, 11, 29), 10),
    ("诉前委派", date(2022, 5, 9), date(2024, 11, 29), 12),
)
_DISPUTES = (
    "邻里",
    "邻里",
    "物业",
    "婚姻家庭",
    "损害赔偿",
    "合同",
    "房屋宅基地",
    "劳动争议",
    "消费",
    "道路交通事故",
    "其他",
)
_SOURCES = ("主动调解", "依申请", "依申请", "公安机关移送", "法院移送", "信访部门移送")


def ledger() -> Ledger:
    """Three hundred and eighty-four cases, more than half of them from before the year of the report."""
    rng = Random(601)  # noqa: S311 - drawing, not secrecy
    drawn = [
        (day, mechanism)
        for mechanism, first, last, count in _CASES
        for day in spread(rng, workdays(first, last), count)
    ]
    records = tuple(
        _case(rng, index, accepted_on=day, mechanism=mechanism) for index, (day, mechanism) in enumerate(sorted(drawn))
    )
    pending = {len(records) - 1, len(records) - 3}
    records = tuple(row | _PENDING if index in pending else row for index, row in enumerate(records))
    return Ledger(id="mediation_case", records=records, books=(_book(records),))


def _case(rng: Random, index: int, *, accepted_on: date, mechanism: str) -> Row:
    mediated_on = accepted_on + timedelta(days=1 + rng.randrange(8))
    result = rng.choice(("调解成功",) * 9 + ("调解不成", "撤回"))
    agreed = result == "调解成功"
    form = rng.choice(("书面", "口头")) if agreed else None
    return {
        "case_no": f"XGTJ{accepted_on.year}{index + 1:04}",
        "docket_no": f"（{accepted_on.year}）西沽民调字第{index + 1}号",
        "committee": f"{rng.choice(COMMUNITIES)}人民调解室",
        "mediator": person(rng),
        "accepted_on": accepted_on,
        "mechanism": mechanism,
        "case_source": rng.choice(_SOURCES),
        "dispute": rng.choice(_DISPUTES),
        "difficulty": rng.choice(("简单", "简单", "一般", "疑难复杂")),
        "applicant": person(rng),
        "respondent": person(rng),
        "party_number": id_number(rng),
        "party_phone": phone(rng),
        "party_address": f"红桥区某某里{rng.randrange(1, 40)}号楼",
        "summary": rng.choice(("双方因漏水赔偿发生争执", "双方因噪声发生争执", "双方因借款发生争执，经劝解缓和")),
        "people": 2 + rng.randrange(3),
        "amount_yuan": rng.randrange(5, 300) * 100 if rng.random() < 0.5 else None,
        "mediated_on": mediated_on,
        "place": "社区调解室",
        "result": result,
        "agreement_form": form,
        "agreed_on": mediated_on if agreed else None,
        "agreement": "互谅互让，按约定履行" if agreed else None,
        "performance_mode": "即时履行" if agreed else None,
        "performed": "已履行" if agreed else None,
        "confirmed": "否",
        "confirmation_on": None,
        "satisfied": "是" if agreed else None,
        "closed_on": mediated_on + timedelta(days=rng.randrange(8)),
        "remark": None,
    }


_PENDING: Row = {
    "result": "进行中",
    "agreement_form": None,
    "agreed_on": None,
    "agreement": None,
    "performance_mode": None,
    "performed": None,
    "satisfied": None,
    "closed_on": None,
}


def _book(records: tuple[Row, ...]) -> Book:
    rng = Random(602)  # noqa: S311
    plain = text_dates(rng)
    pens = {
        "accepted_on": plain,
        "mediated_on": plain,
        "agreed_on": plain,
        "closed_on": plain,
        "amount_yuan": lambda _, value: f"{value / 10000:.2f}",
        "mechanism": sometimes(rng, {"三所联动": "三所联动机制", "三室联建": "“三室联建”"}, share=0.15),
        "dispute": sometimes(rng, {"其他": "其它", "物业": "物业管理", "房屋宅基地": "房产宅基地"}, share=0.5),
        "result": sometimes(rng, {"调解成功": "达成协议"}),
    }
    sheet = Sheet(
        name="mediation",
        headings=_HEADINGS,
        rows=written(records, pens),
        footer=signed("徐某", "郑某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="人民调解案件导出_20250106.csv", stored_as="csv-gbk", sheets=(sheet,))


_HEADINGS = {
    "case_no": Heading("案件编码"),
    "docket_no": Heading("案号"),
    "committee": Heading("调委会/调解室"),
    "mediator": Heading("调解员"),
    "accepted_on": Heading("受理日期"),
    "mechanism": Heading("机制"),
    "case_source": Heading("案件来源"),
    "dispute": Heading("纠纷类别"),
    "difficulty": Heading("案件难度级别"),
    "applicant": Heading("申请人"),
    "respondent": Heading("被申请人"),
    "party_number": Heading("证件号码"),
    "party_phone": Heading("联系电话"),
    "party_address": Heading("住址"),
    "summary": Heading("纠纷简要情况"),
    "people": Heading("涉及人数"),
    "amount_yuan": Heading("涉案金额（万元）"),
    "mediated_on": Heading("调解日期"),
    "place": Heading("调解地点"),
    "result": Heading("调解结果"),
    "agreement_form": Heading("协议形式"),
    "agreed_on": Heading("协议日期"),
    "agreement": Heading("协议内容"),
    "performance_mode": Heading("履行方式"),
    "performed": Heading("协议履行情况"),
    "confirmed": Heading("是否司法确认"),
    "confirmation_on": Heading("司法确认申请日"),
    "satisfied": Heading("是否满意"),
    "closed_on": Heading("结案日期"),
    "remark": Heading("备注"),
}
