"""The records of a binary workbook (.xlsb): what calamine does not tell of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sources.formats.details import NO_DETAILS, Details
from sources.formats.grid import Marks
from sources.values import Broken

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_ROW, _CELL_ERROR, _FORMULA_ERROR, _COLUMNS, _WORKBOOK, _SHEET = 0, 3, 11, 60, 153, 156
_FURTHEST = 16_384


def sheets(workbook: bytes) -> dict[str, str]:
    """The relation of each sheet by the sheet's name."""
    found = {}
    for kind, body in _records(workbook):
        if kind == _SHEET:
            relation, after = _text(body, 8)
            found[_text(body, after)[0]] = relation
    return found


def epoch_1904(workbook: bytes) -> bool:
    """Whether dates count from 1904."""
    return any(body[0] & 1 for kind, body in _records(workbook) if kind == _WORKBOOK and body)


def marks(sheet: bytes) -> Marks:
    """Hidden rows and columns, error cells."""
    hidden: set[int] = set()
    columns: set[int] = set()
    broken = {}
    row = 0
    for kind, body in _records(sheet):
        if kind == _ROW and len(body) >= 12:
            row = int.from_bytes(body[:4], "little")
            if body[11] & 0x10:
                hidden.add(row + 1)
        elif kind in (_CELL_ERROR, _FORMULA_ERROR) and len(body) >= 9:
            error = _ERRORS.get(body[8], "#N/A")
            broken[row, int.from_bytes(body[:4], "little")] = Broken("cell.error_value", error)
        elif kind == _COLUMNS and len(body) >= 18 and body[16] & 1:
            first, last = struct.unpack_from("<II", body)
            columns.update(range(first, min(last, _FURTHEST) + 1))
    details = Details(hidden_columns=frozenset(columns)) if columns else NO_DETAILS
    return Marks(hidden_rows=frozenset(hidden), broken=broken, details=details)


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record's kind and body; both its kind and its length take as many bytes as they need."""
    at, end = 0, len(part)
    while at < end:
        kind = part[at]
        at += 1
        if kind & 0x80:
            if at >= end:
                return
            kind, at = kind & 0x7F | (part[at] & 0x7F) << 7, at + 1
        size = 0
        for place in range(0, 28, 7):
            if at >= end:
                return
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << place
            if not byte & 0x80:
                break
        yield kind, part[at : at + size]
        at += size


def _text(body: bytes, at: int) -> tuple[str, int]:
    """The text that begins there, and where it ends."""
    end = at + 4 + 2 * int.from_bytes(body[at : at + 4], "little")
    return body[at + 4 : end].decode("utf-16-le", "replace"), end
