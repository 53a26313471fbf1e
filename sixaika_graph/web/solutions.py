"""What a page asks the engine: a query of queries/site/ goes out, solutions come back."""

from collections.abc import Mapping, Sequence
from typing import Any

from rdflib.query import Result
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
    with answer.body:
        result = Result.parse(answer.body, format="json")
    return [{str(key): term for key, term in row.items()} for row in result.bindings]
