"""Written releases on demand: which errors may be released and by whom, what is decided, and the log of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flows import settings as edge
from flows.on_demand.findings import SHORT, find_one
from warehouse.declarations import YishuError
from warehouse.model import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flows.configuration import Configuration
    from warehouse.entries import KeptFinding, Release
    from warehouse.register import Register

AREAS_OF_COMPARISONS = ("across", "trend")
Standing = Literal["holds", "changed", "gone", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a release or its withdrawal: the leader's title, the written document, what is so and why."""

    by: str
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the log: a release, and how it stands now."""

    release: Release
    standing: Standing


def may_be_released(configuration: Configuration, finding: Finding) -> bool:
    """Whether the finding is an error about what really happened, as its rule says of itself."""
    if finding.level is not Level.ERROR:
        return False
    if finding.code.partition(".")[0] in AREAS_OF_COMPARISONS:
        return any(rule.head.releasable for rule in configuration.comparisons if rule.code == finding.code)
    suite = configuration.suites.get(finding.slot.ledger)
    return suite is not None and suite.may_be_released(finding.code, finding.column)


def way_out(configuration: Configuration, finding: Finding) -> str:
    """What to do where the error is a true fact, as one sentence; nothing where it can only be mended."""
    from templates.brief.speech import words

    if not may_be_released(configuration, finding):
        return ""
    titles = configuration.office(finding.slot.office).released_by
    spoken = words().release
    return spoken.way_out.format(titles=_either(titles)) if titles else spoken.way_out_nobody


def release(register: Register, configuration: Configuration, ids: Sequence[str], said: Said) -> tuple[Release, ...]:
    """The errors named are released together; a YishuError says in Chinese why one cannot be."""
    asked = _named(register, ids)
    for kept in asked:
        if refused := _refusal(configuration, kept):
            raise YishuError(refused)
    said = _tidied(register, configuration, asked, said)
    return register.release(asked, by=said.by, document=said.document, reason=said.reason, at=edge.now())


def withdraw(register: Register, configuration: Configuration, ids: Sequence[str], said: Said) -> tuple[Release, ...]:
    """The releases of the errors named are taken back; a YishuError where one has none that holds."""
    from templates.brief.speech import words

    asked = _named(register, ids)
    held = {release.identity for release in register.releases() if release.holds}
    for kept in asked:
        if kept.finding.identity not in held:
            raise YishuError(words().release.refused["nothing_held"].format(id=kept.finding.identity[:SHORT]))
    said = _tidied(register, configuration, asked, said)
    identities = {kept.finding.identity for kept in asked}
    return register.withdraw(identities, by=said.by, document=said.document, reason=said.reason, at=edge.now())


def _named(register: Register, ids: Sequence[str]) -> tuple[KeptFinding, ...]:
    """The findings named; of those with one identity the ones that are still there, if any is."""
    kept = register.findings(include_closed=True)
    identities = {find_one(each, (item.finding.identity for item in kept)) for each in ids}
    found = tuple(item for item in kept if item.finding.identity in identities)
    there = {item.finding.identity for item in found if item.state != "fixed"}
    return tuple(item for item in found if item.state != "fixed" or item.finding.identity not in there)


def _tidied(register: Register, configuration: Configuration, asked: Sequence[KeptFinding], said: Said) -> Said:
    """What is said, the title as the card writes it; a YishuError in Chinese where it does not do."""
    from templates.brief.reasons import release_objection

    titles = [_title(configuration, item.finding, said.by) for item in asked]
    tidied = Said(by=titles[0], document=said.document.strip(), reason=said.reason.strip())
    own = {item.finding.identity for item in asked}
    elsewhere = [release for release in register.releases() if release.identity not in own]
    decisions = [one for each in elsewhere for one in (each.granted, each.withdrawn) if one]
    others = [decision.reason for decision in decisions if decision.document != tidied.document]
    if refused := release_objection(tidied.reason, document=tidied.document, others=others):
        raise YishuError(refused)
    return tidied


def _title(configuration: Configuration, finding: Finding, by: str) -> str:
    """The title as the office card writes it; a YishuError that lists the titles where it is none of them."""
    from templates.brief.reasons import plain
    from templates.brief.speech import words

    card, spoken = configuration.office(finding.slot.office), words().release
    if not card.released_by:
        raise YishuError(spoken.nobody.format(office=card.names["full"], id=card.id))
    known = {plain(title): title for title in card.released_by}
    if plain(by) not in known:
        titles = "、".join(card.released_by)
        raise YishuError(spoken.not_listed.format(by=by.strip(), office=card.names["full"], titles=titles))
    return known[plain(by)]


def _refusal(configuration: Configuration, kept: KeptFinding) -> str | None:
    """Why this finding cannot be released now, in Chinese."""
    from flows.screens.brief import clock_text, told
    from templates.brief.speech import words

    finding, spoken, about = kept.finding, words().release.refused, told(kept.finding, configuration)
    name = {"id": finding.identity[:SHORT], "says": about["says"]}
    if kept.state == "fixed":
        return spoken["gone"].format(**name)
    if finding.level is not Level.ERROR:
        return spoken[str(finding.level)].format(**name)
    if not may_be_released(configuration, finding):
        return spoken["only_mended"].format(**name)
    if kept.release is not None and kept.release.holds:
        granted = kept.release.granted
        return spoken["already"].format(**name, by=granted.by, document=granted.document, at=clock_text(granted.at))
    return None


def log(register: Register) -> tuple[Logged, ...]:
    """Every release ever granted, the oldest first, and how each stands now."""
    kept: dict[str, list[KeptFinding]] = {}
    for item in register.findings(include_closed=True):
        kept.setdefault(item.finding.identity, []).append(item)
    return tuple(Logged(each, _standing(each, kept.get(each.identity, ()))) for each in register.releases())


def _standing(each: Release, kept: Sequence[KeptFinding]) -> Standing:
    if not each.holds:
        return "withdrawn"
    there = [item for item in kept if item.state != "fixed"]
    if not there:
        return "gone"
    return "holds" if any(item.release and item.release.id == each.id for item in there) else "changed"


def behind(register: Register, submissions: Iterable[str]) -> Mapping[str, tuple[Release, ...]]:
    """The releases on which each of these submissions was accepted; those that rest on none are left out."""
    wanted, known = set(submissions), {release.id: release for release in register.releases()}
    if not known:
        return {}
    return {
        submission.id: tuple(known[number] for number in verdict.released)
        for submission, verdict in register.submissions()
        if submission.id in wanted and verdict is not None and verdict.released
    }


def _either(titles: Sequence[str]) -> str:
    return "或者".join(filter(None, ("、".join(titles[:-1]), titles[-1])))
