"""Reading declarations (YAML) strictly: an unknown key is an error that names the file, the path and the known keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

LONGEST_QUOTE = 80
M = TypeVar("M", bound="BaseModel")


class YishuError(Exception):
    """The root of our errors: the program, the machine or the configuration; the text says what to do next."""


class DeclarationError(YishuError):
    """A declaration cannot be used."""


def parse_yaml(text: str, path: Path) -> Any:
    """The value of one YAML document; a syntax error or a repeated key is a DeclarationError with its line."""
    import yaml

    class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
        """Refuses a key said twice: the second would silently win."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            for (key_node, _), key in zip(node.value, keys, strict=True):
                if keys.count(key) > 1:
                    raise DeclarationError(f"{path}:{key_node.start_mark.line + 1}: the key '{key}' is said twice")
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 - a safe loader, subclassed
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DeclarationError(f"{path}{line}: not readable as YAML: {getattr(error, 'problem', error)}") from error
    except ValueError as error:
        # A date such as 2022-13-15, which YAML tries to make a date of.
        raise DeclarationError(f"{path}: a value is none that there can be: {error}") from error


def parse(model: type[M], value: Any, path: Path) -> M:
    """`value` as a `model`; every mistake is listed with its path inside the file and what would be right."""
    from pydantic import ValidationError

    try:
        return model.model_validate(value)
    except ValidationError as error:
        lines = [f"{path}: {_mistake(model, item)}" for item in error.errors(include_url=False)]
        raise DeclarationError("\n".join(lines)) from error


def load(model: type[M], path: Path) -> M:
    """The declaration in `path` as a `model`."""
    return parse(model, parse_yaml(path.read_text(encoding="utf-8"), path), path)


def _mistake(model: type[BaseModel], item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"]) or "the file"
    if item["type"] == "extra_forbidden":
        known = ", ".join(sorted(_fields_at(model, item["loc"][:-1])))
        return f"{place}: unknown key; known here: {known}"
    said = repr(item["input"])
    quote = item["type"] != "missing" and len(said) <= LONGEST_QUOTE
    return f"{place}: {item['msg'].removeprefix('Value error, ')}" + (f" (it says {said})" if quote else "")


def _fields_at(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """The keys that may stand at `path` inside `model`, found by walking its annotations."""
    kinds: list[Any] = [model]
    for part in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return sorted({name for kind in kinds if (fields := _fields(kind)) for name in fields})


def _fields(kind: Any) -> Any:
    return getattr(kind, "model_fields", None) if isinstance(kind, type) else None


def _inside(kind: Any, part: Any) -> list[Any]:
    """The annotations one step further: the field of a model, the value of a mapping, the item of a sequence."""
    from collections.abc import Mapping
    from typing import Annotated, get_args, get_origin

    if (fields := _fields(kind)) is not None:
        return [fields[part].annotation] if part in fields else []
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _inside(inner[0], part)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return [inner[1]]
    if isinstance(origin, type) and issubclass(origin, (tuple, list)):
        return [inner[0]]
    return [following for option in inner for following in _inside(option, part)]
