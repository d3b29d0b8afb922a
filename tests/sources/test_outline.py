import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.formats.grid import open_workbook
from sources.reading.headings import unit_alone, unit_in
from sources.unknown.looks import kind_of
from sources.unknown.outline import outline
from tests.sources.layouts import LAYOUTS
from tests.sources.paper import book


def outlined(content):
    """Each table as (titles, headers, names with units, data, totals, sections, footers)."""
    (sheet, *_) = open_workbook(content, lambda _: True).sheets
    return [
        (
            found.rows.title,
            found.rows.header,
            " ".join(f"{column.name}/{column.unit}" if column.unit else column.name for column in found.columns),
            found.rows.data,
            found.rows.total,
            list(found.sections),
            found.rows.footer,
        )
        for found in outline(sheet)
    ]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_sheet_is_seen_as_a_person_sees_it(layout):
    """Titles, headers and their parents, units, data, totals, sections and footers stand where they were drawn."""
    assert layout.tables == outlined(layout.content)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("案件编号", "text"), ("2024年", "text"), (2024, "number"), ("１２０", "number"), ("15起", "number"),
        ("2024.3.5", "date"), ("某罚决字〔2024〕第001号", "code"), ("A-1", "code"), ("是", "text"), ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_something_by_its_looks(cell, kind):
    """Headings are words; numbers, days and numbers of documents are what stands below them."""
    assert kind == kind_of(cell)


def test_units_of_any_kind_are_found_in_headings():
    """A unit in brackets leaves the heading, and so does one in a cell of its own."""
    assert ["万元", "人次", None] == [unit_in(text) for text in ("罚款(万元)", "参加(人次)", "当事人(姓名)")]
    assert ["元", "件", None] == [unit_alone(text) for text in ("（元）", " 件 ", "金额")]


word = st.text("甲乙丙丁戊己庚辛壬癸东南西北中", min_size=2, max_size=6)
LEAVES = {
    "text": ("事项名称", "责任部门", "办理结果", "备注"),
    "number": ("参加人次（人次）", "罚款金额（元）", "案件数量", "发放份数（份）"),
    "date": ("立案日期", "活动日期", "结案时间"),
}
CELLS = {
    "text": word,
    "number": st.integers(1, 900),
    "date": st.tuples(st.integers(1, 12), st.integers(1, 28)).map(lambda day: f"2024.{day[0]}.{day[1]}"),
}


@st.composite
def drawn_tables(draw):
    """A sheet drawn at random, its merges, and the answer that a person would give."""
    titles = draw(st.integers(0, 2))
    kinds = draw(st.permutations(["text", "number", "number", "date", "text"]))
    seen: dict[str, int] = {}
    leaves = []
    for kind in kinds:
        leaves.append(LEAVES[kind][seen.setdefault(kind, 0)])
        seen[kind] += 1
    width = 1 + len(leaves)
    rows = [[f"{draw(word)}{'台账' if number == 0 else '填报单位：' + draw(word)}"] for number in range(titles)]
    merges = [(row, 1, row, width) for row in range(1, titles + 1)]
    parent = draw(st.one_of(st.none(), st.integers(0, len(leaves) - 2)))
    names = ["序号", *(leaf.split("（")[0] for leaf in leaves)]
    if parent is None:
        rows.append(["序号", *leaves])
        header = [len(rows)]
    else:
        above, below = ["序号", *leaves], [None] * width
        above[parent + 1 : parent + 3] = ["基本情况", None]
        below[parent + 1 : parent + 3] = leaves[parent : parent + 2]
        rows += [above, below]
        header = [len(rows) - 1, len(rows)]
        for at in (parent + 1, parent + 2):
            names[at] = f"基本情况_{names[at]}"
        if draw(st.booleans()):
            top = header[0]
            merges.append((top, parent + 2, top, parent + 3))
            merges += [(top, at, top + 1, at) for at in range(1, width + 1) if at not in (parent + 2, parent + 3)]
    data, sections = [], []
    numbers = [at for at, kind in enumerate(kinds, start=1) if kind == "number"]
    sums = dict.fromkeys(numbers, 0)
    for number in range(draw(st.integers(2, 9))):
        rows += [[]] * draw(st.sampled_from([0, 0, 0, 1]))
        if draw(st.sampled_from([False, False, False, True])):
            rows.append([f"{'一二三四五六七八九'[len(sections)]}、{draw(word)}"])
            sections.append(len(rows))
            merges.append((len(rows), 1, len(rows), width))
        row = [number + 1]
        for at, kind in enumerate(kinds, start=1):
            value = draw(CELLS[kind])
            row.append(value)
            if at in sums:
                sums[at] += value
        rows.append(row)
        data.append(len(rows))
    totals, footers = [], []
    if draw(st.booleans()):
        rows.append([draw(st.sampled_from(["合计", "合  计", "总 计"])), *(sums.get(at) for at in range(1, width))])
        totals.append(len(rows))
    for line in draw(st.lists(st.sampled_from(["填报人：王某  审核人：李某", "注：本表按月报送。"]), max_size=2)):
        rows.append([line])
        footers.append(len(rows))
    return rows, merges, (list(range(1, titles + 1)), header, names, data, totals, sections, footers)


@settings(max_examples=150, deadline=None)
@given(drawn_tables())
def test_what_was_drawn_is_seen_again(drawn):
    """Whatever the titles, parents, gaps, sections, totals and footers: every row is what it was drawn as."""
    rows, merges, expected = drawn

    def merge(workbook):
        for top, left, bottom, right in merges:
            workbook.active.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    (sheet,) = open_workbook(book(("台账", rows), arrange=merge), lambda _: True).sheets
    (found,) = outline(sheet)
    names = [column.name for column in found.columns]

    assert expected == (
        found.rows.title, found.rows.header, names, found.rows.data, found.rows.total, list(found.sections),
        found.rows.footer,
    )  # fmt: skip
