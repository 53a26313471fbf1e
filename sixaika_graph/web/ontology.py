"""The ontology as a document: its terms with definitions, mappings, uses, rules and examples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib import Literal
from rdflib.namespace import DCTERMS, RDFS
from rdflib.term import Node

from sixaika_graph.dataset import ONTOLOGY
from sixaika_graph.web.alternates import Alternate
from sixaika_graph.web.entity import alternates
from sixaika_graph.web.facts import Facts
from sixaika_graph.web.glossary import Uses, glossary
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.language import current_language
from sixaika_graph.web.shapes import Rule, read_shapes
from sixaika_graph.web.sources import Footnotes, Origins
from sixaika_graph.web.statements import Group, Writer
from sixaika_graph.web.usage import Usage, rules_by_term
from sixaika_graph.web.values import Link, Names

_TOLD: Final = {str(term) for term in (RDFS.label, RDFS.comment, RDFS.isDefinedBy)}
"""What the heading of a term says already."""


@dataclass(frozen=True)
class Term:
    """A class or property; `fragment` is its anchor, `groups` what else is said about it."""

    link: Link
    fragment: str
    about: Label | None
    groups: tuple[Group, ...]
    usage: Usage


@dataclass(frozen=True)
class Ontology:
    """The ontology: its description, its classes and properties, and the code lists beside it."""

    link: Link
    about: Label | None
    groups: tuple[Group, ...]
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    lists: tuple[Link, ...]
    alternates: tuple[Alternate, ...]


def read_ontology() -> Ontology:
    """Return the ontology as a document."""
    known = glossary()
    terms, facts, uses = known.sections, known.facts, known.uses
    rules = rules_by_term(read_shapes().shapes)
    named = {ONTOLOGY, *terms["lists"], *facts.by_subject, *facts.terms(), *uses.terms()}
    names = Names(named)
    writer = Writer(facts, names, Footnotes(Origins([]), names))
    return Ontology(
        link=names.link(ONTOLOGY),
        about=_comment(facts, ONTOLOGY),
        groups=_untold(writer, ONTOLOGY),
        classes=_written(writer, terms["classes"], uses, rules),
        properties=_written(writer, terms["properties"], uses, rules),
        lists=tuple(names.link(term) for term in names.ordered(terms["lists"])),
        alternates=alternates(ONTOLOGY),
    )


def _written(
    writer: Writer, terms: Iterable[Node], uses: Uses, rules: Mapping[str, tuple[Rule, ...]]
) -> tuple[Term, ...]:
    return tuple(
        Term(
            writer.names.link(term),
            str(term).rpartition("#")[2],
            _comment(writer.facts, term),
            _untold(writer, term),
            Usage(
                uses.counts.get(term, 0),
                uses.example(term, writer.names),
                rules.get(str(term), ()),
            ),
        )
        for term in writer.names.ordered(terms)
    )


def _untold(writer: Writer, subject: Node) -> tuple[Group, ...]:
    return tuple(group for group in writer.groups(subject) if group.predicate.iri not in _TOLD)


def _comment(facts: Facts, subject: Node) -> Label | None:
    about = facts.about(subject)
    texts = [*about.get(RDFS.comment, ()), *about.get(DCTERMS.description, ())]
    return choose([text for text in texts if isinstance(text, Literal)], current_language())
