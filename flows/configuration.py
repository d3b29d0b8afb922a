"""All declarations of all rooms, loaded when a command asks for them, and checked against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from flows.known import listed, near, unknown
from flows.settings import prepare
from warehouse.declarations import DeclarationError, MisuseError
from warehouse.model import digest

if TYPE_CHECKING:
    from expectations.comparisons import ComparisonRule
    from expectations.suite import Suite
    from flows.settings import Settings
    from sources.cards import LedgerCard, OfficeCard
    from sources.published import PublishedYear
    from templates.figures import Figure
    from templates.messages.catalogue import Message
    from templates.report import Template

# Any year does for trying queries: there are no rows to find.
TRIED_WITH = date(2024, 12, 31)


@dataclass(frozen=True)
class Configuration:
    """What is declared under `roots`. Each kind is loaded on first use, so a command pays for what it needs."""

    roots: tuple[Path, ...]

    @cached_property
    def ledgers(self) -> Mapping[str, LedgerCard]:
        """Every ledger card by id."""
        from sources.cards import load_ledgers

        return load_ledgers(self._folders("sources/ledgers"))

    @property
    def ledger_files(self) -> frozenset[str]:
        """The ids of all ledgers, whether their cards can be read or not."""
        return frozenset(path.stem for each in self._folders("sources/ledgers") for path in each.glob("*.yml"))

    @cached_property
    def offices(self) -> Mapping[str, OfficeCard]:
        """Every office card by id."""
        from sources.cards import load_offices

        return load_offices(self._folders("sources/offices"))

    @cached_property
    def suites(self) -> Mapping[str, Suite]:
        """Every suite of expectations by ledger id."""
        from expectations.suite import load_suites

        return load_suites(self._folders("expectations/suites"))

    @cached_property
    def comparisons(self) -> tuple[ComparisonRule, ...]:
        """Every rule over several ledgers or several years."""
        from expectations.comparisons import load_comparisons

        return load_comparisons(self.comparison_folders)

    @property
    def comparison_folders(self) -> list[Path]:
        """Where rules over several ledgers and several years lie."""
        return [*self._folders("expectations/across"), *self._folders("expectations/trends")]

    @cached_property
    def published(self) -> tuple[PublishedYear, ...]:
        """What offices published, year by year."""
        from sources.published import load_published

        return load_published(self._folders("sources/offices"))

    def comparison_hash(self, office: str) -> str:
        """The hash of what decides a comparison in `office`, its rows apart; no rule or figure is parsed for it."""
        return digest(*self._compared, self.offices[office].model_dump_json())[:16]

    @property
    def queries_hash(self) -> str:
        """The hash of whatever decides whether the queries run; none of them is parsed for it."""
        cards = (card.model_dump_json() for card in (*self.ledgers.values(), *self.offices.values()))
        versions = (version(name) for name in ("yishu", "duckdb"))
        words = (f"{code} {said.model_dump_json()}" for code, said in sorted(self.messages.items()))
        return digest(*self._compared, *cards, *words, *versions)[:16]

    @property
    def _compared(self) -> tuple[str, ...]:
        from expectations.comparisons import comparisons_hash
        from sources.published import published_hash

        figures = digest(*(path.read_text("utf-8") for each in self._folders("templates/figures")
                           for path in sorted(each.glob("*.sql"))))  # fmt: skip
        return comparisons_hash(self.comparison_folders), published_hash(self._folders("sources/offices")), figures

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure by id."""
        from templates.figures import load_figures

        return load_figures(self._folders("templates/figures"))

    @cached_property
    def reports(self) -> Mapping[str, Template]:
        """The report template of every office that has one, by office id."""
        from templates.report import load_report

        found: dict[str, Template] = {}
        for root in self.roots:
            for path in sorted(root.glob("templates/offices/*/report.yml")):
                if path.parent.name in found:
                    other = found[path.parent.name].folder / "report.yml"
                    raise DeclarationError(f"{path}: the report of '{path.parent.name}' is declared in {other} too")
                found[path.parent.name] = load_report(path.parent)
        return found

    @cached_property
    def messages(self) -> Mapping[str, Message]:
        """The words of every finding by code, those of other ledgers' own rules included."""
        from templates.messages.catalogue import messages

        return messages(*self._folders("templates/messages"))

    def rules_hash(self, ledger: str) -> str | None:
        """The hash of the rules of `ledger`, None where it has none."""
        if (suite := self.suites.get(ledger)) is None:
            return None
        from expectations.suite import rules_hash

        return rules_hash(suite)

    def names(self, office: str) -> Mapping[str, str]:
        """The Chinese of `office`'s departments, of ledgers, and of columns as `ledger.column`."""
        # Asked for once per finding, of which there may be a hundred thousand.
        if office not in self._names:
            departments = {key: department.name for key, department in self.office(office).departments.items()}
            self._names[office] = self._names_of_ledgers | departments
        return self._names[office]

    @cached_property
    def _names(self) -> dict[str, Mapping[str, str]]:
        return {}

    @cached_property
    def _names_of_ledgers(self) -> dict[str, str]:
        names = {ledger_id: card.name for ledger_id, card in self.ledgers.items()}
        for ledger_id, card in self.ledgers.items():
            names |= {f"{ledger_id}.{column_id}": column.name for column_id, column in card.columns.items()}
        return names

    def office(self, office: str) -> OfficeCard:
        """The card of `office`; an unknown one is a MisuseError that lists the known."""
        if office not in self.offices:
            raise unknown("office", office, self.office_names)
        return self.offices[office]

    @property
    def office_names(self) -> Mapping[str, str]:
        """The short name of every office by id."""
        return {key: card.names["short"] for key, card in self.offices.items()}

    @property
    def department_names(self) -> Mapping[str, str]:
        """The name of every department by id; of departments that share an id in several offices, the first."""
        found: dict[str, str] = {}
        for card in self.offices.values():
            for key, department in card.departments.items():
                found.setdefault(key, department.name)
        return found

    @property
    def ledger_names(self) -> Mapping[str, str]:
        """The name of every ledger by id."""
        return {key: card.name for key, card in self.ledgers.items()}

    def one_office(self, office: str | None) -> str:
        """`office`, or the only one that there is; a MisuseError where a choice has to be made."""
        if office is not None:
            return self.office(office).id
        if len(self.offices) != 1:
            text = f"Say which office with --office; declared are: {', '.join(sorted(self.offices))}."
            raise MisuseError(text, said="which_office", known=listed(self.office_names))
        return next(iter(self.offices))

    def _folders(self, room: str) -> list[Path]:
        return [root / room for root in self.roots if (root / room).is_dir()]


def load(settings: Settings) -> Configuration:
    """The configuration that `settings` name; nothing is read yet."""
    return Configuration(settings.roots)


def require_sound(configuration: Configuration, settings: Settings) -> None:
    """Nothing happens if a collection may start; else a DeclarationError with the mistakes.

    Queries are tried only where something changed since they were last found sound, which the data folder remembers.
    """
    mistakes = quick_check(configuration)
    if not mistakes and _remembered(settings) != (found := configuration.queries_hash):
        mistakes = _queries(configuration)
        if not mistakes:
            prepare(settings)
            settings.sound.write_text(found, encoding="ascii")
    if mistakes:
        raise DeclarationError(
            "\n".join([*mistakes, "Nothing was collected. Mend this; `yishu check-config` looks deeper."])
        )


def _remembered(settings: Settings) -> str | None:
    return settings.sound.read_text(encoding="ascii", errors="replace") if settings.sound.exists() else None


def quick_check(configuration: Configuration) -> list[str]:
    """What contradicts itself in offices, ledgers and suites: what a collection stands on."""
    from flows.configured_offices import office_mistakes
    from flows.configured_places import misplaced

    looks = (office_mistakes, _suites, misplaced)
    return [mistake for look in looks for mistake in _told(look, configuration)]


def check(configuration: Configuration) -> list[str]:
    """Every mistake in every declaration, one line each, as far as the files can be read at all."""
    mistakes = [*quick_check(configuration), *_queries(configuration), *_told(_reports, configuration)]
    return list(dict.fromkeys(mistakes))


def _queries(configuration: Configuration) -> list[str]:
    """What is wrong with figures, rules over several ledgers and years, and what was published: all are tried."""
    from flows.configured_comparisons import comparison_mistakes, published_mistakes

    looks = (_figures, comparison_mistakes, published_mistakes)
    return list(dict.fromkeys(mistake for look in looks for mistake in _told(look, configuration)))


def _told(look: Callable[[Configuration], Iterable[str]], configuration: Configuration) -> list[str]:
    told: list[str] = []
    try:
        told.extend(look(configuration))
    except DeclarationError as error:
        # What was told before it stays.
        told += str(error).splitlines()
    return told


def _suites(configuration: Configuration) -> Iterable[str]:
    """What is wrong with the suites, and codes of theirs that a clerk could not be told."""
    from expectations.suite import mistakes

    for suite in configuration.suites.values():
        for code in sorted({rule.code for rule in suite.rules} - set(configuration.messages)):
            at = next(index for index, rule in enumerate(suite.rules) if rule.code == code)
            place = suite.place("rules", at, "code")
            hint = near(code, configuration.messages)
            yield f"{place}: the code '{code}' has no words{hint}; add them under templates/messages"

    for ledger, suite in configuration.suites.items():
        if (card := configuration.ledgers.get(ledger)) is None:
            yield f"{suite.place('ledger')}: there is no ledger '{ledger}'{near(ledger, configuration.ledgers)}"
        else:
            codes = {name: tuple(column.codes) for name, column in card.kept.items() if column.codes}
            yield from mistakes(suite, card.table.columns, codes)


def _figures(configuration: Configuration) -> Iterable[str]:
    """Figures of unknown ledgers and departments, and queries that do not run on a warehouse without rows."""
    from flows.on_demand.report import figures_for, scope_of
    from templates.figures import mistakes
    from warehouse.store import empty_warehouse

    known_departments = {name for office in configuration.offices.values() for name in office.departments}
    sound = []
    for figure in configuration.figures.values():
        named = enumerate(figure.declaration.ledgers)
        unknown = [(at, ledger) for at, ledger in named if ledger not in configuration.ledgers]
        for at, ledger in unknown:
            place = figure.place("ledgers", at)
            yield f"{place}: there is no ledger '{ledger}'{near(ledger, configuration.ledgers)}"
        if (department := figure.declaration.department) not in known_departments:
            place = figure.place("department")
            yield f"{place}: no office has a department '{department}'{near(department, known_departments)}"
        sound += [] if unknown else [figure]
    tables = {ledger: card.table for ledger, card in configuration.ledgers.items()}
    names = {*tables, *(column for table in tables.values() for column in table.columns)}
    with empty_warehouse(tables) as warehouse:
        for office in configuration.offices.values():
            fitting = [figure for figure in figures_for(configuration, office) if figure in sound]
            scope = scope_of(configuration, None, office=office.id, year=TRIED_WITH.year, cut=TRIED_WITH)
            yield from mistakes(fitting, scope, warehouse.ask, names)


def _reports(configuration: Configuration) -> Iterable[str]:
    """What is wrong with each report's templates, and figures of it that nobody in its office can answer for."""
    from templates.lint import mistakes

    for office_id, template in configuration.reports.items():
        if office_id not in configuration.offices:
            hint = near(office_id, configuration.offices)
            yield f"{template.folder / 'report.yml'}: there is no office '{office_id}'{hint}"
            continue
        if found := mistakes(template, configuration.figures):
            yield from found
            continue
        yield from _ownership(configuration, office_id, template)


def _ownership(configuration: Configuration, office_id: str, template: Template) -> Iterable[str]:
    """Each figure of the report belongs to a department of the office that hands in one of its ledgers."""
    from flows.on_demand.report import department_of
    from templates.report import figures_of

    office, path = configuration.offices[office_id], template.folder / "report.yml"
    owed = {(department, item.ledger) for department, item in office.owed()}
    for name in sorted(figures_of(template) | set(template.card.required)):
        figure = configuration.figures[name]
        department = department_of(figure, office)
        for ledger in figure.declaration.ledgers:
            if ledger not in {handed_in for _, handed_in in owed}:
                yield f"{path}: '{name}' needs the ledger '{ledger}', which no department of '{office_id}' hands in"
        if not any((department, ledger) in owed for ledger in figure.declaration.ledgers):
            yield (
                f"{path}: '{name}' belongs to department '{department}', which hands in none of its ledgers in "
                f"'{office_id}'; say another one under figures in sources/offices/{office_id}.yml"
            )
