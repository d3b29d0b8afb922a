"""What explains something, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.brief.reasons import objection, reasons, release_objection
from warehouse.personal import masked

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


@pytest.mark.parametrize("number", ["13812345678", "138 1234 5678", "110101194910010016"])
def test_a_personal_number_is_in_no_explanation(number: str) -> None:
    """A telephone or an identity number, in the text or beside the name, is refused in the words of a release."""
    spoken = reasons()

    assert spoken.personal == objection(f"来访人电话{number}，已补登", by="王主任", others=[])
    assert spoken.personal == objection("来访人已补登", by=f"王主任{number}", others=[])
    assert "不写手机号、身份证号，请删去后再登记。" in spoken.personal


def test_a_copy_is_noticed_beneath_what_is_hidden() -> None:
    """Of two texts with a telephone the one that is stored masked and the one that is not are the same."""
    hidden, clear = masked("来访人电话13812345678，已补登"), "来访人电话13812345678，已补登"

    assert hidden != clear
    assert reasons().copied == objection(hidden, by="王主任", others=[clear])


def test_a_release_needs_a_document_and_a_reason_of_its_own() -> None:
    """The number of a document, what happened and why; approval alone is none, nor are personal numbers or a copy."""
    spoken, reason = reasons().release, "补正材料两次，答复晚三日"

    def refused(text: str, document: str = "办〔2025〕3号") -> str | None:
        return release_objection(text, document=document, others=["答复人病休，晚两日。"])

    assert refused(reason) is None
    for document in ("无", "口头", "口头同意", "20250301", "办公室文件", "办３"):
        assert spoken.no_document.format(document=document) == refused(reason, document)
    for text in ("同意", "领导批准，特殊情况", "经核实情况属实，同意放行", "工作需要"):
        assert spoken.nothing_said.format(text=text) == refused(text)
    assert spoken.copied == refused("答复人病休 晚两日")
    assert spoken.personal == refused(f"{reason}，来电13812345678")


@given(phrases=st.lists(st.sampled_from([*reasons().release.empty, *reasons().empty]), max_size=5))
def test_no_row_of_approvals_is_a_reason(phrases: list[str]) -> None:
    """However many leaders agreed."""
    assert release_objection("，".join(phrases), document="办〔2025〕3号", others=[]) is not None
