"""The first sheet of a 退回单: what to do, item by item, with every cell beneath and room to explain a question.

It is protected but for the cells in which a question may be explained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sources.reading.returned import ID_HEAD, LONGEST_REASON, NUMBER_HEAD, REASON_HEAD
from sources.workbooks.drawing import (
    A4,
    GREY,
    HEAD,
    INK,
    LINE,
    LINE_HEIGHT,
    MARGIN_INCHES,
    Formats,
    letters,
    lines_in,
    ranges_of,
)
from warehouse.model import Level

if TYPE_CHECKING:
    from sources.workbooks.returns import Item, Order, Problem, ReturnWords

# Number, level, sheet, cell, column or circumstances, what stands there, last year's value, explanation, id.
WIDTHS = (5, 7, 13, 9, 40, 18, 13, 42, 10.5)
NUMBER, LEVEL, SHEET, CELL, ABOUT, STANDS, BEFORE, REASON, ID = range(len(WIDTHS))
LAST = len(WIDTHS) - 1
LINK, BLOCKED, ROOM, FRAME = "#0563C1", "#F3F4F6", "#FFFBEA", "#BF9000"
# From here to there each level's part of the legend stands.
LEGEND = ((NUMBER, CELL), (ABOUT, ABOUT), (STANDS, LAST))
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
BANDS: Mapping[Level, str] = {Level.ERROR: "#FDEEF0", Level.QUESTION: "#FFF6DC", Level.NOTE: "#EFF5FB"}
TALLEST, LONGEST_LABEL = 400, 4
# A clerk writes more than one line, and a row of a fixed height does not grow.
LINES_TO_WRITE = 3
PROTECTED = {"format_columns": True, "format_rows": True}


class ListPen:
    """Draws the sheet, downwards. `answered`: whether the workbook comes back, so that questions can be explained."""

    def __init__(self, book: Any, sheet: Any, words: ReturnWords, *, answered: bool) -> None:
        self._sheet, self._words, self._answered = sheet, words, answered
        self._format = Formats(book, font_name=words.font, font_size=10.5, font_color=INK, valign="vcenter")
        self._widths = list(WIDTHS)
        self._row = 0
        self._rooms: list[int] = []

    def draw(
        self,
        order: Order,
        *,
        values: Mapping[tuple[str, str], str],
        linked: frozenset[str],
        steps: str,
        kept: str,
    ) -> None:
        """Title, legend, what to do, then every item; `linked` are the sheets that a link may lead to."""
        asks = order.count(Level.QUESTION) > 0
        answering = self._words.answering["marked" if self._answered else "listed"] if asks else ""
        self._answered = self._answered and asks
        if not self._answered:
            self._widths[ABOUT], self._widths[REASON] = WIDTHS[ABOUT] + WIDTHS[REASON], 0
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, width, None, {} if width else {"hidden": True})
        self._head(order, [*steps.split("\n"), answering, kept])
        header = self._row
        look = self._format(bold=True, border=1, bg_color=HEAD, align="center", text_wrap=True)
        self._sheet.set_row(header, 24)
        for column, head in enumerate(self._words.heads):
            self._sheet.write_string(header, column, head, look)
        self._row += 1
        for number, item in enumerate(order.items, start=1):
            self._item(number, item, values=values, linked=linked)
        self._teach()
        self._paper(header)
        self._sheet.protect("", PROTECTED)
        self._sheet.activate()

    def _head(self, order: Order, lines: Sequence[str]) -> None:
        words = self._words
        large = self._format(font_name=words.title_font, font_size=18, align="center")
        self._across(words.title.format(office=order.office, year=order.year), large, height=34)
        about = words.about.format(
            department=order.department,
            ledgers="、".join(order.ledgers),
            file=order.file or words.folder,
            made_at=order.made_at,
        )
        line = self._format(align="left", text_wrap=True)
        self._across(about, line)
        numbers = {f"{level}s": order.count(level) for level in Level}
        counted = words.counts.format(items=len(order.items), problems=len(order.problems), **numbers)
        self._across(counted, self._format(bold=True, align="left"))
        self._sheet.set_row(self._row, 4 + 2 * LINE_HEIGHT)
        for (left, right), level in zip(LEGEND, Level, strict=True):
            look = self._format(**{**LOOKS[level], "align": "left", "text_wrap": True, "indent": 1})
            if right > left:
                self._sheet.merge_range(self._row, left, self._row, right, "", look)
            self._sheet.write_string(self._row, left, words.levels[level].legend, look)
        self._row += 1
        for said in filter(None, lines):
            self._step(said, line)
        small = self._format(align="right", font_color=GREY, font_size=9)
        self._across(words.number.format(number=order.number) if order.number else "", small)

    def _across(self, text: str, look: Any, *, height: float = 0) -> None:
        self._sheet.set_row(self._row, height or 7 + LINE_HEIGHT * lines_in(text, sum(self._widths) - 6))
        self._sheet.merge_range(self._row, NUMBER, self._row, LAST, "", look)
        self._sheet.write_string(self._row, NUMBER, text, look)
        self._row += 1

    def _step(self, text: str, look: Any) -> None:
        """A line of what to do, which begins with what it is about."""
        about, colon, rest = text.partition("：")
        self._across(text, look)
        if colon and len(about) <= LONGEST_LABEL:
            label, plain = self._format(bold=True), self._format()
            self._sheet.write_rich_string(self._row - 1, NUMBER, label, about + colon, plain, rest, look)

    def _item(self, number: int, item: Item, *, values: Mapping[tuple[str, str], str], linked: frozenset[str]) -> None:
        """What is wrong, what to do once, then a line for each place."""
        words, band = self._words, {"bg_color": BANDS[item.level], "border": 1}
        spine = {"bg_color": BANDS[item.level], "left": 1, "right": 1, "border_color": LINE}
        top = self._row
        says = self._format(**band, bold=True, align="left", indent=1, text_wrap=True)
        fix = self._format(**band, align="left", indent=1, text_wrap=True)
        for text, look in ((item.says, says), (words.fix.format(fix=item.fix), fix)):
            self._merged(text, SHEET, LAST, look)
        counted = self._format(**band, bold=True, align="center")
        level = self._format(**{**LOOKS[item.level], "align": "center"})
        self._sheet.merge_range(top, NUMBER, self._row - 1, NUMBER, f"{number}", counted)
        self._sheet.merge_range(top, LEVEL, self._row - 1, LEVEL, words.levels[item.level].name, level)
        if self._answered and sum(problem.level is Level.QUESTION for problem in item.problems) > 1:
            self._spine(self._row, self._format(**spine))
            self._room_for_all(band)
        several = len({problem.says for problem in item.problems}) > 1
        for problem in item.problems:
            if problem.sheet or problem.level is Level.QUESTION or len(item.problems) > 1:
                self._spine(self._row, self._format(**spine))
                self._line(problem, several=several, values=values, linked=linked)
        if item.problems and self._row - top > 2:
            self._spine(self._row - 1, self._format(**spine, bottom=1))

    def _merged(self, text: str, left: int, right: int, look: Any) -> None:
        height = 7 + LINE_HEIGHT * lines_in(text, sum(self._widths[left : right + 1]) - 4)
        self._sheet.set_row(self._row, min(height, TALLEST))
        self._sheet.merge_range(self._row, left, self._row, right, "", look)
        # Always as text, whatever it begins with: what a cell says must not become a formula here.
        self._sheet.write_string(self._row, left, text, look)
        self._row += 1

    def _room_for_all(self, band: Mapping[str, Any]) -> None:
        """One place in which all questions of the item are explained at once."""
        row = self._row
        self._merged(self._words.for_all, SHEET, BEFORE, self._format(**band, align="right", indent=1, text_wrap=True))
        self._sheet.write_blank(row, ID, None, self._format(**band))
        self._room(row)
        self._sheet.set_row(row, 8 + LINE_HEIGHT * LINES_TO_WRITE)

    def _spine(self, row: int, look: Any) -> None:
        """Number and level stand once; beneath, their colour holds the item together."""
        for column in (NUMBER, LEVEL):
            self._sheet.write_blank(row, column, None, look)

    def _room(self, row: int) -> None:
        """The cell in which a clerk may write."""
        look = {"border": 1, "border_color": FRAME, "bg_color": ROOM, "locked": False, "num_format": "@"}
        self._sheet.write_blank(row, REASON, None, self._format(**look, align="left", valign="top", text_wrap=True))
        self._rooms.append(row)

    def _teach(self) -> None:
        """Each cell that may be written to says what belongs into it, and takes no more than will be read."""
        told = self._words.reason
        check: dict[str, Any] = {"validate": "length", "criteria": "<=", "value": LONGEST_REASON}
        check |= {"input_title": told.title, "input_message": told.message}
        check |= {"error_title": told.title, "error_message": told.too_long}
        for ranges in ranges_of([f"{letters(REASON)}{row + 1}" for row in self._rooms]):
            self._sheet.data_validation(ranges.split()[0], check | {"multi_range": ranges})

    def _line(
        self,
        problem: Problem,
        *,
        several: bool,
        values: Mapping[tuple[str, str], str],
        linked: frozenset[str],
    ) -> None:
        words = self._words
        stands = values.get((problem.sheet or "", problem.cell or ""), "")
        texts = {
            SHEET: problem.sheet or words.whole_file,
            CELL: problem.cell or (words.whole_sheet if problem.sheet else ""),
            ABOUT: "\n".join(filter(None, (problem.says if several else problem.column, problem.remark))),
            STANDS: {"yes": stands, "personal": stands if stands == words.blank else words.personal, "no": ""}[
                problem.shown
            ],
            BEFORE: problem.before,
            ID: problem.id,
        }
        for column, text in texts.items():
            align = "center" if column in (CELL, ID) else "left"
            look = self._format(border=1, align=align, text_wrap=True, indent=int(align == "left"))
            self._sheet.write_string(self._row, column, text, look)
        if problem.remark:
            self._remark(problem.remark, before=texts[ABOUT].removesuffix(problem.remark))
        if problem.sheet is not None and problem.sheet in linked:
            quoted = problem.sheet.replace("'", "''")
            link = self._format(border=1, align="center", font_color=LINK, underline=1, text_wrap=True)
            place = f"internal:'{quoted}'!{problem.address or 'A1'}"
            self._sheet.write_url(self._row, CELL, place, link, texts[CELL])
        asks = self._answered and problem.level is Level.QUESTION
        if asks:
            self._room(self._row)
        else:
            self._sheet.write_blank(self._row, REASON, None, self._format(border=1, bg_color=BLOCKED))
        lines = max(lines_in(text, self._widths[column] - 3) for column, text in texts.items())
        self._sheet.set_row(self._row, min(6 + LINE_HEIGHT * max(lines, LINES_TO_WRITE * asks), TALLEST))
        self._row += 1

    def _remark(self, remark: str, *, before: str) -> None:
        """What became of an earlier answer is what the clerk must see first."""
        look = {"border": 1, "align": "left", "indent": 1, "text_wrap": True}
        loud = self._format(font_color=LOOKS[Level.ERROR]["font_color"], bold=True)
        if before:
            parts = (self._format(), before, loud, remark, self._format(**look))
            self._sheet.write_rich_string(self._row, ABOUT, *parts)
        else:
            loud = self._format(**look, font_color=LOOKS[Level.ERROR]["font_color"], bold=True)
            self._sheet.write_string(self._row, ABOUT, remark, loud)

    def _paper(self, header: int) -> None:
        """A4 across, all columns on a page, the heads on each."""
        self._sheet.repeat_rows(header)
        self._sheet.hide_gridlines(2)
        self._sheet.set_paper(A4)
        self._sheet.set_landscape()
        self._sheet.set_margins(**MARGIN_INCHES)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer(self._words.page)


def knows_its_heads(heads: tuple[str, ...]) -> bool:
    """Whether these heads are those of the columns drawn here, by which explanations are found again."""
    at = {NUMBER: NUMBER_HEAD, REASON: REASON_HEAD, ID: ID_HEAD}
    return len(heads) == len(WIDTHS) and all(heads[column] == head for column, head in at.items())
