"""The life of a finding over several runs, and what explains a question."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.drawing import NOON, SLOT, finding, submission
from warehouse.model import Finding, Level, State
from warehouse.register import KeptFinding, Register, RegisterError, Verdict, open_register

HOUR = timedelta(hours=1)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with open_register(f"sqlite:///{tmp_path / 'register.sqlite'}") as opened:
        yield opened


def night(register: Register, run: int, content: str, *found: Finding, state: State | None = None) -> str:
    """One run that receives `content` (new or not), finds this in it and decides; the id of the submission."""
    at = NOON + run * HOUR
    assert run == register.begin_run(("town",), at)
    sent = replace(submission(content), received_at=at)
    if not register.enter(sent, run=run) and state is None:
        return sent.id
    seen = [replace(each, submission=sent.id) for each in found]
    register.note_findings(SLOT, "content", seen, run=run, at=at, submission=sent.id)
    register.decide(
        Verdict(
            submission=sent.id,
            card_hash="card",
            rules_hash="rules",
            state=state or State.ACCEPTED,
            rows=3,
            errors=0,
            questions=0,
            notes=0,
            frame_key="frame",
            decided_at=at,
            run=run,
        )
    )
    register.receive(sent.id, run=run, at=at)
    return sent.id


def only(register: Register) -> KeptFinding:
    (kept,) = register.findings(include_closed=True)
    return kept


def question(value: object = 3, *, cell: str = "B5", level: Level = Level.QUESTION) -> Finding:
    return finding("rule.few_people", level=level, key="V1", cell=cell, facts={"value": value, "min_value": 5})


def test_a_finding_goes_from_new_over_returned_to_fixed_and_back() -> None:
    """Each state says since when, and the finding says in which submission it was seen first, last, and was gone."""
    wrong = finding(level=Level.ERROR)
    with open_register("sqlite://") as register:
        lives = []
        first = night(register, 1, "a", wrong, state=State.RETURNED)
        lives.append(only(register))
        night(register, 2, "a")
        lives.append(only(register))
        mended = night(register, 3, "b", state=State.ACCEPTED)
        lives.append(only(register))
        again = night(register, 4, "c", wrong, state=State.RETURNED)
        lives.append(only(register))

    assert [("new", 1), ("returned", 1), ("fixed", 3), ("recurred", 4)] == [
        (kept.state, (kept.since - NOON) // HOUR) for kept in lives
    ]
    assert [(first, first, None), (first, first, None), (first, first, mended), (first, again, None)] == [
        (kept.first_submission, kept.finding.submission, kept.fixed_submission) for kept in lives
    ]


def test_what_is_in_an_accepted_submission_is_open_until_a_return_takes_it_along() -> None:
    """Open in an accepted file; returned once the file goes back to the department, by verdict or on a 退回单."""
    with open_register("sqlite://") as register:
        sent = night(register, 1, "a", question())
        night(register, 2, "a")
        before = only(register).state
        register.give_back(sent, at=NOON + 9 * HOUR)
        given = only(register)
        night(register, 3, "a", question(), state=State.ACCEPTED)
        after = only(register).state

    assert ["open", "returned", "open"] == [before, given.state, after]
    assert NOON + 9 * HOUR == given.since


def test_a_finding_of_a_new_submission_is_not_returned_because_the_old_one_was() -> None:
    """A question that is still there in an accepted file is open, whatever became of the file before."""
    with open_register("sqlite://") as register:
        night(register, 1, "a", question(), state=State.RETURNED)
        second = night(register, 2, "b", question(cell="B9"))
        kept = only(register)

    assert ("open", "B9", second) == (kept.state, kept.finding.cell, kept.finding.submission)


def test_an_explained_question_stays_explained_until_its_value_changes() -> None:
    """Another row, file or night: explained. Another value is asked about again, and the old one stays answered."""
    with open_register("sqlite://") as register:
        night(register, 1, "a", question(3))
        (said,) = register.explain((only(register),), text="当日暴雨，仅三人到场", by="王主任", at=NOON + 5 * HOUR)
        lives = [only(register)]
        for run, content, found in (
            (2, "b", question(3, cell="B40")),
            (3, "c", question(4)),
            (4, "d", question(Decimal("3.0"))),
        ):
            night(register, run, content, found)
            lives.append(only(register))

    assert ["explained", "explained", "open", "explained"] == [kept.state for kept in lives]
    assert [True, True, False, True] == [kept.settled for kept in lives]
    assert (said, NOON + 5 * HOUR) == (lives[1].explanation, lives[1].since)
    assert ("当日暴雨，仅三人到场", "王主任", {"value": 3, "min_value": 5}) == (said.text, said.by, said.facts)


def test_only_open_questions_can_be_explained() -> None:
    """An error has to be mended, a note needs nothing, and what is gone asks nothing."""
    with open_register("sqlite://") as register:
        for run, level in enumerate((Level.ERROR, Level.NOTE), start=1):
            night(register, run, str(level), question(level=level))
            with pytest.raises(RegisterError, match=f"Only open questions can be explained.*{level}"):
                register.explain((only(register),), text="确实只有三人", by="王主任", at=NOON)
        night(register, 3, "mended")
        with pytest.raises(RegisterError, match="fixed"):
            register.explain((only(register),), text="确实只有三人", by="王主任", at=NOON)
        assert () == register.explanations()


def test_explanations_are_chained_so_that_a_change_by_hand_is_seen(tmp_path: Path) -> None:
    """A row that was altered or taken out makes every reading of the explanations an error."""
    path = tmp_path / "register.sqlite"
    for tampering in ("update explanation set text = '无' where id = 1", "delete from explanation where id = 1"):
        path.unlink(missing_ok=True)
        with open_register(f"sqlite:///{path}") as register:
            night(register, 1, "a", question(3))
            register.explain((only(register),), text="当日暴雨，仅三人到场", by="王主任", at=NOON)
            register.explain((only(register),), text="签到表见附件第二页", by="王主任", at=NOON + HOUR)
            assert ["当日暴雨，仅三人到场", "签到表见附件第二页"] == [item.text for item in register.explanations()]
            assert "签到表见附件第二页" == only(register).explanation.text  # type: ignore[union-attr]
        with sqlite3.connect(path) as connection:
            connection.execute(tampering)
        connection.close()
        with (
            open_register(f"sqlite:///{path}") as register,
            pytest.raises(RegisterError, match="not as it was written"),
        ):
            register.findings()


def error(value: object = 95, *, cell: str = "B5") -> Finding:
    return question(value, cell=cell, level=Level.ERROR)


GRANTED = {"by": "分管司法负责人", "document": "办〔2024〕3号", "reason": "材料补正两次，确属逾期"}


def test_a_released_error_stays_released_until_its_value_changes() -> None:
    """Another row, file or night: released. Another value is an open error again, and the old one stays released."""
    with open_register("sqlite://") as register:
        night(register, 1, "a", error(95), state=State.RETURNED)
        (granted,) = register.release((only(register),), **GRANTED, at=NOON + 5 * HOUR)
        lives = [only(register)]
        for run, content, found in ((2, "b", error(95, cell="B40")), (3, "c", error(96)), (4, "d", error(95))):
            night(register, run, content, found)
            lives.append(only(register))

    assert ["released", "released", "open", "released"] == [kept.state for kept in lives]
    assert [True, True, False, True] == [kept.settled for kept in lives]
    assert (granted, NOON + 5 * HOUR) == (lives[1].release, lives[1].since)
    assert GRANTED == {name: getattr(granted.granted, name) for name in GRANTED}


def test_a_release_that_is_withdrawn_stays_on_record() -> None:
    """The error is open again and says who released it, who took it back and when; it may be released anew."""
    back = {**GRANTED, "document": "办〔2024〕5号", "reason": "复核发现日期不实"}
    with open_register("sqlite://") as register:
        night(register, 1, "a", error(), state=State.RETURNED)
        register.release((only(register),), **GRANTED, at=NOON)
        (taken,) = register.withdraw({error().identity}, **back, at=NOON + HOUR)
        withdrawn = only(register)
        assert () == register.withdraw({error().identity}, **back, at=NOON + HOUR)
        (again,) = register.release((withdrawn,), **GRANTED, at=NOON + 2 * HOUR)
        log, now = register.releases(), only(register)

    assert ("new", False, taken) == (withdrawn.state, withdrawn.settled, withdrawn.release)
    assert taken.withdrawn is not None
    assert (NOON, NOON + HOUR, "办〔2024〕5号") == (taken.granted.at, taken.withdrawn.at, taken.withdrawn.document)
    assert [(1, False), (3, True)] == [(release.id, release.holds) for release in log]
    assert ("released", again) == (now.state, now.release)


def test_only_open_errors_can_be_released() -> None:
    """A question is explained, a note needs nothing, what is released or gone needs no release."""
    with open_register("sqlite://") as register:
        for run, level in enumerate((Level.QUESTION, Level.NOTE), start=1):
            night(register, run, str(level), question(level=level))
            with pytest.raises(RegisterError, match=f"Only open errors can be released.*{level}"):
                register.release((only(register),), **GRANTED, at=NOON)
        night(register, 3, "wrong", error())
        register.release((only(register),), **GRANTED, at=NOON)
        with pytest.raises(RegisterError, match="released"):
            register.release((only(register),), **GRANTED, at=NOON)
        night(register, 4, "mended")
        with pytest.raises(RegisterError, match="fixed"):
            register.release((only(register),), **GRANTED, at=NOON)
        assert 1 == len(register.releases())


@pytest.mark.parametrize(
    "tampering",
    [
        "update written_release set document = '办〔2024〕4号' where id = 1",
        "update written_release set withdraws = null where id = 2",
        "delete from written_release where id = 1",
    ],
)
def test_releases_are_chained_so_that_a_change_by_hand_is_seen(tmp_path: Path, tampering: str) -> None:
    """A row that was altered or taken out makes every reading of the releases an error."""
    path = tmp_path / "register.sqlite"
    with open_register(f"sqlite:///{path}") as register:
        night(register, 1, "a", error(), state=State.RETURNED)
        register.release((only(register),), **GRANTED, at=NOON)
        register.withdraw({error().identity}, **GRANTED, at=NOON + HOUR)
        assert "new" == only(register).state
    with sqlite3.connect(path) as connection:
        connection.execute(tampering)
    connection.close()

    with open_register(f"sqlite:///{path}") as register, pytest.raises(RegisterError, match="not as it was written"):
        register.findings()


def test_a_verdict_says_which_releases_it_rests_on() -> None:
    """The numbers come back with the newest verdict, alone and beside its submission; without any there are none."""
    with open_register("sqlite://") as register:
        sent = night(register, 1, "a", error())
        verdict = register.newest_verdict(sent)
        assert verdict is not None
        register.decide(replace(verdict, released=(3, 12)))
        ((_, beside),) = register.submissions("town")

        assert () == verdict.released
        assert ((3, 12), (3, 12)) == (register.newest_verdict(sent).released, beside.released)  # type: ignore[union-attr]


VALUES = st.none() | st.text(max_size=3) | st.integers() | st.dates() | st.decimals(-100, 100, places=2)


@given(value=VALUES, other=VALUES, cell=st.text(max_size=3))
def test_the_value_mark_follows_the_value_and_nothing_else(value: object, other: object, cell: str) -> None:
    """Where the row stands does not matter; two marks are equal exactly where the values are."""
    here = finding(facts={"value": value, "first_cell": "A1"})
    there = finding(cell=cell, facts={"first_cell": cell, "value": value})
    changed = finding(facts={"value": other, "first_cell": "A1"})

    assert here.value_mark == there.value_mark
    assert (value == other) == (here.value_mark == changed.value_mark)


def test_a_register_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Findings of before keep their lives; those of a returned submission are returned, since its verdict."""
    path = tmp_path / "register.sqlite"
    with open_register(f"sqlite:///{path}") as register:
        sent = night(register, 1, "a", finding(level=Level.ERROR), state=State.RETURNED)
        night(register, 2, "a")
    with sqlite3.connect(path) as connection:
        added = ("first_submission", "fixed_submission", "returned_submission", "returned_at", "recurred_at")
        for column in added:
            connection.execute(f"alter table finding drop column {column}")
        connection.execute("drop table explanation")
        connection.execute("drop table written_release")
        connection.execute("alter table verdict drop column released")
        connection.execute("update register_version set version = 1")
    connection.close()

    with open_register(f"sqlite:///{path}") as register:
        kept = only(register)
        register.note_findings(SLOT, "content", [], run=2, at=NOON + 4 * HOUR, submission="next")
        assert ((), ()) == (register.explanations(), register.releases())
        assert () == register.newest_verdict(sent).released  # type: ignore[union-attr]
        assert ("fixed", "next") == (only(register).state, only(register).fixed_submission)

    assert ("returned", NOON + HOUR, sent) == (kept.state, kept.since, kept.first_submission)
    assert datetime(2025, 1, 10, 5, tzinfo=UTC) == kept.since
