"""What the detectors are given beside the findings: cards, tables, amounts and last year's rows, all as values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from warehouse.model import Block, Finding, Slot, type_of_fact

_ADDRESS = re.compile(r"([A-Z]{0,3})(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What a ledger card says of one column; `headings` and the spellings of `codes` are folded.

    `quoted`: whether findings quote what stands in it; they do not where it is personal.
    """

    name: str
    type: str
    quoted: bool = True
    headings: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def tells(self) -> bool:
        """Whether a text that fits this column says something about the text: any text fits a column of texts."""
        return self.type in ("date", "count", "number", "money", "flag") or bool(self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """A ledger card, as far as causes are seen from it. `fits`: whether a text can be read in a column."""

    name: str
    columns: Mapping[str, ColumnFacts]
    fits: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was accepted for the same ledger a year earlier: content, business keys, amounts by column."""

    sha256: str
    keys: frozenset[str]
    amounts: Mapping[str, Sequence[Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFacts:
    """What is known of a submission: its tables, its amounts by column, its headings where no table was found.

    `also_for`: further ledgers that the same file was handed in for, as one workbook may hold several.
    """

    sha256: str
    also_for: frozenset[str] = frozenset()
    blocks: Sequence[Block] = ()
    amounts: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    before: Before | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that detectors may look at. What is missing here makes them silent, never wrong.

    `cards` by ledger as each department writes it (`own`, by office, department and ledger) or as the card is.
    `fold`: a text as offices mean it. `words`: the names of the facts that a ledger's rules declare for a code.
    """

    fold: Callable[[str], str]
    cards: Mapping[str, CardFacts] = field(default_factory=dict)
    own: Mapping[tuple[str, str, str], CardFacts] = field(default_factory=dict)
    submissions: Mapping[str, SubmissionFacts] = field(default_factory=dict)
    words: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def card(self, slot: Slot) -> CardFacts | None:
        """The card of `slot` as its department writes it."""
        return self.own.get((slot.office, slot.department, slot.ledger)) or self.cards.get(slot.ledger)


@dataclass(frozen=True, slots=True)
class Placed:
    """One finding, with its number in the list that is grouped, and its column letter and row where it has a cell."""

    at: int
    finding: Finding
    letter: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """What a person has to do one thing about: `about` says what it is, `members` number the findings beneath."""

    about: Finding
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The findings of one submission that no cause explains yet, and what is known of it."""

    slot: Slot
    card: CardFacts | None
    facts: SubmissionFacts | None
    evidence: Evidence
    free: tuple[Placed, ...]

    def of(self, *codes: str) -> list[Placed]:
        """The findings with one of these codes."""
        return [placed for placed in self.free if placed.finding.code in codes]

    def column(self, placed: Placed) -> ColumnFacts | None:
        """What the card says of the finding's column."""
        return self.card.columns.get(placed.finding.column or "") if self.card else None

    def text(self, placed: Placed) -> str | None:
        """What stood in the finding's cell, as far as the finding quotes it."""
        column, text = self.column(placed), placed.finding.facts.get("text")
        return text if isinstance(text, str) and (column is None or column.quoted) else None

    def blocks(self, sheet: str | None) -> list[Block]:
        """The tables found on the sheet."""
        return [block for block in self.facts.blocks if block.sheet == sheet] if self.facts else []

    def rows(self, sheet: str | None, column: str | None) -> list[int]:
        """The data rows of the sheet's tables that have the column, in order."""
        return [row for block in self.blocks(sheet) if column in block.letters for row in block.data_rows]

    def item(
        self,
        code: str,
        members: Sequence[Placed],
        *,
        sheet: str | None = None,
        column: str | None = None,
        key: str = "",
        facts: Mapping[str, type_of_fact] | None = None,
    ) -> Item:
        """The item of a cause: its level and count are those of the members that it keeps.

        Column and `key` tell it apart from others of its kind, so that it is the same item every night; those that
        nothing tells apart but their sheets become one.
        """
        first = members[0].finding
        about = Finding(
            code=code,
            level=first.level,
            slot=self.slot,
            submission=first.submission,
            file=first.file,
            sheet=sheet,
            column=column,
            key=f"cause/{key}",
            facts=facts or {},
        )
        return Item(about, tuple(sorted({placed.at for placed in members})))


_GRAVITY = {"error": 0, "question": 1, "note": 2}


def gravity(finding: Finding) -> int:
    """0 for an error, 1 for a question, 2 for a note."""
    return _GRAVITY[finding.level]


def placed(at: int, finding: Finding) -> Placed:
    """The finding with the letter and row of its cell."""
    match = _ADDRESS.fullmatch(finding.cell or "")
    return Placed(at, finding, match[1] if match else "", int(match[2]) if match else None)


def by_column(findings: Sequence[Placed]) -> dict[tuple[str | None, str | None], list[Placed]]:
    """The findings by sheet and column, both in the order in which they come."""
    found: dict[tuple[str | None, str | None], list[Placed]] = defaultdict(list)
    for each in findings:
        found[each.finding.sheet, each.finding.column].append(each)
    return dict(found)


def number_of(letters: str) -> int:
    """The position of a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters_of(number: int) -> str:
    """The column letters of a position from 1; `number_of` the other way round."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
