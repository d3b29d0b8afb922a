"""What a 退回单 says of itself, so that one which comes back is known again, and read as if it bore no marks."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sources.formats.grid import Unreadable, open_workbook
from sources.values import Broken, as_text
from warehouse.model import digest
from warehouse.personal import masked

if TYPE_CHECKING:
    from sources.formats.grid import Sheet, Workbook

# The words by which a list sheet and a comment of ours begin; the templates are held to them.
LIST_SHEET, COMMENT = "问题清单", "【退回单·"
# The heads of the list under which stand the number of an item, what the department explains, and about which finding.
NUMBER_HEAD, REASON_HEAD, ID_HEAD = "序号", "说明", "编号"
# A rule of conditional formatting with this in its formula is a mark of ours, in whatever program it was saved.
RULE = "yishu-"
PROPERTY, PROPERTIES = "yishu.return", "docProps/custom.xml"
_NUMBER = re.compile(r"YS((?:-[0-9a-f]{12})+)-([0-9a-f]{4})(?![0-9a-f])")
_BEGINNING = "YS-"
_TOP_ROWS, _MOST_BYTES = 12, 1024**2
_HEAD_WITHIN, _MOST_REASONS = 60, 10_000
_SHORT_ID = re.compile(r"[0-9a-f]{8}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
# The longest explanation that is taken; a longer one is kept as far as shows that it is longer.
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Reason:
    """What a department wrote on the list as an explanation: of which finding (its short id), in which item.

    `shared`: it was written for all of the item.
    It is a text of somebody else's: on one line, without letters that nobody sees, personal numbers hidden, and no more
    than that.
    """

    id: str
    item: int
    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Without:
    """The sheets that are a department's own, the submissions that the workbook answers, and what it explains."""

    sheets: tuple[Sheet, ...]
    answers: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()


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
    own, found, reasons = [], answers(content), list[Reason]()
    for sheet in sheets:
        said = _said(sheet.rows) if _BEGINNING in sheet.together else ()
        if said:
            found = found or said
            reasons += _reasons(sheet.rows)
        else:
            own.append(sheet)
    return Without(tuple(own), found, tuple(reasons[:_MOST_REASONS]))


def open_own(content: bytes, wanted: Callable[[str], bool]) -> Workbook | Unreadable:
    """The department's own sheets of those that are `wanted`, and in `about` what the file says as a 退回单.

    `answers`: the submissions it was made from; `list_only`: there is nothing in it but our list; `reasons`: what was
    explained on the list (`reasons_in` reads it).
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
    if found.reasons:
        about["reasons"] = json.dumps([[each.id, each.item, each.text, each.shared] for each in found.reasons])
    own = tuple(sheet for sheet in found.sheets if wanted(sheet.name))
    return replace(book, names=names, sheets=own, about=about)


def reasons_in(facts: Mapping[str, str]) -> tuple[Reason, ...]:
    """What was explained on the list of a file of which a reading tells these facts."""
    return tuple(Reason(*each) for each in json.loads(facts.get("reasons", "[]")))


def _reasons(rows: Sequence[Sequence[Any]]) -> Iterator[Reason]:
    """Every explanation on a list. What stands in an item's own line is for each of its lines that says nothing."""
    heads = next((at for at, row in enumerate(rows[:_HEAD_WITHIN]) if {REASON_HEAD, ID_HEAD} <= set(_texts(row))), None)
    if heads is None:
        return
    head = _texts(rows[heads])
    columns = {text: at for at, text in enumerate(head)}
    item, shared = 0, ""
    for row in rows[heads + 1 :]:
        texts = _texts(row) + [""] * (len(head) - len(row))
        number, text, identity = (texts[columns.get(name, 0)] for name in (NUMBER_HEAD, REASON_HEAD, ID_HEAD))
        if number:
            item, shared = item + 1, ""
        if not _SHORT_ID.fullmatch(identity):
            shared = text or shared
        elif text or shared:
            yield Reason(identity, item, _plain(text or shared), shared=not text)


def _texts(row: Sequence[Any]) -> list[str]:
    return [(cell.text if isinstance(cell, Broken) else as_text(cell) or "").strip() for cell in row]


def _plain(text: str) -> str:
    return masked(_UNSEEN.sub(" ", text[: LONGEST_REASON + 1]).strip())


def _said(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    texts = [cell for row in rows[:_TOP_ROWS] for cell in row if isinstance(cell, str)]
    return next((ids for text in texts if (ids := submissions_in(text))), ())


def _check(ids: Iterable[str]) -> str:
    return digest("yishu return", *ids)[:4]
