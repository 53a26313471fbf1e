"""The queries of the library as a reader meets them: a question, its parameters, its answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from rdflib import URIRef
from rdflib.term import Node

from sixaika_graph.formats import of_kind
from sixaika_graph.queries import THEMES, NamedQuery, bind, parse_parameter
from sixaika_graph.web.labels import FALLBACK
from sixaika_graph.web.language import current_language
from sixaika_graph.web.links import curie, local
from sixaika_graph.web.preview import Preview
from sixaika_graph.web.results import Download, ResultTable, body, result_table


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query: its name, the value in use, and the value it has by itself."""

    name: str
    value: str
    default: str


@dataclass(frozen=True)
class Question:
    """A query of the library.

    `text` is its SPARQL with the values of its parameters; `table` is the head of its answer where
    it was asked.
    """

    name: str
    title: str
    description: str
    keywords: tuple[str, ...]
    href: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    table: ResultTable | None = None
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True)
class Theme:
    """The questions about one thing; `name` is a key of which the template knows the title."""

    name: str
    questions: tuple[Question, ...]


def themes(library: Sequence[NamedQuery]) -> Iterator[Theme]:
    """Yield the questions of a library by theme, each theme's by title."""
    asked_by = {name: [query for query in library if query.theme == name] for name in THEMES}
    for name, queries in asked_by.items():
        if queries:
            shown = sorted(map(question, queries), key=lambda one: one.title.casefold())
            yield Theme(name, tuple(shown))


def question(query: NamedQuery) -> Question:
    """Return a query with its texts in the visitor's language."""
    return Question(
        query.name,
        _in_language(query.titles),
        _in_language(query.descriptions),
        query.keywords,
        local(f"/queries/{query.name}"),
        body(query.text),
    )


def _in_language(texts: Mapping[str, str]) -> str:
    order = (current_language(), *FALLBACK)
    return next((texts[language] for language in order if language in texts), "")


def asked(query: NamedQuery, preview: Preview, parameters: Mapping[str, str]) -> Question:
    """Return a query with the values of its parameters and the head of its answer."""
    chosen = {name: value for name, value in parameters.items() if name in query.parameters}
    terms = {name: parse_parameter(query, name, text) for name, text in chosen.items()}
    suffixes = of_kind("results") if query.form in ("SELECT", "ASK") else of_kind("graph")
    address = local(f"/queries/{query.name}", lang=None)
    arguments = f"?{urlencode(chosen)}" if chosen else ""
    return replace(
        question(query),
        text=body(bind(query, terms)),
        parameters=tuple(
            Parameter(name, chosen.get(name, _readable(default)), _readable(default))
            for name, default in query.parameters.items()
        ),
        table=result_table(preview),
        downloads=tuple(
            Download(row.name, f"{address}.{row.suffix}{arguments}") for row in suffixes
        ),
    )


def _readable(term: Node) -> str:
    return curie(str(term)) if isinstance(term, URIRef) else str(term)
