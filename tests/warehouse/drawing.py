"""Small submissions for the tests of this room: readings as the reader keeps them, and what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.model import Block, Finding, LedgerTable, Level, Slot, Submission, digest
from warehouse.store import Holding

NOON = datetime(2025, 1, 10, 4, 0, tzinfo=UTC)
SLOT = Slot("town", "squad", "penalty", 2024)

PENALTY = LedgerTable(
    ledger="penalty",
    columns={
        "case_no": "VARCHAR",
        "decided_on": "DATE",
        "fine_yuan": "DECIMAL(18, 2)",
        "officers": "VARCHAR[]",
        "people": "BIGINT",
        "closed": "BOOLEAN",
    },
    period="year",
    key=("case_no",),
)
VISIT = LedgerTable(ledger="visit", columns={"visitor": "VARCHAR", "order": "BIGINT"}, period="year", key=("visitor",))
TABLES = {table.ledger: table for table in (PENALTY, VISIT)}


def penalties(*fines: str | None, year: int = 2024) -> dict[str, Sequence[Any]]:
    """Penalty cases with these fines, one row each."""
    count = len(fines)
    return {
        "case_no": [f"case-{number}" for number in range(count)],
        "decided_on": [date(year, 1, 1 + number % 28) for number in range(count)],
        "fine_yuan": [None if fine is None else Decimal(fine) for fine in fines],
        "officers": [["甲", "乙"] if number % 2 else None for number in range(count)],
        "people": [number or None for number in range(count)],
        "closed": [None if number % 3 else True for number in range(count)],
    }


def visits(*names: str) -> dict[str, Sequence[Any]]:
    """Visits of these people."""
    return {"visitor": list(names), "order": list(range(len(names)))}


def write_frame(path: Path, table: LedgerTable, columns: Mapping[str, Sequence[Any]]) -> Path:
    """A reading at `path`, with the dtypes of the reader: one block, rows from 4 on."""
    import pandas as pd
    import pyarrow as pa

    dtypes: dict[str, Any] = {
        "VARCHAR": "str",
        "BIGINT": "Int64",
        "BOOLEAN": "boolean",
        "VARCHAR[]": object,
        "DATE": "datetime64[us]",
        "DECIMAL(18, 2)": pd.ArrowDtype(pa.decimal128(18, 2)),
    }
    count = len(next(iter(columns.values())))
    frame = pd.DataFrame({name: pd.Series(cells, dtype=dtypes[table.columns[name]]) for name, cells in columns.items()})
    frame["_sheet"] = pd.Series(["台账"] * count, dtype="str")
    frame["_block"] = pd.Series([0] * count, dtype="int64")
    frame["_row"] = pd.Series(range(4, 4 + count), dtype="int64")
    frame["_hidden"] = pd.Series([False] * count, dtype="bool")
    frame["_year"] = pd.Series([2024] * count, dtype="Int64")
    frame["_carried_over"] = pd.Series([False] * count, dtype="bool")
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path)
    return path


def submission(content: str, slot: Slot = SLOT, *, name: str = "台账.xlsx") -> Submission:
    """A submission of bytes that are told apart by `content`."""
    return Submission(slot=slot, sha256=digest(content), file_name=name, size=len(content), received_at=NOON)


def holding(
    folder: Path, columns: Mapping[str, Sequence[Any]], *, slot: Slot = SLOT, content: str = "", in_force: bool = True
) -> Holding:
    """An accepted submission with these cells; without `content` it is told apart by its cells."""
    table = TABLES[slot.ledger]
    sent = submission(content or repr(columns), slot)
    key = digest(sent.sha256, slot.ledger)[:32]
    letters = {name: "ABCDEFGH"[number] for number, name in enumerate(columns)}
    block = Block(0, "台账", letters, (1,), (2, 3), (4,), (), ())
    frame = folder / f"{key}.parquet"
    if not frame.exists():
        write_frame(frame, table, columns)
    return Holding(submission=sent, accepted_at=NOON, in_force=in_force, frame=frame, blocks=(block,))


def finding(code: str = "cell.not_a_date", *, slot: Slot = SLOT, level: Level = Level.ERROR, **rest: Any) -> Finding:
    """A finding at cell B5, unless `rest` says otherwise."""
    return replace(Finding(code=code, level=level, slot=slot, sheet="台账", cell="B5", column="decided_on"), **rest)
