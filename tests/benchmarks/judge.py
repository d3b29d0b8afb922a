"""How long judging takes, and how much memory: ratios against a floor that is measured in the same run.

    python tests/benchmarks/judge.py [--rows N] [--times N]

A million typed rows of one ledger against the same predicates as one DuckDB query, which must find the same rows; ten
ledgers of one office; many small files against one large one. The goals are those of the README of expectations.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from expectations import engine  # noqa: E402 - the repository is found first
from expectations.columns import prepare  # noqa: E402
from expectations.judge import Judgement, judge, warm_up  # noqa: E402
from tests.benchmarks.predicates import loaded, query  # noqa: E402
from tests.benchmarks.rows import LEDGER, office, rows  # noqa: E402
from tests.expectations.drawing import block, submission, suites  # noqa: E402

if TYPE_CHECKING:
    from pandas import DataFrame

    from expectations.suite import Suite

OF_DUCKDB, OF_FRAME, SECONDS_OF_TEN, OF_ONE_FILE = 8, 4, 3, 1.5
FILES, ROWS_OF_A_FILE = 1000, 100


def main() -> int:
    """Measure, print a table, and return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large ledger")
    parser.add_argument("--times", type=int, default=3, help="how often each is measured; the best counts")
    asked = parser.parse_args()
    warm_up()
    judged(rows(100), suites()[LEDGER])
    met = [*one_ledger(asked.rows, asked.times), ten_ledgers(asked.times), many_files(asked.times)]
    return int(not all(met))


def one_ledger(count: int, times: int) -> list[bool]:
    """All rules of one ledger over many rows: time against DuckDB, memory against the frame."""
    typed, suite = rows(count), suites()[LEDGER]
    held = int(typed.memory_usage(deep=True, index=False).sum())
    judgement, peak = at_the_peak(lambda: judged(typed, suite))
    taken = best(times, lambda: judged(typed, suite))
    ready = prepare(typed, suite).frame
    library = best(times, lambda: engine.run(ready, dict(enumerate(suite.rules))))
    database = loaded(typed)
    asked = query(suite)
    floor = best(times, lambda: database.execute(asked).fetchall())
    compare(database.execute(asked).fetchall()[0], engine.run(ready, dict(enumerate(suite.rules))), suite)
    print(f"{count:,} rows, {len(suite.rules)} rules, {len(judgement.findings):,} findings, frame {held / 1e6:.0f} MB")
    print(f"  judged in {taken:.2f} s, of it {library:.2f} s in the library; one DuckDB query {floor:.2f} s")
    return [
        verdict("of the time of one DuckDB query", taken / floor, OF_DUCKDB),
        verdict("of the memory of the frame, at the peak", peak / held, OF_FRAME),
    ]


def ten_ledgers(times: int) -> bool:
    """One office's ten ledgers of five thousand rows each, one after the other."""
    ledgers = office(10, 5000)
    taken = best(times, lambda: [judged(typed, suites()[ledger]) for ledger, typed in ledgers.items()])
    print(f"{len(ledgers)} ledgers of {len(next(iter(ledgers.values()))):,} rows")
    return verdict("seconds", taken, SECONDS_OF_TEN)


def many_files(times: int) -> bool:
    """The same rows as many files and as one."""
    typed, suite = rows(FILES * ROWS_OF_A_FILE), suites()[LEDGER]
    one = best(times, lambda: judged(typed, suite))
    files = [submission(f"{number:064x}", ledger=LEDGER) for number in range(FILES)]
    split = typed.assign(_submission=[file.id for file in files for _ in range(ROWS_OF_A_FILE)])
    blocks = {(file.id, 0): block(LEDGER) for file in files}
    known = {file.id: file for file in files}
    many = best(times, lambda: judge(split, suite, blocks=blocks, submissions=known))
    print(f"{FILES:,} files of {ROWS_OF_A_FILE} rows in {many:.2f} s, one file of as many rows in {one:.2f} s")
    return verdict("of the time of one file", many / one, OF_ONE_FILE)


def judged(typed: DataFrame, suite: Suite) -> Judgement:
    """The judgement of one file."""
    of = submission(ledger=suite.ledger)
    return judge(typed, suite, blocks={(of.id, 0): block(suite.ledger)}, submissions={of.id: of})


def compare(found: tuple[list[int] | None, ...], results: tuple[engine.Result, ...], suite: Suite) -> None:
    """Nothing happens if both found the same rows; else an error that names the rules."""
    told: Mapping[str, tuple[int, int]] = {
        suite.title(result.rule): (len(rows_there or ()), len(result.rows))
        for rows_there, result in zip(found, results, strict=True)
        if sorted(rows_there or ()) != sorted(result.rows)
    }
    if told:
        raise SystemExit(f"DuckDB and the judge disagree (rows there, rows here): {told}")


def best(times: int, act: Callable[[], Any]) -> float:
    """The least of the seconds that it takes."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return min(taken)


def at_the_peak(act: Callable[[], Judgement]) -> tuple[Judgement, int]:
    """What comes of it, and the bytes that this process held at the peak beyond what it held before."""
    # What making the rows left behind is given back first, or the judgement would live in it unseen.
    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _status("VmRSS")
    return act(), _status("VmHWM") - before


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def verdict(what: str, value: float, goal: float) -> bool:
    """Print a ratio beside its goal; whether it is met."""
    print(f"  {value:5.2f} {what}; goal {goal}: {'met' if value <= goal else 'MISSED'}", flush=True)
    return value <= goal


if __name__ == "__main__":
    raise SystemExit(main())
