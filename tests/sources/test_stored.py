"""Workbooks handed to calamine with their sheets unpacked: quicker, and the same to the last cell."""

import hashlib
import io
import zipfile
import zlib

import pytest
from python_calamine import CalamineWorkbook

from sources.formats.grid import Unreadable, Workbook, open_workbook
from sources.formats.ooxml import Package
from sources.formats.stored import with_stored
from sources.samples import draw
from tests.corpus.drawing import file_of
from tests.corpus.test_corpus import CASES, case_of

SAMPLES = sorted((draw.HERE / draw.CLEAN).glob("*/*.xlsx"))
SHEET = "xl/worksheets/sheet1.xml"


def as_read(content):
    """Every sheet as calamine lays it out."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def merged(content):
    """The merged cells of every sheet as calamine finds them by itself."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        found = {name: book.get_sheet_by_name(name).merged_cell_ranges for name in book.sheet_names}
    return {name: tuple((*first, *last) for first, last in ranges) for name, ranges in found.items()}


def archive_of(parts, *, comment=b"", before=b"", streamed=False):
    """A zip file of these parts, perhaps with something around it, or written to where nobody can go back."""

    class Stream(io.BytesIO):
        def seekable(self):
            return not streamed

        def seek(self, *where):
            if streamed:
                raise OSError
            return super().seek(*where)

    buffer = Stream()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.comment = comment
    return before + buffer.getvalue()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_reads_the_same(path):
    """Cells and merged cells of each sample are what calamine makes of the file as it lies there."""
    content = path.read_bytes()
    package = Package(content)
    quickest = package.quickest(lambda _: True)

    assert quickest != content
    assert as_read(content) == as_read(quickest)
    assert merged(content) == {name: package.marks(name).merged for name in merged(content)}


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("hostile/")])
def test_a_nasty_file_reads_the_same(name):
    """So are those of each workbook of the corpus that calamine can read at all."""
    content = file_of(case_of(name))
    package = Package(content) if content.startswith(b"PK") else None
    if package is None or package.trouble or package.kind != "xlsx":
        assert package is None or package.trouble or package.quickest(lambda _: True) == content
        return
    quickest = package.quickest(lambda _: True)

    assert as_read(content) == as_read(quickest)
    told = {name: package.marks(name).merged for name in merged(content)}
    assert merged(content) == {name: told[name] or merged(quickest)[name] for name in told}


def test_only_what_is_wanted_is_unpacked():
    """A sheet that nobody asked for lies there as it did."""
    content = SAMPLES[0].read_bytes()

    assert content == Package(content).quickest(lambda _: False)


@pytest.mark.parametrize(
    "around",
    [{}, {"comment": b"it says"}, {"before": b"#!/bin/sh\n"}, {"streamed": True}],
    ids=["plain", "with a comment", "behind something", "streamed"],
)
def test_the_other_parts_of_an_archive_are_as_they_were(around):
    """Python's own zipfile finds no fault, reads what was put in, and every other part as before."""
    noise = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(150))
    parts = {"a.xml": b"<a/>" * 100, "表.xml": b"<b/>", "empty": b"", SHEET: b"<worksheet/>", "noise.bin": noise}
    content = archive_of(parts, **around)
    given = {SHEET: (b"<x>", memoryview(b"<<sheetData/>>")[1:-1], b"</x>"), "empty": ()}
    with zipfile.ZipFile(io.BytesIO(content)) as before:
        made = with_stored(content, before, given)

    with zipfile.ZipFile(io.BytesIO(made)) as after:
        assert after.testzip() is None
        assert {**parts, SHEET: b"<x><sheetData/></x>"} == {name: after.read(name) for name in after.namelist()}
        assert list(parts) == after.namelist()


def test_a_sheet_whose_bytes_changed_on_the_way_is_told_as_damaged():
    """A digit that became another one unpacks well, and its check sum says that it is not what was sent."""
    with zipfile.ZipFile(io.BytesIO(SAMPLES[0].read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    whole = archive_of(parts)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        sent = archive.getinfo(SHEET).CRC.to_bytes(4, "little")
    forged = whole.replace(sent, (zlib.crc32(parts[SHEET]) ^ 1).to_bytes(4, "little"))

    assert isinstance(open_workbook(whole, lambda _: True), Workbook)
    assert isinstance(open_workbook(forged, lambda _: True), Unreadable)
