"""Delimited text: which encoding, which delimiter, which rows."""

from __future__ import annotations

import csv
import io
import re

from sources.formats.encoding import decode
from sources.formats.grid import Sheet, Unreadable, Workbook

SHEET = "CSV"
DELIMITERS = (",", "\t", ";", "|", "，")
_MARKUP = re.compile(rb"\s*(?:<!doctype|<html|<\?xml|<table|<!--|<meta|<head|<body|<div|<style)", re.IGNORECASE)
_OTHER = re.compile(rb"\s*(?:\{\\rtf|%PDF|\x89PNG|\xff\xd8\xff|GIF8|Rar!|7z\xbc\xaf|PK\x05\x06)")
_NOT_A_TABLE = Unreadable("文件内容不是电子表格（可能是文档、图片或压缩包改了扩展名）")
_AS_TEXT = re.compile(r'="([^"]*)"')
_STATED = re.compile(r"\"?sep=([,;|\t])\"?[ ]*(?:\r\n|\n|\r)", re.IGNORECASE)


def is_markup(content: bytes) -> bool:
    """Whether the text begins as HTML or XML does, in any encoding."""
    beginning = content[:512].replace(b"\0", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        beginning = beginning.removeprefix(mark)
    return _MARKUP.match(beginning) is not None


def read_delimited(content: bytes) -> Workbook | Unreadable:
    """The text as a workbook of one sheet; something that is not a table of text is unreadable."""
    if _OTHER.match(content):
        return _NOT_A_TABLE
    decoded = decode(content)
    if decoded is None:
        return _NOT_A_TABLE if b"\0" in content else Unreadable("无法识别文件的文字编码", "file.garbled")
    text, encoding = decoded
    if stated := _STATED.match(text):
        # Excel takes this line as an instruction and does not count it.
        text, delimiter = text[stated.end() :], stated[1]
    else:
        delimiter = _delimiter(text)
    rows = _texts(text, delimiter) if '="' in text else _rows(text, delimiter)
    kind = "tsv" if delimiter == "\t" else "csv"
    return Workbook(format=kind, names=(SHEET,), sheets=(Sheet(name=SHEET, rows=rows),), encoding=encoding)


def _texts(text: str, delimiter: str) -> list[list[str]]:
    """The cells without the `="…"` by which systems that export keep Excel from taking a text for a number."""
    rows = _rows(re.sub(rf'(^|{re.escape(delimiter)})="', r'\1"', text, flags=re.MULTILINE), delimiter)
    # What was quoted once more, as the format asks, still has the sign.
    return [[match[1] if (match := _AS_TEXT.fullmatch(cell)) else cell for cell in row] for row in rows]


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """The cells; where a quote left open would swallow the rest of the file, quotes are taken as written."""
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        rows = []
    if not rows or any(cell.count("\n") > 50 for row in rows for cell in row):
        return [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)]
    return rows


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
