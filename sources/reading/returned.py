"""What a 退回单 says of itself, so that one which comes back is known again, and read as if it bore no marks."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sources.formats.grid import Unreadable, open_workbook
from warehouse.model import digest

if TYPE_CHECKING:
    from sources.formats.grid import Sheet, Workbook

# The words by which a list sheet and a comment of ours begin; the templates are held to them.
LIST_SHEET, COMMENT = "问题清单", "【退回单·"
# A rule of conditional formatting with this in its formula is a mark of ours, in whatever program it was saved.
RULE = "yishu-"
PROPERTY, PROPERTIES = "yishu.return", "docProps/custom.xml"
_NUMBER = re.compile(r"YS((?:-[0-9a-f]{12})+)-([0-9a-f]{4})(?![0-9a-f])")
_BEGINNING = "YS-"
_TOP_ROWS, _MOST_BYTES = 12, 1024**2


@dataclass(frozen=True, slots=True)
class Without:
    """The sheets that are a department's own, and the submissions that the workbook answers."""

    sheets: tuple[Sheet, ...]
    answers: tuple[str, ...]


def number(submissions: Iterable[str]) -> str:
    """The number of the 退回单 that gives these submissions back; its end tells it from anything else."""
    ids = sorted(submissions)
    return "-".join(("YS", *ids, _check(ids)))


def submissions_in(text: str) -> tuple[str, ...]:
    """The submissions whose number stands in `text`; none where there is no number, or a wrong one."""
    for match in _NUMBER.finditer(text):
        ids = match[1].split("-")[1:]
        if match[2] == _check(ids):
            return tuple(ids)
    return ()


def answers(content: bytes) -> tuple[str, ...]:
    """The submissions that this file says it answers, as its properties know; only OOXML has such."""
    if not content.startswith(b"PK") or PROPERTIES.encode() not in content:
        return ()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(PROPERTIES) as part:
            return submissions_in(part.read(_MOST_BYTES).decode("utf-8", "replace"))
    except Exception:  # noqa: BLE001 - whatever is wrong with the file, its reader will say
        return ()


def is_list_name(name: str) -> bool:
    """Whether a sheet of this name may be a list of ours; only its number says that it is."""
    return name.startswith(LIST_SHEET)


def without_list(sheets: Sequence[Sheet], content: bytes) -> Without:
    """The sheets but for the lists of ours among them, which are known by the number that stands in their head."""
    own, found = [], answers(content)
    for sheet in sheets:
        said = _said(sheet.rows) if _BEGINNING in sheet.together else ()
        if said:
            found = found or said
        else:
            own.append(sheet)
    return Without(tuple(own), found)


def open_own(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """The department's own sheets of those that are `wanted`, and in `about` what the file says as a 退回单.

    `answers`: the submissions it was made from; `list_only`: there is nothing in it but our list.
    """
    book = open_workbook(content, lambda name: wanted(name) or is_list_name(name))
    if isinstance(book, Unreadable):
        return book
    found = without_list(book.sheets, content)
    lists = {sheet.name for sheet in book.sheets} - {sheet.name for sheet in found.sheets}
    names = tuple(name for name in book.names if name not in lists)
    about = {"answers": " ".join(found.answers)} if found.answers else {}
    if found.answers and not names:
        about["list_only"] = "true"
    own = tuple(sheet for sheet in found.sheets if wanted(sheet.name))
    return replace(book, names=names, sheets=own, about=about)


def _said(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    texts = [cell for row in rows[:_TOP_ROWS] for cell in row if isinstance(cell, str)]
    return next((ids for text in texts if (ids := submissions_in(text))), ())


def _check(ids: Iterable[str]) -> str:
    return digest("yishu return", *ids)[:4]
