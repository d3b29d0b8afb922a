import subprocess
import sys

from expectations.vocabulary import PATH, installed_words, vocabulary, written
from tests.expectations.drawing import ROOT


def test_the_vocabulary_is_that_of_the_installed_library() -> None:
    """The committed table says what the library says; `python -m expectations.vocabulary` renews it."""
    assert installed_words() == vocabulary()
    assert written(installed_words()) == PATH.read_text(encoding="utf-8")


def test_reading_and_checking_suites_does_not_import_the_library() -> None:
    """Nor pandas: a command that judges nothing pays for neither."""
    program = """
import sys
from pathlib import Path
from expectations import docs, judge
from expectations.suite import load_suites, mistakes, rules_hash
for suite in load_suites([Path("expectations/suites")]).values():
    list(mistakes(suite, {})), rules_hash(suite)
print(sorted({"great_expectations", "pandas"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout
