"""The page of one thing: what is said about it, what links to it, and who says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import S6
from sixaika_graph.web import incoming, nodes
from sixaika_graph.web.alternates import Alternate
from sixaika_graph.web.facts import Facts, read_facts
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.links import local, path_of
from sixaika_graph.web.nodes import HEADING_TERMS, Table
from sixaika_graph.web.service import publication
from sixaika_graph.web.sources import Footnotes, Origins, Source
from sixaika_graph.web.statements import Group, Writer
from sixaika_graph.web.values import Link, Names

_ABOUT: Final = (DCTERMS.description, SKOS.definition, RDFS.comment, DCTERMS.abstract)
_ALL: Final = 1_000_000


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
    shown = _entity(_read(iri, incoming.read_parts(iri), nodes.read_parts(iri)))
    if not publication().file:
        return shown
    # A lone file states what it states, in whichever graph.
    return replace(
        shown,
        groups=shown.groups + shown.derived,
        derived=(),
        incoming=shown.incoming + shown.derived_incoming,
        derived_incoming=(),
    )


def describe_property(iri: URIRef, predicate: URIRef) -> Entity:
    """Return the page of a thing with all values of one property and nothing else.

    Raises:
        UnknownResource: nothing is said about the thing, or nothing with that property.
    """
    material = _read(iri)
    whole = _entity(replace(material, writer=replace(material.writer, limit=_ALL)))
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
    found = incoming.read_part(iri, name, after)
    if not found:
        raise UnknownResource(name)
    return _part(_read(iri, found), found[0].predicate, found[0].next())


def describe_nodes(iri: URIRef, name: str, after: str) -> Entity:
    """Return one page of the n-ary nodes of a kind that link to a thing, after a given IRI.

    Raises:
        UnknownResource: nothing is said about the thing, or no such node links to it.
    """
    found = nodes.read_part(iri, name, after)
    if not found:
        raise UnknownResource(name)
    return _part(_read(iri, (), found), found[0].kind, found[0].next())


@dataclass(frozen=True)
class _Material:
    """What one page is made of: the thing, what is known, what links to it."""

    iri: URIRef
    writer: Writer
    linking: Sequence[incoming.Part]
    nodes: Sequence[nodes.Part]


def _read(
    iri: URIRef, linking: Sequence[incoming.Part] = (), inside: Sequence[nodes.Part] = ()
) -> _Material:
    """Read all that one page needs: statements, nodes, then the names of every term in them."""
    own = read_facts([iri])
    if not own.about(iri):
        raise UnknownResource(iri)
    parts = {term for term in own.terms() if str(term).startswith(f"{iri}#")}
    members = {member for part in inside for member in part.members}
    facts = Facts({**own.by_subject, **read_facts(parts | members).by_subject})
    graphs = facts.graphs() | {
        graph for part in linking for found in part.members.values() for graph in found
    }
    origins = Origins(graphs)
    linked = {term for part in linking for term in (part.predicate, *part.members)}
    kinds = {part.kind for part in inside}
    names = Names(
        {iri, *facts.terms(), *linked, *members, *kinds, *origins.terms(), *graphs, *HEADING_TERMS}
    )
    return _Material(iri, Writer(facts, names, Footnotes(origins, names)), linking, inside)


def _entity(material: _Material, *, whole: bool = True) -> Entity:
    iri, writer = material.iri, material.writer
    types = writer.facts.about(iri).get(RDF.type, {})
    return Entity(
        link=writer.names.link(iri),
        kinds=_kinds(writer, types),
        about=_about(iri, writer),
        groups=writer.groups(iri) if whole else (),
        tables=tuple(nodes.tables(writer, iri, material.nodes)),
        incoming=tuple(incoming.groups(writer, material.linking)),
        derived=writer.groups(iri, derived=True) if whole else (),
        derived_incoming=tuple(incoming.groups(writer, material.linking, derived=True)),
        sources=writer.footnotes.listed(),
        alternates=alternates(iri),
        names_person=FOAF.Person in types,
    )


def _part(material: _Material, part: URIRef, following: str | None) -> Entity:
    shown = _entity(material, whole=False)
    return replace(shown, part=material.writer.names.link(part), next=following)


def _kinds(writer: Writer, types: Iterable[Node]) -> tuple[Link, ...]:
    """Return the classes to show: ours, else those with a name, else all; each name once."""
    ordered = writer.names.ordered(types)
    ours = [kind for kind in ordered if str(kind).startswith(S6)]
    named = [kind for kind in ordered if writer.names.link(kind).label]
    links = (writer.names.link(kind) for kind in ours or named or ordered)
    return tuple({link.text: link for link in links}.values())


def _about(iri: URIRef, writer: Writer) -> Label | None:
    for predicate in _ABOUT:
        texts = writer.facts.about(iri).get(predicate, {})
        literals = [text for text in texts if isinstance(text, Literal)]
        if (chosen := choose(literals, writer.names.language)) is not None:
            return chosen
    return None


def alternates(iri: str) -> tuple[Alternate, ...]:
    """Return the other formats of the document about one of our IRIs."""
    path = (path_of(iri) or "").partition("#")[0].replace("/page/", "/data/", 1)
    address = local(path).partition("?")[0]
    return tuple(Alternate(f"{address}.{row.suffix}", row) for row in of_kind("graph"))
