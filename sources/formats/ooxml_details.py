"""The details of an OOXML sheet: hidden columns, struck-through cells, what sums cover."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from sources.formats.details import MOST_SUMS, NO_DETAILS, Details, Place, Range, moved, summed
from sources.formats.places import column_of

_FONT = re.compile(rb"<(?:\w+:)?font(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_STRIKE = re.compile(rb"<(?:\w+:)?strike\b([^>]*)>")
_OFF = re.compile(rb"val=\"(?:0|false)\"")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_FONT_NUMBER = re.compile(rb"\bfontId=\"(\d+)\"")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_FROM, _TO = re.compile(rb"\bmin=\"(\d{1,5})\""), re.compile(rb"\bmax=\"(\d{1,5})\"")
_REFERENCE = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_SUM = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b([^>]*)>([^<]*(?:SUM|SUBTOTAL)\([^<]*)<")
_FILLED = re.compile(rb"\bref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")


@lru_cache(maxsize=16)
def struck_styles(styles: bytes) -> frozenset[int]:
    """The numbers of the cell formats whose font is struck through."""
    if b"strike" not in styles:
        return frozenset()
    fonts = set()
    beginning = styles.find(b"cellXfs")
    for number, match in enumerate(_FONT.finditer(styles, 0, beginning if beginning > 0 else len(styles))):
        strike = _STRIKE.search(match[1] or b"")
        if strike and not _OFF.search(strike[1]):
            fonts.add(number)
    formats = _STYLES.search(styles)
    tags = _STYLE.findall(formats[0]) if fonts and formats else []
    numbers = (_FONT_NUMBER.search(tag) for tag in tags)
    return frozenset(at for at, number in enumerate(numbers) if number and int(number[1]) in fonts)


def details(xml: bytes, struck: frozenset[int], *, computes: bool) -> Details:
    """What the XML of a sheet tells around its values; `struck` are the formats that strike through."""
    hidden = _hidden_columns(xml[: xml.find(b"sheetData")])
    sums = _sums(xml) if computes and (b"SUM(" in xml or b"SUBTOTAL(" in xml) else {}
    crossed = _struck(xml, struck) if struck else frozenset()
    return Details(hidden, crossed, sums) if hidden or sums or crossed else NO_DETAILS


def _hidden_columns(head: bytes) -> frozenset[int]:
    if b"hidden=" not in head:
        return frozenset()
    found: set[int] = set()
    for match in _COLUMN.finditer(head):
        first, last = _FROM.search(match[1]), _TO.search(match[1])
        if first and last and _HIDDEN.search(match[1]):
            found.update(range(int(first[1]) - 1, min(int(last[1]), 16_384)))
    return frozenset(found)


def _struck(xml: bytes, styles: frozenset[int]) -> frozenset[Place]:
    numbers = b"|".join(b"%d" % number for number in sorted(styles))
    cells = re.compile(rb"<(?:\w+:)?c\b([^>]*\bs=\"(?:" + numbers + rb")\"[^>]*)(?<!/)>")
    return frozenset(place for match in cells.finditer(xml) if (place := _place(match[1])) is not None)


def _place(attributes: bytes) -> Place | None:
    match = _REFERENCE.search(attributes)
    return (int(match[2]) - 1, column_of(match[1].decode())) if match else None


def _sums(xml: bytes) -> dict[Place, tuple[Range, ...]]:
    found: dict[Place, tuple[Range, ...]] = {}
    for match in _SUM.finditer(xml):
        place = _place(match[1])
        formula = unescape(match[3].decode("utf-8", "replace"))
        if place is None or not summed(formula):
            continue
        if len(found) >= MOST_SUMS:
            break
        for row, column in _filled_places(match[2], place):
            found[row, column] = summed(moved(formula, down=row - place[0], across=column - place[1]))
    return found


def _filled_places(attributes: bytes, place: Place) -> list[Place]:
    """Where a formula stands that was filled to the right or down; only its first cell writes it out."""
    ref = _FILLED.search(attributes) if b"shared" in attributes else None
    if ref is None:
        return [place]
    top, bottom = int(ref[2]) - 1, int(ref[4]) - 1
    left, right = column_of(ref[1].decode()), column_of(ref[3].decode())
    if not 0 < (bottom - top + 1) * (right - left + 1) <= MOST_SUMS:
        return [place]
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
