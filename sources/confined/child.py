"""The process in which foreign files are read: jobs come in on one pipe, what was read goes out on another.

Started by `guard` as `python -m sources.confined.child`; what one file says has no part in the reading of the next.
"""

from __future__ import annotations

import codecs
import gc
import mmap
import os
import pickle
import signal
import struct
import sys
import traceback
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sources.cards import LedgerCard

FRAME = struct.Struct(">QQ")
COUNTER = struct.Struct("Q")
READY = FRAME.pack(0, 0)
HERE = Path(__file__).resolve().parents[1]


def main(seconds: float, memory_mib: int, progress: int) -> None:
    """Read what the parent sends until it sends no more; `progress` is the file in which it sees how many are read."""
    # The pipe is kept apart, so that nothing that a library prints gets between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)
    jobs = os.fdopen(os.dup(0), "rb")
    # A word on the pipe for each file would wake the parent as often, which takes a tenth of the time of reading.
    done = memoryview(mmap.mmap(progress, COUNTER.size)).cast("Q")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm_up()
    from sources.confined.confinement import confine

    confine(memory_mib)
    answers.write(READY)
    answers.flush()
    # What there is now stays; what a batch leaves is freed as it ends, without a search for circles in between.
    gc.freeze()
    gc.disable()
    while (head := jobs.read(FRAME.size)) and len(head) == FRAME.size:
        job, content = (jobs.read(size) for size in FRAME.unpack(head))

        def read_one() -> None:
            # Should the parent be gone, nobody else would end what hangs in native code.
            signal.setitimer(signal.ITIMER_REAL, seconds + 5)
            done[0] += 1

        signal.setitimer(signal.ITIMER_REAL, seconds + 5)
        rows, beside = _answer(job, content, read_one)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(FRAME.pack(len(rows), len(beside)))
        answers.write(rows)
        answers.write(beside)
        answers.flush()
        gc.collect()


def warm_up() -> None:
    """Import what nearly every file needs, so that none is blamed for our start; the rarer formats come with a file."""
    for module in _NEEDED:
        import_module(module)
    for encoding in ("gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        codecs.lookup(encoding)


_NEEDED = ("python_calamine", "sources.formats.garbled", "sources.formats.ooxml", "sources.reading.reader")


def _answer(job: bytes, content: bytes, read_one: Callable[[], None]) -> tuple[bytes, bytes]:
    """Rows, and what stands beside them; `read_one` is called whenever a file is read."""
    request: dict[str, Any] = pickle.loads(job)  # noqa: S301 - from our own parent
    return _looked(request, content, read_one) if "files" not in request else _read(request, content, read_one)


def _read(request: dict[str, Any], content: bytes, read_one: Callable[[], None]) -> tuple[bytes, bytes]:
    from sources.reading.reader import LedgerReader

    reader = LedgerReader(_card(request["card"]), request["sheets"], secret=request["secret"])
    start, files = 0, request["files"]
    for submission, size in files:
        try:
            reader.read(reader.open(content[start : start + size]), submission)
        except MemoryError:
            if len(files) > 1:
                # What the other files hold may have been too much; alone, this one may fit.
                raise
            reader.fail("file.too_large", submission, {"reason": "文件过大"})
        except Exception as error:  # noqa: BLE001 - a mistake of ours, told as a finding that says so
            reader.fail("file.reader_failed", submission, {"place": _place(error)})
        start += size
        read_one()
    return reader.packed()


def _looked(request: dict[str, Any], content: bytes, read_one: Callable[[], None]) -> tuple[bytes, bytes]:
    from sources.unknown.looking import look, nothing_seen

    try:
        seen = look(content, **request)
    except MemoryError:
        seen = nothing_seen("file.too_large", file=request["file"], facts={"reason": "文件过大"})
    except Exception as error:  # noqa: BLE001 - a mistake of ours, told as a finding that says so
        seen = nothing_seen("file.reader_failed", file=request["file"], facts={"place": _place(error)})
    packed = pickle.dumps(seen)
    read_one()
    return b"", packed


@lru_cache(maxsize=256)
def _card(pickled: bytes) -> LedgerCard:
    card: LedgerCard = pickle.loads(pickled)  # noqa: S301 - from our own parent
    return card


def _place(error: Exception) -> str:
    """The line of ours that failed and the kind of error; never a value, which may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).resolve().is_relative_to(HERE)] or list(frames)
    return f"{Path(ours[-1].filename).stem}:{ours[-1].lineno} {type(error).__name__}"


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
