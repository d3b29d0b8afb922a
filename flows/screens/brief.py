"""Where each department stands: the lines of the summary, and the morning brief, both told from the register."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flows.settings import TIMEZONE
from warehouse.declarations import DeclarationError
from warehouse.model import Finding, Level, Place, Slot, State

if TYPE_CHECKING:
    from datetime import datetime

    from flows.configuration import Configuration
    from flows.on_demand.findings import Listed
    from flows.settings import Settings
    from warehouse.entries import KeptFinding
    from warehouse.register import Register, Verdict

SOUND = ("accepted", "unchanged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one slot stands. `state` is a key of templates/brief/words.yml; `held`: an earlier submission is in force.

    `shared` counts those of its findings that are kept at another slot which has a part in them too. `released` counts
    the errors that a leader released; they are not among the `errors`.
    """

    slot: Slot
    file: str | None
    rows: int | None
    errors: int
    questions: int
    notes: int
    state: str
    held: bool
    shared: int = 0
    released: int = 0

    @property
    def sound(self) -> bool:
        """Whether the latest of this slot is accepted."""
        return self.state in SOUND


def lines(register: Register, slots: Iterable[Slot], *, run: int | None = None) -> tuple[Line, ...]:
    """How each of `slots` stands; what `run` did not decide itself counts as unchanged."""
    slots = tuple(slots)
    by_slot: dict[Slot, list[Finding]] = defaultdict(list)
    released: Counter[Slot] = Counter()
    in_force: set[Slot] = set()
    for office in sorted({slot.office for slot in slots}):
        in_force |= {accepted.submission.slot for accepted in register.in_force(office)}
        for kept in register.findings(office=office):
            # A question that is explained waits for nobody any more, nor does an error that is released.
            if not kept.settled:
                for slot in kept.finding.slots:
                    by_slot[slot].append(kept.finding)
            elif kept.state == "released":
                released.update(kept.finding.slots)
    found = (_line(register, slot, by_slot, in_force, run=run) for slot in slots)
    return tuple(replace(line, released=released[line.slot]) for line in found)


def _line(
    register: Register, slot: Slot, by_slot: Mapping[Slot, Sequence[Finding]], in_force: set[Slot], *, run: int | None
) -> Line:
    latest = register.latest(slot)
    verdict = register.newest_verdict(latest.id) if latest else None
    own = by_slot.get(slot, ())
    folder = by_slot.get(Slot(slot.office, slot.department, "", slot.period), ())
    state = _state(verdict, {finding.code for finding in (*own, *folder)}, run)
    levels = [finding.level for finding in own]
    absent = state in ("missing", "undecided", "unreachable")
    return Line(
        slot=slot,
        file=latest.file_name if latest and not absent else None,
        rows=verdict.rows if verdict and not absent else None,
        errors=levels.count(Level.ERROR),
        questions=levels.count(Level.QUESTION),
        notes=levels.count(Level.NOTE),
        state=state,
        held=slot in in_force and state not in SOUND,
        shared=sum(finding.slot != slot for finding in own),
    )


def _state(verdict: Verdict | None, codes: set[str], run: int | None) -> str:
    for code, state in (
        ("file.unreachable", "unreachable"),
        ("file.several", "undecided"),
        ("file.missing", "missing"),
    ):
        if code in codes:
            return state
    if verdict is None:
        return "unjudged"
    if verdict.state is State.RETURNED:
        return "returned"
    return "accepted" if run is None or verdict.run == run else "unchanged"


def counts(found: Sequence[Line]) -> dict[str, int]:
    """How many lines are accepted, returned, missing, and otherwise."""
    accepted = sum(line.sound for line in found)
    returned = sum(line.state == "returned" for line in found)
    missing = sum(line.state == "missing" for line in found)
    other = len(found) - accepted - returned - missing
    return {"owed": len(found), "accepted": accepted, "returned": returned, "missing": missing, "other": other}


def state_words(line: Line) -> str:
    """The state of a line in Chinese."""
    from templates.brief.speech import words

    state = words().states[line.state]
    if line.released and line.sound:
        return words().with_released.format(state=state, count=line.released)
    return words().held.format(state=state) if line.held else state


def summary(configuration: Configuration, found: Sequence[Line]) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the summary: per department and ledger what was received, rows, findings, state."""
    from templates.brief.speech import words

    heads = words().columns
    several = len({line.slot.office for line in found}) > 1
    shown = [key for key in heads if several or key != "office"]
    rows = []
    for line in found:
        names = configuration.names(line.slot.office)
        cells = {
            "office": configuration.offices[line.slot.office].names["short"],
            "department": names[line.slot.department],
            "ledger": names[line.slot.ledger],
            "year": str(line.slot.period),
            "file": line.file or "—",
            "rows": "—" if line.rows is None else str(line.rows),
            "errors": str(line.errors or ""),
            "questions": str(line.questions or ""),
            "notes": str(line.notes or ""),
            "state": state_words(line),
        }
        rows.append([cells[key] for key in shown])
    return [heads[key] for key in shown], rows


def office_brief(settings: Settings, configuration: Configuration, *, office: str, year: int) -> str:
    """The morning brief of one office for one year, as text."""
    from warehouse.register import open_register

    with open_register(settings.register_url) as register:
        return compose(settings, configuration, register, office=office, year=year)


def compose(settings: Settings, configuration: Configuration, register: Register, *, office: str, year: int) -> str:
    """The morning brief from what the register knows."""
    from flows.on_demand.findings import Wanted, listed
    from templates.brief.speech import brief

    card, names = configuration.office(office), configuration.names(office)
    slots = [Slot(office, department, owed.ledger, year) for department, owed in card.owed()]
    found = lines(register, slots)
    items = listed(settings, configuration, register, Wanted(office=office, year=year))
    kept = [member for item in items for member in item.members]
    waiting = [
        item for item in items if item.about.level is not Level.NOTE and not all(m.settled for m in item.members)
    ]
    run = next((run for run in register.runs() if office in run.office.split(",") and run.ended_at), None)
    return brief(
        {
            "office": card.names["full"],
            "year": year,
            "run": {"id": run.id, "at": clock_text(run.ended_at)} if run and run.ended_at else None,
            "departments": [
                {"name": names[key], "lines": [_told(line, names) for line in found if line.slot.department == key]}
                for key in dict.fromkeys(line.slot.department for line in found)
            ],
            "counts": counts(found),
            "todo": [_to_do(item, configuration) for item in waiting],
            "open": sum(not member.settled and member.finding.level is not Level.NOTE for member in kept),
            "explained": sum(member.state == "explained" for member in kept),
            "released": sum(member.state == "released" for member in kept),
            "documents": _documents(kept),
            "notes": sum(member.finding.level is Level.NOTE for member in kept),
        }
    )


def _documents(kept: Iterable[KeptFinding]) -> str:
    """By whom and by which documents the released errors were released."""
    granted = [member.release.granted for member in kept if member.state == "released" and member.release]
    return "；".join(dict.fromkeys(f"{decision.by}，{decision.document}" for decision in granted))


def _to_do(item: Listed, configuration: Configuration) -> dict[str, Any]:
    """An item in words, with where its cells stand and how many findings it stands for."""
    waiting = [member.finding for member in item.members if not member.settled]
    said = told(item.about, configuration)
    slot, names = item.about.slot, configuration.names(item.about.slot.office)
    where = " ".join(filter(None, (names.get(slot.ledger, slot.ledger), item.about.file, places(waiting))))
    return {**said, "where": where, "count": len(waiting)}


def _told(line: Line, names: Mapping[str, str]) -> dict[str, Any]:
    return {"ledger": names[line.slot.ledger], "file": line.file, "rows": line.rows, "state": state_words(line)}


def told(finding: Finding, configuration: Configuration, *, seen_from: Slot | None = None) -> dict[str, Any]:
    """A finding in the words of the catalogue, with where it stands. Words with a mistake in them stop no list.

    `seen_from` is the table on whose 退回单 it is told.
    """
    from flows.on_demand.releasing import way_out
    from flows.screens.sides import may_be_sound
    from templates.brief.speech import words
    from templates.messages.catalogue import LEVELS, Said, say

    names = configuration.names(finding.slot.office)
    try:
        said = say(finding, names, configuration.messages)
    except DeclarationError:
        said = Said(words().unsaid.format(code=finding.code), "", words().mend_words)
    return {
        "level": LEVELS[finding.level],
        "department": "、".join(dict.fromkeys(names.get(slot.department, slot.department) for slot in finding.slots)),
        "where": "；".join((place(finding, names), *(place(side, names) for side in finding.also))),
        "says": said.says,
        "why": said.why,
        "fix": said.fix + may_be_sound(finding, configuration, seen_from=seen_from) + way_out(configuration, finding),
    }


def place(finding: Finding | Place, names: Mapping[str, str]) -> str:
    """Where a finding stands: ledger, file, sheet and cell, as far as it has them."""
    ledger = names.get(finding.slot.ledger, finding.slot.ledger)
    cell = f"{finding.sheet}!{finding.cell}" if finding.sheet and finding.cell else finding.sheet or finding.cell
    return " ".join(part for part in (ledger, finding.file, cell) if part)


def other_sides(findings: Sequence[Finding], configuration: Configuration) -> str:
    """The other ledgers that have a part in the findings, whose they are, and where in their files."""
    cells: dict[tuple[Slot, str], dict[str, None]] = {}
    for finding in findings:
        for side in (side for side in finding.also if side.slot != finding.slot):
            where = f"{side.sheet}!{side.cell}" if side.sheet and side.cell else side.sheet or side.cell or ""
            cells.setdefault((side.slot, side.file or ""), {})[where] = None
    texts = []
    for (slot, file), found in cells.items():
        names = configuration.names(slot.office)
        whose = names.get(slot.department, slot.department) + ledger_words(slot, names)
        texts.append(" ".join(filter(None, (whose, file, "、".join(filter(None, found))))))
    return "；".join(texts)


def ledger_words(slot: Slot, names: Mapping[str, str]) -> str:
    """The ledger of a slot and its year, in Chinese."""
    from templates.brief.speech import words

    return words().findings.ledger.format(ledger=names.get(slot.ledger, slot.ledger), year=slot.period)


def places(findings: Sequence[Finding]) -> str:
    """Where the findings stand, sheet by sheet and column by column, rows that follow each other as one: D5—D204."""
    from expectations.causes.evidence import number_of, placed

    columns: dict[tuple[str, str], set[int]] = {}
    others: dict[str, None] = {}
    for finding in findings:
        cell = placed(0, finding)
        if cell.row is not None:
            columns.setdefault((finding.sheet or "", cell.letter), set()).add(cell.row)
        elif finding.sheet:
            others[f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet] = None
    texts = [
        f"{sheet}!" + "、".join(_spans(letter, sorted(rows)))
        for (sheet, letter), rows in sorted(columns.items(), key=lambda found: (found[0][0], number_of(found[0][1])))
    ]
    told_already = {sheet for sheet, _ in columns}
    return "；".join([*texts, *(other for other in others if other not in told_already)])


def _spans(letter: str, rows: Sequence[int]) -> Iterator[str]:
    first = last = rows[0]
    for row in [*rows[1:], None]:
        if row is not None and row == last + 1:
            last = row
            continue
        yield f"{letter}{first}" if first == last else f"{letter}{first}—{letter}{last}"
        if row is not None:
            first = last = row


def clock_text(instant: datetime) -> str:
    """An instant as people at the offices read it: 2024-12-31 02:05."""
    return f"{instant.astimezone(ZoneInfo(TIMEZONE)):%Y-%m-%d %H:%M}"
