from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner, Result
from openpyxl import Workbook

from flows.cli import main
from flows.configuration import check
from sources.cards import LedgerCard
from tests.flows.town import Town
from tests.sources.layouts import draw
from warehouse.personal import HIDDEN

DRAWN = """
某街道行政处罚案件台账
序号 | 案件编号 | 处罚情况 | .
. | . | 决定日期 | 金额（元）
1 | A-1 | 2024.3.5 | 1500
2 | A-2 | 2024.3.6 | 200.5
合计 | . | . | 1700.5
填报人：王某
"""
MERGED = ("A1:D1", "A2:A3", "B2:B3", "C2:D2")


def yishu(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def laid(folder: Path, drawing: str = DRAWN, merged: tuple[str, ...] = MERGED) -> Path:
    path = folder / "台账2024.xlsx"
    path.write_bytes(draw(drawing, merged))
    return path


def test_read_prints_how_a_file_is_seen(tmp_path: Path) -> None:
    """The JSON of `yishu read`, whole."""
    answer = yishu("read", laid(tmp_path), "--json", "--rows", "1")
    seen: dict[str, Any] = json.loads(answer.stdout)

    assert 0 == answer.exit_code
    assert {
        "file": "台账2024.xlsx",
        "format": "xlsx",
        "encoding": None,
        "sheets": [
            {
                "name": "台账",
                "hidden": False,
                "title_rows": [1],
                "header_rows": [2, 3],
                "columns": [
                    {"letter": "A", "name": "序号", "unit": None},
                    {"letter": "B", "name": "案件编号", "unit": None},
                    {"letter": "C", "name": "处罚情况_决定日期", "unit": None},
                    {"letter": "D", "name": "处罚情况_金额", "unit": "元"},
                ],
                "first_data_row": 4,
                "last_data_row": 5,
                "n_data_rows": 2,
                "total_rows": [6],
                "section_rows": [],
                "footer_rows": [7],
                "rows": [
                    {
                        "row": 4,
                        "values": {
                            "序号": 1,
                            "案件编号": "A-1",
                            "处罚情况_决定日期": "2024-03-05",
                            "处罚情况_金额": 1500,
                        },
                    }
                ],
                "tables": 1,
                "unrecognised": [],
            }
        ],
        "findings": [],
    } == seen


def test_several_tables_stand_under_blocks(tmp_path: Path) -> None:
    """The first table's values stand at the top level, all of them under `blocks`."""
    path = laid(tmp_path, "序号 | 件数 | . | 序号 | 金额\n1 | 5 | . | 1 | 7\n2 | 6 | . | 2 | 8", ())
    (sheet,) = json.loads(yishu("read", path, "--json").stdout)["sheets"]

    assert (2, ["件数", "金额"]) == (sheet["tables"], [block["columns"][1]["name"] for block in sheet["blocks"]])
    assert sheet["columns"] == sheet["blocks"][0]["columns"]


def test_findings_are_exit_code_1_and_told_in_chinese(tmp_path: Path) -> None:
    """A total that differs is told with both numbers."""
    path = laid(tmp_path, DRAWN.replace("1700.5", "1700"))
    answer = yishu("read", path, "--json")
    (finding,) = json.loads(answer.stdout)["findings"]

    assert 1 == answer.exit_code
    assert ("total.differs", "台账", "D6", {"stated": 1700, "computed": 1700.5}) == tuple(
        finding[key] for key in ("code", "sheet", "cell", "facts")
    )
    assert "合计填写 1700，按明细计算为 1700.5" in finding["says"]


def test_an_unreadable_file_is_a_finding(tmp_path: Path) -> None:
    """Rubbish has no sheets, and a finding that says so."""
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 rubbish")
    answer = yishu("read", path, "--json")
    seen = json.loads(answer.stdout)

    assert (1, None, []) == (answer.exit_code, seen["format"], seen["sheets"])
    assert ["file.unreadable"] == [finding["code"] for finding in seen["findings"]]


def test_misuse_names_what_exists(tmp_path: Path) -> None:
    """No such file, a folder, no such sheet: one line in Chinese, exit code 2, and the nearest file beside it."""
    path = laid(tmp_path)
    answers = [yishu("read", tmp_path / "台账24.xlsx"), yishu("read", tmp_path), yishu("read", path, "--sheet", "汇总")]

    assert [2, 2, 2] == [answer.exit_code for answer in answers]
    assert [1, 1, 1] == [len(answer.stderr.splitlines()) for answer in answers]
    assert "同一文件夹中名称最接近的是“台账2024.xlsx”。" in answers[0].stderr
    assert "名称最接近" not in yishu("read", tmp_path / "nofile.xlsx").stderr
    assert "是文件夹，请写明其中的一个文件。" in answers[1].stderr
    assert "文件“台账2024.xlsx”中没有名为“汇总”的工作表；现有的工作表：台账。" in answers[2].stderr


def test_the_picture_says_of_every_row_what_it_is(tmp_path: Path) -> None:
    """Away from a terminal the bands are words; a legend names them."""
    lines = yishu("read", laid(tmp_path)).stdout.splitlines()

    assert "工作表“台账”：1 个表，2 行数据" == lines[0]
    assert [
        ["1", "标题"],
        ["2", "表头"],
        ["3", "表头"],
        ["4", "数据"],
        ["5", "数据"],
        ["6", "合计"],
        ["7", "表尾"],
    ] == [line.split()[:2] for line in lines[2:9]]
    assert ["图例：", "没有发现问题。"] == [lines[-2][:3], lines[-1]]


def test_the_picture_says_where_each_of_several_tables_stands_and_what_to_do(tmp_path: Path) -> None:
    """Tables side by side are named by their cells; the same trouble in two places has its remedy said once."""
    beside = laid(
        tmp_path, "序号 | 件数 | . | 序号 | 金额\n1 | 5 | . | 1 | 7\n2 | 6 | . | 2 | 8\n. | . | . | 3 | 9", ()
    )
    tables = yishu("read", beside).stdout.splitlines()[1:3]
    wrong = laid(tmp_path, "社区 | 件数 | 人数\n东街 | 3 | 5\n西街 | 4 | 6\n合计 | 9 | 12", ())
    told = yishu("read", wrong).stdout.splitlines()[-4:]

    assert ["  第 1 个表：A1—B3，2 行数据", "  第 2 个表：D1—E4，3 行数据"] == tables
    assert ["共 2 个问题：", True] == [told[0], told[3].startswith("    处理办法：")]


def test_what_is_wrong_on_the_sheets_of_all_months_is_said_once(tmp_path: Path) -> None:
    """One column of cut numbers over twelve sheets is one line with its count, where it is, and what to do."""
    book = Workbook()
    for month in range(1, 13):
        sheet = book.active if month == 1 else book.create_sheet()
        assert sheet is not None
        sheet.title = f"{month}月"
        for row in (["编号", "身份证号"], *([f"A{month}{at}", 990101199001010000 + at * 10000] for at in (1, 2, 3))):
            sheet.append(row)
    book.save(tmp_path / "登记2024.xlsx")

    told = yishu("read", tmp_path / "登记2024.xlsx").stdout.split("共 36 个问题：\n")[1].splitlines()

    assert 3 == len(told)
    assert told[0].endswith("（同类问题共 36 处）")
    assert told[1].startswith("    位置：10月!B2—B4；11月!B2—B4")


PERSONAL = """
来访登记（联系电话：13900001111）
编号 | 姓名 | 身份证号 | 电话 | 说明 | 人数
1 | 王某 | 11010119900101001X | 13900002222 | 其子手机 139 0000 3333 | 2
2 | 李某 | 11010119900101002X | 13900004444 | 无 | 3
"""


def test_personal_numbers_are_masked_in_picture_and_rows(tmp_path: Path) -> None:
    """Identity numbers and telephones stand neither in the picture nor in typed rows, wherever they were written."""
    path = laid(tmp_path, PERSONAL, ())
    picture, as_json = yishu("read", path).stdout, yishu("read", path, "--json", "--rows", "9").stdout
    card = yishu("card", path).stdout
    rows = json.loads(as_json)["sheets"][0]["rows"]

    assert [] == [text for text in (picture, as_json, card) if re.search(r"1390000|110101199|139 0000", text)]
    assert ["王某", HIDDEN, HIDDEN, f"其子手机 {HIDDEN}", 2] == [*rows[0]["values"].values()][1:]


def test_a_long_table_is_drawn_by_its_ends(tmp_path: Path) -> None:
    """The middle of many rows is left out, and said to be."""
    rows = "\n".join(f"{number} | A-{number}" for number in range(1, 101))
    answer = yishu("read", laid(tmp_path, f"序号 | 案件编号\n{rows}", ()))

    assert "…… 第 10—99 行，共 90 行，从略" in answer.stdout


def test_blank_rows_are_said_to_be_blank(tmp_path: Path) -> None:
    """Rows in which nothing stands are not said to be left out."""
    lines = yishu("read", laid(tmp_path, "序号 | 事项\n.\n1 | 甲\n.\n.\n2 | 乙", ())).stdout.splitlines()

    assert ["（第 2 行空白）", "（第 4—5 行空白）"] == [line.strip() for line in lines if "空白" in line]
    assert not any("从略" in line for line in lines)


def test_where_no_table_is_nothing_is_said_to_be_clean(tmp_path: Path) -> None:
    """A blank file and a page of prose have no problem that anybody looked for."""
    prose, blank = tmp_path / "说明.txt", tmp_path / "空.xlsx"
    prose.write_text("请于每月5日前报送。\n联系人：张某", encoding="utf-8")
    Workbook().save(blank)

    assert "没有找到表，内容未经检查。" == yishu("read", prose).stdout.splitlines()[-1]
    assert "文件中没有内容。" == yishu("read", blank).stdout.splitlines()[-1]


def test_a_drafted_card_is_yaml_that_reads_its_file(tmp_path: Path) -> None:
    """`yishu card` prints a card that is accepted as it stands, with comments for a person."""
    answer = yishu("card", laid(tmp_path))
    card = LedgerCard.model_validate(yaml.safe_load(answer.stdout))

    assert 0 == answer.exit_code
    assert ["serial_no", "case_no", "punishment_decision_date", "punishment_amount"] == list(card.columns)
    assert ("case_no",) == card.key
    assert answer.stdout.startswith("# 根据“台账2024.xlsx”的工作表“台账”起草")
    assert "能区分各行的列；可选：案件编号" in answer.stdout


def test_no_card_without_a_table(tmp_path: Path) -> None:
    """A file that cannot be read, or has no table or no such sheet, is misuse."""
    text, rubbish = laid(tmp_path, "填表说明\n请按月报送。", ()), tmp_path / "坏.xls"
    rubbish.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rubbish")
    answers = [yishu("card", text), yishu("card", rubbish), yishu("card", laid(tmp_path), "--sheet", "没有")]

    assert [2, 2, 2] == [answer.exit_code for answer in answers]
    assert [1, 1, 1] == [len(answer.stderr.splitlines()) for answer in answers]


def test_a_drafted_card_is_accepted_among_the_declarations(town: Town) -> None:
    """Put into the folder as it was printed it agrees with all others; the next of its kind gets an id of its own."""
    path = laid(town.folder)
    runner = CliRunner(env=town.environment)
    ids = []
    for _ in range(2):
        text = runner.invoke(main, ["card", str(path)]).stdout
        ids.append(yaml.safe_load(text)["id"])
        town.declare(f"sources/ledgers/{ids[-1]}.yml", text)

    assert ["drafted_ledger", "drafted_ledger_2"] == ids
    assert [] == check(town.configuration)
