"""Total rows against the rows they sum up, and summary sheets against all rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sources.formats.places import letters, spans
from sources.reading.columns import Memory, Typed
from sources.reading.footers import after_total_word, role_of, total_rank
from sources.values import Broken, Problem, parse_count, stated_unit

if TYPE_CHECKING:
    from sources.cards import LedgerCard
    from sources.reading.layout import Table
    from warehouse.model import type_of_fact

GRAND, CUMULATIVE = 3, 4


@dataclass(frozen=True, slots=True)
class Difference:
    """A total cell that does not agree with its rows (`stated`, `computed`), or that holds no value (`broken`).

    `unit` is the unit of money in which the cell states it, where that is another than 元.
    """

    row: int
    column: str
    stated: Decimal | None = None
    computed: Decimal | None = None
    broken: Broken | None = None
    unit: str | None = None


def difference_facts(difference: Difference) -> dict[str, type_of_fact]:
    """The facts of a finding about it."""
    numbers: dict[str, type_of_fact] = {"stated": difference.stated, "computed": difference.computed}
    return numbers | ({"unit": difference.unit} if difference.unit else {})


@dataclass(slots=True)
class Sums:
    """What all rows read so far come to, by position of the total on the card; None once a cell could not be read."""

    values: dict[int, Decimal | None] = field(default_factory=dict)

    def add(self, total: int, value: Decimal | None) -> None:
        """Add what one table comes to."""
        before = self.values.get(total, Decimal(0))
        self.values[total] = None if before is None or value is None else before + value


def check_totals(table: Table, card: LedgerCard, *, typed: Mapping[str, Typed], sums: Sums) -> Iterator[Difference]:
    """Each total cell of the table that differs from its rows; `sums` grows by the table's own."""
    ranked = _total_rows(table) if card.totals else []
    for number, total in enumerate(card.totals):
        counts = total.equals == "count"
        amounts = _amounts(table, total.column, typed, counts=counts)
        whole = _sum(amounts)
        sums.add(number, whole)
        if total.column not in table.columns or total.column not in typed:
            continue
        for row, rank in ranked:
            stated = _stated(table.cell(total.column, row), typed[total.column].memory, counts=counts)
            if isinstance(stated, Broken):
                yield Difference(row, total.column, broken=stated)
            elif stated is not None:
                scope = _scope(table, row, ranked, rank=rank)
                possible = [whole if len(scope) == len(amounts) else _sum([amounts[at] for at in scope])]
                if rank >= GRAND:
                    # 总计 below the last of several tables sums up all of them.
                    possible.append(sums.values[number])
                if None not in possible and stated not in possible:
                    unit = None if counts else _unit(table.cell(total.column, row), typed[total.column].memory)
                    yield Difference(row, total.column, stated=stated, computed=possible[-1], unit=unit)


@dataclass(frozen=True, slots=True)
class ShortSum:
    """A total whose formula leaves out some of its rows."""

    row: int
    column: str
    range: str
    left_out: tuple[int, ...]
    stated: Decimal
    computed: Decimal | None


def short_sums(table: Table, card: LedgerCard, *, typed: Mapping[str, Typed]) -> Iterator[ShortSum]:
    """Each total cell that adds up fewer rows than it should, as its own formula says."""
    sums = table.sheet.details.sums
    if not sums:
        return
    ranked = _total_rows(table)
    for name, heading in table.columns.items():
        if name not in typed or card.columns[name].type not in ("count", "number", "money"):
            continue
        for row, rank in ranked:
            ranges = [it for it in sums.get((row - 1, heading.at), ()) if it[1] <= heading.at <= it[3]]
            scope = _rows(table, row, ranked, rank=rank)
            covered = {each + 1 for top, _, bottom, _ in ranges for each in range(top, bottom + 1)}
            for other, its in ranked:
                covered |= {*_rows(table, other, ranked, rank=its)} if other in covered and other != row else set()
            left_out = tuple(each for each in scope if each not in covered)
            stated = _stated(table.cell(name, row), typed[name].memory)
            if ranges and left_out and isinstance(stated, Decimal):
                amounts = _amounts(table, name, typed)
                written = "、".join(_written(it) for it in ranges)
                computed = _sum([amounts[at] for at in _scope(table, row, ranked, rank=rank)])
                yield ShortSum(row, name, written, left_out, stated, computed)


def short_facts(short: ShortSum) -> dict[str, type_of_fact]:
    """The facts of a finding about it."""
    return {
        "range": short.range, "rows": spans(short.left_out), "stated": short.stated, "computed": short.computed
    }  # fmt: skip


def _written(cells: tuple[int, int, int, int]) -> str:
    top, left, bottom, right = cells
    first, last = f"{letters(left)}{top + 1}", f"{letters(right)}{bottom + 1}"
    return first if first == last else f"{first}:{last}"


def check_summary(
    table: Table, card: LedgerCard, *, memories: Mapping[str, Memory], sums: Sums
) -> Iterator[Difference]:
    """Each column of a summary sheet whose total row, or sum where it has none, differs from all rows read."""
    for number, total in enumerate(card.totals):
        computed = sums.values.get(number)
        if total.column not in table.columns or total.column not in memories or computed is None:
            continue
        rows = [row for row, rank in _total_rows(table) if rank > 0][-1:] or table.rows.data
        memory, counts = memories[total.column], total.equals == "count"
        said = [_stated(table.cell(total.column, row), memory, counts=counts) for row in rows]
        stated = [value for value in said if isinstance(value, Decimal)]
        if stated and sum(stated) != computed:
            row = rows[-1] if len(rows) == 1 else table.rows.header[-1]
            unit = None if counts else _unit(table.cell(total.column, row) if len(rows) == 1 else "", memory)
            yield Difference(row, total.column, stated=Decimal(sum(stated)), computed=computed, unit=unit)


def _unit(cell: Any, memory: Memory) -> str | None:
    """The unit of money, if it is another than 元, that the cell states, its heading or a line above the table."""
    if memory.column.type != "money":
        return None
    unit = stated_unit(after_total_word(cell) if isinstance(cell, str) else cell) or memory.unit
    return None if unit == "元" else unit


def _amounts(
    table: Table, name: str, typed: Mapping[str, Typed], *, counts: bool = False
) -> Sequence[Decimal | int | None]:
    """What each data row adds to a total of the column: one to a count; None where the cell could not be read."""
    column = typed.get(name)
    if counts or column is None:
        return [int(counts)] * len(table.rows.data)
    unread = {trouble.at for trouble in column.troubles if trouble.code not in _HARMLESS}
    amounts = [value or 0 for value in column.values]
    return [None if at in unread else amount for at, amount in enumerate(amounts)] if unread else amounts


_HARMLESS = frozenset({"cell.mixed_units", "cell.blank"})


def _sum(amounts: Collection[Decimal | int | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return Decimal(sum(known)) if len(known) == len(amounts) else None


def _total_rows(table: Table) -> list[tuple[int, int]]:
    """Each total row with its rank, from 小计 to 累计."""
    found = []
    for row in table.rows.total:
        texts = [cell for cell in table.sheet.rows[row - 1] if isinstance(cell, str) and cell.strip()]
        words = [text for text in texts if role_of(text) == "total"] or texts
        found.append((row, total_rank(words[0]) if words else total_rank("合计")))
    return found


def _scope(table: Table, row: int, ranked: Sequence[tuple[int, int]], *, rank: int) -> list[int]:
    """Which data rows a total row sums up: those since the last total of its rank; those below, if none stand above.

    Right below a total of its own rank it sums up what that one does, and more: 东街合计, 西街合计, 全街合计.
    """
    borders = [other for other, its in ranked if its >= rank and other != row]
    alike, data = [other for other, its in ranked if its == rank], table.rows.data
    if len(alike) > 1 and data and alike[0] < data[0] and alike[-1] < data[-1]:
        # 小计 on top of each group: none has the last word below all rows.
        until = min((other for other in borders if other > row), default=len(table.sheet.rows) + 1)
        return [at for at, each in enumerate(data) if row < each < until]
    since = 0 if rank >= CUMULATIVE else max((other for other in borders if other < row), default=0)
    above = [at for at, each in enumerate(table.rows.data) if since < each < row]
    if not above and since:
        return _scope(table, row, ranked, rank=rank + 1)
    if above:
        return above
    until = min((other for other in borders if other > row), default=len(table.sheet.rows) + 1)
    return [at for at, each in enumerate(table.rows.data) if row < each < until]


def _rows(table: Table, row: int, ranked: Sequence[tuple[int, int]], *, rank: int) -> list[int]:
    """The same as rows of the sheet."""
    return [table.rows.data[at] for at in _scope(table, row, ranked, rank=rank)]


def _stated(cell: Any, memory: Memory, *, counts: bool = False) -> Decimal | Broken | None:
    """The number that the total cell states; None where it states none."""
    if isinstance(cell, Broken):
        return cell
    if isinstance(cell, str):
        cell = after_total_word(cell)
    value = parse_count(cell) if counts else memory.read(cell)
    if isinstance(value, (Problem, bool)) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value)
