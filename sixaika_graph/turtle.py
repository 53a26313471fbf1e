"""Turtle source files: read one, and write one in the house form.

House form: the comment block at the head of the file as it stands, then rdflib's `longturtle`: one
subject a block, one object a line, alphabetical. Comments elsewhere have no place in it; a remark
that is worth keeping is a statement (skos:editorialNote, vann:usageNote).
"""

import re
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import Graph
from rdflib.plugins.parsers.notation3 import BadSyntax

from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import PREFIXES

_PLACE: Final = re.compile(
    r"Parser error .*?line \d+ .*?column(?:s \d+ and)? \d+(?: and line \d+ column \d+)?: "
)
_RELATIVE: Final = ("No scheme found in an absolute IRI", "a relative IRI, and no BASE before it")
_LONG_STRING: Final = re.compile(r'("""(?:[^"\\]|\\.|"(?!""))*""")', re.DOTALL)


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

    Raises:
        SourceError: the text is not Turtle; it carries line and column.
    """
    _refuse_what_is_not_turtle(text, path)
    if graph is None:
        graph = Graph(bind_namespaces="none")
    try:
        graph.parse(data=text, format="turtle")
    except BadSyntax as error:
        line = text.count("\n", 0, error._i) + 1
        column = error._i - text.rfind("\n", 0, error._i)
        raise SourceError(path, f"not RDF 1.1: {error._why}", line=line, column=column) from None
    except ValueError as error:
        # rdflib resolves no IRI against a base without a slash behind its scheme.
        raise SourceError(path, f"cannot be read: {error}") from None
    return graph


def _refuse_what_is_not_turtle(text: str, path: Path) -> None:
    """Read a text by a parser that is strict; rdflib's takes some of N3 and bad IRIs, too.

    Nor is a relative IRI without a base taken: rdflib would make it one of a file of this machine.
    """
    try:
        for _ in ox.parse(text, ox.RdfFormat.TURTLE):
            pass
    except SyntaxError as error:
        why = _PLACE.sub("", error.msg).replace(*_RELATIVE)
        line, column = error.lineno, error.offset
        raise SourceError(path, f"not Turtle: {why}", line=line, column=column) from None


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
