"""What the register answers with; standard library only, so that reading it costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from warehouse.declarations import YishuError
from warehouse.model import Finding, State, Submission

RunState = Literal["running", "done", "failed", "interrupted"]
Stage = Literal["receipt", "content", "across"]
FindingState = Literal["new", "open", "fixed", "recurred"]


class RegisterError(YishuError):
    """The register cannot be opened or used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about a submission, under which card and rules, by which run."""

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
class KeptFinding:
    """A finding with its life.

    `new`: first seen in the latest run of its office. `open`: seen before that. `recurred`: it had been fixed and came
    back. `fixed`: gone since `closed_at`.
    """

    finding: Finding
    state: FindingState
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    first_run: int
    last_run: int
