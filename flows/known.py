"""What there is, told to whoever named something that there is not: the nearest name, and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from templates.brief.speech import words
from warehouse.declarations import MisuseError

if TYPE_CHECKING:
    from warehouse.entries import Run

MOST_LISTED, MOST_RUNS = 20, 5


def unknown(kind: str, name: str, known: Mapping[str, str]) -> MisuseError:
    """The error about a `kind` (office, department, ledger) that nobody declared; `known` gives its names by id."""
    spoken = words().misuse
    called = {each: key for key, title in known.items() for each in (key, title)}
    near = [called[each] for each in get_close_matches(name, [*called], n=1, cutoff=0.5)]
    text = f"There is no {kind} '{name}'" + (f"; the nearest is '{near[0]}'" if near else "")
    declared = ", ".join(f"{key} ({title})" for key, title in sorted(known.items()))
    return MisuseError(
        f"{text}; declared are: {declared}.",
        said=f"no_{kind}",
        name=name,
        near=spoken["near"].format(near=titled(near[0], known)) if near else "",
        known=listed(known),
    )


def require_run(number: int, newest: Sequence[Run]) -> None:
    """Nothing happens if there is a run of this number; else a MisuseError that lists the newest, given newest first.

    Runs are numbered from 1, and none is ever taken away.
    """
    if newest and number <= newest[0].id:
        return
    spoken, numbers = words().misuse, [str(run.id) for run in newest[:MOST_RUNS]]
    told = spoken["newest_runs"].format(known="、".join(numbers)) if numbers else spoken["no_runs"]
    text = f"There is no run {number}; the newest are: {', '.join(numbers) or 'none yet'}."
    raise MisuseError(text, said="no_run", run=str(number), newest=told)


def near(name: str, known: Iterable[str]) -> str:
    """What is said behind a name in a declaration that is none: the nearest that is one, else all of them."""
    choices = sorted(known)
    found = get_close_matches(name, choices, n=1, cutoff=0.5)
    return f"; the nearest is '{found[0]}'" if found else f"; known: {', '.join(choices) or 'none'}"


def listed(known: Mapping[str, str]) -> str:
    """Names with their ids as a clerk is told them; of many the first."""
    shown = "、".join(titled(key, known) for key in [*known][:MOST_LISTED])
    return shown if len(known) <= MOST_LISTED else words().misuse["more"].format(shown=shown, count=len(known))


def titled(key: str, known: Mapping[str, str]) -> str:
    """One name with its id behind it: 来访接待登记台账（visit）."""
    return f"{known[key]}（{key}）"
