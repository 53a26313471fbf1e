"""The Graph Store Protocol, as far as it reads: whole graphs by name, and nothing is written."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.compare import isomorphic

from sixaika_graph.formats import Format, of_kind

GRAPH = "https://w3id.org/sixaika/graph/ouka-6aika"
NAMED = f"/graphs?graph={quote(GRAPH, safe='')}"
DEFAULT = "/graphs?default"
RDFLIB = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}


@pytest.mark.parametrize("row", list(of_kind("graph")))
@pytest.mark.parametrize("address", [NAMED, DEFAULT])
def test_a_graph_is_given_whole_in_every_format(
    client: FlaskClient, address: str, row: Format
) -> None:
    by_accept = client.get(address, headers={"Accept": row.media_type})
    by_name = client.get(f"{address}&format={row.suffix}")

    assert (by_accept.status_code, by_accept.content_type) == (200, row.content_type)
    assert by_accept.data == by_name.data
    assert "Accept" in by_accept.vary
    assert "Accept" not in by_name.vary
    count = client.get(
        "/sparql",
        query_string={
            "query": f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
            if address == NAMED
            else "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        },
    ).json
    assert count is not None
    graph = Graph().parse(data=by_accept.data, format=RDFLIB[row.suffix])
    assert len(graph) == int(count["results"]["bindings"][0]["n"]["value"]) > 100


def test_a_graph_is_the_same_at_its_own_address(client: FlaskClient) -> None:
    """Direct identification (section 4.1 of the specification)."""
    indirect = Graph().parse(data=client.get(NAMED).data, format="turtle")
    direct = Graph().parse(data=client.get("/graph/ouka-6aika").data, format="turtle")

    assert isomorphic(indirect, direct)


@pytest.mark.parametrize("address", [NAMED, DEFAULT])
def test_head_has_the_headers_of_get(client: FlaskClient, address: str) -> None:
    whole, head = client.get(address), client.head(address)

    assert head.data == b""
    assert head.status_code == 200
    for name in ("Content-Type", "Content-Length", "ETag", "Vary", "Link"):
        assert head.headers[name] == whole.headers[name]
    unchanged = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_all_formats_are_linked(client: FlaskClient) -> None:
    reply = client.get(NAMED)

    for row in of_kind("graph"):
        link = f'<{NAMED}&format={row.suffix}>; rel="alternate"; type="{row.media_type}"'
        assert link in reply.headers["Link"]


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_browser_is_led_to_the_page_of_the_graph_if_there_is_one(client: FlaskClient) -> None:
    named, default = client.get(NAMED, headers=BROWSER), client.get(DEFAULT, headers=BROWSER)

    assert (named.status_code, named.location) == (303, "/graph/ouka-6aika")
    assert "Accept" in named.vary
    assert (default.status_code, default.mimetype) == (200, "text/turtle")


@pytest.mark.parametrize(
    ("target", "status", "slug"),
    [
        ("/graphs", 400, "missing-parameter"),
        ("/graphs?graph=", 400, "bad-parameter"),
        ("/graphs?graph=ouka-6aika", 400, "bad-parameter"),
        ("/graphs?graph=http://a/%3E", 400, "bad-parameter"),
        (f"{NAMED}&default", 400, "duplicate-parameter"),
        (f"{NAMED}&graph=http://a/", 400, "duplicate-parameter"),
        ("/graphs?graph=http://unknown.example/", 404, "not-found"),
        (f"{NAMED}&format=csv", 406, "not-acceptable"),
        (f"{NAMED}&format=exe", 400, "bad-parameter"),
    ],
)
def test_what_names_no_graph_is_refused(
    client: FlaskClient, target: str, status: int, slug: str
) -> None:
    reply = client.get(target)

    assert reply.status_code == status
    assert reply.json is not None
    assert reply.json["type"].endswith(f"/problems/{slug}")


def test_without_a_name_the_names_are_told(client: FlaskClient) -> None:
    reply = client.get("/graphs")

    assert reply.json is not None
    assert GRAPH in reply.json["available"]


@pytest.mark.parametrize("address", [NAMED, DEFAULT, "/graphs", "/graph/ouka-6aika"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_written(client: FlaskClient, address: str, method: str) -> None:
    before = client.get(NAMED).data

    reply = client.open(
        address, method=method, data=b"<http://a/> <http://b/> 1 .", content_type="text/turtle"
    )

    assert reply.status_code == 405
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.get(NAMED).data == before
