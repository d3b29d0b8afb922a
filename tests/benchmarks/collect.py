"""How long a collection takes, as people wait for it: the whole process, from the command to the prompt.

    python tests/benchmarks/collect.py [--times N]

Cold: an existing data folder (register, Prefect's database) whose inbox is new to it. Unchanged: the same inbox again.
Embedded: each run brings its own Prefect server. Served: one is running. The goals are those of the README.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
OFFICE = "xigu"
GOALS = {("embedded", "cold"): 25, ("embedded", "unchanged"): 15, ("served", "cold"): 10, ("served", "unchanged"): 4}


def main() -> int:
    """Measure, print a table, and return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3, help="how often each is measured; the best counts")
    times = parser.parse_args().times
    sys.path.insert(0, str(REPOSITORY))
    with tempfile.TemporaryDirectory(prefix="yishu-bench-") as folder:
        data = Path(folder) / "data"
        seconds = {("embedded", "first ever"): collect(data)}
        seconds |= measure("embedded", data, times=times, url=None)
        with running_server(Path(folder) / "server") as url:
            seconds |= measure("served", data, times=times, url=url)
    for (mode, state), taken in seconds.items():
        goal = GOALS.get((mode, state))
        verdict = "" if goal is None else f"goal {goal:3} s  {'met' if taken <= goal else 'MISSED'}"
        print(f"{mode:9} {state:11} {taken:6.1f} s  {verdict}".rstrip())
    return int(any(seconds[key] > goal for key, goal in GOALS.items()))


def measure(mode: str, data: Path, *, times: int, url: str | None) -> dict[tuple[str, str], float]:
    """The best of several cold and unchanged runs."""
    cold, unchanged = [], []
    for _ in range(times):
        forget(data)
        cold.append(collect(data, url))
        unchanged.append(collect(data, url))
    return {(mode, "cold"): min(cold), (mode, "unchanged"): min(unchanged)}


def forget(data: Path) -> None:
    """Everything that was received, read and decided is gone; Prefect's home stays."""
    for path in data.iterdir():
        if path.name == "prefect":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def collect(data: Path, url: str | None = None) -> float:
    """The seconds that one `yishu collect` takes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "YISHU_"))}
    environment |= {"YISHU_DATA": str(data)} | ({"PREFECT_API_URL": url} if url else {})
    command = [sys.executable, "-m", "flows", "collect", "--office", OFFICE]
    began = time.perf_counter()
    run = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - began
    if run.returncode:
        sys.exit(f"{run.stdout}{run.stderr}\nThe sample is not accepted; there is nothing to measure.")
    return taken


@contextmanager
def running_server(home: Path) -> Iterator[str]:
    """The address of a Prefect server that lives as long as the block."""
    from flows.service.server import PrefectServer
    from flows.settings import from_environment, prefect_environment

    home.mkdir()
    server = PrefectServer(home / "server.log")
    server.start({**prefect_environment(from_environment()), "PREFECT_HOME": str(home)})
    try:
        server.wait_until_ready()
        yield server.api_url
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
