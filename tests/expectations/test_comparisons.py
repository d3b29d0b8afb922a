from __future__ import annotations

from pathlib import Path

import pytest

from expectations.comparisons import Scope, load_comparisons
from expectations.trying import require_kept
from sources.cards import load_ledgers

ROOT = Path(__file__).parents[2]
CARDS = load_ledgers([ROOT / "sources" / "ledgers"])
FOLDERS = [ROOT / "expectations" / "across", ROOT / "expectations" / "trends"]
RULES = {rule.code: rule for rule in load_comparisons(FOLDERS)}
SCOPE = Scope(
    office="",
    year=2024,
    cut=None,  # type: ignore[arg-type]
    tables={ledger: card.table for ledger, card in CARDS.items()},
    placed_by={ledger: card.placed_by for ledger, card in CARDS.items() if card.placed_by},
)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_finds_what_it_says_it_finds_and_nothing_else(code: str) -> None:
    """Every example beside a shipped rule is judged by a real store, and comes out as the rule says."""
    require_kept([RULES[code]], SCOPE)
