"""What spreadsheet programs and hurried hands do to values without a word: cells that look well and are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Any

from sources.personal import presentable
from sources.reading.columns import Trouble
from sources.values import MEASURE, as_text, fold, normal
from warehouse.personal import HIDDEN, has_birthday, is_identity

if TYPE_CHECKING:
    from sources.cards import Column
    from warehouse.model import type_of_fact

# Where programs cut a sheet off: Excel up to 2003, and since.
LAST_ROWS = frozenset({65_536, 1_048_576})

_CUT = re.compile(r"(?<!\d)\d{15}000(?!\d)")
_LONG_NUMBER = re.compile(r"[\dXx]{14,20}")
_SPACED = re.compile(r"(?:^|\n)\s|[^\S\n]|\s(?:\n|$)|[\u200b-\u200f\u2060\ufeff\xad]")
_NUMBER_AS_TEXT = re.compile(r"\s*'?[+-]?(?:\d{1,3}(?:[,，]\d{3})+|\d{1,14})(?:[.．]\d+)?\s*")
_NUMBERS = frozenset({float, int})
_TEXTS = frozenset({str})
_COUNTED = frozenset({"count", "number", "money"})
_DIGITS = "0123456789０１２３４５６７８９.．,，+-＋－' \t\n\u3000"
_DIGITS_ALONE = re.compile(f"^[{re.escape(_DIGITS)}]+$", re.MULTILINE)
_SHORT_CODE = re.compile(r"\d{1,4}[-/—–]\d{1,4}(?:[-/—–]\d{1,4})?")
_MEASURED = re.compile(rf"[\d,.]+\s*({MEASURE})")
_ALIKE = ("人名个位", "起件宗例", "次场", "户家", "份张册本页", "天日")


@dataclass(frozen=True, slots=True)
class Inspected:
    """One column to look at: the cells of its data rows, what it should hold, and what was noticed in it."""

    cells: Sequence[Any]
    column: Column
    noticed: Set[str]
    personal: bool = False


def notice(column: Column, cells: Collection[Any]) -> set[str]:
    """What in these distinct cells of a column gives reason to look for damage; nothing, in nearly every column."""
    kinds = set(map(type, cells))
    numbers = [] if kinds == _TEXTS else [cell for cell in cells if type(cell) in _NUMBERS]
    texts = cells if kinds == _TEXTS and "" not in cells else [cell for cell in cells if type(cell) is str and cell]
    signs = {"number"} if numbers else set()
    if numbers and (max(numbers) >= 1e15 or min(numbers) <= -1e15):
        signs.add("long number")
    if texts:
        signs.add("text")
        if column.type == "identifier" or column.personal != "keep":
            signs |= {"cut number"} if max(map(len, texts)) >= 18 and _CUT.search(fold("|".join(texts))) else set()
            signs |= {"odd space"} if _any_odd_space(texts) else set()
        elif column.type in _COUNTED:
            signs |= {f"counts {_family(word)}" for text in texts if (word := _measure(text))}
            signs |= {"number in text"} if _DIGITS_ALONE.search("\n".join(texts)) else set()
    if column.type == "text" and any(isinstance(cell, (date, time)) for cell in cells):
        signs.add("date")
    return signs


def may_be_damaged(column: Column, noticed: Set[str]) -> bool:
    """Whether there is reason to look at the cells of a column; there is none in one of texts only, or of numbers."""
    return len(noticed) > 1 or column.check is not None or (column.type == "date" and "number" in noticed)


def damage_in(inspected: Inspected) -> Iterator[Trouble]:
    """What happened to the cells of a column, each place once."""
    lost: set[int] = set()
    for index, code, facts in _in_column(inspected):
        # An identity number that lost its digits is wrong, too; one cause is told once.
        if not (code == "cell.identity_wrong" and index in lost):
            lost |= {index} if code == "cell.digits_lost" else set()
            yield Trouble(index, code, _quoted(facts, personal=inspected.personal))


Found = Iterator[tuple[int, str, "Mapping[str, type_of_fact]"]]


def _in_column(inspected: Inspected) -> Found:
    """Each detector that what was noticed gives reason for."""
    cells, kind, noticed = inspected.cells, inspected.column.type, inspected.noticed
    if "long number" in noticed:
        yield from _digits_lost(cells)
    if "cut number" in noticed:
        yield from _digits_cut(cells)
    if "odd space" in noticed:
        yield from _spaces(cells)
    if kind == "count" and sum(sign.startswith("counts") for sign in noticed) > 1:
        yield from _mixed_measures(cells)
    if "number in text" in noticed:
        yield from _numbers_as_text(cells)
    if {"number", "text"} <= noticed and (kind == "identifier" or inspected.personal):
        yield from _leading_zeros(cells)
    if {"date", "text"} <= noticed:
        yield from _codes_as_dates(cells)
    if kind == "date" and "number" in noticed:
        yield from _serials(cells)
    if inspected.column.check == "identity_card":
        yield from _wrong_identities(cells)


def _quoted(facts: Mapping[str, type_of_fact], *, personal: bool) -> Mapping[str, type_of_fact]:
    """The facts as a finding may hold them: never what stands in a personal column."""
    return {
        name: (HIDDEN if personal else presentable(fact)) if name == "text" and isinstance(fact, str) else fact
        for name, fact in facts.items()
    }


def _digits_lost(cells: Sequence[Any]) -> Found:
    """Numbers of more than fifteen digits: Excel has already put zeros where it had no room."""
    for index, cell in enumerate(cells):
        if (type(cell) is float or type(cell) is int) and abs(cell) >= 1e15:
            yield index, "cell.digits_lost", {"text": f"{cell:g}"}


def _digits_cut(cells: Sequence[Any]) -> Found:
    """Identity numbers that went through a number and came back as text: the last three digits are zeros."""
    for index, cell in enumerate(cells):
        if type(cell) is str and _CUT.fullmatch(text := fold(cell)) and has_birthday(text) and not is_identity(text):
            yield index, "cell.digits_lost", {"text": text}


def _wrong_identities(cells: Sequence[Any]) -> Found:
    for index, cell in enumerate(cells):
        text = fold(as_text(cell) or "")
        if _LONG_NUMBER.fullmatch(text) and not is_identity(text):
            yield index, "cell.identity_wrong", {}


def _any_odd_space(texts: Iterable[str]) -> bool:
    together = "".join(texts)
    # What is printable holds no space but the plain one, and nothing invisible.
    plain = together.isprintable() and " " not in together
    return not plain and _SPACED.search("\n".join(texts)) is not None


def _spaces(cells: Sequence[Any]) -> Found:
    """One note at the first identifier with spaces around or inside it."""
    spaced = [at for at, cell in enumerate(cells) if type(cell) is str and cell.strip() and _SPACED.search(cell)]
    if spaced:
        yield spaced[0], "cell.spaces_in_key", {"times": len(spaced)}


def _leading_zeros(cells: Sequence[Any]) -> Found:
    """Numbers among texts of digits that all have one length and begin with zeros where they are short."""
    texts = Counter(len(cell) for cell in cells if type(cell) is str and cell.isascii() and cell.isdigit())
    others = sum(1 for cell in cells if type(cell) is str and cell.strip() and not cell.strip().isdigit())
    if len(texts) != 1 or others > texts.total():
        return
    ((length, often),) = texts.items()
    padded = any(type(cell) is str and cell[:1] == "0" and len(cell) == length for cell in cells)
    if often < 2 or length < 2 or not padded:
        return
    for index, cell in enumerate(cells):
        if type(cell) in (float, int) and cell >= 0 and cell == int(cell) and len(str(int(cell))) < length:
            yield index, "cell.leading_zeros_lost", {"length": length}


def _codes_as_dates(cells: Sequence[Any]) -> Found:
    """Dates among texts like 3-1: somebody typed 3-1, and the program made a day of it."""
    stated = [cell for cell in cells if cell != ""]
    alike = sum(1 for cell in stated if type(cell) is str and _SHORT_CODE.fullmatch(fold(cell)))
    if alike * 2 < len(stated) or alike < 2:
        return
    for index, cell in enumerate(cells):
        if isinstance(cell, (date, time)):
            yield index, "cell.became_date", {"text": as_text(cell)}


def _serials(cells: Sequence[Any]) -> Found:
    """One note at the first day that stands there as its serial number: 45356."""
    found = [at for at, cell in enumerate(cells) if type(cell) in (float, int) and 10_000 <= cell < 80_000]
    if found:
        yield found[0], "cell.date_as_number", {"text": as_text(cells[found[0]]), "times": len(found)}


def _numbers_as_text(cells: Sequence[Any]) -> Found:
    """One note at the first number that is written as text though the others are numbers."""
    texts = [
        at
        for at, cell in enumerate(cells)
        if type(cell) is str and cell and not cell.strip(_DIGITS) and _NUMBER_AS_TEXT.fullmatch(normal(cell))
    ]
    numbers = sum(1 for cell in cells if type(cell) in (float, int))
    if texts and numbers >= len(texts):
        yield texts[0], "column.text_numbers", {"text": as_text(cells[texts[0]]), "times": len(texts)}


def _mixed_measures(cells: Sequence[Any]) -> Found:
    """One question at the first cell whose measure word counts something else than those of its column."""
    stated = {at: word for at, cell in enumerate(cells) if type(cell) is str and (word := _measure(cell))}
    often = Counter(map(_family, stated.values()))
    if len(often) < 2:
        return
    usual = often.most_common(1)[0][0]
    others = [at for at, word in stated.items() if _family(word) != usual]
    first = next(word for word in stated.values() if _family(word) == usual)
    yield others[0], "cell.mixed_measures", {
        "text": as_text(cells[others[0]]), "unit": stated[others[0]], "usual_unit": first, "times": len(others)
    }  # fmt: skip


def _measure(text: str) -> str | None:
    """The measure word behind a number: `人次` of 12人次."""
    match = _MEASURED.fullmatch(fold(text))
    return match[1] if match else None


def _family(word: str) -> str:
    return next((alike for alike in _ALIKE if len(word) == 1 and word in alike), word)
