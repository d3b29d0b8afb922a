from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import workdays
from expectations.custom import CUSTOM, digits, grammar, limits
from expectations.custom.plurality import several
from expectations.judge import ExpectationCrashedError
from expectations.suite import mistakes, rules_hash
from tests.benchmarks.predicates import EXPECTATIONS
from tests.expectations.drawing import cards, flat, judged, suite
from warehouse.declarations import DeclarationError, parse


def rules(expectation: str, arguments: str, more: str = "") -> str:
    return f"""
rules:
  - code: rule.tried
    level: error
    why: tried
    expectation: {expectation}
    arguments: {arguments}
    {more}
"""


def test_every_date_that_is_too_early_is_told_with_the_one_before_it() -> None:
    """Blanks are skipped, equal days are in order, two slips in one row are two findings at two cells."""
    text = rules("expect_dates_in_order", "{column_list: [offended_on, filed_on, decided_on]}")
    rows = [
        {"offended_on": "2024-01-05", "filed_on": "2024-01-02", "decided_on": "2024-01-01"},
        {"offended_on": "2024-01-05", "decided_on": "2024-01-01"},
        {"offended_on": "2024-01-05", "filed_on": "2024-01-05", "decided_on": "2024-01-05"},
        {"decided_on": "2024-01-01"},
        {},
    ]

    findings = judged(rows, suite(text)).findings

    assert [
        ("O2", "filed_on", "offended_on", date(2024, 1, 2), date(2024, 1, 5)),
        ("AB2", "decided_on", "filed_on", date(2024, 1, 1), date(2024, 1, 2)),
        ("AB3", "decided_on", "offended_on", date(2024, 1, 1), date(2024, 1, 5)),
    ] == flat(findings, "cell", "column", "other_column", "value", "other_value")


def test_working_days_follow_the_official_holidays() -> None:
    """Seven working days over 国庆 2024 end on 10-12, a Saturday worked; an unknown year says that it was assumed."""
    text = rules("expect_working_days_between", "{column_A: decided_on, column_B: served_on, max_value: 7}")
    rows = [
        {"decided_on": "2024-09-27", "served_on": "2024-10-12"},
        {"decided_on": "2024-09-27", "served_on": "2024-10-14"},
        {"decided_on": "2924-01-01", "served_on": "2924-01-12"},
        {"decided_on": "2024-09-27"},
    ]

    findings = judged(rows, suite(text)).findings

    assert [
        ("AG3", 8, ""),
        ("AG4", 8, "（2924年放假安排尚未收录，按周一至周五计算）"),
    ] == flat(findings, "cell", "working_days", "calendar")


def test_working_days_counted_at_once_are_those_counted_one_by_one() -> None:
    """A year of starts, each with another length, against the day-by-day definition."""
    import pandas as pd

    starts = pd.Series(pd.date_range("2024-01-01", "2024-12-31", unit="us"))
    ends = starts + pd.to_timedelta([at % 40 for at in range(len(starts))], unit="D")

    counted = workdays.passed(starts, ends).tolist()

    assert counted == [
        sum(workdays.is_workday(day.date()) for day in pd.date_range(start, end)[1:])
        for start, end in zip(starts, ends, strict=True)
    ]


def test_a_year_of_our_own_file_goes_before_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice that the library does not know yet is written into a file, and counts from then on."""
    notice = workdays.Notice(notice="通知", off={date(2027, 1, 1)}, worked={date(2027, 1, 9)})  # type: ignore[arg-type]
    assert workdays.is_workday(date(2027, 1, 1))

    with monkeypatch.context() as patch:
        patch.setattr(workdays, "ours", lambda: workdays.Holidays(unknown="", years={2027: notice}))
        workdays.exceptions.cache_clear()
        answers = [workdays.is_workday(date(2027, 1, day)) for day in (1, 4, 9, 10)]
    workdays.exceptions.cache_clear()

    assert [False, True, True, False] == answers


def test_a_limit_follows_the_day_and_the_party() -> None:
    """The bound and the article that held then are told; a party that the law does not name is not judged."""
    text = rules(
        "expect_within_legal_limit",
        "{column: fine_yuan, limit: summary_fine, party_column: party_type, date_column: decided_on}",
    )
    rows = [
        {"party_type": "公民", "decided_on": "2021-07-14", "fine_yuan": "50.01"},
        {"party_type": "公民", "decided_on": "2021-07-15", "fine_yuan": "200"},
        {"party_type": "公民", "decided_on": "2021-07-15", "fine_yuan": "200.01"},
        {"party_type": "其他组织", "decided_on": "2024-05-06", "fine_yuan": "3001"},
        {"party_type": "个体工商户", "decided_on": "2024-05-06", "fine_yuan": "9999"},
        {"party_type": "公民", "decided_on": "1990-01-01", "fine_yuan": "9999"},
        {"decided_on": "2024-05-06", "fine_yuan": "9999"},
        {"party_type": "公民", "fine_yuan": "9999"},
    ]

    assert [
        ("AD2", Decimal(50), "《中华人民共和国行政处罚法》（1996年）第三十三条"),
        ("AD4", Decimal(200), "《中华人民共和国行政处罚法》第五十一条"),
        ("AD5", Decimal(3000), "《中华人民共和国行政处罚法》第五十一条"),
    ] == flat(judged(rows, suite(text)).findings, "cell", "max_value", "article")


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("津综执罚决字〔2024〕第001号", None),
        ("综执罚〔2024〕12号", None),
        ("津综执罚决字[2024]第001号", "年份没有用六角括号〔〕"),
        ("津综执罚决字（2024）第001号", "年份没有用六角括号〔〕"),
        ("津综执罚决字【2024】1号", "年份没有用六角括号〔〕"),
        ("津综执罚决字2024第001号", "年份没有用六角括号〔〕"),
        ("津综执罚决字〔24〕1号", "年份不是四位"),
        ("津综执罚决字〔2024〕1", "末尾缺少“号”"),
        ("〔2024〕1号", "缺少机关代字"),
        ("无", "应当由机关代字、六角括号内的四位年份、序号和“号”组成"),
    ],
)
def test_what_is_wrong_with_a_decision_number_is_said(code: str, wrong: str | None) -> None:
    """The first flaw that fits, else what it should be."""
    assert wrong == grammar.grammars()["decision_no"].wrong(code)


CODES = [
    *("91350100M000100Y43", "91350100M000100Y44", "9135010OM000100Y43", "91350100m000100y43", "91350100M000100Y4"),
    *("11010519491231002X", "11010519491231002x", "110105194912310021", "1.10105E+17", "010105194912310021"),
    *("罚决〔2024〕1号", "罚决[2024]1号", "12345678901", "123456789", ""),
]


@pytest.mark.parametrize("name", list(grammar.grammars()))
def test_the_benchmark_says_in_sql_what_the_grammars_say(name: str) -> None:
    """Forms and check digits, said anew as predicates, find the same codes wrong: the floor judges what is judged."""
    connection = duckdb.connect()
    connection.execute("create table ledger as select unnest($1) as code", [CODES])
    wrong = EXPECTATIONS["expect_values_to_follow_grammar"]({"column": "code", "grammar": name})

    rows = connection.execute(f"select code from ledger where {wrong}").fetchall()  # noqa: S608 - our own predicate
    found = [code for (code,) in rows]

    assert [code for code in CODES if grammar.grammars()[name].wrong(code) is not None] == found


def test_a_number_of_another_year_than_its_date_is_found() -> None:
    """Only where both are there, and only at a number that is written well."""
    text = rules(
        "expect_values_to_follow_grammar",
        "{column: decision_no, grammar: decision_no, year_column: decided_on}",
    )
    rows = [
        {"decision_no": "罚决〔2023〕1号", "decided_on": "2024-01-04"},
        {"decision_no": "罚决〔2024〕1号", "decided_on": "2024-01-04"},
        {"decision_no": "罚决〔2023〕1号"},
        {"decision_no": "罚决[2023]1号", "decided_on": "2024-01-04"},
        {"decided_on": "2024-01-04"},
    ]

    assert [
        ("AA2", "文号中的年份与日期的年份不一致"),
        ("AA5", "年份没有用六角括号〔〕"),
    ] == flat(judged(rows, suite(text)).findings, "cell", "wrong")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("social_credit_code", "91350100M000100Y43", "91350100M000100Y44"),
        ("identity_card_no", "11010519491231002X", "110105194912310021"),
    ],
)
def test_check_digits_are_those_of_the_standards(name: str, good: str, bad: str) -> None:
    """The specimens of the standards pass, and no other last character does."""
    check = digits.CHECKS[name]

    assert check(good)
    assert not check(bad)
    assert 1 == sum(check(good[:-1] + sign) for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY")


def test_what_is_wrong_with_a_personal_number_is_said_without_it() -> None:
    """Neither value nor column is in the facts; the check digit, the length and a lost tail are told apart."""
    text = rules("expect_values_to_follow_grammar", "{column: remark, grammar: identity_card_no}")
    wrong = ["110105194912310021", "1.20101E+17", "1101051949123100", "110105194902310021", "11010519491231002x"]

    findings = judged([{"remark": number} for number in wrong], suite(text)).findings

    assert [
        ("校验码不符，请核对是否录错", None, None),
        ("被存成了数值，已经丢失末尾数字", None, None),
        ("不是十八位", None, None),
        ("校验码不符，请核对是否录错", None, None),
    ] == flat(findings, "wrong", "value", "remark")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("审核合同4份", "4份"),
        ("本周调解3起", "3起"),
        ("开展讲座两场", "两场"),
        ("接待来访十二批", "十二批"),
        ("审核合同 3 份、协议1份", "3 份"),
        ("审核合同1份", None),
        ("调解一起", None),
        ("第3次业主大会咨询", None),
        ("第2、3次会议纪要审核", None),
        ("合同一式三份", None),
        ("2024年3月5日起施行", None),
        ("自2024-03-05起履行", None),
        ("自9:30起值守", None),
        ("依据第五十一条、第六十条", None),
        ("法律意见书〔2024〕3号", None),
        ("一次性告知", None),
        ("已于3月起诉", None),
        ("保洁服务合同", None),
    ],
)
def test_a_text_that_states_several_is_found_and_no_date_or_ordinal(text: str, said: str | None) -> None:
    """Counts with measure words above one, in figures or words."""
    assert said == several(text)


def test_a_row_that_states_several_is_shown_with_its_words() -> None:
    """Further measure words are the rule's own."""
    ours = rules("expect_values_to_state_one", "{column: remark}")
    more = rules("expect_values_to_state_one", "{column: remark, measures: [条]}")
    rows = [{"remark": "审核合同4份"}, {"remark": "提出意见3条"}, {}]

    assert [("AP2", "4份")] == flat(judged(rows, suite(ours)).findings, "cell", "stated")
    assert [("AP3", "3条")] == flat(judged(rows, suite(more)).findings, "cell", "stated")


@pytest.mark.parametrize(
    ("expectation", "arguments", "more", "mistake"),
    [
        (
            "expect_within_legal_limit",
            "{column: fine_yuan, limit: summary_fines, party_column: party_type, date_column: decided_on}",
            "",
            "there is no limit 'summary_fines'; the nearest is 'summary_fine'",
        ),
        (
            "expect_within_legal_limit",
            "{column: fine_yuan, limit: summary_fine, party_column: party, date_column: decided_on}",
            "",
            "there is no column 'party'; the nearest is 'party_type'",
        ),
        (
            "expect_values_to_follow_grammar",
            "{column: decision_no, grammar: decision}",
            "",
            "there is no grammar 'decision'; the nearest is 'decision_no'",
        ),
        (
            "expect_values_to_follow_grammar",
            "{column: remark, grammar: identity_card_no, year_column: decided_on}",
            "",
            "the grammar 'identity_card_no' states no year, so year_column has nothing to be compared with",
        ),
        ("expect_dates_in_order", "{column_list: [filed_on]}", "", "column_list needs two or more different columns"),
        (
            "expect_working_days_between",
            "{column_A: filed_on, column_B: decided_on, max_value: 7.5}",
            "",
            "max_value is a whole number of working days, not 7.5",
        ),
        (
            "expect_dates_in_order",
            "{column_list: [filed_on, decided_on]}",
            "at: filed_on",
            "`at` is not for expect_dates_in_order, which knows the cell itself",
        ),
        ("expect_values_to_state_one", "{column: remark, measures: 份}", "", "measures is a list of measure words"),
        ("expect_values_to_state_one", "{column: _sheet}", "", "'_sheet' stands in no workbook; name one of"),
        ("expect_values_to_state_one", "{column: remark, mostly: 0.9}", "", "there is no argument of expect_values"),
    ],
)
def test_mistakes_in_the_arguments_of_our_types_are_named(
    expectation: str, arguments: str, more: str, mistake: str
) -> None:
    """Before anything runs, with the nearest right name."""
    found = list(mistakes(suite(rules(expectation, arguments, more)), cards()["penalty_case"].table.columns))

    assert [True] == [f"penalty_case.yml: rules.0 (rule.tried): {mistake}" in line for line in found]


@pytest.mark.parametrize(
    ("model", "said", "mistake"),
    [
        (limits.Limit, {"name": "x", "unit": "元", "steps": []}, "steps"),
        (
            limits.Limit,
            {
                "name": "x",
                "unit": "元",
                "steps": [
                    {"since": "2021-07-15", "article": "x", "at_most": {"公民": 1}},
                    {"since": "1996-10-01", "article": "x", "at_most": {"公民": 1}},
                ],
            },
            "from the oldest to the newest",
        ),
        (grammar.Grammar, {"name": "x", "form": "(", "otherwise": "x"}, "is not a regular expression"),
        (grammar.Grammar, {"name": "x", "form": "x", "otherwise": "x", "check": "luhn"}, "there is no check 'luhn'"),
        (grammar.Grammar, {"name": "x", "form": r"(?P<year>\d{4})", "otherwise": "x"}, "go together"),
    ],
)
def test_limits_and_grammars_of_the_wrong_form_are_refused(model: type[Any], said: Any, mistake: str) -> None:
    """Steps out of order, patterns that are none, checks that nobody knows."""
    with pytest.raises(DeclarationError, match=r"data\.yml") as refused:
        parse(model, said, Path("data.yml"))

    assert mistake in str(refused.value)


@pytest.mark.parametrize(
    ("expectation", "arguments"),
    [
        ("expect_dates_in_order", "{column_list: [status, filed_on]}"),
        ("expect_working_days_between", "{column_A: status, column_B: filed_on, max_value: 7}"),
        (
            "expect_within_legal_limit",
            "{column: status, limit: summary_fine, party_column: status, date_column: filed_on}",
        ),
        ("expect_values_to_follow_grammar", "{column: status, grammar: decision_no, year_column: status}"),
        ("expect_values_to_state_one", "{column: nowhere}"),
    ],
)
def test_one_of_ours_that_raises_is_our_error_and_no_finding(expectation: str, arguments: str) -> None:
    """A column of the wrong type, or none at all: the judgement of the ledger stops and says which rule it was."""
    text = rules(expectation, arguments)

    with pytest.raises(ExpectationCrashedError, match=rf"rules\.0 \(rule\.tried\) {expectation}: "):
        judged([{"status": "结案", "filed_on": "2024-01-02"}], suite(text))


def test_rules_are_judged_anew_when_the_law_behind_them_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits, grammars and holidays are part of what decides the findings of the rules that use them."""
    uses = suite(
        rules(
            "expect_within_legal_limit",
            "{column: fine_yuan, limit: summary_fine, party_column: party_type, date_column: decided_on}",
        )
    )
    does_not = suite(rules("expect_values_to_state_one", "{column: remark}"))
    before = rules_hash(uses), rules_hash(does_not)

    monkeypatch.setattr("pathlib.Path.read_text", lambda *_, **__: "another law")

    assert before[0] != rules_hash(uses)
    assert before[1] == rules_hash(does_not)
    assert {"limits.yml", "grammars.yml", "holidays.yml"} == {it.data.name for it in CUSTOM.values() if it.data}
