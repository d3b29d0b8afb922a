"""How rules look on the terminal: the list as a table, one rule as a page with its examples in small tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console

from flows.on_demand.rule_book import Names, case_tables, limit_of
from flows.screens import tables
from templates.brief.speech import words
from templates.messages.catalogue import LEVELS

if TYPE_CHECKING:
    from expectations.comparisons import Cases
    from expectations.suite import Rule
    from flows.configuration import Configuration
    from flows.on_demand.rule_book import Entry, Table

INDENT = "    "


def list_rules(found: Sequence[Entry], configuration: Configuration) -> None:
    """The table of rules, and how many they are."""
    spoken = words().rules
    shown = ("ref", "code", "level", "ledger", "owner", "since", "why")
    rows = [
        [
            entry.ref,
            entry.code,
            LEVELS[entry.level] + (spoken["may_be_released"] if entry.releasable else ""),
            _ledger(entry, configuration),
            entry.owner,
            entry.since.isoformat() if entry.since else "",
            entry.why,
        ]
        for entry in found
    ]
    console = _console()
    tables.show(console, [spoken[key] for key in shown], rows)
    levels = [str(entry.level) for entry in found]
    counts = {f"{level}s": levels.count(level) for level in LEVELS}
    console.file.write("\n" + spoken["total"].format(total=len(found), **counts) + "\n")


def show_rules(found: Sequence[Entry], configuration: Configuration) -> None:
    """Each rule as a page; what its code says to a clerk stands once, below the rules that share it."""
    console = _console()
    for ref in dict.fromkeys(ref for entry in found for ref in entry.refs):
        _ask(console, ref)
    for code in dict.fromkeys(entry.code for entry in found):
        for entry in (entry for entry in found if entry.code == code):
            _page(console, entry, configuration)
        message, spoken = configuration.messages[code], words().rules
        _say(console, spoken["words"].format(code=code))
        for key in ("says", "why_words", "fix"):
            _say(console, f"{INDENT}{spoken[key]}：{getattr(message, key.removesuffix('_words')).strip()}")
        _say(console)


def _ask(console: Console, ref: str) -> None:
    from expectations.listing import listing

    if ref in listing():
        _say(console, f"{ref}  {listing()[ref].asks}")
        _say(console)


def _page(console: Console, entry: Entry, configuration: Configuration) -> None:
    spoken = words().rules
    _say(console, f"〔{LEVELS[entry.level]}〕{entry.code}  {_ledger(entry, configuration)}  {entry.ref}".rstrip())
    _say(console, f"{INDENT}{spoken['why']}：{entry.why}")
    since = f"　{spoken['since']}：{entry.since.isoformat()}" if entry.since else ""
    _say(console, f"{INDENT}{spoken['owner']}：{entry.owner}{since}")
    if entry.releasable:
        _say(console, f"{INDENT}{spoken['release']}：{spoken['releasable']}")
    if entry.rule is not None:
        _rule(console, entry.rule, Names(configuration, configuration.suites[entry.ledgers[0]]))
    if entry.cases is not None:
        _cases(console, entry.cases, configuration)
    _say(console)


def _rule(console: Console, rule: Rule, names: Names) -> None:
    spoken = words().rules
    if rule.conditions:
        conditions = "；".join(names.condition(when) for when in rule.conditions)
        _say(console, f"{INDENT}{spoken['conditions']}：{conditions}")
    _say(console, f"{INDENT}{spoken['judged']}：{names.judged(rule)}")
    if (limit := limit_of(rule)) is not None:
        _limit(console, limit)
    for key in ("passes", "fails"):
        _say(console, f"{INDENT}{spoken[key]}：")
        _small(console, names.examples(getattr(rule.examples, key)))


def _small(console: Console, table: Table) -> None:
    """A small table of examples; equal rows that follow each other stand once."""
    spoken, (heads, rows) = words().rules, table
    # A row in which nothing is filled in passes, too.
    blank = heads or [spoken["nothing"]]
    lines = tables.plain(blank, [row if any(row) else [spoken["blank_row"], *row[1:]] for row in rows])
    for line, again in _together(lines):
        _say(console, f"{INDENT}{INDENT}{line}{spoken['again'].format(count=again) if again > 1 else ''}")


def _cases(console: Console, cases: Cases, configuration: Configuration) -> None:
    """Examples over several ledgers or years: each a few small tables that belong together."""
    spoken = words().rules
    for key in ("passes", "fails"):
        for number, case in enumerate(getattr(cases, key), 1):
            closed = spoken["case_frozen"] if case.frozen else ""
            _say(console, f"{INDENT}{spoken[key]} {number}{closed}：")
            for title, (heads, rows) in case_tables(case, configuration):
                _say(console, f"{INDENT}{INDENT}{title}{'' if rows else spoken['case_empty']}")
                if rows:
                    _small(console, (heads, rows))


def _together(lines: Iterable[str]) -> Iterable[tuple[str, int]]:
    """Equal lines that follow each other, as one, with how many they are."""
    for line, equal in groupby(lines):
        yield line, len(list(equal))


def _limit(console: Console, limit: Mapping[str, Any]) -> None:
    spoken = words().rules
    parties = list(dict.fromkeys(party for step in limit["steps"] for party in step["at_most"]))
    _say(console, f"{INDENT}{spoken['limit']}：{limit['name']}（{limit['unit']}）")
    rows = [
        [step["since"].isoformat(), *(f"{step['at_most'].get(party, '')}" for party in parties), step["article"]]
        for step in limit["steps"]
    ]
    numbers = tuple(range(1, len(parties) + 1))
    for line in tables.plain([spoken["since"], *parties, spoken["article"]], rows, numbers=numbers):
        _say(console, f"{INDENT}{INDENT}{line}")


def _ledger(entry: Entry, configuration: Configuration) -> str:
    named = "".join(f"《{configuration.ledgers[ledger].name}》" for ledger in entry.ledgers)
    return named or words().rules["everywhere"]


def _console() -> Console:
    return Console(file=sys.stdout, highlight=False)


def _say(console: Console, text: str = "") -> None:
    console.file.write(f"{text}\n")
