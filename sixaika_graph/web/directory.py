"""What can be dereferenced, asked of the engine once: things, their aliases, named graphs.

Existence, aliases, near matches, names and the documents behind named graphs are look-ups from then
on; no request asks the engine for them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process
from rdflib import Literal, URIRef
from rdflib.plugins.sparql.results.jsonresults import parseJsonTerm
from rdflib.term import Node

from sixaika_graph.engine import QueryRequest
from sixaika_graph.errors import BadParameter
from sixaika_graph.namespaces import DEF, ID
from sixaika_graph.publication import Publication
from sixaika_graph.queries import bind
from sixaika_graph.web.retired import Retired, read_retired

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LIKENESS: Final = 60
"""Likeness in per cent from which on a name is near."""
_SUGGESTIONS: Final = 5
_REMEMBERED: Final = 4096
"""IRIs of a lone file of which it is remembered whether they stand for anything."""


@dataclass(frozen=True)
class Directory:
    """The things below /id/ and /def/ with their labels, the aliases of things, the named graphs.

    All are IRIs: `aliases` leads from an IRI that is made of a code, or was merged into another, to
    the IRI of the thing; `terms` are those with a fragment, of the ontology above all; `retired` is
    what became of those that stand for nothing any more; `types` are the classes of the things.
    `names` are the labels of every term that has any, in all languages, `documents` what is said of
    the source documents of each named graph: a lone file is asked for both.
    """

    labels: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, str]
    graphs: frozenset[str]
    terms: frozenset[str] = frozenset()
    retired: Retired = field(default_factory=Retired)
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[Node, tuple[Literal, ...]] = field(default_factory=dict)
    documents: Mapping[Node, tuple[Mapping[str, Node], ...]] = field(default_factory=dict)
    _names: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names: dict[str, list[str]] = defaultdict(list)
        for iri, labels in (*self.labels.items(), *((term, ()) for term in self.terms)):
            for name in {_words(_last(iri)), *map(_words, labels)}:
                names[name].append(iri)
        object.__setattr__(self, "_names", {name: tuple(iris) for name, iris in names.items()})

    def __contains__(self, iri: str) -> bool:
        return iri in self.labels

    def has_heard_of(self, iri: str) -> bool:
        """Tell whether an IRI of ours stands for anything at all."""
        return iri in self or iri in self.terms or iri in self.graphs

    def similar(self, iri: str) -> list[str]:
        """Return the things whose slug or label comes near that of an IRI, its own kind first."""
        if iri in self.aliases:
            return [self.aliases[iri]]
        near = process.extract(
            _words(_last(iri)),
            list(self._names),
            scorer=fuzz.ratio,
            limit=4 * _SUGGESTIONS,
            score_cutoff=_LIKENESS,
        )
        matches = (match for name, *_ in near for match in self._names[name])
        found = dict.fromkeys(match for match in matches if ("#" in match) == ("#" in iri))
        return sorted(found, key=lambda match: _kind(match) != _kind(iri))[:_SUGGESTIONS]


@dataclass(frozen=True, kw_only=True)
class OpenDirectory(Directory):
    """The directory of a lone file, which may hold any number of things: each is asked for."""

    exists: Callable[[str], bool]

    def __contains__(self, iri: str) -> bool:
        return self.exists(iri)

    def has_heard_of(self, iri: str) -> bool:
        """Tell nothing: what a file does not describe may still be what its author means."""
        return True


def read_directory(publication: Publication) -> Directory:
    """Ask a publication's engine what it has."""
    graphs = frozenset(row["graph"] for row in _solutions(publication, "graphs"))
    if publication.file:
        exists = _Existence(publication)
        return OpenDirectory(labels={}, aliases={}, graphs=graphs, exists=exists)
    retired = read_retired(_solutions(publication, "retired"))
    names = _read_names(publication)
    labels: dict[str, tuple[str, ...]] = {}
    terms = set()
    for row in _solutions(publication, "resources"):
        iri = row["resource"]
        if "#" in iri:
            terms.add(iri)
        elif iri.startswith((ID, DEF)) and iri not in retired.successors:
            labels[iri] = tuple(map(str, names.get(URIRef(iri), ())))
    types: dict[str, list[str]] = defaultdict(list)
    for row in _solutions(publication, "index-types"):
        if row["thing"] in labels:
            types[row["thing"]].append(row["type"])
    return Directory(
        types={iri: tuple(found) for iri, found in types.items()},
        labels=labels,
        aliases={**aliases_of(_solutions(publication, "aliases"), labels), **retired.successors},
        graphs=graphs,
        terms=frozenset(terms),
        retired=retired,
        names=names,
        documents=_read_documents(publication, graphs),
    )


def _read_names(publication: Publication) -> dict[Node, tuple[Literal, ...]]:
    found: dict[str, list[Literal]] = defaultdict(list)
    for row in _rows(publication, "names"):
        label = parseJsonTerm(row["label"])
        if isinstance(label, Literal):
            found[row["term"]["value"]].append(label)
    return {URIRef(term): tuple(labels) for term, labels in found.items()}


def _read_documents(
    publication: Publication, graphs: Iterable[str]
) -> dict[Node, tuple[Mapping[str, Node], ...]]:
    found: dict[Node, list[Mapping[str, Node]]] = defaultdict(list)
    wanted = {"graph": [URIRef(graph) for graph in sorted(graphs)]}
    for row in _rows(publication, "page-sources", wanted):
        terms = {name: parseJsonTerm(term) for name, term in row.items()}
        found[terms["graph"]].append(terms)
    return {graph: tuple(rows) for graph, rows in found.items()}


class _Existence:
    """Tells of which IRIs a lone file says anything; each is asked for when it is needed."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._known: dict[str, bool] = {}

    def __call__(self, iri: str) -> bool:
        known = self._known.get(iri)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            asked = [iri]
            if "." in _last(iri):
                # If it is no thing, the next to be asked for is the one that it is a form of.
                asked.append(iri.rpartition(".")[0])
            found = self._ask(asked)
            self._known |= {one: one in found for one in asked}
            known = iri in found
        return known

    def _ask(self, iris: Iterable[str]) -> set[str]:
        try:
            terms = {"thing": [URIRef(iri) for iri in iris]}
            return {row["thing"] for row in _solutions(self._publication, "exists", terms)}
        except BadParameter:
            # What cannot be written as an IRI is none.
            return set()


def aliases_of(rows: Iterable[Mapping[str, str]], taken: Mapping[str, object]) -> dict[str, str]:
    """Return an IRI for each code; one that would lead to two things, or is a thing, is none."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["resource"] in taken and _CODE.fullmatch(row["code"]):
            owners[_kind(row["resource"]) + row["code"]].add(row["resource"])
    return {
        alias: next(iter(things))
        for alias, things in owners.items()
        if len(things) == 1 and alias not in taken
    }


def _solutions(
    publication: Publication, name: str, terms: Mapping[str, Node | Sequence[Node]] | None = None
) -> Iterator[dict[str, str]]:
    for row in _rows(publication, name, terms):
        yield {variable: term["value"] for variable, term in row.items()}


def _rows(
    publication: Publication, name: str, terms: Mapping[str, Node | Sequence[Node]] | None = None
) -> Iterator[dict[str, dict[str, str]]]:
    """Yield solutions as they stand in the JSON results."""
    text = bind(publication.site[name], terms or {})
    answer = publication.engine.query(QueryRequest(text=text))
    yield from json.loads(answer.read())["results"]["bindings"]


def _kind(iri: str) -> str:
    return iri.removesuffix(_last(iri))


def _last(iri: str) -> str:
    return iri.rpartition("#" if "#" in iri else "/")[2]


def _words(name: str) -> str:
    return name.replace("-", " ").casefold()
