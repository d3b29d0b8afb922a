"""The header of a table: which rows head its columns, and which only explain or count them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.headings import Heading, Vocabulary, unit_alone
from sources.values import UNIT_FACTORS, as_text, fold, says_something

DEEPEST_START = 40
MOST_HEADER_ROWS = 4
# So many rows below say what a record looks like.
MANY_BELOW = 10
# What a form says of how to fill a column in: in brackets, as a duty, a format, an example or a request.
_HINT = re.compile(
    r"[(\[【].{1,20}[)\]】]|(?:非?必填|选填|必选|可选|可不填|自动(?:生成|计算|带出))(?:[,，;；。].*)?"
    r"|(?:格式|例如|如|示例|样例|填写示例|说明)[::].+|(?:从|按)?下拉(?:列表|框|菜单)?(?:中)?(?:选择|选取|选项)"
    r"|(?:只|须|需|请|直接)?(?:填|填写|输入|录入)(?:数字|整数|数值|文字|文本|日期|全称|编号|姓名|金额|名称)|(?:数字|整数|文本|日期)格式"
)
_ORDINALS = ("甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJ")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z ._/()&'-]*(?:_?\d{1,2})?", re.ASCII)
_COUNTING = frozenset({"栏次", "栏号", "列次", "列号", "行次"})


@dataclass(frozen=True, slots=True)
class Header:
    """The header rows (from 0) and what their headings mean."""

    rows: range
    headings: tuple[Heading, ...]
    meanings: Mapping[str, list[Heading]]


def find_header(sheet: Sheet, vocabulary: Vocabulary) -> Header | None:
    """The one to four rows that hit the most headings; of equals the fewest rows, then the topmost."""
    known = vocabulary.known(sheet)
    hits = {
        row
        for column, distinct in zip(sheet.columns, sheet.distinct, strict=True)
        if not known.isdisjoint(distinct)
        for row, cell in enumerate(column[:DEEPEST_START])
        if cell in known
    }
    best: Header | None = None
    for depth in range(1, MOST_HEADER_ROWS + 1):
        for top in sorted(hits):
            if top + depth - 1 not in hits:
                continue
            found = _header(sheet, range(top, top + depth), vocabulary)
            if found.meanings and (best is None or len(found.meanings) > len(best.meanings)):
                best = found
    if best is None:
        return None
    rows = range(best.rows.start, _header_end(sheet, best) + 1)
    found = best if rows == best.rows else _header(sheet, rows, vocabulary)
    if rows.stop < len(sheet.rows) and (units := explained(sheet.rows[rows.stop])) is not None:
        found = _with_units(Header(range(rows.start, rows.stop + 1), found.headings, found.meanings), units)
    below = found.rows.stop
    if below < len(sheet.rows) and (numbers_columns(sheet.rows[below]) or names_again(sheet, below)):
        return Header(range(rows.start, below + 1), found.headings, found.meanings)
    return found


def _with_units(header: Header, units: Mapping[int, str]) -> Header:
    """The header with the units of money that a row of its own gives to headings that state none."""
    stated = {
        heading.at: replace(heading, unit=units[heading.at])
        for heading in header.headings
        if heading.unit is None and units.get(heading.at) in UNIT_FACTORS
    }
    meanings = {name: [stated.get(each.at, each) for each in found] for name, found in header.meanings.items()}
    return Header(header.rows, tuple(stated.get(each.at, each) for each in header.headings), meanings)


def _header(sheet: Sheet, rows: range, vocabulary: Vocabulary) -> Header:
    filled = filled_header(sheet, rows)
    headings, meanings = vocabulary.headings(tuple(map(tuple, filled)))
    return Header(rows, headings, meanings)


def filled_header(sheet: Sheet, rows: range, *, past_merges: bool = True) -> list[list[Any]]:
    """The header rows with every parent repeated over its children, be it merged or only followed by blanks.

    Without `past_merges` a merged parent keeps to its own columns.
    """
    cells = [list(sheet.rows[row]) for row in rows]
    width = max(map(len, cells))
    for row in cells:
        row.extend([""] * (width - len(row)))
    for top, left, _, right in sheet.merged:
        if top in rows and right > left and left < len(sheet.rows[top]):
            for column in range(left, min(right + 1, width)):
                cells[top - rows.start][column] = sheet.rows[top][left]
    ends = {(top, right) for top, left, _, right in sheet.merged if right > left and not past_merges}
    for index in range(len(cells) - 1):
        row, below = cells[index], cells[index + 1 :]
        for column in range(1, width):
            parent_has_child = any(says_something(under[column - 1]) for under in below)
            is_child = any(says_something(under[column]) for under in below)
            # A parent's children end where another parent begins above it.
            other_parent = any(above[column] != above[column - 1] for above in cells[:index])
            beyond = (rows[index], column - 1) in ends or other_parent
            if not says_something(row[column]) and is_child and parent_has_child and not beyond:
                row[column] = row[column - 1]
    return cells


def _header_end(sheet: Sheet, header: Header) -> int:
    """The last header row (from 0): merged parents may reach further down than the headings that are known."""
    end, start = header.rows[-1], header.rows.start
    for top, left, bottom, right in sheet.merged:
        if top in header.rows and bottom > end and any(left <= heading.at <= right for heading in header.headings):
            end = bottom
    if end + 1 < len(sheet.rows) and _only_children(sheet, header, end + 1):
        end += 1
    return min(end, start + MOST_HEADER_ROWS - 1, len(sheet.rows) - 1)


def _only_children(sheet: Sheet, header: Header, row: int) -> bool:
    """Whether the row stands only under merged parents of the last header row."""
    parents = [(left, right) for top, left, _, right in sheet.merged if top == header.rows[-1] and right > left]
    filled = [at for at, cell in enumerate(sheet.rows[row]) if says_something(cell)]
    return bool(parents and filled) and all(any(left <= at <= right for left, right in parents) for at in filled)


def numbers_columns(cells: Sequence[Any]) -> bool:
    """Whether the row only counts the columns: 1 2 3 4, 甲 乙 1 2, or A B C=B/A."""
    if any(type(cell) is str and len(cell) > 8 for cell in cells):
        return False
    written = [fold(as_text(cell) or "").strip("()") for cell in cells if says_something(cell)]
    texts = [text.partition("=")[0] for text in written]
    if len(texts) >= 3 and texts == [chr(ord("A") + at) for at in range(len(texts))]:
        return True
    labelled = texts[:1] != [] and texts[0] in _COUNTING
    texts = texts[labelled:]
    # A | 1 | 2 | 3 may be a record, A | 1=2+3 | 2 | 3 is none.
    series = next((each for each in _ORDINALS if texts and texts[0] == each[0]), "")
    if series == _ORDINALS[1] and texts == written[labelled:]:
        return False
    ordinals = [text for text in texts if len(text) == 1 and text in series]
    numbers = texts[len(ordinals) :]
    counting = [str(number) for number in range(1, len(numbers) + 1)]
    lettered = texts[: len(ordinals)] == list(series[: len(ordinals)])
    # 甲 1 2 may as well be a row; 甲 乙 1 2 is not.
    enough = len(numbers) >= 3 or (len(ordinals) >= 2 and len(numbers) >= 1) or (labelled and len(numbers) >= 2)
    return enough and numbers == counting and lettered


def names_again(sheet: Sheet, row: int) -> bool:
    """Whether the row gives the columns of a Chinese header once more in Latin letters: case_no, Date of birth.

    A record in Latin letters has others of its kind below it.
    """
    filled = {at: cell for at, cell in enumerate(sheet.rows[row]) if says_something(cell)}
    headings = [cell for cell in sheet.rows[row - 1] if says_something(cell)]
    if len(filled) < 3 or len(filled) * 5 < len(headings) * 4 or any(map(is_latin_name, headings)):
        return False
    if not all(map(is_latin_name, filled.values())) or len(set(filled.values())) < len(filled):
        return False
    below = [cells[at] for cells in sheet.rows[row + 1 : row + 1 + MANY_BELOW] for at in filled if at < len(cells)]
    said = [cell for cell in below if says_something(cell)]
    return sum(map(is_latin_name, said)) * 2 < len(said)


def is_latin_name(cell: Any) -> bool:
    """Whether the cell is a name in Latin letters, as programs and foreigners give to columns."""
    return isinstance(cell, str) and _LATIN_NAME.fullmatch(cell.strip()) is not None


def explained(cells: Sequence[Any]) -> dict[int, str] | None:
    """The units in a row that only explains the headings above it: 元, （填写全称）; None for any other row."""
    units: dict[int, str] = {}
    hints = 0
    for at, cell in enumerate(cells):
        if not says_something(cell):
            continue
        if not isinstance(cell, str):
            return None
        unit, text = unit_alone(cell), fold(cell)
        if unit is not None:
            units[at] = unit
        elif _HINT.fullmatch(text):
            hints += 1
        elif text not in ("-", "—", "/"):
            return None
    # One line in brackets is a remark.
    return units if units or hints > 1 else None
