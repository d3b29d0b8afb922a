"""How a blank workbook looks: fonts, colours, widths, protection, print set-up. xlsxwriter is known only here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sources.workbooks.drawing import (
    A4,
    GREY,
    HEAD,
    INK,
    LINE_HEIGHT,
    MARGIN_INCHES,
    Formats,
    cells,
    letters,
    lines_in,
    pages_wide,
)

if TYPE_CHECKING:
    from sources.workbooks.forms import Field, FormWords, Page

TITLE_WIDTH = 150
# Two lines of what is typed: a row of a fixed height does not grow, one without looks cramped on paper.
ROW_HEIGHT = 28
HEADER_ROW = 2
WIDTHS = {"text": 16, "identifier": 18, "list": 20, "count": 9, "number": 10, "money": 12, "date": 12.5, "flag": 8}
SERIAL_WIDTH = 6
GUIDE_WIDTHS = (24, 11, 40, 42, 50)
NUMBER_FORMATS = {"count": "0", "number": "General", "money": "#,##0.00", "date": "yyyy-mm-dd"}
CENTRED = ("date", "flag", "code")
UNLOCKED = {"insert_rows": True, "delete_rows": True, "format_columns": True, "format_rows": True, "sort": True}
RED, PALE, MISSING = "#C00000", "#F1F5F9", "#FDE9E7"


class Pen:
    """Draws the sheets of one workbook; the guide grows downwards."""

    def __init__(self, book: Any, guide: Any, words: FormWords) -> None:
        self._book, self._guide, self.words = book, guide, words
        self._row = 0
        self._format = Formats(book, font_name=words.font, font_size=11, font_color=INK, valign="vcenter")
        guide.hide_gridlines(2)
        for column, width in enumerate(GUIDE_WIDTHS):
            guide.set_column(column, column, width)
        guide.protect("", {"format_columns": True, "format_rows": True})
        self._paper(guide, wide=1)

    def table(
        self,
        sheet: Any,
        page: Page,
        *,
        rows: int,
        subtitle: str,
        checks: Sequence[tuple[int, dict[str, Any] | None]],
        zero: int,
    ) -> None:
        """One sheet to be filled in: title, header, `rows` rows, the places for signatures."""
        widths = [width_of(field) for field in page.fields]
        first, last = HEADER_ROW + 1, HEADER_ROW + rows
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        key = max([at for at, field in enumerate(page.fields) if field.name in page.card.key and at <= 2], default=0)
        wide = pages_wide(widths)
        # What stands in columns that are repeated on every page would be repeated, and cut, as well.
        margin = key + 1 if wide > 1 else 0
        self._head(sheet, page, widths, subtitle=subtitle, margin=margin)
        self._body(sheet, page, first=first, last=last)
        self._check(sheet, page, checks, first=first, last=last, zero=zero)
        self._foot(sheet, widths, row=last + 2, margin=margin)
        sheet.freeze_panes(first, key + 1)
        sheet.repeat_rows(HEADER_ROW)
        if margin:
            sheet.repeat_columns(0, key)
        self._paper(sheet, wide=wide)
        sheet.protect("", UNLOCKED)

    def _head(self, sheet: Any, page: Page, widths: Sequence[float], *, subtitle: str, margin: int) -> None:
        # Not over all columns: on paper the title belongs on the first page, on a screen into view.
        end = _reach(widths, 0, TITLE_WIDTH)
        large = self._format(font_name=self.words.title_font, font_size=18, align="center")
        small = self._format(font_color=GREY, align="left")
        for row, height, start, text, style in ((0, 34, 0, page.title, large), (1, 22, margin, subtitle, small)):
            sheet.set_row(row, height)
            self._across(sheet, row, (start, end), text, style)
        lines = max(math.ceil((cells(field.heading) + 1) / width_of(field)) for field in page.fields)
        sheet.set_row(HEADER_ROW, 10 + LINE_HEIGHT * max(lines, 2))
        for column, field in enumerate(page.fields):
            self._heading(sheet, column, field)

    def _heading(self, sheet: Any, column: int, field: Field) -> None:
        fill = HEAD if field.required else PALE
        look = self._format(bold=True, border=1, bg_color=fill, align="center", text_wrap=True)
        mark = self.words.mark
        if field.heading.startswith(mark):
            red, dark = self._format(bold=True, font_color=RED), self._format(bold=True)
            sheet.write_rich_string(HEADER_ROW, column, red, mark, dark, field.heading.removeprefix(mark), look)
        else:
            sheet.write_string(HEADER_ROW, column, field.heading, look)

    def _body(self, sheet: Any, page: Page, *, first: int, last: int) -> None:
        whole_row = self._format(locked=False)
        looks = [self._data(field) for field in page.fields]
        for row in range(first, last + 1):
            sheet.set_row(row, ROW_HEIGHT, whole_row)
            for column, field in enumerate(page.fields):
                if field.serial:
                    sheet.write_number(row, column, row - HEADER_ROW, looks[column])
                else:
                    sheet.write_blank(row, column, None, looks[column])

    def _data(self, field: Field) -> Any:
        kind = field.column.type
        form = "General" if field.serial else NUMBER_FORMATS.get(kind, "@")
        align = "center" if field.serial or kind in CENTRED else "right" if kind in NUMBER_FORMATS else "left"
        return self._format(
            locked=False, border=1, num_format=form, align=align, font_size=10.5, text_wrap=align == "left"
        )

    def _check(
        self,
        sheet: Any,
        page: Page,
        checks: Sequence[tuple[int, dict[str, Any] | None]],
        *,
        first: int,
        last: int,
        zero: int,
    ) -> None:
        prompt = self.words.nothing_prompt.format(nothing=self.words.nothing)
        title = self.words.prompt_title
        sheet.data_validation(
            first, zero, first, zero, {"validate": "any", "input_title": title, "input_message": prompt}
        )
        for column, check in checks:
            start = first + 1 if column == zero else first
            if check is not None and start <= last:
                sheet.data_validation(start, column, last, column, check)
        self._remind(sheet, page, first=first, last=last, zero=zero)

    def _remind(self, sheet: Any, page: Page, *, first: int, last: int, zero: int) -> None:
        """A required cell that is still blank in a row that has been begun shows itself."""
        counted = [at for at, field in enumerate(page.fields) if not field.serial]
        if not counted or counted != list(range(counted[0], counted[0] + len(counted))):
            return
        row, style = first + 1, self._book.add_format({"bg_color": MISSING})
        begun = f"COUNTA(${letters(counted[0])}{row}:${letters(counted[-1])}{row})>0"
        stated = f'${letters(zero)}{row}<>"{self.words.nothing}"'
        for column, field in enumerate(page.fields):
            if field.required:
                formula = f"=AND({begun},{stated},ISBLANK({letters(column)}{row}))"
                sheet.conditional_format(
                    first, column, last, column, {"type": "formula", "criteria": formula, "format": style}
                )

    def _foot(self, sheet: Any, widths: Sequence[float], *, row: int, margin: int) -> None:
        """The places for names and date, side by side as far as the columns reach, else below each other."""
        words, column = self.words, margin
        for text in (words.reported_by, words.reviewed_by, words.reported_on):
            label_end = _reach(widths, column, cells(text))
            if label_end + 1 >= len(widths) or sum(widths[label_end + 1 :]) < 14:
                row, column = (row + 1, 0) if column else (row, 0)
                label_end = min(_reach(widths, 0, cells(text)), max(len(widths) - 2, 0))
            value_end = _reach(widths, label_end + 1, 14)
            dated = {"num_format": NUMBER_FORMATS["date"]} if text == words.reported_on else {"num_format": "@"}
            label = self._format(locked=False, align="right", bold=True)
            self._across(sheet, row, (column, label_end), text, label)
            if value_end > label_end:
                space = self._format(locked=False, align="left", bottom=1, **dated)
                self._across(sheet, row, (label_end + 1, value_end), "", space)
            sheet.set_row(row, 26, self._format(locked=False))
            column = value_end + 1
            if column >= len(widths):
                row, column = row + 1, 0

    def guide_title(self, text: str) -> None:
        """A heading of the guide."""
        if self._row:
            self._row += 1
        look = self._format(font_name=self.words.title_font, font_size=14, align="left")
        self._guide.set_row(self._row, 28)
        self._across(self._guide, self._row, (0, len(GUIDE_WIDTHS) - 1), text, look)
        self._row += 1

    def guide_rules(self, rules: Sequence[str]) -> None:
        """What holds for the whole table, a line each."""
        for rule in rules:
            self._guide.set_row(self._row, 6 + LINE_HEIGHT * lines_in(rule, sum(GUIDE_WIDTHS) - 4))
            look = self._format(align="left", text_wrap=True)
            self._across(self._guide, self._row, (0, len(GUIDE_WIDTHS) - 1), rule, look)
            self._row += 1
        self._row += 1

    def guide_table(self, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """What each column means."""
        self._guide_heads(heads, [(at, at) for at in range(len(heads))])
        for line in lines:
            self._guide_line(line, [(at, at) for at in range(len(line))])

    def guide_figures(self, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        """Name, value and meaning of each figure."""
        spans = [(0, 1), (2, 2), (3, len(GUIDE_WIDTHS) - 1)]
        self._guide_heads(heads, spans)
        for line in lines:
            self._guide_line(line, spans)

    def guide_list(self, title: str, options: Sequence[str]) -> str:
        """The options below each other; gives the range where they stand, as a formula."""
        self._row += 1
        self._guide_heads([title], [(0, 1)])
        start = self._row + 1
        for option in options:
            self._guide_line([option], [(0, 1)])
        name = self._guide.get_name()
        return f"='{name}'!$A${start}:$A${self._row}"

    def _guide_heads(self, heads: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        look = self._format(bold=True, border=1, bg_color=HEAD, align="center")
        self._guide.set_row(self._row, 24)
        for span, head in zip(spans, heads, strict=True):
            self._across(self._guide, self._row, span, head, look)
        self._row += 1

    def _guide_line(self, line: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        look = self._format(border=1, align="left", indent=1, text_wrap=True)
        rooms = [sum(GUIDE_WIDTHS[left : right + 1]) - 3 for left, right in spans]
        lines = max(lines_in(text, room) for text, room in zip(line, rooms, strict=True))
        self._guide.set_row(self._row, 6 + LINE_HEIGHT * lines)
        for span, text in zip(spans, line, strict=True):
            self._across(self._guide, self._row, span, text, look)
        self._row += 1

    def _across(self, sheet: Any, row: int, span: tuple[int, int], text: str, look: Any) -> None:
        left, right = span
        if right > left:
            sheet.merge_range(row, left, row, right, "", look)
        if text:
            sheet.write_string(row, left, text, look)
        elif right == left:
            sheet.write_blank(row, left, None, look)

    def _paper(self, sheet: Any, *, wide: int) -> None:
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.set_margins(**MARGIN_INCHES)
        sheet.fit_to_pages(wide, 0)
        sheet.set_footer(self.words.page)


def width_of(field: Field) -> float:
    """How wide a column is drawn: by what will stand in it, and so that its heading needs three lines at most."""
    if field.serial:
        return SERIAL_WIDTH
    kind = field.column.type
    options = max(map(cells, field.column.codes), default=0)
    wide = min(max(options + 5, 10), 26) if kind == "code" else WIDTHS[kind]
    return max(wide, math.ceil(cells(field.heading) / 3) + 2)


def _reach(widths: Sequence[float], start: int, wanted: float) -> int:
    """The last column of the span from `start` that is at least `wanted` wide, or of all that are left."""
    room, at = 0.0, start
    while at < len(widths):
        room += widths[at]
        if room >= wanted:
            return at
        at += 1
    return len(widths) - 1
