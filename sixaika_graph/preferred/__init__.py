"""The preferred graph: what the sources say, each statement once, one value where one is due.

It is the default graph of the published dataset. What each source prints stays in its named graph;
which value was chosen among several, and by which rule, is stated as s6:Choice.
"""

from dataclasses import dataclass

from rdflib import Dataset, Graph

from sixaika_graph.dataset import ONTOLOGY, SHAPES, named_graph, named_graphs
from sixaika_graph.preferred import choice, label, period, shortcut, vocabulary


@dataclass(frozen=True)
class Preferred:
    """The preferred graph, and the graph of the choices that led to it (contained in the first)."""

    graph: Graph
    choices: Graph


def prefer(dataset: Dataset) -> Preferred:
    """Build the preferred graph from all named graphs but the shapes; the dataset stays as it is.

    No reasoner runs anywhere, so superclasses, superproperties, shortcuts and labels are written
    out here.
    """
    graph = _statements(dataset)
    ontology = named_graph(dataset, ONTOLOGY)
    shortcut.add_kinds(graph)
    vocabulary.add_superclasses(graph, ontology)
    choices = choice.settle(graph, dataset)
    graph += choices
    period.add_bounds(graph)
    shortcut.add_memberships(graph)
    vocabulary.add_superproperties(graph, ontology)
    label.add_labels(graph)
    return Preferred(graph=graph, choices=choices)


def _statements(dataset: Dataset) -> Graph:
    graph = Graph(bind_namespaces="none")
    for source in named_graphs(dataset):
        if source.identifier != SHAPES:
            graph += source
    return graph
