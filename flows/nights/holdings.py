"""What the warehouse is made of: submissions with their rows, as the cards of today read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.nights.run import Night
from warehouse.model import Block, Slot, Submission

if TYPE_CHECKING:
    from warehouse.store import Holding


def holdings(night: Night) -> tuple[Holding, ...]:
    """Every accepted submission, as far as its slot is still declared."""
    history = [item for item in night.register.history() if declared(night, item.submission.slot)]
    found = held(night, [item.submission for item in history])
    return tuple(
        replace(found[item.submission.id], accepted_at=item.accepted_at, in_force=item.in_force) for item in history
    )


def declared(night: Night, slot: Slot) -> bool:
    """Whether `slot` is still owed."""
    office = night.configuration.offices.get(slot.office)
    return office is not None and any(
        (department, hands_in.ledger) == (slot.department, slot.ledger) for department, hands_in in office.owed()
    )


def held(night: Night, submissions: Iterable[Submission]) -> Mapping[str, Holding]:
    """Submissions with their rows, by id, as if each were only proposed.

    A card or a reader that has changed since reads them anew, a ledger at a time, so that all rows have its columns.
    """
    from flows.nights.readings import read_all, reading_key
    from sources.reading.frames import outline
    from warehouse.store import Holding

    frames = night.settings.frames
    keys = {each: reading_key(night, each.slot, each.sha256) for each in submissions}
    blocks: dict[str, tuple[Block, ...]] = {}
    unread: dict[str, list[tuple[Submission, str]]] = defaultdict(list)
    for submission, key in keys.items():
        if (kept := outline(frames, key)) is not None:
            blocks[submission.id] = kept.blocks
        else:
            unread[submission.slot.ledger].append((submission, key))
    for together in unread.values():
        blocks |= {name: reading.blocks for name, reading in read_all(night, together).items()}
    return {
        submission.id: Holding(
            submission=submission,
            accepted_at=submission.received_at,
            in_force=False,
            frame=frames / f"{key}.parquet",
            blocks=blocks[submission.id],
        )
        for submission, key in keys.items()
    }
