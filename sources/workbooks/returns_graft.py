"""The list and the marks put into a workbook as it was received: whatever is not theirs stays as it is, to the byte.

xlsxwriter draws list, marks and comments in a workbook of their own; what it wrote is moved over from there. A mark is
a rule of conditional formatting and a comment, so that no cell, style or formula has to be touched.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from sources.reading.returned import PROPERTIES, PROPERTY, without_list
from sources.workbooks.returns import by_sheet
from sources.workbooks.returns_comments import graft_comments
from sources.workbooks.returns_package import Packed, SheetPart, sheet_nodes
from sources.workbooks.returns_pen import draw_marks
from sources.workbooks.returns_strip import strip
from sources.workbooks.returns_styles import graft_styles
from sources.workbooks.returns_xml import Node, Splices, TroubleError, prefixed, root_of

if TYPE_CHECKING:
    from sources.formats.grid import Workbook
    from sources.workbooks.returns import Order, ReturnWords

SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
PROPERTIES_KIND = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES_BASE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LIST_PATH = "xl/worksheets/yishu{}.xml"
LONGEST_NAME = 31
# What may stand on a sheet behind its conditional formatting; and behind the reference to its comments' shapes.
BEHIND_SHAPES = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
BEHIND_RULES = (
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks",
    "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
    *BEHIND_SHAPES,
)  # fmt: skip
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(?:/>|>.*</\1sheetData\s*>)", re.DOTALL)
_SHARED = re.compile(rb'<c r="([A-Z]+\d+)"( s="\d+")? t="s"><v>(\d+)</v></c>')
_STYLED = re.compile(rb'(<(?:c|row|col)\b[^>]*?\s(?:s|style)=")(\d+)"')
_RULE_NUMBER = re.compile(rb'(<(?:\w+:)?cfRule\b[^>]*?\spriority=")(\d+)"')
_DXF_NUMBER = re.compile(rb'\bdxfId="(\d+)"')
_RULES = re.compile(rb"<conditionalFormatting\b.*</conditionalFormatting>", re.DOTALL)
_EMPTY_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    b'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"></Properties>'
)


class NotGraftedError(Exception):
    """The package is not built as it should be, so nothing can be put into it."""


def graft(
    content: bytes,
    book: Workbook,
    order: Order,
    words: ReturnWords,
    *,
    values: Mapping[tuple[str, str], str],
    kept: str = "",
) -> tuple[bytes, str]:
    """The workbook with list and marks, and the ending that fits it; marks of an earlier 退回单 are taken off first."""
    try:
        packed = Packed.of(content)
        own = {sheet.name for sheet in without_list(book.sheets, content).sheets}
        strip(packed, lists={sheet.name for sheet in book.sheets} - own)
        return _grafted(packed, order, words, values=values, kept=kept), packed.suffix
    except (TroubleError, LookupError, StopIteration, ValueError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise NotGraftedError(str(error)) from error


def _grafted(
    packed: Packed, order: Order, words: ReturnWords, *, values: Mapping[tuple[str, str], str], kept: str
) -> bytes:
    sheets = packed.sheets()
    places = by_sheet(order.problems)
    marked = [sheet for sheet in sheets if sheet.cells and sheet.name in places]
    name = _free_name(words.sheet, {sheet.name.casefold() for sheet in sheets})
    drawn = Packed.of(
        draw_marks(
            order,
            words,
            name=name,
            marked=[(places[sheet.name], _widths(packed.read(sheet.path))) for sheet in marked],
            values=values,
            sheets=[sheet.name for sheet in sheets],
            kept=kept,
        )
    )
    cells, rules = graft_styles(packed, drawn)
    for sheet in sheets:
        _unselect(packed, sheet)
    _add_list(packed, drawn, name=name, cells=cells)
    for sheet, of in zip(marked, drawn.sheets()[1:], strict=True):
        _mark(packed, sheet, drawn.read(of.path), rules=rules)
        shapes = graft_comments(packed, sheet, drawn, of, places=places[sheet.name])
        if shapes:
            _refer_to_shapes(packed, sheet, shapes)
    _say_number(packed, order.number)
    return packed.content()


def _free_name(wanted: str, taken: set[str]) -> str:
    names = (wanted if number == 1 else f"{wanted}{number}" for number in range(1, len(taken) + 3))
    return next(name for name in names if name.casefold() not in taken)


def _around(xml: bytes) -> tuple[bytes, bytes, int]:
    """The sheet with its cells taken out, the cells, and where they stood: there may be a million of them."""
    match = _DATA.search(xml)
    if match is None:
        return xml, b"", 0
    hollow = b"<" + match[1] + b"sheetData/>"
    return xml[: match.start()] + hollow + xml[match.end() :], match[0], match.start()


def _filled(hollow: bytes, data: bytes) -> bytes:
    return re.sub(rb"<(?:\w+:)?sheetData/>", lambda _: data, hollow, count=1) if data else hollow


def _widths(xml: bytes) -> dict[int, float]:
    """The widths of the first columns, which comments are placed by."""
    widths = {}
    root = root_of(_around(xml)[0])
    for node in root.all("col"):
        said = node.attributes
        for column in range(int(said["min"]), min(int(said["max"]), 200) + 1):
            widths[column - 1] = 0.0 if said.get("hidden") in ("1", "true") else float(said.get("width", 9))
    return widths


def _unselect(packed: Packed, sheet: SheetPart) -> None:
    """Only the list is selected: what is typed while several sheets are selected goes into all of them."""
    hollow, data, _ = _around(packed.read(sheet.path))
    text = Splices(hollow)
    views = [view for view in root_of(hollow).all("sheetView") if view.attributes.get("tabSelected") in ("1", "true")]
    for view in views:
        text.attribute(view, "tabSelected", value="0")
    if views:
        packed.put(sheet.path, _filled(text.done(), data))


def _mark(packed: Packed, sheet: SheetPart, drawn: bytes, *, rules: int) -> None:
    """The rules of the drawn sheet before all others of this one."""
    match = _RULES.search(drawn)
    if match is None:
        return
    hollow, data, _ = _around(packed.read(sheet.path))
    own = _DXF_NUMBER.sub(lambda number: b'dxfId="%d"' % (int(number[1]) + rules), match[0])
    ahead = len(_RULE_NUMBER.findall(own))
    hollow = _RULE_NUMBER.sub(lambda rule: b'%s%d"' % (rule[1], int(rule[2]) + ahead), hollow)
    root = root_of(hollow)
    text = Splices(hollow)
    text.put(_place_before(root, ("conditionalFormatting", *BEHIND_RULES)), prefixed(own, root.prefix))
    packed.put(sheet.path, _filled(text.done(), data))


def _refer_to_shapes(packed: Packed, sheet: SheetPart, identity: str) -> None:
    hollow, data, _ = _around(packed.read(sheet.path))
    root = root_of(hollow)
    text = Splices(hollow)
    base = f'xmlns:yr="{packed.base}"'
    shapes = f"<{root.prefix}legacyDrawing {base} yr:id={quoteattr(identity)}/>".encode()
    text.put(_place_before(root, BEHIND_SHAPES), shapes)
    packed.put(sheet.path, _filled(text.done(), data))


def _place_before(root: Node, names: tuple[str, ...]) -> int:
    return next((child.start for child in root.children if child.name in names), root.closing)


def _add_list(packed: Packed, drawn: Packed, *, name: str, cells: int) -> None:
    """The list is a part of the package and the first sheet."""
    workbook = packed.workbook
    root = root_of(packed.read(workbook))
    path = packed.free(LIST_PATH)
    xml = _inlined(drawn.read(drawn.sheets()[0].path), drawn.read("xl/sharedStrings.xml"))
    xml = _STYLED.sub(lambda style: b'%s%d"' % (style[1], int(style[2]) + cells), xml)
    xml = xml.replace(TRANSITIONAL, root.namespace.encode()).replace(drawn.base.encode(), packed.base.encode())
    packed.put(path, xml)
    packed.declare(path, SHEET_KIND)
    identity = packed.relate(workbook, "worksheet", target=path)
    nodes = sheet_nodes(root)
    number = max((int(node.attributes["sheetId"]) for node in nodes), default=0) + 1
    named_by = next(key for key in nodes[0].attributes if key.endswith(":id"))
    said = f'name={quoteattr(name)} sheetId="{number}" {named_by}={quoteattr(identity)}'
    text = Splices(packed.read(workbook))
    text.put(nodes[0].start, f"<{nodes[0].prefix}sheet {said}/>".encode())
    for view in root.all("workbookView"):
        for key in ("activeTab", "firstSheet"):
            if key in view.attributes:
                text.attribute(view, key, value="0")
    _name_ranges(text, root, drawn)
    packed.put(workbook, text.done())


def _name_ranges(text: Splices, root: Node, drawn: Packed) -> None:
    """The list's print titles beside the names that are there, whose sheets all moved on by one."""
    new_text = drawn.read(drawn.workbook)
    new = root_of(new_text).child("definedNames")
    inner = prefixed(new_text[new.inside : new.closing], root.prefix) if new else b""
    names = root.child("definedNames")
    if names is None:
        before = ("calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
                  "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst")  # fmt: skip
        tag = f"{root.prefix}definedNames".encode()
        text.put(_place_before(root, before), b"<" + tag + b">" + inner + b"</" + tag + b">")
        return
    for node in names.named("definedName"):
        if "localSheetId" in node.attributes:
            text.attribute(node, "localSheetId", value=str(int(node.attributes["localSheetId"]) + 1))
    text.append(names, inner)


def _inlined(sheet: bytes, strings: bytes) -> bytes:
    """The sheet with its texts in the cells themselves."""
    texts = [strings[node.inside : node.closing] for node in root_of(strings).named("si")]

    def cell(match: re.Match[bytes]) -> bytes:
        style = match[2] or b""
        return b'<c r="%s"%s t="inlineStr"><is>%s</is></c>' % (match[1], style, texts[int(match[3])])

    return _SHARED.sub(cell, sheet)


def _say_number(packed: Packed, number: str) -> None:
    """The number is a property of the document, which the programs that clerks use keep."""
    if PROPERTIES not in packed:
        packed.put(PROPERTIES, _EMPTY_PROPERTIES)
        packed.declare(PROPERTIES, PROPERTIES_KIND)
        packed.relate("", "custom-properties", target=PROPERTIES, base=PROPERTIES_BASE)
    text = Splices(packed.read(PROPERTIES))
    root = root_of(text.xml)
    taken = [1]
    for node in root.named("property"):
        taken.append(int(node.attributes.get("pid", "1")))
        if node.attributes.get("name") == PROPERTY:
            text.replace(node.start, node.end)
    types = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    said = (
        f'<{root.prefix}property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{max(taken) + 1}" '
        f'name="{PROPERTY}"><yt:lpwstr xmlns:yt="{types}">{number}</yt:lpwstr></{root.prefix}property>'
    )
    text.append(root, said.encode())
    packed.put(PROPERTIES, text.done())
