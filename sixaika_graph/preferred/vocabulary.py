"""What our own terms imply: their superclasses and superproperties."""

from rdflib import Graph, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

from sixaika_graph.namespaces import S6


def add_superclasses(graph: Graph, ontology: Graph) -> None:
    """Type every instance of a class of ours with all classes above it."""
    for term, above in _above(ontology, RDFS.subClassOf).items():
        for thing in list(graph.subjects(RDF.type, term)):
            for superclass in above:
                graph.add((thing, RDF.type, superclass))


def add_superproperties(graph: Graph, ontology: Graph) -> None:
    """Repeat every statement with a property of ours under all properties above it."""
    for term, above in _above(ontology, RDFS.subPropertyOf).items():
        for subject, value in list(graph.subject_objects(term)):
            for superproperty in above:
                graph.add((subject, superproperty, value))


def _above(ontology: Graph, relation: URIRef) -> dict[URIRef, set[Node]]:
    return {
        term: {
            upper
            for upper in ontology.transitive_objects(term, relation)
            if isinstance(upper, URIRef) and upper != term
        }
        for term in set(ontology.subjects(relation))
        if isinstance(term, URIRef) and term.startswith(S6)
    }
