"""Readings: the typed frame with its provenance, and how it is kept as Parquet with a JSON file beside it."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.formats.places import runs
from warehouse.model import Block, Finding, Level, Submission, digest, type_of_fact

if TYPE_CHECKING:
    import pyarrow as pa
    from pandas import DataFrame

    from sources.cards import LedgerCard
    from sources.reading.columns import Typed

PROVENANCE = ("_sheet", "_block", "_row", "_hidden", "_year", "_carried_over")
_BLOCK = tuple(field.name for field in fields(Block))


@dataclass(frozen=True)
class Reading:
    """What one submission says: typed rows, the tables they stand in, findings, and the facts around the tables."""

    rows: pa.Table
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    facts: Mapping[str, str]

    @cached_property
    def frame(self) -> DataFrame:
        """The rows in the dtypes of the house."""
        return to_pandas(self.rows)


@dataclass(frozen=True, slots=True)
class Part:
    """The data rows of one table on one sheet: its typed columns, which rows are hidden or marked as carried over."""

    block: Block
    typed: Mapping[str, Typed]
    hidden: frozenset[int]
    carried: Sequence[bool] | None

    @property
    def hidden_marks(self) -> Sequence[bool] | None:
        """Which rows are hidden; None where none is."""
        return [row in self.hidden for row in self.block.data_rows] if self.hidden else None


@dataclass(frozen=True, slots=True)
class Told:
    """A reading whose rows are still in parts."""

    parts: tuple[Part, ...]
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
class Gathered:
    """The rows of several files, one below the other, as plain values.

    A column is its distinct values, the first of which is None, and where each row's stands, as 32-bit integers.
    `hidden` and `carried` say which rows are so; None where none is.
    """

    columns: Mapping[str, tuple[Sequence[Any], bytes]]
    hidden: Sequence[bool] | None
    carried: Sequence[bool] | None


def readings_of(told: Sequence[Told], card: LedgerCard) -> list[Reading]:
    """The readings, each with its slice of one Arrow table that holds the rows of all."""
    table = _table_of(_gathered(told, card), [each.blocks for each in told], card)
    readings, start = [], 0
    for each in told:
        count = _count(each.blocks)
        readings.append(Reading(table.slice(start, count), each.blocks, each.findings, each.facts))
        start += count
    return readings


def _count(blocks: Sequence[Block]) -> int:
    """How many rows the tables hold."""
    return sum(len(block.data_rows) for block in blocks)


def _gathered(told: Sequence[Told], card: LedgerCard) -> Gathered:
    parts = [part for each in told for part in each.parts]
    counts = [len(part.block.data_rows) for part in parts]
    hidden = [[row in part.hidden for row in part.block.data_rows] if part.hidden else None for part in parts]
    columns = {name: _column(parts, name) for name in card.kept}
    return Gathered(columns, _marks(hidden, counts), _marks([part.carried for part in parts], counts))


def _column(parts: Sequence[Part], name: str) -> tuple[list[Any], bytes]:
    """One column of all parts: the distinct values of its memories, and where each of them stands."""
    starts: dict[int, int] = {}
    values: list[Any] = [None]
    places: list[int] = []
    for part in parts:
        typed = part.typed.get(name)
        if typed is None:
            places += [0] * len(part.block.data_rows)
            continue
        start = starts.get(id(typed.memory))
        if start is None:
            start = starts[id(typed.memory)] = len(values) - 1
            values += typed.memory.values[1:]
        places += typed.places if start == 0 else [place and place + start for place in typed.places]
    # Of all that makes integers of a list this takes the least time.
    return values, struct.pack(f"{len(places)}i", *places)


def _marks(marks: Sequence[Sequence[bool] | None], counts: Sequence[int]) -> list[bool] | None:
    """Yes or no for every row; None where no row of any part is marked."""
    if not any(marks):
        return None
    return [*chain.from_iterable(mark or repeat(False, n) for mark, n in zip(marks, counts, strict=True))]


def _table_of(rows: Gathered, blocks: Sequence[Sequence[Block]], card: LedgerCard) -> pa.Table:
    """The rows with a value in every cell; `blocks` are those of each file, and tell where the rows stand."""
    import pyarrow as pa

    wanted = schema(card)
    filled = [block for of_file in blocks for block in of_file if block.data_rows]
    counts = [len(block.data_rows) for block in filled]
    total = sum(counts)
    columns = [_spelt_out(rows.columns[each.name], each.type) for each in wanted if each.name not in PROVENANCE]
    days, places = rows.columns.get(card.placed_by or "", ([None], bytes(4 * total)))
    years = [day.year if day else None for day in days], places
    around = (
        _constants([block.sheet for block in filled], counts, pa.string()),
        _constants([block.index for block in filled], counts, pa.int64()),
        pa.array(chain.from_iterable(block.data_rows for block in filled), pa.int64()),
        _said(rows.hidden, total),
        _spelt_out(years, pa.int64()),
        _said(rows.carried, total),
    )
    return pa.table([*columns, *around], names=wanted.names)


def _spelt_out(column: tuple[Sequence[Any], bytes], kind: pa.DataType) -> pa.Array:
    """The value of each row."""
    import pyarrow as pa

    values, places = column
    indices = pa.Array.from_buffers(pa.int32(), len(places) // 4, [None, pa.py_buffer(places)])
    return pa.array(values, type=kind).take(indices)


def _constants(values: Sequence[Any], counts: Sequence[int], kind: pa.DataType) -> pa.Array:
    """Each value as often as its part has rows."""
    import pyarrow as pa

    if len(set(values)) == 1:
        return pa.repeat(pa.scalar(values[0], kind), sum(counts))
    return pa.array(chain.from_iterable(map(repeat, values, counts)), kind)


def _said(marks: Sequence[bool] | None, count: int) -> pa.Array:
    import pyarrow as pa

    return pa.repeat(pa.scalar(False), count) if marks is None else pa.array(marks, pa.bool_())


def pack(told: Sequence[Told], card: LedgerCard) -> tuple[bytes, bytes]:
    """The rows of all, pickled as plain values, and what stands beside them as JSON.

    Whoever unpacks them makes Arrow of them: its import is a quarter of a child's start.
    """
    rows = _gathered(told, card)
    beside = [_beside(each, _count(each.blocks)) for each in told]
    return pickle.dumps((rows.columns, rows.hidden, rows.carried), pickle.HIGHEST_PROTOCOL), _as_json(beside)


def unpack(rows: Any, beside: bytes, submissions: Sequence[Submission], card: LedgerCard) -> list[Reading]:
    """What was packed, the findings of each bound to its submission; `rows` are no longer pickled."""
    plain = json.loads(beside)
    blocks = [tuple(map(_block, each["blocks"])) for each in plain]
    table = _table_of(Gathered(*rows), blocks, card)
    readings, start = [], 0
    for each, of_file, submission in zip(plain, blocks, submissions, strict=True):
        findings = tuple(_bound(found, submission) for found in each["findings"])
        readings.append(Reading(table.slice(start, each["rows"]), of_file, findings, each["facts"]))
        start += each["rows"]
    return readings


def _reading(rows: pa.Table, plain: Mapping[str, Any], submission: Submission) -> Reading:
    blocks = tuple(_block(each) for each in plain["blocks"])
    return Reading(rows, blocks, tuple(_bound(each, submission) for each in plain["findings"]), plain["facts"])


def to_pandas(table: pa.Table) -> DataFrame:
    """The table in the dtypes of the house: see the table of dtypes in this room's README."""
    import pandas as pd

    arrays = {name: _array(name, table.column(name)) for name in table.column_names}
    return pd.DataFrame(arrays, index=pd.RangeIndex(table.num_rows))


def _array(name: str, column: pa.ChunkedArray) -> Any:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    kind = column.type
    if pa.types.is_string(kind):
        return pd.StringDtype(na_value=np.nan).__from_arrow__(column)  # type: ignore[attr-defined]
    if pa.types.is_list(kind):
        values = np.empty(len(column), dtype=object)
        values[:] = column.to_pylist()
        return values
    if pa.types.is_decimal(kind):
        return pd.arrays.ArrowExtensionArray(column)
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("us")).to_numpy()
    if name in PROVENANCE and name != "_year":
        return column.to_numpy()
    dtype: Any = pd.BooleanDtype() if pa.types.is_boolean(kind) else pd.Int64Dtype()
    return dtype.__from_arrow__(column)


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

    from sources.landing import write_whole

    buffer = pa.BufferOutputStream()
    pq.write_table(reading.rows, buffer, compression="zstd")
    write_whole(folder / f"{key}.parquet", buffer.getvalue().to_pybytes())
    write_whole(folder / f"{key}.json", _as_json(_beside(reading, reading.rows.num_rows)))


def _beside(reading: Reading | Told, rows: int) -> dict[str, Any]:
    return {
        "rows": rows,
        "blocks": [
            {name: getattr(block, name) for name in _BLOCK} | {"data_rows": runs(block.data_rows)}
            for block in reading.blocks
        ],
        "findings": [_plain(finding) for finding in reading.findings],
        "facts": dict(reading.facts),
    }


def _as_json(beside: Any) -> bytes:
    # A lone surrogate out of a damaged file is no UTF-8; JSON can escape it.
    return json.dumps(beside, ensure_ascii=False).encode(errors="backslashreplace")


def kept(folder: Path, key: str, submission: Submission) -> Reading | None:
    """The reading kept under `key`, its findings bound to this submission; None if there is none, or no whole one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        beside = json.loads((folder / f"{key}.json").read_bytes())
        table = pq.read_table(folder / f"{key}.parquet", partitioning=None, use_threads=False)
        return _reading(table, beside, submission)
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
    rows = chain.from_iterable(range(first, last + 1) for first, last in plain["data_rows"])
    return Block(**fields | {"data_rows": tuple(rows)})
