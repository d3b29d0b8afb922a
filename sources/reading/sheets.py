"""Which sheets of a workbook hold rows, which only sums, and which month each is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sources.values import chinese_number, fold

if TYPE_CHECKING:
    from sources.cards import LedgerCard
    from sources.formats.grid import Sheet

_SPAN = re.compile(r"(?<!\d)(\d{1,2})月?[-—–~～至到](\d{1,2})月")
_MONTH = re.compile(
    r"(?<!\d)(0?[1-9]|1[0-2])月|(十[一二]|[一二三四五六七八九十])月|20\d\d[.\-/年](0?[1-9]|1[0-2])$|^20\d\d(0[1-9]|1[0-2])$"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sheets a submission is read from: the patterns of what a department hands in, and those of the card."""

    card: LedgerCard
    patterns: tuple[str, ...]

    def wants(self, name: str) -> bool:
        """Whether the sheet is opened at all."""
        if self.patterns and not matches(name, self.patterns):
            return False
        return not matches(name, self.card.ignored_sheets)

    def split(self, sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[Sheet]]:
        """The sheets that hold rows, and those that sum them up; where all look like sums, they hold the rows."""
        sums = [sheet for sheet in sheets if matches(sheet.name, self.card.summary_sheets)]
        rows = [sheet for sheet in sheets if sheet not in sums]
        return (rows, sums) if rows else (sums, [])

    def is_named(self, name: str) -> bool:
        """Whether the sheet is known by its name to hold rows, so that it must have a header."""
        return bool(self.patterns) or (self.card.period == "months" and bool(months_of(name)))


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether the folded name is like one of the patterns."""
    folded = fold(name)
    return any(fnmatchcase(folded, fold(pattern)) for pattern in patterns)


def in_words(patterns: Iterable[str]) -> str:
    """Name patterns as a clerk is told them: what a name has to contain, 、 between them."""
    return "、".join(dict.fromkeys(pattern.strip("*").replace("*", "…") for pattern in patterns))


def months_of(name: str) -> frozenset[int]:
    """The months that a sheet's name says: 3月, 三月份, 2024年3月, 1-3月; none where it says none."""
    folded = fold(name)
    if span := _SPAN.search(folded):
        return frozenset(range(int(span[1]), int(span[2]) + 1)) & frozenset(range(1, 13))
    match = _MONTH.search(folded)
    if match is None:
        return frozenset()
    if match[2]:
        number = chinese_number(match[2])
        return frozenset({int(number)}) if number else frozenset()
    return frozenset({int(match[1] or match[3] or match[4])})
