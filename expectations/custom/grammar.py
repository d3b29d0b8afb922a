"""How codes and numbers are written: grammars as data, with check digits, and what is wrong with one in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from expectations.custom.digits import CHECKS
from expectations.custom.faults import Fault, nearest
from warehouse.declarations import parse, parse_yaml

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

PATH = Path(__file__).parents[1] / "grammars.yml"


class Flaw(BaseModel):
    """A way in which people write it wrongly, and what to say of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    like: str
    says: str


class Grammar(BaseModel):
    """How one kind of code is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    form: str
    flaws: tuple[Flaw, ...] = ()
    otherwise: str
    check: str | None = None
    check_differs: str | None = None
    year_differs: str | None = None
    personal: bool = False

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for pattern in (self.form, *(flaw.like for flaw in self.flaws)):
            try:
                re.compile(pattern, re.ASCII)
            except re.error as error:
                raise ValueError(f"'{pattern}' is not a regular expression: {error}") from error
        if self.check is not None and self.check not in CHECKS:
            raise ValueError(f"there is no check '{self.check}'; known: {', '.join(CHECKS)}")
        if (self.check is None) != (self.check_differs is None):
            raise ValueError("`check` and `check_differs`, the words for a wrong check digit, are said together")
        if self.has_year != (self.year_differs is not None):
            raise ValueError("a (?P<year>…) in the form and `year_differs`, the words for a wrong year, go together")
        return self

    @property
    def has_year(self) -> bool:
        """Whether a year can be read from a code."""
        return "year" in re.compile(self.form).groupindex

    def wrong(self, code: str) -> str | None:
        """What is wrong with `code`, in words; None if it is written well."""
        if re.fullmatch(self.form, code, re.ASCII) is None:
            return next((flaw.says for flaw in self.flaws if re.fullmatch(flaw.like, code, re.ASCII)), self.otherwise)
        return self.check_differs if self.check is not None and not CHECKS[self.check](code) else None

    def year(self, code: str) -> int | None:
        """The year that `code` states, None where it is not written well or states none."""
        found = re.fullmatch(self.form, code, re.ASCII) if self.has_year else None
        return int(found["year"]) if found else None


@cache
def grammars() -> Mapping[str, Grammar]:
    """Every grammar by its name in `grammars.yml`."""
    said = parse_yaml(PATH.read_text(encoding="utf-8"), PATH)
    return {name: parse(Grammar, grammar, PATH) for name, grammar in said.items()}


def fails(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether the code of each row is written wrongly, or of another year than the date beside it."""
    import pandas as pd

    grammar = grammars()[arguments["grammar"]]
    codes = frame[arguments["column"]]
    good, years = _read(codes, grammar)
    wrong = pd.Series(~good & codes.notna().to_numpy(), index=codes.index)
    if (by := arguments.get("year_column")) is not None:
        dated = frame[by].dt.year.astype("float64")
        wrong |= good & ~pd.isna(years) & dated.notna() & (years != dated)
    return wrong


def _read(codes: Series[Any], grammar: Grammar) -> tuple[NDArray[Any], NDArray[Any]]:
    """For each code whether it is written well, and the year that it states, missing where it states none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(codes, type=pa.large_string(), from_pandas=True)
    pattern = f"^(?:{grammar.form})$"
    matched = pc.match_substring_regex(texts, pattern).fill_null(fill_value=False)
    good: NDArray[Any] = matched.to_numpy(zero_copy_only=False)
    if grammar.check is not None:
        # Each distinct code is computed once.
        checked = {code: CHECKS[grammar.check](code) for code in codes[good].unique()}
        good = good.copy()
        good[good] = codes[good].map(checked).to_numpy(dtype=bool)
    if not grammar.has_year:
        return good, np.full(len(codes), np.nan)
    years = pc.struct_field(pc.extract_regex(texts, pattern), "year").cast(pa.float64())
    return good, years.to_numpy(zero_copy_only=False)


def explain(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row what is wrong in words, never the code itself where it is personal."""
    grammar = grammars()[arguments["grammar"]]
    hidden = {"value": None, arguments["column"]: None} if grammar.personal else {}
    for code in frame[arguments["column"]].tolist():
        wrong = grammar.wrong(str(code)) or grammar.year_differs
        yield (Fault(arguments["column"], {"wrong": wrong, "grammar": grammar.name, **hidden}),)


def is_personal(arguments: Mapping[str, Any]) -> bool:
    """Whether the codes are personal, so that none is shown."""
    return grammars()[arguments["grammar"]].personal


def mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """A grammar that does not exist, or a year asked of one that states none."""
    if "grammar" in arguments:
        yield from nearest("grammar", arguments["grammar"], grammars())
    grammar = grammars().get(arguments.get("grammar", ""))
    if grammar is not None and arguments.get("year_column") is not None and not grammar.has_year:
        yield f"the grammar '{arguments['grammar']}' states no year, so year_column has nothing to be compared with"
