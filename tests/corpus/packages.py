"""Files that no library here writes, put together from their records and parts; the hostile ones among them."""

import datetime as dt
import io
import struct
import zipfile
from base64 import encodebytes

from sources.formats.compound import Compound
from tests.sources.formats import compound, repacked, spreadsheetml, xls
from tests.sources.paper import book

ROWS = [["案件编号", "决定日期", "罚款金额"], ["A-1", "2024-03-05", 100], ["A-2", "2024-04-05", 200]]
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
PAGE = (
    '<html><script src="x.js"></script><img src="file:///etc/passwd"><table><tr><td>案件编号<td>金额'
    "<tr><td>A-1<td>100<tr><td>A-2<td>200</table></html>"
)
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"


def zipped(parts):
    """A zip file of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def stream_of(content):
    """The records of an xls file without the compound file around them."""
    return Compound(content).stream("Workbook")


def biff34(rows, *, version):
    """A bare stream of records as Excel 3 and 4 write it: one sheet, a code page, texts with two bytes of length."""

    def record(kind, body=b""):
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row, column, value):
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            text = value.encode("gb18030")
            return record(0x0204, place + struct.pack("<H", len(text)) + text)
        return record(0x0203, place + struct.pack("<d", value))

    start = record({3: 0x0209, 4: 0x0409}[version], struct.pack("<HHH", 0, 0x0010, 0)) + record(0x0042, b"\xa8\x03")
    cells = b"".join(cell(r, c, value) for r, line in enumerate(rows) for c, value in enumerate(line) if value != "")
    return start + cells + record(0x000A)


def mhtml(page):
    """The page as Excel saves it as a single file."""
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_Next"\r\n\r\n'
    part = "------=_Next\r\nContent-Location: file:///C:/sheet001.htm\r\nContent-Transfer-Encoding: base64\r\n"
    part += 'Content-Type: text/html; charset="us-ascii"\r\n\r\n'
    return (head + part).encode() + encodebytes(page) + b"------=_Next--\r\n"


def _plain(value):
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else f"{value}"


def _calc_cell(value):
    text = _plain(value).replace("&", "&amp;").replace("<", "&lt;")
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, (int, float)):
        kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"
    if isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{text}"'
        return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"
    lines = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _calc_body(sheets, hidden=()):
    tables = []
    for name, rows in sheets.items():
        lines = []
        for number, row in enumerate(rows, start=1):
            seen = ' table:visibility="collapse"' if number in hidden else ""
            lines.append(f"<table:table-row{seen}>{''.join(map(_calc_cell, row))}</table:table-row>")
        tables.append(f'<table:table table:name="{name}">{"".join(lines)}</table:table>')
    return f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"


def ods(sheets, *, hidden=(), head=""):
    """An OpenDocument spreadsheet."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {OFFICE}>'
        f"{_calc_body(sheets, hidden)}</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def fods(sheets):
    """The same as one flat XML file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {OFFICE} '
        f'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">{_calc_body(sheets)}</office:document>'
    ).encode()


def xlsb(sheets, *, hidden=()):
    """The binary workbook of Excel 2007 and later, of as few records as one can have."""

    def number(value):
        low = b""
        while True:
            low += bytes([(value & 0x7F) | (0x80 if value > 0x7F else 0)])
            value >>= 7
            if not value:
                return low

    def record(kind, body=b""):
        head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return head + number(len(body)) + body

    def wide(text):
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(column, value):
        place = struct.pack("<II", column, 0)
        if isinstance(value, (int, float)):
            return record(5, place + struct.pack("<d", value))
        if value.startswith("#"):
            return record(3, place + bytes([{"#REF!": 0x17, "#DIV/0!": 0x07, "#N/A": 0x2A}[value]]))
        return record(6, place + wide(_plain(value)))

    def row(at, cells):
        flags = bytes([0, 0x10 if at + 1 in hidden else 0, 0])
        head = record(0, struct.pack("<IIH", at, 0, 300) + flags + struct.pack("<III", 1, 0, len(cells)))
        return head + b"".join(cell(column, value) for column, value in enumerate(cells) if value is not None)

    parts = {
        TYPES: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>',
    }
    bundle, relations = b"", ""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    for index, (name, rows) in enumerate(sheets.items(), start=1):
        bundle += record(156, struct.pack("<II", 0, index) + wide(f"rId{index}") + wide(name))
        relations += f'<Relationship Id="rId{index}" Type="{kind}" Target="worksheets/sheet{index}.bin"/>'
        width = max(map(len, rows))
        size = record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
        data = b"".join(row(at, cells) for at, cells in enumerate(rows))
        parts[f"xl/worksheets/sheet{index}.bin"] = (
            record(129) + size + record(145) + data + record(146) + record(130)
        )  # fmt: skip
    parts["xl/workbook.bin"] = record(131) + record(143) + bundle + record(144) + record(132)
    parts["xl/_rels/workbook.bin.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    )
    return zipped(parts)


# -- hostile


def _ledger(rows=ROWS):
    return book(("台账", rows))


def _changed(name, change):
    return repacked(_ledger(), lambda each, part: change(part) if each == name else part)


def _with(extra, *, name=SHEET):
    return _changed(name, lambda part: part.replace(b"</sheetData>", extra + b"</sheetData>"))


def _added(parts):
    """The small ledger with more parts in its package."""
    with zipfile.ZipFile(io.BytesIO(_ledger())) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | parts)


def million_formatted_rows():
    """Rows down to the end of the sheet that somebody has coloured, and nothing in them."""
    return _with(
        b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="B%d" s="0"/></row>' % (n, n, n) for n in range(5, 1_048_577))
    )


def bomb():
    """A small package that unpacks to a hundred times more than memory should hold."""
    return _added({"xl/media/image1.bmp": b"\0" * (120 * 1024**2)})


def macros():
    """A workbook with macros."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return repacked(
        _added({"xl/vbaProject.bin": b'\xd0\xcf\x11\xe0 Sub Auto_Open() Shell "calc" End Sub'}),
        lambda name, part: (
            part.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml") if name == TYPES else part
        ),
    )


def external_links():
    """Values that come from another workbook, whose place is told; what was last seen there stands in the cells."""
    link = (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook/></externalLink>'
    )
    changed = _changed(
        SHEET, lambda part: part.replace(b'<c r="C2" t="n"><v>100</v>', b'<c r="C2"><f>[1]Sheet1!$A$1</f><v>100</v>')
    )
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        return zipped(
            {name: archive.read(name) for name in archive.namelist()}
            | {"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": "<a/>"}
        )


def entities(head):
    """A sheet whose XML declares entities."""

    def change(part):
        body = part[part.index(b"<worksheet") :].replace(
            b"</sheetData>", b'<row r="9"><c r="A9" t="inlineStr"><is><t>&x;</t></is></c></row></sheetData>'
        )
        return b'<?xml version="1.0"?>' + head + body

    return _changed(SHEET, change)


def laughs():
    """Entities that unfold to a billion letters."""
    lines = ['<!ENTITY x0 "ha">'] + [f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<!DOCTYPE x [{"".join(lines)}<!ENTITY x "&x9;">]>'.encode()


def paths_out_of_the_package():
    """Members that name places outside, and a sheet that is said to lie there."""
    return _added({"../../../../etc/passwd": b"root", "/etc/cron.d/x": b"x", "..\\..\\x.dll": b"x"})


def sheet_outside():
    """A workbook whose sheet is said to lie in a file of the machine."""
    return _changed(
        "xl/_rels/workbook.xml.rels", lambda part: part.replace(b"/xl/worksheets/sheet1.xml", b"file:///etc/passwd")
    )


def encrypted_zip():
    """A package whose members say that they are encrypted."""
    content = bytearray(_ledger())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def protected_xls():
    """An Excel 97 workbook with a password to open."""
    stream = stream_of(xls(ROWS))
    first = 4 + int.from_bytes(stream[2:4], "little")
    return compound(stream[:first] + b"\x2f\x00\x06\x00\0\0\x11\x22\x33\x44" + stream[first:-10])


def cut_off():
    """As many rows as a sheet of Excel 97 had."""
    lines = ["案件编号,决定日期,罚款金额", *(f"A-{number},2024.3.5,100" for number in range(65_535))]
    return "\n".join(lines).encode()


MAKERS = {
    "a sheet cut off at 65536": cut_off,
    "a bomb": bomb,
    "a million formatted rows": million_formatted_rows,
    "a cell at the end": lambda: _with(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "macros": macros,
    "external links": external_links,
    "entities that name a file": lambda: entities(b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "a billion laughs": lambda: entities(laughs()),
    "entities in xml 2003": lambda: spreadsheetml(
        "<Row><Cell><Data>&x;</Data></Cell></Row>",
        head='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
    "entities in calc": lambda: ods({"台账": ROWS}, head='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "paths out of the package": paths_out_of_the_package,
    "a sheet outside": sheet_outside,
    "an encrypted package": lambda: compound(b"\0" * 5000, name="EncryptedPackage"),
    "an encrypted zip": encrypted_zip,
    "a protected xls": protected_xls,
    "half a package": lambda: _ledger()[: len(_ledger()) // 2],
    "half an xls": lambda: xls(ROWS * 200)[:6000],
    "nothing": lambda: b"",
    "zeros": lambda: b"\0" * 4096,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "a pdf": lambda: b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n",
    "a text document": lambda: zipped({TYPES: "<Types/>", "word/document.xml": "<w:document/>"}),
    "an old text document": lambda: compound(b"\xec\xa5" + b"\0" * 5000, name="WordDocument"),
    "a package without sheets": lambda: zipped({"a.txt": "a"}),
    "a note of a lock": lambda: b"\x04user".ljust(55, b" ") + b"u\0s\0e\0r\0".ljust(110, b"\0"),
    "lost letters": "案件编号,社区,备注\n锟斤拷,锟斤拷锟斤拷,锟斤拷\n锟斤拷锟,斤拷锟斤,锟斤拷锟斤拷\n".encode,
    "formulas in csv": "案件编号,金额,备注\nA-1,100,=cmd|' /C calc'!A0\nA-2,200,@SUM(1+1)*cmd|x\n".encode,
    "a page that wants more": PAGE.encode,
}
