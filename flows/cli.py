"""The command line. Only click is imported here; each command imports what it needs when it is called."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.commands import finding_commands, inspecting_commands, release_command, returning_commands, rules_commands
from flows.commands.commanding import ALL_ACCEPTED, MISUSE, SOMETHING_WRONG, command, mistyped
from flows.commands.naming import DEPARTMENT, LEDGER

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.settings import Settings

office_option = click.option("--office", metavar="ID", help="The office (单位) by the id of its card.")
department_option = click.option(
    "--department", type=DEPARTMENT, metavar="ID", help="The department (部门) by id or name (zfd, 司法所)."
)
YEAR = click.IntRange(1950, 2099)
as_of_option = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    callback=lambda _context, _parameter, text: _day(text),
    help="The cut-off date (数据截止日); without it the last day of the year.",
)


class Group(click.Group):
    """Commands in the order in which they are used, not of the alphabet; what is mistyped is told in due words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As they are defined below."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """The command's own ending; what was typed amiss is told in the language of those who type it."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise mistyped(error, ctx) from error


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.option("--debug", is_flag=True, help="Show tracebacks, and what Prefect logs.")
@click.pass_context
def main(context: click.Context, *, debug: bool) -> None:
    """一数 (yishu), "one number": the annual report of an office, every number traceable to the cell it came from.

    \b
    A night in three commands:
      yishu collect          collect (采集) what the departments handed in, check it, publish what is accepted
      yishu findings         what is wrong with the rest (问题), where, and how to mend it
      yishu report 2024      write the report (报告) of a year

    \b
    Where things lie (environment):
      YISHU_DATA     the data folder (default ./data)
      YISHU_INBOX    the inbox: {inbox}/{office}/{year}/{department}/files (default: the samples that come with yishu)
      YISHU_CONFIG   a further folder of declarations, for your own offices, ledgers and figures

    Exit codes: 0 all is well, 1 something was returned (退回), is missing (缺报) or lacking, 2 misuse or an error.
    """
    context.obj = debug


@main.command()
@office_option
@department_option
@click.option(
    "--inbox",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Another inbox; or the folder of one year: its name begins with it (2024-corrected), no office is in it.",
)
@click.option("--data-docs", is_flag=True, help="Also build Great Expectations' Data Docs.")
@command
def collect(*, office: str | None, department: str | None, inbox: Path | None, data_docs: bool) -> int:
    """Collect (采集) spreadsheets, check them, publish what is accepted (采纳).

    Every department's folder is looked at; a file that nobody has touched is not even opened. A file with errors (错误)
    is returned (退回), and the accepted one before it stays in force. The same inbox again changes nothing.

    Exit code: 0 everything that is owed is accepted, 1 something is returned or missing, 2 misuse or an error.
    """
    from flows.nights.collecting import collect as collect_once
    from flows.nights.night import Request
    from flows.nights.run import NightFailedError
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    screen = Screen(configuration)
    request = Request(
        office=office, department=department, inbox=inbox.absolute() if inbox else None, data_docs=data_docs
    )
    try:
        with screen.progress():
            collected = collect_once(settings, configuration, request, debug=_debug())
    except NightFailedError as failure:
        screen.collected(failure.collected)
        raise
    screen.collected(collected)
    for trouble in collected.unreachable:
        click.echo(f"yishu: {trouble}", err=True)
    return ALL_ACCEPTED if collected.all_accepted else SOMETHING_WRONG


@main.command()
@click.argument("year", type=int)
@office_option
@as_of_option
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="Where to write; default out/<office>-YEAR."
)
@command
def report(*, year: int, office: str | None, as_of: date | None, out: Path | None) -> int:
    """Write the report (报告) of YEAR from what is published.

    Writes report.txt, report.html, report.trace.json (where every number comes from) and brief.txt (简报).
    A number that cannot be given yet is printed as 【待核：…】, and the exit code is 1.
    """
    from flows.on_demand.report import write_report
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    chosen = configuration.one_office(office)
    files = write_report(settings, configuration, office=chosen, year=year, as_of=as_of, out=out)
    Screen(configuration).reported(files)
    return SOMETHING_WRONG if files.lacking else ALL_ACCEPTED


@main.command()
@click.argument("year", type=int)
@click.argument("figure")
@office_option
@as_of_option
@command
def trace(*, year: int, figure: str, office: str | None, as_of: date | None) -> int:
    """Trace a FIGURE (指标) of YEAR back to its cells (单元格): file, sheet, address, value.

    `yishu figures YEAR` lists the figures by id.
    """
    from flows.on_demand.report import trace_figure
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    chosen = configuration.one_office(office)
    traced = trace_figure(settings, configuration, office=chosen, year=year, figure=figure, as_of=as_of)
    Screen(configuration).traced(traced)
    return SOMETHING_WRONG if traced["reasons"] else ALL_ACCEPTED


@main.command()
@click.argument("year", type=int)
@office_option
@as_of_option
@command
def figures(*, year: int, office: str | None, as_of: date | None) -> None:
    """List every figure (指标) of YEAR: value, unit, department, state, rows it stands on."""
    from flows.on_demand.report import figure_table
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    chosen = configuration.one_office(office)
    Screen(configuration).figures(figure_table(settings, configuration, office=chosen, year=year, as_of=as_of))


main.add_command(finding_commands.findings)
main.add_command(finding_commands.explain)
main.add_command(release_command.release)
main.add_command(returning_commands.give_back)
main.add_command(rules_commands.rules)
main.add_command(inspecting_commands.read)
main.add_command(inspecting_commands.card)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--ledger",
    type=LEDGER,
    metavar="ID",
    required=True,
    help="Which ledger (台账) it is by id or name (visit, 来访接待登记台账).",
)
@office_option
@department_option
@click.option("--year", type=YEAR, help="The year (年度); default: as name, title or dates of the file tell it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@command
def check(
    *, file: Path, ledger: str, office: str | None, department: str | None, year: int | None, as_json: bool
) -> int:
    """Check one workbook FILE as a night would, without keeping anything: findings (问题) and the verdict.

    Exit code: 0 nothing to mend (notes allowed), 1 errors or questions, 2 misuse or an error.
    """
    from flows.on_demand import checking
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    slot = checking.slot_of(configuration, ledger=ledger, office=office, department=department, year=year)
    checked = checking.check_file(settings, configuration, file, slot=slot, year=year)
    if as_json:
        told = checking.as_json(checked, configuration)
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        Screen(configuration).checked(checked)
    return ALL_ACCEPTED if checked.clean else SOMETHING_WRONG


@main.command()
@click.argument("ledger", type=LEDGER)
@office_option
@department_option
@click.option("--period", type=YEAR, help="The year (年度) it is for; default: this year.")
@click.option("--rows", type=click.IntRange(1, 5000), help="Rows to prepare; default 60, or 20 a month.")
@click.option("--out", metavar="PATH", type=click.Path(path_type=Path), help="File or folder to write; default: here.")
@command
def form(
    *, ledger: str, office: str | None, department: str | None, period: int | None, rows: int | None, out: Path | None
) -> None:
    """Write the blank workbook (空白台账) of LEDGER for a department to fill in.

    It has drop-downs, checked dates and numbers, 填表说明 with last year's figures, and prints on A4.
    A file that is already there is never overwritten.
    """
    from flows.on_demand.checking import slot_of
    from flows.on_demand.forms import write_form
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    slot = slot_of(configuration, ledger=ledger, office=office, department=department, year=period)
    Screen(configuration).formed(write_form(settings, configuration, slot, rows=rows, out=out))


@main.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the newest first.")
@click.option("--steps", metavar="RUN", type=click.IntRange(1), help="The stages of this run and how long each took.")
@command
def runs(*, limit: int, steps: int | None) -> None:
    """List the runs (采集批次): when, how long, what was received, accepted, returned."""
    from flows.known import require_run
    from flows.screens.screen import Screen
    from flows.settings import need_register
    from warehouse.register import open_register

    settings, configuration = _at_hand()
    need_register(settings)
    with open_register(settings.register_url) as register:
        if steps is not None:
            require_run(steps, register.runs())
            Screen(configuration).steps(register.steps(steps))
        else:
            Screen(configuration).runs(register.runs(limit))


@main.command()
@command
def rebuild() -> None:
    """Build the warehouse (数据仓) again, wholly, from the files as received; it comes out the same."""
    from flows.nights.night import rebuild as rebuild_all
    from flows.screens.screen import Screen

    settings, configuration = _at_hand()
    Screen(configuration).rebuilt(rebuild_all(settings, configuration))


@main.command("check-config")
@click.option("--examples", is_flag=True, help="Try the shipped rules on their own examples too (half a minute).")
@command
def check_config(*, examples: bool) -> int:
    """Check every declaration against all others: cards, suites, figures (every query is tried), reports.

    Rules that you declare in a folder of your own (YISHU_CONFIG) are tried on their examples, and their words are said.
    """
    from flows.configuration import check
    from flows.on_demand.rehearsing import rehearse

    _, configuration = _at_hand()
    mistakes = check(configuration) or rehearse(configuration, everything=examples)
    for mistake in mistakes:
        click.echo(mistake, err=True)
    if mistakes:
        click.echo(f"yishu: {len(mistakes)} to mend.", err=True)
        return MISUSE
    declared = {
        "office": configuration.offices,
        "ledger": configuration.ledgers,
        "suite": configuration.suites,
        "comparison": configuration.comparisons,
        "figure": configuration.figures,
        "report": configuration.reports,
    }
    click.echo(f"All agree: {', '.join(_several(len(found), noun) for noun, found in declared.items())}.")
    return ALL_ACCEPTED


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


@main.command()
@click.option("--port", default=4200, show_default=True, help="Where the Prefect server listens on this machine.")
@command
def serve(*, port: int) -> None:
    """Serve: a Prefect server, the collection every night at 02:00 (Asia/Shanghai), the report on demand.

    Both can be started in the Prefect UI. Ctrl-C ends all of it.
    """
    from flows.configuration import load, require_sound
    from flows.service.serve import serve as serve_all
    from flows.settings import from_environment

    settings = from_environment()
    require_sound(load(settings), settings)
    serve_all(settings, port=port, tell=click.echo)


@main.command()
@command
def version() -> None:
    """Print the version of yishu."""
    from importlib.metadata import version as version_of

    click.echo(f"yishu {version_of('yishu')}")


def _at_hand() -> tuple[Settings, Configuration]:
    from flows.configuration import load
    from flows.settings import from_environment

    settings = from_environment()
    return settings, load(settings)


def _debug() -> bool:
    return bool(click.get_current_context().find_root().obj)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise click.BadParameter(f"'{text}' is not a day; write it as 2024-12-31.") from error
