"""Personal data: keyed so that nobody can read it back, and kept out of every finding."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import lru_cache

from sources.values import fold
from warehouse.personal import masked

LONGEST = 80


def pseudonym(secret: bytes, text: str) -> str:
    """Thirty-two hex digits that are the same for the same person on this installation, and nowhere else."""
    return pseudonyms(secret, [fold(text)])[0]


def pseudonyms(secret: bytes, folded: Iterable[str]) -> list[str]:
    """The pseudonym of each of these texts, which are folded already."""
    begun, found = _keyed(secret), []
    for text in folded:
        keyed = begun.copy()
        keyed.update(text.encode())
        found.append(keyed.hexdigest()[:32])
    return found


@lru_cache(maxsize=4)
def _keyed(secret: bytes) -> hmac.HMAC:
    return hmac.new(secret, digestmod="sha256")


def presentable(text: str) -> str:
    """The text as a finding may quote it: shortened, without what looks like an identity card or a telephone."""
    shown = masked(text)
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"
