"""L05: the work of the legal advisers and their contract, two sheets of one workbook of 党政综合办公室."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from random import Random

from sources.samples.invent import COMMUNITIES, SIGNED_ON, YEAR, person, spread, workdays
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import counted, dates, ditto, numbered, signed, sometimes, written

FOLDER = "党政综合办公室"
_MODES = {"社区普法讲座": ("现场",), "业主大会咨询": ("现场",), "信访接待": ("现场",)}
FIRM = "天津文诺律师事务所"
# As published about the year before: twelve opinions in all.
_SERVICES_BEFORE = (
    ("重大决策研究", (2, 2, 1, 1)),
    ("行政复议", (0, 0)),
    ("合同协议审核", (1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1)),
    ("业主大会咨询", (0,) * 7),
    ("法律咨询", (0, 0)),
)
# The one lecture of an adviser also stands among the lectures of L04, on the same day in the same community.
LECTURE_ON, LECTURE_AT = date(2024, 5, 16), COMMUNITIES[0]
# How often, and how many opinions in each: fourteen opinions in all.
_SERVICES = (
    ("重大决策研究", (2, 1, 2, 1, 2)),
    ("行政复议", (0, 0)),
    ("行政应诉", (0,)),
    ("合同协议审核", (1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1)),
    ("业主大会咨询", (0,) * 8),
    ("法律咨询", (0, 0, 0)),
    ("信访接待", (0, 0)),
)
_MATTERS = {
    "重大决策研究": (
        "老旧小区改造实施方案",
        "街道重大行政决策事项",
        "社区用房调整方案",
        "便民市场疏导方案",
        "应急物资采购方案",
    ),
    "行政复议": ("行政处罚复议案件答复意见论证", "信息公开复议案件答复意见论证"),
    "行政应诉": ("行政诉讼案件应诉论证",),
    "合同协议审核": ("物业服务协议", "保洁服务合同", "共建协议", "维修施工合同", "房屋租赁合同"),
    "业主大会咨询": ("业主大会筹备组成立事宜", "业主委员会换届事宜", "业主大会议事规则事宜"),
    "法律咨询": ("劳务用工咨询", "房屋腾退咨询", "公共维修资金咨询"),
    "信访接待": ("陪同接待来访群众", "信访事项答复意见把关"),
    "社区普法讲座": ("民法典与邻里生活讲座",),
}


def ledgers() -> tuple[Ledger, Ledger]:
    """Thirty-five services and one contract; the workbook hangs on the first."""
    services = _services(Random(501), YEAR, _SERVICES, lecture_on=LECTURE_ON)  # noqa: S311 - drawing, not secrecy
    contracts: tuple[Row, ...] = (
        {
            "serial_no": 1,
            "contract_no": "XGHT2023-118",
            "firm": FIRM,
            "signed_on": date(2023, 12, 22),
            "starts_on": date(2024, 1, 1),
            "ends_on": date(2024, 12, 31),
            "fee_yuan": 48000,
            "remark": None,
        },
    )
    book = Book(
        folder=FOLDER,
        name="法律顾问工作台账2024年.xlsx",
        stored_as="xlsx",
        sheets=(_service_sheet(services, YEAR), _contract_sheet(contracts)),
    )
    return (
        Ledger(id="adviser_service", records=services, books=(book,)),
        Ledger(id="adviser_contract", records=contracts),
    )


def services_before() -> Ledger:
    """The services of the year before, in a workbook without the contract."""
    year = YEAR - 1
    services = _services(Random(503), year, _SERVICES_BEFORE, lecture_on=date(year, 5, 18))  # noqa: S311
    sheet = _service_sheet(services, year)
    book = Book(folder=FOLDER, name=f"法律顾问工作台账{year}年.xlsx", stored_as="xlsx", sheets=(sheet,))
    return Ledger(id="adviser_service", records=services, books=(book,))


def contract_reviews() -> tuple[tuple[date, str], ...]:
    """Day and matter of every contract that the advisers reviewed: each stands in the ledger of reviews as well."""
    services = ledgers()[0].records
    return tuple((row["served_on"], row["matter"]) for row in services if row["category"] == "合同协议审核")


def _services(
    rng: Random, year: int, services: tuple[tuple[str, tuple[int, ...]], ...], *, lecture_on: date
) -> tuple[Row, ...]:
    days = workdays(date(year, 1, 8), date(year, 12, 20))
    drawn = [(lecture_on, "社区普法讲座", 0, LECTURE_AT)]
    for category, opinions in services:
        where = COMMUNITIES if category == "业主大会咨询" else ("党政综合办公室", "平安建设办公室", "公共管理办公室")
        chosen = spread(rng, days, len(opinions))
        drawn += [(day, category, count, rng.choice(where)) for day, count in zip(chosen, opinions, strict=True)]
    drawn.sort()
    rows: list[Row] = []
    for index, (day, category, count, where_served) in enumerate(drawn):
        written_opinion = category in ("重大决策研究", "合同协议审核") and count > 0
        rows.append(
            {
                "record_no": f"FLGW{year}-{index + 1:03}",
                "served_on": day,
                "firm": FIRM,
                "lawyer": f"{person(rng)}律师",
                "community": where_served,
                "category": category,
                "matter": rng.choice(_MATTERS[category]),
                "mode": "书面" if written_opinion else rng.choice(_MODES.get(category, ("现场", "电话"))),
                "opinions": count,
                "document_no": f"法律意见书〔{year}〕{index + 1}号" if written_opinion else None,
                "adopted": rng.choice(("全部", "全部", "部分")) if count else None,
                "hours": rng.choice((1, 1.5, 2, 3)),
                "related_no": None,
                "remark": None,
            }
        )
    return numbered(tuple(rows))


def _service_sheet(records: tuple[Row, ...], year: int) -> Sheet:
    rng = Random(502)  # noqa: S311
    count = counted(rng, "条")
    pens = {
        "served_on": dates(rng),
        # Where nothing was advised, clerks leave the cell empty as often as they write 0.
        "opinions": lambda index, value: count(index, value) if value else (0 if index % 2 else None),
        "category": sometimes(rng, {"合同协议审核": "合同审核", "业主大会咨询": "业主大会"}),
    }
    by_month = groupby(range(len(records)), key=lambda index: records[index]["served_on"].month)
    months = [tuple(indexes) for _, indexes in by_month]
    headings = {
        "serial_no": Heading("序号", 6),
        "record_no": Heading("编号", 16),
        "served_on": Heading("日  期", 14),
        "firm": Heading("律师事务所", 20),
        "lawyer": Heading("律师", 12),
        "community": Heading("服务部门/社区", 18),
        "category": Heading("服务类别", 16),
        "matter": Heading("事项名称", 32),
        "mode": Heading("服务方式", 10),
        "opinions": Heading("意见\n条数", 8),
        "document_no": Heading("文书及编号", 24),
        "adopted": Heading("是否采纳", 10),
        "hours": Heading("时长（小时）", 10),
        "related_no": Heading("关联L11/L12编号", 14),
        "remark": Heading("备注", 14),
    }
    return Sheet(
        name="工作记录",
        titles=(f"西沽街道{year}年法律顾问工作台账", "填报单位：党政综合办公室"),
        headings=headings,
        rows=ditto(written(records, pens), "community"),
        total={"serial_no": "总  计", "opinions": sum(row["opinions"] for row in records)},
        notes=("填表说明：一次一记、一事一记。",),
        footer=signed("陈某某", "周某", date(year + 1, 1, 6)),
        merged=tuple(("firm", month[0], month[-1]) for month in months if len(month) > 1),
        hidden=frozenset({7}),
    )


def _contract_sheet(records: tuple[Row, ...]) -> Sheet:
    headings = {
        "serial_no": Heading("序号", 6),
        "contract_no": Heading("合同编号", 16),
        "firm": Heading("律师事务所", 24),
        "signed_on": Heading("签订日期", 14),
        "starts_on": Heading("起", 14, "服务期限"),
        "ends_on": Heading("止", 14, "服务期限"),
        "fee_yuan": Heading("聘用费用（万元）", 12),
        "remark": Heading("备注", 16),
    }
    pens = {
        "fee_yuan": lambda _, value: value / 10000,
        "starts_on": lambda _, __: "2024年1月1日",
        "ends_on": lambda _, __: "2024.12.31",
    }
    return Sheet(
        name="聘用合同",
        titles=("法律顾问聘用合同登记表",),
        headings=headings,
        rows=written(records, pens),
        footer=signed("陈某某", "周某", SIGNED_ON),
    )
