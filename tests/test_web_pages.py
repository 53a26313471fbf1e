"""The pages: every thing has one in every language, and all of them keep the same laws."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markup import Page

from sixaika_graph import web
from sixaika_graph.engine import Answer, QueryRequest
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.namespaces import BASE, PREFIXES
from sixaika_graph.publication import Publication
from sixaika_graph.queries import NamedQuery
from sixaika_graph.web import create_app
from sixaika_graph.web.addresses import thing_of
from sixaika_graph.web.directory import Directory, read_directory
from sixaika_graph.web.language import LANGUAGES
from sixaika_graph.web.nodes import COLUMNS
from sixaika_graph.web.preview import ROWS

BROWSER: Final = {"Accept": "text/html"}
DATA: Final = (".ttl", ".nt", ".jsonld", ".rdf", ".json", ".xml", ".csv", ".tsv", ".rq")
STYLE: Final = Path(web.__file__).parent / "static" / "site.css"
LINKING: Final = 230
CROWD: Final = 50_000
THING: Final = f"{BASE}id/place/busy"


@pytest.fixture(scope="module")
def directory(publication: Publication) -> Directory:
    return read_directory(publication)


def path_of(iri: str) -> str:
    rest = iri.removeprefix(BASE)
    return "/page/" + (rest.removeprefix("id/"))


def look(client: FlaskClient, address: str, status: int = 200) -> Page:
    """Fetch a page and hold it to what every page must be."""
    response = client.get(address, headers=BROWSER)
    assert response.status_code == status, address
    assert response.content_type == "text/html; charset=utf-8", address
    page = Page(response.text)
    assert page.faults == [], address
    assert len(page.ids) == len(set(page.ids)), f"{address}: an id stands twice"
    assert [one["src"] for one in page.all("script") if "src" in one] == ["/static/search.js"], (
        address
    )
    for name, attributes in page.elements:
        assert "style" not in attributes, f"{address}: <{name}> has a style"
        assert not [one for one in attributes if one.startswith("on")], address
    fetched = [one.get("src", "") for one in page.all("img")]
    fetched += [one["href"] for one in page.all("link") if one["rel"] in ("stylesheet", "icon")]
    assert all(one.startswith("/static/") for one in fetched), address
    assert len(page.all("h1")) == 1, address
    assert page.all("main")
    assert page.all("nav")
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_thing_has_a_page_with_its_name(
    client: FlaskClient, directory: Directory, language: str
) -> None:
    things = list(directory.labels.items())
    assert things
    # A page takes a while: all of them in one language, and a fixed part in the others.
    for iri, labels in things if language == "en" else things[::7]:
        page = look(client, f"{path_of(iri)}?lang={language}")
        heading = page.headings[-1]
        named = [label for label in labels if heading.startswith(" ".join(label.split()))]

        assert named or not labels, f"{iri}: {heading}"
        for href, link, text in page.links:
            shown = urlsplit(href).path
            # The address that is there to be shared is written out.
            is_named = shown.startswith("/page/") and urlsplit(text).path != shown
            if is_named and "iri" in link.get("class", ""):
                with client.application.app_context():
                    target = thing_of(unquote(shown.removeprefix("/page/")))
                assert not directory.labels.get(target), f"{iri}: {text} has a label"


def test_every_statement_of_a_page_names_its_sources(
    client: FlaskClient, directory: Directory
) -> None:
    for iri in directory.labels:
        page = look(client, path_of(iri))
        marks, numbers = page.having("marks"), page.having("mark")
        listed = {f"#{one}" for one in page.ids if one.startswith("source-")}

        assert marks, iri
        assert {one["href"] for one in numbers} == listed, iri
        assert len(numbers) + len(page.having("derived")) >= len(marks), iri


def test_a_source_leads_to_its_document_and_its_graph(client: FlaskClient) -> None:
    page = look(client, "/page/organisation/oulun-kaupunki?lang=fi")
    targets = {href: text for href, _, text in page.links}

    assert "6Aika-strategia" in targets["/page/source/ouka-6aika?lang=fi"]
    assert targets["/graph/ouka-6aika?lang=fi"] == "graph:ouka-6aika"
    assert "https://www.ouka.fi/oulu/kehittamishankkeet/6aika" in targets


def test_no_link_of_the_site_is_dead(client: FlaskClient) -> None:
    """Follow every link from the front page; data is asked for without being written out."""
    pages: dict[str, Page] = {}
    anchors: set[tuple[str, str]] = set()
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        is_data = path.endswith(DATA) or "format=" in urlsplit(address).query
        if is_data or path in ("/sparql", "/robots.txt") or path.startswith("/static/"):
            response = client.get(address, headers={"If-None-Match": "*"})
            assert response.status_code in (200, 304), address
            continue
        if path.startswith("/page/distribution/"):  # the catalogue is what describes it
            assert client.get(address).headers["Location"].startswith("/catalog"), address
            continue
        if path.startswith(
            ("/cite/", "/dumps/", "/api/", "/catalog", "/void", "/sitemap", "/openapi")
        ):
            assert client.head(address).status_code in (200, 302, 303), address
            continue
        if path.startswith("/ont/"):  # a release: it leads to the ontology
            assert client.get(address).status_code == 303, address
            continue
        pages[address] = look(client, address)
        for href, link, _ in pages[address].links:
            target, fragment = urldefrag(href or address)
            target = target or address
            if target.startswith("/"):
                anchors |= {(target, fragment)} if fragment else set()
                if target not in seen and "hreflang" not in link:
                    seen.add(target)
                    waiting.append(target)
            else:
                assert "external" in link["rel"], f"{address}: {href}"
                assert target.startswith(("http://", "https://"))
    assert len(pages) > 100
    # Measurements stand on one of the many pages of their graph.
    passed_over = ("/graph/derived/quality",)
    dead = [
        f"{target}#{fragment}"
        for target, fragment in sorted(anchors)
        if not target.startswith(passed_over) and unquote(fragment) not in pages[target].ids
    ]
    assert dead == []


def test_people_are_kept_out_of_search_engines(client: FlaskClient) -> None:
    response = client.get("/page/person/jari-jokisalo", headers=BROWSER)
    page = Page(response.text)
    other = client.get("/page/place/oulu", headers=BROWSER)

    assert response.headers["X-Robots-Tag"] == "noindex"
    assert {"name": "robots", "content": "noindex"} in page.all("meta")
    assert "X-Robots-Tag" not in other.headers
    assert "noindex" not in other.text


def test_a_page_offers_its_data(client: FlaskClient) -> None:
    response = client.get("/page/place/oulu", headers=BROWSER)
    page = Page(response.text)
    offered = {one["type"]: one["href"] for one in page.all("link") if "type" in one}

    assert offered["text/turtle"] == "/data/place/oulu.ttl"
    assert f'<{BASE}id/place/oulu>; rel="describes"' in response.headers["Link"]
    assert f'<code class="iri">{BASE}id/place/oulu</code>' in response.text


def test_aliases_lead_to_the_page(client: FlaskClient) -> None:
    assert client.get("/page/place/564").headers["Location"] == "/page/place/oulu"
    assert client.get("/page/place/oulu/").status_code == 308


def test_what_is_near_is_offered_for_what_is_not(client: FlaskClient) -> None:
    page = look(client, "/page/place/olu", 404)

    assert ("/page/place/oulu", {"href": "/page/place/oulu"}, "Oulu") in page.links


def test_money_is_shown_where_it_belongs_with_its_precision(client: FlaskClient) -> None:
    text = client.get("/page/programme/6aika?lang=en", headers=BROWSER).text

    assert "<span>nearly</span> <span>€80,000,000</span>" in text


def test_values_that_disagree_stand_side_by_side_with_the_rule_that_chose(
    client: FlaskClient,
) -> None:
    text = client.get("/page/project/circhubs?lang=en", headers=BROWSER).text
    row = text.partition(">End date</a>")[2].partition("</tr>")[0]
    chosen, _, aside = row.partition("<dt>Set aside</dt>")
    rule = aside.partition("<dt>Rule</dt>")[2]

    assert "<dt>Chosen</dt>" in chosen
    assert chosen.count("30 September 2019") == 2  # as the value, and among the sources' values
    assert re.search(r">September 2019</span>.*?class=\"mark\"", aside.partition("<dt>Rule")[0])
    assert "/page/def/choice-rule/" in rule
    assert "/why?lang=en&amp;subject=project%3Acirchubs&amp;property=schema%3AendDate" in chosen
    # Each name is shown in its own language, and the table of choices is not there as well.
    names = text.partition(">Name in the source</a>")[2].partition("</tr>")[0]
    assert names.count("<dt>Set aside</dt>") == 1
    assert "Where sources disagree" not in text


def test_two_witnesses_show_two_marks(client: FlaskClient) -> None:
    text = client.get("/page/project/duunipolku?lang=en", headers=BROWSER).text
    row = text.partition(">Start date</a>")[2].partition("</tr>")[0]

    assert row.count('class="mark"') == 2


def test_every_page_of_a_thing_has_a_switch_that_hides_the_marks(client: FlaskClient) -> None:
    page = look(client, "/page/place/oulu")

    assert {"type": "checkbox", "id": "no-marks"} in page.all("input")
    assert "main:has(#no-marks:checked) .marks { display: none; }" in STYLE.read_text("utf-8")


def test_the_ontology_and_the_shapes_have_an_anchor_for_each_term(client: FlaskClient) -> None:
    assert {"Project", "focusArea", "precision"} <= set(look(client, "/ont").ids)
    shapes = look(client, "/shapes?lang=fi")

    assert "Project" in shapes.ids
    assert shapes.having("violation")


def test_a_term_tells_how_often_it_is_used_its_rules_and_an_example(
    client: FlaskClient, publication: Publication
) -> None:
    text = client.get("/ont?lang=en", headers=BROWSER).text
    term = text.partition('<article class="term" id="focusArea">')[2].partition("</article>")[0]
    query = "SELECT (COUNT(*) AS ?n) { ?s <https://w3id.org/sixaika/ont#focusArea> ?o }"
    answer = publication.engine.query(QueryRequest(text=query, results_type="text/csv"))
    uses = int(answer.read().split()[1])

    assert f"<dd>{uses} times</dd>" in term
    assert re.search(r"<dt>Example</dt>\s*<dd><a href=\"/page/.*?/page/def/focus/", term)
    assert "/shapes?lang=en#Project-focusArea" in term
    assert re.search(r"\d+ rules?</summary>", term)


def test_a_shape_tells_to_how_many_things_it_applies_with_an_example(client: FlaskClient) -> None:
    text = client.get("/shapes?lang=en", headers=BROWSER).text
    shape = text.partition('<section class="term" id="Project">')[2].partition("</section>")[0]

    assert shape.count('<span class="count">51</span>') == 2  # as schema:Project and as s6:Project
    assert '<p>Example: <a href="/page/project/' in shape


@pytest.mark.parametrize("address", ["/ont", "/shapes"])
def test_no_example_of_the_vocabulary_names_a_person(client: FlaskClient, address: str) -> None:
    targets = [href for href, _, _ in look(client, address).links]

    assert not [one for one in targets if one.startswith(("/page/person/", "/page/assignment/"))]


def test_a_query_is_shown_with_the_place_where_reading_stopped(client: FlaskClient) -> None:
    page = client.get("/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20%7D", headers=BROWSER)

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert "SELECT * { ?s a }\n" in page.text
    assert "^</code>" in page.text


def test_a_cut_answer_says_so_and_links_the_whole(client: FlaskClient) -> None:
    page = look(client, "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D&lang=en")
    text = client.get(
        "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D&lang=en", headers=BROWSER
    ).text
    files = [href for href, _, _ in page.links if href.endswith("&format=csv")]

    assert f"Only the first {ROWS:,} are shown" in text
    assert len(client.get(files[0]).text.splitlines()) > ROWS + 1


def test_queries_name_the_kinds_of_nodes_that_pages_know(publication: Publication) -> None:
    def kinds(query: NamedQuery) -> list[str]:
        return sorted(query.text.partition("VALUES ?kind {")[2].partition("}")[0].split())

    expected = sorted(f"s6:{kind.rpartition('#')[2]}" for kind in COLUMNS)
    for name in ("page-incoming", "page-incoming-part", "page-node-kinds"):
        assert expected == kinds(publication.site[name]), name


def statements() -> Iterator[str]:
    """Yield a dataset as N-Quads: one thing with hostile values and many links to it."""
    label, kind = "http://www.w3.org/2000/01/rdf-schema#label", f"{PREFIXES['rdf']}type"
    said = [
        f'<{label}> "<script>alert(1)</script> & \\"quoted\\" 100 %"@en',
        f'<{label}> "Kiireinen"@fi',
        f"<{kind}> <{PREFIXES['schema']}City>",
        f"<{PREFIXES['schema']}url> <javascript:alert(1)>",
        f'<{PREFIXES["dct"]}date> "2018-13-45"^^<{PREFIXES["xsd"]}date>',
        f'<{PREFIXES["dct"]}description> "<img src=x onerror=alert(1)>"@en',
        *(f'<{PREFIXES["dct"]}subject> "subject {n:03}"@en' for n in range(30)),
    ]
    yield from (f"<{THING}> {one} ." for one in said)
    for number in range(LINKING):
        member = f"{BASE}id/place/member-{number:03}"
        yield f"<{member}> <{PREFIXES['schema']}containedInPlace> <{THING}> ."
        yield f'<{member}> <{label}> "Member {number}"@en .'
        node = f"{BASE}id/participation/node-{number:03}"
        yield f"<{node}> <{kind}> <{PREFIXES['s6']}Participation> ."
        yield f"<{node}> <{PREFIXES['s6']}sixCityRegion> <{THING}> ."
        yield f"<{node}> <{PREFIXES['org']}member> <{member}> ."


@pytest.fixture(scope="module")
def busy(publication: Publication) -> Iterator[FlaskClient]:
    """Show a small dataset of our own making with the real engine and the real queries."""
    nquads = "\n".join(statements()).encode()
    engine = LocalEngine(nquads, prefixes=PREFIXES, limits=Limits(workers=2))
    app: Flask = create_app(replace(publication, engine=engine, version="busy"))
    app.testing = True
    yield app.test_client()
    engine.close()


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for the edges of controls."""
    palettes = STYLE.read_text(encoding="utf-8").split(":root {")[1:3]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", palettes[scheme == "dark"]))
    pairs = [
        *(
            (ink, ground, 4.5)
            for ink in ("ink", "muted", "accent")
            for ground in ("paper", "shade")
        ),
        *((ink, "tint", 4.5) for ink in ("ink", "accent")),
        ("accent-ink", "accent", 4.5),
        ("ink", "bad-tint", 4.5),
        ("bad", "bad-tint", 4.5),
        ("warn", "warn-tint", 4.5),
        ("edge", "paper", 3),
        ("bad", "paper", 3),
    ]
    for ink, ground, least in pairs:
        dark, light = sorted(luminance(colours[one]) for one in (ink, ground))
        assert (light + 0.05) / (dark + 0.05) >= least, f"{ink} on {ground}"


def test_a_literal_is_text_and_nothing_else(busy: FlaskClient) -> None:
    page = look(busy, "/page/place/busy?lang=en")
    text = busy.get("/page/place/busy?lang=en", headers=BROWSER).text

    assert page.headings[-1] == '<script>alert(1)</script> & "quoted" 100 %'
    assert "<script>" not in text
    assert "<img src=x" not in text
    assert "2018-13-45" in text
    assert not [href for href, _, _ in page.links if href.startswith("javascript")]


def test_many_values_of_a_property_are_counted_and_all_reachable(busy: FlaskClient) -> None:
    page = look(busy, "/page/place/busy?lang=en")
    (more,) = [href for href, _, text in page.links if text == "all 30"]

    assert "property=dct%3Asubject" in more
    shown = busy.get(more, headers=BROWSER).text
    assert all(f"subject {n:03}" in shown for n in range(30))


@pytest.mark.parametrize(
    ("first", "member"),
    [
        ("inverse=schema%3AcontainedInPlace", "/page/place/member-"),
        ("nodes=s6%3AParticipation", "/page/participation/node-"),
    ],
)
def test_many_links_to_a_thing_are_counted_and_paged_to_the_end(
    busy: FlaskClient, first: str, member: str
) -> None:
    page = look(busy, "/page/place/busy")
    shown = {href for href, _, _ in page.links if href.startswith(member)}
    assert len(shown) == 20
    (address,) = [
        href for href, _, text in page.links if text == f"all {LINKING}" and first in href
    ]

    found: list[str] = []
    while address:
        page = look(busy, address)
        found += sorted({href for href, _, _ in page.links if href.startswith(member)})
        address = next((href for href, link, _ in page.links if link.get("rel") == "next"), "")

    assert len(found) == len(set(found)) == LINKING


def test_a_page_asks_the_engine_a_few_times_only(publication: Publication) -> None:
    """However many kinds of links lead to a thing, its names and sources are known already."""
    asked: list[str] = []

    class Counted:
        """The engine, with what it is asked written down."""

        cancel, load, close = (
            publication.engine.cancel,
            publication.engine.load,
            publication.engine.close,
        )

        def query(self, request: QueryRequest) -> Answer:
            asked.append(request.text)
            return publication.engine.query(request)

    client = create_app(replace(publication, engine=Counted())).test_client()
    for address, most in (("/", 1), ("/page/project/circhubs", 8), ("/ont", 6), ("/shapes", 0)):
        asked.clear()
        look(client, address)
        assert len(asked) <= most, address


def crowd() -> Iterator[str]:
    """Yield a city that 50,000 statements link to, 10,000 of them of n-ary nodes."""
    kind, label = f"{PREFIXES['rdf']}type", "http://www.w3.org/2000/01/rdf-schema#label"
    yield f"<{THING}> <{kind}> <{PREFIXES['schema']}City> ."
    for number in range(CROWD):
        if number % 5:
            member = f"{BASE}id/place/member-{number:05}"
            yield f"<{member}> <{PREFIXES['schema']}containedInPlace> <{THING}> ."
            yield f"<{member}> <{kind}> <{PREFIXES['schema']}Place> ."
            yield f'<{member}> <{label}> "Member {number}"@en .'
        else:
            node = f"{BASE}id/participation/node-{number:05}"
            yield f"<{node}> <{kind}> <{PREFIXES['s6']}Participation> ."
            yield f"<{node}> <{PREFIXES['s6']}sixCityRegion> <{THING}> ."


def test_a_thing_with_50_000_links_to_it_opens_in_half_a_second(publication: Publication) -> None:
    nquads = "\n".join(crowd()).encode()
    engine = LocalEngine(nquads, prefixes=PREFIXES, limits=Limits(workers=2))
    settings = replace(publication.settings, cache_memory=0)
    app = create_app(replace(publication, settings=settings, engine=engine, version="crowd"))
    took: list[float] = []
    try:
        # The least of a few: this is about the work, not about what else the machine does.
        while min(took, default=1) >= 0.5 and len(took) < 12:
            start = time.perf_counter()
            text = app.test_client().get("/page/place/busy?lang=en", headers=BROWSER).text
            took.append(time.perf_counter() - start)
    finally:
        engine.close()

    assert "all 40,000" in text
    assert "all 10,000" in text
    assert min(took) < 0.5, took


@pytest.mark.parametrize(
    "query",
    ["property=dct:nothing", "property=nothing", "inverse=dct:nothing", "nodes=s6:Budget"],
)
def test_a_part_that_is_not_there_is_not_found(busy: FlaskClient, query: str) -> None:
    look(busy, f"/page/place/busy?{query}", 404)
