from pathlib import Path

from templates.lint import mistakes
from templates.report import ReportCard, Template
from tests.templates.conftest import answered


def linted(text: str, **kinds: str) -> list[str]:
    card = ReportCard(name="报告", sections=("body",), required=(), phrases={"plan": "规划"})
    figures = {name: answered(name, None, kind=kind).figure for name, kind in kinds.items()}
    return [
        line.partition("body.md.j2")[2] for line in mistakes(Template(Path(), card, {"body": text}, {}, {}), figures)
    ]


def test_mistakes_are_found_in_branches_that_are_not_taken() -> None:
    """A digit in the wording for zero cases is found though there are cases today; its line is named."""
    text = "案件\n{% claim c %}均已办结{% zero %}共0起{% endclaim %}"

    assert [":2: the number '0' is typed; numbers come from figures, names with digits from phrases"] == linted(
        text, c="claim"
    )


def test_unknown_names_are_named_with_their_line() -> None:
    """A misspelt figure, an undeclared phrase, and a number used as a claim each have a line of their own."""
    text = "{{ nn }}\n{{ phrase('plna') }}\n{% claim n %}甲{% endclaim %}"

    assert [
        ":1: 'nn' is no figure; add templates/figures/nn.sql or mend the name",
        ":2: report.yml declares no phrase 'plna'; known: plan",
        ":3: 'n' is not a claim; print it with {{ … }}",
    ] == linted(text, n="number")


def test_a_tag_that_is_not_closed_is_a_mistake_not_a_crash() -> None:
    """Jinja's own syntax error becomes a line with its place."""
    (line,) = linted("{% if n %}甲", n="number")

    assert line.startswith(":1: ")


def test_only_figures_print_numbers_and_claims_are_not_printed() -> None:
    """A constant, a calculation, a claim between braces and a word that a figure does not know are mistakes."""
    text = "{{ 7 }}\n{{ n + 5 }}\n{{ c }}\n{{ n.wehn }}\n三十余处"

    assert [
        ":1: 7 is printed, which is no figure",
        ":2: a calculation is printed; let a figure answer it",
        ":3: 'c' is a claim; say {% claim c %}…{% endclaim %}",
        ":4: a figure has no 'wehn'; it has number and when",
        ":5: the number '三十余处' is typed; numbers come from figures, names with digits from phrases",
    ] == linted(text, n="number", c="claim")


def test_a_sound_section_has_no_mistakes() -> None:
    """Known figures, declared phrases and plain text pass."""
    assert [] == linted("{{ year }}年，{{ phrase('plan') }}，{% if n %}{{ n }}{% endif %}{{ office.full }}", n="number")
