from collections import Counter

from flows.screens import brief
from sources.samples import draw
from tests.nights import SAMPLES, collect, configured, settings_for
from warehouse.model import Level
from warehouse.register import open_register

# What clerks do without harm stands in both states: hidden rows, a case of the year before, an older version of a file,
# days and sums that Excel keeps in another dress.
COMMON = {"row.hidden", "row.carried_over", "file.older_version", "cell.date_as_number", "column.text_numbers"}


def found(tmp_path, state):
    """The findings of a night over one state of the sample."""
    settings = settings_for(tmp_path)
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
