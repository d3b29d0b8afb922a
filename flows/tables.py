"""Tables for people: drawn on a terminal, plain aligned lines anywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console

GAP = "  "


def show(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> None:
    """Print the table; the columns whose indexes are in `numbers` are set right."""
    if console.is_terminal:
        _draw(console, heads, rows, numbers)
    else:
        for line in plain(heads, rows, numbers=numbers):
            # Not through rich's wrapping: a line in a log or a pipe is as long as it is.
            console.file.write(f"{line}\n")


def plain(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> list[str]:
    """The table as lines, columns aligned by the width that Chinese characters take on a screen."""
    widths = [max(cell_len(line[column]) for line in (heads, *rows)) for column in range(len(heads))]
    return [_line(cells, widths, numbers) for cells in (heads, *rows)]


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> str:
    padded = []
    for column, (text, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - cell_len(text))
        padded.append(space + text if column in numbers else text + space)
    return GAP.join(padded).rstrip()


def _draw(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column, head in enumerate(heads):
        table.add_column(head, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
