from __future__ import annotations

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.configuration import Configuration, check, require_sound
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
    """The mistakes, without the paths that stand before them."""
    return [line.split(".sql: ")[-1].split(".yml: ")[-1] for line in check(town.configuration)]


def test_a_sound_configuration_has_no_mistakes(town: Town) -> None:
    """Cards and a figure that fit together pass."""
    town.declare("templates/figures/_shared.sql", SHARED)
    town.declare("templates/figures/visitor_count.sql", FIGURE)

    assert [] == mistakes(town)


def test_a_ledger_that_has_no_card_is_named(town: Town) -> None:
    """A department cannot hand in what is not declared."""
    town.declare("sources/offices/town.yml", OFFICE.replace("town_lecture", "town_letter"))

    assert [
        "office 'town', department 'school' hands in 'town_letter', which has no card; known: town_lecture, town_visit"
    ] == mistakes(town)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("headings: {peple: [人头]}", "headings name the column 'peple'; known: visit_no, visited_on, people"),
        ("units: {people: 万元}", "units name 'people', which is of type count, not money"),
        ("codes: {people: {甲: [乙]}}", "codes.people names '甲'; known: "),
    ],
)
def test_overrides_name_what_the_card_has(town: Town, said: str, expected: str) -> None:
    """A department's own spellings belong to columns and codes that exist."""
    town.declare("sources/offices/town.yml", OFFICE.replace(HANDS_IN, f"{HANDS_IN[:-1]}, {said}}}"))

    assert [f"office 'town', department 'desk', ledger 'town_visit': {expected}"] == mistakes(town)


def test_two_departments_cannot_share_a_folder(town: Town) -> None:
    """Whose file it is must be clear."""
    town.declare("sources/offices/town.yml", OFFICE.replace("folder: 宣讲团", "folder: 信访办"))

    assert ["office 'town': two departments share the folder '信访办'; each needs its own"] == mistakes(town)


@pytest.mark.parametrize(
    ("wrong", "right", "expected"),
    [
        ("[town_visit]", "[town_letter]", "there is no ledger 'town_letter'; known: town_lecture, town_visit"),
        ("department: desk", "department: kitchen", "no office has a department 'kitchen'"),
        ("sum(people)", "sum(persons)", "the query does not run: Binder Error"),
    ],
)
def test_a_figure_stands_on_what_is_declared(town: Town, wrong: str, right: str, expected: str) -> None:
    """Ledgers and departments exist, and the query is tried on a warehouse without rows."""
    town.declare("templates/figures/_shared.sql", SHARED)
    town.declare("templates/figures/visitor_count.sql", FIGURE.replace(wrong, right))

    found = mistakes(town)

    assert 1 == len(found)
    assert found[0].startswith(expected)


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

    assert ["place_by: unknown key"] == [line.partition(": ")[2].split(";")[0] for line in mistakes(town)]


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
        ("templates/figures/visitor_count.sql", FIGURE.replace("sum(people)", "sum(persons)"), ": the query does not"),
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
