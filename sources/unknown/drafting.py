"""A ledger card drafted from a workbook: what a person would otherwise type off, and what that person must decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sources.cards import LedgerCard
from sources.formats.places import spans
from sources.reading.header import filled_header
from sources.reading.headings import SERIAL, join
from sources.reading.layout import unit_above
from sources.reading.sheets import matches, months_of
from sources.reading.sorting import is_remark
from sources.unknown.guessing import Guess, guess
from sources.unknown.keying import Field, keys_of
from sources.unknown.looking import Seen, SeenSheet, cells_below, unit_of
from sources.unknown.looks import is_title
from sources.unknown.naming import compose, id_for, numbered
from sources.unknown.outline import Outlined
from sources.values import DITTO, fold, says_something
from warehouse.declarations import MisuseError
from warehouse.model import Finding, Level, type_of_fact

MOST_ROUNDS = 6
SUMMARIES, EXPLANATIONS = ("*汇总*",), ("*填表说明*", "说明", "*目录*")

# What another type would read; of a cell that is broken no type makes anything.
MISTYPED = frozenset(
    {"cell.approximate", "cell.not_a_count", "cell.not_a_date", "cell.not_a_flag", "cell.not_a_number",
     "cell.too_precise", "cell.unknown_code"}
)  # fmt: skip

# What a blank form cannot help, and what is another table's.
NO_FAULTS = frozenset({"sheet.empty", "sheet.side_by_side"})

_NUMBERED = re.compile(
    r"^(?:(?:附?表|附件)[一二三四五六七八九十\d]{0,3}[::、.]?|\(?[一二三四五六七八九十]{1,3}\)?[、.])"
)
_DATED = re.compile(
    r"(?:19|20)\d\d(?:年度?(?:\d{1,2}(?:[-—至]\d{1,2})?月份?)?)?|(?<!\d)\d{1,2}(?:[-—至]\d{1,2})?月份?(?!\d)"
)

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


def draft(seen: Seen, *, file: str, sheet: str | None, check: Check, taken: Collection[str] = ()) -> Draft:
    """The card of the first table of the sheet, or of the likeliest one; `check` reads the file with a card.

    Its id is none of those `taken`. Whatever the file contradicts is taken back until it reads without an error, or the
    rest is remarked.
    """
    chosen = _choose(seen, sheet, file)
    alike = _alike(seen, chosen)
    fields, left_out = _fields(chosen, alike)
    if not fields:
        text = f"{file}: no column of sheet '{chosen.sheet.name}' can be told from the others."
        raise MisuseError(text, said="no_column", file=file, sheet=chosen.sheet.name)
    keys, candidates = keys_of(fields)
    tried: list[tuple[int, dict[str, Any], list[Remark]]] = []
    for key in keys:
        remarks = [*left_out, Remark("key", "key" if key else "no_key", {"candidates": candidates or "（无）"})]
        names = [each.id for each in key]
        declared = _declare(seen, chosen, alike, fields=fields, key=names, file=file, remarks=remarks)
        declared["id"] = next(each for each in numbered(declared["id"]) if each not in taken)
        if len(chosen.tables) > 1:
            remarks.append(Remark("head", "several_tables", {"count": len(chosen.tables)}))
        tried.append((_take_back(declared, check, remarks, seen=seen, of=alike), declared, remarks))
        if not tried[-1][0]:
            # With this key nothing is a record that is none: a footer may be one by another key.
            break
    _, declared, remarks = min(tried, key=lambda each: each[0])
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


def _fields(chosen: SeenSheet, alike: Sequence[SeenSheet]) -> tuple[list[Field], list[Remark]]:
    outlined = chosen.tables[0].outlined
    names = [column.heading.joined for column in outlined.columns]
    written = _as_the_reader_joins(outlined)
    fields: list[Field] = []
    remarks: list[Remark] = []
    for column in outlined.columns:
        at, name = column.heading.at, column.heading.joined
        if names.count(name) > 1:
            # A card cannot tell two columns of one name apart, and reading would return the file.
            if column.name == name:
                remarks.append(Remark("columns", "left_out", {"name": name, "times": names.count(name)}))
            continue
        tables = [each.tables[0].outlined for each in alike]
        cells = tuple(cell for table in tables for cell in cells_below(table, at))
        guessed = guess(name, column.unit, cells, above=unit_above(outlined.sheet, outlined.rows.title))
        if column.heading.path[-1] in SERIAL:
            guessed = Guess("text")
        taken = {each.id for each in fields}
        others = (written[at],) if written.get(at, name) != name else ()
        kept_apart = guessed.type in ("count", "number", "money") or column.heading.path[-1] in SERIAL
        merged = not kept_apart and any(_merged(table, at) for table in tables)
        if merged:
            cells = tuple(cell for table in tables for cell in _filled_down(table, at))
        unit = unit_of(outlined, column.unit)
        fields.append(Field(id_for(column, taken), column, guessed, cells, others, unit, merged))
    return fields, remarks


def _merged(outlined: Outlined, at: int) -> dict[int, int]:
    """The rows of the column that hold what stands further up in a merged cell, with the row where it stands."""
    data = frozenset(outlined.rows.data)
    return {
        row + 1: top + 1
        for top, left, bottom, right in outlined.sheet.merged
        if left == at == right and top + 1 in data
        for row in range(top + 1, bottom + 1)
        if row + 1 in data
    }


def _filled_down(outlined: Outlined, at: int) -> list[Any]:
    """The cells of the data rows, each row below a merged cell with what stands in it."""
    above, cells = _merged(outlined, at), cells_below(outlined, at)
    place = {row: index for index, row in enumerate(outlined.rows.data)}
    return [cells[place[above.get(row, row)]] for row in outlined.rows.data]


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
    fields: Sequence[Field],
    key: Sequence[str],
    file: str,
    remarks: list[Remark],
) -> dict[str, Any]:
    name = _name(chosen, file)
    columns = {each.id: _column(each, remarks, key=key) for each in fields}
    declared: dict[str, Any] = {
        "id": compose(name) or "drafted_ledger",
        "name": name,
        "row_is": "一条记录",
        "key": [*key],
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
    """What the title says without number, year and month, the line that names a table first; else the file's name."""
    outlined = chosen.tables[0].outlined
    rows = [
        [fold(cell) for cell in outlined.sheet.rows[row - 1] if isinstance(cell, str) and says_something(cell)]
        for row in outlined.rows.title
    ]
    # 户名 | 某街道办事处: what stands beside something is no title.
    lines = [_NUMBERED.sub("", texts[0], count=1) for texts in rows if len(texts) == 1 or any(map(is_title, texts[:1]))]
    titles = [line for line in lines if ":" not in line and not line[:1].isdigit() and not is_remark(line)]
    dated = [line for line in lines if ":" not in line and _DATED.match(line)]
    for line in sorted((*titles, *dated), key=lambda line: not is_title(line)):
        if len(name := _undated(line)) > 2:
            return name
    stem = fold(Path(file).stem)
    return _undated(stem) or stem or file


def _undated(text: str) -> str:
    text = re.sub(r"\([^()]*\)", "", text)
    parts = [part for part in _DATED.split(text, maxsplit=1) if part.strip("-_— ")]
    return re.sub(r"最终版?|终稿|\d+$", "", parts[-1] if parts else "").strip("-_—、. ")


def _is_totalled(each: Field, alike: Sequence[SeenSheet]) -> bool:
    at = each.column.heading.at
    tables = [sheet.tables[0].outlined for sheet in alike]
    return any(
        at < len(found.sheet.rows[row - 1]) and says_something(found.sheet.rows[row - 1][at])
        for found in tables
        for row in found.rows.total
    )


def _column(each: Field, remarks: list[Remark], *, key: Sequence[str]) -> dict[str, Any]:
    """The column as it is declared; what stands in a card by itself is left out."""
    declared: dict[str, Any] = {"name": each.column.heading.joined}
    if each.headings:
        declared["headings"] = list(each.headings)
    if each.guess.personal == "drop":
        personal = "key" if each.id in key else "drop"
        remarks.append(Remark(each.id, "keyed" if each.id in key else "personal"))
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
    if each.merged or any(isinstance(cell, str) and cell.strip() in DITTO for cell in each.cells):
        declared["fill_down"] = True
    if each.id in key and each.texts and all(each.texts):
        declared["required"] = "cell"
    if not any(each.texts):
        remarks.append(Remark(each.id, "blank"))
    return declared


# -- reading the file with its own card


def _take_back(
    declared: dict[str, Any], check: Check, remarks: list[Remark], *, seen: Seen, of: Sequence[SeenSheet]
) -> int:
    """Loosen whatever the file itself contradicts; what cannot be loosened is remarked as it stands.

    `of` are the sheets that the card is of: they may be wrong, but not ignored. What stands outside the rows of their
    first tables says nothing about the card; how many such cells the card would read is given back.
    """
    rows = {each.sheet.name: frozenset(each.tables[0].outlined.rows.data) for each in of}
    known = {(finding.code, finding.sheet, finding.cell) for finding in seen.findings}
    for _ in range(MOST_ROUNDS):
        card = LedgerCard.model_validate(declared)
        errors = [finding for finding in check(card) if finding.level is Level.ERROR]
        elsewhere = {error.sheet for error in errors} - {*rows}
        own = [error for error in errors if error.code not in MISTYPED or _is_own(error, rows)]
        loosened = [_loosen(declared, error, remarks, known=known, elsewhere=elsewhere) for error in own]
        if not any(loosened):
            break
    else:
        errors = [finding for finding in check(LedgerCard.model_validate(declared)) if finding.level is Level.ERROR]
    strays: dict[str, set[int]] = {}
    places: dict[tuple[str, str], list[str]] = {}
    for error in errors:
        if error.code in NO_FAULTS:
            continue
        told = (error.code, error.sheet, error.cell) in known
        if not told and not _is_own(error, rows) and (row := _row_of(error)):
            strays.setdefault(error.sheet or "", set()).add(row)
            continue
        place = f"{error.sheet or ''}!{error.cell}" if error.cell else error.sheet or ""
        places.setdefault(("still_wrong" if told else "wrong_by_card", error.code), []).append(place)
    for (said, code), found in places.items():
        place = found[0] if len(found) == 1 else f"{found[0]} 等 {len(found)} 处"
        remarks.append(Remark("head", said, {"place": place, "code": code}))
    for sheet, numbers in strays.items():
        remarks.append(Remark("head", "strays", {"sheet": sheet, "rows": spans(sorted(numbers))}))
    return sum(map(len, strays.values()))


def _row_of(error: Finding) -> int:
    """The row of the error's cell; 0 where it has none."""
    found = re.search(r"\d+$", error.cell or "")
    return int(found[0]) if found else 0


def _is_own(error: Finding, rows: Mapping[str, Collection[int]]) -> bool:
    """Whether the error is about a row of the table, not about a total or another table below it."""
    row, own = _row_of(error), rows.get(error.sheet or "")
    return not row or own is None or row in own


def _loosen(
    declared: dict[str, Any],
    error: Finding,
    remarks: list[Remark],
    *,
    known: Collection[tuple[str, str | None, str | None]],
    elsewhere: Collection[str | None],
) -> bool:
    """Whether the card could be changed so that it no longer claims what the file contradicts.

    `known` is what the file is found to have without a card: code, sheet and cell.
    """
    name = error.column or ""
    column = declared["columns"].get(name, {})
    if error.code == "total.differs":
        before = len(declared.get("totals", ()))
        declared["totals"] = [total for total in declared.get("totals", ()) if total["column"] != name]
        told = (error.code, error.sheet, error.cell) in known
        remarks.append(Remark("totals", "total" if told else "total_by_card", {"name": column.get("name", name)}))
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
