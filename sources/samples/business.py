"""L13 of 营商办公室: the activities for companies and the agreements signed at them."""

from __future__ import annotations

from datetime import date
from random import Random

from sources.samples.invent import SIGNED_ON
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import counted, dates, numbered, signed, sometimes, written

FOLDER = "营商办公室"
EVENT = "聚力赋能 共赢未来"
_TWO = "天津市某某餐饮行业协会、天津市某某家居行业协会"
# Day, name, kind, status, companies, associations, party to the agreement.
_ACTIVITIES = (
    (date(2024, 3, 19), "惠企政策宣讲会", "政策宣讲", "已举办", 26, None, None),
    (date(2024, 4, 25), "走访重点企业", "走访服务", "已举办", 8, None, None),
    (date(2024, 6, 20), EVENT, "招商引资对接会", "已举办", 45, _TWO, None),
    (date(2024, 6, 20), "共建协议签约仪式", "签约", "已举办", 12, None, _TWO),
    (date(2024, 8, 15), "行业协会共建签约", "签约", "已举办", 6, None, "天津市某某文化创意行业协会"),
    (date(2024, 9, 26), "商事纠纷化解座谈会", "座谈", "已举办", 14, "天津市某某商会", None),
    (date(2024, 11, 14), "年末走访商户", "走访服务", "已举办", 20, None, None),
    (date(2024, 12, 12), "冬季招商推介", "招商引资对接会", "取消", None, None, None),
)


def ledger() -> Ledger:
    """Eight activities, agreements with three associations."""
    rng = Random(1301)  # noqa: S311 - drawing, not secrecy
    records = numbered(
        tuple(
            {
                "held_on": day,
                "name": name,
                "kind": kind,
                "status": status,
                "place": rng.choice(("街道会议室", "某某商务中心", "企业驻地")),
                "companies": companies,
                "associations": associations,
                "agreement": "共建协议" if party else None,
                "agreement_party": party,
                "agreement_on": day if party else None,
                "legal_services": rng.randrange(4) if companies else None,
                "remark": None,
            }
            for day, name, kind, status, companies, associations, party in _ACTIVITIES
        )
    )
    return Ledger(id="business_activity", records=records, books=(_book(records),))


def _book(records: tuple[Row, ...]) -> Book:
    rng = Random(1302)  # noqa: S311
    headings = {
        "serial_no": Heading("序号", 6),
        "held_on": Heading("日期", 14),
        "name": Heading("活动名称", 28),
        "kind": Heading("活动类型", 16),
        "status": Heading("状态", 10),
        "place": Heading("地点", 18),
        "companies": Heading("参与企业数", 12),
        "associations": Heading("参与协会/商会", 44),
        "agreement": Heading("名称", 14, "签约协议"),
        "agreement_party": Heading("对方", 44, "签约协议"),
        "agreement_on": Heading("日期", 14, "签约协议"),
        "legal_services": Heading("涉企法律服务次数", 12),
        "remark": Heading("备注", 14),
    }
    pens = {
        "held_on": dates(rng),
        "agreement_on": dates(rng),
        "companies": counted(rng, "家"),
        "kind": sometimes(rng, {"座谈": "座谈会", "走访服务": "走访企业"}),
    }
    sheet = Sheet(
        name="营商活动",
        titles=("西沽街道2024年营商活动台账",),
        headings=headings,
        rows=written(records, pens),
        total={"serial_no": "合计", "companies": sum(row["companies"] or 0 for row in records)},
        footer=signed("胡某某", "何某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="营商活动台账2024.xlsx", stored_as="xlsx", sheets=(sheet,))
