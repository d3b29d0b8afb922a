"""Dates of one row against each other: their order, and the working days between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from expectations.custom.faults import Fault
from expectations.workdays import assumed, passed

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def out_of_order(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether any date of a row is earlier than the one before it; blanks are skipped."""
    import pandas as pd

    wrong = pd.Series(data=False, index=frame.index)
    names = list(arguments["column_list"])
    before = frame[names[0]]
    for name in names[1:]:
        now = frame[name]
        wrong |= now < before
        before = now.where(now.notna(), before)
    return wrong


def name_disorder(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row every date that is too early, and the one before it that it is earlier than."""
    names = list(arguments["column_list"])
    for dates in frame[names].itertuples(index=False, name=None):
        present = [(name, day) for name, day in zip(names, dates, strict=True) if day == day]  # noqa: PLR0124 - no NaT
        yield tuple(
            Fault(name, {"value": day, "other_value": day_before, "other_column": name_before})
            for (name_before, day_before), (name, day) in pairwise(present)
            if day < day_before
        )


def after_day(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether any date of a row is later than the day in `date_column`."""
    import pandas as pd

    wrong = pd.Series(data=False, index=frame.index)
    for name in _without_day(arguments):
        wrong |= frame[name] > frame[arguments["date_column"]]
    return wrong


def name_later(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row every date that is later, and that day."""
    names = _without_day(arguments)
    days = frame[arguments["date_column"]].tolist()
    for day, dates in zip(days, frame[names].itertuples(index=False, name=None), strict=True):
        yield tuple(
            Fault(name, {"value": later, "until": day}) for name, later in zip(names, dates, strict=True) if later > day
        )


def _without_day(arguments: Mapping[str, Any]) -> list[str]:
    return [name for name in arguments["column_list"] if name != arguments["date_column"]]


def after_mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """No date at all."""
    if not arguments.get("column_list"):
        yield "column_list needs one date or more"


def too_many_days(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether more working days than allowed passed after the first date up to and including the second."""
    late: Series[bool] = passed(frame[arguments["column_A"]], frame[arguments["column_B"]]) > arguments["max_value"]
    return late


def name_days(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row the working days that passed, and whether a year's holidays are not known yet."""
    start, end = frame[arguments["column_A"]], frame[arguments["column_B"]]
    for first, last, days in zip(start.tolist(), end.tolist(), passed(start, end).tolist(), strict=True):
        facts = {
            "value": last,
            "other_value": first,
            "other_column": arguments["column_A"],
            "working_days": int(days),
            "max_value": arguments["max_value"],
            "calendar": assumed(first.date(), last.date()),
        }
        yield (Fault(arguments["column_B"], facts),)


def order_mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """Fewer than two dates have no order."""
    names = arguments.get("column_list") or ()
    if len(names) < 2 or len(set(names)) < len(names):
        yield "column_list needs two or more different columns, the earliest date first"


def days_mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """A bound that is no whole number of days."""
    days = arguments.get("max_value")
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        yield f"max_value is a whole number of working days, not {days!r}"
