"""What the engine holds is what the files say, term by term."""

from decimal import Decimal
from typing import Final

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import XSD

from sixaika_graph import turtle
from sixaika_graph.dataset import sources
from sixaika_graph.engine import QueryRequest
from sixaika_graph.publication import Publication
from sixaika_graph.settings import Settings

FILES: Final = sources(Settings().root)
NTRIPLES: Final = "application/n-triples"


def by_value(graph: Graph) -> Graph:
    """Write each decimal in one way; anything else stays as it is written."""
    same = Graph(bind_namespaces="none")
    for subject, predicate, node in graph:
        if isinstance(node, Literal) and node.datatype == XSD.decimal:
            node = Literal(f"{Decimal(str(node)).normalize():f}", datatype=XSD.decimal)
        same.add((subject, predicate, node))
    return same


def dumped(publication: Publication, name: URIRef) -> Graph:
    """Return a named graph as the running engine gives it."""
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
    answer = publication.engine.query(QueryRequest(text=text, graph_type=NTRIPLES))
    return Graph(bind_namespaces="none").parse(data=answer.read(), format="nt")


@pytest.mark.parametrize("name", FILES, ids=lambda name: name.rpartition("/")[2])
def test_a_named_graph_comes_back_as_it_was_written(name: URIRef, publication: Publication) -> None:
    written = Graph(bind_namespaces="none")
    for path in FILES[name]:
        written += turtle.read(path)
    written, held = by_value(written), by_value(dumped(publication, name))

    assert len(held) == len(written) > 0
    if any(isinstance(node, BNode) for triple in written for node in triple):
        assert isomorphic(held, written)
    else:
        assert set(held) == set(written)


def test_every_named_graph_of_the_engine_has_a_file(publication: Publication) -> None:
    text = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    answer = publication.engine.query(QueryRequest(text=text, results_type="text/csv"))
    names = {URIRef(line) for line in answer.read().decode().split()[1:]}

    assert set(FILES) <= names
    assert all("/graph/derived/" in name for name in names - set(FILES))
