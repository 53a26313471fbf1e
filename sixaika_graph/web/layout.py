"""How the pages of one kind of thing are arranged: what comes first, and what is asked for it.

A layout is a template `layout-<name>.html`, a site query of the same name, and a row here; all else
has the generic page. The query tells the parts of the overview, in the columns that
`overview.Entry` has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rdflib import URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, SKOS
from rdflib.term import Node

from sixaika_graph.namespaces import DEF, FRAPO, S6, SCHEMA
from sixaika_graph.web.facts import Values


@dataclass(frozen=True)
class Layout:
    """One arrangement, for the members of a class.

    `glance` are the properties shown at once, in this order, and not again below. `whole` names,
    for a part of the overview, the parameter of the page that has all of it, page by page; n-ary
    nodes of a kind in there are not shown a second time in a table of their own.
    """

    name: str
    kind: URIRef
    glance: tuple[URIRef, ...] = ()
    whole: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def more(self, part: str) -> dict[str, str]:
        """Return the parameters of the page that has all of a part."""
        return dict([self.whole[part]]) if part in self.whole else {}

    def replaces(self, kind: str) -> bool:
        """Tell whether the overview shows the n-ary nodes of a kind of the ontology."""
        return ("nodes", f"s6:{kind}") in self.whole.values()


_PARTICIPATIONS: Final = ("nodes", "s6:Participation")

_LAYOUTS: Final = (
    Layout(
        "project",
        S6.Project,
        glance=(
            S6.projectKind, S6.focusArea, S6.fund, S6.underCall, S6.programme, S6.priorityAxis,
            S6.specificObjective, S6.intermediateBody, S6.status, DCTERMS.identifier, S6.acronym,
            SCHEMA.url,
        ),
        whole={
            "partner": _PARTICIPATIONS,
            "after": ("inverse", "s6:follows"),
            "sub": ("inverse", "dct:isPartOf"),
        },
    ),
    Layout(
        "city",
        SCHEMA.City,
        glance=(SCHEMA.containedInPlace, DCTERMS.identifier),
        whole={
            "project": ("inverse", "s6:cityRegion"),
            "organisation": ("inverse", "s6:sixCityRegion"),
        },
    ),
    Layout(
        "organisation",
        ORG.Organization,
        glance=(
            ORG.classification, S6.sixCityRegion, ORG.identifier, ORG.unitOf, SCHEMA.url,
        ),
        whole={"project": _PARTICIPATIONS, "unit": ("inverse", "org:unitOf")},
    ),
    Layout(
        "fund",
        S6.Fund,
        glance=(SKOS.altLabel, S6.intermediateBody),
        whole={"project": ("inverse", "s6:fund"), "call": ("inverse", "s6:fund")},
    ),
    Layout(
        "call",
        S6.Call,
        glance=(
            S6.programme, S6.fund, S6.focusArea, S6.priorityAxis, S6.specificObjective, S6.status,
        ),
        whole={"project": ("inverse", "s6:underCall")},
    ),
    Layout("person", FOAF.Person, whole={"role": ("nodes", "s6:Assignment")}),
    Layout(
        "strategy",
        S6.Strategy,
        glance=(
            S6.hasFocusArea, S6.implementedBy, S6.eligibleFund, DCTERMS.isPartOf,
            FRAPO.hasDecisionDate,
        ),
        whole={"project": ("inverse", "s6:programme"), "call": ("inverse", "s6:programme")},
    ),
    Layout(
        "subproject",
        S6.SubProject,
        glance=(DCTERMS.spatial, S6.focusArea, DCTERMS.identifier, S6.status, SCHEMA.url),
        whole={"other": ("inverse", "dct:isPartOf")},
    ),
    Layout(
        "source",
        FOAF.Document,
        glance=(
            DCTERMS.publisher, S6.sourceKind, SCHEMA.url, S6.seenOn, DCTERMS.issued,
            DCTERMS.language, DCTERMS.license, DCTERMS.rights,
        ),
    ),
)  # fmt: skip
"""The layouts; a thing of several classes has the first that fits."""

# Of the concepts, only the focus areas have a page of their own.
_FOCUS: Final = Layout(
    "focus",
    SKOS.Concept,
    glance=(SKOS.example, SKOS.altLabel),
    whole={"project": ("inverse", "s6:focusArea"), "call": ("inverse", "s6:focusArea")},
)

LAYOUTS: Final = (*_LAYOUTS, _FOCUS)


def layout_of(about: Mapping[URIRef, Values]) -> Layout | None:
    """Return the layout for a thing, by the statements about it; None for the generic page."""
    types: Mapping[Node, object] = about.get(RDF.type, {})
    if DEF["focus"] in about.get(SKOS.inScheme, {}):
        return _FOCUS
    return next((layout for layout in _LAYOUTS if layout.kind in types), None)
