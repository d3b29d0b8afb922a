"""What is wrong with whole columns, with two rows that keep their sum, and around the table: titles, signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sources.samples.paper import Sheet
from sources.samples.pens import signed
from sources.samples.spoiling import Spoiled

# Ledger, sheet, column, what all of its rows say, and what is found there.
_ONE_WORD: tuple[tuple[str, str, str, str, tuple[str, ...], str], ...] = (
    ("penalty_case", "台账", "case_source", "巡查发现", ("rule.category_all_same",), "案件来源全部相同"),
    ("fire_inspection", "消防检查", "inspection_mode", "日常", ("rule.category_all_same",), "检查方式全部相同"),
    ("legal_service", "Sheet1", "category", "法律咨询", ("rule.category_all_same",), "服务类别全部相同"),
    ("visit", "visit", "mode", "来访", ("rule.category_all_same",), "来访方式全部相同"),
    ("law_study", "学法台账", "form", "专题研讨", ("rule.category_all_same",), "学习形式全部相同"),
    (
        "legality_review",
        "合法性审查",
        "kind",
        "其他",
        ("rule.category_all_same", "rule.category_other"),
        "类型全部是“其他”",
    ),
    (
        "mediation_case",
        "mediation",
        "dispute",
        "其他",
        ("rule.category_all_same", "rule.category_other"),
        "纠纷类别全部是“其他”",
    ),
)


def spoil_sheets(inbox: Spoiled) -> None:
    """Spoil columns, pairs of rows and what stands around the tables, once every row is there."""
    for ledger, sheet, column, word, codes, what in _ONE_WORD:
        inbox.rewrite(ledger, sheet, says=_all(inbox, ledger, sheet, {column: word}))
        for code in codes:
            inbox.note(code, ledger, sheet=sheet, cell=inbox.sheet(ledger, sheet).address(column, 0), what=what)
    _lectures_only(inbox)
    _others(inbox)
    _people(inbox)
    _around(inbox)


def _all(inbox: Spoiled, ledger: str, sheet: str, says: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return dict.fromkeys(range(len(inbox.sheet(ledger, sheet).rows)), says)


def _lectures_only(inbox: Spoiled) -> None:
    months = [f"{month}月" for month in range(1, 13)]
    for name in months:
        says = _all(inbox, "publicity_activity", name, {"form": "法治专题讲座"})
        inbox.rewrite("publicity_activity", name, says=says)
    cell = inbox.sheet("publicity_activity", months[0]).address("form", 0)
    what = "活动形式全部相同"
    inbox.note("rule.category_all_same", "publicity_activity", sheet=months[0], cell=cell, what=what)


def _others(inbox: Spoiled) -> None:
    """Two kinds of five are 其他: more than a third of all."""
    rows = len(inbox.sheet("fire_inspection", "消防检查").rows)
    says = {at: {"premises_type": "其他"} for at in range(rows) if at % 5 < 2}
    inbox.rewrite("fire_inspection", "消防检查", says=says)
    for ledger, sheet, column, what in (
        ("fire_inspection", "消防检查", "premises_type", "场所类型四成是“其他”"),
        ("document", "登记簿", "kind", "文件种类四成以上是“其他”"),
    ):
        first = next(at for at, row in enumerate(inbox.sheet(ledger, sheet).rows) if row[column] in ("其他", "其它"))
        cell = inbox.sheet(ledger, sheet).address(column, first)
        inbox.note("rule.category_other", ledger, sheet=sheet, cell=cell, what=what)


def _people(inbox: Spoiled) -> None:
    """Two rows of a month exchange what they count, so that the sums still agree."""
    for month, column, value, code, what in (
        (3, "participants", 2, "rule.participants_unusual", "参加人次只有两人"),
        (4, "leaflets", -5, "rule.count_negative", "发放资料写成负数"),
        (9, "participants", -3, "rule.count_negative", "参加人次写成负数"),
    ):
        own = [row for row in inbox.records["publicity_activity"] if row["held_on"].month == month]
        numbers = [value, own[0][column] + own[1][column] - value]
        says = {at: {column: number} for at, number in enumerate(numbers)}
        inbox.rewrite("publicity_activity", f"{month}月", says=says)
        cell = inbox.sheet("publicity_activity", f"{month}月").address(column, 0)
        inbox.note(code, "publicity_activity", sheet=f"{month}月", cell=cell, what=what)


def _around(inbox: Spoiled) -> None:
    """A title and a file name of the year before, a ledger signed early, and one that nobody checked."""
    inbox.change("law_study", "学法台账", by=lambda sheet: replace(sheet, titles=("西沽街道学法用法台账（2023年）",)))
    inbox.note("sheet.other_year", "law_study", sheet="学法台账", cell="A1", what="标题写的是2023年")

    _sign(inbox, "reception_duty", "2024年排班", signed("吴某某", "郑某", date(2024, 11, 20)))
    inbox.note("file.stale", "reception_duty", what="填报日期是11月20日，以后没有更新")
    _sign(inbox, "business_activity", "营商活动", signed("胡某某", "", date(2025, 1, 6)))
    inbox.note("file.unsigned", "business_activity", what="没有审核人")

    book = inbox.books.pop(inbox.paths["key_task"])
    renamed = replace(book, name=book.name.replace("2024", "2023"))
    inbox.books[renamed.path] = renamed
    inbox.rename(book.path, renamed.path)
    inbox.note("file.other_year", "key_task", what="文件名写的是2023年")


def _sign(inbox: Spoiled, ledger: str, name: str, lines: tuple[str, ...]) -> None:
    def by(sheet: Sheet) -> Sheet:
        return replace(sheet, footer=lines)

    inbox.change(ledger, name, by=by)
