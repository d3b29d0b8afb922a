"""Received bytes, kept for ever under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from warehouse.declarations import YishuError


def put(folder: Path, content: bytes) -> str:
    """The SHA-256 under which the content lies in `folder`; content that lies there already is left as it is."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(folder, sha256)
    if not path.exists():
        write_whole(path, content)
        path.chmod(0o444)
    return sha256


def get(folder: Path, sha256: str) -> bytes:
    """The content; one that is not what its name promises is an error."""
    path = _path(folder, sha256)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise YishuError(
            f"{path} is gone; restore the landing folder from a backup, or have the file sent again"
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise YishuError(f"{path} is damaged: its SHA-256 is no longer its name; restore it from a backup")
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there wholly or not at all, whatever happens in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".aside-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256
