"""The nouns of the house; standard library only, so that every room may speak them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

type_of_fact = str | int | Decimal | date | None

# Facts that say where a finding stands or which bound it breaks, not what was written.
NOT_THE_VALUE = frozenset({"first_sheet", "first_cell", "rows", "row", "letter", "columns", "min_value", "max_value"})


class Level(StrEnum):
    """How much a finding weighs: it blocks acceptance, blocks sealing until explained, or informs."""

    ERROR = "error"
    QUESTION = "question"
    NOTE = "note"


class State(StrEnum):
    """What was decided about a submission."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What is owed: one ledger of one department of one office for one period (a year, `2024`)."""

    office: str
    department: str
    ledger: str
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One file as received for one slot. Immutable; the same bytes for the same slot are the same submission."""

    slot: Slot
    sha256: str
    file_name: str
    size: int
    received_at: datetime

    @property
    def id(self) -> str:
        """Twelve hex digits that name this file in this slot, the same on every machine."""
        return digest(self.slot.office, self.slot.department, self.slot.ledger, str(self.slot.period), self.sha256)[:12]


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands: submission, sheet, A1 address."""

    submission: str
    sheet: str
    address: str


@dataclass(frozen=True, slots=True)
class Block:
    """One table found on one sheet. Rows are counted as in Excel, from 1; letters name each card column's letter."""

    index: int
    sheet: str
    letters: Mapping[str, str]
    title_rows: tuple[int, ...]
    header_rows: tuple[int, ...]
    data_rows: tuple[int, ...]
    total_rows: tuple[int, ...]
    footer_rows: tuple[int, ...]

    def address(self, column: str, row: int) -> str:
        """The A1 address of `column` in `row`; the row alone (`17`) where the table has no such column."""
        return f"{self.letters.get(column, '')}{row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong or odd in the data: a value, never an exception. Its words live in templates/messages."""

    code: str
    level: Level
    slot: Slot
    submission: str | None = None
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    key: str | None = None
    column: str | None = None
    facts: Mapping[str, type_of_fact] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """Sixteen hex digits without time or submission, so that the same trouble is the same finding every night.

        A finding about a record follows its business key; one about a cell without a key follows the place.
        """
        place = f"key:{self.key}" if self.key else f"at:{self.sheet}!{self.cell}"
        return digest(
            self.slot.office, self.slot.department, self.slot.ledger, str(self.slot.period), self.code, place,
            self.column or "",
        )[:16]  # fmt: skip

    @property
    def value_mark(self) -> str:
        """Sixteen hex digits over what was written: the same wherever the row moves, another once a value changes."""
        said = sorted((name, fact) for name, fact in self.facts.items() if name not in NOT_THE_VALUE)
        return digest(*(part for name, fact in said for part in (name, _written(fact))))[:16]


def _written(fact: type_of_fact) -> str:
    """A fact as text, told apart by kind; 1500, 1500.0 and 1500.00 are one number."""
    match fact:
        case None:
            return "nothing"
        case str():
            return f"text {fact}"
        case int() | Decimal():
            digits = f"{Decimal(fact):f}"
            plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
            return f"number {'0' if plain == '-0' else plain}"
    return f"day {fact.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One cell that a figure stands on, with the value it gave."""

    cell: Cell
    department: str
    ledger: str
    file_name: str
    sha256: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTable:
    """How a ledger is kept in the store: its card columns and their DuckDB types, in order."""

    ledger: str
    columns: Mapping[str, str]
    period: str
    key: tuple[str, ...]


IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def digest(*parts: str) -> str:
    """SHA-256 of the parts as 64 hex digits; parts are separated, so ("ab", "c") and ("a", "bc") differ."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
