"""The twelve faults of our nearest neighbour, rdflib-endpoint 0.6: none of them is ours.

`../shared/design/http.md` 3.7 found them in its code. Each test here was seen to fail there.
"""

import json
import threading
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

import pytest
from listener import listening
from markup import Page
from wire import Reply, send

JSON: Final = "application/sparql-results+json"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
GRAPH: Final = quote("https://w3id.org/sixaika/graph/ouka-6aika", safe="")
ROWS: Final = f"VALUES ?n {{ {' '.join(map(str, range(60)))} }}"
ENDLESS: Final = (
    "SELECT (COUNT(*) AS ?n) { "
    + " ".join(ROWS.replace("?n", f"?n{place}") for place in range(6))
    + " }"
)
SLOW: Final = f"/sparql?timeout=2&query={quote(ENDLESS)}"


def get(server: str, text: str, accept: str | None = None, more: str = "") -> Reply:
    headers = {"Accept": accept} if accept else {}
    return send(server, f"/sparql?query={quote(text, safe='')}{more}", headers=headers)


def value(reply: Reply) -> str:
    (row,) = reply.json()["results"]["bindings"]
    (term,) = row.values()
    return str(term["value"])


def once_decoded(server: str) -> None:
    for text in ("a%25b", "a%2Fb", "a%2Bb", "a+b", "ä"):
        body = f"query={quote(f'SELECT (STR({text!r}) AS ?x) {{}}', safe='')}".encode()
        reply = send(server, "/sparql", "POST", body, {**FORM, "Accept": JSON})
        assert value(reply) == text


def not_blocking(server: str) -> None:
    slow = threading.Thread(target=send, args=(server, SLOW.replace("timeout=2", "timeout=5")))
    slow.start()
    time.sleep(0.3)
    answer = get(server, "ASK {}", JSON)
    busy = slow.is_alive()
    slow.join()
    assert (answer.json()["boolean"], busy) == (True, True)


def bounded(server: str) -> None:
    started = time.monotonic()
    reply = send(server, SLOW)
    assert reply.status == 504
    assert time.monotonic() - started < 10
    assert reply.json()["limit"] == 2
    wide = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert get(server, wide, JSON, "&timeout=2").status in (504, 507)


def negotiated(server: str) -> None:
    text = "SELECT * { ?s ?p ?o } LIMIT 1"
    reply = get(server, text, f"text/csv;q=0.1, {JSON};q=0.9")
    assert reply.headers["content-type"].startswith(JSON)
    assert get(server, text, "image/png").status == 406
    for accept, media_type in (
        ("text/turtle;q=0.9, application/rdf+xml;q=0.5", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("*/*", "text/turtle"),
    ):
        described = send(server, "/sparql", headers={"Accept": accept})
        assert described.headers["content-type"].startswith(media_type)


def describe_is_a_graph(server: str) -> None:
    text = "DESCRIBE <https://w3id.org/sixaika/id/place/oulu>"
    for accept in ("text/turtle", "application/n-triples", "application/ld+json"):
        reply = get(server, text, accept)
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, accept)
        assert reply.body.strip()
    assert get(server, text, "text/csv").status == 406
    assert get(server, text, JSON).status == 406


def json_by_default_and_tsv(server: str) -> None:
    text = "SELECT (1 AS ?x) ('a' AS ?y) {}"
    assert get(server, text).headers["content-type"].startswith(JSON)
    tsv = get(server, text, "text/tab-separated-values")
    assert tsv.headers["content-type"].startswith("text/tab-separated-values")
    assert tsv.body == b'?x\t?y\n1\t"a"\n'


def other_bodies_refused(server: str) -> None:
    for media_type in ("application/json", "text/plain"):
        reply = send(server, "/sparql", "POST", b"{}", {"Content-Type": media_type})
        assert reply.status == 415
        assert "application/sparql-query" in reply.headers["accept-post"]


def dataset_of_the_protocol(server: str) -> None:
    anything, named = "ASK { ?s ?p ?o }", "ASK { GRAPH ?g { ?s ?p ?o } }"
    for text, where, expected in (
        (anything, "&default-graph-uri=http%3A%2F%2Fnowhere.example%2F", False),
        (anything, f"&default-graph-uri={GRAPH}", True),
        (named, "&named-graph-uri=http%3A%2F%2Fnowhere.example%2F", False),
        (named, f"&named-graph-uri={GRAPH}", True),
    ):
        assert get(server, text, JSON, where).json()["boolean"] is expected


def head_is_get_without_a_body(server: str) -> None:
    for target in ("/sparql", "/sparql?query=ASK%7B%7D"):
        head, whole = send(server, target, "HEAD"), send(server, target)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]


def each_failure_its_status(server: str) -> None:
    malformed = get(server, "SELECT * {\n  ?s ?p ]\n}", JSON)
    assert malformed.status == 400
    assert (malformed.json()["line"], malformed.json()["column"]) == (2, 9)
    assert send(server, SLOW).status == 504
    assert get(server, "ASK {}", "image/png").status == 406
    update = send(server, "/sparql", "POST", b"update=CLEAR+ALL", FORM)
    assert update.status == 403
    for reply in (malformed, update):
        assert reply.headers["content-type"] == "application/problem+json"
        assert json.loads(reply.body)["status"] == reply.status


def no_other_host_called(server: str) -> None:
    with listening() as heard:
        for silent in ("", "SILENT "):
            text = f"SELECT * {{ SERVICE {silent}<{heard.url}> {{ ?s ?p ?o }} }}"
            assert get(server, text, JSON).status == 403
    assert heard.calls == []


def cacheable_and_self_contained(server: str) -> None:
    text = "SELECT * { ?s ?p ?o } LIMIT 2"
    reply = get(server, text, JSON)
    assert "max-age" in reply.headers["cache-control"]
    assert "Accept" in reply.headers["vary"]
    again = send(
        server,
        f"/sparql?query={quote(text, safe='')}",
        headers={"Accept": JSON, "If-None-Match": reply.headers["etag"]},
    )
    assert (again.status, again.body) == (304, b"")
    page = Page(send(server, "/sparql", headers={"Accept": "text/html"}).body.decode())
    loaded = [
        attributes.get("src") or attributes.get("href", "")
        for tag, attributes in page.elements
        if tag in ("script", "img", "iframe")
        or (tag == "link" and "stylesheet" in attributes.get("rel", ""))
    ]
    assert [address for address in loaded if urlsplit(address).netloc] == []


FAULTS: Final[dict[str, Callable[[str], None]]] = {
    "1: forms are decoded twice": once_decoded,
    "2: a slow query stops all others": not_blocking,
    "3: a result has no limit and no timeout": bounded,
    "4: the first known type of Accept wins, an unknown one gives XML": negotiated,
    "5: DESCRIBE is taken for a SELECT": describe_is_a_graph,
    "6: results are XML by default, and there is no TSV": json_by_default_and_tsv,
    "7: a body of another type gets the service description": other_bodies_refused,
    "8: the dataset of the protocol is dropped silently": dataset_of_the_protocol,
    "9: there is no HEAD": head_is_get_without_a_body,
    "10: every failure is a 400 without a position": each_failure_its_status,
    "11: SERVICE calls any host": no_other_host_called,
    "12: no ETag, Cache-Control, Vary; the page loads from elsewhere": cacheable_and_self_contained,
}


def test_all_twelve_are_listed() -> None:
    assert [int(name.partition(":")[0]) for name in FAULTS] == list(range(1, 13))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_neighbour_is_not_ours(name: str, server: str) -> None:
    FAULTS[name](server)
