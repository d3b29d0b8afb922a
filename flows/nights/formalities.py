"""What stands around the rows of a submission: its year, who signed it, and how old it is. Findings, not exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from warehouse.model import Finding, Level, Slot, Submission, digest

if TYPE_CHECKING:
    from sources.cards import HandsIn, LedgerCard, OfficeCard
    from sources.reading.frames import Reading

# How many days may pass between two submissions: a month or a week, and the days by which it may be late.
MOST_DAYS = {"month": 35, "week": 8}
RHYTHMS = {"month": "每月", "week": "每周"}
LEVELS = {
    "file.other_year": Level.ERROR,
    "file.unsigned": Level.ERROR,
    "file.stale": Level.QUESTION,
    "file.overdue": Level.QUESTION,
}
SIGNATURES = {"reported_by": "填报人", "reviewed_by": "审核人", "reported_on": "填报日期"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a submission beside its rows: by its office, its department and its ledger."""

    signed: tuple[str, ...]
    every: str
    cumulative: bool

    def hash(self, file_name: str) -> str:
        """Sixteen hex digits over everything that decides these findings, the years in the file's name included."""
        from sources.reading.years import years_named

        return digest(*self.signed, self.every, str(self.cumulative), *map(str, sorted(years_named(file_name))))[:16]


def asked(office: OfficeCard, owed: HandsIn, card: LedgerCard) -> Asked:
    """What the cards ask."""
    return Asked(signed=office.signatures(owed), every=owed.due.every, cumulative=card.period == "cumulative")


def formalities(submission: Submission, reading: Reading, of: Asked) -> tuple[Finding, ...]:
    """What is wrong around the rows; where there are none, and none are said to be missing, nobody need sign for them.

    A form that nobody has begun to fill in is told once that it is empty, not also that it is unsigned.
    """
    found = [*_other_year(submission, of)]
    if any(block.data_rows for block in reading.blocks) or (reading.blocks and "zero_report" in reading.facts):
        found += [*_unsigned(submission, reading.facts, of), *_stale(submission, reading.facts, of)]
    return tuple(found)


def _other_year(submission: Submission, of: Asked) -> Iterable[Finding]:
    from sources.reading.years import other_year, years_named

    name, year = submission.file_name, submission.slot.period
    if other_year([name], year, cumulative=of.cumulative) is not None:
        named = "、".join(str(each) for each in sorted(years_named(name)))
        yield _finding("file.other_year", submission, named=named)


def _unsigned(submission: Submission, facts: Mapping[str, str], of: Asked) -> Iterable[Finding]:
    if missing := [SIGNATURES[each] for each in of.signed if each not in facts]:
        yield _finding("file.unsigned", submission, missing="、".join(missing))


def _stale(submission: Submission, facts: Mapping[str, str], of: Asked) -> Iterable[Finding]:
    """A ledger of every month or week whose day of report lies too far back from the day on which it came."""
    if of.every not in MOST_DAYS or "reported_on" not in facts:
        return
    reported_on = date.fromisoformat(facts["reported_on"])
    # After its year a ledger has nothing more to tell, so it does not grow older.
    until = min(submission.received_at.date(), date(submission.slot.period, 12, 31))
    if (days := (until - reported_on).days) > MOST_DAYS[of.every]:
        yield _finding("file.stale", submission, reported_on=reported_on, until=until, **_rhythm(of, days))


def overdue(slot: Slot, latest: Submission | None, of: Asked, *, today: date) -> tuple[Finding, ...]:
    """A ledger of every month or week that was last handed in too long ago, while its year lasts."""
    if latest is None or of.every not in MOST_DAYS:
        return ()
    received_on = latest.received_at.date()
    days = (min(today, date(slot.period, 12, 31)) - received_on).days
    if days <= MOST_DAYS[of.every]:
        return ()
    return (_finding("file.overdue", latest, received_on=received_on, **_rhythm(of, days)),)


def _rhythm(of: Asked, days: int) -> dict[str, str | int]:
    return {"days": days, "most": MOST_DAYS[of.every], "rhythm": RHYTHMS[of.every]}


def _finding(code: str, submission: Submission, **facts: str | int | date) -> Finding:
    return Finding(
        code=code,
        level=LEVELS[code],
        slot=submission.slot,
        submission=submission.id,
        file=submission.file_name,
        facts=facts,
    )
