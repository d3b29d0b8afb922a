"""English ids for Chinese headings: of the known ones, composed of known pieces, else after the column's letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count
from pathlib import Path

from sources.formats.places import letters
from sources.unknown.outline import OutlinedColumn
from warehouse.declarations import parse_yaml

# Words that mean something else to a database, or to YAML.
_RESERVED = frozenset(
    {"case", "check", "order", "group", "table", "column", "end", "limit", "default", "from", "to", "no", "yes", "on"}
)


@cache
def _known() -> tuple[Mapping[str, str], Mapping[str, str]]:
    path = Path(__file__).with_name("drafting.yml")
    words = parse_yaml(path.read_text(encoding="utf-8"), path)
    return words["headings"], words["parts"]


def id_for(column: OutlinedColumn, taken: set[str]) -> str:
    """An ASCII id: the English of the whole heading, of its last part, of its pieces, else its letter."""
    for found in _ids(column):
        name = f"{found}_value" if found in _RESERVED else found
        if name not in taken:
            return name
    letter = _letters(column)
    return letter if letter not in taken else f"{letter}_2"


def _letters(column: OutlinedColumn) -> str:
    return f"column_{letters(column.heading.at).lower()}"


def _ids(column: OutlinedColumn) -> Iterator[str]:
    headings, _ = _known()
    path = column.heading.path
    leaf, digit = path[-1], ""
    if numbered := re.fullmatch(r"(.+?)(\d)", leaf):
        leaf, digit = numbered[1], f"_{numbered[2]}"
    parents = "".join(part.removesuffix("情况") for part in path[:-1])
    whole = compose(parents + leaf) if parents else ""
    for found in (headings.get("_".join((*path[:-1], leaf))), whole, headings.get(leaf), compose(leaf)):
        if found:
            yield found + digit


def numbered(name: str) -> Iterator[str]:
    """The id, and then the same with a number behind it."""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def compose(text: str) -> str:
    """The English of a text that consists of known pieces; nothing, if a piece is unknown."""
    _, parts = _known()
    found: list[str] = []
    rest = re.sub(r"台账$|登记[簿表册]$|[^\u4e00-\u9fff]", "", text)
    while rest:
        length = next((size for size in range(len(rest), 0, -1) if rest[:size] in parts), 0)
        if not length:
            return ""
        found.append(parts[rest[:length]])
        rest = rest[length:]
    composed = "_".join(dict.fromkeys(found))
    return composed if re.fullmatch(r"[a-z][a-z0-9_]*", composed) else ""
