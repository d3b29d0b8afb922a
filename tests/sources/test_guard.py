import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from sources.confined import process
from sources.confined.guard import Guard, Job, Limits
from tests.sources.paper import SECRET, book, card, codes, read_rows, submission
from warehouse.declarations import YishuError

ROOT = Path(__file__).parents[2]
ROWS = [["案件编号", "决定日期", "罚款金额"], ["001", "2024-03-05", "１,５００元"], ["002", "不详", 200]]

# Stand-ins for what a damaged file does to native code: each is what the child runs instead of reading.
FATES = {
    "dies": "import os; os.abort()",
    "hangs": "import time; time.sleep(60)",
    "is out of memory": "import os; os.write(2, b'memory allocation of 99 bytes failed'); os.abort()",
    "eats memory": "x = bytearray(4 * 1024**3)",
    "has a fault of ours": "raise KeyError('a name')",
    "opens a file": "open('/etc/hostname')",
    "writes a file": "open('written-by-the-child', 'w')",
    "calls out": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "runs a program": "import subprocess; subprocess.run(['true'])",
}
STRANGE_CHILD = """
import sys
import sources.confined.child as child
import sources.reading.returned as reader

open_workbook = reader.open_workbook

def strange(content, wanted):
    if content.startswith(b"fate:"):
        exec(content.removeprefix(b"fate:"))
    if content.startswith(b"print"):
        print("a library prints")
    return open_workbook(content, wanted)

reader.open_workbook = strange

import builtins, os
import sources.reading.reader as packing

pack = packing.pack

def fussy(told, card):
    if len(told) > 1 and getattr(builtins, "fussy", False):
        os.abort()
    return pack(told, card)

packing.pack = fussy
child.main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
"""


def ask(a_guard, content):
    return a_guard.read(content, submission=submission(content), card=card(), sheets=(), secret=SECRET)


@pytest.fixture
def strange(tmp_path, monkeypatch):
    """Guards whose child does what the file says."""
    (tmp_path / "strange_child.py").write_text(STRANGE_CHILD, encoding="utf-8")
    environment = process.environment()
    environment["PYTHONPATH"] = os.pathsep.join((environment["PYTHONPATH"], str(tmp_path)))
    monkeypatch.setattr(process, "environment", lambda: environment)
    monkeypatch.setattr(process, "MODULE", "strange_child")


def test_a_guarded_reading_is_the_same_as_a_plain_one():
    """Rows with their types, blocks, findings and facts come through the pipe as they are."""
    plain = read_rows(ROWS)
    with Guard() as a_guard:
        guarded = ask(a_guard, book(("台账", ROWS)))

    assert plain.frame.equals(guarded.frame)
    assert list(plain.frame.dtypes) == list(guarded.frame.dtypes)
    assert (plain.blocks, plain.facts) == (guarded.blocks, guarded.facts)
    assert codes(plain) == codes(guarded)
    assert plain.findings[0].facts == guarded.findings[0].facts


def test_many_files_share_one_child():
    """A child is started when the first file comes, and serves all that follow."""
    with Guard() as a_guard:
        assert 0 == a_guard.started
        for number in range(5):
            ask(a_guard, book(("台账", [*ROWS, [f"00{number}", "2024-05-06", 1]])))

    assert 1 == a_guard.started


@pytest.mark.parametrize(
    ("fate", "code"),
    [
        ("dies", "file.unreadable"),
        ("hangs", "file.too_slow"),
        ("is out of memory", "file.too_large"),
        ("eats memory", "file.too_large"),
        ("has a fault of ours", "file.reader_failed"),
        ("opens a file", "file.reader_failed"),
        ("writes a file", "file.reader_failed"),
        ("calls out", "file.reader_failed"),
        ("runs a program", "file.reader_failed"),
    ],
)
def test_whatever_a_file_does_is_a_finding_and_the_next_one_is_read(strange, fate, code):
    """The child dies, hangs, eats memory or reaches out of the file: one finding, no row, and the guard goes on."""
    with Guard(Limits(seconds=2)) as a_guard:
        ask(a_guard, book(("台账", ROWS)))
        harmed = ask(a_guard, b"fate:" + FATES[fate].encode())
        after = ask(a_guard, book(("台账", ROWS)))

    assert ([(code, None, None)], 0) == (codes(harmed), len(harmed.frame))
    assert 2 == len(after.frame)
    assert not (ROOT / "written-by-the-child").exists()


def test_a_fault_of_ours_is_told_by_its_place_and_without_a_value(strange):
    """What failed may hold personal data, so only the line and the kind of error are told."""
    with Guard() as a_guard:
        harmed = ask(a_guard, b"fate:raise KeyError('a name')")

    place = harmed.findings[0].facts["place"]
    assert (True, False) == (place.endswith("KeyError"), "a name" in place)


def test_what_a_library_prints_does_not_disturb_the_answers(strange):
    """The answers have a pipe of their own."""
    with Guard() as a_guard:
        printed = ask(a_guard, b"print\n")

    assert 0 == len(printed.frame)


def batch(a_guard, *contents):
    jobs = [Job(submission(content), partial(bytes, content)) for content in contents]
    return list(a_guard.read_all(jobs, card=card(), sheets=(), secret=SECRET))


@pytest.mark.parametrize("fate", ["dies", "hangs", "eats memory"])
def test_of_a_batch_only_the_file_that_did_harm_is_blamed(strange, fate):
    """What ends the child in the midst of a batch is told apart from the files before and after it."""
    sound = book(("台账", ROWS))
    with Guard(Limits(seconds=2)) as a_guard:
        found = batch(a_guard, sound, b"fate:" + FATES[fate].encode(), sound)

    assert [2, 0, 2] == [each.rows.num_rows for each in found]
    assert [0, 1, 0] == [len([finding for finding in each.findings if not finding.cell]) for each in found]


def test_an_answer_that_cannot_be_given_for_all_is_given_for_fewer(strange):
    """A child that dies over the answer of a whole batch is asked again in halves, not again and again."""
    sound = book(("台账", ROWS))
    with Guard(Limits(seconds=5)) as a_guard:
        found = batch(a_guard, b"fate:import builtins; builtins.fussy = True", sound, sound)

    assert [0, 2, 2] == [each.rows.num_rows for each in found]
    assert a_guard.started <= 4


def test_children_that_die_leave_no_open_pipe(strange):
    """However many of them end by themselves, this process holds no more open files than before."""
    with Guard(Limits(seconds=5)) as a_guard:
        ask(a_guard, b"fate:import os; os.abort()")
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            ask(a_guard, b"fate:import os; os.abort()")
        after = len(list(Path("/proc/self/fd").iterdir()))

    assert after <= before


def test_a_child_that_was_killed_in_between_is_replaced():
    """A file is not blamed for what befell the child before it."""
    with Guard() as a_guard:
        ask(a_guard, book(("台账", ROWS)))
        os.kill(a_guard._idle[0]._process.pid, signal.SIGKILL)
        after = ask(a_guard, book(("台账", ROWS)))

    assert (2, 2) == (len(after.frame), a_guard.started)


def test_a_child_that_has_grown_is_replaced(strange):
    """What a library does not give back ends with the child."""
    with Guard(Limits(memory_mib=256)) as a_guard:
        ask(a_guard, b"fate:import sys; sys.hoard = bytearray(100 * 1024**2)")
        ask(a_guard, book(("台账", ROWS)))

    assert 2 == a_guard.started


def test_no_child_stays_behind():
    """Leaving the guard ends its children; a parent that is killed takes them along, too."""
    with Guard() as a_guard:
        ask(a_guard, book(("台账", ROWS)))
        pid = a_guard._idle[0]._process.pid
    orphaned = subprocess.run(
        [sys.executable, "-c", ORPHAN], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert orphaned.returncode == -signal.SIGKILL, orphaned.stderr

    assert not alive(pid)
    assert wait_for(lambda: not alive(int(orphaned.stdout)))


ORPHAN = """
import os, signal
from sources.confined.guard import Guard, Job, Limits
guard = Guard()
child = guard._start()
print(child._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=10):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_the_child_is_light():
    """It knows none of the heavy libraries, and nothing of our environment."""
    program = (
        "import sys; from sources.confined.child import warm_up; warm_up();"
        "print(sorted({'pandas', 'prefect', 'great_expectations', 'duckdb', 'sqlalchemy'} & {*sys.modules}),"
        " file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=process.environment(), stdin=subprocess.DEVNULL, capture_output=True, check=True,
    )  # fmt: skip

    assert b"[]" == run.stderr.strip()
    assert set() == {name for name in process.environment() if name.startswith(("YISHU_", "PREFECT_"))}


def test_a_child_that_cannot_start_is_an_error_of_ours(monkeypatch):
    """No file is blamed for an installation that is broken; the message says what the child said."""
    monkeypatch.setattr(process, "MODULE", "sources.no_such_module")

    with Guard() as a_guard, pytest.raises(YishuError, match=r"did not start: .*No module named"):
        ask(a_guard, b"x")
