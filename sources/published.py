"""Figures that were published: by which document, in which part, as a card of one office and one year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import Field

from sources.cards import Declared, Id
from warehouse.declarations import DeclarationError, load
from warehouse.model import digest


class PublishedFigure(Declared):
    """One number as it was printed. `part`: where in the document. `counts_by`: its definition then, where it is known.

    `reason` says why it differs from what the ledgers give, or why it is counted otherwise since.
    """

    value: Decimal = Field(max_digits=32, decimal_places=6)
    unit: str = ""
    part: str = ""
    counts_by: str = ""
    reason: str | None = None


class PublishedDocument(Declared):
    """A document that the office made public, with its figures by id."""

    title: str
    published_on: date
    figures: Mapping[Id, PublishedFigure]


class PublishedYear(Declared):
    """What an office published about one year. Of documents that give the same figure the first one speaks."""

    office: Id
    year: int
    documents: tuple[PublishedDocument, ...]


def load_published(folders: Iterable[Path]) -> tuple[PublishedYear, ...]:
    """Every card `<office>/published/<year>.yml` in `folders`; office and year must be those of the path."""
    found: dict[tuple[str, int], PublishedYear] = {}
    for path in _paths(folders):
        card = load(PublishedYear, path)
        if (card.office, str(card.year)) != (path.parents[1].name, path.stem):
            raise DeclarationError(f"{path}: it is about '{card.office}' in {card.year}; put it where the path says so")
        if (card.office, card.year) in found:
            raise DeclarationError(f"{path}: what '{card.office}' published in {card.year} is declared twice")
        found[card.office, card.year] = card
    return tuple(found.values())


def published_hash(folders: Iterable[Path]) -> str:
    """Sixteen hex digits over the cards, without reading what they say."""
    return digest(*(path.read_text(encoding="utf-8") for path in _paths(folders)))[:16]


def _paths(folders: Iterable[Path]) -> list[Path]:
    return sorted(path for folder in folders for path in folder.glob("*/published/*.yml"))
