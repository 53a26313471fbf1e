"""The dataset: Turtle files on disk become one RDF dataset, one file one named graph.

The default graph stays empty here; `preferred.py` fills it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rdflib import BNode, Dataset, Graph, URIRef
from rdflib.compare import to_canonical_graph

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
        statements = Graph(bind_namespaces="none")
        for path in paths:
            statements += turtle.read(path)
        graph = dataset.graph(name)
        for triple in _with_fixed_labels(statements):
            graph.add(triple)
    return dataset


def _with_fixed_labels(graph: Graph) -> Graph:
    """Name blank nodes by what they hold, so that the same files always give the same statements.

    Only shapes, and lists in the ontology, have any.
    """
    blank = Graph(bind_namespaces="none")
    for triple in graph:
        if any(isinstance(term, BNode) for term in triple):
            blank.add(triple)
    return graph - blank + to_canonical_graph(blank) if blank else graph


def named_graphs(dataset: Dataset) -> Iterator[Graph]:
    """Yield the named graphs of a dataset, in the order of their names."""
    graphs = (
        graph for graph in dataset.graphs() if graph.identifier != dataset.default_graph.identifier
    )
    return iter(sorted(graphs, key=lambda graph: str(graph.identifier)))


def named_graph(dataset: Dataset, name: URIRef) -> Graph:
    """Return one named graph; unlike `Dataset.graph` it does not come into being by being read."""
    return Graph(dataset.store, name, bind_namespaces="none")
