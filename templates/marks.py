"""Marks around what a figure printed, so that every number of a rendered text is known by its place.

While a template renders, a mark is a private-use character, a number, another private-use character; `unmark` takes
them out again and says where each one stood. They never reach a reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from templates.wording import SECTION_MARKS, closing, superfluous

OPEN, SEPARATOR, CLOSE = "\ue000", "\ue001", "\ue002"
TOKEN = re.compile(f"{OPEN}(\\d+){SEPARATOR}|{CLOSE}")
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")

Kind = Literal["number", "rate", "date", "list", "text", "claim", "year", "phrase", "narrative", "missing"]
MAY_HOLD_DIGITS = frozenset({"number", "rate", "date", "list", "text", "year", "phrase", "missing"})


@dataclass(frozen=True, slots=True)
class Mark:
    """What was printed somewhere: its kind, the figure (or phrase, narrative) it came from, and its answer."""

    kind: Kind
    source: str
    answer: Any = None


@dataclass(frozen=True, slots=True)
class Span:
    """Where a mark stands in a text: characters `start` up to, not including, `end`."""

    start: int
    end: int
    mark: Mark


class Marker:
    """Collects the marks of one rendering."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []

    def open(self, mark: Mark) -> str:
        """The text that begins a mark; `close` ends it."""
        self.marks.append(mark)
        return f"{OPEN}{len(self.marks) - 1}{SEPARATOR}"

    def around(self, text: str, mark: Mark) -> str:
        """`text` between marks; private-use characters that came with the data are taken out."""
        return f"{self.open(mark)}{clean(text)}{CLOSE}"

    def unmark(self, line: str) -> tuple[str, tuple[Span, ...]]:
        """The line as it will be read, its punctuation put right, and the spans in it, outermost first."""
        return _settle(*_split(line, self.marks))


def clean(text: str) -> str:
    """`text` without private-use characters, which could pose as marks."""
    return PRIVATE_USE.sub("", text)


def _split(line: str, marks: list[Mark]) -> tuple[str, list[Span]]:
    plain, spans = "", []
    opened: list[tuple[int, Mark]] = []
    position = 0
    for token in TOKEN.finditer(line):
        plain += line[position : token.start()]
        position = token.end()
        if token[1] is not None:
            opened.append((len(plain), marks[int(token[1])]))
        elif opened:
            start, mark = opened.pop()
            spans.append(Span(start, len(plain), mark))
    return plain + line[position:], spans


def _settle(plain: str, spans: list[Span]) -> tuple[str, tuple[Span, ...]]:
    gone = {place for place in superfluous(plain) if not _protected(place, spans)}
    new_place, kept = [], ""
    for place, character in enumerate(plain):
        new_place.append(len(kept))
        kept += "" if place in gone else character
    new_place.append(len(kept))
    kept = kept.strip()
    if end := closing(kept):
        kept = kept[:-1] + end
    moved = (_trimmed(kept, Span(new_place[s.start], min(new_place[s.end], len(kept)), s.mark)) for s in spans)
    return kept, tuple(sorted((s for s in moved if s.start < s.end), key=lambda span: (span.start, -span.end)))


def _trimmed(text: str, span: Span) -> Span:
    """The span without the punctuation at its edges: a claim is its words, not the comma before them."""
    if span.mark.kind != "claim":
        return span
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip(SECTION_MARKS))
    return Span(start, max(start, span.start + len(words.rstrip(SECTION_MARKS))), span.mark)


def _protected(place: int, spans: list[Span]) -> bool:
    """What people wrote and what ledgers say is not ours to put right; only template text and claims are."""
    return any(span.start <= place < span.end for span in spans if span.mark.kind not in ("claim", "narrative"))
