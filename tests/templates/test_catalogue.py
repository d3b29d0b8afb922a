"""What a finding says in words."""

from templates.messages.catalogue import say
from warehouse.model import Finding, Level, Place, Slot

SLOT = Slot("town", "desk", "case", 2024)
NAMES = {"desk": "综合办", "case": "案件台账", "case.decided_on": "决定日期", "case.filed_on": "立案日期"}
EARLY = Finding(
    code="rule.dates_out_of_order",
    level=Level.ERROR,
    slot=SLOT,
    sheet="台账",
    cell="B3",
    column="decided_on",
    facts={"value": "3月1日", "other_value": "3月5日", "other_column": "filed_on"},
)


def test_the_other_column_of_a_pair_is_named() -> None:
    """A rule that tells which column the dates clash with has it in the sentence under its Chinese name."""
    assert "“决定日期”（3月1日）早于“立案日期”（3月5日）" in say(EARLY, NAMES).says


def test_the_other_side_of_a_shared_finding_is_named_with_its_place() -> None:
    """Where another ledger has a part in it, that side is named by department, ledger and cell."""
    shared = Finding(
        code="across.counted_in_two_ledgers",
        level=Level.QUESTION,
        slot=SLOT,
        cell="A3",
        facts={"day": "3月1日", "visit_no": "L1"},
        also=(Place(slot=Slot("town", "desk", "visit", 2024), file=None, sheet="来访", cell="A9"),),
    )

    assert "又登记为来访接待（L1，综合办《visit》工作表“来访”A9）" in say(shared, NAMES).says
