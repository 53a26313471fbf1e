"""Where the terms of the ontology are used: how often, with an example, under which rules.

No example names a person: the documents of the vocabulary are open to search engines.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rdflib import RDF, URIRef
from rdflib.term import Node

from sixaika_graph.web.facts import Facts, read_facts
from sixaika_graph.web.shapes import Rule, Shape, Shapes
from sixaika_graph.web.solutions import solutions
from sixaika_graph.web.values import Link, Names, Value


@dataclass(frozen=True)
class Example:
    """One statement that shows a term: a class is the value of rdf:type."""

    subject: Link
    predicate: Link
    value: Value


@dataclass(frozen=True)
class Usage:
    """How often a term is used, a statement with it, and the rules on it.

    A class has its members as uses and the rules of the shapes that apply to it.
    """

    uses: int
    example: Example | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Uses:
    """What the dataset says about the use of terms."""

    counts: Mapping[Node, int]
    examples: Mapping[Node, URIRef]
    facts: Facts

    def terms(self) -> Iterator[Node]:
        """Yield every term that an example may show."""
        yield RDF.type
        yield from self.examples.values()
        for term, subject in self.examples.items():
            value = self._value(term, subject)
            yield from (value,) if value is not None else ()

    def _value(self, term: Node, subject: URIRef) -> Node | None:
        if term in self.facts.about(subject).get(RDF.type, {}):
            return term
        return self.facts.one(subject, URIRef(str(term)))

    def example(self, term: Node, names: Names) -> Example | None:
        """Return a statement with a term, None where there is none to show."""
        subject = self.examples.get(term)
        value = self._value(term, subject) if subject is not None else None
        if subject is None or value is None:
            return None
        predicate = RDF.type if value == term else term
        return Example(names.link(subject), names.link(predicate), names.value(value))


def read_uses() -> Uses:
    """Ask for the use of all terms."""
    counts = {row["term"]: int(row["uses"]) for row in solutions("page-term-uses", {})}
    examples = {
        row["term"]: URIRef(str(row["example"])) for row in solutions("page-term-examples", {})
    }
    return Uses(counts, examples, read_facts(examples.values()))


def rules_by_term(shapes: Sequence[Shape]) -> Mapping[str, tuple[Rule, ...]]:
    """Return the rules on each property, and on each class those of its shapes, by IRI."""
    found: dict[str, dict[str, Rule]] = defaultdict(dict)
    for shape in shapes:
        for rule in shape.rules:
            terms = [target.iri for target in shape.targets]
            terms += [rule.path.iri] if rule.path else []
            for term in terms:
                found[term][rule.link.iri] = rule
    return {term: tuple(rules.values()) for term, rules in found.items()}


def with_members(shapes: Shapes) -> Shapes:
    """Tell of each shape how many things its classes have, with one of them."""
    uses = read_uses()
    names = Names(uses.examples.values())

    def filled(shape: Shape) -> Shape:
        targets = [URIRef(target.iri) for target in shape.targets]
        found = [uses.examples[target] for target in targets if target in uses.examples]
        return replace(
            shape,
            members=tuple(uses.counts.get(target, 0) for target in targets),
            example=names.link(found[0]) if found else None,
        )

    return replace(shapes, shapes=tuple(filled(shape) for shape in shapes.shapes))
