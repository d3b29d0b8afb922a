"""Nothing is lost: which cells of a sheet belong to no table that was found on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sources.formats.grid import Sheet
from sources.unknown.looks import filled_cells
from sources.unknown.outline import Outlined
from sources.values import says_something


def unaccounted(sheet: Sheet, tables: Sequence[Outlined]) -> Iterator[tuple[int, int]]:
    """The (row as in Excel, column from 0) of each cell that says something and was taken for nothing.

    A cell is accounted for as title, heading, section, total or footer of a table, or as a value under a heading.
    """
    covered = _covered(tables)
    nothing: Collection[int] = ()
    for number, cells in enumerate(sheet.rows, start=1):
        own = covered.get(number, nothing)
        for at, cell in enumerate(cells):
            if cell != "" and at not in own and says_something(cell):
                yield number, at


def _covered(tables: Sequence[Outlined]) -> dict[int, Collection[int]]:
    """The columns of each row that some table accounts for."""
    covered: dict[int, Collection[int]] = {}
    for table in tables:
        rows = table.rows
        headed = frozenset(column.heading.at for column in table.columns)
        for row in rows.data:
            covered[row] = headed | {*covered[row]} if row in covered else headed
        for row in (*rows.title, *rows.header, *table.sections, *rows.total, *rows.footer):
            covered[row] = {*covered.get(row, ()), *filled_cells(table.sheet, row - 1)}
    return covered
