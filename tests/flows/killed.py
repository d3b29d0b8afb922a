"""Runs the town's night and kills itself, without any farewell, before or after the first call of one function."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def main(point: str, when: str, folder: Path) -> None:
    """Die at `point` of a night in the town below `folder`."""
    sys.path.insert(0, str(REPOSITORY))
    from flows.settings import Settings

    data = folder / "data"
    settings = Settings(
        data=data,
        inbox=folder / "inbox",
        roots=(folder / "declared",),
        register_url=f"sqlite:///{data / 'register.sqlite'}",
        prefect_api_url=None,
        retry_seconds=(),
    )
    owner, name = _owner(point)
    true = getattr(owner, name)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            true(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, deadly)
    from tests.nights import collect

    collect(settings)


def _owner(point: str) -> tuple[Any, str]:
    """The module or class that holds the function, and the function's name there."""
    *path, name = point.split(".")
    for length in range(len(path), 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(path[:length]))
        except ModuleNotFoundError:
            continue
        for part in path[length:]:
            owner = getattr(owner, part)
        return owner, name
    raise ModuleNotFoundError(point)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
