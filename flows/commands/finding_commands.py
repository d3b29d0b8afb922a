"""`yishu findings` and `yishu explain`: what is wrong, and what the departments say about it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from flows.commands.commanding import command
from flows.commands.naming import DEPARTMENT, LEDGER, State
from warehouse.declarations import YishuError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.configuration import Configuration
    from flows.on_demand.findings import HotSpot, Listed, Wanted
    from warehouse.entries import FindingState


@click.command()
@click.option("--office", metavar="ID", help="The office (单位) by the id of its card.")
@click.option("--department", type=DEPARTMENT, metavar="ID", help="The department (部门) by id or name (zfd, 司法所).")
@click.option("--ledger", type=LEDGER, metavar="ID", help="The ledger (台账) by id or name (visit, 来访接待登记台账).")
@click.option("--year", type=click.IntRange(1950, 2099), help="The year (年度) it was handed in for.")
@click.option(
    "--level",
    type=click.Choice(["error", "question", "note"]),
    help="Only errors (错误: block acceptance), questions (疑问: block sealing) or notes (提示).",
)
@click.option(
    "--state", type=State(), help="Only those in this state, also by its word (已说明); fixed ones are listed only so."
)
@click.option("--as", "shape", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Each finding by itself, also those that are fixed (已消除).")
@click.option("--summary", is_flag=True, help="Who has which trouble how often, and how soon it is mended (易错点).")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE instead of the terminal.")
@command
def findings(
    *,
    office: str | None,
    department: str | None,
    ledger: str | None,
    year: int | None,
    level: str | None,
    state: str | None,
    shape: str,
    everything: bool,
    summary: bool,
    out: Path | None,
) -> None:
    """List the findings (问题), grouped by what caused them: where, what is wrong, how to mend it.

    None is ever left out: an item names all its cells, --all shows each by itself, and JSON and CSV hold every one.
    A finding that several ledgers have a part in is listed for each of them, under the one that it is kept at.
    """
    from flows.configuration import load
    from flows.on_demand.findings import Wanted, hot_spots, known_names, listed, mended_in
    from flows.settings import from_environment, need_register
    from templates.brief.speech import words
    from warehouse.model import Level
    from warehouse.register import open_register

    if summary and (state or everything):
        raise YishuError(words().endings["summary_alone"])
    settings = from_environment()
    configuration = load(settings)
    wanted = Wanted(
        office=office,
        department=department,
        ledger=ledger,
        year=year,
        level=Level(level) if level else None,
        state=cast("FindingState | None", state),
        fixed=everything,
    )
    known_names(configuration, wanted)
    need_register(settings)
    with open_register(settings.register_url) as register:
        if summary:
            spots = hot_spots(register, wanted)
            _summarise(spots, configuration, shape=shape, out=out)
            return
        items = listed(settings, configuration, register, wanted)
        mended = mended_in(register, items)
    if not items and state and shape == "table" and out is None:
        _none_so(state, chosen=replace(wanted, state=None).chooses)
        return
    _give(items, configuration, mended, shape=shape, wanted=wanted, out=out)


def _none_so(state: str, *, chosen: bool) -> None:
    from templates.brief.speech import words

    text = words().endings["nothing_so"].format(state=words().findings.states[state])
    click.echo(words().findings.chosen.format(text=text) if chosen else text)


def _summarise(spots: Sequence[HotSpot], configuration: Configuration, *, shape: str, out: Path | None) -> None:
    from flows.screens import listing
    from flows.screens.finding_screen import FindingScreen
    from templates.brief.speech import words

    files = {"json": listing.hot_spots_as_json, "csv": listing.hot_spots_as_csv}
    drawn = files[shape](spots, configuration) if shape in files else None
    _put(
        drawn,
        lambda console: FindingScreen(configuration, console).hot_spots(spots),
        written=words().endings["hot_spots_written"].format(count=len(spots), path=out),
        out=out,
    )


def _give(
    items: Sequence[Listed],
    configuration: Configuration,
    mended: Mapping[str, str],
    *,
    shape: str,
    wanted: Wanted,
    out: Path | None,
) -> None:
    from flows.screens import listing
    from flows.screens.finding_screen import FindingScreen
    from templates.brief.speech import words

    def draw(console: Console) -> None:
        FindingScreen(configuration, console).show(items, unfolded=wanted.fixed, mended=mended, chosen=wanted.chooses)

    files = {"json": listing.as_json, "csv": listing.as_csv}
    text = files[shape](items, configuration) if shape in files else None
    count = sum(len(item.members) for item in items)
    _put(text, draw, written=words().endings["findings_written"].format(count=count, path=out), out=out)


def _put(text: str | None, draw: Callable[[Console], None], *, written: str, out: Path | None) -> None:
    """The text, or without one what `draw` draws, on the terminal, or wholly in a file."""
    from rich.console import Console

    from flows.on_demand.report import write_text

    if text is None and out is None:
        draw(Console(file=sys.stdout, highlight=False))
        return
    if text is None:
        drawn = io.StringIO(newline="")
        draw(Console(file=drawn, highlight=False))
        text = drawn.getvalue()
    if out is None:
        click.echo(text.encode(), nl=False)
        return
    write_text(out, text)
    click.echo(written)


@click.command()
@click.argument("finding", nargs=-1, required=True)
@click.option("--because", metavar="TEXT", required=True, help="What is so, and what shows it.")
@click.option("--by", metavar="NAME", required=True, help="Who says so.")
@command
def explain(*, finding: tuple[str, ...], because: str, by: str) -> None:
    """Explain a question (说明): FINDING is its id, eight characters are enough; several may share one reason.

    The explanation holds as long as the value stays what it is. Errors have to be mended, notes need nothing.
    """
    from flows.configuration import load
    from flows.on_demand import findings as asked
    from flows.settings import from_environment, need_register
    from templates.brief.speech import words
    from warehouse.register import open_register

    settings = from_environment()
    need_register(settings)
    with open_register(settings.register_url) as register:
        added = asked.explain(register, finding, because=because, by=by)
    names = load(settings).names(added[0].slot.office)
    for item in added:
        department = names.get(item.slot.department, item.slot.department)
        ledger = names.get(item.slot.ledger, item.slot.ledger)
        told = {"id": item.identity[: asked.SHORT], "by": item.by, "text": item.text}
        click.echo(words().endings["explained"].format(department=department, ledger=ledger, **told))
