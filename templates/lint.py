"""What is wrong with a report's templates, found without rendering them: every branch is looked at, taken or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jinja2 import TemplateSyntaxError, meta, nodes

from templates.figures import Figure
from templates.language import Environment
from templates.report import OWN_NAMES, Template
from templates.wording import typed_numbers

# What a template can say of a figure; the last four are the claim tag's own.
SAYABLE = frozenset({"number", "when", "state", "opened", "closed", "unanswered"})


def texts(template: Template) -> Iterable[tuple[str, str]]:
    """Every template text of the report with the name of its file."""
    for name, text in template.sections.items():
        yield f"{template.folder}/sections/{name}.md.j2", text
    for (year, name), (_, text) in template.narratives.items():
        yield f"{template.folder}/narratives/{year}/{name}.md.j2", text


def mistakes(template: Template, figures: Mapping[str, Figure]) -> list[str]:
    """One line per mistake with file and line: syntax, unknown names, typed digits, claims that are none."""
    found = []
    for name, text in texts(template):
        try:
            tree = Environment().parse(text)
        except TemplateSyntaxError as error:
            found.append(f"{name}:{error.lineno}: {error.message}")
            continue
        found += [f"{name}:{line}: {what}" for line, what in sorted(set(_in_tree(tree, template, figures)))]
    for figure in template.card.required:
        if figure not in figures:
            found.append(f"{template.folder}/report.yml: required names '{figure}', which is no figure")
    return found


def _in_tree(tree: nodes.Template, template: Template, figures: Mapping[str, Figure]) -> Iterable[tuple[int, str]]:
    known = OWN_NAMES | set(figures)
    unknown = meta.find_undeclared_variables(tree) - known
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            yield name.lineno, f"'{name.name}' is no figure; add templates/figures/{name.name}.sql or mend the name"
    for data in tree.find_all(nodes.TemplateData):
        for typed in typed_numbers(data.data):
            line = data.lineno + data.data[: typed.start()].count("\n")
            yield line, f"the number '{typed[0]}' is typed; numbers come from figures, names with digits from phrases"
    for output in tree.find_all(nodes.Output):
        yield from _printed(output, figures)
    for access in tree.find_all(nodes.Getattr):
        if isinstance(access.node, nodes.Name) and access.node.name in figures and access.attr not in SAYABLE:
            yield access.lineno, f"a figure has no '{access.attr}'; it has number and when"
        claimed = access.node.name if access.attr == "state" and isinstance(access.node, nodes.Name) else ""
        if claimed in figures and figures[claimed].declaration.kind != "claim":
            yield access.node.lineno, f"'{claimed}' is not a claim; print it with {{{{ … }}}}"
    for call in tree.find_all(nodes.Call):
        yield from _words_of_people(call, template)


def _printed(output: nodes.Output, figures: Mapping[str, Figure]) -> Iterable[tuple[int, str]]:
    """What is printed and may not be: a number that is none of ours, a claim, something calculated."""
    for node in output.nodes:
        if isinstance(node, nodes.Const) and not isinstance(node.value, str):
            yield node.lineno, f"{node.value!r} is printed, which is no figure"
        elif isinstance(node, nodes.BinExpr):
            yield node.lineno, "a calculation is printed; let a figure answer it"
        elif isinstance(node, nodes.Name) and _is_claim(node.name, figures):
            yield node.lineno, f"'{node.name}' is a claim; say {{% claim {node.name} %}}…{{% endclaim %}}"


def _is_claim(name: str, figures: Mapping[str, Figure]) -> bool:
    return name in figures and figures[name].declaration.kind == "claim"


def _words_of_people(call: nodes.Call, template: Template) -> Iterable[tuple[int, str]]:
    """Phrases and narratives that report.yml does not declare."""
    declared = {"phrase": template.card.phrases, "narrative": template.card.narratives}
    if not (isinstance(call.node, nodes.Name) and call.node.name in declared and call.args):
        return
    name = call.args[0]
    if isinstance(name, nodes.Const) and name.value not in declared[call.node.name]:
        known = ", ".join(declared[call.node.name]) or "none"
        yield call.lineno, f"report.yml declares no {call.node.name} '{name.value}'; known: {known}"
