"""What a cell is by its looks alone: a word that heads columns, a title, a number, a day, a mark."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from sources.formats.grid import Sheet
from sources.reading.headings import bare
from sources.values import Broken, Problem, fold, parse_date, says_something

LONGEST_HEADING = 40

_NUMBER = re.compile(r"[+\-¥￥$约近]?[\d,]+(?:\.\d*)?(?:余|多)?(?:%|‰|\w{1,2})?")
_CODE = re.compile(r".*(?:\d{5}|\d{3,4}(?![年\d])|[A-Za-z]+[-_]?\d|\d[-_]\d|第\d+号).*", re.DOTALL)
_MARKS = "√✓✔☑×✕✗✘☒○●◎△▲☆★□■"
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


def kind_of(cell: Any) -> str:
    """What a cell is by its looks: text, number, date, mark (√), code (编号 and the like), long, or nothing."""
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
    if text and all(letter in _MARKS for letter in text):
        return "mark"
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
    return isinstance(cell, str) and is_head(bare(cell)[0])


def is_head(text: str) -> bool:
    """Whether the folded text, freed of its unit, is such a word."""
    return _HEADS.fullmatch(text) is not None


def may_be_heading(cell: Any) -> bool:
    """Whether nothing in the looks of a single cell forbids it to be a heading."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell).is_integer() and 1990 <= cell <= 2099
    if not isinstance(cell, str):
        return False
    return kind_of(cell) == "text" or _YEAR.fullmatch(fold(cell)) is not None or _DAY.fullmatch(fold(cell)) is not None


def filled_cells(sheet: Sheet, row: int) -> dict[int, Any]:
    """The cells of a row (from 0) that say something, by their column."""
    return {at: cell for at, cell in enumerate(sheet.rows[row]) if says_something(cell)}


def is_title(text: Any) -> bool:
    """Whether the text names a table rather than a column."""
    return isinstance(text, str) and _TITLE.fullmatch(fold(text)) is not None


def is_period(text: str) -> bool:
    """Whether the folded text names nothing but a year, quarter or month."""
    return bool(text) and _PERIOD.fullmatch(text) is not None
