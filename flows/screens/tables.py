"""Tables for people: drawn on a terminal, plain aligned lines anywhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells
from rich.console import Console

GAP = "  "
# What rich puts between two columns of a table without lines.
PADDING = 3
# Below this width a shortened column says nothing any more.
LEGIBLE = 16

# What stays together on a line: a Latin word or number, and any character with the punctuation that closes it.
_PIECES = re.compile(r"\s+|(?:[!-~]+|.)[，。；：、！？）》」』〕】”’…]*", re.DOTALL)


def show(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    """Print the table; the columns whose indexes are in `numbers` are set right."""
    widths = _widths(heads, rows)
    room = console.width - (sum(widths) - max(widths)) - PADDING * len(widths)
    if console.is_terminal and room >= min(max(widths), LEGIBLE):
        _draw(console, heads, rows, numbers=numbers, room=room)
        return
    for line in plain(heads, rows, numbers=numbers):
        # Not through rich's wrapping: a line in a log, a pipe or a small window is as long as it is.
        console.file.write(f"{line}\n")


def plain(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> list[str]:
    """The table as lines, columns aligned by the width that Chinese characters take on a screen."""
    widths = _widths(heads, rows)
    return [_line(cells, widths, numbers) for cells in (heads, *rows)]


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(cell_len(line[column]) for line in (heads, *rows)) for column in range(len(heads))]


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> str:
    padded = []
    for column, (text, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - cell_len(text))
        padded.append(space + text if column in numbers else text + space)
    return GAP.join(padded).rstrip()


def _draw(
    console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int], room: int
) -> None:
    """Draw the table; its widest column gets `room` and gives way, the others stay whole."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    widths = _widths(heads, rows)
    for column, head in enumerate(heads):
        table.add_column(
            head,
            justify="right" if column in numbers else "left",
            no_wrap=True,
            overflow="ellipsis",
            width=min(room, widths[column]) if widths[column] == max(widths) else widths[column],
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells: Chinese breaks anywhere but before what closes, words stay whole."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if cell_len(lines[-1] + piece) <= width:
            lines[-1] += piece
        elif piece.isspace():
            lines.append("")
        else:
            *whole, last = chop_cells(piece, width)
            lines += [*whole, last]
    return [line.rstrip() for line in lines if line.strip()]
