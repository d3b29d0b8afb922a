"""What stands in the cells of a received file, as it was written there: to show where a value came from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from sources.formats.grid import Unreadable, Workbook, open_workbook
from sources.personal import presentable
from sources.values import Broken, as_text

A1 = re.compile(r"([A-Z]+)(\d+)")


def quoted(content: bytes, cells: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """The text of each (sheet, A1 address) of the file; '' where the cell is empty or not there.

    What looks like an identity card or a telephone number is not shown.
    """
    book = open_workbook(content, {sheet for sheet, _ in cells}.__contains__)
    if isinstance(book, Unreadable):
        return dict.fromkeys(cells, "")
    return {(sheet, address): _text(_value(book, sheet, address)) for sheet, address in cells}


def _value(book: Workbook, name: str, address: str) -> Any:
    found = A1.fullmatch(address)
    sheet = next((sheet for sheet in book.sheets if sheet.name == name), None)
    if found is None or sheet is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(found[2]) - 1
    cells = sheet.rows[row] if row < len(sheet.rows) else []
    return cells[column - 1] if column <= len(cells) else None


def _text(value: Any) -> str:
    if isinstance(value, Broken):
        return value.text
    return presentable(as_text(value) or "")
