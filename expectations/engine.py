"""One run of Great Expectations over one frame: the only module that speaks with the library."""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from expectations.conditions import Conditions, instant
from expectations.custom import CUSTOM
from expectations.library import great_expectations
from expectations.vocabulary import vocabulary
from warehouse.personal import without_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from expectations.suite import Rule, Scalar, When

# A missing value has its own finding, so it does not also fail the rules about two or more columns.
_COMPLETE = {"pair": "either_value_is_missing", "columns": "any_value_is_missing"}
# From so many rows on, copying columns that a rule does not look at takes longer than starting the library once more.
_MANY = 20_000
# The class of an error at the beginning of a traceback's line.
_CLASS = re.compile(r"^(?:\w+\.)*(\w*(?:Error|Exception))(?=: |$)", re.MULTILINE | re.ASCII)
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
    great_expectations()


def run(frame: DataFrame, rules: Mapping[int, Rule]) -> tuple[Result, ...]:
    """The result of every rule, in the order of `rules`; never an exception on account of one of them.

    Rules that look at the same columns of the same rows are run together, over these columns and rows alone: the
    library copies all that it is given several times for each rule.
    """
    results: dict[int, Result] = {}
    with alone():
        conditions = Conditions(frame)
        place = rows_of(context(), "ledger")
        for together in _together(frame, rules):
            try:
                looked_at = _looked_at(frame, conditions, rules[together[0]])
            except (KeyError, TypeError, ValueError) as error:
                crash = f"its conditions cannot be asked: {without_values(error, frozenset(map(str, frame)))}"
                results |= {index: Result(index, passed=False, crash=crash) for index in together}
                continue
            results |= _judged(place, looked_at, {index: rules[index] for index in together})
    return tuple(results[index] for index in rules)


def _together(frame: DataFrame, rules: Mapping[int, Rule]) -> Iterable[list[int]]:
    """The rules by their positions, in groups that look at the same rows; where rows are many, at the same columns."""
    groups: dict[Any, list[int]] = {}
    for index, rule in rules.items():
        columns = frozenset(rule.columns) if len(frame) > _MANY or _completed(rule) else None
        groups.setdefault((rule.conditions, columns, _completed(rule)), []).append(index)
    return groups.values()


def _looked_at(frame: DataFrame, conditions: Conditions, rule: Rule) -> DataFrame:
    """The rows that meet the rule's conditions, and what of them it looks at; their index says where they stand."""
    met = conditions.met(rule.conditions)
    names = [name for name in frame if name in rule.columns] if len(frame) > _MANY or _completed(rule) else list(frame)
    if _completed(rule) and set(rule.columns) <= set(frame):
        complete = conditions.complete(rule.columns)
        met = complete if met is None else met if complete is None else met & complete
    return frame[names] if met is None or met.all() else frame.loc[met, names]


def _completed(rule: Rule) -> bool:
    """Whether the rule is asked only of rows that have all its values, as is usual for pairs and groups of columns."""
    kind = vocabulary()[rule.expectation].kind
    return kind in _COMPLETE and rule.expectation not in CUSTOM and "ignore_row_if" not in rule.arguments


def _judged(place: Any, frame: DataFrame, rules: Mapping[int, Rule]) -> Mapping[int, Result]:
    """The results of rules that look at all rows of `frame`."""
    results = {}
    expectations = []
    for index, rule in rules.items():
        try:
            expectations.append(expectation(index, rule, conditioned=False))
        except (ValueError, TypeError) as error:
            results[index] = Result(index, passed=False, crash=without_values(error, rule.columns))
    if expectations:
        outcome = validate(place, frame, expectations, details=_INDEXES)
        results |= {result.rule: result for result in (_result(item, rules) for item in outcome.results)}
    return results


_INDEXES = {
    "result_format": "COMPLETE",
    # What is wrong is looked up in our own frame, which knows what may be shown.
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}


def context(sites: Mapping[str, Any] | None = None) -> Any:
    """A new context in memory, without progress bars; `sites` are the Data Docs sites it can build."""
    library = great_expectations()
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
    return library.get_context(mode="ephemeral", project_config=config)


def rows_of(place: Any, name: str) -> Any:
    """Where the context `place` takes rows from; making it is slow, for the library writes its whole configuration."""
    return place.data_sources.add_pandas(name).add_dataframe_asset(name).add_batch_definition_whole_dataframe("rows")


def validate(place: Any, frame: DataFrame, expectations: list[Any], *, details: Mapping[str, Any]) -> Any:
    """The library's own result of one run over `frame`; `place` is what `rows_of` gave."""
    suite = great_expectations().ExpectationSuite(name="rules", expectations=expectations)
    return place.get_batch({"dataframe": frame}).validate(suite, result_format=dict(details))


def expectation(index: int, rule: Rule, *, conditioned: bool = True) -> Any:
    """The library's object for a rule; ValueError or TypeError if it does not accept the arguments.

    `conditioned`: whether it is the library that picks the rows that meet the rule's conditions.
    """
    from great_expectations.expectations.registry import get_expectation_impl

    from expectations.custom import registered  # noqa: F401 - the library knows our types from now on

    arguments = {name: instant(value) for name, value in rule.arguments.items()}
    if _completed(rule):
        arguments["ignore_row_if"] = _COMPLETE[vocabulary()[rule.expectation].kind]
    if rule.conditions and conditioned:
        arguments["row_condition"] = reduce(and_, (part for when in rule.conditions for part in _parts(when)))
    return get_expectation_impl(rule.expectation)(**arguments, meta={"rule": index}, notes=f"{rule.code}: {rule.why}")


def _parts(when: When) -> Iterable[Any]:
    """A condition as the library writes it."""
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


def _result(item: Any, rules: Mapping[int, Rule]) -> Result:
    index = item.expectation_config.meta["rule"]
    if crash := _crash(item.exception_info or {}):
        return Result(index, passed=False, crash=without_values(crash, rules[index].columns))
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
            trace = part.get("exception_traceback") if isinstance(part, Mapping) else part.exception_traceback
            return ": ".join((*_CLASS.findall(str(trace))[-1:], str(message)))
    return None


@contextmanager
def alone() -> Iterator[None]:
    """The library to oneself; its warnings and log lines, which speak to nobody in particular, stay unsaid."""
    great_expectations()
    with _ONE_AT_A_TIME, _quiet(), _remembering(), _without_fingerprints():
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
def _without_fingerprints() -> Iterator[None]:
    """While this lasts the library does not hash every value of a frame, twice a run, for a mark that we never read."""
    from great_expectations.execution_engine import pandas_execution_engine as frames

    made = frames.hash_pandas_dataframe
    frames.hash_pandas_dataframe = lambda _: ""
    try:
        yield
    finally:
        frames.hash_pandas_dataframe = made


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
