import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from sources.cards import load_ledgers, load_offices
from sources.samples import draw
from sources.samples.invent import after, workdays

ROOT = Path(__file__).parents[2]
CUT = date(2024, 12, 31)
CARDS = load_ledgers([ROOT / "sources" / "ledgers"])
OFFICE = load_offices([ROOT / "sources" / "offices"])["xigu"]


def records(ledger):
    return next(it.records for it in draw.ledgers() if it.id == ledger)


def ranked(rows, column, day):
    """Laws by how many rows name them, then by the first day."""
    counts, first = Counter(), {}
    for row in sorted(rows, key=lambda row: row[day]):
        for law in row[column].split("、"):
            counts[law] += 1
            first.setdefault(law, row[day])
    return sorted(counts, key=lambda law: (-counts[law], first[law]))


def in_year(rows, column):
    return [row for row in rows if row[column] and row[column].year == 2024]


def test_the_committed_files_are_as_drawn():
    """Drawing again gives every file byte for byte, no other file lies there, and the list of troubles is true."""
    assert [] == list(draw.differences())


def test_a_changed_or_foreign_file_is_noticed(tmp_path):
    """The check tells a changed, a missing and a foreign file."""
    draw.write(tmp_path)
    changed, missing, *_ = sorted((tmp_path / "xigu").rglob("*.xlsx"))
    changed.write_bytes(changed.read_bytes() + b"x")
    missing.unlink()
    (tmp_path / "xigu" / "2024" / "新建.txt").write_bytes(b"")

    said = sorted(line.split(": ")[0] for line in draw.differences(tmp_path))

    assert ["differs", "missing", "not drawn"] == said


def test_the_library_that_draws_old_workbooks_is_for_development_only():
    """A product installation does not bring xlwt, which only the samples need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert not [name for name in project["dependencies"] if name.startswith("xlwt")]
    assert "xlwt" in project["optional-dependencies"]["dev"]


def test_every_ledger_that_the_office_owes_is_drawn():
    """The sample shows each ledger of the office card, and each ledger card of the house."""
    owed = {owed.ledger for _, owed in OFFICE.owed()}

    assert owed == {ledger.id for ledger in draw.ledgers()}
    assert owed == set(CARDS)


def test_the_columns_drawn_are_columns_of_the_card():
    """No record holds a value that its card does not know."""
    strange = {
        (ledger.id, name) for ledger in draw.ledgers() for row in ledger.records for name in row
        if name not in CARDS[ledger.id].columns
    }  # fmt: skip

    assert set() == strange


def test_the_older_version_says_less_and_was_signed_earlier():
    """Of the two files of one ledger the final one has more rows and the later day below."""
    final, older = next(it.books for it in draw.ledgers() if it.id == "penalty_case")

    assert len(final.sheets[0].rows) > len(older.sheets[0].rows)
    assert ["填报日期：2025年1月6日", "填报日期：2024年10月8日"] == [
        book.sheets[0].footer[-1] for book in (final, older)
    ]


def certified():
    return [
        row for row in records("enforcement_officer")
        if row["cert_status"] == "有效" and row["on_duty"] == "在岗" and row["issued_on"] <= CUT <= row["valid_until"]
    ]  # fmt: skip


def test_sixteen_officers_are_certified_and_all_finished_early():
    """Training and examination of all sixteen lie before the last day; others stand there too and do not count."""
    officers = certified()

    assert 16 == len({row["cert_no"] for row in officers})
    assert len(records("enforcement_officer")) > 16
    assert all(row["training_done_on"] < row["training_due_on"] > row["exam_on"] for row in officers)
    assert {"通过"} == {row["exam_result"] for row in officers}


def ordinary():
    return [row for row in in_year(records("penalty_case"), "decided_on") if row["procedure"] == "普通程序"]


def test_fifteen_ordinary_cases_are_closed_and_their_fines_add_up_to_21000():
    """The published fifteen cases; the case of 2023 is marked and does not count."""
    cases = ordinary()

    assert 15 == len({row["case_no"] for row in cases})
    assert 21000 == sum(row["fine_yuan"] or 0 for row in cases)
    assert all(row["closed_on"] <= CUT and row["status"] == "结案" for row in cases)
    carried = [row for row in records("penalty_case") if row["decided_on"] and row["decided_on"].year == 2023]
    assert ["上年结转"] == [row["remark"] for row in carried]


def test_every_case_keeps_the_terms_of_the_law():
    """Ninety days to decide, seven working days to serve, fifteen days to pay, every date after the one before."""
    for row in records("penalty_case"):
        if row["decided_on"] is None:
            continue
        order = ("offended_on", "filed_on", "informed_on", "decided_on", "served_on", "paid_on", "closed_on")
        days = [row[name] for name in order if row[name]]
        assert sorted(days) == days, row["case_no"]
        assert row["decided_on"] - row["filed_on"] <= timedelta(days=90)
        assert row["served_on"] <= after(row["decided_on"], 7)
        assert row["paid_on"] is None or row["paid_on"] - row["served_on"] <= timedelta(days=15)
        assert ("罚款" in row["punishment"]) == bool(row["fine_yuan"])
        assert f"〔{row['decided_on'].year}〕" in row["decision_no"]


def test_twenty_eight_fire_penalties_are_26_warnings_and_two_fines_of_citizens():
    """300 yuan in two fines within the limit for citizens; a warning with a fine counts as a fine."""
    rows = records("fire_penalty")
    fined = [row for row in rows if "罚款" in row["punishment"]]

    assert (28, 26) == (len(rows), sum(row["punishment"] == "警告" for row in rows))
    assert [(100, "公民"), (200, "公民")] == [(row["fine_yuan"], row["party_type"]) for row in fined]
    assert {"inspection_no": 28} == {"inspection_no": len({row["inspection_no"] for row in rows})}
    assert {row["inspection_no"] for row in rows} <= {row["inspection_no"] for row in records("fire_inspection")}


def test_nobody_enforces_without_a_valid_certificate():
    """Every number in the penalty ledgers is one of the sixteen, and two different officers act."""
    valid = {row["cert_no"]: row for row in certified()}
    acted = [
        *((row, row["decided_on"] or row["filed_on"]) for row in records("penalty_case")),
        *((row, row["penalised_on"]) for row in records("fire_penalty")),
    ]
    for row, day in acted:
        assert row["officer_cert_1"] != row["officer_cert_2"]
        for number in (row["officer_cert_1"], row["officer_cert_2"]):
            assert valid[number]["issued_on"] <= day <= valid[number]["valid_until"]


def test_133_lectures_and_rather_more_than_3000_people_and_120_consultations():
    """The rounded figures of the report need 3001 to 3099 people and 121 to 129 consultations."""
    rows = in_year(records("publicity_activity"), "held_on")

    assert 133 == sum(row["form"] == "法治专题讲座" for row in rows)
    assert 3001 <= sum(row["participants"] for row in rows) <= 3099
    assert 121 <= sum(row["consultations"] for row in rows) <= 129
    assert 3 <= min(row["participants"] for row in rows)
    assert set(range(1, 13)) == {row["held_on"].month for row in rows}
    assert ["中华人民共和国安全生产法", "天津市法治宣传教育条例"] == ranked(rows, "laws", "held_on")[:2]


def test_the_advisers_served_as_published():
    """5, 3, 13, 8 and 1 services with 14 opinions; their lecture also stands among the lectures."""
    rows = in_year(records("adviser_service"), "served_on")
    counts = Counter(row["category"] for row in rows)
    (lecture,) = [row for row in rows if row["category"] == "社区普法讲座"]

    assert (5, 3) == (counts["重大决策研究"], counts["行政复议"] + counts["行政应诉"])
    assert (13, 8) == (counts["合同协议审核"], counts["业主大会咨询"])
    assert 14 == sum(row["opinions"] for row in rows)
    assert {("法治专题讲座", lecture["served_on"], lecture["community"])} <= {
        (row["form"], row["held_on"], row["community"]) for row in records("publicity_activity")
    }
    (contract,) = records("adviser_contract")
    assert ("天津文诺律师事务所", date(2024, 1, 1), CUT) == (
        contract["firm"],
        contract["starts_on"],
        contract["ends_on"],
    )


@pytest.mark.parametrize(("mechanism", "cases"), [("三所联动", 87), ("三室联建", 228)])
def test_the_mechanisms_mediated_as_published_since_they_began(mechanism, cases):
    """Cases from before 2024 count, those from before the mechanism began do not."""
    rows = [row for row in records("mediation_case") if row["mechanism"] == mechanism]
    since = [row for row in rows if OFFICE.mechanisms[mechanism] <= row["accepted_on"] <= CUT]

    assert cases == len({row["case_no"] for row in since})
    assert len(rows) > cases
    assert sum(row["accepted_on"].year < 2024 for row in since) > cases / 3


def test_every_mediation_keeps_its_terms():
    """Thirty days at most; a success states its agreement, whose day is not before the acceptance."""
    for row in records("mediation_case"):
        if row["closed_on"]:
            assert row["accepted_on"] <= row["mediated_on"] <= row["closed_on"] <= CUT
            assert row["closed_on"] - row["accepted_on"] <= timedelta(days=30)
        assert (row["result"] == "调解成功") == bool(row["agreement_form"] and row["agreed_on"])


def test_64_visits_are_all_resolved():
    """Others who called or wrote stand beside them and do not count."""
    rows = in_year(records("visit"), "visited_on")
    came = [row for row in rows if row["mode"] == "来访"]

    assert 64 == len(came) < len(rows)
    assert {row["outcome"] for row in came} <= {"已解决", "已化解", "已答复并息诉"}
    assert all(row["closed_on"] <= CUT for row in came)
    assert all(row["closed_on"] - row["visited_on"] <= timedelta(days=60) for row in rows if row["closed_on"])
    assert all(row["informed_on"] - row["visited_on"] <= timedelta(days=15) for row in rows)


def test_106_legal_services():
    """One row a service."""
    assert 106 == len(in_year(records("legal_service"), "served_on"))


def test_the_laws_studied_come_in_the_published_order():
    """List A from the study group, list B from the discussions of the leaders."""
    rows = records("law_study")
    group = [row for row in rows if row["form"] == "理论学习中心组"]
    leaders = [row for row in rows if (row["form"], row["subject"]) == ("专题研讨", "班子")]

    assert ["中华人民共和国行政复议法", "中华人民共和国反有组织犯罪法", "天津市法治宣传教育条例"] == (
        ranked(group, "laws", "studied_on")[:3]
    )
    assert ["中华人民共和国宪法", "中华人民共和国民法典", "中华人民共和国反有组织犯罪法", "信访工作条例"] == (
        ranked(leaders, "laws", "studied_on")[:4]
    )
    assert {"网上学法考试": "天津市学法用法平台", "旁听庭审（网上）": "中国庭审公开网"} == {
        row["form"]: row["platform"] for row in rows if row["platform"]
    }


def test_every_task_has_somebody_and_is_followed_up_each_quarter():
    """Department, person and due day in every row; a record of progress in each quarter."""
    rows = records("key_task")
    quarters = {(row["task_no"], (row["updated_on"].month + 2) // 3) for row in rows}

    assert all(row["responsible_department"] and row["responsible_person"] and row["due_on"] for row in rows)
    assert {(row["task_no"], quarter) for row in rows for quarter in (1, 2, 3, 4)} == quarters


def test_the_documents_and_the_event_of_the_report_are_there():
    """Each named document issued in time, the named event held, agreements with three associations."""
    issued = {row["kind"]: row["title"] for row in records("document") if row["issued_on"] <= CUT}
    held = {row["name"]: row for row in records("business_activity") if row["status"] == "已举办"}
    parties = {party for row in held.values() for party in (row["agreement_party"] or "").split("、") if party}

    assert "西沽街道普法工作要点" == issued["普法工作要点"]
    assert (
        "西沽街道关于落实<天津市法治政府建设实施纲要（2021-2025年）红桥区主要任务分工方案>的分工方案"
        == issued["任务分工方案"]
    )
    assert {"理论学习中心组学法计划", "全年普法计划", "西沽街重大行政决策程序相关规定"} <= set(issued.values())
    assert {"全员营商工作方案", "西沽招商指南"} <= set(issued.values())
    assert "招商引资对接会" == held["聚力赋能 共赢未来"]["kind"]
    assert 3 == len({party for party in parties if party.endswith("行业协会")})


def test_a_leader_was_there_on_every_working_day():
    """The official calendar with its shifted days, each day once."""
    rows = records("reception_duty")

    assert list(workdays(date(2024, 1, 1), CUT)) == [row["duty_on"] for row in rows]
    assert {"是"} == {row["present"] for row in rows}


def test_keys_are_unique():
    """No ledger of the clean sample says a business key twice."""
    for ledger in draw.ledgers():
        keys = Counter(tuple(row[name] for name in CARDS[ledger.id].key) for row in ledger.records)
        assert [] == [key for key, times in keys.items() if times > 1], ledger.id


def test_nobody_in_the_sample_could_be_real():
    """Identity numbers are of a region that does not exist, telephone numbers of a series nobody has."""
    for ledger in draw.ledgers():
        for row in ledger.records:
            for name in ("id_number", "visitor_number"):
                assert str(row.get(name) or "99").startswith("99")
            for name in ("phone", "party_phone", "client_phone"):
                assert str(row.get(name) or "1380000").startswith("1380000")
