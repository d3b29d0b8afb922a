"""What the reader's tests draw with: a card, a workbook, a submission."""

import hashlib
import io
from datetime import UTC, datetime

import openpyxl

from sources.cards import LedgerCard
from sources.reading.reader import read
from warehouse.model import Slot, Submission

SECRET = b"0" * 32
SLOT = Slot("yun", "law", "penalty", 2024)

COLUMNS = {
    "case_no": {"name": "案件编号", "headings": ["案号"], "type": "identifier", "required": "cell"},
    "party": {"name": "当事人", "personal": "drop"},
    "id_card": {"name": "证件号码", "type": "identifier", "personal": "key"},
    "place": {"name": "社区", "fill_down": True},
    "decided_on": {"name": "决定日期", "headings": ["处罚情况_日期"], "type": "date", "required": "column"},
    "kinds": {
        "name": "处罚种类",
        "headings": ["处罚情况_种类"],
        "type": "list",
        "codes": {"警告": [], "罚款": ["罚金"], "其他": ["其它"]},
    },
    "fine_yuan": {"name": "罚款金额", "headings": ["处罚情况_金额"], "type": "money"},
    "people": {"name": "人次", "type": "count"},
    "closed": {"name": "是否办结", "type": "flag"},
    "remark": {"name": "备注"},
}


def card(**changes):
    """The card of a small penalty ledger; `columns` in the changes are added to its own."""
    declared = {
        "id": "penalty",
        "name": "行政处罚台账",
        "row_is": "一起案件",
        "key": ["case_no"],
        "placed_by": "decided_on",
        "carried_over": {"column": "remark", "words": ["上年结转"]},
        "totals": [{"column": "fine_yuan"}, {"column": "people"}, {"column": "case_no", "equals": "count"}],
    }
    columns = COLUMNS | changes.pop("columns", {})
    return LedgerCard.model_validate(declared | changes | {"columns": columns})


def book(*sheets, arrange=None):
    """An xlsx file: each sheet is (name, rows); `arrange` may change the openpyxl workbook before it is saved."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if arrange:
        arrange(workbook)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def submission(content, *, name="台账.xlsx", slot=SLOT):
    return Submission(
        slot=slot,
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=name,
        size=len(content),
        received_at=datetime(2025, 1, 6, tzinfo=UTC),
    )


def reading(content, *, of=None, sheets=()):
    return read(content, submission=submission(content), card=of or card(), sheets=sheets, secret=SECRET)


def read_rows(rows, **options):
    """The reading of a workbook of one sheet."""
    return reading(book(("台账", rows)), **options)


def codes(found):
    """Each finding as (code, sheet, cell), in order."""
    return [(finding.code, finding.sheet, finding.cell) for finding in found.findings]
