"""What a dataset covers: places, by the IRIs that portals know, and the period."""

from collections.abc import Mapping
from typing import Final

from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD
from rdflib.term import Node

from sixaika_graph.descriptions.authority import table
from sixaika_graph.namespaces import DCAT, SCHEMA

_GEONAMES: Final = "https://sws.geonames.org/"


def coverage(data: Graph, dataset: URIRef) -> Graph:
    """Describe the places and the period that a dataset covers, as `data` states them."""
    described = _period(data, dataset)
    for place, known in locations(data, dataset).items():
        described.add((dataset, DCTERMS.spatial, known))
        described.add((known, RDF.type, DCTERMS.Location))
        for name in data.objects(place, SKOS.prefLabel):
            described.add((known, RDFS.label, name))
    return described


def locations(data: Graph, dataset: Node) -> Mapping[Node, Node]:
    """Return the places that a dataset covers, each with the IRI by which portals know it.

    Portals know those of the tables of the EU and of GeoNames. A place that has none of them stays
    in the data: of several places CKAN keeps the last, be it the country or one of its regions.
    """
    places = sorted(data.objects(dataset, DCTERMS.spatial), key=str)
    known = {
        place: sorted(filter(_is_known, data.objects(place, SCHEMA.sameAs)), key=str)
        for place in places
    }
    return {place: iris[0] for place, iris in known.items() if iris} or {one: one for one in places}


def _is_known(iri: Node) -> bool:
    return (iri, None, None) in table() or str(iri).startswith(_GEONAMES)


def _period(data: Graph, node: URIRef) -> Graph:
    """State the period that the data covers, which is written as start/end."""
    described = Graph(bind_namespaces="none")
    period = URIRef(f"{node}#period")
    for text in data.objects(node, SCHEMA.temporalCoverage):
        start, _, end = str(text).partition("/")
        described.add((node, DCTERMS.temporal, period))
        described.add((period, RDF.type, DCTERMS.PeriodOfTime))
        described.add((period, DCAT.startDate, Literal(start, datatype=XSD.date)))
        described.add((period, DCAT.endDate, Literal(end, datatype=XSD.date)))
    return described
