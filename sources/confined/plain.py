"""What passes between a child that reads foreign files and its parent: plain values, and nothing is made of others."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sources.cards import LedgerCard

_OURS = ("sources.", "warehouse.model")
_PLAIN = {
    "builtins": {"bool", "float", "frozenset", "int", "range", "set", "slice", "str"},
    "datetime": {"date", "datetime", "time", "timedelta"},
    "decimal": {"Decimal"},
    "collections": {"Counter", "OrderedDict", "defaultdict"},
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """A class of ours or a plain value's; whatever else a pickle names, it does not get."""
        if name in _PLAIN.get(module, ()) or (
            module.startswith(_OURS) and isinstance(super().find_class(module, name), type)
        ):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not for an answer about a file")


def unpickled(data: bytes) -> Any:
    """The value; pickle.UnpicklingError if it is made of more than values."""
    return _Unpickler(io.BytesIO(data)).load()


def plain(card: LedgerCard) -> LedgerCard:
    """All that a card says, without the library that checks declarations: its import is half of a child's start."""
    return cast("LedgerCard", SimpleNamespace(**_said(card), kept=_plain(card.kept)))


def _said(declared: Any) -> dict[str, Any]:
    return {name: _plain(getattr(declared, name)) for name in type(declared).model_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return SimpleNamespace(**_said(value)) if hasattr(type(value), "model_fields") else value
