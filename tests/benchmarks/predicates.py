"""The rules of a suite as one DuckDB query: what the judge is measured against, and checked by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from expectations import workdays
from expectations.columns import LIST_SEPARATOR
from expectations.custom.grammar import grammars
from expectations.custom.limits import limits
from expectations.suite import Derived, Rule, Suite, When

if TYPE_CHECKING:
    from pandas import DataFrame


def query(suite: Suite) -> str:
    """One row: for each rule, by its position, the list of the rows that fail it."""
    lists = ",\n    ".join(f"list(_at) filter (where {failing(rule)}) as r{at}" for at, rule in enumerate(suite.rules))
    return f"with rows as (\n{prepared(suite)}\n)\nselect\n    {lists}\nfrom rows"


def prepared(suite: Suite) -> str:
    """The rows with the helper columns, and with how often each unique combination has come."""
    helpers = [f"{_derived(how)} as {name}" for name, how in suite.derive.items()]
    return f"    select {', '.join(['*', *helpers])} from ledger"


def failing(rule: Rule) -> str:
    """The condition under which a row fails the rule."""
    met = [_condition(when) for when in rule.conditions]
    return " and ".join(f"({part})" for part in [*met, EXPECTATIONS[rule.expectation](rule.arguments)])


def literal(value: Any) -> str:
    """A value as SQL."""
    match value:
        case bool():
            return str(value).lower()
        case date():
            return f"date '{value}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
    return str(value)


def _listed(values: Iterable[Any]) -> str:
    return "(" + ", ".join(map(literal, values)) + ")"


def _condition(when: When) -> str:
    match when.op:
        case "is_null" | "is_not_null":
            return f"{when.column} {when.op.replace('_', ' ')}"
        case "is_in" | "is_not_in" if isinstance(when.value, tuple):
            return f"{when.column} {'not ' if when.op == 'is_not_in' else ''}in {_listed(when.value)}"
    return f"{when.column} {'=' if when.op == '==' else when.op} {literal(when.value)}"


def _derived(how: Derived) -> str:
    if how.days_since is not None:
        return f"({how.column} - {how.days_since})"
    if how.take is not None:
        return f"year({how.column})"
    if how.number_in is not None:
        return f"try_cast(regexp_extract({how.column}, {literal(how.number_in)}, 1) as double)"
    if how.contains is not None:
        return f"coalesce(contains({how.column}, {literal(how.contains)}), false)"
    allowed = "[" + ", ".join(map(literal, how.beyond or ())) + "]"
    others = f"list_filter(string_split({how.column}, '{LIST_SEPARATOR}'), lambda x: not list_contains({allowed}, x))"
    return f"coalesce(len({others}) > 0, false)"


def _between(said: Mapping[str, Any]) -> str:
    bounds = [("<", "min_value"), (">", "max_value")]
    return " or ".join(
        f"{said['column']} {sign} {literal(said[name])}" for sign, name in bounds if said.get(name) is not None
    )


def _unique(said: Mapping[str, Any]) -> str:
    columns = said["column_list"]
    complete = " and ".join(f"{name} is not null" for name in columns)
    # A hash of the columns is one number to group by, so this is the fastest way to ask.
    same = f"hash({', '.join(columns)})"
    return f"{complete} and {same} in (select {same} from ledger where {complete} group by all having count(*) > 1)"


def _in_order(said: Mapping[str, Any]) -> str:
    names = said["column_list"]
    pairs = []
    for at, name in enumerate(names[1:], start=1):
        before = ", ".join(reversed(names[:at]))
        pairs.append(f"coalesce({name} < coalesce({before}, null), false)")
    return " or ".join(pairs)


def _working_days(said: Mapping[str, Any]) -> str:
    def up_to(name: str) -> str:
        return f"(select passed from calendar where day = {name})"

    return f"{up_to(said['column_B'])} - {up_to(said['column_A'])} > {said['max_value']}"


def _limit(said: Mapping[str, Any]) -> str:
    steps = limits()[said["limit"]].steps
    parts = []
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        until = f" and {said['date_column']} < {literal(following.since)}" if following else ""
        parts += [
            f"{said['date_column']} >= {literal(step.since)}{until} and {said['party_column']} = {literal(who)} "
            f"and {said['column']} > {most}"
            for who, most in step.at_most.items()
        ]
    return " or ".join(f"({part})" for part in parts)


def _grammar(said: Mapping[str, Any]) -> str:
    grammar = grammars()[said["grammar"]]
    form, column = literal(grammar.form), said["column"]
    wrong = f"not regexp_full_match({column}, {form})"
    if grammar.check is not None:
        wrong = f"{wrong} or (regexp_full_match({column}, {form}) and {CHECK_DIGITS[grammar.check].differs(column)})"
    if (by := said.get("year_column")) is None:
        return wrong
    year = f"try_cast(regexp_extract({column}, {form}, ['year']).year as integer)"
    return f"{wrong} or (regexp_full_match({column}, {form}) and {year} <> year({by}))"


@dataclass(frozen=True)
class CheckDigit:
    """How the last sign of a code follows from those before it: signs by value, weights by place, signs by the rest."""

    signs: str
    weights: tuple[int, ...]
    by_rest: str

    def differs(self, column: str) -> str:
        """The condition under which the last sign is another one."""
        sign = f"substr(upper({column}), place, 1)"
        value = f"(strpos({literal(self.signs)}, {sign}) - 1) * {list(self.weights)}[place]"
        total = f"list_sum(list_transform(range(1, {len(self.weights) + 1}), lambda place: {value}))"
        wanted = f"substr({literal(self.by_rest)}, ({total} % {len(self.by_rest)})::int + 1, 1)"
        return f"substr(upper({column}), {len(self.weights) + 1}, 1) <> {wanted}"


_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 32100-2015 and GB 11643-1999, said anew: what is measured against should not lean on what is measured.
CHECK_DIGITS = {
    "social_credit_code": CheckDigit(
        _CREDIT,
        (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28),
        _CREDIT[0] + _CREDIT[:0:-1],
    ),
    "identity_card_no": CheckDigit("0123456789", (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"),
}


def _vary(said: Mapping[str, Any]) -> str:
    column, group = said["column"], said["group_column"]
    alike = f"having count(distinct {column}) = 1 and count(*) >= {said['least']}"
    return f"_at in (select min(_at) from ledger where {column} is not null group by {group} {alike})"


def _personal(said: Mapping[str, Any]) -> str:
    number = literal(r"(^|[^0-9A-Za-z])(\d{17}[0-9Xx]|1[3-9]\d{9})($|[^0-9A-Za-z])")
    return " or ".join(f"coalesce(regexp_matches({name}, {number}), false)" for name in said["column_list"])


def loaded(typed: DataFrame) -> Any:
    """A database in memory with the rows as the table `ledger`, and the working days as the table `calendar`."""
    import duckdb
    import pandas as pd

    plain = typed.assign(_at=range(len(typed)))
    for name in (name for name in plain if plain[name].dtype == object):
        plain[name] = plain[name].map(LIST_SEPARATOR.join, na_action="ignore").astype("str")
    dates = ", ".join(f"{name}::date as {name}" for name in plain if plain[name].dtype.kind == "M")
    days = pd.DataFrame(calendar(), columns=["day", "passed"])
    database = duckdb.connect()
    database.register("plain", plain)
    database.register("days", days)
    database.execute(f"create table ledger as select * replace ({dates}) from plain")
    database.execute("create table calendar as select day::date as day, passed from days")
    database.unregister("plain")
    return database


def calendar() -> list[tuple[date, int]]:
    """Every day of the years that matter with the working days up to it."""
    days, passed = [], 0
    for year in range(2000, 2031):
        inside = set(workdays.workdays(year, date(year, 12, 31)))
        for day in (
            date.fromordinal(at) for at in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        ):
            passed += day in inside
            days.append((day, passed))
    return days


EXPECTATIONS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_not_be_null": lambda said: f"{said['column']} is null",
    "expect_column_values_to_be_null": lambda said: f"{said['column']} is not null",
    "expect_column_values_to_be_in_set": lambda said: f"{said['column']} not in {_listed(said['value_set'])}",
    "expect_column_values_to_not_be_in_set": lambda said: f"{said['column']} in {_listed(said['value_set'])}",
    "expect_column_values_to_match_regex": lambda said: (
        f"not regexp_matches({said['column']}, {literal(said['regex'])})"
    ),
    "expect_column_values_to_not_match_regex": lambda said: (
        f"regexp_matches({said['column']}, {literal(said['regex'])})"
    ),
    "expect_column_pair_values_to_be_equal": lambda said: f"{said['column_A']} <> {said['column_B']}",
    "expect_column_pair_values_a_to_be_greater_than_b": lambda said: (
        f"not {said['column_A']} {'>=' if said.get('or_equal') else '>'} {said['column_B']}"
    ),
    "expect_compound_columns_to_be_unique": _unique,
    "expect_select_column_values_to_be_unique_within_record": lambda said: " = ".join(said["column_list"]),
    "expect_dates_in_order": _in_order,
    "expect_working_days_between": _working_days,
    "expect_within_legal_limit": _limit,
    "expect_values_to_follow_grammar": _grammar,
    "expect_categories_to_vary": _vary,
    "expect_texts_without_personal_numbers": _personal,
    "expect_dates_not_after": lambda said: " or ".join(
        f"coalesce({name} > {said['date_column']}, false)" for name in said["column_list"]
    ),
}
