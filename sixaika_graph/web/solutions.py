"""What a page asks the engine: a query of queries/site/ goes out, solutions come back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import g
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
    known: _Terms = g.setdefault("terms", {})
    return [{key: _term(written, known) for key, written in row.items()} for row in rows]


# The same term stands in many rows, and in the answers to several queries of a page: to make it
# once is half of the time of reading them, and what is the same object is soon found to be equal.
_Terms = dict[str | tuple[tuple[str, str], ...], Node]


def _term(written: dict[str, str], known: _Terms) -> Node:
    """Return a term of the JSON results (https://www.w3.org/TR/sparql11-results-json/)."""
    key = written["value"] if written["type"] == "uri" else tuple(written.items())
    term = known.get(key)
    if term is None:
        term = known[key] = parseJsonTerm(written)
    return term
