"""What a template can say: figures, claims and the year, each leaving a mark where it was printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates import wording
from templates.figures import Answer, Figure
from templates.marks import CLOSE, Mark, Marker, clean
from warehouse.declarations import DeclarationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What an office is called and how it writes; from its office card."""

    names: Mapping[str, str]
    region: Mapping[str, str]
    units: Mapping[str, str]
    measure_words: Mapping[str, str]
    book_title_separator: str
    scope_words: Mapping[str, str]

    def unit_of(self, figure: Figure) -> str:
        """The measure word: the office's own for this figure, else its general word for the declared one."""
        declared = figure.declaration.unit
        return self.units.get(figure.id, self.measure_words.get(declared, declared))


class ClaimTag(Extension):
    """`{% claim ID %}true{% partial %}false{% zero %}nothing to claim{% endclaim %}`; the last two may be missing."""

    tags = {"claim"}  # noqa: RUF012 - Jinja types it as a set

    def parse(self, parser: Any) -> nodes.Node:
        """An If over the claim's state, each branch between marks."""
        line = next(parser.stream).lineno
        claim = parser.parse_expression()
        branches = {"holds": parser.parse_statements(("name:partial", "name:zero", "name:endclaim"))}
        while parser.stream.current.value != "endclaim":
            name = next(parser.stream).value
            branches[name] = parser.parse_statements(("name:partial", "name:zero", "name:endclaim"))
        next(parser.stream)
        otherwise: list[nodes.Node] = [nodes.Output([_call(claim, "unanswered")])]
        for state in ("zero", "partial", "holds"):
            body = [
                nodes.Output([_call(claim, "opened")]),
                *branches.get(state, []),
                nodes.Output([_call(claim, "closed")]),
            ]
            test = nodes.Compare(nodes.Getattr(claim, "state", "load"), [nodes.Operand("eq", nodes.Const(state))])
            otherwise = [nodes.If(test, body, [], otherwise)]
        return otherwise[0].set_lineno(line)


def _call(claim: nodes.Expr, method: str) -> nodes.Expr:
    return nodes.Call(nodes.Getattr(claim, method, "load"), [], [], None, None)


class Printable(str):
    """Text that may be printed as it is: marked by us, or a name from an office card."""

    __slots__ = ()


class Said:
    """A figure as a template sees it: prints itself with its unit, is true where it has something to say."""

    def __init__(self, answer: Answer, *, marker: Marker, letterhead: Letterhead, year: int, cut: date) -> None:
        self._answer, self._marker, self._letterhead, self._cut = answer, marker, letterhead, cut
        self._whole_year = cut >= date(year, 12, 31)

    @property
    def state(self) -> str:
        """Of a claim: `holds`, `partial` (it does not hold), `zero` (nothing to claim) or `unknown` (incomplete)."""
        if self._answer.figure.declaration.kind != "claim":
            raise DeclarationError(f"'{self._answer.figure.id}' is not a claim; print it with {{{{ … }}}}")
        if not self._answer.complete:
            return "unknown"
        return "zero" if self._answer.value is None else "holds" if self._answer.value else "partial"

    @property
    def number(self) -> Printable:
        """The value without its unit."""
        return self._print(words_of(self._answer, self._letterhead))

    @property
    def when(self) -> Printable:
        """The words for the time that the figure speaks of: 全年, 自机制建立以来, 截至…."""
        scope = self._answer.figure.declaration.scope
        if scope == "calendar_year" and not self._whole_year:
            # Up to a day within the year it is not 全年.
            scope = "as_of_date"
        word = self._letterhead.scope_words[scope]
        if "{date}" in word:
            before, _, after = word.partition("{date}")
            marked = self._marker.around(wording.day(self._cut), Mark("date", "cut_off"))
            return Printable(f"{before}{marked}{after}")
        return Printable(word)

    def opened(self) -> Printable:
        """The mark that begins a claim's phrase."""
        return Printable(self._marker.open(Mark("claim", self._answer.figure.id, self._answer)))

    def closed(self) -> Printable:
        """The mark that ends a claim's phrase."""
        return Printable(CLOSE)

    def unanswered(self) -> Printable:
        """【待核：…】 for a claim that cannot be decided."""
        return self._print("")

    def __str__(self) -> Printable:
        if self._answer.figure.declaration.kind == "claim":
            name = self._answer.figure.id
            raise DeclarationError(f"'{name}' is a claim; say {{% claim {name} %}}…{{% endclaim %}}")
        return self._print(words_of(self._answer, self._letterhead) + self._letterhead.unit_of(self._answer.figure))

    def _print(self, text: str) -> Printable:
        declared = self._answer.figure.declaration
        if not self._answer.complete or self._answer.value is None:
            mark = Mark("missing", self._answer.figure.id, self._answer)
            return Printable(self._marker.around(f"【待核：{declared.name}】", mark))
        return Printable(self._marker.around(text, Mark(declared.kind, self._answer.figure.id, self._answer)))

    def __bool__(self) -> bool:
        return not self._answer.complete or bool(self._answer.value)

    def __eq__(self, other: object) -> bool:
        return self._compare(other, lambda mine, its: mine == its)

    def __lt__(self, other: object) -> bool:
        return self._compare(other, lambda mine, its: mine < its)

    def __gt__(self, other: object) -> bool:
        return self._compare(other, lambda mine, its: mine > its)

    def __le__(self, other: object) -> bool:
        return not self > other

    def __ge__(self, other: object) -> bool:
        return not self < other

    __hash__ = object.__hash__

    def _compare(self, other: object, test: Callable[[Any, Any], bool]) -> bool:
        its = other._answer.value if isinstance(other, Said) else other
        mine = self._answer.value
        return mine is not None and its is not None and test(mine, its)


def words_of(answer: Answer, letterhead: Letterhead) -> str:
    """The value in words, without its unit; empty where there is none. A claim says whether it holds."""
    declared, value = answer.figure.declaration, answer.value
    if declared.kind == "claim" and answer.complete:
        return wording.CLAIM[value]
    if value is None:
        return ""
    match declared.kind:
        case "number" if declared.rounding == "余":
            return wording.about(value, step=declared.step)
        case "number":
            return wording.number(value, scale=declared.scale, decimals=declared.decimals)
        case "rate":
            return wording.percent(value, decimals=declared.decimals)
        case "date":
            return wording.day(value)
        case "text":
            return wording.book_title(value) if declared.style == "book_title" else str(value)
        case "list" if declared.style == "book_title":
            return letterhead.book_title_separator.join(wording.book_title(title) for title in value)
        case "list":
            return "、".join(value)
        case "claim":
            return ""


class Year:
    """The year of the report; prints itself marked, compares as a number."""

    def __init__(self, year: int, marker: Marker) -> None:
        self._year, self._marker = year, marker

    def __str__(self) -> Printable:
        return Printable(self._marker.around(str(self._year), Mark("year", "report_year")))

    def __eq__(self, other: object) -> bool:
        return self._year == other

    __hash__ = object.__hash__


def _finalize(value: Any) -> str:
    if isinstance(value, (Said, Year)):
        return value.__str__()
    if isinstance(value, (bool, int, float, Decimal, date)):
        raise DeclarationError(f"the template prints {value!r}, which is not a figure; only figures print numbers")
    return value if isinstance(value, Printable) else clean(str(value))


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, strict: an unknown name is an error, and only figures print numbers."""

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            extensions=[ClaimTag],
            finalize=_finalize,
            autoescape=False,
            keep_trailing_newline=True,
        )
