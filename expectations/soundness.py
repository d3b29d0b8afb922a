"""Whether a suite can be judged at all: names, arguments, bounds and kinds of values, checked without the library."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from expectations.custom import CUSTOM
from expectations.kinds import Kind, Told, compared, kinds_of, unfit_sources, unfit_values
from expectations.listing import unlisted
from expectations.suite import PROVENANCE, Derived, Rule, Suite
from expectations.vocabulary import COLUMN_ARGUMENTS, vocabulary

_SAID_OTHERWISE = {
    "row_condition": "say it with `when`",
    "condition_parser": "say the condition with `when`",
    "severity": "say it with `level`",
    "result_format": "it is always COMPLETE",
}


def mistakes(
    suite: Suite, columns: Mapping[str, str], codes: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterable[str]:
    """Each mistake as one line: the file, its line, the rule, what is wrong and the nearest right name.

    `columns` are those of the ledger, with the types that they are stored as; `codes` the only values that some of
    them may hold.
    """
    kinds = kinds_of(suite, columns)
    for name, derived in suite.derive.items():
        told = (*_helper(name, derived, columns, kinds), *_codes_of_helper(derived, columns, codes))
        for parts, mistake in told:
            yield f"{suite.place('derive', name, *parts)}: derive.{name}: {mistake}"
    for index, rule in enumerate(suite.rules):
        for parts, mistake in (*_rule(rule, columns, kinds), *_codes_of_rule(rule, codes)):
            yield f"{suite.title(index, *parts)}: {mistake}"


def _helper(name: str, derived: Derived, columns: Mapping[str, str], kinds: Mapping[str, Kind]) -> Iterable[Told]:
    real = frozenset(columns) | frozenset(PROVENANCE)
    if name in real:
        yield (), f"'{name}' is a column of the ledger already; take another name"
    for part, column in (("column", derived.column), ("days_since", derived.days_since)):
        if column is not None and column not in real:
            yield (part,), _unknown("column", column, real)
    yield from unfit_sources(derived, kinds)
    yield from _bad_regex(("number_in",), derived.number_in, groups=1)


def _codes_of_helper(
    derived: Derived, columns: Mapping[str, str], codes: Mapping[str, Collection[str]]
) -> Iterable[Told]:
    """Values that the column never says; of one value a part is enough, of a list one has to be said whole."""
    said: list[tuple[tuple[Any, ...], str | None]] = [(("contains",), derived.contains)]
    said += [(("beyond", at), value) for at, value in enumerate(derived.beyond or ())]
    whole = columns.get(derived.column, "").endswith("[]")
    for parts, value in said:
        part_of_one = not whole and any(str(value) in code for code in codes.get(derived.column, ()))
        if not part_of_one:
            yield from _no_codes([(parts, derived.column, value)], codes)


def _codes_of_rule(rule: Rule, codes: Mapping[str, Collection[str]]) -> Iterable[Told]:
    """Values of sets and conditions that the column never holds: nothing would be found, or everything."""
    yield from _no_codes(compared(rule), codes)


def _no_codes(
    compared: Iterable[tuple[tuple[Any, ...], str | None, Any]], codes: Mapping[str, Collection[str]]
) -> Iterable[Told]:
    for parts, column, value in compared:
        if column is not None and column in codes and isinstance(value, str) and value not in codes[column]:
            yield parts, _unknown(f"code of '{column}'", value, codes[column])


def _rule(rule: Rule, columns: Mapping[str, str], kinds: Mapping[str, Kind]) -> Iterable[Told]:
    yield from ((("ref", at), unknown) for at, unknown in unlisted(rule.ref))
    yield from _words(rule)
    yield from ((parts, _unknown("column", name, kinds)) for name, parts in _named(rule).items() if name not in kinds)
    yield from _bounds(rule.arguments)
    yield from unfit_values(rule, kinds)
    if rule.at is not None and rule.at in kinds and rule.at not in columns:
        yield ("at",), f"`at` names '{rule.at}', which stands in no workbook; name a column of the ledger"
    yield from _place(rule, columns)
    yield from _examples(rule, columns)


def _named(rule: Rule) -> Mapping[str, tuple[Any, ...]]:
    """Every column that the rule names, and where it names it first."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    for argument in COLUMN_ARGUMENTS:
        value = rule.arguments.get(argument)
        if isinstance(value, str):
            found.append((value, ("arguments", argument)))
        else:
            found += [(name, ("arguments", argument, at)) for at, name in enumerate(value or ())]
    found += [(when.column, ("when", at, "column")) for at, when in enumerate(rule.when)]
    found += [(name, (part,)) for part, name in (("since_by", rule.since_by), ("at", rule.at)) if name]
    # The first place of each, in the order of the rule.
    return {name: dict(reversed(found))[name] for name, _ in found}


def _examples(rule: Rule, columns: Mapping[str, str]) -> Iterable[Told]:
    """Columns of examples that the ledger does not have; the example would be about nothing."""
    known = frozenset(columns) | frozenset(PROVENANCE)
    for kind, rows in (("passes", rule.examples.passes), ("fails", rule.examples.fails)):
        for at, row in enumerate(rows):
            for name in row:
                if name not in known:
                    yield ("examples", kind, at, name), f"examples.{kind}.{at}: {_unknown('column', name, known)}"


def _words(rule: Rule) -> Iterable[Told]:
    words = vocabulary()
    word = words.get(rule.expectation)
    if word is None:
        yield ("expectation",), _unknown("expectation type", rule.expectation, words)
        return
    for argument in rule.arguments:
        if argument in _SAID_OTHERWISE:
            yield (
                ("arguments", argument),
                f"the argument '{argument}' is not for suites; {_SAID_OTHERWISE[argument]}",
            )
        elif argument not in word.arguments:
            yield ("arguments", argument), _unknown(f"argument of {rule.expectation}", argument, word.arguments)
    for argument in word.needs:
        if argument not in rule.arguments:
            yield ("arguments",), f"{rule.expectation} needs the argument '{argument}'"
    if (ours := CUSTOM.get(rule.expectation)) is not None:
        yield from ((("arguments",), mistake) for mistake in ours.mistakes(rule.arguments))


def _place(rule: Rule, columns: Mapping[str, str]) -> Iterable[Told]:
    """A failing row must be shown at a cell, so it must be clear at which."""
    word = vocabulary().get(rule.expectation)
    if word is None or not word.points_at_rows:
        return
    if rule.expectation in CUSTOM:
        if rule.at is not None:
            yield ("at",), f"`at` is not for {rule.expectation}, which knows the cell itself"
        yield from ((("arguments",), _unstood(name, columns)) for name in rule.places if name not in columns)
        return
    if rule.at is not None:
        return
    shown = [name for name in rule.columns if name in columns]
    if len(rule.columns) > 1 or not shown:
        choice = ", ".join(shown or sorted(columns))
        yield (), f"say with `at` at which column's cell the finding stands; there are: {choice}"


def _unstood(name: str, columns: Iterable[str]) -> str:
    return f"'{name}' stands in no workbook; name one of {', '.join(sorted(columns))}"


def _bounds(arguments: Mapping[str, Any]) -> Iterable[Told]:
    low, high = arguments.get("min_value"), arguments.get("max_value")
    if {"min_value", "max_value"} & set(arguments) and low is None and high is None:
        yield ("arguments",), "min_value and max_value are both empty, so nothing is asked"
    if low is not None and high is not None:
        try:
            impossible = low > high
        except TypeError:
            yield (
                ("arguments", "max_value"),
                f"min_value {low!r} and max_value {high!r} cannot be compared with each other",
            )
        else:
            if impossible:
                yield (
                    ("arguments", "max_value"),
                    f"min_value {low!r} is greater than max_value {high!r}, so no value can pass",
                )
    yield from _bad_regex(("arguments", "regex"), arguments.get("regex"))
    for at, regex in enumerate(arguments.get("regex_list") or ()):
        yield from _bad_regex(("arguments", "regex_list", at), regex)


def _bad_regex(parts: tuple[Any, ...], regex: Any, *, groups: int = 0) -> Iterable[Told]:
    if regex is None:
        return
    try:
        pattern = re.compile(regex)
    except (re.error, TypeError) as error:
        yield parts, f"'{regex}' is not a regular expression: {error}"
    else:
        if pattern.groups < groups:
            yield parts, f"'{regex}' needs a group (in parentheses) around the number"


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a name that does not exist, with the nearest that does."""
    choices = sorted(known)
    nearest = get_close_matches(name, choices, n=1, cutoff=0.5)
    hint = f"; the nearest is '{nearest[0]}'" if nearest else f"; known: {', '.join(choices)}"
    return f"there is no {what} '{name}'{hint}"
