"""Where the terms of the ontology are used: how often, with an example, under which rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rdflib import URIRef

from sixaika_graph.web.glossary import Example, glossary
from sixaika_graph.web.shapes import Rule, Shape, Shapes
from sixaika_graph.web.values import Names


@dataclass(frozen=True)
class Usage:
    """How often a term is used, a statement with it, and the rules on it.

    A class has its members as uses and the rules of the shapes that apply to it.
    """

    uses: int
    example: Example | None
    rules: tuple[Rule, ...]


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
    uses = glossary().uses
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
