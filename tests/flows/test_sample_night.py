"""The nights over the samples: everything that was spoiled is found, once and at its cell, and nothing else is."""

from collections import Counter
from dataclasses import dataclass

import pytest

from expectations.listing import listing
from flows.nights import night as steps
from flows.screens import brief
from sources.samples import draw
from tests.nights import SAMPLES, collect, configured, settings_for
from warehouse.model import Level
from warehouse.register import open_register

# What clerks do without harm stands in every state: hidden rows, a case of the year before, an older version of a file,
# days and sums that Excel keeps in another dress.
COMMON = {"row.hidden", "row.carried_over", "file.older_version", "cell.date_as_number", "column.text_numbers"}
# What no state of the sample holds: it is known only as the days go by, and tests/flows/test_formalities.py moves the
# clock.
ELSEWHERE = {"file.overdue"}
# What needs something that was accepted before, so that one night cannot find it.
ANOTHER_NIGHT = {"trend.frozen_row_changed", "trend.frozen_row_removed", "trend.row_removed"}
# Rules that are broken in another ledger than this one, and why.
NOT_IN_THIS_LEDGER = {
    # The card of this ledger knows two kinds only, so that another one is cell.unknown_code before the rule is asked.
    ("fire_penalty", "rule.summary_punishment_kind"),
    # Were all services of one category, no lecture, contract or appeal were left to compare with other ledgers.
    ("adviser_service", "rule.category_all_same"),
}


@dataclass(frozen=True, slots=True)
class Night:
    """What a night leaves behind: what stands, in whose words, which ledgers of which year are in force.

    `failed` has each rule that rows failed, by its ledger and its place in the suite: several rules may share a code.
    """

    kept: list
    words: list
    in_force: set
    failed: set

    @property
    def places(self):
        """What was found, by year, code, ledger and place, without what stands in every state."""
        return Counter(
            (it.slot.period, it.code, it.slot.ledger, it.sheet or "", it.cell or "")
            for it in self.kept
            if it.code not in COMMON
        )


def night_over(settings, state):
    """The state of the office after one more night, over this state of the sample."""
    failed, check = set(), steps.check

    def checked(tonight, ledger, items):
        told, judgement = check(tonight, ledger, items)
        outcomes = enumerate(judgement.outcomes if judgement else ())
        failed.update((ledger, place, it.code) for place, it in outcomes if it.failed)
        return told, judgement

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "check", checked)
        collect(settings, office="xigu", inbox=SAMPLES / state)
    with open_register(settings.register_url) as register:
        kept = [item.finding for item in register.findings(office="xigu")]
        in_force = {(it.submission.slot.period, it.submission.slot.ledger) for it in register.in_force("xigu")}
    configuration = configured(settings)
    return Night(kept, [brief.told(finding, configuration) for finding in kept], in_force, failed)


def drawn(troubles):
    return Counter((int(it.file[:4]), it.code, it.ledger, it.sheet, it.cell) for it in troubles)


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """The night over the inbox with problems, and the one after it."""
    settings = settings_for(tmp_path_factory.mktemp("problems"))
    return [night_over(settings, state) for state in (draw.SPOILED, draw.AGAIN)]


def test_the_clean_sample_gives_notes_only(tmp_path):
    """A night over the clean sample finds nothing to mend and nothing to explain."""
    kept = night_over(settings_for(tmp_path), draw.CLEAN).kept

    assert COMMON == {finding.code for finding in kept}
    assert {Level.NOTE} == {finding.level for finding in kept}


def test_one_night_finds_exactly_what_was_spoiled(nights):
    """Each trouble is found once, at its year, sheet and cell, in its ledger, and nothing else is found."""
    night = nights[0]

    assert drawn(draw.troubles()) == night.places
    assert {Level.NOTE} == {it.level for it in night.kept if it.code in COMMON}


def test_another_night_is_held_against_what_was_accepted(nights):
    """Rows changed or gone are found in the closed year and the open one, besides what stood before; none is let in."""
    first, second = nights

    assert drawn(draw.troubles(draw.again())) == second.places
    assert ANOTHER_NIGHT == {it.code for it in second.kept} - {it.code for it in first.kept}
    accepted = {(2023, ledger) for ledger in ("penalty_case", "visit", "adviser_service", "appeal_case")}
    assert accepted | {(2024, "reception_duty")} == first.in_force == second.in_force


def test_every_trouble_is_told_whole_and_without_personal_data(nights):
    """No sentence has a hole where a name should stand; the telephones in texts are found and repeated nowhere."""
    told = [text for night in nights for words in night.words for text in words.values() if isinstance(text, str)]

    assert [] == [text for text in told if "“”" in text or "None" in text]
    assert [] == [text for text in told if "13800000000" in text]
    assert [] == [it.code for it in nights[0].kept if any("13800000000" in str(fact) for fact in it.facts.values())]


def test_every_rule_is_broken_in_the_inbox_with_problems(tmp_path):
    """Each code of the suites, of across/ and trends/ and of the list of rules is seeded there; a few need more."""
    configuration = configured(settings_for(tmp_path))
    rules = {rule.code for suite in configuration.suites.values() for rule in suite.rules}
    rules |= {rule.head.code for rule in configuration.comparisons}
    rules |= {code for line in listing().values() for code in line.found_by}
    seeded = {it.code for it in draw.troubles()}

    assert ELSEWHERE | ANOTHER_NIGHT == rules - seeded - COMMON
    assert ANOTHER_NIGHT == {it.code for it in draw.troubles(draw.again())} - seeded


def test_every_rule_is_broken_in_its_own_ledger(nights, tmp_path):
    """Rows fail each rule of each suite, and each ledger that a comparison asks about is seeded; few need a reason."""
    configuration = configured(settings_for(tmp_path))
    suites = configuration.suites.values()
    rules = {(suite.ledger, place, rule.code) for suite in suites for place, rule in enumerate(suite.rules)}
    unbroken = rules - nights[0].failed - nights[1].failed
    compared = {(ledger, rule.head.code) for rule in configuration.comparisons for ledger in rule.head.each}
    seeded = {(it.ledger, it.code) for it in draw.troubles()}

    assert NOT_IN_THIS_LEDGER == {(ledger, code) for ledger, _, code in unbroken}
    assert set() == compared - seeded
