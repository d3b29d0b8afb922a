"""L07 and L14 of 平安建设办公室: the visits (CSV in UTF-8 with a mark in front) and the duty roster."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sources.samples.invent import COMMUNITIES, SIGNED_ON, YEAR, id_number, person, phone, spread, workdays
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import counted, dates, numbered, signed, sometimes, text_dates, written

FOLDER = "平安建设办公室"
_OTHERS = {"来电": 12, "来信": 5, "网上": 9, "12345转办": 8}
_RESOLVED = ("已解决", "已解决", "已化解", "已答复并息诉")
_SUBJECTS = ("房产物业_物业管理_维修", "城乡建设_老旧小区_改造", "生态环境_噪声_扰民", "劳动和社会保障_社会保险_缴费")
_WEEKDAYS = "一二三四五六日"


def visits() -> Ledger:
    """Sixty-four visits, every one of them resolved, and those who called or wrote."""
    rng = Random(701)  # noqa: S311 - drawing, not secrecy
    pending = ((date(2024, 12, 18), "网上"), (date(2024, 12, 24), "来电"))
    records = received(rng, 2024, times=64, pending=pending)
    return Ledger(id="visit", records=records, books=(visit_book(records, year=2024, signed_on=SIGNED_ON),))


def received(rng: Random, year: int, *, times: int, pending: tuple[tuple[date, str], ...]) -> tuple[Row, ...]:
    """The records of a year: so many visits, those who called or wrote, and whoever came too late to be answered."""
    days = workdays(date(year, 1, 2), date(year, 12, 11))
    drawn = [(day, "来访") for day in spread(rng, days, times)]
    for mode, count in _OTHERS.items():
        drawn += [(day, mode) for day in spread(rng, days, count)]
    drawn += pending
    return tuple(_visit(rng, index, day=day, mode=mode) for index, (day, mode) in enumerate(sorted(drawn)))


def _visit(rng: Random, index: int, *, day: date, mode: str) -> Row:
    people = 5 + rng.randrange(4) if mode == "来访" and rng.random() < 0.08 else 1 + rng.randrange(3)
    pending = day > date(day.year, 12, 12)
    outcome = "办理中" if pending else rng.choice(_RESOLVED)
    if mode != "来访" and not pending and rng.random() < 0.4:
        outcome = rng.choice(("转办", "政策解释", "部分解决"))
    return {
        "visit_no": f"LF{day.year}{index + 1:04}",
        "visited_on": day,
        "mode": mode,
        "people": people,
        "collective": "是" if people >= 5 else "否",
        "repeated": "是" if rng.random() < 0.1 else "否",
        "visitor": person(rng) + ("（代表）" if people >= 5 else ""),
        "visitor_number": id_number(rng),
        "phone": phone(rng),
        "community": rng.choice(COMMUNITIES),
        "subject": rng.choice(_SUBJECTS),
        "summary": rng.choice(("反映小区停车问题", "反映楼道漏水", "咨询社保缴费", "反映夜间噪声")),
        "leader": f"{rng.choice('赵钱孙周吴郑')}某",
        "received_by": "信访接待室",
        "admitted": "受理",
        "informed_on": day + timedelta(days=rng.randrange(6)),
        "assigned_to": rng.choice(("公共管理办公室", "综合行政执法大队", "便民服务中心")),
        "due_on": day + timedelta(days=60),
        "extension": None,
        "closed_on": None if pending else min(day + timedelta(days=1 + rng.randrange(40)), date(day.year, 12, 30)),
        "outcome": outcome,
        "reply_no": None if pending else f"西沽信复〔{day.year}〕{index + 1}号",
        "satisfaction": None if pending else rng.choice(("满意", "满意", "基本满意")),
        "review": "无",
        "remark": None,
    }


def visit_book(records: tuple[Row, ...], *, year: int, signed_on: date) -> Book:
    """The file that the records of `year` are exported to."""
    rng = Random(702)  # noqa: S311
    plain = text_dates(rng)
    pens = {
        "visited_on": lambda _, day: f"{day:%Y-%m-%d} {rng.randrange(9, 17)}:{rng.randrange(10, 60)}",
        "informed_on": plain,
        "due_on": plain,
        "closed_on": plain,
        "people": counted(rng, "人"),
        "mode": sometimes(rng, {"来访": "走访", "来电": "电话", "12345转办": "12345"}, share=0.2),
    }
    sheet = Sheet(
        name="visit", headings=_VISIT_HEADINGS, rows=written(records, pens), footer=signed("吴某某", "郑某", signed_on)
    )
    return Book(folder=FOLDER, name=f"来访接待登记台账{year}年.csv", stored_as="csv-utf8", sheets=(sheet,))


def roster(visited: tuple[Row, ...], *, year: int = YEAR) -> Ledger:
    """A leader on duty on every working day of the year; the batches of a day are the visits of that day."""
    rng = Random(1401)  # noqa: S311 - drawing, not secrecy
    leaders = tuple(f"{surname}某" for surname in "赵钱孙周吴郑冯")
    departments = ("平安建设办公室、司法所", "平安建设办公室、公共管理办公室", "平安建设办公室、综合行政执法大队")
    rows = []
    for index, day in enumerate(workdays(date(year, 1, 1), date(year, 12, 31))):
        came = [row for row in visited if row["visited_on"] == day and row["mode"] == "来访"]
        rows.append(
            {
                "duty_on": day,
                "weekday": f"星期{_WEEKDAYS[day.weekday()]}",
                "leader": leaders[index % len(leaders)],
                "resident_departments": rng.choice(departments),
                "present": "是",
                "batches": len(came),
                "people": sum(row["people"] for row in came),
                "remark": "调休上班" if day.weekday() >= 5 else None,
            }
        )
    records = numbered(tuple(rows))
    return Ledger(id="reception_duty", records=records, books=(_roster_book(records, year),))


def _roster_book(records: tuple[Row, ...], year: int) -> Book:
    rng = Random(1402)  # noqa: S311
    headings = {
        "serial_no": Heading("序号", 6),
        "duty_on": Heading("日  期", 14),
        "weekday": Heading("星期", 10),
        "leader": Heading("值班处级\n领导", 12),
        "resident_departments": Heading("常驻部门", 34),
        "present": Heading("实际到岗", 10),
        "batches": Heading("接待批次（批）", 10),
        "people": Heading("接待人次", 10),
        "remark": Heading("备注", 14),
    }
    pens = {"duty_on": dates(rng, plain=20), "present": sometimes(rng, {"是": "√"}, share=0.1)}
    sheet = Sheet(
        name=f"{year}年排班",
        titles=(f"西沽街道处级领导接访排班表（{year}年）",),
        headings=headings,
        rows=written(records, pens),
        total={
            "serial_no": "合计",
            "batches": sum(row["batches"] for row in records),
            "people": sum(row["people"] for row in records),
        },
        footer=signed("吴某某", "郑某", date(year + 1, 1, 6)),
    )
    return Book(folder=FOLDER, name=f"领导接访排班表({year}年).xlsx", stored_as="xlsx", sheets=(sheet,))


_VISIT_HEADINGS = {
    "visit_no": Heading("登记编号"),
    "visited_on": Heading("来访日期时间"),
    "mode": Heading("来访方式"),
    "people": Heading("批次人数"),
    "collective": Heading("是否集体访（5人以上）"),
    "repeated": Heading("是否重复访"),
    "visitor": Heading("来访人"),
    "visitor_number": Heading("证件号"),
    "phone": Heading("电话"),
    "community": Heading("住址/社区"),
    "subject": Heading("诉求分类"),
    "summary": Heading("诉求摘要"),
    "leader": Heading("接待领导（处级）"),
    "received_by": Heading("接待部门"),
    "admitted": Heading("受理/不予受理"),
    "informed_on": Heading("告知日期"),
    "assigned_to": Heading("交办单位"),
    "due_on": Heading("办理期限"),
    "extension": Heading("是否延期及批准人"),
    "closed_on": Heading("办结日期"),
    "outcome": Heading("办理结果"),
    "reply_no": Heading("答复文书号"),
    "satisfaction": Heading("满意度"),
    "review": Heading("复查复核"),
    "remark": Heading("备注"),
}
