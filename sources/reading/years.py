"""Which years a title or a file name speaks of, so that last year's ledger is not taken for this year's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_DATE = re.compile(
    r"(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)20\d\d(?P<sign>[-./_])\d{1,2}(?P=sign)\d{1,2}(?!\d)"
    r"|(?<!\d)20\d\d年\d{1,2}月\d{1,2}日"
)
_SPAN = re.compile(r"(?<!\d)(20\d\d)年?(?:-{1,2}|—{1,2}|–|~|至|到)(20\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
# Lines that say when something was written, not of which year it tells.
_WRITTEN_ON = re.compile("填报|填表|制表|上报|报送|打印|导出|日期|时间")


@lru_cache(maxsize=4096)
def years_named(text: str) -> frozenset[int]:
    """The years that the text names; 2021—2025 names all five, the day on which something was written none."""
    plain = _DATE.sub(" ", unicodedata.normalize("NFKC", text))
    found = {int(year) for year in _YEAR.findall(plain)}
    for first, last in _SPAN.findall(plain):
        found |= set(range(int(first), int(last) + 1))
    return frozenset(found)


def tells_day(text: str) -> bool:
    """Whether a line says when something was written, not of which year it tells."""
    return _WRITTEN_ON.search(text) is not None


def other_year(texts: Iterable[str], period: int, *, cumulative: bool) -> int | None:
    """The place of the first text that names a year, where together they name years and not `period`.

    A ledger that goes back to the beginning of something may name the year of that beginning only.
    """
    named = [frozenset() if tells_day(text) else years_named(text) for text in texts]
    all_named = frozenset().union(*named)
    if not all_named or period in all_named or (cumulative and min(all_named) < period):
        return None
    return next(at for at, years in enumerate(named) if years)
