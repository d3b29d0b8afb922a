"""What people call things: `--department`, `--ledger` and `--state` take the Chinese name as well as the id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flows.configuration import Configuration

STATES = ("new", "open", "returned", "explained", "released", "fixed", "recurred")


class Named(click.ParamType[str]):
    """A department or a ledger by its id, its name or the name of its folder; the id comes back."""

    def __init__(self, kind: str) -> None:
        self.name = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id that is meant. What is in Latin letters is an id; the command says if there is none such."""
        text = str(value)
        if text.isascii():
            return text
        from flows.configuration import load
        from flows.known import unknown
        from flows.settings import from_environment

        configuration = load(from_environment())
        known = _ids[self.name](configuration)
        if text not in known:
            misuse = unknown(self.name, text, _names[self.name](configuration))
            raise click.BadParameter(str(misuse), ctx, param) from misuse
        return known[text]


class State(click.Choice[str]):
    """The state of a finding by its id or by the word that is listed; the id comes back."""

    def __init__(self) -> None:
        super().__init__(STATES)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id that is meant."""
        text = str(value)
        ids = {} if text.isascii() else {word: state for state, word in self.words().items()}
        return super().convert(ids.get(text, text), param, ctx)

    def words(self) -> Mapping[str, str]:
        """What each state is called."""
        from templates.brief.speech import words

        return words().findings.states


def _departments(configuration: Configuration) -> dict[str, str]:
    departments = [pair for office in configuration.offices.values() for pair in office.departments.items()]
    return {name: key for key, each in departments for name in (each.name, each.folder)}


def _ledgers(configuration: Configuration) -> dict[str, str]:
    return {name: key for key, name in configuration.ledger_names.items()}


_ids: dict[str, Callable[[Configuration], dict[str, str]]] = {"department": _departments, "ledger": _ledgers}
_names: dict[str, Callable[[Configuration], Mapping[str, str]]] = {
    "department": lambda configuration: configuration.department_names,
    "ledger": lambda configuration: configuration.ledger_names,
}
DEPARTMENT, LEDGER = Named("department"), Named("ledger")
