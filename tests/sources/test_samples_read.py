import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from sources.cards import effective, load_ledgers, load_offices
from sources.reading.levels import LEVELS
from sources.reading.reader import read
from sources.samples import draw
from sources.values import fold
from warehouse.model import Level, Slot, Submission

ROOT = Path(__file__).parents[2]
CARDS = load_ledgers([ROOT / "sources" / "ledgers"])
OFFICE = load_offices([ROOT / "sources" / "offices"])["xigu"]


def records(ledger):
    return next(it.records for it in draw.ledgers() if it.id == ledger)


SPOILED = {year: f"{draw.SPOILED}/{draw.OFFICE}/{year}" for year in draw.spoiled()}


@cache
def reading(ledger, state):
    """What the reader makes of the ledger's file in a state's folder of one year; None where there is no file."""
    department, owed = next((department, owed) for department, owed in OFFICE.owed() if owed.ledger == ledger)
    holder = draw.HOLDERS.get(ledger, ledger)
    book = next(it.books[0] for it in draw.ledgers() if it.id == holder)
    year = int(state[-4:])
    drawn = book.path if state == draw.CLEAN else draw.spoiled()[str(year)].paths.get(ledger)
    path = draw.HERE / state / (drawn or book.path)
    if not path.exists():
        return None
    content = path.read_bytes()
    submission = Submission(
        slot=Slot("xigu", department, ledger, year),
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=path.name,
        size=len(content),
        received_at=datetime(2025, 1, 7, tzinfo=UTC),
    )
    card = effective(CARDS[ledger], owed)
    return read(content, submission=submission, card=card, sheets=owed.sheets, secret=b"s" * 32)


def as_typed(value, kind):
    """A drawn value as the typed frame holds it."""
    if value is None:
        return None
    match kind:
        case "list":
            return value.split("、")
        case "count":
            return int(value)
        case "money" | "number":
            return Decimal(str(value))
        case "date":
            return pd.Timestamp(value)
        case "flag":
            return value == "是"
        case "identifier":
            return fold(str(value))
    return str(value)


def as_read(value):
    return None if not isinstance(value, list) and pd.isna(value) else value


@pytest.mark.parametrize("ledger", sorted(CARDS))
def test_reading_the_clean_sample_gives_back_the_rows_it_was_drawn_from(ledger):
    """Through all the mess every kept value arrives as it was meant, and nothing weighs more than a note."""
    read_back, card = reading(ledger, draw.CLEAN), CARDS[ledger]
    frame, rows = read_back.frame, records(ledger)

    assert set() == {finding.code for finding in read_back.findings if finding.level is not Level.NOTE}
    assert len(rows) == len(frame)
    for name, column in card.kept.items():
        if column.personal == "key" or name not in rows[0] or (ledger, name) == ("publicity_activity", "serial_no"):
            continue
        expected = [as_typed(row[name], column.type) for row in rows]
        actual = [as_read(value) for value in frame[name]]
        if name in ("consultations", "opinions"):
            # Clerks leave a zero blank, and blank it stays.
            expected, actual = [it or None for it in expected], [it or None for it in actual]
        assert expected == actual, name


@pytest.mark.parametrize("ledger", sorted(CARDS))
def test_personal_data_of_the_sample_does_not_get_in(ledger):
    """No value of a column that the card drops or keys stands anywhere in the frame."""
    frame = reading(ledger, draw.CLEAN).frame
    personal = [name for name, column in CARDS[ledger].columns.items() if column.personal != "keep"]
    secrets = {str(row[name]) for row in records(ledger) for name in personal if row.get(name)}

    assert set() == secrets & {str(value) for name in frame for value in frame[name]}


# What stands in the clean sample too.
_EVERYWHERE = {"row.hidden", "row.carried_over", "cell.date_as_number", "column.text_numbers"}


@pytest.mark.parametrize("ledger", sorted(CARDS))
@pytest.mark.parametrize("year", sorted(SPOILED))
def test_the_reader_finds_exactly_the_troubles_that_were_drawn(ledger, year):
    """Each trouble at its sheet and cell, and no other."""
    read_back = reading(ledger, SPOILED[year])
    found = read_back.findings if read_back else ()

    expected = {
        (it.code, it.sheet or None, it.cell or None)
        for it in draw.spoiled()[year].troubles
        if it.ledger == ledger and it.code in LEVELS
    }
    assert expected == {(it.code, it.sheet, it.cell) for it in found if it.code not in _EVERYWHERE}
