"""What kind of value a column holds, and whether what a rule compares it with is of that kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from expectations.suite import Derived, Rule, Suite

Kind = Literal["number", "date", "text", "yes or no"]
# What is wrong, and where in the rule: keys and positions.
Told = tuple[tuple[Any, ...], str]

_STORED: Mapping[str, Kind] = {
    "VARCHAR": "text",
    "VARCHAR[]": "text",
    "BIGINT": "number",
    "DATE": "date",
    "BOOLEAN": "yes or no",
}
_PROVENANCE: Mapping[str, Kind] = {
    "_submission": "text",
    "_office": "text",
    "_department": "text",
    "_period": "number",
    "_sheet": "text",
    "_block": "number",
    "_row": "number",
    "_hidden": "yes or no",
    "_year": "number",
    "_carried_over": "yes or no",
    "_as_of": "date",
}
_WRITTEN: Mapping[Kind, str] = {
    "number": "a number such as 90",
    "date": "a date such as 2024-01-31, without quotes",
    "text": "a text, in quotes if it looks like a number",
    "yes or no": "true or false",
}
# Bounds of these are values of the column itself; bounds of all others count or measure something.
_OF_VALUES = frozenset(f"expect_column_{what}_to_be_between" for what in ("values", "max", "min", "median"))


def kinds_of(suite: Suite, columns: Mapping[str, str]) -> Mapping[str, Kind]:
    """The kind of every column a rule may name; `columns` are the ledger's, with the types they are stored as."""
    real = {name: _STORED.get(stored, "number") for name, stored in columns.items()}
    return {**_PROVENANCE, **{name: _derived(how) for name, how in suite.derive.items()}, **real}


def _derived(how: Derived) -> Kind:
    return "yes or no" if how.contains is not None or how.beyond is not None else "number"


def unfit_sources(how: Derived, kinds: Mapping[str, Kind]) -> Iterable[Told]:
    """The columns that a helper column cannot be made from, because they hold something else."""
    wanted: Kind = "date" if how.days_since is not None or how.take is not None else "text"
    for part, name in (("column", how.column), ("days_since", how.days_since)):
        if name is not None and kinds.get(name, wanted) != wanted:
            yield (part,), f"'{name}' holds {_several(kinds[name])}; name a column of {_several(wanted)}"


def unfit_values(rule: Rule, kinds: Mapping[str, Kind]) -> Iterable[Told]:
    """Bounds, sets and conditions that say a value of another kind than their column holds."""
    for parts, column, said in compared(rule):
        wanted: Kind | None = kinds.get(column) if column is not None else "number"
        if wanted is None or said is None or _kind(said) == wanted:
            continue
        holder = f"'{column}' holds {_several(wanted)}" if column else f"it bounds {_several(wanted)}"
        name = ".".join(str(part) for part in parts if part != "arguments")
        yield parts, f"{name} says {said!r}, but {holder}; write {_WRITTEN[wanted]}"


def compared(rule: Rule) -> Iterable[tuple[tuple[Any, ...], str | None, Any]]:
    """Each value that the rule compares something with: where it stands, the column (None: a number over rows)."""
    column = rule.arguments.get("column")
    own = column if isinstance(column, str) else ""
    bounded = own if rule.expectation in _OF_VALUES else None
    for name in ("min_value", "max_value"):
        yield ("arguments", name), bounded, rule.arguments.get(name)
    for name in ("value_set", "values"):
        said = rule.arguments.get(name)
        for at, value in enumerate(said if isinstance(said, (list, tuple)) else ()):
            yield ("arguments", name, at), own, value
    yield ("arguments", "value"), None, rule.arguments.get("value")
    for index, when in enumerate(rule.when):
        if isinstance(when.value, tuple):
            for at, value in enumerate(when.value):
                yield ("when", index, "value", at), when.column, value
        else:
            yield ("when", index, "value"), when.column, when.value


def _kind(value: Any) -> Kind | None:
    match value:
        case bool():
            return "yes or no"
        case int() | float() | Decimal():
            return "number"
        case date():
            return "date"
        case str():
            return "text"
    return None


def _several(kind: Kind) -> str:
    return kind if kind == "yes or no" else f"{kind}s"
