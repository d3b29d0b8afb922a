import re

import click

from flows.cli import main
from tests.house.documents import ROOT, documents


def test_generated_parts_of_the_documents_are_true() -> None:
    """Commands and findings in the READMEs are what the program has; `python -m tests.house.documents` renews them."""
    for path, text in documents().items():
        assert text == path.read_text(encoding="utf-8"), f"renew {path.name}"


def test_every_command_has_help_and_stands_in_the_chinese_manual() -> None:
    """The operator's guide names each command of the command line, and no other."""
    manual = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    names = set(main.list_commands(click.Context(main)))

    assert names == {name for name in names if main.commands[name].help}
    assert names == set(re.findall(r"^\| `yishu ([a-z-]+)", manual, flags=re.MULTILINE))


def test_every_room_has_its_page() -> None:
    """Each room says on one page what enters, what leaves, its doors and its decisions."""
    for room in ("flows", "sources", "expectations", "templates", "warehouse"):
        page = (ROOT / room / "README.md").read_text(encoding="utf-8")

        assert page.startswith(f"# {room}")
        assert "## Doors" in page
        assert "## Decisions" in page


def test_links_between_the_documents_lead_somewhere() -> None:
    """Every relative link in a README names a file that is there."""
    for path in [ROOT / "README.md", ROOT / "README.zh.md", *ROOT.glob("*/README.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
