"""Lines that are no rows: totals, footers, statements of nothing to report, and what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from sources.formats.grid import Texts, lines_like
from sources.values import as_text, fold, parse_date

Role = Literal["", "total", "footer", "nothing"]
# What the first cell of a row makes of it where the rest of the row agrees.
Leading = Literal["", "sum", "compared", "label", "example"]

_TOTAL = re.compile(
    r"(?:(?:本?[页月季年]|本年度?|全年|本期|\d{1,2}月份?|[一二三四五六七八九十]{1,3}月份?|第?[一二三四1-4]季度|[上下]半年)?"
    r"(小计|合计|总计|累计|共计|总数)|(?:以上)?(合计|共计))(?:数|金额|人次)?(?:[/(]?(?i:(?:sub|grand)?total)\)?)?[::]?(?P<rest>.{0,12})"
)
_FIELDS = (
    "填报单位|报送单位|填表单位|单位名称|填报部门|报送部门|单位\\(盖章\\)|填报人|填表人|制表人|报送人|报表人|统计人|登记人|经办人|审核人|复核人|审批人|"
    "审核|制表|填表|单位负责人|部门负责人|科室负责人|分管领导|分管负责人|主管领导|负责人签字|负责人|填报日期|填表日期|制表日期|报送日期|"
    "上报日期|填报时间|填表时间|报送时间|联系人|联系电话|联系方式|电话|盖章|大写|金额大写|合计大写|人民币大写"
)
_FIELD = re.compile(rf"(?P<name>{_FIELDS})(?:\((?:签字|签章|签名|盖章)\))?\s*[::]")
# Where somebody signs, these are fields as well.
_SIGNED = re.compile(rf"(?P<name>{_FIELDS}|复核|(?<![\u4e00-\u9fff])日期)(?:\((?:签字|签章|签名|盖章)\))?\s*[::]")
_FIELD_ALONE = re.compile(rf"(?:{_FIELDS})(?:\((?:签字|签章|签名|盖章)\))?[::]?")
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|填报说明|附注|注意事项|表内说明)(?:\d)?[::].*|(?:填表说明|填报说明|注意事项|附注).{0,3}|平均(?:值|数|分)?|均值|\(?盖章\)?|[((]公章[))]"
)
_WHEN = (
    r"本(?:月|年|年度|季|季度|期|周)|\d{1,2}月份?|[一二三四五六七八九十]{1,3}月份?|第?[一二三四1-4]季度|[上下]半年|全年|"
    r"(?:本|我|全)(?:单位|街道?|镇|乡|社区|部门|科室|辖区|区)"
)
_NOTHING = re.compile(
    rf"(?:\d{{4}}年)?(?:(?:{_WHEN})*(?:暂)?"
    r"(?:零报告|无|未发生|没有发生|没有|无此类.{0,6}|无.{0,4}(?:案件|记录|数据|活动|情况|业务|事项|发生|内容|工作|报送).{0,4}|未开展.{0,8})"
    # Where it says when or who, nothing else can be meant: 本年度无来访.
    rf"|(?:{_WHEN})+(?:暂)?(?:无|未发生|没有发生|没有|未接到|未收到|未受理|未办理)[^\d,，;；]{{1,8}})[。.]?"
)
_LATIN_TOTAL = r"(?i:(?:grand|sub)?-?total)"
_SUM = re.compile(
    rf"(?:.{{1,12}}(?:小计|合计|总计|共计|汇总|总数)|汇总|总(?:得?分|人数|金额|件数|户数)|{_LATIN_TOTAL})(?:\([^)]{{1,4}}\))?[::]?"
)
_COMPARED = re.compile(
    r"(?:(?:上|去|本)年度?|上季度?|上月|上期|往年)?同期(?:数|值)?|(?:与|较|比)(?:上|去)(?:年度?|季度?|月|期)(?:同期)?(?:增|减|相比).{0,6}"
    r"|(?:同比|环比|增减).{0,6}|增幅|增长(?:率|幅度)?|(?:完成|达标|及格|合格|优秀|占)(?:率|比)|(?:最高|最低|最大|最小)(?:值|分|数)?"
    r"|(?:平均|人均).{0,4}|均值|其中[,:].{1,12}|[过转][次下]页|[承接][前上]页"
)
_LABEL = re.compile(r"(?:.{0,8}(?:意见|说明|要求|问题|打算|措施|建议|来源|电话|领导|事项|备注|签字|签章)|注)[::]?")
_EXAMPLE = re.compile(
    r"[(\[【]?(?:填写|填报)?(?:示例|样例|范例)(?:行|\d{1,2})?[)\]】]?(?:[::].*)?|例\d?[::].+|[(\[【]例[)\]】].*"
)
# Nearly every cell has none of the former, or begins as none of these lines does, and need not be looked at closely.
_TELLING = "写均计总填报单审核复批制表负责领导联系电话盖章注备附说明统登经主分没无未零"
_OPENING = (
    "我大金人本页月季年全第上下小合总累共以平均暂零无未没一二三四五六七八九十"
    "注备说附表填报单制统登经审复部科分主负联电盖"
)
_SPACES = r"\t\v\f\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_WORTH = re.compile(f"[{_TELLING}{_SPACES}]")
_BEGINS = rf"(?:[^\u4e00-\u9fff\n]|[{_OPENING}])"
_MAY_TELL = re.compile(rf"(?={_BEGINS}).*[{_TELLING}]", re.DOTALL)
_LINES = lines_like(rf"(?={_BEGINS}).*[{_TELLING}{_SPACES}].*")
# Each of what stands first in a row beside the records has one of these.
_LEADING = "计总汇同环比增减率最均其页意说要问打措建来电领事备注签示样范例Tt"
_MAY_LEAD, _LEADING_LINES = re.compile(f"[{_LEADING}]"), lines_like(rf"(?=.*[{_LEADING}]).{{1,40}}")
_EMPTY_WORDS = frozenset({"/", "-", "--", "—", "——", "\\", "0", "无"})
_REPORTED_BY = ("填报人", "填表人", "制表人", "报送人", "报表人", "统计人", "制表", "填表")
_REVIEWED_BY = ("审核人", "复核人", "审批人", "审核", "复核")
_DAY_AT_THE_END = re.compile(r"(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}[日号]|[-./]\d{1,2}[-./]\d{1,2})$")
_REPORTED_ON = ("日期", "填报日期", "填表日期", "制表日期", "报送日期", "上报日期", "填报时间", "填表时间", "报送时间")
# 一季度 and 上半年 stand for a total where they stand among months.
_RANKS = {"小计": 0, "季度": 0, "半年": 1, "合计": 2, "共计": 2, "总数": 2, "总计": 3, "全年": 3, "累计": 4}
_RANKED = re.compile(rf"({'|'.join(_RANKS)})[::]?$")


def role_of(text: str) -> Role:
    """What a cell with this text would make of its row, if the rest of the row agrees."""
    if _MAY_TELL.match(text) is None:
        return ""
    folded = fold(text)
    if (match := _TOTAL.fullmatch(folded)) and _is_amount(match["rest"]):
        return "total"
    if _FIELD.match(folded) or _FIELD_ALONE.fullmatch(folded) or _NOTE.fullmatch(folded):
        return "footer"
    return "nothing" if _NOTHING.fullmatch(folded) else ""


def leading_role(text: str) -> Leading:
    """What a row would be that begins with this text: a sum, a comparison, a remark with its label, an example."""
    folded = fold(text).removesuffix("(%)").removesuffix("%")
    if _EXAMPLE.fullmatch(folded):
        return "example"
    if _SUM.fullmatch(folded):
        return "sum"
    if _COMPARED.fullmatch(folded):
        return "compared"
    return "label" if _LABEL.fullmatch(folded) else ""


def leading_texts(texts: Texts) -> set[str]:
    """Those of a column that may stand first in a row beside the records."""
    if _MAY_LEAD.search(texts.together) is None:
        return set()
    return {text for text in texts.like(_LEADING_LINES) if leading_role(text)}


class Roles:
    """What texts would make of their rows; each is looked at once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._roles: dict[str, Role] = {}
        # The texts that have a role, or are blank without being empty.
        self.telling: set[str] = set()

    def of(self, text: str) -> Role:
        """The role of one text."""
        if text not in self._seen:
            self._look(text)
        return self._roles.get(text, "")

    def look(self, texts: Texts) -> None:
        """Look at the texts of one column, so that `telling` knows them."""
        each, together = texts.each, texts.together
        # No word that tells anything is in Latin letters; nor is a text blank where there are as many words.
        if together.isascii() and len(together.split()) == len(each) - ("" in each):
            return
        if _WORTH.search(together) is not None or together.count("\n") >= len(each) > 0:
            for text in texts.like(_LINES):
                if text not in self._seen:
                    self._look(text)

    def _look(self, text: str) -> None:
        self._seen.add(text)
        role = role_of(text)
        if role:
            self._roles[text] = role
        if role or text.isspace():
            self.telling.add(text)


def _is_amount(rest: str | None) -> bool:
    return not rest or re.fullmatch(r"\(?[\d.,]+\w{0,3}\)?|\((?:单位:)?\w{1,3}\)", rest) is not None


def total_rank(text: str) -> int:
    """How much a total row sums up: 0 小计, 1 half a year, 2 合计, 3 总计, 4 累计; one without a word as 合计."""
    folded = fold(text)
    if folded.startswith("本页"):
        return _RANKS["小计"]
    match = _TOTAL.fullmatch(folded)
    if match and (word := match[1] or match[2]):
        return _RANKS[word]
    found = _RANKED.search(folded)
    return _RANKS[found[1]] if found else _RANKS["合计"]


def after_total_word(text: str) -> str:
    """What follows 合计 in its own cell: `15起` of 合计：15起, else nothing."""
    match = _TOTAL.fullmatch(fold(text))
    return match["rest"].strip("()") if match else text


def states_nothing(cells: Iterable[Any]) -> bool:
    """Whether the row's cells say together that there is nothing to report."""
    texts = [fold(text) for cell in cells if (text := as_text(cell))]
    stated = [text for text in texts if _NOTHING.fullmatch(text)]
    others = [text for text in texts if text not in stated and text not in _EMPTY_WORDS and not text.isdigit()]
    return bool(stated) and not others


def facts_of(rows: Iterable[Sequence[Any]], *, year: int) -> dict[str, str]:
    """Whether somebody signed as reporter and as reviewer (never who), and the day of the report in ISO."""
    facts: dict[str, str] = {}
    for row in rows:
        for name, value in _fields(row):
            if name in _REPORTED_ON:
                _reported_on(facts, value, year=year)
            for fact, names in (("reported_by", _REPORTED_BY), ("reviewed_by", _REVIEWED_BY)):
                if name in names:
                    text = fold(as_text(value) or "")
                    day = _DAY_AT_THE_END.search(text)
                    if text[: day.start() if day else None]:
                        facts[fact] = "true"
                    if day and "reported_on" not in facts:
                        # 审核人：王某 2025年1月5日
                        _reported_on(facts, day[0], year=year)
    return facts


def _reported_on(facts: dict[str, str], value: Any, *, year: int) -> None:
    day = parse_date(value, year=year)
    if isinstance(day, date):
        facts["reported_on"] = day.isoformat()


def _fields(row: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    """Each field with its value: in the same cell after the colon, else in the next cell that says something."""
    cells = [cell for cell in row if as_text(cell)]
    for index, cell in enumerate(cells):
        if not isinstance(cell, str):
            continue
        text = fold(cell)
        following = cells[index + 1] if index + 1 < len(cells) else None
        if isinstance(following, str) and (_SIGNED.match(fold(following)) or _FIELD_ALONE.fullmatch(fold(following))):
            following = None
        if _FIELD_ALONE.fullmatch(text):
            yield text.rstrip(":").split("(")[0], following
            continue
        found = [*_SIGNED.finditer(text)]
        for number, match in enumerate(found):
            last = number + 1 == len(found)
            value = text[match.end() : len(text) if last else found[number + 1].start()].strip("_ ,;、")
            yield match["name"], following if last and not value else value
