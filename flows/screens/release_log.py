"""The log of written releases as a table: who, when, by which document, why, and how each stands now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from flows.on_demand.findings import SHORT
from flows.screens import tables
from flows.screens.brief import clock_text
from templates.brief.speech import words

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.on_demand.releasing import Logged


def show_log(found: Sequence[Logged], configuration: Configuration, console: Console) -> None:
    """A line for each release, the oldest first, also for those that were withdrawn."""
    spoken = words().release
    if not found:
        console.file.write(f"{spoken.none}\n")
        return
    rows = []
    for line in found:
        release, slot = line.release, line.release.slot
        names = configuration.names(slot.office)
        cells = {
            "at": clock_text(release.granted.at),
            "by": release.granted.by,
            "document": release.granted.document,
            "id": release.identity[:SHORT],
            "department": names.get(slot.department, slot.department),
            "ledger": names.get(slot.ledger, slot.ledger),
            "year": str(slot.period),
            "standing": _standing(line),
            "reason": release.granted.reason,
        }
        rows.append([cells[name] for name in spoken.heads])
    tables.show(console, list(spoken.heads.values()), rows)


def _standing(line: Logged) -> str:
    text = words().release.standings[line.standing]
    if (taken := line.release.withdrawn) is None:
        return text
    return text.format(at=clock_text(taken.at), by=taken.by, document=taken.document)
