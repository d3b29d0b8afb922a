"""The list of everything that is asked of ledgers, by number: what it asks, and who finds it where no suite does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from warehouse.declarations import DeclarationError, parse, parse_yaml, shaped

PATH = Path(__file__).with_name("listing.yml")

Code = Annotated[str, AfterValidator(shaped(r"[a-z]+\.[a-z_]+", "a code such as rule.decided_late"))]


class Listed(BaseModel):
    """One line of the list: what it asks, the codes by which others than suites find it, or why nobody does yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asks: str = Field(min_length=1)
    found_by: tuple[Code, ...] = ()
    absent: str | None = None


@cache
def listing(path: Path = PATH) -> Mapping[str, Listed]:
    """Every line by its number, in the order of the list."""
    said = parse_yaml(path.read_text(encoding="utf-8"), path)
    if not isinstance(said, dict):
        raise DeclarationError(f"{path}: it is a mapping of numbers such as R01 to what they ask")
    return {ref: parse(Listed, line, path) for ref, line in said.items()}


def unlisted(refs: Sequence[str]) -> Iterable[tuple[int, str]]:
    """Which of these numbers are no line of the list: the position of each, and the nearest line that there is.

    There is one list. A rule that an office adds of its own accord claims no line of it, and says no `ref`.
    """
    for at, ref in enumerate(refs):
        if ref not in listing():
            near = get_close_matches(ref, [*listing()], n=1, cutoff=0.5)
            hint = f"the nearest is '{near[0]}'; " if near else ""
            yield (
                at,
                f"there is no line '{ref}' in listing.yml; {hint}a rule that proves none of its lines has no `ref`",
            )
