"""Checking what office cards say against ledgers and figures: each mistake with file, line and the nearest name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flows.configured_places import place_of
from flows.known import near

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from sources.cards import HandsIn, LedgerCard, OfficeCard

# Where in the card, keys and positions, and what is wrong there.
Told = tuple[tuple[Any, ...], str]


def office_mistakes(configuration: Configuration) -> Iterable[str]:
    """What contradicts itself in every office card."""
    for office in configuration.offices.values():
        looks = (_handed_in, _figures, _shared_folders)
        for parts, mistake in (told for look in looks for told in look(configuration, office)):
            yield f"{place_of_office(configuration, office.id, *parts)}: {mistake}"


def place_of_office(configuration: Configuration, office: str, *parts: Any) -> str:
    """The file of an office card, and the line of what stands at `parts` in it."""
    return place_of(configuration, f"sources/offices/{office}.yml", *parts)


def _handed_in(configuration: Configuration, office: OfficeCard) -> Iterable[Told]:
    for name, department in office.departments.items():
        for at, owed in enumerate(department.hands_in):
            parts = ("departments", name, "hands_in", at)
            card = configuration.ledgers.get(owed.ledger)
            if card is None:
                hint = near(owed.ledger, configuration.ledgers)
                yield (*parts, "ledger"), f"department '{name}' hands in '{owed.ledger}', which has no card{hint}"
                continue
            for within, mistake in _overrides(owed, card):
                yield (*parts, *within), f"department '{name}', ledger '{owed.ledger}': {mistake}"


def _overrides(owed: HandsIn, card: LedgerCard) -> Iterable[Told]:
    """Headings, codes and units that a department adds to columns or codes that the card does not have."""
    for word, named in (("headings", owed.headings), ("codes", owed.codes), ("units", owed.units)):
        for column in named:
            if column not in card.columns:
                yield (word, column), f"{word} name the column '{column}'{near(column, card.columns)}"
    for column, codes in owed.codes.items():
        known = card.columns[column].codes if column in card.columns else codes
        for code in codes:
            if code not in known:
                yield ("codes", column, code), f"codes.{column} names '{code}'{near(code, known)}"
    for column in owed.units:
        if column in card.columns and (kind := card.columns[column].type) != "money":
            yield ("units", column), f"units name '{column}', which is of type {kind}, not money"


def _figures(configuration: Configuration, office: OfficeCard) -> Iterable[Told]:
    for figure, choice in office.figures.items():
        if figure not in configuration.figures:
            hint = near(figure, configuration.figures)
            yield ("figures", figure), f"figures name '{figure}', which is no figure{hint}"
        if choice.department is not None and choice.department not in office.departments:
            hint = near(choice.department, office.departments)
            yield ("figures", figure, "department"), f"there is no department '{choice.department}'{hint}"


def _shared_folders(configuration: Configuration, office: OfficeCard) -> Iterable[Told]:
    del configuration
    taken: dict[str, str] = {}
    for name, department in office.departments.items():
        other = taken.setdefault(department.folder, name)
        if other != name:
            mistake = f"'{other}' and '{name}' share the folder '{department.folder}'; each needs its own"
            yield ("departments", name, "folder"), mistake
