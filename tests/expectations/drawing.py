"""Small typed frames as the reader gives them, for the tests of this room."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from expectations.judge import Judgement, judge
from expectations.suite import Suite, SuiteFile, load_suites
from sources.cards import LedgerCard, load_ledgers
from warehouse.declarations import parse, parse_yaml
from warehouse.model import Block, Finding, Slot, Submission

ROOT = Path(__file__).parents[2]
PROVENANCE = {"_sheet": "台账", "_block": 0, "_row": 0, "_hidden": False, "_year": None, "_carried_over": False}
DTYPES: Mapping[str, Any] = {
    "count": "Int64",
    "number": pd.ArrowDtype(pa.decimal128(18, 4)),
    "money": pd.ArrowDtype(pa.decimal128(18, 2)),
    "date": "datetime64[us]",
    "flag": "boolean",
    "list": "object",
}


@cache
def cards() -> Mapping[str, LedgerCard]:
    """The shipped ledger cards."""
    return load_ledgers([ROOT / "sources" / "ledgers"])


@cache
def suites() -> Mapping[str, Suite]:
    """The shipped suites."""
    return load_suites([ROOT / "expectations" / "suites"])


def suite(text: str, ledger: str = "penalty_case") -> Suite:
    """A suite of the rules in `text` (YAML); what every rule must say and a test does not ask about is filled in."""
    path = Path(f"{ledger}.yml")
    said = parse_yaml(text, path)
    rules = [{"examples": {"passes": [{}], "fails": [{}]}, **rule} for rule in said["rules"]]
    return Suite(path, parse(SuiteFile, {"ledger": ledger, "owner": "数据专员", **said, "rules": rules}, path))


def submission(sha256: str = "a" * 64, *, ledger: str = "penalty_case", office: str = "town") -> Submission:
    """A file of the only department."""
    return Submission(
        slot=Slot(office, "squad", ledger, 2024),
        sha256=sha256,
        file_name="台账.xlsx",
        size=1,
        received_at=datetime(2025, 1, 7, tzinfo=UTC),
    )


def block(ledger: str) -> Block:
    """The table that the rows stand in: the columns of the card from A on, the first data row is row 2."""
    letters = {name: letter(at) for at, name in enumerate(cards()[ledger].columns)}
    return Block(0, "台账", letters, (), (1,), (2,), (), ())


def letter(at: int) -> str:
    """The letters of a column counted from 0."""
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)


def frame(
    rows: Iterable[Mapping[str, Any]], ledger: str = "penalty_case", *, of: Submission | None = None
) -> pd.DataFrame:
    """The rows as the flow joins them; what a row does not say is missing."""
    of = of or submission(ledger=ledger)
    rows = list(rows)
    columns: dict[str, Any] = {
        "_submission": pd.Series([of.id] * len(rows), dtype="str"),
        "_office": pd.Series([of.slot.office] * len(rows), dtype="str"),
        "_department": pd.Series([of.slot.department] * len(rows), dtype="str"),
        "_period": pd.Series([of.slot.period] * len(rows), dtype="int64"),
    }
    for name, column in cards()[ledger].kept.items():
        values = [typed(row.get(name), column.type) for row in rows]
        columns[name] = pd.Series(values, dtype=DTYPES.get(column.type, "str"))
    for name, default in PROVENANCE.items():
        values = [row.get(name, at + 2 if name == "_row" else default) for at, row in enumerate(rows)]
        columns[name] = pd.Series(values, dtype={"_year": "Int64", "_sheet": "str"}.get(name))
    as_of = [pd.Timestamp(row.get("_as_of", "2025-01-06")) for row in rows]
    columns["_as_of"] = pd.Series(as_of, dtype="datetime64[us]")
    return pd.DataFrame(columns)


def typed(value: Any, kind: str) -> Any:
    """A value of an example as the typed frame holds it."""
    if value is None:
        return None
    match kind:
        case "money" | "number":
            return Decimal(str(value))
        case "date":
            return pd.Timestamp(value)
        case "count" | "flag" | "list":
            return value
    return str(value)


def judged(rows: Iterable[Mapping[str, Any]], rules: Suite, **more: Any) -> Judgement:
    """The judgement of one submission's rows."""
    of = submission(ledger=rules.ledger)
    blocks = {(of.id, 0): block(rules.ledger)}
    return judge(frame(rows, rules.ledger), rules, blocks=blocks, submissions={of.id: of}, **more)


def flat(findings: Iterable[Finding], *names: str) -> list[tuple[Any, ...]]:
    """The findings as tuples of the named attributes or facts."""
    return [
        tuple(getattr(it, name, None) if hasattr(it, name) else it.facts.get(name) for name in names) for it in findings
    ]
