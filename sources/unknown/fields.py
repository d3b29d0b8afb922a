"""Fields stated in pairs, a word and what it says beside it: 填报单位 | 某街道 | 填报时间 | 2024年5月."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from sources.reading.footers import role_of
from sources.reading.headings import SERIAL, bare
from sources.unknown.looks import heads, is_period, kind_of
from sources.values import fold

LONGEST_LABEL = 12
_ASKS_WHEN = re.compile(r".*(?:日期|时间|年度|年份|年月|月份|季度|日)")


def are_pairs(cells: Mapping[int, Any]) -> bool:
    """Whether the cells of a row may be words and what they say, by turns."""
    labels, values = [*cells.values()][::2], [*cells.values()][1::2]
    if len(labels) != len(values) or not all(map(_is_label, labels)):
        return False
    return sum(map(heads, labels)) * 2 >= len(labels) and not any(bare(str(cell))[0] in SERIAL for cell in values)


def answers_itself(cells: Mapping[int, Any]) -> bool:
    """Whether nobody would take the pairs for headings: one says when (年度 | 2024), or none of the answers heads."""
    row = [*cells.values()]
    if any(_ASKS_WHEN.fullmatch(fold(str(label))) and _is_when(cell) for label, cell in pairwise(row)):
        return True
    return role_of(str(row[0])) == "footer" and not any(map(heads, row[1::2]))


def _is_label(cell: Any) -> bool:
    return isinstance(cell, str) and kind_of(cell) == "text" and len(fold(cell)) <= LONGEST_LABEL


def _is_when(cell: Any) -> bool:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return 1990 <= cell <= 2099
    return kind_of(cell) == "date" or (isinstance(cell, str) and re.search(r"\d", cell) is not None and _dated(cell))


def _dated(text: str) -> bool:
    return is_period(fold(text)) or re.fullmatch(r"(?:19|20)\d\d[年./-]?\d{0,2}月?", fold(text)) is not None
