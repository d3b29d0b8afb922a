"""Written releases as a night decides by them: which errors block no more, and what one that was withdrawn upheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flows import settings as edge
from warehouse.model import Finding, Level, State

if TYPE_CHECKING:
    from flows.nights.night import Decided
    from flows.nights.run import Night


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of one office: those that hold, by identity and value; the numbers of those that were withdrawn.

    `newest` is the number of the last decision of a leader: another one, and what waits is looked at again.
    """

    held: Mapping[tuple[str, str], int]
    withdrawn: frozenset[int]
    newest: int

    def blocks(self, finding: Finding) -> bool:
        """Whether the finding keeps a submission from being accepted: an error that nobody released."""
        return finding.level is Level.ERROR and self._of(finding) is None

    def resting_on(self, findings: Iterable[Finding]) -> tuple[int, ...]:
        """The numbers of the releases without which these findings would block."""
        wrong = (self._of(finding) for finding in findings if finding.level is Level.ERROR)
        return tuple(sorted({number for number in wrong if number is not None}))

    def _of(self, finding: Finding) -> int | None:
        return self.held.get((finding.identity, finding.value_mark)) if self.held else None


def releases(night: Night, office: str) -> Releases:
    """What the register knows of the office's releases now."""
    known = [release for release in night.register.releases() if release.slot.office == office]
    decisions = [decision.id for each in known for decision in (each.granted, each.withdrawn) if decision]
    return Releases(
        held={(release.identity, release.value_mark): release.id for release in known if release.holds},
        withdrawn=frozenset(release.id for release in known if not release.holds),
        newest=max(decisions, default=0),
    )


def take_back(night: Night, office: str, written: Releases) -> list[Decided]:
    """What was accepted on a release that was withdrawn since is returned; it waits, and is decided anew."""
    from flows.nights.night import Decided

    decided: list[Decided] = []
    for submission, verdict in night.register.submissions(office) if written.withdrawn else ():
        if verdict is None or verdict.state is not State.ACCEPTED:
            continue
        if lost := written.withdrawn.intersection(verdict.released):
            now = edge.now()
            returned = replace(
                verdict, state=State.RETURNED, errors=len(lost), released=(), decided_at=now, run=night.run
            )
            night.register.decide(returned)
            decided.append(Decided(submission=submission, verdict=returned))
    return decided
