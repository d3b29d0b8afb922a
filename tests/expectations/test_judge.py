import threading
import warnings
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from expectations.judge import ExpectationCrashedError, judge
from tests.expectations.drawing import block, flat, frame, judged, submission, suite, suites
from warehouse.model import Level


def rule(
    expectation: str, arguments: str, *more: str, code: str = "rule.tried", level: str = "error", derive: str = ""
) -> str:
    lines = [
        f"  - code: {code}",
        f"    level: {level}",
        "    why: tried",
        f"    expectation: {expectation}",
        f"    arguments: {arguments}",
        *(f"    {line}" for line in more),
    ]
    return (f"derive: {derive}\n" if derive else "") + "rules:\n" + "\n".join(lines)


def cells(rows: Sequence[dict[str, Any]], text: str, ledger: str = "penalty_case") -> list[str | None]:
    return [finding.cell for finding in judged(rows, suite(text, ledger)).findings]


def test_a_finding_knows_cell_record_and_values() -> None:
    """Everything that a clerk needs to find and mend it."""
    text = rule(
        "expect_column_values_to_be_between",
        "{column: fine_yuan, max_value: 200}",
        "when: [{column: decided_on, op: '>=', value: 2021-07-15}]",
        "facts: {who: 公民}",
    )
    twice = rule("expect_compound_columns_to_be_unique", "{column_list: [_submission, case_no]}", "at: case_no")
    both = f"{text}\n{twice.partition('rules:')[2].strip(chr(10)).replace('rule.tried', 'key.twice')}"
    rows = [
        {"case_no": "A1", "decided_on": "2024-03-05", "fine_yuan": "200"},
        {"case_no": "A2", "decided_on": "2024-03-06", "fine_yuan": "200.50"},
    ]

    (finding,) = judged(rows, suite(both)).findings

    of = submission()
    assert ("rule.tried", Level.ERROR, of.slot, of.id, "台账.xlsx") == (
        finding.code,
        finding.level,
        finding.slot,
        finding.submission,
        finding.file,
    )
    assert ("台账", f"{block('penalty_case').letters['fine_yuan']}3") == (finding.sheet, finding.cell)
    assert ("A2", "fine_yuan") == (finding.key, finding.column)
    assert {
        "fine_yuan": Decimal("200.50"),
        "decided_on": date(2024, 3, 6),
        "value": Decimal("200.50"),
        "max_value": 200,
        "who": "公民",
    } == dict(finding.facts)


def test_findings_come_in_the_order_of_the_rows_and_outcomes_in_that_of_the_rules() -> None:
    """Two rules, three rows: row by row, then rule by rule."""
    text = rule("expect_column_values_to_not_be_null", "{column: case_no}", code="rule.first") + rule(
        "expect_column_values_to_be_between", "{column: fine_yuan, min_value: 0}", code="rule.second", level="note"
    ).replace("rules:", "")
    rows = [{"fine_yuan": "-1"}, {"case_no": "A2", "fine_yuan": "-2"}, {}]

    judgement = judged(rows, suite(text))

    assert [
        ("rule.first", 2),
        ("rule.second", 2),
        ("rule.second", 3),
        ("rule.first", 4),
    ] == [(it.code, int(it.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))) for it in judgement.findings if it.cell]
    assert [
        ("rule.first", Level.ERROR, 3, 2),
        ("rule.second", Level.NOTE, 2, 2),
    ] == flat(judgement.outcomes, "code", "level", "checked", "failed")  # type: ignore[arg-type]


def test_a_missing_value_fails_no_rule_but_the_one_that_asks_for_it() -> None:
    """A cell that could not be read has its own finding already."""
    row = {"case_no": "A1"}
    for text in (
        rule("expect_column_values_to_be_between", "{column: fine_yuan, min_value: 0}"),
        rule("expect_column_values_to_match_regex", "{column: decision_no, regex: '^x$'}"),
        rule(
            "expect_column_pair_values_a_to_be_greater_than_b",
            "{column_A: decided_on, column_B: filed_on}",
            "at: decided_on",
        ),
        rule(
            "expect_select_column_values_to_be_unique_within_record",
            "{column_list: [officer_cert_1, officer_cert_2]}",
            "at: officer_cert_2",
        ),
    ):
        assert [] == cells([row, {"filed_on": "2024-01-02", "officer_cert_1": "1"}], text)
    asked = rule("expect_column_values_to_not_be_null", "{column: case_no}")
    assert ["B3"] == cells([row, {}], asked)


@pytest.mark.parametrize(
    ("when", "met"),
    [
        ("{column: party_type, op: '==', value: 公民}", [2]),
        ("{column: party_type, op: '!=', value: 公民}", [3]),
        ("{column: party_type, op: is_in, value: [公民, 法人]}", [2, 3]),
        ("{column: party_type, op: is_not_in, value: [公民]}", [3]),
        ("{column: party_type, op: is_null}", [4]),
        ("{column: party_type, op: is_not_null}", [2, 3]),
        ("{column: fine_yuan, op: '>', value: 0.5}", [3]),
        ("{column: fine_yuan, op: '<=', value: 0.5}", [2]),
        ("{column: decided_on, op: '<', value: 2021-07-15}", [2]),
        ("{column: decided_on, op: '<=', value: 2021-07-14}", [2]),
        ("{column: decided_on, op: '>=', value: 2021-07-15}", [3]),
        ("{column: decided_on, op: '==', value: 2021-07-15}", [3]),
        ("{column: discussed, op: '==', value: true}", [2]),
        ("{column: discussed, op: '!=', value: true}", [3]),
        ("{column: punishment, op: '==', value: 警告、罚款}", [2]),
        ("{column: fined, op: '==', value: false}", [3, 4]),
        ("{column: _carried_over, op: '==', value: true}", [3]),
        ("{column: _year, op: '==', value: 2024}", [2]),
    ],
)
def test_conditions_hold_on_every_type_and_never_on_missing_values(when: str, met: list[int]) -> None:
    """Each operator over text, money, date, flag, list, helper column and provenance."""
    text = rule(
        "expect_column_values_to_be_null",
        "{column: _sheet}",
        f"when: [{when}]",
        "at: case_no",
        derive="{fined: {column: punishment, contains: 罚款}}",
    )
    rows = [
        {
            "party_type": "公民",
            "fine_yuan": "0.50",
            "decided_on": "2021-07-14",
            "discussed": True,
            "punishment": ["警告", "罚款"],
            "_year": 2024,
        },
        {
            "party_type": "法人",
            "fine_yuan": "1",
            "decided_on": "2021-07-15",
            "discussed": False,
            "punishment": ["警告"],
            "_carried_over": True,
        },
        {},
    ]

    assert [f"B{row}" for row in met] == cells(rows, text)


@pytest.mark.parametrize(
    ("expectation", "arguments", "good", "bad"),
    [
        (
            "be_between",
            "{column: fine_yuan, min_value: 0, max_value: 200}",
            {"fine_yuan": "200"},
            {"fine_yuan": "200.01"},
        ),
        ("be_between", "{column: fine_yuan, min_value: 0.01}", {"fine_yuan": "0.01"}, {"fine_yuan": "0"}),
        (
            "be_between",
            "{column: filed_on, max_value: 2024-12-31}",
            {"filed_on": "2024-12-31"},
            # Beyond the nanosecond range of pandas, a typing mistake that happens.
            {"filed_on": "2924-01-01"},
        ),
        ("be_in_set", "{column: status, value_set: [结案]}", {"status": "结案"}, {"status": "立案"}),
        ("be_in_set", "{column: discussed, value_set: [true]}", {"discussed": True}, {"discussed": False}),
        ("be_in_set", "{column: fine_yuan, value_set: [0, 50]}", {"fine_yuan": "50"}, {"fine_yuan": "51"}),
        (
            "not_match_regex",
            "{column: punishment, regex: 拘留}",
            {"punishment": ["警告"]},
            {"punishment": ["警告", "行政拘留"]},
        ),
        ("match_regex", r"{column: case_no, regex: '^(A|B)\d{2}$'}", {"case_no": "A01"}, {"case_no": "A1"}),
    ],
)
def test_each_kind_of_column_is_judged_by_its_own_values(
    expectation: str, arguments: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    """Decimals against whole bounds, dates against dates, flags, lists, text; missing values in between."""
    text = rule(f"expect_column_values_to_{expectation}", arguments)

    assert [4] == [int((cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for cell in cells([good, {}, bad], text)]


def test_counts_are_judged_with_gaps_among_them() -> None:
    """A column of nullable integers, one of them too large for thirty-two bits."""
    text = rule("expect_column_values_to_be_between", "{column: participants, min_value: 3, max_value: 5000000000}")
    rows = [{"participants": 3}, {}, {"participants": 2}, {"participants": 5_000_000_000}]

    (finding,) = judged(rows, suite(text, "publicity_activity")).findings

    assert (2, 3, 5_000_000_000) == tuple(finding.facts[name] for name in ("value", "min_value", "max_value"))


def test_the_first_of_equal_rows_is_not_accused_and_is_named() -> None:
    """Each later row points at the first; rows of another submission and rows without key are nobody's twin."""
    rules = suites()["penalty_case"]
    only = suite(rule("expect_compound_columns_to_be_unique", "{column_list: [_submission, case_no]}", "at: case_no"))
    one, two = submission("a" * 64), submission("b" * 64, office="city")
    rows = [{"case_no": "A1"}, {"case_no": "A2"}, {"case_no": "A1"}, {}, {}, {"case_no": "A1"}]
    joined = pd.concat([frame(rows, of=one), frame(rows[:2], of=two)], ignore_index=True)
    blocks = {(of.id, 0): block("penalty_case") for of in (one, two)}

    judgement = judge(joined, only, blocks=blocks, submissions={of.id: of for of in (one, two)})

    assert ("case_no",) == rules.key
    assert [(one.id, "B4", "B2"), (one.id, "B7", "B2")] == flat(judgement.findings, "submission", "cell", "first_cell")
    assert [("rule.tried", 6, 3)] == flat(judgement.outcomes, "code", "checked", "failed")  # type: ignore[arg-type]


def test_findings_have_no_limit() -> None:
    """The library shortens its lists of values at 200; findings are not shortened."""
    text = rule("expect_column_values_to_be_between", "{column: fine_yuan, min_value: 0}")
    rows = [{"fine_yuan": "-1"}] * 1000

    assert 1000 == len(judged(rows, suite(text)).findings)


def test_a_rule_about_the_whole_gives_a_finding_for_each_submission() -> None:
    """There is no cell to show, so it stands at the heading of the column, or at the first one."""
    text = rule("expect_column_sum_to_be_between", "{column: fine_yuan, max_value: 100}", level="question")

    (finding,) = judged([{"fine_yuan": "60.5"}, {"fine_yuan": "60"}], suite(text)).findings

    assert ("台账", "AD1", "fine_yuan", Level.QUESTION) == (finding.sheet, finding.cell, finding.column, finding.level)
    assert {"observed": Decimal("120.5"), "max_value": 100} == dict(finding.facts)


def test_a_rule_about_the_table_stands_at_its_first_heading() -> None:
    """Even a rule that names no column has an address."""
    text = rule("expect_table_row_count_to_be_between", "{min_value: 3}")

    assert [("台账", "A1", None)] == flat(judged([{}], suite(text)).findings, "sheet", "cell", "column")


def test_mostly_lets_a_share_fail() -> None:
    """The library's own tolerance works: nothing below it, every failure above it."""
    text = rule("expect_column_values_to_not_be_null", "{column: remark, mostly: 0.5}")

    assert [] == cells([{"remark": "x"}, {}], text)
    assert 2 == len(cells([{"remark": "x"}, {}, {}], text))


def test_rules_alike_are_told_apart() -> None:
    """The same expectation under two codes gives both findings, once each."""
    text = rule("expect_column_values_to_not_be_null", "{column: case_no}", code="rule.one")
    text += rule("expect_column_values_to_not_be_null", "{column: case_no}", code="rule.two").replace("rules:", "")

    assert [("rule.one",), ("rule.two",)] == flat(judged([{}], suite(text)).findings, "code")


def test_rules_that_cannot_run_are_told_all_at_once() -> None:
    """No such column, a helper column of the wrong type, refused arguments: no finding and no silence."""
    parts = [
        rule("expect_column_values_to_not_be_null", "{column: nowhere}", code="rule.column"),
        rule("expect_column_values_to_be_between", "{column: party_type, min_value: 0}", code="rule.type"),
        rule("expect_column_values_to_be_between", "{column: days, min_value: 0}", "at: case_no", code="rule.derived"),
        rule("expect_column_values_to_be_in_set", "{column: status, value_set: 7}", code="rule.argument"),
        rule("expect_column_values_to_not_be_null", "{column: case_no}", code="rule.sound"),
    ]
    text = "derive: {days: {column: status, days_since: filed_on}}\nrules:" + "".join(
        part.replace("rules:", "") for part in parts
    )

    with pytest.raises(ExpectationCrashedError) as crashed:
        judged([{"party_type": "公民", "status": "结案", "filed_on": "2024-01-02"}], suite(text))

    lines = str(crashed.value).splitlines()
    told = [line.partition("(")[2].partition(")")[0] for line in lines[1:]]
    assert ["rule.column", "rule.type", "rule.derived", "rule.argument"] == told
    assert "penalty_case.yml: rules.0 (rule.column) expect_column_values_to_not_be_null: " in lines[1]
    assert "nowhere" in lines[1]


def test_personal_values_are_in_no_finding() -> None:
    """Neither a column that the caller calls personal, nor anything that looks keyed."""
    keyed = "0123456789abcdef" * 2
    text = rule("expect_column_values_to_be_null", "{column: case_no}", "when: [{column: remark, op: is_not_null}]")

    (finding,) = judged([{"case_no": "A1", "remark": keyed}], suite(text), personal=frozenset({"case_no"})).findings

    assert {"case_no": None, "remark": None, "value": None} == dict(finding.facts)


def test_a_rule_that_cannot_run_quotes_no_value() -> None:
    """The class of the error and the library's words are told, and nothing that stands in the rows."""
    text = rule("expect_column_values_to_be_between", "{column: status, min_value: 0}")
    rows = [{"case_no": "A1", "status": f"电话13800001234{name}"} for name in ("甲", "乙")]

    with pytest.raises(ExpectationCrashedError) as crashed:
        judged(rows, suite(text))

    assert "13800001234" not in str(crashed.value)
    assert "电话" not in str(crashed.value)
    assert "Error: " in str(crashed.value)


def test_no_rows_are_no_trouble() -> None:
    """An empty frame gives an outcome for each rule and no finding."""
    judgement = judged([], suites()["penalty_case"])

    assert () == judgement.findings
    assert {0} == {outcome.failed for outcome in judgement.outcomes}
    assert len(suites()["penalty_case"].rules) == len(judgement.outcomes)


def test_judging_says_nothing_and_warns_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Not even where a rule crashes."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        judged([{"case_no": "A1", "filed_on": "2024-01-02"}] * 2, suites()["penalty_case"])
        with pytest.raises(ExpectationCrashedError):
            judged([{}], suite(rule("expect_column_values_to_not_be_null", "{column: nowhere}")))

    assert ("", "") == capfd.readouterr()


def test_threads_judge_as_one_does() -> None:
    """Twelve ledgers judged by four threads at once give what they give one after the other."""
    text = rule("expect_column_values_to_be_between", "{column: fine_yuan, min_value: 0}")
    rules = suite(text)
    wanted = [[{"fine_yuan": str(-number if at % 3 == 0 else number)} for at in range(9)] for number in range(1, 13)]
    alone = [judged(rows, rules).findings for rows in wanted]
    together: dict[int, Any] = {}

    def work(first: int) -> None:
        for index in range(first, len(wanted), 4):
            together[index] = judged(wanted[index], rules).findings

    threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert alone == [together[index] for index in range(len(wanted))]


def test_the_frame_that_is_judged_is_left_as_it_was() -> None:
    """Judging works on copies; what is published afterwards is what was read."""
    rows = [{"case_no": "A1", "punishment": ["罚款"], "fine_yuan": "5", "filed_on": "2024-01-02", "discussed": True}]
    of, before = submission(), frame(rows)
    given = frame(rows)

    judge(given, suites()["penalty_case"], blocks={(of.id, 0): block("penalty_case")}, submissions={of.id: of})

    pd.testing.assert_frame_equal(before, given)


def test_a_rule_judges_nothing_that_happened_before_it_applies() -> None:
    """The day itself counts; a row without the date is not judged."""
    text = rule(
        "expect_column_values_to_not_be_null",
        "{column: case_no}",
        "since: 2021-07-15",
        "since_by: decided_on",
    )

    assert ["B3"] == cells([{"decided_on": "2021-07-14"}, {"decided_on": "2021-07-15"}, {}], text)


def test_personal_numbers_in_texts_are_in_no_finding_and_no_key() -> None:
    """A text is quoted without the telephone in it; a key that would be hidden in part is none."""
    text = rule("expect_column_values_to_be_null", "{column: remark}")
    text += rule(
        "expect_compound_columns_to_be_unique", "{column_list: [_submission, case_no]}", "at: case_no", code="key.twice"
    ).replace("rules:", "")
    rows = [{"case_no": "A1", "remark": "电话13800001234"}, {"case_no": "13900001234", "remark": "x"}]

    findings = judged(rows, suite(text)).findings

    assert [("A1", "电话（个人信息，不予显示）"), (None, "x")] == flat(findings, "key", "value")


def test_columns_of_a_record_differ_as_the_library_says() -> None:
    """Our own metric for it stands in for the library's, which takes a minute for a million rows."""
    text = rule(
        "expect_select_column_values_to_be_unique_within_record",
        "{column_list: [officer_cert_1, officer_cert_2, remark], ignore_row_if: never}",
        "at: remark",
    )
    rows = [
        {"officer_cert_1": "1", "officer_cert_2": "2", "remark": "3"},
        {"officer_cert_1": "1", "officer_cert_2": "2", "remark": "1"},
        {"officer_cert_1": "1", "remark": "2"},
        {"officer_cert_1": "1"},
    ]
    asked = frame(rows)[["officer_cert_1", "officer_cert_2", "remark"]].nunique(dropna=False, axis=1) < 3

    assert [f"AP{at + 2}" for at, twice in enumerate(asked) if twice] == cells(rows, text) == ["AP3", "AP5"]


def test_the_library_is_left_as_it_was() -> None:
    """What is changed about it while it runs is changed back, after a crash too."""
    from great_expectations.execution_engine import pandas_execution_engine
    from great_expectations.expectations.expectation import Expectation

    before = pandas_execution_engine.hash_pandas_dataframe, Expectation.configuration
    judged([{"case_no": "A1"}], suite(rule("expect_column_values_to_not_be_null", "{column: case_no}")))
    with pytest.raises(ExpectationCrashedError):
        judged([{}], suite(rule("expect_column_values_to_not_be_null", "{column: nowhere}")))

    assert before == (pandas_execution_engine.hash_pandas_dataframe, Expectation.configuration)


@pytest.mark.parametrize("many", [0, 10**9])
def test_rules_find_the_same_however_they_are_run_together(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Column by column, as for many rows, or all that share their rows at once: the examples of a whole suite."""
    rules = suites()["penalty_case"]
    rows = [dict(row) for rule in rules.rules for row in (*rule.examples.passes, *rule.examples.fails)]
    usual = judged(rows, rules)

    monkeypatch.setattr("expectations.engine._MANY", many)

    assert usual == judged(rows, rules)


def test_decimals_become_the_nearest_floats() -> None:
    """Every amount is the float that Python makes of it, gaps and large and negative ones included."""
    from expectations.columns import plain
    from tests.expectations.drawing import DTYPES

    amounts = [Decimal(at * 7919 % 10**8) / 100 for at in range(5000)]
    amounts += [Decimal("-0.01"), Decimal("9999999999999999.99"), Decimal("-9999999999999999.99")]
    column = pd.Series([*amounts, None], dtype=DTYPES["money"])

    for part in (column, column.iloc[3:4000], column.iloc[:5001]):
        wanted = [None if pd.isna(value) else float(value) for value in part.tolist()]
        assert wanted == [None if pd.isna(value) else value for value in plain(part, {}).tolist()]


def test_lists_that_join_to_the_same_text_are_told_apart() -> None:
    """One entry with a separator in it, two entries, an empty list and nothing."""
    text = rule(
        "expect_column_values_to_be_in_set",
        "{column: only, value_set: [false]}",
        "at: punishment",
        derive="{only: {column: punishment, contains: 警告}}",
    )
    rows = [{"punishment": value} for value in (["警告、罚款"], ["警告", "罚款"], [], [""], None)]

    assert ["AC3"] == cells(rows, text)
