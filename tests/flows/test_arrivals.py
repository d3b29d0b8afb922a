from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.nights.arrivals import (
    Arrival,
    Call,
    UnsettledError,
    calls,
    candidates,
    choose,
    date_in_name,
    fetch,
    misplaced,
    unexpected,
    unowned,
)
from sources.cards import Due, HandsIn
from tests.flows.town import Town

NEVER_SEEN = None


def arrival(name: str, sha256: str = "a") -> Arrival:
    return Arrival(path=Path(name), name=name, size=1, mtime_ns=1, ctime_ns=1, sha256=sha256, opened=True)


def owed(*files: str) -> HandsIn:
    return HandsIn(ledger="town_visit", files=files, due=Due(by="01-10"))


def call(town: Town, folder: Path) -> Call:
    return Call(office=town.configuration.offices["town"], department="desk", year=2024, folder=folder)


def test_names_are_compared_as_people_mean_them() -> None:
    """Full-width letters, spacing and case make no difference to which ledger a file is for."""
    found = candidates(
        owed("*来访(年报)*.XLSX"), [arrival("２０２４ 来 访（年报） 终稿.xlsx"), arrival("其他.xlsx", "b")]
    )

    assert ["２０２４ 来 访（年报） 终稿.xlsx"] == [item.name for item in found]


def test_equal_bytes_under_two_names_are_one_candidate() -> None:
    """A copy of a file is the same file."""
    assert 1 == len(candidates(owed("*来访*"), [arrival("来访.xlsx"), arrival("来访 副本.xlsx")]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("台账20240305.xls", date(2024, 3, 5)),
        ("台账2024.3.5.xls", date(2024, 3, 5)),
        ("台账（2024年3月5日）.xls", date(2024, 3, 5)),
        ("台账２０２４-03-05.xls", date(2024, 3, 5)),
        ("台账2024年.xls", None),
        ("台账20240230.xls", None),
        ("台账20240301至20240331.xls", None),
    ],
)
def test_a_date_in_a_name_is_read_only_where_it_is_clear(name: str, expected: date | None) -> None:
    """One whole date is a date; a year, an impossible day or two dates are not."""
    assert expected == date_in_name(name)


def test_a_copy_of_an_inbox_named_after_its_day_is_an_inbox(town: Town, tmp_path: Path) -> None:
    """Folders of offices and years lie in it, so the year in its own name is not the year of the files."""
    offices = town.configuration.offices.values()
    for place in ("2024-12-31/town/2022", "2024-12-31/town/2023", "town/2024-corrected"):
        (tmp_path / "copies" / place).mkdir(parents=True)

    def years(folder: str) -> set[int]:
        return {call.year for call in calls(offices, tmp_path / "copies" / folder)}

    assert {2022, 2023} == years("2024-12-31")
    assert {2024} == years("town/2024-corrected")


def test_the_date_in_the_name_decides_where_the_footers_are_silent(town: Town) -> None:
    """Without 填报日期 the file whose name says the later date counts."""
    slot = call(town, town.folder).slot("town_visit")
    files = [arrival("来访20240101.xlsx"), arrival("来访20240601.xlsx", "b")]

    chosen = choose(slot, owed("*来访*"), files, reported_on=lambda _: None)

    assert chosen.arrival is files[1]
    assert [("file.older_version", "来访20240101.xlsx")] == [(item.code, item.file) for item in chosen.findings]


def test_a_version_without_any_date_leaves_the_choice_open(town: Town) -> None:
    """One dated and one undated file: nothing is taken."""
    slot = call(town, town.folder).slot("town_visit")
    files = [arrival("来访20240101.xlsx"), arrival("来访终稿.xlsx", "b")]

    chosen = choose(slot, owed("*来访*"), files, reported_on=lambda _: None)

    assert chosen.arrival is None
    assert [("file.several", 2)] == [(item.code, item.facts["count"]) for item in chosen.findings]


def test_a_file_that_fits_nothing_is_noted(town: Town) -> None:
    """What no ledger claims is named, so that it is not lost by a misspelt name."""
    found = unexpected(call(town, town.folder), [arrival("来访.xlsx"), arrival("通知.docx", "b")])

    assert [("file.unexpected", "通知.docx", "来访")] == [
        (item.code, item.file, item.facts["expected"]) for item in found
    ]


def test_a_known_file_is_not_opened(town: Town, tmp_path: Path) -> None:
    """Path, size and times tell an unchanged file; its bytes are not looked at."""
    folder = town.settings.inbox / "town/2024/信访办"
    (folder / "来访登记簿.xlsx").chmod(0o000)

    found = fetch(call(town, folder), lambda *_args, **_stamp: "known", tmp_path)

    assert [("known", False)] == [(item.sha256, item.opened) for item in found]
    assert [] == list(tmp_path.glob("??"))


def test_a_file_that_changes_while_it_is_read_is_tried_again(town: Town, tmp_path: Path) -> None:
    """Half-copied bytes are never taken for the file."""
    folder = town.settings.inbox / "town/2024/信访办"

    def touch(path: str, **_stamp: int) -> None:
        Path(path).write_bytes(b"still being copied")

    with pytest.raises(UnsettledError, match="was changing"):
        fetch(call(town, folder), touch, tmp_path)


def test_what_lies_beside_or_below_the_departments_folders_is_noted(town: Town, tmp_path: Path) -> None:
    """A stray folder, a stray file and a folder inside a department's are told, not passed over in silence."""
    year = tmp_path / "2024"
    own = year / town.configuration.offices["town"].departments["desk"].folder
    for folder in (own / "旧", year / "城建办", year / ".cache"):
        folder.mkdir(parents=True)
    (year / "汇总.xlsx").write_bytes(b"x")
    visit = call(town, own)

    assert ["旧"] == [finding.file for finding in misplaced(visit)]
    assert ["城建办", "汇总.xlsx"] == [finding.file for finding in unowned(visit)]
