"""What a dataset covers: places, by the IRIs that portals know, and the period."""

from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD
from rdflib.term import Node

from sixaika_graph.descriptions.authority import table
from sixaika_graph.namespaces import DCAT, SCHEMA


def coverage(data: Graph, dataset: URIRef) -> Graph:
    """Describe the places and the period that a dataset covers, as `data` states them."""
    described = _period(data, dataset)
    for place in data.objects(dataset, DCTERMS.spatial):
        known = location(data, place)
        described.add((dataset, DCTERMS.spatial, known))
        described.add((known, RDF.type, DCTERMS.Location))
        for name in data.objects(place, SKOS.prefLabel):
            described.add((known, RDFS.label, name))
    return described


def location(data: Graph, place: Node) -> Node:
    """Return the IRI by which portals know a place: in the tables of the EU, GeoNames or NUTS."""
    known = sorted(data.objects(place, SCHEMA.sameAs), key=str)
    preferred = [
        *(one for one in known if (one, None, None) in table()),
        *(one for one in known if str(one).startswith("https://sws.geonames.org/")),
        *(one for one in known if str(one).startswith("http://data.europa.eu/nuts/")),
    ]
    return preferred[0] if preferred else place


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
