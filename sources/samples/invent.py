"""Invented people, numbers and days for the sample; nobody's real data, and it looks so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from chinese_calendar import is_workday

from warehouse.personal import check_digit

if TYPE_CHECKING:
    from random import Random

YEAR = 2024
SIGNED_ON = date(2025, 1, 6)
COMMUNITIES = (
    "龙悦社区",
    "水岸社区",
    "桃园里社区",
    "怡水苑社区",
    "向阳里社区",
    "北洋里社区",
    "涟源里社区",
    "河畔社区",
    "同心里社区",
    "长青里社区",
    "绿茵里社区",
    "新风里社区",
)
_SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何林高罗"


def person(rng: Random) -> str:
    """A name like 张某某."""
    return rng.choice(_SURNAMES) + rng.choice(("某", "某某"))


def id_number(rng: Random) -> str:
    """An identity number with its check digit, of a region 99 that does not exist."""
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(18_000))
    digits = f"990101{born:%Y%m%d}{rng.randrange(10_000) // 10:03}"
    return digits + check_digit(digits)


def phone(rng: Random) -> str:
    """A mobile number 1380000xxxx."""
    return f"1380000{rng.randrange(10_000):04}"


def workdays(first: date, last: date) -> tuple[date, ...]:
    """The official Chinese working days from `first` to `last`, both included; 调休 is observed."""
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return tuple(day for day in days if is_workday(day))


def after(day: date, count: int) -> date:
    """The `count`-th working day after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def spread(rng: Random, days: tuple[date, ...], count: int) -> list[date]:
    """`count` days out of `days`, in order, about evenly over them; a day may come twice."""
    width = len(days) / count
    return [days[min(len(days) - 1, int(width * (step + rng.random())))] for step in range(count)]


def parts(rng: Random, total: int, *, count: int, least: int, most: int) -> list[int]:
    """`count` whole numbers between `least` and `most` that add up to `total`."""
    values = [total // count] * count
    for index in range(total % count):
        values[index] += 1
    for _ in range(count * 8):
        giver, taker = rng.sample(range(count), 2)
        step = min(values[giver] - least, most - values[taker], rng.randrange(1, 4))
        values[giver] -= max(step, 0)
        values[taker] += max(step, 0)
    return values
