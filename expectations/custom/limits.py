"""Limits of law as data: what may not be exceeded, by whom, from which day, by which article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from expectations.custom.faults import Fault, nearest
from warehouse.declarations import parse, parse_yaml

if TYPE_CHECKING:
    from pandas import DataFrame, Series

PATH = Path(__file__).parents[1] / "limits.yml"


class Step(BaseModel):
    """What holds from one day on: the greatest amount by the type of the party, and the article that says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date
    article: str
    at_most: Mapping[str, Decimal] = Field(min_length=1)


class Limit(BaseModel):
    """One limit through its steps, the oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    unit: str
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        days = [step.since for step in self.steps]
        if days != sorted(set(days)):
            raise ValueError("the steps of a limit are written from the oldest to the newest, each day once")
        return self

    def on(self, day: date) -> Step | None:
        """The step that holds on `day`; None before the first."""
        return next((step for step in reversed(self.steps) if step.since <= day), None)


@cache
def limits() -> Mapping[str, Limit]:
    """Every limit by its name in `limits.yml`."""
    said = parse_yaml(PATH.read_text(encoding="utf-8"), PATH)
    return {name: parse(Limit, limit, PATH) for name, limit in said.items()}


def fails(frame: DataFrame, arguments: Mapping[str, Any]) -> Series[bool]:
    """Whether the amount of each row exceeds what its party could be asked for on its day."""
    import pandas as pd

    amount, party, day = (frame[arguments[name]] for name in ("column", "party_column", "date_column"))
    over = pd.Series(data=False, index=frame.index)
    steps = limits()[arguments["limit"]].steps
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        inside = day >= pd.Timestamp(step.since)
        if following is not None:
            inside &= day < pd.Timestamp(following.since)
        for who, most in step.at_most.items():
            over |= inside & (party == who).fillna(value=False) & (amount > float(most))
    return over


def explain(frame: DataFrame, arguments: Mapping[str, Any]) -> Iterator[tuple[Fault, ...]]:
    """For each failing row the bound that it broke and the article."""
    limit = limits()[arguments["limit"]]
    parties, days = (frame[arguments[name]].tolist() for name in ("party_column", "date_column"))
    for party, day in zip(parties, days, strict=True):
        step = limit.on(day.date())
        if step is None:
            raise ValueError(f"the limit '{arguments['limit']}' was broken on {day}, when it did not hold")
        facts = {"max_value": step.at_most[party], "party": party, "article": step.article, "limit": limit.name}
        yield (Fault(arguments["column"], facts),)


def mistakes(arguments: Mapping[str, Any]) -> Iterable[str]:
    """A limit that does not exist, with the nearest that does."""
    if "limit" in arguments:
        yield from nearest("limit", arguments["limit"], limits())
