"""How values become Chinese: each is rounded once, here, and punctuation that lost its clause is put right.

Numbers follow GB/T 15835—2011 (出版物上数字用法), punctuation GB/T 15834—2011 (标点符号用法).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CLAIM = {True: "成立", False: "不成立", None: "无此情形"}
DIGITS = "零一二三四五六七八九"
SECTION_MARKS = "、，；：。"  # from weak to strong: where several meet, the strongest stays

TYPED = re.compile(
    r"[\d①-⑳⑴-⒇Ⅰ-Ⅻⅰ-ⅻ〇㈠-㈩]+"
    r"|[一二三四五六七八九十百千万亿两零壹贰叁肆伍陆柒捌玖拾佰仟]{2,}余?(?:人次|件次|起|件|次|场|条|名|处|元|宗|份|家|户|人|个)"
)


def typed_numbers(text: str) -> list[re.Match[str]]:
    """The numbers that somebody wrote out: digits of any kind, and Chinese numerals of two or more with a measure word.

    A single numeral (一是, 第一责任人, 三所联动) belongs to a set phrase, not to a statistic.
    """
    return list(TYPED.finditer(text))


def number(value: int | Decimal, *, scale: int = 1, decimals: int = 0) -> str:
    """An exact number in Arabic digits without separators; amounts keep their decimals only if they have some.

    `scale` divides (10000 for 万元); `decimals` is the least that is shown.
    """
    scaled = Decimal(value) / scale
    shown = scaled.quantize(Decimal(1).scaleb(-max(decimals, 2)), ROUND_HALF_UP)
    text = f"{shown.normalize():f}"
    fraction = text.partition(".")[2]
    return f"{shown:.{decimals}f}" if len(fraction) < decimals else text


def about(value: int | Decimal, *, step: int | None = None) -> str:
    """The number rounded down to `step`, with 余 only where something was cut off: 120 stays 120, 121 is 120余.

    Without a step: tens below 1,000, hundreds below 10,000, thousands from there on (written in 万).
    """
    whole = int(Decimal(value).to_integral_value(ROUND_DOWN))
    grain = step or (10 if whole < 1_000 else 100 if whole < 10_000 else 1_000)
    base = whole // grain * grain
    if base == 0:
        return number(value)
    text = f"{number(base, scale=10_000)}万" if base >= 10_000 else str(base)
    return text if base == value else f"{text}余"


def percent(value: Decimal, *, decimals: int = 1) -> str:
    """A ratio as a percentage without its sign, rounded half up; a ratio below one never rounds up to 100."""
    places = Decimal(1).scaleb(-decimals)
    hundredfold = Decimal(value) * 100
    shown = hundredfold.quantize(places, ROUND_HALF_UP)
    if shown == 100 and hundredfold < 100:
        shown = hundredfold.quantize(places, ROUND_DOWN)
    return f"{shown:f}"


def day(value: date) -> str:
    """A date as it stands in an official text: 2024年3月5日, nothing padded."""
    return f"{value.year}年{value.month}月{value.day}日"


def book_title(title: str) -> str:
    """The title between 《 》."""
    return f"《{title}》"


def ordinal(index: int) -> str:
    """1 to 99 in Chinese, as sections are counted: 一, 十, 十二, 二十三."""
    tens, ones = divmod(index, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十") + (DIGITS[ones] if ones else "")


def superfluous(text: str) -> frozenset[int]:
    """The places of the punctuation that a vanished clause left over in one paragraph.

    Of several marks in a row the strongest stays (，。 is 。); a paragraph does not begin with a mark.
    """
    places: set[int] = set()
    for start, end in _runs(text):
        strongest = max(range(start, end), key=lambda place: (SECTION_MARKS.index(text[place]), -place))
        places.update(place for place in range(start, end) if start == 0 or place != strongest)
    return frozenset(places)


def _runs(text: str) -> Iterable[tuple[int, int]]:
    start = None
    for place, character in enumerate(f"{text}\0"):
        if character in SECTION_MARKS:
            start = place if start is None else start
        elif start is not None:
            if place - start > 1 or start == 0:
                yield start, place
            start = None


def closing(text: str) -> str:
    """The mark that should end the paragraph instead of its last one: a trailing ，、； becomes 。"""
    return "。" if text and text[-1] in "，、；" else ""
