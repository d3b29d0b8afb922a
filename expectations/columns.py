"""The columns that the rules look at, in dtypes that are judged rightly and fast, and the helper columns derived."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from expectations.suite import Derived, Suite

LIST_SEPARATOR = "、"
# It stands in no cell, so it cannot make one text of two different lists.
_INSIDE = "\x1f"
# Whole numbers below this are floats exactly.
_EXACT = 2**53


# Of each column that was looked at value by value, a number for each value, the same for the same.
Codes = dict[Any, Any]


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
    known: Codes = {}
    for name in needed:
        if name not in suite.derive:
            if name in frame:
                columns[name] = numbered(frame[name]) if name == "_submission" else plain(frame[name], known)
            continue
        try:
            columns[name] = derive(frame, suite.derive[name], known)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            troubles[name] = f"the helper column '{name}' cannot be made: {type(error).__name__}: {error}"
    judged = pd.DataFrame(columns)
    return Prepared(judged.reset_index(drop=True) if columns else pd.DataFrame(index=range(len(frame))), troubles)


def plain(column: Series[Any], known: Codes) -> Series[Any]:
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
        return _as_floats(column)
    if pd.api.types.is_object_dtype(kind):
        return _distinct(column, _as_text, known).astype("str")
    return column


def numbered(column: Series[Any]) -> Series[Any]:
    """The same texts as numbers, the same number for the same text: equal is all that is ever asked of them."""
    import pandas as pd

    codes, _ = pd.factorize(column)
    return pd.Series(codes, index=column.index)


def derive(frame: DataFrame, how: Derived, known: Codes) -> Series[Any]:
    """The helper column that `how` describes."""
    column = frame[how.column]
    if how.days_since is not None:
        days: Series[Any] = (column - frame[how.days_since]).dt.days
        return days.astype("float64")
    if how.take is not None:
        years: Series[Any] = column.dt.year
        return years.astype("float64")
    if how.number_in is not None:
        return _number_in(column, how.number_in)
    if how.contains is not None:
        said = how.contains
        return _distinct(column, lambda value: _says_something(value) and said in value, known).astype("bool")
    allowed = frozenset(how.beyond or ())
    beyond = _distinct(column, lambda value: isinstance(value, list) and not allowed.issuperset(value), known)
    return beyond.astype("bool")


def _number_in(column: Series[Any], pattern: str) -> Series[Any]:
    """The number that the first group of the pattern finds in each text; missing where it finds nothing."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    # Arrow finds them ten times faster than pandas, but wants groups to have names, and does not know every pattern.
    named = re.sub(r"(?<!\\)\((?!\?)", "(?P<number>", pattern, count=1)
    try:
        found = pc.struct_field(pc.extract_regex(pa.array(column, type=pa.large_string()), named), "number")
        numbers = found.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowKeyError, pa.ArrowNotImplementedError):
        return pd.to_numeric(column.str.extract(pattern)[0]).astype("float64")
    return pd.Series(numbers, index=column.index)


def _distinct(column: Series[Any], answer: Callable[[Any], Any], known: Codes) -> Series[Any]:
    """`answer` of every value of a column of texts or lists, asked once for each that differs."""
    import numpy as np
    import pandas as pd

    codes = known[column.name] if column.name in known else known.setdefault(column.name, _codes(column))
    if not len(codes):
        return pd.Series([], index=column.index, dtype=object)
    first = np.zeros(codes.max() + 1, dtype="int64")
    # Written backwards, so that the first of equal values is what stays.
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    answers = np.empty(len(first), dtype=object)
    answers[:] = [answer(value) for value in column.iloc[first].tolist()]
    return pd.Series(answers[codes], index=column.index)


def _codes(column: Series[Any]) -> NDArray[Any]:
    """A number from 0 for each value, the same for the same; missing ones have one too."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pd.api.types.is_object_dtype(column.dtype):
        codes, _ = pd.factorize(column, use_na_sentinel=False)
        return codes
    try:
        lists = pa.array(column, type=pa.list_(pa.string()), from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A column of something else than lists; its values are told apart one by one.
        codes, _ = pd.factorize(column.map(repr))
        return codes
    # An empty list, a list of one empty text and nothing at all are three things.
    lengths = pc.list_value_length(lists).cast(pa.string())
    joined = pc.binary_join_element_wise(lengths, pc.binary_join(lists, _INSIDE), ":")
    indices: NDArray[Any] = joined.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
    return indices


def _as_floats(column: Series[Any]) -> Series[Any]:
    """The nearest floats. Arrow's own cast of decimals is off by one step in every eighth amount."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    kind = column.dtype
    if not isinstance(kind, pd.ArrowDtype) or not pa.types.is_decimal128(kind.pyarrow_dtype):
        return column.astype("float64")
    values = pa.array(column)
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    words = np.frombuffer(values.buffers()[1], dtype="int64").reshape(-1, 2)[values.offset :][: len(values)]
    low, high = words[:, 0], words[:, 1]
    present = column.notna().to_numpy()
    if (present & ((high != low >> 63) | (np.abs(low) > _EXACT))).any():
        return column.map(float, na_action="ignore").astype("float64")
    floats = low / float(10**kind.pyarrow_dtype.scale)
    return pd.Series(np.where(present, floats, np.nan), index=column.index)


def _says_something(value: Any) -> bool:
    return isinstance(value, (str, list))


def _as_text(value: Any) -> Any:
    return LIST_SEPARATOR.join(value) if isinstance(value, list) else value
