"""The dataset: Turtle files on disk become one RDF dataset, one file one named graph.

The default graph stays empty here; `preferred.py` fills it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rdflib import BNode, Dataset, Graph, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from sixaika_graph import turtle
from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import BASE, GRAPH

ONTOLOGY: Final = URIRef(BASE + "ont")
SHAPES: Final = URIRef(BASE + "shapes")
CODE_LISTS: Final = GRAPH["codelists"]

_PEOPLE: Final = "people-"


def sources(root: Path, *, people: bool = True) -> dict[URIRef, tuple[Path, ...]]:
    """Return the files of each named graph below `root`, in a fixed order.

    Without `people` the files that name persons (`people-*.ttl`) are left out.

    Raises:
        SourceError: a folder or file that must be there is missing.
    """
    data = sorted((root / "data" / "turtle").glob("*.ttl"))
    if not data:
        raise SourceError(root / "data" / "turtle", "holds no Turtle file")
    return {
        ONTOLOGY: (root / "ontology" / "sixaika.ttl",),
        CODE_LISTS: (root / "ontology" / "codelists.ttl",),
        SHAPES: tuple(sorted((root / "shapes").glob("*.ttl"))),
        **{
            GRAPH[path.stem]: (path,)
            for path in data
            if people or not path.stem.startswith(_PEOPLE)
        },
    }


def read(files: dict[URIRef, tuple[Path, ...]]) -> Dataset:
    """Read files into a dataset, one named graph for each key.

    Raises:
        SourceError: a file cannot be read or is not Turtle; it carries file, line and column.
    """
    dataset = Dataset(default_union=False)
    for name, paths in files.items():
        graph = named_graph(dataset, name)
        dataset.add_graph(graph)
        for path in paths:
            turtle.read(path, graph)
        _fix_labels(graph)
    return dataset


def _fix_labels(graph: Graph) -> None:
    """Name blank nodes by what they hold, so that the same files always give the same statements.

    Only shapes, and lists in the ontology, have any.
    """
    blank = Graph("SimpleMemory", bind_namespaces="none")
    for subject, predicate, value in graph:
        if isinstance(subject, BNode) or isinstance(value, BNode):
            blank.add((subject, predicate, value))
    if blank:
        graph -= blank
        names = _names_in_trees(blank)
        # The general way takes a second for the shapes of this repository.
        graph += to_canonical_graph(blank) if names is None else _renamed(blank, names)


def _names_in_trees(graph: Graph) -> dict[Node, BNode] | None:
    """Name each blank node by its place below an IRI, and siblings by what they hold as well.

    None says that not all of them hang below an IRI, each by one statement.
    """
    incoming = Counter(value for value in graph.objects() if isinstance(value, BNode))
    nodes = {term for triple in graph for term in triple if isinstance(term, BNode)}
    if any(incoming[node] != 1 for node in nodes):
        return None
    names: dict[Node, BNode] = {}
    waiting = [subject for subject in set(graph.subjects()) if not isinstance(subject, BNode)]
    while waiting:
        owner = waiting.pop()
        for path in set(graph.predicates(owner)):
            held = [value for value in graph.objects(owner, path) if isinstance(value, BNode)]
            for node in held:
                content = _content(graph, node) if len(held) > 1 else ""
                place = f"{names.get(owner, owner).n3()} {path.n3()} {content}"
                names[node] = BNode("b" + hashlib.sha256(place.encode()).hexdigest()[:32])
            waiting += held
    return names if names.keys() == nodes else None


def _content(graph: Graph, node: Node) -> str:
    if not isinstance(node, BNode):
        return node.n3()
    held = (f"{path.n3()} {_content(graph, value)}" for path, value in graph[node])
    return f"[{' '.join(sorted(held))}]"


def _renamed(graph: Graph, names: Mapping[Node, BNode]) -> Graph:
    renamed = Graph("SimpleMemory", bind_namespaces="none")
    for subject, predicate, value in graph:
        renamed.add((names.get(subject, subject), predicate, names.get(value, value)))
    return renamed


def named_graphs(dataset: Dataset) -> Iterator[Graph]:
    """Yield the named graphs of a dataset, in the order of their names."""
    graphs = (
        graph for graph in dataset.graphs() if graph.identifier != dataset.default_graph.identifier
    )
    return iter(sorted(graphs, key=lambda graph: str(graph.identifier)))


def named_graph(dataset: Dataset, name: URIRef) -> Graph:
    """Return one named graph; unlike `Dataset.graph` it does not come into being by being read."""
    return Graph(dataset.store, name, bind_namespaces="none")
