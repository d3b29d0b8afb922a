"""Bytes of a submission in; typed rows with their cells, findings and facts out. Bad content never raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sources.cards import LedgerCard, in_words
from sources.formats.grid import Sheet, Unreadable, Workbook, open_workbook
from sources.formats.places import letters, spans
from sources.reading.columns import Surroundings, Trouble, Typed, cells_of, type_column, unit_for
from sources.reading.damage import Inspected, damage_in
from sources.reading.disorder import Placed, disorder, moved_rows
from sources.reading.frames import Reading, Told, keep, kept, reading_key, table_of
from sources.reading.layout import Table, find_table
from sources.reading.sheets import Choice, months_of
from sources.reading.totals import Difference, Sums, check_summary, check_totals, short_facts, short_sums
from sources.values import as_text, fold
from warehouse.model import Block, Finding, Level, Submission, type_of_fact

__all__ = ["LEVELS", "Reading", "keep", "kept", "not_read", "read", "read_rows", "reading_key"]

LEVELS = {
    "file.garbled": Level.ERROR,
    "file.protected": Level.ERROR,
    "file.reader_failed": Level.ERROR,
    "file.too_large": Level.ERROR,
    "file.too_slow": Level.ERROR,
    "file.unreadable": Level.ERROR,
    "sheet.missing": Level.ERROR,
    "sheet.no_header": Level.ERROR,
    "sheet.empty": Level.ERROR,
    "sheet.cut_off": Level.ERROR,
    "sheet.hidden": Level.NOTE,
    "sheet.no_table": Level.QUESTION,
    "sheet.month_missing": Level.QUESTION,
    "sheet.other_table": Level.QUESTION,
    "sheet.unused": Level.NOTE,
    "column.hidden": Level.NOTE,
    "column.missing": Level.ERROR,
    "column.text_numbers": Level.NOTE,
    "column.twice": Level.ERROR,
    "column.unknown": Level.NOTE,
    "cell.approximate": Level.ERROR,
    "cell.became_date": Level.ERROR,
    "cell.blank": Level.ERROR,
    "cell.date_as_number": Level.NOTE,
    "cell.digits_lost": Level.ERROR,
    "cell.error_value": Level.ERROR,
    "cell.garbled": Level.ERROR,
    "cell.formula_without_value": Level.ERROR,
    "cell.identity_wrong": Level.ERROR,
    "cell.leading_zeros_lost": Level.QUESTION,
    "cell.mixed_measures": Level.QUESTION,
    "cell.mixed_units": Level.QUESTION,
    "cell.not_a_count": Level.ERROR,
    "cell.not_a_date": Level.ERROR,
    "cell.not_a_flag": Level.ERROR,
    "cell.not_a_number": Level.ERROR,
    "cell.spaces_in_key": Level.NOTE,
    "cell.too_precise": Level.ERROR,
    "cell.unknown_code": Level.ERROR,
    "cell.unrecognised": Level.NOTE,
    "row.carried_over": Level.NOTE,
    "row.hidden": Level.NOTE,
    "row.shifted": Level.ERROR,
    "row.struck": Level.QUESTION,
    "total.differs": Level.ERROR,
    "total.range_short": Level.QUESTION,
}


def read(
    content: bytes, *, submission: Submission, card: LedgerCard, sheets: tuple[str, ...], secret: bytes
) -> Reading:
    """Everything the submission says; `card` is the effective one, `sheets` the department's name patterns."""
    return read_rows(content, submission=submission, card=card, sheets=sheets, secret=secret).as_reading()


def read_rows(
    content: bytes, *, submission: Submission, card: LedgerCard, sheets: tuple[str, ...], secret: bytes
) -> Told:
    """The same without pandas: the rows are an Arrow table."""
    choice = Choice(card, sheets)
    book = open_workbook(content, choice.wants)
    if isinstance(book, Unreadable):
        return not_read(book.code, submission=submission, card=card, facts={"reason": book.reason})
    pile = _Pile(submission, card)
    _read_book(book, choice, pile, secret=secret)
    return pile.told()


def not_read(code: str, *, submission: Submission, card: LedgerCard, facts: Mapping[str, type_of_fact]) -> Told:
    """What is told of a file that gave nothing: no row, and why."""
    pile = _Pile(submission, card)
    pile.find(code, facts=facts)
    return pile.told()


@dataclass
class _Pile:
    """What has been read so far of one submission."""

    submission: Submission
    card: LedgerCard
    columns: dict[str, list[Any]] = field(init=False)
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    sums: Sums = field(default_factory=Sums)
    zero_report: bool = False

    def __post_init__(self) -> None:
        names = (*self.card.kept, "_sheet", "_block", "_row", "_hidden", "_year", "_carried_over")
        self.columns = {name: [] for name in names}

    def told(self) -> Told:
        """The rows as Arrow, and all the rest."""
        return Told(table_of(self.columns, self.card), tuple(self.blocks), tuple(self.findings), self.facts)

    def find(self, code: str, *, facts: Mapping[str, type_of_fact] | None = None, **place: str | None) -> None:
        """Add a finding about this submission; `place` gives sheet, cell, key and column where there are any."""
        self.findings.append(
            Finding(
                code=code,
                level=LEVELS[code],
                slot=self.submission.slot,
                submission=self.submission.id,
                file=self.submission.file_name,
                facts=facts or {},
                **place,
            )
        )


def _read_book(book: Workbook, choice: Choice, pile: _Pile, *, secret: bytes) -> None:
    pile.facts["format"] = book.format
    sheets, summaries = choice.split(book.sheets)
    if not sheets:
        found = "、".join(name for name in book.names)
        pile.find(
            "sheet.missing", facts={"expected": in_words(choice.patterns) or "明细表", "found": found or "（无）"}
        )
        return
    year = pile.submission.slot.period
    tables = [(sheet, find_table(sheet, pile.card, year=year)) for sheet in sheets]
    some_table = any(table for _, table in tables)
    months: set[int] = set()
    for sheet, table in tables:
        if sheet.hidden and not sheet.blank:
            pile.find("sheet.hidden", sheet=sheet.name)
        if table is None:
            stated = _report_no_table(sheet, choice, pile, alone=not some_table)
        else:
            stated = _read_table(table, pile, secret=secret, epoch_1904=book.epoch_1904)
            if not table.rows.data and not stated and not (choice.card.period == "months" and months_of(sheet.name)):
                pile.find("sheet.empty", sheet=sheet.name)
        if stated or (table and table.rows.data):
            months |= months_of(sheet.name)
        pile.zero_report = pile.zero_report or stated
    if pile.zero_report and not pile.columns["_row"]:
        pile.facts["zero_report"] = "true"
    _report_missing_months([sheet.name for sheet in sheets], months, pile)
    _reconcile_summaries(summaries, pile, secret=secret)


def _report_no_table(sheet: Sheet, choice: Choice, pile: _Pile, *, alone: bool) -> bool:
    """Say why a sheet gave no table; whether it states instead that there is nothing to report."""
    from sources.reading.footers import states_nothing

    if any(states_nothing(row) for row in sheet.rows):
        return True
    if sheet.blank:
        if alone and not months_of(sheet.name):
            pile.find("sheet.empty", sheet=sheet.name)
        return False
    named = alone or choice.is_named(sheet.name)
    wanted = "、".join(column.name for column in pile.card.columns.values() if column.required != "none")
    pile.find("sheet.no_header" if named else "sheet.unused", sheet=sheet.name, facts={"expected": wanted})
    return False


def _report_missing_months(names: Sequence[str], months: set[int], pile: _Pile) -> None:
    """Ask after each month that has neither rows nor a zero report; a workbook without month sheets is not asked."""
    if pile.card.period != "months" or not any(map(months_of, names)):
        return
    if not months:
        pile.find("sheet.empty", sheet=names[0])
        return
    for month in range(1, 13):
        if month not in months:
            sheet = next((name for name in names if month in months_of(name)), None)
            pile.find("sheet.month_missing", sheet=sheet or f"{month}月", facts={"month": month})


def _reconcile_summaries(summaries: Sequence[Sheet], pile: _Pile, *, secret: bytes) -> None:
    for sheet in summaries:
        table = find_table(sheet, pile.card, fewest=1, year=pile.submission.slot.period)
        if table is not None:
            around = _surroundings(table, pile, secret=secret, epoch_1904=False)
            for difference in check_summary(table, pile.card, around=around, sums=pile.sums):
                _report_difference(difference, table, pile)


def _surroundings(table: Table, pile: _Pile, *, secret: bytes, epoch_1904: bool) -> dict[str, Surroundings]:
    year = pile.submission.slot.period
    return {
        name: Surroundings(unit_for(table, name), year, epoch_1904, secret)
        for name in pile.card.kept
        if name in table.columns
    }


def _read_table(table: Table, pile: _Pile, *, secret: bytes, epoch_1904: bool) -> bool:
    """Add the table's rows and findings to the pile; whether it states that there is nothing to report."""
    card, rows = pile.card, table.rows
    around = _surroundings(table, pile, secret=secret, epoch_1904=epoch_1904)
    cells = {name: cells_of(table, name, card.columns[name]) for name in around}
    typed = {name: type_column(cells[name], card.columns[name], around[name]) for name in around}
    for name in card.kept:
        pile.columns[name] += typed[name].values if name in typed else [None] * len(rows.data)
    carried = _carried_over(table, card)
    _add_provenance(table, pile, placed_by=typed.get(card.placed_by or ""), carried=carried)
    pile.blocks.append(
        Block(
            index=len(pile.blocks),
            sheet=table.sheet.name,
            letters={name: letters(table.columns[name].at) for name in around},
            title_rows=tuple(rows.title),
            header_rows=tuple(rows.header),
            data_rows=tuple(rows.data),
            total_rows=tuple(rows.total),
            footer_rows=tuple(sorted([*rows.footer, *rows.foreign])),
        )
    )
    _report_columns(table, pile)
    moved = _report_disorder(table, pile, typed, around)
    _report_cells(table, pile, typed, moved=moved)
    _report_rows(table, pile, typed, carried=carried)
    for difference in check_totals(table, card, typed=typed, around=around, sums=pile.sums):
        _report_difference(difference, table, pile)
    for short in short_sums(table, card, typed=typed, around=around):
        place = f"{letters(table.columns[short.column].at)}{short.row}"
        pile.find(
            "total.range_short", sheet=table.sheet.name, cell=place, column=short.column, facts=short_facts(short)
        )
    for fact, value in table.facts.items():
        pile.facts[fact] = max(value, pile.facts.get(fact, ""))
    return table.states_nothing


def _add_provenance(table: Table, pile: _Pile, *, placed_by: Typed | None, carried: Sequence[bool]) -> None:
    rows, count = table.rows.data, len(table.rows.data)
    columns = pile.columns
    columns["_sheet"] += [table.sheet.name] * count
    columns["_block"] += [len(pile.blocks)] * count
    columns["_row"] += rows
    columns["_hidden"] += [row in table.sheet.hidden_rows for row in rows]
    dates = placed_by.values if placed_by else [None] * count
    columns["_year"] += [day.year if isinstance(day, date) else None for day in dates]
    columns["_carried_over"] += carried


def _carried_over(table: Table, card: LedgerCard) -> list[bool]:
    mark = card.carried_over
    if mark is None or mark.column not in table.columns:
        return [False] * len(table.rows.data)
    words = [fold(word) for word in mark.words]
    texts = [fold(as_text(table.cell(mark.column, row)) or "") for row in table.rows.data]
    return [any(word in text for word in words) for text in texts]


def _report_columns(table: Table, pile: _Pile) -> None:
    """Headings that should be there and are not, that stand twice, or that the card does not know."""
    sheet, row = table.sheet.name, table.rows.header[0]
    for name, column in pile.card.columns.items():
        if column.required != "none" and name not in table.columns:
            known = "、".join(dict.fromkeys((column.name, *column.headings)))
            pile.find("column.missing", sheet=sheet, column=name, facts={"headings": known})
    for name, headings in table.twice.items():
        where = "、".join(letters(heading.at) for heading in headings)
        cell = f"{letters(headings[1].at)}{row}"
        pile.find("column.twice", sheet=sheet, cell=cell, column=name, facts={"columns": where})
    for heading in table.unknown:
        facts = {"heading": heading.joined, "letter": letters(heading.at)}
        pile.find("column.unknown", sheet=sheet, cell=f"{letters(heading.at)}{row}", facts=facts)


def _report_disorder(
    table: Table, pile: _Pile, typed: Mapping[str, Typed], around: Mapping[str, Surroundings]
) -> Mapping[int, int]:
    """What befell whole rows and columns; the rows that are moved are given back, for one cause is told once."""
    columns = pile.card.columns
    placed = [Placed(table.columns[name].at, columns[name], around[name], typed[name]) for name in typed]
    if foreign := table.rows.foreign:
        pile.find("sheet.other_table", sheet=table.sheet.name, facts={"rows": spans(foreign), "count": len(foreign)})
    moved = moved_rows(table.sheet, table.rows.data, placed)
    for code, cell, facts in disorder(table.sheet, table.rows, headed=table.headed, moved=moved):
        pile.find(code, sheet=table.sheet.name, cell=cell, facts=facts)
    return moved


def _report_cells(table: Table, pile: _Pile, typed: Mapping[str, Typed], *, moved: Mapping[int, int]) -> None:
    """Every trouble of every column, in the order of the sheet, and what happened to cells that look well."""
    rows = table.rows.data
    places = [
        (rows[trouble.at], table.columns[name].at, name, trouble)
        for name, column in typed.items()
        for trouble in column.troubles
        if rows[trouble.at] not in moved
    ]
    told = {(row, at) for row, at, _, _ in places}
    inspected = [
        Inspected(heading.at, name, column, personal=column.personal != "keep")
        for name, heading in table.columns.items()
        if (column := pile.card.columns[name])
    ]
    indexes = {row: index for index, row in enumerate(rows)}
    for damage in damage_in(table.sheet, rows, inspected, told=told):
        trouble = Trouble(indexes[damage.row], damage.code, damage.facts)
        places.append((damage.row, damage.at, damage.name, trouble))
    for row, at, name, trouble in sorted(places, key=lambda place: place[:2]):
        place = f"{letters(at)}{row}"
        key = _key(typed, pile.card, trouble.at)
        pile.find(trouble.code, sheet=table.sheet.name, cell=place, key=key, column=name, facts=trouble.facts)


def _report_rows(table: Table, pile: _Pile, typed: Mapping[str, Typed], *, carried: Sequence[bool]) -> None:
    hidden = [row for row in table.rows.data if row in table.sheet.hidden_rows]
    if hidden:
        pile.facts["hidden_rows"] = str(int(pile.facts.get("hidden_rows", "0")) + len(hidden))
        facts: dict[str, type_of_fact] = {"rows": spans(hidden), "count": len(hidden)}
        pile.find("row.hidden", sheet=table.sheet.name, facts=facts)
    mark = pile.card.carried_over
    for index, row in enumerate(table.rows.data):
        if carried[index] and mark is not None:
            place = f"{letters(table.columns[mark.column].at)}{row}"
            key = _key(typed, pile.card, index)
            pile.find("row.carried_over", sheet=table.sheet.name, cell=place, key=key, column=mark.column)


def _report_difference(difference: Difference, table: Table, pile: _Pile) -> None:
    column = difference.column
    place = f"{letters(table.columns[column].at)}{difference.row}"
    if difference.broken:
        broken: dict[str, type_of_fact] = {"text": difference.broken.text}
        pile.find(difference.broken.code, sheet=table.sheet.name, cell=place, column=column, facts=broken)
        return
    numbers: dict[str, type_of_fact] = {"stated": difference.stated, "computed": difference.computed}
    pile.find("total.differs", sheet=table.sheet.name, cell=place, column=column, facts=numbers)


def _key(typed: Mapping[str, Typed], card: LedgerCard, index: int) -> str | None:
    """The record's business key; None where a part is missing or personal."""
    parts = []
    for name in card.key:
        value = typed[name].values[index] if name in typed else None
        if value is None or card.columns[name].personal != "keep":
            return None
        parts.append(as_text(value) or "")
    return "/".join(parts) or None
