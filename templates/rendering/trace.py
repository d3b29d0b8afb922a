"""The trace of a report: for every number, date, list and claim its place, figure, value, query and cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from templates.figures import Answer, Gap
from templates.marks import Mark, Span
from templates.rendering.text import Text
from templates.report import Document, NarrativeHead, Words


def to_trace(
    document: Document, text: Text, *, office: str, names: Mapping[str, str], warehouse: str
) -> dict[str, Any]:
    """The trace as JSON-ready values.

    `spans` follow the text; positions count characters from 0 and `text[start:end]` is the span's text. `names` turns
    department and ledger ids into Chinese. `warehouse` is the logical hash of the store that was asked.
    """
    return {
        "office": office,
        "report": document.name,
        "year": document.year,
        "as_of": document.cut.isoformat(),
        "warehouse": warehouse,
        "text_sha256": hashlib.sha256(text.text.encode()).hexdigest(),
        "spans": [_span(span, text.text, names) for span in text.spans],
        "incomplete": [
            {"figure": span.mark.source, "reasons": reasons(span.mark.answer, names)}
            for span in text.spans
            if span.mark.kind == "missing" and span.mark.answer is not None
        ],
        "unwritten": list(document.unwritten),
    }


def _span(span: Span, text: str, names: Mapping[str, str]) -> dict[str, Any]:
    place = {"start": span.start, "end": span.end, "text": text[span.start : span.end], "kind": span.mark.kind}
    return {**place, **_source(span.mark, names)}


def _source(mark: Mark, names: Mapping[str, str]) -> dict[str, Any]:
    match mark.answer:
        case Answer() as answer:
            return figure_trace(answer, names)
        case Words() as words:
            return {"phrase": mark.source, "author": words.author, "date": words.date.isoformat()}
        case NarrativeHead() as head:
            return {"narrative": mark.source, "name": head.name, "author": head.author, "date": head.date.isoformat()}
    return {"figure": mark.source}


def figure_trace(answer: Answer, names: Mapping[str, str]) -> dict[str, Any]:
    """One figure's answer as JSON-ready values: value, definition, query, bound values, origins."""
    declared = answer.figure.declaration
    return {
        "figure": answer.figure.id,
        "name": declared.name,
        "value": plain(answer.value),
        "unit": declared.unit,
        "outdated": answer.outdated,
        "department": names.get(declared.department, declared.department),
        "scope": declared.scope,
        "definition": f"{declared.about}计数：{declared.counts_by}。",
        "query": answer.query.sql,
        "parameters": {name: plain(value) for name, value in answer.query.parameters.items()},
        "origins": [
            {
                "submission": origin.cell.submission,
                "department": names.get(origin.department, origin.department),
                "ledger": names.get(origin.ledger, origin.ledger),
                "file": origin.file_name,
                "sha256": origin.sha256,
                "sheet": origin.cell.sheet,
                "cell": origin.cell.address,
                "value": plain(origin.value),
            }
            for origin in answer.origins
        ],
    }


def lacking(document: Document, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What a draft lacks, in the order of the text: (the figures or texts that lack it, 、 between them; why)."""
    found: dict[str, list[str]] = {}
    for _, span in document.spans:
        if span.mark.kind == "missing" and isinstance(answer := span.mark.answer, Answer):
            found.setdefault("；".join(reasons(answer, names)), []).append(answer.figure.declaration.name)
    if document.unwritten:
        found["本年度文字尚未撰写"] = list(document.unwritten)
    return tuple(("、".join(dict.fromkeys(lacking)), why) for why, lacking in found.items())


def standing_in(answers: Iterable[Answer], names: Mapping[str, str]) -> tuple[str, ...]:
    """The ledgers, in Chinese, of which an earlier accepted submission stands in for one that was returned."""
    outdated = {origin.ledger for answer in answers if answer.outdated for origin in answer.origins}
    return tuple(sorted(names.get(ledger, ledger) for ledger in outdated))


def state_of(answer: Answer, names: Mapping[str, str]) -> str:
    """Whether a figure stands on what its departments handed in last, in Chinese."""
    if not answer.complete:
        return f"待核：{'；'.join(reasons(answer, names))}"
    return "沿用上次采纳的台账" if answer.outdated else "完整"


def reasons(answer: Answer, names: Mapping[str, str]) -> list[str]:
    """Why a figure has no value, in Chinese, one line a ledger."""
    if not answer.gaps:
        return ["台账中没有可用的数据"]
    return [_reason(gap, names) for gap in dict.fromkeys(answer.gaps)]


def _reason(gap: Gap, names: Mapping[str, str]) -> str:
    why = "已退回，尚无采纳的版本" if gap.state == "returned" else "尚未收到可以采用的报送"
    return f"{names.get(gap.department, gap.department)}《{names.get(gap.ledger, gap.ledger)}》{why}"


def plain(value: Any) -> Any:
    """A value as JSON knows it: amounts and rates as exact text, dates in ISO form, lists as lists."""
    match value:
        case bool() | int() | str() | None:
            return value
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return [plain(item) for item in value]
    return str(value)
