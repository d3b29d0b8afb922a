import io
import os
import random
import time
import zipfile
from pathlib import Path

import pytest

from sources.confined.guard import Guard, Limits
from tests.sources.formats import biff2, biff5, spreadsheetml, strict, xls
from tests.sources.paper import SECRET, book, card, submission
from tests.sources.test_samples_read import CARDS, OFFICE

ROOT = Path(__file__).parents[2]
ROWS = [["案件编号", "决定日期", "罚款金额"], ["001", "2024-03-05", "１,５００元"], ["002", "2024-04-05", 200]]
SECONDS = 20


def flipped(content, dice):
    """A few bytes are others."""
    spoiled = bytearray(content)
    for _ in range(dice.choice((1, 3, 20, 200))):
        spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return bytes(spoiled)


def head_flipped(content, dice):
    """The beginning, where formats say what they are, is damaged."""
    return content[:4] + flipped(content[4:600], dice) + content[600:]


def cut(content, dice):
    """Only the beginning arrived."""
    return content[: dice.randrange(len(content))]


def torn(content, dice):
    """A piece in the middle is missing, or stands twice."""
    start, end = sorted(dice.randrange(len(content)) for _ in range(2))
    return content[:start] + dice.choice((b"", content[start:end] * 2)) + content[end:]


def robbed(content, dice):
    """A part of the package is missing, or is damaged while its checksum is right."""
    if not content.startswith(b"PK"):
        return flipped(content, dice)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        names = before.namelist()
        victim, removed = dice.choice(names), dice.random() < 0.4
        for name in names:
            part = before.read(name)
            if name == victim and part:
                part = dice.choice((flipped, cut, torn))(part, dice)
            if name != victim or not removed:
                after.writestr(name, part)
    return buffer.getvalue()


def originals():
    """Each sample with the ledger it is for, and small files of the other formats."""
    found = []
    for department, owed in OFFICE.owed():
        folder = ROOT / "sources" / "samples" / "xigu" / "2024" / OFFICE.departments[department].folder
        paths = [path for path in sorted(folder.iterdir()) if any(map(path.match, owed.files))]
        found += [(path.read_bytes(), CARDS[owed.ledger], owed.sheets) for path in paths]
    small = book(("台账", ROWS))
    calc = (Path(__file__).parent / "files" / "calc.ods").read_bytes()
    others = (
        small, strict(small), xls(ROWS), biff5(ROWS), biff2([["案件编号", "人次"], ["001", 2]]), calc,
        spreadsheetml('<Row><Cell ss:Index="2" ss:MergeAcross="1"><Data ss:Type="Number">5</Data></Cell></Row>' * 20),
        ("<table>" + "<tr><td rowspan=2>案件编号<td>决定日期</tr>" * 20 + "</table>").encode(),
        "案件编号,决定日期\n".encode("utf-16") * 20,
    )  # fmt: skip
    return found + [(content, card(), ()) for content in others]


def harm(count, first):
    """Read that many damaged copies behind one guard: how many gave rows, which faults of ours, the longest time."""
    sound = originals()
    rows, faults, longest = 0, [], 0.0
    with Guard(Limits(seconds=SECONDS)) as guard:
        for number in range(first, first + count):
            dice = random.Random(number)  # noqa: S311 - the same damage every time
            content, ledger, sheets = sound[number % len(sound)]
            spoiled = dice.choice((flipped, head_flipped, cut, torn, robbed))(content, dice)
            began = time.monotonic()
            found = guard.read(spoiled, submission=submission(spoiled), card=ledger, sheets=sheets, secret=SECRET)
            longest = max(longest, time.monotonic() - began)
            assert len(found.frame) or found.findings or "zero_report" in found.facts, number
            rows += bool(len(found.frame))
            faults += [(number, it.facts["place"]) for it in found.findings if it.code == "file.reader_failed"]
    return rows, faults, longest


def test_damaged_copies_give_rows_or_findings():
    """Bytes flipped, cut off, torn, parts missing: rows or a finding each time, no crash, no hang, no fault of ours."""
    rows, faults, longest = harm(300, 0)

    assert [] == faults
    assert 0 < rows < 300
    assert longest < 2 * SECONDS


def resident_of_children():
    """The MiB that the processes started by this one hold."""
    children = [pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()]
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in children)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell what a process holds")
def test_nothing_leaks_from_one_file_to_the_next():
    """The process that has read a hundred files, sound and damaged, holds hardly more than after the first twenty."""
    sound = originals()
    held = []
    with Guard(Limits(seconds=SECONDS), children=1) as guard:
        for number in range(120):
            content, ledger, sheets = sound[number % len(sound)]
            spoiled = content if number % 2 else flipped(content, random.Random(number))  # noqa: S311 - see above
            guard.read(spoiled, submission=submission(spoiled), card=ledger, sheets=sheets, secret=SECRET)
            held.append(resident_of_children())

    assert max(held[100:]) - max(held[:40]) < 48
    assert max(held) < 512


@pytest.mark.slow
def test_two_thousand_damaged_copies_give_rows_or_findings():
    """The same, more often and with other damage."""
    rows, faults, longest = harm(2000, 1000)

    assert [] == faults
    assert 0 < rows < 2000
    assert longest < 2 * SECONDS
