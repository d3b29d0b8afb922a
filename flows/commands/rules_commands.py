"""`yishu rules`: the list of rules, and one rule with its law, its words and its examples. Only click is imported."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import click

from flows.commands.commanding import command
from flows.commands.naming import LEDGER
from flows.commands.preview_command import preview

if TYPE_CHECKING:
    from flows.configuration import Configuration

FORMATS = click.Choice(["table", "json", "csv"])


class RuleGroup(click.Group):
    """A group whose first word may also be the code or the number of a rule."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A command of the group; any other word is looked up among the rules."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return one_rule.name, one_rule, args


@click.group(cls=RuleGroup, invoke_without_command=True, subcommand_metavar="[CODE | COMMAND [ARGS]...]")
@click.option(
    "--ledger",
    type=LEDGER,
    metavar="ID",
    help="Only the rules of this ledger (台账) by id or name (visit, 来访接待登记台账).",
)
@click.option("--level", type=click.Choice(["error", "question", "note"]), help="Only rules of this level (级别).")
@click.option("--as", "form", type=FORMATS, default="table", show_default=True, help="How to print them.")
@click.pass_context
def rules(context: click.Context, *, ledger: str | None, level: str | None, form: str) -> None:
    """List the rules (规则): number, code, level, ledger, who answers for it, since when, what it asks.

    \b
    yishu rules                        all of them, in the order of the list
    yishu rules --ledger visit         those of one ledger (台账)
    yishu rules R08                    one by its number: law, conditions, words, examples
    yishu rules rule.decided_late      the same by the code (代码) of its findings
    yishu rules preview FILE --since 2023-01   what a new or changed rule would have caught (预演)
    """
    if context.invoked_subcommand is None:
        _list(ledger=ledger, level=level, form=form)


@command
def _list(*, ledger: str | None, level: str | None, form: str) -> None:
    from flows.on_demand import rule_book
    from warehouse.model import Level

    configuration = _configuration()
    wanted = Level(level) if level else None
    found = rule_book.chosen(rule_book.entries(configuration), configuration, ledger=ledger, level=wanted)
    _print(found, configuration, form)


rules.add_command(preview)


@click.command("CODE", hidden=True)
@click.argument("code")
@click.option("--as", "form", type=FORMATS, default="table", show_default=True, help="How to print it.")
@command
def one_rule(*, code: str, form: str) -> None:
    """Show the rule CODE (a number such as R08, or a code): why it is, its law, its words, its examples."""
    from flows.on_demand import rule_book

    configuration = _configuration()
    found = rule_book.looked_up(rule_book.entries(configuration), code)
    if form != "table":
        _print(found, configuration, form)
        return
    from flows.screens.rule_pages import show_rules

    show_rules(found, configuration)


def _print(found: Any, configuration: Configuration, form: str) -> None:
    from flows.on_demand import rule_book

    if form == "table":
        from flows.screens.rule_pages import list_rules

        list_rules(found, configuration)
        return
    rows = rule_book.as_rows(found, configuration)
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0]) if rows else ["code"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "ref": " ".join(row["ref"])} for row in rows)
    click.echo(target.getvalue(), nl=False)


def _configuration() -> Configuration:
    from flows.configuration import load
    from flows.settings import from_environment

    return load(from_environment())
