"""The report on demand: what a changed cell changes, and the way back from a number to its cells."""

from __future__ import annotations

import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from flows.on_demand.report import figure_table, trace_figure, write_report
from flows.settings import Settings
from sources.cards import load_offices
from tests.nights import SAMPLES, collect, configured, settings_for
from warehouse.declarations import YishuError


def sentences(settings: Settings, out: Path) -> list[str]:
    write_report(settings, configured(settings), office="xigu", year=2024, as_of=None, out=out)
    return re.split(r"(?<=[。；])", (out / "report.txt").read_text(encoding="utf-8"))


def workbook(inbox: Path, words: str) -> Path:
    return next(path for path in inbox.rglob("*.xlsx") if words in path.name)


@pytest.mark.slow
def test_a_changed_cell_changes_exactly_the_sentences_that_depend_on_it(sample_copy: Settings, tmp_path: Path) -> None:
    """One officer finished training on the due day: of the whole report only that sentence reads otherwise."""
    before = sentences(sample_copy, tmp_path / "before")
    inbox = tmp_path / "inbox"
    shutil.copytree(SAMPLES, inbox, ignore=shutil.ignore_patterns("*.py", "2024-*"))
    path = workbook(inbox, "执法人员")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    origin = trace_figure(
        sample_copy, configured(sample_copy), office="xigu", year=2024, figure="training_all_early", as_of=None
    )["origins"][0]
    done = sheet[origin["cell"]]
    heads = [cell for row in sheet.iter_rows(max_row=3) for cell in row if cell.value]
    due = next(cell.column for cell in heads if "培训截止" in re.sub(r"\s", "", str(cell.value)))
    done.value = sheet.cell(row=done.row, column=due).value
    book.save(path)

    changed = settings_for(sample_copy.data, inbox=inbox)
    collect(changed, office="xigu")
    after = sentences(changed, tmp_path / "after")

    assert len(before) == len(after)
    ((old, new),) = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert old.replace("均提前完成", "均按时完成") == new


def test_a_figure_leads_back_to_cells_that_anybody_can_open(sample_night: Settings) -> None:
    """Fifteen cells that add up to the fines, each with the text that stands at its address in the received file."""
    traced = trace_figure(
        sample_night, configured(sample_night), office="xigu", year=2024, figure="ordinary_case_fine_yuan", as_of=None
    )

    assert len(traced["origins"]) == 15
    assert sum(Decimal(origin["value"]) for origin in traced["origins"]) == 21000
    assert {"1500元", "２，０００", "2,000"} <= {origin["said"] for origin in traced["origins"]}


def test_personal_data_is_not_quoted_from_the_received_file(sample_night: Settings) -> None:
    """A figure over a column of personal data shows neither the name nor what it was keyed to as text."""
    settings, configuration = sample_night, configured(sample_night)
    figure = configuration.figures["tasks_broken_down"]
    template = figure.template.replace("origins('task_no')", "origins('responsible_person')")
    changed = type(figure)(figure.id, figure.declaration, template, figure.path, figure.shared)
    configuration.__dict__["figures"] = {**configuration.figures, figure.id: changed}

    traced = trace_figure(settings, configuration, office="xigu", year=2024, figure=figure.id, as_of=None)

    assert {"（个人信息，不予显示）"} == {origin["said"] for origin in traced["origins"]}


def test_an_unknown_figure_is_answered_with_the_nearest_one(sample_night: Settings) -> None:
    """The error names what was probably meant and the command that lists them all."""
    with pytest.raises(YishuError, match=r"Did you mean 'ordinary_case_count'\? `yishu figures 2024`"):
        trace_figure(
            sample_night, configured(sample_night), office="xigu", year=2024, figure="ordinary_case_cout", as_of=None
        )


def test_a_cut_off_date_leaves_later_events_out(sample_night: Settings, tmp_path: Path) -> None:
    """As of the end of June there are fewer lectures, and a case closed in July is still open."""
    write_report(
        sample_night, configured(sample_night), office="xigu", year=2024, as_of=date(2024, 6, 30), out=tmp_path
    )
    half = (tmp_path / "report.txt").read_text(encoding="utf-8")

    (lectures,) = re.findall(r"法治专题讲座(\d+)场", half)
    assert 0 < int(lectures) < 133
    assert re.search(r"办理一般案件\d+起，已办结\d+起、正在办理\d+起", half)
    assert "截至2024年6月30日接待来访居民" in half
    assert half.endswith("【草稿】数据截至2024年6月30日，不是全年数据。\n")


def test_a_cut_off_date_before_the_year_is_refused(sample_night: Settings, tmp_path: Path) -> None:
    """A report of 2024 as of 2023 is a slip of the pen, not a report."""
    with pytest.raises(YishuError, match="lies before 2024"):
        write_report(
            sample_night, configured(sample_night), office="xigu", year=2024, as_of=date(2023, 6, 1), out=tmp_path
        )


@pytest.mark.slow
def test_a_returned_ledger_is_told_where_an_earlier_one_stands_in(sample_copy: Settings, tmp_path: Path) -> None:
    """The text stays, and the writer is told which ledgers' latest files were returned."""
    collect(sample_copy, office="xigu", inbox=SAMPLES / "2024-with-problems")

    files = write_report(
        sample_copy, configured(sample_copy), office="xigu", year=2024, as_of=None, out=tmp_path / "out"
    )

    assert files.lacking == ()
    assert {"行政处罚案件台账", "来访接待登记台账"} <= set(files.outdated)


def test_the_table_of_figures_says_how_each_stands(sample_night: Settings) -> None:
    """Every figure of the sample is whole, has a unit where it is a number, and names its department in Chinese."""
    rows = {
        row.id: row
        for row in figure_table(sample_night, configured(sample_night), office="xigu", year=2024, as_of=None)
    }

    fine = rows["ordinary_case_fine_yuan"]
    assert ("21000", "元", "综合行政执法大队", "完整", 15) == (
        fine.value,
        fine.unit,
        fine.department,
        fine.state,
        fine.rows,
    )
    assert {"完整"} == {row.state for row in rows.values()}


def test_two_offices_share_figures_and_not_departments(second_office_night: Settings) -> None:
    """The town answers shared figures through its own department and measure word; others are not listed."""
    rows = {
        row.id: row
        for row in figure_table(
            second_office_night, configured(second_office_night), office="qinghe", year=2025, as_of=None
        )
    }

    assert ("3", "宗", "综合行政执法队") == (
        rows["ordinary_case_count"].value,
        rows["ordinary_case_count"].unit,
        rows["ordinary_case_count"].department,
    )
    assert "visit_reception_case_times" not in rows
    assert {"xigu", "qinghe"} == set(load_offices([root / "sources" / "offices" for root in second_office_night.roots]))
