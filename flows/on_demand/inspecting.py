"""Looking at a file that nobody announced: how yishu sees it, and the ledger card it would make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.on_demand.dating import Dated, seen_in_its_year
from warehouse.declarations import MisuseError
from warehouse.personal import HIDDEN, masked, personal_kind

if TYPE_CHECKING:
    from sources.unknown.looking import Seen, SeenSheet, SeenTable
    from templates.messages.catalogue import Said
    from warehouse.model import Finding

# Somebody waits for one file, not a night for all of them.
PATIENCE_SECONDS = 60.0


def look_at(path: Path, *, sheet: str | None) -> tuple[Seen, Dated]:
    """The file as it seems, or one of its sheets, and its year; a file or a sheet that is not there is misuse."""
    from sources.confined.guard import Guard, Limits
    from sources.values import fold

    content = content_of(path)
    with Guard(Limits(seconds=PATIENCE_SECONDS), children=1) as guard:

        def look(year: int) -> Seen:
            return guard.look(content, file=path.name, year=year, sheet=sheet)

        seen, dated = seen_in_its_year(path.name, look)
    if sheet is not None and seen.format and fold(sheet) not in map(fold, seen.names):
        raise no_sheet(sheet, path, seen)
    return seen, dated


def no_sheet(sheet: str, path: Path, seen: Seen) -> MisuseError:
    """The error about a sheet that the file does not have, with those that it has."""
    text = f"There is no sheet '{sheet}' in {path.name}; it has: {', '.join(seen.names)}."
    return MisuseError(text, said="no_sheet", sheet=sheet, file=path.name, known="、".join(seen.names))


def content_of(path: Path) -> bytes:
    """The bytes of a file that somebody named on the command line."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _no_file(path) from None
    except IsADirectoryError:
        raise MisuseError(f"{path} is a folder; name one file in it.", said="is_folder", path=str(path)) from None
    except OSError as error:
        text = f"{path} cannot be opened: {error.strerror}."
        raise MisuseError(text, said="cannot_open", path=str(path)) from error


def _no_file(path: Path) -> MisuseError:
    from templates.brief.speech import words

    beside = [each for each in path.parent.iterdir() if each.is_file()] if path.parent.is_dir() else []
    # Endings are alike in files that have nothing else in common.
    stems = get_close_matches(path.stem, [each.stem for each in beside], n=1, cutoff=0.5)
    near = [each.name for each in beside if [each.stem] == stems]
    text = f"There is no file {path}." + (f" The nearest beside it is '{near[0]}'." if near else "")
    told = words().misuse["near_file"].format(near=near[0]) if near else ""
    return MisuseError(text, said="no_file", path=str(path), near=told)


def as_json(seen: Seen, path: Path, *, rows: int) -> dict[str, Any]:
    """What `yishu read --json` prints; `rows` data rows of each table as typed values."""
    return {
        "file": path.name,
        "format": seen.format,
        "encoding": seen.encoding,
        "sheets": [_sheet(sheet, rows) for sheet in seen.sheets],
        "findings": [
            {
                "code": finding.code,
                "sheet": finding.sheet,
                "cell": finding.cell,
                "facts": {name: _plain(fact) for name, fact in finding.facts.items()},
                "says": said(finding),
            }
            for finding in seen.findings
        ],
    }


def said(finding: Finding) -> str:
    """What is wrong, in the words of the catalogue."""
    return spoken_of(finding).says


def spoken_of(finding: Finding) -> Said:
    """All words about a finding; without a card the file's name stands for its ledger."""
    from templates.messages.catalogue import say

    return say(finding, {"department": "", "ledger": finding.file or ""})


def _sheet(sheet: SeenSheet, rows: int) -> dict[str, Any]:
    from sources.formats.places import letters

    blocks = [_block(table, rows) for table in sheet.tables]
    first = blocks[0] if blocks else _no_block(sheet)
    found = {"name": sheet.sheet.name, "hidden": sheet.sheet.hidden, **first, "tables": len(blocks)}
    found["unrecognised"] = [f"{letters(at)}{row}" for row, at in sheet.unrecognised]
    return found | ({"blocks": blocks} if len(blocks) > 1 else {})


def _block(table: SeenTable, rows: int) -> dict[str, Any]:
    from sources.formats.places import letters

    outlined, found = table.outlined, table.outlined.rows
    columns = [
        {"letter": letters(column.heading.at), "name": column.name, "unit": column.unit} for column in outlined.columns
    ]
    block = {
        "title_rows": found.title,
        "header_rows": found.header,
        "columns": columns,
        "first_data_row": found.data[0] if found.data else None,
        "last_data_row": found.data[-1] if found.data else None,
        "n_data_rows": len(found.data),
        "total_rows": found.total,
        "section_rows": list(outlined.sections),
        "footer_rows": found.footer,
    }
    return block | ({"rows": _typed_rows(table, rows)} if rows else {})


def _no_block(sheet: SeenSheet) -> dict[str, Any]:
    """A sheet without a table: whatever it says stands above none."""
    from sources.unknown.looks import filled_cells

    lines = [row + 1 for row in range(len(sheet.sheet.rows)) if filled_cells(sheet.sheet, row)]
    nothing: dict[str, Any] = {
        "header_rows": [],
        "columns": [],
        "first_data_row": None,
        "last_data_row": None,
        "n_data_rows": 0,
    }
    return {"title_rows": lines, **nothing, "total_rows": [], "section_rows": [], "footer_rows": []}


def _typed_rows(table: SeenTable, rows: int) -> list[dict[str, Any]]:
    outlined = table.outlined
    return [
        {
            "row": number,
            "values": {
                column.name: _plain(table.typed[column.heading.at].values[index]) for column in outlined.columns
            },
        }
        for index, number in enumerate(outlined.rows.data[:rows])
    ]


def _plain(value: Any) -> Any:
    """The value as JSON says it: a number as a number, a day in ISO, a text without personal numbers."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case str():
            return masked(value)
        case int() if personal_kind(str(value)):
            return HIDDEN
        case Sequence():
            return [_plain(each) for each in value]
    return value
