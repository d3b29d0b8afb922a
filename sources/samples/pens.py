"""How clerks write what they mean: dates, amounts and words in many ways, each drawn from a seeded chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from sources.samples.paper import Row, Value

    Pen = Callable[[int, Any], Value]


def written(records: tuple[Row, ...], pens: Mapping[str, Pen]) -> tuple[Row, ...]:
    """The records as the clerk writes them: each column with a pen goes through it."""
    return tuple(
        {name: pens[name](index, value) if name in pens and value is not None else value for name, value in row.items()}
        for index, row in enumerate(records)
    )


def chinese_date(day: date) -> str:
    """2024年3月5日, without padding."""
    return f"{day.year}年{day.month}月{day.day}日"


def dates(rng: Random, *, plain: int = 6) -> Pen:
    """A pen that writes dates the ways clerks do; about `plain` of every `plain` + 6 stay real dates."""

    def write(_: int, day: date) -> Value:
        ways: tuple[Value, ...] = (
            f"{day.year}.{day.month}.{day.day}",
            chinese_date(day),
            f"{day:%Y%m%d}",
            f"{day.year}/{day.month}/{day.day} 9:00",
            f"{day:%Y-%m-%d}",
            (day - date(1899, 12, 30)).days,
        )
        choice = rng.randrange(plain + len(ways))
        return ways[choice] if choice < len(ways) else day

    return write


def text_dates(rng: Random) -> Pen:
    """A pen for CSV files, which know no real dates."""

    def write(_: int, day: date) -> Value:
        if rng.random() < 0.7:
            return f"{day:%Y-%m-%d}"
        return rng.choice((f"{day.year}.{day.month}.{day.day}", chinese_date(day), f"{day.year}/{day.month}/{day.day}"))

    return write


def amounts(rng: Random) -> Pen:
    """A pen that writes sums of 元 as numbers, with 元, with separators, in full width."""
    wide = str.maketrans("0123456789,", "０１２３４５６７８９，")

    def write(_: int, value: int) -> Value:
        ways: tuple[Value, ...] = (
            value,
            value,
            f"{value}元",
            f"{value:,}",
            f"{value:,}".translate(wide),
            f"{str(value).translate(wide)}元",
            f"{value}.00",
        )
        return rng.choice(ways)

    return write


def counted(rng: Random, measure: str, *, share: float = 0.25) -> Pen:
    """A pen that now and then adds the measure word: 15人次."""
    return lambda _, value: f"{value}{measure}" if rng.random() < share else value


def sometimes(rng: Random, synonyms: Mapping[str, str], *, share: float = 0.3) -> Pen:
    """A pen that now and then writes a synonym."""
    return lambda _, value: synonyms[value] if value in synonyms and rng.random() < share else value


def ditto(rows: tuple[Row, ...], column: str, *, sign: str = "同上") -> tuple[Row, ...]:
    """The rows with every second repetition of the value above written as `sign`."""
    return tuple(
        row | {column: sign} if index and index % 2 and row[column] and row[column] == rows[index - 1][column] else row
        for index, row in enumerate(rows)
    )


def numbered(records: tuple[Row, ...]) -> tuple[Row, ...]:
    """The records with 序号 in front."""
    return tuple({"serial_no": index + 1} | row for index, row in enumerate(records))


def signed(reported_by: str, reviewed_by: str, day: date) -> tuple[str, ...]:
    """What stands under a ledger: 填报人, 审核人 and 填报日期."""
    return f"填报人：{reported_by}", f"审核人：{reviewed_by}", f"填报日期：{chinese_date(day)}"
