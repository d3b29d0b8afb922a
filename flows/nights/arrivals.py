"""What lies in the inbox: which folders to call at, which files are there, which of them is meant for which slot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sources.reading.sheets import in_words
from warehouse.declarations import YishuError
from warehouse.model import Finding, Level, Slot

if TYPE_CHECKING:
    from sources.cards import HandsIn, OfficeCard

YEAR_FOLDER = re.compile(r"\d{4}")
DATE_IN_NAME = re.compile(r"(20\d\d)[-_.年/]?(0?[1-9]|1[0-2])[-_.月/]?(0?[1-9]|[12]\d|3[01])(?!\d)日?")


class Known(Protocol):
    """The register's memory of files: the SHA-256 of a file that has not been touched since."""

    def __call__(self, path: str, *, size: int, mtime_ns: int, ctime_ns: int) -> str | None:
        """The SHA-256, None if the file is new or was touched."""
        ...


class UnsettledError(YishuError):
    """A file was being written while it was read; a moment later it will be whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One visit to one department's folder for one year."""

    office: OfficeCard
    department: str
    year: int
    folder: Path

    @property
    def name(self) -> str:
        """How this visit is named in Prefect and in messages."""
        return f"{self.office.id}-{self.year}-{self.department}"

    def slot(self, ledger: str) -> Slot:
        """The slot of `ledger` here; the empty ledger stands for the folder as a whole."""
        return Slot(self.office.id, self.department, ledger, self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One file in a department's folder, its bytes safely landed. `opened` is false for a file known by its stamp."""

    path: Path
    name: str
    size: int
    mtime_ns: int
    ctime_ns: int
    sha256: str
    opened: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What was taken for one slot, or nothing, and what there is to say about it."""

    arrival: Arrival | None
    findings: tuple[Finding, ...] = ()


def calls(offices: Iterable[OfficeCard], inbox: Path, *, department: str | None = None) -> tuple[Call, ...]:
    """Every visit to make in `inbox`: each office, each year that has a folder, each department."""
    from sources.folder import periods, year_folder

    if not inbox.is_dir():
        raise YishuError(f"There is no inbox at {inbox}; set YISHU_INBOX or say --inbox DIR.")
    offices = tuple(offices)
    # An inbox may be called after a day, too, as a copy of it that was put aside is: then it holds folders of years.
    years = any(periods(office.connector.path, office.id, inbox) for office in offices)
    if YEAR_FOLDER.match(inbox.name) and not years:
        office = _office_of_year_folder(offices, inbox)
        return tuple(_calls_in(office, int(inbox.name[:4]), inbox, department))
    found = tuple(
        call
        for office in offices
        for year in periods(office.connector.path, office.id, inbox)
        for call in _calls_in(
            office, year, year_folder(office.connector.path, office.id, inbox=inbox, year=year), department
        )
    )
    if not found:
        names = ", ".join(office.id for office in offices)
        raise YishuError(
            f"Nothing to collect in {inbox}: there is no folder of a year for {names}. "
            f"Files are expected in {offices[0].connector.path}, one folder a department."
        )
    return found


def _office_of_year_folder(offices: Sequence[OfficeCard], inbox: Path) -> OfficeCard:
    """A folder of one year belongs to one office: the one asked for, or the one whose folder it lies in."""
    fitting = offices if len(offices) == 1 else [office for office in offices if office.id == inbox.parent.name]
    if len(fitting) != 1:
        known = ", ".join(office.id for office in offices)
        raise YishuError(f"{inbox} is the folder of one year; say whose with --office (one of {known}).")
    return fitting[0]


def _calls_in(office: OfficeCard, year: int, folder: Path, only: str | None) -> Iterable[Call]:
    for department_id, department in office.departments.items():
        if only in (None, department_id) and department.hands_in:
            yield Call(office=office, department=department_id, year=year, folder=folder / department.folder)


def fetch(call: Call, known: Known, landing: Path) -> tuple[Arrival, ...]:
    """Every file of the department, landed under its SHA-256. A file that nobody has touched is not even opened."""
    from sources.folder import deliveries
    from sources.landing import put

    arrivals = []
    for delivery in deliveries(call.folder):
        stamp = {"size": delivery.size, "mtime_ns": delivery.mtime_ns, "ctime_ns": delivery.ctime_ns}
        sha256 = known(str(delivery.path), **stamp)
        opened = sha256 is None
        if sha256 is None:
            content = delivery.path.read_bytes()
            after = delivery.path.stat()
            if (after.st_size, after.st_mtime_ns) != (len(content), delivery.mtime_ns):
                raise UnsettledError(f"{delivery.path} was changing while it was read; it is tried again.")
            sha256 = put(landing, content)
        arrivals.append(Arrival(path=delivery.path, name=delivery.name, sha256=sha256, opened=opened, **stamp))
    return tuple(arrivals)


def folded(name: str) -> str:
    """A file name as it is compared: full-width and half-width alike, no spacing, no case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def candidates(owed: HandsIn, arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    """The files whose names fit `owed`; files with the same bytes count once."""
    fitting: dict[str, Arrival] = {}
    for arrival in sorted(arrivals, key=lambda arrival: arrival.name):
        if any(fnmatchcase(folded(arrival.name), folded(pattern)) for pattern in owed.files):
            fitting.setdefault(arrival.sha256, arrival)
    return tuple(fitting.values())


def unexpected(call: Call, arrivals: Iterable[Arrival]) -> tuple[Finding, ...]:
    """A note for each file that fits nothing the department owes."""
    owed = call.office.departments[call.department].hands_in
    return tuple(
        Finding(
            code="file.unexpected",
            level=Level.NOTE,
            slot=call.slot(""),
            file=arrival.name,
            key=arrival.name,
            facts={"expected": in_words(pattern for item in owed for pattern in item.files)},
        )
        for arrival in arrivals
        if not any(candidates(hands_in, (arrival,)) for hands_in in owed)
    )


def misplaced(call: Call) -> tuple[Finding, ...]:
    """A note for each folder inside the department's own: only files that lie in it directly are collected."""
    return _astray(call.folder, call.slot(""), known=(), expected=call.office.departments[call.department].folder)


def unowned(call: Call) -> tuple[Finding, ...]:
    """A note for each folder or file beside the departments' folders, which belongs to none of them."""
    known = [department.folder for department in call.office.departments.values()]
    return _astray(call.folder.parent, nobody(call), known=known, expected="、".join(known), files=True)


def nobody(call: Call) -> Slot:
    """The slot of what belongs to no department of the office."""
    return Slot(call.office.id, "", "", call.year)


def _astray(
    folder: Path, slot: Slot, *, known: Sequence[str], expected: str, files: bool = False
) -> tuple[Finding, ...]:
    from sources.folder import ignored

    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(
        Finding(
            code="file.misplaced",
            level=Level.NOTE,
            slot=slot,
            file=entry.name,
            key=entry.name,
            facts={"expected": expected},
        )
        for entry in entries
        if entry.name not in known and (files or entry.is_dir()) and not ignored(entry.name)
    )


def choose(
    slot: Slot, owed: HandsIn, arrivals: Sequence[Arrival], *, reported_on: Callable[[Arrival], date | None]
) -> Choice:
    """The file that counts for `slot`: the only one, or the one reported latest; where that is not clear, none."""
    if not arrivals:
        expected = in_words(owed.files)
        return Choice(None, (Finding(code="file.missing", level=Level.ERROR, slot=slot, facts={"expected": expected}),))
    if len(arrivals) == 1:
        return Choice(arrivals[0])
    dates = {arrival: reported_on(arrival) or date_in_name(arrival.name) for arrival in arrivals}
    known = [day for day in dates.values() if day is not None]
    latest = max(known, default=None)
    if latest is None or len(known) < len(arrivals) or known.count(latest) > 1:
        names = "、".join(arrival.name for arrival in arrivals)
        facts: dict[str, str | int] = {"files": names, "count": len(arrivals)}
        return Choice(None, (Finding(code="file.several", level=Level.ERROR, slot=slot, facts=facts),))
    taken = next(arrival for arrival, day in dates.items() if day == latest)
    note = Finding(code="file.older_version", level=Level.NOTE, slot=slot)
    return Choice(
        taken,
        tuple(
            replace(
                note,
                file=arrival.name,
                key=arrival.name,
                facts={"reported_on": day, "taken": taken.name, "taken_reported_on": latest},
            )
            for arrival, day in dates.items()
            if arrival is not taken
        ),
    )


def unreachable(call: Call) -> Finding:
    """The department's folder could not be fetched, after every try; why is for the log, not for clerks."""
    return Finding(code="file.unreachable", level=Level.ERROR, slot=call.slot(""), facts={"folder": call.folder.name})


def date_in_name(name: str) -> date | None:
    """The date that a file name holds, or None where it holds none or several."""
    found = {_date(*match.groups()) for match in DATE_IN_NAME.finditer(unicodedata.normalize("NFKC", name))}
    return found.pop() if len(found) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
