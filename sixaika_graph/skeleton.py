"""The skeleton of a new source: a data file without statements yet, and its entry in sources.ttl.

What is not known yet is left out of the entry: the shapes of sources and named graphs name it.
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rdflib import RDF, VOID, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV
from rdflib.term import Node

from sixaika_graph import turtle
from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import DEF, GRAPH, ID, S6, SCHEMA, SD

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGES: Final = {"fi": "FIN", "sv": "SWE", "en": "ENG"}

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/language/"
_RIGHTS: Final = {
    "en": "No licence is known; only facts were taken from the document.",
    "fi": "Lisenssiä ei tunneta; asiakirjasta on otettu vain tosiasioita.",
}
_HEAD: Final = """\
# {slug}: what the page states, in our own words but for names.
# Named graph: {graph}
"""


@dataclass(frozen=True, kw_only=True)
class NewSource:
    """What is known of a document that is to be read; `publisher` and `kind` are slugs."""

    slug: str
    url: str | None = None
    title: str | None = None
    language: str | None = None
    publisher: str | None = None
    kind: str | None = None


def write(root: Path, source: NewSource, seen: datetime.date) -> tuple[Path, Path]:
    """Write the data file of a source and its entry in sources.ttl; return both paths.

    Raises:
        SourceError: the slug cannot be one, the source is there already, or a file cannot be read.
    """
    folder = root / "data" / "turtle"
    file, entries = folder / f"{source.slug}.ttl", folder / "sources.ttl"
    if not SLUG.fullmatch(source.slug):
        raise SourceError(file, "a slug has only the letters a-z, digits, and single hyphens")
    known = turtle.read(entries)
    if file.exists():
        raise SourceError(file, "is there already")
    if (ID[f"source/{source.slug}"], None, None) in known:
        raise SourceError(entries, f"describes source:{source.slug} already")
    text = entries.read_text(encoding="utf-8")
    entries.write_text(turtle.add(text, _entry(source, seen), entries), encoding="utf-8")
    head = _HEAD.format(slug=source.slug, graph=GRAPH[source.slug])
    file.write_text(turtle.format_turtle(head, file), encoding="utf-8")
    return file, entries


def _entry(source: NewSource, seen: datetime.date) -> Graph:
    graph = Graph(bind_namespaces="none")
    document, name = ID[f"source/{source.slug}"], GRAPH[source.slug]
    statements: list[tuple[URIRef, URIRef, Node]] = [
        *((document, RDF.type, kind) for kind in (PROV.Entity, FOAF.Document)),
        (document, RDF.type, SCHEMA.DigitalDocument),
        (document, S6.seenOn, Literal(seen)),
        *((document, DCTERMS.rights, Literal(text, tag)) for tag, text in _RIGHTS.items()),
        *((name, RDF.type, kind) for kind in (VOID.Dataset, SD.NamedGraph)),
        (name, PROV.hadPrimarySource, document),
    ]
    if source.url is not None:
        statements.append((document, SCHEMA.url, URIRef(source.url)))
    if source.language is not None:
        language = URIRef(_AUTHORITY + LANGUAGES[source.language])
        statements.append((document, DCTERMS.language, language))
    if source.title is not None and source.language is not None:
        statements.append((document, DCTERMS.title, Literal(source.title, source.language)))
        host = urlsplit(source.url or "").netloc.removeprefix("www.")
        label = f"{host}: {source.title}" if host else source.title
        statements += [(name, DCTERMS.title, Literal(label, tag)) for tag in _RIGHTS]
    if source.publisher is not None:
        statements.append((document, DCTERMS.publisher, ID[f"organisation/{source.publisher}"]))
    if source.kind is not None:
        statements.append((document, S6.sourceKind, DEF[f"source-kind/{source.kind}"]))
    for statement in statements:
        graph.add(statement)
    return graph
