"""Who of those that share an error may have nothing to mend: the sides of which no cell is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.model import Finding, Level, Slot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flows.configuration import Configuration


def may_be_sound(finding: Finding, configuration: Configuration, *, seen_from: Slot | None = None) -> str:
    """That a table may be right, and with whom to compare it; empty where the error names a cell in every
    table, or only one department has a part in it.

    `seen_from` is the table in which it is read, of which alone it is said; None speaks of each by its name.
    """
    from templates.brief.speech import words

    if finding.level is not Level.ERROR or not finding.also:
        return ""
    spoken, sides = words().findings, _sides(finding)
    unsure = [slot for slot, named in sides.items() if not named]
    # Within one department nobody has to be asked.
    if len({slot.department for slot in sides}) < 2 or not unsure:
        return ""
    if seen_from is None and len(unsure) == len(sides):
        return spoken.may_all_be_sound.format(tables=_named(sides, configuration))
    told = [slot for slot in unsure if seen_from in (None, slot)]
    if not told:
        return ""
    table = spoken.this_table if seen_from else _named(told, configuration)
    return spoken.may_be_sound.format(
        table=table, others=_named((slot for slot in sides if slot not in told), configuration)
    )


def _sides(finding: Finding) -> dict[Slot, bool]:
    """The tables that have a part in it and can still be mended, and whether a cell of each is named."""
    from flows.on_demand.returning_bundles import places

    sides: dict[Slot, bool] = {}
    for place in places(finding):
        if place.slot.department and place.slot.ledger:
            sides[place.slot] = sides.get(place.slot, False) or place.cell is not None
    return sides


def _named(slots: Iterable[Slot], configuration: Configuration) -> str:
    from flows.screens.brief import ledger_words

    named = ((slot, configuration.names(slot.office)) for slot in slots)
    return "、".join(names.get(slot.department, slot.department) + ledger_words(slot, names) for slot, names in named)
