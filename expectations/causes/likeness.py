"""How alike two texts are, and what shape a text has. Only to rank and to group: nothing is ever put right by it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

MOST_LIKELY = 3

_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[A-Za-z]+")


def shape(text: str) -> str:
    """The text with every number written 9 and every Latin word A: 2024.3月5 and 2023.12月31 have one shape."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _DIGITS.sub("9", _LETTERS.sub("A", plain))


def likeness(text: str, others: Iterable[str]) -> float:
    """How much the text is like the most alike of `others`, from 0 to 1."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text)
    best = 0.0
    for other in others:
        matcher.set_seq1(other)
        best = max(best, matcher.ratio())
    return best


def likely(text: str, codes: Mapping[str, Sequence[str]], most: int = MOST_LIKELY) -> tuple[str, ...]:
    """The codes that are written most like the text, the most alike first; none that has nothing in common with it."""
    scores = {code: likeness(text, (code, *spellings)) for code, spellings in codes.items()}
    ranked = sorted((code for code, score in scores.items() if score > 0), key=lambda code: -scores[code])
    return tuple(ranked[:most])
