"""退回单 that come back: which file answers which, so that a mended one takes the place of what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.nights.arrivals import Arrival, Call, candidates
from warehouse.model import Finding, Level, Slot, digest

if TYPE_CHECKING:
    from flows.nights.run import Night
    from sources.cards import HandsIn


@dataclass(frozen=True, slots=True)
class Strays:
    """The 退回单 under names that fit nothing the department owes, each with the submissions that it answers."""

    answers: Mapping[Arrival, tuple[str, ...]] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)

    def of(self, slot: Slot) -> tuple[Arrival, ...]:
        """Those that answer a submission of `slot`."""
        return tuple(
            arrival
            for arrival, ids in self.answers.items()
            if any(self.slots.get(identity) == slot for identity in ids)
        )


def strays(
    night: Night, call: Call, found: Iterable[Arrival], *, facts: Callable[[Slot, Arrival], Mapping[str, str]]
) -> Strays:
    """The renamed 退回单 among `found`; the register is only asked where there is one.

    `facts` reads what a file says around its tables. Only where a file's properties are silent is it asked: another
    program may have dropped them, or saved a format that has none, while the number still stands on the list.
    """
    from sources.landing import get
    from sources.reading.returned import answers

    owed = call.office.departments[call.department].hands_in
    said: dict[Arrival, tuple[str, ...]] = {}
    for arrival in found:
        if any(candidates(hands_in, (arrival,)) for hands_in in owed):
            continue
        ids = answers(get(night.settings.landing, arrival.sha256))
        # Whichever ledger it is read for, the number on the list is the same.
        ids = ids or tuple(facts(call.slot(owed[0].ledger), arrival).get("answers", "").split())
        if ids:
            said[arrival] = ids
    known = night.register.submissions(call.office.id) if said else ()
    return Strays(said, {submission.id: submission.slot for submission, _ in known})


def elsewhere(call: Call, astray: Strays) -> tuple[Finding, ...]:
    """An error for each 退回单 in this folder that was made for another department, another year, or nobody here."""
    own = {call.slot(hands_in.ledger) for hands_in in call.office.departments[call.department].hands_in}
    list_alone = of_nothing(call.slot(""))
    return tuple(
        Finding(
            code="file.elsewhere",
            level=Level.ERROR,
            slot=call.slot(""),
            file=arrival.name,
            key=arrival.name,
            facts={"owner": _owner(call, [astray.slots[identity] for identity in ids if identity in astray.slots])},
        )
        for arrival, ids in astray.answers.items()
        if own.isdisjoint(astray.slots.get(identity) for identity in ids) and list_alone not in ids
    )


def of_nothing(folder: Slot) -> str:
    """What stands for the submission on the 退回单 of a folder in which nothing was found that could be one."""
    return digest(folder.office, folder.department, str(folder.period), "nothing")[:12]


def _owner(call: Call, slots: Sequence[Slot]) -> str:
    """Whose 退回单 it is, as people say it."""
    if not slots or slots[0].department not in call.office.departments:
        return "其他单位"
    name = call.office.departments[slots[0].department].name
    return name if slots[0].period == call.year else f"{name}{slots[0].period}年度"


def fitting(hands_in: HandsIn, slot: Slot, found: Sequence[Arrival], astray: Strays) -> tuple[Arrival, ...]:
    """The files that ask for `slot`: by their names, or because they answer what it received before."""
    named = candidates(hands_in, found)
    known = {arrival.sha256 for arrival in named}
    return named + tuple(arrival for arrival in astray.of(slot) if arrival.sha256 not in known)


@dataclass(frozen=True, slots=True)
class Standing:
    """The files that are left to choose from, and a note for each that a 退回单 replaced."""

    arrivals: tuple[Arrival, ...]
    findings: tuple[Finding, ...] = ()


def standing(
    slot: Slot,
    asking: tuple[Arrival, ...],
    *,
    facts: Callable[[Arrival], Mapping[str, str]],
    identity: Callable[[Arrival], str],
) -> Standing:
    """What is left of those that ask for `slot`: none that another one answers, and no list without a table."""
    if len(asking) < 2:
        return Standing(asking)
    told = {arrival: facts(arrival) for arrival in asking}
    with_table = [arrival for arrival in asking if told[arrival].get("list_only") != "true"]
    answered = {identity_: arrival for arrival in with_table for identity_ in told[arrival].get("answers", "").split()}
    replaced = {arrival: by for arrival in with_table if (by := answered.get(identity(arrival))) not in (None, arrival)}
    left = tuple(arrival for arrival in with_table if arrival not in replaced) or asking
    notes = tuple(
        Finding(
            code="file.answered",
            level=Level.NOTE,
            slot=slot,
            file=arrival.name,
            key=arrival.name,
            facts={"taken": by.name if by else ""},
        )
        for arrival, by in replaced.items()
        if arrival not in left
    )
    return Standing(left, notes)
