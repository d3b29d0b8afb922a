"""A zip archive with some of its parts replaced by unpacked ones, made without touching the others.

For calamine, which unpacks a sheet twice and searches all of it for merged cells: where these are known already, a
sheet that lies there unpacked and tells of them first is read in little more than half the time.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_LARGEST = 2**31 - 1
# APPNOTE.TXT 6.3.10 of the format, 4.3.7, 4.3.12 and 4.3.16, behind the four bytes by which each is known.
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_NEWER_THAN_ALL, _UTF8 = 20, 0x800


def with_stored(content: bytes, archive: ZipFile, parts: Mapping[str, Sequence[bytes | memoryview]]) -> bytes | None:
    """The archive of these bytes with the `parts`, given in pieces; None where it is too large to be rewritten."""
    directory: list[bytes] = []
    added: list[bytes | memoryview] = []
    at = archive.start_dir
    if at + sum(len(piece) for pieces in parts.values() for piece in pieces) > _LARGEST:
        return None
    for info in archive.infolist():
        is_ascii = info.orig_filename.isascii()
        name = info.orig_filename.encode("utf-8" if is_ascii or info.flag_bits & _UTF8 else "cp437")
        pieces = parts.get(info.filename)
        if pieces is None:
            sizes = (info.CRC, info.compress_size, info.file_size)
            directory.append(_entry(info, name, info.compress_type, sizes, info.header_offset))
            continue
        size, check = sum(map(len, pieces)), 0
        for piece in pieces:
            check = zlib.crc32(piece, check)
        sizes = (check, size, size)
        flags = info.flag_bits & _UTF8
        head = _LOCAL.pack(b"PK\3\4", _NEWER_THAN_ALL, flags, ZIP_STORED, 0, 0, *sizes, len(name), 0) + name
        directory.append(_entry(info, name, ZIP_STORED, sizes, at))
        added += (head, *pieces)
        at += len(head) + size
    listed = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), len(listed), at, 0)
    return b"".join((memoryview(content)[: archive.start_dir], *added, listed, end))


def _entry(info: ZipInfo, name: bytes, method: int, sizes: tuple[int, int, int], at: int) -> bytes:
    flags = info.flag_bits & (_UTF8 if method == ZIP_STORED else 0xFFFF)
    return (
        _CENTRAL.pack(
            b"PK\1\2", _NEWER_THAN_ALL, _NEWER_THAN_ALL, flags, method, 0, 0, *sizes, len(name), 0, 0, 0, 0, 0, at
        )
        + name
    )
