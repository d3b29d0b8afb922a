"""The report as one HTML page that loads nothing from elsewhere; every number says on hover where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from templates.figures import Answer
from templates.marks import Span
from templates.rendering.text import numbered
from templates.rendering.trace import lacking, reasons
from templates.report import Document, Part
from templates.wording import day

TAGS = {"title": "h1", "heading": "h2", "subheading": "h3", "paragraph": "p"}
SHOWN_CELLS = 6


def to_html(document: Document, *, names: Mapping[str, str]) -> str:
    """The page; `names` turns department and ledger ids into Chinese."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    return environment.get_template("page.html.j2").render(
        title=next((part.text for part in document.parts if part.kind == "title"), document.name),
        parts=[(TAGS[part.kind], Markup.escape(number) + _html(part, names)) for number, part in numbered(document)],
        gaps=lacking(document, names),
        cut=day(document.cut),
        cut_short=document.cut < date(document.year, 12, 31),
    )


def _html(part: Part, names: Mapping[str, str]) -> Markup:
    """The part's text with a span element around every mark; marks may nest."""
    shown = [span for span in part.spans if span.mark.kind not in ("narrative", "phrase", "year")]
    html, position = Markup(), 0
    open_until: list[int] = []
    for place, opening in [(span.start, span) for span in shown] + [(len(part.text), None)]:
        while open_until and open_until[-1] <= place:
            html += Markup.escape(part.text[position : open_until[-1]]) + Markup("</span>")
            position = open_until.pop()
        html += Markup.escape(part.text[position:place])
        position = place
        if opening is not None:
            html += _opening(opening, names)
            open_until.append(opening.end)
    return html


def _opening(span: Span, names: Mapping[str, str]) -> Markup:
    kind = span.mark.kind if span.mark.kind in ("claim", "missing") else "figure"
    return Markup('<span class="{}" data-figure="{}" title="{}">').format(kind, span.mark.source, _hint(span, names))


def _hint(span: Span, names: Mapping[str, str]) -> str:
    answer = span.mark.answer
    if not isinstance(answer, Answer):
        return ""
    declared = answer.figure.declaration
    if not answer.complete:
        return f"{declared.name}：{'；'.join(reasons(answer, names))}"
    cells = [f"{origin.file_name} {origin.cell.sheet}!{origin.cell.address}" for origin in answer.origins[:SHOWN_CELLS]]
    more = [f"…… 共 {len(answer.origins)} 个单元格"] if len(answer.origins) > SHOWN_CELLS else []
    owner = names.get(declared.department, declared.department)
    return "\n".join([f"{declared.name}（{owner}）", f"{declared.about}{declared.counts_by}。", *cells, *more])
