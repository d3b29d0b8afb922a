"""Text that went through a wrong code page: repaired where nothing is lost, else told; never taken for text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sources.formats.grid import Sheet, Unreadable, Workbook
from sources.values import Broken

# What remains where letters were lost: U+FFFD itself, two of them read as GBK, memory that was never written.
_LOST = re.compile("\ufffd|锟斤拷|锟斤|斤拷|烫烫烫|屯屯屯")
# Letters that UTF-8 Chinese becomes when it is read as GBK, and Latin letters that Chinese never needs.
_SUSPICIOUS = re.compile(
    "[\ufffd锟烫屯涓鍙鐨锛銆浜澶瀛绔鏄鎴缁寮鎵姹浣绗绫璇閿閮闂鏂鏁鍥鍦鏈鍜骞绠鍒浠鍏鏉琛鏃鐢妗缃鍐鍔娉鏀]"
    "|[\x80-\x9f\xa1-\xaf\xb4-\xb6\xb8-\xd6\xd8-\xf6\xf8-\xff]"
)
_SOUND = re.compile("[\\s!-~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef·—–‘’“”…％℃№①-⑳ⅠⅡⅢⅣⅤ○〇°×]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[\x00-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+")
ENOUGH = 3
_WAYS = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("cp1252", "gb18030"), ("latin-1", "gb18030"))


def mended(book: Workbook) -> Workbook | Unreadable:
    """The workbook with its text as it was meant; a cell that lost letters is broken, a file full of them unread."""
    if not any(_SUSPICIOUS.search(sheet.together) for sheet in book.sheets):
        return book
    texts: set[str] = set().union(*(sheet.texts for sheet in book.sheets))
    foreign = [text for text in texts if not text.isascii()]
    if way := _way(foreign):
        return _repaired(book, foreign, way)
    lost = {text for text in foreign if _is_lost(text)}
    if len(lost) >= ENOUGH and len(lost) * 2 >= len(foreign):
        return Unreadable("大部分文字已无法还原", "file.garbled")
    return _with(book, lambda text: _broken(text) if text in lost else text) if lost else book


def _way(foreign: Iterable[str]) -> tuple[str, str] | None:
    """The mistake that explains nearly all texts: read as one code page, meant in another."""
    longer = [text for text in foreign if sum(letter > "\x7f" for letter in text) > 1]
    right = {way: sum(_undone(text, way) is not None for text in longer) for way in _WAYS}
    best = max(_WAYS, key=lambda way: right[way])
    return best if right[best] >= ENOUGH and right[best] * 4 >= len(longer) * 3 else None


def _undone(text: str, way: tuple[str, str]) -> str | None:
    """The text as meant, if the mistake can be undone without loss and gives plain Chinese."""
    read_as, meant = way
    if read_as != "gb18030" and not _LATIN.fullmatch(text):
        return None
    try:
        undone = text.encode(read_as).decode(meant)
    except UnicodeError:
        return None
    return undone if _SOUND.fullmatch(undone) and _HAN.search(undone) else None


def _repaired(book: Workbook, foreign: Iterable[str], way: tuple[str, str]) -> Workbook | Unreadable:
    """Every text undone; one that cannot be, though its neighbours could, has lost letters."""
    undone = {text: _undone(text, way) for text in foreign}
    broken = {text for text, whole in undone.items() if whole is None and _suffered(text, way)}
    if len(broken) * 4 > len(undone):
        return Unreadable("大部分文字已无法还原", "file.garbled")

    def meant(text: str) -> Any:
        return _broken(text) if text in broken else undone.get(text) or text

    names = {name: _undone(name, way) or name for name in book.names}
    sheets = tuple(replace(sheet, name=names.get(sheet.name, sheet.name)) for sheet in book.sheets)
    encoding = f"{way[1]}, read as {way[0]}"
    return _with(replace(book, sheets=sheets, names=tuple(names.values()), encoding=encoding), meant)


def _suffered(text: str, way: tuple[str, str]) -> bool:
    """Whether the text went the same way and lost something; a sign like ￥ or × may be as it was meant."""
    if way[0] == "gb18030":
        return _is_lost(text)
    return _LATIN.fullmatch(text) is not None and _SUSPICIOUS.search(text) is not None


def _is_lost(text: str) -> bool:
    """Whether letters of the text are gone: it says so, or it is UTF-8 read as GBK that is no longer whole."""
    if _LOST.search(text):
        return True
    if not _SUSPICIOUS.search(text):
        return False
    back = text.encode("gb18030", "ignore").decode("utf-8", "replace")
    return len(_HAN.findall(back)) >= ENOUGH and back.count("\ufffd") <= 2


def _broken(text: str) -> Broken:
    return Broken("cell.garbled", text[:20])


def _with(book: Workbook, change: Callable[[str], Any]) -> Workbook:
    return replace(book, sheets=tuple(_changed(sheet, change) for sheet in book.sheets))


def _changed(sheet: Sheet, change: Callable[[str], Any]) -> Sheet:
    rows = [[change(cell) if type(cell) is str and not cell.isascii() else cell for cell in row] for row in sheet.rows]
    return replace(sheet, rows=rows)
