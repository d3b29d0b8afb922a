import re
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.docs import Judged, build_data_docs, inside_only
from tests.expectations.drawing import frame, suite, suites
from warehouse.declarations import YishuError

AT = datetime(2025, 1, 7, 2, tzinfo=UTC)


def test_data_docs_show_values_but_no_personal_ones_and_call_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages for every ledger; the values of personal columns are absent; nothing is fetched, by us or by a browser."""

    def refuse(*_: Any) -> None:
        raise AssertionError("Data Docs reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    rows = [{"case_no": "秘密甲", "fine_yuan": "-17"}, {"case_no": "秘密甲"}]
    judged = [Judged(frame(rows), suites()["penalty_case"], frozenset({"case_no"})), Judged(
        frame([{"visit_no": "V1"}, {"visit_no": "V1"}], "visit"), suites()["visit"]
    )]  # fmt: skip

    first = build_data_docs(tmp_path / "docs", judged, at=AT)

    pages = {path: path.read_text(encoding="utf-8") for path in first.parent.rglob("*.html")}
    assert first in pages
    assert {"penalty_case", "visit"} == {path.stem for path in pages if "validations" in path.parts}
    everything = "".join(pages.values())
    assert "-17" in everything
    assert "V1" in everything
    assert "秘密" not in everything
    assert [] == re.findall(r"(?:https?:)?//[a-z][a-z0-9.-]*\.(?:com|io|net|org)\b[^\"' ]*", everything)


OURS = """
rules:
  - code: rule.one
    level: error
    why: tried
    expectation: expect_values_to_follow_grammar
    arguments: {column: offence, grammar: identity_card_no}
  - code: rule.two
    level: error
    why: tried
    expectation: expect_texts_without_personal_numbers
    arguments: {column_list: [remark]}
  - code: rule.three
    level: error
    why: tried
    expectation: expect_values_to_state_one
    arguments: {column: remark}
  - code: rule.four
    level: error
    why: tried
    expectation: expect_column_values_to_be_in_set
    arguments: {column: remark, value_set: [无]}
  - code: rule.five
    level: error
    why: tried
    expectation: expect_dates_in_order
    arguments: {column_list: [filed_on, decided_on]}
"""


def test_data_docs_show_no_personal_number_in_any_column(tmp_path: Path) -> None:
    """A telephone or an identity card in a text that is not personal is hidden, by types of ours and the library's."""
    row = {"remark": "审核合同4份，电话13800001234", "offence": "1.20101E+17", "filed_on": "2024-01-02"}
    rows = [{**row, "decided_on": "2024-01-01"}, {**row, "offence": "990101196706228830"}]

    first = build_data_docs(tmp_path / "docs", [Judged(frame(rows), suite(OURS))], at=AT)

    everything = "".join(path.read_text(encoding="utf-8") for path in first.parent.rglob("*.html"))
    assert "审核合同4份，电话" in everything
    assert [] == [secret for secret in ("13800001234", "1.20101E+17", "990101196706228830") if secret in everything]


def test_data_docs_replace_an_older_site_and_nothing_else(tmp_path: Path) -> None:
    """A folder with other things in it is not emptied."""
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(YishuError, match="name a new or an empty folder"):
        build_data_docs(tmp_path, [], at=AT)

    assert "years of work" == (tmp_path / "thesis.txt").read_text(encoding="utf-8")


def test_a_page_keeps_its_own_parts_only() -> None:
    """Scripts, styles, pictures and links from elsewhere go; what lies beside the page stays."""
    page = (
        '<head><script src="https://a.example/x.js"></script><link rel="stylesheet" href="//b.example/y.css">'
        '<link href="static/own.css"></head><img src="http://c.example/z.png"/><a href="https://d.example">words</a>'
        "<style>p{background:url('https://e.example/f.png')}</style><script>own()</script>"
    )

    kept = inside_only(page)

    assert ".example" not in kept
    assert '<link href="static/own.css">' in kept
    assert "<a >words</a>" in kept
    assert "<script>own()</script>" in kept
