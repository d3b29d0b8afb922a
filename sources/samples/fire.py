"""L03: fire inspections and the penalties imposed on the spot, two sheets of one workbook."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sources.samples.invent import COMMUNITIES, SIGNED_ON, after, person, spread, workdays
from sources.samples.officers import FOLDER, certificates
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import counted, dates, ditto, numbered, signed, sometimes, written

_INSPECTIONS = 96
_PENALTIES = 28
# 26 warnings and two fines, 100 and 200, both of citizens.
_FINES = {9: 100, 21: 200}
_PREMISES = ("沿街门店", "九小场所", "居民楼院", "出租房", "养老机构")
_HAZARDS = ("占用堵塞疏散通道", "电动自行车违规停放充电", "消防设施损坏")


def ledgers() -> tuple[Ledger, Ledger]:
    """Ninety-six inspections, twenty-eight penalties; the workbook hangs on the first."""
    inspections = _inspections(Random(301))  # noqa: S311 - drawing, not secrecy
    penalties = _penalties(Random(302), inspections)  # noqa: S311
    sheets = (_inspection_sheet(inspections), _penalty_sheet(penalties))
    book = Book(folder=FOLDER, name="2024年消防安全检查及简易处罚台账(终稿).xlsx", stored_as="xlsx", sheets=sheets)
    return (
        Ledger(id="fire_inspection", records=inspections, books=(book,)),
        Ledger(id="fire_penalty", records=penalties),
    )


def _inspections(rng: Random) -> tuple[Row, ...]:
    rows = []
    days = spread(rng, workdays(date(2024, 1, 2), date(2024, 12, 27)), _INSPECTIONS)
    for index, day in enumerate(days):
        hazards = 1 + rng.randrange(3) if index % 3 == 0 else rng.choice((0, 0, 1))
        hazard = "；".join(rng.sample(_HAZARDS, min(hazards, 2))) or None
        rows.append(
            {
                "inspection_no": f"XGXF2024{index + 1:03}",
                "inspected_on": day,
                "premises": f"某某{rng.choice(('便利店', '餐馆', '小区', '旅店', '服装店'))}",
                "premises_type": rng.choice(_PREMISES),
                "community": COMMUNITIES[index // 4 % len(COMMUNITIES)],
                "inspection_mode": rng.choice(("日常", "日常", "专项", "双随机", "回头看")),
                "officers": f"{person(rng)}、{person(rng)}",
                "officer_certs": "、".join(rng.sample(certificates(), 2)),
                "hazards": hazards,
                "hazard": hazard,
                "order_no": f"西沽消责改〔2024〕{index + 1}号" if hazards else None,
                "rectify_by": day + timedelta(days=7) if hazards else None,
                "rechecked_on": after(day, 2) if hazards else None,
                "rectified": "已改" if hazards else None,
                "remark": None,
            }
        )
    return numbered(tuple(rows))


def _penalties(rng: Random, inspections: tuple[Row, ...]) -> tuple[Row, ...]:
    faulty = [row for row in inspections if row["hazards"]]
    step = len(faulty) / _PENALTIES
    rows = []
    for index in range(_PENALTIES):
        inspection = faulty[int(index * step)]
        fine = _FINES.get(index)
        first, second = inspection["officer_certs"].split("、")
        day = inspection["inspected_on"]
        rows.append(
            {
                "decision_no": f"津红西沽消当罚字〔2024〕第{index + 1:03}号",
                "inspection_no": inspection["inspection_no"],
                "in_name_of": "本街道",
                "party_type": "公民" if fine else rng.choice(("公民", "公民", "个体工商户", "法人")),
                "party": person(rng),
                "offence": rng.choice(_HAZARDS),
                "legal_basis": "《中华人民共和国消防法》第六十条",
                "punishment": "警告、罚款" if fine == 100 else "罚款" if fine else "警告",
                "fine_yuan": fine,
                "collected_on_spot": None if fine is None else "是" if fine == 100 else "否",
                "receipt_no": None if fine is None else f"津财票{rng.randrange(10**8):08}",
                "penalised_on": day,
                "officer_1": person(rng),
                "officer_cert_1": first,
                "officer_2": person(rng),
                "officer_cert_2": second,
                "filed_with_on": after(day, 1),
                "remark": None,
            }
        )
    return numbered(tuple(rows))


def _inspection_sheet(records: tuple[Row, ...]) -> Sheet:
    rng = Random(303)  # noqa: S311
    pens = {
        "inspected_on": dates(rng),
        "hazards": counted(rng, "处"),
        "inspection_mode": sometimes(rng, {"日常": "日常检查", "回头看": "复查"}),
        "rectified": sometimes(rng, {"已改": "已整改"}),
    }
    headings = {
        "serial_no": Heading("序号", 6),
        "inspection_no": Heading("检查编号", 14),
        "inspected_on": Heading("检 查\n日 期", 14),
        "premises": Heading("被检查单位/场所", 18),
        "premises_type": Heading("场所类型", 12),
        "community": Heading("社区", 14),
        "inspection_mode": Heading("检查方式", 12),
        "officers": Heading("检查人员", 16),
        "officer_certs": Heading("执法证号", 28),
        "hazards": Heading("隐患数", 8),
        "hazard": Heading("隐患描述", 30),
        "order_no": Heading("责令改正文书号", 22),
        "rectify_by": Heading("整改期限", 14),
        "rechecked_on": Heading("复查日期", 14),
        "rectified": Heading("整改结果", 10),
        "remark": Heading("备注", 16),
    }
    return Sheet(
        name="消防检查",
        titles=("西沽街道2024年消防安全检查台账",),
        headings=headings,
        rows=ditto(written(records, pens), "community", sign="〃"),
        total={"serial_no": "合计", "hazards": sum(row["hazards"] for row in records)},
        footer=signed("孙某", "赵某某", SIGNED_ON),
    )


def _penalty_sheet(records: tuple[Row, ...]) -> Sheet:
    rng = Random(304)  # noqa: S311
    pens = {
        "penalised_on": dates(rng),
        "punishment": lambda _, value: {"警告、罚款": "警告并处罚款"}.get(value, value),
        "fine_yuan": lambda _, value: f"{value}元" if value == 200 else value,
        "party_type": sometimes(rng, {"个体工商户": "个体户", "公民": "个人"}),
    }
    headings = {
        "serial_no": Heading("序号", 6),
        "decision_no": Heading("当场处罚决定书编号", 32),
        "inspection_no": Heading("检查编号", 14),
        "in_name_of": Heading("实施名义", 10),
        "party_type": Heading("当事人类型", 12),
        "party": Heading("当事人", 10),
        "offence": Heading("违法行为", 26),
        "legal_basis": Heading("法律依据", 34),
        "punishment": Heading("处罚种类", 14),
        "fine_yuan": Heading("罚款金额\n（元）", 12),
        "collected_on_spot": Heading("当场收缴", 10),
        "receipt_no": Heading("票据号", 18),
        "penalised_on": Heading("处罚日期", 14),
        "officer_1": Heading("执法人员1", 10),
        "officer_cert_1": Heading("执法证号1", 14),
        "officer_2": Heading("执法人员2", 10),
        "officer_cert_2": Heading("执法证号2", 14),
        "filed_with_on": Heading("备案日期", 14),
        "remark": Heading("备注", 16),
    }
    return Sheet(
        name="简易处罚",
        titles=("西沽街道2024年消防简易处罚台账",),
        headings=headings,
        rows=written(records, pens),
        total={"serial_no": "合计", "fine_yuan": sum(row["fine_yuan"] or 0 for row in records)},
        notes=("注：并处的计一起，计入最重的处罚种类。",),
        footer=signed("孙某", "赵某某", SIGNED_ON),
    )
