"""What stands in a file of another format, as an .xlsx: values, merged cells, hidden rows and sheets, widths."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sources.values import Broken
from sources.workbooks.form_pen import LINE, cells

if TYPE_CHECKING:
    from sources.formats.grid import Sheet
    from sources.workbooks.returns import ReturnWords

NARROWEST, WIDEST, LOOKED_AT = 6, 40, 500
FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}
LONGEST_NAME = 31
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


def copy(sheets: Sequence[Sheet], names: Mapping[str, str], *, words: ReturnWords) -> bytes:
    """The sheets as a new workbook; each value is of the kind that it was."""
    import xlsxwriter

    buffer = io.BytesIO()
    drawn = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    pen = _Copyist(drawn, words)
    for sheet in sheets:
        pen.sheet(sheet, names[sheet.name])
    drawn.close()
    return buffer.getvalue()


class _Copyist:
    def __init__(self, book: Any, words: ReturnWords) -> None:
        base = {"font_name": words.font, "font_size": 11, "border": 1, "border_color": LINE, "valign": "vcenter"}
        self._book = book
        self._text = book.add_format({**base, "num_format": "@", "text_wrap": True})
        self._plain = book.add_format(base)
        self._dated = {kind: book.add_format({**base, "num_format": form}) for kind, form in FORMATS.items()}

    def sheet(self, sheet: Sheet, name: str) -> None:
        """One sheet, cell by cell."""
        drawn = self._book.add_worksheet(name)
        for at, width in enumerate(widths_of(sheet)):
            drawn.set_column(at, at, width)
        merged = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merged}
        for row, line in enumerate(sheet.rows):
            for column, value in enumerate(line):
                self._put(drawn, row, column, value=value)
        for (top, left), (bottom, right) in merged.items():
            drawn.merge_range(top, left, bottom, right, "", self._text)
            value = sheet.rows[top][left] if top < len(sheet.rows) and left < len(sheet.rows[top]) else ""
            self._put(drawn, top, left, value=value)
        for row in sheet.hidden_rows:
            drawn.set_row(row - 1, None, None, {"hidden": True})
        if sheet.hidden:
            drawn.hide()

    def _put(self, drawn: Any, row: int, column: int, *, value: Any) -> None:
        match value:
            case "" | None:
                return
            case Broken(code="cell.formula_without_value"):
                drawn.write_formula(row, column, "=NA()", self._plain, "")
            case Broken():
                drawn.write_formula(row, column, "=NA()", self._plain, value.text)
            case str():
                drawn.write_string(row, column, value, self._text)
            case bool():
                drawn.write_boolean(row, column, value, self._plain)
            case int() | float():
                drawn.write_number(row, column, value, self._plain)
            case datetime() | date() | time() | timedelta():
                drawn.write_datetime(row, column, value, self._dated[type(value)])
            case _:
                drawn.write_string(row, column, str(value), self._text)


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
