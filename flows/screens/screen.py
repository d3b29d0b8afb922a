"""What people see on the terminal: progress, tables, endings. Drawn on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from flows.nights.progress import listening
from flows.screens import brief, tables
from flows.screens.brief import clock_text
from templates.brief.speech import words
from warehouse.model import Finding, Level, State

if TYPE_CHECKING:
    from expectations.causes.evidence import Item
    from flows.configuration import Configuration
    from flows.nights.run import Collected
    from flows.on_demand.checking import CheckedFile
    from flows.on_demand.dating import Dated
    from flows.on_demand.forms import WrittenForm
    from flows.on_demand.report import FigureRow, ReportFiles
    from warehouse.entries import Run, Step
    from warehouse.store import Publication


class Screen:
    """Speaks Chinese with the one who typed the command."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._console = Console(file=sys.stdout, highlight=False)

    def say(self, text: str = "") -> None:
        """One line, never wrapped, never marked up."""
        self._console.file.write(f"{text}\n")

    @contextmanager
    def progress(self) -> Iterator[None]:
        """While this lasts, what the run is doing is shown: one moving line on a terminal, else a line each."""
        if not self._console.is_terminal:
            with listening(self._say_now):
                yield
            return
        with self._console.status("") as status, listening(status.update):
            yield

    def _say_now(self, text: str) -> None:
        self.say(text)
        self._console.file.flush()

    def collected(self, collected: Collected) -> None:
        """The summary of a run: every slot, then what became of the warehouse."""
        endings = words().endings
        heads, rows = brief.summary(self._configuration, collected.lines)
        numbers = [heads.index(words().columns[key]) for key in ("rows", "errors", "questions", "notes")]
        self.say()
        tables.show(self._console, heads, rows, numbers=numbers)
        self.say()
        counts = brief.counts(collected.lines)
        rows_of_all = sum(line.rows or 0 for line in collected.lines)
        self.say(endings["accepted" if collected.all_accepted else "some"].format(**counts, rows=rows_of_all))
        if collected.nothing_new:
            self.say(endings["unchanged"])
        key = "published" if collected.published else "kept"
        self.say(endings[key].format(path=_short(collected.warehouse), rows=collected.rows))
        if any(line.errors + line.questions + line.notes for line in collected.lines):
            self.say(endings["findings"].format(command=_findings_of(collected.warehouse.parents[1])))
        if collected.docs is not None:
            self.say(endings["docs"].format(path=_short(collected.docs)))

    def reported(self, files: ReportFiles) -> None:
        """Where the report lies, and what it lacks."""
        endings = words().endings
        for name, reason in files.lacking:
            self.say(endings["lacking"].format(name=name, reason=reason))
        if files.outdated:
            self.say(endings["outdated"].format(ledgers="、".join(files.outdated)))
        if files.released:
            documents = [f"{release.granted.by}，{release.granted.document}" for release in files.released]
            self._say_released(documents)
        self.say(endings["report"].format(path=_short(files.folder / "report.txt")))

    def _say_released(self, documents: Sequence[str]) -> None:
        """How many released errors stand behind what is shown, and by whose documents."""
        listed = "；".join(dict.fromkeys(documents))
        self.say(words().release.behind.format(count=len(documents), documents=listed))

    def rebuilt(self, publication: Publication) -> None:
        """The warehouse was built again."""
        self.say(words().endings["rebuilt"].format(path=_short(publication.path), rows=publication.rows))

    def figures(self, figures: Sequence[FigureRow]) -> None:
        """The table of figures."""
        heads = words().figures
        rows = [[str(getattr(figure, key)) for key in heads] for figure in figures]
        tables.show(self._console, list(heads.values()), rows, numbers=[list(heads).index("rows")])

    def traced(self, traced: Mapping[str, Any]) -> None:
        """One figure, its query, and the cells that it stands on."""
        heads = words().trace
        value = f"{traced['words']}{traced['unit']}" if traced["words"] else "—"
        self.say(f"{traced['name']}（{traced['figure']}）：{value}")
        self.say(traced["definition"])
        for reason in traced["reasons"]:
            self.say(str(reason))
        if traced["released"]:
            self._say_released([f"{release['by']}，{release['document']}" for release in traced["released"]])
        self.say()
        shown = [key for key in heads if key != "sum"]
        rows = [[_text(origin[key]) for key in shown] for origin in traced["origins"]]
        if (total := _sum([origin["value"] for origin in traced["origins"]])) is not None:
            rows.append([heads["sum"] if key == "cell" else total if key == "value" else "" for key in shown])
        tables.show(self._console, [heads[key] for key in shown], rows)

    def checked(self, checked: CheckedFile) -> None:
        """Every finding of one checked file, then the verdict in one line."""
        names, spoken = self._configuration.names(checked.slot.office), words().checks
        for item in checked.items:
            self._tell(item, checked.findings)
        if checked.findings:
            self._total(checked)
        key = "returned" if checked.state is State.RETURNED else "accepted" if checked.clean else "questioned"
        about = {"department": names[checked.slot.department], "ledger": names[checked.slot.ledger]}
        year = f"{checked.slot.period}{spoken['year']}" + (_told_by(checked.dated) if checked.dated else "")
        read = spoken["read"].format(file=checked.file, year=year, rows=checked.rows, **about)
        counts = {name: checked.count(Level(level)) for name, level in _LEVELS.items()}
        self.say(read + spoken[key].format(**counts))
        if checked.dated and checked.dated.source == "clock":
            self.say(spoken["say_year"])

    def formed(self, form: WrittenForm) -> None:
        """Where a blank workbook was written."""
        names, spoken, slot = self._configuration.names(form.slot.office), words().forms, form.slot
        about = {"department": names[slot.department], "ledger": names[slot.ledger], "year": slot.period}
        self.say(spoken["written"].format(path=_short(form.path), **about))
        if form.figures:
            self.say(spoken["figures"].format(year=slot.period - 1, count=form.figures))

    def _tell(self, item: Item, findings: Sequence[Finding]) -> None:
        """What there is one thing to do about, with the cells of all findings beneath it."""
        heads, told = words().findings, brief.told(item.about, self._configuration)
        members = [findings[at] for at in item.members]
        where, says = told["where"], told["says"]
        if len(members) > 1:
            names = self._configuration.names(item.about.slot.office)
            parts = (names.get(item.about.slot.ledger), item.about.file, brief.places(members))
            where = " ".join(filter(None, parts))
            says += "" if item.about.code.startswith("cause.") else heads.times.format(count=len(members))
        self.say(f"〔{told['level']}〕{told['department']}  {where}")
        self.say(f"    {heads.says}：{says}")
        self.say(f"    {heads.why}：{told['why']}")
        self.say(f"    {heads.fix}：{told['fix']}")

    def _total(self, checked: CheckedFile) -> None:
        counts = {name: checked.count(Level(level)) for name, level in _LEVELS.items()}
        totals = {"total": len(checked.findings), "items": len(checked.items)}
        self.say()
        self.say(words().findings.total_of_one.format(**totals, **counts))

    def runs(self, runs: Sequence[Run]) -> None:
        """The table of runs."""
        heads = words().runs
        if not runs:
            self.say(heads.none)
            return
        shown = (
            "id",
            "started",
            "seconds",
            "offices",
            "received",
            "unchanged",
            "accepted",
            "returned",
            "findings",
            "warehouse",
            "state",
        )
        rows = [
            [
                str(run.id),
                clock_text(run.started_at),
                f"{(run.ended_at - run.started_at).total_seconds():.1f}" if run.ended_at else "",
                run.office,
                *(str(count) for count in (run.received, run.unchanged, run.accepted, run.returned, run.findings)),
                (run.warehouse_hash or "")[:12],
                heads.states[run.state],
            ]
            for run in runs
        ]
        tables.show(self._console, [getattr(heads, key) for key in shown], rows, numbers=(0, 2, 4, 5, 6, 7, 8))

    def steps(self, steps: Sequence[Step]) -> None:
        """The stages of a run and how long each took."""
        if not steps:
            self.say(words().runs.no_steps)
            return
        rows = [
            [
                step.name,
                f"{(step.ended_at - step.started_at).total_seconds():.2f}",
                "  ".join(f"{name} {value}" for name, value in step.facts.items()),
            ]
            for step in steps
        ]
        tables.show(self._console, ["", words().runs.seconds, ""], rows, numbers=(1,))


def _told_by(dated: Dated) -> str:
    """What told the year of a file."""
    spoken = words().checks
    return spoken["year_told"].format(source=spoken[f"year_{dated.source}"])


_LEVELS = {"errors": "error", "questions": "question", "notes": "note"}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _sum(values: Sequence[Any]) -> str | None:
    """What the cells add up to, where they hold numbers."""
    try:
        return f"{sum((Decimal(str(value)) for value in values), Decimal()):f}" if len(values) > 1 else None
    except InvalidOperation:
        return None


def _findings_of(data: Path) -> str:
    """What is typed to list the findings in this data folder."""
    elsewhere = "" if data.absolute() == Path("data").absolute() else f"YISHU_DATA={_short(data)} "
    return f"{elsewhere}yishu findings"


def _short(path: Path) -> str:
    """The path as it is typed from here, where it lies below the current folder."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(absolute)
