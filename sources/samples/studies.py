"""L09 of 党建工作办公室: what was studied, by whom, and the examinations."""

from __future__ import annotations

from datetime import date
from random import Random

from sources.samples.invent import SIGNED_ON, person
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import counted, dates, signed, sometimes, written

FOLDER = "党建工作办公室"
_PRC = "中华人民共和国"
_REVIEW, _GANGS, _PUBLICITY = f"{_PRC}行政复议法", f"{_PRC}反有组织犯罪法", "天津市法治宣传教育条例"
_CONSTITUTION, _CIVIL, _PETITION = f"{_PRC}宪法", f"{_PRC}民法典", "信访工作条例"
_SAFETY = f"{_PRC}安全生产法"
_PLATFORM, _COURT = "天津市学法用法平台", "中国庭审公开网"
# Day, form, subject, laws, platform. 中心组: 行政复议法 four times, 反有组织犯罪法 three, 宣传教育条例 two.
# 专题研讨 of 班子: 宪法 four, 民法典 three, then two with two each, of which 反有组织犯罪法 was first.
_STUDIES = (
    (date(2024, 1, 12), "理论学习中心组", "班子", (_REVIEW,), None),
    (date(2024, 1, 19), "主任办公会会前学法", "班子", (f"{_PRC}行政处罚法",), None),
    (date(2024, 1, 26), "专题研讨", "班子", (_CONSTITUTION,), None),
    (date(2024, 2, 23), "理论学习中心组", "班子", (_REVIEW, _GANGS), None),
    (date(2024, 3, 8), "专题研讨", "班子", (_CIVIL, _CONSTITUTION), None),
    (date(2024, 3, 15), "专题研讨", "机关干部", (_SAFETY,), None),
    (date(2024, 3, 22), "理论学习中心组", "班子", (_PUBLICITY,), None),
    (date(2024, 4, 12), "专题培训", "机关干部", (_REVIEW, _SAFETY), None),
    (date(2024, 4, 19), "理论学习中心组", "班子", (f"{_PRC}数据安全法",), None),
    (date(2024, 4, 26), "专题研讨", "班子", (_GANGS,), None),
    (date(2024, 5, 10), "专题研讨", "机关干部", (_SAFETY,), None),
    (date(2024, 5, 17), "理论学习中心组", "班子", (_REVIEW, _GANGS), None),
    (date(2024, 5, 24), "旁听庭审（网上）", "班子", (f"{_PRC}行政诉讼法",), _COURT),
    (date(2024, 6, 14), "专题研讨", "班子", (_PETITION, _CIVIL), None),
    (date(2024, 6, 21), "网上学法考试", "机关干部", (_CONSTITUTION, _CIVIL), _PLATFORM),
    (date(2024, 6, 28), "党课", "机关干部", (_CONSTITUTION,), None),
    (date(2024, 7, 12), "专题研讨", "机关干部", (_SAFETY,), None),
    (date(2024, 7, 19), "理论学习中心组", "班子", (_PUBLICITY, _REVIEW), None),
    (date(2024, 7, 26), "主任办公会会前学法", "班子", (f"{_PRC}行政诉讼法",), None),
    (date(2024, 8, 16), "专题研讨", "班子", (_CONSTITUTION, _GANGS), None),
    (date(2024, 8, 23), "专题培训", "执法人员", (f"{_PRC}行政处罚法", f"{_PRC}行政强制法"), None),
    (date(2024, 9, 6), "旁听庭审（网上）", "机关干部", (f"{_PRC}行政诉讼法",), _COURT),
    (date(2024, 9, 13), "理论学习中心组", "班子", (_GANGS,), None),
    (date(2024, 9, 20), "专题研讨", "机关干部", (_SAFETY,), None),
    (date(2024, 9, 27), "专题研讨", "班子", (_CIVIL,), None),
    (date(2024, 10, 18), "旁听庭审（网上）", "社区工作者", (_CIVIL,), _COURT),
    (date(2024, 10, 25), "专题研讨", "机关干部", (_SAFETY,), None),
    (date(2024, 11, 8), "旁听庭审（现场）", "执法人员", (f"{_PRC}行政诉讼法",), None),
    (date(2024, 11, 15), "网上学法考试", "机关干部", (_REVIEW, _PUBLICITY), _PLATFORM),
    (date(2024, 11, 22), "理论学习中心组", "班子", (f"{_PRC}保守国家秘密法",), None),
    (date(2024, 11, 29), "专题研讨", "班子", (_PETITION, _CONSTITUTION), None),
    (date(2024, 12, 4), "专题培训", "社区工作者", (_CONSTITUTION, _PUBLICITY), None),
    (date(2024, 12, 13), "党课", "班子", (f"{_PRC}监察法",), None),
)
_SIZES = {"班子": 11, "机关干部": 62, "社区工作者": 96, "执法人员": 20}


def ledger() -> Ledger:
    """Thirty-three studies whose laws come in a known order."""
    rng = Random(901)  # noqa: S311 - drawing, not secrecy
    records = tuple(_study(rng, index, *study) for index, study in enumerate(_STUDIES))
    return Ledger(id="law_study", records=records, books=(book(records, name="学法用法台账（2024年）.xlsx"),))


def _study(rng: Random, index: int, *study: object) -> Row:
    day, form, subject, laws, platform = study
    size = _SIZES[str(subject)]
    exam = form == "网上学法考试"
    return {
        "study_no": f"XF2024-{index + 1:02}",
        "studied_on": day,
        "form": form,
        "subject": subject,
        "topic": rng.choice(
            ("学习习近平法治思想", "学习党的二十届三中全会精神", "依法行政能力提升", "依法治理与群众工作")
        ),
        "laws": "、".join(laws) if isinstance(laws, tuple) else None,
        "leader": person(rng),
        "should_attend": size,
        "attended": size - rng.randrange(2),
        "platform": platform,
        "exam_should": size if exam else None,
        "exam_taken": size if exam else None,
        "exam_passed": size - 1 if exam else None,
        "exam_excellent": size - 9 if exam else None,
        "speakers": 3 + rng.randrange(4) if form == "专题研讨" else None,
        "remark": None,
    }


def book(records: tuple[Row, ...], *, name: str) -> Book:
    """The workbook of studies under a name."""
    rng = Random(902)  # noqa: S311
    people = counted(rng, "人")
    pens = {
        "studied_on": dates(rng),
        "form": sometimes(rng, {"理论学习中心组": "中心组学习", "主任办公会会前学法": "会前学法"}),
        "subject": sometimes(rng, {"班子": "领导班子"}),
        "laws": lambda index, laws: ("" if index % 4 else "、").join(f"《{law}》" for law in laws.split("、")),
        "should_attend": people,
        "attended": people,
    }
    headings = {
        "study_no": Heading("编号", 12),
        "studied_on": Heading("学 习\n日 期", 14),
        "form": Heading("学习形式", 20),
        "subject": Heading("学习主体", 12),
        "topic": Heading("学习主题", 28),
        "laws": Heading("学习内容（法律法规）", 66),
        "leader": Heading("主讲/领学", 10),
        "should_attend": Heading("应到", 8, "参学"),
        "attended": Heading("实到", 8, "参学"),
        "platform": Heading("平台", 20),
        "exam_should": Heading("应考", 8, "考试"),
        "exam_taken": Heading("实考", 8, "考试"),
        "exam_passed": Heading("合格", 8, "考试"),
        "exam_excellent": Heading("优秀", 8, "考试"),
        "speakers": Heading("研讨发言人数", 10),
        "remark": Heading("备注", 14),
    }
    sheet = Sheet(
        name="学法台账",
        titles=("西沽街道学法用法台账（2024年）",),
        headings=headings,
        rows=written(records, pens),
        footer=signed("高某", "林某某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name=name, stored_as="xlsx", sheets=(sheet,))
