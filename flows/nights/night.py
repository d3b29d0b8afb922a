"""One night's steps as plain functions: receive, read, check, decide, publish. Prefect is not known here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import settings as edge
from flows.nights import answering, arrivals
from flows.nights.arrivals import Arrival, Call
from flows.nights.formalities import Asked, asked, formalities, overdue
from flows.nights.holdings import holdings
from flows.nights.judging import judge
from flows.nights.readings import owed, read, read_all, reading_key
from flows.nights.rows import joined, together
from flows.nights.run import Night, guard, only_one, timed
from warehouse.declarations import YishuError
from warehouse.model import Finding, Level, Slot, State, Submission, digest
from warehouse.personal import without_values

if TYPE_CHECKING:
    from expectations.judge import Judgement, Outcome
    from flows.configuration import Configuration
    from flows.nights.releases import Releases
    from flows.settings import Settings
    from sources.reading.reader import Reading
    from warehouse.entries import Verdict
    from warehouse.store import Publication

NO_RULES = digest("no rules")[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one slot received tonight, and whether it still has to be read and checked."""

    slot: Slot
    submission: Submission | None
    key: str
    unchecked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One submission after the judge: its rows, every finding about its content, and what it says around its tables."""

    submission: Submission
    key: str
    rows: int
    findings: tuple[Finding, ...]
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A submission and the verdict on it."""

    submission: Submission
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which part of the inbox a run is asked to collect; None is all."""

    office: str | None = None
    department: str | None = None
    inbox: Path | None = None
    data_docs: bool = False


def plan(settings: Settings, configuration: Configuration, request: Request) -> tuple[Call, ...]:
    """Every visit that the request asks for; a YishuError where it names what is not there."""
    chosen = [configuration.office(request.office)] if request.office else list(configuration.offices.values())
    if request.department is not None:
        having = [office for office in chosen if request.department in office.departments]
        if not having:
            known = ", ".join(dict.fromkeys(name for office in chosen for name in office.departments))
            raise YishuError(f"There is no department '{request.department}'; known are: {known}.")
        chosen = having
    return arrivals.calls(chosen, request.inbox or settings.inbox, department=request.department)


def rules_hash(night: Night, slot: Slot, file_name: str) -> str:
    """The hash of what decides the findings in a file of this name: its ledger's rules, and what is asked besides."""
    rules = night.configuration.rules_hash(slot.ledger) or NO_RULES
    return digest(rules, asked_of(night, slot).hash(file_name))[:16]


def asked_of(night: Night, slot: Slot) -> Asked:
    """What is asked of the submissions of `slot` beside their rows."""
    configuration = night.configuration
    return asked(configuration.offices[slot.office], owed(night, slot), configuration.ledgers[slot.ledger])


def receive(night: Night, call: Call, found: Sequence[Arrival]) -> tuple[Received, ...]:
    """What each slot of the department received; the register knows the files and what is missing or odd."""
    now = edge.now()
    received = []
    astray = answering.strays(night, call, found, facts=partial(facts_of, night))
    for hands_in in call.office.departments[call.department].hands_in:
        slot = call.slot(hands_in.ledger)
        asking = answering.fitting(hands_in, slot, found, astray)
        standing = answering.standing(slot, asking, facts=partial(facts_of, night, slot), identity=partial(_id, slot))
        choice = arrivals.choose(slot, hands_in, standing.arrivals, reported_on=partial(reported_on, night, slot))
        item = _received(night, slot, choice.arrival)
        late = () if item.unchecked else overdue(slot, item.submission, asked_of(night, slot), today=now.date())
        findings = (*choice.findings, *standing.findings, *late)
        night.register.note_findings(slot, "receipt", findings, run=night.run, at=now)
        received.append(item)
    unknown = [arrival for arrival in found if arrival not in astray.answers]
    lost = answering.elsewhere(call, astray)
    superfluous = (*arrivals.unexpected(call, unknown), *lost, *arrivals.misplaced(call))
    night.register.note_findings(call.slot(""), "receipt", superfluous, run=night.run, at=now)
    if call.department == next(iter(call.office.departments)):
        # Once for the office: what lies beside its departments' folders.
        night.register.note_findings(arrivals.nobody(call), "receipt", arrivals.unowned(call), run=night.run, at=now)
    # Only now are the files known: a run killed before this point opens them again, and loses nothing.
    for file in found:
        if file.opened:
            stamp = {"size": file.size, "mtime_ns": file.mtime_ns, "ctime_ns": file.ctime_ns}
            night.register.remember_file(str(file.path), sha256=file.sha256, **stamp)
    return tuple(received)


def receive_nothing(night: Night, call: Call) -> None:
    """The department could not be reached: that is noted, and what its slots held stays in force."""
    finding = arrivals.unreachable(call)
    night.register.note_findings(finding.slot, "receipt", (finding,), run=night.run, at=edge.now())


def _received(night: Night, slot: Slot, arrival: Arrival | None) -> Received:
    if arrival is None:
        return Received(slot=slot, submission=None, key="", unchecked=False)
    submission = _submission(slot, arrival)
    key = reading_key(night, slot, arrival.sha256)
    latest = night.register.latest(slot)
    rules = rules_hash(night, slot, arrival.name)
    verdict = night.register.verdict(submission.id, card_hash=key, rules_hash=rules)
    # A file that came back after another one is judged again, so that the open findings are those of this file.
    unchecked = verdict is None or latest is None or latest.id != submission.id
    if unchecked:
        night.register.enter(submission, run=night.run)
    return Received(slot=slot, submission=submission if unchecked else latest, key=key, unchecked=unchecked)


def _id(slot: Slot, arrival: Arrival) -> str:
    return _submission(slot, arrival).id


def _submission(slot: Slot, arrival: Arrival) -> Submission:
    return Submission(
        slot=slot, sha256=arrival.sha256, file_name=arrival.name, size=arrival.size, received_at=edge.now()
    )


def reported_on(night: Night, slot: Slot, arrival: Arrival) -> date | None:
    """The 填报日期 in the file's footer; read only where several files ask for one slot."""
    text = facts_of(night, slot, arrival).get("reported_on")
    return date.fromisoformat(text) if text else None


def facts_of(night: Night, slot: Slot, arrival: Arrival) -> Mapping[str, str]:
    """What the file says around its tables; read only where several files ask for one slot, or none is asked for."""
    from sources.reading.frames import outline

    key = reading_key(night, slot, arrival.sha256)
    kept = outline(night.settings.frames, key)
    return kept.facts if kept else read(night, _submission(slot, arrival), key).facts


def by_ledger(received: Iterable[Received]) -> Mapping[str, tuple[Received, ...]]:
    """What has to be read and checked, ledger by ledger."""
    ledgers: dict[str, list[Received]] = defaultdict(list)
    for item in received:
        if item.unchecked:
            ledgers[item.slot.ledger].append(item)
    return {ledger: tuple(items) for ledger, items in sorted(ledgers.items())}


def check(night: Night, ledger: str, received: Sequence[Received]) -> tuple[tuple[Checked, ...], Judgement | None]:
    """Read these submissions of one ledger and judge all their rows at once."""
    new = [(item.submission, item.key) for item in received if item.submission is not None]
    with timed(night, f"check {ledger}") as facts:
        readings = read_all(night, new)
        judgement = _judge(night, ledger, [submission for submission, _ in new], readings)
        facts["rows"] = sum(reading.rows.num_rows for reading in readings.values())
    by_rules: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in judgement.findings if judgement else ():
        by_rules[finding.submission].append(finding)
    checked = tuple(
        Checked(
            submission=submission,
            key=key,
            rows=readings[submission.id].rows.num_rows,
            findings=(
                *formalities(submission, readings[submission.id], asked_of(night, submission.slot)),
                *together(readings[submission.id].findings, by_rules[submission.id]),
            ),
            facts=readings[submission.id].facts,
        )
        for submission, key in new
    )
    return checked, judgement


def _judge(
    night: Night, ledger: str, submissions: Sequence[Submission], readings: Mapping[str, Reading]
) -> Judgement | None:
    """The judgement on all rows, None where there is no row or no rule to judge by."""
    suite = night.configuration.suites.get(ledger)
    if suite is None or all(not reading.rows.num_rows for reading in readings.values()):
        return None
    blocks = {(identity, block.index): block for identity, reading in readings.items() for block in reading.blocks}
    by_id = {submission.id: submission for submission in submissions}
    frame = joined(submissions, readings)
    return judge(frame, suite, blocks=blocks, submissions=by_id, personal=_personal(night, ledger))


def _personal(night: Night, ledger: str) -> frozenset[str]:
    columns = night.configuration.ledgers[ledger].columns
    return frozenset(name for name, column in columns.items() if column.personal != "keep")


def decide(
    night: Night, checked: Checked, written: Releases, *, shared: Sequence[Finding] = (), blocked: bool = False
) -> Decided:
    """The verdict on one submission: accepted where every error is released. The register knows it before it returns.

    `shared` are its findings with other ledgers and years, and `blocked` whether one of those turns it away.
    """
    from warehouse.register import Verdict

    now, slot = edge.now(), checked.submission.slot
    found = (*checked.findings, *shared)
    levels = [finding.level for finding in found]
    returned = blocked or any(map(written.blocks, checked.findings))
    verdict = Verdict(
        submission=checked.submission.id,
        card_hash=checked.key,
        rules_hash=rules_hash(night, slot, checked.submission.file_name),
        state=State.RETURNED if returned else State.ACCEPTED,
        rows=checked.rows,
        errors=sum(map(written.blocks, found)),
        questions=levels.count(Level.QUESTION),
        notes=levels.count(Level.NOTE),
        frame_key=checked.key,
        decided_at=now,
        run=night.run,
        released=() if returned else written.resting_on(found),
    )
    # The receipt comes last: a run killed before it finds the submission undecided the next time and begins again.
    own = checked.submission.id
    night.register.note_findings(slot, "content", checked.findings, run=night.run, at=now, submission=own)
    night.register.decide(verdict)
    night.register.receive(checked.submission.id, run=night.run, at=now)
    return Decided(submission=checked.submission, verdict=verdict)


def leave_undecided(night: Night, ledger: str, received: Iterable[Received], trouble: Exception) -> str:
    """These arrived and could not be judged: they are received, those before stay in force. Says what happened."""
    for item in received:
        if item.submission is not None:
            night.register.receive(item.submission.id, run=night.run, at=edge.now())
    told = (
        str(trouble)
        if isinstance(trouble, YishuError)
        else without_values(trouble, night.configuration.ledgers[ledger].columns)
    )
    return f"Ledger '{ledger}' could not be checked, so nothing new of it was accepted: {told}"


def table_of(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The outcome of every rule as rows of a table."""
    return [
        {
            "code": item.code,
            "level": str(item.level),
            "expectation": item.expectation,
            "checked": item.checked,
            "failed": item.failed,
        }
        for item in outcomes
    ]


def build_docs(night: Night, received: Iterable[Received]) -> Path:
    """Great Expectations' Data Docs about every file that lies in the inbox, new or not; returns their first page."""
    from expectations.docs import Judged, build_data_docs

    judged = []
    for ledger, suite in night.configuration.suites.items():
        submissions = {
            item.submission.id: (item.submission, item.key)
            for item in received
            if item.submission is not None and item.slot.ledger == ledger
        }
        readings = read_all(night, submissions.values())
        if any(reading.rows.num_rows for reading in readings.values()):
            frame = joined([submission for submission, _ in submissions.values()], readings)
            judged.append(Judged(frame, suite, _personal(night, ledger)))
    return build_data_docs(night.settings.docs, judged, at=edge.now())


def publish(night: Night, *, from_scratch: bool = False) -> Publication:
    """Make the accepted submissions the published warehouse; nothing happens where it holds exactly these."""
    from warehouse import store

    tables = {ledger: card.table for ledger, card in night.configuration.ledgers.items()}
    build = store.rebuild if from_scratch else store.publish
    return build(night.settings.warehouse, tables, holdings(night))


def rebuild(settings: Settings, configuration: Configuration) -> Publication:
    """Build the whole warehouse again from the files as received; readings that are kept and fit are used."""
    from warehouse.register import open_register

    edge.need_register(settings)
    edge.prepare(settings)
    with only_one(settings), open_register(settings.register_url) as register, guard(settings) as guarded:
        night = Night(
            settings=settings,
            configuration=configuration,
            register=register,
            secret=edge.secret(settings),
            run=0,
            guard=guarded,
        )
        return publish(night, from_scratch=True)
