"""List, marks and comments of a 退回单, which xlsxwriter draws in a workbook of their own."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sources.reading.returned import PROPERTY, RULE
from sources.workbooks.drawing import lines_in, ranges_of
from sources.workbooks.returns_list import LOOKS, ListPen
from warehouse.model import Level

if TYPE_CHECKING:
    from sources.workbooks.returns import Order, Problem, ReturnWords

LONGEST_COMMENT = 8000
COMMENT_WIDTH, COMMENT_LINE, COMMENT_LETTERS = 300, 17, 40


def draw_list(order: Order, words: ReturnWords, *, kept: str) -> bytes:
    """A workbook that holds the list alone."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": order.created})
    book.set_custom_property(PROPERTY, order.number)
    pen = ListPen(book, book.add_worksheet(words.sheet), words, answered=False)
    pen.draw(order, values={}, linked=frozenset(), steps=words.steps["listed"], kept=kept)
    book.close()
    return buffer.getvalue()


def draw_marks(
    order: Order,
    words: ReturnWords,
    *,
    name: str,
    marked: Sequence[tuple[Mapping[str, list[Problem]], Mapping[int, float]]],
    values: Mapping[tuple[str, str], str],
    sheets: Sequence[str],
    kept: str,
) -> bytes:
    """The list as first sheet, called `name`, then one sheet for each of `marked` with nothing but marks and comments.

    `marked` gives the sheet's problems by address and its widths by column, which comments are placed by; `sheets`
    are those that a link may lead to.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    pen = ListPen(book, book.add_worksheet(name), words, answered=True)
    pen.draw(order, values=values, linked=frozenset(sheets), steps=words.steps["marked"], kept=kept)
    looks = {level: book.add_format(look) for level, look in LOOKS.items()}
    for number, (places, widths) in enumerate(marked, start=1):
        sheet = book.add_worksheet(f"{number}")
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        for level, look in looks.items():
            own = [address for address, problems in places.items() if problems[0].level is level]
            for ranges in ranges_of(own):
                rule = {"type": "formula", "criteria": f'=LEN("{RULE}{level}")>0', "format": look}
                sheet.conditional_format(ranges.split()[0], {**rule, "multi_range": ranges})
        for address, problems in places.items():
            _comment(sheet, address, problems, words)
    book.close()
    return buffer.getvalue()


def _comment(sheet: Any, address: str, problems: Sequence[Problem], words: ReturnWords) -> None:
    text = "\n".join(
        words.comment.format(level=words.levels[problem.level].name, says=problem.says, fix=problem.fix)
        for problem in problems
    )
    if any(problem.level is Level.QUESTION for problem in problems):
        text = f"{text}\n{words.comment_answer}"
    text = text[:LONGEST_COMMENT]
    height = COMMENT_LINE * (lines_in(text, COMMENT_LETTERS) + 1)
    look = {"author": words.author, "width": COMMENT_WIDTH, "height": height}
    colour = LOOKS[problems[0].level]["bg_color"]
    sheet.write_comment(address, text, {**look, "color": colour, "font_name": words.font, "font_size": 9})
