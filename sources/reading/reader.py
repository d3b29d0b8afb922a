"""Bytes of a submission in; typed rows with their cells, findings and facts out. Bad content never raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sources.cards import Column, LedgerCard, in_words
from sources.formats.grid import Sheet, Unreadable, Workbook, open_workbook
from sources.reading.columns import Memory, Surroundings, Typed, cells_of, type_column, unit_for
from sources.reading.frames import Part, Reading, Told, keep, kept, reading_key, readings_of
from sources.reading.headings import Vocabulary
from sources.reading.layout import Table, find_table
from sources.reading.sheets import Choice, months_of
from sources.reading.totals import Difference, Sums, check_summary, check_totals
from sources.reading.years import other_year, years_named
from sources.values import as_text, fold
from warehouse.model import Block, Finding, Level, Submission, type_of_fact

__all__ = ["LEVELS", "LedgerReader", "Reading", "keep", "kept", "not_read", "read", "reading_key"]

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
    "sheet.no_table": Level.QUESTION,
    "sheet.other_year": Level.ERROR,
    "sheet.month_missing": Level.QUESTION,
    "sheet.unused": Level.NOTE,
    "column.missing": Level.ERROR,
    "column.twice": Level.ERROR,
    "column.unknown": Level.NOTE,
    "cell.approximate": Level.ERROR,
    "cell.blank": Level.ERROR,
    "cell.digits_lost": Level.ERROR,
    "cell.error_value": Level.ERROR,
    "cell.garbled": Level.ERROR,
    "cell.formula_without_value": Level.ERROR,
    "cell.mixed_units": Level.QUESTION,
    "cell.not_a_count": Level.ERROR,
    "cell.not_a_date": Level.ERROR,
    "cell.not_a_flag": Level.ERROR,
    "cell.not_a_number": Level.ERROR,
    "cell.too_precise": Level.ERROR,
    "cell.unknown_code": Level.ERROR,
    "row.carried_over": Level.NOTE,
    "row.hidden": Level.NOTE,
    "total.differs": Level.ERROR,
}


def read(
    content: bytes, *, submission: Submission, card: LedgerCard, sheets: tuple[str, ...], secret: bytes
) -> Reading:
    """Everything the submission says; `card` is the effective one, `sheets` the department's name patterns."""
    reader = LedgerReader(card, sheets, secret=secret)
    reader.read(reader.open(content), submission)
    return reader.readings()[0]


def not_read(code: str, *, submission: Submission, card: LedgerCard, facts: Mapping[str, type_of_fact]) -> Reading:
    """What is told of a file that gave nothing: no row, and why."""
    pile = _Pile(submission, card)
    pile.find(code, facts=facts)
    return readings_of([pile.told()], card)[0]


class LedgerReader:
    """Reads files of one ledger as one department writes it.

    What it learned from one file (headings, what a cell says) serves the next, and the rows of all become one Arrow
    table; so it reads a thousand small files in little more than the time that opening them takes.
    """

    def __init__(self, card: LedgerCard, sheets: tuple[str, ...], *, secret: bytes) -> None:
        self._card, self._choice, self._secret = card, Choice(card, sheets), secret
        self._vocabulary = Vocabulary.of(card)
        self._memories: dict[tuple[str, Surroundings], Memory] = {}
        self._told: list[Told] = []

    def open(self, content: bytes) -> Workbook | Unreadable:
        """The sheets that matter; this may run in another thread while an earlier file is read."""
        return open_workbook(content, self._choice.wants)

    def read(self, book: Workbook | Unreadable, submission: Submission) -> None:
        """Read one more file; whatever it holds, there is one more reading afterwards, unless this raises."""
        pile = _Pile(submission, self._card)
        if isinstance(book, Unreadable):
            pile.find(book.code, facts={"reason": book.reason})
        else:
            self._read_book(book, pile)
        self._told.append(pile.told())

    def fail(self, code: str, submission: Submission, facts: Mapping[str, type_of_fact]) -> None:
        """Let the reading of one more file be that it could not be read, and why."""
        pile = _Pile(submission, self._card)
        pile.find(code, facts=facts)
        self._told.append(pile.told())

    def readings(self) -> list[Reading]:
        """The readings of the files, in the order in which they were read; the reader begins anew."""
        told, self._told, self._memories = self._told, [], {}
        return readings_of(told, self._card)

    def _read_book(self, book: Workbook, pile: _Pile) -> None:
        pile.facts["format"] = book.format
        choice = self._choice
        sheets, summaries = choice.split(book.sheets)
        if not sheets:
            found = "、".join(name for name in book.names)
            expected = in_words(choice.patterns) or "明细表"
            pile.find("sheet.missing", facts={"expected": expected, "found": found or "（无）"})
            return
        tables = [(sheet, self._find_table(sheet, pile)) for sheet in sheets]
        some_table = any(table for _, table in tables)
        months: set[int] = set()
        for sheet, table in tables:
            if table is None:
                stated = _report_no_table(sheet, choice, pile, alone=not some_table)
            else:
                stated = self._read_table(table, pile, epoch_1904=book.epoch_1904)
                if (
                    not table.rows.data
                    and not stated
                    and not (choice.card.period == "months" and months_of(sheet.name))
                ):
                    pile.find("sheet.empty", sheet=sheet.name)
            if stated or (table and table.rows.data):
                months |= months_of(sheet.name)
            pile.zero_report = pile.zero_report or stated
        if pile.zero_report and not pile.parts:
            pile.facts["zero_report"] = "true"
        _report_missing_months([sheet.name for sheet in sheets], months, pile)
        self._reconcile_summaries(summaries, pile)

    def _find_table(self, sheet: Sheet, pile: _Pile, *, fewest: int = 2) -> Table | None:
        year = pile.submission.slot.period
        return find_table(sheet, self._card, fewest=fewest, year=year, vocabulary=self._vocabulary)

    def _reconcile_summaries(self, summaries: Sequence[Sheet], pile: _Pile) -> None:
        for sheet in summaries:
            table = self._find_table(sheet, pile, fewest=1)
            if table is not None:
                memories = {name: self._memory(table, name, pile, epoch_1904=False) for name in _columns(table, pile)}
                for difference in check_summary(table, self._card, memories=memories, sums=pile.sums):
                    _report_difference(difference, table, pile)

    def _memory(self, table: Table, name: str, pile: _Pile, *, epoch_1904: bool) -> Memory:
        around = Surroundings(unit_for(table, name), pile.submission.slot.period, epoch_1904, self._secret)
        memory = self._memories.get((name, around))
        if memory is None:
            memory = self._memories[name, around] = Memory(self._card.columns[name], around)
        return memory

    def _read_table(self, table: Table, pile: _Pile, *, epoch_1904: bool) -> bool:
        """Add the table's rows and findings to the pile; whether it states that there is nothing to report."""
        card, rows = self._card, table.rows
        typed = {
            name: type_column(
                cells_of(table, name, card.columns[name]), self._memory(table, name, pile, epoch_1904=epoch_1904)
            )
            for name in _columns(table, pile)
        }
        carried = _carried_over(table, card)
        block = Block(
            index=len(pile.blocks),
            sheet=table.sheet.name,
            letters={name: letters(table.columns[name].at) for name in typed},
            title_rows=tuple(rows.title),
            header_rows=tuple(rows.header),
            data_rows=tuple(rows.data),
            total_rows=tuple(rows.total),
            footer_rows=tuple(rows.footer),
        )
        pile.blocks.append(block)
        if rows.data:
            pile.parts.append(Part(block, typed, hidden=table.sheet.hidden_rows, carried=carried))
        _report_other_year(table, pile)
        _report_columns(table, pile)
        _report_cells(table, pile, typed)
        _report_rows(table, pile, typed, carried=carried)
        for difference in check_totals(table, card, typed=typed, sums=pile.sums):
            _report_difference(difference, table, pile)
        for fact, value in table.facts.items():
            pile.facts[fact] = max(value, pile.facts.get(fact, ""))
        return table.states_nothing


def _columns(table: Table, pile: _Pile) -> list[str]:
    """The card's columns that the table has and that are kept, in the order of the card."""
    return [name for name in pile.kept if name in table.columns]


@dataclass
class _Pile:
    """What has been read so far of one submission."""

    submission: Submission
    card: LedgerCard
    parts: list[Part] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    sums: Sums = field(default_factory=Sums)
    zero_report: bool = False

    @cached_property
    def kept(self) -> Mapping[str, Column]:
        """The card's columns that are kept."""
        return self.card.kept

    def told(self) -> Told:
        """All that was read."""
        return Told(tuple(self.parts), tuple(self.blocks), tuple(self.findings), self.facts)

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


def _carried_over(table: Table, card: LedgerCard) -> Sequence[bool] | None:
    """Which rows are marked as belonging to another year; None where none is."""
    mark = card.carried_over
    if mark is None or mark.column not in table.columns:
        return None
    words = [fold(word) for word in mark.words]
    cells = table.cells(table.columns[mark.column].at)
    marked = {cell for cell in set(cells) if any(word in fold(as_text(cell) or "") for word in words)}
    return [cell in marked for cell in cells] if marked else None


def _report_other_year(table: Table, pile: _Pile) -> None:
    """A title that speaks of another year than the one the ledger is handed in for."""
    lines = table.sheet.rows
    told = [
        (f"{letters(at)}{row}", text)
        for row in table.rows.title
        for at, cell in enumerate(lines[row - 1])
        if (text := as_text(cell))
    ]
    year, cumulative = pile.submission.slot.period, pile.card.period == "cumulative"
    place = other_year([text for _, text in told], year, cumulative=cumulative)
    if place is not None:
        cell, text = told[place]
        facts: dict[str, type_of_fact] = {"named": "、".join(str(year) for year in sorted(years_named(text)))}
        pile.find("sheet.other_year", sheet=table.sheet.name, cell=cell, facts=facts)


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


def _report_cells(table: Table, pile: _Pile, typed: Mapping[str, Typed]) -> None:
    """Every trouble of every column, in the order of the sheet."""
    places = [
        (table.rows.data[trouble.at], table.columns[name].at, name, trouble)
        for name, column in typed.items()
        for trouble in column.troubles
    ]
    for row, at, name, trouble in sorted(places, key=lambda place: place[:2]):
        place = f"{letters(at)}{row}"
        key = _key(typed, pile.card, trouble.at)
        pile.find(trouble.code, sheet=table.sheet.name, cell=place, key=key, column=name, facts=trouble.facts)


def _report_rows(table: Table, pile: _Pile, typed: Mapping[str, Typed], *, carried: Sequence[bool] | None) -> None:
    hidden = [row for row in table.rows.data if row in table.sheet.hidden_rows] if table.sheet.hidden_rows else []
    if hidden:
        pile.facts["hidden_rows"] = str(int(pile.facts.get("hidden_rows", "0")) + len(hidden))
        facts: dict[str, type_of_fact] = {"rows": spans(hidden), "count": len(hidden)}
        pile.find("row.hidden", sheet=table.sheet.name, facts=facts)
    mark = pile.card.carried_over
    for index, row in enumerate(table.rows.data if carried else ()):
        if carried and carried[index] and mark is not None:
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


def spans(rows: Sequence[int]) -> str:
    """Row numbers as people write them: 17、20—23."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return "、".join(str(first) if first == last else f"{first}—{last}" for first, last in runs)


def letters(at: int) -> str:
    """The column letters of a position from 0: A, Z, AA."""
    text, number = "", at + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
