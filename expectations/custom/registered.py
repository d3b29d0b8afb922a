"""The expectation types of ours as classes of Great Expectations; importing this module registers them."""

from __future__ import annotations

from itertools import combinations
from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

from expectations.custom import CUSTOM
from expectations.vocabulary import COLUMN_ARGUMENTS

_DOMAIN = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")


class OurExpectation(MulticolumnMapExpectation):
    """Base of ours: whichever arguments name columns, the library sees one list of columns; blanks are ours to skip."""

    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"

    @pydantic.root_validator(pre=True)
    def _list_columns(cls, values: dict[str, Any]) -> dict[str, Any]:  # noqa: N805 - the library's pydantic wants it so
        others = [values.get(argument) for argument in COLUMN_ARGUMENTS if argument != "column_list"]
        named = list(
            dict.fromkeys([*(values.get("column_list") or ()), *(name for name in others if name is not None)])
        )
        # The library asks for two columns at least, and one is enough for some of ours.
        return {**values, "column_list": named if len(named) > 1 else named * 2}


class ExpectDatesInOrder(OurExpectation):
    """The dates of a row are in the order of `column_list`; blanks are skipped."""

    map_metric: ClassVar[str] = "yishu.dates_in_order"


class ExpectWorkingDaysBetween(OurExpectation):
    """No more than `max_value` working days pass after `column_A` up to and including `column_B`."""

    column_A: str  # noqa: N815 - the library's own spelling
    column_B: str  # noqa: N815
    max_value: int
    map_metric: ClassVar[str] = "yishu.working_days_between"
    success_keys: ClassVar[tuple[str, ...]] = ("column_A", "column_B", "max_value", "mostly")


class ExpectWithinLegalLimit(OurExpectation):
    """The amount in `column` is within the `limit` that held for the party on the date."""

    column: str
    limit: str
    party_column: str
    date_column: str
    map_metric: ClassVar[str] = "yishu.within_legal_limit"
    success_keys: ClassVar[tuple[str, ...]] = ("column", "limit", "party_column", "date_column", "mostly")


class ExpectValuesToFollowGrammar(OurExpectation):
    """The code in `column` is written as the `grammar` says, and states the year of the date in `year_column`."""

    column: str
    grammar: str
    year_column: str | None = None
    map_metric: ClassVar[str] = "yishu.values_follow_grammar"
    success_keys: ClassVar[tuple[str, ...]] = ("column", "grammar", "year_column", "mostly")


class ExpectValuesToStateOne(OurExpectation):
    """The text in `column` states one of something at most, counted in any of `measures`."""

    column: str
    measures: list[str] | None = None
    map_metric: ClassVar[str] = "yishu.values_state_one"
    success_keys: ClassVar[tuple[str, ...]] = ("column", "measures", "mostly")


class ExpectDatesNotAfter(OurExpectation):
    """No date of `column_list` is later than the day in `date_column`; blanks are skipped."""

    date_column: str
    map_metric: ClassVar[str] = "yishu.dates_not_after"
    success_keys: ClassVar[tuple[str, ...]] = ("date_column", "mostly")


class ExpectCategoriesToVary(OurExpectation):
    """The rows of each group, `least` or more, do not all say the same in `column`."""

    column: str
    group_column: str
    least: int
    map_metric: ClassVar[str] = "yishu.categories_vary"
    success_keys: ClassVar[tuple[str, ...]] = ("column", "group_column", "least", "mostly")


class ExpectCategoryShareToBeBelow(OurExpectation):
    """No more than the share `most` of the rows of each group, `least` or more, say one of `values` in `column`."""

    column: str
    group_column: str
    values: list[str]
    most: float
    least: int
    map_metric: ClassVar[str] = "yishu.category_share_below"
    success_keys: ClassVar[tuple[str, ...]] = ("column", "group_column", "values", "most", "least", "mostly")


class ExpectTextsWithoutPersonalNumbers(OurExpectation):
    """The texts of `column_list` hold no telephone and no identity card number."""

    map_metric: ClassVar[str] = "yishu.texts_without_personal_numbers"


_OF_A_LIST = (ExpectDatesInOrder, ExpectDatesNotAfter, ExpectTextsWithoutPersonalNumbers)


class DifferInRow(MulticolumnMapMetricProvider):
    """Takes the place of the library's own metric, which counts the values of each row by itself."""

    condition_metric_name = "select_column_values.unique.within_record"
    condition_domain_keys = _DOMAIN

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls: Any, column_list: Any, **_: Any) -> Any:  # noqa: N805
        import pandas as pd

        same = pd.Series(data=False, index=column_list.index)
        for one, other in combinations(range(column_list.shape[1]), 2):
            first, second = column_list.iloc[:, one], column_list.iloc[:, other]
            same |= (first == second).fillna(value=False).astype(bool) | (first.isna() & second.isna())
        return ~same


def unsaid(expectation: type[Any]) -> frozenset[str]:
    """The arguments of one of our types that a suite does not say, because the type itself does; else nothing."""
    if not issubclass(expectation, OurExpectation):
        return frozenset()
    listed = () if expectation in _OF_A_LIST else ("column_list",)
    return frozenset(("ignore_row_if", "mostly", *listed))


def _metric(expectation: type[Any], name: str) -> type[Any]:
    """A metric of the library that asks our function; the class itself registers it."""

    def _pandas(cls: Any, column_list: Any, **arguments: Any) -> Any:  # noqa: ARG001
        frame = column_list.loc[:, ~column_list.columns.duplicated()]
        return ~CUSTOM[name].fails(frame, {"column_list": list(frame.columns), **arguments})

    return type(
        f"{expectation.__name__}Metric",
        (MulticolumnMapMetricProvider,),
        {
            "condition_metric_name": expectation.map_metric,
            "condition_domain_keys": _DOMAIN,
            "condition_value_keys": tuple(key for key in expectation.success_keys if key != "mostly"),
            "_pandas": multicolumn_condition_partial(engine=PandasExecutionEngine)(_pandas),
        },
    )


METRICS = tuple(
    _metric(expectation, name)
    for expectation, name in (
        (ExpectDatesInOrder, "expect_dates_in_order"),
        (ExpectWorkingDaysBetween, "expect_working_days_between"),
        (ExpectWithinLegalLimit, "expect_within_legal_limit"),
        (ExpectValuesToFollowGrammar, "expect_values_to_follow_grammar"),
        (ExpectValuesToStateOne, "expect_values_to_state_one"),
        (ExpectDatesNotAfter, "expect_dates_not_after"),
        (ExpectCategoriesToVary, "expect_categories_to_vary"),
        (ExpectCategoryShareToBeBelow, "expect_category_share_to_be_below"),
        (ExpectTextsWithoutPersonalNumbers, "expect_texts_without_personal_numbers"),
    )
)
