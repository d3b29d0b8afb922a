"""The report: sections of Jinja text that ask for figures, phrases of the year and narratives that people wrote.

A number that is not a figure cannot be printed; a digit that was typed into a section is refused; an incomplete figure
prints 【待核：…】 in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from jinja2 import TemplateError, meta
from pydantic import BaseModel, ConfigDict

from templates.figures import Answer
from templates.language import Environment, Letterhead, Printable, Said, Year
from templates.marks import CLOSE, MAY_HOLD_DIGITS, Mark, Marker, Span
from templates.wording import typed_numbers
from warehouse.declarations import DeclarationError, load, parse, parse_yaml

PartKind = Literal["title", "heading", "subheading", "paragraph"]
OWN_NAMES = frozenset({"year", "office", "region", "phrase", "narrative"})
PREFIXES: tuple[tuple[str, PartKind], ...] = (("### ", "subheading"), ("## ", "heading"), ("# ", "title"))


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Declared):
    """A text that a person answers for. `digits` declares the digit strings it may hold (years of plans, names)."""

    text: str
    author: str
    date: date
    digits: tuple[str, ...] = ()


class Phrases(_Declared):
    """The phrases of one year."""

    year: int
    phrases: Mapping[str, Words]


class NarrativeHead(_Declared):
    """What stands at the head of a narrative: whose text it is, for which year, since when."""

    name: str
    year: int
    author: str
    date: date


class ReportCard(_Declared):
    """An office's report: its sections in order, the figures it must state, the names of its phrases and narratives."""

    name: str
    sections: tuple[str, ...]
    required: tuple[str, ...]
    phrases: Mapping[str, str] = {}
    narratives: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Template:
    """A report as declared in one folder: card, section texts, phrases by year, narratives by (year, id)."""

    folder: Path
    card: ReportCard
    sections: Mapping[str, str]
    phrases: Mapping[int, Mapping[str, Words]]
    narratives: Mapping[tuple[int, str], tuple[NarrativeHead, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the report: title, heading (一、), subheading （一） or paragraph, with its spans."""

    kind: PartKind
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered report and what it still lacks (names of phrases and narratives that nobody wrote for the year)."""

    name: str
    year: int
    cut: date
    parts: tuple[Part, ...]
    unwritten: tuple[str, ...]

    @property
    def spans(self) -> Iterable[tuple[Part, Span]]:
        """Every span with its part, in the order of the text."""
        return ((part, span) for part in self.parts for span in part.spans)


def load_report(folder: Path) -> Template:
    """The report declared in `folder`: report.yml, sections/*.md.j2, phrases/<year>.yml, narratives/<year>/*.md.j2."""
    card = load(ReportCard, folder / "report.yml")
    for name in card.sections:
        if not (folder / "sections" / f"{name}.md.j2").is_file():
            raise DeclarationError(f"{folder / 'report.yml'}: there is no section text sections/{name}.md.j2")
    sections = {name: (folder / "sections" / f"{name}.md.j2").read_text(encoding="utf-8") for name in card.sections}
    phrases: dict[int, Mapping[str, Words]] = {}
    for path in sorted(folder.glob("phrases/*.yml")):
        said = load(Phrases, path)
        for name, words in said.phrases.items():
            if name not in card.phrases:
                raise DeclarationError(_unknown(path, "phrase", name, card.phrases))
            if undeclared := _undeclared(words):
                raise DeclarationError(
                    f"{path}: phrases.{name}: the digits '{undeclared}' are not declared under digits"
                )
        phrases[said.year] = said.phrases
    narratives = {}
    for path in sorted(folder.glob("narratives/*/*.md.j2")):
        head, text = _narrative(path)
        name = path.name.removesuffix(".md.j2")
        if name not in card.narratives:
            raise DeclarationError(
                f"{path}: report.yml knows no narrative '{name}'; known: {', '.join(card.narratives)}"
            )
        narratives[(head.year, name)] = (head, text)
    return Template(folder, card, sections, phrases, narratives)


def _unknown(path: Path, what: str, name: str, known: Iterable[str]) -> str:
    return f"{path}: report.yml declares no {what} '{name}'; known: {', '.join(known)}"


def _narrative(path: Path) -> tuple[NarrativeHead, str]:
    head, separator, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    if not separator:
        raise DeclarationError(f"{path}: a narrative begins with name, year, author and date between two lines of ---")
    # The line above the head counts, too.
    return parse(NarrativeHead, parse_yaml(f"\n{head}", path), path, text=f"\n{head}"), text.strip()


def _undeclared(words: Words) -> str:
    text = words.text
    for digits in words.digits:
        text = text.replace(digits, "")
    return "".join(re.findall(r"\d+", text))


def figures_of(template: Template) -> frozenset[str]:
    """The figures that the sections and narratives ask for."""
    environment = Environment()
    texts = [*template.sections.values(), *(text for _, text in template.narratives.values())]
    try:
        trees = [environment.parse(text) for text in texts]
    except TemplateError as error:
        raise DeclarationError(f"{template.folder}: {error.message}; `yishu check-config` shows where") from error
    return frozenset().union(*(meta.find_undeclared_variables(tree) for tree in trees)) - OWN_NAMES


def render(
    template: Template, *, year: int, cut: date, answers: Mapping[str, Answer], letterhead: Letterhead
) -> Document:
    """The report of `year`; DeclarationError where a template is wrong (unknown name, typed digit, raw number)."""
    marker = Marker()
    environment = Environment()
    unwritten: list[str] = []

    def phrase(name: str) -> Printable:
        if (words := template.phrases.get(year, {}).get(name)) is None:
            return lacking(template.card.phrases, name)
        return Printable(marker.around(words.text, Mark("phrase", name, words)))

    def lacking(known: Mapping[str, str], name: str) -> Printable:
        if name not in known:
            raise DeclarationError(_unknown(template.folder, "phrase or narrative", name, known))
        unwritten.append(known[name])
        return Printable(marker.around(f"【待补：{known[name]}】", Mark("missing", name)))

    def narrative(name: str) -> Printable:
        if (found := template.narratives.get((year, name))) is None:
            return lacking(template.card.narratives, name)
        head, text = found
        lines = rendered(f"narratives/{year}/{name}", text).splitlines()
        return Printable("\n".join(f"{marker.open(Mark('narrative', name, head))}{line}{CLOSE}" for line in lines))

    context: dict[str, Any] = {
        "year": Year(year, marker),
        "office": letterhead.names,
        "region": letterhead.region,
        "phrase": phrase,
        "narrative": narrative,
    }
    for name, answer in answers.items():
        context[name] = Said(answer, marker=marker, letterhead=letterhead, year=year, cut=cut)

    def rendered(name: str, text: str) -> str:
        try:
            return environment.from_string(text).render(context)
        except (TemplateError, TypeError, ArithmeticError) as error:
            place = f"{template.folder}/{name}.md.j2"
            raise DeclarationError(f"{place}: {error}; `yishu check-config` shows the line") from error

    parts = [
        part
        for name in template.card.sections
        for part in _parts(rendered(f"sections/{name}", template.sections[name]), marker, _place(template, name))
    ]
    return Document(template.card.name, year, cut, tuple(parts), tuple(dict.fromkeys(unwritten)))


def _place(template: Template, section: str) -> str:
    return f"{template.folder}/sections/{section}.md.j2"


def _parts(text: str, marker: Marker, name: str) -> Iterable[Part]:
    for line in text.splitlines():
        kind, body = next(((kind, line[len(p) :]) for p, kind in PREFIXES if line.startswith(p)), ("paragraph", line))
        plain, spans = marker.unmark(body)
        if not plain:
            continue
        _refuse_typed_digits(plain, spans, name)
        yield Part(kind, plain, spans)


def _refuse_typed_digits(text: str, spans: tuple[Span, ...], name: str) -> None:
    for found in typed_numbers(text):
        inside = (s for s in spans if s.start <= found.start() and found.end() <= s.end)
        if not any(span.mark.kind in MAY_HOLD_DIGITS for span in inside):
            around = text[max(0, found.start() - 8) : found.end() + 8]
            raise DeclarationError(
                f"{name}: the number '{found[0]}' in “{around}” is typed; numbers come from figures, and names with "
                "digits from phrases that declare them"
            )
