"""Fields stated in pairs, a word and what it says beside it: 填报单位 | 某街道 | 填报时间 | 2024年5月."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sources.reading.footers import role_of
from sources.reading.headings import SERIAL, bare
from sources.unknown.looks import heads, is_period, kind_of
from sources.values import fold

LONGEST_LABEL, FEWEST_FIELDS = 12, 3
_NAMES_A_LIST = re.compile(r"(?:指标|事项|字段|栏目|要素|科目)(?:名称)?|项目|内容|类别|信息项|问题|任务|名称")
_NAMES_ONE = re.compile(r".*(?:姓名|名称|单位|部门|编号|性别|案由)")
_ASKS_WHEN = re.compile(r".*(?:日期|时间|年度|年份|年月|月份|季度|日)")


def are_pairs(cells: Mapping[int, Any]) -> bool:
    """Whether the cells of a row may be words and what they say, by turns."""
    labels, values = [*cells.values()][::2], [*cells.values()][1::2]
    if not labels or len(labels) != len(values) or not all(map(_is_label, labels)):
        return False
    return sum(map(heads, labels)) * 2 >= len(labels) and not any(bare(str(cell))[0] in SERIAL for cell in values)


def answers_itself(cells: Mapping[int, Any]) -> bool:
    """Whether nobody would take the pairs for headings: one says when (年度 | 2024), or none of the answers heads."""
    row = [*cells.values()]
    if any(_ASKS_WHEN.fullmatch(fold(str(label))) and _is_when(cell) for label, cell in pairwise(row)):
        return True
    return role_of(str(row[0])) == "footer" and not any(map(heads, row[1::2]))


def is_form(rows: Sequence[Mapping[int, Any]], columns: Sequence[int], *, header: int, goes_on: bool = False) -> bool:
    """Whether all rows, the one taken for a header among them, hold words and what they say in the columns by turns.

    Where cells of one kind stand beside a single column of words, or the first of these names a list, it is a table;
    not below the lines of a form, which `goes_on`.
    """
    # Where a photograph belongs nothing stands below.
    columns = [at for at in columns if any(at in cells for cells in rows[header + 1 :])]
    if len(columns) % 2 or len(rows) < (2 if goes_on else FEWEST_FIELDS):
        return False
    top = [cell for at in columns[1::2] if (cell := rows[header].get(at, ""))]
    first = fold(str(rows[header].get(columns[0], "")))
    below = rows[header + 1 :]
    if sum(map(are_pairs, below)) * 2 < len(below) or sum(map(heads, top)) * 2 > len(top):
        return False
    firsts = [cells[at] for cells in rows for at in columns[::2] if at in cells]
    labels = {fold(cell): cell for cell in firsts if _is_label(cell)}
    if (
        len(labels) * 4 < len(firsts) * 3
        or any(is_period(fold(str(cell))) for cell in top)
        or _NAMES_A_LIST.fullmatch(first)
    ):
        return False
    values = [cells[at] for at in columns[1::2] for cells in rows[header + 1 :] if at in cells]
    asked = sum(map(heads, labels.values())) * 3 >= len(labels) * 2 and sum(map(heads, values)) * 2 <= len(values)
    kinds = {kind_of(cell) for cell in values}
    many = goes_on or len(columns) > 2 or len(kinds) > 1 or _NAMES_ONE.fullmatch(first)
    return asked and kinds != {"number"} and bool(many)


def _is_label(cell: Any) -> bool:
    text = fold(cell) if isinstance(cell, str) else ""
    return 0 < len(text) <= LONGEST_LABEL and not text[0].isdigit() and kind_of(cell) == "text"


def _is_when(cell: Any) -> bool:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return 1990 <= cell <= 2099
    return kind_of(cell) == "date" or (isinstance(cell, str) and re.search(r"\d", cell) is not None and _dated(cell))


def _dated(text: str) -> bool:
    return is_period(fold(text)) or re.fullmatch(r"(?:19|20)\d\d[年./-]?\d{0,2}月?", fold(text)) is not None
