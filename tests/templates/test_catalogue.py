"""What a finding says in words."""

from dataclasses import replace
from decimal import Decimal

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


def test_a_total_is_said_as_its_cell_says_it() -> None:
    """The facts hold 元, for they are compared; the sentence holds what the clerk sees under 万元."""
    total = Finding(
        code="total.differs",
        level=Level.ERROR,
        slot=SLOT,
        sheet="台账",
        cell="B3",
        column="decided_on",
        facts={"stated": Decimal(10_000_000), "computed": Decimal(20_005_000), "unit": "万元"},
    )
    plain = replace(total, facts={"stated": Decimal(60), "computed": Decimal(50)})

    assert "合计填写 1000 万元，按明细计算为 2000.5 万元" in say(total, NAMES).says
    assert "合计填写 60，按明细计算为 50" in say(plain, NAMES).says
