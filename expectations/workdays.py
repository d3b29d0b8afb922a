"""The official working days of China, with 调休: a kept library, our own file for years that it does not know yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from warehouse.declarations import load

if TYPE_CHECKING:
    from pandas import Series

PATH = Path(__file__).with_name("holidays.yml")


class Notice(BaseModel):
    """What one year's notice says: the days off, weekends among them included, and the weekend days worked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice: str
    off: frozenset[date]
    worked: frozenset[date] = frozenset()


class Holidays(BaseModel):
    """Our own file: the notices of years, and the words for a year that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unknown: str
    years: Mapping[int, Notice] = {}


@cache
def ours() -> Holidays:
    """What `holidays.yml` says."""
    return load(Holidays, PATH)


@cache
def exceptions() -> Mapping[int, tuple[frozenset[date], frozenset[date]]]:
    """For each known year its days off and its weekend days worked; our file goes before the library."""
    from chinese_calendar.constants import holidays, workdays

    library = {
        year: (_of(year, holidays), _of(year, workdays)) for year in range(min(holidays).year, max(holidays).year + 1)
    }
    return {**library, **{year: (notice.off, notice.worked) for year, notice in ours().years.items()}}


def _of(year: int, days: Iterable[date]) -> frozenset[date]:
    return frozenset(day for day in days if day.year == year)


def is_workday(day: date) -> bool:
    """Whether people work on that day; in a year without a known notice Monday to Friday."""
    off, worked = exceptions().get(day.year, (frozenset(), frozenset()))
    return day in worked or (day.weekday() < 5 and day not in off)


def workdays(year: int, cut: date) -> tuple[date, ...]:
    """The working days of `year` up to `cut`."""
    days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(366))
    return tuple(day for day in days if day.year == year and day <= cut and is_workday(day))


def assumed(first: date, last: date) -> str:
    """The words for the finding where a year between the two has no known notice, else nothing."""
    years = [str(year) for year in range(first.year, last.year + 1) if year not in exceptions()]
    return ours().unknown.format(years="、".join(years)) if years else ""


def passed(start: Series[Any], end: Series[Any]) -> Series[Any]:
    """For each row the working days after `start` up to and including `end`; missing where a date is."""
    import numpy as np
    import pandas as pd

    first, last = (column.to_numpy().astype("datetime64[D]") for column in (start, end))
    known = ~(np.isnat(first) | np.isnat(last))
    counts = np.full(len(start), np.nan)
    if known.any():
        counts[known] = _up_to(last[known]) - _up_to(first[known])
    return pd.Series(counts, index=start.index)


def _up_to(days: Any) -> Any:
    """How many working days there are from the beginning of the year 1 up to and including each of `days`."""
    import numpy as np

    weekdays = np.busday_count(np.datetime64("0001-01-01"), days + np.timedelta64(1, "D"))
    off, worked = (np.array(sorted(part), dtype="datetime64[D]") for part in _moved())
    return weekdays - np.searchsorted(off, days, side="right") + np.searchsorted(worked, days, side="right")


@cache
def _moved() -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Weekdays off and weekend days worked, of all known years."""
    off = {day for days, _ in exceptions().values() for day in days if day.weekday() < 5}
    worked = {day for _, days in exceptions().values() for day in days if day.weekday() >= 5}
    return tuple(off), tuple(worked)
