"""The judge in a process of its own: its seconds of import pass while this process collects and reads."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

    from expectations.judge import Judgement
    from expectations.suite import Suite
    from warehouse.model import Block, Submission

_at_hand: ContextVar[ProcessPoolExecutor | None] = ContextVar("judge", default=None)


@contextmanager
def judge_at_hand() -> Iterator[None]:
    """While this lasts a second process judges; its imports begin now."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    pool.submit(_warm_up)
    token = _at_hand.set(pool)
    try:
        yield
    finally:
        _at_hand.reset(token)
        pool.shutdown(wait=False, cancel_futures=True)


def judge(
    frame: DataFrame,
    suite: Suite,
    *,
    blocks: Mapping[tuple[str, int], Block],
    submissions: Mapping[str, Submission],
    personal: frozenset[str],
) -> Judgement:
    """What the suite says of all rows: from the process at hand, or from this one. One ledger is judged at a time."""
    pool = _at_hand.get()
    if pool is None:
        return _judge(frame, suite, dict(blocks), dict(submissions), personal)
    return pool.submit(_judge, frame, suite, dict(blocks), dict(submissions), personal).result()


def _judge(
    frame: DataFrame,
    suite: Suite,
    blocks: dict[tuple[str, int], Block],
    submissions: dict[str, Submission],
    personal: frozenset[str],
) -> Judgement:
    from expectations.judge import judge as judge_here

    return judge_here(frame, suite, blocks=blocks, submissions=submissions, personal=personal)


def _warm_up() -> None:
    from expectations.judge import warm_up

    warm_up()


def _begin() -> None:
    """In the new process: Ctrl-C is our parent's business, and we do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
