"""Tables of a graph for those who use no RDF tools: one for each class, one row for each thing.

A column holds the values that a property has in one language, or of one datatype, or as IRIs. So
each value keeps what it is, and the table loses none of what is said about the things of a class.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from sixaika_graph.namespaces import curie

IRI: Final = "iri"
"""The name of the first column: which thing a row is about."""


class Kind(NamedTuple):
    """What the values of a column are: IRIs where there is no datatype, else literals."""

    datatype: str
    language: str


@dataclass(frozen=True)
class Column:
    """A column: its name, the property and kind of its values; `many` may stand in one cell."""

    name: str
    property: URIRef
    kind: Kind
    many: bool


@dataclass(frozen=True)
class Table:
    """The things of one class, in the order of their IRIs; a row has a cell for each column."""

    name: str
    of: URIRef
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


Cells = Mapping[tuple[URIRef, Kind], tuple[str, ...]]


def tables(graph: Graph) -> list[Table]:
    """Return a table for each class that has things, in the order of their names."""
    cells = {thing: _cells(graph, thing) for thing in set(graph.subjects(RDF.type))}
    found = []
    for of in set(graph.objects(None, RDF.type)):
        things = sorted((one for one in graph.subjects(RDF.type, of)), key=str)
        if isinstance(of, URIRef):
            found.append(_table(of, [(thing, cells[thing]) for thing in things]))
    return sorted(found, key=lambda table: table.name)


def _cells(graph: Graph, thing: Node) -> Cells:
    found: dict[tuple[URIRef, Kind], list[str]] = defaultdict(list)
    for predicate, value in graph.predicate_objects(thing):
        found[URIRef(str(predicate)), kind_of(value)].append(str(value))
    return {key: tuple(sorted(values)) for key, values in found.items()}


def kind_of(value: Node) -> Kind:
    """Return what a value is."""
    if not isinstance(value, Literal):
        return Kind("", "")
    if value.language:
        return Kind(str(RDF.langString), value.language)
    return Kind(str(value.datatype or XSD.string), "")


def _table(of: URIRef, things: Iterable[tuple[Node, Cells]]) -> Table:
    things = list(things)
    many: dict[tuple[URIRef, Kind], bool] = defaultdict(bool)
    for _, cells in things:
        for key, values in cells.items():
            many[key] |= len(values) > 1
    keys = sorted(many)
    names = _names(keys)
    columns = tuple(Column(names[key], *key, many[key]) for key in keys)
    rows = ((str(thing), tuple(cells.get(key, ()) for key in keys)) for thing, cells in things)
    return Table(_word(of), of, columns, tuple(rows))


def _names(keys: Iterable[tuple[URIRef, Kind]]) -> dict[tuple[URIRef, Kind], str]:
    """Name columns by property and language; by the datatype too, where there are several."""
    kinds: dict[URIRef, set[str]] = defaultdict(set)
    for prop, kind in keys:
        if not kind.language:
            kinds[prop].add(kind.datatype)
    names = {}
    for prop, kind in keys:
        mark = kind.language
        if not mark and len(kinds[prop]) > 1:
            mark = re.split("[/#]", kind.datatype)[-1] if kind.datatype else IRI
        names[prop, kind] = _word(prop) + (f"_{_plain(mark)}" if mark else "")
    return names


def _word(iri: str) -> str:
    return _plain(curie(iri))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
