"""Problems, orders and 退回单 for the tests of them."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from sources.reading.returned import number
from sources.workbooks import returns
from sources.workbooks.returns import Item, Order, Problem, ReturnWords
from warehouse.declarations import load
from warehouse.model import Level

ROOT = Path(__file__).parents[2]
WORDS = load(ReturnWords, ROOT / "templates" / "returns" / "words.yml")
HEAD = ["案件编号", "决定日期", "罚款金额", "人次", "备注"]
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
ROWS = [HEAD, ["罚〔2024〕1号", "2024-03-05", 1500, 3, "见卷宗"], ["罚〔2024〕2号", "2024年13月5日", None, 4, ""]]


def problem(cell="B3", level=Level.ERROR, **changes):
    given = {"sheet": "台账", "column": "决定日期", "says": "“决定日期”不能识别为日期。", "fix": "请填真实日期。"}
    return Problem(level=level, cell=cell, **{**given, **changes})


def alone(each):
    return Item(level=each.level, says=each.says, fix=each.fix, problems=(each,))


def order(*problems, of="a" * 12):
    return Order(
        number=number([of]),
        office="清河镇",
        department="执法队",
        year=2024,
        ledgers=("行政处罚台账",),
        file="台账.xlsx",
        made_at="2025年1月7日",
        created=datetime(2025, 1, 7, tzinfo=UTC).replace(tzinfo=None),
        items=tuple(each if isinstance(each, Item) else alone(each) for each in problems or (problem(),)),
    )


def given_back(content, *problems, **options):
    return returns.write(content, order(*problems, **options), WORDS)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def plain(sheet):
    return {"rules": len(sheet.conditional_formatting), "comments": sum(1 for row in sheet for c in row if c.comment)}
