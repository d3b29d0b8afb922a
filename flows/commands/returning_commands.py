"""The command that gives files back. Like `cli`, only click is imported here."""

from __future__ import annotations

from pathlib import Path

import click

from flows.commands.commanding import ALL_ACCEPTED, SOMETHING_WRONG, command
from flows.commands.naming import DEPARTMENT


@click.command("return")
@click.argument("submission", required=False)
@click.option(
    "--department",
    type=DEPARTMENT,
    metavar="ID",
    help="Only the files of this department (部门) by id or name (zfd, 司法所).",
)
@click.option("--office", metavar="ID", help="Only this office (单位), by the id of its card.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out/returns"),
    show_default=True,
    help="Where to write; each department gets a folder in it.",
)
@command
def give_back(*, submission: str | None, department: str | None, office: str | None, out: Path) -> int:
    """Return: write a 退回单 for each file with problems: the department's own workbook, failing cells marked.

    \b
    What a 退回单 is
      Sheets, formats, formulas, widths and pictures stay as they were. Failing cells are coloured and framed and have a
      comment that says what is wrong and what to do. A first sheet, 问题清单, says what to do once for each cause, with
      every place beneath and a link to its cell; beside a question (疑问) is room to explain it. .xls, .csv and other
      formats come back as .xlsx; a file that cannot be opened or never came, as the list alone. Files with nothing but
      notes (提示) are left alone, unless SUBMISSION names one.

    \b
    How it comes back
      The clerk mends it in WPS or Excel, saves it under any name and lays it into the department's folder. At the next
      `yishu collect` it takes the place of the file that it was made from; list, colours and comments are ignored,
      what is fixed closes by itself, and what was written beside a question counts as `yishu explain` would.

    \b
    Examples:
      yishu return                              everything that is wrong, a folder for each department
      yishu return --department zfd --out 退回   one department
      yishu return 1a2b3c4d5e6f                 one file, by the id of its submission (报送)

    A file that is already there is never overwritten. Exit code: 0 nothing had to be returned, 1 退回单 were written,
    2 misuse or an error.
    """
    from flows.configuration import load
    from flows.on_demand.returning import require_department, show, write_returns
    from flows.settings import from_environment
    from warehouse.declarations import MisuseError

    if submission and (office or department):
        raise MisuseError("Say either a SUBMISSION, or --office and --department.", said="either")
    settings = from_environment()
    configuration = load(settings)
    require_department(configuration, office, department)
    asked = {"office": office, "department": department, "submission": submission}
    written = write_returns(settings, configuration, **asked, out=out)
    show(configuration, written)
    return SOMETHING_WRONG if written else ALL_ACCEPTED
