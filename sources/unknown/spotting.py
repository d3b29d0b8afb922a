"""Where a header stands, found by content alone: words that head columns, and how unlike them the cells below are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.footers import role_of
from sources.reading.header import DEEPEST_START, MOST_HEADER_ROWS, Header, explained, filled_header, numbers_columns
from sources.reading.headings import SERIAL, Heading, bare, join, unit_alone
from sources.values import Broken, Problem, fold, parse_date, says_something

BODY_ROWS = 30
LONGEST_HEADING = 40
# Below this score a row of words is a row of words.
LEAST, STRONG = 2.9, 4.0

_NUMBER = re.compile(r"[+\-¥￥$约近]?[\d,]+(?:\.\d*)?(?:余|多)?(?:%|‰|\w{1,2})?")
_CODE = re.compile(r".*(?:\d{5}|\d{3,4}(?![年\d])|[A-Za-z]+[-_]?\d|\d[-_]\d|第\d+号).*", re.DOTALL)
_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
_DAY = re.compile(r"\d{1,2}月\d{1,2}[日号](?:\((?:周|星期)?[一二三四五六日天]\))?")
_PERIOD = re.compile(r"(?:(?:19|20)\d\d年度?)?(?:\d{1,2}月份?|[第]?[一二三四1-4]季度|[上下]半年|全年)?")
_TITLE = re.compile(
    r"(?:附?表|附件)[一二三四五六七八九十\d]{1,3}.*|.*(?:台账|登记[簿表册]|统计表|一览表|汇总表|明细表|情况表|清单|名册|附件|附表)(?:\(.*\))?\d*"
)
_HEADS = re.compile(
    r"(?:.*(?:序号|编号|文号|案号|证号|号码|编码|代码|名称|姓名|名|日期|时间|年月|日|年|月份?|季度|年度|年份|年龄|性别|民族|学历|金额|"
    r"款额|费用|经费|资金|单价|价格|总额|余额|数额|款|费|额|税|收入|支出|类型|类别|种类|分类|性质|级别|等级|状态|情况|信息|结果|成果|"
    r"内容|概况|摘要|备注|说明|附注|单位|部门|科室|机构|机关|组织|社区|街道|乡镇|村居|网格|区域|辖区|地区|地点|场所|位置|地址|住址|电话|手机|"
    r"方式|联系人|人数|人次|人员|人|者|员|次数|场次|件数|起数|数量|数目|总数|户数|份数|数|量|比例|占比|比重|率|比|指数|评分|得分|分数|成绩|"
    r"学时|课时|时长|时限|期限|来源|去向|事项|项目|原因|案由|依据|条款|程序|方法|形式|途径|主题|题目|标题|课题|对象|范围|领域|行业|意见|措施|建议|"
    r"要求|目标|任务|进度|进展|指标|负责人|主任|经办|签字|签名|确认|审核|审批|公示|复议|诉讼|听证|送达|缴款|处罚|罚款|没收|警告|罚金|"
    r"合计|小计|总计|累计|其中|增长|同比|环比|增幅|规格|型号|品名|计量单位|职务|职称|岗位|学校|专业|户籍|照片|附件|链接|版本|用途|材料|资料|标准|"
    r"法律|法规|宣讲|讲座|活动|当事人|与否|效果|评价|满意度|排名|名次|月初|月末|年初|年末|期初|期末|上年|本年|本月|本期|上期)"
    r"|是否.{1,8}|序|项次|No\.?|NO\.?|ID|第?[一二三四五六七八九十\d]+(?:季度|月|项|组|次))(?:\d|[一二三四五]|\([^)]*\))?"
)


@dataclass(frozen=True, slots=True)
class Spotted:
    """A header and how sure one may be of it."""

    header: Header
    units: Mapping[int, str]
    score: float


def kind_of(cell: Any) -> str:
    """What a cell is by its looks: text, number, date, code (编号 and the like), long, or nothing at all."""
    if not says_something(cell):
        return ""
    if isinstance(cell, (bool, str)):
        return "text" if isinstance(cell, bool) else _kind_of_text(fold(cell))
    if isinstance(cell, (int, float, Broken)):
        return "number"
    return "date" if isinstance(cell, (date, time)) else "text"


def _kind_of_text(text: str) -> str:
    if len(text) > LONGEST_HEADING:
        return "long"
    if _YEAR.fullmatch(text):
        return "text" if text[-1] in "年度" else "number"
    if not any(letter.isdigit() for letter in text) and "年" not in text:
        return "text"
    if _NUMBER.fullmatch(text) and not _HEADS.fullmatch(text):
        return "number"
    if not isinstance(parse_date(text, year=2000), (Problem, type(None))):
        return "date"
    return "code" if _CODE.fullmatch(text) and not _HEADS.fullmatch(text) else "text"


def heads(cell: Any) -> bool:
    """Whether the cell holds a word that usually heads a column."""
    return isinstance(cell, str) and _HEADS.fullmatch(bare(cell)[0]) is not None


def filled_cells(sheet: Sheet, row: int) -> dict[int, Any]:
    """The cells of a row (from 0) that say something, by their column."""
    return {at: cell for at, cell in enumerate(sheet.rows[row]) if says_something(cell)}


def is_title(text: Any) -> bool:
    """Whether the text names a table rather than a column."""
    return isinstance(text, str) and _TITLE.fullmatch(fold(text)) is not None


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
    return best if best and best.score >= LEAST else None


def spot_at(sheet: Sheet, top: int, *, passed: int = 0) -> Spotted | None:
    """The header that begins in row `top` (from 0), with its score; `passed` rows above it would be left out."""
    if not _may_head(sheet, top, filled_cells(sheet, top)):
        return None
    rows = range(top, _bottom(sheet, top) + 1)
    headings, units = _headings(sheet, rows)
    if len(headings) < 2:
        return None
    body = _body(sheet, rows.stop)
    score = _score(headings, body) - 0.6 * passed + (0.3 if len(rows) > 1 else 0)
    if rows.stop < len(sheet.rows) and _counts_columns(sheet.rows[rows.stop], headings):
        rows = range(top, rows.stop + 1)
    return Spotted(Header(rows, headings, {}), units, score)


def _spot_list(sheet: Sheet, used: Sequence[int]) -> Spotted | None:
    """The header of a table of one column: a heading that stands alone, with at least two lines below it."""
    for index, row in enumerate(used[:DEEPEST_START]):
        (at, cell), *_ = filled_cells(sheet, row).items()
        if heads(cell) and not is_title(cell) and not role_of(str(cell)) and len(used) - index > 2:
            heading = Heading(at=at, path=(bare(cell)[0],), unit=bare(cell)[1], written=fold(cell))
            return Spotted(Header(range(row, row + 1), (heading,), {}), {}, LEAST)
    return None


def _may_head(sheet: Sheet, row: int, cells: Mapping[int, Any]) -> bool:
    """Whether nothing in the row forbids it to be a header, or a row of parents above one."""
    if any(not _may_be_heading(cell) for cell in cells.values()) or _is_field_row(cells):
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


def _may_be_heading(cell: Any) -> bool:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell).is_integer() and 1990 <= cell <= 2099
    if not isinstance(cell, str):
        return False
    return kind_of(cell) == "text" or _YEAR.fullmatch(fold(cell)) is not None or _DAY.fullmatch(fold(cell)) is not None


def _is_field_row(cells: Mapping[int, Any]) -> bool:
    """Whether the row states fields (填报单位：…), which headings do not."""
    texts = [re.sub(r"\([^)]*\)|\[[^\]]*\]", "", fold(cell)) for cell in cells.values() if isinstance(cell, str)]
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
    if any(not _may_be_heading(cell) for cell in below.values()) or _is_field_row(below):
        return False
    if any(first in rows and last >= rows.stop for first, _, last, _ in sheet.merged):
        return True
    parents = [(left, right) for first, left, last, right in sheet.merged if first == last == rows[-1] and right > left]
    if parents and all(any(left <= at <= right for left, right in parents) for at in below):
        return True
    return _all_are_parents(sheet, rows[-1], parents, below) or _are_children(sheet, rows, below)


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


def _counts_columns(cells: Sequence[Any], headings: Sequence[Heading]) -> bool:
    return numbers_columns(cells) and sum(map(says_something, cells)) * 5 >= len(headings) * 4


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


def _score(headings: Sequence[Heading], body: Sequence[Mapping[int, Any]]) -> float:
    """How much the headings sound like headings, differ from what stands below, and cover it."""
    known = sum(1 for heading in headings if _sounds(heading)) / len(headings)
    unique = len({heading.joined for heading in headings}) / len(headings)
    if not body:
        return 3 * known + unique + (1 if len(headings) >= 3 and known >= 0.5 else 0)
    often = Counter(at for cells in body for at in cells)
    used = {at for at, times in often.items() if times * 4 >= len(body)} or set(often)
    headed = {heading.at for heading in headings} & used
    unlike = 0
    for at in headed:
        kinds = Counter(kind_of(cells[at]) for cells in body if at in cells)
        unlike += kinds.most_common(1)[0][0] != "text"
    coverage = len(headed) / len(used)
    return 3 * known + 2 * (unlike / max(1, len(headed))) + 2 * coverage + unique


def _sounds(heading: Heading) -> bool:
    return heading.path[-1] in SERIAL or any(_HEADS.fullmatch(part) is not None for part in heading.path[-1:])


def is_period(text: str) -> bool:
    """Whether the folded text names nothing but a year, quarter or month."""
    return bool(text) and _PERIOD.fullmatch(text) is not None
