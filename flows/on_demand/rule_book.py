"""The rules as a book to look things up in: one entry a rule, and for each its law, its words and its examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from warehouse.declarations import YishuError
from warehouse.model import Level

if TYPE_CHECKING:
    from expectations.comparisons import Case, Cases
    from expectations.suite import Derived, Rule, Suite, When
    from flows.configuration import Configuration

# Heads and rows.
Table = tuple[list[str], list[list[str]]]
BETWEEN = "expect_column_values_to_be_between"
# Who answers for what every ledger is asked alike.
STEWARD = "数据专员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule: of a suite, over several ledgers or years, or what the reader or the receipt finds (no `ledgers`).

    `every_ledger`: it is asked of each ledger alike. `cases` are the examples of a rule over several. `releasable`: a
    leader may release in writing what it finds.
    """

    refs: tuple[str, ...]
    code: str
    level: Level
    ledgers: tuple[str, ...]
    owner: str
    since: date | None
    why: str
    rule: Rule | None = None
    cases: Cases | None = None
    every_ledger: bool = False
    releasable: bool = False

    @property
    def ref(self) -> str:
        """Its numbers as one text."""
        return "、".join(self.refs)


def entries(configuration: Configuration) -> tuple[Entry, ...]:
    """Every rule in the order of the list; those without a number come last."""
    found = [*_everywhere(configuration), *_of_suites(configuration), *_of_comparisons(configuration)]
    return tuple(sorted(found, key=lambda entry: (entry.refs[:1] or ("~",), entry.ledgers != (), entry.code)))


def _of_suites(configuration: Configuration) -> Iterable[Entry]:
    for ledger, suite in configuration.suites.items():
        for rule in suite.rules:
            yield Entry(
                refs=rule.ref,
                code=rule.code,
                level=rule.level,
                ledgers=(ledger,),
                owner=rule.owner,
                since=rule.since,
                why=rule.why,
                rule=rule,
                releasable=rule.releasable,
            )


def _of_comparisons(configuration: Configuration) -> Iterable[Entry]:
    """Rules over several ledgers or years stand under each ledger that they name."""
    for rule in configuration.comparisons:
        head = rule.head
        yield Entry(
            refs=head.ref,
            code=head.code,
            level=head.level,
            ledgers=tuple(dict.fromkeys((*head.ledgers, *head.each))),
            owner=head.owner,
            since=head.since,
            why=head.why,
            cases=head.examples,
            every_ledger=head.every_ledger,
            releasable=head.releasable,
        )


def _everywhere(configuration: Configuration) -> Iterable[Entry]:
    """What is found without a suite, as far as it stands in the list."""
    from expectations.listing import listing

    levels = levels_without_suites()
    stated = {rule.code for suite in configuration.suites.values() for rule in suite.rules}
    codes = dict.fromkeys(code for line in listing().values() for code in line.found_by if code not in stated)
    for code in codes:
        refs = tuple(ref for ref, line in listing().items() if code in line.found_by)
        yield Entry(
            refs=refs,
            code=code,
            level=levels[code],
            ledgers=(),
            owner=STEWARD,
            since=None,
            why="；".join(listing()[ref].asks for ref in refs),
        )


def levels_without_suites() -> Mapping[str, Level]:
    """The level of every code that the reader or the receipt gives."""
    from flows.nights.formalities import LEVELS as AROUND
    from sources.reading.levels import LEVELS as READ

    return {**READ, **AROUND}


def chosen(
    found: Sequence[Entry], configuration: Configuration, *, ledger: str | None, level: Level | None
) -> tuple[Entry, ...]:
    """The entries of one ledger, of one level."""
    if ledger is not None and ledger not in configuration.ledgers:
        raise YishuError(f"There is no ledger '{ledger}'; declared are: {', '.join(sorted(configuration.ledgers))}.")
    return tuple(
        entry
        for entry in found
        if (ledger is None or ledger in entry.ledgers or entry.every_ledger) and level in (None, entry.level)
    )


def looked_up(found: Sequence[Entry], asked: str) -> tuple[Entry, ...]:
    """The entries under a code or a number; a YishuError that names the nearest where there is none."""
    wanted = asked.upper() if asked[:1].isalpha() and asked[1:].isdigit() else asked
    if fitting := tuple(entry for entry in found if wanted in (entry.code, *entry.refs)):
        return fitting
    known = sorted({entry.code for entry in found} | {ref for entry in found for ref in entry.refs})
    near = get_close_matches(wanted, known, n=3, cutoff=0.5)
    hint = f"the nearest: {', '.join(near)}" if near else "`yishu rules` lists them all"
    raise YishuError(f"There is no rule '{asked}'; {hint}.")


def as_rows(found: Iterable[Entry], configuration: Configuration) -> list[dict[str, Any]]:
    """The entries as rows of a table for machines."""
    return [
        {
            "ref": list(entry.refs),
            "code": entry.code,
            "level": str(entry.level),
            "ledger": next(iter(entry.ledgers), None),
            "ledgers": list(entry.ledgers),
            "owner": entry.owner,
            "since": entry.since.isoformat() if entry.since else None,
            "why": entry.why,
            "says": configuration.messages[entry.code].says,
            "fix": configuration.messages[entry.code].fix,
            "expectation": entry.rule.expectation if entry.rule else None,
            "releasable": entry.releasable,
        }
        for entry in found
    ]


@dataclass(frozen=True)
class Names:
    """The Chinese of a ledger's columns, and of the helper columns that its suite makes of them."""

    configuration: Configuration
    suite: Suite

    def of(self, column: str) -> str:
        """The column as a clerk knows it."""
        from templates.brief.speech import words

        spoken = words().rules
        if column in self.suite.derive:
            return self._derived(self.suite.derive[column], spoken)
        columns = self.configuration.ledgers[self.suite.ledger].columns
        return columns[column].name if column in columns else spoken.get(f"column{column}", column)

    def _derived(self, how: Derived, spoken: Mapping[str, str], *, holds: bool = True) -> str:
        name = self.of(how.column)
        facts = {
            "contains": how.contains,
            "beyond": "、".join(how.beyond) if how.beyond is not None else None,
            "days_since": self.of(how.days_since) if how.days_since else None,
            "take": how.take,
            "number_in": how.number_in,
        }
        way, fact = next((way, fact) for way, fact in facts.items() if fact is not None)
        return spoken[f"derived_{way}" if holds else f"derived_not_{way}"].format(column=name, fact=fact)

    def condition(self, when: When) -> str:
        """A condition in words."""
        from templates.brief.speech import words

        spoken = words().rules
        if isinstance(when.value, bool) and (how := self.suite.derive.get(when.column)) is not None:
            # A helper column that is true or false is itself a statement.
            return self._derived(how, spoken, holds=when.value)
        values = when.value if isinstance(when.value, tuple) else (when.value,)
        return spoken[f"when {when.op}"].format(column=self.of(when.column), value="、".join(map(self.value, values)))

    def judged(self, rule: Rule) -> str:
        """What the rule asks of a row, in words."""
        from templates.brief.speech import words

        spoken, said = words().rules, dict(rule.arguments)
        statement, values = self.suite.derive.get(str(said.get("column"))), said.get("value_set")
        if statement is not None and isinstance(values, list) and values in ([True], [False]):
            return self._derived(statement, spoken, holds=values[0])
        bounds = "".join(f" {name}" for name in ("min_value", "max_value") if name in said)
        key = f"asks {rule.expectation}{bounds if rule.expectation == BETWEEN else ''}"
        return spoken[key].format(**{name: self._argument(name, value) for name, value in said.items()})

    def _argument(self, name: str, value: Any) -> str:
        from expectations.custom.grammar import grammars
        from expectations.custom.limits import limits
        from expectations.vocabulary import COLUMN_ARGUMENTS

        if name in COLUMN_ARGUMENTS:
            return "、".join(map(self.of, [value] if isinstance(value, str) else value))
        if name == "most":
            return f"{value:.0%}"
        if name == "limit":
            return limits()[value].name
        return grammars()[value].name if name == "grammar" else self.value(value)

    def value(self, value: Any) -> str:
        """A value as a clerk writes it."""
        return in_words(value)

    def examples(self, rows: Sequence[Mapping[str, Any]]) -> Table:
        """Heads and rows of a small table of examples."""
        return _table(rows, self.of)


def in_words(value: Any) -> str:
    """A value as a clerk writes it."""
    from templates.brief.speech import words

    match value:
        case None:
            return ""
        case bool():
            return words().rules["yes" if value else "no"]
        case list() | tuple():
            return "、".join(map(in_words, value))
    return str(value)


def _table(rows: Sequence[Mapping[str, Any]], name_of: Callable[[str], str]) -> Table:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return [name_of(column) for column in columns], [[in_words(row.get(column)) for column in columns] for row in rows]


def case_tables(case: Case, configuration: Configuration) -> Iterable[tuple[str, Table]]:
    """The small tables of a case: what each is called, its heads and its rows."""
    from templates.brief.speech import words

    spoken = words().rules
    for part, ledgers in (("before", case.before), ("last_year", case.last_year), ("rows", case.rows)):
        for ledger, rows in ledgers.items():
            card = configuration.ledgers[ledger]
            names = {name: column.name for name, column in card.columns.items()}
            names["_department"] = spoken["column_department"]
            yield spoken[f"case_{part}"].format(ledger=card.name), _table(rows, names.__getitem__)
    if case.figures:
        yield spoken["case_figures"], _table(_figures(case, spoken), lambda name: spoken.get(f"figure_{name}", name))


def _figures(case: Case, spoken: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The lines of figures in words; the invented figures are told apart by numbers."""
    numbers = {name: at for at, name in enumerate(dict.fromkeys(line.get("figure") for line in case.figures), 1)}
    return [
        {
            **{name: spoken.get(f"figure_{name}_{value}", value) for name, value in line.items()},
            "figure": spoken["figure_numbered"].format(number=numbers[line.get("figure")]),
        }
        for line in case.figures
    ]


def limit_of(rule: Rule) -> Mapping[str, Any] | None:
    """The limit of law that the rule judges by, as the declaration says it; None where it judges by none."""
    from expectations.custom.limits import limits

    name = rule.arguments.get("limit")
    return limits()[name].model_dump() if isinstance(name, str) and name in limits() else None
