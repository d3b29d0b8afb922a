"""A rule whose finding stands in last year's file, while it is this year's that is turned away."""

from __future__ import annotations

from tests.flows.town import Town
from warehouse.model import Finding
from warehouse.register import Register, open_register

TWICE = """/*---
code: across.visit_registered_twice
level: error
why: 上年已经登记的来访，本年不再登记
owner: 信访办
ledgers: [town_visit]
examples:
  passes: [{rows: {town_visit: [{visit_no: A1}]}, last_year: {town_visit: [{visit_no: B1}]}}]
  fails: [{rows: {town_visit: [{visit_no: A1}]}, last_year: {town_visit: [{visit_no: A1}]}}]
---*/
select
    earlier._submission as submission,
    earlier._sheet as sheet,
    earlier._at['visit_no'] || earlier._row as cell,
    earlier.visit_no as key,
    'visit_no' as "column",
    [{'submission': present._submission, 'sheet': present._sheet, 'cell': present._at['visit_no'] || present._row}]
        as also
from record.town_visit as earlier
inner join record.town_visit as present
    using (visit_no)
where earlier._office = $office
  and earlier._period = $year - 1
  and present._office = $office
  and present._period = $year
"""
WORDS = """
across.visit_registered_twice:
  says: 来访{key}（{here}）已经登记（{other}）。
  why: 上年已经登记的来访，本年不再登记。
  fix: 请核对。
"""


def _declare(town: Town) -> None:
    town.declare("expectations/across/visit_registered_twice.sql", TWICE)
    town.declare("templates/messages/across.yml", WORDS)
    town.visits(("A1", "2023-03-05", 2), year=2023)
    town.lectures(("A1", "2024-05-06"))


def _shared(register: Register) -> list[Finding]:
    """What is open between files; the lecturers' missing file of 2023 is another matter."""
    return [kept.finding for kept in register.findings() if kept.finding.code.startswith("across.")]


def _open(town: Town) -> list[tuple[str | None, list[str | None]]]:
    with open_register(town.settings.register_url) as register:
        return [(finding.cell, [side.cell for side in finding.also]) for finding in _shared(register)]


def _returned_unnamed(register: Register) -> list[str]:
    """The submissions that are turned away though no open finding names them."""
    named = {identity for kept in register.findings() for identity in kept.finding.submissions}
    return [
        submission.id
        for submission, verdict in register.submissions()
        if verdict is not None and verdict.state == "returned" and submission.id not in named
    ]


def test_what_is_turned_away_is_named_though_the_finding_stands_in_last_years_file(town: Town) -> None:
    """The file of 2024 has an open finding at the cell of 2023, and its department is given both."""
    _declare(town)
    town.visits(("A1", "2024-03-05", 2))

    town.night()

    assert [("A2", ["A2"])] == _open(town)
    with open_register(town.settings.register_url) as register:
        assert ["returned"] == [
            str(verdict.state)
            for submission, verdict in register.submissions()
            if verdict is not None and (submission.slot.ledger, submission.slot.period) == ("town_visit", 2024)
        ]
        assert [] == _returned_unnamed(register)


def test_a_finding_in_last_years_file_is_gone_once_this_years_is_mended(town: Town) -> None:
    """It outlives a night that looks at 2023 alone, and is fixed by the file of 2024 that does not repeat it."""
    _declare(town)
    town.visits(("A1", "2024-03-05", 2))
    town.night()
    town.visits(("A1", "2023-03-05", 2), ("A2", "2023-03-06", 2), year=2023)
    town.night()
    assert [("A2", ["A2"])] == _open(town)
    town.visits(("B1", "2024-03-05", 2))

    town.night()

    assert [] == _open(town)


def test_a_finding_in_last_years_file_stands_on_the_return_of_this_years_too(town: Town) -> None:
    """Both files have it: the one where it stands, and the newest, which can still be mended."""
    from flows.on_demand.returning_bundles import places

    _declare(town)
    town.visits(("A1", "2024-03-05", 2))
    town.night()

    with open_register(town.settings.register_url) as register:
        (finding,) = _shared(register)
    assert [2023, 2024] == [place.slot.period for place in places(finding)]
