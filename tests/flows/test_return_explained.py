from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.flows.test_findings import RULES
from tests.flows.test_return import (
    OFFICE_PROGRAM,
    VISIT_SLOT,
    asked,
    given_back,
    inbox,
    mend,
    saved_by_office,
    states,
    yishu,
)
from tests.flows.town import Town
from warehouse.entries import KeptFinding
from warehouse.model import Finding, Level, Place, Slot
from warehouse.register import Register

MIXED = (("V1", "2024-03-05", "3人"), ("V2", "2024-03-06", "4人"), ("V3", "2024-03-07", "5场"))
REASON = "三月七日那次按场登记，见接待日志第十二页"


def questions(register: Register) -> list[KeptFinding]:
    return [each for each in register.findings(include_closed=True) if each.finding.level == "question"]


def told(register: Register) -> list[tuple[str, str]]:
    """What the department was told of its explanations, and whether it still is."""
    kept = register.findings(include_closed=True)
    return [(each.finding.code, each.state) for each in kept if each.finding.code.startswith("explanation.")]


def explain(path: Path, *texts: str, ids: dict[str, str] | None = None) -> Path:
    """The 退回单 with these texts in its free cells from the top; `ids` puts others in the place of ids."""
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    free = [row[7] for row in sheet.iter_rows() if not row[7].protection.locked]
    for cell, text in zip(free, texts, strict=False):
        cell.value = text
    for row in sheet.iter_rows():
        if ids and row[8].value in ids:
            row[8].value = ids[row[8].value]
    workbook.save(path)
    return path


def returned(town: Town, *rows: tuple[object, ...]) -> Path:
    """The 退回单 of the visits' desk about these visits."""
    town.visits(*rows)
    town.night()
    (written,) = given_back(town, department="desk")
    return written.path


def test_what_is_written_beside_a_question_explains_it(town: Town) -> None:
    """The text is the department's explanation from the moment the file was received; nothing else is told."""
    shutil.copy(explain(returned(town, *MIXED), REASON), inbox(town))

    collected = town.night()

    (question,) = asked(town, questions)
    latest = asked(town, lambda register: register.latest(VISIT_SLOT))
    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert "explained" == question.state
    assert (REASON, "信访办", latest.received_at) == (
        question.explanation.text,
        question.explanation.by,
        question.explanation.at,
    )
    assert [] == asked(town, told)
    assert town.night().nothing_new
    assert () == given_back(town, department="desk")


@pytest.mark.skipif(not OFFICE_PROGRAM, reason="LibreOffice is not on this machine")
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_an_explanation_is_read_from_what_another_program_saved(town: Town, suffix: str) -> None:
    """LibreOffice writes the list anew, in another format; what stands beside the question is found again."""
    shutil.copy(saved_by_office(explain(returned(town, *MIXED), REASON), suffix), inbox(town))

    town.night()

    assert [("explained", REASON)] == [(each.state, each.explanation.text) for each in asked(town, questions)]


def test_an_empty_phrase_is_refused_and_the_next_return_says_why(town: Town) -> None:
    """What `yishu explain` refuses is refused here; the department is told beside the question, until it says more."""
    first = returned(town, *MIXED)
    shutil.copy(explain(first, "属实"), inbox(town))
    town.night()

    (again,) = given_back(town, department="desk")

    said = [str(cell.value) for row in load_workbook(again.path).worksheets[0] for cell in row if cell.value]
    assert [("explanation.refused", "new")] == asked(town, told)
    assert 1 == sum("没有采用：“属实”没有说明原因。请写清实际情况和依据" in text for text in said)
    assert (1, 0) == (again.questions, again.notes)

    shutil.copy(explain(again.path, REASON), inbox(town) / first.name)
    town.night()

    assert ["explained"] == [each.state for each in asked(town, questions)]
    assert [("explanation.refused", "fixed")] == asked(town, told)


def test_a_text_that_is_too_long_is_refused_whole(town: Town) -> None:
    """No part of it is taken for all of it."""
    shutil.copy(explain(returned(town, *MIXED), "因为当日情况特殊" * 100), inbox(town))

    town.night()

    assert ["new"] != [each.state for each in asked(town, questions)]
    assert [None] == [each.explanation for each in asked(town, questions)]
    assert [("explanation.too_long", "new")] == asked(town, told)


def test_one_text_serves_the_questions_of_an_item_and_no_other(town: Town) -> None:
    """Written once for all of an item it explains each; the same words about another year's file are a copy."""
    town.declare("expectations/suites/town_visit.yml", RULES)
    town.visits(("V1", "2023-03-05", 300), year=2023)
    town.visits(("V1", "2024-03-05", 300), ("V2", "2024-03-06", 400))
    town.night()
    before, now = sorted(given_back(town, department="desk"), key=lambda written: written.slot.period)

    shutil.copy(explain(now.path, REASON), inbox(town))
    town.night()
    shutil.copy(explain(before.path, REASON), town.settings.inbox / "town" / "2023" / "信访办")
    town.night()

    assert [(2023, False), (2024, True), (2024, True)] == sorted(
        (each.finding.slot.period, each.state == "explained") for each in asked(town, questions)
    )
    assert [True] == [
        "一字不差" in str(each.finding.facts["objection"])
        for each in asked(town, lambda register: register.findings())
        if each.finding.code == "explanation.refused"
    ]


def test_an_explanation_is_about_the_value_that_was_asked_about(town: Town) -> None:
    """A value that is changed in the same file asks again; the old words, come once more, are about another one."""
    path = explain(returned(town, *MIXED), REASON)
    shutil.copy(mend(path, C4="6场"), inbox(town))
    town.night()
    after_change = [(each.state, each.finding.facts["text"]) for each in asked(town, questions)]

    shutil.copy(mend(path, B4="2024-03-08"), inbox(town))
    town.night()

    assert [("open", "6场")] == [(state, text) for state, text in after_change]
    assert [None] == [each.explanation for each in asked(town, questions)]
    assert [("explanation.value_changed", "new")] == asked(town, told)


def test_the_same_words_once_more_change_nothing(town: Town) -> None:
    """The clerk goes on in the same file: what was explained is so, once, and nobody is told anything."""
    path = explain(returned(town, *MIXED), REASON)
    shutil.copy(path, inbox(town))
    town.night()

    shutil.copy(mend(path, B2="2024-03-04"), inbox(town))
    town.night()

    assert [REASON] == [each.text for each in asked(town, lambda register: register.explanations())]
    assert [] == asked(town, told)


def test_a_number_that_is_no_question_of_this_slot_is_told_and_ignored(town: Town) -> None:
    """The sheet is not trusted: another year's question, an error's id and a made-up one explain nothing."""
    town.visits(("V1", "2023-03-05", "3人"), ("V2", "2023-03-06", "4人"), ("V3", "2023-03-07", "5场"), year=2023)
    town.visits(*MIXED)
    town.night()
    now = next(each for each in given_back(town, department="desk") if each.slot.period == 2024)
    ids = {each.finding.slot.period: each.finding.identity[:8] for each in asked(town, questions)}
    shutil.copy(explain(now.path, REASON, ids={ids[2024]: ids[2023]}), inbox(town))

    town.night()

    assert {None} == {each.explanation for each in asked(town, questions)}
    (note,) = (each for each in asked(town, lambda register: register.findings()) if "explanation" in each.finding.code)
    assert ("explanation.unknown", ids[2023]) == (note.finding.code, note.finding.facts["question"])


def test_only_questions_are_explained_whatever_stands_on_the_sheet(town: Town) -> None:
    """A text forced beside an error, where the sheet is locked, mends nothing; one of an unknown id neither."""
    path = returned(town, *MIXED, ("V4", "某日", "3人"))
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    lines = [row for row in sheet.iter_rows() if row[8].value and row[8].value != "编号"]
    error = next(str(row[8].value) for row in lines if row[7].protection.locked)
    for row in lines:
        row[7].value = REASON
        row[8].value = row[8].value if row[8].value == error else "ffffffff"
    workbook.save(path)
    shutil.copy(path, inbox(town))

    collected = town.night()

    kept = asked(town, lambda register: register.findings())
    assert ("returned", False) == town.states(collected)["town_visit"]
    assert {None} == {each.explanation for each in kept}
    assert {error, "ffffffff"} == {
        each.finding.facts["question"] for each in kept if each.finding.code == "explanation.unknown"
    }


def test_whoever_has_a_part_in_a_question_may_explain_it(town: Town) -> None:
    """A question kept at another department's ledger stands on the 退回单 of each side, and either may answer."""
    town.night()
    slot = Slot("town", "school", "town_lecture", 2024)
    latest = asked(town, lambda register: register.latest(slot))
    shared = Finding(
        code="across.lecture_not_in_publicity", level=Level.QUESTION, slot=VISIT_SLOT, key="V1",
        facts={"day": date(2024, 5, 6), "community": "东社区"},
        also=(Place(slot=slot, submission=latest.id, file=latest.file_name, sheet="Sheet", cell="A2"),),
    )  # fmt: skip
    now = datetime.now(tz=UTC)
    asked(town, lambda register: register.note_findings(VISIT_SLOT, "across", [shared], run=1, at=now))
    (written,) = given_back(town, department="school")
    shutil.copy(explain(written.path, REASON), inbox(town, "宣讲团"))

    town.night()

    (explanation,) = asked(town, lambda register: register.explanations())
    assert (shared.identity, shared.value_mark, "宣讲团") == (
        explanation.identity,
        explanation.value_mark,
        explanation.by,
    )


def test_what_is_written_is_shown_as_it_was_written(town: Town) -> None:
    """Marks of a terminal or a page in it are letters, and what looks like a formula computes nowhere."""
    hostile = "=cmd|'/c calc'!A0 [red]见签到表[/red]<b>第三页</b>"
    path = returned(town, *MIXED)
    workbook = load_workbook(path)
    cell = next(row[7] for row in workbook.worksheets[0].iter_rows() if not row[7].protection.locked)
    cell.value, cell.data_type = hostile, "s"
    workbook.save(path)
    shutil.copy(path, inbox(town))
    town.night()

    table, as_csv = (yishu(town, "findings", *how).stdout for how in (("--all",), ("--as", "csv", "--all")))

    assert [hostile] == [each.explanation.text for each in asked(town, questions)]
    assert hostile in table
    assert f"'{hostile}" in as_csv


def test_what_is_told_goes_with_the_file(town: Town) -> None:
    """A file without such words takes the place of the 退回单: nothing is told of it any more."""
    path = returned(town, *MIXED)
    shutil.copy(explain(path, "无"), inbox(town))
    town.night()
    (inbox(town) / path.name).unlink()
    town.visits(("V1", "2024-03-05", 1))

    town.night()

    assert [("explanation.refused", "fixed")] == asked(town, told)
    assert [] == [state for _, state, _ in asked(town, states) if state != "fixed"]
