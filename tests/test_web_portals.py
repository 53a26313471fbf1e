"""What portals and robots read: the same bytes for the same data, and no person."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from conftest import START_LIMIT, free_port
from flask.testing import FlaskClient
from markupsafe import escape
from rdflib import RDF, RDFS, VOID, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from wire import send

from sixaika_graph.descriptions.catalogue import undescribed
from sixaika_graph.namespaces import DCAT, GRAPH, ID, SPDX, VCARD
from sixaika_graph.publication import Edition, Prepared, Publication, publish
from sixaika_graph.release import Release, release
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app, robots

FORMATS: Final = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
BROWSER: Final = {"Accept": "text/html"}
SLUGS: Final = ("sixaika", "people", "ontology")
SITEMAP: Final = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def released(publication: Publication) -> Release:
    assert publication.release is not None
    return publication.release


@pytest.fixture(scope="module")
def staged(edition: Edition) -> Iterator[FlaskClient]:
    """Return a client of a server that is not for the public."""
    published = publish(replace(edition, settings=replace(edition.settings, staging=True)))
    yield create_app(published).test_client()
    published.engine.close()


def serving(settings: Settings, port: int, root: Path) -> subprocess.Popen[str]:
    """Start a server of its own that shares what others remember."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("SIXAIKA_")}
    shared = {"SIXAIKA_CACHE": str(settings.cache), "SIXAIKA_ROOT": str(root)}
    command = [sys.executable, "-m", "sixaika_graph.cli", "serve", "--port", str(port)]
    return subprocess.Popen(command, env=clean | shared, stderr=subprocess.PIPE, text=True)


# The catalogue


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_catalogue_says_the_same_in_every_format(client: FlaskClient, suffix: str) -> None:
    reply = client.get(f"/catalog.{suffix}")
    graph = Graph().parse(data=reply.data, format=FORMATS[suffix])

    assert isomorphic(graph, Graph().parse(data=client.get("/catalog.ttl").data, format="turtle"))
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == {ID[f"dataset/{slug}"] for slug in SLUGS}


def test_a_program_gets_data_and_a_browser_a_page(client: FlaskClient) -> None:
    assert client.get("/catalog").mimetype == "text/turtle"
    assert client.get("/catalog", headers={"Accept": "*/*"}).mimetype == "text/turtle"
    page = client.get("/catalog?lang=fi", headers=BROWSER)
    assert page.mimetype == "text/html"
    assert "6Aika-tietämysgraafi" in page.text
    assert "Paikallinen esittely: ei haravoitavaksi." in page.text
    assert client.get("/catalog", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/catalog.docx").status_code == 404


@pytest.mark.parametrize("path", ["/catalog", "/catalog.rdf"])
def test_there_is_no_page_after_the_first(client: FlaskClient, path: str) -> None:
    """Harvesters that count pages go on until there is none."""
    assert client.get(f"{path}?page=1").status_code == 200
    for page in ("2", "999", "0", "x"):
        assert client.get(f"{path}?page={page}").status_code == 404, page


# The profile of avoindata.fi


@pytest.mark.parametrize("suffix", FORMATS)
def test_avoindata_gets_what_its_shapes_ask_for_and_all_else_as_it_is(
    client: FlaskClient, suffix: str
) -> None:
    """Its sizes are decimals exactly, its checksums SHA-1; nothing else of its profile differs."""
    plain, theirs = (
        Graph().parse(data=client.get(address).data, format=FORMATS[suffix])
        for address in (f"/catalog.{suffix}", f"/catalog.{suffix}?profile=adfi")
    )
    checksums = {*plain.subjects(RDF.type, SPDX.Checksum), *plain.objects(None, SPDX.algorithm)}
    kept = {triple for triple in plain if checksums.isdisjoint(triple)}
    sizes, decimals = (set(one.triples((None, DCAT.byteSize, None))) for one in (plain, theirs))

    assert len(sizes) == len(decimals) == len(checksums) - 1 == 24
    assert decimals == {
        (file, path, Literal(f"{size}.0", datatype=XSD.decimal)) for file, path, size in sizes
    }
    assert set(theirs) - decimals == kept - sizes


def test_a_profile_has_an_etag_of_its_own_and_an_unknown_one_is_refused(
    client: FlaskClient,
) -> None:
    default, theirs = client.get("/catalog.ttl"), client.get("/catalog.ttl?profile=adfi")
    refused = client.get("/catalog?profile=adfl")

    assert theirs.headers["ETag"] != default.headers["ETag"]
    assert client.get("/catalog?profile=adfi").data == theirs.data
    assert client.get("/catalog?profile=dcat-ap").data == default.data
    problem = json.loads(refused.data)
    assert (refused.status_code, problem["parameter"]) == (400, "profile")
    assert problem["available"] == ["dcat-ap", "adfi"]


def test_sizes_keep_their_datatype(client: FlaskClient) -> None:
    """The engine would make integers of them, which a portal refuses."""
    assert "nonNegativeInteger" in client.get("/catalog.ttl").text


def test_an_unchanged_catalogue_is_not_sent_again(client: FlaskClient, released: Release) -> None:
    reply = client.get("/catalog.ttl")
    tag = reply.headers["ETag"]

    assert released.modified == "2026-11-24"
    assert reply.headers["Last-Modified"] == "Tue, 24 Nov 2026 00:00:00 GMT"
    assert client.get("/catalog.ttl", headers={"If-None-Match": tag}).status_code == 304


def test_the_catalogue_has_no_blank_node(client: FlaskClient) -> None:
    assert "_:" not in client.get("/catalog.nt").text


@pytest.mark.parametrize(
    ("address", "accept", "target"),
    [
        ("/id/distribution/sixaika-csv-zip", "text/turtle", "/catalog"),
        ("/id/distribution/sixaika-csv-zip", "text/html", "/catalog#sixaika-csv-zip"),
        ("/data/distribution/sixaika-csv-zip", "*/*", "/catalog"),
        ("/id/distribution/sixaika-csv-zip.ttl", "text/html", "/catalog.ttl"),
        ("/page/distribution/sixaika-csv-zip", "*/*", "/catalog.html#sixaika-csv-zip"),
    ],
)
def test_a_distribution_leads_to_where_the_catalogue_describes_it(
    client: FlaskClient, address: str, accept: str, target: str
) -> None:
    reply = client.get(address, headers={"Accept": accept})
    assert (reply.status_code, reply.location) == (303, target)

    found = client.get(reply.location.partition("#")[0], headers={"Accept": accept})
    assert found.status_code == 200
    mark = f'id="{target.partition("#")[2]}"' if "#" in target else "sixaika-csv-zip"
    assert mark in found.text


def test_every_distribution_has_its_place_on_the_page_of_the_catalogue(
    client: FlaskClient,
) -> None:
    graph = Graph().parse(data=client.get("/catalog.nt").text, format="nt")
    page = client.get("/catalog.html").text
    files = set(graph.objects(None, DCAT.distribution))

    assert len(files) > 20
    for file in files:
        assert f'id="{str(file).rpartition("/")[2]}"' in page, file
    assert client.get("/id/distribution/sixaika-docx").status_code == 404


def test_every_part_of_a_dataset_has_its_place_and_its_words_on_the_page(
    client: FlaskClient,
) -> None:
    """`…/dataset/sixaika#rights` is one of the IRIs that the catalogue gives."""
    graph = Graph().parse(data=client.get("/catalog.nt").text, format="nt")
    wholes = (ID["dataset/"], ID["catalogue/"])
    parts = {node for node in graph.subjects() if "#" in str(node) and str(node).startswith(wholes)}

    assert {str(part).partition("#")[2] for part in parts} == {
        "contact", "period", "provenance", "rights",
    }  # fmt: skip
    for part in parts:
        whole, _, anchor = str(part).partition("#")
        page = client.get(whole.replace(ID, "/page/"), headers={"Accept": "text/html"}).text
        _, found, after = page.partition(f'<div id="{anchor}">')
        assert found, part
        said = after.partition("</div>")[0]
        for text in (*graph.objects(part, RDFS.label), *graph.objects(part, VCARD.fn)):
            assert (str(escape(str(text))) in said) == (getattr(text, "language", "") == "en")
    assert "2022" in client.get("/page/dataset/sixaika?lang=fi").text.partition('id="period"')[2]


# A catalogue that is cut short: a portal deletes what it does not find


@pytest.mark.parametrize("lost", ["catalogue/sixaika", *(f"dataset/{slug}" for slug in SLUGS)])
def test_a_dataset_that_no_file_describes_is_noticed(prepared: Prepared, lost: str) -> None:
    less = Graph()
    for triple in prepared.preferred:
        if triple[0] != ID[lost]:
            less.add(triple)

    assert undescribed(prepared.preferred, SLUGS) == []
    assert undescribed(less, SLUGS) == [ID[lost]]


def test_nothing_is_served_when_the_catalogue_would_be_cut_short(
    settings: Settings, tmp_path: Path
) -> None:
    for folder in ("data", "ontology", "queries", "shapes"):
        shutil.copytree(settings.root / folder, tmp_path / folder)
    (tmp_path / "data" / "turtle" / "dataset.ttl").unlink()
    started = serving(settings, free_port(), tmp_path)
    _, told = started.communicate(timeout=START_LIMIT)

    assert started.returncode == 1
    assert told.startswith("Error: The catalogue would be cut short")
    assert f"<{ID['dataset/ontology']}>" in told
    assert "Traceback" not in told


def test_the_first_answer_of_a_new_server_is_whole(settings: Settings, server: str) -> None:
    """Until it can answer it gives no answer; what it then says is what it always says."""
    port = free_port()
    with serving(settings, port, settings.root) as started:
        try:
            status, body = first_answer(f"http://127.0.0.1:{port}/catalog.nt")
        finally:
            started.terminate()

    assert (status, body) == (
        200,
        send(server, "/catalog.nt").body.replace(
            server.encode(), f"http://127.0.0.1:{port}/".encode()
        ),
    )


def first_answer(url: str) -> tuple[int, bytes]:
    """Ask again and again until there is an answer, whatever it is."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=30) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except OSError:  # refused, or no answer yet
            time.sleep(0.01)
    pytest.fail("The server did not come up")


# The same bytes


def test_the_same_data_gives_the_same_release(edition: Edition, tmp_path: Path) -> None:
    """Another folder, another process or another day changes nothing."""
    releases = [
        release(replace(edition.settings, cache=tmp_path / name), edition.nquads, edition.public)
        for name in ("one", "two")
    ]

    assert releases[0].catalogue == releases[1].catalogue
    assert releases[0].nquads == releases[1].nquads
    checksums = [{one.file_name: one.sha256 for one in r.dumps.files.values()} for r in releases]
    assert checksums[0] == checksums[1]


def test_a_new_version_keeps_the_names_of_its_files(edition: Edition, tmp_path: Path) -> None:
    """A portal knows a file by its IRI and address; what is new of it are checksum and version."""
    old, new = (
        release(replace(edition.settings, cache=tmp_path), nquads, nquads)
        for nquads in (edition.public, edition.public.replace(b'"0.1.0"', b'"0.2.0"'))
    )
    names = (DCAT.distribution, DCAT.downloadURL, DCAT.accessURL)
    same = [
        {*graph.triples((None, path, None))}
        for graph in (old.graph(), new.graph())
        for path in names
    ]
    files = old.dumps.files.keys() & new.dumps.files.keys()

    assert same[:3] == same[3:]
    assert len(files) == len(old.dumps.files) == len(new.dumps.files)
    assert all(old.dumps.files[one].sha256 != new.dumps.files[one].sha256 for one in files)
    versions = {str(one) for one in new.graph().objects(None, DCAT.version)}
    assert versions == {"0.2.0"}


def test_another_program_does_not_look_like_other_data(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/catalog.ttl", headers={"Range": "bytes=0-"}).headers["ETag"]
    monkeypatch.setattr("sixaika_graph.web.responses._VERSION", "99.0.0")

    assert client.get("/catalog.ttl", headers={"Range": "bytes=0-"}).headers["ETag"] == tag


def test_without_persons_there_is_no_dataset_of_them(edition: Edition, tmp_path: Path) -> None:
    settings = replace(edition.settings, cache=tmp_path, people=False)
    alone = release(settings, edition.public, edition.public)

    assert {dump.dataset for dump in alone.dumps.files.values()} == {"sixaika", "ontology"}
    assert b"dataset/people" not in alone.catalogue["ttl"]


# Dumps


def test_every_dump_is_what_the_catalogue_says(client: FlaskClient, released: Release) -> None:
    for name, dump in released.dumps.files.items():
        with client.get(f"/dumps/{name}") as reply:
            assert reply.status_code == 200, name
            assert hashlib.sha256(reply.data).hexdigest() == dump.sha256, name
            assert len(reply.data) == dump.size, name
            assert reply.mimetype == dump.format.served_as, name
            assert "Content-Encoding" not in reply.headers, name


def test_a_dump_is_served_in_part_and_by_head(server: str, released: Release) -> None:
    whole = send(server, "/dumps/sixaika.nt.gz")
    head = send(server, "/dumps/sixaika.nt.gz", "HEAD")
    part = send(server, "/dumps/sixaika.nt.gz", headers={"Range": "bytes=10-19"})
    late = send(server, "/dumps/sixaika.nt.gz", headers={"Range": "bytes=999999999-"})
    same = send(server, "/dumps/sixaika.nt.gz", headers={"If-None-Match": whole.headers["etag"]})

    assert (whole.status, head.status, part.status, late.status) == (200, 200, 206, 416)
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))
    assert head.headers["content-length"] == str(released.dumps.files["sixaika.nt.gz"].size)
    assert part.body == whole.body[10:20]
    assert same.status == 304


@pytest.mark.parametrize("asked", ["bytes=0-9,20-29", "lines=1-2", "bytes", "bytes=a-b"])
def test_a_range_that_is_no_single_one_of_bytes_is_passed_over(server: str, asked: str) -> None:
    """RFC 9110, 14.2: a unit that is not understood is ignored, and so may any range be."""
    whole = send(server, "/dumps/sixaika.nt.gz", headers={"Range": asked})

    assert whole.status == 200
    assert whole.headers["content-length"] == str(len(whole.body))


@pytest.mark.parametrize("name", ["nothing.ttl", "manifest.json", "lock", "..%2Fmanifest.json"])
def test_nothing_but_dumps_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/dumps/{name}").status_code == 404


# Graphs of their own


def test_descriptions_can_be_queried_and_are_in_no_count(publication: Publication) -> None:
    from sixaika_graph.engine import QueryRequest

    def ask(text: str) -> bool:
        request = QueryRequest(text=text)
        return bool(json.loads(publication.engine.query(request).read())["boolean"])

    for name in ("catalogue", "mqa", "service", "void"):
        assert ask(f"ASK {{ GRAPH <{GRAPH['derived/' + name]}> {{ ?s ?p ?o }} }}"), name
    assert not ask(f"ASK {{ ?file a <{DCAT.Distribution}> }}")
    score = f"<{ID['dataset/sixaika']}#mqa-score> <http://www.w3.org/ns/dqv#value> 405.0"
    assert ask(f"ASK {{ GRAPH <{GRAPH['derived/mqa']}> {{ {score} }} }}")


def test_void_is_found_and_counts_the_default_graph(
    client: FlaskClient, publication: Publication
) -> None:
    from sixaika_graph.engine import QueryRequest

    lead = client.get("/.well-known/void")
    graph = Graph().parse(data=client.get("/void.ttl").data, format="turtle")
    answer = publication.engine.query(QueryRequest(text="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    count = json.loads(answer.read())["results"]["bindings"][0]["n"]["value"]

    assert (lead.status_code, lead.location) == (303, "/void")
    default = URIRef(f"{publication.settings.public_url}sparql#default-graph")
    assert str(graph.value(default, VOID.triples)) == count
    assert client.get("/void", headers=BROWSER).location == "/graph/derived/void.html"


# Robots


def test_the_sitemap_lists_pages_that_exist_and_no_person(client: FlaskClient) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").data)
    addresses = [one.text or "" for one in tree.iter(f"{SITEMAP}loc")]
    paths = [re.sub(r"^https?://[^/]+", "", one) for one in addresses]

    assert len(paths) == len(set(paths)) > 100
    assert not [one for one in paths if "/person/" in one or "/assignment/" in one]
    assert {one.text for one in tree.iter(f"{SITEMAP}lastmod")} == {"2026-11-24"}
    for path in [*paths[:5], *paths[::60]]:
        with client.get(path, headers=BROWSER) as reply:
            assert reply.status_code == 200, path


def test_a_large_site_has_an_index_of_sitemaps(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "LARGEST", 100)
    fresh = {"Range": "bytes=0-"}  # what asks for a part is not taken from the cache
    index = ElementTree.fromstring(client.get("/sitemap.xml", headers=fresh).data)
    parts = [one.text or "" for one in index.iter(f"{SITEMAP}loc")]

    assert index.tag == f"{SITEMAP}sitemapindex"
    found = 0
    for number in range(1, len(parts) + 1):
        body = client.get(f"/sitemap-{number}.xml", headers=fresh).data
        found += len(list(ElementTree.fromstring(body).iter(f"{SITEMAP}loc")))
    assert 100 * (len(parts) - 1) < found <= 100 * len(parts)
    assert client.get("/sitemap-99999.xml", headers=fresh).status_code == 404
    assert client.get("/sitemap-0.xml", headers=fresh).status_code in (200, 404)


def test_robots_may_read_pages_and_ask_no_queries(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text

    assert "Disallow: /sparql?" in text
    assert re.search(r"^Sitemap: http.*/sitemap\.xml$", text, re.MULTILINE)


def test_a_staging_server_keeps_robots_away(staged: FlaskClient) -> None:
    assert staged.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert staged.get("/sitemap.xml").status_code == 404
    assert staged.get("/", headers=BROWSER).headers["X-Robots-Tag"] == "none"


def test_a_weakness_can_be_reported(client: FlaskClient) -> None:
    text = client.get("/.well-known/security.txt").text

    assert re.search(r"^Contact: \S+$", text, re.MULTILINE)
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT00:00:00Z$", text, re.MULTILINE)


# Markup


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_the_home_page_describes_the_dataset_to_search_engines(
    client: FlaskClient, language: str
) -> None:
    page = client.get(f"/?lang={language}", headers=BROWSER).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    markup = json.loads(found[1])

    assert markup["@type"] == "Dataset"
    assert 50 <= len(markup["description"]) <= 5000
    for name in ("name", "license", "creator", "version", "identifier", "temporalCoverage"):
        assert markup[name], name
    assert markup["isAccessibleForFree"] is True
    assert markup["spatialCoverage"]["name"] == "Finland"
    assert all(one["contentUrl"] and one["encodingFormat"] for one in markup["distribution"])
    assert len(markup["distribution"]) == 8
