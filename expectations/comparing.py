"""Comparing: the rules over several ledgers and years are asked of a candidate, and every violation is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from expectations.comparisons import Case, ComparisonRule, Scope, compose
from expectations.custom.faults import nearest
from expectations.listing import unlisted
from warehouse.candidate import FigureLine
from warehouse.declarations import DeclarationError
from warehouse.model import Finding, Level, Place, Slot, type_of_fact
from warehouse.personal import KEYED, masked, without_values
from warehouse.queries import does_not_run, error_place

Ask = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
Unsaid = Callable[[ComparisonRule, frozenset[str]], Iterable[str]]

PLACED = ("submission", "sheet", "cell", "key", "also")
_FIGURE_COLUMNS = tuple(each.name for each in fields(FigureLine))
_WORD = re.compile(r"[a-z_][a-z0-9_.]*")
_SUBMISSIONS = "select id, office, department, ledger, period, file_name from submission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one rule did: how many violations, or why it did not run, or how it broke."""

    code: str
    ledger: str | None
    level: Level
    failed: int = 0
    not_run: str | None = None
    crash: str | None = None


@dataclass(frozen=True, slots=True)
class Comparisons:
    """All findings in the order of the rules and of their keys, and what each rule did."""

    findings: tuple[Finding, ...]
    outcomes: tuple[Compared, ...]

    @property
    def crashes(self) -> tuple[str, ...]:
        """The rules that broke, each with its reason."""
        return tuple(f"{item.code}: {item.crash}" for item in self.outcomes if item.crash)


def run_all(rules: Iterable[ComparisonRule], scope: Scope, ask: Ask) -> Comparisons:
    """What every rule says of the candidate that `ask` asks. A rule that breaks is told, and stops no other."""
    submissions = {row["id"]: row for row in ask(_SUBMISSIONS, {})}
    findings: list[Finding] = []
    outcomes: list[Compared] = []
    for rule in rules:
        for ledger, reason in _turns(rule, scope):
            if reason is not None:
                outcomes.append(Compared(code=rule.code, ledger=ledger, level=rule.head.level, not_run=reason))
                continue
            found, outcome = _run(rule, scope, ledger, ask, submissions)
            findings += found
            outcomes.append(outcome)
    return Comparisons(tuple(findings), tuple(outcomes))


def _turns(rule: ComparisonRule, scope: Scope) -> Iterable[tuple[str | None, str | None]]:
    """Each (ledger, reason why it does not run) that the rule runs for; one of (None, …) for a rule without `each`."""
    lacking = ((ledger, _lacking(rule, scope, ledger)) for ledger in rule.head.ledgers)
    reason = next((f"{ledger}: {why}" for ledger, why in lacking if why), None)
    if rule.head.figures and not scope.published:
        reason = reason or "no published figures are known"
    if rule.head.replaces and not scope.replaced:
        reason = reason or "nothing else stood in force before"
    each = rule.ledgers(scope)
    if reason is not None or not (rule.head.each or rule.head.every_ledger):
        yield None, reason
        return
    for ledger in each:
        yield ledger, _lacking(rule, scope, ledger)


def _lacking(rule: ComparisonRule, scope: Scope, ledger: str) -> str | None:
    if ledger not in scope.handed_in:
        return "the office does not hand it in"
    for year in (scope.year, *((scope.year - 1,) if rule.head.last_year else ())):
        if ledger not in scope.readable.get(year, frozenset()):
            return f"no readable submission for {year}"
    if rule.head.replaces and ledger not in scope.replaced:
        return "nothing else stood in force before"
    return None


def _run(
    rule: ComparisonRule,
    scope: Scope,
    ledger: str | None,
    ask: Ask,
    submissions: Mapping[str, Mapping[str, Any]],
) -> tuple[tuple[Finding, ...], Compared]:
    about: dict[str, Any] = {"code": rule.code, "ledger": ledger, "level": rule.head.level}
    try:
        query = compose(rule, scope, ledger)
        rows = ask(query.sql, query.parameters)
        found = tuple(_finding(rule, row, submissions) for row in sorted(rows, key=_order))
    except Exception as error:  # noqa: BLE001 - whatever breaks is told, and is never a clerk's finding
        return (), Compared(**about, crash=_broken(rule, error))
    return found, Compared(**about, failed=len(found))


def _broken(rule: ComparisonRule, error: Exception) -> str:
    """File and line of the rule, and what the engine says without the values that it quotes."""
    if isinstance(error, DeclarationError):
        return str(error)
    # The words of the rule itself are ours; what else is quoted comes out of the rows.
    words = frozenset(_WORD.findall(rule.template))
    return f"{error_place(rule.path, str(error))}: {without_values(error, words)}"


def _order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in ("key", "submission", "sheet", "cell"))


def _finding(rule: ComparisonRule, row: Mapping[str, Any], submissions: Mapping[str, Mapping[str, Any]]) -> Finding:
    if not row.keys() >= set(PLACED):
        raise DeclarationError(f"{rule.path}: {_unplaced(row)}")
    if row["submission"] not in submissions or not row["key"]:
        raise DeclarationError(f"{rule.path}: a row must name its submission and its key")
    slot, file = _of(submissions[row["submission"]])
    facts = {name: _fact(value) for name, value in row.items() if name not in (*PLACED, "column")}
    return Finding(
        code=rule.code,
        level=rule.head.level,
        slot=slot,
        submission=row["submission"],
        file=file,
        sheet=row["sheet"],
        cell=row["cell"],
        key=_key(row["key"]),
        column=row.get("column"),
        facts=facts,
        also=tuple(_place(side, submissions) for side in row["also"] or ()),
    )


def _of(known: Mapping[str, Any]) -> tuple[Slot, str]:
    return Slot(known["office"], known["department"], known["ledger"], known["period"]), known["file_name"]


def _place(side: Mapping[str, Any], submissions: Mapping[str, Mapping[str, Any]]) -> Place:
    slot, file = _of(submissions[side["submission"]])
    return Place(slot=slot, submission=side["submission"], file=file, sheet=side["sheet"], cell=side["cell"])


def _fact(value: Any) -> type_of_fact:
    match value:
        case bool():
            return "是" if value else "否"
        case float():
            return f"{value:.4g}"
        case datetime():
            return value.date()
        case list():
            return "、".join(shown for part in value if (shown := _shown(str(part))))
        case str():
            return _shown(value)
        case int() | date() | None:
            return value
    return value  # type: ignore[no-any-return]


def _shown(text: str) -> str | None:
    """The text as a finding may hold it: personal numbers hidden, keyed values left out; None where nothing is left."""
    said = KEYED.sub("", masked(text))
    return said if said == text else " ".join(said.split()) or None


def _key(text: Any) -> str | None:
    """The key by which a finding is known again; None where a part is hidden: hidden parts would all be alike."""
    key = str(text)
    return key if _shown(key) == key else None


def _nothing(rule: ComparisonRule, facts: frozenset[str]) -> Iterable[str]:  # noqa: ARG001
    return ()


def mistakes(rules: Sequence[ComparisonRule], scope: Scope, ask: Ask, unsaid: Unsaid = _nothing) -> list[str]:
    """What is wrong with the rules, tried on a candidate without rows; empty where each runs.

    `unsaid` tells what the words of a rule want and the facts of its findings, which are named, do not give.
    """
    found = []
    for rule in rules:
        if unfit := [*_refs(rule), *_ledgers(rule, scope), *_examples(rule, scope)]:
            found += unfit
            continue
        # For a ledger about which there is nothing to ask a rule may give fewer facts, and no rows.
        facts: set[str] = set()
        try:
            for ledger in rule.ledgers(scope) or (None,):
                facts |= _facts(rule, scope, ledger, ask)
        except DeclarationError as error:
            found.append(str(error))
            continue
        found += unsaid(rule, frozenset(facts))
    return found


def _refs(rule: ComparisonRule) -> Iterable[str]:
    """Numbers that the list of rules does not have."""
    yield from (f"{rule.place('ref', at)}: ref: {unknown}" for at, unknown in unlisted(rule.head.ref))


def _ledgers(rule: ComparisonRule, scope: Scope) -> Iterable[str]:
    """Ledgers that the head names and that there are not."""
    for part, named in (("ledgers", rule.head.ledgers), ("each", rule.head.each)):
        for at, ledger in enumerate(named):
            yield from (f"{rule.place(part, at)}: {unknown}" for unknown in nearest("ledger", ledger, scope.tables))


def _examples(rule: ComparisonRule, scope: Scope) -> Iterable[str]:
    """Ledgers and columns of the examples that there are not; the example would be about nothing."""
    for kind, cases in (("passes", rule.head.examples.passes), ("fails", rule.head.examples.fails)):
        for index, case in enumerate(cases):
            for parts, unknown in _case(case, scope):
                place = rule.place("examples", kind, index, *parts)
                yield f"{place}: examples.{kind}.{index}.{parts[0]}: {unknown}"


def _case(case: Case, scope: Scope) -> Iterable[tuple[tuple[Any, ...], str]]:
    for part, tables in (("rows", case.rows), ("last_year", case.last_year), ("before", case.before)):
        for ledger, rows in tables.items():
            yield from (((part, ledger), unknown) for unknown in nearest("ledger", ledger, scope.tables))
            if ledger not in scope.tables:
                continue
            # Rows may say whose they are, where several departments hand the ledger in.
            known = (*scope.tables[ledger].columns, "_department")
            for at, row in enumerate(rows):
                for name in row:
                    yield from (((part, ledger, at, name), unknown) for unknown in nearest("column", name, known))
    for at, line in enumerate(case.figures):
        for name in line:
            yield from ((("figures", at, name), unknown) for unknown in nearest("column", name, _FIGURE_COLUMNS))


def _facts(rule: ComparisonRule, scope: Scope, ledger: str | None, ask: Ask) -> frozenset[str]:
    """The facts that the findings of the rule have; a DeclarationError where its query does not do."""
    query = compose(rule, scope, ledger)
    # Without rows a query names no columns, so it is asked for one that holds nothing.
    sql = f"select given.* from (\n{query.sql}\n) as given right join (select 1) as one on true"  # noqa: S608
    try:
        (columns,) = (frozenset(row) for row in ask(sql, query.parameters))
    except Exception as error:
        known = {column for table in scope.tables.values() for column in table.columns} | set(scope.tables)
        raise DeclarationError(does_not_run(rule.path, str(error), known, sql=sql)) from error
    if not columns.issuperset(PLACED):
        raise DeclarationError(f"{rule.place_of('')}: {_unplaced(columns)}")
    return columns.difference(PLACED, ("column",))


def _unplaced(columns: Collection[str]) -> str:
    """Which of the columns that every query returns are not among these."""
    missing = [name for name in PLACED if name not in columns]
    also = "; `null as also` does where there is no other side" if "also" in missing else ""
    return f"the query returns no {', '.join(missing)}; each rule returns {', '.join(PLACED)}{also}"
