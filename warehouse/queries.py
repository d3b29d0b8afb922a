"""SQL files with a declaration at their head: which line of the file an error is about, and the nearest right name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import Any

from warehouse.composing import CLOSE, OPEN
from warehouse.declarations import line_of

# How the engine quotes the name that it does not know.
_NAMED = re.compile(r"[\"']([a-z_][a-z0-9_.]*)[\"']|name ([a-z_][a-z0-9_.]*) ")
# The line of the composed query at which it stopped.
_QUOTED = re.compile(r"^LINE (\d+): (.*)$", re.MULTILINE)


def head_place(path: Path, *parts: Any) -> str:
    """The file and the line of what stands at `parts` of its head, keys and positions."""
    head = path.read_text(encoding="utf-8").removeprefix(OPEN).partition(CLOSE)[0]
    return f"{path}:{line_of(head, parts)}"


def query_place(path: Path, name: str, *, quoted: str = "") -> str:
    """The file and the line of its query in which `name` itself stands, better one that says `quoted`.

    Where there is none, as for what stands in shared clauses, it is the line before the query.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines, 1) if CLOSE in line)
    itself = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    query = [(number, line) for number, line in enumerate(lines, 1) if number > begin and line.strip()[:2] != "--"]
    found = [(number, line) for number, line in query if name and itself.search(line)]
    quotes = [number for number, line in found or query if quoted and quoted in line]
    return f"{path}:{next(iter((*quotes, *(number for number, _ in found))), begin)}"


def error_place(path: Path, text: str, sql: str = "") -> str:
    """The file and the line of its query that the engine's error is about; `sql` is the query as it was asked."""
    shown = _QUOTED.search(text)
    quoted = shown[2].strip().strip(".").strip() if shown else ""
    unread = text.startswith("Parser Error")
    place = query_place(path, "" if unread else _name(text), quoted=quoted)
    told_by_line = shown is not None and bool(sql) and (unread or place == query_place(path, ""))
    return _line_in(path, sql, int(shown[1])) if shown and told_by_line else place


def _line_in(path: Path, sql: str, number: int) -> str:
    """The file and the line of its query that the line `number` of the composed query came from.

    Lines that clauses were put into are not found again; such a one is told by its distance from the one before.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    begin = next(at for at, line in enumerate(lines) if CLOSE in line) + 1
    written = [line.strip() for line in lines[begin:]]
    asked = [line.strip() for line in sql.splitlines()]
    opcodes = SequenceMatcher(None, asked, written, autojunk=False).get_opcodes()
    first, there, last = next((i, j, k) for _, i, end, j, k in opcodes if i < number <= end)
    line = min(there + number - 1 - first, max(last - 1, there), len(written) - 1)
    # Blank lines stand before the query in the file, and none in what is asked.
    line = next((at for at in range(line, len(written)) if written[at]), line)
    return f"{path}:{begin + line + 1}"


def does_not_run(path: Path, text: str, known: Iterable[str], *, sql: str = "") -> str:
    """The engine's error with the line it is about and, where it is about a name, the nearest of those `known`."""
    first = text.splitlines()[0]
    place = error_place(path, text, sql)
    if first.startswith("Parser Error"):
        # What it names is where it stopped understanding, a word of the language as often as not.
        return f"{place}: the query does not run: {first}"
    name = _name(text)
    near = [found for found in get_close_matches(name, sorted({*known}), n=1, cutoff=0.5) if found != name]
    hint = f"; the nearest name is '{near[0]}'" if near else ""
    return f"{place}: the query does not run: {first}{hint}"


def _name(text: str) -> str:
    """The last name that the engine's error quotes."""
    named = [part for found in _NAMED.findall(text.partition("\n")[0]) for part in found if part]
    return named[-1].rpartition(".")[2] if named else ""
