"""What belongs into the document about a thing of our dataset beside the thing itself."""

from collections.abc import Iterable
from typing import Final

from rdflib import URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG

from sixaika_graph.dumps.content import GRAPH_DATASET, PEOPLE_DATASET, name_of
from sixaika_graph.engine import Surroundings
from sixaika_graph.namespaces import S6, SCHEMA
from sixaika_graph.web.nodes import COLUMNS


def _iris(terms: Iterable[URIRef]) -> tuple[str, ...]:
    return tuple(map(str, terms))


SURROUNDINGS: Final = Surroundings(
    node_links=_iris(
        (
            *(ORG.organization, ORG.member, SCHEMA.funder, DCTERMS.isPartOf),
            *(S6.forProject, S6.onBehalfOf, S6.budgetOf, S6.financedBy),
            *(S6.figureOf, S6.scope, S6.gapOf, S6.choiceOf),
        )
    ),
    node_kinds=_iris(COLUMNS),
    # The parts of its budgets.
    paths=(_iris((S6.budgetOf, DCTERMS.isPartOf)),),
    datasets={
        str(name_of(PEOPLE_DATASET)): _iris((FOAF.Person, S6.Assignment)),
        str(name_of(GRAPH_DATASET)): (),
    },
)
