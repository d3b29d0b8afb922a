"""Labelled series to measure the trend rules by: years and months as offices have them, some of them wrong.

Honest series grow, waver as counts do, have peaks (12·4 宪法日, 民法典宣传月), quiet weeks (春节) and now and then
a campaign. Wrong ones have what happens: a digit too many, months never reported, everything twice, last year's ledger
handed in again, a cumulative count that lost cases, a column left out, a year entered in December.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

YEAR = 2024
LEDGERS = {
    "penalty": (15, 20, 40, 9),
    "publicity": (130, 120, 3000, 45),
    "adviser": (5, 14, 13, 8),
    "visit": (64, 300, 30, 12),
    "service": (106, 25, 18, 60),
}
# How the year's events fall on its months, by ledger.
SEASONS = {
    "visit": (8, 4, 9, 9, 9, 8, 8, 8, 9, 8, 9, 8),
    "publicity_activity": (5, 3, 9, 12, 17, 11, 6, 5, 7, 6, 12, 21),
    "legal_service": (9, 4, 9, 9, 9, 8, 8, 8, 9, 8, 8, 9),
    "fire_inspection": (12, 5, 7, 7, 8, 12, 7, 7, 8, 7, 14, 12),
}


@dataclass(frozen=True)
class Series:
    """One figure of one office through the years, the last of them 2024, and what is wrong with it (nothing: None)."""

    office: str
    ledger: str
    figure: str
    scope: str
    values: tuple[int, ...]
    wrong: str | None


@dataclass(frozen=True)
class Months:
    """How many rows of a ledger each month of an office's year has, and whether they were entered in December."""

    office: str
    ledger: str
    counts: tuple[int, ...]
    wrong: bool


def counted(rng: Random, expected: float) -> int:
    """A count that wavers around `expected` as counts do."""
    if expected > 200:
        return round(rng.gauss(expected, math.sqrt(expected)))
    waited, count = rng.expovariate(1), 0
    while waited < expected:
        waited, count = waited + rng.expovariate(1), count + 1
    return count


def yearly(offices: int, seed: int) -> list[Series]:
    """The figures of so many offices."""
    rng = Random(seed)  # noqa: S311 - drawing, not secrecy
    return [series for number in range(offices) for series in _office(rng, f"office{number}")]


def _office(rng: Random, office: str) -> list[Series]:
    size, years = rng.lognormvariate(0, 0.5), rng.randrange(2, 8)
    found = []
    for ledger, bases in LEDGERS.items():
        copied = rng.random() < 0.04
        for at, base in enumerate(bases):
            values = _honest(rng, base * size, years)
            wrong = "copied" if copied else None
            if copied:
                values[-1] = values[-2]
            elif rng.random() < 0.09:
                wrong = _spoil(rng, values)
            elif rng.random() < 0.02:
                # A campaign: much more than usual, and true.
                values[-1] = round(values[-1] * rng.uniform(1.4, 2.2))
            found.append(Series(office, ledger, f"{ledger}_{at}", "calendar_year", tuple(values), wrong))
    return [*found, _cumulative(rng, office, size, years)]


def _honest(rng: Random, base: float, years: int) -> list[int]:
    expected, values = base, []
    for _ in range(years):
        expected *= rng.lognormvariate(0.02, 0.1)
        values.append(counted(rng, expected))
    return values


def _spoil(rng: Random, values: list[int]) -> str:
    kind = rng.choice(("digit", "unreported", "twice", "gone"))
    now = {"digit": values[-1] * 10, "unreported": round(values[-1] * rng.uniform(0.15, 0.6)), "twice": values[-1] * 2}
    values[-1] = now.get(kind, 0)
    return kind


def _cumulative(rng: Random, office: str, size: float, years: int) -> Series:
    total, values = 0, []
    for _ in range(years):
        total += counted(rng, 40 * size)
        values.append(total)
    wrong = "lost" if rng.random() < 0.1 else None
    if wrong:
        values[-1] = values[-2] - rng.randrange(1, 9)
    return Series(
        office, "mediation", "mediation_cum", "since_inception", tuple(max(value, 0) for value in values), wrong
    )


def monthly(offices: int, seed: int) -> list[Months]:
    """The months of so many offices, a few of which entered the year in December."""
    rng = Random(seed)  # noqa: S311 - drawing, not secrecy
    found = []
    for number in range(offices):
        for ledger, season in SEASONS.items():
            total = rng.choice((8, 15, 40, 90, 150))
            counts = [counted(rng, total * share / sum(season)) for share in season]
            wrong = rng.random() < 0.15
            if wrong:
                moved = [round(count * rng.uniform(0.5, 0.9)) for count in counts[:11]]
                counts = [count - less for count, less in zip(counts[:11], moved, strict=True)] + [
                    counts[11] + sum(moved)
                ]
            found.append(Months(f"office{number}", ledger, tuple(counts), wrong))
    return found
