"""Whether a suite can be judged at all: names, arguments and bounds, checked without the library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from expectations.custom import CUSTOM
from expectations.suite import PROVENANCE, Rule, Suite
from expectations.vocabulary import vocabulary

_SAID_OTHERWISE = {
    "row_condition": "say it with `when`",
    "condition_parser": "say the condition with `when`",
    "severity": "say it with `level`",
    "result_format": "it is always COMPLETE",
}


def mistakes(suite: Suite, columns: frozenset[str]) -> Iterable[str]:
    """Each mistake as one line: the file, the rule, what is wrong and the nearest right name."""
    real = columns | frozenset(PROVENANCE)
    known = real | frozenset(suite.derive)
    for name, derived in suite.derive.items():
        place = f"{suite.path}: derive.{name}"
        if name in real:
            yield f"{place}: '{name}' is a column of the ledger already; take another name"
        yield from (_unknown(place, "column", column, real) for column in derived.columns if column not in real)
        yield from _bad_regex(place, derived.number_in, groups=1)
    for index, rule in enumerate(suite.rules):
        place = suite.title(index)
        yield from _words(place, rule)
        yield from (_unknown(place, "column", name, known) for name in rule.mentioned if name not in known)
        yield from _bounds(place, rule.arguments)
        if rule.at is not None and rule.at in known - columns:
            yield f"{place}: `at` names '{rule.at}', which stands in no workbook; name a column of the ledger"
        yield from _place(place, rule, columns)


def _words(place: str, rule: Rule) -> Iterable[str]:
    words = vocabulary()
    word = words.get(rule.expectation)
    if word is None:
        yield _unknown(place, "expectation type", rule.expectation, words)
        return
    for argument in rule.arguments:
        if argument in _SAID_OTHERWISE:
            yield f"{place}: the argument '{argument}' is not for suites; {_SAID_OTHERWISE[argument]}"
        elif argument not in word.arguments:
            yield _unknown(place, f"argument of {rule.expectation}", argument, word.arguments)
    for argument in word.needs:
        if argument not in rule.arguments:
            yield f"{place}: {rule.expectation} needs the argument '{argument}'"
    if (ours := CUSTOM.get(rule.expectation)) is not None:
        yield from (f"{place}: {mistake}" for mistake in ours.mistakes(rule.arguments))


def _place(place: str, rule: Rule, columns: frozenset[str]) -> Iterable[str]:
    """A failing row must be shown at a cell, so it must be clear at which."""
    word = vocabulary().get(rule.expectation)
    if word is None or not word.points_at_rows:
        return
    if rule.expectation in CUSTOM:
        if rule.at is not None:
            yield f"{place}: `at` is not for {rule.expectation}, which knows the cell itself"
        yield from (_unstood(place, name, columns) for name in rule.places if name not in columns)
        return
    if rule.at is not None:
        return
    shown = [name for name in rule.columns if name in columns]
    if len(rule.columns) > 1 or not shown:
        choice = ", ".join(shown or sorted(columns))
        yield f"{place}: say with `at` at which column's cell the finding stands; there are: {choice}"


def _unstood(place: str, name: str, columns: Iterable[str]) -> str:
    return f"{place}: '{name}' stands in no workbook; name one of {', '.join(sorted(columns))}"


def _bounds(place: str, arguments: Mapping[str, Any]) -> Iterable[str]:
    low, high = arguments.get("min_value"), arguments.get("max_value")
    if {"min_value", "max_value"} & set(arguments) and low is None and high is None:
        yield f"{place}: min_value and max_value are both empty, so nothing is asked"
    if low is not None and high is not None:
        try:
            impossible = low > high
        except TypeError:
            yield f"{place}: min_value {low!r} and max_value {high!r} cannot be compared with each other"
        else:
            if impossible:
                yield f"{place}: min_value {low!r} is greater than max_value {high!r}, so no value can pass"
    yield from _bad_regex(place, arguments.get("regex"))
    for regex in arguments.get("regex_list") or ():
        yield from _bad_regex(place, regex)


def _bad_regex(place: str, regex: Any, *, groups: int = 0) -> Iterable[str]:
    if regex is None:
        return
    try:
        pattern = re.compile(regex)
    except (re.error, TypeError) as error:
        yield f"{place}: '{regex}' is not a regular expression: {error}"
    else:
        if pattern.groups < groups:
            yield f"{place}: '{regex}' needs a group (in parentheses) around the number"


def _unknown(place: str, what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a name that does not exist, with the nearest that does."""
    choices = sorted(known)
    nearest = get_close_matches(name, choices, n=1, cutoff=0.5)
    hint = f"; the nearest is '{nearest[0]}'" if nearest else f"; known: {', '.join(choices)}"
    return f"{place}: there is no {what} '{name}'{hint}"
