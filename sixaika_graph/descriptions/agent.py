"""Who publishes the datasets and who answers questions, as the settings say.

The contact is an organisation, never a person (vCard, https://www.w3.org/TR/vcard-rdf/).
"""

from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from sixaika_graph.descriptions.authority import PUBLISHER_TYPE
from sixaika_graph.namespaces import VCARD
from sixaika_graph.settings import Settings


def publisher(settings: Settings, data: Graph, catalogue: URIRef, stated: Node) -> Graph:
    """Describe the publisher: the one of the settings, else the one that the data states."""
    described = Graph(bind_namespaces="none")
    node = publisher_iri(settings, catalogue, stated)
    names = [Literal(settings.publisher_name)] if settings.publisher_name else []
    described.add((node, RDF.type, FOAF.Agent))
    for name in names or data.objects(stated, SKOS.prefLabel):
        described.add((node, FOAF.name, name))
    described.add((node, DCTERMS.type, URIRef(PUBLISHER_TYPE + settings.publisher_type)))
    if settings.publisher_url:
        page = URIRef(settings.publisher_url)
        described.add((node, FOAF.homepage, page))
        described.add((page, RDF.type, FOAF.Document))
    return described


def publisher_iri(settings: Settings, catalogue: URIRef, stated: Node) -> Node:
    """Return the IRI of the publisher."""
    return URIRef(f"{catalogue}#publisher") if settings.publisher_name else stated


def contact_iri(catalogue: URIRef) -> URIRef:
    """Return the IRI of the contact."""
    return URIRef(f"{catalogue}#contact")


def contact(settings: Settings, names: Graph, catalogue: URIRef) -> Graph:
    """Describe whom to ask, under the names that the publisher has; without one, the home page."""
    described = Graph(bind_namespaces="none")
    node = contact_iri(catalogue)
    address = settings.contact_url or settings.public_url
    path = VCARD.hasEmail if address.startswith("mailto:") else VCARD.hasURL
    for kind in (VCARD.Kind, VCARD.Organization):
        described.add((node, RDF.type, kind))
    for name in names.objects(None, FOAF.name):
        described.add((node, VCARD.fn, name))
    described.add((node, path, URIRef(address)))
    return described
