"""The words of the nightly run, read from words.yml, and the morning brief, rendered from brief.txt.j2."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from warehouse.declarations import load

FOLDER = Path(__file__).parent


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FindingWords(_Said):
    """What is said around findings: heads, states, sums; `table` heads the columns of the file for Excel and WPS."""

    where: str
    says: str
    why: str
    fix: str
    state: str
    explanation: str
    states: Mapping[str, str]
    since: str
    mended_in: str
    each: str
    id: str
    ids: str
    record: str
    times: str
    explained: str
    release: str
    withdrawal: str
    released: str
    other_side: str
    this_table: str
    may_be_sound: str
    may_all_be_sound: str
    nobody: str
    ledger: str
    folder: str
    total: str
    total_explained: str
    total_released: str
    total_fixed: str
    total_only_fixed: str
    total_in_state: str
    chosen: str
    total_of_one: str
    table: Mapping[str, str]
    hot_spots: Mapping[str, str]


class ReleaseWords(_Said):
    """What is said of written releases: to the department, to who registers one or may not, and in their log."""

    way_out: str
    way_out_nobody: str
    granted: str
    withdrawn: str
    refused: Mapping[str, str]
    lacking: str
    unnamed: str
    nobody: str
    not_listed: str
    none: str
    behind: str
    heads: Mapping[str, str]
    standings: Mapping[str, str]


class RunWords(_Said):
    """Column heads and states of the table of runs."""

    id: str
    started: str
    seconds: str
    offices: str
    received: str
    unchanged: str
    accepted: str
    returned: str
    findings: str
    warehouse: str
    state: str
    none: str
    no_steps: str
    states: Mapping[str, str]


class Words(_Said):
    """Everything that the run and its tables say."""

    progress: Mapping[str, str]
    states: Mapping[str, str]
    held: str
    with_released: str
    summary: str
    columns: Mapping[str, str]
    endings: Mapping[str, str]
    unsaid: str
    mend_words: str
    findings: FindingWords
    runs: RunWords
    figures: Mapping[str, str]
    trace: Mapping[str, str]
    checks: Mapping[str, str]
    forms: Mapping[str, str]
    reading: Mapping[str, str]
    drafts: Mapping[str, str]
    rules: Mapping[str, str]
    preview: Mapping[str, str]
    release: ReleaseWords
    misuse: Mapping[str, str]


@cache
def words() -> Words:
    """All of them."""
    return load(Words, FOLDER / "words.yml")


def brief(facts: Mapping[str, Any]) -> str:
    """The morning brief of one office and year as plain text."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    return environment.from_string((FOLDER / "brief.txt.j2").read_text(encoding="utf-8")).render(facts)
