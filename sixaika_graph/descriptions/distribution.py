"""The files of a dataset as distributions (DCAT-AP 3.0.1, 7.2.9).

The IRI of a distribution stays the same over versions; its size, checksum and date change.
"""

from collections.abc import Iterable
from typing import Final

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph.descriptions.authority import SHA256, media_type, term
from sixaika_graph.dumps import Dump, name_of
from sixaika_graph.namespaces import ADMS, DCAT, DCATAP, ID, SPDX

_INHERITED: Final = (
    DCTERMS.conformsTo,
    DCTERMS.issued,
    DCTERMS.language,
    DCTERMS.license,
    DCTERMS.modified,
)


def distribution_iri(dump: Dump) -> URIRef:
    """Return the IRI of the distribution that a dump is."""
    return ID[f"distribution/{dump.dataset}-{dump.format.suffix.replace('.', '-')}"]


def address(dump: Dump, public_url: str) -> str:
    """Return where a dump is to be had."""
    return f"{public_url}dumps/{dump.file_name}"


def distributions(
    dumps: Iterable[Dump], data: Graph, public_url: str, *, rights: Node, services: Iterable[Node]
) -> Graph:
    """Describe the dumps of one dataset, which `data` describes.

    `rights` is the statement of rights that they share; `services` give the same statements.
    """
    described = Graph(bind_namespaces="none")
    for dump in dumps:
        dataset, node = name_of(dump.dataset), distribution_iri(dump)
        described.add((dataset, DCAT.distribution, node))
        described.add((node, RDF.type, DCAT.Distribution))
        described.add((node, DCTERMS.rights, rights))
        for path in _INHERITED:
            for value in data.objects(dataset, path):
                described.add((node, path, value))
        for title in data.objects(dataset, DCTERMS.title):
            if isinstance(title, Literal):
                text = f"{title} ({dump.format.name})"
                described.add((node, DCTERMS.title, Literal(text, lang=title.language)))
        described += _file(dump, node, public_url)
        if dump.format.is_rdf:
            for service in services:
                described.add((node, DCAT.accessService, service))
    return described


def _file(dump: Dump, node: URIRef, public_url: str) -> Graph:
    described = Graph(bind_namespaces="none")
    row, url = dump.format, URIRef(address(dump, public_url))
    described.add((node, DCAT.accessURL, url))
    described.add((node, DCAT.downloadURL, url))
    for language, text in row.descriptions.items():
        described.add((node, DCTERMS.description, Literal(text, lang=language)))
    described.add((node, DCTERMS["format"], term("file-type", row.file_type)))
    described.add((node, DCAT.mediaType, media_type(row.media_type)))
    if row.wrapping:
        path = DCAT.compressFormat if row.compresses else DCAT.packageFormat
        described.add((node, path, media_type(row.served_as)))
    size = Literal(str(dump.size), datatype=XSD.nonNegativeInteger)
    described.add((node, DCAT.byteSize, size))
    described.add((node, DCATAP.availability, term("planned-availability", "STABLE")))
    described.add((node, ADMS.status, term("distribution-status", "COMPLETED")))
    return described + _checksum(dump, node)


def _checksum(dump: Dump, node: URIRef) -> Graph:
    described = Graph(bind_namespaces="none")
    checksum = URIRef(f"{node}#checksum")
    described.add((node, SPDX.checksum, checksum))
    described.add((checksum, RDF.type, SPDX.Checksum))
    described.add((checksum, SPDX.algorithm, SHA256))
    value = Literal(dump.sha256, datatype=XSD.hexBinary)
    described.add((checksum, SPDX.checksumValue, value))
    return described
