"""Files of kinds that no library here writes, put together byte by byte."""

import io
import struct
import zipfile

import xlwt
from xlwt.CompoundDoc import XlsDoc

STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
XML_HEAD = '<?xml version="1.0" encoding="{}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
XML_SPACES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)


def repacked(content, change):
    """The zip file with each part as `change(name, bytes)` gives it; a part that becomes None is left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = change(name, before.read(name))
            if part is not None:
                after.writestr(name, part)
    return buffer.getvalue()


def strict(content):
    """An xlsx file with the namespaces of ISO 29500 Strict."""

    def change(_name, part):
        for transitional, iso in STRICT.items():
            part = part.replace(transitional, iso)
        return part

    return repacked(content, change)


def spreadsheetml(table, *, encoding="utf-8", head=None, after=""):
    """A workbook of one sheet in the XML of 2003."""
    sheet = f'<Worksheet ss:Name="台账"><Table>{table}</Table>{after}</Worksheet>'
    text = (head if head is not None else XML_HEAD.format(encoding)) + f"<Workbook {XML_SPACES}>{sheet}</Workbook>"
    return text.encode("gb18030" if encoding == "gb2312" else encoding)


def compound(stream, *, name="Workbook"):
    """An OLE compound file with one stream."""
    buffer = io.BytesIO()
    XlsDoc().save(buffer, stream)
    entry = "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 18)
    renamed = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)
    content = buffer.getvalue()
    assert content.count(entry) == 1
    return content.replace(entry, renamed)


def biff5(rows, *, codepage=936):
    """A workbook of Excel 95 with one sheet: texts in a code page, numbers as doubles."""

    def record(kind, body=b""):
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row, column, value):
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            text = value.encode("gb18030")
            return record(0x0204, place + struct.pack("<H", len(text)) + text)
        return record(0x0203, place + struct.pack("<d", value))

    name = "台账".encode("gb18030")
    cells = b"".join(cell(row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line))
    size = record(0x0200, struct.pack("<HHHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    sheet = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0)) + size + cells + record(0x000A)
    start = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0)) + record(0x0042, struct.pack("<H", codepage))
    bound = 4 + 4 + 2 + 1 + len(name)
    offset = len(start) + bound + 4
    book = start + record(0x0085, struct.pack("<IHB", offset, 0, len(name)) + name) + record(0x000A)
    # The stream must fill a few sectors to be kept as one that is not small.
    return compound((book + sheet).ljust(4608, b"\0"), name="Book")


def xls(rows, *, sheet="台账"):
    """A workbook of Excel 97."""
    workbook = xlwt.Workbook()
    drawn = workbook.add_sheet(sheet)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            drawn.write(row, column, cell)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def biff2(rows):
    """A bare stream of records as programs before Excel 3 write: no compound file, no code page, one sheet."""

    def record(kind, body=b""):
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row, column, value):
        place = struct.pack("<HH", row, column) + (b"\0\1\0" if isinstance(value, int) else b"\0\0\0")
        if isinstance(value, str):
            text = value.encode("gb18030")
            return record(0x0004, place + bytes([len(text)]) + text)
        if isinstance(value, int):
            return record(0x0002, place + struct.pack("<H", value))
        return record(0x0003, place + struct.pack("<d", value))

    formats = record(0x001E, b"\7General") + record(0x001E, b"\12yyyy-mm-dd")
    cells = b"".join(cell(row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line))
    return record(0x0009, struct.pack("<HH", 2, 0x0010)) + formats + cells + record(0x000A)
