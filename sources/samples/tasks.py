"""L10 and the register of documents of 党政综合办公室."""

from __future__ import annotations

from datetime import date
from random import Random

from sources.samples.advisers import FOLDER
from sources.samples.invent import SIGNED_ON, YEAR, person
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import dates, numbered, signed, sometimes, written

# Task, indicator, target, unit, responsible department.
_TASKS = (
    ("办理一般程序行政处罚案件并按期结案", "案件按期办结率", 100, "%", "综合行政执法大队"),
    ("执法人员按时完成执法监督平台法律培训及考试", "培训完成率", 100, "%", "综合行政执法大队"),
    ("开展消防安全检查和隐患整改", "检查次数", 90, "次", "综合行政执法大队"),
    ("开展法治专题讲座", "讲座场次", 120, "场", "司法所"),
    ("提供公共法律服务", "服务件次", 100, "件次", "司法所"),
    ("推进三所联动、三室联建调解", "调解成功率", 90, "%", "平安建设办公室"),
    ("领导干部接待来访、化解信访积案", "化解率", 100, "%", "平安建设办公室"),
    ("重大行政决策和合同合法性审查", "审查率", 100, "%", "党政综合办公室"),
    ("理论学习中心组学法", "学法次数", 10, "次", "党建工作办公室"),
    ("优化营商环境、举办招商引资活动", "活动场次", 4, "场", "营商办公室"),
)
_SOURCES = ("年度重点工作", "法治工作要点", "两个清单")
_PROGRESS = (
    (date(2024, 2, 29), 10, "进行中", "已制定方案，明确责任"),
    (date(2024, 3, 29), 20, "进行中", "按计划推进"),
    (date(2024, 6, 28), 50, "进行中", "完成过半"),
    (date(2024, 9, 29), 75, "进行中", "按序时推进"),
    (date(2024, 12, 20), 100, "完成", "已完成全年任务"),
)
_BY_TASK = [
    "task_no",
    "year",
    "task_source",
    "task",
    "indicator",
    "target",
    "target_unit",
    "led_by",
    "responsible_department",
    "responsible_person",
    "with_departments",
    "due_on",
]
_DOCUMENTS = (
    ("西沽街道普法工作要点", "普法工作要点", "司法所", date(2024, 2, 28), date(2024, 12, 31)),
    (
        "西沽街道关于落实<天津市法治政府建设实施纲要（2021-2025年）红桥区主要任务分工方案>的分工方案",
        "任务分工方案",
        "党政综合办公室",
        date(2022, 4, 20),
        date(2025, 12, 31),
    ),
    ("理论学习中心组学法计划", "学法计划", "党建工作办公室", date(2024, 1, 25), date(2024, 12, 31)),
    ("全年普法计划", "普法计划", "司法所", date(2024, 2, 20), date(2024, 12, 31)),
    ("西沽街重大行政决策程序相关规定", "决策程序规定", "党政综合办公室", date(2023, 6, 15), None),
    ("全员营商工作方案", "营商工作方案", "营商办公室", date(2024, 3, 12), None),
    ("西沽招商指南", "招商指南", "营商办公室", date(2024, 4, 18), None),
    ("西沽街道防汛应急预案", "其他", "公共安全办公室", date(2024, 5, 30), None),
)


def ledgers() -> tuple[Ledger, Ledger]:
    """Ten tasks with their progress, eight documents."""
    tasks, documents = _tasks(Random(1001)), _documents()  # noqa: S311 - drawing, not secrecy
    return (
        Ledger(id="key_task", records=tasks, books=(_task_book(tasks),)),
        Ledger(id="document", records=documents, books=(_document_book(documents),)),
    )


def _tasks(rng: Random) -> tuple[Row, ...]:
    rows = []
    for index, (task, indicator, target, unit, department) in enumerate(_TASKS):
        fixed: Row = {
            "task_no": f"ZD2024-{index + 1:02}",
            "year": str(YEAR),
            "task_source": _SOURCES[index % len(_SOURCES)],
            "task": task,
            "indicator": indicator,
            "target": target,
            "target_unit": unit,
            "led_by": person(rng),
            "responsible_department": department,
            "responsible_person": person(rng),
            "with_departments": rng.choice(("党政综合办公室", "司法所、平安建设办公室", "各社区")),
            "due_on": date(2024, 12, 31),
        }
        rows += [
            fixed
            | {
                "progress": progress,
                "completed_pct": share,
                "status": status,
                "delay_reason": None,
                "evidence": "工作台账" if share == 100 else None,
                "updated_on": day,
            }
            for day, share, status, progress in _PROGRESS
        ]
    return tuple(rows)


def _task_book(records: tuple[Row, ...]) -> Book:
    rng = Random(1002)  # noqa: S311
    pens = {
        "updated_on": dates(rng),
        "status": sometimes(rng, {"完成": "已完成", "进行中": "推进中"}),
        "target": lambda _, value: value,
    }
    step = len(_PROGRESS)
    headings = {
        "task_no": Heading("任务编号", 12),
        "year": Heading("年度", 8),
        "task_source": Heading("任务来源", 14),
        "task": Heading("任务内容", 34),
        "indicator": Heading("指标名称", 16),
        "target": Heading("目标值", 8),
        "target_unit": Heading("单位", 8),
        "led_by": Heading("牵头领导", 10),
        "responsible_department": Heading("责任部门", 18),
        "responsible_person": Heading("责任人", 10),
        "with_departments": Heading("协同部门", 22),
        "due_on": Heading("时间节点", 14),
        "progress": Heading("本期进展", 24),
        "completed_pct": Heading("完成率（%）", 10),
        "status": Heading("状态", 10),
        "delay_reason": Heading("滞后原因", 14),
        "evidence": Heading("佐证材料", 14),
        "updated_on": Heading("更新\n日期", 14),
    }
    sheet = Sheet(
        name="任务台账",
        titles=("西沽街道2024年度重点工作任务台账", "填报单位：党政综合办公室（督查）"),
        headings=headings,
        rows=written(records, pens),
        footer=signed("陈某某", "周某", SIGNED_ON),
        merged=tuple((name, first, first + step - 1) for first in range(0, len(records), step) for name in _BY_TASK),
    )
    return Book(folder=FOLDER, name="2024年重点工作任务台账.xlsx", stored_as="xlsx", sheets=(sheet,))


def _documents() -> tuple[Row, ...]:
    return numbered(
        tuple(
            {
                "document_no": f"西沽办发〔{issued_on.year}〕{index + 3}号",
                "title": title,
                "kind": kind,
                "drafted_by": drafted_by,
                "issued_on": issued_on,
                "expires_on": expires_on,
                "remark": None,
            }
            for index, (title, kind, drafted_by, issued_on, expires_on) in enumerate(_DOCUMENTS)
        )
    )


def _document_book(records: tuple[Row, ...]) -> Book:
    rng = Random(1003)  # noqa: S311
    headings = {
        "serial_no": Heading("序号", 6),
        "document_no": Heading("发文字号", 22),
        "title": Heading("文件名称", 60),
        "kind": Heading("文件种类", 16),
        "drafted_by": Heading("起草部门", 18),
        "issued_on": Heading("印发日期", 14),
        "expires_on": Heading("有效期至", 14),
        "remark": Heading("备注", 14),
    }
    pens = {"issued_on": dates(rng), "kind": sometimes(rng, {"其他": "其它", "任务分工方案": "分工方案"}, share=1)}
    sheet = Sheet(
        name="登记簿",
        titles=("西沽街道文件登记簿",),
        headings=headings,
        rows=written(records, pens),
        footer=signed("陈某某", "周某", SIGNED_ON),
    )
    return Book(folder=FOLDER, name="文件登记簿（截至2024年底）.xlsx", stored_as="xlsx", sheets=(sheet,))
