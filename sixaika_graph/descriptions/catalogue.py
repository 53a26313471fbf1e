"""The catalogue that portals harvest: DCAT-AP 3.0.1 (https://semiceu.github.io/DCAT-AP/).

Titles, descriptions, keywords and themes are those of the data, written by hand; addresses, sizes,
checksums, versions and who publishes are derived. No node is anonymous, so that nothing loses its
identity in a portal; every term that is named is described.
"""

from collections.abc import Iterable
from typing import Final

from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, XSD
from rdflib.term import Node

from sixaika_graph.dataset import ONTOLOGY
from sixaika_graph.descriptions import agent
from sixaika_graph.descriptions.authority import EU, describe_terms, term
from sixaika_graph.descriptions.coverage import coverage, locations
from sixaika_graph.descriptions.distribution import distributions
from sixaika_graph.dumps.content import GRAPH_DATASET, name_of
from sixaika_graph.dumps.store import Dumps
from sixaika_graph.namespaces import DCAT, ID, SCHEMA
from sixaika_graph.settings import Settings

CATALOGUE: Final = ID["catalogue/sixaika"]

_WRITTEN: Final = (DCTERMS.title, DCTERMS.description)
_OF_DATASET: Final = (
    *_WRITTEN,
    DCAT.keyword,
    DCAT.theme,
    DCTERMS.accessRights,
    DCTERMS.accrualPeriodicity,
    DCTERMS.conformsTo,
    DCTERMS.issued,
    DCTERMS.language,
    DCTERMS.modified,
)
_OF_SERVICE: Final = (*_WRITTEN, DCAT.keyword, DCAT.theme, DCTERMS.conformsTo)


def undescribed(data: Graph, slugs: Iterable[str]) -> list[URIRef]:
    """Return the catalogue and those of the datasets with `slugs` that `data` does not describe.

    What a file loses must not reach a portal: it deletes a dataset that the catalogue lacks, and
    ends at one without a title. What those that are described must have, the shapes say.
    """
    kinds = {CATALOGUE: DCAT.Catalog} | {name_of(slug): DCAT.Dataset for slug in slugs}
    return [node for node, kind in kinds.items() if (node, RDF.type, kind) not in data]


def catalogue(data: Graph, settings: Settings, dumps: Dumps) -> Graph:
    """Describe the datasets that have dumps, and the services, of `data`, the default graph."""
    described = Graph(bind_namespaces="none")
    datasets = list(dict.fromkeys(name_of(dump.dataset) for dump in dumps.files.values()))
    services = sorted(data.subjects(RDF.type, DCAT.DataService), key=str)
    described += _catalog(data, settings, datasets, services)
    for dataset in datasets:
        described += _dataset(data, settings, dataset)
        described += distributions(
            dumps.of(dataset.rpartition("/")[2]),
            data,
            settings.public_url,
            rights=URIRef(f"{dataset}#rights"),
            services=services,
        )
    for service in services:
        described += _service(data, settings, service, datasets)
    described += _agents(data, settings)
    described += _standards(described, data)
    return described + describe_terms(described)


def _catalog(
    data: Graph, settings: Settings, datasets: Iterable[Node], services: Iterable[Node]
) -> Graph:
    described = Graph(bind_namespaces="none")
    home, themes = URIRef(settings.public_url), URIRef(f"{EU}data-theme")
    _copy(data, described, CATALOGUE, _WRITTEN)
    described.add((CATALOGUE, RDF.type, DCAT.Catalog))
    described.add((CATALOGUE, DCTERMS.identifier, Literal(str(CATALOGUE))))
    described.add((CATALOGUE, DCTERMS.publisher, _publisher(data, settings)))
    described.add((CATALOGUE, DCAT.themeTaxonomy, themes))
    described.add((CATALOGUE, FOAF.homepage, home))
    described.add((home, RDF.type, FOAF.Document))
    for dataset in datasets:
        described.add((CATALOGUE, DCAT.dataset, dataset))
        _copy(data, described, dataset, (DCTERMS.language, DCTERMS.license), CATALOGUE)
        for place in locations(data, dataset).values():
            described.add((CATALOGUE, DCTERMS.spatial, place))
    for service in services:
        described.add((CATALOGUE, DCAT.service, service))
    for path, choose in ((DCTERMS.issued, min), (DCTERMS.modified, max)):
        days = [str(day) for one in datasets for day in data.objects(one, path)]
        described.add((CATALOGUE, path, Literal(choose(days), datatype=XSD.date)))
    return described


def _dataset(data: Graph, settings: Settings, node: URIRef) -> Graph:
    described = Graph(bind_namespaces="none")
    _copy(data, described, node, _OF_DATASET)
    described.add((node, RDF.type, DCAT.Dataset))
    described.add((node, DCTERMS.identifier, Literal(str(node))))
    for version in data.objects(ONTOLOGY, OWL.versionInfo):
        described.add((node, DCAT.version, version))
        described.add((node, OWL.versionInfo, version))
    described += _responsible(data, settings, node)
    return described + coverage(data, node) + _statements(data, node)


def _service(data: Graph, settings: Settings, node: Node, datasets: Iterable[Node]) -> Graph:
    described = Graph(bind_namespaces="none")
    _copy(data, described, node, _OF_SERVICE)
    endpoint = URIRef(settings.public_url + str(node).rpartition("/")[2])
    described.add((node, RDF.type, DCAT.DataService))
    described.add((node, DCTERMS.identifier, Literal(str(node))))
    described.add((node, DCAT.endpointURL, endpoint))
    described.add((node, DCAT.endpointDescription, _described_at(endpoint, settings)))
    described.add((node, DCTERMS.accessRights, term("access-right", "PUBLIC")))
    for dataset in datasets:
        described.add((node, DCAT.servesDataset, dataset))
        _copy(data, described, dataset, (DCTERMS.license,), node)
    return described + _responsible(data, settings, node)


def _described_at(endpoint: URIRef, settings: Settings) -> URIRef:
    """Return where a service is described: a SPARQL endpoint does it itself."""
    own = endpoint == URIRef(f"{settings.public_url}sparql")
    return endpoint if own else URIRef(f"{settings.public_url}openapi.json")


def _responsible(data: Graph, settings: Settings, node: Node) -> Graph:
    """State who publishes, whom to ask, and which page shows a dataset or service."""
    described = Graph(bind_namespaces="none")
    page = URIRef(f"{settings.public_url}page/{str(node).removeprefix(str(ID))}")
    described.add((node, DCTERMS.publisher, _publisher(data, settings)))
    described.add((node, DCAT.contactPoint, agent.contact_iri(CATALOGUE)))
    described.add((node, DCAT.landingPage, page))
    described.add((page, RDF.type, FOAF.Document))
    return described


def _agents(data: Graph, settings: Settings) -> Graph:
    publisher = agent.publisher(settings, data, CATALOGUE, _stated_publisher(data))
    return publisher + agent.contact(settings, publisher, CATALOGUE)


def _publisher(data: Graph, settings: Settings) -> Node:
    return agent.publisher_iri(settings, CATALOGUE, _stated_publisher(data))


def _stated_publisher(data: Graph) -> Node:
    return next(data.objects(name_of(GRAPH_DATASET), DCTERMS.publisher))


def _statements(data: Graph, node: URIRef) -> Graph:
    """State where the data comes from and what its users owe to whom, in nodes of their own."""
    described = Graph(bind_namespaces="none")
    provenance, rights = URIRef(f"{node}#provenance"), URIRef(f"{node}#rights")
    described.add((node, DCTERMS.provenance, provenance))
    described.add((provenance, RDF.type, DCTERMS.ProvenanceStatement))
    described.add((rights, RDF.type, DCTERMS.RightsStatement))
    for text in data.objects(node, SCHEMA.measurementTechnique):
        described.add((provenance, RDFS.label, text))
    for text in data.objects(node, DCTERMS.rights):
        described.add((rights, RDFS.label, text))
    return described


def _standards(described: Graph, data: Graph) -> Graph:
    """Say of what is conformed to that it is a standard, and how it is called."""
    standards = Graph(bind_namespaces="none")
    for standard in set(described.objects(None, DCTERMS.conformsTo)):
        standards.add((standard, RDF.type, DCTERMS.Standard))
        for title in data.objects(standard, DCTERMS.title):
            standards.add((standard, DCTERMS.title, title))
    return standards


def _copy(
    data: Graph, described: Graph, node: Node, paths: Iterable[URIRef], onto: Node | None = None
) -> None:
    for path in paths:
        for value in data.objects(node, path):
            described.add((onto or node, path, value))
