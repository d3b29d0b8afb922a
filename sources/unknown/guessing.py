"""What a column without a card holds, guessed from its heading and its cells: type, code list, personal data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, Literal

from sources.cards import ColumnType
from sources.reading.headings import SERIAL
from sources.values import (
    DITTO,
    UNIT_FACTORS,
    Broken,
    Problem,
    as_text,
    fold,
    is_nothing,
    parse_count,
    parse_date,
    parse_money,
    parse_number,
    says_something,
    stated_unit,
)
from sources.words import NO, YES, parse_identifier
from warehouse.personal import personal_kind

MOST_CODES, LONGEST_CODE = 12, 16

_DATE = re.compile(r".*(?:日期|时间|年月日|[发交届决结办立送缴审公示][案日]日?|日|有效期至?|截止|期限)(?:\(.*\))?")
_MONEY = re.compile(r".*(?:金额|款|费|资金|经费|价|款额|收入|支出|余额|总额|税额|没收违法所得|没收非法财物)(?:\(.*\))?")
_IDENTIFIER = re.compile(r".*(?:编号|文号|案号|证号|号码|编码|代码|单号|票号|户号|卡号|账号|号)(?:\d|\(.*\)|/.*)?")
_FLAG = re.compile(r"是否.*|.*与否")
_LIST = re.compile(r"[、；;]")
# 一、 before a text numbers it, and makes no list of it.
_ORDINAL = re.compile(r"^\(?[一二三四五六七八九十\d]{1,3}\)?[、.]")
_PEOPLE = re.compile(
    r".*(?:姓名|当事人|被处罚人|法定代表人|法人代表|户主|来访人|信访人|上访人|申请人|被申请人|投诉人|举报人|求助人|咨询人|服务对象|矫正对象|"
    r"执法人员|检查人员|经办人|承办人|联系人|负责人|主讲人|调解员|律师|接待人|登记人|填报人|责任人)(?:\d|[一二三]|或.*|\(.*\)|名称)?"
)
_ADDRESS = re.compile(r".*(?:住址|家庭地址|联系地址|户籍地址?|居住地址?|通讯地址|住所)|地址|当事人_地址")
_PHONE = re.compile(r".*(?:电话|手机|联系方式|手机号码?)")
_PERSONAL_NUMBER = re.compile(r".*(?:身份证|证件号|护照|社保号|银行卡|银行账号).*")
_NOT_SUMMED = re.compile(
    r".*(?:率|比例|占比|比重|%|均|单价|均价|年龄|年份|年度|增长|同比|环比|增幅|名次|得分|评分|成绩|比|价格)"
    r"|(?:人均|户均|平均|日均|月均|年均|场均|次均|件均|每[人户家月年天日场次件平米亩]).*"
)
_CARRIED = re.compile(r".*(?:余额|库存|结存|结余|存量|在库)(?:数|量|数量|金额|件数)?|.*累计.*")
# Under 单位：万元 these are no amounts all the same; 预算数 and 2024年 are.
_PERIODS = frozenset({"年份", "年度", "月份", "季度", "年", "月", "日", "期间"})
_MEASURED = re.compile(
    r".*(?:[件起人户次场个份项家宗批处辆台套条名位栋间所座亩头只棵天]数|人次|件次|场次|户次|家次|批次|数量|个数|总量|重量|面积|里程|长度|"
    r"人员|年龄|工龄|年限|工期|时长|排名|名次|得分|分值|分数|评分|权重|代码|行次|栏次)(?:\d|\(.*\))?"
)
_LOOKS_PERSONAL = re.compile(r"\d{17}[\dXx]|1[3-9]\d{9}")

Personal = Literal["keep", "key", "drop"]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to hold; `sums` says whether a total row would add it up.

    `carries`: each row may hold what has come together so far, or what is left, and the total row repeats the last.
    """

    type: ColumnType
    unit: Literal["元", "万元"] | None = None
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    personal: Personal = "keep"
    sums: bool = False
    carries: bool = False


def guess(
    name: str, unit: str | None, cells: Sequence[Any], *, above: str | None = None, tolerance: float = 0.0
) -> Guess:
    """The narrowest type that all cells fit, but for a share of `tolerance`; text where none fits.

    `unit` is the heading's own, `above` the one that a line above the table states for all amounts in it.
    """
    stated = [cell for cell in cells if says_something(cell) and not isinstance(cell, Broken)]
    stated = [cell for cell in stated if not (isinstance(cell, str) and (is_nothing(cell) or cell.strip() in DITTO))]
    leaf = name.rsplit("_", 1)[-1]
    personal = _personal(name, leaf, stated)
    if unit is None and above in UNIT_FACTORS and not is_measure(name) and leaf not in SERIAL and leaf not in _PERIODS:
        unit = above
    kind = _type(leaf, unit, stated, allowed=tolerance)
    if personal == "drop":
        # Not typed by a card, but an identity card that lost its digits is told all the same.
        return Guess("identifier" if kind == "identifier" else "text", personal=personal)
    if kind == "code":
        return Guess("code", codes=codes_of(stated), personal=personal)
    money_unit: Literal["元", "万元"] | None = None
    if kind == "money":
        money_unit = "万元" if unit == "万元" else "元"
    sums = kind in ("money", "count", "number") and leaf not in SERIAL and _NOT_SUMMED.fullmatch(leaf) is None
    return Guess(kind, unit=money_unit, personal=personal, sums=sums, carries=_CARRIED.fullmatch(leaf) is not None)


def is_measure(name: str) -> bool:
    """Whether the name is of something that is counted or measured, or of a rate, and of no amount of money."""
    *parents, leaf = name.split("_")
    return any(map(_MEASURED.fullmatch, (*parents, leaf))) or _NOT_SUMMED.fullmatch(leaf) is not None


def is_amount(name: str) -> bool:
    """Whether the name is of an amount of money."""
    return _MONEY.fullmatch(name.rsplit("_", 1)[-1]) is not None


def is_identifier(name: str) -> bool:
    """Whether the name is of a number by which something is known: 案号, 信用代码."""
    return _IDENTIFIER.fullmatch(name.rsplit("_", 1)[-1]) is not None


def codes_of(cells: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    """The distinct texts as a code list, the commonest first."""
    times = Counter(text for cell in cells if (text := as_text(cell)))
    seen: dict[str, str] = {}
    for text, _ in times.most_common():
        seen.setdefault(fold(text), text.strip())
    return dict.fromkeys(seen.values(), ())


def _personal(name: str, leaf: str, cells: Sequence[Any]) -> Personal:
    texts = [fold(as_text(cell) or "") for cell in cells]
    numbers = sum(1 for text in texts if _LOOKS_PERSONAL.fullmatch(text))
    named = any(pattern.fullmatch(leaf) or pattern.fullmatch(name) for pattern in (_PEOPLE, _ADDRESS, _PHONE))
    if named or _PERSONAL_NUMBER.fullmatch(leaf) or (texts and numbers * 2 >= len(texts)):
        return "drop"
    return "keep"


def _type(leaf: str, unit: str | None, cells: Sequence[Any], *, allowed: float) -> ColumnType:
    if not cells:
        return _type_of_blank(leaf, unit)
    texts = [fold(as_text(cell) or "") for cell in cells]

    # Each distinct cell is parsed once, whatever it says a thousand times; True, 1 and 1.0 are different cells.
    times = Counter((type(cell), cell) for cell in cells)

    def fits(parse: Callable[[Any], Any]) -> bool:
        wrong = 0
        for (_, cell), often in times.items():
            wrong += often if isinstance(parse(cell), (Problem, NoneType)) else 0
            if wrong > allowed * len(cells):
                return False
        return True

    if leaf in SERIAL:
        return "count" if fits(parse_count) else "text"
    if _IDENTIFIER.fullmatch(leaf) or any(_is_code(text) for text in texts):
        return "identifier" if fits(parse_identifier) or allowed else "text"
    dated = _DATE.fullmatch(leaf) is not None or all(isinstance(cell, date) for cell in cells)
    if fits(lambda cell: parse_date(cell, year=2000)) and (dated or all(map(_is_written_date, texts))):
        return "date"
    if fits(lambda cell: _flag(as_text(cell))) and (_FLAG.fullmatch(leaf) or set(texts) <= {"是", "否", "√", "×"}):
        return "flag"
    sounds = (_MONEY.fullmatch(leaf) and not _NOT_SUMMED.fullmatch(leaf)) or any(map(stated_unit, cells))
    if (unit in UNIT_FACTORS or sounds) and fits(parse_money):
        return "money"
    if fits(parse_count):
        # What a few cells are no count of, but numbers all the same, is a number: 1.5 hours.
        halves = (cell for _, cell in times if isinstance(parse_count(cell), Problem))
        return "number" if any(isinstance(parse_number(cell), Decimal) for cell in halves) else "count"
    if fits(parse_number):
        return "number"
    return _type_of_words(leaf, texts)


def _type_of_blank(leaf: str, unit: str | None) -> ColumnType:
    """What an empty column is meant for, as far as its heading says."""
    if _IDENTIFIER.fullmatch(leaf):
        return "identifier"
    if unit in UNIT_FACTORS or _MONEY.fullmatch(leaf):
        return "money"
    if re.fullmatch(r".*(?:日期|年月日)", leaf):
        return "date"
    return "flag" if leaf.startswith("是否") else "text"


def _type_of_words(leaf: str, texts: Sequence[str]) -> ColumnType:
    if sum(1 for text in texts if _LIST.search(_ORDINAL.sub("", text, count=1))) * 4 >= len(texts):
        return "list"
    distinct = set(texts)
    short = max(map(len, distinct)) <= LONGEST_CODE
    told = re.fullmatch(r".*(?:型|类别|种类|分类|性质|等级|级别|状态|程序|方式|形式|结果|来源|性别)", leaf) is not None
    few = len(distinct) <= MOST_CODES and len(texts) >= len(distinct) * (1.5 if told else 3) and len(texts) >= 3
    prose = re.fullmatch(r".*(?:备注|说明|内容|概况|摘要|名称|主题|题目|标题)", leaf) is not None
    return "code" if short and few and not prose and not any(map(personal_kind, distinct)) else "text"


def _is_code(text: str) -> bool:
    return text.isdigit() and (len(text) >= 11 or (len(text) > 1 and text[0] == "0"))


def _is_written_date(text: str) -> bool:
    return not text.isdigit() and re.search(r"\D", text) is not None and len(text) >= 4


def _flag(text: str | None) -> bool | None:
    folded = fold(text or "").upper()
    return True if folded in YES or folded in NO else None
