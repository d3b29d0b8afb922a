"""The nightly flow: the steps of `night` as a Prefect flow, with retries, artifacts and one department per task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from flows import configuration as declared
from flows import settings as edge
from flows.nights import across, arrivals, explaining
from flows.nights import night as steps
from flows.nights.arrivals import Arrival, Call, UnsettledError
from flows.nights.night import Checked, Decided, Received, Request
from flows.nights.progress import say
from flows.nights.run import Collected, Course, Night, NightFailedError, begin, conclude, timed
from flows.screens import brief
from templates.brief.speech import words

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State as PrefectState
    from prefect.client.schemas.objects import TaskRun
    from prefect.futures import PrefectFuture
    from prefect.task_runners import TaskRunner
    from prefect.tasks import Task

    from warehouse.store import Publication

DEPARTMENTS_AT_ONCE = 4


def _worth_another_try(_task: Task[..., Any], _run: TaskRun, state: PrefectState[Any]) -> bool:
    """The machine may be kinder in a moment; a mistake of ours will not be."""
    return isinstance(_exception(state), (OSError, UnsettledError))


# Values, not results, travel between the steps: nothing is hashed for a cache or written for later.
fetch_task = task(
    name="collect",
    task_run_name="collect-{call.name}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retry_condition_fn=_worth_another_try,
)(arrivals.fetch)
check_task = task(name="check", task_run_name="check-{ledger}", cache_policy=NO_CACHE, persist_result=False)(
    steps.check
)
compare_task = task(name="compare", cache_policy=NO_CACHE, persist_result=False)(across.decide_all)
publish_task = task(name="publish", cache_policy=NO_CACHE, persist_result=False)(steps.publish)


@flow(
    name="nightly",
    description="Collect what every department handed in, check it, and publish what was accepted.",
    task_runner=cast("TaskRunner[PrefectFuture[Any]]", ThreadPoolTaskRunner(max_workers=DEPARTMENTS_AT_ONCE)),
    persist_result=False,
)
def nightly(
    office: str | None = None, department: str | None = None, inbox: str | None = None, data_docs: bool = False
) -> Collected:
    """Collect, check and publish.

    Args:
        office: Only this office (its id); empty for every office that is declared.
        department: Only this department (its id); empty for all.
        inbox: Another inbox than the configured one, or the folder of one year.
        data_docs: Also build Great Expectations' Data Docs.

    """
    settings = edge.from_environment()
    configuration = declared.load(settings)
    declared.require_sound(configuration, settings)
    request = Request(office=office, department=department, inbox=Path(inbox) if inbox else None)
    calls = steps.plan(settings, configuration, request)
    with begin(settings, configuration, calls) as night:
        fetched = collect(night, calls)
        received = receive(night, calls, fetched)
        decided, crashes = check(night, received)
        publication = publish(night)
        docs = steps.build_docs(night, received) if data_docs else None
        course = Course(
            fetched=fetched, received=received, decided=decided, crashes=crashes, publication=publication, docs=docs
        )
        collected = conclude(night, calls, course)
        _leave_summary(configuration, collected)
    if collected.crashes:
        raise NightFailedError(collected)
    return collected


def collect(night: Night, calls: Sequence[Call]) -> Mapping[str, tuple[Arrival, ...] | Exception]:
    """What every department's folder holds, or why it could not be fetched; one that fails never stops the others."""
    delays = list(night.settings.retry_seconds)
    fetch = fetch_task.with_options(retries=len(delays), retry_delay_seconds=delays)
    with timed(night, "collect") as facts:
        futures = {call.name: fetch.submit(call, night.register.known_file, night.settings.landing) for call in calls}
        fetched = {call.name: _landed(call, futures[call.name]) for call in calls}
        facts["departments"] = len(calls)
        facts["failed"] = sum(isinstance(outcome, Exception) for outcome in fetched.values())
    return fetched


def _landed(call: Call, future: PrefectFuture[tuple[Arrival, ...]]) -> tuple[Arrival, ...] | Exception:
    future.wait()
    trouble = _exception(future.state)
    key = "unreachable" if trouble else "collect"
    names = {"office": call.office.names["short"], "department": call.office.departments[call.department].name}
    say(words().progress[key].format(**names, year=call.year))
    return trouble or future.result()


def receive(
    night: Night, calls: Sequence[Call], fetched: Mapping[str, tuple[Arrival, ...] | Exception]
) -> tuple[Received, ...]:
    """What every slot received; the register knows which files are missing, superfluous or not to be told apart."""
    received: list[Received] = []
    with timed(night, "receive") as facts:
        for call in calls:
            outcome = fetched[call.name]
            if isinstance(outcome, Exception):
                steps.receive_nothing(night, call)
            else:
                received += steps.receive(night, call, outcome)
        facts["unchecked"] = sum(item.unchecked for item in received)
    return tuple(received)


def check(night: Night, received: Sequence[Received]) -> tuple[tuple[Decided, ...], tuple[str, ...]]:
    """Read and judge, one run per ledger over all its new rows; then compare ledgers and years, and decide.

    What crashed is told and left undecided.
    """
    done: list[Checked] = []
    crashes: list[str] = []
    ledgers = steps.by_ledger(received)
    futures = {ledger: check_task.submit(night, ledger, items) for ledger, items in ledgers.items()}
    for ledger, future in futures.items():
        name = night.configuration.ledgers[ledger].name
        future.wait()
        say(words().progress["check"].format(ledger=name, count=len(ledgers[ledger])))
        if (trouble := _exception(future.state)) is not None:
            crashes.append(steps.leave_undecided(night, ledger, ledgers[ledger], trouble))
            continue
        checked, judgement = future.result()
        done += checked
        if judgement is not None:
            _leave_table(f"check-{ledger}", steps.table_of(judgement.outcomes), name)
    explaining.take(night, done)
    decided, broken = compare_task(night, received, done)
    return decided, (*crashes, *broken)


def publish(night: Night) -> Publication:
    """Make what is accepted the warehouse that everybody reads."""
    say(words().progress["publish"])
    with timed(night, "publish") as facts:
        publication = publish_task(night)
        facts["rows"] = publication.rows
        facts["changed"] = int(publication.changed)
    return publication


def _leave_summary(configuration: declared.Configuration, collected: Collected) -> None:
    heads, rows = brief.summary(configuration, collected.lines)
    _leave_table("collection", [dict(zip(heads, row, strict=True)) for row in rows], words().summary)


def _leave_table(key: str, table: Sequence[Mapping[str, Any]], description: str) -> None:
    """A table in the Prefect UI."""
    if table:
        create_table_artifact(key=key.replace("_", "-"), table=[dict(row) for row in table], description=description)


def _exception(state: PrefectState[Any]) -> Exception | None:
    """What made the task fail, None if it did not."""
    if state.is_completed():
        return None
    outcome = state.result(raise_on_failure=False)
    return outcome if isinstance(outcome, Exception) else RuntimeError(state.message or state.name or "it did not end")
