"""What the accepted file of the year before says where something is wrong in this year's."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from warehouse.model import Finding, Slot

if TYPE_CHECKING:
    from pandas import DataFrame

    from flows.configuration import Configuration
    from flows.settings import Settings
    from sources.cards import LedgerCard
    from warehouse.register import Register

TOTALS = ("total.differs",)


@dataclass
class Yesteryear:
    """Looks last year's values up; each file is read once."""

    register: Register
    settings: Settings
    configuration: Configuration
    _frames: dict[Slot, DataFrame | None] = field(default_factory=dict)

    def value(self, finding: Finding) -> str:
        """What the same record, or the same total, said in this column the year before; '' where nothing is known."""
        card = self.configuration.ledgers.get(finding.slot.ledger)
        column = card.columns.get(finding.column or "") if card else None
        if card is None or column is None or finding.column is None or column.personal != "keep":
            return ""
        frame = self._frame(finding.slot)
        if frame is None or finding.column not in frame.columns:
            return ""
        if finding.code in TOTALS:
            return _total(frame, finding.column, counted=column.type not in ("count", "number", "money"))
        return _of_record(frame, card, finding)

    def _frame(self, slot: Slot) -> DataFrame | None:
        """The rows of the year before, None where none were accepted."""
        from sources.reading.reader import kept

        last = Slot(slot.office, slot.department, slot.ledger, slot.period - 1)
        if last not in self._frames:
            accepted = next(
                (each for each in self.register.in_force(slot.office) if each.submission.slot == last), None
            )
            reading = kept(self.settings.frames, accepted.frame_key, accepted.submission) if accepted else None
            self._frames[last] = reading.frame if reading else None
        return self._frames[last]


def _total(frame: DataFrame, column: str, *, counted: bool) -> str:
    values = [value for value in frame[column].tolist() if not _missing(value)]
    return str(len(values)) if counted else _text(sum((Decimal(str(value)) for value in values), Decimal()))


def _of_record(frame: DataFrame, card: LedgerCard, finding: Finding) -> str:
    """The value of the one record with the finding's key; a key that last year knew twice says nothing."""
    if not finding.key or any(name not in frame.columns for name in card.key):
        return ""
    columns = [frame[name].tolist() for name in card.key]
    at = [
        index
        for index, parts in enumerate(zip(*columns, strict=True))
        if "/".join(_text(part) for part in parts) == finding.key
    ]
    return _text(frame[finding.column].tolist()[at[0]]) if len(at) == 1 else ""


def _missing(value: Any) -> bool:
    """Whether pandas means nothing by it: None, NaN, NaT, or its NA, which does not even say whether it is itself."""
    return value is None or type(value).__name__ == "NAType" or bool(value != value)  # noqa: PLR0124


def _text(value: Any) -> str:
    from sources.values import as_text

    if isinstance(value, list):
        return "、".join(value)
    if _missing(value):
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else as_text(value) or ""
