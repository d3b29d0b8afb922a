"""A drafted ledger card as YAML, with what a person must decide as comments beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows import settings as edge
from flows.on_demand.inspecting import content_of, no_sheet
from templates.brief.speech import words
from warehouse.declarations import MisuseError
from warehouse.model import Finding, Slot, Submission

if TYPE_CHECKING:
    from flows.on_demand.dating import Dated
    from sources.cards import LedgerCard
    from sources.unknown.drafting import Draft, Remark
    from sources.unknown.looking import Seen

WIDE = 1_000_000
# A line longer than this is broken into one line per key.
LONGEST_LINE = 110


def draft_card(seen: Seen, path: Path, *, sheet: str | None, dated: Dated, taken: Collection[str]) -> str:
    """The YAML of a card for the table in `path`, under an id that is not `taken`.

    A file that cannot be read is an error that says why.
    """
    from flows.on_demand.inspecting import said
    from sources.confined.guard import Guard
    from sources.unknown.drafting import draft
    from sources.values import fold

    if seen.format is None:
        reason = said(seen.findings[0])
        text = f"No card can be drafted from {path.name}. {reason}"
        raise MisuseError(text, said="no_card", file=path.name, reason=reason)
    if sheet is not None and fold(sheet) not in map(fold, seen.names):
        raise no_sheet(sheet, path, seen)
    content = content_of(path)
    submission = Submission(
        slot=Slot("office", "department", "ledger", dated.year),
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=path.name,
        size=len(content),
        received_at=edge.now(),
    )
    with Guard(children=1) as guard:

        def check(card: LedgerCard) -> Sequence[Finding]:
            return guard.read(content, submission=submission, card=card, sheets=(), secret=b"\0" * 32).findings

        drafted = draft(seen, file=path.name, sheet=sheet, check=check, taken=taken)
    return _yaml(drafted, path.name, dated)


def _yaml(drafted: Draft, file: str, dated: Dated) -> str:
    spoken, declared = words().drafts, drafted.declared
    heads = [remark for remark in drafted.remarks if remark.about == "head"]
    lines = [f"# {_line(spoken['head'].format(file=file, sheet=drafted.sheet, id=declared['id']))}"]
    if any(column.get("type") == "date" for column in declared["columns"].values()):
        source = words().checks[f"year_{dated.source}"]
        lines.append(f"# {spoken['year'].format(year=dated.year, source=source)}")
    lines += [f"# {_said(remark)}" for remark in heads]
    for name, value in declared.items():
        about = [_said(remark) for remark in drafted.remarks if remark.about == name]
        if name == "columns":
            lines += [f"# {text}" for text in about]
            lines += ["columns:", *_columns(value, drafted.remarks)]
        elif name == "totals":
            lines += [f"# {text}" for text in dict.fromkeys((spoken["totals"], *about))]
            lines += [f"totals: {_flow(value)}"]
        else:
            comment = "；".join(dict.fromkeys(about or [spoken[name]])) if about or name in spoken else ""
            lines.append(f"{name}: {_flow(value)}" + (f"  # {comment}" if comment else ""))
    return "\n".join(lines) + "\n"


def _columns(columns: Mapping[str, Any], remarks: Sequence[Remark]) -> list[str]:
    lines = []
    for name, column in columns.items():
        said = "；".join(dict.fromkeys(_said(remark) for remark in remarks if remark.about == name))
        comment = f"  # {said}" if said else ""
        line = f"  {name}: {_flow(column)}"
        if len(line) <= LONGEST_LINE:
            lines.append(line + comment)
        else:
            lines.append(f"  {name}:{comment}")
            lines += [f"    {key}: {_flow(value)}" for key, value in column.items()]
    return lines


def _said(remark: Remark) -> str:
    return _line(words().drafts[remark.code].format(**remark.facts))


def _line(text: str) -> str:
    # A name out of a file may hold anything; a comment ends where its line ends, and YAML knows no control characters.
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _flow(value: Any) -> str:
    import yaml

    text: str = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=WIDE, sort_keys=False)
    return text.removesuffix("...\n").strip()
