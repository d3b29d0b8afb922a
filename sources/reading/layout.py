"""Where the table stands on a sheet: titles, header, data, totals, footers. The card's own headings lead."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sources.formats.grid import Sheet
from sources.reading.footers import Role, Roles, facts_of, states_nothing
from sources.reading.headings import SERIAL, Heading, Vocabulary, unit_alone
from sources.values import UNIT_FACTORS, as_text, fold, says_something

if TYPE_CHECKING:
    from sources.cards import LedgerCard

DEEPEST_START = 40
MOST_HEADER_ROWS = 4

_UNIT_ABOVE = re.compile(r"(?:金额)?单位[::]?(?:人民币)?((?:亿|万|千)?元)")
_REMARK = re.compile(r"(?:其中|另[,:有外]|此外|以上|以下|第.{1,3}页|共.{1,3}页|[*※]).*")
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}部分).+"
)
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


@dataclass(slots=True)
class Rows:
    """The rows of a sheet by what they are, counted as in Excel; `foreign` ones belong to another table below."""

    title: list[int] = field(default_factory=list)
    header: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    total: list[int] = field(default_factory=list)
    footer: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """One table as found: `columns` are the card's with their headings, `unknown` are headings foreign to the card.

    `headed` are the columns, from 0, that have a heading of any kind.
    """

    sheet: Sheet
    columns: Mapping[str, Heading]
    twice: Mapping[str, tuple[Heading, ...]]
    unknown: tuple[Heading, ...]
    rows: Rows
    unit: str | None
    facts: Mapping[str, str]
    states_nothing: bool
    headed: frozenset[int] = frozenset()

    def cells(self, at: int) -> Sequence[Any]:
        """What stands in the data rows of the column at a position; blank where a row ends before it."""
        columns, data = self.sheet.columns, self.rows.data
        if at >= len(columns) or not data:
            return [""] * len(data)
        column = columns[at]
        if data[-1] - data[0] + 1 == len(data):
            return column[data[0] - 1 : data[-1]]
        return [column[number - 1] for number in data]

    def distinct(self, at: int) -> Set[Any]:
        """What stands anywhere in the column at a position, once each."""
        distinct = self.sheet.distinct
        return distinct[at] if at < len(distinct) else {""}

    def cell(self, column: str, row: int) -> Any:
        """What stands in a card column in an Excel row; blank where the row ends before it."""
        cells, at = self.sheet.rows[row - 1], self.columns[column].at
        return cells[at] if at < len(cells) else ""


def find_table(
    sheet: Sheet, card: LedgerCard, *, fewest: int = 2, year: int, vocabulary: Vocabulary | None = None
) -> Table | None:
    """The table whose header hits the most of the card's headings, at least `fewest`; None without one.

    `vocabulary` is the card's own; who reads many files of one card makes it once.
    """
    vocabulary = vocabulary or Vocabulary.of(card)
    header = _find_header(sheet, vocabulary)
    if header is None or len(header.meanings) < min(fewest, len(card.columns)):
        return None
    rows = Rows(
        title=[row + 1 for row in range(header.rows.start) if any(map(says_something, sheet.rows[row]))],
        header=[row + 1 for row in header.rows],
    )
    columns = {name: found[0] for name, found in header.meanings.items()}
    keys = [columns[name].at for name in card.key if name in columns]
    nothing = Sorter(sheet, header, keys, roles=vocabulary.roles).sort(rows)
    meant = {heading.at for found in header.meanings.values() for heading in found}
    around = [sheet.rows[row - 1] for row in (*rows.title, *rows.footer)]
    return Table(
        sheet=sheet,
        columns=columns,
        twice={name: tuple(found) for name, found in header.meanings.items() if len(found) > 1},
        unknown=tuple(h for h in header.headings if h.at not in meant and h.path[-1] not in SERIAL),
        rows=rows,
        unit=unit_above(sheet, rows.title),
        facts=facts_of(around, year=year),
        states_nothing=nothing or any("零报告" in fold(cell) for row in around for cell in row if type(cell) is str),
        headed=frozenset(heading.at for heading in header.headings),
    )


def unit_above(sheet: Sheet, titles: Sequence[int]) -> str | None:
    """The unit of money that a line above the table states for all of it."""
    for row in titles:
        for cell in sheet.rows[row - 1]:
            if cell and isinstance(cell, str) and (match := _UNIT_ABOVE.search(fold(cell))):
                return match[1] if match[1] in UNIT_FACTORS else None
    return None


def _find_header(sheet: Sheet, vocabulary: Vocabulary) -> Header | None:
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
    if below < len(sheet.rows) and (
        numbers_columns(sheet.rows[below]) or names_again(sheet.rows[below], sheet.rows[below - 1])
    ):
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
    texts = [fold(as_text(cell) or "").strip("()").partition("=")[0] for cell in cells if says_something(cell)]
    if len(texts) >= 3 and texts == [chr(ord("A") + at) for at in range(len(texts))]:
        return True
    labelled = texts[:1] != [] and texts[0] in _COUNTING
    texts = texts[labelled:]
    series = next((each for each in _ORDINALS if texts and texts[0] == each[0]), "")
    ordinals = [text for text in texts if len(text) == 1 and text in series]
    numbers = texts[len(ordinals) :]
    counting = [str(number) for number in range(1, len(numbers) + 1)]
    lettered = texts[: len(ordinals)] == list(series[: len(ordinals)])
    # 甲 1 2 may as well be a row; 甲 乙 1 2 is not.
    enough = len(numbers) >= 3 or (len(ordinals) >= 2 and len(numbers) >= 1) or (labelled and len(numbers) >= 2)
    return enough and numbers == counting and lettered


def names_again(cells: Sequence[Any], header: Sequence[Any]) -> bool:
    """Whether the row gives a Chinese header's columns once more in Latin letters: case_no, Date of birth."""
    filled = {at: cell for at, cell in enumerate(cells) if says_something(cell)}
    headings = [cell for cell in header if says_something(cell)]
    if len(filled) < 3 or len(filled) * 5 < len(headings) * 4 or any(map(is_latin_name, headings)):
        return False
    return all(map(is_latin_name, filled.values())) and len(set(filled.values())) == len(filled)


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


def is_remark(text: str) -> bool:
    """Whether a line only comments on the rows: 其中3起为上年结转."""
    return _REMARK.fullmatch(fold(text)) is not None


def _heads_another(filled: Mapping[int, Any], *, fewest: int) -> bool:
    """Whether a row below the end of a table is the header of another: words that head columns, and nothing else."""
    from sources.unknown.spotting import heads

    return len(filled) >= fewest and all(map(heads, filled.values()))


class Sorter:
    """Says of every row below the header what it is."""

    def __init__(self, sheet: Sheet, header: Header, keys: Sequence[int], *, roles: Roles | None = None) -> None:
        """`roles` have looked at the texts of the sheet."""
        self._sheet, self._keys = sheet, keys
        self._start = header.rows[-1] + 1
        self._serials = {heading.at for heading in header.headings if heading.path[-1] in SERIAL}
        self._headed = {heading.at for heading in header.headings}
        self._needed = max(3, len(self._headed) // 2)
        self._repeated = [
            {
                at: fold(cell)
                for at, cell in enumerate(sheet.rows[row])
                if cell and isinstance(cell, str) and says_something(cell)
            }
            for row in header.rows
        ]
        self._wide = {top for top, left, _, right in sheet.merged if right > left}
        self._tall = {row for top, _, bottom, _ in sheet.merged if bottom > top for row in range(top, bottom + 1)}
        self._roles = roles or Roles()
        if roles is None:
            for texts in sheet.texts_by_column:
                self._roles.look(texts)

    def sort(self, rows: Rows) -> bool:
        """Sort the rows into `rows`; whether one of them states that there is nothing to report."""
        nothing = ended = foreign = False
        kind = ""
        doubtful = self._doubtful()
        for row in range(self._start, len(self._sheet.rows)):
            # Below a total or a line of text another table may begin, whose header looks like a row.
            closed = ended or kind in ("total", "note")
            if row not in doubtful and not closed and not foreign:
                kind = "data"
                rows.data.append(row + 1)
                continue
            cells = self._sheet.rows[row]
            filled = {at: cell for at, cell in enumerate(cells) if says_something(cell)}
            if not filled:
                continue
            kind = self._kind(row, filled)
            another = kind == "data" and closed and _heads_another(filled, fewest=2 if ended else 3)
            foreign = kind != "header" and (foreign or another)
            if foreign:
                rows.foreign.append(row + 1)
            elif kind == "header":
                ended = False
                rows.header.append(row + 1)
            elif kind == "footer" or (ended and not (kind == "data" and self._is_record(filled))):
                ended = True
                rows.footer.append(row + 1)
            elif kind == "total":
                rows.total.append(row + 1)
            elif kind == "data":
                ended = False
                rows.data.append(row + 1)
            elif kind in ("note", "nothing"):
                rows.footer.append(row + 1)
            nothing = nothing or kind == "nothing"
        return nothing

    def _doubtful(self) -> Container[int]:
        """The rows (from 0) that need a closer look; the others have their key and more, and no word that tells.

        Found column by column, for a look at every cell of every row takes longer than all the rest.
        """
        columns, distinct = self._sheet.columns, self._sheet.distinct
        lead = next((at for at, column in enumerate(columns) if any(map(says_something, column[self._start :]))), 0)
        needed = {lead, *self._keys}
        if not self._keys or not self._serials.isdisjoint(self._keys) or max(needed) >= len(columns):
            return range(len(self._sheet.rows))
        if len(needed) == 1:
            others = (at for at, cells in enumerate(distinct) if at in self._headed and at != lead and "" not in cells)
            needed.add(next(others, lead))
            if len(needed) == 1:
                return range(len(self._sheet.rows))
        telling: set[Any] = {*self._roles.telling, None}
        for header in self._repeated:
            telling |= {cell for cell in distinct[lead] if type(cell) is str and fold(cell) in header.values()}
        doubtful: set[int] = set()
        for at, column in enumerate(columns):
            odd = telling | {""} if at in needed else telling
            if not odd.isdisjoint(distinct[at]):
                doubtful.update(row for row, cell in enumerate(column) if cell in odd)
        return doubtful

    def _kind(self, row: int, filled: Mapping[int, Any]) -> str:
        roles = {at: role for at, cell in filled.items() if type(cell) is str and (role := self._roles.of(cell))}
        first = next(iter(filled))
        if self._repeats_header(filled, first):
            return "header"
        if "total" in roles.values() and (roles.get(first) == "total" or not self._keyed(filled, roles)):
            return "total"
        # 经办人 | 王某 where serial numbers stand is no record, however many cells it fills.
        signed = roles.get(first) == "footer" and first in self._serials
        if "footer" in roles.values() and (signed or not (self._keyed(filled, roles) and self._is_record(filled))):
            texts = [cell for at, cell in filled.items() if roles.get(at) == "footer"]
            if roles.get(first) == "footer" or any(":" in fold(text) for text in texts):
                return "footer"
        if "nothing" in roles.values() and states_nothing(filled.values()):
            return "nothing"
        if filled.keys() <= self._serials and all(fold(as_text(cell) or "").isdigit() for cell in filled.values()):
            return "blank"
        return "note" if self._is_note(row, filled, first) else "data"

    def _repeats_header(self, filled: Mapping[int, Any], first: int) -> bool:
        for header in self._repeated:
            if first in header and type(filled[first]) is str and fold(filled[first]) == header[first]:
                same = sum(1 for at, cell in filled.items() if type(cell) is str and fold(cell) == header.get(at))
                if same >= 2 and same * 5 >= len(filled) * 4:
                    return True
        return False

    def _keyed(self, filled: Mapping[int, Any], roles: Mapping[int, Role]) -> bool:
        return bool(self._keys) and all(key in filled and roles.get(key, "") in ("", "nothing") for key in self._keys)

    def _is_record(self, filled: Mapping[int, Any]) -> bool:
        return all(key in filled for key in self._keys) and len(filled.keys() & self._headed) >= self._needed

    def _is_note(self, row: int, filled: Mapping[int, Any], first: int) -> bool:
        """A line of text beside the rows: outside all columns, or alone in its row."""
        if not filled.keys() & self._headed:
            return True
        text = filled[first]
        if len(filled) > 1 or len(self._headed) < 3 or not isinstance(text, str) or row in self._tall:
            return False
        if row in self._wide or first not in self._keys:
            return True
        return _REMARK.fullmatch(fold(text)) is not None or _SECTION.fullmatch(fold(text)) is not None
