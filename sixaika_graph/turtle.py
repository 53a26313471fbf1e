"""Turtle source files: read one, and write one in the house form.

House form: the comment block at the head of the file as it stands, then rdflib's `longturtle`: one
subject a block, one object a line, alphabetical. Comments elsewhere have no place in it; a remark
that is worth keeping is a statement (skos:editorialNote, vann:usageNote).
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import uuid4

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import PREFIXES

_PLACE: Final = re.compile(
    r"Parser error .*?line \d+ .*?column(?:s \d+ and)? \d+(?: and line \d+ column \d+)?: "
)
_RELATIVE: Final = ("No scheme found in an absolute IRI", "a relative IRI, and no BASE before it")
_STRING: Final = str(XSD.string)
_LONG_STRING: Final = re.compile(r'("""(?:[^"\\]|\\.|"(?!""))*""")', re.DOTALL)

_Parsed = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def read(path: Path, graph: Graph | None = None) -> Graph:
    """Parse a Turtle file, into a graph that is there or a new one.

    Raises:
        SourceError: the file is not there, not UTF-8 or not Turtle (https://www.w3.org/TR/turtle/).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(path, f"not UTF-8 text: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise SourceError(path, error.strerror or "cannot be read") from None
    return parse(text, path, graph)


def parse(text: str, path: Path, graph: Graph | None = None) -> Graph:
    """Parse Turtle text; `path` names it in errors, and no IRI is ever resolved against it.

    The parser is pyoxigraph's, which is strict and takes a third of the time: rdflib's takes some
    of N3 and bad IRIs, too, and makes a relative IRI without a base one of a file of this machine.

    Raises:
        SourceError: the text is not Turtle of RDF 1.1; it carries line and column.
    """
    if graph is None:
        graph = Graph(bind_namespaces="none")
    parser = ox.parse(text, ox.RdfFormat.TURTLE)
    terms = _Terms()
    try:
        for quad in parser:
            graph.add((terms[quad.subject], terms[quad.predicate], terms[quad.object]))
    except SyntaxError as error:
        why = _PLACE.sub("", error.msg).replace(*_RELATIVE)
        line, column = error.lineno, error.offset
        raise SourceError(path, f"not Turtle: {why}", line=line, column=column) from None
    except _NotRdf11 as error:
        raise _place_of_rdf_1_2(text, path) or SourceError(path, f"not RDF 1.1: {error}") from None
    for prefix, namespace in parser.prefixes.items():
        graph.bind(prefix, namespace)
    return graph


@lru_cache(maxsize=100_000)
def _iri(text: str) -> URIRef:
    """Return one object for an IRI in all files: a store need not compare it letter by letter."""
    return URIRef(text)


class _NotRdf11(ValueError):
    """A term that RDF 1.2 added."""


class _Terms(dict[_Parsed, Node]):
    """The terms of rdflib for those of the parser, each made once; blank nodes are those of a file.

    Blank nodes are numbered as the text has them, so that siblings keep their order.
    """

    def __init__(self) -> None:
        self._file = f"n{uuid4().hex}b"

    def __missing__(self, term: _Parsed) -> Node:
        made = self[term] = self._make(term)
        return made

    def _make(self, term: _Parsed) -> Node:
        if isinstance(term, ox.NamedNode):
            return _iri(term.value)
        if isinstance(term, ox.BlankNode):
            return BNode(f"{self._file}{len(self)}")
        if isinstance(term, ox.Triple):
            raise _NotRdf11("it states something of a triple")
        if term.direction is not None:
            raise _NotRdf11(f"{term} has a direction of writing")
        if term.language is not None:
            return Literal(term.value, lang=term.language)
        datatype = term.datatype.value
        return Literal(term.value, datatype=None if datatype == _STRING else _iri(datatype))


def _place_of_rdf_1_2(text: str, path: Path) -> SourceError | None:
    """Find where a text leaves RDF 1.1, by a parser that knows no other."""
    try:
        Graph(bind_namespaces="none").parse(data=text, format="turtle")
    except BadSyntax as error:
        line = text.count("\n", 0, error._i) + 1
        column = error._i - text.rfind("\n", 0, error._i)
        return SourceError(path, f"not RDF 1.1: {error._why}", line=line, column=column)
    return None


def format_turtle(text: str, path: Path = Path("text.ttl")) -> str:
    """Return the text in house form; a text in house form comes back unchanged.

    Raises:
        SourceError: the text is not Turtle, would lose a comment, or does not settle because it
            has blank nodes side by side, which no writer puts in a fixed order.
    """
    header = _header(text)
    _refuse_comments(text, header, path)
    once = header + _long_turtle(parse(text, path))
    if header + _long_turtle(parse(once, path)) != once:
        raise SourceError(path, "blank nodes side by side have no fixed order: name these nodes")
    return once


def add(text: str, statements: Graph, path: Path = Path("text.ttl")) -> str:
    """Return a text in house form with further statements.

    Raises:
        SourceError: the text is not Turtle, or would lose a comment.
    """
    header = _header(text)
    _refuse_comments(text, header, path)
    return format_turtle(header + _long_turtle(parse(text, path) + statements), path)


def _header(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.rstrip() + "\n")
    return "".join(lines) + "\n" if lines else ""


def _refuse_comments(text: str, header: str, path: Path) -> None:
    body = _LONG_STRING.sub(lambda match: "\n" * match[0].count("\n"), text)
    first = header.count("\n")
    for number, line in enumerate(body.splitlines(), start=1):
        if number >= first and line.lstrip().startswith("#"):
            reason = "this comment would be lost: make it a statement, or move it to the head"
            raise SourceError(path, reason, line=number, column=1)


def _long_turtle(graph: Graph) -> str:
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    text = graph.serialize(format="longturtle")
    parts = _LONG_STRING.split(text)
    parts[::2] = [re.sub(r"[ \t]+(?=\n)", "", part) for part in parts[::2]]
    return "".join(parts).strip("\n") + "\n"
