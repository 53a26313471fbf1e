"""What is published beside the dataset: its dumps, and what catalogue, VoID and service say.

All of it is made after the dataset (design/model.md B.6): it stands in graphs of its own, in no
dump and in no count. It follows from the data and the settings alone and is remembered by them.
"""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from sixaika_graph import outcome
from sixaika_graph.descriptions import mqa
from sixaika_graph.descriptions.adfi import adfi
from sixaika_graph.descriptions.catalogue import CATALOGUE, catalogue
from sixaika_graph.descriptions.distribution import address
from sixaika_graph.descriptions.mappings import mapping_table
from sixaika_graph.descriptions.partition import Census
from sixaika_graph.descriptions.service import Contents, service_description
from sixaika_graph.descriptions.void import void_description
from sixaika_graph.dumps import rdf, store, write_all
from sixaika_graph.dumps.content import (
    GRAPH_DATASET,
    PEOPLE_DATASET,
    Content,
    contents,
    name_of,
)
from sixaika_graph.dumps.store import Dumps
from sixaika_graph.namespaces import GRAPH, PREFIXES
from sixaika_graph.settings import Settings

DCAT_AP: Final = "dcat-ap"
"""The profile of the catalogue where none is asked for: DCAT-AP 3."""

_PROFILES: Final[Mapping[str, Callable[[Graph], Graph]]] = {DCAT_AP: lambda one: one, "adfi": adfi}
_DERIVED: Final = ("catalogue", "mqa", "service", "void")
_PACKAGE: Final = Path(__file__).parent
_TABLES: Final = (".toml", ".ttl")
_WRITERS: Final[Mapping[str, Callable[[Graph], bytes]]] = {
    "ttl": rdf.turtle,
    "jsonld": rdf.jsonld,
    "rdf": rdf.rdfxml,
    "nt": rdf.ntriples,
}


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is published beside the dataset.

    `catalogues` are the documents of the catalogue by profile and suffix, as they were built: the
    engine would rewrite literals. `mappings` are the links outwards as SSSOM. `nquads` are all
    descriptions for the engine, each a graph; `modified` is the day of the last change of the data.
    """

    dumps: Dumps
    catalogues: Mapping[str, Mapping[str, bytes]]
    mappings: bytes
    nquads: bytes
    modified: str

    @property
    def catalogue(self) -> Mapping[str, bytes]:
        """The documents of the catalogue in DCAT-AP, by suffix."""
        return self.catalogues[DCAT_AP]

    def graph(self) -> Graph:
        """Return the catalogue as a graph."""
        return Graph(bind_namespaces="none").parse(data=self.catalogue["nt"], format="nt")


def release(settings: Settings, nquads: bytes, public: bytes) -> Release:
    """Make, or remember, what is published beside a dataset; `public` is it without persons."""
    whole = cache(lambda: contents(nquads, public))
    # Another program elsewhere in the package is no reason to write the same files again.
    writers = (sqlite3.sqlite_version, zlib.ZLIB_RUNTIME_VERSION, str(sorted(PREFIXES.items())))
    parts = ["\n".join(writers).encode(), nquads, public, *_tables("dumps")]
    key = outcome.key(parts, program=_PACKAGE / "dumps")
    dumps = store.recall(settings.cache, key) or store.keep(
        settings.cache, key, lambda: write_all(whole())
    )
    shown = [f"{one.name}={getattr(settings, one.name)}" for one in fields(settings)]
    key = outcome.key([key.encode(), "\n".join(shown).encode(), *_tables("descriptions")])
    remembered = outcome.recall(settings.cache, key)
    if remembered is None:
        remembered = _write(_describe(settings, whole(), dumps), _mappings(settings, whole()))
        outcome.remember(settings.cache, key, remembered)
    return _read(dumps, remembered)


def _tables(room: str) -> list[bytes]:
    """Return the files of a room of the package that are no program."""
    return [
        path.read_bytes() for path in sorted((_PACKAGE / room).iterdir()) if path.suffix in _TABLES
    ]


def _describe(settings: Settings, whole: Mapping[str, Content], dumps: Dumps) -> dict[str, Graph]:
    """Return the graphs that describe the datasets and services, by their names."""
    default = Graph(bind_namespaces="none")
    for content in whole.values():
        default += content.default
    listed = catalogue(default, settings, dumps)
    served = {address(dump, settings.public_url) for dump in dumps.files.values()}
    measured = mqa.measure(listed, served.__contains__)
    return {
        "catalogue": listed,
        "mqa": mqa.describe(measured),
        "service": service_description(settings, _counted(default, whole)),
        "void": void_description(
            {name_of(slug): content for slug, content in whole.items()},
            default,
            settings.public_url,
            dumps=_rdf_dumps(settings, dumps),
        ),
    }


def _mappings(settings: Settings, whole: Mapping[str, Content]) -> str:
    graph = whole[GRAPH_DATASET]
    return mapping_table(graph.named, graph.default, f"{settings.public_url}mappings.sssom.tsv")


def _counted(default: Graph, whole: Mapping[str, Content]) -> Contents:
    """Count what the endpoint holds: the ontology is part of the graph, persons are not."""
    census = Census(default)
    sizes: Counter[URIRef] = Counter()
    for slug in whole.keys() & {GRAPH_DATASET, PEOPLE_DATASET}:
        sizes.update({name: len(graph) for name, graph in whole[slug].named.items()})
    return Contents(
        triples=census.triples,
        subjects=len(census.subjects),
        objects=len(census.objects),
        classes=_iris(census.entities),
        properties=_iris(census.properties),
        graphs={**sizes, **dict.fromkeys(GRAPH[f"derived/{name}"] for name in _DERIVED)},
    )


def _iris(counts: Mapping[Node, int]) -> dict[URIRef, int]:
    return {node: count for node, count in counts.items() if isinstance(node, URIRef)}


def _rdf_dumps(settings: Settings, dumps: Dumps) -> dict[URIRef, list[str]]:
    found: dict[URIRef, list[str]] = {}
    for dump in dumps.files.values():
        if dump.format.is_rdf:
            found.setdefault(name_of(dump.dataset), []).append(address(dump, settings.public_url))
    return found


def _write(described: Mapping[str, Graph], mappings: str) -> bytes:
    listed = rdf.in_order(described["catalogue"])
    return json.dumps(
        {
            "catalogues": {name: _documents(listed, make) for name, make in _PROFILES.items()},
            "mappings": mappings,
            "modified": str(listed.value(CATALOGUE, DCTERMS.modified)),
            "nquads": "".join(_quads(name, graph) for name, graph in described.items()),
        }
    ).encode()


def _documents(listed: Graph, make: Callable[[Graph], Graph]) -> dict[str, str]:
    made = rdf.in_order(make(listed))
    return {suffix: write(made).decode() for suffix, write in _WRITERS.items()}


def _quads(name: str, graph: Graph) -> str:
    end = f" {GRAPH[f'derived/{name}'].n3()} .\n"
    lines = rdf.ntriples(graph).decode().splitlines()
    return "".join(line.removesuffix(" .") + end for line in lines)


def _read(dumps: Dumps, written: bytes) -> Release:
    read = json.loads(written)
    catalogues = {
        profile: MappingProxyType({suffix: text.encode() for suffix, text in documents.items()})
        for profile, documents in read["catalogues"].items()
    }
    return Release(
        dumps=dumps,
        catalogues=MappingProxyType(catalogues),
        mappings=read["mappings"].encode(),
        nquads=read["nquads"].encode(),
        modified=read["modified"],
    )
