"""L08: the legal services given by 司法所 at the counter, by telephone and at home."""

from __future__ import annotations

from datetime import date
from random import Random

from sources.samples.invent import SIGNED_ON, person, phone, spread, workdays
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import dates, signed, sometimes, written
from sources.samples.publicity import FOLDER

_SERVICES = 106
_CATEGORIES = (
    "法律咨询",
    "法律咨询",
    "法律援助申请指引",
    "代写文书",
    "人民调解引导",
    "公证指引",
    "司法鉴定指引",
    "仲裁指引",
)


def ledger() -> Ledger:
    """A hundred and six services."""
    rng = Random(801)  # noqa: S311 - drawing, not secrecy
    records = tuple(
        {
            "service_no": f"GGFL2024{index + 1:04}",
            "served_on": day,
            "mode": rng.choice(("窗口", "窗口", "电话", "视频", "上门")),
            "category": rng.choice(_CATEGORIES),
            "field": rng.choice(("婚姻家庭", "劳动", "物业", "债务", "侵权", "继承")),
            "client_type": rng.choice(("居民", "居民", "老年人", "农民工", "企业", "残疾人", "军人军属")),
            "client": person(rng),
            "client_phone": phone(rng),
            "lawyer": person(rng),
            "outcome": rng.choice(("当场答复", "已指引", "已代写")),
            "referred": rng.choice(("否", "否", "否", "法援中心", "调委会")),
            "satisfaction": rng.choice(("满意", "满意", "基本满意")),
            "remark": None,
        }
        for index, day in enumerate(spread(rng, workdays(date(2024, 1, 2), date(2024, 12, 30)), _SERVICES))
    )
    return Ledger(id="legal_service", records=records, books=(_book(records),))


def _book(records: tuple[Row, ...]) -> Book:
    rng = Random(802)  # noqa: S311
    pens = {
        "served_on": dates(rng),
        "category": sometimes(rng, {"法律咨询": "咨询", "代写文书": "代书"}),
        "client_type": sometimes(rng, {"老年人": "老人", "居民": "群众"}),
    }
    headings = {
        "service_no": Heading("登记编号", 16),
        "served_on": Heading("服务日期", 14),
        "mode": Heading("服务方式", 10),
        "category": Heading("服务类别", 18),
        "field": Heading("事项领域", 12),
        "client_type": Heading("服务对象\n类型", 12),
        "client": Heading("姓名", 10),
        "client_phone": Heading("电话", 14),
        "lawyer": Heading("值班律师", 10),
        "outcome": Heading("处理结果", 12),
        "referred": Heading("是否转介", 12),
        "satisfaction": Heading("满意度", 10),
        "remark": Heading("备 注", 14),
    }
    sheet = Sheet(
        name="Sheet1",
        titles=("西沽街道公共法律服务工作台账（2024年）",),
        headings=headings,
        rows=written(records, pens),
        footer=signed("郭某", "杨某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="公共法律服务工作台账2024.xlsx", stored_as="xlsx", sheets=(sheet,))
