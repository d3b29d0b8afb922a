"""Nasty files of our own making, each with the answer that a person would give: one YAML file a case."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from flows.on_demand.inspecting import as_json
from sources.confined.guard import Guard, Limits
from sources.unknown.looking import look
from tests.corpus.drawing import file_of
from tests.sources.paper import SECRET, card, codes, reading, submission

HERE = Path(__file__).parent
CASES = {path.relative_to(HERE).with_suffix("").as_posix(): path for path in sorted(HERE.glob("*/*.yml"))}


def case_of(name):
    return yaml.safe_load(CASES[name].read_text(encoding="utf-8"))


def columns_of(text):
    """`A 序号 | C 罚款金额/万元` as the JSON says it."""
    found = []
    for part in text.split(" | "):
        letter, _, name = part.strip().partition(" ")
        name, _, unit = name.partition("/")
        found.append({"letter": letter, "name": name, "unit": unit or None})
    return found


def rows_of(text):
    """`3-6` or, with a gap, `3-6 (2)`: first, last, how many."""
    span, _, count = str(text).partition(" (")
    first, _, last = span.partition("-")
    first, last = int(first), int(last or first)
    return first, last, int(count.rstrip(")")) if count else last - first + 1


def table_of(answer):
    """One table as the JSON says it; what the answer leaves out is not there."""
    first, last, count = rows_of(answer["data"]) if "data" in answer else (None, None, 0)
    return {
        "title_rows": answer.get("title_rows", []),
        "header_rows": answer.get("header_rows", []),
        "columns": columns_of(answer["columns"]) if "columns" in answer else [],
        "first_data_row": first,
        "last_data_row": last,
        "n_data_rows": count,
        "total_rows": answer.get("total_rows", []),
        "section_rows": answer.get("section_rows", []),
        "footer_rows": answer.get("footer_rows", []),
    }


def sheet_of(answer):
    """One sheet as the JSON says it."""
    blocks = [table_of(each) for each in answer.get("blocks", [answer])]
    tables = len(blocks) if "blocks" in answer else int("columns" in answer)
    sheet = {"name": answer.get("name", "台账"), "hidden": answer.get("hidden", False), **blocks[0], "tables": tables}
    sheet["unrecognised"] = answer.get("unrecognised", [])
    return sheet | ({"blocks": blocks} if len(blocks) > 1 else {})


def said(findings, *, sheets):
    """Each finding as `code`, `code E7` or, where there are several sheets, `code 3月!E7`."""
    places = (f"{sheet}!{cell or ''}" if sheet and sheets > 1 else cell or "" for _, sheet, cell in findings)
    return sorted(f"{code} {place}".strip() for (code, _, _), place in zip(findings, places, strict=True))


def name_of(name, case):
    return case.get("name", name.rpartition("/")[2] + ".xlsx")


@pytest.mark.parametrize("name", CASES)
def test_a_nasty_file_is_seen_as_a_person_sees_it(name):
    """What `yishu read --json` says of it, whole: format, encoding, sheets, tables, findings."""
    case = case_of(name)
    answer, path = case["answer"], Path(name_of(name, case))
    seen = as_json(look(file_of(case), file=path.name, year=2024), path, rows=0)

    found = [(it["code"], it["sheet"], it["cell"]) for it in seen["findings"]]
    assert sorted(answer.get("findings", [])) == said(found, sheets=len(seen["sheets"]))
    assert [sheet_of(sheet) for sheet in answer.get("sheets", [])] == seen["sheets"]
    assert (answer["format"], answer.get("encoding")) == (seen["format"], seen["encoding"])
    assert all(it["says"] and "{" not in it["says"] for it in seen["findings"])


@pytest.mark.parametrize("name", [name for name in CASES if "carded" in case_of(name)])
def test_a_nasty_file_is_read_by_the_card(name):
    """With a ledger card: how many rows, what stands in some columns, and every finding."""
    case = case_of(name)
    expected = case["carded"]
    columns = expected.get("columns", {})
    found = reading(file_of(case), of=card(columns=columns))

    sheets = len({sheet for _, sheet, _ in codes(found) if sheet})
    assert sorted(expected.get("findings", [])) == said(codes(found), sheets=sheets)
    assert expected["rows"] == len(found.frame)
    for column, values in expected.get("values", {}).items():
        assert values == [_plain(value) for value in found.frame[column]], column


def _plain(value):
    if isinstance(value, list):
        return value
    if value is None or str(value) in ("nan", "NaT", "<NA>"):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.date().isoformat() if hasattr(value, "date") else value


def test_every_hostile_file_is_survived_by_the_process_that_reads():
    """Within the limits of one guard each file is rows or a finding; nothing dies of it, nothing hangs."""
    with Guard(Limits(seconds=20, memory_mib=1024)) as guard:
        for name in [name for name in CASES if name.startswith("hostile/")]:
            case = case_of(name)
            content = file_of(case)
            found = guard.read(content, submission=submission(content), card=card(), sheets=(), secret=SECRET)
            expected = [it.split(" ")[0] for it in case["answer"].get("findings", [])]

            assert not expected or expected == [finding.code for finding in found.findings], name
            assert bool(expected) or len(found.frame) or found.findings, name


@pytest.mark.parametrize("name", ["hostile/far_cell", "hostile/zip_bomb", "hostile/xxe"])
def test_a_hostile_file_is_survived_by_the_process_that_looks(name):
    """`yishu read` says of it what the answer says."""
    case = case_of(name)
    with Guard(Limits(seconds=20), children=1) as guard:
        seen = guard.look(file_of(case), file="a.xlsx", year=2024)

    assert [it.split(" ")[0] for it in case["answer"]["findings"]] == [finding.code for finding in seen.findings]


# What a program or a hurried hand does to a table, each with a seeded file.
DETECTORS = (
    "cell.approximate", "cell.became_date", "cell.date_as_number", "cell.digits_lost", "cell.error_value",
    "cell.formula_without_value", "cell.garbled", "cell.identity_wrong", "cell.leading_zeros_lost",
    "cell.mixed_measures", "cell.mixed_units", "cell.spaces_in_key", "cell.unrecognised", "column.hidden",
    "column.text_numbers", "column.twice", "row.hidden", "row.shifted", "row.struck", "row.void", "sheet.cut_off",
    "sheet.hidden", "total.differs", "total.range_short",
)  # fmt: skip


@pytest.mark.parametrize("code", DETECTORS)
def test_every_detector_has_a_seeded_file(code):
    """Each is found without a card and with one; the tests above prove that nothing is missed and nothing invented."""
    seeded = [case_of(name) for name in CASES if name.startswith("damage/")]
    without = [case for case in seeded if any(it.split(" ")[0] == code for it in case["answer"].get("findings", []))]
    carded = [
        case for case in seeded if any(it.split(" ")[0] == code for it in case.get("carded", {}).get("findings", []))
    ]

    assert without
    assert carded


def test_the_corpus_is_large():
    """At least sixty nasty files, of every kind."""
    kinds = {name.partition("/")[0] for name in CASES}

    assert {"formats", "layouts", "typing", "damage", "hostile"} == kinds
    assert len(CASES) >= 60
