"""Comments moved from a drawn sheet to one that may have comments of its own, which stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from sources.reading.returned import COMMENT
from sources.workbooks.returns_xml import Node, Splices, TroubleError, in_utf8, prefixed, root_of

if TYPE_CHECKING:
    from sources.workbooks.returns_package import Packed, Relation, SheetPart

COMMENTS_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
SHAPES_KIND = "application/vnd.openxmlformats-officedocument.vmlDrawing"
TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Shapes are numbered in blocks of this many, and no two drawings of a workbook share a block.
BLOCK = 1024
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_BLOCKS = re.compile(rb"(<o:idmap\b[^>]*?\bdata=[\"'])([\d,]+)")
_SHAPES_ID = re.compile(rb"<(?:\w+:)?legacyDrawing\s[^>]*?:id=[\"']([^\"']+)")
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_SHAPE_TYPE = re.compile(rb"<v:shapetype\b[^>]*_x0000_t202\".*?</v:shapetype>", re.DOTALL)
_ROW, _COLUMN = re.compile(rb"<x:Row>(\d+)</x:Row>"), re.compile(rb"<x:Column>(\d+)</x:Column>")
_A1 = re.compile(r"([A-Z]+)(\d+)")


def graft_comments(packed: Packed, sheet: SheetPart, drawn: Packed, of: SheetPart, *, places: Mapping[str, Any]) -> str:
    """The drawn sheet's comments are this sheet's too; gives the id of their shapes where the sheet must name it."""
    comments, shapes = drawn.relation(of.path, "comments"), drawn.relation(of.path, "vmlDrawing")
    if comments is None or shapes is None or not places:
        return ""
    new, new_shapes = drawn.read(comments.target), _renumbered(drawn.read(shapes.target), by=_highest_block(packed))
    present = packed.relation(sheet.path, "comments")
    if present is None:
        path = packed.free("xl/yishuComments{}.xml")
        packed.put(path, new.replace(TRANSITIONAL, _namespace(packed)))
        packed.declare(path, COMMENTS_KIND)
        packed.relate(sheet.path, "comments", target=path)
        taken: set[str] = set()
    else:
        text, taken = _merged(packed.read(present.target), new)
        packed.put(present.target, text)
    return _add_shapes(packed, sheet, new_shapes, taken=taken)


def _namespace(packed: Packed) -> bytes:
    return root_of(packed.read(packed.workbook)).namespace.encode() or TRANSITIONAL


def _merged(present: bytes, new: bytes) -> tuple[bytes, set[str]]:
    """Both texts in one; where a cell has a comment, ours stands below it. Gives the cells that had one."""
    text, root, added = Splices(present), root_of(present), root_of(new)
    authors, listed = root.child("authors"), root.child("commentList")
    if authors is None or listed is None:
        raise TroubleError("comments without authors")
    author = len(authors.children)
    new_authors = added.child("authors")
    if new_authors is not None:
        text.append(authors, prefixed(new[new_authors.inside : new_authors.closing], root.prefix))
    own = {node.attributes.get("ref", ""): node for node in listed.named("comment")}
    for node in added.all("comment"):
        before = own.get(node.attributes["ref"])
        said = next(node.all("text"))
        if before is None:
            fresh = new[node.start : node.end].replace(b'authorId="0"', f'authorId="{author}"'.encode(), 1)
            text.append(listed, prefixed(fresh, root.prefix))
        elif (place := next(before.all("text"), None)) is not None:
            below = escape("\n" + words_of(new, said)).encode()
            run = b'<r><t xml:space="preserve">' + below + b"</t></r>"
            text.append(place, prefixed(run, root.prefix))
    return text.done(), set(own)


def words_of(xml: bytes, node: Node) -> str:
    """All that a comment says."""
    from html import unescape

    return "".join(unescape(xml[t.inside : t.closing].decode()) for t in node.all("t"))


def _add_shapes(packed: Packed, sheet: SheetPart, new: bytes, *, taken: set[str]) -> str:
    """The shapes in the sheet's drawing; the id of a new drawing, '' where there was one."""
    if taken:
        new = _SHAPE.sub(lambda shape: b"" if place_of(shape[0]) in taken else shape[0], new)
    relation = shapes_of(packed, sheet)
    if relation is None:
        path = packed.free("xl/drawings/yishuShapes{}.vml")
        packed.put(path, new)
        packed.declare_ending("vml", SHAPES_KIND)
        return packed.relate(sheet.path, "vmlDrawing", target=path)
    present = in_utf8(packed.read(relation.target))
    shapes = b"".join(_SHAPE.findall(new))
    if b"_x0000_t202" not in present and (kind := _SHAPE_TYPE.search(new)):
        shapes = kind[0] + shapes
    blocks = _BLOCKS.search(new)
    if blocks:
        present = _BLOCKS.sub(lambda own: own[1] + own[2] + b"," + blocks[2], present, count=1)
    at = present.rindex(b"</xml>")
    packed.put(relation.target, present[:at] + shapes + present[at:])
    return ""


def shapes_of(packed: Packed, sheet: SheetPart) -> Relation | None:
    """The drawing that the sheet's comments have their shapes in; another one may hold pictures of its header."""
    named = _SHAPES_ID.search(packed.read(sheet.path))
    known = {each.id: each for each in packed.relations(sheet.path)}
    return known.get(named[1].decode()) if named else None


def place_of(shape: bytes) -> str:
    """The cell that a comment's shape belongs to; '' where it belongs to none."""
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if row is None or column is None:
        return ""
    letters, number = "", int(column[1]) + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{int(row[1]) + 1}"


def _highest_block(packed: Packed) -> int:
    found = [0]
    for name in packed.names:
        if name.lower().endswith(".vml"):
            for match in _BLOCKS.finditer(packed.read(name)):
                found += map(int, filter(None, match[2].split(b",")))
    return max(found)


def _renumbered(shapes: bytes, *, by: int) -> bytes:
    shapes = _SHAPE_NUMBER.sub(lambda number: b"_x0000_s%d" % (int(number[1]) + by * BLOCK), shapes)
    return _BLOCKS.sub(
        lambda own: own[1] + b",".join(b"%d" % (int(block) + by) for block in own[2].split(b",")), shapes
    )


def without_ours(comments: bytes) -> tuple[bytes, set[str]]:
    """The comments that are not ours, and the cells that now have none; ours below another's words are cut off."""
    text, root, bare = Splices(comments), root_of(comments), set()
    for node in root.all("comment"):
        said = next(node.all("text"), None)
        words = words_of(comments, said) if said else ""
        at = words.find(COMMENT)
        if at < 0 or said is None:
            continue
        if rest := words[:at].rstrip():
            kept = f'<{root.prefix}t xml:space="preserve">{escape(rest)}</{root.prefix}t>'
            text.replace(said.inside, said.closing, text=kept.encode())
        else:
            text.replace(node.start, node.end)
            bare.add(node.attributes.get("ref", ""))
    return text.done(), bare


def without_shapes(shapes: bytes, cells: set[str]) -> bytes:
    """The drawing without the shapes of these cells' comments."""
    return _SHAPE.sub(lambda shape: b"" if place_of(shape[0]) in cells else shape[0], shapes)
