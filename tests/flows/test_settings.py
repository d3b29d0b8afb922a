from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from rich.console import Console

from flows import settings
from flows.screens.tables import plain, show
from warehouse.declarations import YishuError


def test_the_environment_says_where_things_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths are taken from the current folder, and the repository is always the first root."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    monkeypatch.setenv("YISHU_DATA", "state")
    monkeypatch.setenv("YISHU_CONFIG", "own")

    found = settings.from_environment()

    assert (tmp_path / "state", (settings.REPOSITORY, tmp_path / "own")) == (found.data, found.roots)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("YISHU_CONFIG", "/no/such/root", "not a folder"),
        ("YISHU_RETRY_SECONDS", "soon", "write seconds"),
        ("YISHU_READ_SECONDS", "0", "write a number from 1 on"),
        ("YISHU_READ_MIB", "much", "write a number from 64 on"),
    ],
)
def test_a_wrong_variable_is_misuse(monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str) -> None:
    """The message names the variable."""
    monkeypatch.setenv(name, value)

    with pytest.raises(YishuError, match=rf"{name}.*{message}"):
        settings.from_environment()


def test_the_secret_is_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key for personal data stays the same and only its owner reads it."""
    monkeypatch.setenv("YISHU_DATA", str(tmp_path / "data"))
    found = settings.from_environment()
    settings.prepare(found)

    first, second = settings.secret(found), settings.secret(found)

    assert (32, True) == (len(first), first == second)
    assert "-rw-------" == stat.filemode((found.data / "secret.key").stat().st_mode)


def test_a_data_folder_that_cannot_be_made_is_misuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the folder should be: the message says which variable to set."""
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("YISHU_DATA", str(tmp_path / "data"))

    with pytest.raises(YishuError, match="set YISHU_DATA"):
        settings.prepare(settings.from_environment())


def test_plain_tables_align_by_the_width_of_chinese_characters() -> None:
    """A Chinese character takes two columns of the screen."""
    assert ["台账  行数", "来访     2", "a      100"] == plain(
        ["台账", "行数"], [["来访", "2"], ["a", "100"]], numbers=(1,)
    )


@pytest.mark.parametrize(("width", "expected"), [(60, "2024年消防安全检查及简易处罚台账(终稿).xlsx"), (70, "采纳")])
def test_a_narrow_terminal_never_loses_a_column(width: int, expected: str) -> None:
    """The widest column gives way; where that does not suffice the lines are printed as they are."""
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    row = ["综合行政执法大队", "消防安全检查台账", "2024年消防安全检查及简易处罚台账(终稿).xlsx", "采纳"]

    show(console, ["部门", "台账", "收到文件", "状态"], [row])

    assert isinstance(console.file, io.StringIO)
    assert expected in console.file.getvalue()
    assert "采纳" in console.file.getvalue()
