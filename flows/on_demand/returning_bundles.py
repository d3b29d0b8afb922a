"""What goes back to whom: the findings that wait, as the items of each file that has a part in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from expectations.causes.grouping import same_trouble
from flows.nights.explaining import ABOUT_REASONS
from flows.on_demand.findings import Wanted, listed
from warehouse.model import Finding, Level, Place, Slot, Submission

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.on_demand.findings import Listed
    from flows.settings import Settings
    from warehouse.entries import Release
    from warehouse.register import Register

# The file as a department and year know it: the folder's slot, and what the file holds; '' where there is none.
File = tuple[Slot, str]


@dataclass(frozen=True, slots=True)
class Side:
    """A finding as one department sees it: where it stands in that department's own file.

    `remark`: the finding about what the department wrote beside it on an earlier 退回单.
    """

    finding: Finding
    place: Place
    remark: Finding | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """What a department has to do one thing about: `about` says what it is, `sides` are its findings."""

    about: Finding
    sides: tuple[Side, ...]

    @property
    def caused(self) -> bool:
        """Whether one cause was found for all of them."""
        return self.about.code.startswith("cause.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One file of a department, the submissions that it is (one for each ledger in it), and all that is wrong with it.

    A bundle without submissions is what the department has not handed in at all. `made_from`: the submissions that the
    file, being a 退回单 itself, answered. `released`: the written releases of errors in it, which nobody has to mend.
    """

    slot: Slot
    submissions: tuple[Submission, ...]
    made_from: tuple[str, ...]
    items: tuple[Together, ...]
    released: tuple[Release, ...] = ()

    @property
    def sides(self) -> tuple[Side, ...]:
        """Every finding in it."""
        return tuple(side for item in self.items for side in item.sides)

    @property
    def to_mend(self) -> bool:
        """Whether somebody has to do something; notes only inform."""
        return any(side.finding.level is not Level.NOTE for side in self.sides)


@dataclass
class _Open:
    """A bundle while it is filled: its sides by the item that they belong to, and what was released in it."""

    items: dict[tuple[object, ...], tuple[Finding, list[Side]]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    released: dict[int, Release] = field(default_factory=dict)

    def add(self, key: tuple[object, ...], about: Finding, side: Side) -> None:
        # Both sides may lie in one file; its list says it once, at the first of them.
        if id(side.finding) not in self.seen:
            self.seen.add(id(side.finding))
            self.items.setdefault(key, (about, []))[1].append(side)


def bundles(
    settings: Settings,
    register: Register,
    configuration: Configuration,
    *,
    office: str | None,
    department: str | None,
) -> tuple[Bundle, ...]:
    """Every file with findings that wait for somebody, and for each department and year what is wrong beside files."""
    found = listed(settings, configuration, register, Wanted(office=office, department=department))
    remarks = dict(_remarks(found))
    files: dict[File, _Open] = defaultdict(_Open)
    latest: dict[Slot, Submission | None] = {}
    for number, item in enumerate(found):
        for member in (member for member in item.members if not member.settled or member.state == "released"):
            finding = member.finding
            for of_another, place in enumerate(places(finding)):
                slot = place.slot
                # What belongs to no department is the steward's to put in order.
                if not _declared(configuration, slot) or department not in (None, slot.department):
                    continue
                if slot not in latest:
                    latest[slot] = register.latest(slot)
                sha256, there = _in_file(place, latest[slot])
                opened = files[_folder_of(slot), sha256]
                if member.settled and member.release is not None:
                    opened.released[member.release.id] = member.release
                    continue
                # The cause was looked for in the file in which the finding is kept; it says nothing of others.
                key = _alike(finding, there) if of_another else ("item", number)
                about = item.about if item.caused and not of_another else finding
                side = Side(finding, there, remarks.get((finding.identity, slot.department)))
                opened.add(key, about, side)
    return tuple(
        _closed(settings, register, configuration, file, opened) for file, opened in files.items() if opened.items
    )


def _closed(settings: Settings, register: Register, configuration: Configuration, file: File, opened: _Open) -> Bundle:
    """The bundle, once all that is wrong with the file is in it."""
    slot, sha256 = file
    parts = _parts(register, configuration, slot, sha256)
    return Bundle(
        slot=slot,
        submissions=parts,
        made_from=tuple(_made_from(settings, register, parts)),
        items=tuple(_in_order(opened)),
        released=tuple(opened.released.values()),
    )


def places(finding: Finding) -> tuple[Place, ...]:
    """Where the finding stands: its own place, and that in each other file that has a part in it."""
    own = Place(
        slot=finding.slot,
        submission=finding.submission,
        file=finding.file,
        sheet=finding.sheet,
        cell=finding.cell,
    )
    # Of several years the newest is the one that can still be mended.
    newest = max(slot.period for slot in finding.slots)
    return (own, *(place for place in finding.also if place.submission and place.slot.period == newest))


def _remarks(found: Iterable[Listed]) -> Iterator[tuple[tuple[str, str], Finding]]:
    """What became of explanations that were not taken, by the question and the department that wrote them."""
    for finding in (member.finding for item in found for member in item.members if not member.settled):
        if finding.code in ABOUT_REASONS and finding.key:
            yield (finding.key, finding.slot.department), finding


def _declared(configuration: Configuration, slot: Slot) -> bool:
    card = configuration.offices.get(slot.office)
    return card is not None and slot.department in card.departments


def _in_file(place: Place, latest: Submission | None) -> tuple[str, Place]:
    """The content of the file that the department has now, and where the place is in it."""
    if place.submission is None or latest is None:
        return "", place
    if latest.id != place.submission:
        # It is about an earlier file, whose cells are not those of this one; its words name that file.
        place = replace(place, sheet=None, cell=None)
    return latest.sha256, place


def _alike(finding: Finding, place: Place) -> tuple[object, ...]:
    """By what findings kept elsewhere are one item here: the same trouble in the same column."""
    letters = (place.cell or "").rstrip("0123456789")
    alike = (finding.slot, *same_trouble(finding), place.slot)
    return (*alike, letters) if letters else (*alike, finding.identity, finding.submission)


def _in_order(opened: _Open) -> Sequence[Together]:
    """The items, the gravest first and otherwise as they were found; each has the level and count of what is in it."""
    levels = list(Level)
    shown = {side.finding.identity for _, sides in opened.items.values() for side in sides}
    items = []
    for about, sides in opened.items.values():
        # What is said of an explanation stands beside its question; by itself only where that is not here.
        left = tuple(side for side in sides if side.finding.code not in ABOUT_REASONS or side.finding.key not in shown)
        if left:
            level = min((side.finding.level for side in left), key=levels.index)
            facts = {**about.facts, **({"count": len(left)} if about.code.startswith("cause.") else {})}
            items.append(Together(replace(about, level=level, facts=facts), left))
    return sorted(items, key=lambda item: levels.index(item.about.level))


def _parts(register: Register, configuration: Configuration, slot: Slot, sha256: str) -> tuple[Submission, ...]:
    """The submissions that the file is, those of its sound ledgers too: a mended one will answer for them as well."""
    if not sha256:
        return ()
    owed = configuration.offices[slot.office].departments[slot.department].hands_in
    found = (register.latest(replace(slot, ledger=hands_in.ledger)) for hands_in in owed)
    return tuple(submission for submission in found if submission is not None and submission.sha256 == sha256)


def _made_from(settings: Settings, register: Register, parts: Iterable[Submission]) -> Iterator[str]:
    """What these answered in their turn: a new 退回单 answers it too, for it may lie in the folder still."""
    from sources.reading.frames import outline

    for part in parts:
        verdict = register.newest_verdict(part.id)
        kept = outline(settings.frames, verdict.frame_key) if verdict else None
        yield from kept.facts.get("answers", "").split() if kept else ()


def _folder_of(slot: Slot) -> Slot:
    return Slot(slot.office, slot.department, "", slot.period)
