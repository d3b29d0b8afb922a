"""The published report to the letter, and every branch of its sentences: one file a case in tests/cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest

from flows.on_demand.report import write_report
from flows.settings import Settings
from tests.nights import configured

HERE = Path(__file__).parents[1]
CASES = sorted((HERE / "cases").glob("*.txt"))


def written(settings: Settings, out: Path, *, office: str = "xigu", year: int = 2024) -> str:
    write_report(settings, configured(settings), office=office, year=year, as_of=None, out=out)
    return (out / "report.txt").read_text(encoding="utf-8")


def test_the_report_of_2024_is_the_published_one_to_the_letter(sample_night: Settings, tmp_path: Path) -> None:
    """report.txt equals the golden text byte for byte."""
    written(sample_night, tmp_path)

    assert (HERE / "golden" / "xigu-2024.txt").read_bytes() == (tmp_path / "report.txt").read_bytes()


def test_a_second_office_needs_declarations_only(second_office_night: Settings, tmp_path: Path) -> None:
    """The town's report, made of YAML, SQL, Jinja and spreadsheets, has its own sections, words and figures."""
    said = written(second_office_night, tmp_path, office="qinghe", year=2025)

    assert (HERE / "golden" / "qinghe-2025.txt").read_text(encoding="utf-8") == said


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_branch_of_a_sentence_reads_correctly(case: Path, sample_copy: Settings, tmp_path: Path) -> None:
    """Change the data as the case says, and the report holds each line that the case expects."""
    _, _, rest = case.read_text(encoding="utf-8").partition("--- changes\n")
    changes, _, says = rest.partition("--- says\n")
    with duckdb.connect(str(sample_copy.warehouse / "warehouse.duckdb")) as connection:
        connection.execute(changes)

    said = written(sample_copy, tmp_path / "out")

    assert [] == [line for line in says.strip().splitlines() if line not in said]
    assert [] == re.findall(r"[，、；：][，、；。]|。[，、；。]|[，、；]$", said, flags=re.MULTILINE)


def test_no_digit_stands_in_the_text_without_a_figure(sample_night: Settings, tmp_path: Path) -> None:
    """Every digit lies in the span of a figure, of the report's year, or of a phrase that declares its digits."""
    said = written(sample_night, tmp_path)
    spans = json.loads((tmp_path / "report.trace.json").read_text(encoding="utf-8"))["spans"]

    sourced = [span for span in spans if span["kind"] not in ("claim", "narrative")]
    alone = [
        said[max(0, found.start() - 6) : found.end() + 6]
        for found in re.finditer(r"\d+", said)
        if not any(span["start"] <= found.start() and found.end() <= span["end"] for span in sourced)
    ]
    assert [] == alone


def test_every_required_figure_has_its_place_and_its_cells(sample_night: Settings, tmp_path: Path) -> None:
    """The twenty figures of the report stand in the trace with value, query and origins at their place in the text."""
    said = written(sample_night, tmp_path)
    spans = json.loads((tmp_path / "report.trace.json").read_text(encoding="utf-8"))["spans"]
    required = configured(sample_night).reports["xigu"].card.required

    numbers = {span["figure"]: span for span in spans if span["kind"] == "number"}
    assert 20 == len(required)
    assert set(required) <= set(numbers)
    for name in required:
        span = numbers[name]
        assert said[span["start"] : span["end"]] == span["text"]
        assert span["query"].startswith(("select", "with"))
        assert all(re.fullmatch(r"[A-Z]{1,3}\d+", origin["cell"]) for origin in span["origins"])
        assert all(re.fullmatch(r"[0-9a-f]{12}", origin["submission"]) for origin in span["origins"])
        assert span["origins"]


def test_a_gap_is_printed_and_explained(sample_night: Settings, tmp_path: Path) -> None:
    """Of a year without any ledger every figure is 【待核】, and the draft says which ledger is missing."""
    said = written(sample_night, tmp_path, year=2025)

    assert (
        "办理一般案件【待核：一般（普通程序）案件办理数】，【待核：一般案件均已办结】，罚款【待核：一般案件罚款金额】；"
        in said
    )
    assert "综合行政执法大队《行政处罚案件台账》尚未收到可以采用的报送：一般（普通程序）案件办理数、" in said
    assert "【待补：中央会议精神的表述】" in said
