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
    import pandas as pd

    frames = []
    for submission in submissions:
        slot, rows = submission.slot, readings[submission.id].frame
        if rows.empty:
            continue
        texts = {"_submission": submission.id, "_office": slot.office, "_department": slot.department}
        front = pd.DataFrame(texts, index=rows.index, dtype="str").assign(_period=slot.period)
        front["_as_of"] = pd.Series(_as_of(submission, readings[submission.id]), rows.index, dtype="datetime64[us]")
        frames.append(pd.concat([front, rows], axis="columns"))
    return pd.concat(frames, ignore_index=True)


def _as_of(submission: Submission, reading: Reading) -> date:
    received_on = submission.received_at.date()
    signed_on = reading.facts.get("reported_on")
    return min(date.fromisoformat(signed_on), received_on) if signed_on else received_on


def together(by_reader: Sequence[Finding], by_rules: Sequence[Finding]) -> tuple[Finding, ...]:
    """All findings; what a rule says of a cell that could not even be read is left out, being its consequence."""
    unread = {(finding.sheet, finding.cell) for finding in by_reader if finding.level is Level.ERROR and finding.cell}
    return (*by_reader, *(finding for finding in by_rules if (finding.sheet, finding.cell) not in unread))
