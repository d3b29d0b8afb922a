"""Bytes of a submission in; typed rows with their cells, findings and facts out. Bad content never raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sources.formats.grid import Sheet, Unreadable, Workbook
from sources.formats.places import letters
from sources.reading import reports
from sources.reading.columns import Memory, Surroundings, cells_of, type_column, unit_for
from sources.reading.damage import notice
from sources.reading.frames import Part, Reading, Told, keep, kept, pack, reading_key, readings_of
from sources.reading.headings import Vocabulary
from sources.reading.layout import Table, find_table
from sources.reading.reports import Pile
from sources.reading.returned import open_own
from sources.reading.sheets import Choice, in_words, months_of
from sources.reading.totals import check_summary, check_totals, short_sums
from warehouse.model import Block, Submission, type_of_fact

if TYPE_CHECKING:
    from sources.cards import LedgerCard

__all__ = ["LedgerReader", "Reading", "keep", "kept", "not_read", "read", "reading_key"]


def read(
    content: bytes, *, submission: Submission, card: LedgerCard, sheets: tuple[str, ...], secret: bytes
) -> Reading:
    """Everything the submission says; `card` is the effective one, `sheets` the department's name patterns."""
    reader = LedgerReader(card, sheets, secret=secret)
    reader.read(reader.open(content), submission)
    return reader.readings()[0]


def not_read(code: str, *, submission: Submission, card: LedgerCard, facts: Mapping[str, type_of_fact]) -> Reading:
    """What is told of a file that gave nothing: no row, and why."""
    pile = Pile(submission, card)
    pile.find(code, facts=facts)
    return readings_of([pile.told()], card)[0]


class LedgerReader:
    """Reads files of one ledger as one department writes it.

    What it learned from one file (headings, what a cell says) serves the next, and the rows of all become one Arrow
    table; so it reads a thousand small files in little more than the time that opening them takes.
    """

    def __init__(self, card: LedgerCard, sheets: tuple[str, ...], *, secret: bytes) -> None:
        self._card, self._choice, self._secret = card, Choice(card, sheets), secret
        self._wants = lru_cache(maxsize=64)(self._choice.wants)
        self._vocabulary = Vocabulary.of(card)
        self._memories: dict[tuple[str, str | None, int, bool], Memory] = {}
        self._told: list[Told] = []

    def open(self, content: bytes) -> Workbook | Unreadable:
        """The sheets that matter, or why there are none."""
        return open_own(content, self._wants)

    def read(self, book: Workbook | Unreadable, submission: Submission) -> None:
        """Read one more file; whatever it holds, there is one more reading afterwards, unless this raises."""
        pile = Pile(submission, self._card)
        if isinstance(book, Unreadable):
            pile.find(book.code, facts={"reason": book.reason}, sheet=book.sheet, cell=book.cell)
        else:
            self._read_book(book, pile)
        self._told.append(pile.told())

    def fail(self, code: str, submission: Submission, facts: Mapping[str, type_of_fact]) -> None:
        """Let the reading of one more file be that it could not be read, and why."""
        pile = Pile(submission, self._card)
        pile.find(code, facts=facts)
        self._told.append(pile.told())

    def readings(self) -> list[Reading]:
        """The readings of the files, in the order in which they were read; the reader begins anew."""
        return readings_of(self._taken(), self._card)

    def packed(self) -> tuple[bytes, bytes]:
        """The same as `frames.pack` sends it to another process."""
        return pack(self._taken(), self._card)

    def _taken(self) -> list[Told]:
        told, self._told, self._memories = self._told, [], {}
        return told

    def _read_book(self, book: Workbook, pile: Pile) -> None:
        pile.facts |= {"format": book.format, **book.about}
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
            if sheet.hidden and not sheet.blank:
                pile.find("sheet.hidden", sheet=sheet.name)
            if table is None:
                stated = reports.report_no_table(sheet, choice, pile, alone=not some_table)
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
        reports.report_missing_months([sheet.name for sheet in sheets], months, pile)
        self._reconcile_summaries(summaries, pile)

    def _find_table(self, sheet: Sheet, pile: Pile, *, fewest: int = 2) -> Table | None:
        year = pile.submission.slot.period
        return find_table(sheet, self._card, fewest=fewest, year=year, vocabulary=self._vocabulary)

    def _reconcile_summaries(self, summaries: Sequence[Sheet], pile: Pile) -> None:
        for sheet in summaries:
            table = self._find_table(sheet, pile, fewest=1)
            if table is not None:
                memories = {name: self._memory(table, name, pile, epoch_1904=False) for name in _columns(table, pile)}
                for difference in check_summary(table, self._card, memories=memories, sums=pile.sums):
                    reports.report_difference(difference, table, pile)

    def _memory(self, table: Table, name: str, pile: Pile, *, epoch_1904: bool) -> Memory:
        unit, year = unit_for(table, name), pile.submission.slot.period
        memory = self._memories.get((name, unit, year, epoch_1904))
        if memory is None:
            around = Surroundings(unit, year, epoch_1904, self._secret)
            memory = Memory(self._card.columns[name], around, notice=notice)
            self._memories[name, unit, year, epoch_1904] = memory
        return memory

    def _read_table(self, table: Table, pile: Pile, *, epoch_1904: bool) -> bool:
        """Add the table's rows and findings to the pile; whether it states that there is nothing to report."""
        card, rows = self._card, table.rows
        typed = {
            name: type_column(
                cells_of(table, name, card.columns[name]),
                self._memory(table, name, pile, epoch_1904=epoch_1904),
                distinct=table.distinct(table.columns[name].at),
            )
            for name in _columns(table, pile)
        }
        carried = reports.carried_over(table, card)
        block = Block(
            index=len(pile.blocks),
            sheet=table.sheet.name,
            letters={name: letters(table.columns[name].at) for name in typed},
            title_rows=tuple(rows.title),
            header_rows=tuple(rows.header),
            data_rows=tuple(rows.data),
            total_rows=tuple(rows.total),
            footer_rows=tuple(sorted([*rows.footer, *rows.foreign, *rows.example])),
        )
        pile.blocks.append(block)
        if rows.data:
            pile.parts.append(Part(block, typed, hidden=table.sheet.hidden_rows, carried=carried))
        reports.report_other_year(table, pile)
        reports.report_columns(table, pile)
        moved = reports.report_disorder(table, pile, typed)
        reports.report_cells(table, pile, typed, moved=moved)
        reports.report_rows(table, pile, typed, carried=carried)
        for difference in check_totals(table, card, typed=typed, sums=pile.sums):
            reports.report_difference(difference, table, pile)
        for short in short_sums(table, card, typed=typed):
            reports.report_short_sum(short, table, pile)
        for fact, value in table.facts.items():
            pile.facts[fact] = max(value, pile.facts.get(fact, ""))
        return table.states_nothing


def _columns(table: Table, pile: Pile) -> list[str]:
    """The card's columns that the table has and that are kept, in the order of the card."""
    return [name for name in pile.kept if name in table.columns]
