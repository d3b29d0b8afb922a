"""The judge in a process of its own: its seconds of import pass while this process collects and reads."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from warehouse.declarations import YishuError
from warehouse.personal import without_values

if TYPE_CHECKING:
    from pandas import DataFrame

    from expectations.judge import Judgement
    from expectations.suite import Suite
    from warehouse.model import Block, Submission


class _Bench:
    """The other process. One ledger is judged at a time; threads wait for their turn."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        self._turn = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "flows.nights.judging", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # Ctrl-C is the business of the process that people started; this one ends with it.
            start_new_session=True,
        )
        theirs.close()

    def judge(self, *case: Any) -> Judgement:
        """The other process's judgement, or the exception that it met."""
        with self._turn:
            try:
                self._connection.send(case)
                answer = self._connection.recv()
            except (EOFError, OSError) as error:
                code = self._process.wait()
                raise YishuError(f"The process that judges ended by itself (exit {code}); is memory short?") from error
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    def close(self) -> None:
        """The other process is gone; what it knew it has told."""
        self._connection.close()
        self._process.kill()
        self._process.wait()


_at_hand: ContextVar[_Bench | None] = ContextVar("judge", default=None)


@contextmanager
def judge_at_hand() -> Iterator[None]:
    """While this lasts another process judges; its imports begin now."""
    bench = _Bench()
    token = _at_hand.set(bench)
    try:
        yield
    finally:
        _at_hand.reset(token)
        bench.close()


def judge(
    frame: DataFrame,
    suite: Suite,
    *,
    blocks: Mapping[tuple[str, int], Block],
    submissions: Mapping[str, Submission],
    personal: frozenset[str],
) -> Judgement:
    """What the suite says of all rows: from the process at hand, or from this one."""
    case = (frame, suite, dict(blocks), dict(submissions), personal)
    bench = _at_hand.get()
    return _judge(*case) if bench is None else bench.judge(*case)


def _judge(
    frame: DataFrame,
    suite: Suite,
    blocks: dict[tuple[str, int], Block],
    submissions: dict[str, Submission],
    personal: frozenset[str],
) -> Judgement:
    from expectations.judge import judge as judge_here

    return judge_here(frame, suite, blocks=blocks, submissions=submissions, personal=personal)


def _sit(connection: Connection) -> None:
    """Be the other process: judge case after case until the parent is gone."""
    from expectations.judge import warm_up

    with contextlib.suppress(ImportError):
        # Whoever asks is told in an answer; nobody reads what is said before.
        warm_up()
    while True:
        try:
            case = connection.recv()
        except EOFError:
            return
        answer: Judgement | Exception
        try:
            answer = _judge(*case)
        except YishuError as error:
            answer = error
        except Exception as error:  # noqa: BLE001 - it is told in the process that asked
            answer = RuntimeError(without_values(error, frozenset(map(str, case[0]))))
        connection.send(answer)


if __name__ == "__main__":
    _sit(Connection(int(sys.argv[1])))
