"""The links to other vocabularies and data sets as one table: SSSOM, tab-separated.

https://mapping-commons.github.io/sssom/. One row for each link of each named graph, with the
document that gives the link and how sure that is.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rdflib import SKOS, Graph, Literal, URIRef
from rdflib.namespace import PROV, RDFS
from rdflib.term import Node

from sixaika_graph.namespaces import BASE, GRAPH, PREFIXES, S6, SCHEMA

COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "mapping_provider",
)
MATCHES: Final = (
    SCHEMA.sameAs,
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)
LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

# A person chose or checked every link of this data; none was made by a program.
_JUSTIFICATION: Final = "semapv:ManualMappingCuration"
# One prefix for all things of ours, which have no prefix in the data of others.
_SHORT: Final = {
    **{key: iri for key, iri in PREFIXES.items() if not iri.startswith(BASE)},
    "eu": "http://publications.europa.eu/resource/authority/",
    "eurovoc": "http://eurovoc.europa.eu/",
    "geonames": "https://sws.geonames.org/",
    "kunta": "http://uri.suomi.fi/codelist/jhs/kunta_1_20230101/code/",
    "nuts": "http://data.europa.eu/nuts/code/",
    "ror": "https://ror.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sixaika": BASE,
    "wikidata": "http://www.wikidata.org/entity/",
    "yso": "http://www.yso.fi/onto/yso/",
}
_NAMES: Final = (SKOS.prefLabel, SCHEMA.name, RDFS.label)


def mapping_table(named: Mapping[URIRef, Graph], preferred: Graph, mapping_set_id: str) -> str:
    """Return all links outwards of named graphs as SSSOM; `preferred` names what is linked."""
    about = named.get(GRAPH["sources"], Graph())
    rows = sorted(
        row
        for name, graph in named.items()
        for row in _rows(graph, preferred, *_witness(about, name))
    )
    body = io.StringIO()
    writer = csv.writer(body, dialect="excel-tab", lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return "".join(_head(mapping_set_id, rows)) + body.getvalue()


def _rows(
    graph: Graph, preferred: Graph, document: str, confidence: str
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each link that one named graph makes."""
    for path in MATCHES:
        for thing, target in graph.subject_objects(path):
            yield (
                _short(thing),
                _name((preferred, graph), thing),
                _short(path),
                _short(target),
                # What an authority calls the thing is the name of its own item.
                _name((graph,), thing) if document else "",
                _JUSTIFICATION,
                confidence,
                document or BASE,
            )


def _witness(about: Graph, graph: URIRef) -> tuple[str, str]:
    """Return the address of the document that a graph was made from, and how sure its links are."""
    source = about.value(graph, PROV.hadPrimarySource)
    if source is None:
        return "", ""
    return str(about.value(source, SCHEMA.url)), str(about.value(source, S6.linkConfidence) or "")


def _name(graphs: Iterable[Graph], thing: Node) -> str:
    """Return the English name of a thing, else its Finnish one, from the first graph with one."""
    for graph in graphs:
        names: Mapping[str | None, str] = {
            value.language: str(value)
            for path in reversed(_NAMES)
            for value in sorted(graph.objects(thing, path), key=str, reverse=True)
            if isinstance(value, Literal)
        }
        for language in ("en", "fi"):
            if language in names:
                return names[language]
    return ""


def _short(node: Node) -> str:
    """Return the compact form of an IRI; the whole of one that no prefix fits."""
    fitting = [(len(iri), key) for key, iri in _SHORT.items() if str(node).startswith(iri)]
    if not fitting or not isinstance(node, URIRef):
        return str(node)
    length, key = max(fitting)
    return f"{key}:{node[length:]}"


def _head(mapping_set_id: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of the metadata: YAML behind number signs."""
    used = {cell.partition(":")[0] for row in rows for cell in row if ":" in cell}
    yield f"#mapping_set_id: {mapping_set_id}\n"
    yield "#mapping_set_title: Links of the 6Aika knowledge graph to other data sets\n"
    yield f"#license: {LICENCE}\n"
    yield "#curie_map:\n"
    yield from (f"#  {key}: {iri}\n" for key, iri in sorted(_SHORT.items()) if key in used)
