"""What many tests stand on: one night over the sample inbox, made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import hypothesis
import pytest

from flows.settings import Settings
from tests.nights import SECOND_OFFICE, collect, settings_for

# How long a busy machine takes over an example says nothing about what the example proves.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The data folder after one night over the sample inbox; tests must not change it."""
    settings = settings_for(tmp_path_factory.mktemp("sample") / "data")
    collect(settings, office="xigu")
    return settings


@pytest.fixture
def sample_copy(sample_night: Settings, tmp_path: Path) -> Settings:
    """The same data folder as a copy of the test's own."""
    shutil.copytree(sample_night.data, tmp_path / "data")
    return settings_for(tmp_path / "data")


@pytest.fixture(scope="session")
def second_office_night(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The data folder after one night over the invented town's inbox."""
    data = tmp_path_factory.mktemp("town") / "data"
    settings = settings_for(data, inbox=SECOND_OFFICE / "inbox", roots=(SECOND_OFFICE,))
    collect(settings, office="qinghe")
    return settings
