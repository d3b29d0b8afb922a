import ast
import re
import subprocess
from pathlib import Path

from templates.messages.catalogue import messages
from tests.house.documents import AREAS

ROOT = Path(__file__).parents[2]
ROOMS = ("flows", "sources", "expectations", "templates", "warehouse")
CODE = re.compile(rf"\"((?:{'|'.join(AREAS)})\.[a-z_]+)\"")
SUITE_CODE = re.compile(rf"^\s*-?\s*code:\s*((?:{'|'.join(AREAS)})\.[a-z_]+)\s*$", re.MULTILINE)


def modules() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "samples" not in path.parts]


def test_every_finding_has_words_and_every_word_a_finding() -> None:
    """The codes that the rooms and suites can emit are exactly those of the catalogue."""
    emitted = {code for path in modules() for code in CODE.findall(path.read_text(encoding="utf-8"))}
    for path in (ROOT / "expectations" / "suites").glob("*.yml"):
        emitted |= set(SUITE_CODE.findall(path.read_text(encoding="utf-8")))
    for path in (path for room in ("across", "trends") for path in (ROOT / "expectations" / room).glob("*.sql")):
        emitted |= set(SUITE_CODE.findall(path.read_text(encoding="utf-8")))

    assert set(messages()) == emitted


def test_messages_speak_chinese_only() -> None:
    """No Latin sentence reaches a clerk: outside slots there are no Latin words but names of formats and programs."""
    allowed = {"WPS", "Excel", "xlsx", "xls", "csv", "CSV", "REF", "DIV", "A", "HTML", "Ctrl"}
    for code, message in messages().items():
        for text in (message.says, message.why, message.fix):
            words = set(re.findall(r"[A-Za-z]+", re.sub(r"\{[^}]*\}", "", text)))
            assert words <= allowed, f"{code}: {words - allowed}"


def test_modules_stay_small() -> None:
    """A module of more than 400 lines is a room that has become crowded."""
    assert [] == [str(path) for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > 400]


def test_every_public_thing_says_what_it_is() -> None:
    """Modules, public classes and public functions have a docstring."""
    silent = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kinds = (ast.FunctionDef, ast.ClassDef)
        public = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
        silent += [f"{path}:{node.name}" for node in public if not ast.get_docstring(node)]
        silent += [] if ast.get_docstring(tree) else [str(path)]

    assert [] == silent


def test_nothing_in_the_rooms_knows_the_sample_office() -> None:
    """The first office's names stand in its card, its templates and its samples only."""
    tracked = subprocess.run(["git", "ls-files", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    own = re.compile(r"^(sources/offices/|sources/samples/|templates/offices/)")
    code = [
        name for name in tracked.splitlines() if name.endswith((".py", ".sql", ".yml", ".j2")) and not own.match(name)
    ]

    knowing = [name for name in code if re.search(r"西沽|xigu|红桥", (ROOT / name).read_text(encoding="utf-8"))]
    assert [] == knowing


def test_no_address_and_no_path_of_a_machine_stands_in_a_lock_file() -> None:
    """Lock files pin with hashes and name no registry."""
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text(encoding="utf-8")

        assert "://" not in text
        assert "--index" not in text
        assert text.count("--hash=sha256:") > text.count("==")
