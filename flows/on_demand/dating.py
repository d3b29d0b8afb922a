"""Which year a file is about, where nobody has said it: its name tells, else its titles, its dates, or the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from flows import settings as edge

if TYPE_CHECKING:
    from sources.unknown.looking import Seen, SeenTable

Source = Literal["name", "title", "rows", "clock"]

# A date without a year falls into this one, which nobody means; it has a 29th of February.
NO_YEAR = 4
# Days of birth say nothing about the year of a ledger.
_OLD = ("出生", "生日")


@dataclass(frozen=True, slots=True)
class Dated:
    """The year of a file, and what tells it."""

    year: int
    source: Source


def seen_in_its_year(file: str, look: Callable[[int], Seen]) -> tuple[Seen, Dated]:
    """The file as it is seen with the year that it is about; `look` opens it with the year that completes its dates."""
    if (dated := year_in(file)) is not None:
        return look(dated.year), dated
    seen = look(NO_YEAR)
    dated = year_within(seen)
    # Opening a large file takes a while, and nearly every date states its year.
    return (look(dated.year) if _wants_year(seen) else seen), dated


def year_in(file: str) -> Dated | None:
    """The year that a file's name tells."""
    from sources.reading.years import years_named

    named = _only(years_named(file))
    return None if named is None else Dated(named, "name")


def year_within(seen: Seen) -> Dated:
    """The year that a file tells whose name tells none; `seen` with NO_YEAR."""
    from sources.reading.years import years_named

    if (titled := _only(frozenset().union(*map(years_named, _titles(seen))))) is not None:
        return Dated(titled, "title")
    if (most := _most(_dates(seen))) is not None:
        return Dated(most, "rows")
    return Dated(edge.today().year, "clock")


def _only(years: Iterable[int]) -> int | None:
    """The only year; of several nobody knows which is meant."""
    found = {*years}
    return found.pop() if len(found) == 1 else None


def _tables(seen: Seen) -> Iterator[SeenTable]:
    return (table for sheet in seen.sheets for table in sheet.tables)


def _titles(seen: Seen) -> Iterator[str]:
    """What stands above the tables, but for the day on which it was written."""
    from sources.reading.years import tells_day

    for table in _tables(seen):
        for row in table.outlined.rows.title:
            cells = table.outlined.sheet.rows[row - 1]
            yield from (cell for cell in cells if isinstance(cell, str) and not tells_day(cell))


def _wants_year(seen: Seen) -> bool:
    """Whether a date was completed with NO_YEAR."""
    columns = (typed for table in _tables(seen) for typed in table.typed.values())
    return any(isinstance(value, date) and value.year == NO_YEAR for typed in columns for value in typed.values)


def _dates(seen: Seen) -> Iterator[date]:
    for table in _tables(seen):
        for column in table.outlined.columns:
            if not any(word in column.name for word in _OLD):
                values = table.typed[column.heading.at].values
                yield from (value for value in values if isinstance(value, date))


def _most(dates: Iterable[date]) -> int | None:
    """The year of more than half of the dates that have one."""
    times = Counter(day.year for day in dates if day.year != NO_YEAR)
    year, often = times.most_common(1)[0] if times else (0, 0)
    return year if often * 2 > times.total() else None
