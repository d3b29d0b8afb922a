"""The looks of list and marks, added behind those that a workbook has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sources.workbooks.returns_xml import Node, Splices, TroubleError, prefixed, root_of

if TYPE_CHECKING:
    from sources.workbooks.returns_package import Packed

STYLES_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
STYLES_PATH = "xl/styles.xml"
REFERRED = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


def graft_styles(packed: Packed, drawn: Packed) -> tuple[int, int]:
    """By how much the numbers of the drawn cells' looks, and of the drawn rules' looks, are higher in the workbook."""
    new_xml = drawn.read(STYLES_PATH)
    relation = packed.relation(packed.workbook, "styles")
    if relation is None or relation.target not in packed:
        path = packed.free("xl/yishuStyles{}.xml")
        packed.put(path, new_xml)
        packed.declare(path, STYLES_KIND)
        packed.relate(packed.workbook, "styles", target=path)
        return 0, 0
    text, new = Splices(packed.read(relation.target)), root_of(new_xml)
    root = root_of(text.xml)
    behind = {name: _count(root, name) for name in REFERRED.values()}
    for name in REFERRED.values():
        _append(text, root, name, added=_inner(new_xml, new, name), count=behind[name] + _count(new, name))
    looks = _inner(new_xml, new, "cellXfs")
    for key, name in REFERRED.items():
        looks = _moved(looks, key, by=behind[name])
    cells, rules = _count(root, "cellXfs"), _count(root, "dxfs")
    _append(text, root, "cellXfs", added=looks, count=cells + _count(new, "cellXfs"))
    _append_rules(text, root, added=_inner(new_xml, new, "dxfs"), count=rules + _count(new, "dxfs"))
    packed.put(relation.target, text.done())
    return cells, rules


def _moved(looks: bytes, key: str, *, by: int) -> bytes:
    """The looks with every number of this kind of part higher by as many as stand before."""

    def higher(match: re.Match[bytes]) -> bytes:
        return b'%s"%d"' % (match[1], int(match[2]) + by)

    return re.sub(rf'\b({key}=)"(\d+)"'.encode(), higher, looks)


def _append(text: Splices, root: Node, name: str, *, added: bytes, count: int) -> None:
    node = root.child(name)
    if node is None:
        raise TroubleError(f"styles without {name}")
    if "count" in node.attributes and node.closing < node.end:
        text.attribute(node, "count", value=str(count))
    text.append(node, prefixed(added, root.prefix))


def _append_rules(text: Splices, root: Node, *, added: bytes, count: int) -> None:
    node = root.child("dxfs")
    if node is not None and node.closing < node.end:
        _append(text, root, "dxfs", added=added, count=count)
        return
    tag = f"{root.prefix}dxfs"
    whole = f'<{tag} count="{count}">'.encode() + prefixed(added, root.prefix) + f"</{tag}>".encode()
    if node is not None:
        text.replace(node.start, node.end, text=whole)
        return
    before = ("tableStyles", "colors", "extLst")
    text.put(next((child.start for child in root.children if child.name in before), root.closing), whole)


def _count(root: Node, name: str) -> int:
    node = root.child(name)
    return len(node.children) if node else 0


def _inner(xml: bytes, root: Node, name: str) -> bytes:
    node = root.child(name)
    return xml[node.inside : node.closing] if node else b""
