"""SPARQL constraints of shapes: each text is read once, and a broken one is refused clearly."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rdflib import Graph, query
from rdflib.namespace import RDFS
from rdflib.term import Node

from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import SH
from sixaika_graph.sparql_text import tokens

if TYPE_CHECKING:
    from rdflib.plugins.sparql.sparql import Query

_SHAPES: Final = Path("shapes")
_NAMING: Final = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, SH.name, SH.description}
"""What says nothing to a validator (https://www.w3.org/TR/shacl/#nonValidation)."""


class Constraints(Graph):
    """What a validator needs of shapes, with its look-ups kept.

    pySHACL reads each shape anew for every focus node, so that this halves its time.
    """

    def __init__(self, shapes: Graph) -> None:
        super().__init__("SimpleMemory", bind_namespaces="none")
        self._found: dict[Any, list[Any]] = {}
        for triple in shapes:
            if triple[1] not in _NAMING:
                self.add(triple)

    def triples(self, triple: Any) -> Generator[Any, None, None]:
        """Yield the triples that match a pattern, as `Graph.triples` does."""
        if triple not in self._found:
            self._found[triple] = list(super().triples(triple))
        yield from self._found[triple]

    def items(self, list: Node) -> Generator[Node, None, None]:
        """Yield the members of an RDF list, as `Graph.items` does."""
        if list not in self._found:
            self._found[list] = [*super().items(list)]
        yield from self._found[list]


class PreparedGraph(Graph):
    """A view of a graph that keeps its queries: pySHACL sends a text anew for every focus node."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.store, graph.identifier, bind_namespaces="none")
        self._queries: dict[str, Query] = {}

    def query(self, query_object: "str | Query", *args: Any, **options: Any) -> query.Result:
        """Answer a query, from its text or prepared.

        Raises:
            SourceError: the text is no SPARQL query.
        """
        if isinstance(query_object, str):
            if query_object not in self._queries:
                self._queries[query_object] = _prepare(query_object)
            query_object = self._queries[query_object]
        return super().query(query_object, *args, **options)


def _prepare(text: str) -> "Query":
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import prepareQuery

    unknown = _undeclared(text)
    if unknown:
        raise SourceError(
            _SHAPES, f"a SPARQL constraint uses {', '.join(unknown)} without a PREFIX line"
        )
    try:
        return prepareQuery(text)
    except ParseBaseException as error:
        detail = f"a SPARQL constraint cannot be parsed: {error}; it reads {error.line.strip()!r}"
        raise SourceError(_SHAPES, detail) from None


def _undeclared(text: str) -> list[str]:
    """Return the prefixes that a query uses and does not declare."""
    declared = {"_:"}
    used: set[str] = set()
    keyword = ""
    for token in tokens(text, {"word", "name"}):
        if token.kind == "name":
            prefix = token.text.partition(":")[0] + ":"
            (declared if keyword == "PREFIX" else used).add(prefix)
        keyword = token.keyword
    return sorted(used - declared)
