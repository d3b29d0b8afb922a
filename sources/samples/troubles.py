"""The inbox of the year with one representative of each kind of trouble, in every ledger that has a rule about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sources.samples.cross_troubles import consequences, disagree, more_penalties_than_inspections, summarise
from sources.samples.enforcement_troubles import ENFORCEMENT
from sources.samples.office_troubles import OFFICE
from sources.samples.paper import Formula, Heading, Ledger, Sheet
from sources.samples.people_troubles import PEOPLE
from sources.samples.publicity import FOLDER as JUSTICE
from sources.samples.sheet_troubles import spoil_sheets
from sources.samples.spoiling import Spoiled, Spot, Trouble

MISSING_MONTH = 8


_CELLS = (
    Spot(
        code="cell.not_a_number",
        ledger="enforcement_officer",
        sheet="执法人员",
        row=3,
        says={"exam_score": "优秀"},
        what="考试成绩写成“优秀”",
    ),
    Spot(
        code="cell.not_a_date",
        ledger="penalty_case",
        sheet="台账",
        row=6,
        says={"published_on": "2024年13月5日"},
        what="公示日期写成“2024年13月5日”",
    ),
    Spot(
        code="cell.mixed_units",
        ledger="penalty_case",
        sheet="台账",
        row=0,
        says={"fine_yuan": "0.12万元"},
        what="表头单位为元，单元格写“0.12万元”",
    ),
    Spot(
        code="cell.digits_lost",
        ledger="fire_penalty",
        sheet="简易处罚",
        row=9,
        says={"receipt_no": 120100002024000000},
        what="票据号存成数值，末几位已丢失",
    ),
    Spot(
        code="cell.approximate",
        ledger="publicity_activity",
        sheet="5月",
        row=2,
        says={"boards": "约5块"},
        what="展板数写成“约5块”",
    ),
    Spot(
        code="cell.blank",
        ledger="adviser_service",
        sheet="工作记录",
        row=17,
        says={"category": None},
        what="服务类别没有填写",
    ),
    Spot(
        code="row.out_of_year",
        ledger="adviser_service",
        sheet="工作记录",
        row=23,
        says={"served_on": "2023.12.28"},
        what="日期在2023年，又没有注明上年结转",
    ),
    Spot(
        code="cell.too_precise",
        ledger="adviser_service",
        sheet="工作记录",
        row=12,
        says={"hours": 1.33333},
        what="时长写了五位小数",
    ),
    Spot(
        code="cell.not_a_count",
        ledger="visit",
        sheet="visit",
        row=4,
        says={"people": "全家"},
        what="批次人数写成“全家”",
    ),
    Spot(
        code="cell.unknown_code",
        ledger="visit",
        sheet="visit",
        row=8,
        says={"outcome": "待研究"},
        what="办理结果写成码表以外的“待研究”",
    ),
    Spot(
        code="cell.identity_wrong",
        ledger="enforcement_officer",
        sheet="执法人员",
        row=7,
        says={"id_number": "990101196305170010"},
        what="身份证号的校验位不对",
    ),
    Spot(
        code="key.twice",
        ledger="visit",
        sheet="visit",
        row=20,
        says={"visit_no": "LF20240020"},
        what="登记编号与上一行重复",
    ),
    Spot(
        code="cell.error_value",
        ledger="key_task",
        sheet="任务台账",
        row=7,
        says={"completed_pct": Formula("=1/0", "#DIV/0!")},
        what="完成率的公式显示“#DIV/0!”",
    ),
    Spot(
        code="cell.formula_without_value",
        ledger="key_task",
        sheet="任务台账",
        row=11,
        says={"completed_pct": Formula("=50/100", "")},
        what="完成率的公式从未计算过",
    ),
    Spot(
        code="cell.not_a_flag",
        ledger="mediation_case",
        sheet="mediation",
        row=30,
        says={"confirmed": "待定"},
        what="是否司法确认写成“待定”",
    ),
    Spot(
        code="rule.date_missing",
        ledger="enforcement_officer",
        sheet="执法人员",
        row=5,
        says={"exam_on": None},
        what="考试通过，没有考试日期",
    ),
    Spot(
        code="rule.percent_out_of_range",
        ledger="key_task",
        sheet="任务台账",
        row=20,
        says={"completed_pct": 120},
        what="完成率写成120",
    ),
    Spot(
        code="rule.several_in_one_row",
        ledger="adviser_service",
        sheet="工作记录",
        row=20,
        says={"matter": "审核合同4份"},
        what="一行写了四份合同",
    ),
    Spot(
        code="rule.more_than_whole",
        ledger="law_study",
        sheet="学法台账",
        row=4,
        says={"attended": 14},
        what="实到多于应到",
    ),
    Spot(
        code="rule.personal_in_text",
        ledger="reception_duty",
        sheet="2024年排班",
        row=30,
        says={"remark": "值班电话13800000000"},
        what="备注里写了手机号",
    ),
)


def spoil(ledgers: tuple[Ledger, ...], holders: Mapping[str, str]) -> Spoiled:
    """The spoiled inbox, and what is wrong with it.

    `holders` names, for a ledger that stands in another's workbook, that other ledger.
    """
    inbox = Spoiled(ledgers, holders)
    _spoil_columns(inbox)
    disagree(inbox)
    by_rule = (spot for cases in (*ENFORCEMENT, *PEOPLE, *OFFICE) for spot in cases.spots())
    for spot in (*_CELLS, *by_rule):
        inbox.spoil(spot)
    more_penalties_than_inspections(inbox)
    spoil_sheets(inbox)
    _spoil_totals(inbox)
    _spoil_files(inbox)
    summarise(inbox)
    consequences(inbox)
    return inbox


def _spoil_columns(inbox: Spoiled) -> None:
    def twice(sheet: Sheet) -> Sheet:
        rows = tuple(row | {"place_again": row["place"]} for row in sheet.rows)
        return replace(sheet, headings={**sheet.headings, "place_again": Heading("地点", 14)}, rows=rows)

    def unknown(sheet: Sheet) -> Sheet:
        rows = tuple(row | {"opinion": "同意" if at % 9 == 0 else None} for at, row in enumerate(sheet.rows))
        return replace(sheet, headings={**sheet.headings, "opinion": Heading("督办组意见", 14)}, rows=rows)

    def missing(sheet: Sheet) -> Sheet:
        return replace(sheet, headings={name: it for name, it in sheet.headings.items() if name != "laws"})

    inbox.change("business_activity", "营商活动", by=twice)
    cell = inbox.sheet("business_activity", "营商活动").heading_address("place_again")
    inbox.note("column.twice", "business_activity", sheet="营商活动", cell=cell, what="“地点”有两列")
    inbox.change("key_task", "任务台账", by=unknown)
    cell = inbox.sheet("key_task", "任务台账").heading_address("opinion")
    inbox.note("column.unknown", "key_task", sheet="任务台账", cell=cell, what="多出一列“督办组意见”")
    inbox.change("law_study", "学法台账", by=missing)
    inbox.note("column.missing", "law_study", sheet="学法台账", what="缺少“学习内容”列")
    hidden = frozenset({"with_departments"})
    inbox.change("key_task", "任务台账", by=lambda sheet: replace(sheet, hidden_columns=hidden))
    inbox.note("column.hidden", "key_task", sheet="任务台账", what="“协同部门”一列被隐藏")
    inbox.change("publicity_activity", "7月", by=lambda sheet: replace(sheet, away=True))
    inbox.note("sheet.hidden", "publicity_activity", sheet="7月", what="“7月”表被隐藏")


def _spoil_totals(inbox: Spoiled) -> None:
    """The formula of a total was not drawn out over the rows that were added below."""
    records = inbox.records["fire_penalty"]
    sheet = inbox.sheet("fire_penalty", "简易处罚")
    first, last = (sheet.address("fine_yuan", at) for at in (0, len(records) - 1))
    stated = Formula(f"=SUM({first}:{last})", sum(row["fine_yuan"] or 0 for row in records))
    total = {**(sheet.total or {}), "fine_yuan": stated}
    inbox.change("fire_penalty", "简易处罚", by=lambda sheet: replace(sheet, total=total))
    cell = sheet.address("fine_yuan", len(sheet.rows))
    for code in ("total.differs", "total.range_short"):
        what = "合计公式没有扩大到后来补登的各行"
        inbox.note(code, "fire_penalty", sheet="简易处罚", cell=cell, what=what)


def _spoil_files(inbox: Spoiled) -> None:
    name = f"{MISSING_MONTH}月"
    inbox.change("publicity_activity", name, by=lambda _: None)
    inbox.note("sheet.month_missing", "publicity_activity", sheet=name, what=f"没有“{name}”表")
    path = f"{JUSTICE}/关于报送材料的通知.txt"
    inbox.content[path] = "请各科室于每月5日前报送台账。\r\n".encode("gbk")
    inbox.troubles.append(Trouble(code="file.unexpected", ledger="", file=path, what="不是任何一本台账的文件"))
