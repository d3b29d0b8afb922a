"""The commands that look at a file of which nobody has said anything. Like `cli`, only click is imported here."""

from __future__ import annotations

import json
from pathlib import Path

import click

from flows.commands.commanding import ALL_ACCEPTED, SOMETHING_WRONG, command


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="S", help="Only this sheet (工作表).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--rows", type=click.IntRange(0), default=0, help="With --json: also the first N rows as typed values.")
@command
def read(*, file: Path, sheet: str | None, as_json: bool, rows: int) -> int:
    """Read a FILE that yishu knows nothing about: what it takes for title, header, data, totals, footer.

    Nothing is kept. Exit code: 0 clean, 1 findings (问题), 2 misuse: no such file, no such sheet.
    """
    from flows.on_demand import inspecting
    from flows.screens import picture

    seen, _ = inspecting.look_at(file, sheet=sheet)
    if as_json:
        click.echo(json.dumps(inspecting.as_json(seen, file, rows=rows), ensure_ascii=False, indent=1))
    else:
        picture.show(seen)
    return SOMETHING_WRONG if seen.findings else ALL_ACCEPTED


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="S", help="Which sheet (工作表); default: the first that holds rows.")
@command
def card(*, file: Path, sheet: str | None) -> None:
    """Card: draft a ledger card (台账卡) from a workbook FILE, as YAML, for a person to finish.

    Columns, types, code lists, keys and personal data are guessed; the card is valid, and reads FILE as it stands.
    """
    from flows.configuration import load
    from flows.on_demand.drafts import draft_card
    from flows.on_demand.inspecting import look_at
    from flows.settings import from_environment

    seen, dated = look_at(file, sheet=None)
    taken = load(from_environment()).ledger_files
    click.echo(draft_card(seen, file, sheet=sheet, dated=dated, taken=taken), nl=False)
