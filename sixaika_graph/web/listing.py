"""The catalogue as a page: each dataset with its files, and the services."""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import RDF, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph.descriptions.distribution import distribution_iri
from sixaika_graph.dumps import Dump, name_of
from sixaika_graph.namespaces import DCAT
from sixaika_graph.web.labels import choose
from sixaika_graph.web.language import current_language
from sixaika_graph.web.released import catalogue_graph, release


@dataclass(frozen=True)
class File:
    """A dump: `size` in bytes, `about` in the language of the page.

    `anchor` is the end of the IRI of the distribution, which leads to the place of the file.
    """

    name: str
    anchor: str
    format: str
    size: int
    sha256: str
    about: str


@dataclass(frozen=True)
class Item:
    """A dataset or service: its IRI, its texts in the language of the page, its files."""

    iri: str
    title: str
    about: str
    address: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Listing:
    """The catalogue: its datasets and services, and the day of the last change."""

    datasets: tuple[Item, ...]
    services: tuple[Item, ...]
    modified: str


def read_listing() -> Listing:
    """Read the catalogue for a page."""
    graph, released = catalogue_graph(), release()
    slugs = dict.fromkeys(dump.dataset for dump in released.dumps.files.values())
    services = sorted(graph.subjects(RDF.type, DCAT.DataService), key=str)
    return Listing(
        datasets=tuple(_item(name_of(slug), released.dumps.of(slug)) for slug in slugs),
        services=tuple(_item(service) for service in services),
        modified=released.modified,
    )


def _item(node: Node, dumps: Iterable[Dump] = ()) -> Item:
    address = catalogue_graph().value(node, DCAT.endpointURL)
    return Item(
        iri=str(node),
        title=_text(node, DCTERMS.title),
        about=_text(node, DCTERMS.description),
        address=str(address or ""),
        files=tuple(_file(dump) for dump in dumps),
    )


def _file(dump: Dump) -> File:
    iri = distribution_iri(dump)
    about = _text(iri, DCTERMS.description)
    return File(
        dump.file_name, iri.rpartition("/")[2], dump.format.name, dump.size, dump.sha256, about
    )


def _text(node: Node, path: URIRef) -> str:
    texts = [one for one in catalogue_graph().objects(node, path) if isinstance(one, Literal)]
    best = choose(texts, current_language())
    return best.text if best else ""
