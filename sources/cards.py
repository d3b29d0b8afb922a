"""Ledger cards and office cards: what is handed in, by whom, and how it is written. Parsed strictly, then frozen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from warehouse.declarations import DeclarationError, line_of, load, shaped
from warehouse.model import LedgerTable, digest

C = TypeVar("C", "LedgerCard", "OfficeCard")
Id = Annotated[str, AfterValidator(shaped(r"[a-z][a-z0-9_]*", "small letters, digits and _, such as decided_on"))]
# The title of an office, such as 分管司法负责人.
Title = Annotated[str, AfterValidator(shaped(r"[^\d\s，。；、]{2,20}", "a title in words, such as 分管司法负责人"))]
Signature = Literal["reported_by", "reviewed_by", "reported_on"]
ColumnType = Literal["text", "identifier", "code", "list", "count", "number", "money", "date", "flag"]

STORED_AS = {
    "text": "VARCHAR",
    "identifier": "VARCHAR",
    "code": "VARCHAR",
    "list": "VARCHAR[]",
    "count": "BIGINT",
    "number": "DECIMAL(18, 4)",
    "money": "DECIMAL(18, 2)",
    "date": "DATE",
    "flag": "BOOLEAN",
}


class Declared(BaseModel):
    """Base of every declaration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Declared):
    """One column of a ledger. `name` is also a heading; `headings` are the others it has been seen under.

    `required`: `cell`, every row must state it; `column`, the heading must be there but a cell may be blank;
    `none`, the whole column may be missing.
    `personal`: `keep` stores the value; `key` stores an HMAC of it; `drop` never lets it in.
    `codes` maps each canonical value to the synonyms it has been written as; a column of type `code` or `list` with
    codes is a closed list.
    `check`: `identity_card`, a citizen's identity number must agree with its check digit; the value is never told.
    `fill_down`: 同上, 〃 and vertically merged cells repeat the value above.
    """

    name: str
    headings: tuple[str, ...] = ()
    type: ColumnType = "text"
    unit: Literal["元", "万元"] | None = None
    required: Literal["cell", "column", "none"] = "none"
    codes: Mapping[str, tuple[str, ...]] = {}
    personal: Literal["keep", "key", "drop"] = "keep"
    check: Literal["identity_card"] | None = None
    fill_down: bool = False
    about: str = ""

    @model_validator(mode="after")
    def _agrees(self) -> Column:
        if self.type == "code" and not self.codes:
            raise ValueError("a column of type code needs its codes")
        if self.codes and self.type not in ("code", "list"):
            raise ValueError(f"codes belong to the types code and list, not to {self.type}")
        if self.unit and self.type != "money":
            raise ValueError("a unit belongs to the type money")
        return self


class CarriedOver(Declared):
    """How a clerk marks a row that belongs to another year: `column` contains one of `words`."""

    column: Id
    words: tuple[str, ...]


class Total(Declared):
    """What a total row must equal in `column`: the sum of the rows above it, or their count."""

    column: Id
    equals: Literal["sum", "count"] = "sum"


class LedgerCard(Declared):
    """A kind of spreadsheet with one row per event.

    `period`: `year`, one file for the year; `months`, one sheet per month in one file; `cumulative`, every row since a
    mechanism began. `placed_by` is the date that places a row in a year. Sheets whose name matches `summary_sheets`
    only serve to reconcile, those that match `ignored_sheets` hold no rows (fnmatch patterns).
    """

    id: Id
    name: str
    row_is: str
    key: tuple[Id, ...]
    placed_by: Id | None = None
    period: Literal["year", "months", "cumulative"] = "year"
    carried_over: CarriedOver | None = None
    summary_sheets: tuple[str, ...] = ("*汇总*",)
    ignored_sheets: tuple[str, ...] = ("*填表说明*", "说明", "*目录*")
    totals: tuple[Total, ...] = ()
    columns: Mapping[Id, Column]

    @model_validator(mode="after")
    def _agrees(self) -> LedgerCard:
        used = [*self.key, *(total.column for total in self.totals)]
        used += [self.placed_by] if self.placed_by else []
        used += [self.carried_over.column] if self.carried_over else []
        for name in used:
            if name not in self.columns:
                raise ValueError(f"column '{name}' is not among the columns: {', '.join(self.columns)}")
        if self.placed_by and self.columns[self.placed_by].type != "date":
            raise ValueError(f"placed_by names '{self.placed_by}', which is not a date")
        for name in self.key:
            if self.columns[name].personal == "drop":
                raise ValueError(f"the key column '{name}' is dropped as personal data; let it be `key`")
        return self

    @property
    def kept(self) -> Mapping[str, Column]:
        """The columns that are stored: all but the personal ones that are dropped."""
        return {name: column for name, column in self.columns.items() if column.personal != "drop"}

    @property
    def table(self) -> LedgerTable:
        """How the warehouse keeps this ledger."""
        return LedgerTable(
            ledger=self.id,
            columns={
                name: "VARCHAR" if column.personal == "key" else STORED_AS[column.type]
                for name, column in self.kept.items()
            },
            period=self.period,
            key=self.key,
        )

    # Not cached: a copy with a department's own headings would take the cached hash of its original along.
    @property
    def hash(self) -> str:
        """Sixteen hex digits over everything the card says."""
        return digest(self.model_dump_json())[:16]


class Due(Declared):
    """By when a ledger is owed: every year by month-day of the year after, every month by the day after, or every week
    by the weekday (1 is Monday).
    """

    every: Literal["year", "month", "week"] = "year"
    by: str

    @model_validator(mode="after")
    def _agrees(self) -> Due:
        shapes = {"year": (r"\d\d-\d\d", "01-10"), "month": (r"\d\d", "05"), "week": (r"[1-7]", "5")}
        shape, example = shapes[self.every]
        if not re.fullmatch(shape, self.by):
            raise ValueError(f"by says '{self.by}'; for every {self.every} write it as '{example}'")
        return self


class HandsIn(Declared):
    """One ledger that a department hands in.

    `files`: name patterns of the file. `sheets`: name patterns of the sheets, where one workbook holds several ledgers.
    `headings` and `codes` are this department's own spellings, added to those of the card. `signed` says, where it is
    other than for the whole office, what must stand below the table.
    """

    ledger: Id
    files: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    due: Due
    signed: tuple[Signature, ...] | None = None
    headings: Mapping[Id, tuple[str, ...]] = {}
    codes: Mapping[Id, Mapping[str, tuple[str, ...]]] = {}
    units: Mapping[Id, Literal["元", "万元"]] = {}


class Department(Declared):
    """A part of an office that hands in spreadsheets; `folder` is its folder in the inbox."""

    name: str
    folder: str
    hands_in: tuple[HandsIn, ...]


class Connector(Declared):
    """Where an office's files are fetched: `path` may use {inbox}, {office} and {year}, departments lie inside."""

    kind: Literal["folder"] = "folder"
    path: str = "{inbox}/{office}/{year}"


class FigureChoice(Declared):
    """What an office decides about a figure: who answers for it, its measure word, its options."""

    department: Id | None = None
    unit: str | None = None
    options: Mapping[Id, str | int] = {}


class Style(Declared):
    """How an office writes: what stands between book titles, and its word for each period scope."""

    book_title_separator: Literal["", "、"] = ""
    measure_words: Mapping[str, str] = {}
    calendar_year: str = "全年"
    since_inception: str = "自机制建立以来"
    as_of_date: str = "截至{date}"


class OfficeCard(Declared):
    """An office: its names, its place in the tree, its departments and what they owe, its way of writing.

    `signed`: what must stand below every table that is handed in (填报人, 审核人, 填报日期); nothing unless it is said.
    `freezes_on`: the day of the year after, as 01-10, from which a year's rows may no longer change; `reopened` names
    the years in which they may, and why. `limits` sets options of rules over several ledgers and years, by code.
    `released_by`: the leaders, by office title and never by name, who may release in writing an error that is a fact.
    """

    id: Id
    names: Mapping[Literal["full", "short", "self"], str]
    region: Mapping[Id, str] = {}
    parent: Id | None = None
    connector: Connector = Connector()
    departments: Mapping[Id, Department]
    signed: tuple[Signature, ...] = ()
    mechanisms: Mapping[str, date] = {}
    figures: Mapping[Id, FigureChoice] = {}
    style: Style = Style()
    freezes_on: Annotated[
        str, AfterValidator(shaped(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "month and day, such as '01-10'"))
    ] = "01-10"
    reopened: Mapping[int, str] = {}
    limits: Mapping[str, Mapping[Id, int | float | str]] = {}
    released_by: tuple[Title, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> OfficeCard:
        if missing := {"full", "short", "self"} - set(self.names):
            raise ValueError(f"names lacks {', '.join(sorted(missing))}")
        for department_id, department in self.departments.items():
            ledgers = [owed.ledger for owed in department.hands_in]
            for ledger in ledgers:
                if ledgers.count(ledger) > 1:
                    raise ValueError(f"department '{department_id}' hands in '{ledger}' twice")
        return self

    def owed(self) -> Iterable[tuple[str, HandsIn]]:
        """Each (department id, ledger owed), in the order of the card."""
        for department_id, department in self.departments.items():
            for owed in department.hands_in:
                yield department_id, owed

    def hands_in(self, department: str, ledger: str) -> HandsIn:
        """What the card says of `ledger` as `department` hands it in."""
        return next(owed for owed in self.departments[department].hands_in if owed.ledger == ledger)

    def is_frozen(self, year: int, today: date) -> bool:
        """Whether the rows of `year` may no longer change."""
        return year not in self.reopened and f"{today:%Y-%m-%d}" >= f"{year + 1}-{self.freezes_on}"

    def signatures(self, owed: HandsIn) -> tuple[Signature, ...]:
        """What must stand below the tables of `owed`."""
        return self.signed if owed.signed is None else owed.signed


def effective(card: LedgerCard, owed: HandsIn) -> LedgerCard:
    """The ledger card with a department's own headings, code synonyms and units added."""
    columns = dict(card.columns)
    for name, column in card.columns.items():
        codes = {code: (*words, *owed.codes.get(name, {}).get(code, ())) for code, words in column.codes.items()}
        change: dict[str, object] = {"codes": codes, "headings": (*column.headings, *owed.headings.get(name, ()))}
        if name in owed.units:
            change["unit"] = owed.units[name]
        columns[name] = column.model_copy(update=change)
    return card.model_copy(update={"columns": columns})


def load_ledgers(folders: Iterable[Path]) -> dict[str, LedgerCard]:
    """Every ledger card in `folders` by id; the file's name must be the id, and no id may come twice."""
    return _load_all(LedgerCard, folders)


def load_offices(folders: Iterable[Path]) -> dict[str, OfficeCard]:
    """Every office card in `folders` by id."""
    return _load_all(OfficeCard, folders)


def _load_all(model: type[C], folders: Iterable[Path]) -> dict[str, C]:
    cards: dict[str, C] = {}
    where: dict[str, Path] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml"))):
        card = load(model, path)
        if card.id != path.stem:
            place = f"{path}:{line_of(path.read_text(encoding='utf-8'), ['id'])}"
            raise DeclarationError(f"{place}: the id is '{card.id}', the file says '{path.stem}'; make them agree")
        if card.id in cards:
            raise DeclarationError(f"{path}: the id '{card.id}' is that of {where[card.id]} too; ids are unique")
        cards[card.id], where[card.id] = card, path
    return cards
