"""The connector for folders: which years an inbox holds, and which files a department has left in its folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from stat import S_ISREG

from warehouse.declarations import YishuError

# Lock files of office programs, hidden files, half-copied files: nobody handed them in.
IGNORED = ("~$*", ".*", "*.tmp")
_YEAR = "{year}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file in a department's folder, and what tells a changed file from an unchanged one."""

    path: Path
    name: str
    size: int
    mtime_ns: int
    ctime_ns: int


def periods(path_template: str, office: str, inbox: Path) -> tuple[int, ...]:
    """The years whose folder exists, in order: a year is exactly four digits where the template says {year}."""
    if not inbox.is_dir():
        raise YishuError(f"the inbox {inbox} is not there; create it, or set YISHU_INBOX to the folder of the offices")
    parts = Path(path_template).parts
    place = next((index for index, part in enumerate(parts) if _YEAR in part), None)
    if place is None:
        raise YishuError(f"the connector path '{path_template}' of '{office}' has no {{year}}; say where the years lie")
    above = Path(_filled(str(Path(*parts[:place])), office=office, inbox=inbox))
    if not above.is_dir():
        return ()
    pattern = re.compile(r"(\d{4})".join(re.escape(_filled(text, office=office)) for text in parts[place].split(_YEAR)))
    matches = (pattern.fullmatch(entry.name) for entry in above.iterdir() if entry.is_dir())
    years = {int(match[1]) for match in matches if match and match[1].isascii()}
    return tuple(sorted(year for year in years if year_folder(path_template, office, inbox=inbox, year=year).is_dir()))


def year_folder(path_template: str, office: str, *, inbox: Path, year: int) -> Path:
    """The folder of one year, in which the departments' folders lie."""
    return Path(_filled(path_template, office=office, inbox=inbox).replace(_YEAR, f"{year:04}"))


def deliveries(folder: Path) -> tuple[Delivery, ...]:
    """The files that lie in `folder` itself, by name; none where the folder is not there."""
    if not folder.is_dir():
        return ()
    found = (_delivery(path) for path in folder.iterdir() if not ignored(path.name))
    return tuple(sorted((each for each in found if each is not None), key=lambda delivery: delivery.name))


def ignored(name: str) -> bool:
    """Whether a name is one of those that programs leave behind: ~$…, .…, ….tmp."""
    return any(fnmatch(name.lower(), pattern) for pattern in IGNORED)


def _delivery(path: Path) -> Delivery | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        # Taken away between looking and asking, or a link to nothing.
        return None
    if not S_ISREG(state.st_mode):
        return None
    return Delivery(path, path.name, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def _filled(text: str, *, office: str, inbox: Path | None = None) -> str:
    """The template with the office and the inbox put in; the year stays."""
    filled = text.replace("{office}", office)
    return filled if inbox is None else filled.replace("{inbox}", str(inbox))
