"""Several ledgers and several years: what would be in force is compared before anything of it is accepted.

For each slot of an office and year the newest submission that could be read speaks, tonight's included even where its
own rows have errors, so that a department is told everything at once. Whoever has a part in an error is not accepted;
then what would be in force without them is compared again, until nobody new is turned away.
An error that a leader released in writing turns nobody away; a release that was withdrawn does so again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flows import settings as edge
from flows.nights.candidate_view import View
from flows.nights.holdings import declared, held
from flows.nights.releases import Releases, releases, take_back
from flows.nights.run import Night, timed
from warehouse.model import Finding, Level, Slot, State, Submission, digest

if TYPE_CHECKING:
    from expectations.comparing import Compared
    from flows.nights.night import Checked, Decided, Received

# Findings of these areas by the reader mean that there are no rows to compare, or not all columns.
UNREADABLE = frozenset({"file", "sheet", "column"})
# But for those that take nothing away: a table can be compared before it is signed.
READABLE = frozenset({"file.unsigned"})
SHARED = frozenset({"across", "trend"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seat:
    """A slot: what is in force for it and was before that, what waits to be accepted; `checked` if it came tonight."""

    slot: Slot
    in_force: Submission | None
    earlier: Submission | None = None
    waiting: Submission | None = None
    key: str = ""
    readable: bool = False
    faultless: bool = False
    checked: Checked | None = None

    @property
    def speaks(self) -> Submission | None:
        """The newest submission that could be read."""
        return self.waiting if self.waiting and self.readable else self.in_force

    @property
    def stood(self) -> Submission | None:
        """What stood before the one that speaks."""
        return self.in_force if self.speaks != self.in_force else self.earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What is shared and who is turned away: `findings` in all, `blocked` submissions, `crashes` of rules."""

    findings: tuple[Finding, ...]
    blocked: frozenset[str]
    outcomes: tuple[Compared, ...] = ()

    @property
    def crashes(self) -> tuple[str, ...]:
        """The rules that broke."""
        return tuple(f"{item.code}: {item.crash}" for item in self.outcomes if item.crash)


def decide_all(
    night: Night, received: Sequence[Received], checked: Sequence[Checked]
) -> tuple[tuple[Decided, ...], tuple[str, ...]]:
    """Compare each office's year that was looked at, then decide on everything that waits there.

    A rule that breaks leaves the office's year undecided; what broke is told.
    """
    decided: list[Decided] = []
    crashes: list[str] = []
    written = {office: releases(night, office) for office in sorted({item.slot.office for item in received})}
    for office, known in written.items():
        decided += take_back(night, office, known)
    for office, year in sorted({(item.slot.office, item.slot.period) for item in received}):
        own = [item for item in checked if (item.submission.slot.office, item.submission.slot.period) == (office, year)]
        more, broken = _decide_year(night, office, year, received, own, written=written[office])
        decided += more
        crashes += broken
    return tuple(decided), tuple(crashes)


def _decide_year(
    night: Night,
    office: str,
    year: int,
    received: Sequence[Received],
    checked: Sequence[Checked],
    *,
    written: Releases,
) -> tuple[list[Decided], list[str]]:
    name = f"compare {office} {year}"
    seats = _seats(night, office, year, received, checked, written=written)
    key = _key(night, office, year, seats, written)
    before = night.register.latest_step(name)
    if not checked and before is not None and before.facts.get("key") == key:
        return [], []
    with timed(night, name) as facts:
        told = _compare(night, office, year, seats, written)
        facts["rules"] = sum(item.not_run is None for item in told.outcomes)
        facts["findings"] = len(told.findings)
        facts["not run"] = "; ".join(_reasons(told.outcomes))
        if told.crashes:
            return [], _leave_undecided(night, told, checked)
        decided = _decide(night, seats, told, written)
        # Last: a run killed before it compares again.
        facts["key"] = _key(night, office, year, _seats(night, office, year, received, (), written=written), written)
    return decided, []


def _reasons(outcomes: Iterable[Compared]) -> Iterable[str]:
    """Which rules did not run, and why; ledgers with one reason together."""
    ledgers: dict[tuple[str, str], list[str]] = {}
    for item in outcomes:
        if item.not_run:
            ledgers.setdefault((item.code, item.not_run), []).extend([item.ledger] if item.ledger else [])
    for (code, reason), found in ledgers.items():
        about = f" ({', '.join(found)})" if found else ""
        yield f"{code}{about}: {reason}"


def _leave_undecided(night: Night, told: Verdicts, checked: Sequence[Checked]) -> list[str]:
    """What came tonight is received and undecided, so that the next run begins again; says what broke."""
    now = edge.now()
    for item in checked:
        own = item.submission
        night.register.note_findings(own.slot, "content", item.findings, run=night.run, at=now, submission=own.id)
        night.register.receive(own.id, run=night.run, at=now)
    return [f"A rule could not run, so nothing new was accepted: {crash}" for crash in told.crashes]


def _seats(
    night: Night,
    office: str,
    year: int,
    received: Sequence[Received],
    checked: Sequence[Checked],
    *,
    written: Releases,
) -> tuple[_Seat, ...]:
    """How each slot of the office's year stands before the comparison."""
    history = night.register.history(office)
    in_force = {item.submission.slot: item.submission for item in history if item.in_force}
    # By slot and in the order of arrival: the last one that does not speak any more.
    earlier = {item.submission.slot: item.submission for item in history if not item.in_force}
    tonight = {item.submission.slot: item for item in checked}
    there = {item.slot: item.submission for item in received}
    errors = _Errors(night, office)
    card = night.configuration.offices[office]
    seats = []
    for department, owed in card.owed():
        slot = Slot(office, department, owed.ledger, year)
        if slot in tonight:
            seats.append(_newly(slot, in_force.get(slot), tonight[slot], written))
        else:
            latest = there[slot] if slot in there else night.register.latest(slot)
            seats.append(_since(night, slot, in_force.get(slot), latest, errors))
    return tuple(replace(seat, earlier=earlier.get(seat.slot)) for seat in seats)


def _newly(slot: Slot, in_force: Submission | None, checked: Checked, written: Releases) -> _Seat:
    codes = {finding.code for finding in checked.findings if written.blocks(finding)}
    return _Seat(
        slot=slot,
        in_force=in_force,
        waiting=checked.submission,
        key=checked.key,
        readable=_is_readable(codes),
        faultless=not codes,
        checked=checked,
    )


def _is_readable(codes: Collection[str]) -> bool:
    """Whether errors with these codes leave the rows of a table to be compared."""
    return UNREADABLE.isdisjoint(code.partition(".")[0] for code in codes if code not in READABLE)


@dataclass
class _Errors:
    """What is open and wrong with the office's submissions; the register is asked once, where anything waits."""

    night: Night
    office: str

    @cached_property
    def codes(self) -> Mapping[str | None, frozenset[str]]:
        """The codes of each submission's errors, but for those it shares or that are released."""
        found: dict[str | None, set[str]] = defaultdict(set)
        for kept in self.night.register.findings(office=self.office, level=Level.ERROR):
            if not kept.settled and kept.finding.code.partition(".")[0] not in SHARED:
                found[kept.finding.submission].add(kept.finding.code)
        return {submission: frozenset(codes) for submission, codes in found.items()}


def _since(night: Night, slot: Slot, in_force: Submission | None, latest: Submission | None, errors: _Errors) -> _Seat:
    """A slot that nothing new came for: its latest submission may still wait for others to be mended."""
    if latest is None or (in_force is not None and latest.id == in_force.id):
        return _Seat(slot=slot, in_force=in_force)
    verdict = night.register.newest_verdict(latest.id)
    if verdict is None:
        return _Seat(slot=slot, in_force=in_force)
    codes = errors.codes.get(latest.id, frozenset())
    return _Seat(
        slot=slot,
        in_force=in_force,
        waiting=latest,
        key=verdict.frame_key,
        readable=_is_readable(codes),
        faultless=not codes,
    )


def _key(night: Night, office: str, year: int, seats: Sequence[_Seat], written: Releases) -> str:
    """What decides the outcome: who speaks, what stands, the rules, whether the year is closed, what is released."""
    sitting = [
        f"{seat.slot.department} {seat.slot.ledger} {seat.in_force and seat.in_force.id} "
        f"{seat.waiting and seat.waiting.id} {seat.readable} {seat.faultless}"
        for seat in seats
    ]
    earlier = sorted(item.submission.id for item in night.register.in_force(office))
    rules = night.configuration.comparison_hash(office)
    frozen = night.configuration.offices[office].is_frozen(year, edge.today())
    return digest(*sitting, *earlier, rules, str(frozen), str(written.newest))[:16]


def _compare(night: Night, office: str, year: int, seats: Sequence[_Seat], written: Releases) -> Verdicts:
    from warehouse.candidate import Candidate

    in_force = night.register.in_force(office)
    standing = tuple(item.submission for item in in_force if declared(night, item.submission.slot))
    stood = {seat.stood.id: seat.stood == seat.in_force for seat in seats if seat.stood}
    earlier = [seat.stood for seat in seats if seat.stood and not stood[seat.stood.id]]
    waiting = [seat.waiting for seat in seats if seat.waiting and seat.readable]
    shown = {submission.id: submission for submission in (*standing, *earlier, *waiting)}
    tables = {ledger: card.table for ledger, card in night.configuration.ledgers.items()}
    holdings = tuple(held(night, shown.values()).values())
    replaced = frozenset(seat.slot.ledger for seat in seats if seat.stood)
    with Candidate(tables, holdings, standing=stood) as candidate:
        return _settle(View(night.configuration, office, year, candidate, standing, replaced), seats, written)


def _settle(view: View, seats: Sequence[_Seat], written: Releases) -> Verdicts:
    """Compare what came, then what would be in force, until nobody more is turned away; each round turns one away."""
    from expectations.comparing import run_all

    rules, ask = view.configuration.comparisons, view.candidate.ask
    seen = {seat.slot: seat.speaks for seat in seats}
    told = run_all(rules, view.look(seen), ask)
    found, outcomes, blocked = list(told.findings), list(told.outcomes), _taking_part(told.findings, seats, written)
    errors = [rule for rule in rules if rule.head.level is Level.ERROR]
    while True:
        speaking = {seat.slot: seat.waiting if _passes(seat, blocked) else seat.in_force for seat in seats}
        if speaking == seen:
            break
        seen, told = speaking, run_all(errors, view.look(speaking), ask)
        more = _taking_part(told.findings, [seat for seat in seats if _passes(seat, blocked)], written)
        found += [item for item in told.findings if item.submissions & more and item not in found]
        outcomes += [item for item in told.outcomes if item.crash]
        blocked |= more
    return Verdicts(findings=tuple(found), blocked=blocked, outcomes=tuple(outcomes))


def _passes(seat: _Seat, blocked: frozenset[str]) -> bool:
    return seat.waiting is not None and seat.faultless and seat.waiting.id not in blocked


def _taking_part(findings: Iterable[Finding], seats: Sequence[_Seat], written: Releases) -> frozenset[str]:
    """Of what waits, the submissions that have a part in an error that nobody released."""
    waiting = {seat.waiting.id for seat in seats if seat.waiting is not None}
    named = [finding.submissions for finding in findings if written.blocks(finding)]
    return frozenset(waiting & {identity for part in named for identity in part})


def _decide(night: Night, seats: Sequence[_Seat], told: Verdicts, written: Releases) -> list[Decided]:
    """Findings first, then verdicts: what is killed in between is compared again."""
    from flows.nights.night import decide

    now = edge.now()
    for seat in seats:
        own = [finding for finding in told.findings if finding.slot == seat.slot]
        shown = seat.speaks.id if seat.speaks else None
        night.register.note_findings(seat.slot, "across", own, run=night.run, at=now, submission=shown)
    _note_elsewhere(night, seats, told)
    decided = []
    for seat in seats:
        if seat.checked is not None:
            shared = [finding for finding in told.findings if seat.checked.submission.id in finding.submissions]
            blocked = seat.checked.submission.id in told.blocked
            decided.append(decide(night, seat.checked, written, shared=shared, blocked=blocked))
        elif _passes(seat, told.blocked):
            decided.append(_accept_after_all(night, seat, written))
    return decided


def _note_elsewhere(night: Night, seats: Sequence[_Seat], told: Verdicts) -> None:
    """What stands in another year's file is noted there, at a stage that only this year's comparison speaks of.

    What no file of this year has a part in is left to the comparison of its own year, where that has noted it.
    """
    if not seats:
        return
    here, office, now = {seat.slot for seat in seats}, seats[0].slot.office, edge.now()
    stage = f"across {seats[0].slot.period}"
    noted = night.register.open_identities(office, "across")
    found: dict[Slot, list[Finding]] = {slot: [] for slot in night.register.open_identities(office, stage)}
    for finding in told.findings:
        shares = not here.isdisjoint(finding.slots)
        if finding.slot not in here and (shares or finding.identity not in noted.get(finding.slot, ())):
            found.setdefault(finding.slot, []).append(finding)
    for slot, findings in found.items():
        night.register.note_findings(slot, stage, findings, run=night.run, at=now)


def _accept_after_all(night: Night, seat: _Seat, written: Releases) -> Decided:
    """What others made wrong and have mended, or a leader released, is accepted, though nothing new came for it."""
    from flows.nights.night import Decided

    assert seat.waiting is not None  # noqa: S101 - said by _passes
    verdict = night.register.newest_verdict(seat.waiting.id)
    if verdict is None:
        raise RuntimeError(f"submission {seat.waiting.id} waits without a verdict; the register was changed by hand")
    # What was found in it is noted by now, the comparison of tonight included.
    found = (kept.finding for kept in night.register.findings(office=seat.slot.office, level=Level.ERROR))
    resting = written.resting_on(finding for finding in found if seat.waiting.id in finding.submissions)
    accepted = replace(verdict, state=State.ACCEPTED, errors=0, released=resting, decided_at=edge.now(), run=night.run)
    night.register.decide(accepted)
    return Decided(submission=seat.waiting, verdict=accepted)
