"""How instants, facts, places and numbers lie in the columns of the register."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator

from warehouse.model import Place, Slot


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """`value` in UTC; one without a time zone is refused, because nobody could tell what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the register takes aware instants only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """`value` in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Facts(TypeDecorator[Mapping[str, Any]]):
    """Facts as JSON text; decimals, dates and instants come back as what they were."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The JSON text of `value`, the same for the same facts in any order."""
        return None if value is None else facts_to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, Any] | None:  # noqa: ARG002
        """The facts in `value`."""
        return None if value is None else facts_from_json(value)


def facts_to_json(facts: Mapping[str, Any]) -> str:
    """`facts` as JSON text; what JSON has no word for is written as {"decimal": …}, {"date": …} or {"instant": …}."""

    def written(value: Any) -> Any:
        match value:
            case Decimal():
                return {"decimal": str(value)}
            case datetime():
                return {"instant": value.isoformat()}
            case date():
                return {"date": value.isoformat()}
            case None | str() | int():
                return value
            case _:
                raise TypeError(f"a fact is text, a whole number, a Decimal, a date or nothing, not {value!r}")

    return json.dumps({name: written(value) for name, value in facts.items()}, ensure_ascii=False, sort_keys=True)


def facts_from_json(text: str) -> dict[str, Any]:
    """The facts that `facts_to_json` wrote."""
    kinds: dict[str, Callable[[str], Any]] = {
        "decimal": Decimal,
        "date": date.fromisoformat,
        "instant": datetime.fromisoformat,
    }

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        ((kind, written),) = value.items()
        return kinds[kind](written)

    return {name: read(value) for name, value in json.loads(text).items()}


class Places(TypeDecorator[tuple[Place, ...]]):
    """Places as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Place, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The JSON text of `value`; nothing for no places, which is what nearly every finding has."""
        return places_to_json(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Place, ...]:  # noqa: ARG002
        """The places in `value`."""
        if value is None:
            return ()
        return tuple(Place(**{**place, "slot": Slot(*place["slot"])}) for place in json.loads(value))


def places_to_json(places: tuple[Place, ...]) -> str:
    """The places as JSON text, the same for the same places."""
    slots = [[place.slot.office, place.slot.department, place.slot.ledger, place.slot.period] for place in places]
    said = [
        {"slot": slot, "submission": place.submission, "file": place.file, "sheet": place.sheet, "cell": place.cell}
        for slot, place in zip(slots, places, strict=True)
    ]
    return json.dumps(said, ensure_ascii=False)


class Numbers(TypeDecorator[tuple[int, ...]]):
    """Whole numbers as text, commas between them; nothing where there are none."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text of `value`."""
        return ",".join(map(str, value)) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[int, ...]:  # noqa: ARG002
        """The numbers in `value`."""
        return tuple(map(int, value.split(","))) if value else ()
