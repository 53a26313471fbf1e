"""Labels in the visitor's language, with one fallback: asked, then fi, en, sv, any."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.term import Node

from sixaika_graph import turtle
from sixaika_graph.web.language import TRANSLATIONS, current_language
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.solutions import solutions

FALLBACK: Final = ("fi", "en", "sv")


@dataclass(frozen=True)
class Label:
    """A name to show.

    `language` is its tag, "" for none; `fell_back` says that it is in another language than the
    visitor asked for, so that the tag has to be shown.
    """

    text: str
    language: str
    fell_back: bool


@cache
def term_names() -> Mapping[Node, Sequence[Literal]]:
    """Return how the pages name terms of vocabularies that the dataset does not name itself."""
    names: dict[Node, list[Literal]] = defaultdict(list)
    for term, name in turtle.read(TRANSLATIONS / "terms.ttl").subject_objects(RDFS.label):
        if isinstance(name, Literal):
            names[term].append(name)
    return names


def completed(names: Iterable[Literal], others: Iterable[Literal]) -> list[Literal]:
    """Return names, and of others those in languages that they lack."""
    found = list(names)
    known = {name.language for name in found}
    return [*found, *(name for name in others if name.language not in known)]


def choose(names: Iterable[Literal], asked: str) -> Label | None:
    """Return the name in the language asked for, else by the fallback; None when there is none."""
    names = tuple(names)
    fitting = [str(name) for name in names if name.language == asked]
    if fitting:
        return Label(min(fitting), asked, fell_back=False)
    by_language: dict[str, str] = {}
    for name in names:
        language, text = name.language or "", str(name)
        by_language[language] = min(text, by_language.get(language, text))
    order = (asked, "", *FALLBACK, *sorted(by_language))
    found = next((language for language in order if language in by_language), None)
    if found is None:
        return None
    return Label(by_language[found], found, fell_back=found not in (asked, ""))


def labels(terms: Iterable[Node]) -> Mapping[Node, Label]:
    """Return the label of each IRI that has one in the dataset."""
    iris = [term for term in set(terms) if isinstance(term, URIRef)]
    if not iris:
        return {}
    known = _asked(iris) if publication().file else directory().names
    names = {term: completed(known.get(term, ()), term_names().get(term, ())) for term in iris}
    language = current_language()
    return {term: label for term in names if (label := choose(names[term], language)) is not None}


def _asked(iris: Sequence[URIRef]) -> Mapping[Node, Sequence[Literal]]:
    names: dict[Node, list[Literal]] = defaultdict(list)
    for solution in solutions("page-labels", {"term": iris}):
        names[solution["term"]].append(solution["label"])
    return names
