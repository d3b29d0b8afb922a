"""What departments wrote beside the questions of their 退回单: taken as `yishu explain` takes it, or told why not.

A sheet that went through other hands is believed in nothing but its texts. Which questions there are, whose they are
and which value they ask about the register says, as it stands before the new file is judged: what is explained is the
value that was asked about, and one that was changed in the same file asks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows import settings as edge
from flows.nights.run import timed
from warehouse.model import Finding, Level, Slot, Submission, type_of_fact

if TYPE_CHECKING:
    from flows.nights.night import Checked
    from flows.nights.run import Night
    from sources.reading.returned import Reason
    from warehouse.entries import Explanation, KeptFinding

STAGE = "explanation"
REFUSED, TOO_LONG = "explanation.refused", "explanation.too_long"
CHANGED, UNKNOWN = "explanation.value_changed", "explanation.unknown"
ABOUT_REASONS = frozenset({REFUSED, TOO_LONG, CHANGED, UNKNOWN})
SHORT, QUOTED = 8, 40


@dataclass(frozen=True, slots=True)
class _File:
    """One file that came tonight: the submissions that it is, in one department's folder."""

    submissions: tuple[Submission, ...]
    answers: frozenset[str]

    @property
    def slot(self) -> Slot:
        """The first of its slots."""
        return self.submissions[0].slot

    def made_from(self, night: Night) -> tuple[Submission, ...]:
        """What it was made from, as it says, as far as that lay in the same folder."""
        folder = self.slot
        said = (each for each, _ in night.register.submissions(folder.office) if each.id in self.answers)
        here = (folder.department, folder.period)
        return tuple(each for each in said if (each.slot.department, each.slot.period) == here)


def take(night: Night, checked: Sequence[Checked]) -> None:
    """The explanations on tonight's 退回单 are on record, and the department is told of each that is not."""
    from sources.reading.returned import reasons_in

    told: dict[Slot, list[Finding]] = {item.submission.slot: [] for item in checked}
    files: dict[tuple[str, str, int, str], list[Checked]] = defaultdict(list)
    for item in checked:
        slot = item.submission.slot
        if "reasons" in item.facts:
            files[slot.office, slot.department, slot.period, item.submission.sha256].append(item)
    if files:
        with timed(night, "explain") as facts:
            counts = []
            for those in files.values():
                of = _File(tuple(each.submission for each in those), frozenset(those[0].facts["answers"].split()))
                taking = _Taking(night, of)
                taking.take(reasons_in(those[0].facts))
                counts.append(taking.taken)
                told[of.slot] += taking.found
            facts["explained"] = sum(counts)
    _note(night, told)


def refusal(text: str, of: Collection[str], *, by: str, told: Iterable[Explanation]) -> str | None:
    """Why `text` explains none of the findings `of`, in Chinese; None where it does. `told` is all that was explained.

    It is the same wherever an explanation comes from: a command, or a 退回单.
    """
    from templates.brief.reasons import objection

    return objection(text, by=by, others=[known.text for known in told if known.identity not in of])


class _Taking:
    """Goes through what was written on one 退回单."""

    def __init__(self, night: Night, of: _File) -> None:
        self._night, self._of = night, of
        made_from = of.made_from(night)
        self._asked = _questions(night, of, {each.slot for each in (*of.submissions, *made_from)})
        # What was said before the file came that the list was made from is no reason not to say it again.
        since = max((each.received_at for each in made_from), default=None)
        self._known = list(night.register.explanations())
        self._said_since = [known for known in self._known if since is None or known.at > since]
        self._by = night.configuration.offices[of.slot.office].departments[of.slot.department].name
        self.taken, self.found = 0, list[Finding]()

    def take(self, reasons: Iterable[Reason]) -> None:
        """Each text is taken or told of; what says the same of several questions of one item is one explanation."""
        together: dict[tuple[int, str], list[KeptFinding]] = defaultdict(list)
        for reason in reasons:
            named = {identity for identity in self._asked if identity.startswith(reason.id)}
            if len(named) == 1:
                together[reason.item, reason.text] += self._new(self._asked[named.pop()], reason.text)
            elif not reason.shared:
                # One text for all of an item is meant for its questions, whatever else stands in it.
                self._tell(UNKNOWN, reason.id)
        for (_, text), kept in together.items():
            if kept:
                self._explain(kept, text)

    def _new(self, kept: Sequence[KeptFinding], text: str) -> Iterator[KeptFinding]:
        """Of those with one identity the ones that the text is said of for the first time since the list was made."""
        for each in (each for each in kept if each.state != "fixed"):
            said = (each.finding.identity, text)
            if not any((known.identity, known.text) == said for known in self._said_since):
                yield each
            elif each.explanation is None:
                # The list still says what explained another value.
                self._tell(CHANGED, each.finding.identity, text=text)

    def _explain(self, kept: Sequence[KeptFinding], text: str) -> None:
        from sources.reading.returned import LONGEST_REASON

        identities = {each.finding.identity for each in kept}
        refused = refusal(text, identities, by=self._by, told=self._known)
        for identity in sorted(identities):
            if len(text) > LONGEST_REASON:
                self._tell(TOO_LONG, identity, most=LONGEST_REASON)
            elif refused:
                self._tell(REFUSED, identity, objection=refused)
        if len(text) <= LONGEST_REASON and not refused:
            at = self._of.submissions[0].received_at
            self._known += self._night.register.explain(kept, text=text, by=self._by, at=at)
            self.taken += len(identities)

    def _tell(self, code: str, about: str, **facts: type_of_fact) -> None:
        if "text" in facts:
            facts["text"] = str(facts["text"])[:QUOTED]
        submission = self._of.submissions[0]
        self.found.append(
            Finding(
                code=code,
                level=Level.NOTE,
                slot=submission.slot,
                submission=submission.id,
                file=submission.file_name,
                key=about,
                facts={"question": about[:SHORT], **facts},
            )
        )


def _questions(night: Night, of: _File, slots: Set[Slot]) -> Mapping[str, Sequence[KeptFinding]]:
    """Every question that these slots ever had a part in, by its identity."""
    found: dict[str, list[KeptFinding]] = defaultdict(list)
    known = night.register.findings(
        office=of.slot.office, department=of.slot.department, level=Level.QUESTION, include_closed=True
    )
    for kept in known:
        if not slots.isdisjoint(kept.finding.slots):
            found[kept.finding.identity].append(kept)
    return found


def _note(night: Night, told: Mapping[Slot, Sequence[Finding]]) -> None:
    """What is told of explanations is told as long as the file that they came in is the latest of its slot."""
    noted = {
        slot for office in {slot.office for slot in told} for slot in night.register.open_identities(office, STAGE)
    }
    for slot, findings in told.items():
        if findings or slot in noted:
            unique = {finding.identity: finding for finding in findings}.values()
            night.register.note_findings(slot, STAGE, unique, run=night.run, at=edge.now())
