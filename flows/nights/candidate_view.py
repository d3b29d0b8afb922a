"""A candidate as the rules see it: who speaks, what can be read, which figures are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flows import settings as edge
from warehouse.model import Slot, Submission

if TYPE_CHECKING:
    from expectations.comparisons import Scope
    from flows.configuration import Configuration
    from warehouse.candidate import Candidate, FigureLine


@dataclass(frozen=True, slots=True)
class View:
    """The candidate as the rules see it, for one choice of who speaks."""

    configuration: Configuration
    office: str
    year: int
    candidate: Candidate
    standing: tuple[Submission, ...]
    replaced: frozenset[str]

    def look(self, speaking: Mapping[Slot, Submission | None]) -> Scope:
        """The candidate shows these and the other years' as they stand; returns what the rules are told about it."""
        from flows.configured_comparisons import comparison_scope

        others = [each for each in self.standing if each.slot.period != self.year]
        chosen = [*(each for each in speaking.values() if each is not None), *others]
        self.candidate.choose(each.id for each in chosen)
        readable = {
            year: frozenset(each.slot.ledger for each in chosen if self._speaks_in(each, year))
            for year in (self.year, self.year - 1)
        }
        figures = self._figures(readable)
        self.candidate.say(figures)
        card = self.configuration.offices[self.office]
        return replace(
            comparison_scope(self.configuration, office=self.office, cut=date(self.year, 12, 31)),
            readable=readable,
            replaced=self.replaced,
            published=any(line.source != "now" for line in figures),
            frozen=card.is_frozen(self.year, edge.today()),
        )

    def _speaks_in(self, submission: Submission, year: int) -> bool:
        period = submission.slot.period
        if self.configuration.ledgers[submission.slot.ledger].period == "cumulative":
            return period <= year
        return period == year

    def _figures(self, readable: Mapping[int, frozenset[str]]) -> tuple[FigureLine, ...]:
        """Nothing where nothing was published before: then nothing is to be compared either."""
        from flows.nights.known_figures import counted_lines, published_lines

        configuration, year = self.configuration, self.year
        known = published_lines(configuration, self.office, year)
        if any(each.slot.period == year - 1 for each in self.standing):
            without = frozenset(line.figure for line in known if line.year == year - 1)
            own: dict[str, Any] = {
                "office": self.office,
                "year": year - 1,
                "source": "own",
                "readable": readable[year - 1],
            }
            known += counted_lines(configuration, self.candidate, **own, without=without)
        if not known:
            return ()
        now: dict[str, Any] = {"office": self.office, "year": year, "source": "now", "readable": readable[year]}
        return (*known, *counted_lines(configuration, self.candidate, **now))
