"""Written releases of errors in the register: granted, withdrawn, proved; rows are only ever added."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from warehouse.entries import Decision, KeptFinding, RegisterError, Release
from warehouse.model import Level, Slot, digest
from warehouse.register_rows import in_chunks, slot_columns, slot_values
from warehouse.register_schema import RELEASE
from warehouse.register_types import facts_to_json

# The newest release of each value of each finding, also where it was withdrawn.
Releases = Mapping[tuple[str, str], Release]


def grant(
    connection: Connection, kept: Sequence[KeptFinding], *, by: str, document: str, reason: str, at: datetime
) -> tuple[Release, ...]:
    """One more row for every error, bound to the value it is about; RegisterError where there is none to release."""
    if refused := [item for item in kept if item.finding.level is not Level.ERROR or item.settled]:
        names = ", ".join(f"{item.finding.identity[:8]} ({item.finding.level}, {item.state})" for item in refused)
        raise RegisterError(f"Only open errors can be released, not {names}.")
    found = {(item.finding.identity, item.finding.value_mark): item.finding for item in kept}
    about = [
        {
            **slot_values(finding.slot),
            "identity": identity,
            "code": finding.code,
            "value_mark": mark,
            "facts": finding.facts,
        }
        for (identity, mark), finding in found.items()
    ]
    said = {"by": by, "document": document, "reason": reason, "at": at}
    added = _append(connection, about, [None] * len(about), said)
    return tuple(release for release in releases(connection) if release.id > added)


def withdraw(
    connection: Connection, identities: Collection[str], *, by: str, document: str, reason: str, at: datetime
) -> tuple[Release, ...]:
    """Every release of these findings that holds is taken back, whatever value it is about; those are returned."""
    held = [release for release in releases(connection) if release.holds and release.identity in identities]
    about = [
        {
            **slot_values(release.slot),
            "identity": release.identity,
            "code": release.code,
            "value_mark": release.value_mark,
            "facts": release.facts,
        }
        for release in held
    ]
    said = {"by": by, "document": document, "reason": reason, "at": at}
    _append(connection, about, [release.id for release in held], said)
    taken = {release.id for release in held}
    return tuple(release for release in releases(connection) if release.id in taken)


def _append(
    connection: Connection,
    about: Sequence[Mapping[str, Any]],
    withdraws: Sequence[int | None],
    said: Mapping[str, Any],
) -> int:
    """The rows are added, chained; returns the id of the row before them."""
    newest = select(RELEASE.c.id, RELEASE.c.chain).order_by(RELEASE.c.id.desc()).limit(1)
    last, chain = connection.execute(newest).one_or_none() or (0, None)
    rows = []
    for each, taken in zip(about, withdraws, strict=True):
        row = {**each, **said, "withdraws": taken}
        chain = _chained(chain, row)
        rows.append({**row, "chain": chain})
    in_chunks(connection, insert(RELEASE), rows)
    return int(last)


def releases(connection: Connection) -> tuple[Release, ...]:
    """Every release ever granted, the oldest first; RegisterError where a row was changed, added or taken out."""
    before: str | None = None
    granted: list[Row[Any]] = []
    withdrawn: dict[int, Decision] = {}
    for row in connection.execute(select(RELEASE).order_by(RELEASE.c.id)):
        if row.chain != _chained(before, dict(row._mapping)):
            raise RegisterError(
                f"Release {row.id} in the register is not as it was written; put the register back from a backup."
            )
        before = row.chain
        if row.withdraws is None:
            granted.append(row)
        else:
            withdrawn[row.withdraws] = _decision(row)
    return tuple(
        Release(
            identity=row.identity,
            slot=Slot(row.office, row.department, row.ledger, row.period),
            code=row.code,
            value_mark=row.value_mark,
            facts=row.facts,
            granted=_decision(row),
            withdrawn=withdrawn.get(row.id),
        )
        for row in granted
    )


def newest(connection: Connection) -> Releases:
    """The newest release of each value of each finding."""
    return {(release.identity, release.value_mark): release for release in releases(connection)}


def _decision(row: Row[Any]) -> Decision:
    return Decision(id=row.id, by=row.by, document=row.document, reason=row.reason, at=row.at, chain=row.chain)


def _chained(before: str | None, row: Mapping[str, Any]) -> str:
    """The digest over a row and the one before it."""
    about = (*(str(row[column.name]) for column in slot_columns(RELEASE)), row["identity"], row["code"])
    about = (*about, row["value_mark"], facts_to_json(row["facts"]), str(row["withdraws"] or ""))
    said = (row["by"], row["document"], row["reason"], f"{row['at'].timestamp():.6f}")
    return digest(before or "", *about, *said)
