"""Personal numbers, as every room knows them, and texts freed from them; standard library only."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Literal
from unicodedata import normalize

HIDDEN = "（个人信息，不予显示）"

# How a keyed personal value looks; it says nothing to anybody and must not be shown.
KEYED = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")

# GB 11643-1999: the weight of each of the first seventeen digits, and the last sign for each rest of eleven.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"

# People set blanks and dashes between digits; some programs set what nobody sees.
_GAP = r"[ \t\-\u2010-\u2015\u2212\u00ad\u200b-\u200f\u2060\ufeff]{0,2}"
_FIRST, _LAST = r"(?<!\d)(?<!\d\.)", r"(?!\d)"


def _spaced(*signs: str) -> str:
    return _GAP.join(signs)


_DIGIT = r"\d"
_CENTURIES = (("1", "8", "[5-9]"), ("1", "9", _DIGIT), ("2", "0", _DIGIT))
_YEAR = f"(?:{'|'.join(_spaced(*century, _DIGIT) for century in _CENTURIES)})"
_MONTH = f"(?:{_spaced('0', '[1-9]')}|{_spaced('1', '[0-2]')})"
_DAY = f"(?:{_spaced('0', '[1-9]')}|{_spaced('[12]', _DIGIT)}|{_spaced('3', '[01]')})"
_IDENTITY = _spaced(*[_DIGIT] * 6, _YEAR, _MONTH, _DAY, *[_DIGIT] * 3, r"[\dXx]")
# In threes and fours as they are read out, not as a part of a longer number with dashes; or without a gap.
_GROUPS = "|".join(_spaced(*(rf"\d{{{length}}}" for length in rest)) for rest in ((1, 4, 4), (2, 3, 4), (1, 3, 5)))
_READ_OUT = rf"(?:(?<!\d-)|(?<=(?<!\d)86-))1[3-9](?:{_GROUPS})(?!-\d)"
# What is counted in yuan is an amount.
_PHONE = rf"(?:1[3-9]\d{{9}}|{_READ_OUT})(?!\.\d| ?[元万亿%])"
_PERSONAL = re.compile(rf"{_FIRST}(?<!¥)(?:(?P<identity>{_IDENTITY})|(?P<phone>{_PHONE})){_LAST}")

# What a library quotes in a message.
_QUOTED = re.compile(r"""(?<!\w)[bru]?(["'`])(.*?)(?:\1(?!\w)|$)""", re.ASCII)
# What is quoted without marks: words that are not English, and long numbers.
_BARE = re.compile(r"[^\x00-\x7f]+|\d{8,}[Xx]?")
LONGEST_MESSAGE = 300


def personal_kind(text: str) -> Literal["identity", "phone"] | None:
    """What the first personal number in the text is, however wide its digits and whatever stands between them."""
    found = _PERSONAL.search(_narrow(text))
    if found is None:
        return None
    return "identity" if found["identity"] else "phone"


def masked(text: str) -> str:
    """The text with every identity number and mobile telephone in it hidden, and otherwise as it was written."""
    for found in reversed(list(_PERSONAL.finditer(_narrow(text)))):
        text = text[: found.start()] + HIDDEN + text[found.end() :]
    return text


def is_identity(text: str) -> bool:
    """Whether the folded text is a citizen's identity number with its check digit, or one of the old fifteen digits."""
    if len(text) == 15:
        return text.isdigit()
    if not re.fullmatch(r"\d{17}[\dXx]", text) or not has_birthday(text):
        return False
    return check_digit(text[:17]) == text[17].upper()


def has_birthday(number: str) -> bool:
    """Whether the seventh to the fourteenth digit of a folded number are a day on which somebody may be born."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1850 <= born.year <= 2099


def check_digit(digits: str) -> str:
    """The eighteenth place of an identity number, from the seventeen before it."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _SIGNS[total % 11]


def without_values(error: BaseException | str, names: Collection[str] = ()) -> str:
    """One line for a developer: the class of the error and the library's words, without any value that it quotes.

    `names` are words of ours, such as columns: they may be quoted, because they tell where to look.
    """
    if isinstance(error, BaseException):
        return f"{type(error).__name__}: {without_values(str(error), names)}"

    def named(quoted: re.Match[str]) -> str:
        return quoted[0] if quoted[2] in names else "'…'"

    line = _QUOTED.sub(named, " ".join(error.split()))
    return _BARE.sub("…", KEYED.sub("…", masked(line)))[:LONGEST_MESSAGE]


def _narrow(text: str) -> str:
    """The text with each full-width sign made half-width, so that every sign stays at its place."""
    if text.isascii():
        return text
    return "".join(each if len(each := normalize("NFKC", sign)) == 1 else sign for sign in text)
