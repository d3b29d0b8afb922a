"""A ledger card drafted from a workbook: what a person would otherwise type off, and what that person must decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from sources.cards import LedgerCard
from sources.reading.header import filled_header
from sources.reading.headings import SERIAL, join
from sources.reading.sheets import matches, months_of
from sources.unknown.guessing import Guess, guess
from sources.unknown.looking import Seen, SeenSheet, cells_below, unit_of
from sources.unknown.naming import compose, id_for, numbered
from sources.unknown.outline import Outlined, OutlinedColumn
from sources.values import DITTO, as_text, fold, is_nothing, says_something
from warehouse.declarations import MisuseError
from warehouse.model import Finding, Level, type_of_fact

MOST_ROUNDS = 6
SUMMARIES, EXPLANATIONS = ("*汇总*",), ("*填表说明*", "说明", "*目录*")

# What another type would read; of a cell that is broken no type makes anything.
MISTYPED = frozenset(
    {"cell.approximate", "cell.not_a_count", "cell.not_a_date", "cell.not_a_flag", "cell.not_a_number",
     "cell.too_precise", "cell.unknown_code"}
)  # fmt: skip

Check = Callable[[LedgerCard], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something for a person to look at: its words' key, the part of the card it belongs to, and facts."""

    about: str
    code: str
    facts: Mapping[str, type_of_fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A card as it would be declared, and the remarks beside it."""

    sheet: str
    declared: Mapping[str, Any]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of the draft."""

    id: str
    column: OutlinedColumn
    guess: Guess
    cells: tuple[Any, ...]
    headings: tuple[str, ...] = ()
    unit: str | None = None

    @property
    def texts(self) -> list[str]:
        return ["" if (text := as_text(cell)) is None or is_nothing(text) else fold(text) for cell in self.cells]


def draft(seen: Seen, *, file: str, sheet: str | None, check: Check, taken: Collection[str] = ()) -> Draft:
    """The card of the first table of the sheet, or of the likeliest one; `check` reads the file with a card.

    Its id is none of those `taken`. Whatever the file contradicts is taken back until it reads without an error, or the
    rest is remarked.
    """
    chosen = _choose(seen, sheet, file)
    alike = _alike(seen, chosen)
    fields, remarks = _fields(chosen, alike)
    if not fields:
        text = f"{file}: no column of sheet '{chosen.sheet.name}' can be told from the others."
        raise MisuseError(text, said="no_column", file=file, sheet=chosen.sheet.name)
    declared = _declare(seen, chosen, alike, fields=fields, file=file, remarks=remarks)
    declared["id"] = next(each for each in numbered(declared["id"]) if each not in taken)
    if len(chosen.tables) > 1:
        remarks.append(Remark("head", "several_tables", {"count": len(chosen.tables)}))
    _take_back(declared, check, remarks, of=alike)
    return Draft(chosen.sheet.name, declared, tuple(remarks))


def _choose(seen: Seen, sheet: str | None, file: str) -> SeenSheet:
    with_tables = [each for each in seen.sheets if each.tables]
    if sheet is not None:
        with_tables = [each for each in with_tables if fold(each.sheet.name) == fold(sheet)]
    if not with_tables:
        where = f"sheet '{sheet}' of {file}" if sheet else file
        place = f"“{file}”" + (f"的工作表“{sheet}”" if sheet else "")
        text = f"There is no table in {where}; `yishu read` shows what stands there."
        raise MisuseError(text, said="no_table", place=place)

    def likely(each: SeenSheet) -> tuple[bool, bool, bool]:
        rows = any(table.outlined.rows.data for table in each.tables)
        return each.sheet.hidden, matches(each.sheet.name, (*SUMMARIES, *EXPLANATIONS)), not rows

    return min(with_tables, key=likely)


def _names(outlined: Outlined) -> list[str]:
    return [column.name for column in outlined.columns]


def _alike(seen: Seen, chosen: SeenSheet) -> list[SeenSheet]:
    """The sheets with the columns of the chosen one: months, communities; itself among them."""
    names = _names(chosen.tables[0].outlined)
    return [each for each in seen.sheets if each.tables and _names(each.tables[0].outlined) == names]


def _fields(chosen: SeenSheet, alike: Sequence[SeenSheet]) -> tuple[list[_Field], list[Remark]]:
    outlined = chosen.tables[0].outlined
    names = [column.heading.joined for column in outlined.columns]
    written = _as_the_reader_joins(outlined)
    fields: list[_Field] = []
    remarks: list[Remark] = []
    for column in outlined.columns:
        at, name = column.heading.at, column.heading.joined
        if names.count(name) > 1:
            # A card cannot tell two columns of one name apart, and reading would return the file.
            if column.name == name:
                remarks.append(Remark("columns", "left_out", {"name": name, "times": names.count(name)}))
            continue
        cells = tuple(cell for each in alike for cell in cells_below(each.tables[0].outlined, at))
        unit = unit_of(outlined, column.unit)
        guessed = guess(name, unit, cells)
        if column.heading.path[-1] in SERIAL:
            guessed = Guess("text")
        taken = {each.id for each in fields}
        others = (written[at],) if written.get(at, name) != name else ()
        fields.append(_Field(id_for(column, taken), column, guessed, cells, others, unit))
    return fields, remarks


def _as_the_reader_joins(outlined: Outlined) -> dict[int, str]:
    """Each column's heading as the reader joins it, units in cells of their own and all."""
    start, *_ = outlined.rows.header
    end = max(row for offset, row in enumerate(outlined.rows.header) if row == start + offset)
    filled = filled_header(outlined.sheet, range(start - 1, end))
    return {heading.at: heading.joined for heading in join(filled, width=max(map(len, filled)))}


# -- the parts of the card


def _declare(
    seen: Seen,
    chosen: SeenSheet,
    alike: Sequence[SeenSheet],
    *,
    fields: Sequence[_Field],
    file: str,
    remarks: list[Remark],
) -> dict[str, Any]:
    name = _name(chosen, file)
    key, candidates = _key(fields)
    remarks.append(Remark("key", "key", {"candidates": "、".join(candidates) or "（无）"}))
    columns = {each.id: _column(each, remarks, key=key) for each in fields}
    declared: dict[str, Any] = {
        "id": compose(name) or "drafted_ledger",
        "name": name,
        "row_is": "一条记录",
        "key": key,
    }
    dates = [each for each in fields if each.guess.type == "date" and each.guess.personal == "keep"]
    if dates:
        best = max(dates, key=lambda each: sum(1 for text in each.texts if text))
        declared["placed_by"] = best.id
        remarks.append(Remark("placed_by", "placed_by", {"candidates": "、".join(each.column.name for each in dates)}))
    if len([each for each in alike if months_of(each.sheet.name)]) > 1:
        declared["period"] = "months"
    ignored = [each.sheet.name for each in seen.sheets if each not in alike and not _is_known(each.sheet.name)]
    if ignored:
        patterns = [re.sub(r"[\[\]*?]", "?", fold(each)) for each in ignored]
        declared["ignored_sheets"] = [*EXPLANATIONS, *patterns]
        remarks.append(Remark("ignored_sheets", "ignored_sheets"))
    totals = [{"column": each.id} for each in fields if each.guess.sums and _is_totalled(each, alike)]
    if totals:
        declared["totals"] = totals
    return declared | {"columns": columns}


def _is_known(name: str) -> bool:
    return matches(name, (*SUMMARIES, *EXPLANATIONS))


def _name(chosen: SeenSheet, file: str) -> str:
    """What the title says without year and month, else the file's name."""
    outlined = chosen.tables[0].outlined
    for row in outlined.rows.title:
        texts = [fold(cell) for cell in outlined.sheet.rows[row - 1] if isinstance(cell, str) and says_something(cell)]
        if texts and ":" not in texts[0]:
            return _undated(texts[0]) or texts[0]
    stem = fold(Path(file).stem)
    return _undated(stem) or stem or file


def _undated(text: str) -> str:
    text = re.sub(r".*?(?:19|20)\d\d年?度?(?:\d{1,2}(?:[-—]\d{1,2})?月份?)?", "", text, count=1)
    return re.sub(r"\([^)]*\)|最终版?|终稿|\d+$", "", text).strip("-_— ")


def _is_totalled(each: _Field, alike: Sequence[SeenSheet]) -> bool:
    at = each.column.heading.at
    tables = [sheet.tables[0].outlined for sheet in alike]
    return any(
        at < len(found.sheet.rows[row - 1]) and says_something(found.sheet.rows[row - 1][at])
        for found in tables
        for row in found.rows.total
    )


def _column(each: _Field, remarks: list[Remark], *, key: Sequence[str]) -> dict[str, Any]:
    """The column as it is declared; what stands in a card by itself is left out."""
    declared: dict[str, Any] = {"name": each.column.heading.joined}
    if each.headings:
        declared["headings"] = list(each.headings)
    if each.guess.personal == "drop":
        personal = "key" if each.id in key else "drop"
        remarks.append(Remark(each.id, "personal"))
        return declared | {"personal": personal}
    if each.guess.type != "text":
        declared["type"] = each.guess.type
    if each.guess.type == "money":
        declared["unit"] = each.unit if each.unit in ("元", "万元") else "元"
        if each.unit is None:
            remarks.append(Remark(each.id, "unit"))
    if each.guess.type == "code":
        declared["codes"] = {code: [] for code in each.guess.codes}
        remarks.append(Remark(each.id, "codes"))
    if any(isinstance(cell, str) and cell.strip() in DITTO for cell in each.cells):
        declared["fill_down"] = True
    if each.id in key and each.texts and all(each.texts):
        declared["required"] = "cell"
    if not any(each.texts):
        remarks.append(Remark(each.id, "blank"))
    return declared


def _key(fields: Sequence[_Field]) -> tuple[list[str], list[str]]:
    """The columns that tell one row from another, and the names of all that could."""
    usable = [each for each in fields if each.guess.personal == "keep"]
    proper = [each for each in usable if each.column.heading.path[-1] not in SERIAL]
    single = [each for each in proper if _distinct(each) and each.guess.type in ("identifier", "text")]
    single.sort(key=lambda each: each.guess.type != "identifier")
    names = [each.column.name for each in single]
    if single:
        return [single[0].id], names
    identifiers = [each for each in proper if each.guess.type == "identifier"]
    if not any(text for each in fields for text in each.texts):
        first = [*identifiers, *proper, *usable, *fields]
        return [first[0].id], names
    for pair in combinations(proper[:10], 2):
        if _distinct(*pair):
            return [each.id for each in pair], [" + ".join(each.column.name for each in pair)]
    serial = [each for each in usable if each not in proper and _distinct(each)]
    first = [*serial, *identifiers, *proper, *usable, *fields]
    return [first[0].id], names


def _distinct(*fields: _Field) -> bool:
    rows = list(zip(*(each.texts for each in fields), strict=True))
    return bool(rows) and all(all(row) for row in rows) and len(set(rows)) == len(rows)


# -- reading the file with its own card


def _take_back(declared: dict[str, Any], check: Check, remarks: list[Remark], *, of: Sequence[SeenSheet]) -> None:
    """Loosen whatever the file itself contradicts; what cannot be loosened is remarked as it stands.

    `of` are the sheets that the card is of: they may be wrong, but not ignored. What stands outside the rows of their
    first tables says nothing about the card.
    """
    rows = {each.sheet.name: frozenset(each.tables[0].outlined.rows.data) for each in of}
    for _ in range(MOST_ROUNDS):
        card = LedgerCard.model_validate(declared)
        errors = [finding for finding in check(card) if finding.level is Level.ERROR]
        elsewhere = {error.sheet for error in errors} - {*rows}
        own = [error for error in errors if error.code not in MISTYPED or _is_own(error, rows)]
        loosened = [_loosen(declared, error, remarks, elsewhere=elsewhere) for error in own]
        if not any(loosened):
            break
    else:
        errors = [finding for finding in check(LedgerCard.model_validate(declared)) if finding.level is Level.ERROR]
    for error in errors:
        place = f"{error.sheet or ''}!{error.cell}" if error.cell else error.sheet or ""
        remarks.append(Remark("head", "still_wrong", {"place": place, "code": error.code}))


def _is_own(error: Finding, rows: Mapping[str, Collection[int]]) -> bool:
    """Whether the error is about a row of the table, not about a total or another table below it."""
    row, own = re.search(r"\d+$", error.cell or ""), rows.get(error.sheet or "")
    return row is None or own is None or int(row[0]) in own


def _loosen(
    declared: dict[str, Any], error: Finding, remarks: list[Remark], *, elsewhere: Collection[str | None]
) -> bool:
    """Whether the card could be changed so that it no longer claims what the file contradicts."""
    name = error.column or ""
    column = declared["columns"].get(name, {})
    if error.code == "total.differs":
        before = len(declared.get("totals", ()))
        declared["totals"] = [total for total in declared.get("totals", ()) if total["column"] != name]
        remarks.append(Remark("totals", "total", {"name": column.get("name", name)}))
        return len(declared["totals"]) < before
    if error.code in ("cell.blank", "column.missing"):
        return column.pop("required", None) is not None
    if error.code in ("sheet.no_header", "sheet.empty") and error.sheet and error.sheet in elsewhere:
        ignored = declared.setdefault("ignored_sheets", [*EXPLANATIONS])
        pattern = re.sub(r"[\[\]*?]", "?", fold(error.sheet))
        return pattern not in ignored and not ignored.append(pattern)
    if error.code == "column.twice" and column and name not in declared["key"]:
        _forget(declared, name)
        del declared["columns"][name]
        remarks.append(Remark("columns", "left_out", {"name": column["name"], "times": 2}))
        return True
    if error.code in MISTYPED and column.get("type", "text") != "text":
        for part in ("type", "unit", "codes"):
            column.pop(part, None)
        _forget(declared, name)
        remarks.append(Remark(name, "loosened", {"cell": error.cell}))
        return True
    return False


def _forget(declared: dict[str, Any], name: str) -> None:
    """Let nothing else in the card lean on the column."""
    if "totals" in declared:
        declared["totals"] = [total for total in declared["totals"] if total["column"] != name]
    if declared.get("placed_by") == name:
        del declared["placed_by"]
