"""Cases of the corpus become files: a drawing, one line a row and `|` between cells, written as some program writes it.

A cell: `12` a number, `'12` a text, `@2024-03-05` a day, `~~word~~` struck through, `=SUM(B2:B4)` a formula without
a value, `=SUM(B2:B4) -> 6` one with it, `\\n` a line feed, `.` or nothing an empty cell, `_` a space.
"""

import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
import xlwt

from tests.corpus import packages
from tests.sources.formats import biff2, biff5, compound, spreadsheetml, strict

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Formula:
    text: str
    value: object = None


@dataclass(frozen=True)
class Struck:
    value: object


def cells_of(drawing):
    """The rows of a drawing."""
    return [[cell_of(cell.strip()) for cell in line.split("|")] for line in drawing.strip("\n").splitlines()]


def cell_of(text):
    """One cell of a drawing."""
    if text in ("", "."):
        return None
    if text.startswith("~~"):
        return Struck(cell_of(text.strip("~")))
    if text.startswith("="):
        formula, _, value = text.partition(" -> ")
        return Formula(formula, cell_of(value) if value else None)
    if text.startswith("@"):
        return dt.date.fromisoformat(text[1:])
    if text.startswith("'"):
        return text[1:].replace("_", " ")
    if NUMBER.fullmatch(text):
        return float(text) if re.search(r"[.eE]", text) else int(text)
    return text.replace("\\n", "\n").replace("_", " ")


def sheets_of(case):
    """The sheets of a case by name; one that names none is called 台账."""
    drawn = case["draw"] if isinstance(case["draw"], dict) else {"台账": case["draw"]}
    return {name: cells_of(drawing) for name, drawing in drawn.items()}


def file_of(case):
    """The bytes of a case."""
    if "file" in case:
        return (Path(__file__).parent / "files" / case["file"]).read_bytes()
    if "made_by" in case:
        return packages.MAKERS[case["made_by"]]()
    return WRITERS[case.get("as", "xlsx")](case)


def _ranges(case, sheet):
    merged = case.get("merged", [])
    return merged.get(sheet, []) if isinstance(merged, dict) else merged


def xlsx(case):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": case.get("epoch", 1900) == 1904})
    day, struck = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"font_strikeout": True})
    for name, rows in sheets_of(case).items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows, start=case.get("first_row", 1) - 1):
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, day=day, struck=struck)
        for cells in _ranges(case, name):
            first = cells.split(":")[0]
            value = next((v for r, line in enumerate(rows) for c, v in enumerate(line) if _a1(r, c) == first), "")
            sheet.merge_range(cells, "" if value is None else value)
        for row in case.get("hidden_rows", ()):
            sheet.set_row(row - 1, None, None, {"hidden": True})
        for columns in case.get("hidden_columns", ()):
            sheet.set_column(columns, None, None, {"hidden": True})
        if name in case.get("hidden_sheets", ()):
            sheet.hide()
        if name in case.get("very_hidden_sheets", ()):
            sheet.very_hidden()
    book.close()
    return buffer.getvalue()


def _a1(row, column):
    return f"{chr(65 + column)}{row + 1}"


def _write(sheet, row, column, cell, *, day, struck):
    match cell:
        case None:
            return
        case Formula(text, value):
            sheet.write_formula(row, column, text, None, "" if value is None else value)
        case Struck(value):
            sheet.write(row, column, value, struck)
        case dt.date():
            sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
        case str():
            sheet.write_string(row, column, cell)
        case _:
            sheet.write_number(row, column, cell)


def xls(case):
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    struck = xlwt.easyxf("font: struck_out on")
    for name, rows in sheets_of(case).items():
        sheet = book.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, Struck):
                    sheet.write(row, column, cell.value, struck)
                elif isinstance(cell, dt.date):
                    sheet.write(row, column, cell, day)
                elif isinstance(cell, Formula):
                    sheet.write(row, column, xlwt.Formula(cell.text[1:]))
                elif cell is not None:
                    sheet.write(row, column, cell)
        for row in case.get("hidden_rows", ()):
            sheet.row(row - 1).hidden = True
        for columns in case.get("hidden_columns", ()):
            sheet.col(ord(columns[0]) - 65).hidden = True
        if name in case.get("hidden_sheets", ()):
            sheet.visibility = 1
        for cells in _ranges(case, name):
            (left, top), (right, bottom) = ((ord(it[0]) - 65, int(it[1:]) - 1) for it in cells.split(":"))
            sheet.merge(top, bottom, left, right)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def plain(cell):
    """The cell as a program writes it into text."""
    match cell:
        case None:
            return ""
        case Struck(value) | Formula(_, value):
            return plain(value)
    return str(cell)


def delimited(case):
    """Text with a delimiter; a cell with a line feed, quote or delimiter is quoted."""
    mark = case.get("delimiter", ",").replace("tab", "\t")
    (rows,) = sheets_of(case).values()

    def quoted(text):
        return '"' + text.replace('"', '""') + '"' if re.search(f'[\n"{re.escape(mark)}]', text) else text

    text = case.get("head", "") + "\r\n".join(mark.join(quoted(plain(cell)) for cell in row) for row in rows) + "\r\n"
    return text.encode(case.get("encoding", "utf-8"))


def _xml_text(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "&#10;")


def xml_2003(case):
    (rows,) = sheets_of(case).values()
    lines = []
    for cells in rows:
        drawn = []
        for column, cell in enumerate(cells, start=1):
            if cell is not None:
                kind = "Number" if isinstance(cell, (int, float)) else "String"
                text = _xml_text(plain(cell))
                drawn.append(f'<Cell ss:Index="{column}"><Data ss:Type="{kind}">{text}</Data></Cell>')
        lines.append(f"<Row>{''.join(drawn)}</Row>")
    return spreadsheetml("".join(lines), encoding=case.get("encoding", "utf-8"))


def web_page(case):
    (rows,) = sheets_of(case).values()
    lines = "".join("<tr>" + "".join(f"<td>{_xml_text(plain(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    encoding = case.get("encoding", "utf-8")
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">'
    return f"<html><head>{head}</head><body><table border=1>{lines}</table></body></html>".encode(encoding)


def _only(case):
    (rows,) = sheets_of(case).values()
    return [["" if cell is None else cell for cell in row] for row in rows]


def wps(case):
    """A spreadsheet of WPS: the records of Excel 97 in a compound file, under the name .et."""
    return xls(case)


WRITERS = {
    "xlsx": xlsx,
    "xls": xls,
    "et": wps,
    "strict": lambda case: strict(xlsx(case)),
    "excel 2": lambda case: biff2(_only(case)),
    "excel 3": lambda case: packages.biff34(_only(case), version=3),
    "excel 4": lambda case: packages.biff34(_only(case), version=4),
    "excel 95": lambda case: biff5(_only(case)),
    "stream": lambda case: compound(packages.stream_of(xls(case))),
    "text": delimited,
    "xml 2003": xml_2003,
    "web page": web_page,
    "mhtml": lambda case: packages.mhtml(web_page(case)),
    "ods": lambda case: packages.ods(sheets_of(case), hidden=case.get("hidden_rows", ())),
    "fods": lambda case: packages.fods(sheets_of(case)),
    "xlsb": lambda case: packages.xlsb(sheets_of(case), hidden=case.get("hidden_rows", ())),
}
