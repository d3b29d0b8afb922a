"""One run of Great Expectations over one frame: the only module that speaks with the library."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from expectations.custom import CUSTOM
from expectations.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from expectations.suite import Rule, Scalar, When

# A missing value has its own finding, so it does not also fail the rules about two or more columns.
_MISSING_IS_NOT_JUDGED = {"pair": "either_value_is_missing", "columns": "any_value_is_missing"}
# The library keeps a current project for the whole process; two runs at once have given wrong results without a word.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one rule: `rows` are the positions that failed, `crash` says why it could not run at all."""

    rule: int
    passed: bool
    checked: int = 0
    rows: tuple[int, ...] = ()
    observed: Any = None
    crash: str | None = None


def warm_up() -> None:
    """Import the library, which takes seconds, while there is something else to wait for."""
    import great_expectations  # noqa: F401


def run(frame: DataFrame, rules: Mapping[int, Rule]) -> tuple[Result, ...]:
    """The result of every rule, in the order of `rules`; never an exception on account of one of them."""
    with alone():
        results = {}
        expectations = []
        for index, rule in rules.items():
            try:
                expectations.append(expectation(index, rule))
            except (ValueError, TypeError) as error:
                results[index] = Result(index, passed=False, crash=_one_line(str(error)))
        if expectations:
            outcome = validate(context(), frame, expectations, details=_INDEXES)
            results |= {result.rule: result for result in map(_result, outcome.results)}
    return tuple(results[index] for index in rules)


_INDEXES = {
    "result_format": "COMPLETE",
    # What is wrong is looked up in our own frame, which knows what may be shown.
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}


def context(sites: Mapping[str, Any] | None = None) -> Any:
    """A new context in memory, without progress bars; `sites` are the Data Docs sites it can build."""
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        data_docs_sites=dict(sites or {}),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    return great_expectations.get_context(mode="ephemeral", project_config=config)


def validate(
    place: Any, frame: DataFrame, expectations: list[Any], *, details: Mapping[str, Any], name: str = "ledger"
) -> Any:
    """The library's own result of one run over `frame` in the context `place`."""
    import great_expectations

    asset = place.data_sources.add_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": frame})
    suite = great_expectations.ExpectationSuite(name=name, expectations=expectations)
    return batch.validate(suite, result_format=dict(details))


def expectation(index: int, rule: Rule) -> Any:
    """The library's object for a rule; ValueError or TypeError if it does not accept the arguments."""
    from great_expectations.expectations.registry import get_expectation_impl

    from expectations.custom import registered  # noqa: F401 - the library knows our types from now on

    word = vocabulary()[rule.expectation]
    arguments = {name: _instant(value) for name, value in rule.arguments.items()}
    if (default := _MISSING_IS_NOT_JUDGED.get(word.kind)) and rule.expectation not in CUSTOM:
        arguments.setdefault("ignore_row_if", default)
    if rule.conditions:
        arguments["row_condition"] = reduce(and_, (part for when in rule.conditions for part in _conditions(when)))
    return get_expectation_impl(rule.expectation)(**arguments, meta={"rule": index}, notes=f"{rule.code}: {rule.why}")


def _conditions(when: When) -> Iterable[Any]:
    from great_expectations.expectations.row_conditions import Column, ComparisonCondition, Operator

    column = Column(when.column)
    if when.op in ("is_null", "is_not_null"):
        yield getattr(column, when.op)()
        return
    if when.op in ("!=", "is_not_in"):
        # A missing value is not "other than", it is missing.
        yield column.is_not_null()
    if isinstance(when.value, tuple):
        yield getattr(column, when.op)([_literal(value) for value in when.value])
        return
    # Inside a query a date column never equals a text, though it can be smaller or greater than one.
    equal_dates = when.op == "==" and isinstance(when.value, date)
    for operator in ("<=", ">=") if equal_dates else (when.op,):
        yield ComparisonCondition(column=column, operator=Operator(operator), parameter=_literal(when.value))


def _literal(value: Scalar | None) -> Any:
    """A value as pandas reads it inside a query, where a date is its ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def _instant(value: Any) -> Any:
    """A date becomes the midnight that date columns are compared with."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - dates of ledgers have no time zone
    return value


def _result(item: Any) -> Result:
    index = item.expectation_config.meta["rule"]
    if crash := _crash(item.exception_info or {}):
        return Result(index, passed=False, crash=crash)
    result = item.result
    checked = int(result.get("element_count") or 0) - int(result.get("missing_count") or 0)
    rows = () if item.success else tuple(int(row) for row in result.get("unexpected_index_list") or ())
    return Result(index, passed=item.success, checked=checked, rows=rows, observed=result.get("observed_value"))


def _crash(info: Mapping[str, Any]) -> str | None:
    """The first reason why an expectation could not run; the library gives one, or one per metric."""
    parts = [info] if "raised_exception" in info else list(info.values())
    for part in parts:
        raised = part.get("raised_exception") if isinstance(part, Mapping) else getattr(part, "raised_exception", False)
        if raised:
            message = part["exception_message"] if isinstance(part, Mapping) else part.exception_message
            return _one_line(str(message))
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


@contextmanager
def alone() -> Iterator[None]:
    """The library to oneself; its warnings and log lines, which speak to nobody in particular, stay unsaid."""
    with _ONE_AT_A_TIME, _quiet(), _remembering():
        yield


@contextmanager
def _remembering() -> Iterator[None]:
    """While this lasts an expectation's configuration is made once.

    The library makes it anew each of some 150 times that it asks a rule for it in one run, a third of the run's time;
    our expectations do not change while they run.
    """
    from great_expectations.expectations.expectation import Expectation

    made: Any = Expectation.configuration
    # The expectation is kept beside its configuration, so that its identity is not given to another one.
    known: dict[int, tuple[Any, Any]] = {}

    def configuration(self: Any) -> Any:
        if id(self) not in known:
            known[id(self)] = (self, made.fget(self))
        return known[id(self)][1]

    Expectation.configuration = property(configuration)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Expectation.configuration = made  # type: ignore[method-assign]


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("great_expectations")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
