"""The report on demand as a Prefect flow, so that it can be asked for in the Prefect UI."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import configuration as declared
from flows import settings as edge
from flows.on_demand.report import write_report
from templates.brief.speech import words


@flow(name="report", description="Write the report of a year from what is published.", persist_result=False)
def report(office: str, year: int, as_of: date | None = None, out: str | None = None) -> str:
    """Write the report; returns the folder that it lies in.

    Args:
        office: The office (its id).
        year: The year that the report is about.
        as_of: The cut-off date; empty for the last day of the year.
        out: The folder to write to; empty for out/<office>-<year>.

    """
    settings = edge.from_environment()
    files = write_report(
        settings,
        declared.load(settings),
        office=office,
        year=year,
        as_of=as_of,
        out=Path(out).expanduser().absolute() if out else None,
    )
    endings = words().endings
    lines = [endings["report"].format(path=files.folder.absolute())]
    lines += [endings["lacking"].format(name=name, reason=reason) for name, reason in files.lacking]
    lines += [endings["outdated"].format(ledgers="、".join(files.outdated))] if files.outdated else []
    create_markdown_artifact("\n\n".join(lines), key=f"report-{office}-{year}".replace("_", "-"))
    return str(files.folder.absolute())
