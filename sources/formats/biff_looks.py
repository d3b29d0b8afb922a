"""How the sheets of an .xls of Excel 97 and later look: fonts, fills, frames, number formats, widths, formulas."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sources.formats.biff import is_old, records, sheet_places
from sources.formats.biff_formulas import formula_text
from sources.formats.biff_print import TELLING, Print, name_places, text_in
from sources.formats.compound import Compound
from sources.formats.grid import OLE

DEFAULT_WIDTH = 8.43
# The colours from index 8 on where a workbook has no palette of its own.
_PALETTE = re.findall(
    r"\w{6}",
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 800000 008000 000080 808000 800080 008080 C0C0C0 808080 "
    "9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF "
    "00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 "
    "003366 339966 003300 333300 993300 993366 333399 333333",
)
_ACROSS = ("", "left", "center", "right", "fill", "justify", "center_across", "distributed")
_DOWN = ("top", "vcenter", "bottom", "vjustify", "vdistributed")
_BEGINNING, _END = 0x0809, 0x000A
_SOLID, _FROZEN = 1, 0x08


@dataclass(slots=True)
class Looks:
    """How one sheet looks; rows and columns from 0. `cells` gives the number of each cell's style."""

    styles: list[dict[str, Any]] = field(default_factory=list)
    cells: dict[tuple[int, int], int] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    print: Print = field(default_factory=Print)
    frozen: tuple[int, int] | None = None


def looks_of(content: bytes) -> Mapping[str, Looks]:
    """The looks of each sheet by its name; nothing for what is no .xls of this kind, or a damaged one."""
    if not content.startswith(OLE):
        return {}
    try:
        stream = Compound(content).stream("Workbook")
        if not stream or is_old(stream):
            return {}
        styles = _Styles.of(stream).all()
        found = {name: _sheet(stream, at, styles) for at, name in sheet_places(stream)}
        name_places(stream, [looks.print for looks in found.values()])
        return found
    except (struct.error, IndexError, ValueError):
        return {}


@dataclass(slots=True)
class _Styles:
    """What the globals say of looks."""

    fonts: list[bytes] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[bytes] = field(default_factory=list)
    palette: list[str] = field(default_factory=lambda: list(_PALETTE))

    @classmethod
    def of(cls, stream: bytes) -> _Styles:
        found = cls()
        for kind, body in records(stream):
            match kind:
                case 0x000A:
                    break
                case 0x0031 if len(body) >= 16:
                    found.fonts.append(body)
                case 0x041E if len(body) >= 5:
                    found.formats[int.from_bytes(body[:2], "little")] = text_in(body[2:])
                case 0x00E0 if len(body) >= 20:
                    found.styles.append(body)
                case 0x0092:
                    colours = [body[at : at + 3].hex().upper() for at in range(2, len(body) - 3, 4)]
                    found.palette[: len(colours)] = colours
        return found

    def all(self) -> list[dict[str, Any]]:
        """Every style in the words of xlsxwriter."""
        return [self._style(body) for body in self.styles]

    def _style(self, body: bytes) -> dict[str, Any]:
        font, number = struct.unpack_from("<HH", body)
        frame, rest, fill = struct.unpack_from("<IIH", body, 10)
        look = self._font(font - (font > 4)) | {"num_format": self.formats.get(number, number)}
        look |= {"align": _ACROSS[body[6] & 7], "text_wrap": bool(body[6] & 8), "indent": body[8] & 15}
        look["valign"] = _DOWN[min(body[6] >> 4 & 7, len(_DOWN) - 1)]
        sides = {"left": (0, frame >> 16), "right": (4, frame >> 23), "top": (8, rest), "bottom": (12, rest >> 7)}
        for side, (shift, colour) in sides.items():
            if line := frame >> shift & 15:
                look |= {side: line, **self._colour(f"{side}_color", colour & 127)}
        if pattern := rest >> 26:
            look |= {"pattern": pattern, **self._colour("fg_color", fill & 127)}
            look |= self._colour("bg_color", fill >> 7 & 127) if pattern != _SOLID else {}
        return {key: value for key, value in look.items() if value not in ("", False)}

    def _font(self, number: int) -> dict[str, Any]:
        if number >= len(self.fonts):
            return {}
        body = self.fonts[number]
        height, flags, colour, weight = struct.unpack_from("<HHHH", body)
        name = text_in(bytes([body[14], 0, body[15]]) + body[16:])
        look = {"font_name": name, "font_size": height / 20, "bold": weight >= 600, "italic": bool(flags & 2)}
        look |= {"font_strikeout": bool(flags & 8), "underline": body[10] & 3}
        return {key: value for key, value in look.items() if value} | self._colour("font_color", colour)

    def _colour(self, name: str, number: int) -> dict[str, str]:
        at = number - 8
        return {name: f"#{self.palette[at]}"} if 0 <= at < len(self.palette) else {}


def _sheet(stream: bytes, at: int, styles: list[dict[str, Any]]) -> Looks:
    looks, depth = Looks(styles), 0
    panes, frozen = (0, 0), False
    for kind, body in records(stream, at):
        depth += (kind == _BEGINNING) - (kind == _END)
        if depth <= 0:
            break
        match kind:
            case 0x007D if len(body) >= 8:
                first, last, width = struct.unpack_from("<HHH", body)
                looks.widths |= dict.fromkeys(range(first, min(last, 255) + 1), width / 256)
            case 0x0208 if len(body) >= 16 and not body[7] & 0x80 and body[12] & 0x40:
                looks.heights[int.from_bytes(body[:2], "little")] = (int.from_bytes(body[6:8], "little") & 0x7FFF) / 20
            case 0x0041 if len(body) >= 4:
                panes = struct.unpack_from("<HH", body)
            case 0x023E if len(body) >= 2:
                frozen = bool(body[0] & _FROZEN)
            case _ if kind in TELLING:
                looks.print.hear(kind, body)
            case _:
                for row, column, style in _styled(kind, body):
                    looks.cells[row, column] = style
                if kind == 0x0006 and (text := formula_text(body)):
                    looks.formulas[struct.unpack_from("<HH", body)] = text
    looks.frozen = (panes[1], panes[0]) if frozen and any(panes) else None
    return looks


def _styled(kind: int, body: bytes) -> Iterator[tuple[int, int, int]]:
    """Row, column and style of each cell of a record."""
    if kind in (0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E) and len(body) >= 6:
        yield struct.unpack_from("<HHH", body)
    elif kind in (0x00BD, 0x00BE) and len(body) >= 8:
        row, first = struct.unpack_from("<HH", body)
        step = 6 if kind == 0x00BD else 2
        for index, at in enumerate(range(4, len(body) - 2 - (step - 2), step)):
            yield row, first + index, int.from_bytes(body[at : at + 2], "little")


def shows_dates(number_format: Any) -> bool:
    """Whether numbers in this format are days or times."""
    if isinstance(number_format, int):
        return number_format in {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
    return re.search(r"[ymdhsYMDHS年月日]", re.sub(r"\"[^\"]*\"|\\.|\[[^\]]*\]", "", number_format)) is not None
