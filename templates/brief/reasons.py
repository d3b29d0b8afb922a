"""Whether a reason says anything: empty phrases, scraps and copies are refused with a word about what is wanted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from warehouse.declarations import load
from warehouse.personal import masked

FEWEST_CHARACTERS, FEWEST_DIFFERENT = 4, 3
_MEANINGLESS = re.compile(r"[\W_]+")


class ReleaseReasons(BaseModel):
    """Further phrases that are no reason for a written release, and what is said to who used them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    empty: tuple[str, ...]
    nothing_said: str
    copied: str
    no_document: str
    personal: str


class Reasons(BaseModel):
    """Phrases that explain nothing, words that only stand around them, and what is said to who used them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    empty: tuple[str, ...]
    around: tuple[str, ...]
    nothing_said: str
    copied: str
    nobody: str
    personal: str
    release: ReleaseReasons


@cache
def reasons() -> Reasons:
    """All of them."""
    return load(Reasons, Path(__file__).parent / "reasons.yml")


def objection(text: str, *, by: str, others: Iterable[str]) -> str | None:
    """Why `text` is no explanation, in Chinese; None where it is one. `others` explain other findings."""
    if len(plain(by)) < 2:
        return reasons().nobody
    if _says_nothing(text, reasons().empty):
        return reasons().nothing_said.format(text=text.strip())
    if any(masked(each) != each for each in (text, by)):
        return reasons().personal
    return reasons().copied if _is_copied(text, others) else None


def release_objection(text: str, *, document: str, others: Iterable[str]) -> str | None:
    """Why `text` and `document` are no ground for a written release, in Chinese; None where they are.

    `others` are the reasons of releases by other documents.
    """
    spoken, number = reasons().release, plain(document)
    if len(number) < FEWEST_CHARACTERS or number.isdecimal() or not any(map(str.isdecimal, number)):
        return spoken.no_document.format(document=document.strip())
    if _says_nothing(text, (*reasons().empty, *spoken.empty)):
        return spoken.nothing_said.format(text=text.strip())
    if any(masked(each) != each for each in (text, document)):
        return spoken.personal
    return spoken.copied if _is_copied(text, others) else None


def _says_nothing(text: str, empty: Iterable[str]) -> bool:
    left = _without_phrases(text, empty)
    return len(left) < FEWEST_CHARACTERS or len(set(left)) < FEWEST_DIFFERENT


def _is_copied(text: str, others: Iterable[str]) -> bool:
    # What came on a 退回单 is stored with its personal numbers hidden, older texts are not.
    return plain(masked(text)) in {plain(masked(other)) for other in others}


def plain(text: str) -> str:
    """The text without spacing, punctuation and differences of width."""
    return _MEANINGLESS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _without_phrases(text: str, empty: Iterable[str]) -> str:
    """What remains of the text once every clause that is made of empty phrases only is taken out."""
    phrases = tuple({plain(phrase) for phrase in (*empty, *reasons().around)})
    clauses = _MEANINGLESS.split(unicodedata.normalize("NFKC", re.sub(r"\s+", "", text)).casefold())
    return "".join(clause for clause in clauses if not _is_made_of(clause, phrases))


def _is_made_of(clause: str, phrases: tuple[str, ...]) -> bool:
    reached = {0}
    for at in range(len(clause)):
        if at in reached:
            reached |= {at + len(phrase) for phrase in phrases if clause.startswith(phrase, at)}
    return len(clause) in reached
