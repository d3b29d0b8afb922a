import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from expectations.engine import run, warm_up
from tests.expectations.drawing import suite

warm_up()
loaded = {"scipy.stats._stats_py", "altair.vegalite"} & set(sys.modules)
assert not loaded, loaded

import pandas as pd

text = '''rules:
  - code: rule.tried
    level: note
    why: tried
    expectation: expect_column_kl_divergence_to_be_less_than
    arguments: {column: mode, partition_object: {values: [来信, 来访], weights: [0.5, 0.5]}, threshold: 0.1}
'''
[rule] = suite(text, "visit").rules
frame = pd.DataFrame({"mode": ["来信", "来访"] * 5})
[even] = run(frame, {0: rule})
[uneven] = run(frame.assign(mode="来信"), {0: rule})
assert even.passed and even.crash is None, even
assert not uneven.passed and uneven.crash is None, uneven
"""


def test_what_few_rules_need_is_loaded_when_one_needs_it() -> None:
    """The library comes without statistics and charts, and the divergence of distributions is measured all the same."""
    ended = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (0, "") == (ended.returncode, ended.stderr)
