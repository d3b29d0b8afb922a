from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from flows.cli import main
from flows.on_demand.returning import WrittenReturn, write_returns
from flows.on_demand.returning_bundles import places
from sources.confined.guard import Guard
from tests.flows.town import OFFICE, VISIT_HEADS, Town
from warehouse.model import Finding, Level, Place, Slot
from warehouse.register import Register, open_register

OFFICE_PROGRAM = shutil.which("soffice")
BAD = ("V1", "2024-03-05", "若干")
VISIT_SLOT = Slot("town", "desk", "town_visit", 2024)


def given_back(town: Town, **asked: str) -> tuple[WrittenReturn, ...]:
    wanted = {"office": None, "department": None, "submission": None, **asked}
    return write_returns(town.settings, town.configuration, out=town.folder / "out", **wanted)


def inbox(town: Town, folder: str = "信访办") -> Path:
    return town.settings.inbox / "town" / "2024" / folder


def mend(path: Path, **cells: object) -> Path:
    """The workbook as a clerk leaves it, who types into these cells of its second sheet."""
    workbook = load_workbook(path)
    for address, value in cells.items():
        workbook.worksheets[1][address] = value
    workbook.save(path)
    return path


def saved_by_office(path: Path, suffix: str) -> Path:
    """The workbook as LibreOffice saves it in another format."""
    assert OFFICE_PROGRAM
    out = path.parent / "saved"
    profile = f"-env:UserInstallation=file://{path.parent / 'profile'}"
    command = [OFFICE_PROGRAM, profile, "--headless", "--convert-to", suffix, "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return out / f"{path.stem}.{suffix}"


def asked(town: Town, question: Callable[[Register], object]) -> object:
    with open_register(town.settings.register_url) as register:
        return question(register)


def states(register: Register) -> list[tuple[str, str, str | None]]:
    kept = register.findings(include_closed=True)
    return sorted((each.finding.code, each.state, each.finding.file) for each in kept)


def in_force(register: Register) -> list[str]:
    return [each.submission.file_name for each in register.in_force() if each.submission.slot == VISIT_SLOT]


def two_in_one(town: Town, *, held_on: str) -> None:
    """The visits' desk owes the lectures too, and hands both in in one workbook; its visits are wrong."""
    both = OFFICE.replace('files: ["*来访*"]', 'files: ["*来访*"], sheets: ["来访"]').replace(
        "  school:",
        '      - {ledger: town_lecture, files: ["*来访*"], sheets: ["宣讲"], due: {by: "01-10"}}\n  school:',
    )
    town.declare("sources/offices/town.yml", both)
    workbook = Workbook()
    for name, rows in (("来访", [VISIT_HEADS, BAD]), ("宣讲", [("编号", "日期"), ("L1", held_on)])):
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.remove(workbook.worksheets[0])
    workbook.save(inbox(town) / "来访登记簿.xlsx")


def yishu(town: Town, *arguments: str) -> Result:
    return CliRunner(env=town.environment).invoke(main, arguments)


def test_a_mended_return_closes_what_it_was_about(town: Town) -> None:
    """Collect, return, mend, lay beside the original, collect: accepted, fixed, the original noted as answered."""
    town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    shutil.copy(mend(written.path, C2=3), inbox(town))

    collected = town.night()

    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert ["退回单_来访登记簿.xlsx"] == asked(town, in_force)
    assert [
        ("cell.not_a_count", "fixed", "来访登记簿.xlsx"),
        ("file.answered", "new", "来访登记簿.xlsx"),
    ] == asked(town, states)
    assert town.night().nothing_new


def test_the_list_groups_what_one_cause_made_as_the_findings_do(town: Town) -> None:
    """The items of `yishu findings`, the gravest first, each with its cells beneath, all of them linked."""
    town.visits(("V1", "2024-03-05", "3场"), *((f"V{at}", f"25/{at:02}/2024", "2人") for at in range(2, 8)))
    town.night()
    told = json.loads(yishu(town, "findings", "--department", "desk", "--as", "json").stdout)["items"]

    (written,) = given_back(town)

    sheet = load_workbook(written.path).worksheets[0]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
    lines = list(sheet.iter_rows(min_row=head + 1))
    linked = [row[3].value for row in lines if row[3].hyperlink]
    assert ["cause.same_shape", None] == [item["cause"] for item in told]
    assert [item["says"] for item in told] == [row[2].value for row in lines if row[0].value]
    assert [*(f"B{at}" for at in range(3, 9)), "C2"] == linked


def test_what_was_given_back_is_known_to_be_so(town: Town) -> None:
    """A question about an accepted file is open the next night, unless a 退回单 was written: then it is returned."""
    town.visits(("V1", "2024-03-05", "3人"), ("V2", "2024-03-06", "4人"), ("V3", "2024-03-07", "5场"))
    town.night()
    town.lectures(("L1", "2024-05-01"))
    town.night()
    before = asked(town, states)

    given_back(town, department="desk")

    assert [("cell.mixed_measures", "open", "来访登记簿.xlsx")] == before
    assert [("cell.mixed_measures", "returned", "来访登记簿.xlsx")] == asked(town, states)


@pytest.mark.skipif(not OFFICE_PROGRAM, reason="LibreOffice is not on this machine")
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_a_return_is_known_again_after_another_program_saved_it(town: Town, suffix: str) -> None:
    """LibreOffice writes every part anew; list and number are found again, and the values are those that were typed."""
    town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    shutil.copy(saved_by_office(mend(written.path, C2=3), suffix), inbox(town))

    collected = town.night()

    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert [f"退回单_来访登记簿.{suffix}"] == asked(town, in_force)


def test_a_return_under_a_name_of_its_own_is_known_by_what_it_says(town: Town) -> None:
    """A clerk may call the file as she likes: what it answers says whose it is, and nobody calls it superfluous."""
    town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    shutil.copy(mend(written.path, C2=3), inbox(town) / "改好了.xlsx")

    collected = town.night()

    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert [("cell.not_a_count", "fixed"), ("file.answered", "new")] == [
        found[:2]
        for found in asked(town, states)  # type: ignore[attr-defined]
    ]


@pytest.mark.skipif(not OFFICE_PROGRAM, reason="LibreOffice is not on this machine")
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_return_of_another_format_is_known_under_a_name_of_its_own(town: Town, suffix: str) -> None:
    """Renamed and saved by another program at once: the number on the list says whose it is, also the night after."""
    town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    saved = saved_by_office(mend(written.path, C2=3), suffix)
    shutil.copy(saved, inbox(town) / f"已改.{suffix}")

    collected = town.night()

    assert ("accepted", False) == town.states(collected)["town_visit"]
    assert [f"已改.{suffix}"] == asked(town, in_force)
    assert town.night().nothing_new
    assert [
        ("cell.not_a_count", "fixed", "来访登记簿.xlsx"),
        ("file.answered", "open", "来访登记簿.xlsx"),
    ] == asked(town, states)


def test_a_strange_workbook_is_read_for_a_number_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What bears no number stays superfluous; the next night does not read it again."""
    (inbox(town) / "别的.csv").write_text("社区,电话\n一社区,无\n")
    town.night()
    monkeypatch.setattr(Guard, "read_all", None)

    assert town.night().nothing_new
    assert [("file.unexpected", "open", "别的.csv")] == asked(town, states)


def test_a_return_that_replaced_its_original_is_simply_the_file(town: Town) -> None:
    """Saved over the original it is the only file, and counts."""
    path = town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    shutil.copy(mend(written.path, C2=3), path)

    assert ("accepted", False) == town.states(town.night())["town_visit"]


def test_an_unmended_return_keeps_its_findings(town: Town) -> None:
    """Put back as it was, everything is still wrong at the same cells, and nothing new is."""
    town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    shutil.copy(written.path, inbox(town))

    collected = town.night()

    assert ("returned", False) == town.states(collected)["town_visit"]
    assert [("cell.not_a_count", "退回单_来访登记簿.xlsx"), ("file.answered", "来访登记簿.xlsx")] == [
        (code, file)
        for code, _, file in asked(town, states)  # type: ignore[attr-defined]
    ]


def test_a_second_return_is_made_from_the_first_answer(town: Town) -> None:
    """Half mended, it comes back once more under the same plain name, and what is mended bears no mark any more."""
    town.visits(BAD, ("V2", "很久以前", 1))
    town.night()
    (first,) = given_back(town)
    shutil.copy(mend(first.path, C2=3), inbox(town))
    town.night()

    (second,) = given_back(town)

    workbook = load_workbook(second.path)
    assert "退回单_来访登记簿_2.xlsx" == second.path.name
    assert ["问题清单", "Sheet"] == workbook.sheetnames
    assert (None, True) == (workbook["Sheet"]["C2"].comment, workbook["Sheet"]["B3"].comment is not None)

    shutil.copy(mend(second.path, B3="2024-06-01"), inbox(town))
    assert ("accepted", False) == town.states(town.night())["town_visit"]


def test_two_answers_to_one_file_have_to_be_told_apart(town: Town) -> None:
    """Two differently mended copies: the original no longer asks, but nobody can say which copy counts."""
    town.visits(BAD)
    town.night()
    (written,) = given_back(town)
    for name, people in (("来访甲.xlsx", 3), ("来访乙.xlsx", 4)):
        shutil.copy(mend(written.path, C2=people), inbox(town) / name)

    assert "undecided" == town.states(town.night())["town_visit"][0]


def test_several_ledgers_of_one_file_come_back_in_one(town: Town) -> None:
    """A workbook that two ledgers are read from is one 退回单 with the findings of both."""
    two_in_one(town, held_on="某日")
    town.night()

    (written,) = given_back(town, department="desk")

    marked = load_workbook(written.path)
    assert 2 == written.errors
    assert ["问题清单", "来访", "宣讲"] == marked.sheetnames
    assert (True, True) == tuple(bool(marked[name][cell].comment) for name, cell in (("来访", "C2"), ("宣讲", "B2")))


def test_a_mended_file_answers_for_its_sound_ledgers_too(town: Town) -> None:
    """Of two ledgers in one file only one was wrong; mended and laid beside the original, the file counts for both."""
    two_in_one(town, held_on="2024-05-06")
    town.night()
    (written,) = given_back(town, department="desk")
    shutil.copy(mend(written.path, C2=3), inbox(town))

    collected = town.night()

    assert [("desk", "accepted"), ("desk", "accepted"), ("school", "unchanged")] == [
        (line.slot.department, line.state) for line in collected.lines
    ]


def test_a_shared_finding_stands_in_each_file_that_has_a_part_in_it() -> None:
    """Each department gets the line, linked to the cell in its own file; what only belongs to last year gets none."""
    here, there, before = (
        Slot("town", name, "town_visit", year) for name, year in (("a", 2024), ("b", 2024), ("a", 2023))
    )
    finding = Finding(
        code="across.officer_unknown", level=Level.ERROR, slot=here, submission="1" * 12, sheet="来访", cell="B2",
        also=(Place(slot=there, submission="2" * 12, sheet="宣讲", cell="A5"), Place(slot=before, submission="3" * 12)),
    )  # fmt: skip

    found = [(place.slot.department, place.sheet, place.cell) for place in places(finding)]

    assert [("a", "来访", "B2"), ("b", "宣讲", "A5")] == found


def test_a_shared_finding_about_an_earlier_file_bears_no_mark_in_this_one(town: Town) -> None:
    """It stands at a cell of a file that was followed by another: its words go along, and no mark."""
    town.night()
    slot = Slot("town", "school", "town_lecture", 2024)
    earlier = asked(town, lambda register: register.latest(slot).id)  # type: ignore[union-attr]
    town.lectures(("L1", "2024-05-06"), ("L2", "2024-05-07"))
    town.night()
    shared = Finding(
        code="across.officer_unknown", level=Level.ERROR, slot=VISIT_SLOT, facts={"cert_no": "0208"}, key="V1",
        also=(Place(slot=slot, submission=str(earlier), file="宣讲登记簿.xlsx", sheet="Sheet", cell="A2"),),
    )  # fmt: skip
    asked(town, lambda register: register.note_findings(VISIT_SLOT, "across", [shared], run=1, at=datetime.now(tz=UTC)))

    (written,) = given_back(town, department="school")

    workbook = load_workbook(written.path)
    said = [str(cell.value) for row in workbook.worksheets[0] for cell in row if cell.value]
    assert [] == [cell.coordinate for row in workbook["Sheet"] for cell in row if cell.comment]
    assert [] == [cell.coordinate for row in workbook.worksheets[0] for cell in row if cell.hyperlink]
    assert 1 == sum("0208" in text and "工作表“Sheet”A2" in text for text in said)


def test_what_never_came_is_told_in_a_list(town: Town) -> None:
    """A missing file gives a list without a workbook; laid into the folder it is neither data nor superfluous."""
    (inbox(town) / "来访登记簿.xlsx").unlink()
    town.night()

    (written,) = given_back(town)

    assert ("listed", None, "退回单_信访办2024年报送情况.xlsx") == (written.how, written.file, written.path.name)
    shutil.copy(written.path, inbox(town))
    town.night()
    assert [("file.missing", None)] == [
        (code, file)
        for code, _, file in asked(town, states)  # type: ignore[attr-defined]
    ]


def test_a_list_without_a_table_never_takes_a_files_place(town: Town) -> None:
    """The list about a broken file lies beside a new file of the department: the new file counts."""
    (inbox(town) / "来访登记簿.xlsx").write_bytes(b"PK\x03\x04 broken")
    town.night()
    (written,) = given_back(town)
    shutil.copy(written.path, inbox(town))
    town.visits(("V1", "2024-03-05", 2))

    assert "listed" == written.how
    assert ("accepted", False) == town.states(town.night())["town_visit"]


def test_last_years_value_stands_beside(town: Town) -> None:
    """Of the same record the list says what the accepted file of the year before said."""
    town.visits(("V1", "2023-03-05", 8), year=2023)
    town.visits(BAD)
    town.night()

    (written,) = given_back(town, department="desk")

    sheet = load_workbook(written.path).worksheets[0]
    assert ["若干", "8"] == [sheet.cell(sheet.max_row, column).value for column in (6, 7)]


def test_nothing_of_another_department_is_in_it(town: Town) -> None:
    """Each department gets its own files in a folder of its own, and no word of the others' troubles."""
    town.visits(BAD)
    town.lectures(("L1", "某日"))
    town.night()

    returns = given_back(town)

    assert ["信访办/退回单_来访登记簿.xlsx", "宣讲团/退回单_宣讲登记簿.xlsx"] == sorted(
        str(each.path.relative_to(town.folder / "out")) for each in returns
    )
    for each in returns:
        texts = " ".join(str(cell.value) for row in load_workbook(each.path).worksheets[0] for cell in row)
        assert ("某日" in texts, "若干" in texts) == (each.slot.department == "school", each.slot.department == "desk")


def test_the_command_says_what_it_wrote_and_never_overwrites(town: Town) -> None:
    """A table of what was written, exit code 1; a file that a clerk has begun to mend stays, a new one lies beside."""
    town.visits(BAD)
    town.night()
    out = str(town.folder / "退回")

    first, again = yishu(town, "return", "--out", out), yishu(town, "return", "--out", out)
    path = Path(out) / "信访办" / "退回单_来访登记簿.xlsx"
    mend(path, C2=3)
    third = yishu(town, "return", "--out", out)

    assert [1, 1, 1] == [answer.exit_code for answer in (first, again, third)]
    assert "信访办" in first.output
    assert "退回单_来访登记簿_2.xlsx" not in again.output
    assert "退回单_来访登记簿_2.xlsx" in third.output
    assert 3 == load_workbook(path).worksheets[1]["C2"].value


def test_nothing_to_return_is_said(town: Town) -> None:
    """Where all is accepted nothing is written, and the exit code is 0."""
    town.night()

    answer = yishu(town, "return", "--out", str(town.folder / "退回"))

    assert (0, "没有需要退回的文件。\n") == (answer.exit_code, answer.output)
    assert not (town.folder / "退回").exists()


def test_one_submission_can_be_asked_for(town: Town) -> None:
    """By its id; an unknown one, or one that was followed by another, is refused with what to say instead."""
    town.visits(BAD)
    town.night()
    first = asked(town, lambda register: register.latest(VISIT_SLOT).id)  # type: ignore[union-attr]
    written = yishu(town, "return", str(first), "--out", str(town.folder / "退回"))
    town.visits(("V1", "2024-03-05", "许多"))
    town.night()

    assert "退回单_来访登记簿.xlsx" in written.output
    assert "之后又收到了“来访登记簿.xlsx”" in yishu(town, "return", str(first)).output
    assert "没有编号为“abc”的报送" in yishu(town, "return", "abc").output
    assert "请只写报送编号" in yishu(town, "return", "abc", "--department", "desk").output
    assert "没有“kitchen”这个部门" in yishu(town, "return", "--department", "kitchen").output


def test_a_return_in_the_wrong_folder_is_told_whose_it_is(town: Town) -> None:
    """A mended 退回单 that was laid into another department's folder is an error there, and names the right one."""
    town.visits(BAD)
    town.lectures(("L1", "2024-05-01"))
    town.night()
    (written,) = given_back(town, department="desk")
    shutil.copy(mend(written.path, C2=3), inbox(town, "宣讲团"))

    town.night()

    def astray(register: Register) -> list[tuple[str, object]]:
        kept = (each.finding for each in register.findings() if each.finding.code == "file.elsewhere")
        return [(finding.slot.department, finding.facts["owner"]) for finding in kept]

    assert [("school", "信访办")] == asked(town, astray)
