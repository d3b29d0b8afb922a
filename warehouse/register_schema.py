"""The register's tables, how they came to be, and the one place that knows one database from another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError

from warehouse.entries import RegisterError
from warehouse.register_types import Facts, Instant, Numbers, Places

BUSY_MILLISECONDS = 30_000

METADATA = MetaData()


def _slot() -> tuple[Column[Any], ...]:
    return (
        Column("office", String, nullable=False),
        Column("department", String, nullable=False),
        Column("ledger", String, nullable=False),
        Column("period", Integer, nullable=False),
    )


def _run(name: str = "run") -> Column[Any]:
    return Column(name, Integer, ForeignKey("run.id"), nullable=False)


VERSION = Table("register_version", METADATA, Column("version", Integer, nullable=False))

RUN = Table(
    "run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("office", String, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("state", String, nullable=False),
    Column("received", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("accepted", Integer, nullable=False, default=0),
    Column("returned", Integer, nullable=False, default=0),
    Column("findings", Integer, nullable=False, default=0),
    Column("warehouse_hash", String),
    Column("message", Text, nullable=False, default=""),
)

STEP = Table(
    "step",
    METADATA,
    Column("id", Integer, primary_key=True),
    _run(),
    Column("name", String, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("facts", Facts, nullable=False),
    Index("step_of_run", "run"),
)

KNOWN_FILE = Table(
    "known_file",
    METADATA,
    Column("path", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("ctime_ns", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
)

SUBMISSION = Table(
    "submission",
    METADATA,
    Column("id", String, primary_key=True),
    *_slot(),
    Column("sha256", String, nullable=False),
    Column("file_name", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    _run(),
    Index("submission_of_slot", "office", "department", "ledger", "period"),
)

RECEIPT = Table(
    "receipt",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_slot(),
    Column("submission", String, ForeignKey("submission.id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    _run(),
    Index("receipt_of_slot", "office", "department", "ledger", "period"),
)

VERDICT = Table(
    "verdict",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("submission", String, ForeignKey("submission.id"), nullable=False),
    Column("card_hash", String, nullable=False),
    Column("rules_hash", String, nullable=False),
    Column("state", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("frame_key", String, nullable=False),
    Column("decided_at", Instant, nullable=False),
    _run(),
    # Since version 4.
    Column("released", Numbers),
    Index("verdict_of_submission", "submission"),
)

# `ordinal` tells apart findings that share an identity, such as two rows with one key: neither may be lost.
FINDING = Table(
    "finding",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_slot(),
    Column("stage", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("level", String, nullable=False),
    Column("submission", String),
    Column("file", String),
    Column("sheet", String),
    Column("cell", String),
    Column("key", String),
    Column("column", String),
    Column("facts", Facts, nullable=False),
    Column("also", Places),
    Column("recurred", Integer, nullable=False, default=0),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("closed_at", Instant),
    _run("first_run"),
    _run("last_run"),
    # Since version 2.
    Column("first_submission", String),
    Column("fixed_submission", String),
    Column("returned_submission", String),
    Column("returned_at", Instant),
    Column("recurred_at", Instant),
    UniqueConstraint("identity", "stage", "ordinal"),
    Index("finding_of_slot", "office", "department", "ledger", "period", "stage"),
)

# Rows are only ever added; `chain` covers each row and the one before it.
EXPLANATION = Table(
    "explanation",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_slot(),
    Column("identity", String, nullable=False),
    Column("code", String, nullable=False),
    Column("value_mark", String, nullable=False),
    Column("facts", Facts, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("chain", String, nullable=False),
)

# Written releases of errors and their withdrawals, the same way: nothing is changed, `chain` covers what was before.
RELEASE = Table(
    "written_release",
    METADATA,
    Column("id", Integer, primary_key=True),
    *_slot(),
    Column("identity", String, nullable=False),
    Column("code", String, nullable=False),
    Column("value_mark", String, nullable=False),
    Column("facts", Facts, nullable=False),
    Column("withdraws", Integer, ForeignKey("written_release.id")),
    Column("by", String, nullable=False),
    Column("document", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("chain", String, nullable=False),
)


def _first(connection: Connection) -> None:
    METADATA.create_all(connection)


def _second(connection: Connection) -> None:
    """The life of findings: in which submission each was seen first, was returned, was fixed; and explanations."""
    there = {column["name"] for column in inspect(connection).get_columns(FINDING.name)}
    for name in ("first_submission", "fixed_submission", "returned_submission", "returned_at", "recurred_at"):
        if name not in there:
            kind = FINDING.c[name].type.compile(connection.dialect)
            connection.exec_driver_sql(f"alter table finding add column {name} {kind}")
    EXPLANATION.create(connection, checkfirst=True)
    # What a register of version 1 knows about the past: a finding that only one run saw was seen in one submission.
    seen_once = FINDING.c.first_run == FINDING.c.last_run
    connection.execute(update(FINDING).where(seen_once).values(first_submission=FINDING.c.submission))
    newest = select(func.max(VERDICT.c.id)).group_by(VERDICT.c.submission)
    returned = select(VERDICT.c.submission, VERDICT.c.decided_at).where(
        VERDICT.c.id.in_(newest), VERDICT.c.state == "returned"
    )
    for submission, at in connection.execute(returned).all():
        in_it = (FINDING.c.submission == submission, FINDING.c.closed_at.is_(None), FINDING.c.stage == "content")
        connection.execute(update(FINDING).where(*in_it).values(returned_submission=submission, returned_at=at))


def _also(connection: Connection) -> None:
    """The other sides of a finding that several ledgers have a part in."""
    if "also" not in {column["name"] for column in inspect(connection).get_columns(FINDING.name)}:
        connection.exec_driver_sql("alter table finding add column also text")


def _releases(connection: Connection) -> None:
    """Written releases of errors, and which of them an accepted submission rests on."""
    if "released" not in {column["name"] for column in inspect(connection).get_columns(VERDICT.name)}:
        kind = VERDICT.c.released.type.compile(connection.dialect)
        connection.exec_driver_sql(f"alter table verdict add column released {kind}")
    RELEASE.create(connection, checkfirst=True)


# One step per version, from nothing to today; a step that was ever released is never changed, only followed.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first, _second, _also, _releases)


def connect(url: str) -> Engine:
    """An engine for the register at `url`, with its tables as this program needs them."""
    try:
        engine = create_engine(make_url(url))
    except (ArgumentError, ImportError) as error:
        raise RegisterError(
            f"The register's address cannot be used ({error}); write sqlite:///path/to/file."
        ) from error
    if engine.dialect.name == "sqlite":
        _settle_sqlite(engine)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            _migrate(connection, engine)
    except DBAPIError as error:
        engine.dispose()
        raise RegisterError(
            f"The register at {engine.url.render_as_string()} cannot be opened: {error.orig}. "
            "Check that its folder exists and may be written to, or put the file back from a backup."
        ) from error
    return engine


def _migrate(connection: Connection, engine: Engine) -> None:
    version = 0
    if inspect(connection).has_table(VERSION.name):
        version = connection.execute(select(VERSION.c.version)).scalar_one()
    if version > len(MIGRATIONS):
        raise RegisterError(
            f"The register at {engine.url.render_as_string()} has version {version}, this program knows "
            f"{len(MIGRATIONS)}; use the program that wrote it, or a newer one."
        )
    for step in MIGRATIONS[version:]:
        step(connection)
    if version == 0:
        connection.execute(insert(VERSION).values(version=len(MIGRATIONS)))
    elif version < len(MIGRATIONS):
        connection.execute(update(VERSION).values(version=len(MIGRATIONS)))


def _settle_sqlite(engine: Engine) -> None:
    """Foreign keys, patience, readers beside the writer, and write transactions that take their lock at once."""

    def opened(connection: Any, _: Any) -> None:
        # The driver's own late BEGIN would let two writers read first and then collide.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "foreign_keys = on",
            "journal_mode = wal",
            # A power cut may cost the last commits, never the file; what is lost is what the next run does again.
            "synchronous = normal",
        ):
            connection.execute(f"pragma {pragma}")

    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    event.listen(engine, "connect", opened)
    event.listen(engine, "begin", begun)
    if engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
