from datetime import date

import pytest

from templates.rendering.text import to_text
from templates.report import Words
from tests.templates.conftest import answered
from warehouse.declarations import DeclarationError

CLAIM = "案件{{ n }}，{% claim closed %}均已办结{% partial %}已办结{{ done }}{% zero %}没有案件{% endclaim %}。"


def text(document) -> str:
    return "\n".join(part.text for part in document.parts)


def test_a_figure_prints_itself_with_its_measure_word(write) -> None:
    """The office's own word (宗) stands for the declared one (起), and .number leaves it out."""
    document = write("共{{ n }}，即{{ n.number }}", answered("n", 15, unit="起"))

    assert text(document) == "共15宗，即15"


@pytest.mark.parametrize(
    ("state", "says"), [(True, "案件15，均已办结。"), (False, "案件15，已办结14。"), (None, "案件15，没有案件。")]
)
def test_a_claim_decides_its_phrase(write, state, says: str) -> None:
    """True, false and nothing to claim each have their wording."""
    document = write(CLAIM, answered("n", 15), answered("done", 14), answered("closed", state, kind="claim"))

    assert says == text(document)


def test_an_incomplete_figure_is_never_printed_as_if_it_were_whole(write) -> None:
    """【待核：…】 stands in its place, for numbers and claims alike, and the conditions around it keep the clause."""
    document = write(
        "{% if n %}案件{{ n }}，{% endif %}{% claim closed %}均已办结{% endclaim %}。",
        answered("n", None, gap=True),
        answered("closed", None, gap=True, kind="claim"),
    )

    assert text(document) == "案件【待核：指标n】，【待核：指标closed】。"


def test_a_number_typed_into_a_section_is_refused(write) -> None:
    """A digit in template text is an error that shows where it stands, full-width digits included."""
    for typed in (
        "共办理15起",
        "共办理１５起",
        "{% claim c %}三日内办结3起{% endclaim %}",
        "三十余处",
        "第③条",
        "〇起",
    ):
        with pytest.raises(DeclarationError, match="is typed"):
            write(typed, answered("c", True, kind="claim"))


def test_a_number_that_is_not_a_figure_cannot_be_printed(write) -> None:
    """Arithmetic in a template is refused when it is printed."""
    with pytest.raises(DeclarationError, match="only figures print numbers"):
        write("共{{ 7 * 6 }}起")


def test_an_unknown_name_is_an_error_with_its_place(write) -> None:
    """A figure that nobody declared does not print nothing."""
    with pytest.raises(DeclarationError, match="no_such_figure"):
        write("共{{ no_such_figure }}起")


def test_a_phrase_may_hold_the_digits_it_declares(write) -> None:
    """Names of plans carry years; who answers for them is known."""
    words = Words(text="（2021—2025年）", author="司法所", date=date(2024, 12, 1), digits=("2021—2025",))
    document = write("按照{{ phrase('plan') }}", phrases={"plan": words})

    assert text(document) == "按照（2021—2025年）"
    assert [("phrase", "plan")] == [(span.mark.kind, span.mark.source) for _, span in document.spans]


def test_a_phrase_that_nobody_wrote_for_the_year_is_asked_for(write) -> None:
    """【待补：…】 stands in its place and the document lists it."""
    document = write("贯彻{{ phrase('unwritten') }}精神")

    assert ("贯彻【待补：没有写的表述】精神", ("没有写的表述",)) == (text(document), document.unwritten)


def test_a_clause_that_falls_away_takes_its_punctuation_along(write) -> None:
    """What stays reads correctly, and the spans still stand where their numbers are."""
    document = write(
        "开展活动，{% if a %}办理{{ a }}；{% endif %}{% if b %}检查{{ b }}{% endif %}，。处罚{{ c }}，",
        answered("a", 0),
        answered("b", 0),
        answered("c", 28),
    )

    assert text(document) == "开展活动。处罚28。"
    assert ["28"] == [part.text[span.start : span.end] for part, span in document.spans]


def test_positions_in_the_whole_text_are_true(write) -> None:
    """Headings are numbered, and each span's place in the published text holds the span's words."""
    document = write(
        "# {{ year }}年报告\n## 执法\n### 案件\n案件{{ n }}起\n### 罚款\n{{ m }}元\n## 普法\n{{ l }}",
        answered("n", 15),
        answered("m", 21000),
        answered("l", ("宪法", "民法典"), kind="list", style="book_title"),
    )

    whole = to_text(document)

    assert (
        whole.text
        == "2024年报告\n\n一、执法\n（一）案件\n案件15起\n（二）罚款\n21000元\n二、普法\n《宪法》《民法典》\n"
    )
    assert ["2024", "15", "21000", "《宪法》《民法典》"] == [whole.text[s.start : s.end] for s in whole.spans]


def test_marks_that_come_with_the_data_are_harmless(write) -> None:
    """Private-use characters in a ledger's text cannot pose as marks."""
    document = write("活动“{{ t }}”", answered("t", "\ue0007\ue001甲\ue002", kind="text"))

    assert text(document) == "活动“7甲”"


def test_a_time_word_follows_the_scope(write) -> None:
    """A cumulative figure says since when, a figure as of a date names the date, marked."""
    document = write(
        "{{ k.when }}调解{{ k }}件，{{ a.when }}持证{{ a }}名",
        answered("k", 87, scope="since_inception"),
        answered("a", 16, scope="as_of_date"),
    )

    assert text(document) == "自机制建立以来调解87件，截至2024年12月31日持证16名"
