"""The blank workbook that a department fills in, drawn from its card. What it says in Chinese is handed in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sources.cards import Column, ColumnType, Declared, HandsIn, LedgerCard, effective
from sources.reading.headings import SERIAL, Vocabulary, bare
from sources.reading.sheets import in_words, matches
from sources.values import FIRST_DAY, LAST_DAY, fold

if TYPE_CHECKING:
    from sources.workbooks.form_pen import Pen

LONGEST_SHEET_NAME = 31
FORBIDDEN_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")
# Excel keeps the options of a drop-down in one text of at most this length, with commas between them.
LONGEST_INLINE_LIST = 255
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255
MOST = 10**12


class TypeWords(Declared):
    """What a form says of a type of column: its name, how it is filled in, and what Excel says to a wrong value."""

    kind: str
    how: str
    error: str = ""


class GuideWords(Declared):
    """What the sheet with the explanations says."""

    name: str
    title: str
    heads: tuple[str, ...]
    required: Mapping[Literal["cell", "column", "none"], str]
    drop: str
    key: str
    key_part: str
    serial: str
    fill_down: str
    options: str
    see_options: str
    rules: tuple[str, ...]
    zero: Mapping[Literal["year", "months"], str]
    carried_over: str
    figures: str
    figure_heads: tuple[str, ...]


class FormWords(Declared):
    """Every word of a blank workbook; `{…}` slots are filled from the card."""

    font: str
    title_font: str
    file: str
    title: str
    month_title: str
    month_sheet: str
    subtitle: str
    unit_heading: str
    mark: str
    reported_by: str
    reviewed_by: str
    reported_on: str
    page: str
    flags: tuple[str, ...]
    nothing: str
    nothing_prompt: str
    prompt_title: str
    error_title: str
    types: Mapping[ColumnType, TypeWords]
    guide: GuideWords


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of the year before, as the guide shows it: name, value with its unit, what it counts."""

    name: str
    value: str
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is asked for: one workbook of one department and year.

    `owed` is what the department hands in inside this one file, each with its card: usually one ledger.
    """

    office: str
    department: str
    year: int
    owed: tuple[tuple[LedgerCard, HandsIn], ...]
    rows: int
    figures: tuple[FigureLine, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the form: the card's, with the heading it is drawn under."""

    name: str
    column: Column
    heading: str
    unit: str

    @property
    def required(self) -> bool:
        """Whether every row must state it."""
        return self.column.required == "cell"

    @property
    def serial(self) -> bool:
        """Whether it only counts the rows."""
        return bare(self.heading)[0] in SERIAL


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to be filled in."""

    name: str
    title: str
    card: LedgerCard
    fields: tuple[Field, ...]


def draw(form: Form, words: FormWords) -> bytes:
    """The workbook: a sheet, or twelve, for each ledger in it, and the guide."""
    import xlsxwriter

    from sources.workbooks.form_pen import Pen

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    pages = [page for card, owed in form.owed for page in pages_of(form, effective(card, owed), owed, words=words)]
    book.set_properties({"title": pages[0].title, "created": form.made_at})
    sheets = [book.add_worksheet(page.name) for page in pages]
    pen = Pen(book, book.add_worksheet(_guide_name(form, words)), words)
    ranges = _draw_guide(pen, form, pages)
    for page, sheet in zip(pages, sheets, strict=True):
        zero = nothing_field(page)
        checks = [(at, _validation(field, words, ranges, year=form.year)) for at, field in enumerate(page.fields)]
        pen.table(sheet, page, rows=form.rows, subtitle=_subtitle(form, words), checks=checks, zero=zero)
    book.close()
    return buffer.getvalue()


def pages_of(form: Form, card: LedgerCard, owed: HandsIn, *, words: FormWords) -> list[Page]:
    """The sheets of one ledger; `card` is the effective one."""
    fields = _fields(card, owed, words)
    slots = {"office": form.office, "year": form.year, "ledger": card.name}
    if card.period != "months":
        return [Page(sheet_name(card.name, owed.sheets), words.title.format(**slots), card, fields)]
    pages = []
    for month in range(1, 13):
        name = sheet_name(words.month_sheet.format(month=month), owed.sheets)
        pages.append(Page(name, words.month_title.format(month=month, **slots), card, fields))
    return pages


def sheet_name(name: str, patterns: Sequence[str]) -> str:
    """`name`, or where a department's patterns would not find it, the first pattern with `name` in its open place."""
    if patterns and not matches(name, patterns):
        name = patterns[0].replace("*", name, 1)
    return name.translate(FORBIDDEN_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME]


def nothing_field(page: Page) -> int:
    """The index of the field in which a clerk states that there is nothing to report: the first key that is text."""
    texts = [
        at
        for at, field in enumerate(page.fields)
        if field.column.type in ("text", "identifier") and not field.serial and field.column.personal != "drop"
    ]
    keys = [at for at in texts if page.fields[at].name in page.card.key]
    return (keys or texts or [0])[0]


def _guide_name(form: Form, words: FormWords) -> str:
    """A name that every card in the workbook ignores."""
    for card, owed in form.owed:
        unread = matches(words.guide.name, card.ignored_sheets)
        if not unread and (not owed.sheets or matches(words.guide.name, owed.sheets)) and card.ignored_sheets:
            return card.ignored_sheets[0].translate(FORBIDDEN_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME]
    return words.guide.name


def _subtitle(form: Form, words: FormWords) -> str:
    return words.subtitle.format(department=form.department, guide=_guide_name(form, words))


def _fields(card: LedgerCard, owed: HandsIn, words: FormWords) -> tuple[Field, ...]:
    vocabulary = Vocabulary.of(card)
    return tuple(
        Field(
            name,
            column,
            _heading(name, column, vocabulary, own=owed.headings.get(name, ()), words=words),
            (column.unit or "元") if column.type == "money" else "",
        )
        for name, column in card.columns.items()
    )


def _heading(name: str, column: Column, vocabulary: Vocabulary, *, own: Sequence[str], words: FormWords) -> str:
    """The heading with unit and mark: the department's own where it has one; always one that reads back as `name`."""
    unit = (column.unit or "元") if column.type == "money" else ""
    mark = words.mark if column.required == "cell" else ""
    for plain in (*own, column.name, *column.headings):
        # A heading of two levels (父_子) is a spelling of merged cells, not a heading of its own.
        if "_" in plain:
            continue
        united = words.unit_heading.format(heading=plain, unit=unit) if unit and bare(plain)[1] is None else plain
        for heading in (f"{mark}{united}", united, plain):
            if (vocabulary.whole.get(fold(heading)) or vocabulary.whole.get(bare(heading)[0])) == name:
                return heading
    return column.name


def _options(field: Field, words: FormWords) -> tuple[str, ...]:
    return words.flags if field.column.type == "flag" else tuple(field.column.codes)


def _validation(
    field: Field, words: FormWords, ranges: Mapping[tuple[str, ...], str], *, year: int
) -> dict[str, Any] | None:
    """What Excel is told to accept in the column, and what it says; None where anything goes and nothing is said."""
    column, options = field.column, _options(field, words)
    told = words.types[column.type]
    says = {"unit": field.unit, "example": f"{year}-3-5"}
    check: dict[str, Any] = {"validate": "any"}
    match column.type:
        case "date":
            check = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        case "count":
            check = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MOST}
        case "number" | "money":
            check = {"validate": "decimal", "criteria": "between", "minimum": -MOST, "maximum": MOST}
        case _ if options:
            # A list may name several options at once, so its drop-down only offers.
            check = {"validate": "list", "source": ranges.get(options, list(options))}
            check["show_error"] = column.type != "list"
        case _ if field.serial or not (column.about or column.personal == "drop"):
            return None
    message = "".join([told.how.format(**says), column.about and f"{column.about}。", _of_personal(field, words)])
    if column.type not in ("code", "flag") or column.about:
        check |= {"input_title": words.prompt_title[:LONGEST_TITLE], "input_message": message[:LONGEST_MESSAGE]}
    if told.error:
        error = told.error.format(**says)[:LONGEST_MESSAGE]
        check |= {"error_title": words.error_title[:LONGEST_TITLE], "error_message": error}
    return check


def _of_personal(field: Field, words: FormWords) -> str:
    return words.guide.drop if field.column.personal == "drop" else ""


def _draw_guide(pen: Pen, form: Form, pages: Sequence[Page]) -> dict[tuple[str, ...], str]:
    """Draw the guide; gives the range in which the options of each drop-down that is too long for one text stand."""
    ranges: dict[tuple[str, ...], str] = {}
    guide, seen = pen.words.guide, set()
    files = in_words(form.owed[0][1].files)
    for page in pages:
        if page.card.id in seen:
            continue
        seen.add(page.card.id)
        pen.guide_title(guide.title.format(ledger=page.card.name))
        pen.guide_rules(_rules(page, pen.words, files=files))
        pen.guide_table(guide.heads, [_explained(field, page, pen.words, form.year) for field in page.fields])
        for field in page.fields:
            options = _options(field, pen.words)
            if options not in ranges and _too_long(options):
                ranges[options] = pen.guide_list(guide.options.format(column=field.heading), options)
    if form.figures:
        pen.guide_title(guide.figures.format(year=form.year - 1))
        pen.guide_figures(guide.figure_heads, [(line.name, line.value, line.counts) for line in form.figures])
    return ranges


def _too_long(options: Sequence[str]) -> bool:
    return len(",".join(options)) > LONGEST_INLINE_LIST or any("," in option for option in options)


def _rules(page: Page, words: FormWords, *, files: str) -> list[str]:
    guide, card = words.guide, page.card
    zero = guide.zero["months" if card.period == "months" else "year"]
    column = bare(page.fields[nothing_field(page)].heading)[0]
    rules = [rule.format(row_is=card.row_is, files=files) for rule in guide.rules]
    rules.insert(1, zero.format(sheet=page.name, column=column, nothing=words.nothing))
    if card.carried_over:
        remark = next(field.heading for field in page.fields if field.name == card.carried_over.column)
        rules.append(guide.carried_over.format(column=bare(remark)[0], word=card.carried_over.words[0]))
    return [f"{number}. {rule}" for number, rule in enumerate(rules, start=1)]


def _explained(field: Field, page: Page, words: FormWords, year: int) -> tuple[str, ...]:
    """A line of the guide: heading, whether it is required, what to fill in, options, about."""
    guide, column, told = words.guide, field.column, words.types[field.column.type]
    options = _options(field, words)
    listed = guide.see_options.format(column=field.heading) if _too_long(options) else "、".join(options)
    about = [f"{column.about}。" if column.about else "", _of_personal(field, words)]
    if field.name in page.card.key:
        others = [f"“{bare(other.heading)[0]}”" for other in page.fields if other.name in page.card.key]
        others.remove(f"“{bare(field.heading)[0]}”")
        about.append(guide.key_part.format(others="、".join(others)) if others else guide.key)
    if field.serial:
        about.append(guide.serial)
    if column.fill_down and column.type in ("text", "identifier"):
        about.append(guide.fill_down)
    how = told.how.format(unit=field.unit, example=f"{year}-3-5")
    return (field.heading, guide.required[column.required], f"{told.kind}。{how}", listed, "".join(about))
