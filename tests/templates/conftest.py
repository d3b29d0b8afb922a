"""Figures and answers drawn in a line each."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from templates.figures import Answer, Declaration, Figure, Gap, Query
from templates.language import Letterhead
from templates.report import Document, ReportCard, Template, Words, render

LETTERHEAD = Letterhead(
    names={"full": "青禾镇", "short": "青禾镇", "self": "我镇"},
    region={"leading": "镇党委、镇政府"},
    units={},
    measure_words={"起": "宗"},
    book_title_separator="",
    scope_words={"calendar_year": "全年", "since_inception": "自机制建立以来", "as_of_date": "截至{date}"},
)


def answered(name: str, value: Any, *, gap: bool = False, **declared: Any) -> Answer:
    """An answer without a warehouse behind it."""
    said = {"name": f"指标{name}", "department": "d", "ledgers": ("l",), "counts_by": "一条计一", **declared}
    figure = Figure(name, Declaration(**said), "", Path(f"{name}.sql"), "")
    gaps = (Gap("d", "l", "missing"),) if gap else ()
    return Answer(figure=figure, query=Query("", {}), value=value, gaps=gaps)


@pytest.fixture
def write(tmp_path: Path):
    """Render one section text with the given answers, for 2024."""

    def say(text: str, *answers: Answer, phrases: dict[str, Words] | None = None) -> Document:
        known = {name: name for name in phrases or {}} | {"unwritten": "没有写的表述"}
        card = ReportCard(name="报告", sections=("body",), required=(), phrases=known)
        template = Template(tmp_path, card, {"body": text}, {2024: phrases or {}}, {})
        found = {answer.figure.id: answer for answer in answers}
        return render(template, year=2024, cut=date(2024, 12, 31), answers=found, letterhead=LETTERHEAD)

    return say
