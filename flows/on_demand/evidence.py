"""What stands around findings, fetched for those who look for causes: cards, tables, amounts, last year's rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from expectations.causes.evidence import Before, CardFacts, ColumnFacts, Evidence, SubmissionFacts
from warehouse.declarations import YishuError
from warehouse.model import Finding, Slot, Submission

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.settings import Settings
    from sources.cards import LedgerCard
    from sources.reading.reader import Reading
    from sources.unknown.looking import Seen
    from warehouse.entries import Accepted
    from warehouse.register import Register

# Below this many findings about a column nobody asks what the rest of the column says.
WORTH_A_LOOK = 3
# Without one of these the headings of a file are known from its tables.
NO_TABLE = ("sheet.no_header", "sheet.missing")
STRAY_YEAR = "row.out_of_year"


def gather(
    settings: Settings, configuration: Configuration, register: Register, findings: Sequence[Finding]
) -> Evidence:
    """The evidence about these findings; of the files only what some cause may need is looked at."""
    from sources.values import fold

    offices = {finding.slot.office for finding in findings}
    by_submission: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.submission:
            by_submission[finding.submission].append(finding)
    cards = configuration.ledgers
    own = {slot: card for slot in {finding.slot for finding in findings} if (card := _own(configuration, slot))}
    known = _Known(settings, register, offices)
    submissions = {
        submission.id: known.facts(submission, frame_key, by_submission[submission.id], own.get(submission.slot))
        for submission, frame_key in known.submissions
        if submission.id in by_submission
    }
    headless = {each.submission for each in findings if each.code in NO_TABLE}
    for identity, headings in _headings(settings, [one for one, _ in known.submissions if one.id in headless]):
        submissions[identity] = replace(submissions[identity], headings=headings)
    return Evidence(
        fold=fold,
        cards={ledger: card_facts(card) for ledger, card in cards.items()},
        own={(slot.office, slot.department, slot.ledger): card_facts(card, slot.period) for slot, card in own.items()},
        submissions=submissions,
        words=_words(configuration, findings),
    )


def _headings(settings: Settings, submissions: Sequence[Submission]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every heading that somebody who knows no card would see in each of these files."""
    from flows.nights.run import guard
    from sources.landing import get

    if not submissions:
        return
    with guard(settings) as guarded:
        for submission in submissions:
            try:
                content = get(settings.landing, submission.sha256)
            except YishuError:
                # The list of findings must not depend on files that somebody has moved away since.
                continue
            seen = guarded.look(content, file=submission.file_name, year=submission.slot.period)
            yield submission.id, headings_seen(seen)


def headings_seen(seen: Seen) -> tuple[str, ...]:
    """Every heading of a file that somebody looked at who knows no card."""
    tables = [table for sheet in seen.sheets for table in sheet.tables]
    return tuple(column.name for table in tables for column in table.outlined.columns)


def of_one(
    configuration: Configuration,
    submission: Submission,
    reading: Reading,
    findings: Sequence[Finding],
    *,
    card: LedgerCard,
    headings: tuple[str, ...],
) -> Evidence:
    """The evidence about one file that is kept nowhere: its tables, its amounts and its headings, no year before."""
    from sources.values import fold

    amounts = {
        name: [Decimal(value) for value in reading.rows.column(name).to_pylist() if value is not None]
        for name in _money_in_question(card, findings)
    }
    facts = SubmissionFacts(sha256=submission.sha256, blocks=reading.blocks, amounts=amounts, headings=headings)
    slot = submission.slot
    return Evidence(
        fold=fold,
        cards={ledger: card_facts(each) for ledger, each in configuration.ledgers.items()},
        own={(slot.office, slot.department, slot.ledger): card_facts(card, slot.period)},
        submissions={submission.id: facts},
        words=_words(configuration, findings),
    )


def _words(configuration: Configuration, findings: Iterable[Finding]) -> Mapping[tuple[str, str], frozenset[str]]:
    """The names of the facts that rules declare, by ledger and code; the suites are read only where rules found any."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    by_rules = {finding.slot.ledger for finding in findings if finding.code.startswith("rule.")}
    for suite in (configuration.suites[ledger] for ledger in sorted(by_rules) if ledger in configuration.suites):
        for rule in suite.rules:
            known = found.get((suite.ledger, rule.code), frozenset())
            found[suite.ledger, rule.code] = known.union(rule.facts)
    return found


def _own(configuration: Configuration, slot: Slot) -> LedgerCard | None:
    """The card of the slot as its department writes it; None where nobody owes it any more."""
    from sources.cards import effective

    office = configuration.offices.get(slot.office)
    owed = [] if office is None else [item for name, item in office.owed() if name == slot.department]
    hands_in = next((item for item in owed if item.ledger == slot.ledger), None)
    return effective(configuration.ledgers[slot.ledger], hands_in) if hands_in else None


def card_facts(card: LedgerCard, year: int = 2000) -> CardFacts:
    """A ledger card as those who look for causes see it."""
    from sources.reading.columns import Memory, Surroundings
    from sources.values import Problem, fold

    around = Surroundings(None, year, epoch_1904=False, secret=b"")

    memories: dict[str, Memory] = {}

    def fits(column: str, text: str) -> bool:
        if column not in memories:
            memories[column] = Memory(card.columns[column], around)
        value = memories[column].read(text)
        return value is not None and not isinstance(value, Problem)

    columns = {
        name: ColumnFacts(
            name=column.name,
            type=column.type,
            quoted=column.personal == "keep",
            headings=tuple(dict.fromkeys(fold(text) for text in (column.name, *column.headings))),
            codes={code: tuple(fold(word) for word in words) for code, words in column.codes.items()},
        )
        for name, column in card.columns.items()
    }
    return CardFacts(name=card.name, columns=columns, fits=fits)


class _Known:
    """What the register and the kept readings say, each read once."""

    def __init__(self, settings: Settings, register: Register, offices: Iterable[str]) -> None:
        self._settings = settings
        decided = [pair for office in sorted(offices) for pair in register.submissions(office)]
        self.submissions = [(submission, verdict.frame_key if verdict else None) for submission, verdict in decided]
        self._ledgers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for submission, _ in self.submissions:
            self._ledgers[submission.slot.office, submission.sha256].add(submission.slot.ledger)
        accepted = [item for office in sorted(offices) for item in register.in_force(office)]
        self._in_force = {item.submission.slot: item for item in accepted}

    def facts(
        self, submission: Submission, frame_key: str | None, findings: Sequence[Finding], card: LedgerCard | None
    ) -> SubmissionFacts:
        """What is known of one submission, as far as these findings make it worth knowing."""
        from sources.reading.frames import outline

        codes = Counter(finding.code for finding in findings)
        kept = outline(self._settings.frames, frame_key) if frame_key and len(findings) > 1 else None
        also_for = self._ledgers[submission.slot.office, submission.sha256] - {submission.slot.ledger}
        blocks = kept.blocks if kept else ()
        facts = SubmissionFacts(sha256=submission.sha256, also_for=frozenset(also_for), blocks=blocks)
        if card is None or frame_key is None:
            return facts
        money = _money_in_question(card, findings)
        if money:
            facts = replace(facts, amounts=self._amounts(frame_key, money))
        if money or codes[STRAY_YEAR] >= WORTH_A_LOOK:
            facts = replace(facts, before=self._before(submission.slot, card, money))
        return facts

    def _amounts(self, frame_key: str, columns: Iterable[str]) -> Mapping[str, Sequence[Decimal]]:
        return {
            name: [Decimal(value) for value in values if value is not None]
            for name, values in self._columns(frame_key, columns).items()
        }

    def _before(self, slot: Slot, card: LedgerCard, money: Iterable[str]) -> Before | None:
        """What was accepted for the slot a year earlier."""
        earlier: Accepted | None = self._in_force.get(replace(slot, period=slot.period - 1))
        if earlier is None:
            return None
        parts = self._columns(earlier.frame_key, card.key)
        keys = frozenset(filter(None, map(_joined, zip(*parts.values(), strict=True))))
        amounts = self._amounts(earlier.frame_key, money)
        return Before(sha256=earlier.submission.sha256, keys=keys, amounts=amounts)

    def _columns(self, frame_key: str, columns: Iterable[str]) -> Mapping[str, list[Any]]:
        """These columns of a kept reading, as far as it has them; nothing where it is gone."""
        import pyarrow.parquet as pq

        path = self._settings.frames / f"{frame_key}.parquet"
        if not path.is_file():
            return {}
        there = set(pq.read_schema(path).names)
        wanted = [name for name in columns if name in there]
        return pq.read_table(path, columns=wanted, partitioning=None).to_pydict() if wanted else {}


def _money_in_question(card: LedgerCard, findings: Sequence[Finding]) -> list[str]:
    """The columns of money about which there are several findings."""
    times = Counter(finding.column for finding in findings)
    kept = card.kept
    return [name for name, column in kept.items() if column.type == "money" and times[name] >= WORTH_A_LOOK]


def _joined(parts: Sequence[Any]) -> str | None:
    """A business key as findings have it."""
    texts = [part.isoformat() if isinstance(part, date) else str(part) for part in parts if part is not None]
    return "/".join(texts) if len(texts) == len(parts) else None
