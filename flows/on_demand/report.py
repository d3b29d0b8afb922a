"""The report on demand: introduces the warehouse to the templates and writes what they say."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.workdays import workdays
from flows.settings import Settings
from templates.figures import Answer, Figure, Gap, Scope, answers
from templates.language import Letterhead, words_of
from templates.rendering.trace import figure_trace, reasons, state_of
from templates.report import figures_of, render
from warehouse.declarations import MisuseError, YishuError
from warehouse.model import Slot, State

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from sources.cards import OfficeCard
    from warehouse.entries import Release
    from warehouse.register import Register


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written, what it still lacks: (names of figures or texts, why), and what stands in.

    `outdated` names the ledgers of which an earlier accepted submission is used, the latest one being returned;
    `released` are the written releases on which what it stands on was accepted.
    """

    folder: Path
    lacking: tuple[tuple[str, str], ...]
    outdated: tuple[str, ...]
    released: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line of the table of figures."""

    id: str
    name: str
    value: str
    unit: str
    department: str
    state: str
    rows: int


def write_report(
    settings: Settings, configuration: Configuration, *, office: str, year: int, as_of: date | None, out: Path | None
) -> ReportFiles:
    """Write report.txt, report.html, report.trace.json and brief.txt into `out` (default out/<office>-<year>)."""
    from flows.screens.brief import office_brief
    from templates.rendering.html import to_html
    from templates.rendering.text import draft_note, to_text
    from templates.rendering.trace import lacking, standing_in, to_trace

    card = _office(configuration, office)
    template = configuration.reports.get(office)
    if template is None:
        raise YishuError(f"Office '{office}' has no report: add templates/offices/{office}/report.yml.")
    cut = _cut_off(year, as_of)
    wanted = sorted(figures_of(template) | set(template.card.required))
    if unknown := [name for name in wanted if name not in configuration.figures]:
        raise YishuError(f"The report of '{office}' names no figure: {', '.join(unknown)}; see `yishu check-config`.")
    asked = [configuration.figures[name] for name in wanted]
    found, warehouse_hash = _ask(settings, configuration, asked, office=office, year=year, cut=cut)
    document = render(template, year=year, cut=cut, answers=found, letterhead=letterhead(card))
    text, names = to_text(document), configuration.names(office)
    # A report up to an earlier day does not take the place of the year's.
    folder = out or Path("out") / (f"{office}-{year}" if as_of is None else f"{office}-{year}-as-of-{cut}")
    trace = to_trace(document, text, office=office, names=names, warehouse=warehouse_hash)
    gaps = lacking(document, names)
    outdated = standing_in(found.values(), names)
    released = _released(settings, found.values())
    trace["released"] = [_told(release, names) for release in released]
    write_text(folder / "report.txt", text.text + draft_note(gaps, cut=None if cut >= date(year, 12, 31) else cut))
    write_text(folder / "report.html", to_html(document, names=names))
    write_text(folder / "report.trace.json", json.dumps(trace, ensure_ascii=False, indent=1) + "\n")
    write_text(folder / "brief.txt", office_brief(settings, configuration, office=office, year=year))
    return ReportFiles(folder, gaps, outdated, released)


def _released(settings: Settings, found: Iterable[Answer]) -> tuple[Release, ...]:
    """The written releases on which the submissions behind these answers were accepted."""
    from flows.on_demand.releasing import behind
    from warehouse.register import open_register

    submissions = {origin.cell.submission for answer in found for origin in answer.origins}
    with open_register(settings.register_url) as register:
        rested = behind(register, submissions).values()
    return tuple({release.id: release for releases in rested for release in releases}.values())


def _told(release: Release, names: Mapping[str, str]) -> dict[str, Any]:
    """A release as JSON's values."""
    slot, granted = release.slot, release.granted
    return {
        "finding": release.identity,
        "department": names.get(slot.department, slot.department),
        "ledger": names.get(slot.ledger, slot.ledger),
        "year": slot.period,
        "by": granted.by,
        "document": granted.document,
        "reason": granted.reason,
        "at": granted.at.isoformat(),
    }


def figure_table(
    settings: Settings, configuration: Configuration, *, office: str, year: int, as_of: date | None
) -> tuple[FigureRow, ...]:
    """Every figure that the office can answer, in the order of their ids."""
    card = _office(configuration, office)
    asked = figures_for(configuration, card)
    found, _ = _ask(settings, configuration, asked, office=office, year=year, cut=_cut_off(year, as_of))
    names, head = configuration.names(office), letterhead(card)
    return tuple(_row(answer, card, names, head) for _, answer in sorted(found.items()))


def _row(answer: Answer, card: OfficeCard, names: Mapping[str, str], head: Letterhead) -> FigureRow:
    declared = answer.figure.declaration
    department = department_of(answer.figure, card)
    return FigureRow(
        id=answer.figure.id,
        name=declared.name,
        value=words_of(answer, head) or "—",
        unit=head.unit_of(answer.figure),
        department=names.get(department, department),
        state=state_of(answer, names),
        rows=len(answer.origins),
    )


def trace_figure(
    settings: Settings, configuration: Configuration, *, office: str, year: int, figure: str, as_of: date | None
) -> dict[str, Any]:
    """One figure down to its cells: its trace, its value in words, why it lacks one, and per origin what is `said`.

    `released` are the written releases on which the submissions behind it were accepted. `said` is the text that
    stands in the received file; in a column of personal data it is not shown.
    """
    if figure not in configuration.figures:
        near = _near(figure, configuration.figures)
        raise YishuError(f"There is no figure '{figure}'.{near} `yishu figures {year}` lists them all.")
    cut = _cut_off(year, as_of)
    found, _ = _ask(settings, configuration, [configuration.figures[figure]], office=office, year=year, cut=cut)
    answer, names = found[figure], configuration.names(office)
    traced = figure_trace(answer, names)
    for origin, said in zip(traced["origins"], _quoted(settings, configuration, answer), strict=True):
        origin["said"] = said
    return {
        **traced,
        "words": words_of(answer, letterhead(_office(configuration, office))),
        "reasons": reasons(answer, names) if not answer.complete else [],
        "released": [_told(release, names) for release in _released(settings, [answer])],
    }


def _quoted(settings: Settings, configuration: Configuration, answer: Answer) -> list[str]:
    """What each origin's cell says in the file as it was received."""
    from sources.landing import get
    from sources.reading.quoting import quoted
    from warehouse.personal import HIDDEN

    wanted: dict[str, set[tuple[str, str]]] = {}
    for origin in answer.origins:
        wanted.setdefault(origin.sha256, set()).add((origin.cell.sheet, origin.cell.address))
    texts = {sha256: quoted(get(settings.landing, sha256), cells) for sha256, cells in wanted.items()}
    personal = _personal_columns(settings, configuration, answer)
    return [
        HIDDEN
        if (origin.cell.submission, origin.cell.sheet, origin.cell.address.rstrip("0123456789")) in personal
        else texts[origin.sha256][origin.cell.sheet, origin.cell.address]
        for origin in answer.origins
    ]


def _personal_columns(settings: Settings, configuration: Configuration, answer: Answer) -> set[tuple[str, str, str]]:
    """(submission, sheet, letters) of the columns of personal data in the ledgers that the answer stands on."""
    from warehouse.store import open_warehouse

    ledgers = {origin.cell.submission: origin.ledger for origin in answer.origins}
    with open_warehouse(settings.warehouse) as warehouse:
        layout = warehouse.ask("select submission, sheet, letters from layout", {})
    return {
        (row["submission"], row["sheet"], letters)
        for row in layout
        if row["submission"] in ledgers
        for column, letters in row["letters"].items()
        if configuration.ledgers[ledgers[row["submission"]]].columns[column].personal != "keep"
    }


def figures_for(configuration: Configuration, card: OfficeCard) -> tuple[Figure, ...]:
    """The figures that an office can answer: it has the department that answers for them and hands in the ledgers."""
    handed_in = {owed.ledger for _, owed in card.owed()}
    return tuple(
        figure
        for figure in configuration.figures.values()
        if set(figure.declaration.ledgers) <= handed_in and department_of(figure, card) in card.departments
    )


def letterhead(card: OfficeCard) -> Letterhead:
    """How the office is called and writes, as the templates take it."""
    return Letterhead(
        names={str(name): text for name, text in card.names.items()},
        region=dict(card.region),
        units={name: choice.unit for name, choice in card.figures.items() if choice.unit},
        measure_words=dict(card.style.measure_words),
        book_title_separator=card.style.book_title_separator,
        scope_words={
            "calendar_year": card.style.calendar_year,
            "since_inception": card.style.since_inception,
            "as_of_date": card.style.as_of_date,
        },
    )


def scope_of(configuration: Configuration, register: Register | None, *, office: str, year: int, cut: date) -> Scope:
    """What figures are asked for; with the register's gaps, or without any (for checking the configuration)."""
    card = _office(configuration, office)
    missing: dict[str, list[Gap]] = {}
    outdated: set[str] = set()
    accepted = {item.submission.slot: item.submission.id for item in register.in_force(office)} if register else {}
    for department, owed in card.owed() if register else ():
        slot = Slot(office, department, owed.ledger, year)
        latest = register.latest(slot) if register else None
        if slot not in accepted:
            verdict = register.newest_verdict(latest.id) if register and latest else None
            returned = verdict is not None and verdict.state is State.RETURNED
            gap = Gap(department, owed.ledger, "returned" if returned else "missing")
            missing.setdefault(owed.ledger, []).append(gap)
        elif latest is not None and latest.id != accepted[slot]:
            outdated.add(owed.ledger)
    return Scope(
        office=office,
        year=year,
        cut=cut,
        periods={name: ledger.period for name, ledger in configuration.ledgers.items()},
        mechanisms=card.mechanisms,
        missing={ledger: tuple(gaps) for ledger, gaps in missing.items()},
        outdated=frozenset(outdated),
        workdays=workdays(year, cut),
        options={name: choice.options for name, choice in card.figures.items()},
    )


def _ask(
    settings: Settings, configuration: Configuration, asked: Sequence[Figure], *, office: str, year: int, cut: date
) -> tuple[dict[str, Answer], str]:
    from warehouse.register import open_register
    from warehouse.store import open_warehouse

    # The warehouse first: where nothing was collected, asking must not make an empty register.
    with open_warehouse(settings.warehouse) as warehouse, open_register(settings.register_url) as register:
        scope = scope_of(configuration, register, office=office, year=year, cut=cut)
        found = answers(asked, scope, warehouse.ask)
        meta = {row["key"]: row["value"] for row in warehouse.ask("select key, value from meta", {})}
    return found, meta.get("logical_hash", "")


def _cut_off(year: int, as_of: date | None) -> date:
    """The day up to which events count; YishuError where it lies before the year."""
    if as_of is not None and as_of < date(year, 1, 1):
        raise YishuError(f"--as-of {as_of} lies before {year}; say a day of {year} or later.")
    return as_of or date(year, 12, 31)


def _office(configuration: Configuration, office: str) -> OfficeCard:
    if office not in configuration.offices:
        known = ", ".join(configuration.offices)
        raise YishuError(f"There is no office '{office}'; declared are: {known}.")
    return configuration.offices[office]


def department_of(figure: Figure, card: OfficeCard) -> str:
    """The department that answers for a figure: as the office card chooses, else as the figure says."""
    choice = card.figures.get(figure.id)
    return choice.department if choice and choice.department else figure.declaration.department


def _near(name: str, known: Mapping[str, object]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean '{close[0]}'?" if close else ""


def write_text(path: Path, text: str) -> None:
    """The text is in the file, written aside and renamed: a reader never sees half of it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        said = f"Cannot write {path} ({error.strerror}); say another place with --out."
        raise MisuseError(said, said="cannot_write", path=str(path)) from error
