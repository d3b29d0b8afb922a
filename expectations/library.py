"""The import of Great Expectations, without what it brings along for one expectation in a hundred."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Sequence
from types import ModuleType
from typing import Any

# Statistics and charts for the divergence of distributions: a third of the time that the import takes. They are
# loaded when something is first asked of them.
_LATE = frozenset({"scipy", "scipy.stats", "altair"})
_ONE_AT_A_TIME = threading.Lock()


def great_expectations() -> Any:
    """The library; about a second and a half where it was not imported before."""
    with _ONE_AT_A_TIME:
        if "great_expectations" not in sys.modules:
            late = _Late()
            sys.meta_path.insert(0, late)
            try:
                importlib.import_module("great_expectations")
                importlib.import_module("great_expectations.expectations.expectation")
            finally:
                sys.meta_path.remove(late)
    return sys.modules["great_expectations"]


class _Late:
    """Finds some modules as Python does, and has them loaded late."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The specification of a module that is to be loaded late; None for every other one."""
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if name in _LATE else None
        if spec is None or spec.loader is None:
            return None
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec
