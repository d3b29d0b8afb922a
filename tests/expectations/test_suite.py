from pathlib import Path

import pytest

from expectations.suite import Suite, load_suite, load_suites, mistakes, require_sound, rules_hash
from tests.expectations.drawing import suite
from warehouse.declarations import DeclarationError

COLUMNS = {
    "case_no": "VARCHAR",
    "fine_yuan": "DECIMAL(18, 2)",
    "filed_on": "DATE",
    "decided_on": "DATE",
    "punishment": "VARCHAR[]",
    "heard": "BOOLEAN",
}
RULE = """
rules:
  - code: rule.fine_negative
    level: error
    why: R04
    owner: 司法所
    expectation: expect_column_values_to_be_between
    arguments: {column: fine_yuan, min_value: 0}
    examples: {passes: [{fine_yuan: "0"}], fails: [{fine_yuan: "-1"}]}
"""


def changed(before: str, after: str, text: str = RULE) -> Suite:
    assert before in text
    return suite(text.replace(before, after))


def test_a_sound_suite_has_no_mistakes() -> None:
    """Nothing to say about a rule whose names and bounds are right."""
    require_sound(suite(RULE), COLUMNS)

    assert [] == list(mistakes(suite(RULE), COLUMNS))


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ("column: fine_yuan", "column: fine_yaun", "there is no column 'fine_yaun'; the nearest is 'fine_yuan'"),
        (
            "values_to_be_between",
            "value_to_be_between",
            (
                "there is no expectation type 'expect_column_value_to_be_between'; "
                "the nearest is 'expect_column_values_to_be_between'"
            ),
        ),
        (
            "min_value: 0",
            "min: 0",
            "there is no argument of expect_column_values_to_be_between 'min'; the nearest is 'min_value'",
        ),
        ("column: fine_yuan, ", "", "expect_column_values_to_be_between needs the argument 'column'"),
        (
            "min_value: 0",
            "min_value: 9, max_value: 3",
            "min_value 9 is greater than max_value 3, so no value can pass",
        ),
        ("min_value: 0", "min_value: null", "min_value and max_value are both empty, so nothing is asked"),
        (
            "min_value: 0}",
            "min_value: 0, row_condition: x > 1}",
            "the argument 'row_condition' is not for suites; say it with `when`",
        ),
        (
            "why: R04",
            "why: R04\n    when: [{column: punishmant, op: is_null}]",
            "there is no column 'punishmant'; the nearest is 'punishment'",
        ),
        (
            "why: R04",
            "why: R04\n    at: _year",
            "`at` names '_year', which stands in no workbook; name a column of the ledger",
        ),
    ],
)
def test_a_mistake_is_named_with_file_rule_and_the_nearest_right_name(before: str, after: str, mistake: str) -> None:
    """Unknown columns, types and arguments, impossible bounds: one line each."""
    broken = changed(before, after)

    found = list(mistakes(broken, COLUMNS))
    assert f"penalty_case.yml: rules.0 (rule.fine_negative): {mistake}" in found
    with pytest.raises(DeclarationError, match=r"penalty_case\.yml"):
        require_sound(broken, COLUMNS)


NUMBERS = "'fine_yuan' holds numbers; write a number such as 90"
DERIVED = """derive:
  days_to_decide: {column: decided_on, days_since: filed_on}
  year_decided: {column: decided_on, take: year}
  fined: {column: punishment, contains: 罚款}
"""


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ("min_value: 0", "max_value: many", f":13: {{}}: max_value says 'many', but {NUMBERS}"),
        (
            "fine_yuan, min_value: 0}",
            "days_to_decide, max_value: many}\n    at: decided_on",
            ":13: {}: max_value says 'many', but 'days_to_decide' holds numbers; write a number such as 90",
        ),
        (
            "fine_yuan, min_value: 0",
            "decided_on, min_value: 2000",
            ":13: {}: min_value says 2000, but 'decided_on' holds dates; write a date such as 2024-01-31",
        ),
        (
            "values_to_be_between\n    arguments: {column: fine_yuan, min_value: 0",
            "values_to_be_in_set\n    arguments: {column: heard, value_set: [true, 是]",
            ":13: {}: value_set.1 says '是', but 'heard' holds yes or no; write true or false",
        ),
        (
            "values_to_be_between\n    arguments: {column: fine_yuan, min_value: 0",
            "value_lengths_to_equal\n    arguments: {column: case_no, value: long",
            ":13: {}: value says 'long', but it bounds numbers; write a number such as 90",
        ),
        (
            "why: R04",
            "why: R04\n    when: [{column: days_to_decide, op: '>', value: ninety}]",
            ":11: {}: when.0.value says 'ninety', but 'days_to_decide' holds numbers; write a number such as 90",
        ),
        (
            "why: R04",
            "why: R04\n    when: [{column: case_no, op: is_in, value: [1, A]}]",
            ":11: {}: when.0.value.0 says 1, but 'case_no' holds texts; write a text, in quotes if",
        ),
        (
            "passes: [{fine_yuan: ",
            "passes: [{nonsense: 1}, {fine_yuan: ",
            ":14: {}: examples.passes.0: there is no column 'nonsense'",
        ),
        (
            'fails: [{fine_yuan: "-1"',
            'fails: [{fine_yaun: "-1"',
            ":14: {}: examples.fails.0: there is no column 'fine_yaun'; the nearest is 'fine_yuan'",
        ),
        (
            "column: decided_on, take",
            "column: punishment, take",
            ":4: derive.year_decided: 'punishment' holds texts; name a column of dates",
        ),
    ],
)
def test_values_and_examples_fit_the_columns_they_are_about(
    tmp_path: Path, before: str, after: str, mistake: str
) -> None:
    """A bound, a set, a condition of another kind, an example of no column: the line, and what would be right."""
    text = f"ledger: penalty_case\n{DERIVED}{RULE}"
    assert before in text
    path = tmp_path / "penalty_case.yml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    (found,) = mistakes(load_suite(path), COLUMNS)

    assert found.startswith(f"{path}{mistake}".replace("{}", "rules.0 (rule.fine_negative)"))


def test_a_rule_on_several_columns_must_say_at_which_cell() -> None:
    """Without `at` nobody would know which cell to show."""
    text = """
rules:
  - code: rule.dates_out_of_order
    level: error
    why: R09
    expectation: expect_column_pair_values_a_to_be_greater_than_b
    arguments: {column_A: decided_on, column_B: filed_on}
"""
    (mistake,) = mistakes(suite(text), COLUMNS)

    assert mistake == (
        "penalty_case.yml: rules.0 (rule.dates_out_of_order): say with `at` at which column's cell the finding stands; "
        "there are: decided_on, filed_on"
    )


def test_helper_columns_are_checked_too() -> None:
    """A helper column must have a new name, known sources and a usable expression."""
    text = f"""
derive:
  fine_yuan: {{column: punishment, contains: 罚款}}
  days: {{column: decided_on, days_since: filled_on}}
  number: {{column: case_no, number_in: "[0-9]+"}}
{RULE}"""
    assert [
        "penalty_case.yml: derive.fine_yuan: 'fine_yuan' is a column of the ledger already; take another name",
        "penalty_case.yml: derive.days: there is no column 'filled_on'; the nearest is 'filed_on'",
        "penalty_case.yml: derive.number: '[0-9]+' needs a group (in parentheses) around the number",
    ] == list(mistakes(suite(text), COLUMNS))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("level: error", "level: fatal", "rules.0.level"),
        ("why: R04", "why: R04\n    whe: []", "rules.0.whe: unknown key; known here: arguments, at, code"),
        ("rule.fine_negative", "cell.negative", "rules.0.code"),
        ("why: R04", "why: R04\n    when: [{column: punishment, op: is_in, value: 罚款}]", "needs a list of values"),
        (
            "why: R04",
            "why: R04\n    when: [{column: filed_on, op: '!=', value: 2024-01-01}]",
            "a date is compared with ==, <, <=, > or >=",
        ),
        ("column: fine_yuan", "column: 5", "`column` names a column, or a list of columns, not 5"),
        ("rules:", "derive: {x: {column: fine_yuan}}\nrules:", "say exactly one of contains, beyond"),
    ],
)
def test_a_suite_of_the_wrong_form_does_not_load(before: str, after: str, says: str) -> None:
    """Unknown keys and values are refused with the file and the path inside it."""
    with pytest.raises(DeclarationError) as refused:
        changed(before, after)

    assert "penalty_case.yml" in str(refused.value)
    assert says in str(refused.value)


def test_a_suite_file_is_called_as_its_ledger(tmp_path: Path) -> None:
    """So that it is found where it is looked for."""
    path = tmp_path / "visit.yml"
    path.write_text(f"ledger: penalty_case\n{RULE}", encoding="utf-8")

    with pytest.raises(DeclarationError, match="the ledger is 'penalty_case', the file's name says 'visit'"):
        load_suite(path)


def test_a_ledger_has_one_suite(tmp_path: Path) -> None:
    """A second suite in another folder would silently hide the first."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "visit.yml").write_text(f"ledger: visit\n{RULE}", encoding="utf-8")

    with pytest.raises(DeclarationError, match="put all its rules in one"):
        load_suites([tmp_path / "one", tmp_path / "two"])


def test_the_hash_follows_what_decides_findings_and_nothing_else() -> None:
    """A new bound or level is a new set of rules; a better reason or a moved file is not."""
    before = rules_hash(suite(RULE))
    assert before == rules_hash(changed("why: R04", "why: R04\n    ref: R04"))
    assert before == rules_hash(changed("owner: 司法所", "owner: 数据专员"))
    assert before == rules_hash(changed("level: error", "level: error\n    releasable: true"))

    assert before == rules_hash(changed("why: R04", "why: 罚款金额不能为负数"))
    assert before == rules_hash(Suite(Path("elsewhere.yml"), suite(RULE).file))
    assert before != rules_hash(changed("min_value: 0", "min_value: 1"))
    assert before != rules_hash(changed("level: error", "level: note"))
    assert before != rules_hash(changed("why: R04", "why: R04\n    since: 2024-01-01\n    since_by: filed_on"))


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ("    owner: 司法所\n", ":3: rules.0.owner: Field required"),
        (
            '    examples: {passes: [{fine_yuan: "0"}], fails: [{fine_yuan: "-1"}]}\n',
            ":3: rules.0.examples: Field required",
        ),
        (', fails: [{fine_yuan: "-1"}]', ":9: rules.0.examples.fails: Field required"),
        ('{fine_yuan: "-1"}', ":9: rules.0.examples.fails: say at least one"),
        ("    why: R04\n", ":3: rules.0.why: Field required"),
    ],
)
def test_a_rule_without_owner_reason_or_examples_is_refused_with_its_line(
    tmp_path: Path, missing: str, says: str
) -> None:
    """Who answers for it, why it is there, a row that passes and one that fails: file, line, what is missing."""
    path = tmp_path / "visit.yml"
    assert missing in RULE
    path.write_text(f"ledger: visit\n{RULE.lstrip().replace(missing, '')}", encoding="utf-8")

    with pytest.raises(DeclarationError) as refused:
        load_suite(path)

    assert f"{path}{says}" in str(refused.value)


def test_a_mistake_in_a_suite_file_has_its_line(tmp_path: Path) -> None:
    """Names that do not exist are found later than form, and are placed as well."""
    path = tmp_path / "penalty_case.yml"
    path.write_text(f"ledger: penalty_case\n{RULE}".replace("fine_yuan, ", "fine, "), encoding="utf-8")

    mistake, *_ = mistakes(load_suite(path), COLUMNS)

    assert f"{path}:9: rules.0 (rule.fine_negative): there is no column 'fine'; the nearest is 'fine_yuan'" == mistake


def test_what_a_suite_says_once_holds_for_each_rule() -> None:
    """The owner, and the date that `since` means: the one at which a row of another year is refused."""
    text = """
owner: 司法所
rules:
  - code: row.out_of_year
    ref: [R03, T11]
    level: error
    why: tried
    owner: 数据专员
    expectation: expect_column_pair_values_to_be_equal
    arguments: {column_A: _year, column_B: _period}
    at: decided_on
  - code: rule.tried
    level: error
    why: tried
    since: 2021-07-15
    expectation: expect_column_values_to_not_be_null
    arguments: {column: case_no}
"""
    first, second = suite(text).rules

    assert ("数据专员", ("R03", "T11"), ()) == (first.owner, first.ref, first.conditions)
    assert ("司法所", ()) == (second.owner, second.ref)
    assert ("case_no", "decided_on") == second.mentioned


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("since: 2021-07-15", "`since` needs `since_by`, the date column"),
        ("since_by: filed_on", "there is no `since`"),
        ("ref: R4", "rules.0.ref"),
    ],
)
def test_a_day_of_effect_needs_a_date_to_compare_with(more: str, says: str) -> None:
    """Where no rule says which date places a row, the rule itself must; a number of the list looks like one."""
    with pytest.raises(DeclarationError) as refused:
        changed("why: R04", f"why: R04\n    {more}")

    assert says in str(refused.value)


def test_only_what_a_releasable_rule_finds_at_its_cell_may_be_released() -> None:
    """Another column, another code, or a rule that does not say so: it can only be mended."""
    releasable = changed("level: error", "level: error\n    releasable: true")

    assert releasable.may_be_released("rule.fine_negative", "fine_yuan")
    assert not releasable.may_be_released("rule.fine_negative", "filed_on")
    assert not releasable.may_be_released("rule.fine_missing", "fine_yuan")
    assert not suite(RULE).may_be_released("rule.fine_negative", "fine_yuan")


@pytest.mark.parametrize("level", ["question", "note"])
def test_questions_and_notes_cannot_be_releasable(level: str) -> None:
    """A question is explained, a note needs nothing."""
    with pytest.raises(DeclarationError, match=f"is for errors, and this is a {level}"):
        changed("level: error", f"level: {level}\n    releasable: true")
