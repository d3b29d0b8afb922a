"""Personal numbers in texts that should tell none: telephones and identity cards. They are found and never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from expectations.custom.faults import Fault

if TYPE_CHECKING:
    from pandas import DataFrame, Series

HIDDEN = "（个人信息，不予显示）"
_PERSONAL = re.compile(r"(?<![\dA-Za-z])(?:(?P<identity>\d{17}[\dXx])|(?P<phone>1[3-9]\d{9}))(?![\dA-Za-z])")
_ALIKE = r"\d{17}[\dXx]|1[3-9]\d{9}"


def presentable(text: str) -> str:
    """The text without what looks like an identity card or a telephone."""
    return _PERSONAL.sub(HIDDEN, text)


def tells(text: str) -> str | None:
    """What kind of personal number the text holds."""
    found = _PERSONAL.search(text)
    if found is None:
        return None
    return "身份证号" if found["identity"] else "手机号"


def fails(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether any text of a row holds a personal number."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    wrong = pd.Series(data=False, index=frame.index)
    for name in arguments["column_list"]:
        # Arrow passes over what cannot hold one; of the others each distinct text is looked at once.
        may = pc.match_substring_regex(pa.array(frame[name], type=pa.large_string(), from_pandas=True), _ALIKE)
        candidates = frame[name][may.fill_null(fill_value=False).to_numpy(zero_copy_only=False)].unique()
        wrong |= frame[name].isin([text for text in candidates if tells(str(text))])
    return wrong


def explain(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row the columns that tell, what kind of number, and the text without it."""
    names = list(arguments["column_list"])
    for texts in frame[names].itertuples(index=False, name=None):
        yield tuple(
            Fault(name, {"kind": kind, "value": presentable(text)})
            for name, text in zip(names, texts, strict=True)
            if isinstance(text, str) and (kind := tells(text))
        )


def mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """No column at all."""
    if not arguments.get("column_list"):
        yield "column_list needs one column or more"
