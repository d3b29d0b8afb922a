"""A Prefect server of our own as a child process: it listens before it is ready and ends when its parent ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from warehouse.declarations import YishuError

HOST = "127.0.0.1"
READY_WITHIN_SECONDS = 90.0
STOP_WITHIN_SECONDS = 15.0


class PrefectServer:
    """The child. `start` returns at once, so that its seconds of import pass while the caller imports too."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def api_url(self) -> str:
        """Where the child answers; known as soon as it is started."""
        return f"http://{HOST}:{self.port}/api"

    def start(self, environment: dict[str, str], *, port: int = 0, with_ui: bool = False) -> None:
        """Start the child with `environment` added to ours; any free port unless one is asked for."""
        # The parent opens the socket and hands it over: no other process can take the port in between,
        # and a request made too early waits in the queue instead of failing.
        with _listening(port) as listener:
            self.port = listener.getsockname()[1]
            served = {
                "PREFECT_SERVER_API_HOST": HOST,
                "PREFECT_SERVER_API_PORT": str(self.port),
                "PREFECT_SERVER_UI_ENABLED": str(with_ui).lower(),
                "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(self.log.parent / "ui"),
                "PREFECT__SERVER_FINAL": "1",
            }
            if not with_ui:
                served["PREFECT__SERVER_EPHEMERAL"] = "1"
            inherited = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", "flows.service.server", str(listener.fileno())],
                    pass_fds=[listener.fileno()],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    env={**inherited, **environment, **served},
                    # Ctrl-C belongs to the parent, which stops the child in its own good time.
                    start_new_session=True,
                )

    def wait_until_ready(self) -> None:
        """Return when the child answers; if it ends or takes too long, a YishuError names its log."""
        import httpx

        deadline = time.monotonic() + READY_WITHIN_SECONDS
        with httpx.Client(trust_env=False, timeout=2.0) as client:
            while time.monotonic() < deadline:
                if self._process is None or self._process.poll() is not None:
                    raise YishuError(f"The Prefect server ended while it was starting; its reasons are in {self.log}.")
                with contextlib.suppress(httpx.TransportError):
                    if client.get(f"{self.api_url}/health").status_code == httpx.codes.OK:
                        return
                    time.sleep(0.1)
        raise YishuError(f"The Prefect server was not ready in {READY_WITHIN_SECONDS:.0f} seconds; see {self.log}.")

    @property
    def running(self) -> bool:
        """Whether the child is alive."""
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Tell the child to end, without waiting for it."""
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()

    def kill(self) -> None:
        """End the child at once; its database survives that."""
        if self._process is not None:
            end(self._process, within=0)
            self._process = None

    def stop(self) -> None:
        """End the child, gently at first; afterwards it is gone."""
        self.ask_to_stop()
        if self._process is not None:
            end(self._process, within=STOP_WITHIN_SECONDS)
            self._process = None


def end(process: subprocess.Popen[bytes], *, within: float) -> None:
    """Wait until `process` has ended; one that takes longer than `within` seconds is killed with its whole session."""
    try:
        process.wait(timeout=within)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def when_closed(stream: IO[bytes], then: Callable[[], None]) -> None:
    """Call `then` in the background when the other end of `stream` is closed: our parent ended, or asks us to."""

    def watch() -> None:
        # Nothing is ever sent, so a read returns only at the end.
        while stream.read(1):
            pass
        then()

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise YishuError(f"Port {port} is taken ({error.strerror}); choose another with --port.") from error
    listener.listen(128)
    return listener


def _serve(descriptor: int) -> None:
    """Be the child: serve Prefect's API on the socket that was handed over until the parent lets go."""
    import uvicorn
    from prefect.server.api.server import create_app

    configuration = uvicorn.Config(create_app(), log_level="error", lifespan="on", timeout_graceful_shutdown=3)
    server = uvicorn.Server(configuration)

    def stop() -> None:
        server.should_exit = True

    when_closed(sys.stdin.buffer, stop)
    server.run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
