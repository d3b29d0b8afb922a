"""What is said on the screen about 退回单 that were written, read from screen.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from warehouse.declarations import load


class ReturnSpeech(BaseModel):
    """Heads of the table (those of `numbers` are set right), how a file was given back, and endings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: Mapping[str, str]
    numbers: tuple[str, ...]
    how: Mapping[str, str]
    no_file: str
    alike: str
    written: str
    nothing: str


@cache
def speech() -> ReturnSpeech:
    """All of it."""
    return load(ReturnSpeech, Path(__file__).with_name("screen.yml"))
