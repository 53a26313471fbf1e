"""Writers of RDF formats that give the same bytes for the same statements.

Graphs come in a fixed order of insertion; where rdflib orders by a hash, the order is set here.
"""

import json
from typing import Any, Final

from rdflib import Graph, Literal
from rdflib.namespace import NamespaceManager
from rdflib.plugins.serializers.jsonld import Converter
from rdflib.plugins.shared.jsonld.context import Context

from sixaika_graph.dumps.content import Content
from sixaika_graph.namespaces import PREFIXES

_NODE_END: Final = b"  </rdf:Description>\n"


def in_order(graph: Graph) -> Graph:
    """Return a graph whose statements come in a fixed order."""
    ordered = Graph(bind_namespaces="none")
    for triple in sorted(graph, key=lambda triple: [one.n3() for one in triple]):
        ordered.add(triple)
    return ordered


def turtle(graph: Graph) -> bytes:
    """Write a graph as Turtle in the house form, without comments."""
    head, body = _turtle(graph, _prefixes())
    return head + b"\n" + body


def trig(content: Content) -> bytes:
    """Write a dataset as TriG (https://www.w3.org/TR/trig/), the default graph first."""
    manager = _prefixes()
    named = sorted(content.named.items())
    heads, blocks = set(), []
    for name, graph in (("", content.default), *named):
        head, body = _turtle(graph, manager)
        heads |= set(head.splitlines(keepends=True))
        blocks.append(b"<%s> {\n%s}\n" % (name.encode(), body) if name else body)
    return b"".join(sorted(heads)) + b"\n" + b"\n".join(blocks)


def ntriples(graph: Graph) -> bytes:
    """Write a graph as N-Triples, one sorted line a statement."""
    lines = sorted(graph.serialize(format="nt", encoding="utf-8").splitlines(keepends=True))
    return b"".join(lines)


def nquads(content: Content) -> bytes:
    """Write a dataset as N-Quads, its lines as they stand."""
    return b"".join(content.lines)


def rdfxml(graph: Graph) -> bytes:
    """Write a graph as RDF/XML; the declarations of namespaces and the nodes are sorted."""
    text: bytes = _bound(graph, _prefixes()).serialize(format="xml", encoding="utf-8")
    head, start, rest = text.partition(b"<rdf:RDF\n")
    declarations, end, body = rest.partition(b">\n")
    nodes, closing, tail = body.rpartition(b"</rdf:RDF>")
    spaces = sorted(line for line in declarations.splitlines() if line.strip())
    # A text cannot hold what ends a node: it would be escaped.
    blocks = sorted(block for block in nodes.split(_NODE_END) if block.strip())
    ordered = b"".join(block + _NODE_END for block in blocks)
    return b"".join((head, start, b"\n".join(spaces), b"\n", end, ordered, closing, tail))


def jsonld(graph: Graph) -> bytes:
    """Write a graph as JSON-LD with the prefixes of this repository, nodes and values sorted."""
    prefixes = _used(graph)
    converter = Converter(Context(prefixes), use_native_types=False, use_rdf_type=False)
    # A context switches numbers of JSON on, which would lose how a number is written.
    converter.use_native_types = False
    nodes = converter.convert(graph)
    tree = nodes if isinstance(nodes, dict) else {"@graph": nodes}
    whole = {"@context": prefixes, **_ordered(tree)}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _turtle(graph: Graph, manager: NamespaceManager) -> tuple[bytes, bytes]:
    """Return the lines that declare prefixes, and the rest."""
    text = _bound(graph, manager).serialize(format="longturtle", encoding="utf-8")
    lines = text.splitlines(keepends=True)
    count = next((i for i, line in enumerate(lines) if not line.startswith(b"PREFIX ")), len(lines))
    return b"".join(lines[:count]), b"".join(lines[count:]).strip() + b"\n"


def _prefixes() -> NamespaceManager:
    manager = NamespaceManager(Graph(bind_namespaces="none"), bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        manager.bind(prefix, namespace)
    return manager


def _bound(graph: Graph, manager: NamespaceManager) -> Graph:
    graph.namespace_manager = manager
    return graph


def _used(graph: Graph) -> dict[str, str]:
    """Return the prefixes that the terms of a graph need."""
    terms = {term for triple in graph for term in triple}
    datatypes = {term.datatype for term in terms if isinstance(term, Literal) and term.datatype}
    texts = {str(term) for term in terms | datatypes if not isinstance(term, Literal)}
    return {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(text.startswith(namespace) for text in texts)
    }


def _ordered(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: value if key == "@list" else _ordered(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return sorted(
            (_ordered(one) for one in tree), key=lambda one: json.dumps(one, sort_keys=True)
        )
    return tree
