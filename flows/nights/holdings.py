"""What the warehouse is made of: submissions with their rows, as the cards of today read them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flows.nights.run import Night
from warehouse.model import Slot, Submission

if TYPE_CHECKING:
    from warehouse.store import Holding


def holdings(night: Night) -> tuple[Holding, ...]:
    """Every accepted submission, as far as its slot is still declared."""
    return tuple(
        held(night, item.submission, accepted_at=item.accepted_at, in_force=item.in_force)
        for item in night.register.history()
        if declared(night, item.submission.slot)
    )


def declared(night: Night, slot: Slot) -> bool:
    """Whether `slot` is still owed."""
    office = night.configuration.offices.get(slot.office)
    return office is not None and any(
        (department, hands_in.ledger) == (slot.department, slot.ledger) for department, hands_in in office.owed()
    )


def held(night: Night, submission: Submission, *, accepted_at: datetime, in_force: bool) -> Holding:
    """A submission with its rows; a card that has changed since reads it anew, so that all rows have its columns."""
    from flows.nights.readings import read, reading_key
    from sources.reading.frames import outline
    from warehouse.store import Holding

    frames = night.settings.frames
    key = reading_key(night, submission.slot, submission.sha256)
    kept = outline(frames, key) or read(night, submission, key)
    return Holding(
        submission=submission,
        accepted_at=accepted_at,
        in_force=in_force,
        frame=frames / f"{key}.parquet",
        blocks=kept.blocks,
    )
