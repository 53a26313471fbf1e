"""The composition root: from files to a published dataset with an engine that answers for it.

`conforming` does all that can fail for a reason in the files, and starts no process; `publish`
starts the engine. The server does the first, forks, and publishes in the process that answers.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rdflib import Dataset, Graph, URIRef
from rdflib.term import Node

from sixaika_graph import outcome, queries, validation
from sixaika_graph.dataset import ONTOLOGY, SHAPES, named_graph, named_graphs, read, sources
from sixaika_graph.descriptions import quality
from sixaika_graph.descriptions.catalogue import undescribed
from sixaika_graph.dumps.content import GRAPH_DATASET, ONTOLOGY_DATASET, PEOPLE_DATASET
from sixaika_graph.engine import Engine
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.engine.source import Source
from sixaika_graph.errors import NotConforming
from sixaika_graph.namespaces import BASE, GRAPH, ID, PREFIXES
from sixaika_graph.preferred import prefer
from sixaika_graph.queries import NamedQuery
from sixaika_graph.release import Release, release
from sixaika_graph.settings import Settings
from sixaika_graph.validation import Report, Severity

_VERSION: Final = 16

CHOICES: Final = GRAPH["derived/choices"]

# A line that is no statement of N-Quads.
_BETWEEN: Final = b"# Without the names of persons\n"


@dataclass(frozen=True)
class Edition:
    """The statements of a dataset as the engine loads them, in a fixed order.

    `public` are those of the same dataset without the names of persons: what the dumps of the
    graph hold, whether or not the names are served.
    """

    settings: Settings
    nquads: bytes
    public: bytes

    @property
    def version(self) -> str:
        """The hash of the statements: the same for the same data."""
        return hashlib.sha256(self.nquads).hexdigest()[:_VERSION]


@dataclass(frozen=True)
class Prepared:
    """The named graphs of a dataset and its preferred graph, not yet validated.

    `files` are the source files of each named graph. The preferred graph, which will be the default
    graph, is kept apart on a plain store: pySHACL is slow on others.
    """

    settings: Settings
    files: Mapping[URIRef, tuple[Path, ...]]
    dataset: Dataset
    preferred: Graph

    def edition(self, found: Report | None = None) -> Edition:
        """Write the dataset down for the engine, with what was found when it was validated."""
        nquads = public = self._measured(found)
        if self.settings.people:
            public = prepare(replace(self.settings, people=False))._measured(found)
        return Edition(self.settings, nquads, public)

    def _measured(self, found: Report | None) -> bytes:
        measured = Graph(identifier=quality.QUALITY, bind_namespaces="none")
        for triple in quality.measure(self.dataset, self.preferred, found):
            measured.add(triple)
        return _nquads(self.preferred, [*named_graphs(self.dataset), measured])

    def described_in(self, node: Node) -> set[URIRef]:
        """Return the graphs of files that describe a node, else those that link to it."""
        for pattern in ((node, None, None, None), (None, None, node, None)):
            names = {name for *_, name in self.dataset.quads(pattern)}
            if names:
                return {name for name in names if isinstance(name, URIRef) and name in self.files}
        return set()


@dataclass(frozen=True)
class Publication:
    """What the web shows: the engine, the named queries, and which version of the data it is.

    `base` is what our IRIs begin with, `ids` what those begin with that stand below /id/; `file` is
    the name of a file that is published alone, without shapes, release and questions.
    """

    settings: Settings
    engine: Engine
    version: str
    library: Mapping[str, NamedQuery]
    site: Mapping[str, NamedQuery]
    base: str = BASE
    ids: str = str(ID)
    file: str = ""
    release: Release | None = None


@dataclass(frozen=True)
class LoneFile:
    """A file of RDF to be published alone; things of its own have IRIs that begin with `base`."""

    settings: Settings
    source: Source
    base: str

    @classmethod
    def read(cls, settings: Settings, path: Path, base: str | None = None) -> "LoneFile":
        """Take a file as it is now; without a base, its things are those of the public address.

        Raises:
            SourceError: it cannot be read, or has no suffix of RDF; what is in it shows later.
        """
        return cls(settings, Source.read(path), base or f"{settings.public_url}id/")


def prepare(settings: Settings, *, added: Iterable[Path] = ()) -> Prepared:
    """Read the dataset and build its preferred graph.

    `added` are further data files; one with the name of a file of the dataset takes its place.

    Raises:
        SourceError: a file cannot be read; it carries file, line and column.
    """
    files = sources(settings.root, people=settings.people)
    files |= {GRAPH[path.stem]: (path,) for path in added}
    dataset = read(files)
    preferred = prefer(dataset)
    for triple in preferred.choices:
        dataset.graph(CHOICES).add(triple)
    return Prepared(settings, files, dataset, preferred.graph)


def report(prepared: Prepared) -> Report:
    """Validate the preferred graph."""
    shapes = named_graph(prepared.dataset, SHAPES)
    return validation.validate(prepared.preferred, shapes, sources=prepared.described_in)


def report_on_files(prepared: Prepared, files: Iterable[Path]) -> Report:
    """Validate only what these data files describe, link to, and say with our terms."""
    said = Graph(bind_namespaces="none") + named_graph(prepared.dataset, ONTOLOGY)
    focus_nodes: set[Node] = set()
    for path in files:
        graph = named_graph(prepared.dataset, GRAPH[path.stem])
        focus_nodes.update(graph.subjects(), graph.objects())
        said += graph
    return validation.validate(
        prepared.preferred,
        named_graph(prepared.dataset, SHAPES),
        focus_nodes=[one for one in focus_nodes if isinstance(one, URIRef)],
        apart={ONTOLOGY: said},
        sources=prepared.described_in,
    )


def conforming(settings: Settings) -> Edition:
    """Read, prefer and validate, or take what is remembered of the same files.

    Raises:
        SourceError: a file cannot be read; it carries file, line and column.
        NotConforming: the data breaks a shape, and the error carries the Violations as a table, or
            has not all of what is catalogued.
    """
    files = sources(settings.root, people=settings.people)
    key = outcome.key(path.read_bytes() for paths in files.values() for path in paths)
    remembered = outcome.recall(settings.cache, key)
    if remembered is not None:
        nquads, _, public = remembered.partition(_BETWEEN)
        return Edition(settings, nquads, public or nquads)
    prepared = prepare(settings)
    _require_catalogue(prepared)
    edition = prepared.edition(_require_conformance(prepared))
    both = (edition.nquads, edition.public) if settings.people else (edition.nquads,)
    outcome.remember(settings.cache, key, _BETWEEN.join(both))
    return edition


def _require_catalogue(prepared: Prepared) -> None:
    people = (PEOPLE_DATASET,) if prepared.settings.people else ()
    missing = undescribed(prepared.preferred, (GRAPH_DATASET, ONTOLOGY_DATASET, *people))
    if missing:
        names = ", ".join(node.n3() for node in missing)
        raise NotConforming(
            "The catalogue would be cut short, and portals would delete what it lacks: "
            f"no file of data/turtle/ describes {names}."
        )


def _require_conformance(prepared: Prepared) -> Report:
    found = report(prepared)
    if not found.conforms:
        severities = (Severity.VIOLATION,)
        text = validation.to_text(found, files=file_names(prepared), severities=severities)
        raise NotConforming(text)
    return found


def file_names(prepared: Prepared) -> dict[URIRef, str]:
    """Return the names of the source files of each named graph, as people know them."""
    return {name: ", ".join(path.name for path in paths) for name, paths in prepared.files.items()}


def publish(edition: Edition | LoneFile) -> Publication:
    """Start the engine on an edition of the dataset and its descriptions, or on a file.

    Raises:
        EngineUnavailable: its processes cannot be started.
        SourceError: a named query, or the file, cannot be read.
    """
    settings = edition.settings
    site = queries.read(settings.root / "queries" / "site")
    limits = Limits.of(settings)
    if isinstance(edition, LoneFile):
        source, base = edition.source, edition.base
        engine = LocalEngine(source, prefixes=PREFIXES, base=base, limits=limits)
        version = hashlib.sha256(f"{source.version} {base}".encode()).hexdigest()[:_VERSION]
        name = source.path.name if source.path else "RDF"
        return Publication(settings, engine, version, {}, site, base, base, name)
    library = queries.read(settings.root / "queries")
    released = release(settings, edition.nquads, edition.public)
    statements = edition.nquads + released.nquads
    engine = LocalEngine(statements, prefixes=PREFIXES, base=BASE, limits=limits)
    return Publication(settings, engine, edition.version, library, site, release=released)


def open_publication(settings: Settings) -> Publication:
    """Read, prefer, validate and start the engine.

    Raises:
        SourceError, NotConforming, EngineUnavailable: why there is nothing to publish.
    """
    return publish(conforming(settings))


def _nquads(default: Graph, named: Iterable[Graph]) -> bytes:
    """Write all statements in a fixed order, the default graph first."""
    lines = sorted(_triples(default))
    for graph in sorted(named, key=lambda graph: str(graph.identifier)):
        suffix = f" {graph.identifier.n3()} ."
        lines += sorted(line.removesuffix(" .") + suffix for line in _triples(graph))
    return ("\n".join(lines) + "\n").encode()


def _triples(graph: Graph) -> list[str]:
    return graph.serialize(format="nt").splitlines()
