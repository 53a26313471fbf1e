"""Negotiation: what real clients send, and what each of them gets."""

import pytest

from sixaika_graph.errors import NotAcceptable
from sixaika_graph.formats import FORMATS, Kind, of_kind
from sixaika_graph.web.negotiation import (
    likes_html,
    named_formats,
    negotiate,
    parse_accept,
    prefers_html,
    require,
)

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "*/*;q=0.3"
)
JENA_RESULTS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,"
    "application/json;q=0.45,text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,"
    "text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
RAPPER = (
    "application/rdf+xml, text/rdf;q=0.6, application/n-triples, text/plain;q=0.1, text/turtle, "
    "application/x-turtle, application/turtle;q=0.9, text/html;q=0.2, "
    "application/xhtml+xml;q=0.4, */*;q=0.1"
)
RDFLIB = (
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, "
    "application/n-quads, application/trix, application/trig"
)
RDF4J = (
    "application/rdf+xml;q=0.8, application/xml;q=0.8, text/xml;q=0.8, application/n-triples, "
    "text/plain, text/turtle, application/x-turtle, application/ld+json"
)
OWLAPI = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
SPARQLWRAPPER_N3 = (
    "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3"
)
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"

CLIENTS: list[tuple[str, str | None, str | None, str | None, bool]] = [
    # client, header, format of a graph, format of results, whether HTML is preferred
    ("no header", None, "ttl", "json", False),
    ("empty header", "", "ttl", "json", False),
    ("curl, requests, httpx, ckanext-dcat", "*/*", "ttl", "json", False),
    ("Chrome", CHROME, "rdf", "xml", True),
    (
        "Firefox",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "rdf",
        "xml",
        True,
    ),
    (
        "Safari before 5",
        "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5",
        "rdf",
        "xml",
        True,
    ),
    ("lynx", "text/html, text/plain, text/sgml, text/css, */*;q=0.01", "nt", "json", True),
    (
        "Googlebot",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "rdf",
        "xml",
        True,
    ),
    ("Java's URLConnection", JAVA, None, None, True),
    ("fetch() of a browser", "*/*", "ttl", "json", False),
    ("axios", "application/json, text/plain, */*", "jsonld", "json", False),
    ("jQuery getJSON", "application/json, text/javascript, */*; q=0.01", "jsonld", "json", False),
    ("YASGUI", "application/sparql-results+json,*/*;q=0.9", "ttl", "json", False),
    (
        "SPARQLWrapper, JSON",
        "application/sparql-results+json,application/json,text/javascript,application/javascript",
        "jsonld",
        "json",
        False,
    ),
    ("SPARQLWrapper, XML", "application/sparql-results+xml", None, "xml", False),
    ("SPARQLWrapper, CSV", "text/csv", None, "csv", False),
    ("SPARQLWrapper, TSV", "text/tab-separated-values", None, "tsv", False),
    ("SPARQLWrapper, Turtle", "application/turtle,text/turtle", "ttl", None, False),
    ("SPARQLWrapper, N3", SPARQLWRAPPER_N3, "ttl", None, False),
    ("SPARQLWrapper, RDF/XML", "application/rdf+xml", "rdf", None, False),
    ("SPARQLWrapper, JSON-LD", "application/ld+json,application/x-json+ld", "jsonld", None, False),
    ("rdflib, any", RDFLIB, "ttl", None, False),
    ("rdflib, Turtle", "text/turtle, application/x-turtle, */*;q=0.1", "ttl", "json", False),
    ("rdflib, RDF/XML", "application/rdf+xml, */*;q=0.1", "rdf", "json", False),
    (
        "rdflib, JSON-LD",
        "application/ld+json, application/json;q=0.9, */*;q=0.1",
        "jsonld",
        "json",
        False,
    ),
    ("rdflib, N-Triples", "text/plain, */*;q=0.1", "nt", "json", False),
    (
        "rdflib's SPARQLStore",
        "application/rdf+xml, application/sparql-results+xml",
        "rdf",
        "xml",
        False,
    ),
    ("Jena, graph", JENA, "ttl", "json", False),
    ("Jena, results", JENA_RESULTS, "jsonld", "json", False),
    ("RDF4J", RDF4J, "ttl", "xml", False),
    ("OWL API, Protégé", OWLAPI, "rdf", "xml", False),
    ("Comunica", COMUNICA, "jsonld", "json", False),
    ("rapper", RAPPER, "ttl", "json", False),
    ("Excel Power Query", "*/*", "ttl", "json", False),
    ("OpenRefine", "application/json", "jsonld", "json", False),
    ("R's SPARQL package", "application/sparql-results+xml", None, "xml", False),
    ("wget", "*/*", "ttl", "json", False),
    ("HTML and Turtle alike", "text/turtle, text/html", "ttl", None, True),
    ("HTML below Turtle", "text/turtle, text/html;q=0.9", "ttl", None, False),
    ("HTML below everything", "text/html;q=0.5, */*", "ttl", "json", False),
    ("HTML refused", "text/html;q=0, */*;q=0.1", "ttl", "json", False),
    ("only HTML", "text/html", None, None, True),
    ("only XHTML", "application/xhtml+xml", None, None, True),
    ("a charset", "text/turtle; charset=utf-8", "ttl", None, False),
    (
        "a profile",
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
        "jsonld",
        None,
        False,
    ),
    ("upper case", "TEXT/TURTLE;Q=0.5", "ttl", None, False),
    (
        "white space",
        " text/csv ;\tq=0.5 , application/sparql-results+xml ; q=0.4",
        None,
        "csv",
        False,
    ),
    ("text/*", "text/*", "ttl", "csv", False),
    ("application/*", "application/*", "jsonld", "json", False),
    ("all but Turtle", "text/turtle;q=0, */*", "jsonld", "json", False),
    ("wildcard below", "application/n-triples;q=0.2, */*;q=0.1", "nt", "json", False),
    ("aliases of Turtle", "application/x-turtle", "ttl", None, False),
    ("N3", "text/n3", "ttl", None, False),
    ("plain text", "text/plain", "nt", None, False),
    ("XML", "application/xml", "rdf", "xml", False),
    (
        "the tie of aliases",
        "application/sparql-results+xml, application/json",
        "jsonld",
        "json",
        False,
    ),
    ("a malformed q", "text/turtle;q=high, application/rdf+xml;q=0.1", "rdf", None, False),
    ("q above one", "text/turtle;q=7, application/n-triples", "nt", None, False),
    ("no media type", "turtle, application/rdf+xml", "rdf", None, False),
    ("a broken wildcard", "*/turtle, application/n-triples;q=0.3", "nt", None, False),
    ("nothing but rubbish", "rubbish;;;,,/", "ttl", "json", False),
    ("an open quote", 'text/turtle;x="', "ttl", "json", False),
    ("an image", "image/png", None, None, False),
]


@pytest.mark.parametrize(
    ("header", "graph", "results", "html"),
    [pytest.param(*row[1:], id=row[0]) for row in CLIENTS],
)
def test_every_client_gets_the_format_it_likes_best(
    header: str | None, graph: str | None, results: str | None, html: bool
) -> None:
    accept = parse_accept(header)
    kinds: tuple[Kind, ...] = ("graph", "results")

    best = [row.suffix if (row := negotiate(accept, kind)) else None for kind in kinds]

    assert [graph, results] == best
    assert html == prefers_html(accept, *kinds)


def test_the_table_holds_at_least_forty_headers() -> None:
    assert len({header for _, header, *_ in CLIENTS}) >= 40


def test_an_alias_gives_the_registered_type() -> None:
    accept = parse_accept("application/json")

    assert (
        require(accept, tuple(of_kind("results"))).media_type == "application/sparql-results+json"
    )
    assert require(accept, tuple(of_kind("graph"))).media_type == "application/ld+json"


def test_a_tie_stays_data_where_html_has_to_be_liked_more() -> None:
    tie = parse_accept("text/html, text/turtle")

    assert prefers_html(tie, "graph")
    assert not likes_html(tie, negotiate(tie, "graph"), strictly=True)
    chrome = parse_accept(CHROME)
    assert likes_html(chrome, negotiate(chrome, "graph"), strictly=True)


def test_what_cannot_be_offered_is_refused_with_the_offers() -> None:
    with pytest.raises(NotAcceptable) as refused:
        require(parse_accept("image/png"), tuple(of_kind("results")))

    assert "text/csv" in refused.value.offers


@pytest.mark.parametrize(
    ("name", "suffixes"),
    [
        ("ttl", ["ttl"]),
        ("JSON", ["json", "json", "jsonld"]),
        ("xml", ["xml", "rdf"]),
        ("csv", ["csv"]),
        ("application/sparql-results+json", ["json"]),
        ("application/sparql-results json", ["json"]),
        ("text/html", ["html"]),
        ("turtle", ["ttl"]),
        ("n3", ["ttl"]),
        ("json-ld", ["jsonld"]),
        ("rdf+xml", ["rdf"]),
        ("rdf xml", ["rdf"]),
        ("n-triples", ["nt"]),
        ("html", ["html"]),
        (" text/csv; header=present", ["csv"]),
        ("exe", []),
        ("", []),
    ],
)
def test_a_format_can_be_named_by_suffix_media_type_or_short_name(
    name: str, suffixes: list[str]
) -> None:
    assert suffixes == [row.suffix for row in named_formats(name)]


def test_every_format_can_be_named_by_its_suffix() -> None:
    assert all(row in named_formats(row.suffix) for row in FORMATS)
