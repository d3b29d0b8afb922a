"""Rows right below a header that are no rows yet: columns numbered, field codes, another language, how to fill in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.header import numbers_columns
from sources.reading.headings import Heading
from sources.unknown.looks import filled_cells, kind_of
from sources.values import as_text, fold

MOST = 3
# So many rows below say whether a row is like them.
ENOUGH = 30

_HOW_TO_FILL = re.compile(
    r".*(?:必填|选填|必录|必输|可不填|格式|下拉|填写|填数字|请?选择|自动(?:生成|计算)|字以内|不超过|限\d|\d位).*|[如例][::].*"
    r"|(?:文本|字符串?|数字|数值|日期|时间|整数|小数|金额|枚举|代码)(?:格式|型|类型)?(?:\(.*\))?"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_ .,()/#&%'-]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def with_subheads(sheet: Sheet, rows: range, headings: Sequence[Heading]) -> range:
    """The header rows and, below them, those that only say more about the headings."""
    for row in range(rows.stop, min(rows.stop + MOST, len(sheet.rows))):
        if not _says_more(sheet, row, headings):
            return range(rows.start, row)
    return range(rows.start, min(rows.stop + MOST, len(sheet.rows)))


def _says_more(sheet: Sheet, row: int, headings: Sequence[Heading]) -> bool:
    cells = filled_cells(sheet, row)
    columns = {heading.at for heading in headings}
    if len(cells) < 2 or not cells.keys() <= columns or len(cells) * 3 < len(columns) * 2:
        return False
    if len(cells) * 5 >= len(columns) * 4 and numbers_columns(sheet.rows[row]):
        return True
    texts = {at: fold(cell) for at, cell in cells.items() if kind_of(cell) in ("text", "code", "long")}
    if len(texts) < len(cells):
        return False
    below = [filled_cells(sheet, other) for other in range(row + 1, min(len(sheet.rows), row + 1 + ENOUGH))]
    again = sum(any(fold(as_text(other.get(at)) or "") == text for other in below) for at, text in texts.items())
    if again * 3 > len(texts):
        # 文本 and 必填 that come again are what the rows are about.
        return False
    if sum(_HOW_TO_FILL.fullmatch(text) is not None for text in texts.values()) * 3 >= len(texts) * 2:
        return True
    named = sum(_HAN.search(heading.written) is not None for heading in headings)
    return named * 2 > len(headings) and all(map(_LATIN.fullmatch, texts.values())) and _is_foreign(texts, below)


def _is_foreign(texts: Collection[int], below: Sequence[Mapping[int, Any]]) -> bool:
    """Whether in most of the columns what stands below is in other letters than the row."""
    others = 0
    for at in texts:
        kinds = Counter(_is_latin(cells[at]) for cells in below if at in cells)
        others += not kinds or kinds[False] > kinds[True]
    return any(below) and others * 2 > len(texts)


def _is_latin(cell: Any) -> bool:
    return isinstance(cell, str) and kind_of(cell) != "date" and _LATIN.fullmatch(fold(cell)) is not None
