from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from flows.nights.night import rebuild
from sources.confined.guard import Guard, Job
from tests.flows.town import VISIT, Town


def test_a_changed_card_reads_all_files_of_its_ledger_together(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many files wait to be read anew, those of one ledger go behind the guard at once, others not at all."""
    town.night()
    town.visits(("V1", "2024-03-05", 2), ("V2", "2024-04-01", 3))
    town.night()
    read_all, seen = Guard.read_all, []

    def watched(guard: Guard, jobs: Iterable[Job], **more: Any) -> Any:
        together = list(jobs)
        seen.append(len(together))
        return read_all(guard, together, **more)

    monkeypatch.setattr(Guard, "read_all", watched)
    town.declare("sources/ledgers/town_visit.yml", VISIT.replace("name: 人数,", "name: 人数, headings: [来访人数],"))
    publication = rebuild(town.settings, town.configuration)

    assert [2] == seen
    assert 5 == publication.rows
