"""What a browser is shown of an answer: a boolean, or the first rows of a table.

The engine is asked for a format with one row a line, so that an answer of any size is counted and
its head is read without holding it in memory (https://www.w3.org/TR/sparql11-results-csv-tsv/).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rdflib import XSD, Literal
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.ntriples import W3CNTriplesParser
from rdflib.term import Node

from sixaika_graph.engine import Answer

RESULTS_TYPE: Final = "text/tab-separated-values"
GRAPH_TYPE: Final = "application/n-triples"
ROWS: Final = 200
"""Rows that are shown: what people look through; whole answers are in the files beside them."""

_TRIPLE: Final = ("subject", "predicate", "object")
_PLAIN: Final = (
    (re.compile(r"[+-]?\d+"), XSD.integer),
    (re.compile(r"[+-]?\d*\.\d+"), XSD.decimal),
    (re.compile(r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+"), XSD.double),
    (re.compile(r"true|false"), XSD.boolean),
)


@dataclass(frozen=True)
class Preview:
    """The head of an answer: at most ROWS of its `total` rows, None where a variable is unbound.

    An ASK gives a `boolean` and no rows; triples come as rows of subject, predicate, object.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Node | None, ...], ...]
    total: int
    boolean: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show but a no."""
        return not self.total and not self.boolean


def read_preview(answer: Answer) -> Preview:
    """Read the head of an answer in RESULTS_TYPE or GRAPH_TYPE, and close it."""
    with answer.body:
        lines = (line.decode().rstrip("\n") for line in answer.body)
        if answer.form == "boolean":
            return Preview((), (), 0, next(lines).strip() == "true")
        if answer.form == "triples":
            return _table(_TRIPLE, (line.removesuffix(" .").split(" ", 2) for line in lines))
        variables = (name.removeprefix("?") for name in next(lines, "").split("\t") if name)
        return _table(tuple(variables), (line.split("\t") for line in lines))


def _table(variables: tuple[str, ...], rows: Iterator[list[str]]) -> Preview:
    terms = W3CNTriplesParser()
    shown = [tuple(_term(cell, terms) for cell in row) for row in islice(rows, ROWS)]
    if not variables:
        # A solution without a variable is an empty line: there is nothing to show in a cell.
        shown = [() for _ in shown]
    return Preview(variables, tuple(shown), len(shown) + sum(1 for _ in rows))


def _term(cell: str, terms: W3CNTriplesParser) -> Node | None:
    """Read one term; what RDF 1.1 does not know, such as a triple term, is shown as its text."""
    if not cell:
        return None
    for pattern, datatype in _PLAIN:
        if pattern.fullmatch(cell):
            return Literal(cell, datatype=datatype)
    terms.line = cell
    try:
        term = terms.object()
    except ParserError:
        return Literal(cell)
    return Literal(cell) if terms.line or cell.startswith("<<") else term
