"""What the documents of the vocabulary are made of: the terms, their uses and the shapes.

It is asked of the engine once, by whoever first needs it: a tenth of a second is too long for the
start.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app
from rdflib import RDF, URIRef
from rdflib.term import Node

from sixaika_graph.dataset import ONTOLOGY
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.facts import Facts, read_facts
from sixaika_graph.web.solutions import Solution, solutions
from sixaika_graph.web.values import Link, Names, Value

_KEY: Final = "sixaika.glossary"


@dataclass(frozen=True)
class Example:
    """One statement that shows a term: a class is the value of rdf:type."""

    subject: Link
    predicate: Link
    value: Value


@dataclass(frozen=True)
class Uses:
    """What the dataset says about the use of terms.

    No example names a person: the documents of the vocabulary are open to search engines.
    """

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


def _read_uses() -> Uses:
    """Ask for the use of all terms."""
    counts = {row["term"]: int(row["uses"]) for row in solutions("page-term-uses", {})}
    examples = {
        row["term"]: URIRef(str(row["example"])) for row in solutions("page-term-examples", {})
    }
    return Uses(counts, examples, read_facts(examples.values()))


@dataclass(frozen=True)
class Glossary:
    """The terms of the ontology.

    `sections` are its classes, properties and code lists, `facts` what it says of itself and of
    them; `shapes` are the solutions with the rules.
    """

    sections: Mapping[str, Sequence[Node]]
    facts: Facts
    uses: Uses
    shapes: Sequence[Solution]


def _read() -> Glossary:
    found = solutions("page-ontology", {})
    sections = {
        section: [row["term"] for row in found if str(row["section"]) == section]
        for section in ("classes", "properties", "lists")
    }
    facts = read_facts([ONTOLOGY, *sections["classes"], *sections["properties"]])
    return Glossary(sections, facts, _read_uses(), solutions("page-shapes", {}))


def glossary() -> Glossary:
    """Return what the current application knows of the vocabulary.

    Raises:
        SixaikaError: it is not read yet, and the engine does not answer.
    """
    read: Deferred[Glossary] = current_app.extensions[_KEY]
    return read.get()


def install(app: Flask) -> None:
    """Let an application read its vocabulary."""
    app.extensions[_KEY] = Deferred.within(app, _read)
