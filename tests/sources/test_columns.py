"""A column typed as a whole says what each of its cells says alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.cards import Column
from sources.reading.columns import MANY, Memory, Surroundings, type_column
from sources.values import Broken, Problem

AROUND = Surroundings(unit=None, year=2024, epoch_1904=False, secret=b"s" * 32)
WORDS = (
    "A-1",
    "A－1",
    " A-2",
    "罚〔2024〕第001号",
    "无",
    "/",
    "#REF!",
    "#N/A",
    "1.2e+15",
    "张某某",
    "a b",
    "e\u0301",
    " 新村",
    "和平\u200b",
    "，",
    "\x85",
    "\u2003",
)
TEXTS = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=6), st.integers(0, 10**6).map(lambda number: f"西沽{number}")
)
NUMBERS = st.one_of(st.booleans(), st.integers(-1, 2).map(float), st.floats(1, 1e16))
OTHERS = st.one_of(st.datetimes(), st.just(""), st.just(Broken("cell.error_value", "#DIV/0!")))
CELLS = st.one_of(TEXTS, TEXTS, TEXTS, NUMBERS, OTHERS)
# All different but perhaps one, which may be anything.
DIFFERENT = st.tuples(st.integers(0, 9), CELLS).map(
    lambda drawn: [*(f"A-{drawn[0]}{n}" for n in range(MANY)), drawn[1]]
)


def alone(memory, cell):
    """What one cell says: its value, or the code of its trouble."""
    value = memory.read(cell)
    return value.code if isinstance(value, Problem) else value


def together(typed):
    """What the cells of a column say."""
    troubles = {trouble.at: trouble.code for trouble in typed.troubles}
    return [troubles.get(at, value) for at, value in enumerate(typed.values)]


@pytest.mark.parametrize(
    "column",
    [*(Column(name="栏", type=kind) for kind in ("identifier", "text", "count")), Column(name="栏", personal="key")],
    ids=["identifier", "text", "count", "keyed"],
)
@given(files=st.lists(st.one_of(DIFFERENT, st.lists(CELLS, min_size=1, max_size=3 * MANY)), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_column_says_what_its_cells_say_one_by_one(column, files):
    """Whatever stands there, in however many files: the same values and troubles, and each is noticed."""
    seen = []
    single, memory = Memory(column, AROUND), Memory(column, AROUND, notice=lambda _, cells: seen.extend(cells) or set())

    for cells in files:
        assert [alone(single, cell) for cell in cells] == together(type_column(cells, memory))
    assert {repr(cell) for cells in files for cell in cells if cell != ""} == {
        repr(cell[0] if isinstance(cell, tuple) else cell) for cell in seen
    }


def test_identifiers_that_all_differ_are_taken_as_they_stand():
    """They are not read one by one; one among them that has to be folded, and all are."""
    plain = [f"A-{number}" for number in range(MANY)]
    column = Column(name="编号", type="identifier")
    read = []
    memory = Memory(column, AROUND)
    memory._parse = lambda cell, parse=memory._parse: read.append(cell) or parse(cell)

    assert plain == type_column(plain, memory).values
    assert [] == read
    assert ["A-9", *plain[1:]] == type_column(["A－9", *plain[1:]], memory).values
    assert ["A－9", *plain[1:]] == read


def test_remarks_are_taken_as_they_stand_though_some_are_blank_or_the_same():
    """A remark keeps its full-width signs; only what has blanks at its ends is read by itself."""
    remarks = [f"新村第{number}号，已办结" for number in range(MANY)]
    read = []
    memory = Memory(Column(name="备注"), AROUND)
    memory._parse = lambda cell, parse=memory._parse: read.append(cell) or parse(cell)

    cells = [*remarks, "", remarks[0], ""]
    assert [*remarks, None, remarks[0], None] == type_column(cells, memory).values
    assert [] == read
    assert ["甲"] == type_column([" 甲"], memory).values
    assert [" 甲"] == read
