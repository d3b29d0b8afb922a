"""How a command runs: what it returns is its exit code, and an error is one line that says what to do next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec

import click

from warehouse.declarations import YishuError

P = ParamSpec("P")

ALL_ACCEPTED, SOMETHING_WRONG, MISUSE = 0, 1, 2
INTERRUPTED = 130


def command(function: Callable[P, int | None]) -> Callable[P, None]:
    """A command body: what it returns is the exit code; an error becomes one line, without a traceback."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        context = click.get_current_context()
        try:
            code = function(*args, **kwargs)
        except YishuError as error:
            _fail(context, str(error))
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


def _fail(context: click.Context, message: str) -> NoReturn:
    if context.find_root().obj:
        import traceback

        traceback.print_exc()
    click.echo(f"yishu: {message}", err=True)
    context.exit(MISUSE)
