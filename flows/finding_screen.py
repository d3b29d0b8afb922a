"""The findings on a terminal: department, file, item, and beneath each item its cells. Plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flows.brief import clock_text, place, told
from flows.findings import SHORT
from templates.brief.speech import words
from warehouse.model import Finding, Level

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.findings import Listed
    from warehouse.entries import KeptFinding

COLOURS = {Level.ERROR: "white on red", Level.QUESTION: "black on yellow", Level.NOTE: "white on blue"}
HEAD_COLOURS = {Level.ERROR: "bold red", Level.QUESTION: "bold yellow", Level.NOTE: "bold blue"}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line beneath an item: what it is, and what it says."""

    head: str
    text: str


class FindingScreen:
    """Shows items to the one who asked for them."""

    def __init__(self, configuration: Configuration, console: Console) -> None:
        self._configuration = configuration
        self._console = console

    def show(self, items: Sequence[Listed], *, unfolded: bool) -> None:
        """All items under their departments and files, and what they come to; `unfolded`: each finding by itself."""
        if not items:
            self._say(words().endings["nothing_found"])
            return
        for department, of_department in groupby(items, key=lambda item: item.about.slot.department):
            within = list(of_department)
            self._department(department, within)
            for where, of_file in groupby(within, key=self._file):
                self._file_line(where)
                for item in of_file:
                    self._item(item, unfolded=unfolded)
        self._total(items)

    def _department(self, department: str, items: Sequence[Listed]) -> None:
        names = self._configuration.names(items[0].about.slot.office)
        spoken = words().findings
        title = names.get(department) or spoken.nobody
        counts = self._counts(member for item in items for member in item.members)
        if self._console.is_terminal:
            head = Text.assemble((f"{title}  ", "bold"), (counts, "dim"))
            self._console.print()
            self._console.print(Rule(head, align="left", style="cyan"))
        else:
            self._say(f"\n{title}  {counts}")

    def _file(self, item: Listed) -> tuple[str, str]:
        slot = item.about.slot
        names, spoken = self._configuration.names(slot.office), words().findings
        ledger = spoken.ledger.format(ledger=names.get(slot.ledger, slot.ledger), year=slot.period)
        return (ledger if slot.ledger else spoken.folder.format(year=slot.period)), item.about.file or ""

    def _file_line(self, where: tuple[str, str]) -> None:
        if self._console.is_terminal:
            line = Text.assemble((where[0], "bold cyan"), ("  ", ""), (where[1], "underline" if where[1] else ""))
            self._console.print()
            self._console.print(Padding(line, (0, 0, 0, 1)))
        else:
            self._say(f"  {'  '.join(filter(None, where))}")

    def _item(self, item: Listed, *, unfolded: bool) -> None:
        said = told(item.about, self._configuration)
        says = said["says"]
        if not item.caused and len(item.members) > 1:
            says += words().findings.times.format(count=len(item.members))
        lines = list(self._lines(item, said["why"], said["fix"], unfolded=unfolded))
        if self._console.is_terminal:
            self._draw(item, said["level"], says, lines)
            return
        self._say(f"    〔{said['level']}〕{says}")
        for line in lines:
            self._say(f"        {line.head}{line.text}")

    def _lines(self, item: Listed, why: str, fix: str, *, unfolded: bool) -> Iterator[_Line]:
        heads = words().findings
        if not unfolded and (cells := places([member.finding for member in item.members])):
            only = item.members[0].finding if len(item.members) == 1 else None
            record = heads.record.format(key=only.key) if only and only.key and only.cell else ""
            yield _Line(f"{heads.where}：", cells + record)
        yield _Line(f"{heads.why}：", why)
        yield _Line(f"{heads.fix}：", fix)
        for member in item.members:
            if member.explanation:
                explained = {"text": member.explanation.text, "by": member.explanation.by}
                yield _Line(f"{heads.explanation}：", heads.explained.format(**explained))
        if unfolded:
            yield from (self._member(member) for member in item.members)
        else:
            yield _Line(f"{heads.state}：", self._state(item.members))

    def _member(self, member: KeptFinding) -> _Line:
        finding, spoken = member.finding, words().findings
        cell = place(finding, {}).removeprefix(f"{finding.slot.ledger} ").removeprefix(f"{finding.file} ")
        state = spoken.since.format(state=spoken.states[member.state], since=clock_text(member.since))
        says = told(finding, self._configuration)["says"]
        return _Line(f"{finding.identity[:SHORT]}  ", f"{cell}  {state}  {says}")

    def _state(self, members: Sequence[KeptFinding]) -> str:
        """The states of an item's findings, how many of each and since when, and the ids by which they are named."""
        spoken, parts = words().findings, []
        for state in dict.fromkeys(member.state for member in members):
            alike = [member for member in members if member.state == state]
            since = min(member.since for member in alike)
            text = spoken.since.format(state=spoken.states[state], since=clock_text(since))
            parts.append(text if len(alike) == len(members) else f"{text}{spoken.each.format(count=len(alike))}")
        first = members[0].finding.identity[:SHORT]
        ids = spoken.id.format(id=first) if len(members) == 1 else spoken.ids.format(id=first, count=len(members))
        return f"{'，'.join(parts)}；{ids}"

    def _draw(self, item: Listed, level: str, says: str, lines: Sequence[_Line]) -> None:
        """The item in two columns: what it is, and what it says; long texts stay within the second."""
        colour = COLOURS[item.about.level]
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True, justify="right", width=max(cell_len(line.head.rstrip("：")) for line in lines))
        grid.add_column(overflow="fold", ratio=1)
        grid.add_row(Text(f" {level} ", style=colour), Text(says, style="bold"))
        for line in lines:
            faint = "dim" if line.head.startswith((words().findings.why, words().findings.state)) else ""
            grid.add_row(Text(line.head.strip("： "), style="cyan"), Text(line.text, style=faint))
        self._console.print(Padding(grid, (1, 0, 0, 2)))

    def _total(self, items: Sequence[Listed]) -> None:
        members = [member for item in items for member in item.members]
        waiting = [member for member in members if not member.settled]
        spoken = words().findings
        self._say("")
        counts = {name: sum(m.finding.level == level for m in waiting) for name, level in _COUNTED.items()}
        self._say(spoken.total.format(total=len(waiting), items=len(items), **counts))
        for state, text in (("explained", spoken.total_explained), ("fixed", spoken.total_fixed)):
            if settled := sum(member.state == state for member in members):
                self._say(text.format(count=settled))

    def _counts(self, members: Iterable[KeptFinding]) -> str:
        from templates.messages.catalogue import LEVELS

        waiting = [member.finding.level for member in members if not member.settled]
        return "  ".join(f"{LEVELS[level]} {waiting.count(level)}" for level in Level if level in waiting)

    def _say(self, text: str) -> None:
        # Not through rich's wrapping: a line in a log or a pipe is as long as it is.
        self._console.file.write(f"{text}\n")


_COUNTED = {"errors": Level.ERROR, "questions": Level.QUESTION, "notes": Level.NOTE}


def places(findings: Sequence[Finding]) -> str:
    """Where the findings stand, sheet by sheet and column by column, rows that follow each other as one: D5—D204."""
    from expectations.causes.evidence import number_of, placed

    columns: dict[tuple[str, str], set[int]] = {}
    others: dict[str, None] = {}
    for finding in findings:
        cell = placed(0, finding)
        if cell.row is not None:
            columns.setdefault((finding.sheet or "", cell.letter), set()).add(cell.row)
        elif finding.sheet:
            others[f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet] = None
    texts = [
        f"{sheet}!" + "、".join(_spans(letter, sorted(rows)))
        for (sheet, letter), rows in sorted(columns.items(), key=lambda found: (found[0][0], number_of(found[0][1])))
    ]
    return "；".join([*texts, *others])


def _spans(letter: str, rows: Sequence[int]) -> Iterator[str]:
    first = last = rows[0]
    for row in [*rows[1:], None]:
        if row is not None and row == last + 1:
            last = row
            continue
        yield f"{letter}{first}" if first == last else f"{letter}{first}—{letter}{last}"
        if row is not None:
            first = last = row
