"""A candidate: a store in memory that shows what would be in force, to be judged before anything is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from warehouse import building
from warehouse.building import Holding, quoted, statement
from warehouse.model import LedgerTable
from warehouse.store import ALONE, Warehouse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure of one year. `source`: `now` from the candidate's rows, `own` from an earlier year's, `published`.

    `document` and `part` say where it was published, `reason` why it may differ from what the rows give.
    """

    office: str
    year: int
    figure: str
    name: str
    department: str
    ledger: str
    scope: str
    unit: str
    counts_by: str
    source: Literal["now", "own", "published"]
    value: Decimal
    document: str | None = None
    part: str | None = None
    reason: str | None = None
    submission: str | None = None
    sheet: str | None = None
    cell: str | None = None


class Candidate:
    """What would be in force, if the chosen submissions were. Rows are taken in once, choosing is cheap."""

    def __init__(
        self,
        tables: Mapping[str, LedgerTable],
        holdings: Sequence[Holding],
        *,
        standing: Mapping[str, bool] | None = None,
        rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> None:
        """Take in the rows of `holdings`; `standing` are what stood before, and whether it still is in force.

        `rows` are rows by ledger, provenance included, that are taken instead of Parquet files: for examples.
        """
        import duckdb

        self._connection = duckdb.connect(":memory:", config=dict(ALONE))
        self._holdings = tuple(holdings)
        building.create(self._connection, tables)
        self._connection.execute(statement("schema/candidate.sql"))
        for table in tables.values():
            view = statement("schema/candidate_ledger.sql").format(ledger=quoted(table.ledger))
            self._connection.execute(view)
        if rows is None:
            building.add(self._connection, tables, self._holdings)
        else:
            building.add_layouts(self._connection, self._holdings)
            _take(self._connection, tables, rows)
        stood = standing or {}
        building.insert(
            self._connection, "standing", {"submission": _texts([*stood]), "in_force": _flags([*stood.values()])}
        )
        self.choose(holding.submission.id for holding in holdings if holding.in_force)
        self._warehouse = Warehouse(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._warehouse.close()

    def choose(self, submissions: Iterable[str]) -> None:
        """These submissions speak, and no others."""
        chosen = frozenset(submissions)
        building.enter(
            self._connection,
            [replace(holding, in_force=holding.submission.id in chosen) for holding in self._holdings],
        )

    def say(self, figures: Sequence[FigureLine]) -> None:
        """These are the figures that are known, and no others."""
        import pyarrow

        self._connection.execute("delete from figure")
        rows = [asdict(line) for line in figures]
        kinds = {"year": pyarrow.int32(), "value": pyarrow.decimal128(38, 6)}
        columns = {
            each.name: pyarrow.array([row[each.name] for row in rows], kinds.get(each.name, pyarrow.string()))
            for each in fields(FigureLine)
        }
        building.insert(self._connection, "figure", columns)

    def ask(self, sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows that one query answers."""
        return self._warehouse.ask(sql, parameters)

    def files(self, office: str, year: int) -> list[dict[str, Any]]:
        """The files that speak for `office` in `year` or before: ledger, submission, first sheet; the newest first."""
        return self.ask(statement("statements/files_in_force.sql"), {"office": office, "year": year})


def empty_candidate(tables: Mapping[str, LedgerTable]) -> Candidate:
    """A candidate without rows, to try queries on."""
    return Candidate(tables, ())


def _texts(values: Sequence[str]) -> Any:
    import pyarrow

    return pyarrow.array(values, pyarrow.string())


def _flags(values: Sequence[bool]) -> Any:
    import pyarrow

    return pyarrow.array(values, pyarrow.bool_())


def _take(
    connection: DuckDBPyConnection,
    tables: Mapping[str, LedgerTable],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    import pyarrow

    for ledger, found in rows.items():
        kinds = {**{name: _arrow(kind) for name, kind in tables[ledger].columns.items()}, **_provenance()}
        columns = {name: pyarrow.array([row.get(name) for row in found], kind) for name, kind in kinds.items()}
        connection.register("arrived", pyarrow.table(columns))
        connection.execute(f"insert into ledger.{quoted(ledger)} by name select * from arrived")  # noqa: S608
        connection.unregister("arrived")


def _arrow(kind: str) -> Any:
    """The Arrow type of a column that the store keeps as `kind`."""
    import pyarrow

    if kind.endswith("[]"):
        return pyarrow.list_(pyarrow.string())
    if kind.startswith("DECIMAL"):
        precision, scale = kind.removeprefix("DECIMAL(").removesuffix(")").split(",")
        return pyarrow.decimal128(int(precision), int(scale))
    return {"BIGINT": pyarrow.int64(), "DATE": pyarrow.date32(), "BOOLEAN": pyarrow.bool_()}.get(kind, pyarrow.string())


def _provenance() -> Mapping[str, Any]:
    import pyarrow

    text, number, flag = pyarrow.string(), pyarrow.int64(), pyarrow.bool_()
    kinds = (text, text, number, number, flag, number, flag)
    return dict(zip(("_submission", *building.PROVENANCE), kinds, strict=True))
