"""One run in the register: it begins under a lock, its stages are timed, and it always comes to an end there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from flows import settings as edge
from flows.screens import brief
from flows.screens.brief import Line
from warehouse.declarations import YishuError
from warehouse.model import Slot, State

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.nights.arrivals import Arrival, Call
    from flows.nights.night import Decided, Received
    from flows.settings import Settings
    from sources.confined.guard import Guard
    from warehouse.entries import RunState
    from warehouse.register import Register
    from warehouse.store import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What every step needs: where things lie, what is declared, the register, and which run this is."""

    settings: Settings
    configuration: Configuration
    register: Register
    secret: bytes
    run: int
    guard: Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one run came to: how every slot stands, what was opened and decided, what became of the warehouse."""

    run: int
    lines: tuple[Line, ...]
    opened: int
    decided: int
    unreachable: tuple[str, ...]
    crashes: tuple[str, ...]
    published: bool
    rows: int
    warehouse: Path
    docs: Path | None

    @property
    def all_accepted(self) -> bool:
        """Whether everything that is owed is there and accepted."""
        return all(line.sound for line in self.lines)

    @property
    def nothing_new(self) -> bool:
        """Whether the inbox was as the last run left it."""
        return not (self.opened or self.decided or self.unreachable or self.crashes or self.published)


class NightFailedError(YishuError):
    """Something of ours broke in the run; `collected` is what was achieved all the same."""

    def __init__(self, collected: Collected) -> None:
        super().__init__("\n".join(collected.crashes))
        self.collected = collected


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """While this lasts no other collection may run in the same data folder; a second one gets a YishuError."""
    lock = FileLock(settings.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise YishuError(f"Another collection is working in {settings.data}; wait until it has finished.") from error
    try:
        yield
    finally:
        lock.release()


def guard(settings: Settings) -> Guard:
    """The guard that foreign files are read behind; it starts no process before the first file."""
    from sources.confined.guard import Guard, Limits

    return Guard(Limits(seconds=settings.read_seconds, memory_mib=settings.read_mib))


@contextmanager
def begin(settings: Settings, configuration: Configuration, calls: Sequence[Call]) -> Iterator[Night]:
    """A run, alone in its data folder. Left by an exception it stands in the register as failed or interrupted."""
    from warehouse.register import RunCounts, open_register

    offices = tuple(dict.fromkeys(call.office.id for call in calls))
    edge.prepare(settings)
    with only_one(settings), open_register(settings.register_url) as register, guard(settings) as guarded:
        run = register.begin_run(offices, edge.now())
        try:
            yield Night(
                settings=settings,
                configuration=configuration,
                register=register,
                secret=edge.secret(settings),
                run=run,
                guard=guarded,
            )
        except BaseException as error:
            state: RunState = "failed" if isinstance(error, Exception) else "interrupted"
            message = f"{type(error).__name__}: {error}"
            register.end_run(run, at=edge.now(), state=state, counts=RunCounts(), warehouse_hash=None, message=message)
            raise


@contextmanager
def timed(night: Night, name: str) -> Iterator[dict[str, int | str]]:
    """A stage of the run, timed; what is put into the mapping is kept beside its times."""
    facts: dict[str, int | str] = {}
    started_at = edge.now()
    try:
        yield facts
    finally:
        night.register.step(night.run, name, started_at=started_at, ended_at=edge.now(), facts=facts)


def slots(calls: Sequence[Call]) -> tuple[Slot, ...]:
    """Every slot that the calls are made for."""
    return tuple(call.slot(owed.ledger) for call in calls for owed in call.office.departments[call.department].hands_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the run went, stage by stage."""

    fetched: Mapping[str, tuple[Arrival, ...] | Exception]
    received: tuple[Received, ...]
    decided: tuple[Decided, ...]
    crashes: tuple[str, ...]
    publication: Publication
    docs: Path | None = None


def conclude(night: Night, calls: Sequence[Call], course: Course) -> Collected:
    """The run's end in the register, and what it came to."""
    from warehouse.register import RunCounts

    states = [item.verdict.state for item in course.decided]
    failed = {name: outcome for name, outcome in course.fetched.items() if isinstance(outcome, Exception)}
    found = brief.lines(night.register, slots(calls), run=night.run)
    messages = (*(f"{name}: {type(error).__name__}: {error}" for name, error in failed.items()), *course.crashes)
    night.register.end_run(
        night.run,
        at=edge.now(),
        state="failed" if course.crashes else "done",
        counts=RunCounts(
            received=sum(item.submission is not None for item in course.received),
            unchanged=sum(item.submission is not None and not item.unchecked for item in course.received),
            accepted=states.count(State.ACCEPTED),
            returned=states.count(State.RETURNED),
            findings=sum(line.errors + line.questions + line.notes - line.shared for line in found),
        ),
        warehouse_hash=course.publication.logical_hash,
        message="\n".join(messages),
    )
    opened = [
        arrival for outcome in course.fetched.values() if not isinstance(outcome, Exception) for arrival in outcome
    ]
    return Collected(
        run=night.run,
        lines=found,
        opened=sum(arrival.opened for arrival in opened),
        decided=len(course.decided),
        unreachable=tuple(f"{name}: {error}" for name, error in failed.items()),
        crashes=course.crashes,
        published=course.publication.changed,
        rows=course.publication.rows,
        warehouse=course.publication.path,
        docs=course.docs,
    )
