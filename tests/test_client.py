"""The client: what Python users get from the running server, and from one that misbehaves."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from typing import Final

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, RDFS, XSD
from SPARQLWrapper import CSV, JSON, JSONLD, N3, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from sixaika_graph import errors
from sixaika_graph.client import Client
from sixaika_graph.client.answers import to_table
from sixaika_graph.namespaces import BASE, ID, S6, SCHEMA

OULU: Final = ID["place/oulu"]
CITIES: Final = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>

SELECT ?city ?name ?missing ?number
WHERE {
  ?city a schema:City ;
    rdfs:label ?name .
  FILTER (LANG(?name) = "sv")
  BIND (7 AS ?number)
}
ORDER BY ?city
"""


@pytest.fixture(scope="session")
def sixaika(server: str) -> Client:
    """Return a client of the running server."""
    return Client(f"{server}sparql")


# --- the running server ----------------------------------------------------------------------


def test_solutions_are_terms_by_variable(sixaika: Client) -> None:
    rows = sixaika.select(CITIES)
    assert len(rows) == 6
    assert {"city": OULU, "name": Literal("Uleåborg", lang="sv"), "number": Literal(7)} in rows
    assert rows == sorted(rows, key=lambda row: str(row["city"]))


def test_a_boolean_is_a_bool(sixaika: Client) -> None:
    assert sixaika.ask("ASK { ?subject ?predicate ?object }") is True
    assert sixaika.ask("ASK { <http://a/b> ?predicate ?object }") is False


def test_triples_are_a_graph(sixaika: Client) -> None:
    graph = sixaika.construct(f"CONSTRUCT WHERE {{ <{OULU}> a ?class }}")
    assert (OULU, RDF.type, SCHEMA.City) in graph
    assert set(graph.subjects()) == {OULU}
    assert (OULU, RDF.type, SCHEMA.City) in sixaika.construct(f"DESCRIBE <{OULU}>")


def test_a_query_longer_than_an_address_can_be_asked(sixaika: Client) -> None:
    assert len(sixaika.select("# " + "å" * 20_000 + "\n" + CITIES)) == 6


def test_an_answer_can_be_had_as_it_was_sent(sixaika: Client) -> None:
    lines = sixaika.answer(CITIES, "text/csv").decode().splitlines()
    assert lines[0] == "city,name,missing,number"
    assert f"{OULU},Uleåborg,,7" in lines


@pytest.mark.parametrize(
    ("language", "name"), [("sv", "Uleåborg"), ("en", "Oulu"), ("fi", "Oulu"), ("de", "Oulu")]
)
def test_a_label_is_in_the_language_or_in_the_next_best(
    sixaika: Client, language: str, name: str
) -> None:
    assert sixaika.label(str(OULU), language) == name


def test_a_label_falls_back_to_the_language_that_there_is(sixaika: Client) -> None:
    assert (
        sixaika.label(ID["project/cohewe"], "sv")
        == "6Aika: Co-Created Health and Wellbeing (CoHeWe)"
    )
    assert sixaika.label(ID["person/jari-jokisalo"]) == "Jari Jokisalo"
    assert sixaika.label("http://example.org/nothing") is None


def test_a_label_of_what_is_no_iri_is_refused(sixaika: Client) -> None:
    with pytest.raises(errors.QueryError, match="is no IRI"):
        sixaika.label("http://a/> } #")


def test_an_identifier_is_resolved_where_the_endpoint_stands(sixaika: Client) -> None:
    graph = sixaika.resolve(str(OULU))
    assert (OULU, RDFS.label, Literal("Uleåborg", lang="sv")) in graph
    assert (OULU, RDF.type, SCHEMA.City) in sixaika.resolve(BASE + "id/place/564")


def test_a_term_of_the_ontology_is_resolved_to_all_of_it(sixaika: Client) -> None:
    graph = sixaika.resolve(str(S6.Project))
    assert (S6.Project, RDF.type, None) in graph
    assert (S6.Budget, RDF.type, None) in graph


@pytest.mark.parametrize("iri", [BASE + "id/place/atlantis", "urn:x:y", "file:///etc/passwd"])
def test_what_is_not_known_is_not_resolved(sixaika: Client, iri: str) -> None:
    with pytest.raises(errors.UnknownResource) as caught:
        sixaika.resolve(iri)
    assert caught.value.iri == iri


def test_a_question_of_the_library_can_be_asked(sixaika: Client) -> None:
    text = sixaika.named("ancestors-of-a-project", project="project:cohewe")
    assert [row["ancestor"] for row in sixaika.select(text)] == [
        ID["programme/6aika"],
        ID["programme/kestavaa-kasvua-ja-tyota-2014-2020"],
    ]
    with pytest.raises(errors.UnknownResource):
        sixaika.named("no-such-question")
    with pytest.raises(errors.QueryError, match="There is no parameter 'city'"):
        sixaika.named("ancestors-of-a-project", city="place:oulu")


def test_a_malformed_query_has_a_line_and_a_column(sixaika: Client) -> None:
    with pytest.raises(errors.MalformedQuery) as caught:
        sixaika.select("SELECT ?city\nWHERE { ?city a schema:City }")
    assert (caught.value.line, caught.value.column) != (None, None)
    assert caught.value.line == 2
    assert str(caught.value).count("line 2, column") == 1
    assert any("PREFIX schema:" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("INSERT DATA { <http://a/b> <http://a/b> <http://a/b> }", errors.RefusedQuery),
        ("SELECT ?a WHERE { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", errors.RefusedQuery),
        ("ASK {" + "{" * 5_000 + "}" * 5_000 + "}", errors.QueryTooDeep),
        ("CONSTRUCT WHERE { ?a ?b ?c }", errors.NotAcceptable),
    ],
)
def test_what_the_server_refuses_is_raised_as_its_kind(
    sixaika: Client, query: str, error: type[errors.SixaikaError]
) -> None:
    with pytest.raises(error):
        sixaika.select(query)


def test_an_answer_of_another_kind_is_not_taken(sixaika: Client) -> None:
    with pytest.raises(errors.EngineUnavailable, match="no SELECT"):
        sixaika.select("ASK {}")
    with pytest.raises(errors.EngineUnavailable, match="no ASK"):
        sixaika.ask("SELECT ?a WHERE {}")


def test_a_wrong_address_is_no_endpoint(server: str) -> None:
    with pytest.raises(errors.EngineUnavailable, match="sparkle is no SPARQL endpoint"):
        Client(f"{server}sparkle").ask("ASK {}")


def test_an_answer_becomes_a_table(sixaika: Client) -> None:
    results = "application/sparql-results+json"
    header, rows = to_table(sixaika.answer(CITIES, results))
    assert header == ["city", "name", "missing", "number"]
    assert ["place:oulu", "Uleåborg", "", "7"] in rows
    assert to_table(sixaika.answer("ASK {}", results)) == (["answer"], [["true"]])


@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_itself_reads_solutions(server: str, form: str) -> None:
    """It sends format=, output= and results= as well, some of them twice."""
    wrapper = SPARQLWrapper(f"{server}sparql", returnFormat=form)
    wrapper.setQuery(CITIES)
    assert "Uleåborg" in _text(wrapper.queryAndConvert())


@pytest.mark.parametrize("form", [TURTLE, XML, N3, RDFXML, JSONLD])
def test_sparqlwrapper_itself_reads_graphs(server: str, form: str) -> None:
    wrapper = SPARQLWrapper(f"{server}sparql", returnFormat=form)
    wrapper.setQuery(f"CONSTRUCT WHERE {{ <{OULU}> <{RDFS.label}> ?name }}")
    assert "Uleåborg" in _text(wrapper.query().response.read())


def _text(converted: object) -> str:
    if isinstance(converted, bytes):
        return converted.decode()
    toxml = getattr(converted, "toxml", None)
    return str(toxml()) if toxml else json.dumps(converted, ensure_ascii=False)


# --- servers that misbehave ------------------------------------------------------------------


@dataclass
class Stub:
    """A server with one answer; it remembers what it was asked."""

    url: str = ""
    status: int = 200
    content_type: str = "application/problem+json"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def stub() -> Iterator[Stub]:
    answer = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer.asked.append(dict(self.headers))
            self.send_response(answer.status)
            headers = {"Content-Length": str(len(answer.body)), **answer.headers}
            for name, value in {"Content-Type": answer.content_type, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        answer.url = f"http://127.0.0.1:{server.server_port}/sparql"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield answer
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "slug", "error", "text"),
    [
        (400, "malformed-query", errors.MalformedQuery, "what happened"),
        (400, "query-too-deep", errors.QueryTooDeep, "what happened"),
        (400, "duplicate-parameter", errors.QueryError, "what happened"),
        (403, "refused-query", errors.RefusedQuery, "what happened"),
        (403, "read-only", errors.RefusedQuery, "what happened"),
        (414, "url-too-long", errors.QueryError, "what happened"),
        (429, "too-many-queries", errors.TooManyQueries, "4 long queries"),
        (500, "worker-lost", errors.WorkerLost, "what happened"),
        (500, "internal-error", errors.EngineUnavailable, "what happened"),
        (502, "engine-unavailable", errors.EngineUnavailable, "what happened"),
        (503, "overloaded", errors.Overloaded, "busy"),
        (503, "query-cancelled", errors.QueryCancelled, "what happened"),
        (504, "query-timeout", errors.QueryTimeout, "limit of 4 s"),
        (507, "query-memory", errors.QueryMemory, "4 MiB"),
        (507, "result-too-large", errors.AnswerTooLarge, "4 bytes"),
    ],
)
def test_a_problem_document_becomes_the_error_that_it_reports(
    stub: Stub, status: int, slug: str, error: type[errors.SixaikaError], text: str
) -> None:
    stub.status = status
    stub.headers = {"Retry-After": "3"}
    problem = {
        "type": f"https://example.org/problems/{slug}",
        "detail": "what happened",
        "limit": 4,
        "hint": "what to do",
    }
    stub.body = json.dumps(problem).encode()
    with pytest.raises(error, match=text) as caught:
        Client(stub.url).ask("ASK {}")
    assert type(caught.value) is error
    assert caught.value.__notes__ == ["what to do"]
    if isinstance(caught.value, errors.Overloaded | errors.TooManyQueries):
        assert caught.value.retry_after == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.QueryError),
        (403, errors.RefusedQuery),
        (404, errors.EngineUnavailable),
        (406, errors.NotAcceptable),
        (418, errors.EngineUnavailable),
        (503, errors.Overloaded),
        (504, errors.EngineUnavailable),
    ],
)
@pytest.mark.parametrize("body", [b"Parse error: <b>unexpected</b>", b"[1]", b"\xff", b""])
def test_of_another_server_the_status_is_known(
    stub: Stub, status: int, error: type[errors.SixaikaError], body: bytes
) -> None:
    stub.status, stub.body, stub.content_type = status, body, "text/plain"
    with pytest.raises(error) as caught:
        Client(stub.url).ask("ASK {}")
    assert type(caught.value) is error


def test_members_of_the_wrong_kind_are_left_out(stub: Stub) -> None:
    stub.status = 400
    stub.body = b'{"type": 1, "detail": ["a"], "line": "x", "column": -1, "limit": {}}'
    with pytest.raises(errors.QueryError, match="a"):
        Client(stub.url).ask("ASK {}")


@pytest.mark.parametrize("body", [b"<!doctype html>", b"", b"{}", b"[]", b'{"results": {}}'])
def test_what_is_no_sparql_json_is_not_read(stub: Stub, body: bytes) -> None:
    stub.body = body
    with pytest.raises(errors.EngineUnavailable, match="not SPARQL JSON"):
        Client(stub.url).select(CITIES)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/turtle", b"<a> <b"),
        ("text/turtle", b"\xff"),
        ("application/n-triples", b"<http://a/b> ."),
        ("application/rdf+xml", b"<a><b></a>"),
    ],
)
def test_what_is_no_rdf_is_not_read(stub: Stub, media_type: str, body: bytes) -> None:
    stub.content_type, stub.body = media_type, body
    with pytest.raises(errors.EngineUnavailable, match=re.escape(f"is not {media_type}")):
        Client(stub.url).resolve(BASE + "id/place/oulu")


def test_a_page_is_no_graph(stub: Stub) -> None:
    stub.content_type, stub.body = "text/html", b"<!doctype html>"
    with pytest.raises(errors.NotAcceptable, match="text/html"):
        Client(stub.url).resolve(BASE + "id/place/oulu")


def test_an_identifier_of_another_site_is_resolved_there(stub: Stub) -> None:
    thing = stub.url.replace("sparql", "thing-ä")
    stub.content_type = "application/n-triples"
    stub.body = b'<http://a/b> <http://a/c> "d" .'
    graph = Client("http://127.0.0.1:1/sparql").resolve(thing)
    assert list(graph) == list(
        Graph().add((URIRef("http://a/b"), URIRef("http://a/c"), Literal("d")))
    )


def test_a_withdrawn_identifier_is_gone(stub: Stub) -> None:
    stub.status = 410
    with pytest.raises(errors.GoneResource) as caught:
        Client(stub.url).resolve(BASE + "id/place/oulu")
    assert caught.value.iri == BASE + "id/place/oulu"


def test_a_cut_answer_is_no_answer(stub: Stub) -> None:
    stub.body, stub.headers = b'{"head": {}, "boolean": true}', {"Content-Length": "1000"}
    with pytest.raises(errors.EngineUnavailable, match="cannot be read from"):
        Client(stub.url).ask("ASK {}")


def test_a_client_says_who_it_is(stub: Stub) -> None:
    stub.body = b'{"head": {}, "boolean": true}'
    assert Client(stub.url).ask("ASK {}")
    assert stub.asked[0]["User-Agent"].startswith(f"sixaika-graph/{version('sixaika-graph')} ")
    assert stub.asked[0]["Accept"] == "application/sparql-results+json"


def test_a_number_keeps_its_form(stub: Stub) -> None:
    binding = {"n": {"type": "literal", "value": "1.50", "datatype": str(XSD.decimal)}}
    stub.body = json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": [binding]}}).encode()
    (row,) = Client(stub.url).select("SELECT ?n {}")
    assert row["n"].n3() == '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(errors.EngineUnavailable, match=r"http://127\.0\.0\.1:1/sparql cannot be"):
        Client("http://127.0.0.1:1/sparql").ask("ASK {}")


def test_a_server_that_does_not_answer_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        client = Client(f"http://127.0.0.1:{port}/sparql", timeout=0.2)
        with pytest.raises(errors.EngineUnavailable, match=r"did not answer within 0\.2 s"):
            client.ask("ASK {}")
