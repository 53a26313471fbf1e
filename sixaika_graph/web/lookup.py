"""What lookup knows of the dataset: the search index, the codes of things, the classes by name.

It is asked of the engine once, after the first answer of the application, by site queries in CSV,
which is read row by row.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from flask import Blueprint, Flask, current_app
from flask.blueprints import BlueprintSetupState
from rdflib import Literal, URIRef

from sixaika_graph.engine import QueryRequest
from sixaika_graph.index import Entry, Index, Name, Role
from sixaika_graph.index.folding import plain
from sixaika_graph.namespaces import S6, SCHEMA, curie
from sixaika_graph.publication import Publication
from sixaika_graph.queries import bind
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.labels import Label, choose, completed, term_names
from sixaika_graph.web.nodes import COLUMNS
from sixaika_graph.web.service import service

bp: Final = Blueprint("lookup", __name__)

CONNECTING: Final = 2
"""The rank of what only connects things or holds statements: n-ary nodes, named graphs."""

_KEY: Final = "sixaika-lookup"
_NODES: Final = frozenset(map(str, (*COLUMNS, S6.Waiver)))
_FOR_PEOPLE: Final = (str(S6), str(SCHEMA))

Terms = Mapping[str, tuple[Literal, ...]]
"""The names of terms of a vocabulary, in every language."""


@dataclass(frozen=True)
class Lookup:
    """All that is looked up without asking the engine.

    `codes` and `matches` lead from an identifier, written as `key` writes it, to IRIs of ours;
    `classes` counts the members of each class; `names` are those of the classes.
    """

    index: Index
    entries: Mapping[str, Entry]
    codes: Mapping[str, tuple[str, ...]]
    matches: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, int]
    names: Terms

    def label(self, iri: str, language: str) -> Label:
        """Return the name of a thing or a class, its short IRI where it has none."""
        entry = self.entries.get(iri)
        own = (entry.texts("label") or entry.names) if entry is not None else ()
        names = completed(map(literal_of, own), self.names.get(iri, ()))
        return choose(names, language) or Label(curie(iri), "", fell_back=False)

    def about(self, entry: Entry, language: str) -> Label | None:
        """Return what describes a thing."""
        return choose(map(literal_of, entry.texts("about")), language)

    def kind(self, entry: Entry) -> str | None:
        """Return the class that says most of what a thing is: one of ours, then the rarest."""
        return min(entry.types, key=self._place, default=None)

    def _place(self, kind: str) -> tuple[int, int, str]:
        rank = next((at for at, base in enumerate(_FOR_PEOPLE) if kind.startswith(base)), 9)
        return rank, self.classes[kind], kind

    def classes_named(self, name: str) -> tuple[str, ...]:
        """Return the classes that an IRI, a short IRI, a local name or a label means."""
        asked = plain(name)
        return tuple(
            kind
            for kind in sorted(self.classes, key=self._place)
            if name.strip() in (kind, curie(kind)) or asked in self._called(kind)
        )

    def _called(self, kind: str) -> set[str]:
        local_name = kind.replace("#", "/").rpartition("/")[2]
        return {plain(local_name), *map(plain, self.names.get(kind, ()))}

    def offered_classes(self) -> list[str]:
        """Return the classes that people know things by, the largest first; each name once."""
        members = Counter(
            kind
            for entry in self.entries.values()
            if entry.rank < CONNECTING
            for kind in entry.types
            if kind.startswith((*_FOR_PEOPLE, "http://www.w3.org/2004/02/skos/core#"))
        )
        by_name: dict[str, str] = {}
        for kind in sorted(members, key=lambda kind: (-members[kind], self._place(kind))):
            by_name.setdefault(self.label(kind, "en").text.casefold(), kind)
        return list(by_name.values())


def literal_of(name: Name) -> Literal:
    """Return a name as a term."""
    return Literal(name.text, lang=name.language or None)


def read_lookup(publication: Publication) -> Lookup:
    """Ask a publication's engine for all that is looked up.

    Raises:
        SixaikaError: the engine does not answer.
    """
    entries = {entry.iri: entry for entry in _entries(publication)}
    classes = Counter(kind for entry in entries.values() for kind in entry.types)
    codes: dict[str, list[str]] = defaultdict(list)
    matches: dict[str, list[str]] = defaultdict(list)
    for row in rows(publication, "index-matches"):
        if row["thing"] in entries:
            found = codes if row["role"] == "code" else matches
            found[key(row["identifier"])].append(row["thing"])
    return Lookup(
        index=Index(entries.values()),
        entries=entries,
        codes={code: tuple(dict.fromkeys(things)) for code, things in codes.items()},
        matches={iri: tuple(dict.fromkeys(things)) for iri, things in matches.items()},
        classes=classes,
        names=read_names(publication, classes),
    )


def key(identifier: str) -> str:
    """Write a code or a foreign IRI in the one way in which it is looked up.

    Upper and lower case are one, as are http and https, www and none, and the two addresses that
    Wikidata gives an item.
    """
    text = identifier.strip().casefold()
    scheme, separator, rest = text.partition("://")
    if scheme not in ("http", "https") or not separator:
        return text
    return rest.removeprefix("www.").replace("wikidata.org/wiki/", "wikidata.org/entity/")


def read_names(publication: Publication, terms: Iterable[str]) -> Terms:
    """Ask for the names of terms of vocabularies, and add those that only the pages know."""
    iris = [URIRef(term) for term in terms]
    names: dict[URIRef, list[Literal]] = defaultdict(list)
    for row in rows(publication, "index-terms", {"term": iris}) if iris else ():
        names[URIRef(row["term"])].append(Literal(row["text"], lang=row["language"] or None))
    for iri in iris:
        names[iri] = completed(names[iri], term_names().get(iri, ()))
    return {str(iri): tuple(found) for iri, found in names.items()}


def _entries(publication: Publication) -> Iterator[Entry]:
    types: dict[str, list[str]] = defaultdict(list)
    for row in rows(publication, "index-types"):
        types[row["thing"]].append(row["type"])
    links = {row["thing"]: int(row["links"]) for row in rows(publication, "index-links")}
    names: dict[str, dict[tuple[str, str], Name]] = defaultdict(dict)
    for row in rows(publication, "index-names"):
        if row["thing"].startswith(publication.base) and row["text"].strip():
            name = Name(row["text"], row["language"], cast(Role, row["role"]))
            same = names[row["thing"]].setdefault((name.text, name.language), name)
            if name.role == "label" and same.role == "other":
                names[row["thing"]][name.text, name.language] = name
    for iri, found in names.items():
        yield Entry(
            iri,
            tuple(types[iri]),
            tuple(found.values()),
            links.get(iri, 0),
            _rank(publication, iri, types[iri]),
        )


def _rank(publication: Publication, iri: str, types: Iterable[str]) -> int:
    """Put things before documents and terms, and those before what only connects things."""
    base, ids = publication.base, publication.ids
    if iri.startswith(f"{base}graph/") or not _NODES.isdisjoint(types):
        return CONNECTING
    return int(iri.startswith(f"{ids}source/") or not iri.startswith((ids, f"{base}def/")))


def rows(
    publication: Publication, name: str, terms: Mapping[str, list[URIRef]] | None = None
) -> Iterator[dict[str, str]]:
    """Yield the solutions of a site query as plain text."""
    text = bind(publication.site[name], terms or {})
    answer = publication.engine.query(QueryRequest(text=text, results_type="text/csv"))
    with answer.body, io.TextIOWrapper(answer.body, encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def lookup() -> Lookup:
    """Return what the current application looks up.

    Raises:
        SixaikaError: it is not read yet, and the engine does not answer.
    """
    found = current_app.extensions[_KEY].get()
    assert isinstance(found, Lookup)
    return found


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    with app.app_context():
        publication = service().publication
    deferred = Deferred(lambda: read_lookup(publication))
    deferred.prepare(app, at_once=not publication.file)
    app.extensions[_KEY] = deferred
