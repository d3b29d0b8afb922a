from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.settings import REPOSITORY
from tests.flows.town import Town

HEAVY = ("pandas", "great_expectations", "prefect", "duckdb", "sqlalchemy", "pydantic", "yaml", "jinja2", "rich")


def yishu(town: Town, *arguments: str) -> Result:
    return CliRunner(env=town.environment).invoke(main, arguments)


def test_help_imports_nothing_heavy() -> None:
    """`yishu --help` answers at once: no library of the trade is loaded for it."""
    program = f"import sys, flows.cli; print([name for name in {HEAVY} if name in sys.modules])"

    answer = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert "[]" == answer.stdout.strip()


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help(command: str) -> None:
    """Each command explains itself, with the Chinese word where there is one."""
    answer = CliRunner().invoke(main, [command, "--help"])

    assert 0 == answer.exit_code
    assert main.commands[command].help


def test_the_version_is_printed() -> None:
    """`yishu version` says which release runs."""
    assert CliRunner().invoke(main, ["version"]).output.startswith("yishu ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("findings",), "还没有采集过，请先运行 yishu collect。"),
        (("runs",), "还没有采集过，请先运行 yishu collect。"),
        (("rebuild",), "Nothing was collected yet"),
        (("findings", "--office", "nowhere"), "没有“nowhere”这个单位。现有的单位："),
        (
            ("report", "2024", "--office", "tawn"),
            "There is no office 'tawn'; the nearest is 'town'; declared are: town (",
        ),
        (("report", "2024"), "Say which office with --office; declared are: town, xigu."),
        (("collect", "--inbox", "/no/such/folder"), "There is no inbox at /no/such/folder"),
        (("collect", "--department", "kitchen"), "There is no department 'kitchen'"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(town: Town, arguments: tuple[str, ...], message: str) -> None:
    """What went wrong and what to do next, in one line without a traceback."""
    answer = yishu(town, *arguments)

    assert 2 == answer.exit_code
    assert message in answer.stderr
    assert [1, ""] == [len(answer.stderr.splitlines()), answer.stdout]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("check", "a.xlsx", "--ledger", "来访登记薄"),
            "没有“来访登记薄”这本台账，名称最接近的是来访登记簿（town_visit）。",
        ),
        (("check", "a.xlsx"), "还须写明 --ledger。（"),
        (
            ("check", "a.xlsx", "--ledger", "town_visit", "--year", "二〇二四"),
            "--year 的值“二〇二四”不对，应为 1950 至",
        ),
        (("check", "a.xlsx", "--ledger", "town_visit", "--year", "24"), "--year 的值“24”不对，应为 1950 至 2099 之间"),
        (("findings", "--level", "错误"), "--level 的值“错误”不对，应为下列之一：error、question、note。"),
        (("findings", "--department", "信访科"), "没有“信访科”这个部门，名称最接近的是信访办（desk）。"),
        (("form", "town_visit", "--rows", "many"), "--rows 的值“many”不对，应为 1 至 5000 之间的整数。"),
        (("read", "a.xlsx", "b.xlsx"), "命令的写法不对，多写或少写了内容。"),
        (("return", "--output", "x"), "没有“--output”这个选项。"),
        (("return", "--out", __file__), "test_cli.py”不对，应为文件夹。"),
        (("explain", "abc", "--because"), "“--because”后面须写一个值。"),
        (("read",), "还须写明 FILE。"),
    ],
)
def test_what_a_clerk_mistypes_is_told_in_chinese(town: Town, arguments: tuple[str, ...], message: str) -> None:
    """One line that names what is wrong and what may be written, and no English from the library."""
    answer = yishu(town, *arguments)

    assert (2, 1, "") == (answer.exit_code, len(answer.stderr.splitlines()), answer.stdout)
    assert message in answer.stderr
    assert "Error" not in answer.stderr
    assert "Usage" not in answer.stderr


def test_a_place_that_cannot_be_written_to_is_told_in_chinese(town: Town) -> None:
    """A list that cannot be written where it was asked for is no fault of the program."""
    town.night()

    answer = yishu(town, "findings", "--as", "csv", "--out", f"{__file__}/list.csv")

    assert (2, True) == (answer.exit_code, answer.stderr.startswith("yishu: 不能写入“"))


def test_what_is_mistyped_of_other_commands_stays_as_the_library_says_it(town: Town) -> None:
    """Those who run the nights read English."""
    answer = yishu(town, "collect", "--departmnt", "desk")

    assert (2, True) == (answer.exit_code, "No such option" in answer.stderr)


def test_a_run_that_never_was_is_told_with_the_newest(town: Town) -> None:
    """`yishu runs --steps` of an unknown number prints no empty table."""
    town.night()
    town.night()

    answers = [yishu(town, "runs", "--steps", number) for number in ("99", "2", "0")]

    assert [2, 0, 2] == [answer.exit_code for answer in answers]
    assert "yishu: 没有第 99 个采集批次。最近的批次：2、1。\n" == answers[0].stderr
    assert "--steps 的值“0”不对，应为不小于 1 的整数。" in answers[2].stderr


def test_an_impossible_day_is_misuse(town: Town) -> None:
    """--as-of takes a day as 2024-12-31."""
    answer = yishu(town, "report", "2024", "--office", "town", "--as-of", "2024-02-30")

    assert 2 == answer.exit_code
    assert "'2024-02-30' is not a day" in answer.stderr


def test_no_findings_are_said_to_be_none(town: Town) -> None:
    """An empty list is a sentence, not silence."""
    town.night()

    assert "没有待处理的问题。\n" == yishu(town, "findings").stdout


def test_runs_are_listed_with_their_counts(town: Town) -> None:
    """`yishu runs` shows each run, the newest first."""
    town.night()
    town.night()

    lines = yishu(town, "runs").stdout.splitlines()

    assert ["批次", "2", "1"] == [line.split()[0] for line in lines]
    assert ["2", "0", "2", "0", "0"] == lines[2].split()[5:10]


def test_rebuild_says_where_the_warehouse_lies(town: Town) -> None:
    """`yishu rebuild` ends with the path and the number of rows."""
    town.night()

    assert "数据仓已从原始报送重建（3 行）" in yishu(town, "rebuild").stdout


def collect_once(town: Town, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **town.environment, "PREFECT_API_URL": url}
    command = [sys.executable, "-m", "flows", "collect", "--office", "town", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_collect_tells_by_its_exit_code(town: Town, prefect_url: str) -> None:
    """0 where all is accepted, 1 where something is returned or missing; nothing on stderr, no noise on stdout."""
    sound = collect_once(town, prefect_url)
    again = collect_once(town, prefect_url)
    town.visits(("V1", "2024-03-05", "若干"))
    Path(town.settings.inbox / "town/2024/宣讲团/宣讲登记簿.xlsx").unlink()
    wrong = collect_once(town, prefect_url)

    assert [(0, ""), (0, ""), (1, "")] == [(run.returncode, run.stderr) for run in (sound, again, wrong)]
    assert "收件箱没有变化：没有打开任何文件，数据仓保持不变。" in again.stdout
    assert [["退回，沿用上次"], ["缺报，沿用上次"]] == [
        line.split()[-1:] for line in wrong.stdout.splitlines() if line.startswith(("信访办", "宣讲团"))
    ]


@pytest.mark.slow
def test_an_embedded_run_leaves_no_process_and_no_noise(town: Town) -> None:
    """Without PREFECT_API_URL the run brings its own server, and takes it away again."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    command = [sys.executable, "-m", "flows", "collect", "--office", "town"]

    run = subprocess.run(
        command, cwd=REPOSITORY, env={**environment, **town.environment}, capture_output=True, text=True, check=False
    )

    assert (0, "") == (run.returncode, run.stderr)
    assert [] == [
        line for line in _commands() if str(town.settings.prefect_home) in line or "flows.service.server" in line
    ]


def _commands() -> list[str]:
    """The command lines of this machine's children of nobody: what was left behind."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if parent == "1":
            left.append(line)
    return left
