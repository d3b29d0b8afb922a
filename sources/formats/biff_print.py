"""How the sheets of an .xls print: paper, scale, margins, header and footer, what is repeated, which part."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from sources.formats.biff import records

_END, _NAME = 0x000A, 0x0018
_FIT, _SETUP, _HEADER, _FOOTER, _ACROSS, _DOWN = 0x0081, 0x00A1, 0x0014, 0x0015, 0x0083, 0x0084
_MARGINS = {0x0026: "left", 0x0027: "right", 0x0028: "top", 0x0029: "bottom"}
# The records of a sheet that say how it prints.
TELLING = frozenset({_FIT, _SETUP, _HEADER, _FOOTER, _ACROSS, _DOWN, *_MARGINS})
_FIT_TO_PAGE, _PORTRAIT, _OF_EXCEL, _PRINT_AREA, _PRINT_TITLES = 0x01, 0x02, 0x20, 6, 7
_AREA, _GROUP, _UNION, _BRACKETS = 0x3B, 0x29, 0x10, 0x15
_ALL_COLUMNS = (0, 255)

Range = tuple[int, int, int, int]


@dataclass(slots=True)
class Print:
    """How one sheet prints; margins are in inches, rows and columns from 0. `pages` are across and down, if it fits."""

    paper: int = 0
    landscape: bool = False
    scale: int = 100
    fits: bool = False
    fitted: tuple[int, int] = (1, 1)
    margins: dict[str, float] = field(default_factory=dict)
    across: bool = False
    down: bool = False
    header: str = ""
    footer: str = ""
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    area: Range | None = None

    @property
    def pages(self) -> tuple[int, int] | None:
        """On how many pages it is fitted, across and down; None where it is scaled."""
        return self.fitted if self.fits else None

    def hear(self, kind: int, body: bytes) -> None:
        """One more of the records that tell."""
        match kind:
            case 0x0081 if len(body) >= 2:
                self.fits = bool(body[1] & _FIT_TO_PAGE)
            case 0x00A1 if len(body) >= 12:
                self.paper, self.scale, _, wide, tall, flags = struct.unpack_from("<6H", body)
                self.fitted, self.landscape = (wide, tall), not flags & _PORTRAIT
            case 0x0014 if len(body) > 3:
                self.header = text_in(body)
            case 0x0015 if len(body) > 3:
                self.footer = text_in(body)
            case 0x0083:
                self.across = body[:1] == b"\x01"
            case 0x0084:
                self.down = body[:1] == b"\x01"
            case _ if kind in _MARGINS and len(body) >= 8:
                (self.margins[_MARGINS[kind]],) = struct.unpack_from("<d", body)


def name_places(stream: bytes, sheets: Sequence[Print]) -> None:
    """What of each sheet is printed and what repeated on every page: two names that every workbook has for it."""
    for kind, body in records(stream):
        if kind == _END:
            break
        if kind != _NAME or len(body) < 16 or not body[0] & _OF_EXCEL or body[3] != 1:
            continue
        length, sheet = int.from_bytes(body[4:6], "little"), int.from_bytes(body[8:10], "little")
        places = _places(body[16 : 16 + length])
        if not places or not 0 < sheet <= len(sheets):
            continue
        paper = sheets[sheet - 1]
        if body[15] == _PRINT_AREA and len(places) == 1:
            paper.area = places[0]
        elif body[15] == _PRINT_TITLES:
            for top, left, bottom, right in places:
                if (left, right) == _ALL_COLUMNS:
                    paper.rows = (top, bottom)
                else:
                    paper.columns = (left, right)


def _places(formula: bytes) -> list[Range]:
    """The ranges that a formula of nothing but ranges names; none where it says more."""
    found, at = [], 0
    while at < len(formula):
        # A reference, a value and an array of the same kind differ in two bits.
        sign = formula[at]
        sign = sign & 0x1F | 0x20 if sign >= 0x20 else sign
        if sign == _AREA:
            top, bottom, left, right = struct.unpack_from("<4H", formula, at + 3)
            found.append((top, left & 0xFF, bottom, right & 0xFF))
        elif sign not in (_GROUP, _UNION, _BRACKETS):
            return []
        at += {_AREA: 11, _GROUP: 3, _UNION: 1, _BRACKETS: 1}[sign]
    return found


def text_in(body: bytes) -> str:
    """A text with its length in two bytes and a byte that says how wide its letters are."""
    length, wide = int.from_bytes(body[:2], "little"), body[2] & 1
    raw = body[3 : 3 + length * (2 if wide else 1)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")
