"""Which rows meet the conditions of a rule: each condition is looked at once, however many rules share it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

    from expectations.suite import Scalar, When


class Conditions:
    """The conditions on the rows of one frame, and the answers given so far."""

    def __init__(self, frame: DataFrame) -> None:
        self._frame = frame
        self._met: dict[When, NDArray[Any]] = {}
        self._present: dict[str, NDArray[Any]] = {}

    def met(self, conditions: Iterable[When]) -> NDArray[Any] | None:
        """For each row whether it meets all conditions; None where there is none. KeyError for an unknown column."""
        return _all(map(self._meets, conditions))

    def complete(self, columns: Iterable[str]) -> NDArray[Any] | None:
        """For each row whether all the columns have a value; None where all rows have all."""
        return _all(present for name in columns if not (present := self.present(name)).all())

    def present(self, column: str) -> NDArray[Any]:
        """For each row whether the column has a value."""
        if column not in self._present:
            self._present[column] = self._frame[column].notna().to_numpy()
        return self._present[column]

    def _meets(self, when: When) -> NDArray[Any]:
        if when not in self._met:
            self._met[when] = self._answer(when)
        return self._met[when]

    def _answer(self, when: When) -> NDArray[Any]:
        present = self.present(when.column)
        column = self._frame[when.column]
        match when.op:
            case "is_null":
                return ~present
            case "is_not_null":
                return present
            case "is_in":
                answer = column.isin(_listed(when.value))
            case "is_not_in":
                answer = ~column.isin(_listed(when.value))
            case "==":
                answer = column == instant(when.value)
            case "!=":
                answer = column != instant(when.value)
            case "<":
                answer = column < instant(when.value)
            case "<=":
                answer = column <= instant(when.value)
            case ">":
                answer = column > instant(when.value)
            case ">=":
                answer = column >= instant(when.value)
        # A missing value is not "other than", it is missing.
        met: NDArray[Any] = answer.to_numpy(dtype=bool, na_value=False) & present
        return met


def instant(value: Any) -> Any:
    """A date becomes the midnight that date columns are compared with."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - dates of ledgers have no time zone
    return value


def _listed(value: Scalar | tuple[Scalar, ...] | None) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _all(answers: Iterable[NDArray[Any]]) -> NDArray[Any] | None:
    given = list(answers)
    return reduce(and_, given) if given else None
