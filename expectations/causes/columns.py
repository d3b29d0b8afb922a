"""Causes that lie in whole columns: another unit, left blank, not filled down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median

from expectations.causes.evidence import Case, Item, Placed, by_column

FEWEST_CELLS = 3
# Between 元 and 万元 lie four places; cases differ from year to year, so that half a place more or less is allowed.
LEAST_FACTOR, MOST_FACTOR = Decimal(3_000), Decimal(30_000)
# Without last year's amounts: no fee or fine is a few yuan and some cents all the way down a column.
SMALL = Decimal(10)
SHARE_BLANK = 0.3


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
        if not rows or rows[0] in blank or len(blank) < max(FEWEST_CELLS, SHARE_BLANK * len(rows)):
            continue
        if any(one in blank and other in blank for one, other in pairwise(rows)):
            yield case.item("cause.not_filled_down", members, sheet=sheet, column=column)
