import csv
import io
import json

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.configuration import Configuration
from flows.on_demand.rule_book import Names, case_tables, entries, looked_up
from flows.settings import REPOSITORY
from warehouse.declarations import YishuError

CONFIGURATION = Configuration((REPOSITORY,))


def said(*arguments):
    return CliRunner().invoke(main, ["rules", *arguments])


def test_the_list_names_every_rule_once_and_is_the_same_in_every_form():
    """Table, JSON and CSV hold the rules of all suites and what is found without one."""
    count = len(entries(CONFIGURATION))
    rules = sum(len(suite.rules) for suite in CONFIGURATION.suites.values())

    assert rules < count
    assert count == len(json.loads(said("--as", "json").stdout))
    assert count == len(list(csv.DictReader(io.StringIO(said("--as", "csv").stdout))))
    assert f"共 {count} 条规则" in said().stdout


def test_the_list_is_narrowed_by_ledger_and_level():
    """Only the rules of the ledger, only those of the level; a ledger that is none is misuse."""
    rows = json.loads(said("--ledger", "visit", "--level", "question", "--as", "json").stdout)

    assert {("question", True)} == {(row["level"], "visit" in row["ledgers"] or not row["ledgers"]) for row in rows}
    assert {"rule.informed_late", "rule.visit_extended"} <= {row["code"] for row in rows}
    assert (2, True) == ((result := said("--ledger", "nothing")).exit_code, "There is no ledger" in result.output)


@pytest.mark.parametrize("asked", ["R05", "r05", "rule.summary_fine_too_high"])
def test_one_rule_is_shown_with_its_law_its_words_and_its_examples(asked):
    """By number or by code: the limits with the day they began, what is judged, rows that pass and that fail."""
    page = said(asked).stdout

    for line in (
        "限额：当场作出行政处罚决定的罚款限额（元）",
        "1996-10-01    50  1000      1000  《中华人民共和国行政处罚法》（1996年）第三十三条",
        "判断：罚款金额不超过当时对该类当事人的限额",
        "适用：适用程序为“简易程序”",
        "公民        2021-07-15  200.01",
        "问题：对{party_type}当场罚款 {fine_yuan} 元，超过 {max_value} 元的限额",
    ):
        assert line in page


def test_a_rule_over_several_ledgers_stands_under_each_of_them():
    """Who asks for the rules of either side gets it; one that every ledger is asked stands under all."""
    for ledger in ("enforcement_officer", "penalty_case", "fire_penalty"):
        codes = {row["code"] for row in json.loads(said("--ledger", ledger, "--as", "json").stdout)}
        assert {"across.officer_certificate_invalid", "trend.row_removed"} <= codes

    page = said("X03").stdout
    assert "《执法人员持证与培训台账》《行政处罚案件台账》《消防简易处罚台账》" in page


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (
            "across.adviser_outside_contract",
            (
                "    通过的例子 1：",
                "        本年《法律顾问聘用合同登记》",
                "        律师事务所    服务起始日  服务终止日",
                "        甲律师事务所  2024-01-01  2024-06-30",
                "    不通过的例子 2：",
            ),
        ),
        ("trend.fine_above_history", ("        上年《行政处罚案件台账》", "        H01       500")),
        (
            "trend.frozen_row_changed",
            ("    不通过的例子 1（年度数据已经冻结）：", "        原先采纳的《来访接待登记台账》"),
        ),
        ("across.differs_from_published", ("        指标 1  2024  已公布    20000  年报不含一起已撤销的决定",)),
    ],
)
def test_a_rule_over_several_ledgers_or_years_shows_its_examples(asked, lines):
    """Each case as small tables: this year's, last year's, what was accepted before, figures; heads in Chinese."""
    page = said(asked).stdout.splitlines()

    assert [] == [line for line in lines if line not in page]


def test_a_rule_that_no_suite_has_is_shown_too():
    """What the reader and the receipt find stands in the list with its number."""
    assert "T13" in said("file.unsigned").stdout
    assert "没有填写{missing}" in said("T13").stdout


def test_a_rule_that_does_not_exist_is_misuse_and_the_nearest_is_named():
    """Exit code 2 and a way on."""
    result = said("rule.decided_lat")

    assert (2, True) == (result.exit_code, "rule.decided_late" in result.output)


def test_every_rule_can_be_told_in_words():
    """Conditions, judgements and examples of all rules speak Chinese: no column id, no type of the library."""
    for entry in entries(CONFIGURATION):
        if entry.rule is None:
            continue
        names = Names(CONFIGURATION, CONFIGURATION.suites[entry.ledgers[0]])
        told = [names.judged(entry.rule), *(names.condition(when) for when in entry.rule.conditions)]
        for rows in (entry.rule.examples.passes, entry.rule.examples.fails):
            told += names.examples(rows)[0]
        assert [] == [text for text in told if "_" in text or "expect" in text]
    for entry in entries(CONFIGURATION):
        cases = (*entry.cases.passes, *entry.cases.fails) if entry.cases else ()
        for _, (heads, rows) in (table for case in cases for table in case_tables(case, CONFIGURATION)):
            assert [] == [text for row in (heads, *rows) for text in row if "_" in text]


def test_looking_up_gives_every_rule_of_a_number():
    """R08 has three rules: late, late with an extension, and not decided yet."""
    found = looked_up(entries(CONFIGURATION), "R08")

    assert ["rule.decided_late", "rule.decided_late_extended", "rule.decision_overdue"] == [it.code for it in found]
    with pytest.raises(YishuError, match="lists them all"):
        looked_up(found, "？？")
