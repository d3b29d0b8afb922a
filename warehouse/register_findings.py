"""How a finding lives in the register: noted, gone, back again, returned to its department, explained, released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, bindparam, insert, select, type_coerce, update

from warehouse.entries import Explanation, FindingState, KeptFinding, RegisterError, Release, Stage
from warehouse.model import Finding, Level, Slot, digest
from warehouse.register_releases import Releases
from warehouse.register_rows import at_slot, in_chunks, slot_columns, slot_values
from warehouse.register_schema import EXPLANATION, FINDING
from warehouse.register_types import facts_to_json

SAID = ("code", "level", "submission", "file", "sheet", "cell", "key", "column", "also", "facts")
# Explanations by what they answer: a finding's identity and the value that was asked about.
Answers = Mapping[tuple[str, str], Explanation]

CLOSE = (
    update(FINDING)
    .where(FINDING.c.id == bindparam("this"))
    .values(closed_at=bindparam("at"), fixed_submission=bindparam("in_submission"))
)
CHANGE = (
    update(FINDING)
    .where(FINDING.c.id == bindparam("this"))
    .values(
        {
            **{name: bindparam(f"new_{name}") for name in SAID},
            "closed_at": None,
            "fixed_submission": None,
            "recurred": bindparam("again"),
            "recurred_at": bindparam("again_at"),
        }
    )
)


def note(
    connection: Connection,
    slot: Slot,
    stage: Stage,
    findings: Iterable[Finding],
    *,
    run: int,
    at: datetime,
    submission: str | None,
) -> None:
    """These, and no others, are the open findings of the slot at this stage; `submission` is what shows it."""
    wanted = by_place(findings)
    kept = {(row.identity, row.ordinal): row for row in connection.execute(kept_findings(slot, stage))}
    gone = [row.id for place, row in kept.items() if row.closed_at is None and place not in wanted]
    in_chunks(connection, CLOSE, [{"this": identity, "at": at, "in_submission": submission} for identity in gone])
    changes = [_change(kept[place], finding, at) for place, finding in wanted.items() if place in kept]
    in_chunks(connection, CHANGE, [changed for changed in changes if changed])
    still_open = (*at_slot(FINDING, slot), FINDING.c.stage == stage, FINDING.c.closed_at.is_(None))
    connection.execute(update(FINDING).where(*still_open).values(last_seen_at=at, last_run=run))
    born = {**slot_values(slot), "stage": stage, "first_seen_at": at, "last_seen_at": at}
    born |= {"first_run": run, "last_run": run}
    new = [(place, finding) for place, finding in wanted.items() if place not in kept]
    in_chunks(
        connection,
        insert(FINDING),
        [
            {
                **born,
                "identity": place[0],
                "ordinal": place[1],
                "first_submission": finding.submission,
                **_said(finding),
            }
            for place, finding in new
        ],
    )


def mark_returned(connection: Connection, submission: str, *, at: datetime | None) -> None:
    """The open findings of this submission went back to the department at `at`; None: they did not, after all."""
    in_it = (
        FINDING.c.submission == submission,
        FINDING.c.stage != "receipt",
        FINDING.c.closed_at.is_(None),
    )
    values = {"returned_at": at, "returned_submission": submission if at else None}
    connection.execute(update(FINDING).where(*in_it).values(values))


def kept_findings(slot: Slot, stage: Stage) -> Select[Any]:
    """The findings that the slot ever had at this stage."""
    named = ("id", "identity", "ordinal", "recurred", "recurred_at", "closed_at", *SAID[:-1])
    # The facts as they were written: to see whether they are the same nobody has to read them.
    return select(*(FINDING.c[name] for name in named), type_coerce(FINDING.c.facts, Text).label("facts")).where(
        *at_slot(FINDING, slot), FINDING.c.stage == stage
    )


def open_identities(connection: Connection, office: str, stage: Stage) -> Mapping[Slot, frozenset[str]]:
    """What is open at this stage of the office, by slot."""
    here = (FINDING.c.office == office, FINDING.c.stage == stage, FINDING.c.closed_at.is_(None))
    found: dict[Slot, set[str]] = {}
    for *slot, identity in connection.execute(select(*slot_columns(FINDING), FINDING.c.identity).where(*here)):
        found.setdefault(Slot(*slot), set()).add(identity)
    return {slot: frozenset(identities) for slot, identities in found.items()}


def by_place(findings: Iterable[Finding]) -> dict[tuple[str, int], Finding]:
    """The findings by identity and a count that tells apart those with the same identity."""
    seen: Counter[str] = Counter()
    placed = {}
    for finding in findings:
        identity = finding.identity
        placed[identity, seen[identity]] = finding
        seen[identity] += 1
    return placed


def _said(finding: Finding) -> dict[str, Any]:
    return {**{name: getattr(finding, name) for name in SAID}, "level": finding.level.value}


def _change(row: Row[Any], finding: Finding, at: datetime) -> dict[str, Any] | None:
    """The parameters of `CHANGE` that bring the kept row up to what the finding says; None where it says so already."""
    now = _said(finding)
    before = tuple(row._mapping[name] for name in SAID)
    if row.closed_at is None and before == (*(now[name] for name in SAID[:-1]), facts_to_json(finding.facts)):
        return None
    back = row.closed_at is not None
    again = {"again": 1 if back else row.recurred, "again_at": at if back else row.recurred_at}
    return {"this": row.id, **again, **{f"new_{name}": value for name, value in now.items()}}


def to_kept_finding(row: Row[Any], latest_run: int | None, answers: Answers, releases: Releases) -> KeptFinding:
    """The finding in a row, with its state as of the latest run of its office."""
    finding = Finding(
        code=row.code,
        level=Level(row.level),
        slot=Slot(row.office, row.department, row.ledger, row.period),
        submission=row.submission,
        file=row.file,
        sheet=row.sheet,
        cell=row.cell,
        key=row.key,
        column=row.column,
        facts=row.facts,
        also=row.also,
    )
    asked = answers and finding.level is Level.QUESTION
    explanation = answers.get((row.identity, finding.value_mark)) if asked else None
    wrong = releases and finding.level is Level.ERROR
    release = releases.get((row.identity, finding.value_mark)) if wrong else None
    settled = _settled(explanation, release)
    state = _state(row, latest_run, settled=settled)
    return KeptFinding(
        finding=finding,
        state=state,
        since=_since(row, state, explanation, release),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        closed_at=row.closed_at,
        first_run=row.first_run,
        last_run=row.last_run,
        first_submission=row.first_submission,
        fixed_submission=row.fixed_submission,
        recurred=bool(row.recurred),
        explanation=explanation,
        release=release,
    )


def _settled(explanation: Explanation | None, release: Release | None) -> FindingState | None:
    if explanation is not None:
        return "explained"
    return "released" if release is not None and release.holds else None


def _state(row: Row[Any], latest_run: int | None, *, settled: FindingState | None) -> FindingState:
    if row.closed_at is not None:
        return "fixed"
    if settled is not None:
        return settled
    if row.recurred:
        return "recurred"
    if row.first_run == (latest_run or row.last_run):
        return "new"
    return "returned" if _is_returned(row) else "open"


def _is_returned(row: Row[Any]) -> bool:
    return row.returned_submission is not None and row.returned_submission == row.submission


def _since(row: Row[Any], state: FindingState, explanation: Explanation | None, release: Release | None) -> datetime:
    """When the finding came into its state, as far as that was written down."""
    instants = {
        "fixed": row.closed_at,
        "explained": explanation.at if explanation else None,
        "released": release.granted.at if release else None,
        "recurred": row.recurred_at,
        "returned": row.returned_at,
    }
    return instants.get(state) or row.first_seen_at  # type: ignore[no-any-return]


def add_explanations(
    connection: Connection, kept: Sequence[KeptFinding], *, text: str, by: str, at: datetime
) -> tuple[Explanation, ...]:
    """One more row for every question, each bound to the value it asks about; RegisterError where none is asked."""
    if refused := [item for item in kept if item.finding.level is not Level.QUESTION or item.state == "fixed"]:
        names = ", ".join(f"{item.finding.identity[:8]} ({item.finding.level}, {item.state})" for item in refused)
        raise RegisterError(f"Only open questions can be explained, not {names}.")
    asked = {(item.finding.identity, item.finding.value_mark): item.finding for item in kept}
    newest = select(EXPLANATION.c.id, EXPLANATION.c.chain).order_by(EXPLANATION.c.id.desc()).limit(1)
    last, chain = connection.execute(newest).one_or_none() or (0, None)
    rows = []
    for (identity, mark), finding in asked.items():
        row = {**slot_values(finding.slot), "identity": identity, "code": finding.code, "value_mark": mark}
        row |= {"facts": finding.facts, "text": text, "by": by, "at": at}
        chain = _chained(chain, row)
        rows.append({**row, "chain": chain})
    in_chunks(connection, insert(EXPLANATION), rows)
    return tuple(item for item in explanations(connection) if item.id > last)


def explanations(connection: Connection) -> tuple[Explanation, ...]:
    """Every explanation, the oldest first; RegisterError where a row was changed, added or taken out by hand."""
    found, before = [], None
    for row in connection.execute(select(EXPLANATION).order_by(EXPLANATION.c.id)):
        if row.chain != _chained(before, dict(row._mapping)):
            raise RegisterError(
                f"Explanation {row.id} in the register is not as it was written; put the register back from a backup."
            )
        before = row.chain
        found.append(
            Explanation(
                id=row.id,
                identity=row.identity,
                slot=Slot(row.office, row.department, row.ledger, row.period),
                code=row.code,
                value_mark=row.value_mark,
                facts=row.facts,
                text=row.text,
                by=row.by,
                at=row.at,
                chain=row.chain,
            )
        )
    return tuple(found)


def _chained(before: str | None, row: Mapping[str, Any]) -> str:
    """The digest over a row and the one before it."""
    said = (*(str(row[column.name]) for column in slot_columns(EXPLANATION)), row["identity"], row["code"])
    said = (*said, row["value_mark"], facts_to_json(row["facts"]), row["text"], row["by"])
    return digest(before or "", *said, f"{row['at'].timestamp():.6f}")


def answers(connection: Connection) -> Answers:
    """The newest explanation of each value of each finding."""
    return {(item.identity, item.value_mark): item for item in explanations(connection)}
