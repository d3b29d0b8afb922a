"""XML that is changed at a few places and left alone, byte for byte, at all others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

_START = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_DECLARED = re.compile(rb"^(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']")
_BARE_TAG = re.compile(rb"<(/?)([A-Za-z][\w.-]*)(?=[\s/>])")


class TroubleError(Exception):
    """The XML is not what it should be."""


@dataclass(slots=True)
class Node:
    """An element: its tag as written, its attributes, and where it stands: `<a …>` … `</a>`."""

    tag: str
    attributes: dict[str, str]
    start: int
    inside: int = 0
    closing: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The tag without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or nothing."""
        return self.tag[: len(self.tag) - len(self.name)]

    @property
    def namespace(self) -> str:
        """The namespace that the element itself declares for its prefix."""
        key = f"xmlns:{self.prefix[:-1]}" if self.prefix else "xmlns"
        return self.attributes.get(key, "")

    def child(self, name: str) -> Node | None:
        """The first child of this name."""
        return next(self.named(name), None)

    def named(self, name: str) -> Iterator[Node]:
        """All children of this name."""
        return (child for child in self.children if child.name == name)

    def all(self, name: str) -> Iterator[Node]:
        """All elements of this name below, in the order of the text."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)


def root_of(xml: bytes) -> Node:
    """The whole tree; a TroubleError where there is none, or where a document type would be declared."""
    parser = expat.ParserCreate()
    above = Node("", {}, 0)
    open_nodes = [above]

    def start(tag: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        match = _START.match(xml, at)
        if match is None:
            raise TroubleError("a tag without an end")
        node = Node(tag, attributes, at, inside=match.end())
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(tag: str) -> None:
        del tag
        node = open_nodes.pop()
        if xml[node.inside - 2 : node.inside] == b"/>":
            node.closing = node.end = node.inside
        else:
            node.closing = parser.CurrentByteIndex
            node.end = xml.index(b">", node.closing) + 1

    def doctype(*_: object) -> None:
        raise TroubleError("a document type")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise TroubleError(str(error)) from error
    return above.children[0]


def in_utf8(xml: bytes) -> bytes:
    """The text in UTF-8, whatever it was in, so that places in it are places in bytes that we write."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = xml.decode("utf-16").encode()
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    match = re.match(rb"^<\?xml[^>]*?encoding=[\"']([^\"']*)[\"']", xml)
    if match and match[1].lower() not in (b"utf-8", b"utf-16", b"us-ascii"):
        xml = xml.decode(match[1].decode()).encode()
    if match and match[1].lower() != b"utf-8":
        xml = _DECLARED.sub(rb'\1 encoding="UTF-8"', xml)
    return xml


class Splices:
    """Changes to one text, gathered by place and made at once."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self._changes: list[tuple[int, int, bytes]] = []

    def put(self, at: int, text: bytes) -> None:
        """Insert the text at a place; what is put at the same place later stands behind it."""
        self._changes.append((at, at, text))

    def replace(self, start: int, end: int, *, text: bytes = b"") -> None:
        """Put the text in the place of what stood there."""
        self._changes.append((start, end, text))

    def attribute(self, node: Node, name: str, *, value: str) -> None:
        """Set one attribute of the element."""
        tag = self.xml[node.start : node.inside]
        said = f" {name}={quoteattr(value)}".encode()
        present = re.search(rf"\s{re.escape(name)}\s*=\s*(?:\"[^\"]*\"|'[^']*')".encode(), tag)
        if present:
            self.replace(node.start + present.start(), node.start + present.end(), text=said)
        else:
            self.put(node.inside - (2 if tag.endswith(b"/>") else 1), said)

    def append(self, node: Node, text: bytes) -> None:
        """Put the text behind the last child; an element without any is opened for it."""
        if node.closing < node.end:
            self.put(node.closing, text)
        else:
            self.replace(node.inside - 2, node.inside, text=b">" + text + f"</{node.tag}>".encode())

    def done(self) -> bytes:
        """The text with every change made."""
        parts, at = [], 0
        for start, end, text in sorted(self._changes, key=lambda change: change[:2]):
            parts += [self.xml[at:start], text]
            at = max(at, end)
        return b"".join([*parts, self.xml[at:]])


def prefixed(xml: bytes, prefix: str) -> bytes:
    """A fragment without prefixes as a document writes it that has one for the same namespace."""
    if not prefix:
        return xml
    return _BARE_TAG.sub(lambda match: b"<" + match[1] + prefix.encode() + match[2], xml)
