"""One row, one matter: a text that says several things were done is found, so that the row is split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.custom.faults import Fault

if TYPE_CHECKING:
    from pandas import DataFrame, Series

# What one row of a ledger is one of; 条 and 个 count too many other things to be asked unsaid.
MEASURES = ("份", "件", "起", "场", "次", "宗", "批")
_NUMBER = r"\d+|[一二两三四五六七八九十百千]+"
# 第3次 is one of many, 一式三份 one text in three copies, and 自7月15日起 begins on a day.
_ORDINAL = rf"第\s*(?:{_NUMBER})(?:\s*[-—–~～至到、和,，]\s*第?(?:{_NUMBER}))*"
_COPIES = rf"(?:一式|各执|各持)\s*(?:{_NUMBER})"
_DATE = r"\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2})?|\d{1,2}\s*[·:：]\s*\d{1,2}|[自从]\s*\d[-\d\s/.·:：年月日]*"


@cache
def _counts(measures: Sequence[str]) -> re.Pattern[str]:
    """What is passed over, or a number that is not part of a longer one, with a measure word."""
    words = "|".join(sorted(map(re.escape, measures), key=len, reverse=True))
    number = rf"(?<![\d.．/〔\[（(一二两三四五六七八九十百千])(?P<number>{_NUMBER})\s*"
    return re.compile(rf"{_ORDINAL}|{_COPIES}|{_DATE}|{number}(?:{words})(?!诉)")


def several(text: str, measures: Sequence[str] = MEASURES) -> str | None:
    """The first words of `text` that state more than one of something, such as 4份; None if it states one at most."""
    for found in _counts(tuple(measures)).finditer(text):
        if found["number"] is not None and _more_than_one(found["number"]):
            return found[0]
    return None


def _more_than_one(number: str) -> bool:
    return int(number) > 1 if number.isdecimal() else number != "一"


def fails(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether the text of each row states several."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = frame[arguments["column"]]
    measures = tuple(arguments.get("measures") or MEASURES)
    # Arrow passes over what cannot state several; of the others each distinct text is looked at once.
    pattern = rf"(?:{_NUMBER})\s*(?:{'|'.join(map(re.escape, measures))})"
    may = pc.match_substring_regex(pa.array(texts, type=pa.large_string(), from_pandas=True), pattern)
    candidates = texts[may.fill_null(fill_value=False).to_numpy(zero_copy_only=False)].unique()
    states: Series[bool] = texts.isin([text for text in candidates if several(str(text), measures)])
    return states


def explain(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row the words that state several."""
    measures = tuple(arguments.get("measures") or MEASURES)
    for text in frame[arguments["column"]].tolist():
        yield (Fault(arguments["column"], {"stated": several(str(text), measures)}),)


def mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """Measure words that are none."""
    measures = arguments.get("measures")
    words = isinstance(measures, (list, tuple)) and all(isinstance(word, str) and word for word in measures)
    if measures is not None and not (words and measures):
        yield "measures is a list of measure words such as [份, 件]"
