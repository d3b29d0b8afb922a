"""One workbook read and judged on the spot, for the office that wrote it: nothing is kept, nothing is written."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import settings as edge
from flows.nights.formalities import asked, formalities
from flows.nights.judging import judge
from flows.nights.rows import joined, together
from flows.nights.run import guard
from flows.screens import brief
from warehouse.declarations import YishuError
from warehouse.model import Finding, Level, Slot, State, Submission

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.settings import Settings
    from sources.reading.reader import Reading

YEAR_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What was found in one file: its rows and findings, and whether it would be accepted."""

    file: str
    slot: Slot
    rows: int
    findings: tuple[Finding, ...]

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
        raise YishuError(f"There is no ledger '{ledger}'; declared are: {', '.join(sorted(configuration.ledgers))}.")
    owing = [name for name, owed in card.owed() if owed.ledger == ledger]
    if not owing:
        owed_ledgers = ", ".join(sorted({owed.ledger for _, owed in card.owed()}))
        raise YishuError(f"No department of '{card.id}' hands in '{ledger}'; they hand in: {owed_ledgers}.")
    if department is None and len(owing) > 1:
        raise YishuError(f"Several departments hand in '{ledger}'; say --department (one of {', '.join(owing)}).")
    if department is not None and department not in owing:
        raise YishuError(
            f"'{department}' does not hand in '{ledger}'; in '{card.id}' it is owed by: {', '.join(owing)}."
        )
    return Slot(card.id, department or owing[0], ledger, year or edge.today().year)


def year_in_name(path: Path) -> int | None:
    """The only year that the file's name holds."""
    named = set(YEAR_IN_NAME.findall(unicodedata.normalize("NFKC", path.name)))
    return int(named.pop()) if len(named) == 1 else None


def check_file(settings: Settings, configuration: Configuration, path: Path, *, slot: Slot) -> CheckedFile:
    """Read `path` as what `slot` would receive and judge its rows by the ledger's rules."""
    from sources.cards import effective

    content = _bytes(path)
    owed = configuration.offices[slot.office].hands_in(slot.department, slot.ledger)
    submission = Submission(
        slot=slot,
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=path.name,
        size=len(content),
        received_at=edge.now(),
    )
    with guard(settings) as guarded:
        reading = guarded.read(
            content,
            submission=submission,
            card=effective(configuration.ledgers[slot.ledger], owed),
            sheets=owed.sheets,
            # Nothing is kept, so personal keys need only agree within this file.
            secret=secrets.token_bytes(edge.SECRET_BYTES),
        )
    of = asked(configuration.offices[slot.office], owed, configuration.ledgers[slot.ledger])
    found = (
        *formalities(submission, reading, of),
        *together(reading.findings, _judged(configuration, submission, reading)),
    )
    return CheckedFile(file=path.name, slot=slot, rows=reading.rows.num_rows, findings=found)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise YishuError(f"Cannot read {path} ({error.strerror}); name a workbook.") from error


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
        "rows": checked.rows,
        "verdict": str(checked.state),
        "findings": findings,
    }
