import pandas as pd
import pytest

from expectations.custom import CUSTOM
from expectations.custom.texts import tells
from expectations.judge import judge
from tests.expectations.drawing import block, flat, frame, judged, submission, suite
from warehouse.personal import HIDDEN, masked

ALL_SAME = """
rules:
  - code: rule.category_all_same
    level: note
    why: 全为同一类
    expectation: expect_categories_to_vary
    arguments: {column: dispute, group_column: _submission, least: 3}
"""
OTHER = """
rules:
  - code: rule.category_other
    level: question
    why: 其他过多
    expectation: expect_category_share_to_be_below
    arguments: {column: dispute, group_column: _submission, values: [其他], most: 0.5, least: 4}
"""
TEXTS = """
rules:
  - code: rule.personal_in_text
    level: question
    why: 不写号码
    expectation: expect_texts_without_personal_numbers
    arguments: {column_list: [performance_mode, remark]}
"""


def test_each_submission_is_its_own_whole():
    """Of two submissions judged together only the one whose rows all say the same is told, once, at its first row."""
    first, second = submission("a" * 64, ledger="mediation_case"), submission("b" * 64, ledger="mediation_case")
    same = [{"dispute": "邻里"}] * 3
    mixed = [{"dispute": "邻里"}, {"dispute": "物业"}, {"dispute": "邻里"}]
    rows = pd.concat([frame(mixed, "mediation_case", of=first), frame(same, "mediation_case", of=second)])

    found = judge(
        rows.reset_index(drop=True),
        suite(ALL_SAME, "mediation_case"),
        blocks={(it.id, 0): block("mediation_case") for it in (first, second)},
        submissions={it.id: it for it in (first, second)},
    ).findings

    letter = block("mediation_case").letters["dispute"]
    assert [(second.id, f"{letter}2", "邻里")] == flat(found, "submission", "cell", "value")


def test_blank_categories_are_neither_alike_nor_different():
    """Rows without a category do not count: two alike and one blank are fewer than three."""
    rows = [{"dispute": "邻里"}, {}, {"dispute": "邻里"}]

    assert () == judged(rows, suite(ALL_SAME, "mediation_case")).findings


def test_a_share_is_exceeded_only_above_its_bound():
    """Half of four is allowed, three of five are not; the first of them stands for all."""
    half = [{"dispute": kind} for kind in ("其他", "邻里", "其他", "邻里")]
    most = [{"dispute": kind} for kind in ("邻里", "其他", "其他", "邻里", "其他")]
    rules = suite(OTHER, "mediation_case")

    assert () == judged(half, rules).findings
    assert [(3, "其他", 50)] == [
        (int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), value, percent)
        for cell, value, percent in flat(judged(most, rules).findings, "cell", "value", "percent")
    ]


def test_a_personal_number_is_found_in_each_text_and_repeated_nowhere():
    """Two columns of one row are two findings; what is quoted has the number hidden."""
    rows = [{"performance_mode": "联系13800001234", "remark": "证件99010119800101123X，已核"}]

    found = judged(rows, suite(TEXTS, "mediation_case")).findings

    assert [("performance_mode", "手机号", f"联系{HIDDEN}"), ("remark", "身份证号", f"证件{HIDDEN}，已核")] == flat(
        found, "column", "kind", "value"
    )
    assert [] == [it for it in found if "13800001234" in str(it.facts) or "19800101" in str(it.facts)]


@pytest.mark.parametrize(
    "text", ["wx13800001234", "１３８００００１２３４", "138 0000 1234", "138-0000-1234", "990101 19800101 123X"]
)
def test_a_personal_number_is_found_however_it_is_written(text):
    """The whole column is searched for what the texts are then looked at for."""
    rows = [{"performance_mode": "无"}, {"remark": f"联系{text}"}]

    (finding,) = judged(rows, suite(TEXTS, "mediation_case")).findings

    assert ("remark", f"联系{HIDDEN}") == (finding.column, str(finding.facts["value"]).replace("wx", ""))


@pytest.mark.parametrize(
    "text", ["编号12010620240001", "138000012345", "票据1201000020240000001", "2024-01-12", "1.5万元"]
)
def test_other_numbers_are_no_personal_numbers(text):
    """Longer and shorter numbers, dates and amounts are left alone."""
    assert tells(text) is None
    assert text == masked(text)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("expect_categories_to_vary", {"least": 1}, "least is a number of rows"),
        ("expect_category_share_to_be_below", {"least": 5, "most": 1, "values": ["其他"]}, "most is a share"),
        ("expect_category_share_to_be_below", {"least": 5, "most": 0.3, "values": []}, "values is a list"),
        ("expect_texts_without_personal_numbers", {"column_list": []}, "needs one column or more"),
        ("expect_dates_not_after", {"column_list": []}, "needs one date or more"),
    ],
)
def test_arguments_that_ask_nothing_are_mistakes(name, arguments, said):
    """check-config tells them in one line."""
    (mistake,) = CUSTOM[name].mistakes(arguments)

    assert said in mistake
