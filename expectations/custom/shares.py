"""Categories of one submission against each other: all of one kind, or too many of 其他."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from expectations.custom.faults import Fault

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def all_same(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether a row is the first of a submission whose rows, `least` or more of them, all say the same."""
    said = frame[frame[arguments["column"]].notna()]
    groups = said.groupby(arguments["group_column"], sort=False)[arguments["column"]]
    alike = (groups.transform("nunique") == 1) & (groups.transform("size") >= arguments["least"])
    return _first_of_each(frame, said[alike], arguments)


def too_many(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether a row is the first with one of `values`, where these are more than `most` of a submission's rows."""
    said = frame[frame[arguments["column"]].notna()]
    named = said[arguments["column"]].isin(arguments["values"])
    groups = named.groupby(said[arguments["group_column"]], sort=False)
    over = (groups.transform("mean") > arguments["most"]) & (groups.transform("size") >= arguments["least"])
    return _first_of_each(frame, said[over & named], arguments)


def _first_of_each(frame: DataFrame, rows: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """One row a submission stands for all of them."""
    import pandas as pd

    first = rows.index[~rows[arguments["group_column"]].duplicated()]
    return pd.Series(frame.index.isin(first), index=frame.index)


def name_category(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row the category that is said too often."""
    for value in frame[arguments["column"]].tolist():
        most = arguments.get("most")
        percent = {} if most is None else {"percent": round(most * 100)}
        yield (Fault(arguments["column"], {"value": value, "least": arguments["least"], **percent}),)


def same_mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """A number of rows that is none."""
    least = arguments.get("least")
    if not isinstance(least, int) or isinstance(least, bool) or least < 2:
        yield f"least is a number of rows from 2 on, not {least!r}"


def share_mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """The same, and a share that is none."""
    yield from same_mistakes(arguments)
    most, values = arguments.get("most"), arguments.get("values")
    if not isinstance(most, (int, float)) or not 0 <= most < 1:
        yield f"most is a share such as 0.3, not {most!r}"
    if not isinstance(values, (list, tuple)) or not values:
        yield "values is a list of categories such as [其他]"
