"""The OLE compound file: which streams lie in it, and so what kind of document it is, and the bytes of one."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property

END = 0xFFFFFFF0
ENTRY = 128
SMALL = 64
MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the directory."""

    kind: int
    start: int
    size: int


@dataclass(frozen=True)
class Compound:
    """A compound file, as far as it can be followed; what is damaged is simply not there."""

    content: bytes

    @property
    def streams(self) -> frozenset[str]:
        """The names of all streams."""
        return frozenset(name for name, entry in self._directory.items() if entry.kind == 2)

    def is_whole(self, name: str) -> bool:
        """Whether the stream is as long as the directory says, and no table longer than the file."""
        sectors = len(self.content) // self._sector + 1
        entry = self._directory.get(name)
        tables_fit = all(self._header(at) <= sectors for at in (40, 44, 64, 72))
        return tables_fit and entry is not None and len(self.stream(name)) >= entry.size

    def stream(self, name: str) -> bytes:
        """The bytes of a stream, as many as can be followed; none where there is no such stream."""
        entry = self._directory.get(name)
        if entry is None:
            return b""
        if entry.size >= self._header(56):
            return self._chain(entry.start)[: entry.size]
        root = next((each for each in self._directory.values() if each.kind == 5), None)
        if root is None:
            return b""
        shelf = self._chain(root.start)[: root.size]
        follows = self._numbers(self._chain(self._header(60)))
        return _followed(shelf, entry.start, follows, size=SMALL, offset=0)[: entry.size]

    @property
    def _sector(self) -> int:
        return 1 << min(max(int.from_bytes(self.content[30:32], "little"), 7), 16)

    def _header(self, at: int) -> int:
        return int.from_bytes(self.content[at : at + 4], "little")

    @cached_property
    def _follows(self) -> list[int]:
        """Which sector follows which."""
        wanted, sector = self._numbers(self.content[76:512]), self._sector
        # A damaged table may name the same sectors over and over; no true one is longer than the file.
        most = len(self.content) // sector + 1
        further, seen = self._header(68), 0
        while further < END and seen * (sector // 4) < most:
            more = self._numbers(self.content[(further + 1) * sector : (further + 2) * sector])
            if not more:
                break
            wanted.extend(more[:-1])
            further, seen = more[-1], seen + 1
        table: list[int] = []
        for number in wanted:
            if number >= END or len(table) > most:
                break
            table += self._numbers(self.content[(number + 1) * sector : (number + 2) * sector])
        return table

    @cached_property
    def _directory(self) -> dict[str, _Entry]:
        lines = self._chain(self._header(48))
        found: dict[str, _Entry] = {}
        for at in range(0, min(len(lines) - ENTRY + 1, MOST_ENTRIES * ENTRY), ENTRY):
            length, kind = struct.unpack_from("<HB", lines, at + 64)
            start, size = struct.unpack_from("<II", lines, at + 116)
            if kind in (2, 5) and 2 <= length <= 64:
                found[lines[at : at + length - 2].decode("utf-16-le", "replace")] = _Entry(kind, start, size)
        return found

    def _chain(self, start: int) -> bytes:
        return _followed(self.content, start, self._follows, size=self._sector, offset=1)

    @staticmethod
    def _numbers(part: bytes) -> list[int]:
        return list(struct.unpack_from(f"<{len(part) // 4}I", part))


def _followed(content: bytes, start: int, follows: list[int], *, size: int, offset: int) -> bytes:
    """The sectors from `start` on, one after the other; a chain that bites its tail ends where it has been."""
    parts, at, left = [], start, len(follows) + 1
    while at < END and left:
        parts.append(content[(at + offset) * size : (at + offset + 1) * size])
        at = follows[at] if at < len(follows) else END
        left -= 1
    return b"".join(parts)
