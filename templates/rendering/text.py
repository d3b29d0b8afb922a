"""The report as plain text, as it is published on a website, and where each span stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from templates.marks import Span
from templates.report import Document, Part
from templates.wording import day, ordinal


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


def draft_note(gaps: Sequence[tuple[str, str]], *, cut: date | None = None) -> str:
    """What stands below a draft: the cut-off date where it is not the year's end, and what it still lacks."""
    lines = [f"【草稿】数据截至{day(cut)}，不是全年数据。"] if cut else []
    if gaps:
        lines += ["【草稿】以下内容待核、待补后方可定稿：", *(f"{why}：{names}" for names, why in gaps)]
    return "\n".join(["", *lines, ""]) if lines else ""
