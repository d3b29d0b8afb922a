"""Causes that lie in whole columns: shifted, swapped, in another unit, left blank, not filled down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median

from expectations.causes.evidence import Case, Item, Placed, by_column, number_of
from warehouse.model import Block, type_of_fact

FEWEST_CELLS = 3
# A column is shifted if most of its rows fail, and nearly all that fail would be right in the column beside it.
SHARE_FAILING, SHARE_FITTING = 0.6, 0.9
# Between 元 and 万元 lie four places; cases differ from year to year, so that half a place more or less is allowed.
LEAST_FACTOR, MOST_FACTOR = Decimal(3_000), Decimal(30_000)
# Without last year's amounts: no fee or fine is a few yuan and some cents all the way down a column.
SMALL = Decimal(10)
SHARE_BLANK = 0.3


@dataclass(frozen=True, slots=True)
class _Shift:
    """A column whose cells belong `by` columns to the left (1) or to the right (-1)."""

    letter: int
    column: str
    neighbour: str
    by: int


def shifted(case: Case) -> Iterator[Item]:
    """Cells stand one column beside where they belong; two columns that changed places are told apart from that."""
    failing = [each for each in case.free if each.finding.code.startswith("cell.") and each.letter]
    for sheet in dict.fromkeys(each.finding.sheet for each in failing):
        here = [each for each in failing if each.finding.sheet == sheet]
        shifts = [shift for block in case.blocks(sheet)[:1] for shift in _shifts(case, block, here)]
        rest = list(shifts)
        for one, other in pairwise(shifts):
            if (one.neighbour, other.neighbour) == (other.column, one.column) and one in rest and other in rest:
                rest = [shift for shift in rest if shift not in (one, other)]
                members = _with_totals(case, sheet, {one.column, other.column}, here)
                other_name = case.card.columns[other.column].name if case.card else other.column
                letters = {"letter": _letter(one.letter), "other_letter": _letter(other.letter)}
                facts = {**letters, "other": other_name}
                yield case.item("cause.columns_swapped", members, sheet=sheet, column=one.column, facts=facts)
        for by in (1, -1):
            if columns := [shift for shift in rest if shift.by == by]:
                yield _shifted(case, sheet, columns, here)


def _shifted(case: Case, sheet: str | None, columns: Sequence[_Shift], here: Sequence[Placed]) -> Item:
    first, last = columns[0], columns[-1]
    between = {str(each.finding.column) for each in here if first.letter <= number_of(each.letter) <= last.letter}
    members = _with_totals(case, sheet, between, here)
    facts: dict[str, type_of_fact] = {"letter": _letter(first.letter), "columns": len(columns)}
    code = "cause.shifted_right" if first.by == 1 else "cause.shifted_left"
    return case.item(code, members, sheet=sheet, column=first.column, facts=facts)


def _with_totals(case: Case, sheet: str | None, columns: set[str], here: Sequence[Placed]) -> list[Placed]:
    """The findings in these columns of the sheet, and the totals that differ because of them."""
    totals = [each for each in case.of("total.differs") if each.finding.sheet == sheet]
    return [each for each in (*here, *totals) if each.finding.column in columns]


def _shifts(case: Case, block: Block, here: Sequence[Placed]) -> Iterator[_Shift]:
    """The columns of the table that are shifted, from left to right."""
    if case.card is None:
        return
    at = {number_of(letter): column for column, letter in block.letters.items()}
    found = by_column(here)
    for letter, column in sorted(at.items()):
        cells = found.get((block.sheet, column), [])
        rows = len(case.rows(block.sheet, column))
        if len(cells) < max(FEWEST_CELLS, SHARE_FAILING * rows):
            continue
        texts = [text for each in cells if (text := case.text(each))]
        for by in (1, -1):
            neighbour = at.get(letter - by)
            if neighbour and _fit(case, neighbour, texts) and len(texts) >= FEWEST_CELLS:
                yield _Shift(letter, column, neighbour, by)
                break


def _fit(case: Case, neighbour: str, texts: Sequence[str]) -> bool:
    """Whether nearly all the texts would be right in this column, and not just any text would."""
    if case.card is None or neighbour not in case.card.columns or not case.card.columns[neighbour].tells:
        return False
    fits = {text: case.card.fits(neighbour, text) for text in set(texts)}
    return sum(fits[text] for text in texts) >= SHARE_FITTING * len(texts)


def _letter(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def wrong_unit(case: Case) -> Iterator[Item]:
    """A column of money is ten thousand times too small or too large: 万元 under 元, or 元 under 万元."""
    for (sheet, column), members in by_column(case.free).items():
        facts = case.column(members[0])
        if facts is None or facts.type != "money" or len(members) < FEWEST_CELLS:
            continue
        quoted = [amount for each in members if (amount := _amount(case, each)) is not None]
        now = [*(case.facts.amounts.get(column or "", ()) if case.facts else ()), *quoted]
        before = case.facts.before if case.facts else None
        if direction := _direction(now, before.amounts.get(column or "", ()) if before else (), quoted=quoted):
            yield case.item(direction, members, sheet=sheet, column=column, facts={"typical": Decimal(median(now))})


def _amount(case: Case, each: Placed) -> Decimal | None:
    """The amount that a cell states which could not be kept, for it has too many decimals."""
    text = case.text(each)
    if each.finding.code != "cell.too_precise" or text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _direction(now: Sequence[Decimal], before: Sequence[Decimal], *, quoted: Sequence[Decimal]) -> str | None:
    amounts = [amount for amount in now if amount > 0]
    earlier = [amount for amount in before if amount > 0]
    if len(amounts) < FEWEST_CELLS:
        return None
    if len(earlier) >= FEWEST_CELLS:
        now_usual, usual = Decimal(median(amounts)), Decimal(median(earlier))
        if LEAST_FACTOR <= usual / now_usual <= MOST_FACTOR:
            return "cause.wan_under_yuan"
        if LEAST_FACTOR <= now_usual / usual <= MOST_FACTOR:
            return "cause.yuan_under_wan"
        return None
    tiny = all(amount < SMALL for amount in amounts) and len(quoted) >= FEWEST_CELLS
    return "cause.wan_under_yuan" if tiny else None


def blank_column(case: Case) -> Iterator[Item]:
    """A column that every row must state is blank from top to bottom."""
    for (sheet, column), members in by_column(case.of("cell.blank")).items():
        if len(members) > 1 and len(members) >= len(case.rows(sheet, column)) > 0:
            yield case.item("cause.blank_column", members, sheet=sheet, column=column)


def not_filled_down(case: Case) -> Iterator[Item]:
    """Only the first row of each group states what holds for all of it."""
    for (sheet, column), members in by_column(case.of("cell.blank")).items():
        rows = case.rows(sheet, column)
        blank = {each.row for each in members}
        if len(blank) < FEWEST_CELLS or len(blank) < SHARE_BLANK * len(rows) or rows[0] in blank:
            continue
        if any(one in blank and other in blank for one, other in pairwise(rows)):
            yield case.item("cause.not_filled_down", members, sheet=sheet, column=column)
