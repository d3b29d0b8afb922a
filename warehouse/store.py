"""The store: one DuckDB file that is only ever read, and replaced as a whole by the next one.

DuckDB lets nobody read beside a writer. So a store is built aside, proved, written through to the disk and renamed over
the published one: a reader has the old file or the new one, and a process killed at any instant leaves a whole file.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from warehouse import building
from warehouse.building import BASE, LEDGER, Holding, StoreError, statement
from warehouse.model import LedgerTable, digest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = [
    "Holding",
    "Publication",
    "StoreError",
    "Warehouse",
    "empty_warehouse",
    "logical_hash",
    "open_warehouse",
    "publish",
    "rebuild",
]

FILE = "warehouse.duckdb"
ASIDE = f"{FILE}.aside-"
# Nothing is fetched from elsewhere, and files can be opened by older and newer releases of DuckDB.
ALONE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
WRITTEN_AS = {**ALONE, "storage_compatibility_version": "v1.0.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The published store. `changed`: it says something else than the one before; `rows`: all kept, in force or not."""

    path: Path
    logical_hash: str
    changed: bool
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    """What a published store says of itself, read whole."""

    schema: str
    state: str
    logical_hash: str
    rows: int
    frames: Mapping[str, str]


def publish(folder: Path, tables: Mapping[str, LedgerTable], holdings: Sequence[Holding]) -> Publication:
    """The published store of `folder` holds exactly `holdings`; where it did already, the file is not touched."""
    return _publish(folder, tables, holdings, from_scratch=False)


def rebuild(folder: Path, tables: Mapping[str, LedgerTable], holdings: Sequence[Holding]) -> Publication:
    """The same as `publish`, but every row is taken anew from its Parquet; the logical hash is that of `publish`."""
    return _publish(folder, tables, holdings, from_scratch=True)


def _publish(
    folder: Path, tables: Mapping[str, LedgerTable], holdings: Sequence[Holding], *, from_scratch: bool
) -> Publication:
    import duckdb
    from filelock import FileLock

    _refuse_nonsense(tables, holdings)
    schema = _schema_key(tables)
    state = _state_key(schema, holdings)
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "publishing.lock"):
        _sweep(folder)
        before = _published(path)
        if before and before.state == state and not from_scratch:
            return Publication(path=path, logical_hash=before.logical_hash, changed=False, rows=before.rows)
        aside = folder / f"{ASIDE}{os.getpid()}"
        try:
            if before and before.schema == schema and not from_scratch:
                shutil.copyfile(path, aside)
                kept = before.frames
            else:
                kept = {}
            after = _write(aside, tables, holdings, kept=kept, said={"schema": schema, "state": state})
            _put(aside, path)
        except (duckdb.Error, OSError) as error:
            raise StoreError(
                f"The next warehouse could not be written in {folder}; the last one stays: {error}"
            ) from error
        finally:
            _sweep(folder)
    changed = before is None or before.logical_hash != after.logical_hash
    return Publication(path=path, logical_hash=after.logical_hash, changed=changed, rows=after.rows)


def _refuse_nonsense(tables: Mapping[str, LedgerTable], holdings: Sequence[Holding]) -> None:
    for holding in holdings:
        if holding.submission.slot.ledger not in tables:
            raise StoreError(
                f"Submission {holding.submission.id} belongs to the ledger '{holding.submission.slot.ledger}', "
                f"which has no card; declared are: {', '.join(sorted(tables)) or 'none'}."
            )
    held = Counter(holding.submission.id for holding in holdings)
    if twice := sorted(identity for identity, times in held.items() if times > 1):
        raise StoreError(f"A submission is held once; given more than once: {', '.join(twice)}.")


def _schema_key(tables: Mapping[str, LedgerTable]) -> str:
    described = [
        digest(table.ledger, table.period, *table.key, *(part for column in table.columns.items() for part in column))
        for _, table in sorted(tables.items())
    ]
    return digest(statement(BASE), statement(LEDGER), *described)


def _state_key(schema: str, holdings: Sequence[Holding]) -> str:
    return digest(
        schema,
        *sorted(f"{holding.submission.id} {holding.frame.name} {holding.in_force}" for holding in holdings),
    )


def _sweep(folder: Path) -> None:
    """What a killed process left half-built is gone. Only called under the lock, so nobody is at work there."""
    for left in folder.glob(f"{ASIDE}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _published(path: Path) -> _Published | None:
    """What the store at `path` says of itself; None if there is none or its rows are not what it says they are."""
    import duckdb

    if not path.exists():
        return None
    try:
        with _reading(path) as connection:
            meta = dict(connection.execute("select key, value from meta").fetchall())
            if meta.get("logical_hash") != building.hashed(connection):
                return None
            return _Published(
                schema=meta["schema"],
                state=meta["state"],
                logical_hash=meta["logical_hash"],
                rows=building.rows(connection),
                frames=dict(connection.execute("select id, frame from submission").fetchall()),
            )
    except (duckdb.Error, KeyError):
        # Whatever is wrong with it, everything it held can be had again from the Parquet files.
        return None


def _write(
    aside: Path,
    tables: Mapping[str, LedgerTable],
    holdings: Sequence[Holding],
    *,
    kept: Mapping[str, str],
    said: Mapping[str, str],
) -> _Published:
    """The file `aside` holds exactly `holdings`. `kept` gives the frames, by submission, that it holds already."""
    import duckdb

    wanted = {holding.submission.id: holding.frame.name for holding in holdings}
    gone = [identity for identity, frame in kept.items() if wanted.get(identity) != frame]
    new = [holding for holding in holdings if kept.get(holding.submission.id) != holding.frame.name]
    fresh = not aside.exists()
    with duckdb.connect(str(aside), config=dict(WRITTEN_AS)) as connection:
        if fresh:
            building.create(connection, tables)
        building.remove(connection, gone)
        building.add(connection, tables, new)
        building.enter(connection, holdings)
        building.prove(connection)
        logical = building.hashed(connection)
        connection.execute("delete from meta")
        for key, value in {**said, "logical_hash": logical}.items():
            connection.execute("insert into meta values ($key, $value)", {"key": key, "value": value})
        connection.execute("checkpoint")
    # Read again from the file: what counts is what was written, not what was meant.
    written = _published(aside)
    if written is None or written.logical_hash != logical:
        raise StoreError(f"The new store was written to {aside} but does not read back; check the disk.")
    return written


def _put(aside: Path, path: Path) -> None:
    """The file `aside` is the published one, on the disk too."""
    if aside.with_name(f"{aside.name}.wal").exists():
        raise StoreError(f"{aside} was not written through; its log is still beside it. Check the disk.")
    for place in (aside, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if place is aside:
            aside.replace(path)


@contextmanager
def _reading(path: Path) -> Iterator[DuckDBPyConnection]:
    connection = _read_only(path)
    try:
        yield connection
    finally:
        connection.close()


def _read_only(path: Path) -> DuckDBPyConnection:
    """A connection of its own to the store at `path`.

    The file is attached to a fresh database in memory: a process that connects to a path twice is given the first
    connection's file, even after another was renamed over it.
    """
    import duckdb

    connection = duckdb.connect(":memory:", config=dict(ALONE))
    try:
        escaped = str(path).replace("'", "''")
        connection.execute(f"attach '{escaped}' as store (read_only)")
        connection.execute("use store")
        connection.execute("set timezone = 'UTC'")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def logical_hash(path: Path) -> str:
    """SHA-256 of all rows of all tables of the store at `path`, without instants, whatever order they lie in."""
    with _reading(path) as connection:
        return building.hashed(connection)


def is_published(folder: Path) -> bool:
    """Whether `folder` holds a published store."""
    return (folder / FILE).exists()


def open_warehouse(folder: Path) -> Warehouse:
    """The published store of `folder`, for reading."""
    import duckdb

    path = folder / FILE
    if not path.exists():
        raise StoreError(f"There is no warehouse in {folder} yet; run `yishu collect` first.")
    try:
        return Warehouse(_read_only(path))
    except duckdb.Error as error:
        raise StoreError(f"{path} cannot be read; run `yishu rebuild` to make it anew. ({error})") from error


def empty_warehouse(tables: Mapping[str, LedgerTable]) -> Warehouse:
    """A store in memory with the tables and views of every ledger and no rows, to try queries on."""
    import duckdb

    connection = duckdb.connect(":memory:", config=dict(ALONE))
    building.create(connection, tables)
    return Warehouse(connection)


class Warehouse:
    """A store that can be asked and nothing else: no writing, no files, no network, no settings."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute("set python_enable_replacements = false")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def ask(self, sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows that one query answers, as dictionaries. `parameters` may hold more than the query names.

        A query that does not run raises the engine's own error: whoever composed it knows which file to name.
        """
        from duckdb import StatementType

        statements = self._connection.extract_statements(sql)
        if [found.type for found in statements] != [StatementType.SELECT]:
            raise StoreError(f"The warehouse answers one select at a time, not: {sql.strip()[:120]}")
        named = {name: _plain(parameters[name]) for name in statements[0].named_parameters if name in parameters}
        cursor = self._connection.execute(statements[0], named)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    """`value` as DuckDB takes it: a tuple or set is a list."""
    return list(value) if isinstance(value, (tuple, set, frozenset)) else value
