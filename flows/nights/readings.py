"""The readings of submissions: those that are kept, and those that are read now, behind the guard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.nights.run import Night
    from sources.cards import HandsIn, LedgerCard
    from sources.reading.reader import Reading
    from warehouse.model import Slot, Submission


def owed(night: Night, slot: Slot) -> HandsIn:
    """What the office card says of `slot`."""
    return night.configuration.offices[slot.office].hands_in(slot.department, slot.ledger)


def card(night: Night, slot: Slot) -> LedgerCard:
    """The ledger card of `slot` with the department's own spellings."""
    from sources.cards import effective

    return effective(night.configuration.ledgers[slot.ledger], owed(night, slot))


def reading_key(night: Night, slot: Slot, sha256: str) -> str:
    """The name of the reading of these bytes for this slot; it changes with whatever changes how they are read."""
    from sources.reading.reader import reading_key as key_of

    return key_of(
        sha256, card=card(night, slot), sheets=owed(night, slot).sheets, period=slot.period, secret=night.secret
    )


def read(night: Night, submission: Submission, key: str) -> Reading:
    """The reading of a submission: the kept one, or a new one, which is then kept."""
    return read_all(night, [(submission, key)])[submission.id]


def read_all(night: Night, submissions: Iterable[tuple[Submission, str]]) -> dict[str, Reading]:
    """The readings of submissions of one ledger by their ids. What is not kept is read, department after department."""
    from sources.confined.guard import Job
    from sources.landing import get
    from sources.reading.reader import keep, kept

    readings: dict[str, Reading] = {}
    alike: dict[tuple[str, tuple[str, ...]], list[tuple[Submission, str]]] = defaultdict(list)
    for submission, key in submissions:
        if (reading := kept(night.settings.frames, key, submission)) is not None:
            readings[submission.id] = reading
        else:
            # Departments that write a ledger in the same way are read as one.
            alike[card(night, submission.slot).hash, owed(night, submission.slot).sheets].append((submission, key))
    for (_, sheets), together in alike.items():
        jobs = [Job(each, partial(get, night.settings.landing, each.sha256)) for each, _ in together]
        common = card(night, together[0][0].slot)
        found = night.guard.read_all(jobs, card=common, sheets=sheets, secret=night.secret)
        for (submission, key), reading in zip(together, found, strict=True):
            keep(reading, night.settings.frames, key)
            readings[submission.id] = reading
    return readings
