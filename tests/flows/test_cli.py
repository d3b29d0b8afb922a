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
        (("findings",), "Nothing was collected yet"),
        (("runs",), "Nothing was collected yet"),
        (("rebuild",), "Nothing was collected yet"),
        (("findings", "--office", "nowhere"), "There is no office 'nowhere'; declared are: town, xigu."),
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
