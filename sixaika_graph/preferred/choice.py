"""Which value to show where sources disagree, and the record of it.

A property has one value in the preferred graph where a property shape of its class says
`sh:maxCount 1`, so the shapes guard what is promised here. A name has one value a language.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS
from rdflib.term import Node

from sixaika_graph.dataset import CODE_LISTS, SHAPES, named_graph
from sixaika_graph.namespaces import DEF, GRAPH, ID, S6, SCHEMA, SH

_OWN_WORD: Final = (GRAPH["curated"], CODE_LISTS)
_OVERRIDES: Final = GRAPH["choices"]
_LEAST: Final = 99


@dataclass(frozen=True)
class _Candidate:
    """A value and the named graphs that state it, the most trusted one first."""

    value: Node
    graphs: tuple[URIRef, ...]


def settle(graph: Graph, dataset: Dataset) -> Graph:
    """Leave one value where one is due, in `graph`; return the choices that were made."""
    sources = _Sources(dataset)
    choices = Graph(bind_namespaces="none")
    for thing, path in _single_valued(graph, named_graph(dataset, SHAPES)):
        values = sorted(set(graph.objects(thing, path)), key=str)
        if len(values) > 1:
            first, *others = sources.ranked(thing, path, values)
            for other in others:
                graph.remove((thing, path, other.value))
            choices += _choice(thing, path, _kebab(path), [first, *others], sources)
    choices += _settle_names(graph, sources)
    return choices


def _single_valued(graph: Graph, shapes: Graph) -> Iterator[tuple[Node, URIRef]]:
    for shape, target in sorted(shapes.subject_objects(SH.targetClass), key=str):
        for constraint in sorted(shapes.objects(shape, SH.property), key=str):
            path = shapes.value(constraint, SH.path)
            limit = shapes.value(constraint, SH.maxCount)
            if isinstance(path, URIRef) and isinstance(limit, Literal) and str(limit) == "1":
                for thing in sorted(graph.subjects(RDF.type, target), key=str):
                    yield thing, path


class _Sources:
    """How far each named graph is trusted, and what the curator decided otherwise."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._order: dict[URIRef, tuple[int, str, str]] = {}
        self._overrides = named_graph(dataset, _OVERRIDES)

    def _rank(self, name: URIRef) -> tuple[int, str, str]:
        """Order graphs: the better kind of source, then the later issue, then the name."""
        if name not in self._order:
            about = named_graph(self._dataset, GRAPH["sources"])
            document = about.value(name, PROV.hadPrimarySource)
            kind = about.value(document, S6.sourceKind)
            level = named_graph(self._dataset, CODE_LISTS).value(kind, S6.precedence)
            precedence = int(str(level)) if level is not None else _LEAST
            issued = str(about.value(document, DCTERMS.issued) or "")
            self._order[name] = (0 if name in _OWN_WORD else precedence, issued, str(name))
        return self._order[name]

    def _by_trust(self, names: Iterable[URIRef]) -> list[URIRef]:
        names = sorted(names)
        names.sort(key=lambda name: self._rank(name)[1], reverse=True)
        names.sort(key=lambda name: self._rank(name)[0])
        return names

    def override(self, thing: Node, path: URIRef) -> URIRef | None:
        """Return the graph that the curator chose for this property of this thing."""
        for decision in self._overrides.subjects(S6.choiceOf, thing):
            if (decision, S6.choiceProperty, path) in self._overrides:
                chosen = self._overrides.value(decision, S6.chosen)
                return chosen if isinstance(chosen, URIRef) else None
        return None

    def ranked(self, thing: Node, path: URIRef, values: list[Node]) -> list[_Candidate]:
        """Return the values as candidates, the one to show first."""
        stated: dict[Node, list[URIRef]] = {
            value: self._by_trust(self._graphs(thing, path, value)) for value in values
        }
        best = self._by_trust({graph for graphs in stated.values() for graph in graphs[:1]})
        override = self.override(thing, path)
        position = {name: place for place, name in enumerate(best)}
        ordered = sorted(
            values,
            key=lambda value: (
                override not in stated[value],
                position[stated[value][0]] if stated[value] else _LEAST,
                str(value),
            ),
        )
        return [_Candidate(value, tuple(stated[value])) for value in ordered]

    def _graphs(self, thing: Node, path: URIRef, value: Node) -> set[URIRef]:
        paths = (SCHEMA.name, SKOS.prefLabel) if path == SCHEMA.name else (path,)
        quads = (quad for one in paths for quad in self._dataset.quads((thing, one, value, None)))
        return {URIRef(str(name)) for *_, name in quads if name != SHAPES}

    def rule(self, thing: Node, path: URIRef, candidates: list[_Candidate]) -> URIRef:
        """Name the rule that put the first candidate before the second."""
        if self.override(thing, path) is not None:
            return DEF["choice-rule/decided-by-the-curator"]
        first, second = (self._rank(one.graphs[0]) for one in candidates[:2])
        if first[0] == 0:
            return DEF["choice-rule/curated-first"]
        if first[0] != second[0]:
            return DEF["choice-rule/better-kind-of-source"]
        if first[1] != second[1]:
            return DEF["choice-rule/later-source"]
        return DEF["choice-rule/alphabetical"]


def _settle_names(graph: Graph, sources: _Sources) -> Graph:
    """Make one preferred name a language out of the printed ones; the others stay as altLabel.

    A preferred name that the curator states wins: the curated graph ranks before every source.
    """
    choices = Graph(bind_namespaces="none")
    names: dict[tuple[Node, str], set[Literal]] = defaultdict(set)
    for path in (SCHEMA.name, SKOS.prefLabel):
        for thing, name in graph.subject_objects(path):
            if isinstance(name, Literal) and (thing, SCHEMA.name, None) in graph:
                names[thing, name.language or ""].add(name)
    for (thing, language), values in sorted(names.items(), key=str):
        first, *others = sources.ranked(thing, SCHEMA.name, sorted(values, key=str))
        graph.add((thing, SKOS.prefLabel, first.value))
        graph.add((thing, SCHEMA.name, first.value))
        for other in others:
            graph.remove((thing, SCHEMA.name, other.value))
            graph.add((thing, SKOS.altLabel, other.value))
        if others:
            what = f"name-{language}" if language else "name"
            choices += _choice(thing, SCHEMA.name, what, [first, *others], sources)
    return choices


def _choice(
    thing: Node, path: URIRef, what: str, candidates: list[_Candidate], sources: _Sources
) -> Graph:
    record = Graph(bind_namespaces="none")
    node = ID[f"choice/{re.split('[/#]', str(thing))[-1]}--{what}"]
    first, *others = candidates
    record.add((node, RDF.type, S6.Choice))
    record.add((node, S6.choiceOf, thing))
    record.add((node, S6.choiceProperty, path))
    record.add((node, S6.choiceRule, sources.rule(thing, path, candidates)))
    for name in first.graphs:
        record.add((node, S6.chosen, name))
    for other in others:
        for name in other.graphs:
            record.add((node, S6.setAside, name))
    return record


def _kebab(path: URIRef) -> str:
    local = re.split("[/#]", str(path))[-1]
    return re.sub(r"(?<!^)([A-Z])", r"-\1", local).lower()
