"""Draw the sample inbox: `python -m sources.samples.draw` writes it, `--check` says whether it is as drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterable
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
from sources.samples.cross_troubles import disagree
from sources.samples.paper import Ledger
from sources.samples.paper import draw as draw_book
from sources.samples.spoiling import Trouble
from sources.samples.troubles import spoil

HERE = Path(__file__).parent
CLEAN, SPOILED, AT_ODDS = "xigu/2024", "xigu/2024-with-problems", "xigu/2024-at-odds"
# The folders of the two inboxes below the samples; beside them lie the modules that draw.
INBOXES = ("xigu", years.PLACE)
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


def files() -> dict[str, bytes]:
    """Every file of every state by its path below the samples folder."""
    clean = {f"{CLEAN}/{book.path}": draw_book(book) for ledger in ledgers() for book in ledger.books}
    spoiled, _ = spoil(ledgers(), HOLDERS)
    at_odds, _ = disagree(ledgers(), HOLDERS)
    spoiled_files = {f"{SPOILED}/{path}": content for path, content in spoiled.items()}
    at_odds_files = {f"{AT_ODDS}/{path}": content for path, content in at_odds.items()}
    return clean | spoiled_files | at_odds_files | years.files()


def troubles() -> tuple[Trouble, ...]:
    """What is wrong in the second state."""
    return spoil(ledgers(), HOLDERS)[1]


def disagreements() -> tuple[Trouble, ...]:
    """What must be found in the third state."""
    return disagree(ledgers(), HOLDERS)[1]


def readme(text: str) -> str:
    """The README with the tables of troubles as they are drawn."""
    tables = {
        "troubles": troubles(),
        "disagreements": disagreements(),
        "years": (*years.troubles(), *years.troubles_again()),
    }
    for name, drawn in tables.items():
        begin, end = f"<!-- {name}: drawn -->\n", f"<!-- {name}: end -->"
        before, rest = text.split(begin)
        lines = ["| 问题 | 台账 | 文件 | 工作表 | 单元格 | 情形 |", "|---|---|---|---|---|---|"]
        lines += [f"| `{it.code}` | `{it.ledger}` | {it.file} | {it.sheet} | {it.cell} | {it.what} |" for it in drawn]
        text = before + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    return text


def differences(folder: Path = HERE) -> Iterable[str]:
    """What stands in `folder` other than as drawn: changed, missing and foreign files, a stale README."""
    drawn = files()
    for path, content in drawn.items():
        if not (folder / path).is_file():
            yield f"missing: {path}"
        elif (folder / path).read_bytes() != content:
            yield f"differs: {path}"
    kept = {path.relative_to(folder).as_posix() for path in _kept(folder)}
    yield from (f"not drawn: {path}" for path in sorted(kept - drawn.keys()))
    text = (folder / "README.md").read_text(encoding="utf-8")
    if readme(text) != text:
        yield "differs: README.md"


def _kept(folder: Path) -> list[Path]:
    """The files that lie in the inboxes."""
    return [path for inbox in INBOXES for path in (folder / inbox).rglob("*") if path.is_file()]


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
    target = folder / "README.md"
    target.write_text(readme(target.read_text(encoding="utf-8")), encoding="utf-8")


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
