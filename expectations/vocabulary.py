"""The words a suite may use: the expectation types of Great Expectations and our own, with their arguments, as a table.

Importing the library takes five seconds, so a suite is checked against this table, which
`python -m expectations.vocabulary` writes from the library that is installed; a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

PATH = Path(__file__).with_name("vocabulary.yml")
COLUMN_ARGUMENTS = (
    "column",
    "column_A",
    "column_B",
    "column_list",
    "party_column",
    "date_column",
    "year_column",
    "group_column",
)
# Said otherwise in a suite (`when`, `level`, `why`), or the machinery's own.
_NOT_FOR_SUITES = frozenset(
    {
        "batch_id", "catch_exceptions", "condition_parser", "description", "id", "library_metadata", "meta", "notes",
        "rendered_content", "result_format", "row_condition", "severity", "windows",
    }
)  # fmt: skip
# They ask a database, or another table, or look at the frame itself; typed rows of one ledger have neither.
_OTHER_SUBJECTS = ("query", "other_table", "unexpected_rows", "expect_table_column", "expect_column_to_exist", "_type")

Kind = Literal["column", "pair", "columns", "aggregate", "table"]


@dataclass(frozen=True, slots=True)
class Word:
    """One expectation type: what it looks at, the arguments it needs and those it may have."""

    kind: Kind
    needs: tuple[str, ...]
    may: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """All arguments."""
        return (*self.needs, *self.may)

    @property
    def points_at_rows(self) -> bool:
        """Whether a failure names the rows that failed, not only a number over all of them."""
        return self.kind in ("column", "pair", "columns")


@cache
def vocabulary() -> Mapping[str, Word]:
    """Every expectation type that can judge typed rows, by its name."""
    from warehouse.declarations import parse_yaml

    table = parse_yaml(PATH.read_text(encoding="utf-8"), PATH)
    return {name: Word(word["kind"], tuple(word["needs"]), tuple(word["may"])) for name, word in table.items()}


def installed_words() -> dict[str, Word]:
    """The same table, taken from the library that is installed and from our own types."""
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    import expectations.custom.registered as ours

    found = {}
    for name in sorted(list_registered_expectation_implementations()):
        implementation = get_expectation_impl(name)
        if any(part in name for part in _OTHER_SUBJECTS) or not _knows_frames(implementation):
            continue
        unsaid = _NOT_FOR_SUITES | ours.unsaid(implementation)
        fields = {key: field for key, field in implementation.__fields__.items() if key not in unsaid}
        needs = tuple(sorted(key for key, field in fields.items() if field.required))
        found[name] = Word(_kind(implementation), needs, tuple(sorted(set(fields) - set(needs))))
    return found


def _kind(implementation: Any) -> Kind:
    bases = {base.__name__ for base in implementation.__mro__}
    kinds: Mapping[str, Kind] = {
        "ColumnMapExpectation": "column",
        "ColumnPairMapExpectation": "pair",
        "MulticolumnMapExpectation": "columns",
        "ColumnAggregateExpectation": "aggregate",
    }
    return next((kind for base, kind in kinds.items() if base in bases), "table")


def _knows_frames(implementation: Any) -> bool:
    """Whether the library can compute it on pandas; some types are for databases only."""
    from great_expectations.expectations.registry import _registered_metrics

    metric = getattr(implementation, "map_metric", None)
    if metric is None:
        return True
    providers = _registered_metrics.get(f"{metric}.condition", {}).get("providers", {})
    return "PandasExecutionEngine" in providers


def written(words: Mapping[str, Word]) -> str:
    """The table as YAML, one type a line."""
    head = "# Written by `python -m expectations.vocabulary` from the installed library; do not edit.\n"
    return head + "".join(f"{line}\n" for line in _lines(words))


def _lines(words: Mapping[str, Word]) -> Iterable[str]:
    for name, word in words.items():
        yield f"{name}: {{kind: {word.kind}, needs: [{', '.join(word.needs)}], may: [{', '.join(word.may)}]}}"


if __name__ == "__main__":
    PATH.write_text(written(installed_words()), encoding="utf-8")
