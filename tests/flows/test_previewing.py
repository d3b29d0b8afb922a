from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.on_demand.previewing import preview
from tests.flows.test_across import AGREE
from tests.flows.town import Town
from warehouse.declarations import DeclarationError, YishuError

SUITE = """
ledger: town_visit
owner: 信访办
rules:
  - code: rule.many_people
    level: question
    why: 人数
    expectation: expect_column_values_to_be_between
    arguments: {column: people, max_value: 4}
    examples: {passes: [{people: 4}], fails: [{people: 5}]}
"""


@pytest.fixture
def counted(town: Town) -> Town:
    """The town after a night in which five files of two years were accepted."""
    town.visits(("V1", "2024-03-05", 9), ("V2", "2024-03-06", 8), ("V3", "2024-04-01", 1), ("V4", "2024-05-01", 5))
    town.visits(("U1", "2023-03-05", 7), year=2023)
    town.night()
    return town


def written(town: Town, name: str, text: str) -> Path:
    path = town.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_suite_shows_what_it_would_have_caught_by_month(counted: Town) -> None:
    """Rows since the month asked for, counted by department and month, with cells; nothing is written."""
    path = written(counted, "town_visit.yml", SUITE)
    before = {file: file.read_bytes() for file in counted.settings.data.rglob("*") if file.is_file()}

    seen = preview(counted.settings, counted.configuration, path, since=date(2023, 2, 1))

    assert [("desk", "2023-03", 1, 0), ("desk", "2024-03", 2, 0), ("desk", "2024-05", 1, 0)] == [
        (line.department, line.month, line.count, line.already) for line in seen.caught
    ]
    assert ("来访登记簿.xlsx Sheet!C2", "来访登记簿.xlsx Sheet!C3") == seen.caught[1].cells
    assert (2, 5, ()) == (seen.files, seen.rows, seen.unread)
    assert before == {file: file.read_bytes() for file in counted.settings.data.rglob("*") if file.is_file()}


def test_what_todays_rules_find_too_is_not_new(counted: Town) -> None:
    """A stricter limit shows how much it adds."""
    counted.declare("expectations/suites/town_visit.yml", SUITE.replace("max_value: 4", "max_value: 8"))
    path = written(counted, "town_visit.yml", SUITE)

    seen = preview(counted.settings, counted.configuration, path, since=date(2024, 1, 1))

    assert [("2024-03", 2, 1), ("2024-05", 1, 0)] == [(line.month, line.count, line.already) for line in seen.caught]


def test_a_rule_between_ledgers_can_be_tried(counted: Town) -> None:
    """The lecture L1 was asked for by no visit; it is found in its month, before the rule is switched on."""
    path = written(counted, "lecture_without_visit.sql", AGREE)

    seen = preview(counted.settings, counted.configuration, path, since=date(2023, 1, 1))

    assert [("school", "town_lecture", "2024-05", 1)] == [
        (line.department, line.ledger, line.month, line.count) for line in seen.caught
    ]


def test_a_rule_that_does_not_keep_its_examples_is_not_tried(counted: Town) -> None:
    """The examples beside it are run first."""
    path = written(counted, "lecture_without_visit.sql", AGREE.replace("not in (select", "in (select"))

    with pytest.raises(YishuError, match=r"examples.passes.0: it finds 1"):
        preview(counted.settings, counted.configuration, path, since=date(2023, 1, 1))


def test_a_suite_with_an_unknown_column_is_refused(counted: Town) -> None:
    """The nearest column is named."""
    path = written(counted, "town_visit.yml", SUITE.replace("column: people", "column: peopl"))

    with pytest.raises(DeclarationError, match="the nearest is 'people'"):
        preview(counted.settings, counted.configuration, path, since=date(2023, 1, 1))


def test_the_command_prints_a_table_or_json(counted: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """`yishu rules preview FILE --since 2024-01`, with --json for programs."""
    for name, value in counted.environment.items():
        monkeypatch.setenv(name, value)
    path = str(written(counted, "lecture_without_visit.sql", AGREE))

    table = CliRunner().invoke(main, ["rules", "preview", path, "--since", "2024-01"])
    told = CliRunner().invoke(main, ["rules", "preview", path, "--since", "2024-01", "--json"])

    assert (0, 0) == (table.exit_code, told.exit_code)
    assert "宣讲登记簿" in table.output
    assert "查出 1 处" in table.output
    assert ["2024-05"] == [line["month"] for line in json.loads(told.output)["caught"]]
