"""What a page asks the engine: a query of queries/site/ goes out, solutions come back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rdflib.plugins.sparql.results.jsonresults import parseJsonTerm
from rdflib.term import Node

from sixaika_graph.engine import QueryRequest
from sixaika_graph.queries import bind
from sixaika_graph.web.service import publication

Solution = Mapping[str, Any]
"""One solution: the name of each bound variable and its term."""


def solutions(name: str, parameters: Mapping[str, Node | Sequence[Node]]) -> list[Solution]:
    """Return the solutions of the site query `name`, its parameters bound to terms."""
    query = bind(publication().site[name], parameters)
    answer = publication().engine.query(QueryRequest(text=query, client=None))
    rows = json.loads(answer.read())["results"]["bindings"]
    # The same term stands in many rows: to make it once is half of the time of reading them.
    terms: dict[tuple[tuple[str, str], ...], Node] = {}
    return [{key: _term(written, terms) for key, written in row.items()} for row in rows]


def _term(written: dict[str, str], known: dict[tuple[tuple[str, str], ...], Node]) -> Node:
    """Return a term of the JSON results (https://www.w3.org/TR/sparql11-results-json/)."""
    key = tuple(written.items())
    if key not in known:
        known[key] = parseJsonTerm(written)
    return known[key]
