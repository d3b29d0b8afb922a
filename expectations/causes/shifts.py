"""Columns whose cells stand beside where they belong: shifted from some column on, or exchanged with a neighbour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from expectations.causes.evidence import Case, Item, Placed, letters_of, number_of
from warehouse.model import Block, type_of_fact

# A column is displaced if most of its rows fail, and nearly all that fail would be right in the column beside it.
FEWEST_CELLS, SHARE_FAILING, SHARE_FITTING = 3, 0.6, 0.9
RIGHT, LEFT = 1, -1


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table's columns by position, and the failing cells of those in which most rows fail."""

    case: Case
    name: str
    columns: Mapping[int, str]
    failing: Mapping[int, Sequence[Placed]]

    def belongs(self, letter: int, by: int, *, surely: bool) -> bool:
        """Whether the cells at `letter` would be right `by` columns to the left; `surely`: and not any text would."""
        neighbour, card = self.columns.get(letter - by), self.case.card
        texts = [text for each in self.failing[letter] if (text := self.case.text(each))]
        if card is None or (surely and (neighbour is None or len(texts) < FEWEST_CELLS)):
            return False
        if neighbour is None or not texts:
            return not texts
        if surely and not card.columns[neighbour].tells:
            return False
        fits = {text: card.fits(neighbour, text) for text in set(texts)}
        return sum(fits[text] for text in texts) >= SHARE_FITTING * len(texts)

    def item(self, code: str, letters: Sequence[int], facts: Mapping[str, type_of_fact]) -> Item:
        """The failing cells of these columns, and the totals that differ because of them."""
        names = {self.columns[letter] for letter in letters}
        totals = [
            each
            for each in self.case.of("total.differs")
            if each.finding.sheet == self.name and each.finding.column in names
        ]
        members = [*(each for letter in letters for each in self.failing[letter]), *totals]
        column, key = self.columns[letters[0]], letters_of(letters[0])
        return self.case.item(code, members, sheet=self.name, column=column, key=key, facts=facts)


def displaced(case: Case) -> Iterator[Item]:
    """Cells stand one column beside where they belong; two columns that changed places are told apart from that."""
    cells: dict[str, dict[int, list[Placed]]] = {}
    for each in case.free:
        if each.finding.code.startswith("cell.") and each.letter and each.finding.sheet:
            cells.setdefault(each.finding.sheet, {}).setdefault(number_of(each.letter), []).append(each)
    for name, by_letter in cells.items():
        for block in case.blocks(name)[:1]:
            yield from _of_sheet(_sheet(case, block, by_letter))


def _sheet(case: Case, block: Block, cells: Mapping[int, Sequence[Placed]]) -> _Sheet:
    columns = {number_of(letter): column for column, letter in block.letters.items()}
    failing = {
        letter: found
        for letter, found in sorted(cells.items())
        if letter in columns
        and len(found) >= max(FEWEST_CELLS, SHARE_FAILING * len(case.rows(block.sheet, columns[letter])))
    }
    return _Sheet(case, block.sheet, columns, failing)


def _of_sheet(sheet: _Sheet) -> Iterator[Item]:
    sure = {by: [at for at in sheet.failing if sheet.belongs(at, by, surely=True)] for by in (RIGHT, LEFT)}
    used: set[int] = set()
    for one, other in pairwise(sheet.failing):
        if other == one + 1 and one in sure[LEFT] and other in sure[RIGHT] and not used & {one, other}:
            used |= {one, other}
            yield sheet.item("cause.columns_swapped", (one, other), _swap_facts(sheet, one, other))
    for code, by in (("cause.shifted_right", RIGHT), ("cause.shifted_left", LEFT)):
        if start := [letter for letter in sure[by] if letter not in used]:
            letters = _reach(sheet, start, by, used)
            used |= set(letters)
            yield sheet.item(code, letters, {"letter": letters_of(letters[0]), "columns": len(letters)})


def _swap_facts(sheet: _Sheet, one: int, other: int) -> dict[str, type_of_fact]:
    name, card = sheet.columns[other], sheet.case.card
    return {
        "letter": letters_of(one),
        "other_letter": letters_of(other),
        "other": card.columns[name].name if card else name,
    }


def _reach(sheet: _Sheet, sure: Sequence[int], by: int, used: set[int]) -> list[int]:
    """The columns of a shift: to the left while columns fail that may belong to it, to the right wherever they do."""
    reached = set(sure)
    left = min(sure) - 1
    while left in sheet.failing and left not in used and sheet.belongs(left, by, surely=False):
        reached.add(left)
        left -= 1
    for letter in sheet.failing:
        if letter > min(sure) and letter not in used and sheet.belongs(letter, by, surely=False):
            reached.add(letter)
    return sorted(reached)
