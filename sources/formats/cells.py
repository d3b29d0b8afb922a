"""A sheet put together cell by cell, for formats that name their places; what would not fit a sheet is refused."""

from __future__ import annotations

from typing import Any

from sources.formats.details import MOST_SUMS, Details, Place, summed
from sources.formats.grid import MOST_CELLS, Range, Sheet, Unreadable
from sources.formats.places import letters

LAST_ROW, LAST_COLUMN = 1_048_575, 16_383


class TooLargeError(Exception):
    """The cells lie so far apart, or are so many, that no sheet can hold them; at which cell, where it is known."""

    def __init__(self, row: int | None = None, column: int = 0) -> None:
        super().__init__()
        self.cell = None if row is None else f"{letters(column)}{row + 1}"

    def told(self, sheet: str) -> Unreadable:
        """Why the file is not read."""
        if self.cell is None:
            return Unreadable(f"工作表“{sheet}”的范围过大", "file.too_large")
        return Unreadable(self.cell, "sheet.far_cell", sheet, self.cell)


class Cells:
    """The cells of one sheet, rows and columns from 0; `sheet` gives them as a `Sheet`."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self.merged: list[Range] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.struck: set[Place] = set()
        self.sums: dict[Place, tuple[Range, ...]] = {}
        self._size = 0

    def put(self, row: int, column: int, *, value: Any) -> None:
        """Write one cell; the row grows as far as its last one."""
        self.reach(row, column)
        self.open_row(row)
        cells = self.rows[row]
        if (missing := column + 1 - len(cells)) > 0:
            self._size += missing
            if self._size > MOST_CELLS:
                raise TooLargeError(row, column)
            cells.extend([""] * missing)
        cells[column] = value

    def open_row(self, row: int) -> None:
        """The sheet goes down to this row at least."""
        self.reach(row, 0)
        while len(self.rows) <= row:
            self.rows.append([])

    def reach(self, row: int, column: int) -> None:
        """Nothing, if a sheet has such a place."""
        if not (0 <= row <= LAST_ROW and 0 <= column <= LAST_COLUMN):
            raise TooLargeError(row, column)

    def merge(self, row: int, column: int, *, down: int, across: int) -> None:
        """The cell spreads over the `down` rows below it and the `across` columns to its right."""
        if down or across:
            self.reach(row + down, column + across)
            self.merged.append((row, column, row + down, column + across))

    def hide(self, row: int) -> None:
        """The row is not shown."""
        self.hidden_rows.add(row + 1)

    def hide_columns(self, first: int, last: int) -> None:
        """The columns from the first to the last are not shown."""
        self.hidden_columns.update(range(max(first, 0), min(last, LAST_COLUMN) + 1))

    def compute(self, row: int, column: int, *, formula: str) -> None:
        """The cell has this formula, with its cells named as in Excel."""
        if len(self.sums) < MOST_SUMS and (ranges := summed(formula)):
            self.sums[row, column] = ranges

    def sheet(self, name: str, *, hidden: bool = False) -> Sheet:
        """What was put together."""
        return Sheet(
            name=name,
            rows=self.rows,
            hidden=hidden,
            merged=tuple(self.merged),
            hidden_rows=frozenset(self.hidden_rows),
            details=Details(frozenset(self.hidden_columns), frozenset(self.struck), self.sums),
        )
