"""Typed rows of the penalty ledger in any number: all in order, but one in a thousand, which breaks a rule."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from expectations.suite import Suite
from tests.expectations.drawing import cards, frame, judged, submission, suites

if TYPE_CHECKING:
    from pandas import DataFrame

LEDGER = "penalty_case"
ONE_IN = 1000


def rows(count: int, seed: int = 2024) -> DataFrame:
    """As many rows as the reader would give them; every failing example of the suite stands among them in turn."""
    import pandas as pd

    good = _good(count, seed)
    wrong = list(range(ONE_IN // 2, count, ONE_IN))
    examples = cycle(_failing(suites()[LEDGER]))
    broken = frame([next(examples) for _ in wrong], LEDGER).assign(_row=[at + 2 for at in wrong]).set_axis(wrong)
    if not wrong:
        return good
    return pd.concat([good.drop(index=wrong), broken]).sort_index()


def _failing(suite: Suite) -> list[dict[str, Any]]:
    return [dict(row) for rule in suite.rules for row in rule.examples.fails]


def _good(count: int, seed: int) -> DataFrame:
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    template = frame([{}], LEDGER).iloc[:0]
    day = pd.Timestamp("2024-01-02").as_unit("us")

    def after(start: Any, days: Any) -> Any:
        return start + pd.to_timedelta(days, unit="D").as_unit("us")

    def some(*values: Any) -> Any:
        return np.array(values, dtype=object)[rng.integers(0, len(values), count)]

    numbers = np.arange(count)
    filed = after(pd.DatetimeIndex([day] * count), rng.integers(0, 250, count))
    informed = after(filed, rng.integers(10, 30, count))
    decided = after(informed, rng.integers(7, 30, count))
    served = after(decided, rng.integers(0, 4, count))
    closed = rng.random(count) < 0.9
    fined = rng.random(count) < 0.8
    kinds = np.empty(count, dtype=object)
    kinds[:] = [["罚款"] if fine else ["警告"] for fine in fined.tolist()]
    officers = np.array([f"120106{number:05}" for number in range(60)], dtype=object)
    first = rng.integers(0, 60, count)
    held: dict[str, Any] = {
        "case_no": [f"某综执立〔2024〕第{number:07}号" for number in numbers],
        "case_source": some("巡查发现", "投诉举报", "双随机"),
        "offence": some("占道经营", "未按规定分类投放生活垃圾", "违法建设"),
        "party_type": some("公民", "法人", "其他组织"),
        "offended_on": after(filed, -rng.integers(0, 5, count)),
        "filed_on": filed,
        "procedure": np.array(["普通程序"] * count, dtype=object),
        "officer_cert_1": officers[first],
        "officer_cert_2": officers[(first + rng.integers(1, 60, count)) % 60],
        "legal_review": some("是"),
        "informed_on": informed,
        "decision_no": [f"某综执罚决字〔2024〕第{number:07}号" for number in numbers],
        "decided_on": decided,
        "punishment": kinds,
        "fine_yuan": np.where(fined, rng.integers(1, 40, count) * 50, 0).astype("int32"),
        "served_on": served,
        "paid_on": after(served, rng.integers(0, 10, count)),
        "closed_on": pd.DatetimeIndex(after(served, rng.integers(10, 14, count))).where(closed),
        "status": np.where(closed, "结案", "执行"),
        "_year": np.full(count, 2024),
        "_period": np.full(count, 2024),
        "_row": numbers + 2,
    }
    held["paid_yuan"] = held["fine_yuan"]
    fixed = {"_submission": submission(ledger=LEDGER).id, "_office": "town", "_department": "squad", "_sheet": "台账"}
    fixed |= {"_block": 0, "_hidden": False, "_carried_over": False}
    columns = {name: _typed(held.get(name, fixed.get(name)), template[name].dtype, count) for name in template.columns}
    return pd.DataFrame(columns)


def _typed(values: Any, dtype: Any, count: int) -> Any:
    """A column of the template's dtype; what nobody says is missing."""
    import pandas as pd

    if pd.api.types.is_object_dtype(dtype):
        return pd.Series(values if values is not None else [None] * count, dtype=object)
    if values is None or not hasattr(values, "__len__") or isinstance(values, str):
        return pd.Series([values], dtype=dtype).repeat(count).reset_index(drop=True)
    return pd.Series(values).astype(dtype)


def office(ledgers: int, count: int) -> dict[str, DataFrame]:
    """So many ledgers of one office by name, each of `count` rows that pass every rule."""
    return dict(
        islice(((name, typed) for name in sorted(suites()) if (typed := _passing(name, count)) is not None), ledgers)
    )


def _passing(ledger: str, count: int) -> DataFrame | None:
    """Rows made of passing examples that no rule objects to, each with a key of its own; None if there is none."""
    suite, card = suites()[ledger], cards()[ledger]
    named = next((name for name in suite.key if card.columns[name].type in ("text", "identifier")), None)
    if named is None:
        return None
    given = [{**row, named: "A1"} for rule in suite.rules for row in rule.examples.passes]
    sound = [row for row in given if not judged([row], suite).findings]
    return frame(({**row, named: f"A{at}"} for at, row in zip(range(count), cycle(sound))), ledger)
