"""The nights of a town through a closed year, and beside what it published."""

from __future__ import annotations

import pytest

from flows.configured_comparisons import comparison_mistakes, published_mistakes
from flows.screens.brief import told
from flows.settings import REPOSITORY
from tests.flows.town import OFFICE, Town
from warehouse.register import open_register

SHIPPED = REPOSITORY / "expectations"
FIGURE = """/*---
name: 来访人数
unit: 人
department: desk
ledgers: [town_visit]
counts_by: 一行的人数
---*/
select
    coalesce(sum(people), 0) as value,
    list({'submission': _submission, 'sheet': _sheet, 'cell': _at['people'] || _row, 'value': people}
        order by _row) as origins
from record.town_visit
where _office = $office
  and _period = $year
"""
PUBLISHED = """
office: town
year: 2023
documents:
  - title: 2023年报告
    published_on: 2024-02-01
    figures:
      visitors: {value: 100, unit: 人}
"""


@pytest.fixture
def keeping(town: Town) -> Town:
    """The town with the shipped rules about rows that were accepted, and about changes between years."""
    for room, name in (
        ("across", "_shared"),
        ("trends", "_replaced"),
        ("trends", "row_removed"),
        ("trends", "frozen_row_removed"),
        ("trends", "frozen_row_changed"),
        ("trends", "changed_much"),
    ):
        town.declare(f"expectations/{room}/{name}.sql", (SHIPPED / room / f"{name}.sql").read_text("utf-8"))
    town.declare("templates/figures/visitors.sql", FIGURE)
    return town


def found(town: Town) -> list[tuple[str, str | None, str]]:
    with open_register(town.settings.register_url) as register:
        return [(it.finding.code, it.finding.cell, it.state) for it in register.findings()]


def said(town: Town) -> list[str]:
    with open_register(town.settings.register_url) as register:
        return sorted(told(it.finding, town.configuration)["says"] for it in register.findings())


def test_a_closed_year_takes_no_change(keeping: Town) -> None:
    """Long after 2024 an accepted row cannot be changed or taken out any more; the accepted file stays in force."""
    keeping.night()
    keeping.visits(("V1", "2024-03-05", 3), ("V3", "2024-04-01", 1))

    collected = keeping.night()

    assert ("returned", True) == keeping.states(collected)["town_visit"]
    assert [
        ("trend.frozen_row_changed", "C2", "new"),
        ("trend.frozen_row_removed", "A1", "new"),
    ] == sorted(found(keeping))


def test_no_message_names_one_file_twice(keeping: Town) -> None:
    """Of what stood before in a file of the same name only the cell is said; where that is the same one, so it says."""
    keeping.night()
    path = keeping.visits(("V0", "2024-02-01", 1), ("V1", "2024-03-05", 3), ("V3", "2024-04-01", 1))
    keeping.night()
    moved = said(keeping)
    path.unlink()
    keeping.visits(("V1", "2024-03-05", 3), ("V3", "2024-04-01", 1), name="来访（改）.xlsx")
    keeping.night()

    same, other = ("信访办《来访登记簿》“来访登记簿.xlsx”", "信访办《来访登记簿》“来访（改）.xlsx”")
    closed = "本年度数据已经冻结，"
    gone = f"{closed}新报送的台账中没有“V2”（{{}}工作表“Sheet”A1），上次采纳的台账中有（{{}}工作表“Sheet”A3）。"
    changed = f"{closed}“V1”的“人数”由“2”改成了“3”（{{}}工作表“Sheet”{{}}，原在{{}}）。"
    assert [changed.format(same, "C3", "工作表“Sheet”C2"), gone.format(same, "")] == moved
    assert [
        changed.format(other, "C2", "“来访登记簿.xlsx”工作表“Sheet”C2"),
        gone.format(other, "“来访登记簿.xlsx”"),
    ] == said(keeping)


def test_rows_may_be_added_to_a_closed_year(keeping: Town) -> None:
    """What was accepted is still there, so nothing is said."""
    keeping.night()
    keeping.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 1), ("V3", "2024-05-01", 1))

    assert keeping.night().all_accepted
    assert [] == found(keeping)


def test_an_open_year_asks_about_rows_that_are_gone_until_that_is_explained(keeping: Town) -> None:
    """A year that was opened again takes changes; a row that is missing is a question, and stays one."""
    keeping.declare("sources/offices/town.yml", f"{OFFICE}reopened: {{2024: 更正}}\n")
    keeping.night()
    keeping.visits(("V1", "2024-03-05", 3))

    collected = keeping.night()

    assert ("accepted", False) == keeping.states(collected)["town_visit"]
    assert [("trend.row_removed", "A1", "new")] == found(keeping)
    keeping.lectures(("L1", "2024-05-06"), ("L2", "2024-05-07"))
    keeping.night()
    assert [("trend.row_removed", "A1", "open")] == found(keeping)


def test_last_years_published_figure_is_compared_with_the_rows(keeping: Town) -> None:
    """Three visitors after a hundred are a question at the cell that they stand on; the card is what was published."""
    keeping.declare("sources/offices/town/published/2023.yml", PUBLISHED)

    collected = keeping.night()

    assert collected.all_accepted
    assert [("trend.changed_much", "C2", "new")] == found(keeping)


def test_an_earlier_year_made_here_is_compared_too(keeping: Town) -> None:
    """Where nothing was published, the figures that last year's own rows give are the measure."""
    keeping.visits(*((f"V{at}", "2023-03-05", 10) for at in range(10)), year=2023)

    keeping.night()

    assert [("trend.changed_much", "C2", "new")] == [item for item in found(keeping) if item[0] != "file.missing"]


def test_an_office_may_set_another_limit(keeping: Town) -> None:
    """`limits` of the office card change an option of one rule."""
    keeping.declare("sources/offices/town/published/2023.yml", PUBLISHED)
    keeping.declare("sources/offices/town.yml", f"{OFFICE}limits: {{trend.changed_much: {{change_pct: 99}}}}\n")

    keeping.night()

    assert [] == found(keeping)


def test_what_cannot_be_right_in_limits_and_published_figures_is_refused(keeping: Town) -> None:
    """An unknown figure, unit, rule or option is named with the nearest right one."""
    keeping.declare("sources/offices/town/published/2023.yml", PUBLISHED.replace("visitors:", "visitor:"))
    keeping.declare("sources/offices/town.yml", f"{OFFICE}limits: {{trend.changed_much: {{change_pc: 99}}}}\n")

    declared = keeping.folder / "declared" / "sources" / "offices"
    (published,) = published_mistakes(keeping.configuration)
    place, _, said = published.partition(": ")
    assert "there is no figure 'visitor'; the nearest is 'visitors'" == said
    assert str(declared / "town/published/2023.yml") == place.rpartition(":")[0]
    limits = f"{declared / 'town.yml'}:{len(OFFICE.splitlines()) + 1}: limits name 'change_pc' of trend.changed_much"
    assert [f"{limits}; the nearest is 'change_pct'"] == [
        mistake for mistake in comparison_mistakes(keeping.configuration) if "limits" in mistake
    ]
