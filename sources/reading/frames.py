"""Readings: the typed frame with its provenance, and how it is kept as Parquet with a JSON file beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.landing import write_whole
from warehouse.model import Block, Finding, Level, Submission, digest, type_of_fact

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas import DataFrame

    from sources.cards import LedgerCard

PROVENANCE = ("_sheet", "_block", "_row", "_hidden", "_year", "_carried_over")


@dataclass(frozen=True)
class Reading:
    """What one submission says: typed rows, the tables they stand in, findings, and the facts around the tables."""

    frame: DataFrame
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    facts: Mapping[str, str]


def schema(card: LedgerCard) -> pa.Schema:
    """The Parquet columns of a card's reading, in order."""
    import pyarrow as pa

    kinds = {
        "list": pa.list_(pa.string()),
        "count": pa.int64(),
        "number": pa.decimal128(18, 4),
        "money": pa.decimal128(18, 2),
        "date": pa.date32(),
        "flag": pa.bool_(),
    }
    fields = [
        (name, pa.string() if column.personal == "key" else kinds.get(column.type, pa.string()))
        for name, column in card.kept.items()
    ]
    around = (pa.string(), pa.int64(), pa.int64(), pa.bool_(), pa.int64(), pa.bool_())
    return pa.schema([*fields, *zip(PROVENANCE, around, strict=True)])


@dataclass(frozen=True, slots=True)
class Told:
    """A reading before it is a pandas frame: what a child process gives back, and cheap to send."""

    rows: pa.Table
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    facts: Mapping[str, str]

    def as_reading(self) -> Reading:
        """The reading with its frame."""
        return Reading(_to_pandas(self.rows), self.blocks, self.findings, self.facts)


def table_of(columns: Mapping[str, Sequence[Any]], card: LedgerCard) -> pa.Table:
    """The rows of a card's kept columns and the provenance; each column is a list of as many Python values."""
    import pyarrow as pa

    wanted = schema(card)
    return pa.table([pa.array(columns[each.name], type=each.type) for each in wanted], schema=wanted)


def pack(told: Told) -> tuple[bytes, bytes]:
    """The rows as an Arrow stream, and what stands beside them as JSON."""
    import pyarrow as pa

    buffer = pa.BufferOutputStream()
    with pa.ipc.new_stream(buffer, told.rows.schema) as stream:
        stream.write_table(told.rows)
    return buffer.getvalue().to_pybytes(), _beside(told.blocks, told.findings, told.facts)


def unpack(rows: bytes, beside: bytes, submission: Submission) -> Told:
    """What was packed, its findings bound to this submission."""
    import pyarrow as pa

    with pa.ipc.open_stream(rows) as stream:
        table = stream.read_all()
    plain = json.loads(beside)
    blocks = tuple(_block(each) for each in plain["blocks"])
    return Told(table, blocks, tuple(_bound(each, submission) for each in plain["findings"]), plain["facts"])


def _to_pandas(table: pa.Table) -> DataFrame:
    import pandas as pd

    arrays = {name: _array(name, table.column(name)) for name in table.column_names}
    return pd.DataFrame(arrays, index=pd.RangeIndex(table.num_rows))


def _array(name: str, column: pa.ChunkedArray) -> Any:
    """One column in the dtype of the house: see the table of dtypes in this room's README."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    kind = column.type
    if pa.types.is_string(kind):
        return pd.array(column.to_pylist(), dtype="str")
    if pa.types.is_list(kind):
        values = np.empty(len(column), dtype=object)
        values[:] = column.to_pylist()
        return values
    if pa.types.is_decimal(kind):
        return pd.arrays.ArrowExtensionArray(column)
    if pa.types.is_date(kind):
        return np.asarray(column.to_pylist(), dtype="datetime64[us]")
    if pa.types.is_boolean(kind):
        return np.asarray(column.to_pylist(), dtype=bool) if name in PROVENANCE else pd.array(column, dtype="boolean")
    if name in ("_block", "_row"):
        return np.asarray(column.to_pylist(), dtype="int64")
    return pd.array(column.to_pylist(), dtype="Int64")


def reading_key(content_sha256: str, *, card: LedgerCard, sheets: tuple[str, ...], period: int, secret: bytes) -> str:
    """The name under which this reading is kept: it changes with the bytes, the card, the reader and the secret."""
    secret_mark = digest("secret", secret.hex())[:16]
    return digest(content_sha256, card.hash, str(period), secret_mark, _reader_mark(), *sheets)[:40]


@cache
def _reader_mark() -> str:
    """Sixteen hex digits over the code that reads, so that a better reader reads again."""
    rooms = Path(__file__).resolve().parents[1]
    modules = sorted(path for room in ("", "formats", "reading") for path in (rooms / room).glob("*.py"))
    return digest(*(path.read_text(encoding="utf-8") for path in modules))[:16]


def keep(reading: Reading, folder: Path, key: str) -> None:
    """Keep the reading in `folder` as `<key>.parquet` and `<key>.json`; the latter is written last."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = pa.BufferOutputStream()
    pq.write_table(_to_arrow(reading.frame), buffer, compression="zstd")
    write_whole(folder / f"{key}.parquet", buffer.getvalue().to_pybytes())
    write_whole(folder / f"{key}.json", _beside(reading.blocks, reading.findings, reading.facts))


def _beside(blocks: Sequence[Block], findings: Sequence[Finding], facts: Mapping[str, str]) -> bytes:
    beside = {
        "blocks": [asdict(block) for block in blocks],
        "findings": [_plain(finding) for finding in findings],
        "facts": dict(facts),
    }
    # A lone surrogate out of a damaged file is no UTF-8; JSON can escape it.
    return json.dumps(beside, ensure_ascii=False).encode(errors="backslashreplace")


def kept(folder: Path, key: str, submission: Submission) -> Reading | None:
    """The reading kept under `key`, its findings bound to this submission; None if there is none, or no whole one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        beside = json.loads((folder / f"{key}.json").read_bytes())
        table = pq.read_table(folder / f"{key}.parquet", partitioning=None, use_threads=False)
        blocks = tuple(_block(each) for each in beside["blocks"])
        findings = tuple(_bound(each, submission) for each in beside["findings"])
        return Reading(_to_pandas(table), blocks, findings, beside["facts"])
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


@dataclass(frozen=True, slots=True)
class Outline:
    """A kept reading without its rows."""

    blocks: tuple[Block, ...]
    facts: Mapping[str, str]


def outline(folder: Path, key: str) -> Outline | None:
    """What stands beside the rows kept under `key`, without the cost of loading them; None if there is no reading."""
    try:
        beside = json.loads((folder / f"{key}.json").read_bytes())
        found = Outline(tuple(_block(each) for each in beside["blocks"]), beside["facts"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if (folder / f"{key}.parquet").exists() else None


def _to_arrow(frame: DataFrame) -> pa.Table:
    """The frame as Arrow, with the plainest types: dates are days, missing texts are null."""
    import pyarrow as pa

    columns = {}
    for name in frame.columns:
        values = frame[name]
        if values.dtype == "object":
            columns[name] = pa.array(list(values), type=pa.list_(pa.string()))
        elif values.dtype == "str":
            columns[name] = pa.array(values.array, type=pa.large_string(), from_pandas=True).cast(pa.string())
        else:
            array = pa.array(values.array, from_pandas=True)
            columns[name] = array.cast(pa.date32()) if pa.types.is_timestamp(array.type) else array
    return pa.table(columns)


def _plain(finding: Finding) -> dict[str, Any]:
    facts = {name: _tagged(fact) for name, fact in finding.facts.items()}
    fields = ("code", "sheet", "cell", "key", "column")
    return {**{name: getattr(finding, name) for name in fields}, "level": finding.level.value, "facts": facts}


def _tagged(fact: type_of_fact) -> Any:
    match fact:
        case Decimal():
            return {"decimal": str(fact)}
        case date():
            return {"date": fact.isoformat()}
    return fact


def _untagged(fact: Any) -> type_of_fact:
    match fact:
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return date.fromisoformat(text)
    return fact  # type: ignore[no-any-return]


def _bound(plain: Mapping[str, Any], submission: Submission) -> Finding:
    return Finding(
        **{name: plain[name] for name in ("code", "sheet", "cell", "key", "column")},
        level=Level(plain["level"]),
        slot=submission.slot,
        submission=submission.id,
        file=submission.file_name,
        facts={name: _untagged(fact) for name, fact in plain["facts"].items()},
    )


def _block(plain: Mapping[str, Any]) -> Block:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    return Block(**fields)
