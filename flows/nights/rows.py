"""The rows of many submissions in one frame, and the findings of reader and rules in one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from warehouse.model import Finding, Level, Submission

if TYPE_CHECKING:
    from pandas import DataFrame

    from sources.reading.frames import Reading


def joined(submissions: Sequence[Submission], readings: Mapping[str, Reading]) -> DataFrame:
    """All rows of the submissions in one frame; `_submission`, `_office`, `_department`, `_period`, `_as_of` in front.

    `_as_of` is the day up to which the rows can tell: the day they were signed on, else the day they came.
    """
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from sources.reading.frames import to_pandas

    with_rows = [submission for submission in submissions if readings[submission.id].rows.num_rows]
    tables = [readings[submission.id].rows for submission in with_rows]
    counts = [table.num_rows for table in tables]
    fronts = {
        "_submission": [submission.id for submission in with_rows],
        "_office": [submission.slot.office for submission in with_rows],
        "_department": [submission.slot.department for submission in with_rows],
    }
    frame = to_pandas(pa.concat_tables(tables))
    for place, (name, values) in enumerate(fronts.items()):
        frame.insert(place, name, pd.Series(np.repeat(values, counts), dtype="str"))
    frame.insert(len(fronts), "_period", np.repeat([submission.slot.period for submission in with_rows], counts))
    days = [_as_of(submission, readings[submission.id]) for submission in with_rows]
    frame.insert(len(fronts) + 1, "_as_of", np.repeat(np.array(days, dtype="datetime64[us]"), counts))
    return frame


def _as_of(submission: Submission, reading: Reading) -> date:
    received_on = submission.received_at.date()
    signed_on = reading.facts.get("reported_on")
    return min(date.fromisoformat(signed_on), received_on) if signed_on else received_on


def together(by_reader: Sequence[Finding], by_rules: Sequence[Finding]) -> tuple[Finding, ...]:
    """All findings; what a rule says of a cell that could not even be read is left out, being its consequence."""
    unread = {(finding.sheet, finding.cell) for finding in by_reader if finding.level is Level.ERROR and finding.cell}
    return (*by_reader, *(finding for finding in by_rules if (finding.sheet, finding.cell) not in unread))
