"""What stands in a file of another format, as an .xlsx: values, merged cells, hidden rows and sheets, widths."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sources.formats.biff_looks import Looks, shows_dates
from sources.formats.biff_print import Print
from sources.values import Broken
from sources.workbooks.drawing import A4, LINE, MARGIN_INCHES, Formats, cells, pages_wide

if TYPE_CHECKING:
    from sources.formats.grid import Sheet
    from sources.workbooks.returns import ReturnWords

NARROWEST, WIDEST, LOOKED_AT, LOOKED_AT_FOR_HEADS = 6, 40, 500, 15
FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}
LONGEST_NAME = 31
# As far as Excel shrinks and enlarges what it prints.
SCALES = range(10, 401)
# A width counts the padding of a cell in a file, and does not count it in what xlsxwriter is told.
CELL_PADDING = 0.71
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def names_for(sheets: Sequence[Sheet]) -> dict[str, str]:
    """What each sheet is called in an .xlsx, which does not allow every name."""
    names: dict[str, str] = {}
    for sheet in sheets:
        plain = _FORBIDDEN.sub("_", sheet.name).strip("'")[:LONGEST_NAME] or "_"
        taken = {name.casefold() for name in names.values()}
        endings = (f"_{number}" if number else "" for number in range(len(sheets)))
        candidates = (plain[: LONGEST_NAME - len(ending)] + ending for ending in endings)
        names[sheet.name] = next(name for name in candidates if name.casefold() not in taken)
    return names


def copy(
    sheets: Sequence[Sheet], names: Mapping[str, str], *, words: ReturnWords, looks: Mapping[str, Looks], at: datetime
) -> bytes:
    """The sheets as a new workbook; each value is of the kind that it was, each sheet as it looked where that is known.

    `at` is when it was made, by which the document is dated.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    drawn = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    drawn.set_properties({"created": at})
    pen = _Copyist(drawn, words)
    for sheet in sheets:
        pen.sheet(sheet, names[sheet.name], looks.get(sheet.name) or Looks(widths=dict(enumerate(widths_of(sheet)))))
    drawn.close()
    return buffer.getvalue()


class _Copyist:
    """Copies sheets cell by cell into one new workbook."""

    def __init__(self, book: Any, words: ReturnWords) -> None:
        self._book = book
        self._plain = {"font_name": words.font, "font_size": 11, "border": 1, "border_color": LINE, "valign": "vcenter"}
        self._format = Formats(book)
        self._looks = Looks()

    def sheet(self, sheet: Sheet, name: str, looks: Looks) -> None:
        """One sheet."""
        drawn, self._looks = self._book.add_worksheet(name), looks
        for at, width in looks.widths.items():
            drawn.set_column(at, at, max(width - CELL_PADDING, 0))
        for row in {*looks.heights, *(hidden - 1 for hidden in sheet.hidden_rows)}:
            hidden = {"hidden": True} if row + 1 in sheet.hidden_rows else {}
            drawn.set_row(row, looks.heights.get(row), None, hidden)
        self._cells(drawn, sheet)
        self._paper(drawn, sheet, looks)
        if sheet.hidden:
            drawn.hide()

    def _cells(self, drawn: Any, sheet: Sheet) -> None:
        values = {(row, column): value for row, line in enumerate(sheet.rows) for column, value in enumerate(line)}
        for (row, column), style in self._looks.cells.items():
            if values.get((row, column), "") in ("", None):
                drawn.write_blank(row, column, None, self._format(**self._looks.styles[style]))
        for (row, column), value in values.items():
            self._put(drawn, row, column, value=value)
        for top, left, bottom, right in sheet.merged:
            drawn.merge_range(top, left, bottom, right, "", self._of(top, left, "@"))
            self._put(drawn, top, left, value=values.get((top, left), ""))

    def _put(self, drawn: Any, row: int, column: int, *, value: Any) -> None:
        formula = self._looks.formulas.get((row, column))
        match value:
            case "" | None:
                return
            case Broken(code="cell.formula_without_value"):
                drawn.write_formula(row, column, formula or "=NA()", self._of(row, column), "")
            case Broken():
                drawn.write_formula(row, column, formula or "=NA()", self._of(row, column), value.text)
            case str() if formula:
                drawn.write_formula(row, column, formula, self._of(row, column), value)
            case str():
                drawn.write_string(row, column, value, self._of(row, column, "@"))
            case bool():
                drawn.write_boolean(row, column, value, self._of(row, column))
            case int() | float() if formula:
                drawn.write_formula(row, column, formula, self._of(row, column, dated=False), value)
            case int() | float():
                drawn.write_number(row, column, value, self._of(row, column, dated=False))
            case datetime() | date() | time() | timedelta():
                form = FORMATS[type(value)]
                drawn.write_datetime(row, column, value, self._of(row, column, form, dated=True))
            case _:
                drawn.write_string(row, column, str(value), self._of(row, column, "@"))

    def _of(self, row: int, column: int, form: str = "General", *, dated: bool | None = None) -> Any:
        """The cell's own format; where it has none, or would make another kind of value of this one, a plain one."""
        style = self._looks.cells.get((row, column))
        if style is None or style >= len(self._looks.styles):
            wrap = {"text_wrap": True} if form == "@" else {}
            return self._format(**self._plain, **wrap, num_format=form)
        look = self._looks.styles[style]
        if dated is not None and shows_dates(look.get("num_format", 0)) != dated:
            look = look | {"num_format": form}
        return self._format(**look)

    def _paper(self, drawn: Any, sheet: Sheet, looks: Looks) -> None:
        """As it was printed; what never said how, on A4, legible, with its heads on every page."""
        if looks.cells:
            _print_as_before(drawn, looks.print)
        else:
            drawn.set_paper(A4)
            drawn.set_landscape()
            drawn.set_margins(**MARGIN_INCHES)
            wide, head = pages_wide(looks.widths.values()), head_of(sheet)
            drawn.fit_to_pages(wide, 0)
            drawn.repeat_rows(head)
            if wide > 1 and head == 0:
                # A title above would be repeated, and cut, as well.
                drawn.repeat_columns(0)
        if looks.frozen:
            drawn.freeze_panes(*looks.frozen)


def _print_as_before(drawn: Any, paper: Print) -> None:
    """The sheet prints as the department had set it."""
    drawn.set_paper(paper.paper)
    if paper.landscape:
        drawn.set_landscape()
    if paper.pages:
        drawn.fit_to_pages(*paper.pages)
    elif paper.scale in SCALES:
        drawn.set_print_scale(paper.scale)
    drawn.set_margins(**paper.margins)
    # A picture in it is not in what was read.
    drawn.set_header(paper.header.replace("&G", ""))
    drawn.set_footer(paper.footer.replace("&G", ""))
    if paper.across:
        drawn.center_horizontally()
    if paper.down:
        drawn.center_vertically()
    if paper.rows:
        drawn.repeat_rows(*paper.rows)
    if paper.columns:
        drawn.repeat_columns(*paper.columns)
    if paper.area:
        drawn.print_area(*paper.area)


def head_of(sheet: Sheet) -> int:
    """The row that looks like the heads: the first of those that have the most cells filled."""
    filled = [sum(value not in ("", None) for value in line) for line in sheet.rows[:LOOKED_AT_FOR_HEADS]]
    return filled.index(max(filled)) if filled else 0


def widths_of(sheet: Sheet) -> list[float]:
    """A width for each column by what stands in it; a cell that spreads over several columns does not count."""
    wide: list[float] = []
    spread = {(top, left) for top, left, _bottom, right in sheet.merged if right > left}
    for row, line in enumerate(sheet.rows[:LOOKED_AT]):
        filled = sum(1 for value in line if value not in ("", None))
        wide.extend([NARROWEST] * (len(line) - len(wide)))
        for column, value in enumerate(line):
            # A lone text is a title, which may run over its neighbours.
            if value in ("", None) or (row, column) in spread or filled == 1:
                continue
            text = value.text if isinstance(value, Broken) else value if isinstance(value, str) else f"{value}"
            wide[column] = max(wide[column], min(max(map(cells, text.split("\n"))) + 2, WIDEST))
    return wide
