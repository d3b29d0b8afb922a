"""Looking at a file in a process of its own, within limits: it may die, hang or eat memory, we may not."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sources.confined.guard import Limits, ran_out_of_memory

if TYPE_CHECKING:
    from sources.unknown.looking import Seen

ROOT = Path(__file__).resolve().parents[2]


def look_apart(content: bytes, *, file: str, year: int, sheet: str | None = None, limits: Limits | None = None) -> Seen:
    """As `looking.look`; what ends the process that looks, or takes it too long, is a finding."""
    from sources.unknown.looking import nothing_seen

    limits = limits or Limits()
    job = pickle.dumps({"content": content, "file": file, "year": year, "sheet": sheet})
    command = [sys.executable, "-P", "-s", "-m", "sources.confined.apart", str(limits.memory_mib)]
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=job, capture_output=True, check=False, cwd=ROOT, timeout=limits.seconds,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        facts = {"seconds": f"{limits.seconds:g}", "reason": "读取超时"}
        return nothing_seen("file.too_slow", file=file, facts=facts)
    if answer.returncode != 0:
        if ran_out_of_memory(answer.stderr):
            return nothing_seen("file.too_large", file=file, facts={"reason": "文件过大"})
        return nothing_seen("file.unreadable", file=file, facts={"reason": "文件已损坏，或者不是电子表格"})
    seen: Seen = pickle.loads(answer.stdout)  # noqa: S301 - from our own child
    return seen


def main(memory_mib: int) -> None:
    """Look at what stands on the standard input and answer on the standard output."""
    # Whatever a library prints must not get into the answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own parent
    import python_calamine  # noqa: F401

    import sources.formats.delimited
    import sources.formats.ooxml  # noqa: F401
    from sources.confined.confinement import confine
    from sources.unknown.looking import look, nothing_seen

    confine(memory_mib)
    try:
        seen = look(job["content"], file=job["file"], year=job["year"], sheet=job["sheet"])
    except MemoryError:
        seen = nothing_seen("file.too_large", file=job["file"], facts={"reason": "文件过大"})
    pickle.dump(seen, answers)
    answers.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
