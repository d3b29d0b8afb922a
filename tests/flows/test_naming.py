import click
import pytest

from flows.commands.naming import DEPARTMENT, LEDGER
from tests.flows.town import Town


@pytest.mark.parametrize(
    ("kind", "said", "meant"),
    [(DEPARTMENT, "信访办", "desk"), (LEDGER, "来访登记簿", "town_visit"), (DEPARTMENT, "desk", "desk")],
)
def test_a_department_and_a_ledger_may_be_called_by_their_names(
    town: Town, monkeypatch: pytest.MonkeyPatch, kind: click.ParamType, said: str, meant: str
) -> None:
    """Nobody has to know the ids of the declarations; an id is taken as it is."""
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)

    assert meant == kind.convert(said, None, None)


def test_a_name_that_nobody_bears_is_told_with_those_that_there_are(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message lists names and ids, so that the next try is right."""
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(click.BadParameter, match=r"desk \(信访办\)"):
        DEPARTMENT.convert("信访科", None, None)
