"""`yishu release`: a leader releases in writing an error that is a true fact, or takes the release back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flows.commands.commanding import command
from warehouse.declarations import YishuError

if TYPE_CHECKING:
    from flows.configuration import Configuration
    from flows.on_demand.releasing import Said
    from warehouse.register import Register


@click.command()
@click.argument("finding", nargs=-1)
@click.option(
    "--by", metavar="TITLE", help="The leader who releases (职务), as the office card lists it; never a name."
)
@click.option("--document", metavar="NUMBER", help="The number of the written document (文号), such as 办〔2025〕3号.")
@click.option("--reason", metavar="TEXT", help="What happened, why, and what was done about it (事实与理由).")
@click.option(
    "--withdraw", is_flag=True, help="Take the release back (撤回): the error blocks again, both stay on record."
)
@command
def release(
    *, finding: tuple[str, ...], by: str | None, document: str | None, reason: str | None, withdraw: bool
) -> None:
    """Release an error in writing (放行): FINDING is its id, eight characters are enough; several may share a document.

    For what really happened and cannot be mended, such as an answer that was late: the ledger stays true, and is
    accepted all the same. Rules about how something was written down are never released. It holds for this very value:
    another value, and the error blocks again. The next `yishu collect` decides anew, though the file is the same.

    Who may release stands in the office card (released_by); which rules, `yishu rules CODE` says of each.
    Without FINDING the log of all releases (放行登记) is shown.

    \b
    yishu findings --level error                                 the id of each error (编号)
    yishu release 1a2b3c4d --by 分管司法负责人 --document '办〔2025〕3号' \\
        --reason '申请人两次补正材料，答复晚了三个工作日，已向复议机关书面说明，见案卷第5页'
    yishu release 1a2b3c4d --withdraw --by 分管司法负责人 --document '办〔2025〕5号' \\
        --reason '复核案卷，答复日期登记有误，改正后重新报送'
    yishu findings --state released                              what is released (已放行)
    """
    from flows.configuration import load
    from flows.settings import from_environment, need_register
    from warehouse.register import open_register

    said = _said(finding, by=by, document=document, reason=reason, withdraw=withdraw)
    settings = from_environment()
    need_register(settings)
    configuration = load(settings)
    with open_register(settings.register_url) as register:
        if said is None:
            _show_log(register, configuration)
        else:
            _decide(register, configuration, finding, said, withdraw=withdraw)


def _said(
    finding: tuple[str, ...], *, by: str | None, document: str | None, reason: str | None, withdraw: bool
) -> Said | None:
    """What is said of the release; None where only the log is asked for."""
    from flows.on_demand.releasing import Said
    from templates.brief.speech import words

    given = {"--by": by, "--document": document, "--reason": reason}
    if not finding:
        if withdraw or any(value is not None for value in given.values()):
            raise YishuError(words().release.unnamed)
        return None
    if missing := [name for name, value in given.items() if value is None]:
        raise YishuError(words().release.lacking.format(missing="、".join(missing)))
    return Said(by=by or "", document=document or "", reason=reason or "")


def _decide(
    register: Register, configuration: Configuration, finding: tuple[str, ...], said: Said, *, withdraw: bool
) -> None:
    from flows.on_demand import releasing
    from flows.on_demand.findings import SHORT
    from templates.brief.speech import words

    act = releasing.withdraw if withdraw else releasing.release
    spoken = words().release
    for item in act(register, configuration, finding, said):
        names, decision = configuration.names(item.slot.office), item.withdrawn or item.granted
        about = {
            "id": item.identity[:SHORT],
            "department": names.get(item.slot.department, item.slot.department),
            "ledger": names.get(item.slot.ledger, item.slot.ledger),
            "granted_by": item.granted.by,
            "granted_document": item.granted.document,
        }
        text = spoken.withdrawn if withdraw else spoken.granted
        click.echo(text.format(**about, by=decision.by, document=decision.document, reason=decision.reason))


def _show_log(register: Register, configuration: Configuration) -> None:
    import sys

    from rich.console import Console

    from flows.on_demand.releasing import log
    from flows.screens.release_log import show_log

    show_log(log(register), configuration, Console(file=sys.stdout, highlight=False))
