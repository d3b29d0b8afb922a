"""Pure parsers: what one cell says, as a number, an amount or a date. A cell that says none is a `Problem`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from warehouse.model import type_of_fact

INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
BLANKS = "\u200b\ufeff \t\r\n\u3000\xa0"
NOTHING = frozenset({"", "/", "\\", "-", "--", "---", "—", "——", "–", "无", "N/A", "n/a", "NA", "null", "空"})
DITTO = frozenset(
    {"同上", "同前", "如上", "〃", "″", '"', "''", "′′", "”", "“", "-〃-", "-″-", '-"-', "-''-", "-//-", "//", "——〃——"}
)
UNIT_FACTORS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
MEASURE = (
    "件次|人次|场次|批次|户次|家次|起|件|人|次|场|份|条|个|名|户|家|批|位|宗|项|块|册|张|天|日|小时|学时|课时|分钟|分|处|辆|台|"
    "套|部|期|篇|例|组|对|页|幅|只|本|车|栋|间|所|度|岁"
)
EXACT = 1e15
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)

_DIGITS = {digit: value for value, row in enumerate(
    ("零〇○OoＯ0０", "一壹弌1", "二贰贰貳两兩2", "三叁叄參3", "四肆4", "五伍5", "六陆陸6", "七柒7", "八捌8", "九玖9")
) for digit in row}  # fmt: skip
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_CHINESE = "零〇○Oo一壹弌二贰貳两兩三叁叄參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億"
_NUMBER = r"[+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+"
_PLAIN = re.compile(rf"(?:{_NUMBER})(?:[eE][+-]?\d{{1,3}})?")
_COUNTED = re.compile(rf"(?P<number>.+?)(?P<wan>(?<=\d)万|(?<=\d)千|(?<=\d)百)?\s*(?:{MEASURE})?")
_PLAIN_MONEY = re.compile(r"(?P<number>\d{1,3}(?:,\d{3})+|\d{1,12})(?P<unit>万?元)?", re.ASCII)
_MONEY_END = re.compile(r"(?P<number>.*?)\s*(?P<unit>亿元|亿|万元|万|千元|元|圆|块钱|块)?\s*[整正]?")
_BRACKETED = re.compile(r"\(([\d,]*\d(?:\.\d+)?)\)")
_POWERS = {digits: Decimal(10) ** digits for digits in (14, 16)}
_MONEY_SMALL = re.compile(
    rf"(?P<yuan>{_NUMBER}|[{_CHINESE}]+)\s*[元圆](?:零)?(?:(?P<jiao>\w)角)?(?:零)?(?:(?P<fen>\w)分)?[整正]?"
)
_APPROXIMATE = re.compile(
    rf"(?:约|近|大约|大概|将近|接近|逾|超过?|不足|至少|最多|不少于|不低于|[<>≤≥~≈])\s*[\d{_CHINESE}].*"
    rf"|[\d,.{_CHINESE}]+\s*(?:{MEASURE}|万)?\s*(?:余|多|来|左右|上下|以上|以内|许)\s*(?:{MEASURE}|万)?.{{0,3}}"
    r"|[上数几]十?[十百千万].*|[十百千万]?几[十百千万]?.{0,2}"
)
_HALF = r"(?:上午|下午|早上|晚上|中午)"
_CLOCK = r"\d{1,2}(?::\d{1,2}){1,2}(?:\.\d+)?(?:\s*[APap][Mm])?"
_TIME = rf"(?:[\sT]*{_HALF}?\s*(?:{_CLOCK}|\d{{1,2}}[时点](?:\d{{1,2}}分?)?)|\s*{_HALF})?"
_WEEKDAY = r"\s*(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_FULL_DATE = re.compile(
    rf"(?P<year>\d{{4}}|\d{{2}})\s*(?:年|[./\\\-—–。·、,])\s*(?P<month>\d{{1,2}})\s*(?:月|[./\\\-—–。·、,])\s*(?P<day>\d{{1,2}})"
    rf"\s*[日号]?{_WEEKDAY}{_TIME}{_WEEKDAY}"
)
_SHORT_DATE = re.compile(rf"(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME}")
_CHINESE_DATE = re.compile(
    rf"(?:(?P<year>[{_CHINESE}]{{2,4}})年)?(?P<month>[{_CHINESE}]{{1,2}})月(?P<day>[{_CHINESE}廿卅]{{1,4}})[日号]"
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that holds no value: `#REF!` and its like, or a formula that was never calculated."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What one cell does not say: the finding's code and its facts."""

    code: str
    facts: Mapping[str, type_of_fact] = field(default_factory=dict)


def says_something(cell: Any) -> bool:
    """Whether a cell is not empty; a cell of spaces is."""
    return cell is not None and cell != "" and not (type(cell) is str and cell.isspace())


def normal(text: str) -> str:
    """The text in NFKC, without spacing at its ends and without invisible characters; inner spaces are single."""
    return INVISIBLE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def fold(text: str) -> str:
    """The text as offices mean it: full-width to half-width, all spacing gone. Folding twice changes nothing."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    if unicodedata.is_normalized("NFKC", text) and INVISIBLE.search(text) is None:
        return text
    before = None
    while before != text:
        # Removing a space may bring a letter and its accent together, which NFKC then joins.
        before, text = text, INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return text


def are_plain(cells: Collection[Any], *, folded: bool) -> bool:
    """Whether all of these cells are texts that say what stands there: no blank, no error value, nothing to take away.

    What is to be `folded` is also no other way of writing something, and no word for nothing. A look at all of them at
    once takes a tenth of the time. False does not say that each is something else.
    """
    try:
        together = "|".join(cells)
    except TypeError:
        return False
    if "#" in together:
        return False
    if folded:
        return "+" not in together and fold(together) == together and NOTHING.isdisjoint(cells)
    whole = [text.strip(BLANKS) for text in cells] == [*cells]
    return whole and "" not in cells and not any(map(str.isspace, cells))


def as_text(value: Any) -> str | None:
    """The cell as text: 42.0 is `42`, a date is ISO, blank is None. What was written inside is kept as written."""
    if isinstance(value, str):
        return value.strip(BLANKS) or None
    if value is None or isinstance(value, Broken):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        number = as_decimal(value)
        return f"{number:f}" if number is not None else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def as_decimal(value: float) -> Decimal | None:
    """A cell's number in the fifteen digits that Excel itself keeps, so 0.1 + 0.2 is 0.3; None for infinity."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < EXACT):
        return Decimal(int(value))
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        return None
    whole = number.to_integral_value()
    return whole if number == whole else number


def chinese_number(text: str) -> Decimal | None:
    """The number a run of Chinese numerals says (十五, 一百零五, 壹仟, 二〇二四, 两千三, 3万5千), else None."""
    if not text or not re.fullmatch(rf"[{_CHINESE}\d.]+", text):
        return None
    if all(letter in _DIGITS for letter in text):
        return Decimal("".join(str(_DIGITS[letter]) for letter in text))
    total, section, digits, last = Decimal(0), Decimal(0), "", 1
    for letter in text:
        if letter in _SCALES:
            section += (_digit(digits) if digits else Decimal(1)) * _SCALES[letter]
            digits, last = "", _SCALES[letter]
        elif letter in _BIG:
            section += _digit(digits) if digits else Decimal(0)
            total, section = total + (section or Decimal(1)) * _BIG[letter], Decimal(0)
            digits, last = "", _BIG[letter]
        elif letter in "零〇○Oo" and not digits:
            last = 1
        else:
            digits += letter
            if len(digits) > 1 and letter in _CHINESE:
                return None
    if not digits:
        return total + section
    # 两千三 is 2300 and 一万二 is 12000: the last digit takes the place below, unless a 零 stood before it.
    following = last // 10 if last >= 100 else 1
    return total + section + _digit(digits) * following


def _digit(text: str) -> Decimal:
    if text in _DIGITS:
        return Decimal(_DIGITS[text])
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def is_nothing(text: str) -> bool:
    """Whether the text stands for an empty cell: `/`, `-`, 无."""
    return text in NOTHING or fold(text) in NOTHING


def _plain(text: str) -> Decimal | None:
    """The number in digits, with separators in their places, or in Chinese numerals."""
    if _PLAIN.fullmatch(text):
        return Decimal(re.sub(r"[, ]", "", text).rstrip("."))
    number = chinese_number(text)
    return number if number is not None and number.is_finite() else None


def _approximate(text: str) -> Problem | None:
    # 多 and 余 also stand inside words; only beside a number do they make it vague.
    return Problem("cell.approximate", {"text": text}) if _APPROXIMATE.fullmatch(text) else None


def _bare(text: str) -> str:
    return re.sub(r"^(?:人民币|RMB|CNY|[¥$]|[共计合]+[::]?)\s*", "", normal(text).lstrip("'`‘’"))


def _no_number(value: Any, code: str) -> Problem:
    """Why a cell that is neither number nor text is no number: a program may have made a day of what was typed."""
    dated = isinstance(value, (date, time))
    return Problem("cell.became_date" if dated else code, {"text": as_text(value)})


def parse_number(value: Any) -> Decimal | Problem | None:
    """The number with at most four decimals; a percentage is read as its number."""
    number = _counted(value, "cell.not_a_number")
    return _exact(number, value, digits=14, decimals=4) if isinstance(number, Decimal) else number


def parse_count(value: Any) -> int | Problem | None:
    """The whole number, without its measure word: 15起, 3人次, 十五, 1.2万."""
    if type(value) is float and value.is_integer() and abs(value) < EXACT:
        return int(value)
    number = _counted(value, "cell.not_a_count")
    if isinstance(number, Decimal):
        if number != number.to_integral_value() or abs(number) >= Decimal(10) ** 15:
            return Problem("cell.not_a_count", {"text": as_text(value)})
        return int(number)
    return number


def _counted(value: Any, code: str) -> Decimal | Problem | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = as_decimal(value)
        return number if number is not None else Problem(code, {"text": str(value)})
    if not isinstance(value, str):
        return None if value is None else _no_number(value, code)
    if is_nothing(value):
        return None
    text = _bare(value)
    if (vague := _approximate(text)) is not None:
        return vague
    if code == "cell.not_a_number":
        text = text.removesuffix("%").strip()
    if (number := _plain(text)) is not None:
        return number
    # 一家 may be one firm or a whole family, 一批 any number: only a digit would say.
    if re.fullmatch("一[家批组些]", text):
        return Problem(code, {"text": value})
    if (match := _COUNTED.fullmatch(text)) and (number := _plain(match["number"].strip())) is not None:
        return number * {"万": 10_000, "千": 1000, "百": 100, None: 1}[match["wan"]]
    return Problem(code, {"text": value})


def parse_money(value: Any, unit: str = "元") -> Decimal | Problem | None:
    """The amount in 元; `unit` holds where the cell itself states none."""
    if type(value) is str and (plain := _PLAIN_MONEY.fullmatch(value)):
        # Most amounts are this plain, and need no closer look.
        stated = UNIT_FACTORS[plain["unit"] or unit]
        return _exact(Decimal(plain["number"].replace(",", "")) * stated, value, digits=16, decimals=2)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = as_decimal(value)
        if number is None:
            return Problem("cell.not_a_number", {"text": str(value)})
        return _exact(number * UNIT_FACTORS[unit], value, digits=16, decimals=2)
    if not isinstance(value, str):
        return None if value is None else _no_number(value, "cell.not_a_number")
    if is_nothing(value):
        return None
    text = _bare(value)
    if negative := _BRACKETED.fullmatch(text):
        # So accountants write what is below zero.
        text = f"-{negative[1]}"
    if (vague := _approximate(text)) is not None:
        return vague
    if (small := _MONEY_SMALL.fullmatch(text)) and (small["jiao"] or small["fen"]):
        return _with_small_change(small, value)
    if (match := _MONEY_END.fullmatch(text)) and (number := _plain(match["number"])) is not None:
        return _exact(number * _factor(match["unit"], unit, match["number"]), value, digits=16, decimals=2)
    return Problem("cell.not_a_number", {"text": value})


def _factor(stated: str | None, unit: str, number: str) -> Decimal:
    if stated is None:
        # 壹仟 and 二万 are written out in full: the heading's 万元 does not multiply them once more.
        return UNIT_FACTORS["元"] if number[-1:] in _BIG or number[-1:] in _SCALES else UNIT_FACTORS[unit]
    return UNIT_FACTORS[{"圆": "元", "块": "元", "块钱": "元", "万": "万元", "亿": "亿元"}.get(stated, stated)]


def _with_small_change(match: re.Match[str], value: str) -> Decimal | Problem | None:
    yuan = _plain(match["yuan"])
    jiao, fen = (_DIGITS.get(match[part] or "零") for part in ("jiao", "fen"))
    if yuan is None or jiao is None or fen is None:
        return Problem("cell.not_a_number", {"text": value})
    return _exact(yuan + Decimal(jiao) / 10 + Decimal(fen) / 100, value, digits=16, decimals=2)


def _exact(number: Decimal, value: Any, *, digits: int, decimals: int) -> Decimal | Problem:
    """The number, if it has no more digits before and behind the point; it is never rounded."""
    if abs(number) >= _POWERS[digits]:
        return Problem("cell.not_a_number", {"text": as_text(value)})
    if number.as_tuple().exponent < -decimals and number != round(number, decimals):  # type: ignore[operator]
        return Problem("cell.too_precise", {"text": as_text(value), "decimals": decimals})
    return number


def stated_unit(value: Any) -> str | None:
    """The unit of money that the cell itself states, else None."""
    if not isinstance(value, str):
        return None
    if plain := _PLAIN_MONEY.fullmatch(value):
        return plain["unit"]
    match = _MONEY_END.fullmatch(_bare(value))
    unit = match["unit"] if match else None
    return {"万": "万元", "亿": "亿元", "圆": "元", "块": "元", "块钱": "元"}.get(unit, unit) if unit else None


def parse_date(value: Any, *, year: int, epoch_1904: bool = False) -> date | Problem | None:
    """The day; `year` completes 3月5日. Serial numbers count from 1900, or from 1904 as the workbook says."""
    if isinstance(value, datetime):
        return _sane(value.date(), value)
    if isinstance(value, date):
        return _sane(value, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _serial(float(value), epoch_1904) or Problem("cell.not_a_date", {"text": as_text(value)})
    if not isinstance(value, str):
        return None if value is None else Problem("cell.not_a_date", {"text": as_text(value)})
    if is_nothing(value):
        return None
    text = normal(value).lstrip("'")
    found = _written(text, year)
    if found is None and re.fullmatch(r"\d{5}(\.\d+)?|\d{8}", fold(text)):
        found = _serial(float(fold(text)), epoch_1904)
    return _sane(found, value) if found else Problem("cell.not_a_date", {"text": value})


def _sane(day: date, value: Any) -> date | Problem:
    return (
        day
        if FIRST_DAY.year - 50 <= day.year <= LAST_DAY.year
        else Problem("cell.not_a_date", {"text": as_text(value)})
    )


def _serial(number: float, epoch_1904: bool) -> date | None:
    """A day from Excel's serial number, or from 20240305 written as a number."""
    if number.is_integer() and 19_000_101 <= number <= 20_991_231:
        return _day(int(number) // 10_000, int(number) // 100 % 100, int(number) % 100)
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    if 1 <= number <= 100_000 and FIRST_DAY <= (day := start + timedelta(days=int(number))) <= LAST_DAY:
        return day
    return None


def _written(text: str, year: int) -> date | None:
    if match := _FULL_DATE.fullmatch(text):
        stated = int(match["year"])
        full = stated if stated >= 1000 else stated + (2000 if stated < 70 else 1900)
        return _day(full, int(match["month"]), int(match["day"]))
    if match := _SHORT_DATE.fullmatch(text):
        return _day(year, int(match["month"]), int(match["day"]))
    if match := _CHINESE_DATE.match(fold(text)):
        numbers = [chinese_number(_unfold_tens(match[part])) for part in ("month", "day")]
        stated_year = _positional_year(match["year"]) if match["year"] else year
        if stated_year is not None and None not in numbers:
            return _day(stated_year, *(int(number) for number in numbers if number is not None))
    return None


def _unfold_tens(text: str) -> str:
    return text.replace("廿", "二十").replace("卅", "三十")


def _positional_year(text: str) -> int | None:
    if any(letter not in _DIGITS for letter in text):
        return None
    number = int("".join(str(_DIGITS[letter]) for letter in text))
    return number + 2000 if len(text) == 2 else number


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
