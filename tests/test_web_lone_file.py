"""A lone file: served by one command, queried, dereferenced, and never taken for the real site."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import await_ready, free_port
from flask.testing import FlaskClient
from lone import served
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import FOAF, RDFS
from wire import send

from sixaika_graph.namespaces import SD
from sixaika_graph.publication import LoneFile, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app

BASE = "http://data.example/"
KNOWS = URIRef(f"{BASE}v/knows")
TRIG = f"""
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <{BASE}>
<a> a <v/Thing> ; rdfs:label "Aino"@fi ; <v/knows> <b/c> , <http://elsewhere.example/x> .
<b/c> a <v/Thing> ; rdfs:label "Cee" ; <v/age> 7 .
<def/d> rdfs:label "Dee"@en .
<graph/one> {{ <a> <v/knows> <only/in/a/graph> }}
"""
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lone") / "people.trig"
    path.write_text(TRIG, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lone(file: Path, settings: Settings) -> Iterator[FlaskClient]:
    published = publish(LoneFile.read(settings, file, BASE))
    app = create_app(published)
    app.testing = True
    yield app.test_client()
    published.engine.close()


def test_a_lone_file_starts_without_what_only_the_dataset_has(file: Path) -> None:
    """To import it would take a good part of the second in which it is to start."""
    text = (
        "import sys; from pathlib import Path; from sixaika_graph.settings import Settings\n"
        "from sixaika_graph.web import create_app, serving\n"
        "from sixaika_graph.publication import LoneFile, publish\n"
        "published = publish(LoneFile.read(Settings(), Path(sys.argv[1])))\n"
        "create_app(published); published.engine.close(); print(*sys.modules)"
    )
    run = [sys.executable, "-c", text, str(file)]
    loaded = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()

    assert "sixaika_graph.web.pages" in loaded
    assert {"pyshacl", "sixaika_graph.web.own", "sixaika_graph.web.reconcile"}.isdisjoint(loaded)


def test_the_default_graph_is_that_of_the_file(lone: FlaskClient) -> None:
    everything = lone.get("/sparql?query=SELECT(COUNT(*)AS+?n){?s+?p+?o}").json
    named = lone.get("/sparql?query=ASK{GRAPH<graph/one>{<a>?p<only/in/a/graph>}}").json

    assert everything is not None
    assert everything["results"]["bindings"][0]["n"]["value"] == "8"
    assert named == {"head": {}, "boolean": True}


@pytest.mark.parametrize("path", ["a", "b/c", "def/d"])
def test_every_thing_below_the_base_is_dereferenced(lone: FlaskClient, path: str) -> None:
    thing = lone.get(f"/id/{path}", headers={"Accept": "text/turtle"})
    data = lone.get(thing.location or "")
    page = lone.get(f"/page/{path}", headers=BROWSER)

    assert (thing.status_code, thing.location) == (303, f"/data/{path}")
    graph = Graph().parse(data=data.data, format="turtle")
    assert (URIRef(BASE + path), RDFS.label, None) in graph
    assert (None, FOAF.primaryTopic, URIRef(BASE + path)) in graph
    assert "w3id.org" not in data.text
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert BASE + path in page.text


def test_a_document_has_what_links_to_the_thing(lone: FlaskClient) -> None:
    graph = Graph().parse(data=lone.get("/data/b/c.nt").data, format="nt")

    assert (URIRef(f"{BASE}a"), KNOWS, URIRef(f"{BASE}b/c")) in graph
    assert (URIRef(f"{BASE}a"), RDFS.label, Literal("Aino", lang="fi")) in graph


def test_pages_link_to_each_other(lone: FlaskClient) -> None:
    page = lone.get("/page/a", headers=BROWSER).text

    assert 'href="/page/b/c"' in page
    assert 'href="http://elsewhere.example/x"' in page
    assert "Cee" in page
    assert 'href="/page/a"' in lone.get("/page/b/c", headers=BROWSER).text


def test_the_home_page_tells_what_is_in_the_file(lone: FlaskClient) -> None:
    page = lone.get("/", headers=BROWSER)

    assert page.status_code == 200
    for told in ("people.trig", "Aino", "v/Thing", "v/knows", "graph/one"):
        assert told in page.text


@pytest.mark.parametrize(
    "address", ["/", "/page/a", "/sparql", "/problems/not-found", "/page/nowhere"]
)
def test_no_page_claims_to_be_of_the_real_site(lone: FlaskClient, address: str) -> None:
    page = lone.get(address, headers=BROWSER).text

    for claim in (
        "6Aika",
        "six cities",
        "CC BY",
        '="/queries/',
        '="/ont',
        '="/shapes',
        '="/search',
    ):
        assert claim not in page


@pytest.mark.parametrize(
    "path", ["/queries/", "/ont", "/shapes", "/id/zzz", "/page/zz%3Ez", "/def/z"]
)
def test_what_the_file_has_not_is_not_there(lone: FlaskClient, path: str) -> None:
    assert lone.get(path).status_code == 404


def test_graphs_are_given_by_name(lone: FlaskClient) -> None:
    named = lone.get(f"/graphs?graph={BASE}graph/one&format=nt")

    assert named.text.strip() == f"<{BASE}a> <{KNOWS}> <{BASE}only/in/a/graph> ."
    assert lone.get("/graph/one.nt").data == named.data
    assert lone.get("/graphs?default").status_code == 200


def test_the_service_description_is_that_of_the_file(lone: FlaskClient) -> None:
    graph = Graph().parse(data=lone.get("/sparql?format=ttl").data, format="turtle")

    assert len(list(graph.subjects(RDF.type, SD.NamedGraph))) == 1
    assert (None, SD.name, URIRef(f"{BASE}graph/one")) in graph
    assert "people.trig" in lone.get("/sparql?format=ttl").text


def test_an_empty_answer_is_not_judged_by_our_vocabulary(lone: FlaskClient) -> None:
    reply = lone.get("/sparql?query=SELECT*{?s+a<http://schema.org/Thing>}")

    assert "X-Query-Hint" not in reply.headers


def test_a_version_is_that_of_file_and_base(file: Path, settings: Settings) -> None:
    versions = set()
    for base in (BASE, "http://other.example/", None):
        published = publish(LoneFile.read(settings, file, base))
        versions.add(published.version)
        published.engine.close()

    assert len(versions) == 3


def serve(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SIXAIKA_")}
    return subprocess.Popen(
        [sys.executable, "-m", "sixaika_graph.cli", "serve", *arguments],
        env={**clean, "SIXAIKA_WORKERS": "2", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_one_command_serves_a_file(file: Path, tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"
    process = serve("--data", str(file), "--base", BASE, "--port", str(port))
    try:
        await_ready(f"http://127.0.0.1:{port}/", process, log)
        reply = send(f"http://127.0.0.1:{port}", "/sparql?query=ASK%7B%3Ca%3E?p?o%7D")
    finally:
        process.terminate()
        _, said = process.communicate(timeout=10)

    assert (reply.status, reply.json()["boolean"]) == (200, True)
    assert said == f"Serving at http://127.0.0.1:{port}/ (Ctrl-C ends it)\n"
    assert process.returncode == 0


def test_it_starts_in_a_second(file: Path) -> None:
    """Of processor time, or on a slow machine in that of four starts of Python with its libraries.

    How long it takes by the clock depends on what else the machine does.
    """
    bare = [sys.executable, "-c", "import flask, rdflib"]
    alone = min(seconds(lambda: subprocess.run(bare, check=True)) for _ in range(3))
    started = min(seconds(lambda: start(file)) for _ in range(3))

    assert started < max(1.0, 4 * alone)


def seconds(action: Callable[[], object]) -> float:
    """Return the processor time of the processes that an action starts and ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def start(file: Path) -> None:
    with served(file):
        pass


def test_neither_data_nor_shapes_nor_questions_of_the_site_are_read(
    file: Path, settings: Settings, tmp_path: Path
) -> None:
    """Only the queries of the pages are: no start is longer for what the site holds."""
    for name in ("data/turtle", "ontology", "shapes", "queries"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "queries" / "site").symlink_to(settings.root / "queries" / "site")
    for name in ("data/turtle/a.ttl", "ontology/sixaika.ttl", "shapes/a.ttl", "queries/a.rq"):
        (tmp_path / name).write_text("broken")

    with served(file, "--base", BASE, SIXAIKA_ROOT=str(tmp_path)) as (url, _):
        page = send(url, "/page/a", headers=BROWSER)
        answer = send(url, "/sparql?query=ASK%7B%3Ca%3E?p?o%7D")

    assert (page.status, answer.json()["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("broken.ttl", "<http://a/> <http://b/> 1 .\n<http://a/> ] .", ":2:13: "),
        ("broken.csv", "a,b", ": expected a name that ends in .nq"),
    ],
)
def test_a_broken_file_ends_the_start_with_its_place(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    process = serve("--data", str(path), "--port", str(free_port()))
    _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.startswith(f"Error: {path}{reason}")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--data", "/nowhere.nq"),
        ("--base", "http://a/"),
        ("--data", __file__, "--base", "relative"),
        ("--data", __file__, "--base", "http://a/ b"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    process = serve(*arguments)
    process.communicate(timeout=30)

    assert process.returncode == 2


def test_a_thing_whose_name_ends_like_a_form_is_told_from_the_form(
    tmp_path: Path, settings: Settings
) -> None:
    """Both are asked for at once, and each is remembered for what it is."""
    path = tmp_path / "forms.ttl"
    path.write_text(
        f"BASE <{BASE}> <n> <v/is> 1 . <n.ttl> <v/is> 2 . <m> <v/is> 3 . <o.v1.ttl> <v/is> 4 .",
        encoding="utf-8",
    )
    published = publish(LoneFile.read(settings, path, BASE))
    client = create_app(published).test_client()

    def topic(address: str) -> str:
        graph = Graph().parse(data=client.get(address).data, format="turtle")
        (thing,) = graph.objects(None, FOAF.primaryTopic)
        return str(thing).removeprefix(BASE)

    for _ in range(2):
        assert topic("/data/m.ttl") == topic("/data/m") == "m"
        assert topic("/data/n.ttl") == topic("/data/n.ttl.ttl") == "n.ttl"
        assert topic("/data/n") == "n"
        assert topic("/data/o.v1.ttl") == "o.v1.ttl"
        missing = ("/data/o.v1", "/data/o", "/data/m.ttl.ttl", "/data/m%3E.ttl")
        assert {client.get(address).status_code for address in missing} == {404}
    published.engine.close()
