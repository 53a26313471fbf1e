"""The answer of a visitor's own query, term by term as it is, and the form that asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from rdflib import Literal
from rdflib.namespace import XSD
from rdflib.term import BNode, Node

from sixaika_graph.formats import Format, of_kind
from sixaika_graph.namespaces import BASE, PREFIXES
from sixaika_graph.web.caution import caution
from sixaika_graph.web.headers import ADDRESS_LIMIT
from sixaika_graph.web.labels import Label
from sixaika_graph.web.links import curie, href, is_external, local
from sixaika_graph.web.preview import Preview
from sixaika_graph.web.problems import Problem
from sixaika_graph.web.service import directory, publication
from sixaika_graph.web.silence import explanation
from sixaika_graph.web.values import Link, Text, Value

_SILENT: Final = {None, XSD.string, XSD.integer, XSD.decimal, XSD.double, XSD.boolean}


@dataclass(frozen=True)
class Download:
    """The complete answer in one format: its name and where it is."""

    name: str
    href: str


@dataclass(frozen=True)
class ResultTable:
    """The head of an answer.

    `rows` hold None where a variable is unbound; `total` counts all rows, those not shown too;
    `boolean` is the answer of an ASK, which has no rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]
    total: int
    boolean: bool | None

    @property
    def is_cut(self) -> bool:
        """Tell whether there are more rows than are shown."""
        return self.total > len(self.rows)


@dataclass(frozen=True)
class QueryForm:
    """The query form: the text in it, the answer below it, and where the whole answer is.

    `downloads` is empty without an answer, or when the text is too long for an address;
    `sample` is a query to begin with; `seconds` is how long a query may take; `hint` is what may
    explain an empty answer.
    """

    text: str
    table: ResultTable | None
    downloads: tuple[Download, ...]
    result_formats: tuple[Format, ...]
    graph_formats: tuple[Format, ...]
    prefixes: tuple[tuple[str, str], ...]
    endpoint: str
    sample: str
    seconds: float
    hint: str | None


def query_form(text: str, preview: Preview | None) -> QueryForm:
    """Return the form for a query and the head of its answer."""
    shown = publication()
    return QueryForm(
        text,
        result_table(preview) if preview else None,
        _downloads(text, preview) if preview else (),
        tuple(of_kind("results")),
        tuple(of_kind("graph")),
        prefixes=_prefixes(shown.file),
        endpoint=f"{shown.settings.public_url}sparql",
        sample=body(shown.site["file-example" if shown.file else "page-example"].text),
        seconds=shown.settings.query_timeout,
        hint=_hint(text, preview) if preview else None,
    )


def _hint(text: str, preview: Preview) -> str | None:
    return caution(text) or (explanation(text) if preview.is_empty else None)


def _prefixes(file: str) -> tuple[tuple[str, str], ...]:
    """Return the prefixes to offer; those of our own namespaces mean nothing to a lone file."""
    known = ((name, iri) for name, iri in PREFIXES.items() if not (file and iri.startswith(BASE)))
    return tuple(sorted(known))


def body(text: str) -> str:
    """Return a query of a file without its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+"))


def result_table(preview: Preview) -> ResultTable:
    """Return the head of an answer as it is shown; the same term stands in many rows."""
    shown = {term: _cell(term) for row in preview.rows for term in row}
    return ResultTable(
        preview.variables,
        tuple(tuple(shown[term] for term in row) for row in preview.rows),
        preview.total,
        preview.boolean,
    )


def _cell(term: Node | None) -> Value | None:
    return None if term is None else written(term)


def written(term: Node) -> Value:
    """Return a term as the query found it: no label, no rounding, no other order of digits."""
    if isinstance(term, Literal):
        language = term.language or ""
        known = term.datatype in _SILENT
        datatype = None if known or term.datatype is None else _link(str(term.datatype))
        return Text(str(term), language, foreign=bool(language), datatype=datatype)
    return Text(f"_:{term}") if isinstance(term, BNode) else _link(str(term))


def _link(iri: str) -> Link:
    return Link(iri, href(iri), None, curie(iri), is_external(iri))


def _downloads(text: str, preview: Preview) -> tuple[Download, ...]:
    address = local("/sparql", lang=None) + "?query=" + quote(text, safe="")
    if len(address) > ADDRESS_LIMIT - 32:
        return ()
    is_graph = preview.variables == ("subject", "predicate", "object")
    formats = of_kind("graph") if is_graph else of_kind("results")
    return tuple(Download(row.name, f"{address}&format={row.suffix}") for row in formats)


def similar(problem: Problem) -> tuple[Link, ...]:
    """Return the things that a problem names as near to what was asked for."""
    near = problem.members.get("similar", ())
    if not isinstance(near, Sequence):
        return ()
    return tuple(replace(_link(str(iri)), label=_name(str(iri))) for iri in near)


def _name(iri: str) -> Label | None:
    names = directory().labels.get(iri, ())
    return Label(names[0], "", fell_back=False) if names else None
