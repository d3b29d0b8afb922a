"""What each row below a header is: a record, a total, a footer, a note, a header once more, an example."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import Role, Roles, leading_role, leading_texts, states_nothing
from sources.reading.header import Header
from sources.reading.headings import SERIAL
from sources.values import as_text, fold, parse_money, says_something

# So many rows above show how records are filled.
MANY_ROWS = 50
LONGEST_SUM = 4
# So many below show whether records go on.
FEW_ROWS = 10
# So many cells are added up to see which rows are sums; each takes a look at all rows.
MOST_ADDED = 500_000
_REMARK = re.compile(r"(?:其中|另[,:有外]|此外|以上|以下|第.{1,3}页|共.{1,3}页|[*※]).*")
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十]{1,3}部分).+"
)
_REMARKABLE = re.compile(r"(?:填表说明|填报说明|注意事项|附注).{0,3}")
# What stands alone above the rows of a month or a quarter: 2月份来访情况, 一季度.
_PART = re.compile(
    r"(?:.{0,10}20\d\d年度?)?.{0,6}?(?:\d{1,2}月份?|[一二三四五六七八九十]{1,3}月份?|第?[一二三四1-4]季度|[上下]半年)\D{0,14}"
)
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?|[-—/]+")


@dataclass(slots=True)
class Rows:
    """The rows of a sheet by what they are, counted as in Excel.

    An `example` shows how to fill the form in; `foreign` ones belong to another table below.
    """

    title: list[int] = field(default_factory=list)
    header: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    total: list[int] = field(default_factory=list)
    footer: list[int] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)
    example: list[int] = field(default_factory=list)


def _heads_another(filled: Mapping[int, Any], *, fewest: int) -> bool:
    """Whether a row below the end of a table is the header of another: words that head columns, and nothing else."""
    from sources.unknown.looks import heads

    return len(filled) >= fewest and all(map(heads, filled.values()))


def is_remark(text: str) -> bool:
    """Whether a line only comments on the rows: 其中3起为上年结转."""
    return _REMARK.fullmatch(fold(text)) is not None


class Sorter:
    """Says of every row below the header what it is."""

    def __init__(self, sheet: Sheet, header: Header, keys: Sequence[int], *, roles: Roles | None = None) -> None:
        """`roles` have looked at the texts of the sheet."""
        self._sheet, self._keys = sheet, keys
        self._start = header.rows[-1] + 1
        self._serials = {heading.at for heading in header.headings if heading.path[-1] in SERIAL}
        self._headed = {heading.at for heading in header.headings}
        self._needed = min(max(3, len(self._headed) // 2), max(2, len(self._headed)))
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
        self._forms: tuple[int, list[Mapping[int, bool]]] = (0, [])
        self._added = 0
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
            kind = self._kind(row, filled, rows, after=kind)
            another = kind == "data" and closed and _heads_another(filled, fewest=2 if ended else 3)
            foreign = kind != "header" and (foreign or another)
            if foreign:
                rows.foreign.append(row + 1)
            elif kind == "header":
                ended = False
                rows.header.append(row + 1)
            elif kind == "footer" or (ended and not (kind == "data" and self._goes_on(filled, rows))):
                ended = True
                rows.footer.append(row + 1)
            elif kind == "total":
                rows.total.append(row + 1)
            elif kind == "data":
                ended = False
                rows.data.append(row + 1)
            elif kind == "example":
                rows.example.append(row + 1)
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
        for at in {lead, *self._keys}:
            telling |= leading_texts(self._sheet.texts_by_column[at])
        doubtful: set[int] = set()
        for at, column in enumerate(columns):
            odd = telling | {""} if at in needed else telling
            if not odd.isdisjoint(distinct[at]):
                doubtful.update(row for row, cell in enumerate(column) if cell in odd)
        return doubtful

    def _kind(self, row: int, filled: Mapping[int, Any], rows: Rows, *, after: str) -> str:
        roles = {at: role for at, cell in filled.items() if type(cell) is str and (role := self._roles.of(cell))}
        first = next(iter(filled))
        if self._repeats_header(filled, first):
            return "header"
        if "total" in roles.values() and (roles.get(first) == "total" or not self._keyed(filled, roles)):
            return "total"
        # 经办人 | 王某 where serial numbers stand is no record, however many cells it fills.
        signed = roles.get(first) == "footer" and first in self._serials
        if "footer" in roles.values() and (signed or not (self._keyed(filled, roles) and self._is_record(filled))):
            texts = [fold(cell) for at, cell in filled.items() if roles.get(at) == "footer"]
            if (roles.get(first) == "footer" or any(":" in text for text in texts)) and (
                signed or not self._only_sounds_so(row, filled, rows, texts)
            ):
                return "footer"
        if "nothing" in roles.values() and states_nothing(filled.values()):
            return "nothing"
        if filled.keys() <= self._serials and all(fold(as_text(cell) or "").isdigit() for cell in filled.values()):
            return "blank"
        if (beside := self._beside(row, filled, rows, after=after)) is not None:
            return beside
        return "note" if self._is_note(row, filled, first) else "data"

    def _beside(self, row: int, filled: Mapping[int, Any], rows: Rows, *, after: str) -> str | None:
        """What a row is that stands beside the records and begins so; None for every other row."""
        first = next((at for at in filled if at not in self._serials or type(filled[at]) is str), -1)
        role = leading_role(filled[first]) if first >= 0 and type(filled[first]) is str else ""
        if role in ("", "example"):
            return role or None
        others = [cell for at, cell in filled.items() if at > first]
        numbers = [cell for cell in others if _is_number(cell)]
        less = not self._is_record(filled) or self._says_more(rows, beyond=first)
        if role == "label":
            alone = len(others) == 1 and len(self._headed) > 2 and not self._is_record(filled)
            whole = alone and (not numbers or "电话" in filled[first])
            return "note" if whole and not self._only_sounds_so(row, filled, rows, [fold(filled[first])]) else None
        # 汇总 may have a remark beside its numbers, as 合计 may; 年度工作汇总 is a record then.
        bare = role == "sum" and less and len(fold(filled[first])) <= LONGEST_SUM
        if not numbers or (len(numbers) < len(others) and not bare):
            return None
        if role == "compared":
            # 其中 below a total on top begins the records.
            return "note" if rows.data and (less or after in ("total", "footer", "note")) else None
        return "total" if less or self._adds_up(row, filled, rows) else None

    def _adds_up(self, row: int, filled: Mapping[int, Any], rows: Rows) -> bool:
        """Whether most numbers of the row are the sum of those since the last total, of all above, or of all below."""
        stated = {at: amount for at, cell in filled.items() if (amount := _amount(cell))}
        self._added += len(self._sheet.rows) * len(stated)
        if self._added > MOST_ADDED:
            return False
        since = max(rows.total, default=0)
        below = (at + 1 for at in range(row + 1, len(self._sheet.rows)) if not self._is_sum(at))
        for scope in ([at for at in rows.data if at > since], rows.data, list(below)):
            right = sum(amount == sum(map(_amount, self._cells(at, scope))) for at, amount in stated.items())
            if len(scope) > 1 and right * 2 > len(stated):
                return True
        return False

    def _cells(self, at: int, rows: Sequence[int]) -> Iterator[Any]:
        column = self._sheet.columns[at]
        return (column[row - 1] for row in rows)

    def _is_sum(self, row: int) -> bool:
        texts = [cell for cell in self._sheet.rows[row] if type(cell) is str and cell]
        return any(self._roles.of(text) == "total" or leading_role(text) == "sum" for text in texts[:2])

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

    def _only_sounds_so(self, row: int, filled: Mapping[int, Any], rows: Rows, texts: Sequence[str]) -> bool:
        """Whether a row that begins like a footer is a record: 电话 | 2024-3-1 | 5 | 200 among things that were bought.

        It is filled as records are, and holds numbers where they do or has a record below it.
        """
        if len(texts) > 1 or ":" in texts[0] or leading_role(texts[0]) == "compared":
            return False
        if _REMARKABLE.fullmatch(texts[0]):
            # 注意事项宣传 | | 12 is a record that begins like a remark.
            return self._goes_on(filled, rows)
        form, below = _form(filled), range(row + 1, min(len(self._sheet.rows), row + 1 + FEW_ROWS))
        records = [self._sheet.rows[at] for at in below if not self._is_beside(at)]
        alike = [_form(dict(enumerate(cells))) == form for cells in records]
        if len(form) < 2 or not (any(alike) or form in self._above(rows)):
            return False
        return any(alike) or (len(form) > 2 and any(form.values()))

    def _is_beside(self, row: int) -> bool:
        """Whether the row begins with a word that records do not begin with."""
        first = next((cell for cell in self._sheet.rows[row] if says_something(cell)), "")
        return type(first) is str and (self._roles.of(first) != "" or leading_role(first) != "")

    def _goes_on(self, filled: Mapping[int, Any], rows: Rows) -> bool:
        """Whether a row below the end is one more record: it is filled as records are, or as some above were."""
        if self._is_record(filled):
            return True
        form = _form(filled)
        return len(form) > 1 and self._above(rows).count(form) > 1

    def _says_more(self, rows: Rows, *, beyond: int) -> bool:
        """Whether most records above hold more than numbers beyond their first words."""
        above = self._above(rows)
        more = sum(any(at > beyond and not number for at, number in form.items()) for form in above)
        return more * 2 > len(above)

    def _above(self, rows: Rows) -> list[Mapping[int, bool]]:
        """How the last records above are filled."""
        if self._forms[0] != len(rows.data):
            forms = [_form(dict(enumerate(self._sheet.rows[row - 1]))) for row in rows.data[-MANY_ROWS:]]
            self._forms = len(rows.data), forms
        return self._forms[1]

    def _is_note(self, row: int, filled: Mapping[int, Any], first: int) -> bool:
        """A line of text beside the rows: outside all columns, or alone in its row."""
        if not filled.keys() & self._headed:
            return True
        text = filled[first]
        if len(filled) > 1 or len(self._headed) < 3 or not isinstance(text, str) or row in self._tall:
            return False
        if row in self._wide or first not in self._keys or self._heads_more(row):
            return True
        return any(pattern.fullmatch(fold(text)) for pattern in (_REMARK, _SECTION, _PART))

    def _heads_more(self, row: int) -> bool:
        """Whether the header stands once more right below."""
        below = self._sheet.rows[row + 1] if row + 1 < len(self._sheet.rows) else []
        filled = {at: cell for at, cell in enumerate(below) if says_something(cell)}
        return bool(filled) and self._repeats_header(filled, next(iter(filled)))


def _form(cells: Mapping[int, Any]) -> Mapping[int, bool]:
    """Which cells of a row are filled, and whether with a number."""
    return {at: _is_number(cell) for at, cell in cells.items() if says_something(cell)}


def _amount(cell: Any) -> Decimal:
    """The number of a cell; 0 where it holds none."""
    value = parse_money(cell) if says_something(cell) else None
    return value if isinstance(value, Decimal) else Decimal(0)


def _is_number(cell: Any) -> bool:
    """Whether the cell holds nothing but a number, or a stroke instead of one."""
    return isinstance(cell, (int, float)) or (isinstance(cell, str) and _NUMBER.fullmatch(fold(cell)) is not None)
