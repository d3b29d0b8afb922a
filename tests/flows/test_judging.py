from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from expectations.suite import Suite, load_suite
from flows.nights import judging
from flows.nights.judging import judge, judge_at_hand
from warehouse.declarations import YishuError
from warehouse.model import Block, Slot, Submission

pytestmark = pytest.mark.slow
SUITE = """
ledger: town_visit
owner: 数据专员
rules:
  - code: rule.too_few_people
    level: error
    why: 一次来访至少一人。
    expectation: expect_column_values_to_be_between
    arguments: {column: people, min_value: 1}
    examples: {passes: [{people: 3}], fails: [{people: 0}]}
"""
HANDED_IN = Submission(
    slot=Slot("town", "desk", "town_visit", 2024),
    sha256="0" * 64,
    file_name="来访.xlsx",
    size=1,
    received_at=pd.Timestamp("2024-12-31", tz="UTC").to_pydatetime(),
)
BLOCK = Block(0, "Sheet", {"people": "C"}, (), (1,), (2, 3), (), ())


def suite(folder: Path, text: str = SUITE) -> Suite:
    path = folder / "town_visit.yml"
    path.write_text(text, encoding="utf-8")
    return load_suite(path)


def cells(rules: Suite, people: Sequence[object]) -> list[tuple[str, str | None]]:
    """The findings about these numbers of people, from whoever judges."""
    frame = pd.DataFrame(
        {
            "_submission": pd.array([HANDED_IN.id] * len(people), dtype="str"),
            "people": pd.array(people),
            "_sheet": "Sheet",
            "_block": 0,
            "_row": range(2, 2 + len(people)),
        }
    )
    judged = judge(
        frame, rules, blocks={(HANDED_IN.id, 0): BLOCK}, submissions={HANDED_IN.id: HANDED_IN}, personal=frozenset()
    )
    return [(finding.code, finding.cell) for finding in judged.findings]


def test_the_process_at_hand_judges_as_this_one_does(tmp_path: Path) -> None:
    """Findings are the same wherever they are made, and the other process is gone afterwards."""
    rules = suite(tmp_path)
    with judge_at_hand():
        bench = judging._at_hand.get()
        there = cells(rules, [2, 0])
    here = cells(rules, [2, 0])

    assert [("rule.too_few_people", "C3")] == there == here
    assert bench is not None
    assert bench._process.poll() is not None


def test_a_rule_that_cannot_run_there_is_an_error_here(tmp_path: Path) -> None:
    """What the other process meets is raised where it was asked, and it goes on judging."""
    rules = suite(tmp_path)
    with judge_at_hand():
        with pytest.raises(YishuError, match=r"rule.too_few_people"):
            cells(rules, ["two", "none"])

        assert [("rule.too_few_people", "C3")] == cells(rules, [2, 0])


def test_a_fault_there_is_told_without_the_values_that_it_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the class of the error, its words and the names of columns travel back."""
    cases, answers = [(pd.DataFrame({"people": [2]}),)], []

    class Line:
        def recv(self) -> tuple[pd.DataFrame]:
            if not cases:
                raise EOFError
            return cases.pop()

        def send(self, answer: object) -> None:
            answers.append(answer)

    def broken(*_case: object) -> None:
        raise ValueError("could not convert '张某 13800001234' in 'people'")

    monkeypatch.setattr(judging, "_judge", broken)
    judging._sit(Line())  # type: ignore[arg-type]

    assert ["ValueError: could not convert '…' in 'people'"] == [str(answer) for answer in answers]


def test_a_judge_that_is_killed_is_an_error(tmp_path: Path) -> None:
    """A process that ends by itself is told as such, not waited for."""
    with judge_at_hand():
        bench = judging._at_hand.get()
        assert bench is not None
        bench._process.kill()

        with pytest.raises(YishuError, match=r"ended by itself \(exit -9\)"):
            cells(suite(tmp_path), [2, 0])
