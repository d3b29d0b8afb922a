import io
import struct
import zipfile
from pathlib import Path

import pytest

from sources.confined.guard import Guard, Limits
from tests.sources.formats import repacked
from tests.sources.paper import SECRET, book, card, codes, submission

ROWS = [["案件编号", "决定日期", "罚款金额"], ["001", "2024-03-05", "１,５００元"], ["002", "2024-04-05", 200]]


@pytest.fixture(scope="module")
def guarded():
    with Guard(Limits(seconds=20, memory_mib=1024)) as a_guard:
        yield lambda content: a_guard.read(
            content, submission=submission(content), card=card(), sheets=(), secret=SECRET
        )


def sheet_of(extra):
    """The small ledger with more rows below it, as XML."""

    def change(name, part):
        return part.replace(b"</sheetData>", extra + b"</sheetData>") if name == "xl/worksheets/sheet1.xml" else part

    return repacked(book(("台账", ROWS)), change)


def test_a_million_formatted_rows_without_a_value_cost_little(guarded):
    """Rows that somebody once coloured down to the end of the sheet are passed over."""
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n) for n in range(5, 1_048_577))
    content = sheet_of(empty)

    found = guarded(content)

    assert (2, []) == (len(found.frame), codes(found))


def test_a_cell_at_the_end_of_the_world(guarded):
    """A single far cell is told with words that say how to remove it."""
    found = guarded(sheet_of(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))

    assert [("sheet.far_cell", "台账", "XFD1048576")] == codes(found)


def test_a_cell_that_is_repeated_over_the_whole_sheet(guarded):
    """An OpenDocument cell may say that it stands there ever so often; it is refused before it is laid out."""
    calc = (Path(__file__).parent / "files" / "calc.ods").read_bytes()
    repeats = (
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="99"'
    )

    def change(name, part):
        first = b'<table:table-row table:style-name="ro1"><table:table-cell'
        return part.replace(first, repeats, 1) if name == "content.xml" else part

    ((code, _, cell),) = codes(guarded(repacked(calc, change)))

    assert ("sheet.far_cell", "D1000007") == (code, cell)


def test_a_bomb_that_does_not_say_its_size():
    """A part that unpacks to far more than the directory declares never fills the memory."""
    bomb = repacked(
        book(("台账", ROWS)),
        lambda name, part: part + b" " * (300 * 1024**2) if name == "xl/styles.xml" else part,
    )
    small = struct.pack("<I", 5000)
    content = bytearray(bomb)
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.find(mark)
        while start >= 0:
            if struct.unpack_from("<I", content, start + at)[0] > 1024**2:
                content[start + at : start + at + 4] = small
            start = content.find(mark, start + 4)
    with Guard(Limits(memory_mib=128)) as a_guard:
        spoiled = bytes(content)
        found = a_guard.read(spoiled, submission=submission(spoiled), card=card(), sheets=(), secret=SECRET)

    assert codes(found) in ([("file.too_large", None, None)], [("file.unreadable", None, None)])


def test_zips_in_great_number(guarded):
    """A package of ever so many parts is refused by its directory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(20_001):
            archive.writestr(f"xl/{number}", b"")

    assert [("file.too_large", None, None)] == codes(guarded(buffer.getvalue()))


def test_nested_web_pages_end(guarded):
    """Tags that never close, nested without end, are a finding or rows, in time."""
    found = guarded(b"<table><tr><td>" * 20_000 + "案件编号".encode())

    assert ["file.too_large"] == [code for code, _, _ in codes(found)]


def test_the_guard_reads_on_after_all_that(guarded):
    """The same guard reads the next sound file."""
    assert 2 == len(guarded(book(("台账", ROWS))).frame)


@pytest.mark.parametrize("filling", [b"\0", b"\1\0\0\0", b"\xff\xff\xff\x7f"])
def test_a_compound_file_that_bites_its_tail_ends(guarded, filling):
    """Tables of sectors that name each other in circles are followed no longer than the file is."""
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + filling * (100_000 // len(filling))

    assert [("file.unreadable", None, None)] == codes(guarded(content))
