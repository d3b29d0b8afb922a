"""Expectation types of our own, where Great Expectations has none: what each asks, and what it says of a row.

Everything here is plain functions over the columns of a rule; `registered.py` alone makes types of the library of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations import workdays
from expectations.custom import dates, grammar, limits, plurality, shares, texts
from expectations.custom.faults import Fault
from warehouse.model import digest

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["CUSTOM", "Custom", "Fault", "law_digest"]


@dataclass(frozen=True, slots=True)
class Custom:
    """One expectation type of ours.

    `fails` says for each row whether it fails; `explain` gives for each of failing rows what is wrong with it, one
    fault or more; `mistakes` are those of a rule's arguments. A fault stands at the column that `at` names, an argument
    of the rule. `data` is the file that it judges by; `hides` says whether its values are personal whatever the column.
    """

    fails: Callable[[DataFrame, Mapping[str, Any]], Series[bool]]
    explain: Callable[[DataFrame, Mapping[str, Any]], Iterator[tuple[Fault, ...]]]
    mistakes: Callable[[Mapping[str, Any]], Iterable[str]]
    at: str = "column"
    data: Path | None = None
    hides: Callable[[Mapping[str, Any]], bool] = field(default=lambda _: False)


CUSTOM: Mapping[str, Custom] = {
    "expect_dates_in_order": Custom(dates.out_of_order, dates.name_disorder, dates.order_mistakes, at="column_list"),
    "expect_working_days_between": Custom(
        dates.too_many_days, dates.name_days, dates.days_mistakes, at="column_B", data=workdays.PATH
    ),
    "expect_within_legal_limit": Custom(limits.fails, limits.explain, limits.mistakes, data=limits.PATH),
    "expect_values_to_follow_grammar": Custom(
        grammar.fails, grammar.explain, grammar.mistakes, data=grammar.PATH, hides=grammar.is_personal
    ),
    "expect_values_to_state_one": Custom(plurality.fails, plurality.explain, plurality.mistakes),
    "expect_dates_not_after": Custom(dates.after_day, dates.name_later, dates.after_mistakes, at="column_list"),
    "expect_categories_to_vary": Custom(shares.all_same, shares.name_category, shares.same_mistakes),
    "expect_category_share_to_be_below": Custom(shares.too_many, shares.name_category, shares.share_mistakes),
    "expect_texts_without_personal_numbers": Custom(texts.fails, texts.explain, texts.mistakes, at="column_list"),
}


def law_digest(types: Iterable[str]) -> str:
    """A digest of the limits, grammars and holidays that these expectation types judge by; empty if there are none."""
    files = sorted({CUSTOM[name].data for name in types if name in CUSTOM} - {None}, key=str)
    return digest(*(path.read_text(encoding="utf-8") for path in files if path)) if files else ""
