"""The findings on a terminal: department, file, item, and beneath each item its cells. Plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flows.on_demand.findings import SHORT
from flows.screens.brief import clock_text, ledger_words, other_sides, place, places, told
from flows.screens.listing import hot_spot_lines
from flows.screens.tables import show, wrapped
from templates.brief.speech import words
from warehouse.model import Level

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.on_demand.findings import HotSpot, Listed
    from warehouse.entries import KeptFinding

COLOURS = {Level.ERROR: "white on red", Level.QUESTION: "black on yellow", Level.NOTE: "white on blue"}
# Cells left of an item and between its two columns; below the last a text is not folded any narrower.
LEFT, GAP, LEGIBLE = 2, 2, 20


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
        self._mended: Mapping[str, str] = {}

    def show(
        self,
        items: Sequence[Listed],
        *,
        unfolded: bool,
        mended: Mapping[str, str] | None = None,
        chosen: bool = False,
    ) -> None:
        """All items under their departments and files, and what they come to; `unfolded`: each finding by itself.

        `mended` names the files of the submissions in which findings were mended. `chosen`: there may be others, so
        that the sums are told as those of a selection.
        """
        self._mended = mended or {}
        if not items:
            self._sum(words().endings["nothing_found"], chosen=chosen)
            return
        several = len({item.about.slot.office for item in items}) > 1
        for _, of_department in groupby(sorted(items, key=self._rank), key=self._rank):
            within = list(of_department)
            self._department(within, several=several)
            for where, of_file in groupby(within, key=self._file):
                self._file_line(where)
                for item in of_file:
                    self._item(item, unfolded=unfolded)
        self._total(items, chosen=chosen)

    def hot_spots(self, spots: Sequence[HotSpot]) -> None:
        """Who has which trouble how often, and how long it takes until it is mended."""
        heads = words().findings.hot_spots
        rows = [[line[name] for name in heads] for line in hot_spot_lines(spots, self._configuration)]
        numbers = [list(heads).index(name) for name in ("times", "waiting", "released", "recurred", "days")]
        show(self._console, list(heads.values()), rows, numbers=numbers)

    def _rank(self, item: Listed) -> tuple[str, int]:
        """Departments in the order of their office's card, what belongs to none of them last."""
        slot = item.about.slot
        known = list(self._configuration.office(slot.office).departments)
        return slot.office, known.index(slot.department) if slot.department in known else len(known)

    def _department(self, items: Sequence[Listed], *, several: bool) -> None:
        slot = items[0].about.slot
        title = self._configuration.names(slot.office).get(slot.department) or words().findings.nobody
        if several:
            title = f"{self._configuration.office(slot.office).names['short']}{title}"
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
        ledger = ledger_words(slot, names)
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
        if others := other_sides([member.finding for member in item.members], self._configuration):
            yield _Line(f"{heads.other_side}：", others)
        yield _Line(f"{heads.why}：", why)
        if not all(member.settled for member in item.members):
            yield _Line(f"{heads.fix}：", fix)
        # One reason may answer for many findings of an item; it is told once.
        yield from dict.fromkeys(line for member in item.members for line in _decided(member))
        if unfolded:
            yield from (self._member(member) for member in item.members)
        else:
            yield _Line(f"{heads.state}：", self._state(item.members))

    def _member(self, member: KeptFinding) -> _Line:
        finding = member.finding
        cell = place(finding, {}).removeprefix(f"{finding.slot.ledger} ").removeprefix(f"{finding.file} ")
        state = self._in_state([member])
        says = told(finding, self._configuration)["says"]
        return _Line(f"{finding.identity[:SHORT]}  ", f"{cell}  {state}  {says}")

    def _state(self, members: Sequence[KeptFinding]) -> str:
        """The states of an item's findings, how many of each and since when, and the ids by which they are named."""
        spoken, parts = words().findings, []
        for state in dict.fromkeys((member.state, self._mended_in(member)) for member in members):
            alike = [member for member in members if (member.state, self._mended_in(member)) == state]
            text = self._in_state(alike)
            parts.append(text if len(alike) == len(members) else f"{text}{spoken.each.format(count=len(alike))}")
        first = members[0].finding.identity[:SHORT]
        ids = spoken.id.format(id=first) if len(members) == 1 else spoken.ids.format(id=first, count=len(members))
        return f"{'，'.join(parts)}；{ids}"

    def _in_state(self, alike: Sequence[KeptFinding]) -> str:
        """The state that these share and since when; of what is mended also the file in which it was."""
        spoken, file = words().findings, self._mended_in(alike[0])
        about = {"state": spoken.states[alike[0].state], "since": clock_text(min(member.since for member in alike))}
        return spoken.mended_in.format(file=file, **about) if file else spoken.since.format(**about)

    def _mended_in(self, member: KeptFinding) -> str:
        return self._mended.get(member.fixed_submission or "", "") if member.state == "fixed" else ""

    def _draw(self, item: Listed, level: str, says: str, lines: Sequence[_Line]) -> None:
        """The item in two columns: what it is, and what it says; long texts stay within the second."""
        heads = [line.head.strip("： ") for line in lines]
        room = max(cell_len(head) for head in heads)
        width = max(self._console.width - room - LEFT - GAP, LEGIBLE)
        grid = Table.grid(padding=(0, GAP, 0, 0))
        grid.add_column(no_wrap=True, justify="right", width=room)
        grid.add_column(no_wrap=True)
        badge = Text.assemble((f" {level} ", COLOURS[item.about.level]))
        grid.add_row(badge, Text("\n".join(wrapped(says, width)), style="bold"))
        for head, line in zip(heads, lines, strict=True):
            style = "dim" if head in (words().findings.why, words().findings.state) else ""
            grid.add_row(Text(head, style="cyan"), Text("\n".join(wrapped(line.text, width)), style=style))
        self._console.print(Padding(grid, (1, 0, 0, LEFT)))

    def _total(self, items: Sequence[Listed], *, chosen: bool) -> None:
        members = [member for item in items for member in item.members]
        waiting = [member for member in members if not member.settled]
        spoken = words().findings
        self._say("")
        if chosen and not waiting and len(states := {member.state for member in members}) == 1:
            about = {"state": spoken.states[states.pop()], "count": len(members), "items": len(items)}
            self._sum(spoken.total_in_state.format(**about), chosen=True)
            return
        if all(member.state == "fixed" for member in members):
            self._say(spoken.total_only_fixed.format(count=len(members), items=len(items)))
            return
        counts = {name: sum(m.finding.level == level for m in waiting) for name, level in _COUNTED.items()}
        to_do = sum(not all(member.settled for member in item.members) for item in items)
        self._sum(spoken.total.format(total=len(waiting), items=to_do, **counts), chosen=chosen)
        texts = {"explained": spoken.total_explained, "released": spoken.total_released, "fixed": spoken.total_fixed}
        for state, text in texts.items():
            if settled := sum(member.state == state for member in members):
                self._say(text.format(count=settled))

    def _sum(self, text: str, *, chosen: bool) -> None:
        self._say(words().findings.chosen.format(text=text) if chosen else text)

    def _counts(self, members: Iterable[KeptFinding]) -> str:
        from templates.messages.catalogue import LEVELS

        members, states = list(members), words().findings.states
        waiting = [member.finding.level for member in members if not member.settled]
        settled = [member.state for member in members if member.settled]
        parts = [f"{LEVELS[level]} {waiting.count(level)}" for level in Level if level in waiting]
        return "  ".join([*parts, *(f"{states[state]} {settled.count(state)}" for state in dict.fromkeys(settled))])

    def _say(self, text: str) -> None:
        # Not through rich's wrapping: a line in a log or a pipe is as long as it is.
        self._console.file.write(f"{text}\n")


def _decided(member: KeptFinding) -> Iterator[_Line]:
    """What people said of a finding: the answer to a question, the written release of an error, its withdrawal."""
    heads = words().findings
    if (explained := member.explanation) is not None:
        yield _Line(f"{heads.explanation}：", heads.explained.format(text=explained.text, by=explained.by))
    if (release := member.release) is not None:
        for head, decision in ((heads.release, release.granted), (heads.withdrawal, release.withdrawn)):
            if decision is not None:
                about = {"by": decision.by, "document": decision.document, "reason": decision.reason}
                yield _Line(f"{head}：", heads.released.format(at=clock_text(decision.at), **about))


_COUNTED = {"errors": Level.ERROR, "questions": Level.QUESTION, "notes": Level.NOTE}
