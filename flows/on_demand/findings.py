"""The findings as people ask for them: chosen, grouped by cause, explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flows import settings as edge
from flows.known import unknown
from warehouse.declarations import MisuseError, YishuError
from warehouse.model import Finding, Level, Slot

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.settings import Settings
    from warehouse.entries import Explanation, FindingState, KeptFinding
    from warehouse.register import Register

SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which findings are asked for; None is all. Fixed ones are listed only if `fixed` says so, or `state` asks."""

    office: str | None = None
    department: str | None = None
    ledger: str | None = None
    year: int | None = None
    level: Level | None = None
    state: FindingState | None = None
    fixed: bool = False

    @property
    def chooses(self) -> bool:
        """Whether there may be others that wait and are not asked for."""
        return any((self.office, self.department, self.ledger, self.year, self.level, self.state))

    def concerns(self, finding: Finding) -> bool:
        """Whether one of its sides is asked for: a shared finding belongs to every ledger that has a part in it."""
        return any(
            self.department in (None, slot.department)
            and self.ledger in (None, slot.ledger)
            and self.year in (None, slot.period)
            for slot in finding.slots
        )

    def fits(self, kept: KeptFinding) -> bool:
        """Whether this finding is asked for, of a side that is."""
        if self.state is None and not self.fixed and kept.state == "fixed":
            return False
        return self.level in (None, kept.finding.level) and self.state in (None, kept.state)


@dataclass(frozen=True, slots=True)
class Listed:
    """One item: what it is about, and the findings beneath it with their lives."""

    about: Finding
    members: tuple[KeptFinding, ...]

    @property
    def caused(self) -> bool:
        """Whether one cause was found for all of them."""
        return self.about.code.startswith("cause.")


def known_names(configuration: Configuration, wanted: Wanted) -> None:
    """Nothing happens if the office, department and ledger asked for are declared; else a MisuseError lists them."""
    if wanted.office is not None:
        configuration.office(wanted.office)
    for noun, name, known in (
        ("department", wanted.department, configuration.department_names),
        ("ledger", wanted.ledger, configuration.ledger_names),
    ):
        if name is not None and name not in known:
            raise unknown(noun, name, known)


def listed(settings: Settings, configuration: Configuration, register: Register, wanted: Wanted) -> tuple[Listed, ...]:
    """The findings asked for, as items; causes are looked for among all findings of a file."""
    fixed = wanted.fixed or wanted.state == "fixed"
    kept = register.findings(office=wanted.office, department=wanted.department, include_closed=fixed)
    kept = tuple(item for item in kept if wanted.concerns(item.finding))
    # What is mended has its cause behind it; it must not make the causes of today look larger.
    current = [item for item in kept if item.state != "fixed"]
    gone = [item for item in kept if item.state == "fixed" and wanted.fits(item)]
    items = [*_grouped(settings, configuration, register, current), *_grouped(settings, configuration, register, gone)]
    chosen = (Listed(item.about, tuple(filter(wanted.fits, item.members))) for item in items)
    return tuple(item for item in chosen if item.members)


def mended_in(register: Register, items: Iterable[Listed]) -> Mapping[str, str]:
    """The names of the files in which findings were mended, by the submissions that they are."""
    wanted = {member.fixed_submission for item in items for member in item.members if member.state == "fixed"}
    known = register.submissions() if wanted - {None} else ()
    return {submission.id: submission.file_name for submission, _ in known if submission.id in wanted}


def _grouped(
    settings: Settings, configuration: Configuration, register: Register, kept: Sequence[KeptFinding]
) -> Iterable[Listed]:
    from expectations.causes.grouping import group
    from flows.on_demand.evidence import gather

    if not kept:
        return
    findings = [item.finding for item in kept]
    for item in group(findings, gather(settings, configuration, register, findings)):
        yield Listed(item.about, tuple(kept[at] for at in item.members))


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """One kind of trouble of one department: how often ever, now, released, back again; in how many days mended."""

    latest: Finding
    times: int
    waiting: int
    released: int
    recurred: int
    days: float | None


def hot_spots(register: Register, wanted: Wanted) -> tuple[HotSpot, ...]:
    """Every kind of trouble that was ever found where it is asked for, the most frequent first."""
    kinds: dict[tuple[Slot, str, str | None], list[KeptFinding]] = defaultdict(list)
    for kept in register.findings(office=wanted.office, department=wanted.department, include_closed=True):
        slot = kept.finding.slot
        if wanted.concerns(kept.finding) and wanted.level in (None, kept.finding.level):
            kinds[replace(slot, period=0), kept.finding.code, kept.finding.column].append(kept)
    return tuple(sorted(map(_hot_spot, kinds.values()), key=lambda spot: -spot.times))


def _hot_spot(kept: Sequence[KeptFinding]) -> HotSpot:
    mended = [item.closed_at - item.first_seen_at for item in kept if item.closed_at]
    return HotSpot(
        latest=max(kept, key=lambda item: item.last_seen_at).finding,
        times=len(kept),
        waiting=sum(not item.settled for item in kept),
        released=sum(item.state == "released" for item in kept),
        recurred=sum(item.recurred for item in kept),
        days=sum(mended, timedelta()) / timedelta(days=1) / len(mended) if mended else None,
    )


def explain(register: Register, ids: Sequence[str], *, because: str, by: str) -> tuple[Explanation, ...]:
    """The questions named are explained together; a YishuError says in Chinese why a reason does not do."""
    from flows.nights.explaining import refusal

    kept = register.findings(include_closed=True)
    identities = {find_one(each, (item.finding.identity for item in kept)) for each in ids}
    asked = [item for item in kept if item.finding.identity in identities]
    if refused := refusal(because, identities, by=by, told=register.explanations()):
        raise YishuError(refused)
    open_ones = [item for item in asked if item.state != "fixed"] or asked
    _require_questions(open_ones)
    return register.explain(open_ones, text=because.strip(), by=by.strip(), at=edge.now())


def _require_questions(kept: Iterable[KeptFinding]) -> None:
    """Nothing happens if all of them wait for an explanation; else a MisuseError that names the others."""
    others = [item for item in kept if item.finding.level is not Level.QUESTION or item.state == "fixed"]
    if others:
        ids = [item.finding.identity[:SHORT] for item in others]
        named = ", ".join(f"{item.finding.identity[:SHORT]} ({item.finding.level}, {item.state})" for item in others)
        text = f"Only open questions can be explained, not {named}."
        raise MisuseError(text, said="not_a_question", known="、".join(ids))


def find_one(prefix: str, identities: Iterable[str]) -> str:
    """The identity that begins with `prefix`; a MisuseError where none or several do."""
    wanted = prefix.strip().lower()
    fitting = sorted({identity for identity in identities if wanted and identity.startswith(wanted)})
    if not fitting:
        text = f"There is no finding '{prefix}'; `yishu findings` shows the id of each."
        raise MisuseError(text, said="no_finding", name=prefix)
    if len(fitting) > 1:
        text = f"'{prefix}' could be {', '.join(fitting)}; write more of the id."
        raise MisuseError(text, said="several_findings", name=prefix, known="、".join(fitting))
    return fitting[0]
