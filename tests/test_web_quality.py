"""The page of quality: every number is that of the list behind it, in each language and as RDF."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from markup import Page
from rdflib import RDF, Graph, URIRef

from sixaika_graph.descriptions.metric import METRICS, TOTAL
from sixaika_graph.descriptions.quality import QUALITY
from sixaika_graph.namespaces import DEF, DQV, S6
from sixaika_graph.publication import Publication, conforming, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app
from sixaika_graph.web.language import LANGUAGES

BROWSER: Final = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def measured(settings: Settings) -> Iterator[Publication]:
    """Publish the data with what its validation found, as a server does."""
    published = publish(conforming(settings))
    yield published
    published.engine.close()


@pytest.fixture(scope="module")
def site(measured: Publication) -> FlaskClient:
    application = create_app(measured)
    application.testing = True
    return application.test_client()


@pytest.fixture(scope="module")
def figures(site: FlaskClient) -> Graph:
    return Graph().parse(data=site.get("/quality.ttl").text, format="turtle")


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fi", "Aineiston laatu"), ("sv", "Datans kvalitet"), ("en", "Quality of the data")],
)
def test_the_page_shows_the_figures_in_every_language(
    site: FlaskClient, language: str, heading: str
) -> None:
    for address in (f"/quality?lang={language}", f"/quality?class=s6:Project&lang={language}"):
        response = site.get(address, headers=BROWSER)
        page = Page(response.text)

        assert response.status_code == 200
        assert page.faults == []
        assert len(page.ids) == len(set(page.ids))
        assert page.headings[-1].startswith(heading)
        share = "100%" if language == "en" else "100\xa0%"
        assert share in response.text


def test_the_coverage_compares_with_the_figure_of_a_source(
    site: FlaskClient, figures: Graph
) -> None:
    """The number of projects comes from the data, and the page leads to who gives it."""
    page = Page(site.get("/quality?lang=en", headers=BROWSER).text)
    figure = f"{S6.comparedWith}"
    compared = list(figures.objects(None, URIRef(figure)))

    assert compared
    for one in compared:
        assert any(str(one).rpartition("/")[2] in href for href, _, _ in page.links), (
            f"{one} is not linked"
        )


def lists(page: Page) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of each link that asks a query."""
    for href, _, text in page.links:
        if urlsplit(href).path == "/sparql" and "query" in parse_qs(urlsplit(href).query):
            yield href, text


def rows(site: FlaskClient, address: str) -> int:
    query = parse_qs(urlsplit(address).query)["query"][0]
    answer = site.get("/sparql", query_string={"query": query, "format": "csv"})
    assert answer.status_code == 200, answer.text
    return len(answer.text.splitlines()) - 1


def missing(figures: Graph) -> dict[tuple[str, str, str], int]:
    """Return how many lack what was looked for, by metric, class and property."""
    found = {}
    for node in figures.subjects(RDF.type, DQV.QualityMeasurement):
        among = figures.value(node, S6.countedAmong)
        if among is not None and figures.value(node, S6.measuredClass) is not None:
            key = tuple(
                str(figures.value(node, path) or "")
                for path in (DQV.isMeasurementOf, S6.measuredClass, S6.measuredProperty)
            )
            found[key] = int(str(among)) - int(str(figures.value(node, S6.counted)))
    return found  # type: ignore[return-value] # three paths give three parts


def test_a_list_has_as_many_rows_as_the_number_says(site: FlaskClient, figures: Graph) -> None:
    """A share leads to those that lack it: asked of the engine, they are as many as counted."""
    expected = missing(figures)
    seen = 0
    for name in ("s6:Project", "s6:Budget", "org:Organization"):
        page = Page(site.get(f"/quality?class={name}", headers=BROWSER).text)
        counts = sorted(rows(site, href) for href, _ in lists(page))
        kind = {"s6": str(S6), "org": "http://www.w3.org/ns/org#"}[name.partition(":")[0]]
        whole = kind + name.partition(":")[2]
        of_class = [
            count for (_, one, path), count in expected.items() if one == whole and path and count
        ]
        assert counts == sorted(of_class), name
        seen += len(counts)
    assert seen > 30


def test_the_lists_of_the_first_page_have_as_many_rows_as_the_numbers_say(
    site: FlaskClient, figures: Graph
) -> None:
    page = Page(site.get("/quality?lang=en", headers=BROWSER).text)
    lacking = [count for (_, _, path), count in missing(figures).items() if not path and count]
    others = [
        int(str(figures.value(node, S6.counted)))
        for metric in ("coverage", "open-warnings", "accepted-warnings", "incompleteness")
        for node in figures.subjects(DQV.isMeasurementOf, DEF[f"metric/{metric}"])
    ]

    assert sorted(rows(site, href) for href, _ in lists(page)) == sorted([*lacking, *others])


def test_the_figures_can_be_had_as_rdf(site: FlaskClient, figures: Graph) -> None:
    """The page and the documents are representations of one resource."""
    turtle = site.get("/quality", headers={"Accept": "text/turtle"})
    page = site.get("/quality", headers=BROWSER)

    assert turtle.mimetype == "text/turtle"
    assert "Accept" in turtle.vary
    assert len(Graph().parse(data=turtle.text, format="turtle")) == len(figures)
    assert "/quality.ttl" in page.headers["Link"]
    assert (URIRef(f"{QUALITY}#source--s6-project"), RDF.type, DQV.QualityMeasurement) in figures
    for value in figures.objects(None, DQV.value):
        assert Decimal(str(value)) >= 0


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/quality?class=s6:Nothing", 404),
        ("/quality?class=nothing", 404),
        ("/quality.nothing", 404),
        ("/quality.html", 200),
    ],
)
def test_what_was_not_measured_is_not_found(site: FlaskClient, address: str, status: int) -> None:
    assert site.get(address, headers=BROWSER).status_code == status


# The score of the metadata


def of_the_score(page: str) -> str:
    """Return the part of a page that shows the score."""
    return page[page.index('<section aria-labelledby="score">') :].partition("</section>")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_score_tells_of_each_metric_what_it_looked_at(site: FlaskClient, language: str) -> None:
    shown = of_the_score(site.get(f"/quality?lang={language}", headers=BROWSER).text)

    assert len(METRICS) == 23
    assert sum(metric.points for metric in METRICS) == TOTAL == 405
    assert shown.count("<td>405</td>") == 3
    for metric in METRICS:
        row = f"{metric.names[language]} <small>{metric.definitions[language]}</small></th>"
        assert row + f"<td>{metric.points}</td>" * 3 in shown, metric.name


def test_the_score_does_not_claim_what_it_did_not_look_at() -> None:
    told = {metric.name: metric.definitions["en"] for metric in METRICS}

    for name in ("access-url-reachable", "download-url-reachable"):
        assert "no request is sent" in told[name]
    assert (
        "the SHACL shapes of SEMIC are run by the tests of the program, not here"
        in (told["dcat-ap"])
    )
    assert "the table itself is not read" in told["licence-vocabulary"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Local demonstration: not for harvesting."),
        ("fi", "Paikallinen esittely: ei haravoitavaksi."),
        ("sv", "Lokal demonstration: inte för skördning."),
    ],
)
def test_every_view_says_that_a_demonstration_is_not_to_be_harvested(
    site: FlaskClient, language: str, sentence: str
) -> None:
    for address in ("/quality?", "/quality?class=s6:Project&", "/catalog?"):
        assert sentence in site.get(f"{address}lang={language}", headers=BROWSER).text, address


@pytest.mark.parametrize(("staging", "shown"), [(False, False), (True, True)])
def test_a_server_for_which_someone_answers_is_no_demonstration(
    measured: Publication, *, staging: bool, shown: bool
) -> None:
    settings = replace(
        measured.settings,
        public_url="https://graph.example/",
        publisher_name="City of Example",
        contact_url="https://graph.example/contact",
        staging=staging,
    )
    client = create_app(replace(measured, settings=settings)).test_client()

    for address in ("/quality", "/quality?class=s6:Project", "/catalog"):
        page = client.get(f"{address}", headers=BROWSER).text
        assert ("not for harvesting" in page) is shown, address
