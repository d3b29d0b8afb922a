"""The store: published whole, asked safely, the same by any road."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.warehouse.drawing import NOON, PENALTY, SLOT, TABLES, VISIT, holding, penalties, visits, write_frame
from warehouse.model import LedgerTable, Slot
from warehouse.store import (
    Publication,
    StoreError,
    empty_warehouse,
    logical_hash,
    open_warehouse,
    publish,
    rebuild,
)

VISITS = Slot("town", "hall", "visit", 2024)


def ask(folder: Path, sql: str, **parameters: object) -> list[dict[str, object]]:
    with open_warehouse(folder) as warehouse:
        return warehouse.ask(sql, parameters)


def fines(folder: Path) -> list[object]:
    return [row["fine_yuan"] for row in ask(folder, "select fine_yuan from record.penalty order by _row")]


def test_a_published_row_comes_back_typed_with_its_address(tmp_path: Path) -> None:
    """What the reader typed is what a query gets, with office, file and the A1 address of each value."""
    held = holding(tmp_path / "frames", penalties("1500.00", None))

    published = publish(tmp_path / "store", TABLES, [held])

    rows = ask(tmp_path / "store", "select *, _at['fine_yuan'] || _row as address from record.penalty order by _row")
    assert published == Publication(
        path=tmp_path / "store" / "warehouse.duckdb",
        logical_hash=logical_hash(published.path),
        changed=True,
        rows=2,
    )
    assert rows[0] == {
        "case_no": "case-0",
        "decided_on": date(2024, 1, 1),
        "fine_yuan": Decimal("1500.00"),
        "officers": None,
        "people": None,
        "closed": True,
        "_submission": held.submission.id,
        "_sheet": "台账",
        "_block": 0,
        "_row": 4,
        "_hidden": False,
        "_year": 2024,
        "_carried_over": False,
        "_office": "town",
        "_department": "squad",
        "_period": 2024,
        "_file": "台账.xlsx",
        "_sha256": held.submission.sha256,
        "_at": {"case_no": "A", "decided_on": "B", "fine_yuan": "C", "officers": "D", "people": "E", "closed": "F"},
        "address": "C4",
    }
    assert (None, ["甲", "乙"], 1, None, "C5") == tuple(
        rows[1][name] for name in ("fine_yuan", "officers", "people", "closed", "address")
    )


def test_publishing_the_same_again_does_not_touch_the_file(tmp_path: Path) -> None:
    """The same holdings in another order, accepted at another instant, are the same state: no write, not changed."""
    first = holding(tmp_path / "frames", penalties("1.00"))
    second = holding(tmp_path / "frames", visits("甲"), slot=VISITS)
    before = publish(tmp_path / "store", TABLES, [first, second])
    stat = before.path.stat()

    again = publish(tmp_path / "store", TABLES, [replace(second, accepted_at=NOON + timedelta(days=1)), first])

    assert again == replace(before, changed=False)
    assert (stat.st_ino, stat.st_mtime_ns) == (again.path.stat().st_ino, again.path.stat().st_mtime_ns)


def test_a_replaced_submission_stays_as_history_and_leaves_the_view(tmp_path: Path) -> None:
    """The one in force answers; the one before it is still in the table of the ledger."""
    old = holding(tmp_path / "frames", penalties("1.00", "2.00"))
    new = holding(tmp_path / "frames", penalties("30.00"))
    publish(tmp_path / "store", TABLES, [old])

    published = publish(tmp_path / "store", TABLES, [replace(old, in_force=False), new])

    assert [Decimal("30.00")] == fines(tmp_path / "store")
    assert [{"kept": 3}] == ask(tmp_path / "store", "select count(*) as kept from ledger.penalty")
    assert (True, 3) == (published.changed, published.rows)


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    """A submission that the published store holds is copied with it: its Parquet may even be gone."""
    first = holding(tmp_path / "frames", penalties("1.00"))
    publish(tmp_path / "store", TABLES, [first])
    first.frame.unlink()

    publish(tmp_path / "store", TABLES, [first, holding(tmp_path / "frames", visits("甲"), slot=VISITS)])

    assert [Decimal("1.00")] == fines(tmp_path / "store")


def test_a_new_reading_of_a_submission_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """The card changed, the file was read again under another key: its old rows are gone."""
    held = holding(tmp_path / "frames", penalties("1.00", "2.00"))
    publish(tmp_path / "store", TABLES, [held])
    frame = write_frame(tmp_path / "frames" / "other.parquet", PENALTY, penalties("7.00"))

    publish(tmp_path / "store", TABLES, [replace(held, frame=frame)])

    assert [Decimal("7.00")] == fines(tmp_path / "store")
    assert [{"blocks": 1}] == ask(tmp_path / "store", "select count(*) as blocks from layout")


def test_one_reading_may_serve_two_submissions(tmp_path: Path) -> None:
    """Two departments sent the same bytes; each has its own rows."""
    first = holding(tmp_path / "frames", penalties("1.00"), content="the same")
    second = holding(
        tmp_path / "frames", penalties("1.00"), slot=replace(SLOT, department="station"), content="the same"
    )

    publish(tmp_path / "store", TABLES, [first, second])

    rows = ask(tmp_path / "store", "select _department from record.penalty order by 1")
    assert first.frame == second.frame
    assert [{"_department": "squad"}, {"_department": "station"}] == rows


def test_a_changed_card_builds_anew(tmp_path: Path) -> None:
    """A column that the card got later is null in readings made before; one that it lost stays outside."""
    held = holding(tmp_path / "frames", visits("甲", "乙"), slot=VISITS)
    publish(tmp_path / "store", TABLES, [held])
    card = LedgerTable(ledger="visit", columns={"visitor": "VARCHAR", "topic": "VARCHAR"}, period="year", key=())

    publish(tmp_path / "store", {"visit": card}, [held])

    rows = ask(tmp_path / "store", "select visitor, topic from record.visit order by visitor desc")
    assert [{"visitor": "甲", "topic": None}, {"visitor": "乙", "topic": None}] == rows
    assert ["visitor", "topic"] == [
        row["name"]
        for row in ask(
            tmp_path / "store",
            "select column_name as name from duckdb_columns() where schema_name = 'ledger' and name not like '\\_%' "
            "escape '\\' order by column_index",
        )
    ]


def test_a_reading_that_does_not_fit_the_card_is_an_error_and_the_old_store_stays(tmp_path: Path) -> None:
    """Text where the card now says number cannot be kept: the error names the reading, nothing is published."""
    held = holding(tmp_path / "frames", visits("甲"), slot=VISITS)
    publish(tmp_path / "store", TABLES, [held])
    card = replace(VISIT, columns={"visitor": "BIGINT", "order": "BIGINT"})

    with pytest.raises(StoreError, match=held.frame.name):
        publish(tmp_path / "store", {**TABLES, "visit": card}, [held])

    assert [{"visitor": "甲"}] == ask(tmp_path / "store", "select visitor from record.visit")
    assert ["publishing.lock", "warehouse.duckdb"] == sorted(path.name for path in (tmp_path / "store").iterdir())


@pytest.mark.parametrize("damage", ["truncated", "overwritten", "nonsense", "empty"])
def test_a_damaged_store_is_built_anew(tmp_path: Path, damage: str) -> None:
    """Nothing is lost with the published file: the same holdings give the same store again."""
    held = [
        holding(tmp_path / "frames", penalties(*["1.00"] * 500)),
        holding(tmp_path / "frames", visits("甲"), slot=VISITS),
    ]
    published = publish(tmp_path / "store", TABLES, held)
    content = bytearray(published.path.read_bytes())
    if damage == "truncated":
        content = content[: len(content) // 2]
    elif damage == "overwritten":
        content[20_000:] = bytes(len(content) - 20_000)
    else:
        content = bytearray(b"" if damage == "empty" else b"not a database" * 1000)
    published.path.write_bytes(content)

    assert replace(published, changed=True) == publish(tmp_path / "store", TABLES, held)
    assert published.logical_hash == logical_hash(published.path)


def test_a_row_changed_behind_our_back_is_put_right(tmp_path: Path) -> None:
    """A store whose rows are not those it was published with counts as damaged."""
    held = holding(tmp_path / "frames", penalties("1.00"))
    published = publish(tmp_path / "store", TABLES, [held])
    with duckdb.connect(str(published.path)) as connection:
        connection.execute("update ledger.penalty set fine_yuan = 2")

    publish(tmp_path / "store", TABLES, [held])

    assert [Decimal("1.00")] == fines(tmp_path / "store")


def test_the_logical_hash_sees_every_cell_and_flag_but_no_instant_and_no_order(tmp_path: Path) -> None:
    """Another instant or order: the same hash. Another cell, address or flag: another."""
    one, two = (
        holding(tmp_path / "frames", penalties("1.00", "2.00")),
        holding(tmp_path / "frames", visits("甲"), slot=VISITS),
    )
    late = replace(
        one,
        accepted_at=NOON + timedelta(days=1),
        submission=replace(one.submission, received_at=NOON + timedelta(hours=1)),
    )
    cell = replace(one, frame=write_frame(tmp_path / "frames" / "cell.parquet", PENALTY, penalties("1.00", "2.01")))
    moved = replace(one, blocks=(replace(one.blocks[0], letters={**one.blocks[0].letters, "closed": "Z"}),))
    turned = replace(one, blocks=(replace(one.blocks[0], letters=dict(reversed(list(one.blocks[0].letters.items())))),))

    rows = pd.read_parquet(one.frame, dtype_backend="pyarrow")
    rows.iloc[::-1].to_parquet(tmp_path / "frames" / "upside_down.parquet", index=False)
    upside_down = replace(one, frame=tmp_path / "frames" / "upside_down.parquet")

    def hashed(name: str, *held: object) -> str:
        return rebuild(tmp_path / name, TABLES, held).logical_hash  # type: ignore[arg-type]

    plain = hashed("plain", one, two)
    assert [plain] * 4 == [
        hashed("order", two, one),
        hashed("late", late, two),
        hashed("turned", turned, two),
        hashed("upside_down", upside_down, two),
    ]
    others = [hashed("cell", cell, two), hashed("moved", moved, two), hashed("out", replace(one, in_force=False), two)]
    assert 4 == len({plain, *others})


def test_rebuilding_says_the_same(tmp_path: Path) -> None:
    """Everything from the Parquet files gives the same logical hash, and so nothing has changed."""
    old, new = holding(tmp_path / "frames", penalties("1.00")), holding(tmp_path / "frames", penalties("2.00"))
    publish(tmp_path / "store", TABLES, [old])
    published = publish(tmp_path / "store", TABLES, [replace(old, in_force=False), new])

    assert replace(published, changed=False) == rebuild(tmp_path / "store", TABLES, [new, replace(old, in_force=False)])


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    """Two submissions in force for a slot, one held twice, one without a card, rows without layout: not published."""
    one, two = holding(tmp_path / "frames", penalties("1.00")), holding(tmp_path / "frames", penalties("2.00"))
    for nonsense, says in (
        ([one, two], "more than one submission is in force for town/squad/penalty/2024"),
        ([one, one], "held once"),
        ([replace(one, blocks=())], "block 0, which has no layout"),
        ([replace(one, frame=tmp_path / "frames" / "gone.parquet")], "yishu collect"),
    ):
        with pytest.raises(StoreError, match=says):
            publish(tmp_path / "store", TABLES, nonsense)
    with pytest.raises(StoreError, match="'penalty', which has no card; declared are: visit"):
        publish(tmp_path / "store", {"visit": VISIT}, [one])
    assert not (tmp_path / "store" / "warehouse.duckdb").exists()


def test_a_reader_keeps_the_store_it_opened(tmp_path: Path) -> None:
    """While one is open a new one is published; the next to open, in the same process, gets the new one."""
    publish(tmp_path / "store", TABLES, [holding(tmp_path / "frames", visits("甲"), slot=VISITS)])

    with open_warehouse(tmp_path / "store") as before:
        publish(tmp_path / "store", TABLES, [holding(tmp_path / "frames", visits("乙"), slot=VISITS)])

        assert [{"visitor": "甲"}] == before.ask("select visitor from record.visit", {})
        assert [{"visitor": "乙"}] == ask(tmp_path / "store", "select visitor from record.visit")


def test_a_published_file_is_never_written_to(tmp_path: Path) -> None:
    """The new store takes the place of the old file; the old one, kept under another name, has not changed a byte."""
    before = publish(tmp_path / "store", TABLES, [holding(tmp_path / "frames", visits("甲"), slot=VISITS)])
    content = before.path.read_bytes()
    (tmp_path / "kept").hardlink_to(before.path)

    publish(tmp_path / "store", TABLES, [holding(tmp_path / "frames", visits("乙"), slot=VISITS)])

    assert content == (tmp_path / "kept").read_bytes()
    assert not before.path.samefile(tmp_path / "kept")


def test_without_a_store_the_error_names_the_command(tmp_path: Path) -> None:
    """Whoever asks too early is told what to run; a damaged file is told apart."""
    with pytest.raises(StoreError, match="yishu collect"):
        open_warehouse(tmp_path)
    (tmp_path / "warehouse.duckdb").write_text("nonsense")
    with pytest.raises(StoreError, match="yishu rebuild"):
        open_warehouse(tmp_path)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{file}')",
        "select * from read_csv('{file}')",
        "select * from '{file}'",
        "select * from glob('{file}')",
    ],
)
def test_a_query_cannot_read_a_file(tmp_path: Path, sql: str) -> None:
    """A select that names a file is refused by the engine, on a published store and on an empty one."""
    publish(tmp_path / "store", TABLES, [])
    (tmp_path / "secret.csv").write_text("a\n1\n")
    query = sql.format(file=tmp_path / "secret.csv")

    for warehouse in (open_warehouse(tmp_path / "store"), empty_warehouse(TABLES)):
        with warehouse, pytest.raises(duckdb.PermissionException):
            warehouse.ask(query, {})


@pytest.mark.parametrize(
    "sql",
    [
        "delete from submission",
        "copy submission to 'out.csv'",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "pragma enable_profiling",
        "use memory",
        "install excel",
        "select 1; select 2",
        "",
    ],
)
def test_only_one_select_is_answered(tmp_path: Path, sql: str) -> None:
    """Anything but one select is refused before it runs."""
    publish(tmp_path / "store", TABLES, [])

    with open_warehouse(tmp_path / "store") as warehouse, pytest.raises(StoreError, match="one select at a time"):
        warehouse.ask(sql, {})


def test_the_configuration_is_locked(tmp_path: Path) -> None:
    """Even past the check for one select, nothing can be switched back on or written."""
    publish(tmp_path / "store", TABLES, [])

    with open_warehouse(tmp_path / "store") as warehouse:
        connection = warehouse._connection
        for sql in ("set enable_external_access = true", "set threads = 1", "insert into meta values ('a', 'b')"):
            with pytest.raises(duckdb.InvalidInputException):
                connection.execute(sql)
        with pytest.raises(duckdb.PermissionException):
            connection.execute("install excel")


def test_parameters_are_bound_by_name(tmp_path: Path) -> None:
    """Lists and dates may be bound, more may be given than the query names, and text is never SQL."""
    publish(tmp_path / "store", TABLES, [holding(tmp_path / "frames", penalties("1.00", "2.00", "3.00"))])
    query = "select case_no from record.penalty where decided_on in (select unnest($days)) and _year = $year order by 1"
    days = [date(2024, 1, 1), date(2024, 1, 3)]

    asked = {"days": days, "year": 2024, "cut": date(2024, 12, 31)}
    assert [{"case_no": "case-0"}, {"case_no": "case-2"}] == ask(tmp_path / "store", query, **asked)
    assert ask(tmp_path / "store", query, **asked) == ask(tmp_path / "store", query, **{**asked, "days": tuple(days)})
    assert [] == ask(tmp_path / "store", query, **{**asked, "days": []})
    assert [{"said": "'; drop table meta; --"}] == ask(
        tmp_path / "store", "select $text as said", text="'; drop table meta; --"
    )
    with pytest.raises(duckdb.Error, match="year"):
        ask(tmp_path / "store", "select $year", cut=1)


def test_an_empty_warehouse_has_every_table_and_no_row() -> None:
    """Configuration checks run each query on it."""
    with empty_warehouse(TABLES) as warehouse:
        assert [{"n": 0, "fine": None}] == warehouse.ask(
            "select count(*) as n, sum(fine_yuan) as fine from record.penalty where _office = $office",
            {"office": "town"},
        )
        assert [] == warehouse.ask("select id, department, ledger, file_name, sha256 from submission", {})
        assert [] == warehouse.ask('select "order", _at from record.visit', {})


def test_a_name_that_is_no_id_never_reaches_sql() -> None:
    """A column called like a statement is refused."""
    with pytest.raises(StoreError, match="small letters"):
        empty_warehouse({"x": LedgerTable(ledger="x", columns={'a" int); --': "BIGINT"}, period="year", key=())})
    with pytest.raises(StoreError, match="not a type"):
        empty_warehouse({"x": LedgerTable(ledger="x", columns={"a": "BIGINT); --"}, period="year", key=())})


def test_a_store_can_be_opened_by_older_releases(tmp_path: Path) -> None:
    """The file is written in the format that DuckDB 1.0 reads."""
    published = publish(tmp_path / "store", TABLES, [])

    with duckdb.connect(str(published.path), read_only=True) as connection:
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'warehouse'").fetchall()
    assert "v1.0.0" in str(tags)
