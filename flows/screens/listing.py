"""The findings as a file for other programs: JSON with a shape that stays, and a table for Excel and WPS."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.screens.brief import clock_text, told
from warehouse.model import Level

if TYPE_CHECKING:
    from datetime import datetime

    from flows.configuration import Configuration
    from flows.on_demand.findings import HotSpot, Listed
    from warehouse.entries import Decision, KeptFinding, Release
    from warehouse.model import Place

# What a spreadsheet program would take for a formula if a cell began with it.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"


def as_json(items: Sequence[Listed], configuration: Configuration) -> str:
    """Every item with every finding; the shape is described in this room's README."""
    counted = [member.finding.level for item in items for member in item.members if not member.settled]
    counts = json.dumps({str(level): counted.count(level) for level in Level})
    # One item a line: the encoder that indents is ten times slower, and a hundred thousand findings are no rarity.
    lines = ",\n".join(json.dumps(_item(item, configuration), ensure_ascii=False) for item in items)
    return f'{{"items": [\n{lines}\n],\n"open": {counts}}}\n'


def _item(item: Listed, configuration: Configuration) -> dict[str, Any]:
    about, words = item.about, told(item.about, configuration)
    return {
        "id": about.identity,
        "cause": about.code if item.caused else None,
        "level": str(about.level),
        "department": about.slot.department,
        "ledger": about.slot.ledger,
        "year": about.slot.period,
        "file": about.file,
        "count": len(item.members),
        **{name: words[name] for name in ("says", "why", "fix")},
        "findings": [_finding(member, configuration) for member in item.members],
    }


def _finding(kept: KeptFinding, configuration: Configuration) -> dict[str, Any]:
    finding, words = kept.finding, told(kept.finding, configuration)
    explained = kept.explanation
    return {
        "id": finding.identity,
        "code": finding.code,
        "level": str(finding.level),
        "state": kept.state,
        "since": kept.since.isoformat(),
        "office": finding.slot.office,
        "department": finding.slot.department,
        "ledger": finding.slot.ledger,
        "year": finding.slot.period,
        **{name: getattr(finding, name) for name in ("file", "sheet", "cell", "key", "column")},
        **{name: words[name] for name in ("says", "why", "fix")},
        "first_seen_at": kept.first_seen_at.isoformat(),
        "last_seen_at": kept.last_seen_at.isoformat(),
        "fixed_at": _instant(kept.closed_at),
        "first_submission": kept.first_submission,
        "last_submission": finding.submission,
        "fixed_submission": kept.fixed_submission,
        "explanation": {"text": explained.text, "by": explained.by, "at": explained.at.isoformat()}
        if explained
        else None,
        "release": _release(kept.release) if kept.release else None,
        "also": [_side(side) for side in finding.also],
    }


def _release(release: Release) -> dict[str, Any]:
    return {
        "holds": release.holds,
        **_decision(release.granted),
        "withdrawn": _decision(release.withdrawn) if release.withdrawn else None,
    }


def _decision(decision: Decision) -> dict[str, str]:
    said = {"by": decision.by, "document": decision.document, "reason": decision.reason}
    return {**said, "at": decision.at.isoformat()}


def _side(side: Place) -> dict[str, Any]:
    slot = side.slot
    whose = {"department": slot.department, "ledger": slot.ledger, "year": slot.period}
    return {**whose, "file": side.file, "sheet": side.sheet, "cell": side.cell}


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def as_csv(items: Sequence[Listed], configuration: Configuration) -> str:
    """Every finding, a line each; begins with the mark by which Excel and WPS know UTF-8, and holds no formula."""
    from templates.brief.speech import words

    lines = (line for number, item in enumerate(items, start=1) for line in _lines(number, item, configuration))
    return _sheet(words().findings.table, lines)


def _sheet(heads: Mapping[str, str], lines: Iterable[Mapping[str, str]]) -> str:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(heads.values())
    writer.writerows([_harmless(line[name]) for name in heads] for line in lines)
    return BOM + sheet.getvalue()


def hot_spots_as_json(spots: Sequence[HotSpot], configuration: Configuration) -> str:
    """Every kind of trouble of each department, one a line; the shape is described in this room's README."""
    lines = []
    for spot in spots:
        slot, code = spot.latest.slot, spot.latest.code
        about = {"office": slot.office, "department": slot.department, "ledger": slot.ledger, "code": code}
        kind = {"column": spot.latest.column, "level": str(spot.latest.level)}
        numbers = {name: getattr(spot, name) for name in ("times", "waiting", "released", "recurred", "days")}
        line = {**about, **kind, **numbers, "says": told(spot.latest, configuration)["says"]}
        lines.append(json.dumps(line, ensure_ascii=False))
    return '{"hot_spots": [\n' + ",\n".join(lines) + "\n]}\n"


def hot_spots_as_csv(spots: Sequence[HotSpot], configuration: Configuration) -> str:
    """The same as a table for Excel and WPS."""
    from templates.brief.speech import words

    return _sheet(words().findings.hot_spots, hot_spot_lines(spots, configuration))


def hot_spot_lines(spots: Sequence[HotSpot], configuration: Configuration) -> Iterator[Mapping[str, str]]:
    """The cells of each kind of trouble by the names of their columns, as people read them."""
    for spot in spots:
        slot, said = spot.latest.slot, told(spot.latest, configuration)
        names = configuration.names(slot.office)
        yield {
            "department": said["department"],
            "ledger": names.get(slot.ledger, slot.ledger),
            "times": str(spot.times),
            **{name: str(getattr(spot, name) or "") for name in ("waiting", "released", "recurred")},
            "days": "" if spot.days is None else f"{spot.days:.1f}",
            "says": said["says"],
        }


def _lines(number: int, item: Listed, configuration: Configuration) -> Iterator[Mapping[str, str]]:
    from templates.brief.speech import words

    states = words().findings.states
    cause = told(item.about, configuration)["says"] if item.caused else ""
    for kept in item.members:
        finding, said = kept.finding, told(kept.finding, configuration)
        names = configuration.names(finding.slot.office)
        explained, granted = (
            kept.explanation,
            kept.release.granted if kept.state == "released" and kept.release else None,
        )
        yield {
            "item": str(number),
            "id": finding.identity,
            "level": said["level"],
            "state": states[kept.state],
            "since": clock_text(kept.since),
            "department": said["department"],
            "ledger": names.get(finding.slot.ledger, finding.slot.ledger),
            "year": str(finding.slot.period),
            "file": finding.file or "",
            "sheet": finding.sheet or "",
            "cell": finding.cell or "",
            "column": names.get(f"{finding.slot.ledger}.{finding.column}", finding.column or ""),
            "key": finding.key or "",
            "says": said["says"],
            "why": said["why"],
            "fix": said["fix"],
            "cause": cause,
            "first_seen": clock_text(kept.first_seen_at),
            "last_seen": clock_text(kept.last_seen_at),
            "fixed": clock_text(kept.closed_at) if kept.closed_at else "",
            "explanation": explained.text if explained else "",
            "explained_by": explained.by if explained else "",
            "release": granted.reason if granted else "",
            "released_by": granted.by if granted else "",
            "release_document": granted.document if granted else "",
        }


def _harmless(text: str) -> str:
    """The text as a spreadsheet program shows it, whatever it begins with."""
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text
