"""How an inbox is spoiled: cells that say something else, rows that are added, and a note of every trouble made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sources.samples.paper import Ledger, Row, Sheet, draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble: the finding it must give, in which ledger, where it sits and what was done, in Chinese."""

    code: str
    ledger: str
    file: str
    sheet: str = ""
    cell: str = ""
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A row that says something it should not: `says` by column, of which the first is where the finding stands.

    `row` is the place of the row on its sheet. `added`: a copy of the record at that place is put below the last row
    and says it, so that the other rows stay sound. `also` is what else must be found at that cell.
    """

    code: str
    ledger: str
    sheet: str
    row: int
    says: Mapping[str, Any]
    what: str
    at: str | None = None
    added: bool = False
    also: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column whose cell the finding stands at."""
        return self.at or next(iter(self.says))


class Spoiled:
    """An inbox that is being spoiled: its books by ledger, other files by path, and the troubles so far."""

    def __init__(self, ledgers: tuple[Ledger, ...], holders: Mapping[str, str]) -> None:
        self.books = {book.path: book for ledger in ledgers for book in ledger.books}
        self.paths = {ledger.id: ledger.books[0].path for ledger in ledgers if ledger.books}
        self.paths |= {ledger: self.paths[holder] for ledger, holder in holders.items()}
        self.records = {ledger.id: ledger.records for ledger in ledgers}
        self.content: dict[str, bytes] = {}
        self.troubles: list[Trouble] = []

    def sheet(self, ledger: str, name: str) -> Sheet:
        """The sheet `name` of the ledger's book."""
        return next(sheet for sheet in self.books[self.paths[ledger]].sheets if sheet.name == name)

    def change(self, ledger: str, name: str, *, by: Callable[[Sheet], Sheet | None]) -> None:
        """The sheet `name` of the ledger's book becomes what `by` makes of it; None takes it away."""
        book = self.books[self.paths[ledger]]
        changed = tuple(by(sheet) if sheet.name == name else sheet for sheet in book.sheets)
        self.books[book.path] = replace(book, sheets=tuple(sheet for sheet in changed if sheet is not None))

    def note(self, code: str, ledger: str, *, what: str, sheet: str = "", cell: str = "") -> None:
        """Remember a trouble in the ledger's file; the only sheet of a CSV is called so."""
        csv = ledger in self.paths and self.books[self.paths[ledger]].stored_as.startswith("csv")
        file = self.paths.get(ledger, "")
        self.troubles.append(
            Trouble(code=code, ledger=ledger, file=file, sheet="CSV" if csv and sheet else sheet, cell=cell, what=what)
        )

    def rewrite(self, ledger: str, sheet: str, *, says: Mapping[int, Row]) -> None:
        """The rows at these places of the sheet say these things."""

        def by(before: Sheet) -> Sheet:
            rows = tuple({**row, **says.get(at, {})} for at, row in enumerate(before.rows))
            return replace(before, rows=rows)

        self.change(ledger, sheet, by=by)

    def rename(self, before: str, after: str) -> None:
        """The file `before` lies at `after` now, for the troubles noted already, too."""
        self.paths = {ledger: after if path == before else path for ledger, path in self.paths.items()}
        self.troubles = [replace(it, file=after) if it.file == before else it for it in self.troubles]

    def files(self) -> dict[str, bytes]:
        """The bytes of every file by its path inside the year's folder."""
        return {path: draw(book) for path, book in self.books.items()} | self.content

    def spoil(self, spot: Spot) -> None:
        """Make the row of `spot` say what it says, with the total below a row that is added, and note the trouble."""
        before = self.sheet(spot.ledger, spot.sheet)
        row = self.records[spot.ledger][spot.row] if spot.added else before.rows[spot.row]
        place = len(before.rows) if spot.added else spot.row
        counted = {"serial_no": place + 1} if spot.added and "serial_no" in before.headings else {}
        said = {**row, **counted, **spot.says}
        rows = (*before.rows[:place], said, *before.rows[place + 1 :])
        total = _with_one_more(before.total, said) if spot.added else before.total
        self.change(spot.ledger, spot.sheet, by=lambda sheet: replace(sheet, rows=rows, total=total))
        cell = self.sheet(spot.ledger, spot.sheet).address(spot.column, place)
        for code in (spot.code, *spot.also):
            self.note(code, spot.ledger, what=spot.what, sheet=spot.sheet, cell=cell)


def _with_one_more(total: Row | None, row: Row) -> Row | None:
    """The total row after `row` was added to those above it."""
    if total is None:
        return None
    numbers = (name for name in total if isinstance(total[name], int) and isinstance(row.get(name), int))
    return {**total, **{name: total[name] + row[name] for name in numbers if name != "serial_no"}}
