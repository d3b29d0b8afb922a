"""Personal numbers in texts that should tell none: telephones and identity cards. They are found and never repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from expectations.custom.faults import Fault
from warehouse.personal import masked, personal_kind

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_KINDS = {"identity": "身份证号", "phone": "手机号"}
# Arrow's own notation: eleven digits of any width, near each other.
_ALIKE = r"(?:\p{Nd}[^\p{Nd}]{0,2}){10}\p{Nd}"


def tells(text: str) -> str | None:
    """What kind of personal number the text holds."""
    kind = personal_kind(text)
    return _KINDS[kind] if kind else None


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
            Fault(name, {"kind": kind, "value": masked(text)})
            for name, text in zip(names, texts, strict=True)
            if isinstance(text, str) and (kind := tells(text))
        )


def mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """No column at all."""
    if not arguments.get("column_list"):
        yield "column_list needs one column or more"
