from __future__ import annotations

from flows.configuration import Configuration
from flows.on_demand.rehearsing import rehearse
from flows.screens import brief
from tests.flows.town import Town
from warehouse.model import Finding, Level, Slot

SUITE = """
ledger: town_visit
owner: 数据专员
rules:
  - code: rule.people_few
    level: error
    why: 人数不少于十五
    expectation: expect_column_values_to_be_between
    arguments: {column: people, min_value: 15}
    examples: {passes: [{people: %s}], fails: [{people: %s}]}
"""
WORDS = """
rule.people_few:
  says: “{column}”只有 {value}，少于 {%s}（工作表“{sheet}”{cell}）。
  why: 人数太少。
  fix: 请核对。
"""


def told(town: Town, *, passes: int, fails: int, slot: str = "min_value") -> list[str]:
    town.declare("expectations/suites/town_visit.yml", SUITE % (passes, fails))
    town.declare("templates/messages/town.yml", WORDS % slot)
    return [line.partition(": ")[2] for line in rehearse(town.configuration, everything=False)]


def test_examples_that_a_rule_keeps_are_nothing_to_tell(town: Town) -> None:
    """What passes passes, what fails is found, and its words have no hole."""
    assert [] == told(town, passes=15, fails=14)


def test_examples_that_a_rule_does_not_keep_are_told(town: Town) -> None:
    """A row that should pass and is found, and one that should be found and passes, are both named with the rule."""
    passes, fails = told(town, passes=3, fails=200)

    assert passes.startswith("rules.0 (rule.people_few): examples.passes: it finds 1 there")
    assert fails.startswith("rules.0 (rule.people_few): examples.fails: it finds nothing there")


def test_words_with_a_hole_are_told_before_a_clerk_meets_them(town: Town) -> None:
    """A slot that no finding of the rule fills is a mistake of the configuration; the list of findings goes on."""
    found = told(town, passes=15, fails=14, slot="minvalue")

    finding = Finding(code="rule.people_few", level=Level.ERROR, slot=Slot("town", "desk", "town_visit", 2024))
    said = brief.told(finding, Configuration(town.settings.roots))["says"]
    assert (1, True, True) == (len(found), "'minvalue'" in found[0], "rule.people_few" in said)
