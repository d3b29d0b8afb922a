"""What a process that reads foreign files may still do: compute, within limits, and nothing else."""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress

FEW_FILES = 64
# Each of these would reach outside the file that is being read.
_REFUSED = ("socket.", "subprocess.", "os.", "shutil.", "ctypes.dlopen", "urllib.", "ftplib.", "webbrowser.", "pty.")
# These are what an import does: it looks a folder through.
_HARMLESS = ("os.listdir", "os.scandir")


def confine(memory_mib: int) -> None:
    """Bound the memory from here on, and refuse this process every file but Python's own modules, and every network.

    There is no way back: what is confined stays so.
    """
    with suppress(OSError, ValueError):
        # Where the system knows no such limit, the parent's clock is the only one.
        limit = _address_space() + memory_mib * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for kind, most in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, FEW_FILES)):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    sys.addaudithook(_Guardian())


class _Guardian:
    """The audit hook: Python tells it of everything that reaches outside, before it happens."""

    def __init__(self) -> None:
        self._libraries = tuple(os.path.realpath(path) + os.sep for path in sys.path if path and os.path.isdir(path))  # noqa: PTH112 - no pathlib in what runs at every event

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if not self._is_module(path, mode, flags):
                raise PermissionError("a file was to be opened while another one was read")
        elif event.startswith(_REFUSED) and event not in _HARMLESS:
            raise PermissionError(f"{event} is not for a process that reads a file")

    def _is_module(self, path: object, mode: object, flags: object) -> bool:
        writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
        writes = writes or (isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)))
        return (
            not writes
            and isinstance(path, str | bytes)
            and os.path.realpath(os.fsdecode(path)).startswith(self._libraries)
        )


def _address_space() -> int:
    """How much this process has mapped already; nothing where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - see above
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
