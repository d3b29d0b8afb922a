"""Every non-empty cell of every sheet is a value, a heading, a title, a total, a footer, or listed as unrecognised."""

from pathlib import Path

import pytest

from flows.on_demand.inspecting import as_json
from sources.cards import effective
from sources.formats.grid import Unreadable, Workbook, open_workbook
from sources.formats.places import letters
from sources.reading.layout import find_table
from sources.samples import draw
from sources.unknown.looking import see
from sources.values import says_something
from tests.corpus.drawing import file_of
from tests.corpus.test_corpus import CASES, case_of
from tests.sources.test_samples_read import CARDS, OFFICE, SPOILED, reading

STATES = (draw.CLEAN, *SPOILED.values())
SAMPLES = sorted(
    path for state in STATES for path in (draw.HERE / state).glob("*/*") if path.suffix in (".xlsx", ".xls", ".csv")
)


def filled(sheet):
    """Every cell of a sheet that says something, as (row, column) from 1 and 0."""
    return {(n, at) for n, row in enumerate(sheet.rows, start=1) for at, cell in enumerate(row) if says_something(cell)}


def accounted(sheet, answer):
    """Those that the JSON of `yishu read` accounts for, by what it says alone."""
    found = set()
    for block in answer.get("blocks", [answer]):
        told = {
            row for kind in ("title", "header", "total", "section", "footer") for row in block[f"{kind}_rows"]
        }  # fmt: skip
        found |= {(row, at) for row, at in filled(sheet) if row in told}
        headed = {column["letter"] for column in block["columns"]}
        data = range(block["first_data_row"] or 0, (block["last_data_row"] or -1) + 1)
        found |= {(row, at) for row, at in filled(sheet) if row in data and row not in told and letters(at) in headed}
    listed = set(answer["unrecognised"])
    return found | {(row, at) for row, at in filled(sheet) if f"{letters(at)}{row}" in listed}


def left_over(book, *, file="a.xlsx"):
    """The cells of a workbook that nothing accounts for."""
    answer = as_json(see(book, file=file, year=2024), Path(file), rows=0)
    pairs = zip(book.sheets, answer["sheets"], strict=True)
    return {(sheet.name, *place) for sheet, told in pairs for place in filled(sheet) - accounted(sheet, told)}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_cell_of_a_sample_is_lost(path):
    """Without a card every cell of the sample inbox is accounted for."""
    book = open_workbook(path.read_bytes(), lambda _: True)

    assert isinstance(book, Unreadable) or left_over(book) == set()


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("hostile/")])
def test_no_cell_of_a_nasty_file_is_lost(name):
    """Nor is one of the corpus, whatever the file is."""
    book = open_workbook(file_of(case_of(name)), lambda _: True)

    assert isinstance(book, Workbook)
    assert set() == left_over(book)


@pytest.mark.parametrize("ledger", sorted(CARDS))
@pytest.mark.parametrize("state", STATES)
def test_no_cell_is_lost_by_a_card(ledger, state):
    """With a card each cell stands in a row of some kind, under a heading, or is told as unrecognised."""
    read = reading(ledger, state)
    if read is None or not read.blocks:
        return
    department, owed = next((department, owed) for department, owed in OFFICE.owed() if owed.ledger == ledger)
    folder = draw.HERE / state / OFFICE.departments[department].folder
    told = {(it.sheet, it.cell) for it in read.findings if it.code == "cell.unrecognised"}
    for path in sorted(path for path in folder.iterdir() if any(map(path.match, owed.files)))[:1]:
        book = open_workbook(path.read_bytes(), {block.sheet for block in read.blocks}.__contains__)
        for sheet in book.sheets:
            table = find_table(sheet, effective(CARDS[ledger], owed), year=int(state[-4:]))
            rows = table.rows
            lines = {*rows.title, *rows.header, *rows.total, *rows.footer, *rows.foreign}
            lost = [
                (row, at)
                for row, at in filled(sheet)
                if row not in lines
                and not (row in rows.data and (at in table.headed or (sheet.name, f"{letters(at)}{row}") in told))
            ]
            # A row that holds but its number is an empty row of the form.
            assert [] == [(row, at) for row, at in lost if sum(each == row for each, _ in filled(sheet)) > 1], (
                sheet.name
            )


def test_an_unreadable_file_loses_nothing_in_silence():
    """What gives no sheet gives a finding."""
    for name in [name for name in CASES if name.startswith("hostile/")]:
        book = open_workbook(file_of(case_of(name)), lambda _: True)
        if isinstance(book, Unreadable):
            assert see(book, file="a.xlsx", year=2024).findings
