"""The formulas of .xls as text, as far as clerks use them: sums, counts, arithmetic on the same sheet."""

from __future__ import annotations

import struct

_BETWEEN = {3: "+", 4: "-", 5: "*", 6: "/", 7: "^", 8: "&", 9: "<", 10: "<=", 11: "=", 12: ">=", 13: ">", 14: "<>"}
# Functions by number: those with any number of arguments, and those with a fixed one.
_ANY = {0: "COUNT", 1: "IF", 4: "SUM", 5: "AVERAGE", 6: "MIN", 7: "MAX", 36: "AND", 37: "OR", 169: "COUNTA"}
_FIXED = {27: ("ROUND", 2), 24: ("ABS", 1), 25: ("INT", 1), 346: ("COUNTIF", 2)}
_FUNCTION, _FUNCTION_ANY, _CELL, _AREA = 0x01, 0x02, 0x04, 0x05


class _StrangeError(Exception):
    """A token that is not among those that are known here."""


def formula_text(body: bytes) -> str | None:
    """The formula of a record, with its `=`; None where anything in it is not known here, and its value must do."""
    if len(body) < 22:
        return None
    size = int.from_bytes(body[20:22], "little")
    try:
        return f"={_told(body[22 : 22 + size])}"
    except (_StrangeError, IndexError, struct.error):
        return None


def _told(tokens: bytes) -> str:
    stack: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        at += _take(token, tokens[at:], stack)
    if len(stack) != 1:
        raise _StrangeError
    return stack[0]


def _take(token: int, rest: bytes, stack: list[str]) -> int:
    """Work one token into the stack; gives how many bytes belong to it."""
    if token in _BETWEEN:
        right, left = stack.pop(), stack.pop()
        stack.append(f"{left}{_BETWEEN[token]}{right}")
        return 0
    match token:
        case 0x12 | 0x13:
            stack.append(("+" if token == 0x12 else "-") + stack.pop())
            return 0
        case 0x14:
            stack.append(f"{stack.pop()}%")
            return 0
        case 0x15:
            stack.append(f"({stack.pop()})")
            return 0
        case 0x17:
            wide = 2 if rest[1] & 1 else 1
            raw = rest[2 : 2 + rest[0] * wide].decode("utf-16-le" if wide == 2 else "latin-1")
            stack.append('"{}"'.format(raw.replace('"', '""')))
            return 2 + rest[0] * wide
        case 0x19:
            return _take_attribute(rest, stack)
        case 0x1E:
            stack.append(str(int.from_bytes(rest[:2], "little")))
            return 2
        case 0x1F:
            stack.append(f"{struct.unpack_from('<d', rest)[0]:.15g}")
            return 8
    return _take_operand(token, rest, stack)


def _take_attribute(rest: bytes, stack: list[str]) -> int:
    """A hint of the calculator; one of them is the sum of a single range."""
    if rest[0] & 0x04:
        raise _StrangeError
    if rest[0] & 0x10:
        stack.append(f"SUM({stack.pop()})")
    return 3


def _take_operand(token: int, rest: bytes, stack: list[str]) -> int:
    if token < 0x20:
        raise _StrangeError
    kind = token & 0x1F
    if kind == _CELL:
        stack.append(_place(*struct.unpack_from("<HH", rest)))
        return 4
    if kind == _AREA:
        top, bottom, left, right = struct.unpack_from("<HHHH", rest)
        stack.append(f"{_place(top, left)}:{_place(bottom, right)}")
        return 8
    if kind == _FUNCTION_ANY:
        name, count, size = _ANY.get(int.from_bytes(rest[1:3], "little") & 0x7FFF), rest[0] & 0x7F, 3
    elif kind == _FUNCTION:
        name, count = _FIXED.get(int.from_bytes(rest[:2], "little"), (None, 0))
        size = 2
    else:
        raise _StrangeError
    if name is None or not 0 < count <= len(stack):
        raise _StrangeError
    arguments = stack[-count:]
    del stack[-count:]
    stack.append(f"{name}({','.join(arguments)})")
    return size


def _place(row: int, column: int) -> str:
    letters, number = "", (column & 0xFF) + 1
    while number:
        number, left = divmod(number - 1, 26)
        letters = chr(65 + left) + letters
    return f"{'' if column & 0x4000 else '$'}{letters}{'' if column & 0x8000 else '$'}{row + 1}"
