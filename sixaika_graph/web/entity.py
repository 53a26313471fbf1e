"""The page of one thing: what is said about it, what links to it, and who says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import S6
from sixaika_graph.web import incoming
from sixaika_graph.web.facts import Facts, read_facts
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.links import here, local, page_path
from sixaika_graph.web.nodes import Table
from sixaika_graph.web.sources import Footnotes, Origins, Source
from sixaika_graph.web.statements import Group, Writer
from sixaika_graph.web.values import Link, Names

_ABOUT: Final = (DCTERMS.description, SKOS.definition, RDFS.comment, DCTERMS.abstract)
_ALL: Final = 1_000_000


@dataclass(frozen=True)
class Alternate:
    """The same document in another format: its name, media type and address."""

    name: str
    media_type: str
    suffix: str
    href: str


@dataclass(frozen=True)
class Entity:
    """All that the page of a thing shows.

    `kinds` are its classes, our own ones first; `about` is its description; `groups` are the
    statements of sources and `derived` those that follow from them; `tables` hold its n-ary
    nodes; `incoming` and `derived_incoming` are links from other things; `sources` are the
    footnotes; `names_person` keeps the page out of search engines.
    `part` names the only group that is shown, None where the page is whole; `next` leads on.
    """

    link: Link
    kinds: tuple[Link, ...]
    about: Label | None
    groups: tuple[Group, ...]
    derived: tuple[Group, ...]
    tables: tuple[Table, ...]
    incoming: tuple[Group, ...]
    derived_incoming: tuple[Group, ...]
    sources: tuple[Source, ...]
    alternates: tuple[Alternate, ...]
    names_person: bool
    part: Link | None = None
    next: str | None = None


def describe(iri: URIRef) -> Entity:
    """Return the whole page of a thing.

    Raises:
        UnknownResource: nothing is said about it.
    """
    writer, parts = _read(iri, incoming.read_parts(iri))
    return _entity(iri, writer, parts)


def describe_property(iri: URIRef, predicate: URIRef) -> Entity:
    """Return the page of a thing with all values of one property and nothing else.

    Raises:
        UnknownResource: nothing is said about the thing, or nothing with that property.
    """
    writer, _ = _read(iri, [])
    whole = _entity(iri, replace(writer, limit=_ALL), [])
    groups = tuple(one for one in whole.groups if one.predicate.iri == str(predicate))
    derived = tuple(one for one in whole.derived if one.predicate.iri == str(predicate))
    if not groups + derived:
        raise UnknownResource(predicate)
    return replace(whole, groups=groups, derived=derived, part=(groups + derived)[0].predicate)


def describe_incoming(iri: URIRef, name: str, after: str) -> Entity:
    """Return one page of the things that link to a thing by one property, after a given IRI.

    Raises:
        UnknownResource: nothing is said about the thing, or no such link leads to it.
    """
    writer, parts = _read(iri, incoming.read_parts(iri, only=name, after=after))
    if not parts:
        raise UnknownResource(name)
    (part,) = parts
    return replace(
        _entity(iri, writer, parts),
        groups=(),
        derived=(),
        part=writer.names.link(part.kind or part.predicate),
        next=here(inverse=name, after=part.last()) if part.rest else None,
    )


def _read(iri: URIRef, parts: list[incoming.Part]) -> tuple[Writer, list[incoming.Part]]:
    """Read all that one page needs: statements, nodes, then the names of every term in them."""
    own = read_facts([iri])
    if not own.about(iri):
        raise UnknownResource(iri)
    inside = {term for term in own.terms() if str(term).startswith(f"{iri}#")}
    nodes = {member for part in parts if part.kind for member in part.members}
    more = read_facts(inside | nodes)
    facts = Facts({**own.by_subject, **more.by_subject})
    origins = Origins(facts.graphs() | _linking_graphs(parts))
    names = Names({iri, *facts.terms(), *_members(parts), *origins.terms(), *_graphs(facts, parts)})
    return Writer(facts, names, Footnotes(origins, names)), parts


def _members(parts: Iterable[incoming.Part]) -> Iterator[Node]:
    for part in parts:
        yield part.predicate
        yield from part.members


def _linking_graphs(parts: Iterable[incoming.Part]) -> set[URIRef]:
    return {graph for part in parts for graphs in part.members.values() for graph in graphs}


def _graphs(facts: Facts, parts: Iterable[incoming.Part]) -> set[URIRef]:
    return facts.graphs() | _linking_graphs(parts)


def _entity(iri: URIRef, writer: Writer, parts: list[incoming.Part]) -> Entity:
    types = writer.facts.about(iri).get(RDF.type, {})
    return Entity(
        link=writer.names.link(iri),
        kinds=tuple(writer.names.link(kind) for kind in _kinds(writer, types)),
        about=_about(iri, writer),
        groups=writer.groups(iri),
        tables=tuple(incoming.tables(writer, iri, parts)),
        incoming=tuple(incoming.groups(writer, parts)),
        derived=writer.groups(iri, derived=True),
        derived_incoming=tuple(incoming.groups(writer, parts, derived=True)),
        sources=writer.footnotes.listed(),
        alternates=alternates(iri),
        names_person=FOAF.Person in types,
    )


def _kinds(writer: Writer, types: Iterable[Node]) -> list[Node]:
    """Return the classes to show: ours where there is one, else those with a name, else all."""
    ordered = writer.names.ordered(types)
    ours = [kind for kind in ordered if str(kind).startswith(S6)]
    named = [kind for kind in ordered if writer.names.link(kind).label]
    return ours or named or ordered


def _about(iri: URIRef, writer: Writer) -> Label | None:
    for predicate in _ABOUT:
        texts = writer.facts.about(iri).get(predicate, {})
        literals = [text for text in texts if isinstance(text, Literal)]
        if (chosen := choose(literals, writer.names.language)) is not None:
            return chosen
    return None


def alternates(iri: str) -> tuple[Alternate, ...]:
    """Return the other formats of the document about one of our IRIs."""
    path = (page_path(iri) or "").partition("#")[0].replace("/page/", "/data/", 1)
    address = local(path).partition("?")[0]
    return tuple(
        Alternate(row.name, row.media_type, row.suffix, f"{address}.{row.suffix}")
        for row in of_kind("graph")
    )
