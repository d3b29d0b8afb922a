"""How a command runs: what it returns is its exit code, and an error is one line that says what to do next.

Commands that clerks type tell them in Chinese what was typed wrong; whatever is ours to mend is told in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec

import click

from flows.commands.naming import State
from warehouse.declarations import MisuseError, YishuError

P = ParamSpec("P")

ALL_ACCEPTED, SOMETHING_WRONG, MISUSE = 0, 1, 2
INTERRUPTED = 130

CLERKS = frozenset({"read", "card", "check", "form", "return", "findings", "explain", "release", "runs"})
# How click quotes the value that does not do.
_QUOTED = re.compile(r"'(?P<quoted>[^']*)'|(?P<bare>\S+) is not ")


def command(function: Callable[P, int | None]) -> Callable[P, None]:
    """A command body: what it returns is the exit code; an error becomes one line, without a traceback."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        context = click.get_current_context()
        try:
            code = function(*args, **kwargs)
        except YishuError as error:
            _fail(context, _told(context, error))
        except KeyboardInterrupt:
            click.echo("Interrupted; what was published before is still there.", err=True)
            context.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            # These are click's business: a reader that has seen enough (| head) is no error.
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, a person reads one line of it
            _fail(context, f"{type(error).__name__}: {error} (yishu --debug shows where)")
        else:
            context.exit(code or 0)

    return run


class SaidError(click.ClickException):
    """A mistake of typing in our own words, in one line."""

    exit_code = MISUSE

    def show(self, file: object = None) -> None:
        """Print it as every other error of ours."""
        del file
        click.echo(f"yishu: {self.message}", err=True)


def mistyped(error: click.UsageError, group: click.Context) -> click.ClickException:
    """What click says of words that it cannot take, as a clerk reads it; for other commands as it is.

    Of some mistakes click does not say which command they belong to; `group` knows which was called.
    """
    called = error.ctx.command.name if error.ctx else group.invoked_subcommand
    if called not in CLERKS:
        return error
    from templates.brief.speech import words

    spoken = words().misuse
    if isinstance(error.__cause__, MisuseError):
        return SaidError(_in_chinese(error.__cause__))
    key, facts = _mistake(error)
    return SaidError(spoken[key].format(**facts) + spoken["help"].format(command=f"{group.command_path} {called}"))


def _mistake(error: click.UsageError) -> tuple[str, dict[str, str]]:
    """The words for a mistake of typing, and what they speak of."""
    match error:
        case click.NoSuchOption():
            return "no_option", {"option": error.option_name}
        case click.MissingParameter():
            return "lacking", {"parameter": _name(error.param)}
        case click.BadParameter():
            quoted = _QUOTED.search(error.message)
            value = (quoted["quoted"] or quoted["bare"]) if quoted else ""
            key, facts = _wanted(error.param)
            return key, {"parameter": _name(error.param), "value": value, **facts}
        case click.BadOptionUsage():
            return "no_value", {"option": error.option_name}
    return "misused", {}


def _wanted(parameter: click.Parameter | None) -> tuple[str, dict[str, str]]:
    """What the parameter takes."""
    match parameter.type if parameter else None:
        case click.IntRange(min=low, max=high):
            if high is None:
                return "wants_at_least", {"low": str(low)}
            return "wants_between", {"low": str(low), "high": str(high)}
        case State() as kind:
            return "wants_one_of", {"choices": "、".join(f"{word}（{state}）" for state, word in kind.words().items())}
        case click.Choice(choices=choices):
            return "wants_one_of", {"choices": "、".join(map(str, choices))}
        case click.Path(file_okay=False):
            return "wants_folder", {}
        case kind if kind is click.INT:
            return "wants_number", {}
    return "wants_other", {}


def _name(parameter: click.Parameter | None) -> str:
    """The parameter as it is typed: --year, FILE."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name if parameter else ""


def _told(context: click.Context, error: YishuError) -> str:
    """What was asked for amiss, in the words of those who type the command; any other error as it is."""
    if not isinstance(error, MisuseError) or context.command.name not in CLERKS:
        return str(error)
    return _in_chinese(error)


def _in_chinese(error: MisuseError) -> str:
    from templates.brief.speech import words

    return words().misuse[error.said].format(**error.facts)


def _fail(context: click.Context, message: str) -> NoReturn:
    if context.find_root().obj:
        import traceback

        traceback.print_exc()
    click.echo(f"yishu: {message}", err=True)
    context.exit(MISUSE)
