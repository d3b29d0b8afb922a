"""Where the table stands on a sheet: titles, header, data, totals, footers. The card's own headings lead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.formats.grid import Sheet
from sources.reading.footers import facts_of
from sources.reading.header import find_header
from sources.reading.headings import SERIAL, Heading, Vocabulary
from sources.reading.sorting import Rows, Sorter
from sources.values import UNIT_FACTORS, fold, says_something

if TYPE_CHECKING:
    from sources.cards import LedgerCard

_UNIT_ABOVE = re.compile(r"(?:金额)?单位[::]?(?:人民币)?((?:亿|万|千)?元)")


@dataclass(frozen=True)
class Table:
    """One table as found: `columns` are the card's with their headings, `unknown` are headings foreign to the card.

    `headed` are the columns, from 0, that have a heading of any kind.
    """

    sheet: Sheet
    columns: Mapping[str, Heading]
    twice: Mapping[str, tuple[Heading, ...]]
    unknown: tuple[Heading, ...]
    rows: Rows
    unit: str | None
    facts: Mapping[str, str]
    states_nothing: bool
    headed: frozenset[int] = frozenset()

    def cells(self, at: int) -> Sequence[Any]:
        """What stands in the data rows of the column at a position; blank where a row ends before it."""
        columns, data = self.sheet.columns, self.rows.data
        if at >= len(columns) or not data:
            return [""] * len(data)
        column = columns[at]
        if data[-1] - data[0] + 1 == len(data):
            return column[data[0] - 1 : data[-1]]
        return [column[number - 1] for number in data]

    def distinct(self, at: int) -> Set[Any]:
        """What stands anywhere in the column at a position, once each."""
        distinct = self.sheet.distinct
        return distinct[at] if at < len(distinct) else {""}

    def cell(self, column: str, row: int) -> Any:
        """What stands in a card column in an Excel row; blank where the row ends before it."""
        cells, at = self.sheet.rows[row - 1], self.columns[column].at
        return cells[at] if at < len(cells) else ""


def find_table(
    sheet: Sheet, card: LedgerCard, *, fewest: int = 2, year: int, vocabulary: Vocabulary | None = None
) -> Table | None:
    """The table whose header hits the most of the card's headings, at least `fewest`; None without one.

    `vocabulary` is the card's own; who reads many files of one card makes it once.
    """
    vocabulary = vocabulary or Vocabulary.of(card)
    header = find_header(sheet, vocabulary)
    if header is None or len(header.meanings) < min(fewest, len(card.columns)):
        return None
    rows = Rows(
        title=[row + 1 for row in range(header.rows.start) if any(map(says_something, sheet.rows[row]))],
        header=[row + 1 for row in header.rows],
    )
    columns = {name: found[0] for name, found in header.meanings.items()}
    keys = [columns[name].at for name in card.key if name in columns]
    nothing = Sorter(sheet, header, keys, roles=vocabulary.roles).sort(rows)
    meant = {heading.at for found in header.meanings.values() for heading in found}
    around = [sheet.rows[row - 1] for row in (*rows.title, *rows.footer)]
    return Table(
        sheet=sheet,
        columns=columns,
        twice={name: tuple(found) for name, found in header.meanings.items() if len(found) > 1},
        unknown=tuple(h for h in header.headings if h.at not in meant and h.path[-1] not in SERIAL),
        rows=rows,
        unit=unit_above(sheet, rows.title),
        facts=facts_of(around, year=year),
        states_nothing=nothing or any("零报告" in fold(cell) for row in around for cell in row if type(cell) is str),
        headed=frozenset(heading.at for heading in header.headings),
    )


def unit_above(sheet: Sheet, titles: Sequence[int]) -> str | None:
    """The unit of money that a line above the table states for all of it."""
    for row in titles:
        for cell in sheet.rows[row - 1]:
            if cell and isinstance(cell, str) and (match := _UNIT_ABOVE.search(fold(cell))):
                return match[1] if match[1] in UNIT_FACTORS else None
    return None
