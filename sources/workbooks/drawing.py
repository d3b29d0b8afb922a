"""What every workbook drawn here shares: paper, colours, how wide a text is, and formats that are made once."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

A4 = 9
MARGIN_INCHES = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}
# As many units of width as a landscape A4 page holds while its print is still easily read.
PAGE_WIDTH = 190
LINE_HEIGHT = 15
# Beyond this Excel gives up on the places of one rule.
MOST_RANGES = 400
INK, LINE, GREY, HEAD = "#1F2937", "#9CA3AF", "#6B7280", "#DCE6F2"
_PLACE = re.compile(r"([A-Z]+)(\d+)")


class Formats:
    """The formats of one workbook: each that is asked for again is the one that was made before."""

    def __init__(self, book: Any, **usual: Any) -> None:
        self._book, self._usual = book, usual
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **look: Any) -> Any:
        """The format that looks as usual but for what is said."""
        whole = self._usual | ({"border_color": LINE} if "border" in look else {}) | look
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(whole)
        return self._made[key]


def pages_wide(widths: Iterable[float]) -> int:
    """On how many landscape A4 pages side by side columns of these widths are still easily read."""
    return max(1, math.ceil(sum(widths) / PAGE_WIDTH))


def cells(text: str) -> int:
    """The width of a text on a sheet: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def lines_in(text: str, width: float) -> int:
    """How many lines the text needs in a cell of this width, one at least."""
    return sum(max(1, math.ceil(cells(line) / width)) for line in text.split("\n"))


def letters(at: int) -> str:
    """The column letters of a position from 0."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(at))


def ranges_of(addresses: Sequence[str]) -> list[str]:
    """The cells as ranges, those below each other in one, a few hundred in each text."""
    columns: dict[str, list[int]] = {}
    for address in addresses:
        match = _PLACE.fullmatch(address)
        if match:
            columns.setdefault(match[1], []).append(int(match[2]))
    ranges = []
    for letters, rows in columns.items():
        start = last = -1
        for row in [*sorted(rows), -1]:
            if row == last + 1 and start > 0:
                last = row
                continue
            if start > 0:
                ranges.append(f"{letters}{start}" if start == last else f"{letters}{start}:{letters}{last}")
            start = last = row
    return [" ".join(ranges[at : at + MOST_RANGES]) for at in range(0, len(ranges), MOST_RANGES)]
