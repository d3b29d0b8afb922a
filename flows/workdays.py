"""The official working days of China, with 调休, from the kept library that follows the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta


def workdays(year: int, cut: date) -> tuple[date, ...]:
    """The working days of `year` up to `cut`.

    For a year whose notice the library does not know yet they are Monday to Friday.
    """
    import chinese_calendar

    days = (date(year, 1, 1) + timedelta(days=offset) for offset in range(366))
    inside = [day for day in days if day.year == year and day <= cut]
    try:
        return tuple(day for day in inside if chinese_calendar.is_workday(day))
    except NotImplementedError:
        return tuple(day for day in inside if day.weekday() < 5)
