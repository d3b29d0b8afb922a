"""A child process as its parent sees it: two pipes, a clock and an end."""

from __future__ import annotations

import fcntl
import mmap
import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sources.confined.child import COUNTER, FRAME, READY
from warehouse.declarations import YishuError

ROOT = Path(__file__).resolve().parents[2]
MODULE = "sources.confined.child"
START_SECONDS = 60.0
PIPE_BYTES = 1024**2
# How often at least, in seconds, it is looked whether the child goes on.
LOOK_SECONDS = 0.25
_OUT_OF_MEMORY = (b"memory allocation of", b"bad_alloc", b"out of memory", b"MemoryError")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one file may take: seconds of wall-clock and MiB of memory."""

    seconds: float = 20.0
    memory_mib: int = 1024


class LostError(Exception):
    """The child gave no answer: `code` is the finding that says why, `done` how many files it had read before."""

    def __init__(self, code: str, done: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.done = done


class Child:
    """One child process, the two pipes to it, and a count of the files it has read, in memory that both see."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.served = 0
        self._last_words = b""
        self.ended = False
        complaints, self._complaints = os.pipe()
        count = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, when the child has it
        try:
            count.truncate(COUNTER.size)
            told = (limits.seconds, limits.memory_mib, count.fileno())
            self._count = mmap.mmap(count.fileno(), COUNTER.size)
            # Only we drain this pipe, after each file: a child that complains a lot must not wait for us.
            os.set_blocking(complaints, False)
            os.set_blocking(self._complaints, False)
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-S", "-P", "-s", "-m", MODULE, *map(str, told)],
                pass_fds=(count.fileno(),),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env=environment(),
                cwd=ROOT,
                bufsize=0,
            )
        finally:
            os.close(self._complaints)
            count.close()
        self._complaints = complaints
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101
        self._jobs, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._jobs, False)
        os.set_blocking(self._answers, False)
        for pipe in (self._jobs, self._answers):
            # Where the system allows it, a batch goes through in few pieces.
            with suppress(OSError, AttributeError):
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._size: int | None = None

    def _wait_until_ready(self) -> None:
        try:
            ready = self._receive(len(READY), until=time.monotonic() + START_SECONDS)
        except LostError:
            self.end()
            said = self._last_words.decode("utf-8", "replace").strip() or "it said nothing"
            raise YishuError(
                f"The process that reads files did not start: {said.splitlines()[-1]}; "
                "in the folder of the project, see what `python -c 'from sources.confined.child import warm_up; "
                "warm_up()'` says."
            ) from None
        if ready != READY:
            self.end()
            raise YishuError("The process that reads files speaks another protocol; install the project anew.")

    def ask(self, job: bytes, content: bytes, *, files: int = 1) -> tuple[bytes, bytes]:
        """The child's answer about so many files: rows, and what stands beside them. Each file has the time of one."""
        if self._size is None:
            self._wait_until_ready()
            self._size = self._resident()
        self._count[:] = COUNTER.pack(0)
        try:
            until = self._until()
            self._send(FRAME.pack(len(job), len(content)) + job, until=until)
            self._send(content, until=until)
            self._wait_while_reading()
            rows, beside = FRAME.unpack(self._receive(FRAME.size, until=self._until()))
            answer = self._receive(rows, until=self._until()), self._receive(beside, until=self._until())
        except LostError as lost:
            done = self._done()
            self.end()
            raise LostError(lost.code, done) from None
        except BaseException:
            self.end()
            raise
        self.served += files
        self._complained()
        return answer

    def _done(self) -> int:
        """How many files of what was asked the child has read."""
        done: int = COUNTER.unpack(self._count)[0]
        return done

    def _wait_while_reading(self) -> None:
        """Wait until the child answers or ends; one file more read is time for one file more."""
        done, until = 0, self._until()
        every = min(LOOK_SECONDS, self.limits.seconds / 4)
        while not self._is_ready(self._answers, min(until, time.monotonic() + every), writing=False):
            if self._done() > done:
                done, until = self._done(), self._until()
            elif time.monotonic() >= until:
                raise LostError("file.too_slow")

    def _until(self) -> float:
        return time.monotonic() + self.limits.seconds

    @property
    def has_grown(self) -> bool:
        """Whether the child holds much more than when it began; it is then time for another one."""
        return self._resident() - (self._size or 0) > self.limits.memory_mib * 1024**2 // 4

    def end(self) -> None:
        """The child is gone and leaves nothing behind."""
        if self.ended:
            return
        self.ended = True
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        # One that ended by itself has been waited for; kill knows.
        self._process.kill()
        self._process.wait()
        os.close(self._complaints)
        self._count.close()

    def _send(self, data: bytes, *, until: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._jobs, until, writing=True)
            try:
                view = view[os.write(self._jobs, view[:PIPE_BYTES]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._lost() from None

    def _receive(self, size: int, *, until: float) -> bytes:
        parts, missing = [], size
        while missing:
            self._wait(self._answers, until, writing=False)
            part = os.read(self._answers, min(missing, PIPE_BYTES))
            if not part:
                raise self._lost()
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _wait(self, pipe: int, until: float, *, writing: bool) -> None:
        if not self._is_ready(pipe, until, writing=writing):
            raise LostError("file.too_slow")

    def _is_ready(self, pipe: int, until: float, *, writing: bool) -> bool:
        poll = select.poll()
        poll.register(pipe, select.POLLOUT if writing else select.POLLIN)
        return bool(poll.poll(max(0.0, until - time.monotonic()) * 1000))

    def _lost(self) -> LostError:
        """Why the child is gone: out of memory, or simply dead."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)
        self._last_words = self._complained()
        hungry = any(words in self._last_words for words in _OUT_OF_MEMORY)
        return LostError("file.too_large" if hungry else "file.unreadable")

    def _complained(self) -> bytes:
        """What the child said on its standard error since it was last asked."""
        try:
            return os.read(self._complaints, PIPE_BYTES)
        except BlockingIOError:
            return b""

    def _resident(self) -> int:
        """Bytes of memory that the child holds; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_bytes().split()[1])
        except (OSError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")


def environment() -> dict[str, str]:
    """What the child is told: where our code lies, and to be modest. Nothing of ours that is secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
    # The child is told where packages lie, for looking for them takes longer than to start; but never where we stand.
    packages = [path for path in sys.path if Path(path or ".").is_dir() and Path(path or ".").resolve() != Path.cwd()]
    return kept | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), *packages]),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Pools of threads and reserved address space would count against the limit.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
