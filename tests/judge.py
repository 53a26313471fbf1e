"""Two judges of a query, the engine and rdflib, and how their answers are written and compared."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Final

from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import XSD
from rdflib.plugins.sparql.operators import register_custom_function, unregister_custom_function
from rdflib.term import Node

from sixaika_graph import sparql_text
from sixaika_graph.client.answers import parse_boolean, parse_graph, parse_solutions
from sixaika_graph.engine import Engine, QueryRequest
from sixaika_graph.namespaces import PREFIXES

NUMBERS: Final = {XSD.integer, XSD.decimal, XSD.double}
DISTANCE: Final = URIRef(PREFIXES["geof"] + "distance")
EARTH: Final = 6_371_008.8
"""Mean radius of the earth in metres."""

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]

_NAMES: Final = Graph(bind_namespaces="none")
for _prefix, _namespace in PREFIXES.items():
    _NAMES.bind(_prefix, _namespace)


class SecondJudge:
    """Answers by rdflib; questions that name no graph are asked of the default graph alone."""

    def __init__(self, default: Graph, named: Iterable[Graph]) -> None:
        self._default = default
        self._dataset = Dataset(default_union=False)
        for graph in named:
            for triple in graph:
                self._dataset.graph(graph.identifier).add(triple)
        for triple in default:
            self._dataset.default_graph.add(triple)

    def judge(self, text: str, form: str) -> Table | Graph:
        """Answer a query."""
        names_graphs = any(token.keyword == "GRAPH" for token in sparql_text.tokens(text))
        result = (self._dataset if names_graphs else self._default).query(text)
        if form == "ASK":
            return ("answer",), [(str(bool(result.askAnswer)).lower(),)]
        if form != "SELECT":
            assert result.graph is not None
            return result.graph
        variables = tuple(map(str, result.vars or ()))
        rows = [tuple(cell(row.get(name)) for name in result.vars or ()) for row in result.bindings]
        # rdflib gives one empty solution where it groups none at all.
        return variables, [row for row in rows if any(row)]


def ask(engine: Engine, text: str, form: str) -> Table | Graph:
    """Answer a query by the engine."""
    body = engine.query(QueryRequest(text=text)).read()
    if form == "ASK":
        return ("answer",), [(str(parse_boolean(body)).lower(),)]
    if form != "SELECT":
        return parse_graph(body, "text/turtle")
    found = parse_solutions(body)
    rows = [tuple(cell(row.get(name)) for name in found.variables) for row in found.rows]
    return found.variables, rows


def cell(term: Node | None) -> str:
    """Write a term as Turtle does; a number by its value, since an engine may not keep its form."""
    if term is None:
        return ""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        return f"{Decimal(str(term)).normalize():f}"
    if isinstance(term, Literal) and term.datatype == XSD.boolean:
        return str(term)
    return term.n3(_NAMES.namespace_manager)


def as_text(table: Table) -> str:
    """Write a table as tab-separated values, its header first."""
    return "".join("\t".join(row) + "\n" for row in (table[0], *table[1]))


def agree(answer: Table | Graph, other: Table | Graph) -> bool:
    """Tell whether two answers are the same, in whatever order their rows come."""
    if isinstance(answer, Graph) or isinstance(other, Graph):
        return (
            isinstance(answer, Graph)
            and isinstance(other, Graph)
            and isomorphic(_by_value(answer), _by_value(other))
        )
    return answer[0] == other[0] and Counter(answer[1]) == Counter(other[1])


def _by_value(graph: Graph) -> Graph:
    plain = Graph()
    for subject, predicate, value in graph:
        number = isinstance(value, Literal) and value.datatype in NUMBERS
        plain.add((subject, predicate, Literal(cell(value)) if number else value))
    return plain


def rename(text: str, order: int) -> tuple[str, dict[str, str]]:
    """Give every variable of a query a new name, so that their alphabetical order changes."""
    tokens = [token for token in sparql_text.tokens(text) if token.kind == "variable"]
    names = sorted({token.text[1:] for token in tokens})
    new = {name: f"v{place:03}" for place, name in enumerate(names[::order])}
    for token in reversed(tokens):
        end = token.start + len(token.text)
        text = f"{text[: token.start]}?{new[token.text[1:]]}{text[end:]}"
    return text, new


@contextmanager
def distances() -> Iterator[None]:
    """Teach rdflib the one function that it lacks."""
    register_custom_function(DISTANCE, _distance)  # type: ignore[arg-type] # gets plain terms
    yield
    unregister_custom_function(DISTANCE, _distance)


def _distance(point: Literal, other: Literal, unit: URIRef) -> Literal:
    """Return the great-circle distance of two points in metres, by the haversine formula."""
    assert str(unit) == PREFIXES["uom"] + "metre"
    (east, north), (east2, north2) = (
        [math.radians(float(number)) for number in str(one)[len("POINT(") : -1].split()]
        for one in (point, other)
    )
    half = math.sin((north2 - north) / 2) ** 2
    half += math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return Literal(2 * EARTH * math.asin(math.sqrt(half)))
