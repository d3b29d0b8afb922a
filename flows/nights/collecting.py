"""One collection from the command line: a Prefect server at hand, heavy imports while it starts, then the flow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from flows import configuration as declared
from flows import settings as edge
from flows.nights import arrivals, night
from flows.nights.judging import judge_at_hand
from flows.nights.progress import say
from flows.nights.run import only_one
from flows.service.server import PrefectServer

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.nights.night import Request
    from flows.nights.run import Collected
    from flows.settings import Settings


def collect(settings: Settings, configuration: Configuration, request: Request, *, debug: bool = False) -> Collected:
    """Run the nightly flow once, here. YishuError if it may not start, NightFailedError if something of ours broke."""
    from templates.brief.speech import words

    declared.require_sound(configuration, settings)
    calls = night.plan(settings, configuration, request)
    edge.prepare(settings)
    with only_one(settings):
        # Only to say so at once if another collection is at work; the flow takes the lock itself.
        pass
    say(words().progress["server"])
    with prefect_at_hand(settings, debug=debug) as server, ExitStack() as at_hand:
        if something_new(settings, calls):
            at_hand.enter_context(judge_at_hand())
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        from flows.nights.nightly import nightly

        if server is not None:
            server.wait_until_ready()
        # Joining the heartbeat thread costs a second, and nobody watches the heartbeat of a run in the foreground.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            return nightly(
                office=request.office,
                department=request.department,
                inbox=str(request.inbox) if request.inbox else None,
                data_docs=request.data_docs,
            )


@contextmanager
def prefect_at_hand(settings: Settings, *, debug: bool) -> Iterator[PrefectServer | None]:
    """The environment that prefect needs; a server of our own, started, unless another one is named.

    Must be entered before prefect is imported anywhere: it reads its environment then.
    """
    environment = edge.prefect_environment(settings, debug=debug)
    os.environ.update(environment)
    if settings.prefect_api_url is not None:
        yield None
        return
    server = PrefectServer(settings.prefect_home / "server.log")
    server.start(environment)
    # The lines of a run that nobody can look at in a UI stay here.
    os.environ.update(PREFECT_API_URL=server.api_url, PREFECT_LOGGING_TO_API_ENABLED="false")
    try:
        yield server
    except KeyboardInterrupt:
        # Who presses Ctrl-C does not want to wait until the server has finished starting.
        server.kill()
        raise
    finally:
        del os.environ["PREFECT_API_URL"]
        server.stop()


def something_new(settings: Settings, calls: tuple[arrivals.Call, ...]) -> bool:
    """Whether any file in the inbox has been touched since the last run; a guess that only saves time."""
    from sources.folder import deliveries
    from warehouse.register import open_register

    with open_register(settings.register_url) as register:
        return any(
            register.known_file(str(file.path), size=file.size, mtime_ns=file.mtime_ns, ctime_ns=file.ctime_ns) is None
            for call in calls
            for file in deliveries(call.folder)
        )
