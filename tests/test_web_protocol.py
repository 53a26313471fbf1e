"""The SPARQL Protocol: every way to send a query means the same, everything else is refused."""

import gzip
import socket
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from flask.testing import FlaskClient
from wire import send

from sixaika_graph.web.protocol import DIRECT, FORM

TERMS = (
    'SELECT (<http://ex/a%2Fb> AS ?iri) ("100%25" AS ?percent) ("a+b" AS ?plus) ("ä" AS ?letter) {}'
)
VALUES = {"iri": "http://ex/a%2Fb", "percent": "100%25", "plus": "a+b", "letter": "ä"}
GRAPH = "https://w3id.org/sixaika/graph/ouka-6aika"
ASK = "/sparql?query=ASK%7B%7D"
BROKEN_GRAPH = f"{ASK}&named-graph-uri=http%3A%2F%2Fa%3E"
JSON_LD = "application/ld+json"
DIRECT_UTF16 = f"{DIRECT}; charset=UTF-16"


@pytest.mark.parametrize("form_type", [FORM, FORM.upper(), f"{FORM}; charset=utf-8"])
@pytest.mark.parametrize("encoded", [quote(TERMS), quote_plus(TERMS)])
def test_every_way_to_send_a_query_gives_the_same_answer(
    server: str, form_type: str, encoded: str
) -> None:
    """Percent signs, plus signs and letters are decoded once (http.md 3.7, fault 1)."""
    form = f"query={encoded}".encode()
    direct = {"Content-Type": f"{DIRECT}; charset=UTF-8"}

    replies = [
        send(server, f"/sparql?query={encoded}"),
        send(server, "/sparql", "POST", form, {"Content-Type": form_type}),
        send(server, "/sparql", "POST", TERMS.encode(), direct),
        send(server, "/sparql", "QUERY", TERMS.encode(), direct),
    ]

    assert [reply.status for reply in replies] == [200] * 4
    assert len({reply.body for reply in replies}) == 1
    (row,) = replies[0].json()["results"]["bindings"]
    assert {name: term["value"] for name, term in row.items()} == VALUES


def test_head_has_the_headers_of_get_and_no_body(server: str) -> None:
    whole, head = send(server, ASK), send(server, ASK, "HEAD")

    assert head.body == b""
    assert head.status == whole.status == 200
    for name in ("content-type", "content-length", "vary", "access-control-allow-origin"):
        assert head.headers[name] == whole.headers[name]


def test_preflight_allows_all_methods_for_a_day(server: str) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

    reply = send(server, "/sparql", "OPTIONS", headers=asked)

    assert reply.status == 204
    assert reply.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert reply.headers["access-control-max-age"] == "86400"
    assert "content-type" in reply.headers["access-control-allow-headers"].lower()


def test_a_trailing_slash_keeps_method_and_query(server: str) -> None:
    reply = send(server, "/sparql/?format=csv", "POST", b"ASK {}", {"Content-Type": DIRECT})

    assert (reply.status, reply.headers["location"]) == (308, "/sparql?format=csv")


@pytest.mark.parametrize(
    ("where", "what", "count"),
    [
        ("", "ASK { ?s ?p ?o }", True),
        (f"&default-graph-uri={quote(GRAPH, safe='')}", "ASK { ?s ?p ?o }", True),
        ("&default-graph-uri=http%3A%2F%2Funknown.example%2F", "ASK { ?s ?p ?o }", False),
        (f"&named-graph-uri={quote(GRAPH, safe='')}", "ASK { ?s ?p ?o }", False),
        (f"&named-graph-uri={quote(GRAPH, safe='')}", "ASK { GRAPH ?g { ?s ?p ?o } }", True),
        (
            "&named-graph-uri=http%3A%2F%2Funknown.example%2F",
            "ASK { GRAPH ?g { ?s ?p ?o } }",
            False,
        ),
        (
            "&default-graph-uri=http%3A%2F%2Funknown.example%2F",
            f"ASK FROM <{GRAPH}> {{ ?s ?p ?o }}",
            False,
        ),
    ],
)
def test_the_dataset_of_the_protocol_wins(
    client: FlaskClient, where: str, what: str, count: bool
) -> None:
    """An unknown graph is empty, no error (http.md 3.1.5 and 3.7, fault 8)."""
    parameters = f"/sparql?query={quote(what)}{where}"

    assert client.get(parameters).json == {"head": {}, "boolean": count}
    direct = client.post(f"/sparql?{where[1:]}", data=what, content_type=DIRECT)
    assert direct.json == {"head": {}, "boolean": count}


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
def test_relative_iris_are_read_below_the_permanent_base(client: FlaskClient, host: str) -> None:
    """The Host header, which anybody can set, has no say (http.md 4)."""
    text = "SELECT (<id/place/oulu> AS ?iri) (EXISTS { <id/place/oulu> ?p ?o } AS ?known) {}"

    reply = client.get("/sparql", query_string={"query": text}, headers={"Host": host})

    assert reply.json is not None
    (row,) = reply.json["results"]["bindings"]
    assert row["iri"]["value"] == "https://w3id.org/sixaika/id/place/oulu"
    assert row["known"]["value"] == "true"


REFUSED = [
    # what, method, target, body, content type, status, slug
    ("two queries", "GET", f"{ASK}&query=ASK%7B%7D", None, None, 400, "duplicate-parameter"),
    ("query in both", "POST", ASK, b"query=ASK{}", FORM, 400, "duplicate-parameter"),
    ("query in both, direct", "POST", ASK, b"ASK {}", DIRECT, 400, "duplicate-parameter"),
    ("two timeouts", "GET", f"{ASK}&timeout=1&timeout=2", None, None, 400, "duplicate-parameter"),
    ("no query", "POST", "/sparql", b"x=1", FORM, 400, "missing-parameter"),
    ("no content type", "POST", "/sparql", b"ASK {}", None, 400, "missing-parameter"),
    ("JSON", "POST", "/sparql", b"{}", "application/json", 415, "unsupported-media-type"),
    ("text", "QUERY", "/sparql", b"ASK {}", "text/plain", 415, "unsupported-media-type"),
    (
        "multipart",
        "POST",
        "/sparql",
        b"--b\r\n\r\n--b--",
        "multipart/form-data; boundary=b",
        415,
        "unsupported-media-type",
    ),
    ("update", "POST", "/sparql", b"CLEAR ALL", "application/sparql-update", 403, "read-only"),
    ("update form", "POST", "/sparql", b"update=CLEAR+ALL", FORM, 403, "read-only"),
    ("update in URL", "GET", "/sparql?update=CLEAR+ALL", None, None, 403, "read-only"),
    ("update in URL, POST", "POST", "/sparql?update=CLEAR+ALL", b"", FORM, 403, "read-only"),
    ("PUT", "PUT", "/sparql", b"", DIRECT, 405, "method-not-allowed"),
    ("DELETE", "DELETE", "/sparql", None, None, 405, "method-not-allowed"),
    ("PATCH", "PATCH", ASK, b"", DIRECT, 405, "method-not-allowed"),
    ("latin-1 body", "POST", "/sparql", b"ASK {} # \xe4", DIRECT, 400, "bad-encoding"),
    ("UTF-16 body", "POST", "/sparql", "ASK {}".encode("utf-16"), DIRECT, 400, "bad-encoding"),
    ("UTF-16 declared", "POST", "/sparql", b"ASK {}", DIRECT_UTF16, 400, "bad-encoding"),
    ("latin-1 form", "POST", "/sparql", b"query=ASK{}&x=%E4", FORM, 400, "bad-encoding"),
    ("latin-1 URL", "GET", "/sparql?query=%E4", None, None, 400, "bad-encoding"),
    ("unknown format", "GET", f"{ASK}&format=exe", None, None, 400, "bad-parameter"),
    ("unknown formats", "GET", f"{ASK}&format=exe,&format=com", None, None, 400, "bad-parameter"),
    ("timeout text", "GET", f"{ASK}&timeout=soon", None, None, 400, "bad-parameter"),
    ("timeout zero", "GET", f"{ASK}&timeout=0", None, None, 400, "bad-parameter"),
    ("timeout below", "GET", f"{ASK}&timeout=-1", None, None, 400, "bad-parameter"),
    ("timeout nan", "GET", f"{ASK}&timeout=nan", None, None, 400, "bad-parameter"),
    ("timeout endless", "GET", f"{ASK}&timeout=inf", None, None, 400, "bad-parameter"),
    ("relative graph", "GET", f"{ASK}&default-graph-uri=x", None, None, 400, "bad-parameter"),
    ("broken graph", "GET", BROKEN_GRAPH, None, None, 400, "bad-parameter"),
    ("long URL", "GET", f"/sparql?query={'x' * 8200}", None, None, 414, "url-too-long"),
    ("large body", "POST", "/sparql", b"x" * 1_000_001, DIRECT, 413, "body-too-large"),
    ("large form", "POST", "/sparql", b"query=" + b"x" * 1_000_000, FORM, 413, "body-too-large"),
    ("malformed", "GET", "/sparql?query=ASK%7B", None, None, 400, "malformed-query"),
    ("empty", "GET", "/sparql?query=", None, None, 400, "malformed-query"),
    ("update as query", "GET", "/sparql?query=CLEAR%20ALL", None, None, 403, "refused-query"),
    (
        "SERVICE",
        "GET",
        "/sparql?query=ASK%7BSERVICE%3Chttp%3A%2F%2Fa%2F%3E%7B%7D%7D",
        None,
        None,
        403,
        "refused-query",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "target", "body", "content_type", "status", "slug"),
    [pytest.param(*row[1:], id=row[0]) for row in REFUSED],
)
def test_what_breaks_the_protocol_is_refused_and_named(
    client: FlaskClient,
    method: str,
    target: str,
    body: bytes | None,
    content_type: str | None,
    status: int,
    slug: str,
) -> None:
    reply = client.open(target, method=method, data=body, content_type=content_type)

    assert reply.status_code == status
    assert reply.json is not None
    assert reply.json["type"].endswith(f"/problems/{slug}")
    assert reply.headers["Cache-Control"] == "no-store"


def test_refusals_say_what_is_offered_instead(client: FlaskClient) -> None:
    media_type = client.post("/sparql", data=b"{}", content_type="application/json")
    method = client.put("/sparql")
    form = client.get(f"{ASK}&format=exe")

    assert media_type.headers["Accept-Post"] == f"{FORM}, {DIRECT}"
    assert method.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert form.json is not None
    assert "text/turtle" in form.json["available"]
    assert "csv" in form.json["available"]


@pytest.mark.parametrize("body", [b"x" * 1_000_001, b"query=" + b"x" * 1_000_001])
def test_a_large_body_is_refused_over_the_wire(server: str, body: bytes) -> None:
    reply = send(server, "/sparql", "POST", body, {"Content-Type": DIRECT})

    assert (reply.status, reply.headers["content-type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/sparql", DIRECT, b"ASK {}"),
        ("/sparql", FORM, b"query=ASK%7B%7D"),
        ("/reconcile", FORM, b"queries=%7B%7D"),
        ("/resolve", "application/json", b"[]"),
    ],
)
def test_no_part_of_a_long_body_in_chunks_is_answered(
    server: str, path: str, kind: str, body: bytes
) -> None:
    """What lies behind the limit may change what the query means."""
    rest = 1_000_001 - len(body)
    pieces = [body, *[b" " * 100_000] * (rest // 100_000), b" " * (rest % 100_000)]

    reply = send(server, path, "POST", pieces, {"Content-Type": kind})

    assert (reply.status, reply.headers["content-type"]) == (413, "application/problem+json")
    if path == "/sparql" and kind == DIRECT:
        whole = send(server, path, "POST", [*pieces[:-1], pieces[-1][:-1]], {"Content-Type": kind})
        assert (whole.status, whole.json()["boolean"]) == (200, True)


def test_a_long_address_is_refused_over_the_wire(server: str) -> None:
    reply = send(server, f"/sparql?query={'x' * 8200}")

    assert reply.status == 414
    assert "POST" in reply.json()["hint"]


@pytest.mark.parametrize("path", ["/sparql", "/resolve", "/reconcile"])
@pytest.mark.parametrize("body", [gzip.compress(b"ASK {}"), [gzip.compress(b"ASK {}")]])
def test_a_body_in_a_coding_is_refused(server: str, path: str, body: bytes | list[bytes]) -> None:
    """RFC 9110, 15.5.16: Accept-Encoding tells that it is the coding which is not taken."""
    headers = {"Content-Type": DIRECT, "Content-Encoding": "gzip"}

    reply = send(server, path, "POST", body, headers)

    assert (reply.status, reply.headers["accept-encoding"]) == (415, "identity")
    assert "gzip" in reply.json()["detail"]


def test_identity_is_no_coding(server: str) -> None:
    headers = {"Content-Type": DIRECT, "Content-Encoding": "identity"}

    assert send(server, "/sparql", "POST", b"ASK {}", headers).status == 200


@pytest.mark.parametrize("target", [ASK, "/", "/health", "/sparql"])
def test_http_1_1_without_one_host_is_refused(server: str, target: str) -> None:
    """RFC 9112, 3.2; also where the answer is kept already."""
    send(server, target)
    statuses = []
    for version, hosts in (("1.0", ""), ("1.1", ""), ("1.1", "Host: a\r\nHost: b\r\n")):
        with socket.create_connection(("127.0.0.1", urlsplit(server).port), 30) as connection:
            line = f"GET {target} HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n"
            connection.sendall(line.encode())
            statuses.append(connection.makefile("rb").readline().split()[1])

    assert statuses == [b"200", b"400", b"400"]


@pytest.mark.parametrize(
    ("method", "target", "body", "told"),
    [
        ("GET", f"/sparql?query={'x' * 8200}", None, {"limit": 8192}),
        ("POST", "/sparql", b"x" * 1_000_001, {"limit": 1_000_000}),
        ("POST", "/sparql?update=CLEAR+ALL", b"", {}),
        ("POST", "/sparql", b"CLEAR ALL", {}),
        ("POST", "/sparql", b"ASK { SERVICE <http://a/> {} }", {}),
        ("POST", "/sparql", b"ASK " + b"{" * 501 + b"}" * 501, {"limit": 500}),
    ],
)
def test_what_a_bound_refuses_tells_the_bound_the_time_and_what_to_do(
    client: FlaskClient, method: str, target: str, body: bytes | None, told: dict[str, int]
) -> None:
    reply = client.open(target, method=method, data=body, content_type=DIRECT)

    assert reply.json is not None
    assert told.items() <= reply.json.items()
    assert 0 <= reply.json["elapsed"] < 60
    assert reply.json["hint"]


@pytest.mark.parametrize("header", ["Range", "If-Match", "If-Unmodified-Since", "Query-Id"])
def test_what_passes_by_the_cache_has_the_same_etag(server: str, header: str) -> None:
    target = f"{ASK}&asked-for={header}"
    etag = send(server, target).headers["etag"]
    sent = {"Range": "bytes=0-3", "If-Match": etag, "Query-Id": "etag"}

    reply = send(server, target, headers={header: sent.get(header, "Tue, 1 Jan 2030 00:00:00 GMT")})

    assert (reply.status, reply.headers.get("etag")) == (200, etag)


def test_an_answer_that_is_not_the_one_meant_fails(server: str) -> None:
    assert send(server, ASK, headers={"If-Match": '"another"'}).status == 412


def test_what_has_no_body_describes_none(server: str) -> None:
    preflight = send(server, "/sparql", "OPTIONS")

    assert preflight.status == 204
    assert preflight.headers.keys().isdisjoint({"content-type", "content-language", "vary"})


def test_scripts_of_other_sites_may_read_our_headers(client: FlaskClient) -> None:
    headers = client.get("/sparql").headers

    assert headers["Access-Control-Expose-Headers"] == "*"
    # With credentials, scripts would take it for the name of a header.
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    ("target", "offered"),
    [(f"{ASK}&format=ttl", "text/csv"), ("/data/place/oulu?format=csv", "text/turtle")],
)
def test_a_format_that_does_not_fit_is_blamed_by_its_name(
    client: FlaskClient, target: str, offered: str
) -> None:
    reply = client.get(target)

    assert reply.status_code == 406
    assert reply.json is not None
    assert (reply.json["parameter"], "What format names" in reply.json["detail"]) == (
        "format",
        True,
    )
    assert offered in reply.json["available"]
    assert "Accept" not in reply.json["title"]


def test_a_body_without_a_length_is_read(server: str) -> None:
    """A chunked body is the same query (RFC 9112, 7.1)."""
    reply = send(server, "/sparql", "POST", [b"ASK", b" {}"], {"Content-Type": DIRECT})

    assert (reply.status, reply.json()["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("asked", "said"), [("0.5", "0.5"), ("7", "7"), ("10", "10"), ("3600", "10"), ("1e9", "10")]
)
def test_a_timeout_is_capped_and_said(client: FlaskClient, asked: str, said: str) -> None:
    reply = client.get(f"{ASK}&timeout={asked}")

    assert (200, said) == (reply.status_code, reply.headers["X-Query-Timeout"])


@pytest.mark.parametrize(
    ("name", "select", "construct"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("csv", "text/csv; charset=utf-8; header=present", None),
        ("tsv", "text/tab-separated-values; charset=utf-8", None),
        ("ttl", None, "text/turtle; charset=utf-8"),
        ("nt", None, "application/n-triples"),
        ("jsonld", None, "application/ld+json"),
        ("rdf", None, "application/rdf+xml"),
        ("text/turtle", None, "text/turtle; charset=utf-8"),
        ("html", "text/html; charset=utf-8", "text/html; charset=utf-8"),
    ],
)
def test_the_format_parameter_wins_over_accept(
    client: FlaskClient, name: str, select: str | None, construct: str | None
) -> None:
    queries = {
        "SELECT * { ?s ?p ?o } LIMIT 1": select,
        "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1": construct,
    }
    for text, content_type in queries.items():
        reply = client.get(
            "/sparql", query_string={"query": text, "format": name}, headers={"Accept": "image/png"}
        )

        if content_type is None:
            assert reply.status_code == 406
        else:
            assert (200, content_type) == (reply.status_code, reply.content_type)


@pytest.mark.parametrize(
    ("formats", "select", "construct"),
    [
        (["csv", "tsv"], "text/csv", None),
        (["exe", "json-ld", "application/ld+json,application/x-json+ld"], None, JSON_LD),
        (["exe,n3"], None, "text/turtle"),
        (["tsv,ttl"], "text/tab-separated-values", "text/turtle"),
        (["html,csv"], "text/html", "text/html"),
        (["csv,html"], "text/csv", "text/html"),
    ],
)
def test_the_first_known_format_that_fits_wins(
    client: FlaskClient, formats: list[str], select: str | None, construct: str | None
) -> None:
    """SPARQLWrapper names formats twice, by commas, and by names of other servers."""
    queries = {"SELECT * {} LIMIT 1": select, "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1": construct}
    for text, media_type in queries.items():
        reply = client.get("/sparql", query_string={"query": text, "format": formats})

        assert (reply.mimetype if reply.status_code == 200 else None) == media_type


def test_excel_gets_a_byte_order_mark_only_where_it_asks(client: FlaskClient) -> None:
    address = "/sparql?query=SELECT(1AS?x){}"

    plain = client.get(f"{address}&format=csv")
    marked = client.get(f"{address}&format=csv&bom=1")
    other = client.get(f"{address}&format=json&bom=1")

    assert marked.data == b"\xef\xbb\xbf" + plain.data
    assert int(marked.headers["Content-Length"]) == len(marked.data)
    assert other.data.startswith(b"{")


@pytest.mark.parametrize(
    ("text", "accept", "offered"),
    [
        ("SELECT * {} LIMIT 1", "text/turtle", "text/csv"),
        ("ASK {}", "application/rdf+xml", "application/sparql-results+json"),
        ("CONSTRUCT {} WHERE {}", "application/sparql-results+json", "text/turtle"),
        ("DESCRIBE <http://a/>", "text/csv", "application/n-triples"),
    ],
)
def test_a_format_of_the_other_kind_is_not_acceptable(
    client: FlaskClient, text: str, accept: str, offered: str
) -> None:
    reply = client.get("/sparql", query_string={"query": text}, headers={"Accept": accept})

    assert reply.status_code == 406
    assert reply.json is not None
    assert offered in reply.json["available"]
    assert accept not in reply.json["available"]
    assert f'rel="alternate"; type="{offered}"' in reply.headers["Link"]
    assert "Accept" in reply.vary


def test_a_list_of_both_kinds_fits_every_form(client: FlaskClient) -> None:
    accept = {"Accept": "text/csv, application/n-triples"}

    select = client.get("/sparql?query=SELECT*{}", headers=accept)
    construct = client.get("/sparql?query=CONSTRUCT{}WHERE{}", headers=accept)

    assert select.mimetype == "text/csv"
    assert construct.mimetype == "application/n-triples"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_a_query_a_machine_gets_the_service_description(
    client: FlaskClient, method: str
) -> None:
    reply = client.open("/sparql", method=method)

    assert (reply.status_code, reply.mimetype) == (200, "text/turtle")
    assert int(reply.headers["Content-Length"]) > 0


def test_without_a_query_a_browser_gets_the_form(client: FlaskClient) -> None:
    reply = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (reply.status_code, reply.mimetype) == (200, "text/html")
    assert "<textarea" in reply.text


def test_a_browser_gets_the_answer_and_the_problem_in_the_form(client: FlaskClient) -> None:
    html = {"Accept": "text/html,*/*;q=0.8"}

    answer = client.get("/sparql?query=SELECT(42+AS+?x){}", headers=html)
    problem = client.get("/sparql?query=SELECT+(42", headers=html)

    assert answer.status_code == 200
    assert "42" in answer.text
    assert (problem.status_code, problem.mimetype) == (400, "text/html")
    assert "<textarea" in problem.text
    assert "SELECT (42" in problem.text
