"""Delimited text: which encoding, which delimiter, which rows."""

from __future__ import annotations

import csv
import io
import re

from sources.grid import Sheet, Unreadable, Workbook

SHEET = "CSV"
DELIMITERS = (",", "\t", ";", "|", "，")
_MARKUP = re.compile(
    rb"^\s*(?:<!doctype|<html|<\?xml|<table|<!--|<meta|<head|\{\\rtf|%PDF|\x89PNG|\xff\xd8\xff|GIF8|Rar!|7z)",
    re.IGNORECASE,
)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_delimited(content: bytes) -> Workbook | Unreadable:
    """The text as a workbook of one sheet; something that is not a table of text is unreadable."""
    if _MARKUP.match(content.removeprefix(b"\xef\xbb\xbf")):
        return Unreadable("文件内容不是电子表格（可能是网页、文档或图片改了扩展名）")
    decoded = _decode(content)
    if decoded is None:
        return Unreadable("无法识别文件的文字编码")
    text, encoding = decoded
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter)
    kind = "tsv" if delimiter == "\t" else "csv"
    return Workbook(format=kind, names=(SHEET,), sheets=(Sheet(name=SHEET, rows=rows),), encoding=encoding)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The cells; where a quote left open would swallow the rest of the file, quotes are taken as written."""
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        rows = []
    if not rows or any(cell.count("\n") > 50 for row in rows for cell in row):
        return [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)]
    return rows


def _decode(content: bytes) -> tuple[str, str] | None:
    """The text and its encoding: by its mark, by its zero bytes, else UTF-8, else GB18030; None for binary."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _try(content, encoding)
    if b"\0" in content:
        zeros_even, zeros_odd = content[0:400:2].count(0), content[1:400:2].count(0)
        if zeros_even == zeros_odd:
            return None
        return _try(content, "utf-16-le" if zeros_odd > zeros_even else "utf-16-be")
    return _try(content, "utf-8") or _try(content, "gb18030")


def _try(content: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    control = sum(1 for letter in text[:4000] if ord(letter) < 32 and letter not in "\r\n\t\f")
    return (text, encoding) if control == 0 else None


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most columns, the most evenly."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    best, most = ",", 0
    for delimiter in DELIMITERS:
        counts = sorted(len(row) - 1 for row in csv.reader(lines, delimiter=delimiter))
        typical = counts[len(counts) // 2] if counts else 0
        if typical > most:
            best, most = delimiter, typical
    return best
