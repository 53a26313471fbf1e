"""Terms of authority tables: what the catalogue says of those that it names.

A portal knows a language, a licence or a file type by its IRI; a validator wants to see in the
catalogue itself what kind of thing each is and in which table it stands.
"""

from functools import cache
from pathlib import Path
from typing import Final

from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph import turtle

EU: Final = "http://publications.europa.eu/resource/authority/"
PUBLISHER_TYPE: Final = "http://purl.org/adms/publishertype/"
SHA256: Final = URIRef("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")
MEDIA_TYPES: Final = "http://www.iana.org/assignments/media-types/"

_FILE: Final = Path(__file__).with_name("authority.ttl")


@cache
def table() -> Graph:
    """Return what is known of the terms of authority tables."""
    return turtle.read(_FILE)


def term(scheme: str, code: str) -> URIRef:
    """Return the IRI of a code in a table of the European Union."""
    return URIRef(f"{EU}{scheme}/{code}")


def media_type(name: str) -> URIRef:
    """Return the IRI of a media type in the registry of IANA."""
    return URIRef(MEDIA_TYPES + name)


def describe_terms(catalogue: Graph) -> Graph:
    """Return what the terms are that a catalogue names, and the tables that they stand in."""
    described = Graph(bind_namespaces="none")
    waiting: set[Node] = set(catalogue.objects())
    while waiting:
        one = waiting.pop()
        if str(one).startswith(MEDIA_TYPES):
            described.add((one, RDF.type, DCTERMS.MediaType))
        about = [(one, path, value) for path, value in table().predicate_objects(one)]
        waiting |= {value for *_, value in about if (value, None, None) not in described}
        for triple in about:
            described.add(triple)
    return described
