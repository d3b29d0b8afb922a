"""退回单 on demand: what the register knows of a file's troubles, in the words of the catalogue, put into that file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from flows import settings as edge
from flows.known import unknown
from flows.nights.answering import of_nothing
from flows.on_demand.findings import SHORT
from flows.on_demand.returning_bundles import Bundle, Side, Together, bundles
from flows.on_demand.yesteryear import Yesteryear
from flows.screens import brief
from flows.settings import REPOSITORY, Settings
from warehouse.declarations import MisuseError, load
from warehouse.model import Level, Slot, Submission

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from sources.workbooks.returns import How, Item, Order, Problem, ReturnWords, Written
    from warehouse.register import Register

WORDS = REPOSITORY / "templates" / "returns" / "words.yml"
# Marking takes longer than reading, and nobody waits for it at night.
TIMES_READING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReturn:
    """One 退回单 that was written: for whom, about which file (none: about what is missing), and how much is in it."""

    path: Path
    slot: Slot
    file: str | None
    errors: int
    questions: int
    notes: int
    how: How


def write_returns(
    settings: Settings,
    configuration: Configuration,
    *,
    office: str | None,
    department: str | None,
    submission: str | None,
    out: Path,
) -> tuple[WrittenReturn, ...]:
    """Write a 退回单 for each file with something to mend below `out`, in a folder for each department."""
    from sources.workbooks.returns import ReturnWords
    from warehouse.register import open_register

    edge.need_register(settings)
    words = load(ReturnWords, WORDS)
    with open_register(settings.register_url) as register:
        asked = _asked(register, submission) if submission else None
        chosen = [
            bundle
            for bundle in bundles(settings, register, configuration, office=office, department=department)
            if (asked in bundle.submissions if asked else bundle.to_mend)
        ]
        before = Yesteryear(register, settings, configuration)
        written = []
        for bundle in chosen:
            written.append(_write(settings, configuration, bundle, words, before=before, out=out))
            for given_back in bundle.submissions:
                register.give_back(given_back.id, at=edge.now())
        return tuple(written)


def _asked(register: Register, identity: str) -> Submission:
    """The submission of this id, if it is the last that its slot received; its findings are the open ones."""
    known = {submission.id: submission for submission, _ in register.submissions()}
    if identity not in known:
        text = (
            f"There is no submission '{identity}'; its twelve hex digits stand in report.trace.json and on its 退回单, "
            "or say --department."
        )
        raise MisuseError(text, said="no_submission", name=identity)
    latest = register.latest(known[identity].slot)
    if latest is not None and latest.id != identity:
        text = f"'{identity}' was followed by '{latest.file_name}'; ask for that: yishu return {latest.id}"
        raise MisuseError(text, said="followed", name=identity, file=latest.file_name, latest=latest.id)
    return known[identity]


def _write(
    settings: Settings,
    configuration: Configuration,
    bundle: Bundle,
    words: ReturnWords,
    *,
    before: Yesteryear,
    out: Path,
) -> WrittenReturn:
    from sources.confined.guard import Limits
    from sources.confined.writing import write_apart
    from sources.landing import get
    from sources.workbooks.returns import list_alone

    order = order_of(bundle, configuration, before)
    if bundle.submissions:
        limits = Limits(seconds=settings.read_seconds * TIMES_READING, memory_mib=settings.read_mib)
        written = write_apart(get(settings.landing, bundle.submissions[0].sha256), order, words, limits=limits)
        name = words.file.format(file=PurePath(_original(order.file, words)).stem + written.suffix)
    else:
        written = list_alone(order, words)
        name = words.folder_file.format(department=order.department, year=order.year)
    folder = configuration.offices[bundle.slot.office].departments[bundle.slot.department].folder
    return WrittenReturn(
        path=_put(out / folder / name, written),
        slot=bundle.slot,
        file=order.file or None,
        errors=order.count(Level.ERROR),
        questions=order.count(Level.QUESTION),
        notes=order.count(Level.NOTE),
        how=written.how,
    )


def order_of(bundle: Bundle, configuration: Configuration, before: Yesteryear) -> Order:
    """What the one who marks is told: whose file it is, and every problem in words."""
    from sources.reading.returned import number
    from sources.workbooks.returns import Order

    slot, names, today = bundle.slot, configuration.names(bundle.slot.office), edge.today()
    ids = {*(submission.id for submission in bundle.submissions), *bundle.made_from}
    ledgers = dict.fromkeys(side.place.slot.ledger for side in bundle.sides if side.place.slot.ledger)
    return Order(
        # What was never handed in has no submission; a number tells the list from a stranger's file all the same.
        number=number(ids or {of_nothing(slot)}),
        office=configuration.offices[slot.office].names["full"],
        department=names[slot.department],
        year=slot.period,
        ledgers=tuple(names.get(ledger, ledger) for ledger in ledgers),
        file=bundle.submissions[0].file_name if bundle.submissions else "",
        made_at=f"{today.year}年{today.month}月{today.day}日",
        created=datetime(today.year, today.month, today.day),  # noqa: DTZ001 - a property of a document has no zone
        items=tuple(_item(item, configuration, before) for item in bundle.items),
        released=_released(bundle),
    )


def _released(bundle: Bundle) -> str:
    """What is said of errors in the file that a leader released: how many, by whom, and that nobody mends them."""
    from templates.returns.speech import speech

    granted = [release.granted for release in bundle.released]
    documents = "；".join(dict.fromkeys(f"{decision.by}，{decision.document}" for decision in granted))
    return speech().released.format(count=len(granted), documents=documents) if granted else ""


def _original(file: str, words: ReturnWords) -> str:
    """The name without what an earlier 退回单 put before it."""
    return file.removeprefix(words.file.partition("{")[0])


def _item(item: Together, configuration: Configuration, before: Yesteryear) -> Item:
    """One item of the list: what is wrong, what to do once, and every place."""
    from sources.workbooks.returns import Item
    from templates.returns.speech import speech

    said = brief.told(item.about, configuration, seen_from=item.sides[0].place.slot)
    alike = len(item.sides) > 1 and not item.caused
    says = speech().alike.format(says=said["says"], count=len(item.sides)) if alike else said["says"]
    problems = tuple(_problem(side, configuration, before) for side in item.sides)
    return Item(level=item.about.level, says=says, fix=said["fix"], problems=problems)


def _problem(side: Side, configuration: Configuration, before: Yesteryear) -> Problem:
    """One place: what stands there is said of the department's own columns only."""
    from sources.workbooks.returns import Problem

    finding, place = side.finding, side.place
    told, names = brief.told(finding, configuration, seen_from=place.slot), configuration.names(finding.slot.office)
    card = configuration.ledgers.get(finding.slot.ledger) if place.slot == finding.slot else None
    column = card.columns.get(finding.column or "") if card else None
    return Problem(
        level=finding.level,
        sheet=place.sheet,
        cell=place.cell,
        column=names.get(f"{finding.slot.ledger}.{finding.column}", "") if column else "",
        says=told["says"],
        fix=told["fix"],
        before=before.value(finding) if card else "",
        remark=brief.told(side.remark, configuration)["says"] if side.remark else "",
        id=finding.identity[:SHORT],
        shown="no" if column is None else "yes" if column.personal == "keep" else "personal",
    )


def _put(path: Path, written: Written) -> Path:
    """Where the 退回单 lies now. One that is there already may be half mended, and is never overwritten."""
    from sources.landing import write_whole

    number, free = 1, path
    while free.exists() and free.read_bytes() != written.content:
        number += 1
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
    if not free.exists():
        try:
            write_whole(free, written.content)
            free.chmod(0o644)
        except OSError as error:
            text = f"Cannot write {free} ({error.strerror}); say --out DIR."
            raise MisuseError(text, said="cannot_write", path=str(free)) from error
    return free


def require_department(configuration: Configuration, office: str | None, department: str | None) -> None:
    """Nothing, if there is such a department; else a MisuseError that lists the known."""
    card = configuration.office(office) if office else None
    own = {key: each.name for key, each in card.departments.items()} if card else configuration.department_names
    if department is not None and department not in own:
        raise unknown("department", department, own)


def show(configuration: Configuration, returns: Sequence[WrittenReturn]) -> None:
    """Print what was written: for whom, about which file, how much is wrong, and where it lies."""
    from rich.console import Console

    from flows.screens import tables
    from templates.returns.speech import speech

    said, console = speech(), Console(highlight=False)
    if not returns:
        console.file.write(f"{said.nothing}\n")
        return
    rows = []
    for each in returns:
        cells = {
            "department": configuration.names(each.slot.office)[each.slot.department],
            "year": str(each.slot.period),
            "file": each.file or said.no_file,
            "errors": str(each.errors or ""),
            "questions": str(each.questions or ""),
            "notes": str(each.notes or ""),
            "how": said.how[each.how],
            "path": str(each.path),
        }
        rows.append([cells[key] for key in said.heads])
    numbers = [list(said.heads).index(key) for key in said.numbers]
    tables.show(console, list(said.heads.values()), rows, numbers=numbers)
    console.file.write(f"\n{said.written.format(count=len(returns))}\n")
