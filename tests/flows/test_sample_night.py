from collections import Counter

from expectations.listing import listing
from flows.screens import brief
from sources.samples import draw, years
from tests.nights import SAMPLES, collect, configured, settings_for
from warehouse.model import Level
from warehouse.register import open_register

# What clerks do without harm stands in every state: hidden rows, a case of the year before, an older version of a file,
# days and sums that Excel keeps in another dress.
COMMON = {"row.hidden", "row.carried_over", "file.older_version", "cell.date_as_number", "column.text_numbers"}
# What no state of the sample holds, and why.
ELSEWHERE = {
    # Known only as the days go by: tests/flows/test_formalities.py moves the clock.
    "file.overdue",
    # How a workbook was made rather than what it says: tests/corpus draws these.
    "column.hidden",
    "sheet.hidden",
    "total.range_short",
}


def found(tmp_path, *states):
    """The findings that stand after a night over each of these states of the sample."""
    settings = settings_for(tmp_path)
    for state in states:
        collect(settings, office="xigu", inbox=SAMPLES / state)
    with open_register(settings.register_url) as register:
        kept = [item.finding for item in register.findings(office="xigu")]
    words = [brief.told(finding, configured(settings)) for finding in kept]
    assert len(kept) == len(words)
    return kept


def test_the_clean_sample_gives_notes_only(tmp_path):
    """A night over the clean sample finds nothing to mend and nothing to explain."""
    kept = found(tmp_path, draw.CLEAN)

    assert COMMON == {finding.code for finding in kept}
    assert {Level.NOTE} == {finding.level for finding in kept}


def test_ledgers_at_odds_give_exactly_what_was_set_at_odds(tmp_path):
    """Each disagreement is found once, at its cell, and nothing else; those with a part in an error are returned."""
    kept = found(tmp_path, draw.AT_ODDS)
    places = Counter((it.code, it.slot.ledger, it.sheet, it.cell) for it in kept if it.code not in COMMON)

    assert Counter((it.code, it.ledger, it.sheet, it.cell) for it in draw.disagreements()) == places
    with open_register(settings_for(tmp_path).register_url) as register:
        in_force = {item.submission.slot.ledger for item in register.in_force("xigu")}
        owed = {owed.ledger for _, owed in configured(settings_for(tmp_path)).offices["xigu"].owed()}
    assert {"enforcement_officer", "penalty_case", "fire_penalty", "mediation_case"} == owed - in_force


def test_the_spoiled_sample_gives_exactly_what_was_spoiled(tmp_path):
    """Each trouble is found once, at its sheet and cell, in its ledger, and nothing else is found."""
    kept = found(tmp_path, draw.SPOILED)
    places = Counter(
        (it.code, it.slot.ledger or "publicity_activity", it.sheet or "", it.cell or "")
        for it in kept
        if it.code not in COMMON
    )

    assert Counter((it.code, it.ledger, it.sheet, it.cell) for it in draw.troubles()) == places
    assert {Level.NOTE} == {it.level for it in kept if it.code in COMMON}
    # The telephone in a remark is found, and repeated nowhere.
    assert [] == [it.code for it in kept if any("13800000000" in str(fact) for fact in it.facts.values())]


def over_the_years(tmp_path, *states):
    """What stands after the nights over the two years, without what departments have not handed in."""
    kept = found(tmp_path, *states)
    assert {
        (year, owed) for year in (2023, 2024) for owed in {it.id for it in draw.ledgers()} - set(years.LEDGERS)
    } == {(it.slot.period, it.slot.ledger) for it in kept if it.code == "file.missing"}
    return Counter(
        (it.code, it.slot.period, it.slot.ledger, it.sheet, it.cell)
        for it in kept
        if it.code not in COMMON | {"file.missing"}
    )


def drawn_over_the_years(troubles):
    return Counter((it.code, int(it.file[:4]), it.ledger, it.sheet, it.cell) for it in troubles)


def test_two_years_give_exactly_what_shows_beside_an_earlier_year(tmp_path):
    """The high fine, what nobody carried on and what was published otherwise are found once, each at its cell."""
    places = over_the_years(tmp_path, "years")

    assert drawn_over_the_years(years.troubles()) == places


def test_what_is_handed_in_again_is_held_against_what_was_accepted(tmp_path):
    """Rows changed or gone are found in the closed year and the open one; only the closed year's file is returned."""
    places = over_the_years(tmp_path, "years", f"{years.PLACE}/2023-next", f"{years.PLACE}/2024-next")

    assert drawn_over_the_years((*years.troubles(), *years.troubles_again())) == places
    with open_register(settings_for(tmp_path).register_url) as register:
        states = {
            (it.submission.slot.period, it.submission.slot.ledger, it.in_force) for it in register.history("xigu")
        }
    assert {
        (2023, "penalty_case", True),
        (2023, "visit", True),
        (2024, "penalty_case", True),
        (2024, "visit", False),
        (2024, "visit", True),
    } == states


def test_every_rule_is_broken_somewhere_in_the_sample(tmp_path):
    """Each code of the suites, of across/ and trends/ and of the list of rules is seeded, or it is said why not."""
    configuration = configured(settings_for(tmp_path))
    rules = {rule.code for suite in configuration.suites.values() for rule in suite.rules}
    rules |= {rule.head.code for rule in configuration.comparisons}
    rules |= {code for line in listing().values() for code in line.found_by}
    seeded = {it.code for it in (*draw.troubles(), *draw.disagreements(), *years.troubles(), *years.troubles_again())}

    assert ELSEWHERE == rules - seeded - COMMON
