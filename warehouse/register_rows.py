"""Between the register's rows and the nouns of the house: statements that several methods share, and conversions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, select

from warehouse.entries import Verdict
from warehouse.model import Slot, State, Submission
from warehouse.register_schema import RECEIPT, RUN, SUBMISSION, VERDICT


def slot_columns(table: Table) -> tuple[ColumnElement[Any], ...]:
    """The four columns that name a slot."""
    return (table.c.office, table.c.department, table.c.ledger, table.c.period)


def slot_values(slot: Slot) -> dict[str, Any]:
    """The slot as values of those columns."""
    return {"office": slot.office, "department": slot.department, "ledger": slot.ledger, "period": slot.period}


def at_slot(table: Table, slot: Slot) -> list[ColumnElement[bool]]:
    """The conditions that a row of `table` belongs to `slot`."""
    return [table.c[name] == value for name, value in slot_values(slot).items()]


def last_receipt(slot: Slot) -> Select[Any]:
    """The newest receipt of the slot."""
    return select(RECEIPT.c.submission).where(*at_slot(RECEIPT, slot)).order_by(RECEIPT.c.id.desc()).limit(1)


def with_newest_verdict(office: str | None) -> Select[Any]:
    """Every submission, with the columns of its newest verdict (`verdict_state` is null where there is none)."""
    newest = _newest_verdicts()
    columns = [column for column in newest.c if column.name not in ("id", "state", "run", "place")]
    found = (
        select(SUBMISSION, newest.c.state.label("verdict_state"), newest.c.run.label("verdict_run"), *columns)
        .join_from(SUBMISSION, newest, (newest.c.submission == SUBMISSION.c.id) & (newest.c.place == 1), isouter=True)
        .order_by(*slot_columns(SUBMISSION), SUBMISSION.c.received_at, SUBMISSION.c.id)
    )
    return found if office is None else found.where(SUBMISSION.c.office == office)


def ids_in_force(office: str | None) -> Select[Any]:
    """The submission in force of every slot that has one: the latest receipt whose newest verdict is accepted."""
    newest = _newest_verdicts()
    latest = func.row_number().over(partition_by=slot_columns(RECEIPT), order_by=RECEIPT.c.id.desc())
    accepted = (
        select(RECEIPT.c.submission, latest.label("place"))
        .join(newest, (newest.c.submission == RECEIPT.c.submission) & (newest.c.place == 1))
        .where(newest.c.state == State.ACCEPTED.value)
    )
    if office is not None:
        accepted = accepted.where(RECEIPT.c.office == office)
    places = accepted.subquery("accepted")
    return select(places.c.submission).where(places.c.place == 1)


def _newest_verdicts() -> Any:
    place = func.row_number().over(partition_by=VERDICT.c.submission, order_by=VERDICT.c.id.desc())
    return select(VERDICT, place.label("place")).subquery("newest")


def latest_runs(connection: Connection) -> dict[str, int]:
    """The number of the latest run by office."""
    latest: dict[str, int] = {}
    for offices, run in connection.execute(select(RUN.c.office, func.max(RUN.c.id)).group_by(RUN.c.office)):
        for office in offices.split(","):
            latest[office] = max(run, latest.get(office, run))
    return latest


def to_submission(row: Row[Any]) -> Submission:
    """The submission in a row that holds its columns."""
    return Submission(
        slot=Slot(row.office, row.department, row.ledger, row.period),
        sha256=row.sha256,
        file_name=row.file_name,
        size=row.size,
        received_at=row.received_at,
    )


def to_verdict(row: Row[Any], *, submission: str, state: str, run: int) -> Verdict:
    """The verdict in a row that holds its columns; those that another table has too are given apart."""
    return Verdict(
        submission=submission,
        card_hash=row.card_hash,
        rules_hash=row.rules_hash,
        state=State(state),
        rows=row.rows,
        errors=row.errors,
        questions=row.questions,
        notes=row.notes,
        frame_key=row.frame_key,
        decided_at=row.decided_at,
        run=run,
        released=row.released,
    )


def in_chunks(connection: Connection, statement: Any, rows: list[Mapping[str, Any]] | list[dict[str, Any]]) -> None:
    """The statement is carried out for every row, many at once."""
    at_once = 5_000
    for start in range(0, len(rows), at_once):
        connection.execute(statement, rows[start : start + at_once])
