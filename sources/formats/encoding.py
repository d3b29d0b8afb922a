"""Bytes of text to letters: which encoding they are in, whatever they or their mark say."""

from __future__ import annotations

import re

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936", "ms936", "x-gbk", "gb_2312-80", "936"})
_UNICODE = {"utf-8": "utf-8", "utf8": "utf-8", "big5": "big5", "big5-hkscs": "big5hkscs"}
FEW_DAMAGED = 100
FAR = 65_536


def decode(content: bytes) -> tuple[str, str] | None:
    """The text and its encoding: by its mark, by its zero bytes, else UTF-8, else GB18030; None for binary."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _try(content, encoding)
    if b"\0" in content:
        # Chinese text without a Latin letter has its zero bytes at its tabs and line ends only.
        zeros_even, zeros_odd = content[0:FAR:2].count(0), content[1:FAR:2].count(0)
        if zeros_even == zeros_odd:
            return None
        return _try(content, "utf-16-le" if zeros_odd > zeros_even else "utf-16-be")
    return _try(content, "utf-8") or _damaged(content) or _try(content, "gb18030")


def decode_markup(content: bytes) -> tuple[str, str] | None:
    """The same for HTML and XML, which may say their encoding themselves; one that is not true does not count."""
    if content.startswith(tuple(mark for mark, _ in _MARKS)) or b"\0" in content[:400]:
        return decode(content)
    declared = _DECLARED.search(content[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    encoding = "gb18030" if name in _CHINESE else _UNICODE.get(name)
    return (_try(content, encoding) if encoding else None) or decode(content)


def _try(content: bytes, encoding: str) -> tuple[str, str] | None:
    # A file that was cut off inside a letter is still a file in this encoding.
    whole = content[: len(content) // 2 * 2] if encoding.startswith("utf-16") else content
    try:
        text = whole.decode(encoding)
    except UnicodeDecodeError:
        return None
    return (text, encoding) if _is_text(text) else None


def _is_text(text: str) -> bool:
    return not any(ord(letter) < 32 and letter not in "\r\n\t\f" for letter in text[:4000])


def _damaged(content: bytes) -> tuple[str, str] | None:
    """UTF-8 in which single bytes are damaged; each of them is a replacement character, found later at its cell."""
    text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    letters = sum(1 for letter in text if letter > "\x7f")
    sound = damaged and damaged * FEW_DAMAGED <= letters + FEW_DAMAGED and letters - damaged >= 10 * damaged
    return (text, "utf-8") if sound and _is_text(text) else None
