"""The process in which foreign files are read: jobs come in on one pipe, what was read goes out on another.

Started by `guard` as `python -m sources.confined.child`; it keeps nothing from one file to the next.
"""

from __future__ import annotations

import codecs
import os
import pickle
import signal
import struct
import sys
import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.cards import LedgerCard
    from sources.reading.frames import Told

FRAME = struct.Struct(">QQ")
READY = FRAME.pack(0, 0)
HERE = Path(__file__).resolve().parents[1]


def main(seconds: float, memory_mib: int) -> None:
    """Read what the parent sends until it sends no more."""
    # The pipe is kept apart, so that nothing that a library prints gets between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)
    jobs = os.fdopen(os.dup(0), "rb")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _warm_up()
    from sources.confined.confinement import confine

    confine(memory_mib)
    answers.write(READY)
    answers.flush()
    while (head := jobs.read(FRAME.size)) and len(head) == FRAME.size:
        job, content = (jobs.read(size) for size in FRAME.unpack(head))
        # Should the parent be gone, nobody else would end what hangs in native code.
        signal.setitimer(signal.ITIMER_REAL, seconds + 5)
        rows, beside = _answer(job, content)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(FRAME.pack(len(rows), len(beside)))
        answers.write(rows)
        answers.write(beside)
        answers.flush()


def _warm_up() -> None:
    """Import whatever reading needs, so that the first file pays for nothing and none is blamed for our start."""
    sys.meta_path.insert(0, _NoPandas())
    import pyarrow as pa
    import python_calamine  # noqa: F401

    for encoding in ("gb18030", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        codecs.lookup(encoding)
    pa.array([""], type=pa.string())


class _NoPandas:
    """Arrow would import pandas only to ask whether a list is a Series: half a second and 50 MB."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse pandas, and leave every other module to those who know."""
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas' where files are read", name=name)


def _answer(job: bytes, content: bytes) -> tuple[bytes, bytes]:
    from sources.reading.frames import pack
    from sources.reading.reader import not_read, read_rows

    request: dict[str, Any] = pickle.loads(job)  # noqa: S301 - from our own parent
    card = _card(request["card"])
    submission = request["submission"]
    try:
        return pack(
            read_rows(content, submission=submission, card=card, sheets=request["sheets"], secret=request["secret"])
        )
    except MemoryError:
        told = not_read("file.too_large", submission=submission, card=card, facts={"reason": "文件过大"})
    except Exception as error:  # noqa: BLE001 - a mistake of ours, told as a finding that says so
        told = _failed(error, submission=submission, card=card)
    return pack(told)


@lru_cache(maxsize=256)
def _card(pickled: bytes) -> LedgerCard:
    card: LedgerCard = pickle.loads(pickled)  # noqa: S301 - from our own parent
    return card


def _failed(error: Exception, *, submission: Any, card: LedgerCard) -> Told:
    """A finding that names the line of ours that failed; never a value, which may be personal."""
    from sources.reading.reader import not_read

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).resolve().is_relative_to(HERE)] or list(frames)
    place = f"{Path(ours[-1].filename).stem}:{ours[-1].lineno} {type(error).__name__}"
    return not_read("file.reader_failed", submission=submission, card=card, facts={"place": place})


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
