"""L01: the officers of 综合行政执法大队 and their certificates."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sources.samples.invent import SIGNED_ON, id_number, person
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import dates, numbered, signed, sometimes, written

FOLDER = "综合行政执法大队"
CERTIFIED = 16
TRAINING_DUE_ON = date(2024, 10, 31)
_FIELDS = ("市容环境", "违法建设", "燃气", "生活垃圾", "消防")


def certificates() -> tuple[str, ...]:
    """The numbers of the sixteen certificates that are valid and in use."""
    return tuple(f"12010622{index:03}" for index in range(1, CERTIFIED + 1))


def ledger() -> Ledger:
    """The ledger of officers: sixteen who count, four who must not."""
    rng = Random(101)  # noqa: S311 - drawing, not secrecy
    records = numbered((*_certified(rng), *_others(rng)))
    return Ledger(id="enforcement_officer", records=records, books=(_book(records),))


def _certified(rng: Random) -> list[Row]:
    rows = []
    for index, number in enumerate(certificates()):
        trained_on = date(2024, 5, 6) + timedelta(days=rng.randrange(120))
        issued_on = date(2021, 3, 1) + timedelta(days=37 * index)
        rows.append(
            _person(rng, number)
            | {
                "issued_on": issued_on,
                "valid_until": issued_on.replace(year=issued_on.year + 5, day=1) - timedelta(days=1),
                "cert_status": "有效",
                "on_duty": "在岗",
                "hours_due": 60,
                "hours_done": 60 + rng.randrange(8),
                "training_due_on": TRAINING_DUE_ON,
                "training_done_on": trained_on,
                "exam_on": trained_on + timedelta(days=rng.randrange(3, 40)),
                "exam_score": 80 + rng.randrange(20),
                "exam_result": "通过",
                "remark": None,
            }
        )
    return rows


def _person(rng: Random, number: str) -> Row:
    born = id_number(rng)
    return {
        "officer": person(rng),
        "sex": "男" if int(born[16]) % 2 else "女",
        "id_number": born,
        "unit_name": FOLDER,
        "post": rng.choice(("队员", "队员", "副中队长", "中队长", "内勤")),
        "staffing": rng.choice(("行政", "事业", "事业")),
        "cert_no": number,
        "cert_type": "国家统一样式执法证",
        "field": rng.choice(_FIELDS),
        "issued_by": "天津市司法局",
        "training_platform": "执法监督平台",
    }


def _others(rng: Random) -> list[Row]:
    untrained: Row = {
        "hours_due": None,
        "hours_done": None,
        "training_due_on": None,
        "training_done_on": None,
        "exam_on": None,
        "exam_score": None,
        "exam_result": "未参加",
    }
    kinds = (
        (date(2020, 9, 1), date(2025, 8, 31), "有效", "退休", "2024年4月退休"),
        (date(2019, 6, 3), date(2024, 6, 2), "过期", "在岗", "已转内勤，不再从事执法"),
        (date(2020, 3, 16), date(2025, 3, 15), "注销", "调离", "2024年2月调离"),
        (date(2020, 1, 6), date(2025, 1, 5), "换发中", "在岗", "换证期间不上岗执法"),
    )
    return [
        _person(rng, f"12010622{index:03}")
        | {"issued_on": issued_on, "valid_until": until, "cert_status": status, "on_duty": duty}
        | untrained
        | {"remark": remark}
        for index, (issued_on, until, status, duty, remark) in enumerate(kinds, start=CERTIFIED + 1)
    ]


def _book(records: tuple[Row, ...]) -> Book:
    rng = Random(102)  # noqa: S311
    pens = {
        # Half of the clerks' certificate numbers are numbers to Excel, half are text.
        "cert_no": lambda index, value: int(value) if index % 3 == 1 else value,
        "issued_on": dates(rng),
        "valid_until": dates(rng),
        "training_done_on": dates(rng),
        "exam_on": dates(rng),
        "cert_status": sometimes(rng, {"换发中": "正在换证"}, share=1),
        "exam_result": sometimes(rng, {"通过": "合格"}),
    }
    sheet = Sheet(
        name="执法人员",
        titles=("西沽街道执法人员持证与培训台账（2024年度）",),
        headings=_HEADINGS,
        rows=written(records, pens),
        notes=("注：证件状态以执法监督平台为准。",),
        footer=signed("王某某", "赵某某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="执法人员持证与培训台账（2024）.xlsx", stored_as="xlsx", sheets=(sheet,))


_HEADINGS = {
    "serial_no": Heading("序号", 6),
    "officer": Heading("姓  名", 10),
    "sex": Heading("性别", 6),
    "id_number": Heading("身份证号", 22),
    "unit_name": Heading("所在部门", 20),
    "post": Heading("职务", 10),
    "staffing": Heading("编制性质", 10),
    "cert_no": Heading("执法证号", 16),
    "cert_type": Heading("证件类型", 20),
    "field": Heading("执法领域", 12),
    "issued_by": Heading("发证机关", 16),
    "issued_on": Heading("发证日期", 14),
    "valid_until": Heading("有效期至", 14),
    "cert_status": Heading("证件状态", 10),
    "on_duty": Heading("在岗状态", 10),
    "training_platform": Heading("年度培训平台", 16),
    "hours_due": Heading("应学学时", 10),
    "hours_done": Heading("完成学时", 10),
    "training_due_on": Heading("培训截止日期", 14),
    "training_done_on": Heading("培训完成\n日期", 14),
    "exam_on": Heading("考试日期", 14),
    "exam_score": Heading("考试成绩", 10),
    "exam_result": Heading("考试状态", 10),
    "remark": Heading("备注", 24),
}
