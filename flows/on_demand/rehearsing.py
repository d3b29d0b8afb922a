"""Rules tried on their own examples: what they let pass, what they find, and whether their words can be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flows.nights.judging import judge
from flows.nights.rows import joined
from flows.settings import REPOSITORY
from warehouse.declarations import YishuError
from warehouse.model import Block, Slot, Submission

if TYPE_CHECKING:
    from expectations.suite import Rule, Suite
    from flows.configuration import Configuration
    from sources.cards import LedgerCard
    from warehouse.model import Finding

YEAR = 2024
_AROUND = {"_sheet": "台账", "_block": 0, "_hidden": False, "_year": None, "_carried_over": False}


def rehearse(configuration: Configuration, *, everything: bool) -> list[str]:
    """Each rule that does not do what its examples say; those of the shipped declarations only on request."""
    mistakes: list[str] = []
    for suite in configuration.suites.values():
        if everything or not suite.path.is_relative_to(REPOSITORY):
            mistakes += _of_suite(configuration, suite)
    return mistakes + _of_comparisons(configuration, everything=everything)


def _of_comparisons(configuration: Configuration, *, everything: bool) -> list[str]:
    from expectations.trying import require_kept
    from flows.configured_comparisons import comparison_scope

    asked = [rule for rule in configuration.comparisons if everything or not rule.path.is_relative_to(REPOSITORY)]
    try:
        require_kept(asked, comparison_scope(configuration)) if asked else None
    except YishuError as error:
        return str(error).splitlines()
    return []


def _of_suite(configuration: Configuration, suite: Suite) -> Iterator[str]:
    card = configuration.ledgers[suite.ledger]
    for index, rule in enumerate(suite.rules):
        place = suite.title(index)
        try:
            if passed := _found(suite, rule, card, rule.examples.passes):
                yield f"{place}: examples.passes: it finds {len(passed)} there; mend the rule or the example"
            if not (failed := _found(suite, rule, card, rule.examples.fails)):
                yield f"{place}: examples.fails: it finds nothing there; mend the rule or the example"
            _say(configuration, failed)
        except (YishuError, ValueError, TypeError, ArithmeticError) as error:
            yield f"{place}: {' '.join(str(error).split())}"


def _say(configuration: Configuration, findings: Iterable[Finding]) -> None:
    """Nothing, if the words of the findings have no hole; else a DeclarationError."""
    from templates.messages.catalogue import say

    for finding in findings:
        say(finding, {}, configuration.messages)


def _found(suite: Suite, rule: Rule, card: LedgerCard, rows: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """What the rule alone says of these rows."""
    from expectations.suite import Suite

    only = Suite(suite.path, suite.file.model_copy(update={"rules": (rule,)}))
    submission = Submission(
        slot=Slot("office", "department", card.id, YEAR),
        sha256="0" * 64,
        file_name="examples",
        size=0,
        received_at=datetime(YEAR + 1, 1, 7, tzinfo=UTC),
    )
    letters = {name: f"A{chr(65 + at // 26)}{chr(65 + at % 26)}" for at, name in enumerate(card.kept)}
    block = Block(0, "台账", letters, (), (1,), tuple(range(2, 2 + len(rows))), (), ())
    frame = _frame(submission, card, rows)
    personal = frozenset(name for name, column in card.columns.items() if column.personal != "keep")
    blocks, submissions = {(submission.id, 0): block}, {submission.id: submission}
    return judge(frame, only, blocks=blocks, submissions=submissions, personal=personal).findings


def _frame(submission: Submission, card: LedgerCard, rows: Sequence[Mapping[str, Any]]) -> Any:
    """The rows as a night joins them; what a row does not say is missing."""
    import pandas as pd
    import pyarrow as pa

    from sources.reading.frames import Reading, schema

    wanted = schema(card)
    columns = []
    for field in wanted:
        default = _AROUND.get(field.name)
        values = [row.get(field.name, at + 2 if field.name == "_row" else default) for at, row in enumerate(rows)]
        columns.append(pa.array([_typed(value, field.type) for value in values], type=field.type))
    reading = Reading(pa.table(columns, schema=wanted), (), (), {"reported_on": f"{YEAR + 1}-01-06"})
    frame = joined([submission], {submission.id: reading})
    if any("_as_of" in row for row in rows):
        days = [row.get("_as_of", date(YEAR + 1, 1, 6)) for row in rows]
        frame["_as_of"] = pd.Series(pd.to_datetime(days), dtype="datetime64[us]")
    return frame


def _typed(value: Any, kind: Any) -> Any:
    """A value of an example as its column holds it."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(str(value))
    if pa.types.is_date(kind) and isinstance(value, str):
        return date.fromisoformat(value)
    return str(value) if pa.types.is_string(kind) else value
