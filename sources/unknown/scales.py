"""Headings that count: the days of a month, days and months as dates, the days of a week, spans of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from sources.unknown.looks import kind_of
from sources.values import Problem, fold, parse_date

Step = Literal["", "number", "date", "weekday", "range"]

_WEEK = "一二三四五六日"
_WEEKDAY = re.compile(rf"(?:星期|周|礼拜)?([{_WEEK}天])")
_SPAN = re.compile(
    r"(?P<first>\d{1,5}(?:\.\d+)?)(?:[-~—至到])(?P<last>\d{1,5}(?:\.\d+)?)[\u4e00-\u9fff%]{0,3}"
    r"|(?P<open>\d{1,5}(?:\.\d+)?)[\u4e00-\u9fff%]{0,2}?(?P<side>(?:及)?以[上下])"
)
_SHORT_NUMBER = re.compile(r"0?[1-9]|[12]\d|3[01]")
# Fewer would as well be two numbers of a row that happen to follow each other; two days are told by what stands below.
FEWEST: Mapping[Step, int] = {"number": 3, "date": 2, "weekday": 3, "range": 2}
# So many numbers from 1 on stand in no row of data; those that begin later are more (16 to 31, 26 to 25).
LONG, LONGER = 5, 10
LAST_DAYS = (28, 29, 30, 31)


class Scale(NamedTuple):
    """The columns (from 0) of a row that count on from each other, and what they count; none where nothing does."""

    columns: frozenset[int] = frozenset()
    counts: Step = ""


def scale_in(cells: Mapping[int, Any]) -> Scale:
    """The longest run of neighbouring filled cells that count on: 1 2 3, days as dates, 一 二 三, 0-14 15-59."""
    found = Scale()
    if sum(isinstance(cell, str) and _SPAN.fullmatch(fold(cell)) is not None for cell in cells.values()) > 1:
        found = _run_of(cells, _span)
    return found if found.columns else _run_of(cells, _placed)


def _run_of(cells: Mapping[int, Any], placed: Callable[[Any], tuple[Step, Any]]) -> Scale:
    found = Scale()
    run: list[tuple[int, Step, Any]] = []
    for at, cell in [*cells.items(), (-1, None)]:
        step, value = placed(cell)
        if run and not (step == run[-1][1] and _follows(run[-1][2], value, step)):
            if len(run) > len(found.columns) and _is_scale(run):
                found = Scale(frozenset(each for each, _, _ in run), run[0][1])
            run = []
        if step:
            run.append((at, step, value))
    return found


def _span(cell: Any) -> tuple[Step, Any]:
    """The first and the last number of a span; an open one is infinite on that side."""
    found = _SPAN.fullmatch(fold(cell)) if isinstance(cell, str) else None
    if found is None:
        return "", None
    if found["open"]:
        bound = float(found["open"])
        return "range", (float("-inf"), bound) if found["side"][-1] == "下" else (bound, float("inf"))
    first, last = float(found["first"]), float(found["last"])
    return ("range", (first, last)) if first < last else ("", None)


def _placed(cell: Any) -> tuple[Step, Any]:
    """What a cell would count, and where it stands in the count."""
    if isinstance(cell, bool) or cell is None:
        return "", None
    if isinstance(cell, (int, float)):
        return ("number", int(cell)) if float(cell).is_integer() and 0 < cell < 100 else ("", None)
    if isinstance(cell, (date, str)) and kind_of(cell) == "date":
        found = parse_date(cell, year=2000)
        return ("", None) if isinstance(found, (Problem, type(None))) else ("date", found)
    if not isinstance(cell, str):
        return "", None
    text = fold(cell)
    if day := _WEEKDAY.fullmatch(text):
        return "weekday", _WEEK.index(day[1].replace("天", "日"))
    if _SHORT_NUMBER.fullmatch(text):
        return "number", int(text)
    return "", None


def _follows(before: Any, value: Any, step: Step) -> bool:
    match step:
        case "number":
            return bool(value == before + 1) or (value == 1 and before in LAST_DAYS)
        case "weekday":
            # A week of five days goes on with Monday.
            return bool(value == (before + 1) % 7) or (value == 0 and before == 4)
        case "range":
            # The next begins where this one ends, or one further on; or they go downwards.
            return bool(0 <= value[0] - before[1] <= 1 or 0 <= before[0] - value[1] <= 1)
        case _:
            return bool(value > before)


def _is_scale(run: Sequence[tuple[int, Step, Any]]) -> bool:
    _, step, first = run[0]
    if len(run) < FEWEST[step]:
        return False
    return step != "number" or first == 1 or len(run) >= LONGER
