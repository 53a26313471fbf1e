"""The one table of formats: what can be asked for, under which media type and suffix.

Negotiation, the engine, links between representations and the README all read it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["graph", "dataset", "json", "results", "html"]
"""What can be written in a format.

A graph is of triples, a dataset of quads; json is for programs that know nothing of RDF.
"""

_W3 = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True)
class Format:
    """One way to write an answer down.

    `iri` is the format's name in the W3C list of file formats
    (https://www.w3.org/ns/formats/); `aliases` are accepted, `media_type` is what is returned.
    """

    name: str
    media_type: str
    suffix: str
    kind: Kind
    iri: str = ""
    aliases: tuple[str, ...] = ()
    parameters: str = ""

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        return self.media_type + self.parameters


# The order breaks ties in negotiation (http.md 12).
FORMATS: Final = (
    Format(
        "Turtle",
        "text/turtle",
        "ttl",
        "graph",
        f"{_W3}Turtle",
        ("application/x-turtle", "application/turtle", "text/rdf+n3", "text/n3"),
        "; charset=utf-8",
    ),
    Format(
        "JSON-LD",
        "application/ld+json",
        "jsonld",
        "graph",
        f"{_W3}JSON-LD",
        ("application/json",),
    ),
    Format(
        "RDF/XML",
        "application/rdf+xml",
        "rdf",
        "graph",
        f"{_W3}RDF_XML",
        ("application/xml", "text/xml"),
    ),
    Format("N-Triples", "application/n-triples", "nt", "graph", f"{_W3}N-Triples", ("text/plain",)),
    Format(
        "TriG",
        "application/trig",
        "trig",
        "dataset",
        f"{_W3}TriG",
        ("application/x-trig",),
        "; charset=utf-8",
    ),
    Format("N-Quads", "application/n-quads", "nq", "dataset", f"{_W3}N-Quads", ("text/x-nquads",)),
    Format("JSON", "application/json", "json", "json"),
    Format(
        "SPARQL results JSON",
        "application/sparql-results+json",
        "json",
        "results",
        f"{_W3}SPARQL_Results_JSON",
        ("application/json",),
    ),
    Format(
        "SPARQL results XML",
        "application/sparql-results+xml",
        "xml",
        "results",
        f"{_W3}SPARQL_Results_XML",
        ("application/xml", "text/xml"),
    ),
    Format(
        "CSV",
        "text/csv",
        "csv",
        "results",
        f"{_W3}SPARQL_Results_CSV",
        (),
        "; charset=utf-8; header=present",
    ),
    Format(
        "TSV",
        "text/tab-separated-values",
        "tsv",
        "results",
        f"{_W3}SPARQL_Results_TSV",
        (),
        "; charset=utf-8",
    ),
    Format("HTML", "text/html", "html", "html", "", ("application/xhtml+xml",), "; charset=utf-8"),
)


def of_kind(*kinds: Kind) -> Iterator[Format]:
    """Yield the formats of the given kinds, the preferred one first."""
    return (row for row in FORMATS if row.kind in kinds)


def by_suffix(suffix: str, *kinds: Kind) -> Format | None:
    """Return the format with that file name suffix among the given kinds."""
    return next((row for row in of_kind(*kinds) if row.suffix == suffix), None)


def by_media_type(media_type: str, *kinds: Kind) -> Format | None:
    """Return the format that a media type (registered or alias, without parameters) names."""
    return among(of_kind(*kinds), media_type)


def among(rows: Iterable[Format], media_type: str) -> Format | None:
    """Return the one of some formats that a media type names; its own name wins over an alias."""
    known = tuple(rows)
    return next(
        (row for row in known if media_type == row.media_type),
        next((row for row in known if media_type in row.aliases), None),
    )
