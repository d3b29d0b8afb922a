"""`yishu release`: an error that is a true fact is released in writing, and the ledger is accepted as it is."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.configuration import check
from flows.on_demand.releasing import behind, way_out
from flows.on_demand.returning_bundles import bundles
from flows.screens.brief import office_brief, state_words
from tests.flows.test_across import AGREE
from tests.flows.test_across import WORDS as AGREE_WORDS
from tests.flows.town import OFFICE, Town
from warehouse.model import Finding, Level, Slot
from warehouse.register import open_register
from warehouse.store import open_warehouse

LATE = """
ledger: town_visit
owner: 信访办
rules:
  - code: key.twice
    level: error
    why: 一次来访只登记一行
    expectation: expect_compound_columns_to_be_unique
    arguments: {column_list: [_submission, visit_no]}
    at: visit_no
    examples: {passes: [{visit_no: V1}, {visit_no: V2}], fails: [{visit_no: V1}, {visit_no: V1}]}
  - code: rule.too_many_received
    level: error
    releasable: true
    why: 一次接待不得超过五人
    expectation: expect_column_values_to_be_between
    arguments: {column: people, max_value: 5}
    at: people
    examples: {passes: [{people: 5}], fails: [{people: 6}]}
"""
WORDS = """
rule.too_many_received:
  says: “{column}”为 {value}，超过 {max_value} 人（工作表“{sheet}”{cell}）。
  why: 集体走访应当推选代表，代表不超过五人。
  fix: 请对照登记核对人数。
"""
SLOT = Slot("town", "desk", "town_visit", 2024)
REASON = "村民十二人一同到访，未能当场推选代表，已补办登记"


def yishu(town: Town, *arguments: str) -> Result:
    return CliRunner(env=town.environment).invoke(main, arguments)


def release(
    town: Town, *ids: str, by: str = "分管司法负责人", document: str = "清办〔2024〕3号", reason: str = REASON
) -> Result:
    return yishu(town, "release", *ids, "--by", by, "--document", document, "--reason", reason)


def withdraw(town: Town, *ids: str) -> Result:
    """The mayor takes the release back."""
    said = ("--by", "镇长", "--document", "清办〔2024〕5号", "--reason", "复核登记，人数写错")
    return yishu(town, "release", *ids, "--withdraw", *said)


def found(town: Town, *arguments: str) -> list[dict[str, object]]:
    """Every finding as JSON tells it."""
    answer = yishu(town, "findings", "--as", "json", *arguments)
    assert 0 == answer.exit_code, answer.stderr
    return [finding for item in json.loads(answer.stdout)["items"] for finding in item["findings"]]


def error_of(town: Town) -> str:
    return str(found(town, "--level", "error")[0]["id"])


def people(town: Town) -> list[int]:
    """How many people the visits in force say."""
    with open_warehouse(town.settings.warehouse) as warehouse:
        return [row["people"] for row in warehouse.ask("select people from record.town_visit order by visit_no", {})]


@pytest.fixture
def late(town: Town) -> Town:
    """The town with a visit of too many people, which truly were so many; a sound file stood before."""
    town.declare("sources/offices/town.yml", OFFICE + "released_by: [分管司法负责人, 镇长]\n")
    town.declare("expectations/suites/town_visit.yml", LATE)
    town.declare("templates/messages/rule.yml", WORDS)
    town.visits(("V1", "2024-03-05", 2))
    town.night()
    town.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 12))
    town.night()
    return town


def test_a_released_error_lets_the_very_same_file_be_accepted(late: Town) -> None:
    """Nobody touched the file: the next night accepts it, says so, and has nothing to do in the night after."""
    before = people(late)
    answer = release(late, error_of(late)[:8])
    collected, again = late.night(), late.night()

    assert (0, [2], [2, 12]) == (answer.exit_code, before, people(late))
    assert answer.stdout.startswith(f"已记下对信访办《来访登记簿》错误 {error_of(late)[:8]} 的书面放行：“{REASON}”")
    assert collected.all_accepted
    assert (0, 1, "采纳，放行 1 处") == (
        collected.lines[0].errors,
        collected.lines[0].released,
        state_words(collected.lines[0]),
    )
    assert again.nothing_new


def test_what_is_released_stays_in_sight_with_who_when_and_by_which_document(late: Town) -> None:
    """In the list, as JSON, in the sums of who errs how often, and in the brief; on no 退回单."""
    release(late, error_of(late))
    late.night()

    (finding,) = found(late, "--state", "released")
    granted = finding["release"]
    assert isinstance(granted, dict)
    assert ("released", True, "分管司法负责人", "清办〔2024〕3号", REASON, None) == (
        finding["state"],
        *(granted[name] for name in ("holds", "by", "document", "reason", "withdrawn")),
    )
    lines = [line.strip() for line in yishu(late, "findings").stdout.splitlines()]
    assert any(line.startswith(f"放行：“{REASON}”（分管司法负责人，清办〔2024〕3号，") for line in lines)
    assert [] == [line for line in lines if line.startswith("处理办法")]
    assert "另有经书面放行的错误 1 条。" == lines[-1]
    spots = json.loads(yishu(late, "findings", "--summary", "--as", "json").stdout)["hot_spots"]
    assert [("rule.too_many_received", 1, 0, 1)] == [
        tuple(spot[name] for name in ("code", "times", "waiting", "released")) for spot in spots
    ]
    brief = office_brief(late.settings, late.configuration, office="town", year=2024)
    assert "经书面放行的错误1条（分管司法负责人，清办〔2024〕3号）" in brief
    with open_register(late.settings.register_url) as register:
        assert () == bundles(late.settings, register, late.configuration, office=None, department=None)


def test_another_value_is_an_error_again_and_the_old_one_stays_released(late: Town) -> None:
    """Fifteen people are not the twelve that were released; with twelve again, in another row, nobody need be asked."""
    release(late, error_of(late))
    late.night()
    stood = people(late)
    late.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 15))
    changed, there = late.states(late.night())["town_visit"], found(late)[0]
    late.visits(("V0", "2024-03-04", 1), ("V1", "2024-03-05", 2), ("V2", "2024-04-01", 12))
    back = late.states(late.night())["town_visit"]

    assert ([2, 12], ("returned", True), None) == (stood, changed, there["release"])
    assert there["state"] in ("open", "returned")
    assert (("accepted", False), "released", [1, 2, 12]) == (back, found(late)[0]["state"], people(late))


def test_a_withdrawn_release_takes_the_file_out_of_force(late: Town) -> None:
    """What stood before stands again, the error blocks, both decisions are kept; released anew, it is accepted."""
    identity = error_of(late)
    release(late, identity)
    late.night()
    withdrawn = withdraw(late, identity)
    back = late.night()
    (finding,) = found(late, "--level", "error")
    lines = yishu(late, "findings", "--level", "error").stdout
    after, log = people(late), yishu(late, "release").stdout
    quiet = late.night()
    again = release(late, identity, document="清办〔2024〕6号")
    accepted = late.night()

    assert (0, ("returned", True), [2]) == (withdrawn.exit_code, late.states(back)["town_visit"], after)
    assert "已撤回对信访办《来访登记簿》错误" in withdrawn.stdout
    assert "returned" == finding["state"]
    assert "撤回：“复核登记，人数写错”（镇长，清办〔2024〕5号，" in lines
    assert "由镇长撤回（清办〔2024〕5号）" in log
    assert quiet.nothing_new
    assert 0 == again.exit_code, again.stderr
    assert (True, [2, 12]) == (accepted.all_accepted, people(late))
    assert 2 == len([line for line in yishu(late, "release").stdout.splitlines() if identity[:8] in line])


def test_every_file_that_rested_on_a_withdrawn_release_is_out_of_force(late: Town) -> None:
    """The released one and a later one with the same value: what stands again is the sound file before both."""
    identity = error_of(late)
    release(late, identity)
    late.night()
    late.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 12), ("V3", "2024-04-02", 3))
    late.night()
    before = people(late)
    withdraw(late, identity)

    assert ("returned", True) == late.states(late.night())["town_visit"]
    assert ([2, 12, 3], [2]) == (before, people(late))


def test_a_release_given_and_taken_back_between_two_nights_changes_nothing(late: Town) -> None:
    """The file stays returned."""
    identity = error_of(late)
    release(late, identity)
    withdraw(late, identity)

    assert ("returned", True) == late.states(late.night())["town_visit"]


def test_other_errors_of_the_file_still_block(late: Town) -> None:
    """A release is for one error; the rest has to be mended."""
    late.visits(("V1", "2024-03-05", "若干"), ("V2", "2024-04-01", 12))
    late.night()
    (late_one,) = [each["id"] for each in found(late, "--level", "error") if each["code"] == "rule.too_many_received"]
    release(late, str(late_one))

    assert ("returned", True) == late.states(late.night())["town_visit"]
    assert [2] == people(late)


def test_a_return_of_other_errors_says_what_in_it_is_released(late: Town, tmp_path: Path) -> None:
    """The list names title and document; the released cell is neither on it nor marked, and the file comes back."""
    late.visits(("V1", "2024-03-05", "若干"), ("V2", "2024-04-01", 12))
    late.night()
    (fact,) = [each["id"] for each in found(late, "--level", "error") if each["code"] == "rule.too_many_received"]
    release(late, str(fact))
    answer = yishu(late, "return", "--out", str(tmp_path / "退回"))
    (path,) = (tmp_path / "退回").rglob("*.xlsx")
    book = openpyxl.load_workbook(path)
    said = [str(cell.value) for row in book["问题清单"].iter_rows() for cell in row if cell.value is not None]
    marked = [cell.coordinate for row in book["Sheet"].iter_rows() for cell in row if cell.comment]
    book["Sheet"]["C2"] = 3
    book.save(late.settings.inbox / "town/2024/信访办/退回单.xlsx")

    assert (1, ["C2"]) == (answer.exit_code, marked)
    assert [
        "已放行：另有 1 处错误确属事实，已经领导书面放行（分管司法负责人，清办〔2024〕3号），照实保留，不需改正。"
    ] == [text for text in said if "放行" in text]
    assert late.night().all_accepted
    assert [3, 12] == people(late)


def test_two_errors_may_share_one_document(late: Town) -> None:
    """Both are released by one command, each bound to its own value."""
    late.visits(("V1", "2024-03-05", 7), ("V2", "2024-04-01", 12))
    late.night()
    ids = [str(each["id"]) for each in found(late, "--level", "error")]

    answer = release(late, *ids)

    assert (2, 2) == (len(ids), len(answer.stdout.splitlines()))
    assert late.night().all_accepted


@pytest.fixture
def agreed(town: Town) -> Town:
    """The town with a rule over both ledgers that may be released, and files of both that keep it, in force."""
    town.declare("sources/offices/town.yml", OFFICE + "released_by: [镇长]\n")
    releasable = AGREE.replace("level: error\n", "level: error\nreleasable: true\n")
    town.declare("expectations/across/lecture_without_visit.sql", releasable)
    town.declare("templates/messages/across.yml", AGREE_WORDS)
    town.visits(("A1", "2024-03-05", 2))
    town.lectures(("A1", "2024-05-06"))
    town.night()
    return town


def test_a_shared_error_is_released_for_both_sides(agreed: Town) -> None:
    """Both files that were turned away are accepted; taken back, both are returned and what stood before stands."""
    agreed.visits(("B1", "2024-03-05", 2))
    agreed.lectures(("B2", "2024-05-06"))
    agreed.night()
    identity = error_of(agreed)
    answer = release(agreed, identity, by="镇长")
    accepted = agreed.night()
    quiet = agreed.night()
    withdraw(agreed, identity)
    back = agreed.night()

    assert (0, True, True) == (answer.exit_code, accepted.all_accepted, quiet.nothing_new)
    assert [1, 1] == [line.released for line in accepted.lines]
    assert {"town_visit": ("returned", True), "town_lecture": ("returned", True)} == agreed.states(back)
    assert agreed.night().nothing_new


def test_what_stood_before_a_release_stands_when_it_is_withdrawn(agreed: Town) -> None:
    """The visits were in force already; only the lectures rest on the release, and only they are returned."""
    agreed.lectures(("A1", "2024-05-06"), ("B2", "2024-05-07"))
    agreed.night()
    identity = error_of(agreed)
    release(agreed, identity, by="镇长")
    accepted = agreed.night()
    with open_register(agreed.settings.register_url) as register:
        in_force = [item.submission.id for item in register.in_force()]
        rested = [register.newest_verdict(each).released for each in in_force]  # type: ignore[union-attr]
        stands_behind = [tuple(each.id for each in releases) for releases in behind(register, in_force).values()]
    withdraw(agreed, identity)
    back = agreed.night()

    assert accepted.all_accepted
    assert [(), (1,)] == rested
    assert [(1,)] == stands_behind
    assert {"town_visit": ("unchanged", False), "town_lecture": ("returned", True)} == agreed.states(back)


def test_a_shared_finding_is_listed_for_each_ledger_that_has_a_part_in_it(agreed: Town) -> None:
    """Asked for the visits, the finding kept at the lectures is shown, and whose the other side is."""
    agreed.lectures(("A1", "2024-05-06"), ("B2", "2024-05-07"))
    agreed.night()

    for asked in (("--ledger", "town_visit"), ("--department", "desk"), ("--department", "desk", "--year", "2024")):
        (finding,) = found(agreed, *asked)
        assert ("school", "town_lecture", [("desk", "town_visit", "A2")]) == (
            finding["department"],
            finding["ledger"],
            [(side["department"], side["ledger"], side["cell"]) for side in finding["also"]],  # type: ignore[attr-defined]
        )
    assert (
        "        另一方：信访办《来访登记簿》2024年度 来访登记簿.xlsx Sheet!A2\n"
        in yishu(agreed, "findings", "--ledger", "town_visit").stdout
    )
    assert [] == found(agreed, "--department", "desk", "--ledger", "town_lecture")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"by": "张三"}, "“张三”不是“清河镇”登记的放行职务。可以放行的有：分管司法负责人、镇长。"),
        ({"document": "口头"}, "“口头”不是书面文件的文号"),
        ({"document": "20240305"}, "“20240305”不是书面文件的文号"),
        ({"reason": "领导同意，特殊情况"}, "“领导同意，特殊情况”没有写明事实与理由"),
        ({"reason": "情况属实，准予放行"}, "没有写明事实与理由"),
        ({"reason": "来访人电话13812345678，已补办登记"}, "不写手机号、身份证号"),
    ],
)
def test_a_release_without_title_document_or_reason_is_refused(late: Town, said: dict[str, str], message: str) -> None:
    """In Chinese, with what is wanted; nothing is put on record."""
    answer = release(late, error_of(late), **said)

    assert 2 == answer.exit_code
    assert message in answer.stderr
    assert "还没有书面放行过。\n" == yishu(late, "release").stdout


def test_what_cannot_be_released_is_said(late: Town) -> None:
    """How something was written, what is released or gone already, what there is not; and an office without titles."""
    late.visits(("V1", "2024-03-05", "若干"), ("V2", "2024-04-01", 12))
    late.night()
    by_code = {str(each["code"]): str(each["id"]) for each in found(late, "--level", "error")}
    of_fact = by_code.pop("rule.too_many_received")
    (written,) = by_code.values()
    answers = [
        release(late, written),
        release(late, "ffffffff"),
        release(late, of_fact),
        release(late, of_fact),
        release(late, of_fact, written, document="清办〔2024〕4号"),
        withdraw(late, written),
        yishu(late, "release", of_fact, "--by", "镇长"),
        yishu(late, "release", "--by", "镇长"),
    ]
    late.declare("sources/offices/town.yml", OFFICE)
    late.visits(("V1", "2024-03-05", 1), ("V2", "2024-04-01", 13))
    late.night()
    answers += [release(late, error_of(late)), release(late, written)]

    assert [2, 2, 0, 2, 2, 2, 2, 2, 2, 2] == [answer.exit_code for answer in answers]
    messages = (
        "说的是台账怎么写，不是事情本身怎么办的，不能放行",
        "没有编号为“ffffffff”的问题",
        "",
        "已由分管司法负责人书面放行（清办〔2024〕3号",
        "已由分管司法负责人书面放行",
        "没有生效的放行，不需要撤回",
        "还须写明 --document、--reason（职务、文号、事实与理由缺一不可）",
        "请写明对哪一个问题放行或者撤回",
        "“清河镇”没有登记谁可以书面放行。请在单位卡 sources/offices/town.yml",
        "已经消除，不需要放行",
    )
    for answer, message in zip(answers, messages, strict=True):
        assert message in answer.stderr
    assert 1 == yishu(late, "release").stdout.count(of_fact[:8])


def test_the_log_says_how_each_release_stands(late: Town) -> None:
    """In force, then about another value, then about what was mended."""
    release(late, error_of(late))
    late.night()
    standings = []
    for number in (12, 13, 3):
        late.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", number))
        late.night()
        (line,) = yishu(late, "release").stdout.splitlines()[1:]
        standings.append(line.split()[8])

    assert ["生效", "原值已改动，不再生效", "问题已消除"] == standings


def test_the_way_out_is_told_only_where_there_is_one(late: Town) -> None:
    """The department reads whom to ask where the error is a fact, and nothing of it where it can only be mended."""
    fact = Finding(code="rule.too_many_received", level=Level.ERROR, slot=SLOT, column="people")
    written = Finding(code="key.twice", level=Level.ERROR, slot=SLOT, column="visit_no")
    elsewhere = Finding(code="rule.too_many_received", level=Level.ERROR, slot=SLOT, column="visit_no")

    told = [way_out(late.configuration, each) for each in (fact, written, elsewhere)]
    late.declare("sources/offices/town.yml", OFFICE)
    told.append(way_out(late.configuration, fact))

    assert [
        "核对无误、确属事实的，请报分管司法负责人或者镇长书面放行，由数据专员登记文号和理由。",
        "",
        "",
        "核对无误、确属事实的，请与数据专员联系（本单位尚未登记可以书面放行的领导职务）。",
    ] == told
    assert str(found(late, "--level", "error")[0]["fix"]).endswith(told[-1])


@pytest.mark.parametrize(("level", "told"), [("question", "is for errors, and this is a question"), ("note", "a note")])
def test_only_rules_at_level_error_may_be_releasable(late: Town, level: str, told: str) -> None:
    """check-config refuses it on questions and notes, with file and line."""
    path = late.declare(
        "expectations/suites/town_visit.yml",
        LATE.replace("level: error\n    releasable", f"level: {level}\n    releasable"),
    )

    (mistake,) = [line for line in check(late.configuration) if "releasable" in line]

    assert mistake.startswith(f"{path}:")
    assert told in mistake


def test_a_name_with_a_number_is_no_office_title(town: Town) -> None:
    """Titles are words; what looks like anything else is refused with the file."""
    town.declare("sources/offices/town.yml", OFFICE + "released_by: ['13812345678']\n")

    assert any("released_by" in mistake for mistake in check(town.configuration))


def test_rules_say_which_may_be_released() -> None:
    """On the page of a rule and in its JSON."""
    page = CliRunner().invoke(main, ["rules", "rule.answered_late"]).stdout
    listed = json.loads(CliRunner().invoke(main, ["rules", "--as", "json"]).stdout)

    assert "放行：确属事实的，可由单位登记的领导书面放行" in page
    assert {
        "across.officer_certificate_invalid",
        "rule.answered_late",
        "rule.decided_late",
        "rule.second_officer_missing",
        "rule.summary_fine_too_high",
        "rule.summary_punishment_kind",
        "rule.surcharge_too_high",
        "rule.visit_open_overdue",
        "rule.visit_overdue",
    } == {rule["code"] for rule in listed if rule["releasable"]}
    assert {"error"} == {rule["level"] for rule in listed if rule["releasable"]}
