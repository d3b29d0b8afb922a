"""Ledgers drawn at random, written as xlsx, xls or csv, read back without a card and with one."""

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.on_demand.inspecting import as_json
from sources.cards import LedgerCard
from sources.formats.grid import open_workbook
from sources.formats.places import letters
from sources.unknown.looking import see
from tests.sources.paper import reading
from tests.sources.test_nothing_is_lost import left_over

word = st.text("甲乙丙丁戊己庚辛壬癸东南西北中", min_size=2, max_size=5)
LEAVES = {
    "case_no": "案件编号",
    "decided_on": "决定日期",
    "fine_yuan": "罚款金额（元）",
    "people": "参加人次",
    "place": "所属社区",
    "remark": "备注",
}
SUMMED = ("fine_yuan", "people")
KINDS = {"case_no": "identifier", "decided_on": "date", "fine_yuan": "money", "people": "count"}
NAMES = {key: heading.partition("（")[0] for key, heading in LEAVES.items()}
CARD = LedgerCard.model_validate(
    {
        "id": "drawn",
        "name": "台账",
        "row_is": "一行",
        "key": ["case_no"],
        "totals": [{"column": name} for name in SUMMED],
        "columns": {
            key: {"name": name, "headings": [f"处理情况_{name}"], "type": KINDS.get(key, "text")}
            for key, name in NAMES.items()
        },
    }
)


class Drawn:
    """A sheet and what a person says of it; `records` by row, `extra` a cell beside the table."""

    def __init__(self, order):
        self.order, self.rows, self.merged = order, [], []
        self.title, self.header, self.data, self.total, self.footer, self.section = [], [], [], [], [], []
        self.names, self.records, self.extra, self.hidden = [], {}, None, []

    def add(self, kind, cells):
        self.rows.append(cells)
        getattr(self, kind).append(len(self.rows))


def money_shapes(value):
    return st.sampled_from([float(value), float(value), f"{value:,}", f"{value}元"])


def count_shapes(value):
    return st.sampled_from(
        [value, value, f"{value}人次", str(value).translate({48 + n: 0xFF10 + n for n in range(10)})]
    )


def date_shapes(day):
    texts = (f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日", day.isoformat())
    return st.sampled_from([day, *texts])


@st.composite
def ledgers(draw):
    """A ledger as somebody might have typed it."""
    order = [*draw(st.sampled_from([[], ["serial"]])), *draw(st.permutations(list(LEAVES)))]
    drawn = Drawn(order)
    for number in range(draw(st.integers(0, 2))):
        drawn.add("title", [draw(word) + ("台账" if number == 0 else "：填报单位")[: 2 if number == 0 else 0]])
        if len(order) > 1:
            drawn.merged.append((len(drawn.rows), 0, len(drawn.rows), len(order) - 1))
    _draw_header(draw, drawn)
    sums = dict.fromkeys(SUMMED, Decimal(0))
    parts = draw(st.integers(1, 2))
    for part in range(parts):
        if parts > 1:
            drawn.add("section", [f"{'一二'[part]}、{draw(word)}"])
            drawn.merged.append((len(drawn.rows), 0, len(drawn.rows), len(order) - 1))
        for _ in range(draw(st.integers(2, 5))):
            drawn.rows += [[]] * draw(st.sampled_from([0, 0, 0, 1]))
            _draw_row(draw, drawn, sums)
    if draw(st.booleans()) and order[0] not in SUMMED:
        label = draw(st.sampled_from(["合计", "合  计", "总 计"]))
        drawn.add("total", [label, *(float(sums[name]) if name in sums else None for name in order[1:])])
    for line in draw(st.lists(st.sampled_from(["填报人：王某  审核人：李某", "注：本表按月报送。"]), max_size=2)):
        drawn.add("footer", [line])
    if draw(st.sampled_from([False, False, True])):
        row = draw(st.sampled_from(drawn.data))
        drawn.rows[row - 1] += [None, draw(st.sampled_from(["待核", 7]))]
        drawn.extra = f"{letters(len(order) + 1)}{row}"
    if draw(st.sampled_from([False, False, True])):
        drawn.hidden.append(draw(st.sampled_from(drawn.data)))
    return drawn


def _draw_header(draw, drawn):
    leaves = [LEAVES.get(name, "序号") for name in drawn.order]
    names = [leaf.partition("（")[0] for leaf in leaves]
    parent = draw(st.sampled_from([None, *range(1, len(leaves) - 1)]))
    if parent is None:
        drawn.add("header", leaves)
    else:
        below = [None] * len(leaves)
        below[parent : parent + 2] = leaves[parent : parent + 2]
        drawn.add("header", [*leaves[:parent], "处理情况", None, *leaves[parent + 2 :]])
        drawn.add("header", below)
        names[parent : parent + 2] = [f"处理情况_{name}" for name in names[parent : parent + 2]]
        if draw(st.booleans()):
            top = len(drawn.rows) - 1
            drawn.merged.append((top, parent, top, parent + 1))
            drawn.merged += [(top, at, top + 1, at) for at in range(len(leaves)) if at not in (parent, parent + 1)]
    drawn.names = names


def _draw_row(draw, drawn, sums):
    value = {
        "case_no": f"A-{len(drawn.data) + 1}",
        "decided_on": dt.date(2024, draw(st.integers(1, 12)), draw(st.integers(1, 28))),
        "fine_yuan": Decimal(draw(st.integers(1, 99_999))) / draw(st.sampled_from([1, 10, 100])),
        "people": draw(st.integers(1, 2000)),
        "place": draw(word) + "社区",
        "remark": draw(word),
    }
    for name in sums:
        sums[name] += value[name]
    shown = value | {
        "serial": len(drawn.data) + 1,
        "decided_on": draw(date_shapes(value["decided_on"])),
        "fine_yuan": draw(money_shapes(value["fine_yuan"])),
        "people": draw(count_shapes(value["people"])),
    }
    drawn.add("data", [shown[name] for name in drawn.order])
    drawn.records[len(drawn.rows)] = value


def as_xlsx(drawn):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    day, sheet = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_worksheet("台账")
    for row, cells in enumerate(drawn.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
            elif cell is not None:
                sheet.write(row, column, cell)
    for top, left, bottom, right in drawn.merged:
        sheet.merge_range(top - 1, left, bottom - 1, right, drawn.rows[top - 1][left] or "")
    for row in drawn.hidden:
        sheet.set_row(row - 1, None, None, {"hidden": True})
    book.close()
    return buffer.getvalue()


def as_xls(drawn):
    book = xlwt.Workbook()
    sheet, day = book.add_sheet("台账"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row, cells in enumerate(drawn.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                sheet.write(row, column, cell, day)
            elif cell is not None:
                sheet.write(row, column, cell)
    for top, left, bottom, right in drawn.merged:
        sheet.merge(top - 1, bottom - 1, left, right)
    for row in drawn.hidden:
        sheet.row(row - 1).hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(drawn):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(drawn.rows)
    return buffer.getvalue().encode("gb18030")


def check(drawn, content, *, hides):
    """Without a card and with one, the sheet is what was drawn, and no cell is lost."""
    book = open_workbook(content, lambda _: True)
    (answer,) = as_json(see(book, file="a.xlsx", year=2024), Path("a.xlsx"), rows=0)["sheets"]
    kinds = {
        "title_rows": drawn.title, "header_rows": drawn.header, "total_rows": drawn.total,
        "section_rows": drawn.section, "footer_rows": drawn.footer,
    }  # fmt: skip

    assert kinds == {kind: answer[kind] for kind in kinds}
    assert (drawn.data[0], drawn.data[-1], len(drawn.data)) == (
        answer["first_data_row"], answer["last_data_row"], answer["n_data_rows"]
    )  # fmt: skip
    assert drawn.names == [column["name"] for column in answer["columns"]]
    assert ([drawn.extra] if drawn.extra else []) == answer["unrecognised"]
    assert set() == left_over(book)

    found = reading(content, of=CARD)
    records = found.frame.to_dict("records")
    assert drawn.records == {
        row["_row"]: {
            name: row[name].date() if name == "decided_on" else row[name] for name in LEAVES
        } for row in records
    }  # fmt: skip
    assert (drawn.hidden if hides else []) == [row["_row"] for row in records if row["_hidden"]]
    harmless = {"column.text_numbers", "cell.unrecognised", "row.hidden"}
    assert harmless >= {finding.code for finding in found.findings}


def drawn_ledgers(count):
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=count, deadline=None, suppress_health_check=slow)


@drawn_ledgers(300)
@given(ledgers())
def test_a_drawn_workbook_is_read_back(drawn):
    """xlsx: titles, merged headers, gaps, sections, totals, footers, hidden rows and number shapes of all kinds."""
    check(drawn, as_xlsx(drawn), hides=True)


@drawn_ledgers(100)
@given(ledgers())
def test_a_drawn_old_workbook_is_read_back(drawn):
    """The same as xls."""
    check(drawn, as_xls(drawn), hides=True)


@drawn_ledgers(100)
@given(ledgers())
def test_a_drawn_text_is_read_back(drawn):
    """The same as csv, where nothing is merged and every cell is text."""
    drawn.merged = []
    check(drawn, as_csv(drawn), hides=False)
