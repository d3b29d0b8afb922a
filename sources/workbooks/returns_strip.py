"""An earlier 退回单's list and marks taken off a workbook, so that a new one can be put on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sources.reading.returned import RULE
from sources.workbooks.returns_comments import shapes_of, without_ours, without_shapes
from sources.workbooks.returns_package import identity_of, sheet_nodes
from sources.workbooks.returns_xml import Splices, root_of

if TYPE_CHECKING:
    from sources.workbooks.returns_package import Packed, SheetPart

_FORMATTING = re.compile(
    rb"<((?:\w+:)?)conditionalFormatting\b[^>]*>(?:(?!</\1conditionalFormatting>).)*</\1conditionalFormatting>",
    re.DOTALL,
)
_CF_RULE = re.compile(rb"<((?:\w+:)?)cfRule\b[^>]*?(?:/>|>(?:(?!</\1cfRule>).)*</\1cfRule>)", re.DOTALL)


def strip(packed: Packed, *, lists: set[str]) -> None:
    """The package without the sheets called `lists` and without any mark of ours; nothing where there is none."""
    if lists:
        _drop_lists(packed, lists)
    for sheet in packed.sheets():
        if sheet.cells:
            _strip_rules(packed, sheet)
            _strip_comments(packed, sheet)


def _drop_lists(packed: Packed, lists: set[str]) -> None:
    workbook = packed.workbook
    parts = {sheet.relation: sheet.path for sheet in packed.sheets()}
    text = Splices(packed.read(workbook))
    root = root_of(text.xml)
    nodes = sheet_nodes(root)
    gone = [at for at, node in enumerate(nodes) if node.attributes["name"] in lists]
    for at in gone:
        text.replace(nodes[at].start, nodes[at].end)
    for node in root.all("definedName"):
        if (local := node.attributes.get("localSheetId")) is None:
            continue
        if int(local) in gone:
            text.replace(node.start, node.end)
        else:
            moved = int(local) - sum(at < int(local) for at in gone)
            text.attribute(node, "localSheetId", value=str(moved))
    packed.put(workbook, text.done())
    for at in gone:
        identity = identity_of(nodes[at])
        packed.unrelate(workbook, identity)
        packed.drop(parts[identity])


def _strip_rules(packed: Packed, sheet: SheetPart) -> None:
    xml = packed.read(sheet.path)
    if RULE.encode() not in xml:
        return

    def formatting(match: re.Match[bytes]) -> bytes:
        if RULE.encode() not in match[0]:
            return match[0]
        kept = _CF_RULE.sub(lambda rule: b"" if RULE.encode() in rule[0] else rule[0], match[0])
        return kept if b"cfRule" in kept else b""

    packed.put(sheet.path, _FORMATTING.sub(formatting, xml))


def _strip_comments(packed: Packed, sheet: SheetPart) -> None:
    comments, shapes = packed.relation(sheet.path, "comments"), shapes_of(packed, sheet)
    if comments is None or comments.target not in packed:
        return
    text, bare = without_ours(packed.read(comments.target))
    packed.put(comments.target, text)
    if bare and shapes is not None and shapes.target in packed:
        packed.put(shapes.target, without_shapes(packed.read(shapes.target), bare))
