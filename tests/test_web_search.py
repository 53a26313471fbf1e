"""Search over HTTP: what is found, as JSON and as a page, and what is refused."""

import json
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from markup import Page
from standin import StandIn
from wire import send

from sixaika_graph.engine import Answer, QueryRequest
from sixaika_graph.errors import Overloaded
from sixaika_graph.namespaces import BASE
from sixaika_graph.publication import Publication, prepare, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.lookup import read_lookup

BROWSER: Final = {"Accept": "text/html"}
OULU: Final = f"{BASE}id/place/oulu"


def test_a_search_over_a_socket_is_json_with_all_that_a_program_needs(server: str) -> None:
    reply = send(server, "/search?q=uleaborg&lang=sv")
    document = reply.json()
    (first, *_) = document["results"]

    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert document["total"] >= 1
    assert first["iri"] == OULU
    assert (first["label"], first["lang"]) == ("Uleåborg", "sv")
    assert first["type"] == {"iri": "https://schema.org/City", "label": "Stad"}
    assert first["page"] == f"{server}page/place/oulu"
    assert first["matched"] == {"text": "Uleåborg", "lang": "sv", "how": "exact"}
    assert first["score"] == 1.0


@pytest.mark.parametrize(
    ("text", "iri", "how"),
    [
        ("564", OULU, "exact"),
        ("0187690-1", f"{BASE}id/organisation/oulun-kaupunki", "exact"),
        ("a70202", f"{BASE}id/project/avoimet-innovaatioalustat", "exact"),
        ("hippa", f"{BASE}id/project/hippa", "exact"),
        ("EAKR", f"{BASE}id/fund/erdf", "exact"),
        ("hels", f"{BASE}id/place/helsinki", "prefix"),
        ("tampre", f"{BASE}id/place/tampere", "fuzzy"),
        ("pohjois-pohjanmaa", f"{BASE}id/place/pohjois-pohjanmaa", "exact"),
    ],
)
def test_names_codes_and_acronyms_are_found(
    client: FlaskClient, text: str, iri: str, how: str
) -> None:
    results = client.get("/search", query_string={"q": text}).json["results"]  # type: ignore[index]

    assert (results[0]["iri"], results[0]["matched"]["how"]) == (iri, how)


def test_the_type_can_be_said_in_many_ways(client: FlaskClient) -> None:
    ways = ["s6:Project", f"{BASE}ont#Project", "project", "Hanke", "PROJECT"]
    totals = {
        client.get("/search", query_string={"type": way}).json["total"]  # type: ignore[index]
        for way in ways
    }

    assert len(totals) == 1
    assert totals.pop() >= 7


def test_parts_of_an_answer_lead_to_the_next(client: FlaskClient) -> None:
    address, seen = "/search?q=oulu&limit=7", []
    while address:
        reply = client.get(address)
        assert reply.json is not None
        seen += [one["iri"] for one in reply.json["results"]]
        following = reply.json["next"]
        assert (following is None) == ("Link" not in reply.headers)
        total = reply.json["total"]
        address = following and "/search?" + following.partition("?")[2]

    assert len(seen) == len(set(seen)) == total
    assert client.get("/search?q=oulu&limit=7").data == client.get("/search?q=oulu&limit=7").data


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "limit is a whole number from 1 to 100"),
        ("limit=101", "limit is a whole number from 1 to 100"),
        ("limit=1e3", "limit is a whole number"),
        ("limit=%D9%A3", "limit is a whole number"),
        ("offset=-1", "offset is a whole number"),
        ("type=weather", "No class is called 'weather'"),
        (f"q={'x' * 201}", "q has more than 200 characters"),
        ("format=xml", "format is html or json"),
        ("q=a&q=b", "q is given more than once"),
        ("lang=fi&lang=sv", "lang is given more than once"),
    ],
)
def test_what_cannot_be_used_is_named(client: FlaskClient, query: str, words: str) -> None:
    reply = client.get(f"/search?{query}")

    assert reply.status_code == 400
    assert reply.mimetype == "application/problem+json"
    assert words in reply.json["detail"]  # type: ignore[index]


def test_no_other_format_is_promised(client: FlaskClient) -> None:
    reply = client.get("/search?q=oulu", headers={"Accept": "text/turtle"})

    assert reply.status_code == 406
    assert reply.json["available"] == ["application/json", "text/html"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("language", "name"), [("fi", "Hanke"), ("sv", "Projekt"), ("en", "Project")]
)
def test_classes_have_the_names_that_the_pages_give_them(
    client: FlaskClient, language: str, name: str
) -> None:
    """The ontology is in Finnish and English; Swedish names are those of the interface."""
    document = client.get(f"/search?q=circhubs&type=s6:Project&lang={language}").json

    assert document is not None
    assert name in {found["type"]["label"] for found in document["results"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_same_without_a_script(client: FlaskClient, language: str) -> None:
    query = urlencode({"q": "åbo", "lang": language})
    response = client.get(f"/search?{query}", headers=BROWSER)
    page = Page(response.text)

    assert response.status_code == 200
    assert not page.faults
    assert found(page)[0] == f"/page/place/turku?lang={language}"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Content-Language"] == language
    assert {"Accept", "Accept-Language"} <= set(response.vary)
    fields = {one["name"] for one in (*page.all("input"), *page.all("select"))}
    assert fields == {"q", "type", "lang"}


def test_the_page_leads_on_and_back(client: FlaskClient) -> None:
    page = Page(client.get("/search?q=oulu&limit=3&lang=fi", headers=BROWSER).text)
    (onward,) = [href for href, link, _ in page.links if link.get("rel") == "next"]
    second = Page(client.get(onward, headers=BROWSER).text)
    (back,) = [href for href, link, _ in second.links if link.get("rel") == "prev"]

    assert {one["start"] for one in second.all("ol")} == {"4"}
    again = Page(client.get(back, headers=BROWSER).text)
    assert found(again) == found(page) != found(second)


def found(page: Page) -> list[str]:
    """Return the things that a page of results leads to."""
    return [href for href, _, _ in page.links if href.startswith("/page/")]


def test_an_empty_page_is_a_form_and_nothing_found_is_said(client: FlaskClient) -> None:
    assert "things found" not in client.get("/search?lang=en", headers=BROWSER).text
    assert "0 things found." in client.get("/search?q=zzqq&lang=en", headers=BROWSER).text


def test_a_hostile_text_stays_text(client: FlaskClient) -> None:
    query = urlencode({"q": '"><script>alert(1)</script>', "type": "s6:Project"})
    text = client.get(f"/search?{query}", headers=BROWSER).text

    assert "<script>alert" not in text
    assert not Page(text).faults


def test_every_page_has_the_search_field_as_a_plain_form(client: FlaskClient) -> None:
    for address in ("/", "/page/place/oulu?lang=sv", "/nowhere"):
        page = Page(client.get(address, headers=BROWSER).text)
        (form,) = [one for one in page.all("form") if one.get("role") == "search"]
        (field,) = [one for one in page.all("input") if one.get("type") == "search"]

        assert (form["action"], form["method"]) == ("/search", "get")
        assert field["name"] == "q"
        assert field["aria-label"]
    with closing(client.get("/static/search.js")) as script:
        assert script.mimetype == "text/javascript"


def test_persons_that_are_left_out_are_not_found(settings: Settings) -> None:
    """The index holds what the engine has, and that has no person when they are left out."""
    published = publish(prepare(replace(settings, people=False)).edition())
    try:
        known = read_lookup(published)
    finally:
        published.engine.close()

    assert known.entries[OULU]
    assert not [iri for iri in known.entries if "/id/person/" in iri]


class Busy(StandIn):
    """An engine that is overloaded, when asked for names, until it is told otherwise."""

    names = ""

    def query(self, request: QueryRequest) -> Answer:
        if request.text == self.names:
            raise Overloaded(retry_after=1)
        return super().query(request)


def test_an_index_that_cannot_be_made_at_the_start_is_made_later(publication: Publication) -> None:
    engine = Busy(publication.engine)
    engine.names = publication.site["index-names"].text
    client = create_app(replace(publication, engine=engine, version="busy")).test_client()
    assert client.get("/search?q=oulu").status_code == 503
    engine.names = ""
    assert client.get("/search?q=oulu").status_code == 200


def test_a_value_is_made_once_by_whoever_comes_first() -> None:
    made = []

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    deferred = Deferred(make)
    deferred.start()
    deferred.start()
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(deferred.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [1] * 8


def test_a_thread_that_cannot_make_it_leaves_it_to_the_next() -> None:
    tries: list[bool] = []

    def make() -> str:
        tries.append(True)
        if len(tries) == 1:
            raise Overloaded(retry_after=1)
        return "made"

    deferred = Deferred(make)
    deferred.start()
    while not tries:
        time.sleep(0.01)
    assert deferred.get() == "made"
    assert len(tries) == 2


@given(st.text(max_size=200), st.sampled_from(["json", "html"]))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_answered(client: FlaskClient, text: str, form: str) -> None:
    try:
        query = urlencode({"q": text, "format": form, "limit": 3})
    except UnicodeEncodeError:
        query = urlencode({"q": json.dumps(text), "format": form})
    reply = client.get(f"/search?{query}")

    assert reply.status_code in (200, 400)
    assert reply.status_code == 200 or len(text) > 0
