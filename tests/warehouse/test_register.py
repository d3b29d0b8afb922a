"""The register: what it keeps, and what it refuses."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.drawing import NOON, SLOT, finding, submission
from warehouse.model import Finding, Level, Place, Slot, State
from warehouse.register import KeptFinding, Register, RegisterError, Run, RunCounts, Step, Verdict, open_register
from warehouse.register_types import facts_from_json, facts_to_json

HOUR = timedelta(hours=1)
OTHER = replace(SLOT, department="hall")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    with open_register(url) as opened:
        yield opened


def verdict(sent: str, state: State = State.ACCEPTED, *, run: int = 1, rules: str = "rules", hours: int = 0) -> Verdict:
    return Verdict(
        submission=sent,
        card_hash="card",
        rules_hash=rules,
        state=state,
        rows=3,
        errors=0 if state is State.ACCEPTED else 1,
        questions=0,
        notes=2,
        frame_key=f"frame-of-{sent}",
        decided_at=NOON + hours * HOUR,
        run=run,
    )


def arrive(register: Register, content: str, state: State | None, *, slot: Slot = SLOT, hours: int = 0) -> str:
    """The id of a submission that was entered, received and, with a state, decided."""
    sent = replace(submission(content, slot), received_at=NOON + hours * HOUR)
    register.enter(sent, run=1)
    register.receive(sent.id, run=1, at=NOON + hours * HOUR)
    if state is not None:
        register.decide(verdict(sent.id, state, hours=hours))
    return sent.id


def states(register: Register, *, include_closed: bool = True) -> dict[str, str]:
    """The state of every finding by its code."""
    return {kept.finding.code: kept.state for kept in register.findings(include_closed=include_closed)}


def ids(found: tuple[object, ...]) -> list[str]:
    return [accepted.submission.id for accepted in found]  # type: ignore[attr-defined]


def test_a_run_is_kept_with_its_steps_and_counts(register: Register) -> None:
    """What a run did can be read back, newest run first."""
    first = register.begin_run(("town",), NOON)
    second = register.begin_run(("town", "city"), NOON + HOUR)
    register.step(second, "collect", started_at=NOON, ended_at=NOON + HOUR, facts={"files": 3, "office": "town"})
    counts = RunCounts(received=3, unchanged=1, accepted=1, returned=1, findings=7)
    register.end_run(second, at=NOON + 2 * HOUR, state="done", counts=counts, warehouse_hash="ab", message="完成")

    newest, oldest = register.runs()

    assert newest == Run(
        id=second,
        office="town,city",
        started_at=NOON + HOUR,
        ended_at=NOON + 2 * HOUR,
        state="done",
        received=3,
        unchanged=1,
        accepted=1,
        returned=1,
        findings=7,
        warehouse_hash="ab",
        message="完成",
    )
    assert (first, "interrupted", None) == (oldest.id, oldest.state, oldest.ended_at)
    assert (newest,) == register.runs(limit=1)
    facts: dict[str, int | str] = {"files": 3, "office": "town"}
    assert (Step(run=second, name="collect", started_at=NOON, ended_at=NOON + HOUR, facts=facts),) == register.steps(
        second
    )
    with pytest.raises(RegisterError, match="no run 99"):
        register.end_run(99, at=NOON, state="done", counts=counts, warehouse_hash=None)


def test_a_file_is_known_until_it_is_touched(register: Register) -> None:
    """Size, mtime and ctime all have to be those of the last look; the last look counts."""
    stat = {"size": 10, "mtime_ns": 1_732_333_333_123_456_789, "ctime_ns": 2}
    register.remember_file("收件/a.xls", **stat, sha256="aa")

    assert "aa" == register.known_file("收件/a.xls", **stat)
    for name in stat:
        assert register.known_file("收件/a.xls", **{**stat, name: 3}) is None
    assert register.known_file("b.xls", **stat) is None
    register.remember_file("收件/a.xls", **{**stat, "size": 11}, sha256="bb")
    assert (None, "bb") == (
        register.known_file("收件/a.xls", **stat),
        register.known_file("收件/a.xls", **{**stat, "size": 11}),
    )


def test_a_submission_is_entered_once(register: Register) -> None:
    """The same bytes for the same slot change nothing, not even under another name."""
    register.begin_run(("town",), NOON)
    sent = submission("one")

    assert (True, False) == (register.enter(sent, run=1), register.enter(replace(sent, file_name="副本.xlsx"), run=1))
    register.receive(sent.id, run=1, at=NOON)
    assert sent == register.latest(SLOT)
    assert register.latest(OTHER) is None


def test_a_receipt_is_appended_only_if_it_is_news(register: Register) -> None:
    """The same submission again is no news; one that comes back after another is."""
    register.begin_run(("town",), NOON)
    one, two = submission("one"), submission("two")
    for sent in (one, two):
        register.enter(sent, run=1)

    received = [register.receive(sent.id, run=1, at=NOON) for sent in (one, one, two, one)]

    assert [True, False, True, True] == received
    assert one == register.latest(SLOT)
    with pytest.raises(RegisterError, match="enter it before"):
        register.receive("nothing", run=1, at=NOON)


def test_the_newest_verdict_counts_for_its_card_and_rules(register: Register) -> None:
    """Other rules than those of the newest verdict mean: not judged."""
    register.begin_run(("town",), NOON)
    sent = arrive(register, "one", State.RETURNED)
    register.decide(newest := verdict(sent, rules="stricter"))

    assert newest == register.newest_verdict(sent) == register.verdict(sent, card_hash="card", rules_hash="stricter")
    assert register.verdict(sent, card_hash="card", rules_hash="rules") is None
    assert register.verdict(sent, card_hash="other", rules_hash="stricter") is None
    assert register.newest_verdict("nothing") is None


def test_the_latest_accepted_receipt_is_in_force(register: Register) -> None:
    """A returned or undecided submission leaves the one before it in force; each slot has at most one."""
    register.begin_run(("town",), NOON)
    first = arrive(register, "first", State.ACCEPTED)
    second = arrive(register, "second", State.ACCEPTED, hours=1)
    third = arrive(register, "third", State.RETURNED, hours=2)
    fourth = arrive(register, "fourth", None, hours=3)
    other = arrive(register, "first", State.ACCEPTED, slot=OTHER)
    away = arrive(register, "first", State.ACCEPTED, slot=replace(SLOT, office="city"))

    assert [away, other, second] == ids(register.in_force())
    assert [other, second] == ids(register.in_force("town"))
    assert [(other, True), (first, False), (second, True)] == [
        (accepted.submission.id, accepted.in_force) for accepted in register.history("town")
    ]
    assert NOON + HOUR == register.in_force("town")[1].accepted_at
    assert f"frame-of-{second}" == register.in_force("town")[1].frame_key
    assert [
        (other, State.ACCEPTED),
        (first, State.ACCEPTED),
        (second, State.ACCEPTED),
        (third, State.RETURNED),
        (fourth, None),
    ] == [(sent.id, decided.state if decided else None) for sent, decided in register.submissions("town")]


def test_a_verdict_that_is_taken_back_gives_way(register: Register) -> None:
    """Stricter rules return what was accepted: the one before speaks again, and so does one that comes back."""
    register.begin_run(("town",), NOON)
    first = arrive(register, "first", State.ACCEPTED)
    second = arrive(register, "second", State.ACCEPTED)
    register.decide(verdict(second, State.RETURNED))
    assert [first] == ids(register.in_force())

    register.decide(verdict(second))
    assert [second] == ids(register.in_force())
    register.receive(first, run=1, at=NOON + HOUR)
    assert [first] == ids(register.in_force())


def test_submissions_come_with_their_newest_verdict(register: Register) -> None:
    """The whole verdict is there, with the submission and run it belongs to."""
    register.begin_run(("town",), NOON)
    register.begin_run(("town",), NOON)
    sent = arrive(register, "one", State.RETURNED)
    register.decide(newest := verdict(sent, run=2))

    assert ((submission("one"), newest),) == register.submissions()


def test_a_finding_lives_from_new_to_fixed_and_may_recur(register: Register) -> None:
    """New in its first run, open in later ones, fixed when gone, recurred when it comes back."""
    lives = []
    for run, found in enumerate(([finding()], [finding()], [], [], [finding()], [finding()]), start=1):
        register.begin_run(("town",), NOON + run * HOUR)
        register.note_findings(SLOT, "content", found, run=run, at=NOON + run * HOUR)
        lives.append(states(register)["cell.not_a_date"])

    assert ["new", "open", "fixed", "fixed", "recurred", "recurred"] == lives
    assert (
        KeptFinding(
            finding=finding(),
            state="recurred",
            recurred=True,
            since=NOON + 5 * HOUR,
            first_seen_at=NOON + HOUR,
            last_seen_at=NOON + 6 * HOUR,
            closed_at=None,
            first_run=1,
            last_run=6,
        ),
    ) == register.findings()


def test_a_fixed_finding_keeps_when_it_was_last_seen_and_when_it_was_gone(register: Register) -> None:
    """Its last run is the last that saw it; noting nothing again does not move the date."""
    for run in (1, 2, 3):
        register.begin_run(("town",), NOON)
        register.note_findings(SLOT, "content", [finding()] if run == 1 else [], run=run, at=NOON + run * HOUR)

    (kept,) = register.findings(include_closed=True)

    assert () == register.findings()
    assert ("fixed", 1, NOON + HOUR, NOON + 2 * HOUR) == (kept.state, kept.last_run, kept.last_seen_at, kept.closed_at)


def test_a_finding_is_no_longer_new_when_the_next_run_had_nothing_to_note(register: Register) -> None:
    """What is unchanged is not judged again; its findings are open, not new; other offices' runs do not matter."""
    register.begin_run(("town",), NOON)
    register.note_findings(SLOT, "content", [finding()], run=1, at=NOON)
    register.note_findings(SLOT, "content", [finding()], run=1, at=NOON + HOUR)
    register.begin_run(("city", "village"), NOON)
    assert {"cell.not_a_date": "new"} == states(register)

    register.begin_run(("village", "town"), NOON)
    assert {"cell.not_a_date": "open"} == states(register)


def test_each_slot_and_stage_is_noted_apart(register: Register) -> None:
    """Noting one stage of one slot says nothing about the other stage or the other slots."""
    register.begin_run(("town",), NOON)
    register.note_findings(SLOT, "receipt", [finding("file.older_version")], run=1, at=NOON)
    register.note_findings(SLOT, "content", [finding()], run=1, at=NOON)
    register.note_findings(OTHER, "content", [finding("row.hidden", slot=OTHER)], run=1, at=NOON)
    register.note_findings(SLOT, "content", [], run=1, at=NOON)

    assert {"file.older_version": "new", "row.hidden": "new"} == states(register, include_closed=False)
    with pytest.raises(RegisterError, match="its own slot"):
        register.note_findings(OTHER, "content", [finding()], run=1, at=NOON)


def test_findings_with_one_identity_are_all_kept(register: Register) -> None:
    """Two rows with the same key are two findings, and one of them may be fixed."""
    register.begin_run(("town",), NOON)
    twins = [finding("key.twice", key="case-1", cell=cell) for cell in ("A5", "A9", "A12")]
    assert 1 == len({twin.identity for twin in twins})

    register.note_findings(SLOT, "content", twins, run=1, at=NOON)
    assert ["A5", "A9", "A12"] == [kept.finding.cell for kept in register.findings()]
    register.note_findings(SLOT, "content", twins[:2], run=1, at=NOON)
    assert ["A5", "A9"] == [kept.finding.cell for kept in register.findings()]


def test_a_finding_that_follows_its_key_says_where_it_stands_now(register: Register) -> None:
    """The record moved to another row in another file: the same finding, at its new cell."""
    register.begin_run(("town",), NOON)
    before = finding("cell.blank", key="case-1", cell="B5", submission="one", facts={"given": "二"})
    after = finding("cell.blank", key="case-1", cell="B7", submission="two", facts={"given": "三"}, level=Level.NOTE)
    register.note_findings(SLOT, "content", [before], run=1, at=NOON)
    register.begin_run(("town",), NOON)
    register.note_findings(SLOT, "content", [after], run=2, at=NOON + HOUR)

    (kept,) = register.findings()

    assert (after, "open", NOON, 1) == (kept.finding, kept.state, kept.first_seen_at, kept.first_run)


def test_findings_can_be_narrowed(register: Register) -> None:
    """By office, by department, by level."""
    register.begin_run(("town", "city"), NOON)
    for slot, level in ((SLOT, Level.ERROR), (OTHER, Level.NOTE), (replace(SLOT, office="city"), Level.NOTE)):
        register.note_findings(slot, "content", [finding(slot=slot, level=level)], run=1, at=NOON)

    def places(**narrowed: object) -> list[str]:
        return [f"{kept.finding.slot.office}/{kept.finding.slot.department}" for kept in register.findings(**narrowed)]  # type: ignore[arg-type]

    assert ["city/squad", "town/hall", "town/squad"] == places()
    assert ["town/hall", "town/squad"] == places(office="town")
    assert ["city/squad", "town/squad"] == places(department="squad")
    assert ["city/squad", "town/hall"] == places(level=Level.NOTE)
    assert ["town/hall"] == places(level=Level.NOTE, office="town")


FACTS = st.dictionaries(
    st.text(max_size=5),
    st.none() | st.text() | st.integers() | st.decimals(allow_nan=False) | st.dates() | st.booleans(),
    max_size=4,
)


@given(facts=FACTS)
def test_facts_come_back_as_what_they_were(facts: dict[str, object]) -> None:
    """Decimals keep their digits, dates are dates, text that looks like either stays text."""
    again = facts_from_json(facts_to_json(facts))

    assert facts == again
    assert {name: (type(value), str(value)) for name, value in facts.items()} == {
        name: (type(value), str(value)) for name, value in again.items()
    }


def test_facts_survive_the_register(url: str) -> None:
    """A decimal of a finding is the same decimal after closing and opening, and a float is refused."""
    facts = {"sum": Decimal("21000.00"), "on": date(2024, 3, 5), "count": 15, "text": "2024-03-05", "none": None}
    with open_register(url) as register:
        register.begin_run(("town",), NOON)
        register.note_findings(SLOT, "content", [finding(facts=facts)], run=1, at=NOON)
        with pytest.raises(Exception, match="a fact is text"):
            register.note_findings(SLOT, "content", [finding(facts={"share": 0.1})], run=1, at=NOON)

    with open_register(url) as register:
        assert [facts] == [kept.finding.facts for kept in register.findings()]
        assert "21000.00" == str(register.findings()[0].finding.facts["sum"])


def test_instants_are_aware_and_utc(register: Register) -> None:
    """An instant of another zone comes back in UTC; one without a zone is refused."""
    beijing = datetime(2025, 1, 10, 12, 0, 0, 123456, tzinfo=timezone(8 * HOUR))
    register.begin_run(("town",), beijing)

    (run,) = register.runs()

    assert datetime(2025, 1, 10, 4, 0, 0, 123456, tzinfo=UTC) == run.started_at
    assert UTC is run.started_at.tzinfo
    with pytest.raises(Exception, match="no time zone"):
        register.begin_run(("town",), datetime(2025, 1, 10))  # noqa: DTZ001 - the mistake under test


def test_a_failed_write_leaves_nothing_behind(register: Register) -> None:
    """A method is one transaction: what fails in the middle was never there."""
    register.begin_run(("town",), NOON)
    register.note_findings(SLOT, "content", [finding()], run=1, at=NOON)
    good, bad = finding("cell.blank"), finding("cell.error_value", facts={"bad": object()})

    with pytest.raises(Exception, match="a fact is text"):
        register.note_findings(SLOT, "content", [good, bad], run=1, at=NOON)

    assert {"cell.not_a_date": "new"} == states(register)


def test_what_refers_to_nothing_is_refused(register: Register) -> None:
    """Foreign keys hold: a verdict needs its submission, a submission its run."""
    with pytest.raises(Exception, match="FOREIGN KEY"):
        register.enter(submission("one"), run=7)
    register.begin_run(("town",), NOON)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        register.decide(verdict("nothing"))


def test_a_reader_and_a_writer_do_not_wait_for_each_other(url: str, tmp_path: Path) -> None:
    """While somebody reads, a run is begun; who reads sees what was there when the reading began."""
    with open_register(url) as register:
        register.begin_run(("town",), NOON)
        reader = sqlite3.connect(tmp_path / "register.sqlite", isolation_level=None)
        reader.execute("begin")
        before = reader.execute("select count(*) from run").fetchall()

        started = time.monotonic()
        register.begin_run(("town",), NOON)

        assert time.monotonic() - started < 10
        assert ([(1,)], 2) == (before, len(register.runs()))
        assert [(1,)] == reader.execute("select count(*) from run").fetchall()
        reader.close()


def test_threads_may_share_a_register(register: Register) -> None:
    """Writers wait for each other instead of failing."""
    register.begin_run(("town",), NOON)

    def enter(department: str) -> None:
        slot = replace(SLOT, department=department)
        for number in range(20):
            arrive(register, str(number), State.ACCEPTED, slot=slot)
            register.note_findings(slot, "content", [finding(slot=slot)], run=1, at=NOON)

    threads = [threading.Thread(target=enter, args=(name,)) for name in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (80, 4, 4) == (len(register.history()), len(register.in_force()), len(register.findings()))


def test_opening_again_keeps_everything(url: str) -> None:
    """The tables are made once."""
    with open_register(url) as register:
        register.begin_run(("town",), NOON)
    with open_register(url) as register:
        assert ["running"] == [run.state for run in register.runs()]


def test_a_register_that_cannot_be_used_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    """A newer one, a damaged one, a wrong address: each is told apart."""
    path = tmp_path / "register.sqlite"
    with open_register(f"sqlite:///{path}"):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("update register_version set version = 99")
    with pytest.raises(RegisterError, match="has version 99, this program knows 4"):
        open_register(f"sqlite:///{path}")
    (tmp_path / "damaged.sqlite").write_text("not a database " * 100)
    with pytest.raises(RegisterError, match="put the file back from a backup"):
        open_register(f"sqlite:///{tmp_path / 'damaged.sqlite'}")
    with pytest.raises(RegisterError, match="write sqlite:///"):
        open_register("register.sqlite")


def test_every_statement_is_sql_that_postgresql_reads_too() -> None:
    """Tables and queries compile for PostgreSQL, so that a URL is all it takes to move."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateTable

    from warehouse import register_findings as life
    from warehouse import register_rows as rows
    from warehouse.register_schema import METADATA

    statements = [
        life.CLOSE,
        life.CHANGE,
        rows.last_receipt(SLOT),
        rows.with_newest_verdict("town"),
        rows.ids_in_force("town"),
        life.kept_findings(SLOT, "content"),
        *(CreateTable(table) for table in METADATA.sorted_tables),
    ]
    texts = [str(statement.compile(dialect=postgresql.dialect())) for statement in statements]  # type: ignore[no-untyped-call]

    assert all(texts)
    assert "TIMESTAMP WITH TIME ZONE" in " ".join(texts)
    assert "SERIAL" in " ".join(texts)


@pytest.mark.slow
def test_a_hundred_thousand_findings_are_no_trouble(register: Register) -> None:
    """Noted, noted again and read, in seconds."""
    found: list[Finding] = [finding(cell=f"B{row}", facts={"text": "三月"}) for row in range(100_000)]
    register.begin_run(("town",), NOON)
    started = time.monotonic()

    register.note_findings(SLOT, "content", found, run=1, at=NOON)
    register.begin_run(("town",), NOON)
    register.note_findings(SLOT, "content", found[1:], run=2, at=NOON)
    kept = register.findings()

    assert 99_999 == len(kept)
    assert time.monotonic() - started < 60


def test_the_other_sides_of_a_finding_are_kept_and_asked_for(register: Register) -> None:
    """A shared finding comes back with its places, and each department that has a part in it is shown it."""
    other = Place(slot=replace(SLOT, department="kitchen"), submission="s2", file="b.xlsx", sheet="S", cell="C3")
    shared = replace(finding(cell="B2", facts={}), also=(other, replace(other, cell=None)))
    register.begin_run(("town",), NOON)

    register.note_findings(SLOT, "across", [shared], run=1, at=NOON)
    register.note_findings(SLOT, "across", [shared], run=1, at=NOON)

    assert (shared,) == tuple(kept.finding for kept in register.findings(department="kitchen"))
    assert (shared,) == tuple(kept.finding for kept in register.findings(department=SLOT.department))
    assert () == register.findings(department="cellar")
