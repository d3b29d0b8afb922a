"""How a 退回单 looks: list, colours, marks and comments, which xlsxwriter draws in a workbook of their own."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sources.reading.returned import PROPERTY, RULE
from sources.workbooks.form_pen import A4, INK, LINE, LINE_HEIGHT, MARGIN_INCHES, cells
from warehouse.model import Level

if TYPE_CHECKING:
    from sources.workbooks.returns import Order, Problem, ReturnWords

WIDTHS = (6, 7, 14, 9, 16, 18, 40, 38, 10, 10)
CENTRED = (0, 1, 3)
GREY, LINK, HEAD = "#6B7280", "#0563C1", "#DCE6F2"
LAST = len(WIDTHS) - 1
# From here to there each level's part of the legend stands.
LEGEND = ((0, 4), (5, 6), (7, LAST))
# Told apart by more than colour: on a black-and-white print the letters and the frame still say which it is.
LOOKS: Mapping[Level, dict[str, Any]] = {
    Level.ERROR: {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True, "border": 1, "border_color": "#C00000"},
    Level.QUESTION: {
        "bg_color": "#FFEB9C", "font_color": "#7F6000", "italic": True, "border": 3, "border_color": "#BF9000",
    },
    Level.NOTE: {
        "bg_color": "#DDEBF7", "font_color": "#1F4E79", "underline": 1, "border": 4, "border_color": "#2E75B6",
    },
}  # fmt: skip
# Beyond this Excel gives up on one rule's places.
MOST_RANGES = 400
TALLEST, LONGEST_COMMENT = 400, 8000
COMMENT_WIDTH, COMMENT_LINE, COMMENT_LETTERS = 300, 17, 40
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def draw_list(order: Order, words: ReturnWords, *, kept: str) -> bytes:
    """A workbook that holds the list alone."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": order.created})
    book.set_custom_property(PROPERTY, order.number)
    steps = words.steps["listed"]
    _List(book, book.add_worksheet(words.sheet), words).draw(order, values={}, linked={}, steps=steps, kept=kept)
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
    listed = _List(book, book.add_worksheet(name), words)
    linked = {sheet: sheet for sheet in sheets}
    listed.draw(order, values=values, linked=linked, steps=words.steps["marked"], kept=kept)
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
    )[:LONGEST_COMMENT]
    lines = sum(max(1, math.ceil(cells(line) / COMMENT_LETTERS)) for line in text.split("\n"))
    look = {"author": words.author, "width": COMMENT_WIDTH, "height": COMMENT_LINE * (lines + 1)}
    colour = LOOKS[problems[0].level]["bg_color"]
    sheet.write_comment(address, text, {**look, "color": colour, "font_name": words.font, "font_size": 9})


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


class _List:
    """Draws the first sheet, downwards."""

    def __init__(self, book: Any, sheet: Any, words: ReturnWords) -> None:
        self._book, self._sheet, self._words = book, sheet, words
        self._row = 0
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)

    def draw(
        self,
        order: Order,
        *,
        values: Mapping[tuple[str, str], str],
        linked: Mapping[str, str],
        steps: str,
        kept: str,
    ) -> None:
        """Title, legend, what to do, then every problem."""
        words = self._words
        self._head(order, steps=steps, kept=kept)
        header = self._row
        look = self._format(bold=True, border=1, bg_color=HEAD, align="center", text_wrap=True)
        self._sheet.set_row(header, 24)
        for column, head in enumerate(words.heads):
            self._sheet.write_string(header, column, head, look)
        self._row += 1
        for number, problem in enumerate(order.problems, start=1):
            self._line(number, problem, values=values, linked=linked)
        self._sheet.freeze_panes(header + 1, 0)
        self._sheet.repeat_rows(header)
        self._sheet.hide_gridlines(2)
        self._sheet.set_paper(A4)
        self._sheet.set_landscape()
        self._sheet.set_margins(**MARGIN_INCHES)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer(words.page)
        if order.problems:
            self._sheet.autofilter(header, 0, self._row - 1, LAST)
        self._sheet.activate()

    def _head(self, order: Order, *, steps: str, kept: str) -> None:
        words = self._words
        large = self._format(font_name=words.title_font, font_size=18, align="center")
        self._across(words.title.format(office=order.office, year=order.year), large, height=34)
        about = words.about.format(
            department=order.department,
            ledgers="、".join(order.ledgers),
            file=order.file or words.folder,
            made_at=order.made_at,
        )
        self._across(about, self._format(align="left", text_wrap=True))
        numbers = {f"{level}s": order.count(level) for level in Level}
        self._across(
            words.counts.format(problems=len(order.problems), **numbers), self._format(bold=True, align="left")
        )
        self._sheet.set_row(self._row, 26)
        for (left, right), (level, said) in zip(LEGEND, sorted_levels(words), strict=True):
            look = self._format(**{**LOOKS[level], "align": "left", "text_wrap": True, "indent": 1})
            self._sheet.merge_range(self._row, left, self._row, right, said, look)
        self._row += 1
        for line in (*steps.split("\n"), kept):
            if line:
                self._across(line, self._format(align="left", text_wrap=True))
        small = self._format(align="right", font_color=GREY, font_size=9)
        self._across(words.number.format(number=order.number) if order.number else "", small)

    def _across(self, text: str, look: Any, *, height: float = 0) -> None:
        lines = math.ceil(cells(text) / (sum(WIDTHS) - 6))
        self._sheet.set_row(self._row, height or 7 + LINE_HEIGHT * max(lines, 1))
        self._sheet.merge_range(self._row, 0, self._row, LAST, "", look)
        self._sheet.write_string(self._row, 0, text, look)
        self._row += 1

    def _line(
        self, number: int, problem: Problem, *, values: Mapping[tuple[str, str], str], linked: Mapping[str, str]
    ) -> None:
        words = self._words
        stands = values.get((problem.sheet or "", problem.cell or ""), "")
        texts = (
            str(number),
            words.levels[problem.level].name,
            problem.sheet or "",
            problem.cell or (words.whole_sheet if problem.sheet else ""),
            problem.column,
            {"yes": stands, "personal": stands if stands == words.blank else words.personal, "no": ""}[problem.shown],
            problem.says,
            problem.fix,
            problem.before,
            problem.id,
        )
        for column, text in enumerate(texts):
            # Always as text, whatever it begins with: what a cell says must not become a formula here.
            self._sheet.write_string(self._row, column, text, self._look(column, problem.level))
        if problem.sheet is not None and problem.sheet in linked:
            place = problem.address or "A1"
            quoted = problem.sheet.replace("'", "''")
            link = self._format(border=1, align="center", font_color=LINK, underline=1, text_wrap=True)
            self._sheet.write_url(self._row, 3, f"internal:'{quoted}'!{place}", link, texts[3])
        rooms = zip(texts, WIDTHS, strict=True)
        lines = max(math.ceil(cells(part) / (width - 3)) for text, width in rooms for part in text.split("\n"))
        self._sheet.set_row(self._row, min(8 + LINE_HEIGHT * max(lines, 1), TALLEST))
        self._row += 1

    def _look(self, column: int, level: Level) -> Any:
        align = "center" if column in CENTRED else "left"
        look: dict[str, Any] = {"border": 1, "align": align, "text_wrap": True, "indent": int(align == "left")}
        if column == 1:
            look |= LOOKS[level]
        return self._format(**look)

    def _format(self, **look: Any) -> Any:
        whole = {"font_name": self._words.font, "font_size": 10.5, "font_color": INK, "valign": "vcenter"}
        whole |= {"border_color": LINE} if "border" in look else {}
        whole |= look
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(whole)
        return self._formats[key]


def sorted_levels(words: ReturnWords) -> list[tuple[Level, str]]:
    """Each level with its line of the legend, the heaviest first."""
    return [(level, words.levels[level].legend) for level in Level]
