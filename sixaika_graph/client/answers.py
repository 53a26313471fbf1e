"""Answers as values: the solutions, the boolean or the graph that an endpoint sends."""

import json
from dataclasses import dataclass
from io import BytesIO
from xml.sax import SAXException

from rdflib import Graph, URIRef
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.query import Result, ResultException
from rdflib.term import Identifier, Node

from sixaika_graph.errors import EngineUnavailable, NotAcceptable
from sixaika_graph.namespaces import PREFIXES

_RDF_MEDIA_TYPES = ("text/turtle", "application/n-triples", "application/rdf+xml")

Solution = dict[str, Identifier]
"""One solution: a term for each variable that is bound."""


@dataclass(frozen=True)
class Solutions:
    """The answer of a SELECT query: its variables in their order, and its solutions in theirs."""

    variables: tuple[str, ...]
    rows: list[Solution]


def parse_solutions(body: bytes) -> Solutions:
    """Read solutions in SPARQL JSON (https://www.w3.org/TR/sparql11-results-json/).

    Raises:
        EngineUnavailable: the body is nothing of the kind.
    """
    result = _parse(body)
    if result.type != "SELECT":
        raise EngineUnavailable("The answer is a boolean: this is no SELECT query.")
    rows = [{str(name): term for name, term in row.items()} for row in result.bindings]
    return Solutions(tuple(map(str, result.vars or ())), rows)


def parse_boolean(body: bytes) -> bool:
    """Read a boolean in SPARQL JSON.

    Raises:
        EngineUnavailable: the body is nothing of the kind.
    """
    result = _parse(body)
    if result.type != "ASK":
        raise EngineUnavailable("The answer has solutions: this is no ASK query.")
    return bool(result.askAnswer)


def _parse(body: bytes) -> Result:
    try:
        return Result.parse(BytesIO(body), format="json")
    except (ResultException, ValueError, KeyError, TypeError, NotImplementedError) as error:
        raise EngineUnavailable(f"The answer is not SPARQL JSON: {error}") from error


def parse_graph(body: bytes, media_type: str) -> Graph:
    """Read a graph in Turtle, N-Triples or RDF/XML.

    Raises:
        NotAcceptable: the media type is another one.
        EngineUnavailable: the body is not what its media type says.
    """
    if media_type not in _RDF_MEDIA_TYPES:
        raise NotAcceptable([media_type])
    graph = Graph()
    try:
        graph.parse(data=body, format=media_type)
    except (BadSyntax, ParserError, SAXException, UnicodeDecodeError) as error:
        raise EngineUnavailable(f"The answer is not {media_type}: {error}") from error
    return graph


def to_table(body: bytes) -> tuple[list[str], list[list[str]]]:
    """Turn an answer in SPARQL JSON into a header and rows of text, IRIs as short names.

    An ASK gives one cell under the header `answer`.

    Raises:
        EngineUnavailable: the body is not SPARQL JSON.
    """
    result = _parse(body)
    if result.type == "ASK":
        return ["answer"], [[json.dumps(bool(result.askAnswer))]]
    names = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        names.bind(prefix, namespace)
    variables = list(result.vars or ())
    return [str(variable) for variable in variables], [
        [_short(row.get(variable), names) for variable in variables] for row in result.bindings
    ]


def _short(term: Node | None, names: Graph) -> str:
    if term is None:
        return ""
    return term.n3(names.namespace_manager) if isinstance(term, URIRef) else str(term)
