"""The composition root: from files to a published dataset with an engine that answers for it.

`prepare` does all that can fail for a reason in the files, and starts no process; `publish` starts
the engine. The server prepares first, and publishes in the process that answers.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdflib import Dataset, Graph, URIRef
from rdflib.term import Node

from sixaika_graph import queries, validation
from sixaika_graph.dataset import ONTOLOGY, SHAPES, named_graph, named_graphs, read, sources
from sixaika_graph.engine import Engine
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.errors import NotConforming
from sixaika_graph.namespaces import GRAPH, PREFIXES, SCHEMA
from sixaika_graph.preferred import prefer
from sixaika_graph.queries import NamedQuery
from sixaika_graph.settings import Settings
from sixaika_graph.validation import Report, Severity

CHOICES: Final = GRAPH["derived/choices"]


@dataclass(frozen=True)
class Prepared:
    """A dataset in which the default graph is the preferred graph, not yet validated.

    `files` are the source files of each named graph; `nquads` is what the engine loads; `version`
    is the hash of the statements, the same for the same data.
    """

    settings: Settings
    files: Mapping[URIRef, tuple[Path, ...]]
    dataset: Dataset
    nquads: bytes
    version: str

    def preferred(self) -> Graph:
        """Return the preferred graph, on a plain store: pySHACL is slow on others."""
        graph = Graph(bind_namespaces="none")
        graph += self.dataset.default_graph
        return graph

    def described_in(self, node: Node) -> set[URIRef]:
        """Return the names of the graphs of files that describe a node."""
        quads = self.dataset.quads((node, None, None, None))
        return {name for *_, name in quads if isinstance(name, URIRef) and name in self.files}


@dataclass(frozen=True)
class Publication:
    """What the web shows: the engine, the named queries, and which version of the data it is."""

    settings: Settings
    engine: Engine
    version: str
    library: Mapping[str, NamedQuery]
    site: Mapping[str, NamedQuery]


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
    for triple in preferred.graph:
        dataset.default_graph.add(triple)
    nquads = _nquads(dataset)
    return Prepared(settings, files, dataset, nquads, hashlib.sha256(nquads).hexdigest()[:16])


def report(prepared: Prepared) -> Report:
    """Validate the whole preferred graph, or take the outcome that is remembered for it."""
    cache = prepared.settings.cache
    key = validation.outcome_key([prepared.version.encode()])
    outcome = validation.remembered(cache, key)
    if outcome is None:
        outcome = report_on(prepared, None)
        validation.remember(cache, key, outcome)
    return outcome


def report_on(prepared: Prepared, focus_nodes: Iterable[URIRef] | None) -> Report:
    """Validate the focus nodes (None: all) now, whatever is remembered."""
    return validation.validate(
        prepared.preferred(),
        named_graph(prepared.dataset, SHAPES),
        focus_nodes=focus_nodes,
        sources=prepared.described_in,
    )


def report_on_files(prepared: Prepared, files: Iterable[Path]) -> Report:
    """Validate only what these data files describe, link outside, and say with our terms."""
    focus_nodes: set[Node] = {ONTOLOGY}
    for path in files:
        graph = named_graph(prepared.dataset, GRAPH[path.stem])
        focus_nodes.update(graph.subjects())
        focus_nodes.update(graph.objects(None, SCHEMA.sameAs))
    return report_on(prepared, [one for one in focus_nodes if isinstance(one, URIRef)])


def require_conformance(prepared: Prepared) -> None:
    """Make sure that the data breaks no shape.

    Raises:
        NotConforming: it does; the error carries the Violations as a table.
    """
    outcome = report(prepared)
    if not outcome.conforms:
        severities = (Severity.VIOLATION,)
        text = validation.to_text(outcome, files=file_names(prepared), severities=severities)
        raise NotConforming(text)


def file_names(prepared: Prepared) -> dict[URIRef, str]:
    """Return the names of the source files of each named graph, as people know them."""
    return {name: ", ".join(path.name for path in paths) for name, paths in prepared.files.items()}


def publish(prepared: Prepared) -> Publication:
    """Start the engine on a prepared dataset.

    Raises:
        EngineUnavailable: its processes cannot be started.
        SourceError: a named query cannot be read.
    """
    settings = prepared.settings
    library = queries.read(settings.root / "queries")
    site = queries.read(settings.root / "queries" / "site")
    engine = LocalEngine(prepared.nquads, prefixes=PREFIXES, limits=Limits.of(settings))
    return Publication(settings, engine, prepared.version, library, site)


def open_publication(settings: Settings) -> Publication:
    """Read, prefer, validate and start the engine.

    Raises:
        SourceError, NotConforming, EngineUnavailable: why there is nothing to publish.
    """
    prepared = prepare(settings)
    require_conformance(prepared)
    return publish(prepared)


def _nquads(dataset: Dataset) -> bytes:
    """Write all statements in a fixed order, the default graph first."""
    lines = sorted(_triples(dataset.default_graph))
    for graph in named_graphs(dataset):
        suffix = f" {graph.identifier.n3()} ."
        lines += sorted(line.removesuffix(" .") + suffix for line in _triples(graph))
    return ("\n".join(lines) + "\n").encode()


def _triples(graph: Graph) -> list[str]:
    return graph.serialize(format="nt").splitlines()
