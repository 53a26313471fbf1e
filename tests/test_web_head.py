"""HEAD on documents and pages: the headers of GET, told without asking the engine (RFC 9110)."""

from dataclasses import replace
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from wire import send

from sixaika_graph.engine import Answer, Engine, Load, QueryRequest
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app
from sixaika_graph.web.codings import CODINGS, SMALLEST

HTML: Final = {"Accept": "text/html"}
# Of the smallest documents as well, whose bodies are hardly worth a coding.
SUFFIXES: Final = ("ttl", "nt", "jsonld", "rdf", "nq", "trig", "json")
TARGETS: Final[list[tuple[str, dict[str, str]]]] = [
    *((f"/data/organisation/ror.{suffix}", {}) for suffix in SUFFIXES),
    ("/data/def/datatype/y-tunnus.trig", {}),
    ("/data/place/oulu", {}),
    ("/data/place/oulu", {"Accept": "application/rdf+xml"}),
    ("/data/place/oulu?format=nt", {}),
    ("/data/place/oulu.jsonld?context=url", {}),
    ("/data/place/oulu", {"Accept-Profile": "<http://www.w3.org/ns/prov#>"}),
    ("/page/place/oulu", HTML),
    ("/page/place/oulu", {**HTML, "Accept-Language": "sv"}),
    ("/page/place/oulu?lang=fi", HTML),
    ("/page/def/datatype/y-tunnus", HTML),
]
PERSON: Final = "/page/person/"
# These tell of one answer, and the length is left out.
OWN: Final = frozenset({"content-length", "date", "server-timing", "x-cache", "x-request-id"})


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.asked = 0
        self._engine = engine

    def query(self, request: QueryRequest) -> Answer:
        self.asked += 1
        return self._engine.query(request)

    def cancel(self, id: str) -> bool:
        return self._engine.cancel(id)

    def load(self) -> Load:
        return self._engine.load()

    def close(self) -> None:
        self._engine.close()


def opened(publication: Publication, **settings: object) -> tuple[Counting, Flask]:
    engine = Counting(publication.engine)
    changed = replace(publication.settings, **settings)  # type: ignore[arg-type]
    app = create_app(replace(publication, engine=engine, settings=changed))
    app.testing = True
    return engine, app


@pytest.fixture(scope="module", params=[0, 256], ids=["without a cache", "with a cache"])
def memory(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module", params=["", *CODINGS], ids=["as it is", *CODINGS])
def cold(
    publication: Publication, memory: int, request: pytest.FixtureRequest
) -> tuple[Counting, FlaskClient]:
    """Open an application that has answered nothing yet, for clients that take one coding."""
    engine, app = opened(publication, cache_memory=memory)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_ENCODING"] = request.param
    return engine, client


def shared(headers: object) -> dict[str, str]:
    pairs = dict(headers)  # type: ignore[call-overload]
    return {name.lower(): value for name, value in pairs.items() if name.lower() not in OWN}


@pytest.fixture(scope="module")
def person(publication: Publication) -> str:
    _, app = opened(publication)
    known = app.extensions["sixaika"].directory.labels
    return str(next(PERSON + iri.rpartition("/")[2] for iri in known if "/id/person/" in iri))


@pytest.mark.parametrize(("target", "headers"), TARGETS)
def test_head_tells_the_headers_of_get_without_a_query(
    cold: tuple[Counting, FlaskClient], target: str, headers: dict[str, str]
) -> None:
    engine, client = cold
    before = engine.asked

    head = client.head(target, headers=headers)
    asked = engine.asked
    got = client.get(target, headers=headers)

    assert (head.status_code, head.data, asked) == (200, b"", before)
    assert "Content-Length" not in head.headers
    assert engine.asked > asked
    assert got.status_code == 200
    assert {"etag", "link", "content-type", "last-modified", "cache-control"} <= shared(
        head.headers
    ).keys()
    assert shared(head.headers) == shared(got.headers)


def test_head_keeps_the_page_of_a_person_out_of_search_engines(
    cold: tuple[Counting, FlaskClient], person: str
) -> None:
    engine, client = cold
    before = engine.asked

    head = client.head(person, headers=HTML)

    assert (head.headers["X-Robots-Tag"], engine.asked) == ("noindex", before)
    assert shared(head.headers) == shared(client.get(person, headers=HTML).headers)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize("target", ["/data/place/turku.ttl", "/page/place/turku"])
def test_a_condition_is_judged_without_a_query(
    cold: tuple[Counting, FlaskClient], method: str, target: str
) -> None:
    engine, client = cold
    tag = client.head(target, headers=HTML).headers["ETag"]
    modified = client.head(target, headers=HTML).headers["Last-Modified"]
    before = engine.asked

    for condition in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        known = client.open(target, method=method, headers={**HTML, **condition})
        assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", tag)
    refused = client.open(target, method=method, headers={**HTML, "If-Match": '"other"'})

    assert refused.status_code == 412
    assert engine.asked == before


def test_head_makes_a_following_get_no_dearer(publication: Publication) -> None:
    """What HEAD has left in the cache is not taken for a body, in whichever coding."""
    engine, app = opened(publication)
    client = app.test_client()
    target = "/data/place/tampere.nt"
    codings = [{"Accept-Encoding": coding} for coding in ("", *CODINGS)]
    before = engine.asked

    for coding in codings:
        assert client.head(target, headers=coding).status_code == 200
    bodies = [client.get(target, headers=coding).data for coding in codings]

    assert all(bodies)
    assert engine.asked == before + 1


@pytest.mark.parametrize("target", ["/page/place/nowhere", "/data/place/nowhere"])
def test_head_on_what_is_not_there_is_refused_as_get_is(
    cold: tuple[Counting, FlaskClient], target: str
) -> None:
    _, client = cold

    assert client.head(target).status_code == client.get(target).status_code == 404


def test_head_on_a_part_of_a_page_is_refused_where_there_is_none(
    cold: tuple[Counting, FlaskClient],
) -> None:
    _, client = cold
    target = "/page/place/oulu?property=s6:fund"

    assert client.head(target).status_code == client.get(target).status_code == 404


def test_a_cache_with_no_place_for_documents_tells_what_get_tells(
    publication: Publication,
) -> None:
    """It sends large ones without a coding, which HEAD has to know."""
    _, app = opened(publication, cache_memory=1)
    client = app.test_client()
    headers = {"Accept-Encoding": "br"}

    for target in ("/data/programme/6aika.nt", "/page/programme/6aika"):
        head = client.head(target, headers=headers)
        assert shared(head.headers) == shared(client.get(target, headers=headers).headers)


@pytest.mark.parametrize("form", ["trig", "json"])
def test_the_documents_of_all_things_are_long_enough_for_a_coding(app: Flask, form: str) -> None:
    """HEAD relies on it: it names the coding that a body will have, which it does not make."""
    client = app.test_client()
    kinds = ("organisation", "def", "source")
    known = sorted(app.extensions["sixaika"].directory.labels)
    paths = [iri.partition("/sixaika/")[2].removeprefix("id/") for iri in known]
    chosen = [path for path in paths if path.startswith(kinds)][::5]

    lengths = {path: len(client.get(f"/data/{path}.{form}").data) for path in chosen}

    assert len(lengths) > 50
    assert min(lengths.values()) >= SMALLEST, min(lengths, key=lambda path: lengths[path])


@pytest.mark.parametrize("target", ["/data/place/oulu.ttl", "/page/place/oulu?lang=en"])
def test_head_over_the_wire_has_no_length_and_leaves_the_connection_usable(
    server: str, target: str
) -> None:
    """Granian must not fill in a length of 0, which GET would not have."""
    fresh = f"{target}{'&' if '?' in target else '?'}redirect=no"

    head, got = send(server, fresh, "HEAD"), send(server, fresh)

    assert (head.status, head.body) == (200, b"")
    assert {"content-length", "transfer-encoding"}.isdisjoint(head.headers)
    assert shared(head.headers) == shared(got.headers)


def test_the_etag_of_a_page_changes_with_what_writes_it(
    publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tag(**settings: object) -> str:
        _, app = opened(publication, **settings)
        return str(app.test_client().head("/page/place/oulu").headers["ETag"])

    first = tag()

    assert tag() == first
    assert tag(public_url="https://example.org/") != first
    monkeypatch.setattr("sixaika_graph.outcome._LIBRARIES", ("flask",))
    assert tag() != first
