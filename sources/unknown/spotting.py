"""Where a header stands, found by content alone: words that head columns, and how unlike them the cells below are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.header import DEEPEST_START, MOST_HEADER_ROWS, Header, explained, filled_header
from sources.reading.headings import SERIAL, Heading, bare, join, unit_alone
from sources.unknown.fields import answers_itself, are_pairs
from sources.unknown.looks import filled_cells, heads, is_head, is_title, kind_of, may_be_heading
from sources.unknown.scales import LONG, Scale, scale_in
from sources.unknown.subheads import with_subheads
from sources.values import fold, says_something

# What the column of names is called where the corner of a cross table is blank.
UNNAMED = "(无列名)"
BODY_ROWS = 30
# So many rows of fields may stand above a header.
MOST_FIELD_ROWS = 12
# Below this score a row of words is a row of words.
LEAST, STRONG = 2.9, 4.0

# What stands in brackets, or before the name in a pivot table, states no field.
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|^其中:|^(?:求和|计数|平均值|最大值|最小值|乘积|数值计数)项:")


@dataclass(frozen=True, slots=True)
class Spotted:
    """A header and how sure one may be of it."""

    header: Header
    units: Mapping[int, str]
    score: float


def spot(sheet: Sheet, *, deepest: int = DEEPEST_START) -> Spotted | None:
    """The likeliest header of the first table; of equals the topmost. None where nothing heads anything."""
    best: Spotted | None = None
    used = [row for row in range(len(sheet.rows)) if any(map(says_something, sheet.rows[row]))]
    width = max((len(filled_cells(sheet, row)) for row in used[: deepest + BODY_ROWS]), default=0)
    if width == 1:
        return _spot_list(sheet, used)
    passed = 0
    for row in used[:deepest]:
        cells = filled_cells(sheet, row)
        if _may_head(sheet, row, cells):
            found = spot_at(sheet, row, passed=passed)
            if found is not None and (best is None or found.score > best.score + 1e-9):
                best = found
        passed += len(cells) >= 2 and not _is_field_row(cells)
        if best is not None and passed > BODY_ROWS:
            break
    return _below_fields(sheet, best) if best and best.score >= LEAST else None


def spot_at(sheet: Sheet, top: int, *, passed: int = 0) -> Spotted | None:
    """The header that begins in row `top` (from 0), with its score; `passed` rows above it would be left out."""
    if not _may_head(sheet, top, filled_cells(sheet, top)):
        return None
    rows = range(top, _bottom(sheet, top) + 1)
    headings, units = _headings(sheet, rows)
    if len(headings) < 2:
        return None
    depth = len(rows)
    rows = with_subheads(sheet, rows, headings)
    body = _body(sheet, rows.stop)
    if _has_corner(headings, body):
        headings = (Heading(at=headings[0].at - 1, path=(UNNAMED,), unit=None, written=UNNAMED), *headings)
    scales = [scale_in(filled_cells(sheet, row)) for row in rows]
    if any(scale.counts == "date" and _are_dates_below(scale, body) for scale in scales):
        return None
    counted = {at for scale in scales for at in scale.columns}
    if not counted and not any(map(_sounds, headings)) and _is_grid(headings, body):
        return None
    score = _score(headings, body, counted=counted) - 0.6 * passed + (0.3 if depth > 1 else 0)
    return Spotted(Header(rows, headings, {}), units, score)


def _has_corner(headings: Sequence[Heading], body: Sequence[Mapping[int, Any]]) -> bool:
    """Whether left of the first heading each row is named, as in a cross table whose corner is left blank."""
    names = [fold(cell) for cells in body if isinstance(cell := cells.get(headings[0].at - 1), str)]
    named = len(names) >= max(2, len(body) - 1) and len(set(names)) == len(names)
    return named and headings[0].path[-1] not in SERIAL and all(kind_of(name) == "text" for name in names)


def _below_fields(sheet: Sheet, found: Spotted) -> Spotted:
    """The header below the one found where that only states fields: 部门 | 司法所 | 年度 | 2024."""
    header = found.header
    if len(header.rows) > 1 or any(heading.path[-1] in SERIAL for heading in header.headings):
        return found
    answered = False
    for row in range(header.rows.start, min(header.rows.start + MOST_FIELD_ROWS, len(sheet.rows))):
        cells = filled_cells(sheet, row)
        if len(cells) < 2:
            continue
        goes_on = row + 1 < len(sheet.rows) and are_pairs(filled_cells(sheet, row + 1))
        if row > header.rows.start and not (goes_on and are_pairs(cells)):
            below = spot_at(sheet, row)
            wide = below is not None and len(below.header.headings) >= max(3, len(header.headings))
            if below is not None and wide and _is_sure(sheet, below, alike_will_do=answered):
                return below
        if not are_pairs(cells):
            return found
        answered = answered or answers_itself(cells)
    return found


def _is_sure(sheet: Sheet, found: Spotted, *, alike_will_do: bool) -> bool:
    """Whether a header is one beyond doubt: serial numbers below 序号, or half its words known and unlike the rows."""
    headings, body = found.header.headings, _body(sheet, found.header.rows.stop)
    kinds = {each.at: Counter(kind_of(cells[each.at]) for cells in body if each.at in cells) for each in headings}
    if any(each.path[-1] in SERIAL and set(kinds[each.at]) == {"number"} for each in headings):
        return True
    unlike = alike_will_do or any(counted and counted["text"] * 2 < counted.total() for counted in kinds.values())
    return bool(body) and unlike and sum(map(_sounds, headings)) * 2 >= len(headings)


def _spot_list(sheet: Sheet, used: Sequence[int]) -> Spotted | None:
    """The header of a table of one column: a heading that stands alone, with at least two lines below it."""
    for index, row in enumerate(used[:DEEPEST_START]):
        (at, cell), *_ = filled_cells(sheet, row).items()
        if not heads(cell) or is_title(cell) or role_of(str(cell)) or fold(cell).endswith(":"):
            continue
        # Below a name on a cover stands the name of what it covers.
        covers = any(is_title(line) for below in used[index + 1 :] for line in filled_cells(sheet, below).values())
        if len(used) - index > 2 and not covers:
            heading = Heading(at=at, path=(bare(cell)[0],), unit=bare(cell)[1], written=fold(cell))
            return Spotted(Header(range(row, row + 1), (heading,), {}), {}, LEAST)
    return None


def _may_head(sheet: Sheet, row: int, cells: Mapping[int, Any]) -> bool:
    """Whether nothing in the row forbids it to be a header, or a row of parents above one."""
    scale = scale_in(cells)
    others = {at: cell for at, cell in cells.items() if at not in scale.columns}
    if not all(map(may_be_heading, others.values())) or _is_field_row(cells):
        return False
    if scale.counts in ("number", "date", "range") and not _may_count(sheet, row, scale, others):
        return False
    if len(cells) == 2 and [role_of(str(cell)) == "footer" for cell in cells.values()] == [True, False]:
        # 负责人 | 王某: a form that states one thing a line.
        return False
    if len(cells) >= 2:
        return True
    # One parent over some of the columns: never the first of them, which is where titles begin.
    spans = [(left, right) for top, left, _, right in sheet.merged if top == row and left in cells and right > left]
    if not spans or is_title(next(iter(cells.values()))) or row + 1 >= len(sheet.rows):
        return False
    below = filled_cells(sheet, row + 1)
    left, right = spans[0]
    return bool(below) and min(below) < left and len(below) >= 3 and all(at in below for at in range(left, right + 1))


def _may_count(sheet: Sheet, row: int, scale: Scale, others: Mapping[int, Any]) -> bool:
    """Whether numbers or days that count on may head columns beside the others, rather than stand below headings."""
    above = filled_cells(sheet, row - 1) if row else {}
    if above.keys() >= scale.columns:
        return False
    if scale.counts != "number":
        return bool(others) or len(scale.columns) > 2
    return bool(others) and (len(scale.columns) >= LONG or all(map(heads, others.values())))


def _are_dates_below(scale: Scale, body: Sequence[Mapping[int, Any]]) -> bool:
    """Whether under days that count on stand other days: then they are as much a row as the rows below."""
    kinds = Counter(kind_of(cells[at]) for cells in body for at in scale.columns if at in cells)
    return kinds["date"] * 2 > kinds.total()


def _is_field_row(cells: Mapping[int, Any]) -> bool:
    """Whether the row states fields (填报单位：…), which headings do not."""
    texts = [re.sub(_ASIDE, "", fold(cell)) for cell in cells.values() if isinstance(cell, str)]
    stated = [text for text in texts if ":" in text.rstrip(":") or (text.endswith(":") and len(texts) < 4)]
    return bool(stated)


def _bottom(sheet: Sheet, top: int) -> int:
    """The last row (from 0) of the header that begins in `top`."""
    bottom = top
    last = min(top + MOST_HEADER_ROWS - 1, len(sheet.rows) - 1)
    while bottom < last and _continues(sheet, range(top, bottom + 1)):
        bottom += 1
    return bottom


def _continues(sheet: Sheet, rows: range) -> bool:
    """Whether the row after `rows` still belongs to the header."""
    below = filled_cells(sheet, rows.stop)
    if not below:
        return any(first in rows and last >= rows.stop and last > first for first, _, last, _ in sheet.merged)
    if explained(list(below.values())) is not None:
        return True
    scale = scale_in(below)
    others = {at: cell for at, cell in below.items() if at not in scale.columns}
    if not all(map(may_be_heading, others.values())) or _is_field_row(below):
        return False
    if scale.counts and _are_days_of(scale_in(filled_cells(sheet, rows[-1])), scale, others):
        return True
    if any(first in rows and last >= rows.stop for first, _, last, _ in sheet.merged):
        return True
    parents = [(left, right) for first, left, last, right in sheet.merged if first == last == rows[-1] and right > left]
    if parents and all(any(left <= at <= right for left, right in parents) for at in below):
        return True
    if _are_filled_parents(filled_cells(sheet, rows[-1]), below):
        return True
    return _all_are_parents(sheet, rows[-1], parents, below) or _are_children(sheet, rows, below)


def _are_days_of(above: Scale, below: Scale, others: Mapping[int, Any]) -> bool:
    """Whether below days that count on stand the days of the week, or the other way round; 星期 may lead them."""
    if not below.columns <= above.columns or "weekday" not in (above.counts, below.counts):
        return False
    return len(below.columns) * 2 >= len(above.columns) and all(at < min(below.columns) for at in others)


def _are_filled_parents(above: Mapping[int, Any], below: Mapping[int, Any]) -> bool:
    """Whether a parent is written over each of its children, and what has no children twice: 序号 处罚 处罚 备注."""
    if above.keys() != below.keys():
        return False
    columns = sorted(above)
    again = {at for pair in pairwise(columns) if fold(str(above[pair[0]])) == fold(str(above[pair[1]])) for at in pair}
    twice = [at for at in columns if fold(str(above[at])) == fold(str(below[at]))]
    return bool(again and twice) and sorted([*again, *twice]) == columns


def _all_are_parents(sheet: Sheet, row: int, parents: Sequence[tuple[int, int]], below: Mapping[int, Any]) -> bool:
    """Whether the row holds but merged parents, so that the other headings stand beside their children below."""
    above = filled_cells(sheet, row)
    children = {at for left, right in parents for at in range(left, right + 1)}
    if not above or set(above) != {left for left, _ in parents} or not children <= set(below):
        return False
    known = sum(map(heads, below.values()))
    return known * 2 >= len(below) > len(above) and not any(map(is_title, above.values())) and 0 not in children


def _are_children(sheet: Sheet, rows: range, below: Mapping[int, Any]) -> bool:
    """Whether the row's words stand under parents that nobody merged: a parent, then blanks, all filled below."""
    above = filled_cells(sheet, rows[-1])
    if any(bare(str(cell))[0] in SERIAL and at in above and at + 1 in above for at, cell in below.items()):
        # 填报单位 has no single child 序号: it states a field above the table.
        return False
    covered = {at for row in rows for at in filled_cells(sheet, row)}
    if above and len(rows) > 1 and len(below) > 1 and set(below) == set(above) and min(covered) not in below:
        # One more level of children, each with a parent of its own: 件数 件数 金额 below 警告 罚款 罚款.
        return all(map(heads, below.values()))
    if not above or not set(below) - set(above):
        return False
    ends = dict(zip(sorted(above), [*sorted(above)[1:], max(below) + 1], strict=True))
    parents = {at for at, end in ends.items() if at in below and any(at < child < end for child in below)}
    outside = [at for at in below if at not in above and not any(parent < at for parent in parents)]
    if outside and parents == set(above) and len(below) > len(above) + 1:
        # 社区 件数 人数 件数 人数 below 2023年 2024年: the first column has no parent.
        return all(map(heads, below.values())) and not any(map(is_title, above.values()))
    if not parents or outside:
        return False
    if covered - set(below):
        # Some column is headed above only: a row of data would have filled it, as it fills the first.
        return min(covered) not in below
    merged = any(first in rows and right > left for first, left, _, right in sheet.merged)
    return merged or all(heads(cell) and not is_title(cell) for cell in above.values())


def _headings(sheet: Sheet, rows: range) -> tuple[tuple[Heading, ...], dict[int, str]]:
    """The heading of each column, and the units that stand in header cells of their own."""
    filled = filled_header(sheet, rows, past_merges=False)
    units: dict[int, str] = {}
    for cells in filled[1:]:
        explains = explained(cells) is not None
        for at, cell in enumerate(cells):
            if not isinstance(cell, str) or not says_something(cell):
                continue
            unit = unit_alone(cell)
            if unit and (explains or cell.strip()[0] in "(（[【"):
                units[at] = unit
            if explains or at in units:
                cells[at] = ""
    return tuple(join(filled, width=max(map(len, filled)))), units


def _body(sheet: Sheet, start: int) -> list[dict[int, Any]]:
    """The next rows of several cells below a header."""
    rows = []
    for row in range(start, min(len(sheet.rows), start + 3 * BODY_ROWS)):
        cells = filled_cells(sheet, row)
        if len(cells) >= 2 and not _is_field_row(cells):
            rows.append(cells)
        if len(rows) == BODY_ROWS:
            break
    return rows


def _score(headings: Sequence[Heading], body: Sequence[Mapping[int, Any]], *, counted: Collection[int]) -> float:
    """How much the headings sound like headings, differ from what stands below, and cover it.

    Those that are `counted` (1 2 3 of a month) do both, whatever stands below.
    """
    known = sum(1 for heading in headings if heading.at in counted or _sounds(heading)) / len(headings)
    unique = len({heading.joined for heading in headings}) / len(headings)
    if not body:
        return 3 * known + unique + (1 if len(headings) >= 3 and known >= 0.5 else 0)
    often = Counter(at for cells in body for at in cells)
    used = {at for at, times in often.items() if times * 4 >= len(body)} or set(often)
    headed = {heading.at for heading in headings} & used
    unlike = 0
    for at in headed:
        kinds = Counter(kind_of(cells[at]) for cells in body if at in cells)
        unlike += at in counted or kinds.most_common(1)[0][0] != "text"
    coverage = len(headed) / len(used)
    return 3 * known + 2 * (unlike / max(1, len(headed))) + 2 * coverage + unique


def _is_grid(headings: Sequence[Heading], body: Sequence[Mapping[int, Any]]) -> bool:
    """Whether below stand but short words like the headings themselves, none of them twice: a grid of names."""
    words = [cell for cells in body for cell in cells.values()]
    longest = max(len(heading.joined) for heading in headings)
    texts = {fold(str(cell)) for cell in words if kind_of(cell) == "text" and len(fold(str(cell))) <= longest + 1}
    return len(texts) == len(words) > 0


def _sounds(heading: Heading) -> bool:
    return heading.path[-1] in SERIAL or any(is_head(part) for part in heading.path[-1:])
