import os
from pathlib import Path

import pytest

from sources.folder import Delivery, deliveries, periods, year_folder
from warehouse.declarations import YishuError

TEMPLATE = "{inbox}/{office}/{year}"


def lay(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"x")


def test_years_are_the_folders_of_exactly_four_digits(tmp_path):
    """Other folders, files named like years and other offices give no year."""
    lay(tmp_path, "town/2024/a/x", "town/2023/a/x", "town/2024-with-problems/x", "town/24/x", "town/20240/x")
    lay(tmp_path, "town/2022", "other/2021/x", "town/２０２０/x")

    assert (2023, 2024) == periods(TEMPLATE, "town", tmp_path)


def test_a_template_may_put_the_year_inside_a_name_and_folders_below_it(tmp_path):
    """Only years under which the rest of the path exists are given."""
    lay(tmp_path, "报送2024年/town/x", "报送2023年/elsewhere/x", "报送2022/town/x")
    template = "{inbox}/报送{year}年/{office}"

    assert (2024,) == periods(template, "town", tmp_path)
    assert tmp_path / "报送2024年" / "town" == year_folder(template, "town", inbox=tmp_path, year=2024)


def test_an_office_that_has_left_nothing_has_no_years(tmp_path):
    """No folder of the office is no error: its ledgers are missing, which others will find."""
    assert () == periods(TEMPLATE, "town", tmp_path)


def test_an_inbox_that_is_not_there_is_an_error_that_says_what_to_set(tmp_path):
    """A wrong inbox must not look like an office that handed in nothing."""
    with pytest.raises(YishuError, match="set YISHU_INBOX"):
        periods(TEMPLATE, "town", tmp_path / "nowhere")


def test_a_template_without_a_year_is_an_error(tmp_path):
    """Without {year} no period could be told from another."""
    with pytest.raises(YishuError, match=r"has no \{year\}"):
        periods("{inbox}/{office}", "town", tmp_path)


def test_deliveries_are_the_files_of_the_folder_in_order_of_name(tmp_path):
    """Lock files, hidden files, half-copied files and subfolders are no deliveries."""
    lay(tmp_path, "b.xlsx", "a.csv", "~$b.xlsx", ".hidden", "part.TMP", "old/c.xlsx")

    assert ["a.csv", "b.xlsx"] == [delivery.name for delivery in deliveries(tmp_path)]


def test_a_delivery_carries_what_changes_when_the_file_does(tmp_path):
    """Size and both times come from the file system, to the nanosecond."""
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"12345")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    state = path.stat()

    assert (Delivery(path, "台账.xlsx", 5, 1_700_000_000_123_456_789, state.st_ctime_ns),) == deliveries(tmp_path)


def test_a_folder_that_is_not_there_and_a_link_to_nothing_deliver_nothing(tmp_path):
    """A department that has made no folder yet has delivered nothing; so has a link whose file is gone."""
    (tmp_path / "gone.xlsx").symlink_to(tmp_path / "nothing.xlsx")

    assert () == deliveries(tmp_path / "nowhere")
    assert () == deliveries(tmp_path)
