"""Reading in a child process with limits: whatever a file does to its reader, the answer is a Reading.

A damaged file can abort the process that reads it, hang it or eat its memory, and no `except` helps against that.
"""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from types import TracebackType
from typing import TYPE_CHECKING

from sources.confined.child import FRAME, READY
from sources.formats.grid import LARGEST_FILE
from sources.reading.frames import Reading, Told, unpack
from sources.reading.reader import not_read
from warehouse.declarations import YishuError

if TYPE_CHECKING:
    from sources.cards import LedgerCard
    from warehouse.model import Submission

ROOT = Path(__file__).resolve().parents[2]
MODULE = "sources.confined.child"
START_SECONDS = 60.0
CHUNK = 1024**2
_OUT_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"out of memory", b"MemoryError")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one file may take: seconds of wall-clock and MiB of memory."""

    seconds: float = 20.0
    memory_mib: int = 1024


class _LostError(Exception):
    """The child gave no answer; `code` is the finding that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Guard:
    """Reads files in at most `children` processes, which are started when first needed and serve many files.

    Several threads may use one guard. Leave it (`with`), so that the children end.
    """

    def __init__(self, limits: Limits | None = None, *, children: int = 2) -> None:
        self.limits = limits or Limits()
        self.started = 0
        self._free = BoundedSemaphore(children)
        self._idle: list[_Child] = []
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
        if len(content) > LARGEST_FILE:
            return self._not_read("file.too_large", submission, card)
        request = {"submission": submission, "card": pickle.dumps(card), "sheets": sheets, "secret": secret}
        job = pickle.dumps(request)
        try:
            return self._ask(job, content, submission).as_reading()
        except _LostError as lost:
            return self._not_read(lost.code, submission, card)

    def _not_read(self, code: str, submission: Submission, card: LedgerCard) -> Reading:
        reason = "文件过大" if code == "file.too_large" else "文件已损坏，或者不是电子表格"
        facts = {"reason": reason, "seconds": f"{self.limits.seconds:g}"}
        return not_read(code, submission=submission, card=card, facts=facts).as_reading()

    def _ask(self, job: bytes, content: bytes, submission: Submission) -> Told:
        """What the child says; a child that was not new when it was lost may have died of an earlier file."""
        with self._child() as child:
            used = child.served > 0
            try:
                return unpack(*child.ask(job, content), submission)
            except _LostError as lost:
                if not used or lost.code == "file.too_slow":
                    raise
        with self._child(new=True) as child:
            return unpack(*child.ask(job, content), submission)

    @contextmanager
    def _child(self, *, new: bool = False) -> Iterator[_Child]:
        """A child that nobody else uses; one that is lost or has grown does not come back."""
        with self._free:
            with self._lock:
                child = self._idle.pop() if self._idle and not new else None
            child = child or self._start()
            sound = False
            try:
                yield child
                sound = True
            finally:
                if sound and not child.has_grown:
                    with self._lock:
                        self._idle.append(child)
                else:
                    child.end()

    def _start(self) -> _Child:
        with self._lock:
            self.started += 1
        return _Child(self.limits)


class _Child:
    """One child process and the two pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.served = 0
        self._last_words = b""
        arguments = [sys.executable, "-P", "-s", "-m", MODULE, str(limits.seconds), str(limits.memory_mib)]
        complaints, self._complaints = os.pipe()
        try:
            # Only we drain this pipe, after each file: a child that complains a lot must not wait for us.
            os.set_blocking(complaints, False)
            os.set_blocking(self._complaints, False)
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=_environment(),
                cwd=ROOT,
                bufsize=0,
            )
        finally:
            os.close(self._complaints)
        self._complaints = complaints
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101
        self._jobs, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._jobs, False)
        os.set_blocking(self._answers, False)
        self._wait_until_ready()
        self._size = self._resident()

    def _wait_until_ready(self) -> None:
        try:
            ready = self._receive(len(READY), until=time.monotonic() + START_SECONDS)
        except _LostError:
            self.end()
            said = self._last_words.decode("utf-8", "replace").strip() or "it said nothing"
            raise YishuError(
                f"The process that reads files did not start: {said.splitlines()[-1]}; "
                "try `python -m sources.confined.child 20 1024 < /dev/null` in the folder of the project."
            ) from None
        if ready != READY:
            self.end()
            raise YishuError("The process that reads files speaks another protocol; install the project anew.")

    def ask(self, job: bytes, content: bytes) -> tuple[bytes, bytes]:
        """The child's answer about one file: rows, and what stands beside them."""
        until = time.monotonic() + self.limits.seconds
        try:
            self._send(FRAME.pack(len(job), len(content)) + job, until=until)
            self._send(content, until=until)
            rows, beside = FRAME.unpack(self._receive(FRAME.size, until=until))
            answer = self._receive(rows, until=until), self._receive(beside, until=until)
        except BaseException:
            self.end()
            raise
        self.served += 1
        self._complained()
        return answer

    @property
    def has_grown(self) -> bool:
        """Whether the child holds much more than when it began; it is then time for another one."""
        return self._resident() - self._size > self.limits.memory_mib * 1024**2 // 4

    def end(self) -> None:
        """The child is gone and leaves nothing behind."""
        if self._process.returncode is not None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._process.kill()
        self._process.wait()
        os.close(self._complaints)

    def _send(self, data: bytes, *, until: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._jobs, until, writing=True)
            try:
                view = view[os.write(self._jobs, view[:CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._lost() from None

    def _receive(self, size: int, *, until: float) -> bytes:
        parts, missing = [], size
        while missing:
            self._wait(self._answers, until, writing=False)
            part = os.read(self._answers, min(missing, CHUNK))
            if not part:
                raise self._lost()
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: int, until: float, *, writing: bool) -> None:
        poll = select.poll()
        poll.register(pipe, select.POLLOUT if writing else select.POLLIN)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise _LostError("file.too_slow")

    def _lost(self) -> _LostError:
        """Why the child is gone: out of memory, or simply dead."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self._last_words = self._complained()
        return _LostError("file.too_large" if ran_out_of_memory(self._last_words) else "file.unreadable")

    def _complained(self) -> bytes:
        """What the child said on its standard error since it was last asked."""
        try:
            return os.read(self._complaints, CHUNK)
        except BlockingIOError:
            return b""

    def _resident(self) -> int:
        """Bytes of memory that the child holds; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_bytes().split()[1])
        except (OSError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")


def ran_out_of_memory(complaints: bytes) -> bool:
    """Whether a process that is gone said that there was no more memory."""
    return any(words in complaints for words in _OUT_OF_MEMORY)


def _environment() -> dict[str, str]:
    """What the child is told: where our code lies, and to be modest. Nothing of ours that is secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Pools of threads and reserved address space would count against the limit.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
