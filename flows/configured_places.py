"""Where declarations lie: the places that are looked at, and files beside them that nobody would read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.settings import REPOSITORY
from warehouse.declarations import line_of, parse_yaml

if TYPE_CHECKING:
    from flows.configuration import Configuration

# Every place by the pattern of the files in it; `*` is one name.
PLACES = (
    "sources/ledgers/*.yml",
    "sources/offices/*.yml",
    "sources/offices/*/published/*.yml",
    "expectations/suites/*.yml",
    "expectations/across/*.sql",
    "expectations/trends/*.sql",
    "templates/figures/*.sql",
    "templates/messages/*.yml",
    "templates/offices/*/report.yml",
    "templates/offices/*/sections/*.md.j2",
    "templates/offices/*/phrases/*.yml",
    "templates/offices/*/narratives/*/*.md.j2",
)
# What a file says at the beginning of a line tells what it is, wherever it lies.
_SAYS = (
    (re.compile(r"^(row_is|columns):", re.MULTILINE), "sources/ledgers/*.yml"),
    (re.compile(r"^(departments|names):", re.MULTILINE), "sources/offices/*.yml"),
    (re.compile(r"^documents:", re.MULTILINE), "sources/offices/*/published/*.yml"),
    (re.compile(r"^rules:", re.MULTILINE), "expectations/suites/*.yml"),
    (re.compile(r"^code: *across\.", re.MULTILINE), "expectations/across/*.sql"),
    (re.compile(r"^code: *trend\.", re.MULTILINE), "expectations/trends/*.sql"),
    (re.compile(r"^counts_by:", re.MULTILINE), "templates/figures/*.sql"),
    (re.compile(r"^[a-z]+\.[a-z_]+:\s*$", re.MULTILINE), "templates/messages/*.yml"),
    (re.compile(r"^sections:", re.MULTILINE), "templates/offices/*/report.yml"),
)
_SUFFIXES = frozenset({".yml", ".yaml", ".sql", ".j2", ".json", ".toml"})
_BEGINNING = 20_000
_ROOMS = frozenset({"sources", "expectations", "templates"})


def place_of(configuration: Configuration, file: str, *parts: Any) -> str:
    """Where the declaration `file` (room/folder/name) lies, and the line of what stands at `parts` in it."""
    path = next((path for root in configuration.roots if (path := root / file).is_file()), Path(file))
    return f"{path}:{line_of(path.read_text(encoding='utf-8'), parts)}" if path.is_file() else str(path)


def place_of_words(configuration: Configuration, code: str, part: str) -> str:
    """The file and the line in which one part of the words of a code stands."""
    for path in (path for root in configuration.roots for path in sorted(root.glob("templates/messages/*.yml"))):
        text = path.read_text(encoding="utf-8")
        if code in (parse_yaml(text, path) or {}):
            return f"{path}:{line_of(text, (code, part))}"
    return code


def misplaced(configuration: Configuration) -> Iterator[str]:
    """Each file that looks like a declaration and lies where none is read, with the place where it would be."""
    for root in configuration.roots:
        for path in _candidates(root):
            inside = path.relative_to(root)
            if not any(inside.match(place) for place in PLACES if place.count("/") == len(inside.parts) - 1):
                place = _place_for(root, path)
                # What lies outside our folders and looks like nothing of ours is no business of ours.
                if place or inside.parts[0] in _ROOMS:
                    yield f"{path}: nobody reads this file; {_advice(place)}"


def _candidates(root: Path) -> Iterable[Path]:
    """What may be meant as a declaration: in our own folders only what lies beside declarations."""
    if root == REPOSITORY:
        folders = dict.fromkeys(place.partition("/*")[0] for place in PLACES)
        found = [path for folder in folders for path in (root / folder).rglob("*")]
    else:
        found = [*root.rglob("*")]
    return sorted(
        path
        for path in found
        if path.suffix.lower() in _SUFFIXES
        and not any(part.startswith((".", "__")) for part in path.relative_to(root).parts)
        and path.is_file()
    )


def _advice(place: str | None) -> str:
    if place is None:
        return f"declarations lie in {', '.join(sorted({found.rpartition('/')[0] for found in PLACES}))}"
    return f"let it be {place}"


def _place_for(root: Path, path: Path) -> str | None:
    """Where the file would be read: under the right ending, else where what it says belongs, else in a folder alike."""
    inside = path.relative_to(root)
    ending = _ending(inside)
    renamed = inside.with_name(ending)
    if any(renamed.match(place) for place in PLACES if place.count("/") == len(inside.parts) - 1):
        return renamed.as_posix()
    said = path.read_text(encoding="utf-8", errors="replace")[:_BEGINNING]
    for pattern, place in _SAYS:
        if place.endswith(Path(ending).suffix) and pattern.search(said):
            return _named(place, inside, ending)
    folders = {place.rpartition("/")[0]: place for place in PLACES if place.endswith(Path(ending).suffix)}
    alike = get_close_matches(inside.parent.as_posix(), [*folders], n=1, cutoff=0.6)
    return _named(folders[alike[0]], inside, ending) if alike else None


def _ending(path: Path) -> str:
    """The file's name with the ending that is read."""
    stem, suffix = path.stem, path.suffix.lower()
    return f"{stem}.yml" if suffix in (".yaml", ".json", ".toml") else f"{stem}{suffix}"


def _named(place: str, inside: Path, name: str) -> str:
    """The place with this file's name in it; an office that the path does not tell stays to be filled in."""
    folder, _, last = place.rpartition("/")
    office = inside.parts[2] if inside.parts[:2] in (("sources", "offices"), ("templates", "offices")) else "<office>"
    office = office if len(inside.parts) > 3 else "<office>"
    return f"{folder.replace('*', office, 1).replace('*', '<year>')}/{name if '*' in last else last}"
