"""A night without Prefect, for tests that need what a night leaves behind: register, landing, frames, warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flows.configuration import Configuration, load
from flows.nights import across, arrivals, explaining, night
from flows.nights.run import Collected, Course, begin, conclude
from flows.settings import REPOSITORY, Settings

SAMPLES = REPOSITORY / "sources" / "samples"
SECOND_OFFICE = REPOSITORY / "tests" / "second_office"


def settings_for(data: Path, *, inbox: Path = SAMPLES, roots: tuple[Path, ...] = ()) -> Settings:
    """Settings of an installation whose state lies in `data`."""
    return Settings(
        data=data,
        inbox=inbox,
        roots=(REPOSITORY, *roots),
        register_url=f"sqlite:///{data / 'register.sqlite'}",
        prefect_api_url=None,
        retry_seconds=(),
    )


def collect(
    settings: Settings, *, office: str | None = None, department: str | None = None, inbox: Path | None = None
) -> Collected:
    """One collection through the steps of the flow."""
    configuration = load(settings)
    calls = night.plan(settings, configuration, night.Request(office=office, department=department, inbox=inbox))
    with begin(settings, configuration, calls) as tonight:
        fetched: Mapping[str, tuple[arrivals.Arrival, ...]] = {
            call.name: arrivals.fetch(call, tonight.register.known_file, settings.landing) for call in calls
        }
        received = tuple(item for call in calls for item in night.receive(tonight, call, fetched[call.name]))
        done: list[night.Checked] = []
        for ledger, items in night.by_ledger(received).items():
            checked, _ = night.check(tonight, ledger, items)
            done += checked
        explaining.take(tonight, done)
        decided, crashes = across.decide_all(tonight, received, done)
        publication = night.publish(tonight)
        course = Course(fetched=fetched, received=received, decided=decided, crashes=crashes, publication=publication)
        return conclude(tonight, calls, course)


def configured(settings: Settings) -> Configuration:
    """What is declared for these settings."""
    return load(settings)
