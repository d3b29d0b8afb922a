"""L04: the legal education of 司法所: twelve month sheets, 汇总 and 填表说明 in one workbook."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from random import Random

from sources.samples.advisers import LECTURE_AT, LECTURE_ON
from sources.samples.invent import COMMUNITIES, SIGNED_ON, YEAR, parts, person, spread, workdays
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import counted, dates, ditto, numbered, signed, sometimes, written

FOLDER = "司法所"
LECTURES = 133
_PARTICIPANTS = 3046
_CONSULTATIONS = 125
_OTHER_FORMS = ("集中宣传", "咨询服务", "展板巡展", "进校园", "进企业", "线上推送", "模拟法庭", "文艺")
# The law that is spoken of most stands first; shares of a hundred.
_LAWS = (
    ("中华人民共和国安全生产法", 30),
    ("天津市法治宣传教育条例", 22),
    ("中华人民共和国民法典", 15),
    ("中华人民共和国反电信网络诈骗法", 14),
    ("中华人民共和国宪法", 8),
    ("中华人民共和国消防法", 6),
    ("中华人民共和国国家安全法", 5),
)
_OCCASIONS = {4: "4·15国家安全日", 5: "民法典宣传月", 6: "安全生产月", 11: "11·9消防宣传日", 12: "12·4宪法日"}
_MEASURED = ("participants", "consultations", "leaflets")


def ledger() -> Ledger:
    """A hundred and thirty-three lectures and two dozen other activities."""
    rng = Random(401)  # noqa: S311 - drawing, not secrecy
    plan = _plan(rng)
    participants = parts(rng, _PARTICIPANTS, count=len(plan), least=8, most=58)
    asked = set(rng.sample(range(len(plan)), 46))
    consultations = iter(parts(rng, _CONSULTATIONS, count=len(asked), least=1, most=8))
    records = tuple(
        _activity(rng, index, held_on=held_on, community=community, form=form)
        | {"participants": participants[index], "consultations": next(consultations) if index in asked else 0}
        for index, (held_on, community, form) in enumerate(plan)
    )
    return Ledger(id="publicity_activity", records=records, books=(_book(records),))


def _plan(rng: Random) -> list[tuple[date, str, str]]:
    """When, where and in which form, in order of days; one of the lectures is the adviser's."""
    plan = [(LECTURE_ON, LECTURE_AT, "法治专题讲座")]
    for month in range(1, 13):
        days = workdays(date(YEAR, month, 1), date(YEAR, month, calendar.monthrange(YEAR, month)[1]))
        lectures = 11 + (month == 3) - (month == LECTURE_ON.month)
        held = [(day, rng.choice(COMMUNITIES), "法治专题讲座") for day in spread(rng, days, lectures)]
        forms = [_OTHER_FORMS[(2 * month + step) % len(_OTHER_FORMS)] for step in range(2)]
        held += [(day, rng.choice(COMMUNITIES), form) for day, form in zip(spread(rng, days, 2), forms, strict=True)]
        plan += held
    return sorted(plan)


def _activity(rng: Random, index: int, *, held_on: date, community: str, form: str) -> Row:
    names, weights = zip(*_LAWS, strict=True)
    first, second = rng.choices(names, weights, k=2)
    laws = [first] if first == second or rng.random() < 0.6 else [first, second]
    hour = rng.randrange(9, 16)
    lecture = form == "法治专题讲座"
    return {
        "activity_no": f"PF2024-{index + 1:03}",
        "held_on": held_on,
        "hours": f"{hour}:30-{hour + 1}:30",
        "place": f"{community}{'小院讲堂' if lecture else '文化广场'}",
        "community": community,
        "form": form,
        "topic": rng.choice(("防范电信网络诈骗", "法治进小院", "邻里和谐", "安全生产", "依法维权")),
        "laws": "、".join(laws),
        "occasion": _OCCASIONS.get(held_on.month) if rng.random() < 0.4 else None,
        "partners": rng.choice(
            (None, "区法院", "区检察院", "派出所、司法所", "区法院、区检察院", "派出所、律师事务所")
        ),
        "speaker": person(rng),
        "audience": rng.choice(("居民", "居民、老年人", "干部", "青少年", "企业")),
        "leaflets": rng.randrange(10, 90, 5),
        "boards": None if lecture else rng.randrange(2, 8),
        "banners": None if lecture else rng.randrange(1, 3),
        "online_views": rng.randrange(200, 900) if form == "线上推送" else None,
        "photo_no": f"ZP{index + 1:03}",
        "reported_by": person(rng),
    }


def _book(records: tuple[Row, ...]) -> Book:
    rng = Random(402)  # noqa: S311
    months = [tuple(row for row in records if row["held_on"].month == month) for month in range(1, 13)]
    sheets = [_month_sheet(rng, month, rows) for month, rows in enumerate(months, start=1)]
    return Book(
        folder=FOLDER,
        name="西沽街道普法活动台账（2024年1-12月）最终版2.xlsx",
        stored_as="xlsx",
        sheets=(_explained(), *sheets, summary(sheets)),
    )


def _month_sheet(rng: Random, month: int, rows: tuple[Row, ...]) -> Sheet:
    people = counted(rng, "人次")
    pens = {
        "held_on": dates(rng),
        "participants": people,
        # Where nobody asked, the cell is 0 or empty.
        "consultations": lambda index, value: people(index, value) if value else (0 if index % 2 else None),
        "form": sometimes(rng, {"法治专题讲座": "专题讲座", "进校园": "法治进校园"}),
        "laws": lambda _, laws: "、".join(f"《{law}》" for law in laws.split("、")),
        "leaflets": counted(rng, "份"),
    }
    following = date(YEAR, month + 1, 3) if month < 12 else date(YEAR + 1, 1, 3)
    return Sheet(
        name=f"{month}月",
        titles=(f"西沽街道{YEAR}年{month}月普法（法治宣传教育）活动台账",),
        headings=_HEADINGS,
        rows=ditto(written(numbered(rows), pens), "community"),
        total={"serial_no": "小  计" if month % 2 else "合计"} | _sums(rows),
        footer=signed("刘某某", "杨某", following),
        hidden=frozenset({4}) if month == 6 else frozenset(),
    )


def _sums(rows: tuple[Row, ...]) -> Row:
    return {name: sum(row[name] for row in rows) for name in _MEASURED}


def summary(months: Iterable[Sheet]) -> Sheet:
    """The 汇总 sheet of these months: a row a month, as its own total says, and a total row."""
    headings = {
        "month": Heading("月份", 10),
        "activities": Heading("活动场次", 10),
        "participants": Heading("参加人次", 12),
        "consultations": Heading("咨询人次", 12),
        "leaflets": Heading("发放资料（份）", 14),
    }
    lines: tuple[Row, ...] = tuple(
        {"month": month.name, "activities": len(month.rows)} | {name: (month.total or {})[name] for name in _MEASURED}
        for month in months
    )
    total = {name: _sum(line[name] for line in lines) for name in list(headings)[1:]}
    return Sheet(
        name="汇总",
        titles=(f"西沽街道{YEAR}年普法活动汇总表",),
        headings=headings,
        rows=lines,
        total={"month": "合计"} | total,
        footer=signed("刘某某", "杨某", SIGNED_ON),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is there; None where nothing is."""
    there = [value for value in values if value is not None]
    return sum(there) if there else None


def _explained() -> Sheet:
    lines = (
        "1．每场活动填一行，由各社区、科室填报，司法所汇总。",
        "2．参加人次、咨询人次填整数。",
        "3．当月无活动的，写“本月无”。",
    )
    return Sheet(
        name="填表说明", headings={"text": Heading("填表说明", 60)}, rows=tuple({"text": line} for line in lines)
    )


_HEADINGS = {
    "serial_no": Heading("序号", 6),
    "activity_no": Heading("活动编号", 14),
    "held_on": Heading("活 动 日 期", 14),
    "hours": Heading("开始/结束时间", 14),
    "place": Heading("地点", 22),
    "community": Heading("社区/主办部门", 16),
    "form": Heading("活动形式", 14),
    "topic": Heading("主题", 18),
    "laws": Heading("宣传法律法规", 66),
    "occasion": Heading("时间节点", 16),
    "partners": Heading("参与单位", 20),
    "speaker": Heading("主讲人", 10),
    "audience": Heading("受众类型", 14),
    "participants": Heading("参加\n人次", 10),
    "consultations": Heading("咨询\n人次", 10),
    "leaflets": Heading("发放资料（份）", 10),
    "boards": Heading("展板（块）", 8),
    "banners": Heading("悬挂横幅（条）", 8),
    "online_views": Heading("线上浏览量", 10),
    "photo_no": Heading("照片编号", 10),
    "reported_by": Heading("填报人", 10),
}
