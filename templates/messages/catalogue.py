"""The words of findings: what is wrong, why it matters, how to mend it. All of them stand in the YAML files here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict

from warehouse.declarations import DeclarationError, line_of, parse, parse_yaml
from warehouse.model import Finding, Level, Place, Slot

FOLDER = Path(__file__).resolve().parent
SAME_CELL = "同一单元格"
_NOWHERE = Finding(code="", level=Level.NOTE, slot=Slot("", "", "", 0))
# Amounts are kept in 元; where a finding tells the unit in which a cell states them, they are said as they stand there.
IN_UNIT = frozenset({"stated", "computed"})
_UNITS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
LEVELS = {"error": "错误", "question": "疑问", "note": "提示"}


class Message(BaseModel):
    """The words of one finding code; `{…}` slots are filled from the finding's facts and the names of its place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: str
    why: str
    fix: str


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in words for a clerk."""

    says: str
    why: str
    fix: str


@cache
def messages(*further: Path) -> Mapping[str, Message]:
    """Every message by finding code: ours, and those of `further` folders for the rules of other ledgers."""
    found: dict[str, Message] = {}
    where: dict[str, Path] = {}
    folders = dict.fromkeys((FOLDER, *(folder.resolve() for folder in further)))
    for path in (path for folder in folders for path in sorted(folder.glob("*.yml"))):
        text = path.read_text(encoding="utf-8")
        for code, words in (parse_yaml(text, path) or {}).items():
            if code in found:
                place = f"{path}:{line_of(text, [code])}"
                raise DeclarationError(f"{place}: '{code}' has words in {where[code]} too; keep one of them")
            found[code], where[code] = parse(Message, words, path, text=text, within=(code,)), path
    return found


def say(finding: Finding, names: Mapping[str, str], known: Mapping[str, Message] | None = None) -> Said:
    """The finding in Chinese.

    `names` gives the Chinese of department and ledger ids and of columns as `ledger.column`. A slot that the finding
    has no fact for is a DeclarationError: a message must not be printed with a hole. A fact `other_column` fills the
    slot `other` with that column's name, a fact `unit` is the one in which a total is said. `known` is the catalogue
    where it is more than ours.
    """
    words = (known or messages()).get(finding.code)
    if words is None:
        raise DeclarationError(f"templates/messages has no words for the finding '{finding.code}'; add them")
    slots = {**_around(finding, names), **{name: _shown(value) for name, value in _in_unit(finding.facts).items()}}
    try:
        return Said(*(text.format_map(slots) for text in (words.says, words.why, words.fix)))
    except KeyError as error:
        raise DeclarationError(
            f"the message '{finding.code}' has a slot {error} that the finding does not fill"
        ) from error


def _in_unit(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts with `stated` and `computed` in the unit that one of them tells: 1000 万元 for 10000000."""
    factor = _UNITS.get(str(facts.get("unit")))
    if factor is None:
        return facts
    told = {name: value for name, value in facts.items() if name in IN_UNIT and isinstance(value, (int, Decimal))}
    return {**facts, **{name: f"{_shown(Decimal(value) / factor)} {facts['unit']}" for name, value in told.items()}}


def unfilled(words: Message, facts: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Each slot of the words that a finding with these facts does not fill: the part it is in, and what is wrong."""
    known = sorted({*_around(_NOWHERE, {}), *facts})
    for part in Message.model_fields:
        try:
            slots = [name for _, name, _, _ in Formatter().parse(getattr(words, part)) if name is not None]
        except ValueError:
            yield part, "a brace stands alone; slots are written {name}"
            continue
        for slot in dict.fromkeys(name for name in slots if name not in known):
            near = get_close_matches(slot, known, n=1, cutoff=0.5)
            hint = f"the nearest slot is {{{near[0]}}}" if near else f"there are: {', '.join(known)}"
            yield part, f"nothing fills the slot {{{slot}}}; {hint}"


def _around(finding: Finding, names: Mapping[str, str]) -> dict[str, Any]:
    """The slots that every finding fills, whatever its facts: where it stands and whose it is."""
    other = finding.facts.get("other_column")
    return {
        "department": names.get(finding.slot.department, finding.slot.department),
        "ledger": names.get(finding.slot.ledger, finding.slot.ledger),
        "period": finding.slot.period,
        "column": names.get(f"{finding.slot.ledger}.{finding.column}", finding.column or ""),
        "cell": finding.cell or "",
        "sheet": finding.sheet or "",
        "file": finding.file or "",
        "key": finding.key or "",
        "here": _where(Place(slot=finding.slot, file=finding.file, sheet=finding.sheet, cell=finding.cell), names),
        "other": names.get(f"{finding.slot.ledger}.{other}", other)
        if other
        else "；".join(_where(place, names, beside=finding) for place in finding.also),
    }


def _where(place: Place, names: Mapping[str, str], *, beside: Finding | None = None) -> str:
    """Whose ledger, which file, which cell, for a message that several departments read.

    Of a place `beside` another only what tells it apart is said, so that no message names the same file twice.
    """
    slot, cell = place.slot, (place.file, place.sheet, place.cell)
    of_one = beside is not None and beside.slot == slot and bool(place.cell)
    if of_one and beside is not None and cell == (beside.file, beside.sheet, beside.cell):
        return SAME_CELL
    department, ledger = names.get(slot.department, slot.department), names.get(slot.ledger, slot.ledger)
    whose = "" if of_one else f"{department}《{ledger}》"
    named = bool(place.file) and not (of_one and beside is not None and beside.file == place.file)
    parts = (f"“{place.file}”" if named else "", f"工作表“{place.sheet}”" if place.sheet else "", place.cell or "")
    return whose + "".join(parts)


def _shown(value: Any) -> Any:
    match value:
        case None:
            return "空白"
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
    return value
