"""Resolving: any identifier of a thing leads to it, and what is unknown harms nothing else."""

import json
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wire import send

from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import BASE
from sixaika_graph.publication import Publication
from sixaika_graph.web.directory import read_directory
from sixaika_graph.web.lookup import key
from sixaika_graph.web.resolve import MOST

OULU: Final = f"{BASE}id/place/oulu"
BROWSER: Final = {"Accept": "text/html"}
PAGE: Final = "https://www.ouka.fi/oulu/kehittamishankkeet/6aika"
HERE: Final = "http://127.0.0.1:8000"

IDENTIFIERS: Final = [
    (OULU, OULU, "iri"),
    (f"  {OULU} ", OULU, "iri"),
    (f"{BASE}id/place/564", OULU, "alias"),
    (f"http{BASE.removeprefix('https')}id/place/oulu", OULU, "document"),
    (f"{BASE}page/place/oulu", OULU, "document"),
    (f"{BASE}data/place/oulu.ttl?version=1", OULU, "document"),
    ("place:oulu", OULU, "prefixed"),
    ("id:place/oulu", OULU, "prefixed"),
    ("place:564", OULU, "prefixed"),
    ("564", OULU, "code"),
    ("0187690-1", f"{BASE}id/organisation/oulun-kaupunki", "code"),
    ("a70202", f"{BASE}id/project/avoimet-innovaatioalustat", "code"),
    ("2014FI16M2OP001", f"{BASE}id/programme/kestavaa-kasvua-ja-tyota-2014-2020", "code"),
    ("http://www.wikidata.org/entity/Q47048", OULU, "match"),
    ("https://www.wikidata.org/wiki/Q47048", OULU, "match"),
    ("http://www.yso.fi/onto/yso/p94320", OULU, "match"),
    ("https://yso.fi/onto/yso/p94320", OULU, "match"),
    ("s6:Project", f"{BASE}ont#Project", "prefixed"),
    (f"{BASE}ont#Project", f"{BASE}ont#Project", "iri"),
    (f"{BASE}ont.ttl", f"{BASE}ont", "document"),
    ("graph:ouka-6aika", f"{BASE}graph/ouka-6aika", "prefixed"),
    ("focus:open-data-and-interfaces", f"{BASE}def/focus/open-data-and-interfaces", "prefixed"),
]
UNKNOWN: Final = [
    "nothing",
    "565",
    "place:nowhere",
    "nowhere:oulu",
    f"{BASE}id/place/",
    f"{BASE}id/place/Oulu",
    BASE,
    "https://example.org/page/place/oulu",
    "http://[::1",
    "https://www.wikidata.org/entity/Q1",
    "Oulu",
    "\x00",
]


def post(client: FlaskClient, identifiers: object, **options: Any) -> Any:
    reply = client.post("/resolve", json=identifiers, **options)
    assert reply.status_code == 200, reply.text
    return reply.json


@pytest.mark.parametrize(("identifier", "iri", "how"), IDENTIFIERS)
def test_every_kind_of_identifier_leads_to_its_thing(
    client: FlaskClient, identifier: str, iri: str, how: str
) -> None:
    found = client.get("/resolve", query_string={"id": identifier}).json

    assert found is not None
    assert (found["iri"], found["by"]) == (iri, how)


def test_addresses_of_this_service_are_those_of_its_setting(
    client: FlaskClient, publication: Publication
) -> None:
    home = publication.settings.public_url
    for path in ("page/place/oulu?lang=fi", "data/place/oulu.jsonld", "id/place/564"):
        assert post(client, [home + path])["results"][0]["iri"] == OULU


def test_an_answer_names_the_thing_and_its_documents(server: str) -> None:
    reply = send(server, f"/resolve?{urlencode({'id': '564', 'lang': 'sv'})}")
    found = reply.json()

    assert reply.status == 200
    assert (found["label"], found["lang"]) == ("Uleåborg", "sv")
    assert found["type"] == {"iri": "https://schema.org/City", "label": "Stad"}
    assert set(found["documents"]) == {row.media_type for row in of_kind("graph")}
    for address in (found["page"], *found["documents"].values()):
        assert address.startswith(server)
        assert send(server, f"/{address.removeprefix(server)}").status == 200


def test_what_one_answer_says_leads_back_to_the_same_thing(
    client: FlaskClient, publication: Publication
) -> None:
    """All addresses of all things resolve to the thing, as does what others call it."""
    things = list(read_directory(publication).labels)[:MOST]
    for member in ("iri", "page", "data"):
        first = post(client, things)["results"]
        again = post(client, [one[member] for one in first])["results"]
        assert [one["iri"] for one in again] == things


def test_a_browser_is_led_to_the_page(client: FlaskClient) -> None:
    for identifier, target in [
        ("564", "/page/place/oulu"),
        ("s6:Project", "/ont#Project"),
        ("graph:ouka-6aika", "/graph/ouka-6aika"),
    ]:
        reply = client.get("/resolve", query_string={"id": identifier}, headers=BROWSER)
        assert (reply.status_code, reply.headers["Location"]) == (303, target)
    reply = client.get("/resolve?id=s6:Project&lang=sv", headers=BROWSER)
    assert reply.headers["Location"] == "/ont?lang=sv#Project"


@pytest.mark.parametrize("identifier", UNKNOWN)
def test_one_that_is_unknown_is_not_found(client: FlaskClient, identifier: str) -> None:
    reply = client.get("/resolve", query_string={"id": identifier})

    assert reply.status_code == 404
    assert reply.mimetype == "application/problem+json"
    assert post(client, [identifier])["results"][0]["error"] == "unknown"


def test_the_unknown_ones_of_many_are_reported_in_their_places(client: FlaskClient) -> None:
    asked = ["564", "nothing", 5, None, "place:oulu", ["564"], {"id": "564"}, ""]
    document = post(client, asked)

    assert [one["id"] for one in document["results"]] == asked
    assert [one.get("error") for one in document["results"]] == [
        None, "unknown", "unreadable", "unreadable", None, "unreadable", "unreadable",
        "unknown",
    ]  # fmt: skip
    assert (document["resolved"], document["unresolved"]) == (2, 6)


def test_many_can_be_sent_in_three_ways(server: str) -> None:
    identifiers = ["564", "place:turku", "ä"]
    forms = [
        ("application/json", json.dumps(identifiers)),
        ("application/json", json.dumps({"ids": identifiers})),
        ("text/plain; charset=utf-8", "\r\n".join(["", *identifiers, ""])),
        ("application/x-www-form-urlencoded", urlencode([("id", one) for one in identifiers])),
    ]
    answers = [
        send(server, "/resolve", "POST", body.encode(), {"Content-Type": kind}).json()
        for kind, body in forms
    ]

    assert answers[0]["resolved"] == 2
    assert all(answer == answers[0] for answer in answers)


def test_a_thousand_are_resolved_and_one_more_is_refused(server: str) -> None:
    headers = {"Content-Type": "application/json"}
    many = send(server, "/resolve", "POST", json.dumps(["564"] * MOST).encode(), headers)
    more = send(server, "/resolve", "POST", json.dumps(["564"] * (MOST + 1)).encode(), headers)

    assert (many.status, many.json()["resolved"]) == (200, MOST)
    assert (more.status, more.json()["limit"]) == (413, MOST)
    assert more.json()["type"].endswith("/problems/too-many")
    assert post_nothing(server) == []


def post_nothing(server: str) -> Any:
    headers = {"Content-Type": "text/plain"}
    return send(server, "/resolve", "POST", b"\n\n", headers).json()["results"]


def test_an_ambiguous_code_names_what_it_may_mean(client: FlaskClient) -> None:
    """Two authorities may use one code: no guess is made."""
    with client.application.app_context():
        known = client.application.extensions["sixaika-lookup"].get()
    shared = [code for code, things in known.codes.items() if len(things) > 1]
    codes = shared or ["no code is shared in this data"]
    for result in post(client, codes)["results"]:
        assert result["error"] == ("ambiguous" if shared else "unknown")
        assert len(result.get("candidates", "12")) > 1


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"{", "application/json", 400, "not JSON"),
        (b"5", "application/json", 400, "a JSON list"),
        (b'{"id": ["564"]}', "application/json", 400, "a JSON list"),
        (b"564", "application/sparql-query", 415, "application/sparql-query"),
        (b"564", "", 415, "of no known type"),
        (b'["564"]', "application/x-www-form-urlencoded", 400, "Content-Type: application/json"),
        (b"", "multipart/form-data; boundary=x", 400, "The form has no id"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: FlaskClient, body: bytes, kind: str, status: int, words: str
) -> None:
    reply = client.post("/resolve", data=body, content_type=kind)

    assert reply.status_code == status
    assert words in reply.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    "query", ["", "id=", "id=%20", "source=", "id=564&id=091", "id=564&source=x"]
)
def test_one_question_is_asked_at_a_time(client: FlaskClient, query: str) -> None:
    assert client.get(f"/resolve?{query}").status_code == 400


def test_it_is_told_what_rests_on_a_page(client: FlaskClient) -> None:
    """All statements of its graph, and of no other source; however the address is written."""
    reply = client.get(f"/resolve?source={quote(PAGE, safe='')}&limit=1000")
    document = reply.json
    assert document is not None
    graphs = {one["iri"]: one["statements"] for one in document["graphs"]}
    text = client.get("/graph/ouka-6aika.nt").text

    assert [one["iri"] for one in document["sources"]] == [f"{BASE}id/source/ouka-6aika"]
    assert graphs[f"{BASE}graph/ouka-6aika"] == len(text.splitlines())
    assert document["total"] == sum(graphs.values())
    assert {one["graph"] for one in document["statements"]} <= set(graphs)
    without = PAGE.removeprefix("https://")
    written = (
        f"{PAGE}/",
        f"{PAGE}#top",
        f"http://{without}",
        without,
        f"HTTPS://WWW.{without[4:]}",
    )
    for other in (*written, f"{BASE}id/source/ouka-6aika"):
        again = client.get("/resolve", query_string={"source": other, "limit": 1000}).json
        assert again is not None
        assert again["statements"] == document["statements"]


def test_the_statements_come_in_parts(client: FlaskClient) -> None:
    seen, offset, total = [], 0, 1
    while offset < total:
        reply = client.get(
            "/resolve", query_string={"source": PAGE, "limit": 150, "offset": offset}
        )
        assert reply.json is not None
        seen += [json.dumps(one) for one in reply.json["statements"]]
        offset, total = offset + 150, reply.json["total"]
        assert (reply.json["next"] is None) == (offset >= total)

    assert len(seen) == len(set(seen)) == total > 150


def test_a_browser_is_led_from_a_source_to_its_page(client: FlaskClient) -> None:
    reply = client.get("/resolve", query_string={"source": PAGE}, headers=BROWSER)

    assert (reply.status_code, reply.headers["Location"]) == (303, "/page/source/ouka-6aika")


@pytest.mark.parametrize("source", ["x", "https://example.org/", "javascript:alert(1)", "<>"])
def test_nothing_rests_on_another_page(client: FlaskClient, source: str) -> None:
    assert client.get("/resolve", query_string={"source": source}).status_code == 404


def test_keys_of_foreign_identifiers_ignore_what_differs_for_no_reason() -> None:
    same = ["http://www.wikidata.org/entity/Q1", "https://wikidata.org/wiki/q1 "]

    assert len({key(one) for one in same}) == 1
    assert key("ftp://www.example.org/") == "ftp://www.example.org/"


@given(st.lists(st.text(max_size=60) | st.integers() | st.none(), max_size=5))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_list_is_answered_one_by_one(client: FlaskClient, identifiers: list[object]) -> None:
    results = post(client, identifiers)["results"]

    assert len(results) == len(identifiers)
    assert all("iri" in one or "error" in one for one in results)


@given(
    st.sampled_from(["", BASE, f"{HERE}/", "place:", "https://", "http://www.wikidata.org/"]),
    st.text(max_size=40),
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_address_is_answered(client: FlaskClient, start: str, rest: str) -> None:
    identifier = (start + rest).encode("utf-8", "replace").decode()
    one = client.get("/resolve", query_string={"id": identifier})
    source = client.get("/resolve", query_string={"source": identifier})

    expected = {200, 404} if identifier.strip() else {400}
    assert {one.status_code, source.status_code} <= expected
