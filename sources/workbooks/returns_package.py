"""The package of an .xlsx: its parts, how they refer to each other, and a new one written with the others untouched."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from sources.formats.ooxml import Package
from sources.workbooks.returns_xml import Node, Splices, TroubleError, in_utf8, root_of

TYPES, TOP = "[Content_Types].xml", "_rels/.rels"
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_EMPTY_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: by which id, as what, in which part."""

    id: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet of the workbook: name, part, and whether it holds cells."""

    name: str
    path: str
    relation: str
    cells: bool


@dataclass
class Packed:
    """An opened package; parts that were put or dropped are so in what `content` gives."""

    archive: zipfile.ZipFile
    changed: dict[str, bytes | None] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> Packed:
        """The package; one that must not be unpacked is trouble."""
        if (package := Package(content)).trouble:
            raise TroubleError(package.trouble.reason)
        return cls(zipfile.ZipFile(io.BytesIO(content)))

    def __contains__(self, path: str) -> bool:
        if path in self.changed:
            return self.changed[path] is not None
        return path in self.archive.namelist()

    @property
    def names(self) -> list[str]:
        """Every part, the new ones last."""
        names = [name for name in dict.fromkeys(self.archive.namelist()) if name in self]
        return names + [name for name in self.changed if name not in names and name in self]

    def read(self, path: str) -> bytes:
        """A part's text in UTF-8."""
        changed = self.changed.get(path)
        if changed is not None:
            return changed
        if path not in self:
            raise TroubleError(f"there is no {path}")
        return in_utf8(self.archive.read(path))

    def put(self, path: str, content: bytes) -> None:
        """The part is this from now on."""
        self.changed[path] = content

    def drop(self, path: str) -> None:
        """The part, what it refers to by itself, and what is said of its kind are gone."""
        for gone in (path, relations_path(path)):
            if gone in self:
                self.changed[gone] = None
        text = Splices(self.read(TYPES))
        for override in root_of(text.xml).named("Override"):
            if override.attributes.get("PartName") == f"/{path}":
                text.replace(override.start, override.end)
        self.put(TYPES, text.done())

    def free(self, pattern: str) -> str:
        """The first path of this pattern that no part has."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    @property
    def base(self) -> str:
        """What the kinds of relations begin with: another one in a strict package."""
        return self._document.kind.rpartition("/")[0]

    @property
    def workbook(self) -> str:
        """The workbook's part."""
        return self._document.target

    @property
    def _document(self) -> Relation:
        return next(each for each in self.relations("") if each.kind.endswith("/officeDocument"))

    @property
    def suffix(self) -> str:
        """The ending that fits what the package says it is."""
        return ".xlsm" if MACRO.encode() in self.read(TYPES) else ".xlsx"

    def relations(self, part: str) -> list[Relation]:
        """What the part refers to inside the package."""
        path = relations_path(part)
        if path not in self:
            return []
        found = []
        for node in root_of(self.read(path)).named("Relationship"):
            said = node.attributes
            if said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), said["Target"])).lstrip("/")
                found.append(Relation(said["Id"], said["Type"], target))
        return found

    def relation(self, part: str, kind: str) -> Relation | None:
        """The first relation of this kind."""
        return next((each for each in self.relations(part) if each.kind.endswith(f"/{kind}")), None)

    def relate(self, part: str, kind: str, *, target: str, base: str = "") -> str:
        """The id by which the part refers to `target` from now on."""
        path = relations_path(part)
        text = Splices(self.read(path) if path in self else _EMPTY_RELATIONS)
        root = root_of(text.xml)
        taken = {node.attributes.get("Id") for node in root.named("Relationship")}
        number = next(number for number in range(1, len(taken) + 2) if f"yishu{number}" not in taken)
        said = f'Id="yishu{number}" Type={quoteattr(f"{base or self.base}/{kind}")} Target={quoteattr(f"/{target}")}'
        text.append(root, f"<{root.prefix}Relationship {said}/>".encode())
        self.put(path, text.done())
        return f"yishu{number}"

    def unrelate(self, part: str, identity: str) -> None:
        """The part no longer refers to what had this id."""
        text = Splices(self.read(relations_path(part)))
        for node in root_of(text.xml).named("Relationship"):
            if node.attributes.get("Id") == identity:
                text.replace(node.start, node.end)
        self.put(relations_path(part), text.done())

    def declare(self, path: str, kind: str) -> None:
        """The part is of this kind."""
        text = Splices(self.read(TYPES))
        root = root_of(text.xml)
        said = f"<{root.prefix}Override PartName={quoteattr(f'/{path}')} ContentType={quoteattr(kind)}/>"
        text.append(root, said.encode())
        self.put(TYPES, text.done())

    def declare_ending(self, ending: str, kind: str) -> None:
        """Parts with this ending are of this kind, unless that was said before."""
        text = Splices(self.read(TYPES))
        root = root_of(text.xml)
        if all(node.attributes.get("Extension", "").lower() != ending for node in root.named("Default")):
            said = f"<{root.prefix}Default Extension={quoteattr(ending)} ContentType={quoteattr(kind)}/>"
            text.put(root.inside, said.encode())
            self.put(TYPES, text.done())

    def sheets(self) -> list[SheetPart]:
        """The sheets in the order of their tabs."""
        targets = {each.id: each for each in self.relations(self.workbook)}
        found = []
        for node in sheet_nodes(root_of(self.read(self.workbook))):
            relation = targets[identity_of(node)]
            cells = relation.kind.endswith("/worksheet")
            found.append(SheetPart(node.attributes["name"], relation.target, relation.id, cells))
        return found

    def content(self) -> bytes:
        """The package as bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in self.names:
                changed = self.changed.get(name)
                # The same date for all: the same 退回单 twice is the same bytes.
                entry = zipfile.ZipInfo(name)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, self.archive.read(name) if changed is None else changed)
        return buffer.getvalue()


def relations_path(part: str) -> str:
    """Where it stands what a part refers to; the package's own where the part is empty."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def sheet_nodes(workbook: Node) -> list[Node]:
    """The elements that name the sheets."""
    sheets = workbook.child("sheets")
    return list(sheets.named("sheet")) if sheets else []


def identity_of(node: Node) -> str:
    """The id of the relation that an element names."""
    return next(value for key, value in node.attributes.items() if key.endswith(":id"))
