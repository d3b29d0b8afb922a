"""Check digits of the national numbering standards."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from warehouse.personal import check_digit

# GB 32100-2015: digits and capital letters without I, O, S, V and Z.
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def social_credit_code(code: str) -> bool:
    """Whether the last character of a 统一社会信用代码 is the one that the others give (GB 32100-2015)."""
    total = sum(_CREDIT.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return code[17] == _CREDIT[-total % 31]


def identity_card_no(number: str) -> bool:
    """Whether the last character of a 居民身份证号 is the one that the others give (GB 11643-1999)."""
    return number[17].upper() == check_digit(number[:17])


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "social_credit_code": social_credit_code,
    "identity_card_no": identity_card_no,
}
