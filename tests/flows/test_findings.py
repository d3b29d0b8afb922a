"""`yishu findings` and `yishu explain`: the list as table, JSON and CSV, and questions that are answered."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from flows.cli import main
from flows.on_demand.findings import Wanted, listed
from flows.screens.brief import office_brief
from flows.screens.finding_screen import FindingScreen
from flows.screens.tables import wrapped
from tests.flows.town import Town
from warehouse.register import open_register

RULES = """
ledger: town_visit
owner: 数据专员

rules:
  - code: key.twice
    level: error
    why: 一次来访只登记一行
    expectation: expect_compound_columns_to_be_unique
    arguments: {column_list: [_submission, visit_no]}
    at: visit_no
    examples: {passes: [{visit_no: V1}, {visit_no: V2}], fails: [{visit_no: V1}, {visit_no: V1}]}
  - code: rule.participants_unusual
    level: question
    why: 一次来访一般不过百人
    expectation: expect_column_values_to_be_between
    arguments: {column: people, min_value: 1, max_value: 100}
    examples: {passes: [{people: 3}], fails: [{people: 101}]}
"""


def yishu(town: Town, *arguments: str) -> Result:
    return CliRunner(env=town.environment).invoke(main, arguments)


@pytest.fixture
def asking(town: Town) -> Town:
    """The town with a question about one visit."""
    town.declare("expectations/suites/town_visit.yml", RULES)
    town.visits(("V1", "2024-03-05", 300), ("V2", "2024-04-01", 1))
    town.night()
    return town


def found(town: Town, *arguments: str) -> list[dict[str, object]]:
    """Every finding as JSON tells it."""
    answer = yishu(town, "findings", "--as", "json", *arguments)
    assert 0 == answer.exit_code, answer.stderr
    return [finding for item in json.loads(answer.stdout)["items"] for finding in item["findings"]]


def states(town: Town, *arguments: str) -> list[tuple[object, object]]:
    return [(finding["cell"], finding["state"]) for finding in found(town, *arguments)]


def explain(town: Town, *ids: str, because: str = "镇里开听证会，三百名村民代表到场", by: str = "王主任") -> Result:
    return yishu(town, "explain", *ids, "--because", because, "--by", by)


def test_findings_say_where_what_and_how_to_mend_it(town: Town) -> None:
    """Under department and file: what is wrong, its cells and record, how to mend it, its state and id."""
    town.visits(("V1", "2024-03-05", "若干"))
    town.night()

    lines = yishu(town, "findings", "--level", "error").stdout.splitlines()

    assert ["", "信访办  错误 1", "  《来访登记簿》2024年度  来访登记簿.xlsx"] == lines[:3]
    assert "    〔错误〕“人数”应为整数，实际为“若干”（工作表“Sheet”C2）。" == lines[3]
    assert "        位置：Sheet!C2（记录 V1）" == lines[4]
    assert "        处理办法：" in lines[6][:13]
    assert lines[7].startswith("        状态：新发现（")
    assert "（所选范围内）待处理 1 条，归为 1 项：错误 1 条，疑问 0 条，提示 0 条。" == lines[-1]


def test_cells_of_one_item_are_told_as_spans_and_unfolded_on_request(town: Town) -> None:
    """Rows that follow each other are one span; --all gives every finding its own line, and the fixed ones too."""
    town.visits(*((f"V{n}", "2024-03-05", "若干" if n in (1, 2, 3, 6) else 1) for n in range(1, 8)))
    town.night()
    folded = yishu(town, "findings").stdout
    town.visits(*((f"V{n}", "2024-03-05", "若干" if n in (1, 2, 3) else 1) for n in range(1, 8)))
    town.night()
    unfolded = yishu(town, "findings", "--all").stdout

    assert "“人数”有 4 处用同一种写法填写，都不能识别，例如“若干”" in folded
    assert "位置：Sheet!C2—C4、C7\n" in folded
    assert " 等 4 个\n" in folded
    assert [True] * 4 == [f"Sheet!C{row}  " in unfolded for row in (2, 3, 4, 7)]
    assert "另有已消除的问题 1 条。" in unfolded


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_shows_every_word_within_its_width(town: Town, width: int) -> None:
    """Nothing is cut off, and no line is longer than the terminal."""
    town.visits(("V1", "2024-03-05", "若干"), ("V2", "2024-13-05", 1))
    town.night()
    drawn = io.StringIO()
    console = Console(file=drawn, width=width, force_terminal=True, color_system=None)
    with open_register(town.settings.register_url) as register:
        items = listed(town.settings, town.configuration, register, Wanted())

    FindingScreen(town.configuration, console).show(items, unfolded=True)

    lines = drawn.getvalue().splitlines()
    assert [] == [line for line in lines[:-1] if Console().measure(line.rstrip()).maximum > width]
    told = "".join(line.strip() for line in lines)
    for item in items:
        assert item.members[0].finding.identity[:8] in told
    assert "不能识别为整数的单元格不计入合计" in told


@given(text=st.text(st.sampled_from("工作表“错误”，。 a1b2-"), max_size=60), width=st.integers(4, 30))
def test_wrapping_keeps_every_character_within_the_width(text: str, width: int) -> None:
    """Only spaces at the ends of lines go, and no line is too long."""
    lines = wrapped(text, width)

    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", "".join(lines))
    assert [] == [line for line in lines if cell_len(line) > width]


def test_a_line_does_not_begin_with_what_closes() -> None:
    """A comma or a closing quotation mark goes with the character before it, a number stays whole."""
    assert ["“人数”有", "1234 处，", "不对。"] == wrapped("“人数”有 1234 处，不对。", 9)


def test_the_json_has_every_finding_with_its_life(asking: Town) -> None:
    """The shape that the README of this room describes."""
    answer = json.loads(yishu(asking, "findings", "--as", "json").stdout)

    assert {"items", "open"} == set(answer)
    assert {"error": 0, "question": 1, "note": 0} == answer["open"]
    (item,) = answer["items"]
    assert (None, "question", "desk", "town_visit", 2024, "来访登记簿.xlsx", 1) == tuple(
        item[name] for name in ("cause", "level", "department", "ledger", "year", "file", "count")
    )
    (finding,) = item["findings"]
    assert ("rule.participants_unusual", "new", "C2", "V1", "people", None, None) == tuple(
        finding[name] for name in ("code", "state", "cell", "key", "column", "fixed_at", "explanation")
    )
    assert finding["first_submission"] == finding["last_submission"]
    assert {"says", "why", "fix", "since", "first_seen_at", "last_seen_at", "fixed_submission"} <= set(finding)


def test_the_csv_opens_in_excel_and_holds_no_formula(town: Town, tmp_path: Path) -> None:
    """UTF-8 with its mark, one line a finding, and a text that begins like a formula is text."""
    town.visits(("=1+1", "2024-03-05", "若干"), ("@V2", "2024-03-05", "+数人"), name="来访-1.xlsx")
    (town.settings.inbox / "town/2024/信访办/来访登记簿.xlsx").unlink()
    town.night()
    path = tmp_path / "lists" / "问题.csv"

    answer = yishu(town, "findings", "--as", "csv", "--out", str(path))

    content = path.read_bytes()
    assert f"已写出 3 条问题：{path}\n" == answer.stdout
    assert b"\xef\xbb\xbf" == content[:3]
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert (25, {25}) == (len(lines[0]), {len(line) for line in lines})
    assert [] == [cell for line in lines for cell in line if cell[:1] in ("=", "+", "-", "@")]
    assert "'@V2" in [line[lines[0].index("记录")] for line in lines]


def test_the_csv_on_the_terminal_is_the_same_as_in_a_file(asking: Town, tmp_path: Path) -> None:
    """A pipe gets the bytes that a file gets."""
    yishu(asking, "findings", "--as", "csv", "--out", str(tmp_path / "a.csv"))

    assert (tmp_path / "a.csv").read_bytes() == yishu(asking, "findings", "--as", "csv").stdout_bytes


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ((), 2),
        (("--department", "desk"), 1),
        (("--department", "school"), 1),
        (("--ledger", "town_lecture"), 1),
        (("--year", "2024"), 2),
        (("--year", "2023"), 0),
        (("--level", "error"), 1),
        (("--state", "new"), 2),
        (("--state", "fixed"), 0),
        (("--office", "town"), 2),
    ],
)
def test_findings_can_be_narrowed(asking: Town, arguments: tuple[str, ...], count: int) -> None:
    """By office, department, ledger, year, level and state."""
    asking.lectures(("L1", "去年"))
    if arguments != ("--state", "new"):
        asking.night()
        assert count == len(found(asking, *arguments))
    else:
        asking.night()
        assert ["L1"] == [finding["key"] for finding in found(asking, *arguments)]


def test_the_sums_of_a_selection_say_that_they_are_of_it(asking: Town) -> None:
    """What waits elsewhere is not told away: only a list of everything speaks of the whole."""
    explain(asking, str(found(asking)[0]["id"]))
    asking.lectures(("L1", "某日"))
    asking.night()
    last = {
        arguments: yishu(asking, "findings", *arguments).stdout.splitlines()[-1]
        for arguments in (
            ("--state", "explained"),
            ("--level", "note"),
            ("--department", "school"),
            ("--state", "fixed"),
            ("--state", "fixed", "--level", "note"),
        )
    }

    assert {
        ("--state", "explained"): "（所选范围内）已说明 1 条，归为 1 项。",
        ("--level", "note"): "（所选范围内）没有待处理的问题。",
        ("--department", "school"): "（所选范围内）待处理 1 条，归为 1 项：错误 1 条，疑问 0 条，提示 0 条。",
        ("--state", "fixed"): "没有“已消除”的问题。",
        ("--state", "fixed", "--level", "note"): "（所选范围内）没有“已消除”的问题。",
    } == last


def test_a_state_is_asked_for_in_chinese_too(asking: Town) -> None:
    """The words that are listed are those that are taken; another one is told which there are."""
    explain(asking, str(found(asking)[0]["id"]))
    wrong = yishu(asking, "findings", "--state", "已改好")

    assert [("C2", "explained")] == states(asking, "--state", "已说明")
    assert states(asking, "--state", "explained") == states(asking, "--state", "已说明")
    assert [] == states(asking, "--state", "已消除")
    assert (2, True) == (wrong.exit_code, "已消除" in wrong.stderr)


def test_a_name_that_nobody_declared_is_misuse(asking: Town) -> None:
    """An unknown ledger is told in Chinese, with the nearest and all others."""
    answer = yishu(asking, "findings", "--ledger", "nothing")

    assert 2 == answer.exit_code
    assert "没有“nothing”这本台账。现有的台账：" in answer.stderr


def test_an_explained_question_waits_for_nobody_until_its_value_changes(asking: Town) -> None:
    """Explained: still listed, no longer counted, in the brief too; another number asks again, another row does not."""
    asked = str(found(asking)[0]["id"])
    answer = explain(asking, asked[:8])
    explained = found(asking)[0]
    table = yishu(asking, "findings").stdout
    brief = office_brief(asking.settings, asking.configuration, office="town", year=2024)
    asking.visits(("V0", "2024-02-05", 2), ("V1", "2024-03-05", 300))
    moved = asking.night()
    lives = [states(asking)]
    asking.visits(("V1", "2024-03-05", 301))
    asking.night()
    lives.append(states(asking))

    assert (0, True) == (answer.exit_code, asked[:8] in answer.stdout)
    assert ("explained", {"text": "镇里开听证会，三百名村民代表到场", "by": "王主任"}) == (
        explained["state"],
        {name: explained["explanation"][name] for name in ("text", "by")},  # type: ignore[index]
    )
    assert "说明：“镇里开听证会，三百名村民代表到场”（王主任）" in table
    assert table.endswith("待处理 0 条，归为 0 项：错误 0 条，疑问 0 条，提示 0 条。\n另有已说明的疑问 1 条。\n")
    assert "已作说明的疑问1条" in brief
    assert "需要处理的问题" not in brief
    assert [0] == [line.questions for line in moved.lines if line.slot.ledger == "town_visit"]
    assert [[("C3", "explained")], [("C2", "open")]] == lives


@pytest.mark.parametrize(
    "because",
    [
        "无",
        "核实无误",
        "情况属实。",
        " 已 核 实 ",
        "经核实，情况属实，数据无误！",
        "确实如此",
        "啊啊啊啊啊啊",
        "ok",
        "……",
        "",
    ],
)
def test_an_empty_phrase_explains_nothing(asking: Town, because: str) -> None:
    """Who writes one is told in Chinese what is wanted, and nothing is kept."""
    answer = explain(asking, str(found(asking)[0]["id"]), because=because)

    assert 2 == answer.exit_code
    assert "没有说明原因。请写清实际情况和依据" in answer.stderr
    assert [("C2", "new")] == states(asking)


def test_a_telephone_number_is_not_taken_into_an_explanation(asking: Town) -> None:
    """Nothing is kept of it, neither in the findings nor in their CSV, and the reason is told in Chinese."""
    (question,) = found(asking)

    refused = explain(asking, str(question["id"]), because="来访人电话13812345678，已补登")

    assert (2, True) == (refused.exit_code, "不写手机号、身份证号，请删去后再登记。" in refused.stderr)
    assert "13812345678" not in yishu(asking, "findings", "--all", "--as", "csv").stdout
    assert [("C2", "new")] == states(asking)


def test_a_copy_of_another_explanation_is_refused(asking: Town) -> None:
    """The same words for another question are no explanation; for several questions at once they are."""
    asking.visits(*((f"V{number}", "2024-03-05", 300 + number) for number in range(4)))
    asking.night()
    first, second, *others = (str(finding["id"]) for finding in found(asking, "--ledger", "town_visit"))
    answers = [
        explain(asking, first),
        explain(asking, second, because="镇里开听证会, 三百名村民代表到场 "),
        explain(asking, second, *others, because="全村大会，见四月签到簿"),
    ]

    assert [0, 2, 0] == [answer.exit_code for answer in answers]
    assert "一字不差" in answers[1].stderr
    assert {"explained"} == {state for _, state in states(asking, "--ledger", "town_visit")}


def test_what_cannot_be_explained_is_said(asking: Town) -> None:
    """An error, an unknown id, no name: each is told apart."""
    asking.visits(("V1", "2024-03-05", "若干"))
    asking.night()
    (error,) = found(asking)
    answers = [
        explain(asking, str(error["id"])),
        explain(asking, "ffffffff"),
        explain(asking, str(error["id"]), by=" "),
    ]

    assert [2, 2, 2] == [answer.exit_code for answer in answers]
    assert "只有未处理的疑问才能说明" in answers[0].stderr
    assert "没有编号为“ffffffff”的问题" in answers[1].stderr
    assert "请写明说明人的姓名或职务" in answers[2].stderr


def test_a_returned_finding_says_so_and_fixed_when_mended(town: Town) -> None:
    """New, then returned, then fixed in the submission that mended it, then back again."""
    town.visits(("V1", "2024-03-05", "若干"))
    lives = []
    for rows in (None, None, ("V1", "2024-03-05", 3), ("V1", "2024-03-05", "好几个")):
        if rows:
            town.visits(rows)
        town.night()
        lives.append(states(town, "--all"))

    (finding,) = found(town)
    assert [[("C2", state)] for state in ("new", "returned", "fixed", "recurred")] == lives
    assert finding["first_submission"] != finding["last_submission"]


def test_hot_spots_say_who_has_which_trouble_how_often(town: Town) -> None:
    """Two people that are no numbers, one of them mended, one mended and back again."""
    for first, second in (("若干", "若干"), (1, 2), ("若干", 2)):
        town.visits(("V1", "2024-03-05", first), ("V2", "2024-03-05", second))
        town.night()

    heads, line = yishu(town, "findings", "--summary", "--department", "desk").stdout.splitlines()

    assert ["部门", "台账", "次数", "待处理", "已放行", "反复", "平均几日改好", "问题（最近一例）"] == heads.split()
    assert ["信访办", "来访登记簿", "2", "1", "1", "0.0"] == line.split()[:6]


def test_hot_spots_are_given_to_other_programs_too(asking: Town, tmp_path: Path) -> None:
    """As JSON, as CSV, and in a file; a state cannot be asked for, because all of them are counted."""
    told = json.loads(yishu(asking, "findings", "--summary", "--as", "json", "--ledger", "town_visit").stdout)
    path = tmp_path / "易错点.csv"
    written = yishu(asking, "findings", "--summary", "--as", "csv", "--out", str(path))
    drawn = yishu(asking, "findings", "--summary", "--out", str(tmp_path / "易错点.txt"))
    refused = [yishu(asking, "findings", "--summary", *more) for more in (("--state", "open"), ("--all",))]

    (spot,) = told["hot_spots"]
    assert ("desk", "town_visit", "rule.participants_unusual", "people", "question", 1, 1, 0, 0, None) == tuple(
        spot[name]
        for name in (
            "department",
            "ledger",
            "code",
            "column",
            "level",
            "times",
            "waiting",
            "released",
            "recurred",
            "days",
        )
    )
    heads, line = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    assert ("部门", "信访办", "已写出 1 类易错问题：") == (heads[0], line[0], written.stdout.partition(str(path))[0])
    assert (0, True) == (drawn.exit_code, (tmp_path / "易错点.txt").read_text("utf-8").startswith("部门"))
    assert [2, 2] == [answer.exit_code for answer in refused]
    assert {"yishu: --summary 汇总各种状态的问题，不能同时写 --state 或者 --all。\n"} == {
        each.stderr for each in refused
    }


def test_what_is_mended_says_in_which_file(town: Town) -> None:
    """--state fixed: since when, in which file, how many; no advice on what nobody need mend any more."""
    town.visits(("V1", "2024-03-05", "若干"), ("V2", "2024-03-06", 1))
    town.night()
    none = yishu(town, "findings", "--state", "fixed").stdout
    (town.settings.inbox / "town/2024/信访办/来访登记簿.xlsx").unlink()
    town.visits(("V1", "2024-03-05", 3), ("V2", "2024-03-06", 1), name="来访登记簿（改）.xlsx")
    town.night()

    lines = yishu(town, "findings", "--state", "fixed").stdout.splitlines()

    assert "没有“已消除”的问题。\n" == none
    assert ["信访办  已消除 1", "（所选范围内）已消除 1 条，归为 1 项。"] == [lines[1], lines[-1]]
    assert [] == [line for line in lines if "处理办法" in line]
    (state,) = [line.strip() for line in lines if "状态：" in line]
    assert re.fullmatch(r"状态：已消除（[-\d: ]+），改好的文件：来访登记簿（改）.xlsx；编号 [0-9a-f]{8}", state)
    assert "改好的文件：来访登记簿（改）.xlsx  " in yishu(town, "findings", "--all").stdout
