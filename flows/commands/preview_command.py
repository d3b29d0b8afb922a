"""`yishu rules preview`: what a rule would have caught, before it is switched on. Only click is imported."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.commanding import command

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.on_demand.previewing import Preview


@click.command("preview")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--since",
    metavar="YYYY-MM",
    required=True,
    callback=lambda _context, _parameter, text: _month(text),
    help="The first month to look at.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command
def preview(*, file: Path, since: date, as_json: bool) -> None:
    """Preview FILE: a new or changed suite (.yml), or one rule over several ledgers or years (.sql).

    Shows by department and month what it would have caught in the files that are in force, how much of that today's
    rules find too, and a few of the cells. Nothing is written; the rule is switched on by putting the file in place.
    """
    from flows.configuration import load
    from flows.on_demand.previewing import preview as look
    from flows.settings import from_environment

    settings = from_environment()
    configuration = load(settings)
    seen = look(settings, configuration, file, since=since)
    if as_json:
        click.echo(json.dumps(asdict(seen), ensure_ascii=False, indent=1))
    else:
        _show(seen, configuration)


def _show(seen: Preview, configuration: Configuration) -> None:
    from rich.console import Console

    from flows.screens import tables
    from templates.brief.speech import words
    from templates.messages.catalogue import LEVELS
    from warehouse.model import Level

    spoken = words().preview
    rows = []
    for line in seen.caught:
        names = configuration.names(line.office)
        place = (names[line.department], names[line.ledger], line.month or "—")
        counts = (str(line.count), str(line.count - line.already))
        rows.append([*place, LEVELS[Level(line.level)], line.code, *counts, "；".join(line.cells)])
    console = Console(file=sys.stdout, highlight=False)
    if rows:
        heads = ("department", "ledger", "month", "level", "code", "count", "fresh", "cells")
        tables.show(console, [spoken[head] for head in heads], rows, numbers=(5, 6))
    found, already = sum(line.count for line in seen.caught), sum(line.already for line in seen.caught)
    told = {"files": seen.files, "rows": seen.rows, "found": found, "fresh": found - already}
    console.file.write(spoken["total"].format(**told) + "\n")
    if seen.unread:
        console.file.write(spoken["unread"].format(files="、".join(seen.unread)) + "\n")


def _month(text: str) -> date:
    try:
        year, _, month = text.partition("-")
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise click.BadParameter(f"'{text}' is not a month; write it as 2023-01.") from error
