"""What surrounds the values of a sheet: which columns are hidden, which cells are struck through, what a sum covers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sources.formats.places import column_of, letters

Range = tuple[int, int, int, int]
Place = tuple[int, int]

# Of a sheet in which every row is summed up the first ones tell enough.
MOST_SUMS = 5000

_SUM = re.compile(r"=?\s*(?:SUM|SUBTOTAL)\(\s*(?:(?:9|109)\s*[,;]\s*)?([^()]+)\)", re.IGNORECASE)
_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


@dataclass(frozen=True, slots=True)
class Details:
    """Rows and columns from 0. `sums` holds the ranges that the formula of a cell adds up, and nothing else."""

    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[Place] = frozenset()
    sums: Mapping[Place, tuple[Range, ...]] = field(default_factory=dict)


NO_DETAILS = Details()


def summed(formula: str) -> tuple[Range, ...]:
    """The ranges that `SUM(E3:E20)` adds up; none where the formula does anything else, or leaves the sheet."""
    match = _SUM.fullmatch(formula.strip())
    if match is None:
        return ()
    found = []
    for part in re.split("[,;]", match[1]):
        cells = _CELLS.fullmatch(part.strip().upper())
        if cells is None:
            return ()
        top, left = int(cells[2]) - 1, column_of(cells[1])
        bottom, right = (int(cells[4]) - 1, column_of(cells[3])) if cells[3] else (top, left)
        found.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))
    return tuple(found)


def moved(formula: str, *, down: int, across: int) -> str:
    """The formula as it reads when it is filled that far; what a $ holds stays."""

    def shift(match: re.Match[str]) -> str:
        fixed_column, name, fixed_row, row = match.groups()
        column = column_of(name) if fixed_column else column_of(name) + across
        return f"{fixed_column}{letters(column)}{fixed_row}{int(row) if fixed_row else int(row) + down}"

    return re.sub(r"(\$?)([A-Z]{1,3})(\$?)(\d{1,7})\b", shift, formula)
