"""Draw the sample inbox: `python -m sources.samples.draw` writes it, `--check` says whether it is as drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from sources.samples import (
    advisers,
    business,
    fire,
    legal_services,
    mediation,
    officers,
    penalties,
    publicity,
    reviews,
    studies,
    tasks,
    visits,
    years,
)
from sources.samples.paper import Ledger
from sources.samples.paper import draw as draw_book
from sources.samples.spoiling import Spoiled, Trouble
from sources.samples.troubles import spoil

HERE = Path(__file__).parent
CLEAN = "xigu/2024"
# Two inboxes of their own, each with two years: one night, and what lies there another night.
SPOILED, AGAIN = "2024-with-problems", "2024-with-problems-next"
# Where it is written what must be found in them.
LIST = "TROUBLES.md"
_HEAD = """# What must be found in the inbox with problems

Drawn together with the files by `python -m sources.samples.draw`; a test holds every line against what a night finds.
The year stands before each file.
"""
_AGAIN_HEAD = """## What another night finds besides
"""
# The office's folder in an inbox, with a folder for each year.
OFFICE = "xigu"
# Where drawn files lie below the samples; beside them lie the modules that draw.
PLACES = ("xigu", SPOILED, AGAIN)
# Ledgers that are a sheet in the workbook of another.
HOLDERS = {"fire_penalty": "fire_inspection", "adviser_contract": "adviser_service"}


@cache
def ledgers() -> tuple[Ledger, ...]:
    """Every ledger of the sample: its records and the books they are written into."""
    received = visits.visits()
    return (
        officers.ledger(),
        penalties.ledger(),
        *fire.ledgers(),
        publicity.ledger(),
        legal_services.ledger(),
        *reviews.ledgers(),
        mediation.ledger(),
        received,
        visits.roster(received.records),
        *advisers.ledgers(),
        *tasks.ledgers(),
        studies.ledger(),
        business.ledger(),
    )


@cache
def spoiled() -> Mapping[str, Spoiled]:
    """The inbox with problems by year: what is in its files, and what must be found."""
    earlier, year = years.before(HOLDERS), spoil(ledgers(), HOLDERS)
    years.gone(earlier, year)
    return {"2023": earlier, "2024": year}


@cache
def again() -> Mapping[str, Spoiled]:
    """The same inbox another night, with files that have been handed in again."""
    earlier, year = years.before(HOLDERS), spoil(ledgers(), HOLDERS)
    years.gone(earlier, year)
    years.hand_in_again(earlier, year)
    return {"2023": earlier, "2024": year}


def files() -> dict[str, bytes]:
    """Every file of every state by its path below the samples folder."""
    drawn = {f"{CLEAN}/{book.path}": draw_book(book) for ledger in ledgers() for book in ledger.books}
    for place, inbox in ((SPOILED, spoiled()), (AGAIN, again())):
        for year, of_year in inbox.items():
            drawn |= {f"{place}/{OFFICE}/{year}/{path}": content for path, content in of_year.files().items()}
    return drawn


def troubles(inbox: Mapping[str, Spoiled] | None = None) -> tuple[Trouble, ...]:
    """What must be found in an inbox, by default the one with problems; each file is named with its year's folder."""
    order = [ledger.id for ledger in ledgers()]
    return tuple(
        replace(trouble, file=f"{year}/{trouble.file}" if trouble.file else year)
        for year, of_year in (inbox or spoiled()).items()
        for trouble in sorted(
            of_year.troubles, key=lambda it: (order.index(it.ledger) if it.ledger else -1, it.code, it.cell)
        )
    )


def listed() -> str:
    """TROUBLES.md: what must be found in the inbox with problems, and what besides another night."""
    known = set(troubles())
    parts = [_HEAD, *_table(troubles()), "", _AGAIN_HEAD, *_table(it for it in troubles(again()) if it not in known)]
    return "\n".join(parts) + "\n"


def _table(found: Iterable[Trouble]) -> Iterable[str]:
    yield from ("| 问题 | 台账 | 文件 | 工作表 | 单元格 | 情形 |", "|---|---|---|---|---|---|")
    yield from (f"| `{it.code}` | {_ledger(it)} | {it.file} | {it.sheet} | {it.cell} | {it.what} |" for it in found)


def _ledger(trouble: Trouble) -> str:
    return f"`{trouble.ledger}`" if trouble.ledger else ""


def differences(folder: Path = HERE) -> Iterable[str]:
    """What stands in `folder` other than as drawn: changed, missing and foreign files, a stale list."""
    drawn = files()
    for path, content in drawn.items():
        if not (folder / path).is_file():
            yield f"missing: {path}"
        elif (folder / path).read_bytes() != content:
            yield f"differs: {path}"
    kept = {path.relative_to(folder).as_posix() for path in _kept(folder)}
    yield from (f"not drawn: {path}" for path in sorted(kept - drawn.keys()))
    if not (folder / LIST).is_file() or (folder / LIST).read_text(encoding="utf-8") != listed():
        yield f"differs: {LIST}"


def _kept(folder: Path) -> list[Path]:
    """The files that lie where drawn ones belong."""
    return [path for place in PLACES for path in (folder / place).rglob("*") if path.is_file()]


def write(folder: Path = HERE) -> None:
    """Make `folder` hold exactly what is drawn."""
    drawn = files()
    for path in _kept(folder):
        if path.relative_to(folder).as_posix() not in drawn:
            path.unlink()
    for place, content in drawn.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / LIST).write_text(listed(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """0 when all is as drawn."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m sources.samples.draw [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write()
    found = list(differences())
    print("\n".join(found) if found else f"{len(files())} files are as drawn")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
