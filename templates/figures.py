"""Figures: one templated query per file answers one number, list or claim, with the cells it stands on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from jinja2 import TemplateError
from pydantic import BaseModel, ConfigDict

from warehouse.composing import Query, compiled, head_and_query, shared_clauses
from warehouse.declarations import DeclarationError, YishuError, parse, parse_yaml
from warehouse.model import IDENTIFIER, Cell, Origin
from warehouse.queries import does_not_run, head_place, query_place

Ask = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]
Value = Any  # int, Decimal, date, str, tuple of str, bool, or None where there is nothing to say

_UNDEFINED = re.compile(r"'(\w+)' is undefined")


class Declaration(BaseModel):
    """What a figure says of itself, at the head of its file.

    `scope`: the calendar year up to the cut-off, the state on the cut-off date, or everything since a mechanism began.
    `rounding`: `exact`, or `余` (rounded down to `step`, with 余 only where something was cut off; GB/T 15835—2011).
    `counts_by` says in Chinese what one unit is; `about` gives the definition (口径).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["number", "rate", "date", "list", "text", "claim"] = "number"
    unit: str = ""
    department: str
    ledgers: tuple[str, ...]
    scope: Literal["calendar_year", "as_of_date", "since_inception"] = "calendar_year"
    rounding: Literal["exact", "余"] = "exact"
    step: int | None = None
    scale: int = 1
    decimals: int = 0
    style: Literal["plain", "book_title"] = "plain"
    counts_by: str
    about: str = ""
    options: Mapping[str, str | int] = {}


@dataclass(frozen=True, slots=True)
class Figure:
    """A declared figure: its id (the file's name), its declaration, its query template."""

    id: str
    declaration: Declaration
    template: str
    path: Path
    shared: str

    def place(self, *parts: Any) -> str:
        """The file and the line of what stands at `parts` of its declaration, keys and positions."""
        return head_place(self.path, *parts)

    def place_of(self, name: str) -> str:
        """The file and the line of its query in which `name` stands, else the line before the query."""
        return query_place(self.path, name)


@dataclass(frozen=True, slots=True)
class Gap:
    """A ledger that a figure needs and does not have whole: who owes it, and in which state it is."""

    department: str
    ledger: str
    state: Literal["missing", "returned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a figure is asked for: one office, one year, up to one cut-off date.

    `periods` gives each ledger's kind of period, `missing` the gaps by ledger id, `outdated` the ledgers for which an
    earlier accepted submission stands in, `workdays` the official working days of the year up to the cut-off.
    """

    office: str
    year: int
    cut: date
    periods: Mapping[str, str]
    mechanisms: Mapping[str, date] = field(default_factory=dict)
    missing: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)
    outdated: frozenset[str] = frozenset()
    workdays: tuple[date, ...] = ()
    options: Mapping[str, Mapping[str, str | int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a figure answered: its value and origins; or gaps, and then no value, because a part is not a whole."""

    figure: Figure
    query: Query
    value: Value = None
    origins: tuple[Origin, ...] = ()
    gaps: tuple[Gap, ...] = ()
    outdated: bool = False

    @property
    def complete(self) -> bool:
        """Whether every ledger that the figure needs has an accepted submission."""
        return not self.gaps


def load_figures(folders: Iterable[Path]) -> dict[str, Figure]:
    """Every figure in `folders` by id. Files whose name begins with `_` hold shared clauses, joined in that order."""
    found = list(folders)
    shared = shared_clauses(found)
    figures: dict[str, Figure] = {}
    for path in (path for folder in found for path in sorted(folder.glob("[!_]*.sql"))):
        if path.stem in figures:
            raise DeclarationError(f"{path}: the figure '{path.stem}' is declared in {figures[path.stem].path} too")
        figures[path.stem] = _read_figure(path, shared)
    return figures


def _read_figure(path: Path, shared: str) -> Figure:
    if not IDENTIFIER.fullmatch(path.stem):
        raise DeclarationError(f"{path}: a figure's file is named by its id: small letters, digits and _ only")
    head, template = head_and_query(path, "figure")
    return Figure(path.stem, parse(Declaration, parse_yaml(head, path), path, text=head), template, path, shared)


def compose(figure: Figure, scope: Scope) -> Query:
    """The query of `figure` for `scope`: Jinja composes clauses, values are bound, never pasted."""
    bound: dict[str, Any] = {"office": scope.office, "year": scope.year, "cut": scope.cut}

    def bind(value: Any) -> str:
        name = f"bound_{len(bound)}"
        bound[name] = list(value) if isinstance(value, tuple) else value
        return f"${name}"

    def identifier(name: str) -> str:
        if not IDENTIFIER.fullmatch(name):
            raise DeclarationError(f"{figure.place_of(name)}: '{name}' is not a column name")
        return name

    def period_of(ledger: str) -> str:
        if ledger not in figure.declaration.ledgers:
            place = figure.place_of(ledger)
            raise DeclarationError(f"{place}: the query reads '{ledger}', which `ledgers` does not name")
        if ledger not in scope.periods:
            place = figure.place_of(ledger)
            raise DeclarationError(f"{place}: there is no ledger '{ledger}'; known: {', '.join(scope.periods)}")
        return scope.periods[ledger]

    def mechanism_start(name: str) -> str:
        if name not in scope.mechanisms:
            place = figure.place_of(name)
            raise DeclarationError(
                f"{place}: office '{scope.office}' does not say when '{name}' began; add it under mechanisms"
            )
        return bind(scope.mechanisms[name])

    options = {**figure.declaration.options, **scope.options.get(figure.id, {})}
    try:
        sql = compiled(figure.shared, figure.template).render(
            bind=bind,
            column=identifier,
            period_of=period_of,
            mechanism_start=mechanism_start,
            workdays=lambda: bind(scope.workdays),
            options=options,
        )
    except TemplateError as error:
        place = figure.place_of(named[1] if (named := _UNDEFINED.search(error.message or "")) else "")
        raise DeclarationError(f"{place}: the query cannot be composed: {error.message}") from error
    return Query(sql.strip(), bound)


def answer(figure: Figure, scope: Scope, ask: Ask, submissions: Mapping[str, Mapping[str, Any]]) -> Answer:
    """Ask the warehouse for `figure`. `submissions` holds department, ledger, file_name and sha256 by submission id.

    A figure with a gap is not asked: what it would answer is only a part.
    """
    query = compose(figure, scope)
    ledgers = figure.declaration.ledgers
    gaps = tuple(gap for ledger in ledgers for gap in scope.missing.get(ledger, ()))
    if gaps:
        return Answer(figure=figure, query=query, gaps=gaps)
    rows = ask(query.sql, query.parameters)
    if len(rows) != 1 or set(rows[0]) != {"value", "origins"}:
        raise DeclarationError(f"{figure.path}: a figure's query returns one row with the columns value and origins")
    value = rows[0]["value"]
    return Answer(
        figure=figure,
        query=query,
        value=tuple(value) if isinstance(value, list) else value,
        origins=tuple(_origins(rows[0]["origins"] or (), submissions)),
        outdated=any(ledger in scope.outdated for ledger in ledgers),
    )


def _origins(rows: Iterable[Mapping[str, Any]], submissions: Mapping[str, Mapping[str, Any]]) -> Iterable[Origin]:
    for row in rows:
        known = submissions[row["submission"]]
        value = row["value"]
        yield Origin(
            cell=Cell(row["submission"], row["sheet"], row["cell"]),
            department=known["department"],
            ledger=known["ledger"],
            file_name=known["file_name"],
            sha256=known["sha256"],
            value=tuple(value) if isinstance(value, list) else value,
        )


def answers(figures: Sequence[Figure], scope: Scope, ask: Ask) -> dict[str, Answer]:
    """Every figure's answer by id."""
    submissions = {
        row["id"]: row for row in ask("select id, department, ledger, file_name, sha256 from submission", {})
    }
    return {figure.id: answer(figure, scope, ask, submissions) for figure in figures}


def mistakes(figures: Iterable[Figure], scope: Scope, ask: Ask, known: Iterable[str]) -> list[str]:
    """What is wrong with the queries, tried on a warehouse without rows; empty where each runs.

    `known` are the names of ledgers and columns that a query may have meant.
    """
    names = [*known]
    found = []
    for figure in figures:
        try:
            answer(figure, scope, ask, {})
        except YishuError as error:
            found.append(str(error))
        except Exception as error:  # noqa: BLE001 - the engine's own error classes belong to the warehouse
            found.append(does_not_run(figure.path, str(error), names))
    return found
