"""The service: a Prefect server with its UI, the nightly collection, the report on demand; one Ctrl-C ends it all."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from flows import settings as edge
from flows.service.server import PrefectServer, end, when_closed
from warehouse.declarations import YishuError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

    from flows.settings import Settings

NIGHTLY_AT = "0 2 * * *"
RUNNER_STOPS_WITHIN_SECONDS = 20.0
LOOKS_EVERY_SECONDS = 5


def serve(settings: Settings, *, port: int, tell: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; then nothing that was started is left. YishuError if a part ends by itself."""
    edge.prepare(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    environment = edge.prefect_environment(settings)
    server = PrefectServer(settings.prefect_home / "server.log")
    runner: subprocess.Popen[bytes] | None = None
    try:
        server.start(environment, port=port, with_ui=True)
        tell(f"Starting the Prefect server on port {server.port} ...")
        server.wait_until_ready()
        runner = _start_runner(settings, {**environment, "PREFECT_API_URL": server.api_url})
        tell(f"Serving 'nightly' (cron {NIGHTLY_AT} {edge.TIMEZONE}) and 'report'. Ctrl-C ends it.")
        tell(server.api_url.removesuffix("/api"))
        while not stop.wait(1.0):
            if not server.running or runner.poll() is not None:
                raise YishuError(
                    f"A part of the service ended by itself; its reasons are in {settings.prefect_home}/*.log."
                )
        tell("Stopping ...")
    finally:
        if runner is not None:
            _stop_runner(runner)
        server.stop()


def _start_runner(settings: Settings, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """The process that takes runs from the server and starts them; in a session of its own with all its children."""
    with (settings.prefect_home / "runner.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.service.serve"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, **environment},
            start_new_session=True,
        )


def _stop_runner(runner: subprocess.Popen[bytes]) -> None:
    if runner.stdin is not None:
        runner.stdin.close()
    end(runner, within=RUNNER_STOPS_WITHIN_SECONDS)
    # Whatever the runner had started and not ended belongs to its session.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(runner.pid, signal.SIGKILL)


def _run() -> None:
    """Be the runner: offer both deployments and start their runs until our parent lets go."""
    import asyncio

    from prefect.runner import Runner
    from prefect.schedules import Cron

    from flows.nights.nightly import nightly
    from flows.service.reporting import report

    runner = Runner(name="yishu", pause_on_shutdown=False, query_seconds=LOOKS_EVERY_SECONDS)
    every_night = Cron(NIGHTLY_AT, timezone=edge.TIMEZONE)
    for deployment in (nightly.to_deployment("nightly", schedule=every_night), report.to_deployment("report")):
        runner.add_deployment(cast("RunnerDeployment", deployment))
    when_closed(sys.stdin.buffer, lambda: os.kill(os.getpid(), signal.SIGINT))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(runner.start())


if __name__ == "__main__":
    _run()
