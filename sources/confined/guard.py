"""Reading in a child process with limits: whatever a file does to its reader, the answer is a Reading.

A damaged file can abort the process that reads it, hang it or eat its memory, and no `except` helps against that.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from types import TracebackType
from typing import TYPE_CHECKING

from sources.confined.plain import plain, unpickled
from sources.confined.process import Child, Limits, LostError
from sources.formats.grid import LARGEST_FILE
from sources.reading.frames import Reading, unpack
from sources.reading.reader import not_read

if TYPE_CHECKING:
    from sources.cards import LedgerCard
    from sources.unknown.looking import Seen
    from warehouse.model import Submission

__all__ = ["Guard", "Job", "Limits"]

# So many files at most, or so many bytes of them, go to a child at once; so few are not shared among children.
BATCH_FILES, BATCH_BYTES, FEW_FILES = 256, 4 * 1024**2, 64


@dataclass(frozen=True, slots=True)
class Job:
    """One file to be read: its submission, and what gives its bytes when its turn has come."""

    submission: Submission
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class _Task:
    """How the files of a batch are to be read, pickled once for all of them."""

    card: LedgerCard
    sheets: tuple[str, ...]
    secret: bytes
    pickled: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a child packed about some files, or why the one file gave nothing."""

    submissions: tuple[Submission, ...]
    packed: tuple[bytes, bytes] | None
    code: str = ""


class Guard:
    """Reads files in at most `children` processes, which are started when first needed and serve many files.

    Several threads may use one guard. Leave it (`with`), so that the children end.
    """

    def __init__(self, limits: Limits | None = None, *, children: int = 2) -> None:
        self.limits = limits or Limits()
        self.started = 0
        self._children = children
        self._free = BoundedSemaphore(children)
        self._idle: list[Child] = []
        self._busy = 0
        self._lock = Lock()

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def read(
        self, content: bytes, *, submission: Submission, card: LedgerCard, sheets: tuple[str, ...], secret: bytes
    ) -> Reading:
        """As `reader.read`, within the limits; what dies, hangs or eats memory is a finding."""
        [reading] = self.read_all([Job(submission, lambda: content)], card=card, sheets=sheets, secret=secret)
        return reading

    def read_all(
        self, jobs: Sequence[Job], *, card: LedgerCard, sheets: tuple[str, ...], secret: bytes
    ) -> Iterator[Reading]:
        """The readings of files of one ledger as one department writes it, in their order, each within the limits."""
        task = _Task(card, sheets, secret, pickle.dumps(plain(card)))
        batches = list(_batches(jobs, self._children))
        self._start_early(len(batches))
        # One thread more than children, so that the next batch is at hand when a child has finished one.
        with ThreadPoolExecutor(self._children + 1) as pool:
            for answers in pool.map(lambda batch: self._read_batch(task, batch), batches):
                for answer in answers:
                    yield from self._readings(task, answer)

    def look(self, content: bytes, *, file: str, year: int, sheet: str | None = None) -> Seen:
        """As `looking.look`, within the limits."""
        from sources.unknown.looking import nothing_seen

        job = pickle.dumps({"file": file, "year": year, "sheet": sheet})
        try:
            if len(content) > LARGEST_FILE:
                raise LostError("file.too_large")
            seen: Seen = unpickled(self._ask(job, content, files=1)[1])
        except LostError as lost:
            return nothing_seen(lost.code, file=file, facts=self._why(lost.code))
        return seen

    def _read_batch(self, task: _Task, jobs: Sequence[Job]) -> list[_Answer]:
        """What came of the files; the one that ends a child is told apart from those that went with it."""
        submissions = tuple(job.submission for job in jobs)
        if len(jobs) == 1 and submissions[0].size > LARGEST_FILE:
            return [_Answer(submissions, None, "file.too_large")]
        try:
            return [_Answer(submissions, self._ask(*_request(task, jobs), files=len(jobs)))]
        except LostError as lost:
            if len(jobs) == 1:
                return [_Answer(submissions, None, lost.code)]
            if (at := lost.done) == len(jobs):
                # All were read; it was the answer that could not be given.
                parts = [jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]]
            else:
                parts = [jobs[:at], jobs[at : at + 1], jobs[at + 1 :]]
                if lost.code == "file.too_slow":
                    slow = [_Answer((jobs[at].submission,), None, lost.code)]
                    return [*self._again(task, parts[0]), *slow, *self._again(task, parts[2])]
        return [answer for part in parts for answer in self._again(task, part)]

    def _again(self, task: _Task, jobs: Sequence[Job]) -> list[_Answer]:
        return self._read_batch(task, jobs) if jobs else []

    def _readings(self, task: _Task, answer: _Answer) -> list[Reading]:
        if answer.packed is not None:
            rows, beside = answer.packed
            return unpack(unpickled(rows), beside, answer.submissions, task.card)
        [submission] = answer.submissions
        return [not_read(answer.code, submission=submission, card=task.card, facts=self._why(answer.code))]

    def _why(self, code: str) -> dict[str, str | int]:
        reason = "文件过大" if code == "file.too_large" else "文件已损坏，或者不是电子表格"
        return {"reason": reason, "seconds": f"{self.limits.seconds:g}"}

    def _ask(self, job: bytes, content: bytes, *, files: int) -> tuple[bytes, bytes]:
        """What a child says. One that was not new may have been lost by an earlier file, so a new one is asked too."""
        with self._child() as child:
            used = child.served > 0
            try:
                return child.ask(job, content, files=files)
            except LostError as lost:
                if files > 1 or not used or lost.code == "file.too_slow":
                    raise
        with self._child(new=True) as child:
            return child.ask(job, content)

    @contextmanager
    def _child(self, *, new: bool = False) -> Iterator[Child]:
        """A child that nobody else uses; one that is lost or has grown does not come back."""
        with self._free:
            with self._lock:
                child = self._idle.pop() if self._idle and not new else None
                self._busy += 1
            sound = False
            try:
                child = child or self._start()
                yield child
                sound = True
            finally:
                with self._lock:
                    self._busy -= 1
                    stays = sound and child is not None and not child.ended and not child.has_grown
                    if stays and child:
                        self._idle.append(child)
                if child and not stays:
                    child.end()

    def _start_early(self, batches: int) -> None:
        """Let children start that will be needed, while the first files are fetched."""
        with self._lock:
            for _ in range(min(self._children, batches) - self._busy - len(self._idle)):
                self.started += 1
                self._idle.append(Child(self.limits))

    def _start(self) -> Child:
        with self._lock:
            self.started += 1
        return Child(self.limits)


def _batches(jobs: Sequence[Job], children: int) -> Iterator[list[Job]]:
    """The jobs in handfuls, as many for each child; a large file goes alone."""
    rounds = -(-len(jobs) // (BATCH_FILES * children))
    most = max(FEW_FILES, -(-len(jobs) // (max(rounds, 1) * children)))
    batch: list[Job] = []
    size = 0
    for job in jobs:
        if batch and (len(batch) == most or size + job.submission.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += job.submission.size
    if batch:
        yield batch


def _request(task: _Task, jobs: Sequence[Job]) -> tuple[bytes, bytes]:
    contents = [job.content() for job in jobs]
    files = [(job.submission, len(content)) for job, content in zip(jobs, contents, strict=True)]
    request = {"card": task.pickled, "sheets": task.sheets, "secret": task.secret, "files": files}
    return pickle.dumps(request), b"".join(contents)
