"""The catalogue in the profile of avoindata.fi: DCAT-AP-FI (adfi), which builds on DCAT-AP 2.0.

https://github.com/vrk-kpa/opendata/tree/master/doc/dcat-ap. Its shapes and those of DCAT-AP 3
cannot hold in one document: a size is an xsd:decimal there and an xsd:nonNegativeInteger here. A
checksum may be SHA-1 only there, and need not be: it is left out. So is adfi:collectionType, which
the tables of the profile name and its shapes do not: no namespace of adfi was found published.
What a dataset is, open data or a tool, CKAN's API says.
"""

from rdflib import RDF, XSD, Graph, Literal
from rdflib.term import Node

from sixaika_graph.descriptions.authority import SHA256
from sixaika_graph.namespaces import DCAT, SPDX


def adfi(catalogue: Graph) -> Graph:
    """Return a catalogue as avoindata.fi checks it."""
    checksums = {SHA256, *catalogue.subjects(RDF.type, SPDX.Checksum)}
    described = Graph(bind_namespaces="none")
    for subject, path, value in catalogue:
        if checksums.isdisjoint({subject, value}):
            described.add((subject, path, _decimal(value) if path == DCAT.byteSize else value))
    return described


def _decimal(size: Node) -> Literal:
    """Write a size with the point without which Turtle has no decimals."""
    return Literal(f"{size}.0", datatype=XSD.decimal)
