"""The second state of the sample: the same inbox with one representative of each kind of trouble."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sources.samples.cross_troubles import consequences
from sources.samples.paper import ErrorCell, Heading, Ledger, Sheet, draw
from sources.samples.publicity import FOLDER as JUSTICE
from sources.samples.publicity import summary
from sources.samples.rule_troubles import RULES, spoil_sheets_by_rules
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
        row=10,
        says={"category": None},
        what="服务类别没有填写",
    ),
    Spot(
        code="row.out_of_year",
        ledger="adviser_service",
        sheet="工作记录",
        row=0,
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
        says={"completed_pct": ErrorCell("=1/0", "#DIV/0!")},
        what="完成率的公式显示“#DIV/0!”",
    ),
    Spot(
        code="cell.formula_without_value",
        ledger="key_task",
        sheet="任务台账",
        row=11,
        says={"completed_pct": ErrorCell("=50/100", "")},
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
)


def spoil(ledgers: tuple[Ledger, ...], holders: Mapping[str, str]) -> tuple[dict[str, bytes], tuple[Trouble, ...]]:
    """The files of the spoiled inbox, and what is wrong with them in the order of the ledgers.

    `holders` names, for a ledger that stands in another's workbook, that other ledger.
    """
    inbox = Spoiled(ledgers, holders)
    _spoil_columns(inbox)
    _spoil_sheets(inbox)
    for spot in (*_CELLS, *RULES):
        inbox.spoil(spot)
    spoil_sheets_by_rules(inbox)
    _spoil_totals(inbox)
    _spoil_files(inbox)
    consequences(inbox)
    order = [ledger.id for ledger in ledgers]
    return inbox.files(), tuple(sorted(inbox.troubles, key=lambda trouble: (order.index(trouble.ledger), trouble.code)))


def _spoil_columns(inbox: Spoiled) -> None:
    def twice(sheet: Sheet) -> Sheet:
        rows = tuple(row | {"valid_again": row["valid_until"]} for row in sheet.rows)
        return replace(sheet, headings={**sheet.headings, "valid_again": Heading("有效期至", 14)}, rows=rows)

    def unknown(sheet: Sheet) -> Sheet:
        rows = tuple(row | {"opinion": "同意" if at % 9 == 0 else None} for at, row in enumerate(sheet.rows))
        return replace(sheet, headings={**sheet.headings, "opinion": Heading("督办组意见", 14)}, rows=rows)

    def missing(sheet: Sheet) -> Sheet:
        return replace(sheet, headings={name: it for name, it in sheet.headings.items() if name != "mechanism"})

    inbox.change("enforcement_officer", "执法人员", by=twice)
    cell = inbox.sheet("enforcement_officer", "执法人员").heading_address("valid_again")
    inbox.note("column.twice", "enforcement_officer", sheet="执法人员", cell=cell, what="“有效期至”有两列")
    inbox.change("key_task", "任务台账", by=unknown)
    cell = inbox.sheet("key_task", "任务台账").heading_address("opinion")
    inbox.note("column.unknown", "key_task", sheet="任务台账", cell=cell, what="多出一列“督办组意见”")
    inbox.change("mediation_case", "mediation", by=missing)
    inbox.note("column.missing", "mediation_case", sheet="mediation", what="缺少“机制”列")


def _spoil_sheets(inbox: Spoiled) -> None:
    inbox.change(
        "fire_inspection", "消防检查", by=lambda sheet: replace(sheet, rows=(), total=None, hidden=frozenset())
    )
    inbox.note("sheet.empty", "fire_inspection", sheet="消防检查", what="只有表头，没有记录，也没有写零报告")
    inbox.change("adviser_contract", "聘用合同", by=lambda _: None)
    inbox.note("sheet.missing", "adviser_contract", what="工作簿里没有“聘用合同”表")
    bare = {f"column_{at}": Heading("", 16) for at in range(8)}
    inbox.change("document", "登记簿", by=lambda sheet: _without_headings(sheet, bare))
    inbox.note("sheet.no_header", "document", sheet="登记簿", what="表头一行被删掉")


def _without_headings(sheet: Sheet, bare: Mapping[str, Heading]) -> Sheet:
    names = dict(zip(bare, sheet.headings, strict=True))
    rows = tuple({new: row[old] for new, old in names.items()} for row in sheet.rows)
    return replace(sheet, headings=bare, rows=rows)


def _spoil_totals(inbox: Spoiled) -> None:
    stated = inbox.sheet("fire_penalty", "简易处罚").total or {}
    wrong = {**stated, "fine_yuan": stated["fine_yuan"] + 100}
    inbox.change("fire_penalty", "简易处罚", by=lambda sheet: replace(sheet, total=wrong))
    sheet = inbox.sheet("fire_penalty", "简易处罚")
    cell = sheet.address("fine_yuan", len(sheet.rows))
    inbox.note("total.differs", "fire_penalty", sheet="简易处罚", cell=cell, what="罚款金额合计比各行相加多100元")


def _spoil_files(inbox: Spoiled) -> None:
    name = f"{MISSING_MONTH}月"
    inbox.change("publicity_activity", name, by=lambda _: None)
    # 汇总 agrees with the eleven months that are there, so that the missing sheet is the only trouble.
    months = [
        tuple(row for row in inbox.records["publicity_activity"] if row["held_on"].month == month)
        for month in range(1, 13)
        if month != MISSING_MONTH
    ]
    inbox.change("publicity_activity", "汇总", by=lambda _: summary(months))
    inbox.note("sheet.month_missing", "publicity_activity", sheet=name, what=f"没有“{name}”表")

    inbox.note("file.missing", "legal_service", what="没有报送这本台账")
    del inbox.books[inbox.paths["legal_service"]]

    path = inbox.paths["business_activity"]
    inbox.note("file.unreadable", "business_activity", what="文件只传了一半，打不开")
    content = draw(inbox.books.pop(path))
    inbox.content[path] = content[: len(content) // 2]

    taken = inbox.books[inbox.paths["reception_duty"]]
    shorter = replace(taken.sheets[0], rows=taken.sheets[0].rows[:-1])
    other = replace(taken, name=taken.name.replace(".xlsx", "改.xlsx"), sheets=(shorter,))
    inbox.books[other.path] = other
    inbox.note("file.several", "reception_duty", what=f"两个文件内容不同、填报日期相同，另一个是“{other.name}”")

    path = f"{JUSTICE}/关于报送材料的通知.txt"
    inbox.content[path] = "请各科室于每月5日前报送台账。\r\n".encode("gbk")
    inbox.troubles.append(
        Trouble(code="file.unexpected", ledger="publicity_activity", file=path, what="不是任何一本台账的文件")
    )
