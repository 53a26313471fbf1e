"""The page of one thing: what is said about it, what links to it, and who says so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS
from rdflib.term import Node

from sixaika_graph.errors import UnknownResource
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import S6, SCHEMA
from sixaika_graph.web import incoming, nodes
from sixaika_graph.web.alternates import Alternate
from sixaika_graph.web.citation import Citation, cite
from sixaika_graph.web.disagreement import Choice, disagreements, read_choices
from sixaika_graph.web.facts import Facts, Values, read_facts
from sixaika_graph.web.fragments import Fragment, read_fragments
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.layout import layout_of
from sixaika_graph.web.links import curie, local, path_of
from sixaika_graph.web.nodes import HEADING_TERMS, Table
from sixaika_graph.web.overview import Asked, Overview, arrange, read_overview
from sixaika_graph.web.service import publication
from sixaika_graph.web.sources import Footnotes, Origins, Source
from sixaika_graph.web.statements import Group, Statement, Writer
from sixaika_graph.web.values import Link, Names

_ABOUT: Final = (DCTERMS.description, SKOS.definition, RDFS.comment, DCTERMS.abstract)
_ALL: Final = 1_000_000


@dataclass(frozen=True)
class Entity:
    """All that the page of a thing shows.

    `kinds` are its classes, our own ones first; `about` is its description; `groups` are the
    statements of sources and `derived` those that follow from them; `tables` hold its n-ary
    nodes; `incoming` and `derived_incoming` are links from other things; `sources` are the
    footnotes; `names_person` keeps the page out of search engines. `stated` are all statements
    about it as terms, by property. `successor` has taken the place of a thing that was merged.
    `part` names the only group that is shown, None where the page is whole; `next` leads on.
    Where its kind has a layout, `glance` are the groups shown first, which are not in `groups`, and
    `overview` is what the layout asks for. `names` are its names by language, None for one that no
    source gives. `fragments` are its parts that only the catalogue
    describes. `citation` says how to cite it; what is in a lone file has none.
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
    stated: Mapping[URIRef, Values]
    successor: Link | None = None
    part: Link | None = None
    next: str | None = None
    layout: str = ""
    glance: tuple[Group, ...] = ()
    overview: Overview | None = None
    names: tuple[tuple[str, Statement | None], ...] = ()
    citation: Citation | None = None
    fragments: tuple[Fragment, ...] = ()

    @property
    def template(self) -> str:
        """The template of the page."""
        return f"layout-{self.layout}.html" if self.layout else "page.html"


def describe(iri: URIRef) -> Entity:
    """Return the whole page of a thing.

    Raises:
        UnknownResource: nothing is said about it.
    """
    own = _own(iri)
    layout = None if publication().file else layout_of(own.about(iri))
    seen = read_overview(layout, iri) if layout else None
    choices = () if publication().file else read_choices(iri)
    material = _read(iri, incoming.read_parts(iri), nodes.read_parts(iri), own, seen, choices)
    left = [part for part in material.nodes if not _has_its_place(part.kind, material, seen)]
    shown = _side_by_side(_entity(replace(material, nodes=left)), material)
    if seen is not None:
        return _laid_out(shown, material, seen)
    if not publication().file:
        return replace(shown, fragments=read_fragments(iri))
    # A lone file states what it states, in whichever graph.
    return replace(
        shown,
        groups=shown.groups + shown.derived,
        derived=(),
        incoming=shown.incoming + shown.derived_incoming,
        derived_incoming=(),
    )


def _has_its_place(kind: URIRef, material: "_Material", seen: Asked | None) -> bool:
    """Tell whether nodes of a kind are shown with their property, or by the layout, not in a table.

    What is not shown must not be written either: it would leave its footnotes behind.
    """
    if kind == S6.Choice:
        return bool(material.choices)
    return seen is not None and seen.layout.replaces(curie(kind).rpartition(":")[2])


def _side_by_side(shown: Entity, material: "_Material") -> Entity:
    """Show the values that sources disagree on with their property, not in a table of choices."""
    if not material.choices:
        return shown
    found = disagreements(material.writer, material.iri, material.choices)
    groups, derived = (
        tuple(replace(one, disagreements=found.get(one.predicate.iri, ())) for one in part)
        for part in (shown.groups, shown.derived)
    )
    placed = {one.predicate.iri for one in (*groups, *derived)}
    # The chosen value may be one that the preferred graph does not repeat, as a year for a day.
    unplaced = tuple(
        Group(material.writer.names.link(URIRef(path)), (), 0, disagreements=choices)
        for path, choices in found.items()
        if path not in placed
    )
    sources = material.writer.footnotes.listed()
    return replace(shown, groups=groups + unplaced, derived=derived, sources=sources)


def _laid_out(shown: Entity, material: "_Material", seen: Asked) -> Entity:
    """Arrange a page as the layout of its kind has it."""
    groups = {group.predicate.iri: group for group in shown.groups}
    glance = [groups.pop(str(path)) for path in seen.layout.glance if str(path) in groups]
    return replace(
        shown,
        layout=seen.layout.name,
        kinds=_kinds_of(shown, seen.layout.kind),
        # Values side by side take the whole width: last, they leave no hole.
        glance=tuple(sorted(glance, key=lambda group: bool(group.disagreements))),
        groups=tuple(groups.values()),
        overview=arrange(seen, material.iri, material.writer),
        names=tuple(_names(material)),
        # The overview may have brought sources of its own.
        sources=material.writer.footnotes.listed(),
    )


def _kinds_of(shown: Entity, kind: URIRef) -> tuple[Link, ...]:
    """Return our own classes of a thing, or the one that has the layout, or else all."""
    ours = tuple(link for link in shown.kinds if link.iri.startswith(S6))
    return ours or tuple(link for link in shown.kinds if link.iri == str(kind)) or shown.kinds


def _names(material: "_Material") -> Iterator[tuple[str, Statement | None]]:
    """Yield the preferred name in each language with all who print it."""
    about, writer = material.writer.facts.about(material.iri), material.writer
    printed = about.get(SCHEMA.name, {})
    for language in sorted(LANGUAGES):
        found = [
            (name, graphs | printed.get(name, frozenset()))
            for name, graphs in about.get(SKOS.prefLabel, {}).items()
            if isinstance(name, Literal) and name.language == language
        ]
        statements = [
            Statement(writer.names.value(name), writer.footnotes.marks(graphs))
            for name, graphs in found
        ]
        yield language, next(iter(statements), None)


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
    choices: Sequence[Choice] = ()


def _own(iri: URIRef) -> Facts:
    own = read_facts([iri])
    if not own.about(iri):
        raise UnknownResource(iri)
    return own


def _read(
    iri: URIRef,
    linking: Sequence[incoming.Part] = (),
    inside: Sequence[nodes.Part] = (),
    own: Facts | None = None,
    seen: Asked | None = None,
    choices: Sequence[Choice] = (),
) -> _Material:
    """Read all that one page needs: statements, nodes, then the names of every term in them."""
    own = own or _own(iri)
    parts = {term for term in own.terms() if str(term).startswith(f"{iri}#")}
    members = {member for part in inside for member in part.members}
    between = {value for choice in choices for value in choice.values if isinstance(value, URIRef)}
    facts = Facts({**own.by_subject, **read_facts(parts | members | between).by_subject})
    graphs = facts.graphs() | {
        graph for part in linking for found in part.members.values() for graph in found
    }
    graphs |= seen.graphs() if seen else set()
    graphs |= {graph for choice in choices for graph in choice.graphs()}
    origins = Origins(graphs)
    linked = {term for part in linking for term in (part.predicate, *part.members)}
    kinds = {part.kind for part in inside}
    known = {iri, *facts.terms(), *linked, *members, *kinds, *graphs, *HEADING_TERMS}
    chosen = {term for choice in choices for term in choice.terms()}
    names = Names({*known, *chosen, *origins.terms(), *(seen.terms() if seen else ())})
    writer = Writer(facts, names, Footnotes(origins, names))
    return _Material(iri, writer, linking, inside, choices)


def _entity(material: _Material, *, whole: bool = True) -> Entity:
    iri, writer = material.iri, material.writer
    types = writer.facts.about(iri).get(RDF.type, {})
    link = writer.names.link(iri)
    successor = writer.facts.one(iri, DCTERMS.isReplacedBy)
    citation = None if publication().file else cite(str(iri), link.text, writer.names.language)
    return Entity(
        link=link,
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
        stated=writer.facts.about(iri),
        successor=writer.names.link(successor) if successor is not None else None,
        citation=citation,
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
