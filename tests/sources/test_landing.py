import pytest

from sources.landing import get, put
from sources.personal import presentable, pseudonym
from warehouse.declarations import YishuError


def test_the_same_bytes_lie_once(tmp_path):
    """Bytes are kept under their SHA-256; putting them again changes nothing."""
    sha256 = put(tmp_path, b"abc")
    before = (tmp_path / sha256[:2] / sha256).stat()

    assert sha256 == put(tmp_path, b"abc")
    assert before == (tmp_path / sha256[:2] / sha256).stat()
    assert b"abc" == get(tmp_path, sha256)
    assert [sha256] == [path.name for path in tmp_path.rglob("*") if path.is_file()]


def test_damaged_bytes_are_an_error(tmp_path):
    """Bytes that are no longer what their name says are never handed out."""
    sha256 = put(tmp_path, b"abc")
    path = tmp_path / sha256[:2] / sha256
    path.chmod(0o644)
    path.write_bytes(b"abd")

    with pytest.raises(YishuError, match="damaged"):
        get(tmp_path, sha256)
    with pytest.raises(YishuError, match="gone"):
        get(tmp_path, "0" * 64)


def test_a_pseudonym_is_the_same_for_the_same_person_here_only():
    """Spelling with spaces or full-width digits makes no other person; another installation's secret does."""
    assert pseudonym(b"a", "１20101 ") == pseudonym(b"a", "120101")
    assert pseudonym(b"a", "120101") != pseudonym(b"b", "120101")
    assert 32 == len(pseudonym(b"a", "x"))


def test_findings_quote_nothing_personal():
    """What looks like an identity card or a telephone is not shown, and long texts are cut."""
    assert "张（个人信息，不予显示）" == presentable("张13812345678")
    assert "微信wx（个人信息，不予显示）" == presentable("微信wx138-0000-0000")
    assert "合同号120106202413450001" == presentable("合同号120106202413450001")
    assert 81 == len(presentable("长" * 200))
