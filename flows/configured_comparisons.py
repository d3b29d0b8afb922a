"""Checking what is declared about comparisons: the rules over several ledgers and years, and what was published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expectations.comparisons import Scope
    from flows.configuration import Configuration

# Any year does for trying queries: there are no rows to find.
TRIED_WITH = date(2024, 12, 31)


def comparison_scope(configuration: Configuration, *, office: str = "", cut: date = TRIED_WITH) -> Scope:
    """What rules are told of ledgers and of the office's own limits; nothing of what was handed in."""
    from expectations.comparisons import Scope

    card = configuration.offices.get(office)
    ledgers = configuration.ledgers
    return Scope(
        office=office,
        year=cut.year,
        cut=cut,
        tables={ledger: found.table for ledger, found in ledgers.items()},
        placed_by={ledger: found.placed_by for ledger, found in ledgers.items() if found.placed_by},
        hidden={
            ledger: frozenset(name for name, column in found.kept.items() if column.personal != "keep")
            for ledger, found in ledgers.items()
        },
        handed_in=frozenset(owed.ledger for _, owed in card.owed()) if card else frozenset(),
        options=card.limits if card else {},
    )


def comparison_mistakes(configuration: Configuration) -> Iterable[str]:
    """Rules without words, of unknown ledgers, with queries that do not run; limits of offices that no rule has."""
    from expectations.comparing import mistakes
    from warehouse.candidate import empty_candidate

    scope, rules = comparison_scope(configuration), configuration.comparisons
    for rule in rules:
        if rule.code not in configuration.messages:
            yield f"{rule.path}: the code '{rule.code}' has no words; add them under templates/messages"
    with empty_candidate(scope.tables) as candidate:
        yield from mistakes(rules, scope, candidate.ask)
    options = {rule.code: rule.head.options for rule in rules}
    for office in configuration.offices.values():
        for code, limits in office.limits.items():
            place = f"office '{office.id}': limits name"
            if code not in options:
                yield f"{place} the rule '{code}'{_near(code, options)}"
            else:
                yield from (
                    f"{place} '{name}' of {code}{_near(name, options[code])}"
                    for name in limits
                    if name not in options[code]
                )


def published_mistakes(configuration: Configuration) -> Iterable[str]:
    """What was published by an office that there is not, or of a figure that there is not, or in another unit."""
    for card in configuration.published:
        place = f"sources/offices/{card.office}/published/{card.year}.yml"
        if card.office not in configuration.offices:
            yield f"{place}: there is no office '{card.office}'{_near(card.office, configuration.offices)}"
            continue
        for document in card.documents:
            for name, published in document.figures.items():
                figure = configuration.figures.get(name)
                if figure is None:
                    yield f"{place}: there is no figure '{name}'{_near(name, configuration.figures)}"
                elif published.unit and figure.declaration.unit and published.unit != figure.declaration.unit:
                    yield f"{place}: '{name}' is in {published.unit}, the figure in {figure.declaration.unit}"


def _near(name: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    near = get_close_matches(name, choices, n=1, cutoff=0.5)
    return f"; the nearest is '{near[0]}'" if near else f"; known: {', '.join(choices) or 'none'}"
