"""Suites: the rules of one ledger, declared in YAML with Great Expectations' own types and arguments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from expectations.custom import CUSTOM, law_digest
from expectations.vocabulary import COLUMN_ARGUMENTS
from warehouse.declarations import DeclarationError, line_of, load, shaped
from warehouse.model import Level, digest

Id = Annotated[str, AfterValidator(shaped(r"[a-z][a-z0-9_]*", "small letters, digits and _, such as decided_on"))]
Code = Annotated[
    str,
    AfterValidator(
        shaped(
            r"(rule|key|row|across|trend)\.[a-z0-9_]+",
            "one of rule, key, row, across, trend, then a full stop and small letters, such as rule.decided_late",
        )
    ),
]
Ref = Annotated[
    str, AfterValidator(shaped(r"[RTXYD]\d{2}", "one of the letters R, T, X, Y, D and two digits, such as R08"))
]
Scalar = bool | int | float | date | str
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "is_in", "is_not_in", "is_null", "is_not_null"]

# What every row carries beside the columns of its card.
PROVENANCE = (
    "_submission", "_office", "_department", "_period", "_sheet", "_block", "_row", "_hidden", "_year", "_carried_over",
    "_as_of",
)  # fmt: skip
KEY_TWICE = "key.twice"
OUT_OF_YEAR = "row.out_of_year"


class Declared(BaseModel):
    """Base of what a suite file says: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class When(Declared):
    """One condition on a row; a row without the value never meets it, unless absence is what is asked for."""

    column: str
    op: Operator
    value: Scalar | tuple[Scalar, ...] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.op in ("is_null", "is_not_null"):
            wanted, fits = "no value", self.value is None
        elif self.op in ("is_in", "is_not_in"):
            wanted, fits = "a list of values", isinstance(self.value, tuple)
        else:
            wanted, fits = "one value", self.value is not None and not isinstance(self.value, tuple)
        if not fits:
            raise ValueError(f"'{self.op}' needs {wanted}")
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        if self.op in ("!=", "is_in", "is_not_in") and any(isinstance(value, date) for value in values):
            raise ValueError("a date is compared with ==, <, <=, > or >=")
        return self


class Derived(Declared):
    """A helper column for the rules, made from `column` in one of these ways.

    `contains`: whether the list or text says this (no, where it says nothing). `beyond`: whether the list says anything
    but these. `days_since`: whole days since the date in that column. `take: year`: the year of the date. `number_in`:
    the number that the first group of this regular expression finds in the text.
    """

    column: str
    contains: str | None = None
    beyond: tuple[str, ...] | None = None
    days_since: str | None = None
    take: Literal["year"] | None = None
    number_in: str | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        ways = self.model_dump(exclude={"column"}, exclude_none=True)
        if len(ways) != 1:
            raise ValueError("say exactly one of contains, beyond, days_since, take, number_in")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is made from."""
        return (self.column, self.days_since) if self.days_since else (self.column,)


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class Head(Declared):
    """What every rule says of itself, whether a row, a ledger, several ledgers or several years are judged.

    `code` is the finding's, `ref` its number or numbers in the list of rules. `why` is the law, the article or the
    reason. `owner` answers for the rule: who is asked when it seems wrong. `since` is the day from which it applies;
    what happened before is not judged by it. `releasable`: its errors are about what really happened, such as a term
    that was exceeded, so that a leader may release one in writing; never for what was only written down wrongly.
    """

    code: Code
    ref: Annotated[tuple[Ref, ...], BeforeValidator(_one_or_more)] = ()
    level: Level
    why: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    since: date | None = None
    releasable: bool = False

    @model_validator(mode="after")
    def _releases_errors(self) -> Self:
        if self.releasable and self.level is not Level.ERROR:
            raise ValueError(
                f"`releasable` is for errors, and this is a {self.level}: questions are explained, notes need nothing"
            )
        return self


class Examples(Declared):
    """Rows that a rule lets pass and rows that it does not; a column left out is blank. Run as tests."""

    passes: tuple[Mapping[str, Any], ...] = Field(min_length=1)
    fails: tuple[Mapping[str, Any], ...] = Field(min_length=1)


class Rule(Head):
    """One expectation, and what it means when it fails.

    `since_by` names the date column that `since` is compared with. `at` names the column whose cell the finding stands
    at. `facts` are words for the message, beside the values that every finding states: `value` (at `at`),
    `other_value` (of a pair) and each column of the rule by its own name.
    """

    since_by: str | None = None
    expectation: str
    arguments: Mapping[str, Any] = {}
    when: tuple[When, ...] = ()
    at: str | None = None
    facts: Mapping[Id, str] = {}
    examples: Examples

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.since_by is not None and self.since is None:
            raise ValueError("`since_by` says which date `since` is compared with, but there is no `since`")
        if self.since is not None and self.since_by is None:
            raise ValueError("`since` needs `since_by`, the date column that it is compared with")
        for argument in COLUMN_ARGUMENTS:
            value = self.arguments.get(argument, "")
            names = value if isinstance(value, (list, tuple)) else (value,)
            if not all(isinstance(name, str) for name in names):
                raise ValueError(f"`{argument}` names a column, or a list of columns, not {value!r}")
        return self

    @property
    def conditions(self) -> tuple[When, ...]:
        """What a row must meet to be judged: `when`, and that it happened since the rule applies."""
        if self.since is None or self.since_by is None:
            return self.when
        return (*self.when, When(column=self.since_by, op=">=", value=self.since))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the expectation itself looks at, in the order of its arguments."""
        named: list[str] = []
        for argument in COLUMN_ARGUMENTS:
            value = self.arguments.get(argument)
            named += [value] if isinstance(value, str) else list(value or ())
        return tuple(named)

    @property
    def mentioned(self) -> tuple[str, ...]:
        """These, and the columns of its conditions and of its cell."""
        conditions = (condition.column for condition in self.conditions)
        mentioned = (*self.columns, *conditions, *((self.at,) if self.at else ()))
        return tuple(dict.fromkeys(mentioned))

    @property
    def places(self) -> tuple[str, ...]:
        """The columns whose cells its findings may stand at; none if the expectation is about the whole table."""
        if (ours := CUSTOM.get(self.expectation)) is not None:
            named = self.arguments.get(ours.at) or ()
            return (named,) if isinstance(named, str) else tuple(named)
        return (self.at,) if self.at else self.columns[:1]

    @property
    def place(self) -> str | None:
        """The first of these."""
        return next(iter(self.places), None)


class SuiteFile(Declared):
    """What a suite file says: the ledger, who answers for rules that do not say so, helper columns, rules."""

    ledger: Id
    owner: str | None = None
    derive: Mapping[Id, Derived] = {}
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _said_once(cls, said: Any) -> Any:
        """Put what the suite says once into each rule that does not say it.

        The date that places a row in a year, which the rule row.out_of_year stands at, is the one that `since` means.
        """
        rules = said.get("rules") if isinstance(said, Mapping) else None
        if not isinstance(rules, (list, tuple)) or not all(isinstance(rule, Mapping) for rule in rules):
            return said
        owner = {"owner": said["owner"]} if said.get("owner") else {}
        dated = next((rule.get("at") for rule in rules if rule.get("code") == OUT_OF_YEAR), None)
        by = {"since_by": dated} if dated else {}
        return {**said, "rules": [{**owner, **(by if rule.get("since") else {}), **rule} for rule in rules]}


@dataclass(frozen=True, slots=True)
class Suite:
    """The rules of one ledger, and the file that they stand in."""

    path: Path
    file: SuiteFile

    @property
    def ledger(self) -> str:
        """The ledger's id."""
        return self.file.ledger

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order of the file."""
        return self.file.rules

    @property
    def derive(self) -> Mapping[str, Derived]:
        """The helper columns by name."""
        return self.file.derive

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the business key, as the rule key.twice says them; none without that rule."""
        columns = next((rule.columns for rule in self.rules if rule.code == KEY_TWICE), ())
        return tuple(name for name in columns if name not in PROVENANCE)

    def may_be_released(self, code: str, column: str | None) -> bool:
        """Whether an error of this code at this column is about what happened, so that a leader may release it."""
        return any(rule.releasable and rule.code == code and column in rule.places for rule in self.rules)

    def sources(self, columns: Iterable[str]) -> tuple[str, ...]:
        """`columns`, with each helper column replaced by those that it is made from."""
        real = (part for name in columns for part in (self.derive[name].columns if name in self.derive else (name,)))
        return tuple(dict.fromkeys(real))

    def title(self, index: int, *parts: Any) -> str:
        """How an error names the rule at `index`: the file, the line of `parts` in it where there is one, the code."""
        return f"{self.place('rules', index, *parts)}: rules.{index} ({self.rules[index].code})"

    def place(self, *parts: Any) -> str:
        """The file, and where there is one the line of what stands at `parts`, keys and positions."""
        line = f":{line_of(self.path.read_text(encoding='utf-8'), parts)}" if self.path.exists() else ""
        return f"{self.path}{line}"


def load_suite(path: Path) -> Suite:
    """The suite in `path`; DeclarationError with every mistake of form."""
    suite = Suite(path, load(SuiteFile, path))
    if suite.ledger != path.stem:
        raise DeclarationError(
            f"{path}: the ledger is '{suite.ledger}', the file's name says '{path.stem}'; make them agree"
        )
    return suite


def load_suites(folders: Iterable[Path]) -> dict[str, Suite]:
    """Every suite in `folders` by ledger id; a ledger has one suite."""
    suites: dict[str, Suite] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml"))):
        suite = load_suite(path)
        if suite.ledger in suites:
            raise DeclarationError(
                f"{path}: '{suite.ledger}' has a suite in {suites[suite.ledger].path} too; put all its rules in one"
            )
        suites[suite.ledger] = suite
    return suites


def rules_hash(suite: Suite) -> str:
    """Sixteen hex digits over everything that decides the findings, the limits, grammars and holidays among it.

    Reasons, owners and examples do not decide, nor does whether a leader may release what was found.
    """
    unsaid: Any = {"owner": True, "rules": {"__all__": {"why", "ref", "owner", "examples", "releasable"}}}
    law = law_digest(rule.expectation for rule in suite.rules)
    return digest(suite.file.model_dump_json(exclude=unsaid), law)[:16]


def require_sound(suite: Suite, columns: Mapping[str, str]) -> None:
    """Nothing happens if the suite fits a ledger of these columns; else a DeclarationError with every mistake."""
    from expectations.soundness import mistakes

    if found := list(mistakes(suite, columns)):
        raise DeclarationError("\n".join(found))


def mistakes(
    suite: Suite, columns: Mapping[str, str], codes: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterable[str]:
    """Every name, type, argument, bound or value in the suite that cannot be right for a ledger of these columns.

    The columns come with the types that they are stored as, and `codes` are the only values of some of them.
    """
    from expectations import soundness

    return soundness.mistakes(suite, columns, codes)
