"""`yishu findings` and `yishu explain`: what is wrong, and what the departments say about it."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from flows.commands.commanding import command
from flows.commands.naming import DEPARTMENT, LEDGER

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.on_demand.findings import HotSpot, Listed
    from warehouse.entries import FindingState

STATES = ("new", "open", "returned", "explained", "fixed", "recurred")


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
@click.option("--state", type=click.Choice(STATES), help="Only those in this state; fixed ones are listed only so.")
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
    """
    from flows.configuration import load
    from flows.on_demand.findings import Wanted, hot_spots, known_names, listed
    from flows.settings import from_environment, need_register
    from warehouse.model import Level
    from warehouse.register import open_register

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
            _summarise(hot_spots(register, wanted), configuration)
            return
        items = listed(settings, configuration, register, wanted)
    _give(items, configuration, shape=shape, everything=everything, out=out)


def _summarise(spots: Sequence[HotSpot], configuration: Configuration) -> None:
    from rich.console import Console

    from flows.screens.finding_screen import FindingScreen

    FindingScreen(configuration, Console(file=sys.stdout, highlight=False)).hot_spots(spots)


def _give(
    items: Sequence[Listed], configuration: Configuration, *, shape: str, everything: bool, out: Path | None
) -> None:
    """The items on the terminal, or wholly in a file."""
    from rich.console import Console

    from flows.on_demand.report import write_text
    from flows.screens import listing
    from flows.screens.finding_screen import FindingScreen
    from templates.brief.speech import words

    if shape == "table" and out is None:
        FindingScreen(configuration, Console(file=sys.stdout, highlight=False)).show(items, unfolded=everything)
        return
    told = io.StringIO(newline="")
    if shape == "table":
        FindingScreen(configuration, Console(file=told, highlight=False)).show(items, unfolded=everything)
    else:
        told.write(listing.as_json(items, configuration) if shape == "json" else listing.as_csv(items, configuration))
    if out is None:
        click.echo(told.getvalue().encode(), nl=False)
        return
    write_text(out, told.getvalue())
    count = sum(len(item.members) for item in items)
    click.echo(words().endings["findings_written"].format(count=count, path=out))


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
