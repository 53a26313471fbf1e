"""No network from a query: a real listener on this machine is never called, whatever is asked."""

import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from listener import Listener, listening
from wire import Reply, send

DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def test_the_listener_hears_who_calls_it(listener: Listener) -> None:
    """Otherwise all that follows would prove nothing."""
    with socket.create_connection(
        ("127.0.0.1", int(listener.url.split(":")[2].rstrip("/")))
    ) as one:
        one.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert one.recv(1) == b""

    assert listener.calls.pop() == b"GET / HTTP/1.0\r\n\r\n"


SERVICES = [
    "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }",
    "SELECT * { service silent <%s> { ?s ?p ?o } }",
    "SELECT * {\n#\nSERVICE\n#\n<%s>{?s ?p ?o}}",
    r"SELECT * { \u0053ERVICE <%s> { ?s ?p ?o } }",
    r"SELECT * { SERVIC\U00000045 <%s> { ?s ?p ?o } }",
    "PREFIX x: <%s> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "SELECT * { VALUES ?url { <%s> } SERVICE ?url { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <%s> { ?s ?p ?o } } } }",
    "ASK { OPTIONAL { SERVICE <%s> {} } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <%s> { ?s ?p ?o } }",
    "SELECT * { ?s ?p true SERVICE<%s>{?s ?p ?o} }",
    'SELECT * { ?s ?p "#" . SERVICE <%s> { ?s ?p ?o } }',
    "SELECT * { ?s ?p '''\n'''  SERVICE <%s> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY"])
@pytest.mark.parametrize("text", SERVICES)
def test_every_service_is_refused_and_says_what_to_do(
    server: str, listener: Listener, text: str, method: str
) -> None:
    written = text.replace("%s", listener.url)
    if method == "GET":
        reply = send(server, f"/sparql?query={quote(written)}")
    else:
        reply = send(server, "/sparql", method, written.encode(), DIRECT)

    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (403, "refused-query")
    assert "query both from your own program" in reply.json()["hint"]
    assert listener.calls == []


HARMLESS = [
    "SELECT ?service { ?service ?p ?o } LIMIT 1",
    "SELECT * { ?s ?p 'SERVICE <%s> {}' } LIMIT 1",
    "SELECT * { ?s ?p <%sSERVICE> } LIMIT 1",
    "SELECT * { ?s ?p ?o } LIMIT 1 # SERVICE <%s> {}",
    "PREFIX SERVICE: <%s> SELECT * { ?s ?p SERVICE:x } LIMIT 1",
    'SELECT * { ?s ?p """\nSERVICE <%s> {}""" } LIMIT 1',
]


@pytest.mark.parametrize("text", HARMLESS)
def test_the_word_alone_is_harmless(server: str, listener: Listener, text: str) -> None:
    reply = send(server, "/sparql", "POST", text.replace("%s", listener.url).encode(), DIRECT)

    assert reply.status == 200
    assert listener.calls == []


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("clause", ["FROM <%s>", "FROM NAMED <%s>", "FROM <%s> FROM <%sb>"])
def test_a_graph_that_is_not_here_is_empty_and_never_fetched(
    server: str, listener: Listener, clause: str, scheme: str
) -> None:
    url = listener.url if scheme == "http" else "file:///etc/hostname"
    pattern = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?x ?y ?z } } }"
    text = f"SELECT * {clause.replace('%s', url)} {pattern}"

    reply = send(server, "/sparql", "POST", text.encode(), DIRECT)

    assert (reply.status, reply.json()["results"]["bindings"]) == (200, [])
    assert listener.calls == []


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_of_the_protocol_is_never_fetched(
    server: str, listener: Listener, parameter: str
) -> None:
    url = quote(listener.url, safe="")

    reply = send(server, f"/sparql?query=ASK%7B?s+?p+?o%7D&{parameter}={url}")

    assert (reply.status, reply.json()["boolean"]) == (200, False)
    assert listener.calls == []


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <%s>",
        "LOAD SILENT <%s> INTO GRAPH <http://a/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
        "ADD <%s> TO DEFAULT",
    ],
)
def test_an_update_loads_nothing(server: str, listener: Listener, text: str) -> None:
    written = text.replace("%s", listener.url).encode()
    update = {"Content-Type": "application/sparql-update"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    replies = [
        send(server, "/sparql", "POST", written, DIRECT),
        send(server, "/sparql", "POST", written, update),
        send(server, "/sparql", "POST", b"update=" + quote(written).encode(), form),
    ]

    assert [reply.status for reply in replies] == [403] * 3
    assert listener.calls == []


JSON_LD = '{"@context": "%s", "@id": "http://a/b", "name": "x"}'
RDF_XML = (
    '<!DOCTYPE r [<!ENTITY x SYSTEM "%s">]>'
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="&x;"/>'
    "</r:RDF>"
)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/ld+json", JSON_LD), ("application/rdf+xml", RDF_XML)],
)
@pytest.mark.parametrize("target", ["/sparql", "/graphs?default", "/data/place/oulu", "/resolve"])
@pytest.mark.parametrize("method", ["POST", "PUT", "QUERY"])
def test_rdf_that_is_sent_is_never_parsed(
    server: str, listener: Listener, target: str, method: str, content_type: str, body: str
) -> None:
    """Neither a remote context nor an external entity is looked at."""
    sent = body.replace("%s", listener.url).encode()

    reply: Reply = send(server, target, method, sent, {"Content-Type": content_type})

    assert 400 <= reply.status < 500
    assert listener.calls == []
