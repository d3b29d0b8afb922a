"""From findings to items: every finding is in exactly one, and what one cause made stands in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from expectations.causes import cells, columns, files, headings, shifts
from expectations.causes.evidence import Case, Evidence, Item, Placed, gravity, placed
from warehouse.model import Finding, Slot

# What explains more is asked first: of a file that is another ledger's nothing else need be said.
DETECTORS: tuple[Callable[[Case], Iterator[Item]], ...] = (
    files.wrong_ledger,
    files.other_year,
    headings.heading_changed,
    headings.column_absent,
    shifts.displaced,
    columns.wrong_unit,
    columns.blank_column,
    files.never_calculated,
    files.broken_formula,
    cells.day_before_month,
    cells.mistyped_year,
    cells.repeated_code,
    cells.same_shape,
    columns.not_filled_down,
    cells.total_row,
)

SUMMED = ("wanting", "below")
# Facts that tell what a finding is about, not what stands in its cell: a second column, a heading, a figure, a side.
ABOUT = frozenset({"other", "other_column", "heading", "name", "direction"})


def group(findings: Sequence[Finding], evidence: Evidence) -> tuple[Item, ...]:
    """The findings as items, each finding in exactly one; by slot and file, the gravest first.

    An item is the work of one cause (its code begins with `cause.`), or the same trouble in several cells of a column
    or on several sheets, or a single finding; in the latter two it is about the first of them.
    """
    cases: dict[tuple[Slot, str], list[Placed]] = defaultdict(list)
    for at, finding in enumerate(findings):
        cases[finding.slot, finding.submission or ""].append(placed(at, finding))
    items = []
    for slot, submission in sorted(cases):
        case = Case(
            slot,
            evidence.card(slot),
            evidence.submissions.get(submission),
            evidence,
            tuple(cases[slot, submission]),
        )
        items += sorted(_of_case(case), key=lambda item: (gravity(item.about), item.members))
    return tuple(items)


def _of_case(case: Case) -> Iterator[Item]:
    for detect in DETECTORS:
        # Two causes may want one finding, for instance a total of two columns: the first of them has it.
        free = {each.at: each.finding for each in case.free}
        for parts in _by_identity(detect(case)):
            members = [at for item in parts for at in item.members if at in free]
            found = {at: free.pop(at) for at in dict.fromkeys(members)}
            if found:
                yield _whole(parts, found)
        if len(free) < len(case.free):
            case = replace(case, free=tuple(each for each in case.free if each.at in free))
    yield from _same_trouble(case)


def _by_identity(items: Iterable[Item]) -> Iterable[list[Item]]:
    """The items that are one: the same cause, for instance on the sheets of several months."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.about.identity].append(item)
    return found.values()


def _whole(parts: Sequence[Item], found: Mapping[int, Finding]) -> Item:
    """One item of these parts; its level, its sums and its sheets are those of all of them."""
    about = parts[0].about
    facts = {**about.facts, "count": len(found)}
    for name in SUMMED:
        if name in facts:
            facts[name] = sum(int(str(part.about.facts[name])) for part in parts)
    sheets = dict.fromkeys(part.about.sheet for part in parts if part.about.sheet)
    if len(sheets) > 1:
        facts["sheet"] = "、".join(sheets)
    level = min(found.values(), key=gravity).level
    return Item(replace(about, level=level, facts=facts), tuple(sorted(found)))


def _same_trouble(case: Case) -> Iterator[Item]:
    """What is left: the same trouble in the same column is one item, on however many sheets; a file stands alone."""
    alike: dict[object, list[Placed]] = defaultdict(list)
    for each in case.free:
        finding = each.finding
        words = case.evidence.words.get((finding.slot.ledger, finding.code), frozenset())
        alike[same_trouble(finding, words) if finding.sheet or finding.cell else each.at].append(each)
    for members in alike.values():
        yield Item(members[0].finding, tuple(each.at for each in members))


def same_trouble(finding: Finding, words: frozenset[str] = frozenset()) -> tuple[object, ...]:
    """What findings have in common whose words differ in place and value only, so that one of them speaks for all.

    `words` are facts of its own that its rule declares: one code may ask for several things, such as steps to be taken.
    """
    about = tuple(finding.facts.get(name) for name in sorted(ABOUT | words))
    # Without a cell the key is all that says which of several things is meant.
    return (finding.code, finding.level, finding.column, None if finding.cell else finding.key, *about)
