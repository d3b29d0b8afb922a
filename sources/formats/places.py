"""Rows and columns as people name them."""

from __future__ import annotations

from collections.abc import Sequence


def spans(rows: Sequence[int]) -> str:
    """Row numbers as people write them: 17、20—23."""
    return "、".join(str(first) if first == last else f"{first}—{last}" for first, last in runs(rows))


def runs(rows: Sequence[int]) -> list[list[int]]:
    """The first and the last of each run without a gap, of ascending numbers."""
    if rows and rows[-1] - rows[0] + 1 == len(rows):
        return [[rows[0], rows[-1]]]
    found: list[list[int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return found


def addresses(at: int, rows: Sequence[int]) -> str:
    """The cells of a column in some rows: H7、H9—H12."""
    each = spans(rows).replace("—", f"—{letters(at)}").split("、")
    return "、".join(f"{letters(at)}{run}" for run in each)


def letters(at: int) -> str:
    """The column letters of a position from 0: A, Z, AA."""
    text, number = "", at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(letters: str) -> int:
    """The position from 0 of a column's letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
