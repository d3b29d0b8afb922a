"""What the register answers with; standard library only, so that reading it costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warehouse.declarations import YishuError
from warehouse.model import Finding, Slot, State, Submission, type_of_fact

RunState = Literal["running", "done", "failed", "interrupted"]
# `receipt`, `content`, `across`; and `across 2024` for what the comparison of 2024 found at another year's slot.
Stage = str
FindingState = Literal["new", "open", "returned", "explained", "released", "fixed", "recurred"]


class RegisterError(YishuError):
    """The register cannot be opened or used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about a submission, under which card and rules, by which run.

    `errors` are those that block; `released` names the releases without which it would not have been accepted.
    """

    submission: str
    card_hash: str
    rules_hash: str
    state: State
    rows: int
    errors: int
    questions: int
    notes: int
    frame_key: str
    decided_at: datetime
    run: int
    released: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A submission whose newest verdict is accepted; in force is the one that speaks for its slot."""

    submission: Submission
    frame_key: str
    accepted_at: datetime
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounts:
    """What one run handled: submissions received, unchanged, accepted, returned, and findings noted."""

    received: int = 0
    unchanged: int = 0
    accepted: int = 0
    returned: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of the flow. `office` lists office ids, separated by commas."""

    id: int
    office: str
    started_at: datetime
    ended_at: datetime | None
    state: RunState
    received: int
    unchanged: int
    accepted: int
    returned: int
    findings: int
    warehouse_hash: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of a run: when it worked, and what it counted."""

    run: int
    name: str
    started_at: datetime
    ended_at: datetime
    facts: Mapping[str, int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer to a question: who gave it, when, and what; `value_mark` binds it to the exact value asked about.

    `chain` is a digest over this row and the one before it, so that a row changed afterwards is seen.
    """

    id: int
    identity: str
    slot: Slot
    code: str
    value_mark: str
    facts: Mapping[str, type_of_fact]
    text: str
    by: str
    at: datetime
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a leader decided in writing about an error that is a true fact: by office title, document and reason."""

    id: int
    by: str
    document: str
    reason: str
    at: datetime
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A written release (放行): the error no longer blocks acceptance while its value stays what it is.

    `withdrawn` is the later decision that took it back; both stay on record. `value_mark` binds it to the exact value.
    """

    identity: str
    slot: Slot
    code: str
    value_mark: str
    facts: Mapping[str, type_of_fact]
    granted: Decision
    withdrawn: Decision | None = None

    @property
    def id(self) -> int:
        """The number of the release, that of the decision which granted it."""
        return self.granted.id

    @property
    def holds(self) -> bool:
        """Whether nobody took it back."""
        return self.withdrawn is None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFinding:
    """A finding with its life: its state, since when, and in which submissions it was first seen and was gone.

    `new`: first seen in the latest run of its office. `open`: seen before that. `returned`: the submission that it was
    last seen in was returned to the department. `explained`: a question whose answer still fits its value.
    `released`: an error that a leader released in writing, its value being the same. `release` is the newest one for
    this value, also where it was withdrawn.
    `recurred`: it had been fixed and came back; the field of that name stays true once it is fixed again.
    `fixed`: gone since `closed_at`. The submission it was last seen in is that of the finding itself.
    """

    finding: Finding
    state: FindingState
    since: datetime
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    first_run: int
    last_run: int
    first_submission: str | None = None
    fixed_submission: str | None = None
    recurred: bool = False
    explanation: Explanation | None = None
    release: Release | None = None

    @property
    def settled(self) -> bool:
        """Whether nobody has to do anything about it any more: it is gone, explained, or released."""
        return self.state in ("fixed", "explained", "released")
