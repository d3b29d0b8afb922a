"""A rule tried on its own examples: small ledgers in a real store, of one office and the year 2024."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from expectations.comparing import run_all
from expectations.comparisons import Case, ComparisonRule, Rows, Scope
from warehouse.building import Holding
from warehouse.candidate import Candidate, FigureLine
from warehouse.declarations import YishuError
from warehouse.model import Block, Finding, LedgerTable, Slot, Submission

OFFICE, DEPARTMENT, YEAR = "here", "there", 2024
_LINE = {
    "office": OFFICE,
    "name": "某项指标",
    "department": DEPARTMENT,
    "ledger": "some",
    "scope": "calendar_year",
    "unit": "件",
    "counts_by": "一行计一件",
    "document": "某年报告",
    "sheet": "表",
    "cell": "A2",
}


class ExampleError(YishuError):
    """A rule does not say of its own examples what it promises."""


@dataclass(frozen=True, slots=True)
class _Filed:
    """Rows of one ledger as if they had been handed in for one year."""

    ledger: str
    department: str
    year: int
    mark: str
    rows: tuple[Mapping[str, Any], ...]

    @property
    def submission(self) -> Submission:
        return Submission(
            slot=Slot(OFFICE, self.department, self.ledger, self.year),
            sha256=self.mark,
            file_name=f"{self.ledger}{self.year}.xlsx",
            size=0,
            received_at=datetime(self.year + 1, 1, 5, tzinfo=UTC),
        )


def try_case(rule: ComparisonRule, case: Case, scope: Scope) -> tuple[Finding, ...]:
    """What the rule finds in a case; an ExampleError where it could not run. `scope` gives ledgers and dates."""
    filed = [
        *_filed(case.rows, YEAR, "now"),
        *_filed(case.last_year, YEAR - 1, "last"),
        *_filed(case.before, YEAR, "before"),
    ]
    # What figures stand on: they need a file to point at.
    stand_in = _Filed(min(scope.tables), DEPARTMENT, YEAR, "figures", ()) if case.figures else None
    filed += [stand_in] if stand_in else []
    present = [each for each in filed if each.mark != "before"]
    holdings = [_holding(each, scope.tables[each.ledger]) for each in filed]
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for each in filed:
        rows.setdefault(each.ledger, []).extend(_rows(each, scope.tables[each.ledger]))
    standing = {each.submission.id: True for each in filed if each.mark == "before"}
    with Candidate(scope.tables, holdings, standing=standing, rows=rows) as candidate:
        candidate.choose(each.submission.id for each in present)
        candidate.say([_line(said, stand_in.submission.id) for said in case.figures] if stand_in else [])
        tried = replace(
            scope,
            office=OFFICE,
            year=YEAR,
            cut=date(YEAR, 12, 31),
            handed_in=frozenset(scope.tables),
            readable={
                year: frozenset(each.ledger for each in present if each.year == year) for year in (YEAR, YEAR - 1)
            },
            replaced=frozenset(case.before),
            published=bool(case.figures),
            frozen=case.frozen,
        )
        told = run_all([rule], tried, candidate.ask)
    if told.crashes:
        raise ExampleError(f"{rule.path}: {told.crashes[0]}")
    if all(outcome.not_run for outcome in told.outcomes):
        raise ExampleError(f"{rule.path}: an example does not make the rule run: {told.outcomes[0].not_run}")
    return told.findings


def require_kept(rules: Iterable[ComparisonRule], scope: Scope) -> None:
    """Nothing happens if every rule passes and fails its examples as it says; else an ExampleError."""
    broken = []
    for rule in rules:
        for kind, cases in (("passes", rule.head.examples.passes), ("fails", rule.head.examples.fails)):
            for index, case in enumerate(cases):
                found = try_case(rule, case, scope)
                if bool(found) is (kind == "passes"):
                    broken.append(f"{rule.path}: examples.{kind}.{index}: it finds {len(found)}")
    if broken:
        raise ExampleError("\n".join(broken))


def _filed(rows: Rows, year: int, mark: str) -> Sequence[_Filed]:
    """One file of each ledger, or one of each department that its rows name in `_department`."""
    files: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for ledger, found in rows.items():
        if not found:
            files[ledger, DEPARTMENT] = []
        for row in found:
            columns = {name: value for name, value in row.items() if name != "_department"}
            files.setdefault((ledger, row.get("_department", DEPARTMENT)), []).append(columns)
    return [_Filed(ledger, department, year, mark, tuple(found)) for (ledger, department), found in files.items()]


def _holding(filed: _Filed, table: LedgerTable) -> Holding:
    letters = {name: f"A{chr(65 + at // 26)}{chr(65 + at % 26)}" for at, name in enumerate(table.columns)}
    block = Block(0, "表", letters, (), (1,), (), (), ())
    return Holding(
        submission=filed.submission,
        accepted_at=filed.submission.received_at,
        in_force=False,
        frame=Path("none.parquet"),
        blocks=(block,),
    )


def _rows(filed: _Filed, table: LedgerTable) -> Iterable[Mapping[str, Any]]:
    for index, row in enumerate(filed.rows):
        if unknown := set(row) - set(table.columns):
            raise ExampleError(f"an example names {', '.join(sorted(unknown))}, which {filed.ledger} does not have")
        yield {
            **{name: _typed(value, table.columns[name]) for name, value in row.items()},
            "_submission": filed.submission.id,
            "_sheet": "表",
            "_block": 0,
            "_row": index + 2,
            "_hidden": False,
            "_year": filed.year,
            "_carried_over": False,
        }


def _typed(value: Any, kind: str) -> Any:
    makers: Mapping[str, Callable[[Any], Any]] = {"VARCHAR": str, "BIGINT": int}
    if kind.startswith("DECIMAL"):
        return Decimal(str(value))
    return makers.get(kind, lambda same: same)(value)


def _line(said: Mapping[str, Any], submission: str) -> FigureLine:
    line = {**_LINE, "submission": submission, **said}
    return FigureLine(**{**line, "value": Decimal(str(line["value"]))})
