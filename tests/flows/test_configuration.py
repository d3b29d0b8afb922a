from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.configuration import Configuration, check, require_sound
from flows.settings import REPOSITORY
from templates.messages.catalogue import messages
from tests.flows.test_across import AGREE
from tests.flows.town import OFFICE, VISIT, Town
from warehouse.declarations import DeclarationError

FIGURE = """/*---
name: 来访人数
unit: 人
department: desk
ledgers: [town_visit]
counts_by: 登记的人数
---*/
select sum(people) as value, {{ origins('people') }} as origins
from {{ rows('town_visit') }}
"""
SHARED = """
{% macro rows(ledger) %}(select * from record.{{ column(ledger) }} where _office = $office){% endmacro %}
{% macro origins(name) %}
list({'submission': _submission, 'sheet': _sheet, 'cell': _at['{{ column(name) }}'] || _row, 'value': {{ name }}})
{% endmacro %}
"""
HANDS_IN = '{ledger: town_visit, files: ["*来访*"], due: {every: year, by: "01-10"}}'


def mistakes(town: Town) -> list[str]:
    """The mistakes, without the paths that stand before them but with their lines."""
    return [re.split(r"\.(?:sql|yml):(?= |\d)", line)[-1].strip() for line in check(town.configuration)]


def line_of(text: str, part: str) -> int:
    """The line, from 1, that holds the part."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_a_sound_configuration_has_no_mistakes(town: Town) -> None:
    """Cards and a figure that fit together pass."""
    town.declare("templates/figures/_shared.sql", SHARED)
    town.declare("templates/figures/visitor_count.sql", FIGURE)

    assert [] == mistakes(town)


def test_a_ledger_that_has_no_card_is_named(town: Town) -> None:
    """A department cannot hand in what is not declared."""
    text = OFFICE.replace("town_lecture", "town_letter")
    town.declare("sources/offices/town.yml", text)

    said = "department 'school' hands in 'town_letter', which has no card; the nearest is 'town_lecture'"
    assert [f"{line_of(text, 'town_letter')}: {said}"] == mistakes(town)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("headings: {peple: [人头]}", "headings name the column 'peple'; the nearest is 'people'"),
        ("units: {people: 万元}", "units name 'people', which is of type count, not money"),
        ("codes: {people: {甲: [乙]}}", "codes.people names '甲'; known: none"),
    ],
)
def test_overrides_name_what_the_card_has(town: Town, said: str, expected: str) -> None:
    """A department's own spellings belong to columns and codes that exist."""
    text = OFFICE.replace(HANDS_IN, f"{HANDS_IN[:-1]}, {said}}}")
    town.declare("sources/offices/town.yml", text)

    assert [f"{line_of(text, said)}: department 'desk', ledger 'town_visit': {expected}"] == mistakes(town)


def test_two_departments_cannot_share_a_folder(town: Town) -> None:
    """Whose file it is must be clear."""
    town.declare("sources/offices/town.yml", OFFICE.replace("folder: 宣讲团", "folder: 信访办"))

    line = line_of(OFFICE, "folder: 宣讲团")
    assert [f"{line}: 'desk' and 'school' share the folder '信访办'; each needs its own"] == mistakes(town)


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("[town_visit]", "[town_letter]", "5: there is no ledger 'town_letter'; the nearest is 'town_lecture'"),
        ("department: desk", "department: dask", "4: no office has a department 'dask'; the nearest is 'desk'"),
        ("sum(people)", "sum(poeple)", "8: the query does not run: Binder Error"),
        ("rows('town_visit')", "rows('town_visits')", "9: the query does not run: Catalog Error"),
        ("counts_by", "count_by", "6: count_by: unknown key; known here: about, counts_by"),
    ],
)
def test_a_figure_stands_on_what_is_declared(town: Town, wrong: str, right: str, expected: str) -> None:
    """Ledgers and departments exist, and the query is tried on a warehouse without rows."""
    town.declare("templates/figures/_shared.sql", SHARED)
    town.declare("templates/figures/visitor_count.sql", FIGURE.replace(wrong, right))

    found = mistakes(town)

    assert expected in [line[: len(expected)] for line in found]


def test_a_report_names_figures_that_exist(town: Town) -> None:
    """A figure in the text without a query is a mistake that says which file to add."""
    town.declare("templates/offices/town/report.yml", "{name: 年报, sections: [body], required: []}\n")
    town.declare("templates/offices/town/sections/body.md.j2", "接待{{ visitor_count }}人。\n")

    found = mistakes(town)

    assert 1 == len(found)
    assert "'visitor_count' is no figure; add templates/figures/visitor_count.sql" in found[0]


def test_an_unknown_key_is_named_with_its_file(town: Town) -> None:
    """A declaration is strict: a misspelt key is told with the known ones."""
    town.declare("sources/ledgers/town_visit.yml", VISIT.replace("placed_by", "place_by"))

    assert {"6: place_by: unknown key"} == {line.split(";")[0] for line in mistakes(town)}


def test_a_collection_does_not_start_on_a_broken_configuration(town: Town) -> None:
    """Nothing is read and nothing is written before the declarations agree."""
    town.declare("sources/offices/town.yml", OFFICE.replace("town_lecture", "town_letter"))

    with pytest.raises(DeclarationError, match="Nothing was collected"):
        require_sound(town.configuration, town.settings)


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "expectations/across/lecture_without_visit.sql",
            AGREE.replace("lecture.lecture_no as key", "lecture.lectur_no as key"),
            ":15: the query does not run: ",
        ),
        (
            "templates/figures/visitor_count.sql",
            FIGURE.replace("sum(people)", "sum(persons)"),
            ":8: the query does not",
        ),
    ],
)
def test_a_collection_does_not_start_on_a_query_that_does_not_run(
    town: Town, monkeypatch: pytest.MonkeyPatch, path: str, text: str, said: str
) -> None:
    """`yishu collect` ends with 2 before it begins: the file, the line, and nothing in the data folder."""
    town.declare("templates/figures/_shared.sql", SHARED)
    place = town.declare(path, text)
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)

    result = CliRunner().invoke(main, ["collect", "--office", "town"])

    assert 2 == result.exit_code
    assert f"{place}{said}" in result.stderr
    assert "Nothing was collected" in result.stderr
    assert not town.settings.data.exists()


def test_queries_are_tried_again_only_when_something_changed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unchanged night does not pay for it; a changed rule, card or figure is tried before anything is collected."""
    tried: list[Configuration] = []

    def watched(configuration: Configuration) -> tuple[str, ...]:
        tried.append(configuration)
        return ()

    monkeypatch.setattr("flows.configured_comparisons.comparison_mistakes", watched)

    def begin() -> int:
        require_sound(town.configuration, town.settings)
        return len(tried)

    assert [1, 1] == [begin(), begin()]
    town.declare("expectations/across/lecture_without_visit.sql", AGREE)
    assert [2, 2] == [begin(), begin()]
    town.declare("sources/ledgers/town_visit.yml", VISIT.replace("type: count", "type: number"))
    assert [3, 3] == [begin(), begin()]


def test_a_ledger_of_nothing_but_keys_breaks_no_shipped_rule(town: Town) -> None:
    """Rules about every ledger have nothing to compare in it, and their queries run all the same."""
    town.declare(
        "sources/ledgers/tag.yml",
        "{id: tag, name: 标签台账, row_is: 一件, key: [item_no], columns: {item_no: {name: 编号, type: identifier}}}",
    )

    assert [] == check(town.configuration)


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("sources/ledgers/town_mail.yaml", VISIT, "sources/ledgers/town_mail.yml"),
        ("ledgers/town_mail.yml", VISIT, "sources/ledgers/town_mail.yml"),
        ("sources/ledger/town_mail.yml", VISIT, "sources/ledgers/town_mail.yml"),
        ("sources/ledgers/new/town_mail.yml", VISIT, "sources/ledgers/town_mail.yml"),
        ("offices/hill.yml", OFFICE, "sources/offices/hill.yml"),
        ("templates/visitor_count.sql", FIGURE, "templates/figures/visitor_count.sql"),
        ("expectations/comparisons/lecture_without_visit.sql", AGREE, "expectations/across/lecture_without_visit.sql"),
        ("templates/offices/town/reports.yml", "{name: 年报}", "templates/offices/town/report.yml"),
        ("expectations/suites/town_visit.json", "{}", "expectations/suites/town_visit.yml"),
    ],
)
def test_a_declaration_that_nobody_would_read_is_refused_with_its_right_place(
    town: Town, path: str, text: str, place: str
) -> None:
    """Another ending, another folder: nothing is ignored in silence."""
    lying = town.declare(path, text)

    assert [f"{lying}: nobody reads this file; let it be {place}"] == check(town.configuration)


def test_what_is_no_declaration_may_lie_beside_them(town: Town) -> None:
    """A README, an inbox, hidden files and the settings of other tools are nobody's business."""
    for path in ("README.md", ".ci.yml", "inbox/town/2024/来访.csv", "compose.yaml", "sources/notes.txt"):
        town.declare(path, "version: 1\n")

    assert [] == check(town.configuration)


def test_an_id_that_is_declared_twice_names_both_files(town: Town) -> None:
    """Cards, suites and words in two folders: each message says where the other one lies."""
    shipped = Configuration((REPOSITORY, *town.settings.roots))
    card = town.declare("sources/ledgers/visit.yml", VISIT.replace("town_visit", "visit"))
    ledgers = REPOSITORY / "sources" / "ledgers"
    found = check(shipped)
    card.unlink()
    words = town.declare("templates/messages/own.yml", "rule.decided_late: {says: 一, why: 二, fix: 三}\n")
    twice = check(Configuration((REPOSITORY, *town.settings.roots)))

    assert f"{card}: the id 'visit' is that of {ledgers / 'visit.yml'} too; ids are unique" in found
    said = f"{words}:1: 'rule.decided_late' has words in {REPOSITORY / 'templates/messages/rule.yml'} too"
    assert said in "\n".join(twice)


RULE = """ledger: town_visit
owner: 数据专员
derive:
  walked: {column: ways, contains: 步行}
rules:
  - code: rule.participants_unusual
    ref: R19
    level: question
    why: 常理
    expectation: expect_column_values_to_be_in_set
    arguments: {column: kind, value_set: [来信, 来访]}
    when: [{column: kind, op: "!=", value: 来信}]
    examples: {passes: [{kind: 来访}], fails: [{kind: 来电}]}
"""
CODED = (
    VISIT
    + """  kind: {name: 方式, type: code, codes: {来信: [信件], 来访: [走访], 来电: []}}
  ways: {name: 途径, type: list, codes: {步行: [], 乘车: []}}
"""
)


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("[来信, 来访]", "[来信, 走访]", "11: rules.0 (rule.participants_unusual): there is no code of 'kind' '走访'"),
        ("value: 来信", "value: 信访", "12: rules.0 (rule.participants_unusual): there is no code of 'kind' '信访'"),
        ("contains: 步行", "contains: 步", "4: derive.walked: there is no code of 'ways' '步'; the nearest is '步行'"),
        (
            "ref: R19",
            "ref: 第19条",
            "7: rules.0.ref.0: write one of the letters R, T, X, Y, D and two digits, such as R08",
        ),
        (
            "ref: R19",
            "ref: R99",
            "7: rules.0 (rule.participants_unusual): there is no line 'R99' in listing.yml; the nearest is 'R29';",
        ),
        ("rule.participants", "Rule.participants", "6: rules.0.code: write one of rule, key, row, across, trend"),
    ],
)
def test_what_a_rule_compares_with_must_be_a_code_of_its_column(
    town: Town, wrong: str, right: str, expected: str
) -> None:
    """A value that the code list does not have is told with its line and the nearest that it has; so are forms."""
    town.declare("sources/ledgers/town_visit.yml", CODED)
    town.declare("expectations/suites/town_visit.yml", RULE)
    sound = mistakes(town)
    town.declare("expectations/suites/town_visit.yml", RULE.replace(wrong, right))

    found = mistakes(town)

    assert [] == sound
    assert {expected} == {line[: len(expected)] for line in found}


def test_a_mistake_within_a_list_does_not_make_the_list_empty(town: Town) -> None:
    """Only what is wrong is told, not that nothing right is left; and no regular expression is shown."""
    town.declare("expectations/suites/town_visit.yml", RULE.replace("why: 常理", "wy: 常理"))

    found = "\n".join(check(town.configuration))

    assert "rules.0.wy: unknown key" in found
    assert "at least" not in found
    assert "pattern" not in found


RIVERS = """/*---
code: across.rivers_differ
level: question
why: 两处应当一致
owner: 数据专员
ledgers: [town_visit]
examples:
  passes: [{rows: {town_visit: [{visit_no: L1, people: 2}]}}]
  fails: [{rows: {town_visit: [{visit_no: L1, people: 20}]}}]
---*/
select _submission as submission, _sheet as sheet, _at['people'] || _row as cell, visit_no as key, null as also,
    people as river
from record.town_visit
where people > 9
"""
RIVER_WORDS = """across.rivers_differ:
  says: “{river}”不一致（{here}）。
  why: 两处应当一致。
  fix: 请核对。
"""


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        (
            "{river}",
            "{rivre}",
            "2: says of across.rivers_differ: nothing fills the slot {rivre}; the nearest slot is {river}",
        ),
        (
            "请核对",
            "请核对{hree}",
            "4: fix of across.rivers_differ: nothing fills the slot {hree}; the nearest slot is {here}",
        ),
        ("{river}", "{also}", "2: says of across.rivers_differ: nothing fills the slot {also}; "),
        ("{river}", "{river", "2: says of across.rivers_differ: a brace stands alone; slots are written {name}"),
    ],
)
def test_the_words_of_a_comparison_want_only_what_its_query_gives(
    town: Town, wrong: str, right: str, expected: str
) -> None:
    """Before the night a slot that nothing fills is told with its file and line, and a night does not begin on it."""
    town.declare("expectations/across/rivers_differ.sql", RIVERS)
    town.declare("templates/messages/rivers.yml", RIVER_WORDS)
    sound = mistakes(town)
    require_sound(town.configuration, town.settings)
    # What was read once is not read again in the same process.
    messages.cache_clear()
    town.declare("templates/messages/rivers.yml", RIVER_WORDS.replace(wrong, right))

    found = mistakes(town)

    assert [] == sound
    assert [expected] == [line[: len(expected)] for line in found]
    with pytest.raises(DeclarationError, match=r"rivers\.yml:"):
        require_sound(town.configuration, town.settings)
