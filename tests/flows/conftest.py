"""The town that the tests of this room are about, and one Prefect server for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.service.server import PrefectServer
from flows.settings import Settings, prefect_environment
from tests.flows.town import LECTURE, OFFICE, VISIT, Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town that has handed in two sound workbooks."""
    data = tmp_path / "data"
    settings = Settings(
        data=data,
        inbox=tmp_path / "inbox",
        roots=(tmp_path / "declared",),
        register_url=f"sqlite:///{data / 'register.sqlite'}",
        prefect_api_url=None,
        retry_seconds=(),
    )
    drawn = Town(tmp_path, settings)
    drawn.declare("sources/ledgers/town_visit.yml", VISIT)
    drawn.declare("sources/ledgers/town_lecture.yml", LECTURE)
    drawn.declare("sources/offices/town.yml", OFFICE)
    drawn.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 1))
    drawn.lectures(("L1", "2024-05-06"))
    return drawn


@pytest.fixture(scope="session")
def prefect_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one Prefect server for all tests of this session, quiet and apart from any other."""
    home = tmp_path_factory.mktemp("prefect")
    settings = Settings(
        data=home,
        inbox=home,
        roots=(),
        register_url="",
        prefect_api_url=None,
        retry_seconds=(),
    )
    settings.prefect_home.mkdir()
    environment = prefect_environment(settings)
    server = PrefectServer(settings.prefect_home / "server.log")
    server.start(environment)
    before = dict(os.environ)
    os.environ.update(environment, PREFECT_API_URL=server.api_url, PREFECT_LOGGING_TO_API_ENABLED="false")
    try:
        server.wait_until_ready()
        yield server.api_url
    finally:
        os.environ.clear()
        os.environ.update(before)
        server.stop()


@pytest.fixture
def served_town(town: Town, prefect_url: str, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town, in this process's environment, with a Prefect server at hand."""
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)
    return Town(town.folder, replace(town.settings, prefect_api_url=prefect_url))
