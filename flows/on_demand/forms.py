"""Blank workbooks on demand: introduces the cards, the words and last year's figures to the one who draws."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from flows import settings as edge
from flows.nights.arrivals import folded
from flows.settings import REPOSITORY, Settings
from warehouse.declarations import MisuseError, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.configuration import Configuration
    from sources.cards import HandsIn, LedgerCard
    from sources.workbooks.forms import FigureLine, FormWords
    from warehouse.model import Slot

ROWS, ROWS_A_MONTH = 60, 20
WORDS = REPOSITORY / "templates" / "forms" / "words.yml"


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """Where a form was written, for which slot, and with how many figures of the year before."""

    path: Path
    slot: Slot
    figures: int


def write_form(
    settings: Settings, configuration: Configuration, slot: Slot, *, rows: int | None, out: Path | None
) -> WrittenForm:
    """Write the blank workbook of `slot` to `out`; into a folder, or here, under a name that the office expects."""
    from sources.workbooks.forms import Form, FormWords, draw

    words = load(FormWords, WORDS)
    office = configuration.office(slot.office)
    department = office.departments[slot.department]
    wanted, card = office.hands_in(slot.department, slot.ledger), configuration.ledgers[slot.ledger]
    named = file_name(card, wanted, year=slot.period, words=words)
    path = out / named if out and out.is_dir() else out or Path(named)
    if path.suffix.lower() != ".xlsx":
        name = path.with_suffix(".xlsx").name
        raise MisuseError(f"A form is an .xlsx workbook; say --out {name}.", said="form_is_xlsx", name=name)
    if path.exists():
        text = f"{path} is already there and may be filled in; move it away, or say --out FILE."
        raise MisuseError(text, said="form_is_there", path=str(path))
    figures = last_years_figures(settings, configuration, slot)
    together = tuple((configuration.ledgers[owed.ledger], owed) for owed in in_one_file(department.hands_in, wanted))
    form = Form(
        office=office.names["full"],
        department=department.name,
        year=slot.period,
        owed=together,
        rows=rows or (ROWS_A_MONTH if card.period == "months" else ROWS),
        figures=figures,
        made_at=edge.now(),
    )
    _write(path, draw(form, words))
    return WrittenForm(path, slot, len(figures))


def file_name(card: LedgerCard, owed: HandsIn, *, year: int, words: FormWords) -> str:
    """The file's name: the ledger's and the year, in a way that the office's patterns find."""
    name = words.file.format(ledger=card.name, year=year)
    if any(fnmatchcase(folded(name), folded(pattern)) for pattern in owed.files):
        return name
    stem = owed.files[0].strip("*").replace("*", "").removesuffix(".xlsx")
    return words.file.format(ledger=stem, year=year)


def in_one_file(hands_in: Sequence[HandsIn], wanted: HandsIn) -> tuple[HandsIn, ...]:
    """What the department hands in in the same file as `wanted`, in the order of its card."""
    return tuple(
        owed
        for owed in hands_in
        if owed is wanted or (wanted.sheets and owed.sheets and set(owed.files) & set(wanted.files))
    )


def last_years_figures(settings: Settings, configuration: Configuration, slot: Slot) -> tuple[FigureLine, ...]:
    """The figures that the department's ledger gave the year before; none where nothing was published."""
    from flows.on_demand.report import figure_table
    from sources.workbooks.forms import FigureLine
    from warehouse.store import is_published

    if not settings.has_register or not is_published(settings.warehouse):
        return ()
    department = configuration.office(slot.office).departments[slot.department].name
    table = figure_table(settings, configuration, office=slot.office, year=slot.period - 1, as_of=None)
    lines = []
    for row in table:
        declared = configuration.figures[row.id].declaration
        # A claim (均已办结) is a phrase of the report; there is nothing in it to compare with.
        if slot.ledger in declared.ledgers and row.department == department and row.rows and declared.kind != "claim":
            lines.append(FigureLine(declared.name, f"{row.value}{row.unit}", declared.about or declared.counts_by))
    return tuple(lines)


def _write(path: Path, content: bytes) -> None:
    """Write aside, then rename, so that nobody opens half a form."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        text = f"Cannot write {path} ({error.strerror}); say --out FILE."
        raise MisuseError(text, said="cannot_write", path=str(path)) from error
