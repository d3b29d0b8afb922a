"""L11 and L12 of 司法所: what was reviewed for its legality, and the cases of appeal before government and court."""

from __future__ import annotations

from datetime import date
from random import Random

from sources.samples.advisers import contract_reviews
from sources.samples.invent import SIGNED_ON, after, person, spread, workdays
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import dates, numbered, signed, sometimes, text_dates, written
from sources.samples.publicity import FOLDER

# Kind and how many; contracts are at least as many as the advisers reviewed, which all stand here too.
_REVIEWS = (
    ("重大行政决策", 5),
    ("行政规范性文件", 2),
    ("合同协议", 9),
    ("重大执法决定", 4),
    ("信息公开答复", 6),
    ("其他", 2),
)
_TITLES = {
    "重大行政决策": ("老旧小区改造实施方案", "便民市场疏导方案", "社区用房调整方案"),
    "行政规范性文件": ("楼道堆物治理办法", "便民摊点管理办法"),
    "合同协议": ("办公设备采购合同", "绿化养护合同", "食堂服务协议", "印刷服务合同"),
    "重大执法决定": ("拆除违法建设决定", "较大数额罚款决定"),
    "信息公开答复": ("房屋征收信息公开答复", "物业招标信息公开答复"),
    "其他": ("居民公约审核", "活动承办方案审核"),
}
_DEPARTMENTS = ("党政综合办公室", "公共管理办公室", "综合行政执法大队", "平安建设办公室")
_HEARD_ON = date(2024, 6, 27)
# Number, kind, action, procedure, day of receipt, days until the answer, day of the hearing, attended, result.
_APPEALS = (
    ("红政复〔2024〕第012号", "行政复议", "行政处罚决定", "普通程序", date(2024, 3, 11), 6, None, None, "维持"),
    ("红政复〔2024〕第031号", "行政复议", "信息公开答复", "简易程序", date(2024, 7, 8), 3, None, None, "驳回"),
    ("（2024）津红行初字第18号", "一审", "行政处罚决定", "普通程序", date(2024, 5, 20), 8, _HEARD_ON, "是", "驳回"),
    ("（2024）津红行初字第66号", "一审", "信息公开答复", "普通程序", date(2024, 12, 2), 7, None, None, "未结"),
)  # fmt: skip


def ledgers() -> tuple[Ledger, Ledger]:
    """The reviews, those of the advisers' contracts among them, and four appeals of which one is pending."""
    reviews, appeals = _reviews(Random(1101)), _appeals(Random(1201))  # noqa: S311 - drawing, not secrecy
    return (
        Ledger(id="legality_review", records=reviews, books=(_review_book(reviews),)),
        Ledger(id="appeal_case", records=appeals, books=(_appeal_book(appeals),)),
    )


def _reviews(rng: Random) -> tuple[Row, ...]:
    days = workdays(date(2024, 1, 4), date(2024, 12, 13))
    drawn = [(day, kind, rng.choice(_TITLES[kind])) for kind, count in _REVIEWS for day in spread(rng, days, count)]
    drawn += [(day, "合同协议", title) for day, title in contract_reviews()]
    return numbered(tuple(_review(rng, index, *review) for index, review in enumerate(sorted(drawn))))


def _review(rng: Random, index: int, received_on: date, kind: str, title: str) -> Row:
    opinion = rng.choice(("合法", "合法", "修改"))
    opined_on = after(received_on, 1 + rng.randrange(4))
    return {
        "review_no": f"HFSC2024-{index + 1:03}",
        "received_on": received_on,
        "kind": kind,
        "title": title,
        "sent_by": rng.choice(_DEPARTMENTS),
        "reviewer": person(rng),
        "opinion": opinion,
        "opinion_no": f"西沽司审〔2024〕{index + 1}号",
        "opined_on": opined_on,
        "adopted": "全部",
        "put_on_record_on": after(opined_on, 5) if kind == "行政规范性文件" else None,
        "remark": None,
    }


def _appeals(rng: Random) -> tuple[Row, ...]:
    rows: list[Row] = []
    for case_no, kind, action, procedure, received_on, days, hearing_on, attended, result in _APPEALS:
        rows.append(
            {
                "case_no": case_no,
                "kind": kind,
                "action": action,
                "party": person(rng),
                "procedure": procedure,
                "received_on": received_on,
                "answer_by": after(received_on, 5 if procedure == "简易程序" else 10),
                "answered_on": after(received_on, days),
                "hearing_on": hearing_on,
                "head_attended": attended,
                "result": result,
                "suggestion": "无",
                "remark": None,
            }
        )
    return numbered(tuple(rows))


def _review_book(records: tuple[Row, ...]) -> Book:
    rng = Random(1102)  # noqa: S311
    headings = {
        "serial_no": Heading("序号", 6),
        "review_no": Heading("编  号", 16),
        "received_on": Heading("收件日", 14),
        "kind": Heading("类型", 16),
        "title": Heading("标题", 30),
        "sent_by": Heading("送审部门", 18),
        "reviewer": Heading("审查人", 10),
        "opinion": Heading("审查意见", 12),
        "opinion_no": Heading("意见书编号", 22),
        "opined_on": Heading("出具日", 14),
        "adopted": Heading("是否采纳", 10),
        "put_on_record_on": Heading("备案日期", 14),
        "remark": Heading("备注", 14),
    }
    pens = {
        "received_on": dates(rng),
        "opined_on": dates(rng),
        "kind": sometimes(rng, {"合同协议": "合同", "行政规范性文件": "规范性文件"}),
        "opinion": sometimes(rng, {"修改": "修改后合法"}),
        "adopted": sometimes(rng, {"全部": "采纳"}),
    }
    sheet = Sheet(
        name="合法性审查",
        titles=("西沽街道合法性审查台账", "（2024年度）"),
        headings=headings,
        rows=written(records, pens),
        footer=signed("郭某", "杨某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="合法性审查台账（2024年）.xlsx", stored_as="xlsx", sheets=(sheet,))


def _appeal_book(records: tuple[Row, ...]) -> Book:
    rng = Random(1202)  # noqa: S311
    headings = {
        "serial_no": Heading("序号", 6),
        "case_no": Heading("案号", 28),
        "kind": Heading("案件类型", 10),
        "action": Heading("被诉行政行为", 20),
        "party": Heading("申请人（原告）", 14),
        "procedure": Heading("审理程序", 10),
        "received_on": Heading("收到日", 14),
        "answer_by": Heading("答复/举证期限", 14),
        "answered_on": Heading("答复日", 14),
        "hearing_on": Heading("开庭日", 14),
        "head_attended": Heading("负责人是否出庭", 10),
        "result": Heading("结果", 10),
        "suggestion": Heading("司法建议及反馈", 20),
        "remark": Heading("备注", 14),
    }
    pens = {
        "received_on": text_dates(rng),
        "answered_on": dates(rng),
        "kind": lambda _, value: {"行政复议": "复议"}.get(value, value),
        "result": lambda _, value: {"未结": "审理中"}.get(value, value),
    }
    sheet = Sheet(
        name="复议应诉",
        titles=("西沽街道2024年行政复议应诉台账",),
        headings=headings,
        rows=written(records, pens),
        footer=signed("郭某", "杨某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="行政复议应诉台账2024.xls", stored_as="xls", sheets=(sheet,))
