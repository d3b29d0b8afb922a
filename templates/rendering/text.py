"""The report as plain text, as it is published on a website, and where each span stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from templates.marks import Span
from templates.report import Document, Part
from templates.wording import ordinal


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the spans in it; positions count characters of the whole text."""

    text: str
    spans: tuple[Span, ...]


def numbered(document: Document) -> Iterable[tuple[str, Part]]:
    """Each part with the number that stands before it: 一、 for headings, （一） for subheadings, else nothing."""
    heading = subheading = 0
    for part in document.parts:
        if part.kind == "heading":
            heading, subheading = heading + 1, 0
            yield f"{ordinal(heading)}、", part
        elif part.kind == "subheading":
            subheading += 1
            yield f"（{ordinal(subheading)}）", part
        else:
            yield "", part


def to_text(document: Document) -> Text:
    """The title, a blank line, then one line per part; a line feed at the end."""
    text, spans = "", list[Span]()
    for number, part in numbered(document):
        start = len(text) + len(number)
        spans += (Span(start + span.start, start + span.end, span.mark) for span in part.spans)
        text += f"{number}{part.text}\n"
        if part.kind == "title":
            text += "\n"
    return Text(text, tuple(spans))


def draft_note(gaps: Sequence[tuple[str, str]]) -> str:
    """What a draft still lacks, to stand below its text, one (names, why) a line; nothing where it lacks nothing."""
    if not gaps:
        return ""
    return "\n".join(["", "【草稿】以下内容待核、待补后方可定稿：", *(f"{why}：{names}" for names, why in gaps), ""])
