"""A 退回单 made in a process of its own, within limits: the file that it gives back is as foreign as when it came."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sources.confined.plain import unpickled
from sources.confined.process import Limits, environment

if TYPE_CHECKING:
    from sources.workbooks.returns import Order, ReturnWords, Written

ROOT = Path(__file__).resolve().parents[2]


def write_apart(content: bytes, order: Order, words: ReturnWords, *, limits: Limits | None = None) -> Written:
    """As `returns.write`; a file that ends the process, or takes it too long, comes back as the list alone."""
    from sources.workbooks.returns import list_alone

    limits = limits or Limits()
    job = pickle.dumps((content, order, words))
    command = [sys.executable, "-P", "-s", "-m", "sources.confined.writing", str(limits.memory_mib)]
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=job, capture_output=True, check=False, cwd=ROOT, timeout=limits.seconds, env=environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return list_alone(order, words)
    if answer.returncode != 0:
        return list_alone(order, words)
    written: Written = unpickled(answer.stdout)
    return written


def main(memory_mib: int) -> None:
    """Make what stands on the standard input and answer on the standard output."""
    # Whatever a library prints must not get into the answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    content, order, words = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own parent
    import python_calamine  # noqa: F401
    import xlsxwriter  # noqa: F401

    from sources.confined.confinement import confine
    from sources.workbooks.returns import write

    confine(memory_mib)
    pickle.dump(write(content, order, words), answers)
    answers.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
