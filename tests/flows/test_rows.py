from datetime import UTC, datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest

from flows.nights.rows import joined
from warehouse.model import Slot, Submission


def as_of(facts):
    submission = Submission(
        slot=Slot("town", "desk", "town_visit", 2024),
        sha256="a" * 64,
        file_name="来访.xlsx",
        size=1,
        received_at=datetime(2025, 1, 7, tzinfo=UTC),
    )
    reading = SimpleNamespace(rows=pa.table({"visit_no": ["1", "2"]}), facts=facts)
    return {str(day.date()) for day in joined([submission], {submission.id: reading})["_as_of"]}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"reported_on": "2024-12-31"}, "2024-12-31"),
        ({}, "2025-01-07"),
        # Nobody signs tomorrow: a later day is a slip of the pen.
        ({"reported_on": "2025-12-31"}, "2025-01-07"),
    ],
)
def test_rows_tell_up_to_the_day_they_were_signed_or_came(facts, expected):
    """Every row carries the day that stands for today when it is judged."""
    assert {expected} == as_of(facts)
