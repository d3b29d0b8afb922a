"""The judgement: one run over all new rows of a ledger, and every failure shown at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from expectations.columns import LIST_SEPARATOR, Prepared, prepare
from expectations.custom import CUSTOM
from expectations.engine import Result, run, warm_up
from expectations.vocabulary import vocabulary
from warehouse.declarations import YishuError
from warehouse.model import Finding, Level
from warehouse.personal import HIDDEN, KEYED, masked

if TYPE_CHECKING:
    from pandas import DataFrame

    from expectations.suite import Rule, Suite
    from warehouse.model import Block, Submission, type_of_fact

__all__ = ["ExpectationCrashedError", "Judgement", "Outcome", "judge", "warm_up"]

_UNIQUE = frozenset({"expect_compound_columns_to_be_unique", "expect_column_values_to_be_unique"})


class ExpectationCrashedError(YishuError):
    """Rules that could not run; each is listed with its file, and none of their ledger's rows is judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule did: how many rows (or values) it looked at, how many failed."""

    code: str
    level: Level
    expectation: str
    checked: int
    failed: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """All findings in the order of the rows, and one outcome per rule."""

    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]


def judge(
    frame: DataFrame,
    suite: Suite,
    *,
    blocks: Mapping[tuple[str, int], Block],
    submissions: Mapping[str, Submission],
    personal: frozenset[str] = frozenset(),
) -> Judgement:
    """What the suite says of all rows of one ledger; the values of `personal` columns are in no finding.

    ExpectationCrashedError if a rule could not run.
    """
    if frame.empty:
        return Judgement(
            (), tuple(_outcome(rule, Result(index, passed=True)) for index, rule in enumerate(suite.rules))
        )
    prepared = prepare(frame, suite)
    results = _results(prepared, suite)
    if crashed := [result for result in results if result.crash]:
        raise ExpectationCrashedError(_report(suite, crashed))
    failing = sorted({row for result in results for row in result.rows})
    cells = _Cells(failing, frame, prepared.frame, suite, blocks, submissions, personal)
    placed = [
        (row, result.rule, finding)
        for result in results
        if not result.passed
        for row, finding in _findings(cells, suite.rules[result.rule], result)
    ]
    findings = tuple(finding for _, _, finding in sorted(placed, key=lambda place: place[:2]))
    return Judgement(findings, tuple(_outcome(suite.rules[result.rule], result) for result in results))


def _results(prepared: Prepared, suite: Suite) -> tuple[Result, ...]:
    """The results of all rules; one whose helper column could not be made has crashed."""
    hindered = {
        index: next(prepared.troubles[name] for name in rule.mentioned if name in prepared.troubles)
        for index, rule in enumerate(suite.rules)
        if prepared.troubles.keys() & set(rule.mentioned)
    }
    rules = {index: rule for index, rule in enumerate(suite.rules) if index not in hindered}
    crashed = [Result(index, passed=False, crash=reason) for index, reason in hindered.items()]
    return tuple(sorted([*run(prepared.frame, rules), *crashed], key=lambda result: result.rule))


def _report(suite: Suite, crashed: Iterable[Result]) -> str:
    lines = [f"{suite.title(result.rule)} {suite.rules[result.rule].expectation}: {result.crash}" for result in crashed]
    return "\n".join(["These rules could not run; mend them, then collect again:", *lines])


def _outcome(rule: Rule, result: Result) -> Outcome:
    failed = len(result.rows) or int(not result.passed)
    return Outcome(
        code=rule.code, level=rule.level, expectation=rule.expectation, checked=result.checked, failed=failed
    )


def _findings(cells: _Cells, rule: Rule, result: Result) -> Iterator[tuple[int, Finding]]:
    """Each finding of a failed rule, with the row that it is sorted by."""
    if not vocabulary()[rule.expectation].points_at_rows:
        yield from cells.of_the_ledger(rule, result)
        return
    firsts = cells.firsts(rule, result.rows) if rule.expectation in _UNIQUE else {}
    accused = [row for row in result.rows if firsts.get(row) != row]
    facts = cells.facts(rule, accused)
    if rule.expectation in CUSTOM:
        for row, faults in zip(accused, cells.faults(rule, accused), strict=True):
            yield from ((row, cells.finding(rule, row, {**facts[row], **said}, column)) for column, said in faults)
        return
    for row in accused:
        first = cells.first_place(rule, firsts[row]) if firsts else {}
        yield row, cells.finding(rule, row, {**facts[row], **first})


@dataclass(frozen=True)
class _Cells:
    """From the position of a row back to its workbook: cell, record and values; `rows` are those that matter."""

    rows: Sequence[int]
    frame: DataFrame
    judged: DataFrame
    suite: Suite
    blocks: Mapping[tuple[str, int], Block]
    submissions: Mapping[str, Submission]
    personal: frozenset[str]

    def finding(self, rule: Rule, row: int, facts: Mapping[str, type_of_fact], column: str | None = None) -> Finding:
        """The failure of `rule` at `row`, at the cell of `column` or else of the rule's own."""
        column = column or rule.place
        submission, block = self._origin(row)
        return Finding(
            code=rule.code,
            level=rule.level,
            slot=submission.slot,
            submission=submission.id,
            file=submission.file_name,
            sheet=block.sheet,
            cell=self._address(column, row),
            key=self._keys[self._at[row]],
            column=column,
            facts=facts,
        )

    def of_the_ledger(self, rule: Rule, result: Result) -> Iterator[tuple[int, Finding]]:
        """The failure of a rule about the whole: one finding for every submission that took part, at the heading."""
        facts: dict[str, type_of_fact] = {"observed": self._shown(None, result.observed), **self._constants(rule)}
        identities = self.frame["_submission"].tolist()
        for identity in dict.fromkeys(identities):
            submission = self.submissions[identity]
            sheet, cell = self._heading(identity, rule.place)
            finding = Finding(
                code=rule.code,
                level=rule.level,
                slot=submission.slot,
                submission=submission.id,
                file=submission.file_name,
                sheet=sheet,
                cell=cell,
                column=rule.place,
                facts=facts,
            )
            yield identities.index(identity), finding

    def facts(self, rule: Rule, rows: Sequence[int]) -> Mapping[int, dict[str, type_of_fact]]:
        """What the message may say of each row: every value that the rule looked at."""
        names = dict.fromkeys((*rule.mentioned, *self.suite.sources(rule.mentioned)))
        values = {name: self._values(name, rows) for name in names if name != "_submission"}
        others = [name for name in rule.columns if name != rule.place]
        if rule.place in values:
            values["value"] = values[rule.place]
        if len(others) == 1 and others[0] in values:
            values["other_value"] = values[others[0]]
        constants = self._constants(rule)
        return {
            row: {**{name.lstrip("_"): column[at] for name, column in values.items()}, **constants}
            for at, row in enumerate(rows)
        }

    def faults(self, rule: Rule, rows: Sequence[int]) -> Iterator[list[tuple[str, dict[str, type_of_fact]]]]:
        """For each failing row of an expectation of ours what is wrong: the column, and the facts to be added."""
        looked_at = self.judged.loc[list(rows), list(rule.columns)]
        for faults in CUSTOM[rule.expectation].explain(looked_at, rule.arguments):
            yield [
                (fault.column, {name: self._shown(fault.column, value) for name, value in fault.facts.items()})
                for fault in faults
            ]

    def firsts(self, rule: Rule, rows: Sequence[int]) -> Mapping[int, int]:
        """For each row that is not unique, the first row that says the same: that one is not accused."""
        said = self.judged.loc[list(rows), list(rule.columns)].itertuples(index=False, name=None)
        seen: dict[tuple[Any, ...], int] = {}
        return {row: seen.setdefault(values, row) for row, values in zip(rows, said, strict=True)}

    def first_place(self, rule: Rule, row: int) -> dict[str, type_of_fact]:
        """Where the first of equal rows stands."""
        return {"first_sheet": self._origin(row)[1].sheet, "first_cell": self._address(rule.place, row)}

    # Lists, because looking up one row at a time in a frame takes longer than judging it.
    @cached_property
    def _at(self) -> Mapping[int, int]:
        """Where in the lists below each row stands that something is said of."""
        return {row: at for at, row in enumerate(self.rows)}

    @cached_property
    def _rows(self) -> Sequence[tuple[str, int, int]]:
        """Submission, block and Excel row of each of these rows."""
        held = self.frame[["_submission", "_block", "_row"]].iloc[list(self.rows)]
        return [
            (str(identity), int(block), int(number))
            for identity, block, number in zip(*(held[name].tolist() for name in held), strict=True)
        ]

    @cached_property
    def _keys(self) -> Sequence[str | None]:
        """The business key of each of these rows; None where a part is missing, personal or looks like it."""
        parts = [self._values(name, self.rows) for name in self.suite.key]
        return [_joined(key) for key in zip(*parts, strict=True)] if parts else [None for _ in self.rows]

    def _origin(self, row: int) -> tuple[Submission, Block]:
        identity, block, _ = self._rows[self._at[row]]
        return self.submissions[identity], self.blocks[identity, block]

    def _address(self, column: str | None, row: int) -> str:
        return self._origin(row)[1].address(column or "", self._rows[self._at[row]][2])

    def _heading(self, identity: str, column: str | None) -> tuple[str, str]:
        """The sheet and the cell of a column's heading, or of the first heading, where the submission's rows begin."""
        first = min(number for submission, number in self.blocks if submission == identity)
        block = self.blocks[identity, first]
        letters = block.letters.get(column or "") or next(iter(block.letters.values()), "A")
        return block.sheet, f"{letters}{block.header_rows[-1] if block.header_rows else block.data_rows[0]}"

    def _values(self, name: str, rows: Sequence[int]) -> list[type_of_fact]:
        held = self.frame if name in self.frame else self.judged
        return [self._shown(name, value) for value in held[name].iloc[list(rows)].tolist()]

    def _shown(self, name: str | None, value: Any) -> type_of_fact:
        """A value as a fact; None where it is missing or nobody's business."""
        import pandas as pd

        if name in self.personal or (isinstance(value, str) and KEYED.fullmatch(value)):
            return None
        if isinstance(value, list):
            return masked(LIST_SEPARATOR.join(part for part in value if not KEYED.fullmatch(part)))
        if pd.isna(value):
            return None
        if isinstance(value, bool):
            return "是" if value else "否"
        if hasattr(value, "to_pydatetime"):
            return value.date()  # type: ignore[no-any-return]
        if isinstance(value, float):
            return int(value) if value.is_integer() else Decimal(str(value))
        if isinstance(value, str):
            return masked(value)
        return value if isinstance(value, (int, Decimal, date)) else str(value)

    @staticmethod
    def _constants(rule: Rule) -> dict[str, type_of_fact]:
        """The bounds of the rule, and its words for the message."""
        bounds = {name: rule.arguments.get(name) for name in ("min_value", "max_value")}
        return {**{name: bound for name, bound in bounds.items() if bound is not None}, **rule.facts}


def _joined(parts: Sequence[type_of_fact]) -> str | None:
    """A business key as one text, None where a part of it is missing or hidden: hidden parts would all be alike."""
    texts = [part.isoformat() if isinstance(part, date) else str(part) for part in parts if part is not None]
    return "/".join(texts) if len(texts) == len(parts) and not any(HIDDEN in text for text in texts) else None
