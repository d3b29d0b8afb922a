"""Checking what is declared about comparisons: the rules over several ledgers and years, and what was published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from flows.configured_offices import place_of_office
from flows.configured_places import place_of, place_of_words
from flows.known import near

if TYPE_CHECKING:
    from expectations.comparisons import ComparisonRule, Scope
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
    """Rules without words or with a slot in them that nothing fills, of unknown ledgers, with queries that do not run.

    Also limits of offices that no rule has.
    """
    from expectations.comparing import mistakes
    from templates.messages.catalogue import unfilled
    from warehouse.candidate import empty_candidate

    def unsaid(rule: ComparisonRule, facts: frozenset[str]) -> Iterable[str]:
        if words := configuration.messages.get(rule.code):
            for part, mistake in unfilled(words, facts):
                yield f"{place_of_words(configuration, rule.code, part)}: {part} of {rule.code}: {mistake}"

    scope, rules = comparison_scope(configuration), configuration.comparisons
    for rule in rules:
        if rule.code not in configuration.messages:
            yield f"{rule.place('code')}: the code '{rule.code}' has no words; add them under templates/messages"
    with empty_candidate(scope.tables) as candidate:
        yield from mistakes(rules, scope, candidate.ask, unsaid)
    options = {rule.code: rule.head.options for rule in rules}
    for office in configuration.offices.values():
        for code, limits in office.limits.items():
            if code not in options:
                place = place_of_office(configuration, office.id, "limits", code)
                yield f"{place}: limits name the rule '{code}'{near(code, options)}"
                continue
            for name in (name for name in limits if name not in options[code]):
                place = place_of_office(configuration, office.id, "limits", code, name)
                yield f"{place}: limits name '{name}' of {code}{near(name, options[code])}"


def published_mistakes(configuration: Configuration) -> Iterable[str]:
    """What was published by an office that there is not, or of a figure that there is not, or in another unit."""
    for card in configuration.published:
        file = f"sources/offices/{card.office}/published/{card.year}.yml"
        if card.office not in configuration.offices:
            place = place_of(configuration, file)
            yield f"{place}: there is no office '{card.office}'{near(card.office, configuration.offices)}"
            continue
        for at, document in enumerate(card.documents):
            for name, published in document.figures.items():
                place = place_of(configuration, file, "documents", at, "figures", name)
                figure = configuration.figures.get(name)
                if figure is None:
                    yield f"{place}: there is no figure '{name}'{near(name, configuration.figures)}"
                elif published.unit and figure.declaration.unit and published.unit != figure.declaration.unit:
                    yield f"{place}: '{name}' is in {published.unit}, the figure in {figure.declaration.unit}"
