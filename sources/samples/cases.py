"""Rows that are added to a ledger, one for each rule that it breaks, and those that come in every ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sources.samples.invent import id_number, person
from sources.samples.paper import Row
from sources.samples.spoiling import Spot

_TELEPHONE = "联系电话13800000000"
LATER = date(2025, 3, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row added to a ledger for one rule: what it says other than the record it is like, and where that is found.

    `like` is the place of that record, where it is not the one that the table of cases names. A case that is `alike`
    differs from its record in nothing but its number.
    """

    code: str
    says: Mapping[str, Any] = field(default_factory=dict)
    what: str
    at: str | None = None
    also: tuple[str, ...] = ()
    like: int | None = None
    alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The rows that are added to one sheet of a ledger, each sound but for its rule.

    `number` and `own` give the n-th row its number and what keeps it from looking like another one entered twice.
    A case that says no day is like one of `others` in turn, where there are any; one that says some is like `like`,
    whose days they are meant for.
    """

    ledger: str
    sheet: str
    like: int
    number: Callable[[int], Row]
    own: Callable[[int], Row]
    cases: tuple[Case, ...]
    others: tuple[int, ...] = ()

    def spots(self) -> Iterable[Spot]:
        """The cases as rows to add, in their order."""
        for place, case in enumerate(self.cases):
            own = self.number(place) if case.alike else {**self.number(place), **self.own(place)}
            # What the case says stands first, for its first column is where it is found, and last, for it counts.
            yield Spot(
                code=case.code,
                ledger=self.ledger,
                sheet=self.sheet,
                row=self._like(place, case),
                says={**case.says, **own, **case.says},
                what=case.what,
                at=case.at,
                added=True,
                also=case.also,
            )

    def _like(self, place: int, case: Case) -> int:
        if case.like is not None:
            return case.like
        if self.others and not any(isinstance(value, date) for value in case.says.values()):
            return self.others[place % len(self.others)]
        return self.like


def on(first: date, place: int, *, every: int = 7) -> date:
    """A day of its own for the n-th row: so many days after the one before it."""
    return first + timedelta(days=every * place)


def somebody(place: int) -> tuple[str, str]:
    """A name and an identity number of its own for the n-th row."""
    rng = Random(9000 + place)  # noqa: S311 - drawing, not secrecy
    return person(rng), id_number(rng)


def personal(column: str = "remark") -> Case:
    """A telephone in a text."""
    return Case(code="rule.personal_in_text", says={column: _TELEPHONE}, what="文字里写了手机号")


def not_of_the_year(column: str, day: date, **besides: Any) -> Case:
    """A day that places the row in another year, without a word about it."""
    return Case(code="row.out_of_year", says={column: day, **besides}, what=f"日期在{day.year}年，又没有注明上年结转")


def later(column: str, **besides: Any) -> Case:
    """A day after the ledger was signed."""
    return Case(code="rule.date_in_future", says={column: LATER, **besides}, what="日期晚于填报日期")


def placed_later(column: str) -> Case:
    """The same, where the day places the row in a year: then it is in another year, too."""
    what = "日期晚于填报日期，也不在本年度"
    return Case(code="rule.date_in_future", says={column: LATER}, what=what, also=("row.out_of_year",))


def out_of_order(column: str, day: date, what: str) -> Case:
    """A day before the one that comes first."""
    return Case(code="rule.dates_out_of_order", says={column: day}, what=what)


def same_key(column: str, value: Any, what: str, **besides: Any) -> Case:
    """The number, or another key, of another row."""
    return Case(code="key.twice", says={column: value, **besides}, what=what)


def entered_again(column: str, like: int) -> Case:
    """A row like another one but for its number."""
    return Case(code="rule.row_twice", what="除编号外与另一行相同", at=column, like=like, alike=True)
