"""Making a store: its schema, its rows, the proof that it is sound, and the hash of what it says.

Everything here works on an open connection to a file that nobody reads yet.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.declarations import YishuError
from warehouse.model import IDENTIFIER, Block, LedgerTable, Submission

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROOM = Path(__file__).parent
BASE, LEDGER = "schema/001_base.sql", "schema/002_ledger.sql"
PROVENANCE = ("_sheet", "_block", "_row", "_hidden", "_year", "_carried_over")
TYPE = re.compile(r"[A-Z]+(\(\d+(, ?\d+)?\))?(\[\])?")


class StoreError(YishuError):
    """The store cannot be built, or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An accepted submission as the store takes it: where its typed rows lie, and how its tables were laid out."""

    submission: Submission
    accepted_at: datetime
    in_force: bool
    frame: Path
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the footer of a Parquet file says: its columns with their types, and how many rows it has."""

    columns: tuple[tuple[str, str], ...]
    rows: int


@lru_cache(maxsize=32)
def statement(name: str) -> str:
    """The text of an SQL file of this room."""
    return (ROOM / name).read_text(encoding="utf-8")


def create(connection: DuckDBPyConnection, tables: Mapping[str, LedgerTable]) -> None:
    """The connection's database has the schema, with a table and a view for every ledger, and no rows."""
    connection.execute(statement(BASE))
    for table in tables.values():
        columns = ",\n    ".join(f"{quoted(name)} {_type(table, name)}" for name in table.columns)
        connection.execute(statement(LEDGER).format(ledger=quoted(table.ledger), columns=columns))


def quoted(name: str) -> str:
    """`name` as an SQL identifier, so that a column may be called `order`; anything but an id is refused."""
    if not IDENTIFIER.fullmatch(name):
        raise StoreError(f"'{name}' cannot name a table or column; use small letters, digits and _ only.")
    return f'"{name}"'


def _type(table: LedgerTable, column: str) -> str:
    kind = table.columns[column]
    if not TYPE.fullmatch(kind):
        raise StoreError(f"The ledger '{table.ledger}' wants '{column}' kept as '{kind}', which is not a type.")
    return kind


def add(connection: DuckDBPyConnection, tables: Mapping[str, LedgerTable], holdings: Sequence[Holding]) -> None:
    """The rows and layouts of `holdings` are in the store; that their submissions are is said by `enter`."""
    together: dict[tuple[str, tuple[tuple[str, str], ...]], list[Holding]] = defaultdict(list)
    expected: dict[tuple[str, tuple[tuple[str, str], ...]], int] = defaultdict(int)
    for holding in holdings:
        reading = _reading(holding)
        kind = (holding.submission.slot.ledger, reading.columns)
        together[kind].append(holding)
        expected[kind] += reading.rows
    for (ledger, columns), alike in together.items():
        _add_rows(connection, tables[ledger], dict(columns), alike, expected=expected[ledger, columns])
    add_layouts(connection, holdings)


def _reading(holding: Holding) -> _Reading:
    from pyarrow import ArrowException
    from pyarrow.parquet import read_metadata

    try:
        footer = read_metadata(holding.frame)
    except (OSError, ArrowException) as error:
        raise StoreError(
            f"The rows of submission {holding.submission.id} ({holding.submission.file_name}) cannot be read from "
            f"{holding.frame}: {error}. Delete that file and run `yishu collect`; it reads the submission again."
        ) from error
    columns = tuple((field.name, str(field.type)) for field in footer.schema.to_arrow_schema())
    if missing := set(PROVENANCE) - {name for name, _ in columns}:
        raise StoreError(f"{holding.frame} has no {', '.join(sorted(missing))}; it is not a reading of ours.")
    return _Reading(columns, footer.num_rows)


def _add_rows(
    connection: DuckDBPyConnection,
    table: LedgerTable,
    columns: Mapping[str, str],
    holdings: Sequence[Holding],
    *,
    expected: int,
) -> None:
    """A column that an older card did not have is null; one that today's card does not have stays outside."""
    import duckdb
    import pyarrow

    paths = [str(holding.frame.absolute()) for holding in holdings]
    arrived = {"path": paths, "submission": [holding.submission.id for holding in holdings]}
    values = [
        f"cast(frame.{quoted(name)} as {_type(table, name)})" if name in columns else "null" for name in table.columns
    ]
    insert = statement("statements/add_rows.sql").format(
        ledger=quoted(table.ledger), names=", ".join(map(quoted, table.columns)), values=",\n    ".join(values)
    )
    connection.register("arrived", pyarrow.table(arrived))
    try:
        added = connection.execute(insert, {"files": sorted(set(paths))}).fetchall()[0][0]
    except duckdb.Error as error:
        names = ", ".join(sorted({holding.frame.name for holding in holdings})[:5])
        raise StoreError(
            f"Readings of ledger '{table.ledger}' do not fit its card as it is now ({error}). Delete them from the "
            f"frames folder and run `yishu collect`; it reads those submissions again: {names}"
        ) from error
    finally:
        connection.unregister("arrived")
    if added != expected:
        raise StoreError(f"Of {expected} rows for ledger '{table.ledger}' {added} arrived; run `yishu rebuild`.")


def add_layouts(connection: DuckDBPyConnection, holdings: Sequence[Holding]) -> None:
    """How the tables of `holdings` were laid out is in the store."""
    import pyarrow

    found = [(holding.submission.id, block) for holding in holdings for block in holding.blocks]
    letters = pyarrow.array(
        [list(block.letters.items()) for _, block in found], type=pyarrow.map_(pyarrow.string(), pyarrow.string())
    )
    insert(
        connection,
        "layout",
        {
            "submission": pyarrow.array([submission for submission, _ in found], pyarrow.string()),
            "block": pyarrow.array([block.index for _, block in found], pyarrow.int64()),
            "sheet": pyarrow.array([block.sheet for _, block in found], pyarrow.string()),
            "letters": letters,
        },
    )


def enter(connection: DuckDBPyConnection, holdings: Sequence[Holding]) -> None:
    """The table `submission` says exactly what `holdings` say."""
    import pyarrow

    instant = pyarrow.timestamp("us", tz="UTC")
    submissions = [holding.submission for holding in holdings]
    columns: dict[str, tuple[Any, list[Any]]] = {
        "id": (pyarrow.string(), [submission.id for submission in submissions]),
        "office": (pyarrow.string(), [submission.slot.office for submission in submissions]),
        "department": (pyarrow.string(), [submission.slot.department for submission in submissions]),
        "ledger": (pyarrow.string(), [submission.slot.ledger for submission in submissions]),
        "period": (pyarrow.int32(), [submission.slot.period for submission in submissions]),
        "sha256": (pyarrow.string(), [submission.sha256 for submission in submissions]),
        "file_name": (pyarrow.string(), [submission.file_name for submission in submissions]),
        "size": (pyarrow.int64(), [submission.size for submission in submissions]),
        "received_at": (instant, [submission.received_at for submission in submissions]),
        "accepted_at": (instant, [holding.accepted_at for holding in holdings]),
        "in_force": (pyarrow.bool_(), [holding.in_force for holding in holdings]),
        "frame": (pyarrow.string(), [holding.frame.name for holding in holdings]),
    }
    connection.execute("delete from submission")
    insert(connection, "submission", {name: pyarrow.array(found, kind) for name, (kind, found) in columns.items()})


def insert(connection: DuckDBPyConnection, table: str, columns: Mapping[str, Any]) -> None:
    """The rows of these Arrow columns are in the table besides those that were."""
    import pyarrow

    connection.register("arrived", pyarrow.table(dict(columns)))
    connection.execute(f"insert into {quoted(table)} by name select * from arrived")  # noqa: S608 - a checked name
    connection.unregister("arrived")


def remove(connection: DuckDBPyConnection, submissions: Iterable[str]) -> None:
    """No row and no layout of these submissions is left in the store."""
    gone = {"gone": sorted(submissions)}
    for ledger in ledgers(connection):
        connection.execute(
            f"delete from ledger.{quoted(ledger)} where _submission in (select unnest($gone))",  # noqa: S608
            gone,
        )
    connection.execute("delete from layout where submission in (select unnest($gone))", gone)


def ledgers(connection: DuckDBPyConnection) -> list[str]:
    """The ledgers that the store keeps, by name."""
    return sorted({row[0] for row in connection.execute(statement("statements/column_digests.sql")).fetchall()})


def rows(connection: DuckDBPyConnection) -> int:
    """How many rows the store keeps, in force or not."""
    count = "select count(*) from ledger.{}"
    found = [connection.execute(count.format(quoted(ledger))).fetchall()[0][0] for ledger in ledgers(connection)]
    return sum(found)


def prove(connection: DuckDBPyConnection) -> None:
    """The store is sound: each row has its one submission and its layout; otherwise a StoreError names what is not."""
    troubles = connection.execute(statement("statements/base_troubles.sql")).fetchall()
    for ledger in ledgers(connection):
        query = statement("statements/ledger_troubles.sql").format(ledger=quoted(ledger))
        troubles += connection.execute(query, {"ledger": ledger}).fetchall()
    if troubles:
        listed = "; ".join(trouble for (trouble,) in troubles[:10])
        raise StoreError(f"The new store is not sound and was not published ({len(troubles)} troubles): {listed}")


def hashed(connection: DuckDBPyConnection) -> str:
    """SHA-256 of everything that the store says, but for instants; the same for the same rows in any physical order."""
    total = hashlib.sha256()
    for name in ("column_digests", "submission_digests", "layout_digests"):
        _digest(total, name, connection.execute(statement(f"statements/{name}.sql")).fetchall())
    for ledger in ledgers(connection):
        query = statement("statements/row_digests.sql").format(ledger=quoted(ledger))
        _digest(total, ledger, connection.execute(query).fetchall())
    return total.hexdigest()


def _digest(total: Any, name: str, found: Iterable[tuple[Any, ...]]) -> None:
    for row in ((name,), *found):
        total.update("\x1f".join(map(str, row)).encode() + b"\x1e")
