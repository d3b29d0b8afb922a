from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.nights.night import Request, rebuild
from tests.flows.town import Town
from warehouse.declarations import YishuError
from warehouse.register import open_register
from warehouse.store import logical_hash, open_warehouse

KILLED = Path(__file__).with_name("killed.py")


def asked(town: Town, sql: str) -> list[tuple[object, ...]]:
    with open_warehouse(town.settings.warehouse) as warehouse:
        return [tuple(row.values()) for row in warehouse.ask(sql, {})]


VISITS = "select visit_no, people, _at['people'] || _row as cell from record.town_visit order by visit_no"


def test_what_is_sound_is_accepted_and_published(town: Town) -> None:
    """Rows of accepted workbooks can be asked for, with their cells."""
    collected = town.night()

    assert {"town_visit": ("accepted", False), "town_lecture": ("accepted", False)} == town.states(collected)
    assert [("V1", 2, "C2"), ("V2", 1, "C3")] == asked(town, VISITS)


def test_the_same_inbox_again_changes_nothing(town: Town) -> None:
    """The second run opens no file, decides nothing, leaves the published file as it is, and says so."""
    first = town.night()
    before = first.warehouse.stat()

    second = town.night()

    assert second.nothing_new
    assert (0, 0, False) == (second.opened, second.decided, second.published)
    assert (before.st_ino, before.st_mtime_ns) == (first.warehouse.stat().st_ino, first.warehouse.stat().st_mtime_ns)
    assert {"town_visit": ("unchanged", False), "town_lecture": ("unchanged", False)} == town.states(second)


def test_a_file_with_an_error_is_returned_and_the_one_before_stays_in_force(town: Town) -> None:
    """A bad cell returns the whole file; figures go on standing on the last accepted one."""
    town.night()
    town.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", "若干"))

    collected = town.night()

    assert ("returned", True) == town.states(collected)["town_visit"]
    assert [("V1", 2, "C2"), ("V2", 1, "C3")] == asked(town, VISITS)


def test_a_mended_file_takes_the_place_of_the_returned_one(town: Town) -> None:
    """After the correction the new rows are in force and the findings are fixed."""
    town.visits(("V1", "2024-03-05", "若干"))
    town.night()
    town.visits(("V1", "2024-03-05", 7))

    collected = town.night()

    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert [("V1", 7, "C2")] == asked(town, VISITS)
    with open_register(town.settings.register_url) as register:
        assert ["fixed"] == [kept.state for kept in register.findings(include_closed=True)]


def test_an_earlier_file_that_comes_back_speaks_again(town: Town) -> None:
    """A, then B, then A again: A is in force and B's findings are gone."""
    good = town.visits(("V1", "2024-03-05", 2)).read_bytes()
    town.night()
    path = town.visits(("V1", "2024-03-05", "若干"))
    town.night()
    path.write_bytes(good)

    collected = town.night()

    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert 0 == collected.lines[0].errors


def test_a_missing_file_is_a_finding_and_the_one_before_stays_in_force(town: Town) -> None:
    """What was accepted outlives the file that it came from."""
    path = town.visits(("V1", "2024-03-05", 2))
    town.night()
    path.unlink()

    collected = town.night()

    assert ("missing", True) == town.states(collected)["town_visit"]
    assert [("V1", 2, "C2")] == asked(town, VISITS)


def test_of_several_versions_the_one_reported_latest_counts(town: Town) -> None:
    """填报日期 in the footer decides; the older version is noted, not used; the next night does not read it again."""
    town.visits(("V1", "2024-03-05", 1), footer="填报日期：2024年6月1日", name="来访(终稿).xlsx")
    town.visits(("V1", "2024-03-05", 9), footer="填报日期：2024年7月1日", name="来访.xlsx")
    (town.settings.inbox / "town/2024/信访办/来访登记簿.xlsx").unlink()

    first, second = town.night(), town.night()

    assert [("V1", 9, "C2")] == asked(town, VISITS)
    assert [("来访.xlsx", 1)] == [(line.file, line.notes) for line in first.lines if line.file and line.notes]
    assert second.nothing_new


def test_versions_that_cannot_be_told_apart_are_not_used(town: Town) -> None:
    """Two different files without a date: an error, and nothing is guessed."""
    town.visits(("V1", "2024-03-05", 1), name="来访(2).xlsx")

    collected = town.night()

    assert ("undecided", False) == town.states(collected)["town_visit"]
    assert [] == asked(town, VISITS)


def test_a_changed_card_reads_accepted_files_again(town: Town) -> None:
    """A column that the card gains is there for the files that came before."""
    town.night()
    card = town.folder / "declared/sources/ledgers/town_visit.yml"
    card.write_text(card.read_text("utf-8").replace("人数, type: count", "人数, type: number"), "utf-8")

    collected = town.night()

    assert (0, 1) == (collected.opened, collected.decided)
    assert [("V1", "2.0000")] == [(no, str(people)) for no, people, _ in asked(town, VISITS)][:1]


def test_each_year_that_has_a_folder_is_collected(town: Town) -> None:
    """A file of another year's folder is another period's submission."""
    town.visits(("V9", "2023-03-05", 4), year=2023)

    town.night()

    assert [(2023, "V9"), (2024, "V1"), (2024, "V2")] == asked(
        town, "select _period, visit_no from record.town_visit order by all"
    )


def test_the_folder_of_one_year_can_be_collected_alone(town: Town) -> None:
    """`--inbox …/2024-corrected` is the year 2024 and nothing else."""
    corrected = town.settings.inbox / "town" / "2024-corrected"
    (town.settings.inbox / "town" / "2024").rename(corrected)

    collected = town.night(Request(office="town", inbox=corrected))

    assert [2024, 2024] == [line.slot.period for line in collected.lines]
    assert collected.all_accepted


def test_a_department_alone_is_collected(town: Town) -> None:
    """`--department` leaves the others as they were."""
    collected = town.night(Request(department="desk"))

    assert ["town_visit"] == [line.slot.ledger for line in collected.lines]


def test_an_unknown_department_is_misuse(town: Town) -> None:
    """The message lists the departments that there are."""
    with pytest.raises(YishuError, match="no department 'kitchen'; known are: desk, school"):
        town.night(Request(department="kitchen"))


def test_an_inbox_without_years_is_misuse(town: Town) -> None:
    """An empty inbox is not a night without files."""
    (town.folder / "empty").mkdir()

    with pytest.raises(YishuError, match="no folder of a year for town"):
        town.night(Request(inbox=town.folder / "empty"))


def test_rebuilding_gives_the_same_warehouse(town: Town) -> None:
    """`yishu rebuild` makes the same store from the files as received."""
    before = logical_hash(town.night().warehouse)

    rebuilt = rebuild(town.settings, town.configuration)

    assert before == rebuilt.logical_hash
    assert not rebuilt.changed


def test_a_run_is_in_the_register_with_its_stages(town: Town) -> None:
    """Counts, state and warehouse of each run are kept."""
    collected = town.night()

    with open_register(town.settings.register_url) as register:
        run = register.runs()[0]
    assert ("town", "done", 2, 2, 0) == (run.office, run.state, run.received, run.accepted, run.returned)
    assert logical_hash(collected.warehouse) == run.warehouse_hash


@pytest.mark.parametrize(
    ("point", "when"),
    [
        ("sources.landing.put", "after"),
        ("warehouse.register.Register.remember_file", "before"),
        ("warehouse.register.Register.enter", "before"),
        ("warehouse.register.Register.enter", "after"),
        ("sources.reading.reader.keep", "after"),
        ("warehouse.register.Register.note_findings", "after"),
        ("warehouse.register.Register.decide", "before"),
        ("warehouse.register.Register.decide", "after"),
        ("warehouse.register.Register.receive", "after"),
        ("warehouse.store._write", "after"),
        ("warehouse.store._put", "after"),
        ("warehouse.register.Register.end_run", "before"),
    ],
)
@pytest.mark.slow
def test_a_killed_night_leaves_the_same_warehouse_to_the_next(town: Town, point: str, when: str) -> None:
    """Whatever instant the process dies at, the next run ends where a run that nobody disturbed would have ended."""
    town.night()
    town.visits(("V1", "2024-03-05", 3), ("V3", "2024-09-01", 5))
    town.lectures(("L1", "不详"))

    died = subprocess.run([sys.executable, str(KILLED), point, when, str(town.folder)], check=False, timeout=120)
    again = town.night()

    assert -signal.SIGKILL == died.returncode
    assert [True, False] == [line.sound for line in again.lines]
    assert [("V1", 3, "C2"), ("V3", 5, "C3")] == asked(town, VISITS)
    assert town.night().nothing_new
    with open_register(town.settings.register_url) as register:
        assert ["cell.not_a_date"] == [kept.finding.code for kept in register.findings()]
        assert ["done", "done", "interrupted", "done"] == [run.state for run in register.runs()]


def test_two_collections_at_once_are_refused(town: Town) -> None:
    """The lock of a living process is respected; the message says what to do."""
    from flows.nights.run import only_one

    town.settings.data.mkdir(parents=True)
    holder = (
        "import sys,filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('held', flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(town.settings.lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()

        with pytest.raises(YishuError, match="Another collection is working"), only_one(town.settings):
            pass
        assert process.stdin is not None
        process.stdin.close()
