import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from flows import settings as edge
from flows.cli import main
from flows.configuration import load
from flows.on_demand.checking import check_file, slot_of
from flows.on_demand.forms import last_years_figures, write_form
from flows.settings import REPOSITORY, Settings
from tests.flows.town import Town
from tests.nights import SAMPLES
from warehouse.model import Slot

RULES = """
ledger: town_visit
owner: 数据专员
rules:
  - code: rule.participants_unusual
    level: question
    why: 一次来访一般不过百人
    expectation: expect_column_values_to_be_between
    arguments: {column: people, min_value: 0, max_value: 100}
    examples: {passes: [{people: 3}], fails: [{people: 101}]}
"""


def yishu(town: Town, *arguments: str) -> Result:
    environment = town.environment | {"YISHU_DATA": str(town.folder / "nothing" / "here")}
    return CliRunner(env=environment).invoke(main, arguments)


def check(town: Town, path: Path, *more: str) -> Result:
    return yishu(town, "check", str(path), "--ledger", "town_visit", "--office", "town", *more)


def test_a_sound_workbook_may_be_accepted(town: Town) -> None:
    """A file without findings gets one line and exit code 0; the year is the one in its name, and is said to be."""
    path = town.visits(("V1", "2023-03-05", 2), name="来访登记簿（2023年）.xlsx")

    answer = check(town, path)

    assert (
        0,
        "信访办《来访登记簿》2023年度（年度取自文件名），来访登记簿（2023年）.xlsx，1 行：可以采纳。\n",
    ) == (answer.exit_code, answer.stdout)


@pytest.mark.parametrize(
    ("title", "day", "told", "year"),
    [
        ("清河镇2023年来访登记簿", "3月5日", "年度取自标题", 2023),
        ("来访登记簿", "2022-03-05", "年度取自多数记录的日期", 2022),
        ("填报日期：2023年1月5日", "2022-03-05", "年度取自多数记录的日期", 2022),
        ("来访登记簿", "3月5日", "文件中看不出年度，按今年", edge.today().year),
    ],
)
def test_the_year_is_told_by_title_dates_or_clock(town: Town, title: str, day: str, told: str, year: int) -> None:
    """Without a year in the name the title tells it, then the dates, at last the clock; which, is said."""
    path = town.visits(("登记号", "来访日期", "人数"), ("V1", day, 2))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].delete_rows(1)
    book.worksheets[0].insert_rows(1)
    book.worksheets[0]["A1"] = title
    book.save(path)

    answer, as_json = check(town, path), json.loads(check(town, path, "--json").stdout)

    assert f"{year}年度（{told}）" in answer.stdout
    assert (year, []) == (as_json["year"], as_json["findings"])
    assert ("--year" in answer.stdout) == (told == "文件中看不出年度，按今年")


def test_findings_of_one_cause_are_one_item(town: Town) -> None:
    """What has one cause is told once, with all its cells, as `yishu findings` tells it."""
    rows = [(f"V{number}", "2024-03-05", "若干") for number in range(1, 6)]
    path = town.visits(*rows, ("V6", "2024-13-40", 1))

    answer = check(town, path, "--year", "2024")
    told = json.loads(check(town, path, "--year", "2024", "--json").stdout)

    heads = [line for line in answer.stdout.splitlines() if line.startswith("〔")]
    assert [
        "〔错误〕信访办  来访登记簿 来访登记簿.xlsx Sheet!C2—C6",
        "〔错误〕信访办  来访登记簿 来访登记簿.xlsx Sheet!B7",
    ] == heads
    assert "共 6 条，归为 2 项：错误 6 条" in answer.stdout
    assert [[0, 1, 2, 3, 4], [5]] == [item["findings"] for item in told["items"]]
    assert 6 == len(told["findings"])


def test_a_check_keeps_nothing(town: Town) -> None:
    """No data folder is needed and none is made."""
    before = sorted(town.folder.rglob("*"))

    check(town, town.settings.inbox / "town" / "2024" / "信访办" / "来访登记簿.xlsx")

    assert before == sorted(town.folder.rglob("*"))


def test_an_error_has_to_be_mended(town: Town) -> None:
    """A finding is told as `yishu findings` tells it, the verdict stands last, and the exit code is 1."""
    path = town.visits(("V1", "2024-03-05", "若干"), ("V2", "2024-03-06", 1))

    answer = check(town, path, "--year", "2024")

    lines = answer.stdout.splitlines()
    assert 1 == answer.exit_code
    assert "〔错误〕信访办  来访登记簿 来访登记簿.xlsx Sheet!C2" == lines[0]
    assert "2 行：须改正（错误 1 处，疑问 0 处）。" in lines[-1]


def test_a_question_may_be_accepted_and_asks_for_an_answer(town: Town) -> None:
    """The rules of the ledger are asked too; a question leaves the verdict accepted and the exit code 1."""
    town.declare("expectations/suites/town_visit.yml", RULES)
    path = town.visits(("V1", "2024-03-05", 500))

    answer = check(town, path, "--year", "2024")

    assert 1 == answer.exit_code
    assert "1 行：可以采纳，但有 1 处疑问须先改正或说明。" in answer.stdout.splitlines()[-1]


def test_json_has_every_finding_with_its_words(town: Town) -> None:
    """--json prints the verdict and each finding with place, key and words, and nothing else."""
    path = town.visits(("V1", "2024-03-05", "若干"))

    told = json.loads(check(town, path, "--year", "2024", "--json").stdout)

    (finding,), (item,) = told.pop("findings"), told.pop("items")
    assert {
        "file": "来访登记簿.xlsx",
        "ledger": "town_visit",
        "year": 2024,
        "year_told_by": "option",
        "rows": 1,
        "verdict": "returned",
    } == told
    assert ("error", [0]) == (item["level"], item["findings"])
    assert ["code", "level", "sheet", "cell", "key", "column", "says", "why", "fix"] == list(finding)
    assert ("cell.not_a_count", "error", "Sheet", "C2", "V1", "people") == tuple(finding.values())[:6]
    assert "若干" in finding["says"]


def test_bytes_that_are_no_workbook_are_a_finding(town: Town) -> None:
    """Whatever the file holds, the answer is a finding in Chinese, never a traceback."""
    path = town.folder / "来访2024.xlsx"
    path.write_bytes(b"\x00\x01nothing of ours")

    told = json.loads(check(town, path, "--json").stdout)

    assert ("returned", 0) == (told["verdict"], told["rows"])
    assert {"error"} == {finding["level"] for finding in told["findings"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "nowhere.xlsx", "--ledger", "town_visit", "--office", "town"), "没有找到文件“nowhere.xlsx”"),
        (("check", "x.xlsx", "--ledger", "nothing", "--office", "town"), "没有“nothing”这本台账"),
        (("check", "x.xlsx", "--ledger", "visit", "--office", "town"), "清河没有部门报送《来访接待登记台账》"),
        (
            ("check", "x.xlsx", "--ledger", "town_visit", "--office", "town", "--department", "school"),
            "宣讲团不报送《来访登记簿》；报送它的部门：信访办（desk）。",
        ),
        (("form", "town_visit"), "有几个单位，请用 --office 写明是哪一个："),
        (("form", "town_visit", "--office", "town", "--out", "a.xls"), "请写作 --out a.xlsx。"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(town: Town, arguments: tuple[str, ...], message: str) -> None:
    """What was meant cannot be known: one line says what to say instead."""
    answer = yishu(town, *arguments)

    assert (2, 1, "") == (answer.exit_code, len(answer.stderr.splitlines()), answer.stdout)
    assert message in answer.stderr


def test_a_form_filled_in_is_accepted_by_the_check(town: Town) -> None:
    """The blank workbook of a ledger, filled in, passes the check of that ledger; no data folder is needed."""
    out = town.folder / "来访登记簿（2024年）.xlsx"
    written = yishu(town, "form", "town_visit", "--office", "town", "--period", "2024", "--out", str(out))
    book = openpyxl.load_workbook(out)
    for column, value in enumerate(("V1", "2024-03-05", 2), start=1):
        book.worksheets[0].cell(4, column, value)
    book.save(out)

    assert (0, ["来访登记簿", "填表说明"]) == (written.exit_code, book.sheetnames)
    assert (0, True) == ((answer := check(town, out)).exit_code, "1 行：可以采纳。" in answer.stdout)


def test_a_form_never_overwrites_a_file(town: Town) -> None:
    """What lies there may be filled in already; it stays as it is."""
    out = town.folder / "filled.xlsx"
    out.write_bytes(b"weeks of work")

    answer = yishu(town, "form", "town_visit", "--office", "town", "--out", str(out))

    assert (2, b"weeks of work") == (answer.exit_code, out.read_bytes())


def test_a_form_takes_the_name_that_the_office_expects(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --out the file is named so that the inbox knows it, and lies where one is."""
    here = town.folder / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    answer = yishu(town, "form", "town_visit", "--office", "town", "--period", "2024")

    assert (0, ["来访登记簿（2024年）.xlsx"]) == (answer.exit_code, [path.name for path in here.iterdir()])


def test_a_form_goes_into_the_folder_that_is_named(town: Town) -> None:
    """--out may name a folder; the file gets its own name there."""
    here = town.folder / "空白表"
    here.mkdir()

    answer = yishu(town, "form", "town_visit", "--office", "town", "--period", "2024", "--out", str(here))

    assert (0, ["来访登记簿（2024年）.xlsx"]) == (answer.exit_code, [path.name for path in here.iterdir()])


def test_ledgers_of_one_file_share_one_form(tmp_path: Path) -> None:
    """Where a department hands in two ledgers in one workbook, the form has the sheets of both."""
    settings = edge.Settings(
        data=tmp_path, inbox=SAMPLES, roots=(REPOSITORY,), register_url="", prefect_api_url=None, retry_seconds=()
    )
    slot = Slot("xigu", "zfd", "fire_penalty", 2025)

    written = write_form(settings, load(settings), slot, rows=5, out=tmp_path / "form.xlsx")

    assert ["消防安全检查台账", "消防简易处罚台账", "填表说明"] == openpyxl.load_workbook(written.path).sheetnames


@pytest.mark.parametrize("ledger", ["penalty_case", "publicity_activity"])
def test_a_blank_form_reads_clean_and_is_checked_as_not_filled_in(tmp_path: Path, ledger: str) -> None:
    """Nothing is wrong with the form itself; handed in as it is, it says nothing, and is told so once."""
    settings = Settings(
        data=tmp_path, inbox=SAMPLES, roots=(REPOSITORY,), register_url="", prefect_api_url=None, retry_seconds=()
    )
    configuration = load(settings)
    slot = slot_of(configuration, ledger=ledger, office="xigu", department=None, year=2025)
    path = write_form(settings, configuration, slot, rows=None, out=tmp_path / "form.xlsx").path

    looked_at = CliRunner().invoke(main, ["read", str(path), "--json"])
    checked = check_file(settings, configuration, path, slot=slot, year=slot.period)

    assert (0, []) == (looked_at.exit_code, json.loads(looked_at.stdout)["findings"])
    assert [("sheet.empty", "error")] == [(finding.code, finding.level) for finding in checked.findings]


def test_last_years_figures_are_those_of_the_departments_ledger(sample_night: Settings) -> None:
    """A form of 2025 shows what the ledger gave in 2024; a form of 2024 has no year before and shows nothing."""
    configuration = load(sample_night)
    slots = [Slot("xigu", "zfd", "penalty_case", year) for year in (2025, 2024)]

    after, first = (last_years_figures(sample_night, configuration, slot) for slot in slots)

    assert "21000元" in [line.value for line in after]
    assert {True} == {bool(line.counts) for line in after}
    assert () == first


STEPS = """
ledger: town_visit
owner: 数据专员
rules:
  - code: rule.steps_missing
    level: question
    why: 两步都要有
    expectation: expect_column_values_to_be_between
    arguments: {column: people, max_value: 100}
    facts: {step: 登记}
    examples: {passes: [{people: 3}], fails: [{people: 101}]}
  - code: rule.steps_missing
    level: question
    why: 两步都要有
    expectation: expect_column_values_to_be_between
    arguments: {column: people, max_value: 200}
    facts: {step: 告知}
    examples: {passes: [{people: 3}], fails: [{people: 201}]}
"""
STEP_WORDS = """
rule.steps_missing:
  says: “{column}”缺少{step}（{cell}）。
  why: 两步都要有。
  fix: 请补办。
"""


def test_two_duties_of_one_code_are_two_items(town: Town) -> None:
    """What a rule declares of its findings tells them apart, so that neither duty is told as the other."""
    town.declare("expectations/suites/town_visit.yml", STEPS)
    town.declare("templates/messages/town.yml", STEP_WORDS)
    told = json.loads(check(town, town.visits(("V1", "2024-03-05", 300), ("V2", "2024-03-06", 400)), "--json").stdout)

    assert [("“人数”缺少登记", 2), ("“人数”缺少告知", 2)] == [
        (item["says"].partition("（")[0], len(item["findings"])) for item in told["items"]
    ]


def test_sheets_without_a_header_are_one_item(town: Town) -> None:
    """Five months on which no header is found share one item."""
    path = town.visits(("V1", "2024-03-05", 3))
    book = openpyxl.load_workbook(path)
    book.remove(book.worksheets[0])
    for month in range(1, 6):
        sheet = book.create_sheet(f"{month}月")
        sheet.append(["甲", "乙", "丙"])
        sheet.append(["丁", "戊", "己"])
    book.save(path)

    told = json.loads(check(town, path, "--json").stdout)

    assert [5] == [len(item["findings"]) for item in told["items"] if "表头" in item["says"]]
