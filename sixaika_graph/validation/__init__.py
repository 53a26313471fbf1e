"""Validation: data and shapes give a report (SHACL, https://www.w3.org/TR/shacl/).

`validate` makes a `Report`; `report.py` holds what one says, `table.py` and `document.py` write it
for people and programs, `waiver.py` is what the publisher accepts, and `constraint.py` reads the
SPARQL in shapes. pySHACL is imported only when something is validated.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import rdflib
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from sixaika_graph import turtle
from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import SH
from sixaika_graph.validation.constraint import Constraints, PreparedGraph
from sixaika_graph.validation.document import to_json, to_turtle
from sixaika_graph.validation.report import Report, Result, Severity
from sixaika_graph.validation.table import to_text
from sixaika_graph.validation.waiver import Waiver, read_waivers

__all__ = [
    "Report",
    "Result",
    "Severity",
    "Waiver",
    "read_shapes",
    "to_json",
    "to_text",
    "to_turtle",
    "validate",
]

_TARGETS: Final = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_PLACEHOLDER: Final = re.compile(r"\{[?$]\w+\}")


def read_shapes(folder: Path) -> Graph:
    """Read all Turtle files of a folder into one shapes graph.

    Raises:
        SourceError: the folder holds no Turtle file, or a file cannot be read.
    """
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise SourceError(folder, "holds no Turtle file")
    shapes = Graph(bind_namespaces="none")
    for path in files:
        shapes += turtle.read(path)
    return shapes


def validate(
    data: Graph,
    shapes: Graph,
    *,
    focus_nodes: Iterable[URIRef] | None = None,
    apart: Mapping[URIRef, Graph] | None = None,
    sources: Callable[[Node], Iterable[URIRef]] | None = None,
) -> Report:
    """Validate a graph that holds data, ontology and code lists; nothing is inferred or fetched.

    With `focus_nodes` only these nodes are looked at, each by the shapes that target it, and those
    of `apart` beside them, each in a graph of its own in place of `data`. `sources` names the
    graphs that describe a focus node. The waivers in the data are applied.

    Raises:
        SourceError: a shape cannot be used, for instance a constraint in broken SPARQL.
    """
    waivers = read_waivers(data)
    if focus_nodes is not None:
        apart = apart or {}
        nodes = frozenset(focus_nodes) - apart.keys()
        waivers = tuple(waiver for waiver in waivers if waiver.focus_node in nodes)
        report = _validation_report(data, _aim(shapes, data, nodes))
        for node, graph in apart.items():
            report += _validation_report(graph, _aim(shapes, graph, frozenset({node})))
    else:
        report = _validation_report(data, shapes)
    _tag_messages(report, shapes)
    return Report.from_graph(report, sources, waivers)


def _validation_report(data: Graph, shapes: Graph) -> Graph:
    import pyshacl
    import pyshacl.constraints
    from pyshacl.errors import ReportableRuntimeError

    # pySHACL looks each property of a shape up in this list of 40 IRIs, anew for each focus node;
    # a dict takes half the time of the whole validation away.
    parameters = pyshacl.constraints.CONSTRAINT_PARAMETERS_MAP
    pyshacl.constraints.ALL_CONSTRAINT_PARAMETERS = parameters  # type: ignore[assignment]
    try:
        _, report, _ = pyshacl.validate(
            PreparedGraph(data),
            shacl_graph=Constraints(shapes),
            advanced=False,
            inference=None,
            inplace=True,
            do_owl_imports=False,
        )
    except ReportableRuntimeError as error:
        raise SourceError(Path("shapes"), f"a shape cannot be used: {error}") from None
    except re.error as error:
        detail = f"sh:pattern {error.pattern!r} is no regular expression: {error}"
        raise SourceError(Path("shapes"), detail) from None
    finally:
        # pySHACL turns this on at its end, whatever it was before.
        rdflib.NORMALIZE_LITERALS = False
    if not isinstance(report, Graph):  # a processing failure takes the place of the report
        raise SourceError(Path("shapes"), f"a shape cannot be used: {report}")
    return report


def _tag_messages(report: Graph, shapes: Graph) -> None:
    """Give messages their language back, which pySHACL drops where it fills in placeholders."""
    for result, message in list(report.subject_objects(SH.resultMessage)):
        if isinstance(message, Literal) and message.language is None:
            for template in shapes.objects(report.value(result, SH.sourceShape), SH.message):
                if isinstance(template, Literal) and _fills(str(message), str(template)):
                    report.remove((result, SH.resultMessage, message))
                    report.add((result, SH.resultMessage, Literal(message, lang=template.language)))
                    break


def _fills(message: str, template: str) -> bool:
    parts = (re.escape(part) for part in _PLACEHOLDER.split(template))
    return re.fullmatch(".*".join(parts), message, re.DOTALL) is not None


def _aim(shapes: Graph, data: Graph, nodes: frozenset[URIRef]) -> Graph:
    """Return the shapes that target `nodes`, and these alone, with all that hangs on them.

    pySHACL has an option of that name, but it also drops the value nodes that a nested shape
    (sh:node, sh:not, sh:qualifiedValueShape) is asked about, so that shape passes unseen.
    """
    aimed = Graph(bind_namespaces="none")
    for target in _TARGETS:
        for shape, aim in shapes.subject_objects(target):
            for node in nodes.intersection(_targeted(data, target, aim)):
                aimed.add((shape, SH.targetNode, node))
    waiting = set(aimed.subjects())
    seen: set[Node] = set()
    while waiting:
        seen.add(shape := waiting.pop())
        for path, value in shapes.predicate_objects(shape):
            if path not in _TARGETS:
                aimed.add((shape, path, value))
                waiting |= {value} - seen
    return aimed


def _targeted(data: Graph, target: URIRef, aim: Node) -> Iterable[Node]:
    """Return the focus nodes of one target declaration (https://www.w3.org/TR/shacl/#targets)."""
    if target == SH.targetNode:
        return (aim,)
    if target == SH.targetSubjectsOf:
        return data.subjects(aim)
    if target == SH.targetObjectsOf:
        return data.objects(None, aim)
    return (
        node
        for kind in data.transitive_subjects(RDFS.subClassOf, aim)
        for node in data.subjects(RDF.type, kind)
    )
