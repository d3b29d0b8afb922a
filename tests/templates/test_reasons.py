"""What explains something, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.brief.reasons import objection, reasons

EMPTY = st.sampled_from([*reasons().empty, *reasons().around])


@pytest.mark.parametrize(
    "text",
    [
        "无人到场",
        "没有场地，改在社区院内",
        "当日暴雨",
        "经费不足，只办一场",
        "2024年3月停电两周",
        "已核实：系三个社区联办",
    ],
)
def test_a_short_reason_is_a_reason(text: str) -> None:
    """Four characters that say something are enough, whatever empty words stand among them."""
    assert objection(text, by="王主任", others=[]) is None


@given(phrases=st.lists(EMPTY, max_size=5), between=st.sampled_from(["", "，", "。", "、", " ", "！"]))
def test_no_row_of_empty_phrases_is_a_reason(phrases: list[str], between: str) -> None:
    """However many of them, however they are joined."""
    assert objection(between.join(phrases), by="王主任", others=[]) is not None


@pytest.mark.parametrize("text", ["停电", "abc", "哈哈哈哈哈哈", "。。。。。。", "一二"])
def test_a_scrap_is_no_reason(text: str) -> None:
    """Fewer than four characters, or the same one again and again."""
    assert objection(text, by="王主任", others=[]) is not None


def test_a_copy_is_told_from_a_reason_of_its_own() -> None:
    """Spacing, width and punctuation make no difference."""
    others = ["当日暴雨，仅三人到场。"]

    assert objection("当日暴雨 仅三人到场", by="王主任", others=others) == reasons().copied
    assert objection("当日暴雨，仅四人到场", by="王主任", others=others) is None
    assert objection("当日暴雨，仅四人到场", by="。", others=[]) == reasons().nobody
