"""Pickles from a child that read a foreign file: nothing is made of them but values of ours."""

from __future__ import annotations

import io
import pickle
from typing import Any

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
