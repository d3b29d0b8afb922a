"""Closed lists, lists and yes-or-no: words that a card knows under several spellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from sources.values import NOTHING, Problem, as_text, fold, is_nothing

YES = frozenset({"是", "有", "已", "对", "√", "✓", "✔", "☑", "Y", "YES", "T", "TRUE", "1", "V", "已完成"})
NO = frozenset(
    {"否", "无", "未", "错", "×", "✗", "✘", "✕", "☒", "N", "NO", "F", "FALSE", "0", "X", "没有", "不是", "未完成"}
)

# Most identifiers are this plain, and need no closer look.
_PLAIN_IDENTIFIER = re.compile(r"[A-Za-z]{1,8}-?[0-9][0-9A-Za-z-]{2,30}")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d\d+")
_HARD = re.compile(r"[、,;/|\n]+|》\s*《")
_SPACES = re.compile(r"\s+")
_JOINING = ("并处", "并", "及", "以及", "和", "与", "同时")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_AMOUNT = re.compile(r"[\d,.]+(?:万)?元[整正]?$")
_AND_SO_ON = re.compile(r"^(?:和|与|及|以及|、)+|等(?:相关)?(?:法律法规|法律|法规|内容|规定|文件|相关知识|知识)*$")


def spellings(codes: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Each folded spelling with its canonical value; the canonical value is a spelling of itself."""
    known = {fold(code): code for code in codes}
    for code, words in codes.items():
        for word in words:
            known.setdefault(fold(word), code)
    return known


def parse_code(value: Any, known: Mapping[str, str]) -> str | Problem | None:
    """The canonical value of what the cell says."""
    text = as_text(value)
    if text is None:
        return None
    if isinstance(value, (date, time)):
        return Problem("cell.became_date", {"text": text})
    folded = fold(text)
    if (code := known.get(folded) or known.get(folded.rstrip("。.;,、"))) is not None:
        return code
    return None if is_nothing(text) else Problem("cell.unknown_code", {"text": text, "known": _listing(known)})


def parse_codes(value: Any, known: Mapping[str, str]) -> list[str] | Problem | None:
    """The canonical values of all that the cell says (警告并处罚款 is 警告 and 罚款), each once."""
    text = as_text(value)
    if text is None:
        return None
    whole = parse_code(text, known)
    if not isinstance(whole, Problem):
        return None if whole is None else [whole]
    found: list[str] = []
    for part in _parts(text):
        codes = _known_parts(fold(part), known)
        if codes is None:
            return Problem("cell.unknown_code", {"text": text, "part": part, "known": _listing(known)})
        found += codes
    return list(dict.fromkeys(found)) or None


def _parts(text: str) -> list[str]:
    """The pieces between separators; where a space stands between two words it separates them too."""
    pieces = [piece for part in _HARD.split(_commas(text)) for piece in _SPACES.split(part)]
    return [piece for piece in pieces if piece.strip()]


def _commas(text: str) -> str:
    return text.translate(
        {ord("，"): ",", ord("；"): ";", ord("／"): "/", ord("。"): ",", ord("＋"): ",", ord("+"): ","}
    )


def _known_parts(part: str, known: Mapping[str, str]) -> list[str] | None:
    """The codes in a piece without separators: itself, or both sides of a joining word."""
    for spelling in (part, _AMOUNT.sub("", part), part.removesuffix("等")):
        if spelling in known:
            return [known[spelling]]
    for joint in _JOINING:
        at = part.find(joint)
        while at > 0:
            before, after = part[:at], part[at + len(joint) :]
            if before in known and after and (rest := _known_parts(after, known)) is not None:
                return [known[before], *rest]
            at = part.find(joint, at + 1)
    return None


def _listing(known: Mapping[str, str]) -> str:
    return "、".join(dict.fromkeys(known.values()))


def parse_list(value: Any) -> list[str] | None:
    """The items of the cell, each once; book titles without their 《》, and a closing 等 is nobody's item."""
    text = as_text(value)
    if text is None or is_nothing(text):
        return None
    titles: list[tuple[int, str]] = [(match.start(), match[1].strip()) for match in _TITLE.finditer(text)]
    if titles:
        # What stands beside titles still counts: 《宪法》、民法典 names two laws.
        rest = _TITLE.sub(lambda match: "、" + "\0" * (len(match[0]) - 2) + "、", text)
        offset = 0
        for piece in re.split(r"([、，,；;/|\s\0]+)", rest):
            if word := _AND_SO_ON.sub("", piece.strip("、，,；;/|\0 \n\r\t\u3000。")):
                titles.append((offset, word))
            offset += len(piece)
        return list(dict.fromkeys(title for _, title in sorted(titles, key=lambda found: found[0])))
    items = [_AND_SO_ON.sub("", piece.strip()) for piece in re.split(r"[、，,；;/|\s]+", text)]
    return list(dict.fromkeys(item for item in items if item)) or None


def parse_flag(value: Any) -> bool | Problem | None:
    """Whether the cell says yes."""
    if isinstance(value, bool):
        return value
    text = as_text(value)
    if text is None:
        return None
    folded = fold(text).upper()
    if folded in YES or folded in NO:
        return folded in YES
    return None if is_nothing(text) else Problem("cell.not_a_flag", {"text": text})


def parse_identifier(value: Any) -> str | Problem | None:
    """The identifier as text, folded; a number gives its digits, unless Excel has already cut them off."""
    if type(value) is str and _PLAIN_IDENTIFIER.fullmatch(value):
        return value
    if isinstance(value, float) and abs(value) >= 1e15:
        return Problem("cell.digits_lost", {"text": f"{value:g}"})
    text = as_text(value)
    if text is None or (folded := fold(text)) in NOTHING:
        return None
    if isinstance(value, (date, time)):
        return Problem("cell.became_date", {"text": text})
    if _SCIENTIFIC.fullmatch(folded):
        return Problem("cell.digits_lost", {"text": folded})
    return folded
