"""The columns of a table that may tell one record from another: what a person would call a row by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from sources.reading.headings import SERIAL
from sources.unknown.guessing import Guess, is_amount, is_identifier, is_measure
from sources.unknown.outline import OutlinedColumn
from sources.values import as_text, fold, is_nothing

# So many keys are tried before the first is taken with what it makes of the file.
MOST_KEYS = 4
# Of a column that tells rows apart so many in a hundred may be blank: somebody forgot them.
BLANK_KEYS = 20
# How likely a key is by its kind: numbers, names, other texts, what is told at length, days.
NUMBERS, NAMED, TEXTS, TOLD, DAYS = range(5)

_NAMES = re.compile(
    r".*(?:名称|姓名|名|事项|项目|指标|任务|社区|单位|部门|科室|街道|网格|月份|地区|区域|辖区|主题|标题|题目|对象|场所)(?:\d|\(.*\))?"
)
_PROSE = re.compile(
    r".*(?:备注|说明|内容|概况|摘要|意见|建议|情况|原因|措施|结果|状态|进展|落实|简历|评价|要求|标准|方式|诉求|隐患|问题|人|人员)(?:\d|\(.*\))?"
)
_REMARK = re.compile(r"(?:.*_)?(?:备注|附注|说明)(?:\d|\(.*\))?")
# In words these are no measures.
_WORDS = ("人员", "年份", "年度")
_PERIOD = re.compile(r"年份|年度|月份|季度|年|月")


@dataclass(frozen=True, eq=False)
class Field:
    """One column of the draft."""

    id: str
    column: OutlinedColumn
    guess: Guess
    cells: tuple[Any, ...]
    headings: tuple[str, ...] = ()
    unit: str | None = None
    merged: bool = False

    @cached_property
    def texts(self) -> list[str]:
        """What the cells say, folded; empty where they say nothing."""
        return ["" if (text := as_text(cell)) is None or is_nothing(text) else fold(text) for cell in self.cells]


def keys_of(fields: Sequence[Field]) -> tuple[list[tuple[Field, ...]], str]:
    """The columns that may tell one row from another, the likeliest first, and their names.

    Numbers, names and other texts by themselves come before two of them, those before serial numbers. What is counted,
    paid or told at length is no key; where nothing else tells the rows apart there is none.
    """
    usable = [each for each in fields if each.guess.personal == "keep"]
    proper = [each for each in usable if not _is_serial(each)]
    if not any(text for each in fields for text in each.texts):
        first = [*(each for each in proper if each.guess.type == "identifier"), *proper, *usable]
        return [(first[0],) if first else ()], ""
    telling = sorted(filter(_may_tell, proper), key=_rank)
    people = [each for each in fields if each.guess.personal == "drop" and not _is_serial(each)]
    # A row of which nothing is known but its number, or what it costs, is not filled in.
    rows = [at for at in range(len(fields[0].cells)) if any(each.texts[at] for each in (*telling, *people))]
    alone = [each for each in telling if _rank(each) < DAYS and _distinct(each, rows=rows, spare=BLANK_KEYS)]
    leading = next((each for each in fields if not _is_serial(each)), None)
    found: list[tuple[Field, ...]] = [(each,) for each in alone if _rank(each) <= NAMED]
    found += [(each,) for each in people if each is leading and _distinct(each, rows=rows)]
    found += [(each,) for each in alone if _rank(each) > NAMED]
    pairs: Iterable[tuple[Field, ...]] = combinations(sorted(telling[:10], key=fields.index), 2)
    found = found or [pair for pair in pairs if _distinct(*pair, rows=rows)][:1]
    found = found or [(each,) for each in (*telling, *people) if _distinct(each, rows=rows)]
    # A number by which cases are known is so even where one was given twice.
    found = found or [(each,) for each in telling if _rank(each) == NUMBERS and _mostly_distinct(each)]
    found = found or [(each,) for each in usable if _is_serial(each) and _distinct(each, rows=rows)]
    return found[:MOST_KEYS] or [()], "、".join(" + ".join(each.column.name for each in key) for key in found)


def _is_serial(each: Field) -> bool:
    return each.column.heading.path[-1] in SERIAL


def _may_tell(each: Field) -> bool:
    """Whether the column may be a key, or a part of one."""
    name, kind = each.column.heading.joined, each.guess.type
    if kind in ("count", "number"):
        return _PERIOD.fullmatch(name) is not None
    if kind in ("text", "code") and not is_identifier(name):
        amounts = is_amount(name) or (is_measure(name) and not name.endswith(_WORDS))
        return not amounts and not _REMARK.fullmatch(name)
    return kind in ("identifier", "text", "code", "date")


def _rank(each: Field) -> int:
    leaf = each.column.heading.path[-1]
    if each.guess.type == "identifier" or is_identifier(leaf):
        return NUMBERS
    if each.guess.type in ("date", "count", "number") or leaf.endswith(("日期", "时间")):
        return DAYS
    if _NAMES.fullmatch(leaf):
        return NAMED
    return TOLD if _PROSE.fullmatch(leaf) else TEXTS


def _distinct(*fields: Field, rows: Sequence[int], spare: int = 0) -> bool:
    """Whether no two of the rows say the same; each says something, but for a share of `spare` percent."""
    texts = [each.texts for each in fields]
    found = [parts for at in rows if all(parts := tuple(column[at] for column in texts))]
    return bool(found) and (len(rows) - len(found)) * 100 <= len(rows) * spare and len({*found}) == len(found)


def _mostly_distinct(each: Field) -> bool:
    """Whether at least half of what the column says is said once."""
    said = [text for text in each.texts if text]
    return len({*said}) * 2 > len(said) > 0
