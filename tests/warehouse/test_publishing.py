"""Publishing under trouble: processes killed at any instant, and any history of holdings."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.drawing import SLOT, TABLES, holding, penalties, visits
from warehouse.model import Slot
from warehouse.store import Holding, logical_hash, open_warehouse, publish, rebuild

REPOSITORY = Path(__file__).resolve().parents[2]
SLOTS = (SLOT, replace(SLOT, period=2023), Slot("town", "hall", "visit", 2024))
CONTENTS = 3
KILLS = 8

CHILD = """
import sys
from pathlib import Path
import duckdb, filelock, pyarrow.parquet
from tests.warehouse.test_publishing import many
from tests.warehouse.drawing import TABLES
from warehouse.store import publish
folder = Path(sys.argv[1])
holdings = many(folder / "frames")
print("ready", flush=True)
sys.stdin.readline()
publish(folder / "store", TABLES, holdings)
print("published", flush=True)
"""


def many(frames: Path) -> list[Holding]:
    """Forty submissions with a thousand rows each."""
    fines = [f"{number}.00" for number in range(1000)]
    return [holding(frames, penalties(*fines), slot=replace(SLOT, period=1980 + year)) for year in range(40)]


def drawn(frames: Path, slot: int, content: int, *, in_force: bool) -> Holding:
    """The submission number `content` of slot number `slot`."""
    cells = (
        visits(*"甲乙丙丁"[: content + 1]) if SLOTS[slot].ledger == "visit" else penalties(*["1.50"] * (content + 2))
    )
    return holding(frames, cells, slot=SLOTS[slot], in_force=in_force)


# Of each slot: which contents are held, and which of them is in force.
NIGHT = st.tuples(
    *(
        st.sets(st.integers(0, CONTENTS - 1)).flatmap(
            lambda held: st.tuples(st.just(held), st.sampled_from([None, *sorted(held)]))
        )
        for _ in SLOTS
    )
)


@settings(max_examples=12, deadline=None)
@given(nights=st.lists(NIGHT, min_size=1, max_size=4), shuffle=st.randoms(use_true_random=False))
def test_any_history_of_publishing_ends_like_a_rebuild(
    nights: list[tuple[tuple[set[int], int | None], ...]], shuffle: random.Random
) -> None:
    """Whatever was held in the nights before, the store says what one built at once from the last night says."""
    with TemporaryDirectory() as name:
        frames = Path(name) / "frames"
        for night in nights:
            held = [
                drawn(frames, slot, content, in_force=content == in_force)
                for slot, (contents, in_force) in enumerate(night)
                for content in contents
            ]
            shuffle.shuffle(held)
            published = publish(Path(name) / "nightly", TABLES, held)
            assert published == replace(publish(Path(name) / "nightly", TABLES, held), changed=published.changed)
        shuffle.shuffle(held)

        at_once = rebuild(Path(name) / "at_once", TABLES, held)

        assert (at_once.logical_hash, at_once.rows) == (published.logical_hash, published.rows)
        assert at_once.logical_hash == logical_hash(published.path)


@pytest.mark.slow
def test_a_killed_process_leaves_the_published_store_whole(tmp_path: Path) -> None:
    """After `kill -9` at random instants the file is the old store or the new one; then publishing goes on as ever."""
    holdings = many(tmp_path / "frames")
    before = publish(tmp_path / "store", TABLES, holdings[:3])
    started = time.monotonic()
    undisturbed = publish(tmp_path / "undisturbed", TABLES, holdings)
    takes = time.monotonic() - started
    killed = 0

    for _ in range(KILLS):
        publish(tmp_path / "store", TABLES, holdings[:3])
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stdout is not None
            assert child.stdin is not None
            assert child.stdout.readline() == "ready\n"
            child.stdin.write("go\n")
            child.stdin.flush()
            time.sleep(random.uniform(0, 2 * takes))  # noqa: S311 - an instant, not a secret
            child.send_signal(signal.SIGKILL)
            killed += child.wait() == -signal.SIGKILL
        assert logical_hash(before.path) in (before.logical_hash, undisturbed.logical_hash)
        with open_warehouse(tmp_path / "store") as warehouse:
            assert warehouse.ask("select count(*) > 0 as some from record.penalty", {}) == [{"some": True}]
    again = publish(tmp_path / "store", TABLES, holdings)

    assert killed > 0
    assert again.logical_hash == undisturbed.logical_hash == logical_hash(again.path)
    assert ["publishing.lock", "warehouse.duckdb"] == sorted(path.name for path in (tmp_path / "store").iterdir())


@pytest.mark.parametrize("instant", ["written", "proved", "read_back", "before_rename"])
def test_an_interrupted_publication_is_swept_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instant: str
) -> None:
    """An interruption between any two steps leaves the published store and nothing beside it."""
    import os

    from warehouse import building, store

    holdings = many(tmp_path / "frames")[:2]
    before = publish(tmp_path / "store", TABLES, holdings[:1])

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    place, name = {
        "written": (building, "enter"),
        "proved": (building, "prove"),
        "read_back": (store, "_put"),
        "before_rename": (os, "fsync"),
    }[instant]
    with monkeypatch.context() as patched:
        patched.setattr(place, name, interrupt)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path / "store", TABLES, holdings)

    assert before.logical_hash == logical_hash(before.path)
    assert ["publishing.lock", "warehouse.duckdb"] == sorted(path.name for path in (tmp_path / "store").iterdir())
    assert publish(tmp_path / "store", TABLES, holdings).rows == 2000
