"""What an expectation of ours can say of a row that failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a row: the column whose cell it stands at, and what the message may say of it."""

    column: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def nearest(what: str, name: Any, known: Iterable[str]) -> Iterable[str]:
    """The sentence about a name that is not known, with the nearest that is; nothing if it is known."""
    choices = sorted(known)
    if name in choices:
        return
    near = get_close_matches(str(name), choices, n=1, cutoff=0.5)
    hint = f"the nearest is '{near[0]}'" if near else f"known: {', '.join(choices)}"
    yield f"there is no {what} '{name}'; {hint}"
