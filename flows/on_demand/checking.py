"""One workbook read and judged on the spot, for the office that wrote it: nothing is kept, nothing is written."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.causes.grouping import group
from flows import settings as edge
from flows.known import listed, unknown
from flows.nights.formalities import asked, formalities
from flows.nights.judging import judge
from flows.nights.rows import joined, together
from flows.nights.run import guard
from flows.on_demand.dating import NO_YEAR, Dated, year_in, year_within
from flows.on_demand.evidence import NO_TABLE, headings_seen, of_one
from flows.on_demand.inspecting import content_of
from flows.screens import brief
from warehouse.declarations import MisuseError
from warehouse.model import Finding, Level, Slot, State, Submission

if TYPE_CHECKING:
    from expectations.causes.evidence import Item
    from flows.configuration import Configuration
    from flows.settings import Settings
    from sources.reading.reader import Reading
    from sources.unknown.looking import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What was found in one file: its rows, its findings, and these as items; and whether it would be accepted.

    `dated` says what told its year, where nobody said it. The items number the findings beneath them.
    """

    file: str
    slot: Slot
    dated: Dated | None
    rows: int
    findings: tuple[Finding, ...]
    items: tuple[Item, ...]

    @property
    def state(self) -> State:
        """Accepted where no finding is an error, as in a night."""
        return State.RETURNED if self.count(Level.ERROR) else State.ACCEPTED

    @property
    def clean(self) -> bool:
        """Whether nothing has to be mended or explained; notes only inform."""
        return all(finding.level is Level.NOTE for finding in self.findings)

    def count(self, level: Level) -> int:
        """How many findings are of `level`."""
        return sum(finding.level is level for finding in self.findings)


def slot_of(
    configuration: Configuration, *, ledger: str, office: str | None, department: str | None, year: int | None
) -> Slot:
    """The slot that is meant; where it is not said, the only department that owes the ledger, and this year."""
    card = configuration.office(configuration.one_office(office))
    if ledger not in configuration.ledgers:
        raise unknown("ledger", ledger, configuration.ledger_names)
    names = {key: each.name for key, each in card.departments.items()}
    owing = {key: names[key] for key, owed in card.owed() if owed.ledger == ledger}
    about = {"ledger": configuration.ledgers[ledger].name, "known": listed(owing)}
    if not owing:
        handed_in = {owed.ledger for _, owed in card.owed()}
        known = {key: name for key, name in configuration.ledger_names.items() if key in handed_in}
        text = f"No department of '{card.id}' hands in '{ledger}'; they hand in: {', '.join(sorted(handed_in))}."
        raise MisuseError(text, said="nobody_owes", **about | {"office": card.names["short"], "known": listed(known)})
    if department is None and len(owing) > 1:
        text = f"Several departments hand in '{ledger}'; say --department (one of {', '.join(owing)})."
        raise MisuseError(text, said="which_department", **about)
    if department is not None and department not in owing:
        if department not in names:
            raise unknown("department", department, names)
        text = f"'{department}' does not hand in '{ledger}'; in '{card.id}' it is owed by: {', '.join(owing)}."
        raise MisuseError(text, said="not_owed", **about, department=names[department])
    return Slot(card.id, department or next(iter(owing)), ledger, year or edge.today().year)


def check_file(
    settings: Settings, configuration: Configuration, path: Path, *, slot: Slot, year: int | None
) -> CheckedFile:
    """Read `path` as what `slot` would receive and judge its rows by the ledger's rules.

    Without `year` the file itself tells of which it is, or the clock.
    """
    from sources.cards import effective

    content = content_of(path)
    with guard(settings) as guarded:

        def look(year: int) -> Seen:
            return guarded.look(content, file=path.name, year=year)

        dated = None if year else year_in(path.name) or year_within(look(NO_YEAR))
        slot = replace(slot, period=dated.year) if dated else slot
        owed = configuration.offices[slot.office].hands_in(slot.department, slot.ledger)
        card = effective(configuration.ledgers[slot.ledger], owed)
        submission = Submission(
            slot=slot,
            sha256=hashlib.sha256(content).hexdigest(),
            file_name=path.name,
            size=len(content),
            received_at=edge.now(),
        )
        # Nothing is kept, so personal keys need only agree within this file.
        secret = secrets.token_bytes(edge.SECRET_BYTES)
        reading = guarded.read(content, submission=submission, card=card, sheets=owed.sheets, secret=secret)
        of = asked(configuration.offices[slot.office], owed, configuration.ledgers[slot.ledger])
        found = (
            *formalities(submission, reading, of),
            *together(reading.findings, _judged(configuration, submission, reading)),
        )
        headless = any(finding.code in NO_TABLE for finding in found)
        headings = headings_seen(look(slot.period)) if headless else ()
    evidence = of_one(configuration, submission, reading, found, card=card, headings=headings)
    items = group(found, evidence) if found else ()
    return CheckedFile(file=path.name, slot=slot, dated=dated, rows=reading.rows.num_rows, findings=found, items=items)


def _judged(configuration: Configuration, submission: Submission, reading: Reading) -> tuple[Finding, ...]:
    suite = configuration.suites.get(submission.slot.ledger)
    if suite is None or not reading.rows.num_rows:
        return ()
    columns = configuration.ledgers[submission.slot.ledger].columns
    return judge(
        joined([submission], {submission.id: reading}),
        suite,
        blocks={(submission.id, block.index): block for block in reading.blocks},
        submissions={submission.id: submission},
        personal=frozenset(name for name, column in columns.items() if column.personal != "keep"),
    ).findings


def as_json(checked: CheckedFile, configuration: Configuration) -> dict[str, Any]:
    """The check as JSON's values, each finding with its words."""
    findings = []
    for finding in checked.findings:
        told = brief.told(finding, configuration)
        place = {key: getattr(finding, key) for key in ("sheet", "cell", "key", "column")}
        words = {key: told[key] for key in ("says", "why", "fix")}
        findings.append({"code": finding.code, "level": str(finding.level), **place, **words})
    return {
        "file": checked.file,
        "ledger": checked.slot.ledger,
        "year": checked.slot.period,
        "year_told_by": checked.dated.source if checked.dated else "option",
        "rows": checked.rows,
        "verdict": str(checked.state),
        "items": [_item(item, configuration) for item in checked.items],
        "findings": findings,
    }


def _item(item: Item, configuration: Configuration) -> dict[str, Any]:
    """One item: what caused it, its words, and which of the findings (from 0) stand beneath it."""
    told = brief.told(item.about, configuration)
    return {
        "cause": item.about.code if item.about.code.startswith("cause.") else None,
        "level": str(item.about.level),
        **{key: told[key] for key in ("says", "why", "fix")},
        "findings": list(item.members),
    }
