"""Headings: folded, joined with their parents, freed of their unit, and looked up in the card exactly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sources.formats.grid import lines_like
from sources.reading.footers import Roles
from sources.values import MEASURE, UNIT_FACTORS, as_text, fold

if TYPE_CHECKING:
    from sources.cards import LedgerCard
    from sources.formats.grid import Sheet

SERIAL = frozenset({"序号", "序", "项次", "编次", "No.", "NO.", "NO", "No", "no"})

_UNIT = re.compile(
    rf"[(\[【<〔](?:单位[::]?|/)?((?:人民币)?(?:亿|万|千)?元|{MEASURE}|%|‰|平方米|米|公里|吨|个月|年)[)\]】>〕]"
)
_UNIT_BEHIND = re.compile(rf"(?<=[^/])/((?:人民币)?(?:亿|万|千)?元|{MEASURE}|%|‰|平方米|米|公里|吨|个月)$")
# What a form says about a column rather than what the column is.
_DUTY = re.compile(r"[(\[【](?:非?必填项?|选填项?|非?必输)[)\]】]")
_MARKS = "*※:."
# What a heading may have that folding or the search for a unit takes away.
_ODD = re.compile(r"[^\u3001\u3007-\u300f\u4e00-\u9fff0-9A-Za-z_/-]")
LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's heading as found: its path from the outermost parent, folded and without units."""

    at: int
    path: tuple[str, ...]
    unit: str | None
    written: str

    @property
    def joined(self) -> str:
        """The path as one name: 处罚情况_金额."""
        return "_".join(self.path)


def bare(heading: str) -> tuple[str, str | None]:
    """The folded heading without its bracketed unit, and that unit where it is one of money."""
    folded = _DUTY.sub("", fold(heading)).strip(_MARKS)
    match = _UNIT.search(folded) or _UNIT_BEHIND.search(folded)
    if match is None or match[0] == folded:
        return folded, None
    unit = match[1].removeprefix("人民币")
    return (folded[: match.start()] + folded[match.end() :]).strip(_MARKS), unit if unit in UNIT_FACTORS else None


def unit_in(written: str) -> str | None:
    """The last unit, of money or of anything else, that a folded heading states in brackets."""
    found = _UNIT.findall(written) or _UNIT_BEHIND.findall(written)
    return found[-1].removeprefix("人民币") if found else None


def unit_alone(text: str) -> str | None:
    """The unit, if the cell holds nothing else: `元`, `（万元）`."""
    folded = fold(text)
    match = _UNIT.fullmatch(folded) or _UNIT.fullmatch(f"({folded})")
    return match[1].removeprefix("人民币") if match else None


@dataclass(frozen=True)
class Vocabulary:
    """What a card calls its columns: whole headings and single words of them, each with what it may mean.

    It remembers the headers and texts that it was asked about, for the files of one ledger are much alike.
    """

    whole: Mapping[str, str]
    words: frozenset[str]
    roles: Roles = field(default_factory=Roles)
    _seen: dict[str, bool] = field(default_factory=dict)
    _headings: dict[Any, tuple[tuple[Heading, ...], Mapping[str, list[Heading]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, card: LedgerCard) -> Vocabulary:
        """The vocabulary of a card. A heading without its unit counts where it means one column only."""
        exact = {fold(heading): name for name, column in card.columns.items() for heading in _spoken(column)}
        short: dict[str, set[str]] = {}
        for name, column in card.columns.items():
            for heading in _spoken(column):
                short.setdefault("_".join(bare(part)[0] for part in fold(heading).split("_")), set()).add(name)
        whole = {heading: next(iter(names)) for heading, names in short.items() if len(names) == 1} | exact
        return cls(whole, frozenset({*whole, *(word for heading in whole for word in heading.split("_"))}))

    def known(self, sheet: Sheet) -> set[str]:
        """The texts of a sheet that are, without their unit, a heading of the card or a part of one.

        The roles look at the texts, too.
        """
        found: set[str] = set()
        for texts in sheet.texts_by_column:
            self.roles.look(texts)
            if self._latin or not texts.together.isascii():
                found |= self.words.intersection(texts.each)
                found |= {text for text in texts.like(self._lines) if self._means(text)}
        return found

    def _means(self, text: str) -> bool:
        """Whether a text that is no word of the card as it stands is one without its unit and odd letters."""
        means = self._seen.get(text)
        if means is None:
            odd = len(text) < LONGEST_HEADING and (text.isascii() or _ODD.search(text) is not None)
            means = self._seen[text] = odd and bare(text)[0] in self.words
        return means

    @cached_property
    def _lines(self) -> re.Pattern[str]:
        """The lines that may be a heading by their first letter: no letter or digit is taken away from one."""
        first = re.escape("".join({word[:1] for word in self.words}))
        return lines_like(rf"(?:[^\u4e00-\u9fff0-9A-Za-z\n]|[{first}]).{{0,{LONGEST_HEADING - 2}}}")

    @cached_property
    def _latin(self) -> bool:
        return any(word.isascii() for word in self.words)

    def headings(self, rows: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Heading, ...], Mapping[str, list[Heading]]]:
        """The headings of header rows whose merged cells are filled, and those among them that mean a card column."""
        found = self._headings.get(rows)
        if found is None:
            headings = join(rows, width=max(map(len, rows)))
            found = self._headings[rows] = tuple(headings), self.match(headings)
        return found

    def match(self, headings: Sequence[Heading]) -> dict[str, list[Heading]]:
        """The headings that mean each card column. The whole path leads; a child alone counts where it stands once."""
        found: dict[str, list[Heading]] = {}
        loose: list[Heading] = []
        for heading in headings:
            name = self.whole.get(heading.written) or self.whole.get(heading.joined)
            if name is None:
                loose.append(heading)
            else:
                found.setdefault(name, []).append(heading)
        ends = Counter(end for heading in headings for end in _ends(heading))
        for heading in loose:
            for end in _ends(heading):
                name = self.whole.get(end)
                if name is not None and ends[end] == 1 and name not in found:
                    found[name] = [heading]
                    break
        return found


def _spoken(column: Any) -> tuple[str, ...]:
    return (column.name, *column.headings)


def _ends(heading: Heading) -> list[str]:
    """The path without its outer parents, longest first: a_b_c gives b_c and c."""
    return ["_".join(heading.path[start:]) for start in range(1, len(heading.path))] or [heading.joined]


def join(rows: Sequence[Sequence[Any]], *, width: int) -> list[Heading]:
    """The heading of each column of one to four header rows, whose merged cells are already filled to the right."""
    headings = []
    for column in range(width):
        texts = [text for row in rows if column < len(row) and (text := as_text(row[column]))]
        if not texts:
            continue
        path: list[str] = []
        unit = None
        for text in texts:
            name, stated = bare(text)
            unit = stated or unit
            if name and (not path or path[-1] != name):
                path.append(name)
        if path:
            written = "_".join(dict.fromkeys(fold(text) for text in texts))
            headings.append(Heading(at=column, path=tuple(path), unit=unit, written=written))
    return headings
