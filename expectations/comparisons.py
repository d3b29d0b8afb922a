"""Rules over several ledgers and over several years: one SQL file each, with a head that says what it is.

The query returns one row for each violation: `submission`, `sheet` and `cell` where it stands, `key` by which it is
known again, `also` the other sides (a list of the same three), `column` if one is meant; further columns are facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from expectations.custom.faults import nearest
from expectations.suite import Declared, Head, Id
from warehouse.composing import Query, compiled, head_and_query, shared_clauses
from warehouse.declarations import DeclarationError, parse, parse_yaml
from warehouse.model import IDENTIFIER, LedgerTable, digest
from warehouse.queries import head_place, query_place

AREAS = ("across", "trend")

Row = Mapping[str, Any]
Rows = Mapping[Id, tuple[Row, ...]]


class Case(Declared):
    """Small ledgers to try a rule on, of the year 2024: rows by ledger; a column left out is blank.

    `_department` in a row says whose file it is in, where there are several. `last_year`: the same of 2023.
    `before`: what stood in force before. `figures`: lines of the table of figures. `frozen`: the year is closed.
    """

    rows: Rows = Field(default_factory=dict)
    last_year: Rows = Field(default_factory=dict)
    before: Rows = Field(default_factory=dict)
    figures: tuple[Mapping[str, Any], ...] = ()
    frozen: bool = False


class Cases(Declared):
    """What a rule lets pass and what it does not; run as tests."""

    passes: tuple[Case, ...] = Field(min_length=1)
    fails: tuple[Case, ...] = Field(min_length=1)


class Comparison(Head):
    """What a rule says of itself at the head of its file.

    `ledgers` must all be handed in and readable, and `each` names those of which one is enough: the rule runs once for
    each, as `ledger`. `last_year`: those of the year before too. `figures`: figures published before are asked for.
    `replaces`: something stood in force before. `options` are numbers that an office card may set otherwise.
    """

    ledgers: tuple[Id, ...] = ()
    each: tuple[Id, ...] = ()
    every_ledger: bool = False
    last_year: bool = False
    figures: bool = False
    replaces: bool = False
    options: Mapping[Id, int | float | str] = {}
    examples: Cases


@dataclass(frozen=True, slots=True)
class ComparisonRule:
    """A declared rule with its query template."""

    head: Comparison
    template: str
    path: Path
    shared: str

    @property
    def code(self) -> str:
        """The code of its findings."""
        return self.head.code

    def place(self, *parts: Any) -> str:
        """The file and the line of what stands at `parts` of its head, keys and positions."""
        return head_place(self.path, *parts)

    def place_of(self, name: str) -> str:
        """The file and the line of its query in which `name` itself stands, else the line before the query."""
        return query_place(self.path, name)

    def ledgers(self, scope: Scope) -> tuple[str, ...]:
        """The ledgers of which one is enough, in this office."""
        return tuple(sorted(scope.tables)) if self.head.every_ledger else self.head.each


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is compared: one office, one year, up to one day.

    `handed_in` are the ledgers that the office owes, `readable` those with a submission that could be read, by year.
    `replaced` are those where something else stood in force before. `placed_by` names each ledger's date that places a
    row, `hidden` its personal columns. `published`: figures of an earlier day are known. `frozen`: the year is closed.
    """

    office: str
    year: int
    cut: date
    tables: Mapping[str, LedgerTable]
    placed_by: Mapping[str, str] = field(default_factory=dict)
    handed_in: frozenset[str] = frozenset()
    readable: Mapping[int, frozenset[str]] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    published: bool = False
    frozen: bool = False
    options: Mapping[str, Mapping[str, int | float | str]] = field(default_factory=dict)


def load_comparisons(folders: Iterable[Path]) -> tuple[ComparisonRule, ...]:
    """Every rule in `folders`, by file name. Files whose name begins with `_` hold shared clauses."""
    found = list(folders)
    shared = shared_clauses(found)
    rules = [
        read_comparison(path, shared) for path in sorted(path for each in found for path in each.glob("[!_]*.sql"))
    ]
    first: dict[str, ComparisonRule] = {}
    for rule in rules:
        if (other := first.setdefault(rule.code, rule)) is not rule:
            raise DeclarationError(f"{rule.place('code')}: the code '{rule.code}' is that of {other.path} too")
    return tuple(rules)


def read_comparison(path: Path, shared: str) -> ComparisonRule:
    """The rule in `path`; DeclarationError with every mistake of form."""
    head, template = head_and_query(path, "rule")
    rule = ComparisonRule(parse(Comparison, parse_yaml(head, path), path, text=head), template, path, shared)
    if rule.code.partition(".")[0] not in AREAS or rule.code.partition(".")[2] != path.stem:
        raise DeclarationError(
            f"{path}: the code '{rule.code}' must be one of across.… or trend.… and end like the file"
        )
    return rule


def comparisons_hash(folders: Iterable[Path]) -> str:
    """Sixteen hex digits over every file of rules, without reading what they say."""
    texts = (path.read_bytes() for each in folders for path in sorted(each.glob("*.sql")))
    return digest(*(text.decode(errors="replace") for text in texts))[:16]


def compose(rule: ComparisonRule, scope: Scope, ledger: str | None = None) -> Query:
    """The query of `rule` for `scope` (and `ledger`, where it runs once for each): Jinja composes, values are bound."""
    from jinja2 import TemplateError

    def name(text: str) -> str:
        if not IDENTIFIER.fullmatch(text):
            raise DeclarationError(f"{rule.place_of(text)}: '{text}' is not the name of a ledger or column")
        return text

    def table(ledger_id: str) -> LedgerTable:
        if ledger_id not in scope.tables:
            unknown = "; ".join(nearest("ledger", ledger_id, scope.tables))
            raise DeclarationError(f"{rule.place_of(ledger_id)}: {unknown}")
        return scope.tables[ledger_id]

    bound: dict[str, Any] = {
        "office": scope.office,
        "year": scope.year,
        "cut": scope.cut,
        "since": rule.head.since or date.min,
        "frozen": scope.frozen,
        **rule.head.options,
        **scope.options.get(rule.code, {}),
    }
    try:
        sql = compiled(rule.shared, rule.template).render(
            name=name,
            ledger=ledger,
            period_of=lambda ledger_id: table(ledger_id).period,
            key_of=lambda ledger_id: table(ledger_id).key,
            columns_of=lambda ledger_id: tuple(
                column for column in table(ledger_id).columns if column not in scope.hidden.get(ledger_id, ())
            ),
            day_of=lambda ledger_id: scope.placed_by.get(table(ledger_id).ledger),
        )
    except TemplateError as error:
        named = re.search(r"'(\w+)' is undefined", error.message or "")
        place = rule.place_of(named[1] if named else "")
        raise DeclarationError(f"{place}: the query cannot be composed: {error.message}") from error
    return Query(sql.strip(), bound)
