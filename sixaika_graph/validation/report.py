"""What a validation found: the SHACL report, its results in a fixed order.

A report conforms when it has no Violation: Warnings and Infos are told, and stop nothing. A Warning
may be waived, with a reason. In RDF `sh:conforms` keeps the meaning that SHACL gives it, which is
that there is no result at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import DQV, SH
from sixaika_graph.validation.waiver import Waiver

_SHAPES: Final = Path("shapes")
_REPEATS: Final = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


class Severity(Enum):
    """How grave a result is, the gravest first (https://www.w3.org/TR/shacl/#severity)."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


_KNOWN: Final = ", ".join(f"sh:{one.value}" for one in Severity)


@dataclass(frozen=True)
class Result:
    """One validation result; `path` is a SPARQL property path with whole IRIs.

    `waiver` is what accepts a Warning; a Violation is never accepted, an Info is only counted.
    """

    severity: Severity
    focus_node: Node
    shape: URIRef
    path: str | None
    value: Node | None
    messages: tuple[Literal, ...]
    sources: tuple[URIRef, ...]
    waiver: Waiver | None = None

    def message(self, language: str = "en") -> str:
        """Return the message in a language, else the first one."""
        for message in self.messages:
            if message.language == language:
                return str(message)
        return str(self.messages[0]) if self.messages else ""


@dataclass(frozen=True)
class Report:
    """The results in a fixed order, and the same as a SHACL validation report in RDF.

    `stale` are the waivers that accept nothing any more.
    """

    results: tuple[Result, ...]
    graph: Graph = field(compare=False, repr=False)
    stale: tuple[Waiver, ...] = ()

    @property
    def conforms(self) -> bool:
        """Tell whether there is no Violation."""
        return not self.count(Severity.VIOLATION)

    def count(self, severity: Severity) -> int:
        """Count the results of one severity that no waiver accepts."""
        return sum(result.severity is severity and not result.waiver for result in self.results)

    @property
    def waived(self) -> tuple[Result, ...]:
        """The Warnings that a waiver accepts."""
        return tuple(result for result in self.results if result.waiver)

    @classmethod
    def from_graph(
        cls,
        graph: Graph,
        sources: Callable[[Node], Iterable[URIRef]] | None = None,
        waivers: Iterable[Waiver] = (),
    ) -> "Report":
        """Read a SHACL validation report; `sources` adds what describes each focus node."""
        accepted: dict[tuple[Node, URIRef], Waiver] = {
            (waiver.focus_node, waiver.shape): waiver for waiver in waivers
        }
        found = [
            (_accepted(_result(graph, node, sources), accepted), node)
            for node in graph.objects(None, SH.result)
        ]
        found.sort(key=lambda pair: _order(pair[0]))
        results = tuple(result for result, _ in found)
        used = {result.waiver for result in results}
        stale = tuple(waiver for waiver in accepted.values() if waiver not in used)
        return cls(results, _graph(graph, found), stale)


def _accepted(result: Result, waivers: Mapping[tuple[Node, URIRef], Waiver]) -> Result:
    if result.severity is not Severity.WARNING:
        return result
    return replace(result, waiver=waivers.get((result.focus_node, result.shape)))


def _result(graph: Graph, node: Node, sources: Callable[[Node], Iterable[URIRef]] | None) -> Result:
    focus = graph.value(node, SH.focusNode)
    shape = graph.value(node, SH.sourceShape)
    path = graph.value(node, SH.resultPath)
    assert focus is not None
    named = graph.objects(node, DCTERMS.source) if sources is None else sources(focus)
    messages = {one for one in graph.objects(node, SH.resultMessage) if isinstance(one, Literal)}
    return Result(
        severity=_severity(graph.value(node, SH.resultSeverity), shape),
        focus_node=focus,
        shape=URIRef(str(shape)),
        path=None if path is None else property_path(graph, path),
        value=graph.value(node, SH.value),
        messages=tuple(sorted(messages, key=lambda one: (one.language or "", str(one)))),
        sources=tuple(sorted({URIRef(str(one)) for one in named})),
    )


def _severity(stated: Node | None, shape: Node | None) -> Severity:
    try:
        return Severity(str(stated).removeprefix(str(SH)))
    except ValueError:
        detail = f"the shape <{shape}> has the severity <{stated}>: use {_KNOWN}"
        raise SourceError(_SHAPES, detail) from None


def _order(result: Result) -> tuple[Any, ...]:
    return (
        list(Severity).index(result.severity),
        result.sources,
        str(result.focus_node),
        str(result.shape),
        result.path or "",
        "" if result.value is None else result.value.n3(),
        result.messages,
    )


def _graph(graph: Graph, found: list[tuple[Result, Node]]) -> Graph:
    """Copy a report with the results in order, the blank nodes named so that they stay in it."""
    ordered = Graph(bind_namespaces="none")
    report = BNode("report")
    ordered.add((report, RDF.type, SH.ValidationReport))
    ordered.add((report, SH.conforms, Literal(not found)))
    for number, (result, node) in enumerate(found, start=1):
        name = BNode(f"result{number:05}")
        ordered.add((report, SH.result, name))
        _copy(graph, node, name, ordered)
        for source in result.sources:
            ordered.add((name, DCTERMS.source, source))
        if result.waiver:
            ordered.add((name, DQV.hasQualityAnnotation, result.waiver.iri))
    return ordered


def _copy(graph: Graph, node: Node, name: BNode, into: Graph) -> None:
    """Copy what is said of a blank node, and of those that hang on it, under a new name.

    The text of a SPARQL constraint is left out: the shape that holds it is named.
    """
    for number, (predicate, value) in enumerate(sorted(graph.predicate_objects(node), key=str)):
        if predicate == SH.sourceConstraint:
            continue
        if isinstance(value, BNode) and predicate not in {SH.focusNode, SH.value}:
            nested = BNode(f"{name}n{number}")
            into.add((name, predicate, nested))
            _copy(graph, value, nested, into)
        else:
            into.add((name, predicate, value))


def property_path(graph: Graph, path: Node) -> str:
    """Write a SHACL property path in SPARQL (https://www.w3.org/TR/shacl/#property-paths)."""
    if isinstance(path, URIRef):
        return path.n3()
    if (path, RDF.first, None) in graph:
        return "/".join(property_path(graph, step) for step in Collection(graph, path))
    for predicate, value in graph.predicate_objects(path):
        if predicate == SH.inversePath:
            return f"^{property_path(graph, value)}"
        if predicate == SH.alternativePath:
            return f"({'|'.join(property_path(graph, one) for one in Collection(graph, value))})"
        if predicate in _REPEATS:
            return f"({property_path(graph, value)}){_REPEATS[URIRef(str(predicate))]}"
    raise ValueError("not a SHACL property path")
