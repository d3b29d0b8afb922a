"""The nights of a town whose two ledgers must agree: every lecture was asked for by a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.screens.brief import told
from tests.flows.town import OFFICE, Town
from warehouse.model import Level
from warehouse.register import KeptFinding, Register, open_register
from warehouse.store import open_warehouse

AGREE = """/*---
code: across.lecture_without_visit
level: error
why: 每场宣讲都由来访提出
owner: 宣讲团
ledgers: [town_visit, town_lecture]
examples:
  passes: [{rows: {town_lecture: [{lecture_no: L1}], town_visit: [{visit_no: L1}]}}]
  fails: [{rows: {town_lecture: [{lecture_no: L1}], town_visit: [{visit_no: V9}]}}]
---*/
select
    lecture._submission as submission,
    lecture._sheet as sheet,
    lecture._at['lecture_no'] || lecture._row as cell,
    lecture.lecture_no as key,
    'lecture_no' as "column",
    (
        select list({'submission': _submission, 'sheet': _sheet, 'cell': _at['visit_no'] || _row} order by _row)
        from record.town_visit
        where _office = $office
          and _period = $year
    ) as also
from record.town_lecture as lecture
where lecture._office = $office
  and lecture._period = $year
  and lecture.lecture_no not in (select visit_no from record.town_visit where _office = $office and _period = $year)
"""
WORDS = """
across.lecture_without_visit:
  says: 宣讲{key}（{here}）没有对应的来访（{other}）。
  why: 每场宣讲都由来访提出。
  fix: 请两个部门核对。
"""


@pytest.fixture
def agreed(town: Town) -> Town:
    """The town with the rule, and with files that keep it."""
    town.declare("expectations/across/lecture_without_visit.sql", AGREE)
    town.declare("templates/messages/across.yml", WORDS)
    town.visits(("A1", "2024-03-05", 2))
    town.lectures(("A1", "2024-05-06"))
    return town


def lectures(town: Town) -> list[str]:
    with open_warehouse(town.settings.warehouse) as warehouse:
        return [row["lecture_no"] for row in warehouse.ask("select lecture_no from record.town_lecture order by 1", {})]


def findings(town: Town) -> list[tuple[str, str, tuple[str, ...]]]:
    with open_register(town.settings.register_url) as register:
        return [
            (kept.finding.code, str(kept.finding.cell), tuple(str(side.cell) for side in kept.finding.also))
            for kept in register.findings()
        ]


def test_ledgers_that_agree_are_accepted(agreed: Town) -> None:
    """Nothing is found, everything is published, and the next night does not compare again."""
    first, second = agreed.night(), agreed.night()

    assert first.all_accepted
    assert second.nothing_new
    with open_register(agreed.settings.register_url) as register:
        assert ["compare town 2024"] == [step.name for step in register.steps(first.run) if "compare" in step.name]
        assert [] == [step.name for step in register.steps(second.run) if "compare" in step.name]


def test_a_disagreement_is_one_finding_that_names_both_sides_and_turns_both_away(agreed: Town) -> None:
    """Both new files are returned, what was in force stays, and each department is shown the one finding."""
    agreed.night()
    agreed.visits(("B1", "2024-03-05", 2))
    agreed.lectures(("B2", "2024-05-06"))

    collected = agreed.night()

    assert {"town_visit": ("returned", True), "town_lecture": ("returned", True)} == agreed.states(collected)
    assert ["A1"] == lectures(agreed)
    assert [("across.lecture_without_visit", "A2", ("A2",))] == findings(agreed)
    assert [1, 1] == [line.errors for line in collected.lines]
    with open_register(agreed.settings.register_url) as register:
        (kept,) = register.findings(department="desk")
        assert (kept,) == register.findings(department="school")
        assert 1 == register.runs()[0].findings
    said = told(kept.finding, agreed.configuration)
    assert (
        "宣讲B2（宣讲团《宣讲登记簿》“宣讲登记簿.xlsx”工作表“Sheet”A2）没有对应的来访"
        "（信访办《来访登记簿》“来访登记簿.xlsx”工作表“Sheet”A2）。"
    ) == said["says"]
    assert "宣讲团、信访办" == said["department"]


def test_only_what_is_new_is_turned_away(agreed: Town) -> None:
    """The other side, in force since an earlier night, stays in force."""
    agreed.night()
    agreed.lectures(("A1", "2024-05-06"), ("B2", "2024-05-07"))

    collected = agreed.night()

    assert {"town_visit": ("unchanged", False), "town_lecture": ("returned", True)} == agreed.states(collected)
    assert ["A1"] == lectures(agreed)


def test_a_file_that_was_turned_away_is_accepted_once_the_other_side_is_mended(agreed: Town) -> None:
    """The lecturers need not hand in again when it was the visits that were wrong."""
    agreed.night()
    agreed.lectures(("B2", "2024-05-07"))
    agreed.night()
    agreed.visits(("B2", "2024-03-05", 2))

    collected = agreed.night()

    assert collected.all_accepted
    assert ["B2"] == lectures(agreed)
    assert [] == findings(agreed)
    assert agreed.night().nothing_new


def test_the_register_is_asked_once_for_the_errors_of_all_that_waits(
    agreed: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files wait and a rule has changed: their errors are read once before the comparison and once after it."""
    agreed.night()
    agreed.visits(("B1", "2024-03-05", 2))
    agreed.lectures(("B2", "2024-05-07"))
    agreed.night()
    agreed.declare("expectations/across/lecture_without_visit.sql", AGREE + "  and true\n")
    asked: list[str] = []
    findings_of = Register.findings

    def counted(register: Register, **wanted: Any) -> tuple[KeptFinding, ...]:
        asked.extend(["errors"] if wanted.get("level") is Level.ERROR else [])
        return findings_of(register, **wanted)

    monkeypatch.setattr(Register, "findings", counted)
    agreed.night()

    assert ["errors"] * 2 == asked


def test_errors_of_rows_and_between_ledgers_are_told_in_the_same_night(agreed: Town) -> None:
    """A file with a bad cell is compared all the same, so that nobody mends one trouble to be told the next."""
    agreed.night()
    agreed.visits(("B1", "2024-03-05", "若干"))
    agreed.lectures(("B2", "2024-05-07"))

    agreed.night()

    assert ["across.lecture_without_visit", "cell.not_a_count"] == sorted(code for code, *_ in findings(agreed))


def test_a_table_that_nobody_signed_is_compared_all_the_same(agreed: Town) -> None:
    """What does not agree is told together with the missing signature, for the signature takes no row away."""
    agreed.night()
    agreed.declare("sources/offices/town.yml", OFFICE.replace("departments:", "signed: [reviewed_by]\ndepartments:"))
    agreed.lectures(("B2", "2024-05-07"))

    agreed.night()

    assert {"across.lecture_without_visit", "file.unsigned"} == {code for code, *_ in findings(agreed)}


def test_what_would_be_in_force_without_the_returned_is_compared_too(agreed: Town) -> None:
    """New lectures fit new visits, but those have a bad cell; with the old visits they do not fit, and must wait."""
    agreed.night()
    agreed.visits(("B2", "2024-03-05", "若干"))
    agreed.lectures(("B2", "2024-05-07"))

    collected = agreed.night()

    assert {"town_visit": ("returned", True), "town_lecture": ("returned", True)} == agreed.states(collected)
    assert ["A1"] == lectures(agreed)
    agreed.visits(("B2", "2024-03-05", 2))
    assert agreed.night().all_accepted
    assert ["B2"] == lectures(agreed)


def test_a_rule_whose_ledger_cannot_be_read_does_not_run_and_that_is_on_record(agreed: Town) -> None:
    """The visits are missing: nothing is said of the lectures, and the run says which rule did not run, and why."""
    (agreed.settings.inbox / "town/2024/信访办/来访登记簿.xlsx").unlink()

    collected = agreed.night()

    assert ("accepted", False) == agreed.states(collected)["town_lecture"]
    with open_register(agreed.settings.register_url) as register:
        (step,) = [step for step in register.steps(collected.run) if step.name.startswith("compare")]
    assert "across.lecture_without_visit: town_visit: no readable submission for 2024" == step.facts["not run"]


def test_a_rule_that_breaks_accepts_nothing_and_is_told(agreed: Town) -> None:
    """An error of ours: it is in the run's record, nothing new is in force, and the mended rule judges again."""
    agreed.declare(
        "expectations/across/lecture_without_visit.sql",
        AGREE.replace("lecture.lecture_no as key", "cast(lecture.lecture_no as integer) as key"),
    )

    agreed.lectures(("B2", "2024-05-07"))

    collected = agreed.night()

    (crash,) = collected.crashes
    assert "across.lecture_without_visit" in crash
    assert [] == lectures(agreed)
    with open_register(agreed.settings.register_url) as register:
        assert "failed" == register.runs()[0].state
    agreed.declare("expectations/across/lecture_without_visit.sql", AGREE)
    agreed.lectures(("A1", "2024-05-07"))
    assert agreed.night().all_accepted


def test_a_changed_rule_compares_again_and_takes_nothing_out_of_force(agreed: Town) -> None:
    """What a new rule finds in accepted files is open, and they stay in force."""
    agreed.night()
    agreed.declare("expectations/across/lecture_without_visit.sql", AGREE.replace("not in (select", "in (select"))

    collected = agreed.night()

    assert ["across.lecture_without_visit"] == [code for code, *_ in findings(agreed)]
    assert [("unchanged", False)] * 2 == list(agreed.states(collected).values())
    with open_register(agreed.settings.register_url) as register:
        assert [Level.ERROR] == [kept.finding.level for kept in register.findings()]


def test_a_broken_rule_is_refused_with_its_line_and_the_nearest_name(agreed: Town) -> None:
    """`yishu check-config` tries every rule's SQL on ledgers without rows."""
    from flows.configured_comparisons import comparison_mistakes

    path: Path = agreed.declare(
        "expectations/across/lecture_without_visit.sql",
        AGREE.replace("lecture.lecture_no as key", "lecture.lectur_no as key"),
    )

    (mistake,) = comparison_mistakes(agreed.configuration)
    assert mistake.startswith(f"{path}:15: the query does not run: ")
    assert "the nearest name is 'lecture_no'" in mistake
