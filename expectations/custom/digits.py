"""Check digits of the national numbering standards."""

from __future__ import annotations

from collections.abc import Callable, Mapping

# GB 32100-2015: digits and capital letters without I, O, S, V and Z.
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 11643-1999: the weight of each of the first seventeen digits, and the digit for each rest of eleven.
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_DIGITS = "10X98765432"


def social_credit_code(code: str) -> bool:
    """Whether the last character of a 统一社会信用代码 is the one that the others give (GB 32100-2015)."""
    total = sum(_CREDIT.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return code[17] == _CREDIT[-total % 31]


def identity_card_no(number: str) -> bool:
    """Whether the last character of a 居民身份证号 is the one that the others give (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _IDENTITY_WEIGHTS, strict=True))
    return number[17].upper() == _IDENTITY_DIGITS[total % 11]


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "social_credit_code": social_credit_code,
    "identity_card_no": identity_card_no,
}
