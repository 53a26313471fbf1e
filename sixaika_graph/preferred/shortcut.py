"""Shortcuts over n-ary nodes, so that a common question needs two triple patterns and not five."""

from typing import Final

from rdflib import Graph, URIRef
from rdflib.namespace import ORG, RDF

from sixaika_graph.namespaces import DEF, S6, SCHEMA

_LEAD: Final = DEF["role/lead"]
_CLASS_OF_KIND: Final = {
    DEF["project-kind/lead"]: S6.LeadProject,
    DEF["project-kind/pilot"]: S6.PilotProject,
}


def add_kinds(graph: Graph) -> None:
    """Type lead and pilot projects with the class of their kind."""
    for project, kind in list(graph.subject_objects(S6.projectKind)):
        if isinstance(kind, URIRef) and kind in _CLASS_OF_KIND:
            graph.add((project, RDF.type, _CLASS_OF_KIND[kind]))


def add_memberships(graph: Graph) -> None:
    """State membership, lead and city region of a project directly, from its participations.

    The region is that of the participation, else the one that the organisation has by default.
    """
    for participation in list(graph.subjects(RDF.type, S6.Participation)):
        project = graph.value(participation, ORG.organization)
        member = graph.value(participation, ORG.member)
        if project is None or member is None:
            continue  # the shape of participations reports it
        graph.add((project, ORG.hasMember, member))
        graph.add((project, SCHEMA.member, member))
        graph.add((member, ORG.memberOf, project))
        if (participation, ORG.role, _LEAD) in graph:
            graph.add((project, S6.leadOrganisation, member))
        regions = list(graph.objects(participation, S6.sixCityRegion))
        for region in regions or list(graph.objects(member, S6.sixCityRegion)):
            graph.add((project, S6.cityRegion, region))
