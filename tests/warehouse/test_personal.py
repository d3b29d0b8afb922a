import pytest

from warehouse.personal import HIDDEN, is_identity, masked, personal_kind, without_values


@pytest.mark.parametrize(
    "number",
    [
        "13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "138—0000—0000",
        "1380 000 0000",
        "１３８００００００００",
        "１３８－００００　００００",
        "138\u200b0000\u200b0000",
        "86-138-0000-0000",
        "86 13800000000",
        "99010119800101123X",
        "９９０１０１１９８００１０１１２３Ｘ",
        "990101 19800101 1234",
        "990101-1980-01-01-1234",
        "9901 0119 8001 0112 34",
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("wx", "。"), ("联系人：张某，", "，已核"), ("5 ", "转2")])
def test_a_personal_number_is_hidden_however_it_is_written(before, after, number):
    """Wide digits, gaps, dashes, invisible signs and letters before it make no difference; the rest stays as it was."""
    shown = masked(f"{before}{number}{after}")

    assert HIDDEN in shown
    assert f"{before}{HIDDEN}{after}" == shown.replace("86-", "").replace("86 ", "")
    assert ("identity" if len(number) > 17 or "990101" in number else "phone") == personal_kind(number)


@pytest.mark.parametrize(
    "text",
    [
        "编号12010620240001",
        "票据1201000020240000001",
        "138000012345",
        "2024-01-12至2024-03-05",
        "2024-138-0000-0000",
        "统一社会信用代码911201060000000011",
        "合同号120106202413450001",
        "13800000000元",
        "13800000000.00",
        "¥13800000000",
        "0.13800000000",
        "022-2700-0000",
        "1.5万元，１２人",
    ],
)
def test_other_numbers_stay(text):
    """Document numbers, codes of eighteen digits without a birthday, amounts and days are shown as they stand."""
    assert text == masked(text)
    assert personal_kind(text) is None


def test_an_identity_number_has_a_birthday_and_its_check_digit():
    """A wrong last sign or a thirteenth month make it none; the old ones of fifteen digits have no check digit."""
    assert is_identity("11010519491231002X")
    assert is_identity("110105491231002")
    assert not is_identity("110105194912310021")
    assert not is_identity("11010519491331002X")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("could not convert string to float: '张某'", "could not convert string to float: '…'"),
        ('Could not convert string "it\'s A1" to INT32', "Could not convert string '…' to INT32"),
        ("it can't be: b'A1', 'B2'", "it can't be: '…', '…'"),
        ('column "filed_on" is not "A1"', "column \"filed_on\" is not '…'"),
        ("unable to parse: 张某, at position 0", "unable to parse: …, at position 0"),
        ("value 13800000000 and\n 6222000000000000000", "value … and …"),
        ("a literal that is 'cut off", "a literal that is '…'"),
        ("key " + "0f" * 16, "key …"),
    ],
)
def test_what_a_library_says_is_told_without_the_values_it_quotes(text, told):
    """Names of columns stay, because they tell where to look."""
    assert told == without_values(text, {"filed_on"})
    assert f"ValueError: {told}" == without_values(ValueError(text), {"filed_on"})
