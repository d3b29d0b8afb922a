from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.wording import about, closing, day, number, ordinal, percent, superfluous


def settle(text: str) -> str:
    gone = superfluous(text)
    return "".join(character for place, character in enumerate(text) if place not in gone)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (120, "120"),
        (121, "120余"),
        (119, "110余"),
        (129, "120余"),
        (3000, "3000"),
        (3099, "3000余"),
        (7, "7"),
        (0, "0"),
    ],
)
def test_an_about_number_is_rounded_down_and_says_yu_only_where_something_was_cut_off(value: int, said: str) -> None:
    """120 stays 120, 121 is 120余, and a number below ten is said exactly."""
    assert said == about(value)


def test_large_about_numbers_are_said_in_ten_thousands() -> None:
    """From 10,000 on the grain is a thousand and the word is 万."""
    assert ("1.2万余", "1万", "12.3万余") == (about(12_345), about(10_000), about(123_999))


@given(st.integers(min_value=0, max_value=10**7))
def test_an_about_number_never_says_more_than_there_is(value: int) -> None:
    """What stands before 余 is at most the value, and 余 stands exactly where it is less."""
    said = about(value)

    digits = said.removesuffix("余")
    base = Decimal(digits.removesuffix("万")) * (10_000 if digits.endswith("万") else 1)
    assert base <= value
    assert said.endswith("余") == (base < value)


def test_amounts_keep_their_cents_and_lose_empty_ones() -> None:
    """21000.00 is 21000, 1500.5 keeps its half, and a scale of 10,000 gives 万元."""
    assert ("21000", "1500.5", "1.25", "0.1") == (
        number(Decimal("21000.00")),
        number(Decimal("1500.5")),
        number(Decimal(12_500), scale=10_000),
        number(Decimal("0.10")),
    )


def test_a_share_below_one_is_never_said_to_be_a_hundred_percent() -> None:
    """999 of 1,000 is 99.9, and 9,999 of 10,000 does not round up to 100.0."""
    assert ("98.4", "100.0", "99.9", "99.9") == (
        percent(Decimal(63) / 64),
        percent(Decimal(1)),
        percent(Decimal(999) / 1000),
        percent(Decimal(9999) / 10000),
    )


def test_dates_are_written_without_padding() -> None:
    """Month and day carry no zero in front (GB/T 9704)."""
    assert day(date(2025, 2, 8)) == "2025年2月8日"


def test_sections_are_counted_in_chinese() -> None:
    """One to ninety-nine as headings count them."""
    assert ["一", "九", "十", "十一", "二十", "二十三"] == [ordinal(n) for n in (1, 9, 10, 11, 20, 23)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("开展活动，，罚款", "开展活动，罚款"),
        ("开展活动，。", "开展活动。"),
        ("甲、；乙", "甲；乙"),
        ("，乙事", "乙事"),
        ("甲：，乙", "甲：乙"),
    ],
)
def test_punctuation_that_lost_its_clause_is_put_right(before: str, after: str) -> None:
    """Of several marks in a row the strongest stays, and a paragraph does not begin with one."""
    assert after == settle(before)


@given(st.text(alphabet="甲乙，。；、：《》", max_size=30))
def test_settled_punctuation_is_settled(text: str) -> None:
    """Settling twice changes nothing, and no two marks meet."""
    once = settle(text)

    assert once == settle(once)
    assert not any(a in "、，；：。" and b in "、，；：。" for a, b in pairwise(once))


def test_a_paragraph_does_not_end_in_a_pause() -> None:
    """A trailing ，、； becomes a full stop; anything else stays."""
    assert ("。", "。", "", "") == (closing("甲，"), closing("甲；"), closing("如下："), closing("甲。"))
