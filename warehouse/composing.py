"""Query templates: an .sql file with a declaration at its head, whose query Jinja composes of shared clauses.

Figures and rules over several ledgers are both written so. Jinja puts clauses and checked names together; values are
bound when the query is asked, and never pasted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.declarations import DeclarationError

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

OPEN, CLOSE = "/*---", "---*/"
SHARED = "_shared.sql"
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")


@dataclass(frozen=True, slots=True)
class Query:
    """A composed query with the values bound to it."""

    sql: str
    parameters: Mapping[str, Any]


def head_and_query(path: Path, noun: str) -> tuple[str, str]:
    """What a file says of itself, and its query template; DeclarationError about the `noun` that has no head."""
    text = path.read_text(encoding="utf-8")
    if not text.startswith(OPEN) or CLOSE not in text:
        raise DeclarationError(f"{path}: a {noun} begins with its declaration between {OPEN} and {CLOSE}")
    head, _, template = text.removeprefix(OPEN).partition(CLOSE)
    return head, template.strip()


def shared_clauses(folders: Iterable[Path]) -> str:
    """The text of all shared clauses in `folders`: files whose name begins with `_`, in that order."""
    return "\n".join(path.read_text(encoding="utf-8") for each in folders for path in sorted(each.glob("_*.sql")))


@lru_cache(maxsize=256)
def compiled(shared: str, template: str) -> Template:
    """The template with every shared macro under its own name, so that queries say rows(…) and not shared.rows(…)."""
    names = MACRO.findall(shared)
    head = f"{{% from '{SHARED}' import {', '.join(names)} with context %}}" if names else ""
    return _environment(shared).from_string(head + template)


@lru_cache(maxsize=8)
def _environment(shared: str) -> ImmutableSandboxedEnvironment:
    """Made once for the same shared clauses, so that they are compiled once and not for every query."""
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        loader=DictLoader({SHARED: shared}),
    )
