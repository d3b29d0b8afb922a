"""L02: the penalty cases of 综合行政执法大队: an .xls with merged headings, and an older version beside it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from sources.samples.invent import COMMUNITIES, SIGNED_ON, YEAR, after, id_number, person, phone, workdays
from sources.samples.officers import FOLDER, certificates
from sources.samples.paper import Book, Heading, Ledger, Row, Sheet
from sources.samples.pens import amounts, dates, ditto, numbered, signed, sometimes, written

# Fifteen ordinary cases, whose fines add up to 21000.
_FINES = (500, 800, 1000, 500, 1000, 1200, 1500, 1500, 2000, 2000, 2000, 1000, 2000, 2000, 2000)
_OFFENCES = (
    ("占道经营", "市容环境"),
    ("擅自设置户外广告", "市容环境"),
    ("未按规定分类投放生活垃圾", "生活垃圾"),
    ("餐饮服务未按规定安装油烟净化设施", "油烟"),
    ("擅自改变物业管理用房用途", "物业"),
    ("违反燃气安全使用规定", "燃气"),
    ("在楼道堆放杂物", "物业"),
)
_SOURCES = ("巡查发现", "投诉举报", "上级交办", "12345", "巡查发现")
_OLDER_ROWS = 14
_NOTE = "注：其中1起为上年结转，罚款金额以处罚决定书为准。"
FINAL = "行政处罚案件台账(2024年)最终版.xls"


def ledger() -> Ledger:
    """The ledger of cases: fifteen ordinary ones of the year, and those that must not count."""
    rng = Random(201)  # noqa: S311 - drawing, not secrecy
    rows = [_carried_over(rng), *_ordinary(rng), *_summary(rng), withdrawn(rng, date(2024, 5, 22))]
    rows.sort(key=lambda row: row["filed_on"])
    records = numbered(tuple(_with_case_numbers(rows)))
    final = book(records, name=FINAL, signed_on=SIGNED_ON)
    older = book(records[:_OLDER_ROWS], name="行政处罚案件台账(2024年).xls", signed_on=date(2024, 10, 8))
    return Ledger(id="penalty_case", records=records, books=(final, older))


def _with_case_numbers(rows: list[Row]) -> list[Row]:
    """The rows with a number each, counted by procedure within the year of filing."""
    # The first numbers of 2023 belong to cases that stand in the ledger of 2023.
    counters = Counter({("普通程序", 2023): 30})
    numbered_rows = []
    for row in rows:
        series = (row["procedure"], row["filed_on"].year)
        counters[series] += 1
        word = "立" if row["procedure"] == "普通程序" else "简"
        numbered_rows.append(row | {"case_no": f"西沽综执{word}〔{series[1]}〕第{counters[series]:03}号"})
    return numbered_rows


def _ordinary(rng: Random) -> list[Row]:
    days = workdays(date(2024, 1, 8), date(2024, 9, 30))
    rows = []
    for index, fine in enumerate(_FINES):
        filed_on = date(2023, 12, 4) if index == 0 else days[index * len(days) // len(_FINES)]
        row = case(rng, filed_on=filed_on, decided_on=after(filed_on, 22 + rng.randrange(25)))
        row["decision_no"] = f"津红西沽综执罚决字〔2024〕第{index + 1:03}号"
        rows.append(settled(rng, row | {"procedure": "普通程序", "punishment": "罚款"}, fine))
    rows[5]["punishment"] = "警告、罚款"
    return rows


def case(rng: Random, *, filed_on: date, decided_on: date) -> Row:
    """A case up to its decision, without its numbers, its procedure and what was decided."""
    offence, field = rng.choice(_OFFENCES)
    party_type = rng.choice(("个体工商户", "个体工商户", "法人", "公民"))
    citizen = party_type == "公民"
    first, second = rng.sample(certificates(), 2)
    return {
        "case_no": None,
        "case_source": rng.choice(_SOURCES),
        "offence": offence,
        "field": field,
        "item_code": f"330217{rng.randrange(1000):03}000",
        "party_type": party_type,
        "party": person(rng) if citizen else f"红桥区某某{rng.choice(('餐饮店', '超市', '商贸行', '物业公司'))}",
        "party_number": id_number(rng) if citizen else f"99120106MA{rng.randrange(10**8):08}",
        "legal_representative": None if citizen else person(rng),
        "phone": phone(rng),
        "address": f"红桥区某某路{rng.randrange(1, 90)}号",
        "community": rng.choice(COMMUNITIES[:4]),
        "offended_on": filed_on - timedelta(days=rng.randrange(0, 6)),
        "filed_on": filed_on,
        "procedure": None,
        "officer_1": person(rng),
        "officer_cert_1": first,
        "officer_2": person(rng),
        "officer_cert_2": second,
        "investigated_on": after(filed_on, 10),
        "legal_review": "是",
        "legal_review_on": after(filed_on, 13),
        "discussed": "否",
        "informed_on": after(filed_on, 15),
        "hearing": "否",
        "decision_no": None,
        "decided_on": decided_on,
    }


def settled(rng: Random, row: Row, fine: int | None) -> Row:
    """The row with what follows the decision: served, paid, closed."""
    served_on = after(row["decided_on"], 1 + rng.randrange(5))
    paid_on = served_on + timedelta(days=1 + rng.randrange(12)) if fine else None
    closed_on = after(paid_on or served_on, 1 + rng.randrange(4))
    return row | {
        "fine_yuan": fine,
        "confiscated_income_yuan": None,
        "served_on": served_on,
        "paid_on": paid_on,
        "paid_yuan": fine,
        "surcharge_yuan": None,
        "enforcement": "自动履行",
        "closed_on": closed_on,
        "status": "结案",
        "published_on": after(row["decided_on"], 6),
        "appeal": "无",
        "remark": None,
    }


def _carried_over(rng: Random) -> Row:
    row = case(rng, filed_on=date(2023, 10, 16), decided_on=date(2023, 12, 18))
    row |= {"decision_no": "津红西沽综执罚决字〔2023〕第027号", "procedure": "普通程序", "punishment": "罚款"}
    return settled(rng, row, 1200) | {"remark": "上年结转"}


def _summary(rng: Random) -> list[Row]:
    """Three cases of the summary procedure: they stand in the same ledger and are no ordinary cases."""
    rows = []
    for index, (day, fine) in enumerate(((date(2024, 3, 20), 50), (date(2024, 6, 13), 100), (date(2024, 9, 5), None))):
        row = case(rng, filed_on=day, decided_on=day)
        row |= {
            "decision_no": f"津红西沽综执当罚字〔2024〕第{index + 1:03}号",
            "party_type": "公民",
            "party": person(rng),
            "party_number": id_number(rng),
            "legal_representative": None,
            "offended_on": day,
            "investigated_on": day,
            "legal_review": "不适用",
            "legal_review_on": None,
            "informed_on": day,
            "procedure": "简易程序",
            "punishment": "罚款" if fine else "警告",
        }
        rows.append(settled(rng, row, fine) | {"served_on": day})
    return rows


def withdrawn(rng: Random, day: date) -> Row:
    """A case of the ordinary procedure that was filed and given up on `day`."""
    row = case(rng, filed_on=day, decided_on=day)
    undecided = dict.fromkeys(
        [
            "legal_review_on",
            "informed_on",
            "decided_on",
            "decision_no",
            "punishment",
            "fine_yuan",
            "served_on",
            "paid_on",
            "paid_yuan",
            "surcharge_yuan",
            "confiscated_income_yuan",
            "enforcement",
            "closed_on",
            "published_on",
        ]
    )
    return (
        row
        | undecided
        | {
            "procedure": "普通程序",
            "legal_review": "不适用",
            "status": "撤销立案",
            "appeal": "无",
            "remark": "违法事实不成立",
        }
    )


def book(records: tuple[Row, ...], *, name: str, signed_on: date, year: int = YEAR, note: str = _NOTE) -> Book:
    """The file that the cases of `year` are written into, with `note` below them."""
    rng = Random(202)  # noqa: S311
    money = amounts(rng)
    pens = {
        "offended_on": dates(rng, plain=9),
        "filed_on": dates(rng),
        "decided_on": dates(rng),
        "served_on": dates(rng),
        "closed_on": dates(rng),
        "fine_yuan": money,
        "paid_yuan": money,
        "procedure": sometimes(rng, {"普通程序": "一般程序"}, share=0.4),
        "punishment": lambda _, value: {"警告、罚款": "警告并处罚款"}.get(value, value),
        "status": sometimes(rng, {"结案": "已结案"}),
        "party_type": sometimes(rng, {"个体工商户": "个体户", "公民": "个人"}),
    }
    total: Row = {
        "serial_no": "合  计",
        "fine_yuan": sum(row["fine_yuan"] or 0 for row in records),
        "paid_yuan": sum(row["paid_yuan"] or 0 for row in records),
    }
    sheet = Sheet(
        name="台账",
        titles=(f"西沽街道{year}年行政处罚案件台账", "填报单位：综合行政执法大队（盖章）"),
        headings=_HEADINGS,
        rows=ditto(written(records, pens), "community"),
        total=total,
        notes=(note,),
        footer=signed("李某", "赵某某", signed_on),
    )
    return Book(folder=FOLDER, name=name, stored_as="xls", sheets=(sheet,))


_HEADINGS = {
    "serial_no": Heading("序号", 6),
    "case_no": Heading("案件编号", 26),
    "case_source": Heading("案件来源", 12),
    "offence": Heading("案由\n（违法行为）", 36),
    "field": Heading("执法领域", 12),
    "item_code": Heading("处罚事项编码", 16),
    "party_type": Heading("类型", 12, "当事人"),
    "party": Heading("名称或姓名", 20, "当事人"),
    "party_number": Heading("证件号码", 22, "当事人"),
    "legal_representative": Heading("法定代表人", 12, "当事人"),
    "phone": Heading("联系电话", 14, "当事人"),
    "address": Heading("地址", 20, "当事人"),
    "community": Heading("违法地点（社区）", 14),
    "offended_on": Heading("违法行为发生日", 14),
    "filed_on": Heading("立案日期", 14),
    "procedure": Heading("适用程序", 10),
    "officer_1": Heading("姓名1", 10, "执法人员"),
    "officer_cert_1": Heading("证号1", 14, "执法人员"),
    "officer_2": Heading("姓名2", 10, "执法人员"),
    "officer_cert_2": Heading("证号2", 14, "执法人员"),
    "investigated_on": Heading("调查终结日", 14),
    "legal_review": Heading("法制审核", 10),
    "legal_review_on": Heading("法制审核日", 14),
    "discussed": Heading("集体讨论", 10),
    "informed_on": Heading("告知书送达日", 14),
    "hearing": Heading("是否听证", 10),
    "decision_no": Heading("文号", 34, "处罚决定"),
    "decided_on": Heading("日期", 14, "处罚决定"),
    "punishment": Heading("种类", 16, "处罚情况"),
    "fine_yuan": Heading("金额\n（元）", 12, "处罚情况"),
    "confiscated_income_yuan": Heading("没收违法所得（元）", 12, "处罚情况"),
    "served_on": Heading("送达日期", 14),
    "paid_on": Heading("缴款日期", 14, "执行情况"),
    "paid_yuan": Heading("实缴金额（元）", 12, "执行情况"),
    "surcharge_yuan": Heading("加处罚款（元）", 12, "执行情况"),
    "enforcement": Heading("执行方式", 12, "执行情况"),
    "closed_on": Heading("结案日期", 14),
    "status": Heading("案件状态", 10),
    "published_on": Heading("公示日期", 14),
    "appeal": Heading("复议/诉讼", 10),
    "remark": Heading("备注", 20),
}
