import datetime
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from sources.formats.grid import Unreadable, open_workbook
from sources.values import Broken
from tests.sources.formats import XML_HEAD, biff2, biff5, compound, repacked, spreadsheetml, strict, xls
from tests.sources.paper import book, codes, reading

FILES = Path(__file__).parent / "files"
ROWS = [["案件编号", "备注"], ["001", "甲，乙"], ["002", ""]]


def opened(content):
    return open_workbook(content, lambda _: True)


def rows(content):
    return [[cell or "" for cell in row] for row in opened(content).sheets[0].rows]


def page(table, encoding="utf-8", charset="utf-8"):
    head = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head>'
    return f"{head}<body>{table}</body></html>".encode(encoding)


TABLE = "<table><tr><th>案件编号</th><th>备注</th></tr><tr><td>001</td><td>甲，乙</td></tr><tr><td>002<td></table>"
XML_ROWS = (
    '<Row><Cell><Data ss:Type="String">案件编号</Data></Cell><Cell><Data ss:Type="String">备注</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">001</Data></Cell><Cell><Data ss:Type="String">甲，乙</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">002</Data></Cell><Cell ss:StyleID="s1"/></Row>'
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (strict(book(("台账", ROWS))), "xlsx"),
        (xls(ROWS), "xls"),
        (biff5(ROWS), "xls"),
        (spreadsheetml(XML_ROWS), "xml"),
        (spreadsheetml(XML_ROWS, encoding="utf-16"), "xml"),
        (spreadsheetml(XML_ROWS, encoding="gb2312"), "xml"),
        (page(TABLE), "html"),
        (page(TABLE, "gb18030", "gb2312"), "html"),
        (page(TABLE, "gb18030", "utf-8"), "html"),
        (page(TABLE, "utf-16", "unicode"), "html"),
        (TABLE.encode(), "html"),
    ],
    ids=["strict", "xls", "excel 95", "xml", "xml 16", "xml gb", "html", "html gb", "html lies", "html 16", "bare"],
)
def test_the_same_table_in_every_format(content, kind):
    """A format is known by its content, and the cells are the same."""
    expected = [row[: len(found)] for row, found in zip(ROWS, rows(content), strict=True)]

    assert (kind, expected) == (opened(content).format, rows(content))


def test_a_spreadsheet_of_libreoffice_is_read():
    """Texts, dates, numbers, merged cells, hidden rows and sheets, and errors of a real .ods."""
    found = opened((FILES / "calc.ods").read_bytes())

    assert ("ods", ["台账", "隐"], [False, True]) == (
        found.format,
        [sheet.name for sheet in found.sheets],
        [sheet.hidden for sheet in found.sheets],
    )
    sheet = found.sheets[0]
    assert ["001", datetime.date(2024, 3, 5), 1500.5, "甲，乙"] == sheet.rows[1]
    assert (((5, 0, 5, 2),), {3}, Broken("cell.error_value", "#DIV/0!")) == (
        sheet.merged,
        sheet.hidden_rows,
        sheet.rows[7][3],
    )


def test_excel_95_speaks_its_code_page():
    """Texts of Excel 95 are bytes in a code page, which the file names."""
    assert ["台账"] == [sheet.name for sheet in opened(biff5(ROWS)).sheets]


def test_a_bare_stream_of_the_oldest_kind():
    """Excel 2 knew one sheet; a format with a year makes an integer a date, and texts are GBK where nothing is said."""
    found = opened(biff2([["编号", "日期", "金额"], ["甲", 45356, 2.5]]))

    assert ("xls", [["编号", "日期", "金额"], ["甲", datetime.date(2024, 3, 5), 2.5]]) == (
        found.format,
        found.sheets[0].rows,
    )


def test_what_calamine_does_not_tell_of_an_xls():
    """Hidden rows and error cells of Excel 97 are found in its records."""
    sheet = opened((FILES / "calc.xls").read_bytes()).sheets[0]

    assert ({3}, Broken("cell.error_value", "#DIV/0!")) == (sheet.hidden_rows, sheet.rows[7][3])


def test_a_web_page_is_read_by_its_card():
    """A header of two rows with spans is understood as in a workbook, and the cells keep their addresses."""
    heads = "<tr><th rowspan=2>案号</th><th colspan=2>处罚情况</th></tr><tr><th>日期</th><th>金额</th></tr>"
    found = reading(page(f"<table>{heads}<tr><td>001</td><td>2024年3月5日</td><td>1,500</td></tr></table>"))

    assert ([Decimal(1500)], []) == (list(found.frame["fine_yuan"]), codes(found))
    assert "C3" == found.blocks[0].address("fine_yuan", int(found.frame["_row"][0]))


def test_the_xml_of_2003_with_all_its_ways():
    """Places that are stated or follow, merged cells, hidden rows, types, errors, formulas without a value."""
    table = (
        '<Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">台账</Data></Cell>'
        '<Cell><Data ss:Type="Number">1500.5</Data></Cell></Row>'
        '<Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="DateTime">2024-03-05T00:00:00.000</Data>'
        '<Comment><ss:Data>批注</ss:Data></Comment></Cell><Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data>'
        '</Cell><Cell ss:Formula="=A1"/><Cell><ss:Data ss:Type="String"><B>粗</B>体&#10;字</ss:Data></Cell></Row>'
    )
    options = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    sheet = opened(spreadsheetml(table, after=options)).sheets[0]

    error, formula = Broken("cell.error_value", "#DIV/0!"), Broken("cell.formula_without_value", "公式")
    assert ["台账", "", 1500.5] == sheet.rows[0]
    assert ["", datetime.date(2024, 3, 5), error, formula, "粗体\n字"] == sheet.rows[3]
    assert (((0, 0, 1, 1),), {4}, True) == (sheet.merged, sheet.hidden_rows, sheet.hidden)


def test_spans_of_a_web_page_are_merged_cells():
    """Colspan and rowspan move what follows, and are told as merged cells."""
    table = (
        "<table><tr><td colspan=3>处罚台账</td></tr>"
        "<tr><td rowspan='2'>社区</td><td colspan=2>处罚情况</td></tr><tr><td>种类</td><td>金额<br>（元）</td></tr>"
        "<tr style='display:none'><td>甲</td><td>罚款&nbsp;</td><td x:num='1500.25'>1,500</td></tr></table>"
    )
    sheet = opened(page(table)).sheets[0]

    assert [["处罚台账"], ["社区", "处罚情况"], ["", "种类", "金额\n（元）"], ["甲", "罚款", 1500.25]] == sheet.rows
    assert (((0, 0, 0, 2), (1, 0, 2, 0), (1, 1, 1, 2)), {4}) == (sheet.merged, sheet.hidden_rows)


def test_a_page_is_read_as_browsers_forgive_it():
    """Scripts are no text, a table that only arranges others vanishes, what was never closed ends with the page."""
    inner = "<table><tr><td>编号<td>1<tr><td>2"
    text = f"<table><tr><td><script>var x = '<td>9</td>';</script>{inner}</table></td></tr></table>"

    assert [["编号", "1"], ["2"]] == rows(page(text))


def test_a_page_of_excel_names_its_sheet():
    """What Excel saved as a web page says the sheet's name in a comment."""
    island = "<!--[if gte mso 9]><xml><x:ExcelWorksheet><x:Name>台账</x:Name></x:ExcelWorksheet></xml><![endif]-->"

    assert ("台账",) == opened(page(island + TABLE)).names


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (compound(b"x" * 5000, name="EncryptedPackage"), "file.protected", "密码"),
        (compound(b"\x09\x08\x04\0\0\x06\x05\0\x2f\0\x04\0\1\0\1\0".ljust(5000, b"\0")), "file.protected", "密码"),
        (compound(b"x" * 5000, name="WordDocument"), "file.unreadable", "文字文档"),
        (page("<p>登录已过期，请重新登录</p>"), "file.unreadable", "没有表格"),
        (b"{\\rtf1 x}", "file.unreadable", "不是电子表格"),
        (b"%PDF-1.7 x", "file.unreadable", "不是电子表格"),
        (spreadsheetml(XML_ROWS)[:-40], "file.unreadable", "只传了一部分"),
        (spreadsheetml('<Row ss:Index="2000000"><Cell><Data>1</Data></Cell></Row>'), "sheet.far_cell", "A2000000"),
        (page("<table><tr><td colspan=65536>1<td>2</table>"), "file.too_large", ""),
    ],
    ids=["encrypted", "encrypted xls", "word", "login page", "rtf", "pdf", "cut off", "far row", "wide span"],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content, code, reason):
    """Encrypted, another kind of document, without a table, cut off: each has its finding."""
    found = opened(content)

    assert isinstance(found, Unreadable)
    assert (code, True) == (found.code, reason in found.reason)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
def test_a_document_type_is_refused(doctype):
    """Entities may explode or name other files; nothing that a clerk sends needs them."""
    content = spreadsheetml("<Row><Cell><Data>&a;</Data></Cell></Row>", head=XML_HEAD.format("utf-8") + doctype)

    assert Unreadable("文件含有不应出现的外部引用（DOCTYPE）") == opened(content)


def test_an_entity_inside_a_package_is_not_followed():
    """The XML inside an .xlsx may declare what it likes: no other file gets into a cell."""

    def change(name, part):
        if name != "xl/worksheets/sheet1.xml":
            return part
        return part.replace(b"<worksheet", OUTSIDE.encode() + b"<worksheet", 1).replace(b">002<", b">&a;<")

    found = opened(repacked(book(("台账", ROWS)), change))
    cells = [] if isinstance(found, Unreadable) else [cell for row in found.sheets[0].rows for cell in row]

    assert Path("/etc/hostname").read_text().strip() not in cells


def test_links_macros_and_paths_are_looked_past():
    """External links, macros, DDE and parts with tricky names are never opened; the cells are read."""
    content = repacked(book(("台账", ROWS)), lambda _, part: part)
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("../../../../escaped.txt", "x")
        archive.writestr("/etc/escaped", "x")
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"x" * 600)
        link = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
        archive.writestr("xl/externalLinks/externalLink1.xml", link)

    assert ROWS == rows(buffer.getvalue())
    assert not Path("/escaped.txt").exists()


def garbled(read_as, meant):
    cells = [["案件编号", "当事人员", "处罚"], ["罚二〇二四年", "王五张三", "罚款警告"], ["说明", "责令改正", "备注"]]
    return [[cell.encode(meant).decode(read_as) for cell in row] for row in cells], cells


@pytest.mark.parametrize(
    ("read_as", "meant"),
    [("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030")],
)
def test_text_of_a_wrong_code_page_is_repaired_where_nothing_is_lost(read_as, meant):
    """A mistake that can be undone for all texts is undone."""
    spoiled, cells = garbled(read_as, meant)

    assert cells == rows(book(("台账", spoiled)))


def test_text_that_has_lost_letters_is_never_stored():
    """Where the mistake cannot be undone, the file is refused with words of its own."""
    lost = [["司法所", "已办结", "社区"], ["锟斤拷锟斤拷", "锟斤拷", "�业"]]
    spoiled = [[cell.encode().decode("gbk", "replace") for cell in lost[0]], lost[1]]

    assert "file.garbled" == opened(book(("台账", spoiled))).code


def test_one_cell_that_lost_its_letters_is_broken():
    """A single garbled cell is a finding at its place; the others are read."""
    found = opened(book(("台账", [*ROWS, ["003", "锟斤拷锟斤拷"]])))

    assert Broken("cell.garbled", "锟斤拷锟斤拷") == found.sheets[0].rows[3][1]
    assert ROWS == rows(book(("台账", ROWS)))


def test_rare_but_sound_text_is_left_alone():
    """Accents, signs and rare characters that mistakes also produce are no mistake by themselves."""
    sound = [["品名 café", "×÷°±·§"], ["涓涓细流", "鍙"], ["Ｎｏ．1", "№２"]]

    assert sound == rows(book(("台账", sound)))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_text_of_sixteen_bits_needs_no_mark_and_no_latin_letter(encoding):
    """A csv in UTF-16 is known by where its zero bytes are."""
    assert [["编号", "备注"], ["甲", "乙"]] == rows("编号\t备注\r\n甲\t乙\r\n".encode(encoding))


def test_damaged_letters_of_a_text_are_found_at_their_cells():
    """UTF-8 with single damaged bytes stays UTF-8, and only the damaged cell is broken."""
    text = "\n".join(["编号,备注", *(f"{number},情况说明" for number in range(20))]).encode()
    sheet = opened(text.replace("说明".encode(), b"\xe8\xaf", 1)).sheets[0]

    assert (["0", "cell.garbled"], ["1", "情况说明"]) == ([sheet.rows[1][0], sheet.rows[1][1].code], sheet.rows[2])


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_texts_that_an_exporting_system_kept_from_excel_are_read_as_texts(delimiter):
    """`="001"` is the text 001, quoted once more or not, with a delimiter inside; a formula is left as it is."""
    rows = (
        ('="编号"', '="来访人，单位"', "金额"),
        ('="00120240101"', f'="甲{delimiter}乙"', "3"),
        ('"=""002"""', '=""', "=SUM(C2:C2)"),
    )
    content = "\r\n".join(delimiter.join(row) for row in rows).encode("gb18030")

    [sheet] = open_workbook(content, lambda _: True).sheets

    assert [
        ["编号", "来访人，单位", "金额"],
        ["00120240101", f"甲{delimiter}乙", "3"],
        ["002", "", "=SUM(C2:C2)"],
    ] == sheet.rows
