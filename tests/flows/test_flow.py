from __future__ import annotations

import json

import pytest

from tests.flows.town import Town
from warehouse.register import open_register

pytestmark = pytest.mark.slow


def test_the_flow_collects_and_leaves_tables_in_prefect(served_town: Town) -> None:
    """The flow ends green; how each department stands can be seen in the Prefect UI."""
    from prefect.artifacts import Artifact

    from flows.nights.nightly import nightly

    collected = nightly(office="town")

    shown = Artifact.get("collection")
    assert collected.all_accepted
    assert shown is not None
    assert ["信访办", "宣讲团"] == [row["部门"] for row in json.loads(str(shown.data))]


def test_bad_data_leaves_the_flow_green(served_town: Town) -> None:
    """A returned file is the data's failure, not the flow's."""
    from flows.nights.nightly import nightly

    served_town.visits(("V1", "2024-03-05", "若干"))

    state = nightly(office="town", return_state=True)

    assert state.is_completed()
    assert not state.result().all_accepted


def test_a_department_that_cannot_be_fetched_stops_nobody(served_town: Town) -> None:
    """It is tried again, then noted; the others are collected and published; what it had before stays in force."""
    from flows.nights.nightly import nightly

    nightly(office="town")
    served_town.lectures(("L1", "2024-05-06"), ("L2", "2024-06-06"))
    broken = served_town.settings.inbox / "town/2024/信访办/来访登记簿.xlsx"
    broken.unlink()
    # A file that exists and cannot be read, for root too.
    broken.symlink_to("/proc/self/mem")

    collected = nightly(office="town")

    assert {"town_visit": ("unreachable", True), "town_lecture": ("accepted", False)} == served_town.states(collected)
    assert ["town-2024-desk"] == [trouble.partition(":")[0] for trouble in collected.unreachable]
    with open_register(served_town.settings.register_url) as register:
        assert ["file.unreachable"] == [kept.finding.code for kept in register.findings()]
        assert "done" == register.runs()[0].state


SUITE = """
ledger: town_visit
owner: 数据专员
rules:
  - code: rule.too_few_people
    level: error
    why: 一次来访至少一人。
    expectation: expect_column_values_to_be_between
    arguments: {column: people, min_value: 1}
    examples: {passes: [{people: 3}], fails: [{people: 0}]}
"""
WORDS = """
rule.too_few_people:
  says: 人数为{value}。
  why: 一次来访至少一人。
  fix: 请更正人数。
"""


def test_a_broken_rule_is_judged_and_shown(served_town: Town) -> None:
    """What a rule refuses returns the file; the rule's outcome is a table in Prefect."""
    from prefect.artifacts import Artifact

    from flows.nights.nightly import nightly

    served_town.declare("expectations/suites/town_visit.yml", SUITE)
    served_town.declare("templates/messages/rule.yml", WORDS)
    served_town.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 0))

    collected = nightly(office="town")

    shown = Artifact.get("check-town-visit")
    assert ("returned", False) == served_town.states(collected)["town_visit"]
    assert shown is not None
    assert [("rule.too_few_people", 2, 1)] == [
        (row["code"], row["checked"], row["failed"]) for row in json.loads(str(shown.data))
    ]
    with open_register(served_town.settings.register_url) as register:
        assert [("rule.too_few_people", "C3")] == [(k.finding.code, k.finding.cell) for k in register.findings()]


def test_a_rule_that_cannot_run_is_loud_and_accepts_nothing(served_town: Town) -> None:
    """The flow is red and names the rule; its ledger stays undecided, the others are published."""
    from flows.nights.nightly import nightly
    from flows.nights.run import NightFailedError

    # Nothing in its names or values is wrong; only the library finds that texts have no mean.
    cannot_run = SUITE.replace("values_to_be_between", "value_z_scores_to_be_less_than").replace(
        "{column: people, min_value: 1}", "{column: visit_no, threshold: 3, double_sided: true}"
    )
    served_town.declare("expectations/suites/town_visit.yml", cannot_run)
    served_town.declare("templates/messages/rule.yml", WORDS)

    with pytest.raises(NightFailedError, match=r"'town_visit' could not be checked") as failure:
        nightly(office="town")

    assert "rule.too_few_people" in str(failure.value)
    states = served_town.states(failure.value.collected)
    assert {"town_visit": ("unjudged", False), "town_lecture": ("accepted", False)} == states
    with open_register(served_town.settings.register_url) as register:
        assert "failed" == register.runs()[0].state


def test_a_fault_of_ours_is_loud_and_accepts_nothing(served_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that breaks leaves its ledger undecided, the flow red, the others published."""
    from flows.nights.nightly import nightly
    from flows.nights.run import NightFailedError

    def broken(*_args: object, **_rest: object) -> None:
        raise RuntimeError("the reader broke at '张某13800001234' in 'people'")

    good = served_town.settings.landing
    monkeypatch.setattr("sources.confined.guard.Guard.read_all", _only_for("town_visit", broken))

    with pytest.raises(NightFailedError, match=r"'town_visit' could not be checked.*the reader broke") as failure:
        nightly(office="town")

    assert "RuntimeError: the reader broke at '…' in 'people'" in str(failure.value)
    assert good.exists()
    states = served_town.states(failure.value.collected)
    assert {"town_visit": ("unjudged", False), "town_lecture": ("accepted", False)} == states
    with open_register(served_town.settings.register_url) as register:
        assert "failed" == register.runs()[0].state


def _only_for(ledger: str, broken):
    from sources.confined.guard import Guard

    read_all = Guard.read_all

    def chosen(*args, **rest):
        return broken() if rest["card"].id == ledger else read_all(*args, **rest)

    return chosen
