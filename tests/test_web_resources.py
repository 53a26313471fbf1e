"""Dereferencing: things lead to documents, documents say what they are about."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, FOAF, OWL, RDF, RDFS, VOID, XSD
from rdflib.term import Node
from wire import send

from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import BASE, GRAPH, ID, PREFIXES, S6
from sixaika_graph.publication import Prepared, Publication
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app

HYDRA = Namespace(PREFIXES["hydra"])
SOURCE = GRAPH["ouka-6aika"]

OULU = ID["place/oulu"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
RDFLIB_NAMES = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}
SUFFIXES = sorted(RDFLIB_NAMES)
MEDIA_TYPES = {row.suffix: row.media_type for row in of_kind("graph")}


def read(client: FlaskClient, path: str, suffix: str = "nt") -> Graph:
    reply = client.get(f"{path}.{suffix}")
    assert reply.status_code == 200, reply.text
    return Graph().parse(data=reply.data, format=RDFLIB_NAMES[suffix])


@pytest.mark.parametrize(
    ("path", "accept", "target"),
    [
        ("/id/place/oulu", "text/turtle", "/data/place/oulu"),
        ("/id/place/oulu", "*/*", "/data/place/oulu"),
        ("/id/place/oulu", BROWSER["Accept"], "/page/place/oulu"),
        ("/id/place/oulu", "text/html, text/turtle", "/page/place/oulu"),
        ("/id/place/oulu", "text/html;q=0.5, text/turtle", "/data/place/oulu"),
        ("/id/place/oulu?lang=sv&x=%C3%A4", "text/html", "/page/place/oulu?lang=sv&x=%C3%A4"),
        ("/id/place/oulu?format=ttl", "text/html", "/data/place/oulu?format=ttl"),
        ("/id/place/oulu.ttl", "text/html", "/data/place/oulu.ttl"),
        ("/id/place/oulu.html", "text/turtle", "/page/place/oulu"),
        ("/def/role/lead", "text/turtle", "/data/def/role/lead"),
        ("/def/role", "text/html", "/page/def/role"),
        ("/data/place/oulu", BROWSER["Accept"], "/page/place/oulu"),
    ],
)
def test_a_thing_leads_to_the_document_that_is_liked_best(
    client: FlaskClient, path: str, accept: str, target: str
) -> None:
    reply = client.get(path, headers={"Accept": accept})

    assert (303, target) == (reply.status_code, reply.headers["Location"])
    assert reply.headers["Cache-Control"] == "public, max-age=3600"
    assert f'href="{target.replace("&", "&amp;")}"' in reply.text
    assert ("Accept" in reply.vary) == ("." not in path and "format=" not in path)
    for suffix in SUFFIXES:
        assert f'.{suffix}>; rel="alternate"; type="{MEDIA_TYPES[suffix]}"' in reply.headers["Link"]


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("/id/place/564", "/id/place/oulu"),
        ("/id/place/564?lang=sv", "/id/place/oulu?lang=sv"),
        ("/id/place/564.ttl", "/id/place/oulu.ttl"),
        ("/id/organisation/0187690-1", "/id/organisation/oulun-kaupunki"),
        ("/data/place/564", "/data/place/oulu"),
        ("/data/place/564.nt", "/data/place/oulu.nt"),
    ],
)
def test_a_code_leads_to_the_identifier(client: FlaskClient, alias: str, path: str) -> None:
    reply = client.get(alias)

    assert (301, path) == (reply.status_code, reply.headers["Location"])


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/id/place/oulu/", "/id/place/oulu"),
        ("/def/role/lead/?x=1", "/def/role/lead?x=1"),
        ("/data/place/oulu/", "/data/place/oulu"),
        ("/id/place/564/", "/id/place/564"),
        ("/graph/ouka-6aika/", "/graph/ouka-6aika"),
        ("/ont/", "/ont"),
    ],
)
def test_a_trailing_slash_is_left_where_the_rest_exists(
    client: FlaskClient, path: str, target: str
) -> None:
    reply = client.get(path)

    assert (308, target) == (reply.status_code, reply.headers["Location"])


@pytest.mark.parametrize(
    "path",
    [
        "/id/place/atlantis",
        "/id/place/atlantis/",
        "/id/place/Oulu",
        "/id/place/",
        "/id/place",
        "/id/place//oulu",
        "/id//place/oulu",
        "/id/place/oulu.exe",
        "/id/place/oulu%00",
        "/id/place/oulu%23geometry",
        "/id/place/%FF",
        "/id/place/o%CC%88",
        "/id/../ont",
        "/def/nothing",
        "/data/",
        "/data/def",
        "/data/id/place/oulu",
        "/data/place/oulu.xml",
        "/graph/nothing",
        "/graph/",
        "/ont.exe",
        "/nothing",
    ],
)
def test_what_never_existed_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_is_not_found_names_what_comes_near(client: FlaskClient) -> None:
    slug = client.get("/id/place/ouluu").json
    label = client.get("/id/place/uleaborg").json

    assert slug is not None
    assert label is not None
    assert str(OULU) == slug["similar"][0]
    assert str(OULU) in label["similar"]
    assert f"<{ID['place/ouluu']}>" in slug["detail"]


def test_all_formats_of_a_document_hold_the_same_graph(client: FlaskClient) -> None:
    graphs = [read(client, "/data/place/oulu", suffix) for suffix in SUFFIXES]

    assert len(graphs[0]) > 20
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


@pytest.mark.parametrize("path", ["/data/place/oulu", "/data/def/role/lead", "/ont", "/shapes"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_suffix_fixes_the_format(client: FlaskClient, path: str, suffix: str) -> None:
    reply = client.get(f"{path}.{suffix}", headers={"Accept": "text/html"})

    assert (200, MEDIA_TYPES[suffix]) == (reply.status_code, reply.mimetype)
    assert "Accept" not in reply.vary
    assert f'<{path}>; rel="canonical"' in reply.headers["Link"]
    assert reply.headers["Content-Disposition"].startswith("inline; filename=")


def test_a_document_is_negotiated_and_the_same_as_with_its_suffix(client: FlaskClient) -> None:
    for suffix, media_type in MEDIA_TYPES.items():
        negotiated = client.get("/data/place/oulu", headers={"Accept": media_type})
        by_format = client.get(f"/data/place/oulu?format={suffix}", headers={"Accept": "image/png"})

        assert media_type == negotiated.mimetype == by_format.mimetype
        assert "Accept" in negotiated.vary
        assert "Accept" not in by_format.vary
        assert negotiated.data == by_format.data == client.get(f"/data/place/oulu.{suffix}").data


def test_html_and_turtle_alike_stay_data_at_a_data_address(client: FlaskClient) -> None:
    reply = client.get("/data/place/oulu", headers={"Accept": "text/html, text/turtle"})

    assert (reply.status_code, reply.mimetype) == (200, "text/turtle")


@pytest.mark.parametrize(
    "path", ["/data/place/oulu", "/id/place/oulu", "/ont", "/graph/ouka-6aika"]
)
def test_no_format_that_fits_is_not_acceptable(client: FlaskClient, path: str) -> None:
    reply = client.get(path, headers={"Accept": "image/png"})

    assert reply.status_code == 406
    assert reply.json is not None
    assert "text/turtle" in reply.json["available"]
    assert 'rel="alternate"; type="text/turtle"' in reply.headers["Link"]
    assert "Accept" in reply.vary


@pytest.mark.parametrize("path", ["/data/place/oulu?format=csv", "/data/place/oulu?format=exe"])
def test_a_format_of_results_is_no_format_of_a_document(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == (406 if path.endswith("csv") else 400)


def test_a_document_says_what_it_is_about(client: FlaskClient, publication: Publication) -> None:
    graph = read(client, "/data/place/oulu")
    document = URIRef(f"{publication.settings.public_url}data/place/oulu")

    assert graph.value(document, FOAF.primaryTopic) == OULU
    assert URIRef(f"{ID}dataset/sixaika") == graph.value(document, VOID.inDataset)
    assert graph.value(document, DCTERMS.license)
    assert graph.value(document, DCTERMS.modified)
    assert FOAF.Document == graph.value(document, RDF.type)


@pytest.mark.parametrize("path", ["place/oulu", "project/cohewe", "person/jari-jokisalo"])
def test_a_document_names_the_graphs_of_its_sources(
    client: FlaskClient, publication: Publication, prepared: Prepared, path: str
) -> None:
    """One document and a batch alike; what each of them says is in the TriG."""
    document = URIRef(f"{publication.settings.public_url}data/{path}")
    batch = client.post("/data", json=[ID[path]], headers={"Accept": "text/turtle"})
    named = {name for *_, name in prepared.dataset.quads((ID[path], None, None, None))}

    assert len(named) > 1
    for graph in (read(client, f"/data/{path}"), Graph().parse(data=batch.data)):
        assert set(graph.objects(document, DCTERMS.source)) == named


def test_a_document_holds_the_statements_both_ways_with_labels(client: FlaskClient) -> None:
    graph = read(client, "/data/project/cohewe")
    participation = ID["participation/cohewe--oulun-kaupunki"]
    role = graph.value(participation, URIRef("http://www.w3.org/ns/org#role"))

    assert Literal("CoHeWe - Co-Created Health and Wellbeing", lang="en") in set(
        graph.objects(ID["project/cohewe"], RDFS.label)
    )
    assert S6.Participation in set(graph.objects(participation, RDF.type))
    assert role is not None
    assert list(graph.objects(role, RDFS.label))
    assert list(graph.objects(ID["organisation/oulun-kaupunki"], RDFS.label))


def test_a_part_with_a_fragment_is_in_the_document_of_its_thing(client: FlaskClient) -> None:
    graph = read(client, "/data/place/oulu")

    assert list(graph.predicate_objects(URIRef(f"{OULU}#geometry")))


@pytest.fixture
def crowded(publication: Publication) -> Iterator[FlaskClient]:
    """Publish a place to which 703 things link, as a source states."""
    label = f'<{OULU}> <{RDFS.label}> "Oulu"@fi .'
    links = [f"<{ID}project/p{number:03}> <{DCTERMS.spatial}> <{OULU}> ." for number in range(703)]
    stated = [f"{link.removesuffix(' .')} <{SOURCE}> ." for link in links]
    engine = LocalEngine(
        "\n".join([label, *links, *stated, ""]).encode(),
        prefixes=PREFIXES,
        limits=Limits.of(publication.settings),
    )
    yield create_app(replace(publication, engine=engine)).test_client()
    engine.close()


def test_links_beyond_the_bound_are_counted_and_one_link_away(crowded: FlaskClient) -> None:
    """Nothing is cut silently (http.md 36)."""
    document = read(crowded, "/data/place/oulu")
    shown = set(document.subjects(DCTERMS.spatial, OULU))
    (total,) = document.objects(None, HYDRA.totalItems)
    (address,) = document.objects(None, HYDRA.next)

    rest = Graph().parse(data=crowded.get(str(address)).data, format="turtle")
    others = set(rest.subjects(DCTERMS.spatial, OULU))

    assert (str(total), len(shown), len(others)) == ("703", 500, 203)
    assert not shown & others


def test_links_beyond_the_bound_are_one_link_away_with_their_sources_too(
    crowded: FlaskClient,
) -> None:
    document = Dataset()
    document.parse(data=crowded.get("/data/place/oulu.trig").data, format="trig")
    shown = {str(link[0]) for link in document.graph(SOURCE).triples((None, None, OULU))}
    ((_, _, total, _),) = document.quads((None, HYDRA.totalItems, None, None))
    ((_, _, address, _),) = document.quads((None, HYDRA.next, None, None))

    rest = crowded.get(str(address), headers={"Accept": "text/csv"}).text.split()[1:]
    others = {tuple(row.split(",")[:2]) for row in rest}

    assert (str(total), len(shown), len(rest), len(others)) == ("703", 500, 203, 203)
    assert not {(str(SOURCE), subject) for subject in shown} & others


def test_a_document_with_all_links_says_nothing_of_more(client: FlaskClient) -> None:
    document = read(client, "/data/place/oulu")

    assert not list(document.objects(None, HYDRA.next))


def test_no_document_has_blank_nodes(client: FlaskClient) -> None:
    graph = read(client, "/data/programme/6aika")

    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("path", ["/data/place/oulu.ttl", "/ont.ttl", "/graph/ouka-6aika.jsonld"])
def test_the_same_data_gives_the_same_bytes_and_a_304(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    unchanged = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    changed = client.get(path, headers={"If-None-Match": '"another"'})
    refused = client.get(path, headers={"If-Match": '"another"'})

    assert first.data == second.data
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Access-Control-Allow-Origin"):
        assert first.headers[name] == unchanged.headers[name]
    assert changed.status_code == 200
    assert refused.status_code == 412


@pytest.fixture(scope="module")
def direct(publication: Publication) -> FlaskClient:
    settings = replace(publication.settings, deref="direct")
    return create_app(replace(publication, settings=settings)).test_client()


@pytest.mark.parametrize(
    ("accept", "suffix", "location"),
    [
        ("text/turtle", "", "/data/place/oulu"),
        ("application/ld+json", "", "/data/place/oulu"),
        ("*/*", ".nt", "/data/place/oulu.nt"),
        ("text/html", "", "/page/place/oulu"),
    ],
)
def test_a_thing_gives_its_document_itself_where_that_is_set(
    client: FlaskClient, direct: FlaskClient, accept: str, suffix: str, location: str
) -> None:
    headers = {"Accept": accept}

    given = direct.get(f"/id/place/oulu{suffix}", headers=headers)
    led_to = client.get(location, headers=headers)

    assert (given.status_code, given.headers["Content-Location"]) == (200, location)
    assert given.content_type == led_to.content_type
    assert ("Accept" in given.vary) == (not suffix)
    if accept != "text/html":
        assert given.data == led_to.data
    assert direct.get("/id/place/nowhere").status_code == 404


def test_every_representation_has_an_etag_of_its_own(client: FlaskClient) -> None:
    paths = [f"{path}.{suffix}" for path in ("/data/place/oulu", "/ont") for suffix in SUFFIXES]

    assert len({client.get(path).headers["ETag"] for path in paths}) == len(paths)


def test_a_304_asks_the_engine_nothing(
    client: FlaskClient, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/data/place/oulu").headers["ETag"]

    def refuse(*_: object) -> None:
        raise AssertionError("the engine was asked")

    monkeypatch.setattr(type(publication.engine), "query", refuse)
    assert client.get("/data/place/oulu", headers={"If-None-Match": tag}).status_code == 304


def by_value(graph: Graph) -> set[tuple[object, ...]]:
    """Return the triples with decimals by value: the engine writes 39000000.0 without its zero."""
    return {(*pair, Decimal(str(term)) if is_decimal(term) else term) for *pair, term in graph}


def is_decimal(term: Node) -> bool:
    return isinstance(term, Literal) and term.datatype == XSD.decimal


def test_a_named_graph_is_served_whole(client: FlaskClient, publication: Publication) -> None:
    served = read(client, "/graph/ouka-6aika")
    source = Graph().parse(publication.settings.root / "data" / "turtle" / "ouka-6aika.ttl")

    assert by_value(source) == by_value(served)


def test_ontology_and_shapes_are_one_document_each(client: FlaskClient) -> None:
    ontology = read(client, "/ont")
    shapes = read(client, "/shapes")

    assert list(ontology.objects(S6.Project, RDFS.label))
    assert list(shapes.objects(URIRef(f"{BASE}shapes#Project"), RDF.type))


@pytest.mark.parametrize("path", ["/ont", "/shapes", "/graph/ouka-6aika", "/page/place/oulu"])
def test_a_browser_gets_html(client: FlaskClient, path: str) -> None:
    reply = client.get(path, headers=BROWSER)

    assert (reply.status_code, reply.mimetype) == (200, "text/html")
    assert "Accept" in reply.vary


def test_every_thing_dereferences(client: FlaskClient, publication: Publication) -> None:
    """Whatever the dataset describes under its own base has a document that is not empty."""
    reply = client.get("/sparql", query_string={"query": publication.site["resources"].text})
    assert reply.json is not None
    iris = {row["resource"]["value"] for row in reply.json["results"]["bindings"]}
    things = sorted(iri for iri in iris if iri.startswith((ID, f"{BASE}def/")) and "#" not in iri)

    assert len(things) > 100
    for iri in things[::7]:
        path = urlsplit(iri).path.removeprefix("/sixaika")
        target = client.get(path).headers["Location"]
        graph = read(client, target)
        assert (URIRef(iri), None, None) in graph


def test_curl_follows_a_thing_to_its_data(server: str) -> None:
    """The line of the README, over a real socket."""
    command = ["curl", "-sSL", "-H", "Accept: text/turtle", f"{server}id/place/564"]

    turtle = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout

    assert (OULU, RDFS.label, Literal("Oulu", lang="fi")) in Graph().parse(turtle)


def test_rdflib_reads_a_thing_by_its_address(server: str) -> None:
    graph = Graph().parse(f"{server}id/place/oulu")

    assert (OULU, RDFS.label, Literal("Uleåborg", lang="sv")) in graph


def test_the_host_header_changes_nothing(server: str) -> None:
    """Locations are paths, so that nobody can be led to another host."""
    lie = {"Host": "evil.example", "Accept": "text/turtle"}

    thing = send(server, "/id/place/oulu", headers=lie)
    slash = send(server, "/queries", headers=lie)
    data = send(server, "/data/place/oulu", headers=lie)

    assert thing.headers["location"] == "/data/place/oulu"
    assert slash.headers["location"] == "/queries/"
    assert b"evil.example" not in data.body


def test_the_version_of_the_ontology_leads_to_it(client: FlaskClient, settings: Settings) -> None:
    ontology = Graph().parse(settings.root / "ontology" / "sixaika.ttl")
    [release] = ontology.objects(URIRef(BASE + "ont"), OWL.versionIRI)

    response = client.get("/ont/" + str(release).rpartition("/")[2])

    assert (response.status_code, response.headers["Location"]) == (303, "/ont")
    assert client.get("/ont/99.0.0").status_code == 404


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/page/place/oulu.ttl", "/data/place/oulu.ttl"),
        ("/page/place/oulu?format=ttl", "/data/place/oulu.ttl?format=ttl"),
        ("/page/place/oulu?format=json", "/data/place/oulu.json?format=json"),
        ("/page/place/oulu.json?lang=sv", "/data/place/oulu.json?lang=sv"),
        ("/page/def/role/lead.html", "/page/def/role/lead"),
        ("/graph/ouka-6aika.json", "/graph/ouka-6aika.jsonld"),
        ("/ont.json", "/ont.jsonld"),
        ("/shapes.json", "/shapes.jsonld"),
    ],
)
def test_a_suffix_that_people_try_leads_to_the_document_that_has_it(
    client: FlaskClient, address: str, target: str
) -> None:
    reply = client.get(address)

    assert (reply.status_code, reply.location) == (303, target)
    assert client.get(target).status_code == 200
    assert client.get("/page/place/nowhere.ttl").status_code == 404


@pytest.mark.parametrize("suffix", ["", ".ttl", ".html"])
@pytest.mark.parametrize("place", ["/id/", "/data/", "/page/"])
def test_a_code_leads_to_the_form_that_its_address_names(
    client: FlaskClient, place: str, suffix: str
) -> None:
    reply = client.get(f"{place}place/564{suffix}")

    assert (reply.status_code, reply.location) == (301, f"{place}place/oulu{suffix}")


@pytest.mark.parametrize("path", ["/data/place/oulu.ttl", "/ont.nt", "/data/project.ttl"])
def test_a_document_has_the_day_of_the_last_change(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    day = first.headers["Last-Modified"]
    fits = read(client, "/data/place/oulu").objects(None, DCTERMS.modified)

    assert first.last_modified is not None
    assert first.last_modified.date().isoformat() in {str(one) for one in fits}
    assert client.get(path, headers={"If-Modified-Since": day}).status_code == 304
