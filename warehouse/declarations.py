"""Reading declarations (YAML) strictly: an unknown key is an error that names the file, the path and the known keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

LONGEST_QUOTE = 80
M = TypeVar("M", bound="BaseModel")


class YishuError(Exception):
    """The root of our errors: the program, the machine or the configuration; the text says what to do next."""


class MisuseError(YishuError):
    """What somebody asked for is not there or cannot be; `said` names the words that tell it in Chinese."""

    def __init__(self, text: str, *, said: str, **facts: str) -> None:
        super().__init__(text)
        self.said, self.facts = said, facts


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


def parse(model: type[M], value: Any, path: Path, *, text: str | None = None, within: tuple[Any, ...] = ()) -> M:
    """`value` as a `model`; every mistake is listed with its path inside the file and what would be right.

    `text` is the whole file that `value` was read from, where it is at hand, and `within` says where in it: mistakes
    then have their line.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(value)
    except ValidationError as error:
        items = error.errors(include_url=False)
        # What holds nothing right is counted as empty, too; the mistakes within it say what is wrong.
        within_others = {item["loc"][:depth] for item in items for depth in range(len(item["loc"]))}
        lines = [
            f"{path}{_line(text, (*within, *item['loc']))}: {_mistake(model, item)}"
            for item in items
            if item["type"] != "too_short" or item["loc"] not in within_others
        ]
        raise DeclarationError("\n".join(lines)) from error


def shaped(pattern: str, words: str) -> Callable[[str], str]:
    """A check for a text that a declaration says: `words` tell a person what the pattern asks."""
    wanted = re.compile(pattern)

    def check(text: str) -> str:
        if wanted.fullmatch(text) is None:
            raise ValueError(f"write {words}")
        return text

    return check


def load(model: type[M], path: Path) -> M:
    """The declaration in `path` as a `model`."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DeclarationError(f"{path}: it is not in UTF-8; save it anew in that encoding") from error
    if (said := parse_yaml(text, path)) is None:
        raise DeclarationError(f"{path}: it says nothing; fill it in or take it away")
    return parse(model, said, path, text=text)


def line_of(text: str, place: Iterable[Any]) -> int:
    """The line, from 1, of what stands at `place` (keys and positions) in a YAML text, or of the nearest around it."""
    import yaml

    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    line: int = node.start_mark.line
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 1


def _line(text: str | None, place: Iterable[Any]) -> str:
    return "" if text is None else f":{line_of(text, place)}"


def _mistake(model: type[BaseModel], item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"]) or "the file"
    if item["type"] == "extra_forbidden":
        known = ", ".join(sorted(_fields_at(model, item["loc"][:-1])))
        return f"{place}: unknown key; known here: {known}"
    if item["type"] == "too_short":
        return f"{place}: say at least one"
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
