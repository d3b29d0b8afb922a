"""The register: which files came, what was decided about them, which findings live, and what each run did.

SQLAlchemy Core, on SQLite unless a URL says otherwise. Every method that writes is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, insert, select, update

from warehouse import register_findings as life
from warehouse import register_releases as written
from warehouse.entries import (
    Accepted,
    Explanation,
    KeptFinding,
    RegisterError,
    Release,
    Run,
    RunCounts,
    RunState,
    Stage,
    Step,
    Verdict,
)
from warehouse.model import Finding, Level, Slot, State, Submission
from warehouse.register_rows import (
    ids_in_force,
    last_receipt,
    latest_runs,
    slot_columns,
    slot_values,
    to_submission,
    to_verdict,
    with_newest_verdict,
)
from warehouse.register_schema import FINDING, KNOWN_FILE, RECEIPT, RUN, STEP, SUBMISSION, VERDICT, connect

__all__ = [
    "Accepted",
    "Explanation",
    "KeptFinding",
    "Register",
    "RegisterError",
    "Release",
    "Run",
    "RunCounts",
    "RunState",
    "Stage",
    "Step",
    "Verdict",
    "open_register",
]


def open_register(url: str) -> Register:
    """The register at `url` (`sqlite:///…`), its tables made or brought up to date."""
    return Register(connect(url))


class Register:
    """What is known about files, decisions, findings and runs. A context manager; threads may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writes=True)
        self._files: dict[str, tuple[int, int, int, str]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _read(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()

    def _write(self) -> AbstractContextManager[Connection]:
        return self._writing.begin()

    # Runs

    def begin_run(self, offices: tuple[str, ...], at: datetime) -> int:
        """The number of a new run; runs that never said how they ended are marked as interrupted."""
        with self._write() as connection:
            connection.execute(update(RUN).where(RUN.c.state == "running").values(state="interrupted"))
            row = {"office": ",".join(offices), "started_at": at, "state": "running"}
            key = connection.execute(insert(RUN).values(row)).inserted_primary_key
            return int(key[0]) if key else 0

    def end_run(
        self,
        run: int,
        *,
        at: datetime,
        state: RunState,
        counts: RunCounts,
        warehouse_hash: str | None,
        message: str = "",
    ) -> None:
        """The run has ended, in this state and with these counts."""
        ended = {"ended_at": at, "state": state, "warehouse_hash": warehouse_hash, "message": message}
        with self._write() as connection:
            done = connection.execute(update(RUN).where(RUN.c.id == run).values({**ended, **asdict(counts)}))
            if done.rowcount != 1:
                raise RegisterError(f"There is no run {run}; begin_run gives the number that end_run takes.")

    def step(
        self, run: int, name: str, *, started_at: datetime, ended_at: datetime, facts: Mapping[str, int | str]
    ) -> None:
        """The stage `name` of the run is on record, with its times and counts."""
        row = {"run": run, "name": name, "started_at": started_at, "ended_at": ended_at, "facts": facts}
        with self._write() as connection:
            connection.execute(insert(STEP).values(row))

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The latest runs, the newest first."""
        with self._read() as connection:
            found = connection.execute(select(RUN).order_by(RUN.c.id.desc()).limit(limit))
            return tuple(Run(**row) for row in found.mappings())

    def steps(self, run: int) -> tuple[Step, ...]:
        """The stages of a run, in the order in which they were put on record."""
        columns = (STEP.c.run, STEP.c.name, STEP.c.started_at, STEP.c.ended_at, STEP.c.facts)
        with self._read() as connection:
            found = connection.execute(select(*columns).where(STEP.c.run == run).order_by(STEP.c.id))
            return tuple(Step(**row) for row in found.mappings())

    # Files

    def known_file(self, path: str, *, size: int, mtime_ns: int, ctime_ns: int) -> str | None:
        """The SHA-256 that this very file had when it was last opened; None if it is new or was touched since."""
        known = self._known_files().get(path)
        return known[-1] if known and known[:-1] == (size, mtime_ns, ctime_ns) else None

    def _known_files(self) -> dict[str, tuple[int, int, int, str]]:
        # All at once: thousands of files are asked for one after the other. That another process may have remembered
        # more since costs one reading, never a wrong answer, because a file with these very times has these bytes.
        if self._files is None:
            columns = (KNOWN_FILE.c[name] for name in ("path", "size", "mtime_ns", "ctime_ns", "sha256"))
            with self._read() as connection:
                self._files = {path: (*stat, sha256) for path, *stat, sha256 in connection.execute(select(*columns))}
        return self._files

    def remember_file(self, path: str, *, size: int, mtime_ns: int, ctime_ns: int, sha256: str) -> None:
        """The file at `path` had these bytes; what was known of the path before is replaced."""
        seen = {"size": size, "mtime_ns": mtime_ns, "ctime_ns": ctime_ns, "sha256": sha256}
        with self._write() as connection:
            if not connection.execute(update(KNOWN_FILE).where(KNOWN_FILE.c.path == path).values(seen)).rowcount:
                connection.execute(insert(KNOWN_FILE).values(path=path, **seen))
        self._known_files()[path] = (size, mtime_ns, ctime_ns, sha256)

    # Submissions and verdicts

    def enter(self, submission: Submission, *, run: int) -> bool:
        """Whether the submission is new; one that is known stays as it was first entered."""
        with self._write() as connection:
            if connection.execute(select(SUBMISSION.c.id).where(SUBMISSION.c.id == submission.id)).first():
                return False
            row = {
                "id": submission.id,
                **slot_values(submission.slot),
                "sha256": submission.sha256,
                "file_name": submission.file_name,
                "size": submission.size,
                "received_at": submission.received_at,
                "run": run,
            }
            connection.execute(insert(SUBMISSION).values(row))
            return True

    def receive(self, submission_id: str, *, run: int, at: datetime) -> bool:
        """Whether this is news: a receipt is appended only if the slot's last one was of another submission."""
        with self._write() as connection:
            row = connection.execute(select(SUBMISSION).where(SUBMISSION.c.id == submission_id)).first()
            if row is None:
                raise RegisterError(f"There is no submission {submission_id}; enter it before it is received.")
            slot = to_submission(row).slot
            last = connection.execute(last_receipt(slot)).first()
            if last is not None and last.submission == submission_id:
                return False
            receipt = {**slot_values(slot), "submission": submission_id, "received_at": at, "run": run}
            connection.execute(insert(RECEIPT).values(receipt))
            return True

    def latest(self, slot: Slot) -> Submission | None:
        """The submission that the slot received last, whatever was decided about it."""
        with self._read() as connection:
            receipt = connection.execute(last_receipt(slot)).first()
            if receipt is None:
                return None
            return to_submission(
                connection.execute(select(SUBMISSION).where(SUBMISSION.c.id == receipt.submission)).one()
            )

    def decide(self, verdict: Verdict) -> None:
        """The verdict is on record, and the newest counts; the findings of a returned submission are returned too."""
        returned_at = verdict.decided_at if verdict.state is State.RETURNED else None
        with self._write() as connection:
            connection.execute(insert(VERDICT).values(asdict(verdict)))
            life.mark_returned(connection, verdict.submission, at=returned_at)

    def verdict(self, submission_id: str, *, card_hash: str, rules_hash: str) -> Verdict | None:
        """The submission's newest verdict, if it was made with this card and these rules."""
        newest = self.newest_verdict(submission_id)
        return newest if newest and (newest.card_hash, newest.rules_hash) == (card_hash, rules_hash) else None

    def newest_verdict(self, submission_id: str) -> Verdict | None:
        """The submission's newest verdict."""
        newest = select(VERDICT).where(VERDICT.c.submission == submission_id).order_by(VERDICT.c.id.desc()).limit(1)
        with self._read() as connection:
            row = connection.execute(newest).first()
            return to_verdict(row, submission=row.submission, state=row.state, run=row.run) if row else None

    def in_force(self, office: str | None = None) -> tuple[Accepted, ...]:
        """What speaks for each slot: of its receipts the latest whose newest verdict is accepted."""
        return tuple(accepted for accepted in self.history(office) if accepted.in_force)

    def history(self, office: str | None = None) -> tuple[Accepted, ...]:
        """Every submission whose newest verdict is accepted, by slot and then in the order of arrival."""
        with self._read() as connection:
            in_force = set(connection.execute(ids_in_force(office)).scalars())
            return tuple(
                Accepted(
                    submission=to_submission(row),
                    frame_key=row.frame_key,
                    accepted_at=row.decided_at,
                    in_force=row.id in in_force,
                )
                for row in connection.execute(with_newest_verdict(office))
                if row.verdict_state == State.ACCEPTED
            )

    def submissions(self, office: str | None = None) -> tuple[tuple[Submission, Verdict | None], ...]:
        """Every submission with its newest verdict, by slot and then in the order of arrival."""
        with self._read() as connection:
            return tuple(
                (to_submission(row), _verdict_of(row)) for row in connection.execute(with_newest_verdict(office))
            )

    def latest_step(self, name: str) -> Step | None:
        """The newest stage of that name, of whichever run."""
        columns = (STEP.c.run, STEP.c.name, STEP.c.started_at, STEP.c.ended_at, STEP.c.facts)
        newest = select(*columns).where(STEP.c.name == name).order_by(STEP.c.id.desc()).limit(1)
        with self._read() as connection:
            row = connection.execute(newest).mappings().first()
            return Step(**row) if row else None

    # Findings

    def note_findings(
        self,
        slot: Slot,
        stage: Stage,
        findings: Iterable[Finding],
        *,
        run: int,
        at: datetime,
        submission: str | None = None,
    ) -> None:
        """These, and no others, are the open findings of the slot at this stage; those that are gone are fixed.

        `submission` is the one whose content was looked at: what is gone was fixed in it.
        """
        findings = tuple(findings)
        if strays := {str(finding.slot) for finding in findings if finding.slot != slot}:
            raise RegisterError(
                f"Findings of {', '.join(sorted(strays))} were noted for {slot}; note each at its own slot."
            )
        with self._write() as connection:
            life.note(connection, slot, stage, findings, run=run, at=at, submission=submission)

    def open_identities(self, office: str, stage: Stage) -> Mapping[Slot, frozenset[str]]:
        """The identities of the findings that are open at this stage of the office, by slot."""
        with self._read() as connection:
            return life.open_identities(connection, office, stage)

    def findings(
        self,
        *,
        office: str | None = None,
        department: str | None = None,
        level: Level | None = None,
        include_closed: bool = False,
    ) -> tuple[KeptFinding, ...]:
        """The open findings (and on request the fixed ones), by slot and then in the order in which they were noted.

        Those of a department are also those that stand in another's ledger and that it has a part in.
        """
        wanted = select(FINDING).order_by(*slot_columns(FINDING), FINDING.c.stage.desc(), FINDING.c.id)
        for column, value in ((FINDING.c.office, office), (FINDING.c.level, level)):
            if value is not None:
                wanted = wanted.where(column == str(value))
        if not include_closed:
            wanted = wanted.where(FINDING.c.closed_at.is_(None))
        with self._read() as connection:
            latest, answers, releases = latest_runs(connection), life.answers(connection), written.newest(connection)
            rows = connection.execute(wanted)
            kept = tuple(life.to_kept_finding(row, latest.get(row.office), answers, releases) for row in rows)
        return tuple(
            item
            for item in kept
            if department is None or department in {slot.department for slot in item.finding.slots}
        )

    def give_back(self, submission_id: str, *, at: datetime) -> None:
        """The open findings of this submission went back to its department, for example on a 退回单."""
        with self._write() as connection:
            life.mark_returned(connection, submission_id, at=at)

    def explain(self, kept: Sequence[KeptFinding], *, text: str, by: str, at: datetime) -> tuple[Explanation, ...]:
        """These open questions are answered, as long as their values stay what they are; RegisterError for others."""
        with self._write() as connection:
            return life.add_explanations(connection, kept, text=text, by=by, at=at)

    def explanations(self) -> tuple[Explanation, ...]:
        """Every explanation ever given, the oldest first; RegisterError where somebody changed what was written."""
        with self._read() as connection:
            return life.explanations(connection)

    def release(
        self, kept: Sequence[KeptFinding], *, by: str, document: str, reason: str, at: datetime
    ) -> tuple[Release, ...]:
        """These open errors no longer block, as long as their values stay what they are; RegisterError for others."""
        with self._write() as connection:
            return written.grant(connection, kept, by=by, document=document, reason=reason, at=at)

    def withdraw(
        self, identities: Collection[str], *, by: str, document: str, reason: str, at: datetime
    ) -> tuple[Release, ...]:
        """The releases of these findings that held, all of them taken back now."""
        with self._write() as connection:
            return written.withdraw(connection, identities, by=by, document=document, reason=reason, at=at)

    def releases(self) -> tuple[Release, ...]:
        """Every release ever granted, the oldest first; RegisterError where somebody changed what was written."""
        with self._read() as connection:
            return written.releases(connection)


def _verdict_of(row: Row[Any]) -> Verdict | None:
    """The verdict beside a submission, if there is one."""
    if row.verdict_state is None:
        return None
    return to_verdict(row, submission=row.id, state=row.verdict_state, run=row.verdict_run)
