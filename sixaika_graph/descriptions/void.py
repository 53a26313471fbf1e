"""The datasets as VoID describes them: how much of what, links, vocabularies, where to get them.

https://www.w3.org/TR/void/. The default graph of the endpoint has a description of its own, with
all partitions, under the IRI that the service description gives it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from rdflib import OWL, RDF, SKOS, VOID, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from sixaika_graph.descriptions.partition import part, statistics, whole
from sixaika_graph.dumps.content import Content
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import BASE, DEF, ID, PREFIXES, SCHEMA

_LINKS: Final = (
    OWL.sameAs,
    SCHEMA.sameAs,
    SKOS.broadMatch,
    SKOS.closeMatch,
    SKOS.exactMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)
_TITLES: Final = (
    Literal("What the datasets of the 6Aika knowledge graph hold (VoID)", lang="en"),
    Literal("Mitä 6Aika-tietämysgraafin aineistoissa on (VoID)", lang="fi"),
    Literal("Vad datamängderna i 6Aika-kunskapsgrafen innehåller (VoID)", lang="sv"),
)


def void_description(
    contents: Mapping[URIRef, Content],
    default_graph: Graph,
    public_url: str,
    *,
    dumps: Mapping[URIRef, Iterable[str]],
) -> Graph:
    """Describe the datasets with these contents, served at `public_url`.

    `default_graph` is that of the endpoint; `dumps` are the addresses of the RDF dumps of each
    dataset.
    """
    described = Graph(bind_namespaces="none")
    for prefix in ("dct", "foaf", "rdf", "sd", "void", "void-ext"):
        described.bind(prefix, PREFIXES[prefix])
    document = URIRef(f"{public_url}void")
    described.add((document, RDF.type, VOID.DatasetDescription))
    for title in _TITLES:
        described.add((document, DCTERMS.title, title))
    for name, content in contents.items():
        described.add((document, FOAF.topic, name))
        described += _dataset(name, content)
        _add_access(described, name, public_url, dumps[name])
    served = default_graph_name(f"{public_url}sparql")
    described.add((served, RDF.type, VOID.Dataset))
    described += statistics(default_graph, served)
    return described


def default_graph_name(endpoint: str) -> URIRef:
    """Return the IRI by which descriptions call the default graph of an endpoint."""
    return URIRef(f"{endpoint}#default-graph")


def _dataset(name: URIRef, content: Content) -> Graph:
    described = statistics(content.default, name, nested=False)
    described.add((name, RDF.type, VOID.Dataset))
    described.add((name, VOID.uriSpace, Literal(BASE)))
    for vocabulary in vocabularies(content.default):
        described.add((name, VOID.vocabulary, URIRef(vocabulary)))
    for subset, graph in content.named.items():
        described.add((name, VOID.subset, subset))
        described.add((subset, RDF.type, VOID.Dataset))
        described.add((subset, VOID.triples, whole(len(graph))))
    return described + _linksets(name, content.default)


def _add_access(described: Graph, name: URIRef, public_url: str, dumps: Iterable[str]) -> None:
    described.add((name, VOID.sparqlEndpoint, URIRef(f"{public_url}sparql")))
    for address in dumps:
        described.add((name, VOID.dataDump, URIRef(address)))
    for row in of_kind("graph"):
        described.add((name, VOID.feature, URIRef(row.iri)))


def vocabularies(graph: Graph) -> set[str]:
    """Return the namespaces of the classes and properties that a graph uses."""
    terms = {*graph.predicates(), *graph.objects(None, RDF.type)}
    ours = tuple(space for space in PREFIXES.values() if space.startswith((str(ID), str(DEF))))
    known = [space for space in PREFIXES.values() if space not in ours]
    return {
        max(spaces, key=len)
        for term in terms
        if (spaces := [space for space in known if str(term).startswith(space)])
    }


def _linksets(name: URIRef, graph: Graph) -> Graph:
    """Describe the links to other datasets: one linkset for each kind of link and each target."""
    counts: dict[str, Counter[Node]] = defaultdict(Counter)
    for predicate in _LINKS:
        for value in graph.objects(None, predicate):
            if isinstance(value, URIRef) and not value.startswith(BASE):
                counts[uri_space(value)][predicate] += 1
    described = Graph(bind_namespaces="none")
    for space, links in counts.items():
        target = part(name, "target", URIRef(space))
        described.add((target, RDF.type, VOID.Dataset))
        described.add((target, VOID.uriSpace, Literal(space)))
        for link, count in links.items():
            linkset = part(name, "links", URIRef(space), link)
            described.add((name, VOID.subset, linkset))
            described.add((linkset, RDF.type, VOID.Linkset))
            described.add((linkset, VOID.linkPredicate, link))
            described.add((linkset, VOID.subjectsTarget, name))
            described.add((linkset, VOID.objectsTarget, target))
            described.add((linkset, VOID.triples, whole(count)))
    return described


def uri_space(iri: str) -> str:
    """Return what the IRIs beside an IRI begin with: its namespace."""
    head = iri.rstrip("/")
    cut = max(head.rfind("/"), head.rfind("#"))
    return head[: cut + 1]
