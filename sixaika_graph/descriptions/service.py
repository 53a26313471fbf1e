"""The description of the SPARQL endpoint (https://www.w3.org/TR/sparql11-service-description/).

It holds what a client has to know before it asks: formats, limits, functions, faults, and as VoID
(https://www.w3.org/TR/void/) how much of what is in the default graph and in each named graph.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rdflib import RDF, RDFS, SKOS, VOID, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph.descriptions.partition import part, whole
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import ID, PREFIXES, SD
from sixaika_graph.settings import Settings

ENGINE: Final[Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("engine.toml").read_text(encoding="utf-8")
)
"""The functions and the faults of the engine."""

_DATASET: Final = ID["dataset/sixaika"]
_SIMPLE: Final = URIRef("http://www.w3.org/ns/entailment/Simple")
_PREFERRED: Final = (
    "The preferred graph: every statement once, one value for every single-valued property, "
    "whatever the number of sources."
)
Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """How much of what a dataset holds; None and nothing where it could not be counted.

    `classes` and `properties` are those of the default graph; `graphs` are the named graphs with
    their sizes, `titles` those of some of them.
    """

    triples: int | None = None
    subjects: int | None = None
    objects: int | None = None
    classes: Mapping[URIRef, int] = field(default_factory=dict)
    properties: Mapping[URIRef, int] = field(default_factory=dict)
    graphs: Mapping[URIRef, int | None] = field(default_factory=dict)
    titles: Mapping[URIRef, Sequence[Literal]] = field(default_factory=dict)


def service_description(settings: Settings, contents: Contents, *, file: str = "") -> Graph:
    """Describe the endpoint at the public address; `file` is the name of a file served alone.

    Every node has an IRI below the endpoint's, so that the description can be pointed to.
    """
    described = Graph(bind_namespaces="none")
    for prefix in ("dct", "rdf", "rdfs", "sd", "skos", "void"):
        described.bind(prefix, PREFIXES[prefix])
    service = URIRef(f"{settings.public_url}sparql")
    for triple in _service(service, settings):
        described.add(triple)
    for triple in _dataset(service, contents, file):
        described.add(triple)
    for triple in _named_graphs(service, contents):
        described.add(triple)
    return described


def _service(service: URIRef, settings: Settings) -> Iterator[Triple]:
    yield service, RDF.type, SD.Service
    yield service, SD.endpoint, service
    yield service, SD.supportedLanguage, SD.SPARQL11Query
    yield service, SD.defaultEntailmentRegime, _SIMPLE
    yield service, SD.feature, SD.EmptyGraphs
    yield service, SD.defaultDataset, URIRef(f"{service}#dataset")
    yield service, RDFS.comment, Literal(_limits(settings), lang="en")
    for row in of_kind("results", "graph"):
        yield service, SD.resultFormat, URIRef(row.iri)
    for name in ENGINE["functions"]:
        function = URIRef(PREFIXES["geof"] + name)
        yield service, SD.extensionFunction, function
        yield function, RDF.type, SD.Function
    for fault in ENGINE["faults"].values():
        yield service, SKOS.note, Literal(fault["note"], lang="en")


def _limits(settings: Settings) -> str:
    return (
        f"A query may take {settings.query_timeout:g} seconds, waiting included, and "
        f"{settings.query_memory} MiB of memory; an answer may have {settings.answer_limit} MiB, "
        f"an address 8 KB, a body 1 MB. One client may have {settings.client_share} long queries "
        "running. Updates and SERVICE are refused. Relative IRIs are read below "
        "a fixed base, never below the address of the request. A DESCRIBE gives the outgoing "
        "statements; the document of a thing at /data/ also has what links to it."
    )


def _dataset(service: URIRef, contents: Contents, file: str) -> Iterator[Triple]:
    dataset, default = URIRef(f"{service}#dataset"), URIRef(f"{service}#default-graph")
    about = f"The default graph of the file {file}." if file else _PREFERRED
    yield dataset, RDF.type, SD.Dataset
    yield dataset, SD.defaultGraph, default
    if not file:
        yield dataset, DCTERMS.source, _DATASET
    yield default, RDF.type, SD.Graph
    yield default, RDF.type, VOID.Dataset
    yield default, DCTERMS.description, Literal(about, lang="en")
    yield default, VOID.sparqlEndpoint, service
    counts = {
        VOID.triples: contents.triples,
        VOID.distinctSubjects: contents.subjects,
        VOID.distinctObjects: contents.objects,
    }
    for predicate, count in counts.items():
        if count is not None:
            yield default, predicate, whole(count)
    yield from _partitions(default, contents)


def _partitions(default: URIRef, contents: Contents) -> Iterator[Triple]:
    for kind, entities in contents.classes.items():
        node = part(default, "class", kind)
        yield default, VOID.classPartition, node
        yield node, VOID["class"], kind
        yield node, VOID.entities, whole(entities)
    for predicate, triples in contents.properties.items():
        node = part(default, "property", predicate)
        yield default, VOID.propertyPartition, node
        yield node, VOID.property, predicate
        yield node, VOID.triples, whole(triples)


def _named_graphs(service: URIRef, contents: Contents) -> Iterator[Triple]:
    for name, size in sorted(contents.graphs.items()):
        node = part(URIRef(f"{service}#graph"), name)
        graph = part(node, "content")
        yield URIRef(f"{service}#dataset"), SD.namedGraph, node
        yield node, RDF.type, SD.NamedGraph
        yield node, SD.name, name
        yield node, SD.graph, graph
        yield graph, RDF.type, SD.Graph
        yield graph, RDF.type, VOID.Dataset
        if size is not None:
            yield graph, VOID.triples, whole(size)
        for title in contents.titles.get(name, ()):
            yield node, DCTERMS.title, title
