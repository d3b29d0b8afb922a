"""What a new or changed rule would have caught in the files that are in force; nothing is written anywhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import settings as edge
from warehouse.declarations import DeclarationError, YishuError
from warehouse.model import Finding, Slot, Submission

if TYPE_CHECKING:
    from expectations.comparisons import ComparisonRule
    from expectations.suite import Suite
    from flows.configuration import Configuration
    from flows.settings import Settings
    from sources.reading.frames import Reading
    from warehouse.store import Holding

EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """What one rule would have caught of one department's ledger in one month (`2024-05`; empty where none is known).

    `already` counts those that the rules of today find too; `cells` are a few of the others first.
    """

    code: str
    level: str
    office: str
    department: str
    ledger: str
    month: str
    count: int
    already: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """All that would have been caught, what was looked at, and the files whose rows are not kept any more."""

    caught: tuple[Caught, ...]
    files: int
    rows: int
    unread: tuple[str, ...]


@dataclass
class _History:
    """The files in force since a month, with their rows."""

    settings: Settings
    configuration: Configuration
    since: date
    submissions: list[Submission]
    readings: dict[str, Reading] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def take(self) -> None:
        """Read what is kept; a file whose rows are not kept as the cards of today read them is told."""
        from sources.reading.reader import kept

        for submission in self.submissions:
            reading = kept(self.settings.frames, self.key_of(submission), submission)
            if reading is None:
                self.unread.append(submission.file_name)
            else:
                self.readings[submission.id] = reading
        self.submissions = [each for each in self.submissions if each.id in self.readings]

    def key_of(self, submission: Submission) -> str:
        """The name under which the submission's rows are kept."""
        from sources.cards import effective
        from sources.reading.reader import reading_key

        slot = submission.slot
        owed = self.configuration.offices[slot.office].hands_in(slot.department, slot.ledger)
        card = effective(self.configuration.ledgers[slot.ledger], owed)
        secret = edge.secret(self.settings)
        return reading_key(submission.sha256, card=card, sheets=owed.sheets, period=slot.period, secret=secret)

    def day_of(self, finding: Finding) -> date | None:
        """The day that places the row of a finding in a year."""
        card = self.configuration.ledgers[finding.slot.ledger]
        row = (finding.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        reading = self.readings.get(finding.submission or "")
        if card.placed_by is None or reading is None or not row.isdigit():
            return None
        frame = reading.frame
        found = frame.loc[(frame["_sheet"] == finding.sheet) & (frame["_row"] == int(row)), card.placed_by].dropna()
        return None if found.empty else found.iloc[0].date()


def preview(settings: Settings, configuration: Configuration, path: Path, *, since: date) -> Preview:
    """What the rules in `path` (a suite, or one rule's SQL) would have caught in what is in force since a month."""
    from warehouse.register import open_register

    if path.suffix not in (".yml", ".sql"):
        raise YishuError(f"{path} is neither a suite (.yml) nor a rule over several ledgers (.sql).")
    if not path.is_file():
        raise YishuError(f"There is no file {path}.")
    edge.need_register(settings)
    with open_register(settings.register_url) as register:
        kept = [item.submission for item in register.in_force()]
    history = _History(settings, configuration, since, [each for each in kept if _declared(configuration, each.slot)])
    if path.suffix == ".yml":
        new, old = _by_suite(history, _suite(configuration, path))
    else:
        new, old = _by_comparison(history, _comparison(configuration, path))
    looked = [each for each in history.submissions if each.slot.period >= since.year]
    rows = sum(len(history.readings[each.id].frame) for each in looked)
    return Preview(tuple(_counted(history, new, old)), len(looked), rows, tuple(history.unread))


def _declared(configuration: Configuration, slot: Slot) -> bool:
    card = configuration.offices.get(slot.office)
    return card is not None and (slot.department, slot.ledger) in {(name, owed.ledger) for name, owed in card.owed()}


def _suite(configuration: Configuration, path: Path) -> Suite:
    from expectations.suite import load_suite, require_sound

    suite = load_suite(path)
    if suite.ledger not in configuration.ledgers:
        raise DeclarationError(
            f"{path}: there is no ledger '{suite.ledger}'; known: {', '.join(configuration.ledgers)}"
        )
    require_sound(suite, configuration.ledgers[suite.ledger].table.columns)
    return suite


def _comparison(configuration: Configuration, path: Path) -> ComparisonRule:
    from expectations.comparing import mistakes
    from expectations.comparisons import read_comparison
    from expectations.trying import require_kept
    from flows.configured_comparisons import comparison_scope
    from warehouse.candidate import empty_candidate
    from warehouse.composing import shared_clauses

    rule = read_comparison(path, shared_clauses(configuration.comparison_folders))
    scope = comparison_scope(configuration)
    with empty_candidate(scope.tables) as candidate:
        if found := mistakes([rule], scope, candidate.ask):
            raise DeclarationError("\n".join(found))
    require_kept([rule], scope)
    return rule


def _by_suite(history: _History, suite: Suite) -> tuple[list[Finding], list[Finding]]:
    """The findings of the suite and those of the ledger's rules of today."""
    since = history.since.year
    history.submissions = [
        each for each in history.submissions if each.slot.ledger == suite.ledger and each.slot.period >= since
    ]
    history.take()
    today = history.configuration.suites.get(suite.ledger)
    return _judged(history, suite), _judged(history, today) if today else []


def _judged(history: _History, suite: Suite) -> list[Finding]:
    from expectations.judge import judge
    from flows.nights.rows import joined

    submissions, readings = history.submissions, history.readings
    if all(readings[each.id].frame.empty for each in submissions):
        return []
    blocks = {(each.id, block.index): block for each in submissions for block in readings[each.id].blocks}
    columns = history.configuration.ledgers[suite.ledger].columns
    told = judge(
        joined(submissions, readings),
        suite,
        blocks=blocks,
        submissions={each.id: each for each in submissions},
        personal=frozenset(name for name, column in columns.items() if column.personal != "keep"),
    )
    return list(told.findings)


def _by_comparison(history: _History, rule: ComparisonRule) -> tuple[list[Finding], list[Finding]]:
    """The findings of the rule, office by office and year by year, and those of the rule of today with its code."""
    history.take()
    today = [each for each in history.configuration.comparisons if each.code == rule.code]
    new: list[Finding] = []
    old: list[Finding] = []
    by_office: dict[str, list[Submission]] = defaultdict(list)
    for submission in history.submissions:
        by_office[submission.slot.office].append(submission)
    for office, submissions in by_office.items():
        found = _compared(history, office, submissions, [[rule], today])
        new += found[0]
        old += found[1]
    return new, old


def _compared(
    history: _History, office: str, submissions: Sequence[Submission], sets: Sequence[Sequence[ComparisonRule]]
) -> list[list[Finding]]:
    from expectations.comparing import run_all
    from flows.nights.candidate_view import View
    from warehouse.candidate import Candidate

    configuration = history.configuration
    tables = {ledger: card.table for ledger, card in configuration.ledgers.items()}
    found: list[list[Finding]] = [[] for _ in sets]
    with Candidate(tables, [_holding(history, each) for each in submissions]) as candidate:
        for year in sorted({each.slot.period for each in submissions if each.slot.period >= history.since.year}):
            view = View(configuration, office, year, candidate, tuple(submissions), frozenset())
            scope = view.look({each.slot: each for each in submissions if each.slot.period == year})
            for rules, gathered in zip(sets, found, strict=True):
                told = run_all(rules, scope, candidate.ask)
                if told.crashes:
                    raise YishuError(f"The rule could not run: {told.crashes[0]}")
                gathered.extend(told.findings)
    return found


def _holding(history: _History, submission: Submission) -> Holding:
    from warehouse.store import Holding

    return Holding(
        submission=submission,
        accepted_at=submission.received_at,
        in_force=False,
        frame=history.settings.frames / f"{history.key_of(submission)}.parquet",
        blocks=history.readings[submission.id].blocks,
    )


def _counted(history: _History, new: Iterable[Finding], old: Iterable[Finding]) -> Iterable[Caught]:
    known = Counter(finding.identity for finding in old)
    groups: dict[tuple[Any, ...], list[tuple[bool, Finding]]] = defaultdict(list)
    for finding in new:
        day = history.day_of(finding)
        if day is not None and day < history.since:
            continue
        slot = finding.slot
        month = f"{day:%Y-%m}" if day else ""
        place = (finding.code, str(finding.level), slot.office, slot.department, slot.ledger, month)
        groups[place].append((known[finding.identity] > 0, finding))
    for place, found in sorted(groups.items()):
        fresh = sorted(found, key=lambda item: item[0])
        names: Mapping[str, Any] = dict(
            zip(("code", "level", "office", "department", "ledger", "month"), place, strict=True)
        )
        yield Caught(
            **names,
            count=len(found),
            already=sum(is_known for is_known, _ in found),
            cells=tuple(_cell(finding) for _, finding in fresh[:EXAMPLES]),
        )


def _cell(finding: Finding) -> str:
    inside = "!".join(part for part in (finding.sheet, finding.cell) if part)
    return " ".join(part for part in (finding.file, inside) if part)
