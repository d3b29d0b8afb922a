"""The columns that the rules look at, in dtypes that are judged rightly and fast, and the helper columns derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from expectations.suite import Derived, Suite

LIST_SEPARATOR = "、"


@dataclass(frozen=True)
class Prepared:
    """The columns that the rules of a suite look at, and why a helper column could not be made, by its name."""

    frame: DataFrame
    troubles: Mapping[str, str]


def prepare(frame: DataFrame, suite: Suite) -> Prepared:
    """A copy of what the suite needs of `frame`, its rows numbered from 0."""
    import pandas as pd

    needed = dict.fromkeys(name for rule in suite.rules for name in rule.mentioned)
    columns: dict[str, Series[Any]] = {}
    troubles: dict[str, str] = {}
    for name in needed:
        if name not in suite.derive:
            if name in frame:
                columns[name] = plain(frame[name])
            continue
        try:
            columns[name] = derive(frame, suite.derive[name])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            troubles[name] = f"the helper column '{name}' cannot be made: {type(error).__name__}: {error}"
    judged = pd.DataFrame(columns)
    return Prepared(judged.reset_index(drop=True) if columns else pd.DataFrame(index=range(len(frame))), troubles)


def plain(column: Series[Any]) -> Series[Any]:
    """The same values as the library compares them best; missing stays missing.

    Decimals and nullable integers become floats: the library compares those at once, others value by value. Rounding
    to the nearest float keeps the order, so a bound is judged rightly for all amounts below a hundred thousand million.
    Lists become text, for lists cannot be hashed.
    """
    import pandas as pd

    kind = column.dtype
    if isinstance(kind, pd.BooleanDtype):
        return column.astype("object").where(column.notna(), None)
    if pd.api.types.is_bool_dtype(kind):
        return column
    if pd.api.types.is_numeric_dtype(kind):
        return column.astype("float64")
    if pd.api.types.is_object_dtype(kind):
        return column.map(_as_text)
    return column


def derive(frame: DataFrame, how: Derived) -> Series[Any]:
    """The helper column that `how` describes."""
    import pandas as pd

    column = frame[how.column]
    if how.days_since is not None:
        days: Series[Any] = (column - frame[how.days_since]).dt.days
        return days.astype("float64")
    if how.take is not None:
        years: Series[Any] = column.dt.year
        return years.astype("float64")
    if how.number_in is not None:
        return pd.to_numeric(column.str.extract(how.number_in)[0]).astype("float64")
    if how.contains is not None:
        return column.map(lambda value: _says_something(value) and how.contains in value).astype("bool")
    allowed = frozenset(how.beyond or ())
    return column.map(lambda value: isinstance(value, list) and not allowed.issuperset(value)).astype("bool")


def _says_something(value: Any) -> bool:
    return isinstance(value, (str, list))


def _as_text(value: Any) -> Any:
    return LIST_SEPARATOR.join(value) if isinstance(value, list) else value
