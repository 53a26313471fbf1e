"""The whole site: every route, method and kind of client keeps the laws of every answer."""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sixaika_graph.formats import of_kind
from sixaika_graph.publication import Publication

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPTS = [None, BROWSER, "text/turtle", "text/csv", "text/plain", "image/png"]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "QUERY", "PUT", "DELETE"]
FILLED = {
    "/id/<path:path>": "/id/place/oulu",
    "/def/<path:path>": "/def/role/lead",
    "/data/<path:path>": "/data/project/cohewe",
    "/page/<path:path>": "/page/place/oulu",
    "/cite/<path:path>.<any(bib, json):suffix>": "/cite/place/oulu.bib",
    "/graph/<path:name>": "/graph/ouka-6aika",
    "/<any(ont, shapes):name>": "/ont",
    "/ont/<release>": "/ont/0.1.0",
    "/<any(ont, shapes):name>.<suffix>": "/shapes.nt",
    "/data/<kind>": "/data/project?place=oulu",
    "/page/<kind>": "/page/fund",
    "/frames/<name>.jsonld": "/frames/project.jsonld",
    "/schemas/<name>.json": "/schemas/place.json",
    "/linkset/<path:path>": "/linkset/project/cohewe",
    "/problems/<slug>": "/problems/not-found",
    "/sparql/queries/<name>": "/sparql/queries/unknown",
    "/catalog.<suffix>": "/catalog.ttl",
    "/quality.<suffix>": "/quality.nt",
    "/void.<suffix>": "/void.nt",
    "/dumps/<name>": "/dumps/sixaika.ttl",
    "/id/distribution/<name>": "/id/distribution/sixaika-ttl",
    "/data/distribution/<name>": "/data/distribution/people-nq-gz",
    "/page/distribution/<name>": "/page/distribution/ontology-csv-zip",
    "/sitemap-<int:part>.xml": "/sitemap-1.xml",
    "/api/3/action/<name>": "/api/3/action/status_show",
    "/api/action/<name>": "/api/action/package_list",
    "/static/<path:filename>": "/static/site.css",
    "/reconcile/suggest/<any(entity, type, property):what>": "/reconcile/suggest/entity?prefix=ou",
    "/reconcile/suggest/<any(entity, type, property):what>/<any(en, fi, sv):tongue>": (
        "/reconcile/suggest/type/sv?prefix=s"
    ),
    "/reconcile/flyout/<any(entity, type, property):what>": "/reconcile/flyout/entity?id=564",
    "/reconcile/propose/<any(en, fi, sv):tongue>": "/reconcile/propose/fi?type=s6:Project",
}
"""A real address for each route that has variables."""

MORE = [
    "/id/place/564",
    "/id/place/oulu/",
    "/id/place/nowhere",
    "/data/place/oulu.ttl",
    "/data/project.csv",
    "/data/project.nt?place=oulu",
    "/data/project?place=nowhere",
    "/data/place/oulu.json",
    "/data/place/oulu.trig",
    "/schemas/nothing.json",
    "/data/place/oulu?format=jsonld",
    "/data/place/oulu?profile=provenance&format=nq",
    "/data/place/oulu?profile=nothing",
    "/graph/ouka-6aika.nq",
    "/graph/ouka-6aika.rdf",
    "/ont.html",
    "/graphs?default&format=nt",
    "/graphs?graph=https://w3id.org/sixaika/graph/ouka-6aika",
    f"/sparql?query={quote('SELECT * { ?s a ?o } LIMIT 3')}",
    f"/sparql?query={quote('CONSTRUCT WHERE { ?s a ?o } LIMIT 3')}",
    f"/sparql?query={quote('ASK {}')}&format=xml",
    f"/sparql?query={quote('ASK {')}",
    "/sparql/",
    "/search?q=oulu&limit=2",
    "/search?q=oulu&format=json",
    "/search?type=nothing",
    "/reconcile/",
    "/reconcile?queries={",
    "/reconcile/preview?id=564",
    "/why?subject=place:oulu&property=rdfs:label",
    "/why",
    "/resolve?id=564",
    "/resolve?id=s6:Project",
    "/resolve?source=https://www.ouka.fi/oulu/kehittamishankkeet/6aika&limit=5",
    "/nowhere",
    f"/{'x' * 9000}",
]
FIXED = re.compile(r"\.(ttl|nt|rdf|jsonld|trig|nq|json|csv)$|[?&]format=(?!html)")
NEGOTIATED = re.compile(r"/(id|def|data|graph)/[^.?]*|/(ont|shapes)|/sparql(\?(?!.*format=).*)?")


def addresses(app: Flask, publication: Publication) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/queries/<"):
            yield from (f"/queries/{name}" for name in list(publication.library)[:3])
        elif rule.arguments:
            yield FILLED[rule.rule]
        else:
            yield rule.rule
    yield from MORE


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("method", METHODS)
def test_every_answer_keeps_the_laws(
    app: Flask, client: FlaskClient, publication: Publication, method: str, accept: str | None
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for address in addresses(app, publication):
        with closing(client.open(address, method=method, headers=headers)) as reply:
            complaint = next(complaints(reply, address, method, accept), None)
            assert complaint is None, f"{method} {address}: {complaint}\n{reply.headers}"


def complaints(reply: TestResponse, address: str, method: str, accept: str | None) -> Iterator[str]:
    """Yield what an answer lacks."""
    yield from header_complaints(reply)
    if reply.status_code >= 400:
        yield from problem_complaints(reply, method, accept)
    if reply.status_code not in (204, 304):
        yield from body_complaints(reply, address, method)
    if method in ("GET", "HEAD"):
        yield from variance_complaints(reply, address)


def header_complaints(reply: TestResponse) -> Iterator[str]:
    status, headers = reply.status_code, reply.headers
    if status >= 500:
        yield "a server error"
    if headers.get("Access-Control-Allow-Origin") != "*":
        yield "no CORS"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no safety"
    if not headers.get("X-Request-Id", "").startswith("urn:uuid:"):
        yield "no identifier"
    html = "html" in headers.get("Content-Type", "")
    if html and "default-src 'self'" not in headers["Content-Security-Policy"]:
        yield "no policy for HTML"
    if html and "Referrer-Policy" not in headers:
        yield "no referrer policy"
    if headers.get("Location", "/").startswith(("http", "//")):
        yield "a location with a host"
    if status == 405 and "Allow" not in headers:
        yield "no Allow"


def variance_complaints(reply: TestResponse, address: str) -> Iterator[str]:
    moved = reply.status_code in (301, 308)
    if NEGOTIATED.fullmatch(address) and not moved and "Accept" not in reply.vary:
        yield "negotiated without Vary"
    if reply.status_code == 200 and FIXED.search(address) and "Accept" in reply.vary:
        yield "a fixed format with Vary"


def body_complaints(reply: TestResponse, address: str, method: str) -> Iterator[str]:
    if "Content-Length" not in reply.headers:
        # The document about a thing, and its page, are not made for HEAD.
        if method != "HEAD" or not address.startswith(("/data/", "/page/")):
            yield "no length"
    elif method != "HEAD" and int(reply.headers["Content-Length"]) != len(reply.data):
        yield "a wrong length"
    if method == "HEAD" and reply.data:
        yield "a body for HEAD"
    if "Content-Type" not in reply.headers:
        yield "no type"


def problem_complaints(reply: TestResponse, method: str, accept: str | None) -> Iterator[str]:
    expected = {BROWSER: "text/html", "text/plain": "text/plain"}
    if reply.mimetype != expected.get(accept or "", "application/problem+json"):
        yield "a problem in the wrong form"
    if reply.headers.get("Cache-Control") != "no-store":
        yield "a problem that can be stored"
    if "Accept" not in reply.vary:
        yield "a problem without Vary"
    if "Traceback" in reply.text or "/work/" in reply.text or ".py" in reply.text:
        yield "an inside that leaks"
    if (
        reply.mimetype == "application/problem+json"
        and method != "HEAD"
        and (reply.json is None or reply.json["status"] != reply.status_code)
    ):
        yield "a problem of another status"


def test_head_is_get_without_its_body(
    app: Flask, client: FlaskClient, publication: Publication
) -> None:
    for address, accept in product(addresses(app, publication), (BROWSER, "*/*")):
        accepts = {"Accept": accept}
        with (
            closing(client.get(address, headers=accepts)) as get,
            closing(client.head(address, headers=accepts)) as head,
        ):
            assert head.status_code == get.status_code, address
            if get.status_code < 400:
                assert stable(head) == stable(get), address


def stable(reply: TestResponse) -> dict[str, str]:
    """Return the headers that two equal requests have in common."""
    changing = {"Date", "X-Request-Id", "Server-Timing"}
    return {name: value for name, value in reply.headers.items() if name not in changing}


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_health_is_told_in_json_and_never_stored(client: FlaskClient, path: str) -> None:
    reply = client.get(path)

    assert (reply.status_code, reply.mimetype) == (200, "application/json")
    assert reply.json is not None
    assert reply.json["status"] in ("up", "ready")
    assert reply.headers["Cache-Control"] == "no-store"


def test_every_format_can_be_asked_for_at_the_endpoint(client: FlaskClient) -> None:
    """A new row of FORMATS is served without any other change."""
    texts = {"results": "SELECT * { ?s ?p ?o } LIMIT 1", "graph": "CONSTRUCT WHERE { ?s a ?o }"}
    for row in of_kind("results", "graph"):
        accept = {"Accept": row.media_type}
        reply = client.get("/sparql", query_string={"query": texts[row.kind]}, headers=accept)

        assert (200, row.content_type) == (reply.status_code, reply.content_type)
