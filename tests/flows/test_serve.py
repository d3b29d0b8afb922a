from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from flows.settings import REPOSITORY
from tests.flows.town import Town

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 180


@pytest.fixture
def service(town: Town) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`yishu serve` on a free port, and a client of its Prefect API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows", "serve", "--port", str(port)],
        cwd=REPOSITORY,
        env={**environment, **town.environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api", trust_env=False, timeout=30) as client:
        yield process, client
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def until(question, wanted):
    """The first answer that `wanted` is true of."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = question()
        except httpx.TransportError:
            answer = None
        if answer is not None and wanted(answer):
            return answer
        time.sleep(0.5)
    raise TimeoutError(answer)


def test_both_deployments_run_when_asked_and_all_ends_with_the_service(
    town: Town, service: tuple[subprocess.Popen[str], httpx.Client]
) -> None:
    """Collection and report can be started through Prefect's API; Ctrl-C leaves no process behind."""
    process, client = service
    deployments = until(lambda: client.post("/deployments/filter", json={}).json(), lambda found: len(found) == 2)
    ids = {deployment["name"]: deployment["id"] for deployment in deployments}
    cron = next(deployment["schedules"] for deployment in deployments if deployment["name"] == "nightly")

    collected = run(client, ids["nightly"], {"office": "town"})
    reported = run(client, ids["report"], {"office": "town", "year": 2024, "out": str(town.folder / "out")})
    children = descendants(process.pid)
    process.send_signal(signal.SIGINT)

    assert [("0 2 * * *", "Asia/Shanghai")] == [(s["schedule"]["cron"], s["schedule"]["timezone"]) for s in cron]
    assert "COMPLETED" == collected["type"]
    assert ("FAILED", True) == (reported["type"], "has no report" in reported["message"])
    assert 0 == process.wait(60)
    assert len(children) >= 2
    assert [] == [child for child in children if Path(f"/proc/{child}").exists()]


def run(client: httpx.Client, deployment: str, parameters: dict[str, object]) -> dict[str, str]:
    """The last state of a run of the deployment."""
    asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    # A server that has just started on SQLite may be busy for a moment.
    answer = until(
        lambda: client.post(f"/deployments/{deployment}/create_flow_run", json=asked),
        lambda answer: not answer.is_server_error,
    )
    assert answer.is_success, answer.text
    identity = answer.json()["id"]
    ended = ("COMPLETED", "FAILED", "CRASHED")
    return until(
        lambda: client.get(f"/flow_runs/{identity}").json()["state"], lambda state: state and state["type"] in ended
    )


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*children, *(deeper for child in children for deeper in descendants(child))]


def test_the_server_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """A parent that dies without a farewell leaves no server behind."""
    program = (
        "import sys, time; from pathlib import Path; from flows.service.server import PrefectServer;"
        "server = PrefectServer(Path(sys.argv[1]) / 'log'); server.start({'PREFECT_HOME': sys.argv[1]});"
        "server.wait_until_ready(); print(server._process.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 60
    while Path(f"/proc/{child}/cmdline").exists() and time.monotonic() < deadline:
        time.sleep(0.2)

    assert not Path(f"/proc/{child}/cmdline").exists()
