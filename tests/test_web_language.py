"""The language of a page: how it is chosen and said, and that no text lacks a translation."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from markup import Page
from markupsafe import escape
from rdflib import Dataset, Literal, URIRef
from rdflib.namespace import RDF, RDFS

from sixaika_graph import web
from sixaika_graph.dataset import read, sources
from sixaika_graph.descriptions.service import ENGINE
from sixaika_graph.namespaces import BASE
from sixaika_graph.preferred import prefer
from sixaika_graph.settings import Settings
from sixaika_graph.turtle import format_turtle
from sixaika_graph.web.hints import examples
from sixaika_graph.web.labels import choose, term_names
from sixaika_graph.web.language import LANGUAGES, SOURCE, TRANSLATIONS

WEB: Final = Path(web.__file__).parent
TRANSLATED: Final = [language for language in LANGUAGES if language != SOURCE]
BROWSER: Final = {"Accept": "text/html"}
PLACE: Final = re.compile(r"%\(\w+\)s|\{\w+(?:!r)?(?::\w+)?\}|<[^> ]+>")

Message = str | tuple[str, ...]


def messages() -> set[Message]:
    """Return every text that the templates and the types of problems have."""
    found = extract_from_dir(
        WEB / "templates",
        method_map=[("**.html", "jinja2.ext:babel_extract")],
        options_map={"**.html": {"newstyle_gettext": "true"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    sentences = extract_from_dir(
        WEB.parent,
        method_map=[("**.py", "python")],
        keywords={"Sentence": None},
        directory_filter=lambda path: Path(path).name != "ckan",
    )
    types = tomllib.loads((WEB / "problem_types.toml").read_text(encoding="utf-8"))
    told = {
        row[key] for row in types.values() for key in ("title", "explanation", "hint") if key in row
    }
    told |= {mistake.hint for _, mistake in examples()}
    told |= {fault["note"] for fault in ENGINE["faults"].values()}
    return {message for _, _, message, _, _ in (*found, *sentences)} | told


def catalogue(language: str) -> Catalog:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_translation_and_every_translation_a_text(language: str) -> None:
    translated = {message.id for message in catalogue(language) if message.id}

    assert messages() == translated


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_are_whole_and_keep_their_places(language: str) -> None:
    for message in catalogue(language):
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        places = [sorted(PLACE.findall(text)) for text in (*originals, *texts)]

        assert not message.fuzzy
        assert all(texts), message.id
        assert not message.id or all(one == places[0] for one in places), message.id


def test_terms_of_other_vocabularies_have_a_name_in_every_language(settings: Settings) -> None:
    dataset: Dataset = read(sources(settings.root))
    graph = prefer(dataset).graph
    used = {*graph.predicates(), *graph.objects(None, RDF.type)}
    foreign = {term for term in used if not str(term).startswith(BASE)}

    for term in sorted(foreign, key=str):
        names = [*graph.objects(term, RDFS.label), *term_names().get(term, ())]
        named = {name.language for name in names if isinstance(name, Literal)}
        assert named >= set(LANGUAGES), f"{term} needs a name in web/translations/terms.ttl"


@pytest.mark.parametrize(
    ("address", "accepted", "language"),
    [
        ("/", None, "en"),
        ("/", "sv-FI,fi;q=0.8,en;q=0.5", "sv"),
        ("/", "de,fr;q=0.9", "en"),
        ("/", "de,fi;q=0.1", "fi"),
        ("/?lang=fi", "sv", "fi"),
        ("/?lang=", None, "en"),
        ("/page/place/oulu?lang=sv", None, "sv"),
        ("/page/place/nowhere", "fi", "fi"),
        ("/sparql", "sv", "sv"),
        ("/ont", "fi", "fi"),
    ],
)
def test_the_language_is_the_one_asked_for(
    client: FlaskClient, address: str, accepted: str | None, language: str
) -> None:
    headers = BROWSER | ({"Accept-Language": accepted} if accepted else {})

    response = client.get(address, headers=headers)

    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in response.text
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("address", ["/?lang=de", "/page/place/oulu?lang=xx", "/search?lang=SV"])
def test_a_language_that_is_not_there_is_refused_in_one_that_is(
    client: FlaskClient, address: str
) -> None:
    page = client.get(address, headers=BROWSER | {"Accept-Language": "sv"})
    machine = client.get(address)

    assert page.status_code == machine.status_code == 400
    assert page.headers["Content-Language"] == "sv"
    assert "lang är en, fi, sv, inte" in page.text
    assert machine.json is not None
    assert (machine.json["parameter"], machine.json["available"]) == ("lang", ["en", "fi", "sv"])


def test_the_language_switch_keeps_the_page_and_its_parameters(client: FlaskClient) -> None:
    page = Page(client.get("/page/place/oulu?property=rdf:type&lang=fi", headers=BROWSER).text)
    offered = {link["hreflang"]: link["href"] for link in page.all("link") if "hreflang" in link}
    switch = {link["hreflang"]: href for href, link, _ in page.links if "hreflang" in link}

    assert {"en", "fi", "sv", "x-default"} == set(offered)
    assert {"en", "fi", "sv"} == set(switch)
    for language, href in switch.items():
        assert f"/page/place/oulu?lang={language}&property=rdf%3Atype" == href
        assert offered[language].endswith(href)
        assert client.get(href, headers=BROWSER).headers["Content-Language"] == language


def test_a_chosen_language_stays_in_the_links(client: FlaskClient) -> None:
    page = Page(client.get("/page/place/oulu?lang=sv", headers=BROWSER).text)
    inside = [href for href, _, _ in page.links if href.startswith(("/page/", "/ont", "/queries"))]

    assert inside
    assert all("lang=" in href for href in inside)


def test_a_query_stays_when_the_language_changes(client: FlaskClient) -> None:
    query = "ASK { ?s ?p ?o }"
    response = client.post("/sparql?lang=sv", data={"query": query}, headers=BROWSER)
    page = Page(response.text)
    switch = {link["hreflang"]: href for href, link, _ in page.links if "hreflang" in link}

    assert response.headers["Content-Language"] == "sv"
    assert query in client.get(switch["fi"], headers=BROWSER).text


@pytest.mark.parametrize(
    ("query", "finnish", "swedish"),
    [
        ("SELECT * { ?s ?p", "Lopusta puuttuu }: rivin 1 sarakkeen 10 {", "Ett } saknas i slutet"),
        ("SELECT * WHER { ?s ?p ?o }", "tarkoititko WHERE?", "menade du WHERE?"),
        ("SELECT * WHERE ?s ?p ?o", "Kuvio on aaltosulkeissa: { ?s ?p ?o }", "inom klammer"),
        ("ASK { SERVICE <http://a/> {} }", "Yhdistä tämä aineisto", "För att förena"),
        ("SELECT * { ?s ?p <urn:x> ; a <oulu> }", "Suhteelliset IRIt", "Relativa IRI:er"),
        ("SELECT (<urn:f>(1) AS ?x) {}", "Onko <urn:f> tarkoitettu", "Är <urn:f> tänkt"),
        ("SELECT * { GRAPH ?g { SELECT ?s { ?s ?p ?o } } }", "kaikista graafeista", "alla grafer"),
    ],
)
def test_a_hint_is_told_in_the_language_of_the_page(
    client: FlaskClient, query: str, finnish: str, swedish: str
) -> None:
    for language, told in (("fi", finnish), ("sv", swedish)):
        page = client.get(
            "/sparql", query_string={"query": query, "lang": language}, headers=BROWSER
        )

        assert str(escape(told)) in page.text


@pytest.mark.parametrize(
    ("address", "finnish", "swedish"),
    [
        ("/page/place/nowhere", "ei tiedetä mitään", "Inget är känt om"),
        (
            "/page/project?year=17",
            "year on nelinumeroinen vuosi",
            "year är ett år med fyra siffror",
        ),
        ("/search?q=oulu&limit=x", "kokonaisluku väliltä 1–", "limit är ett heltal från 1 till"),
        ("/queries/city-projects?town=x", "ei ole: kyselyllä", "Det finns ingen parameter"),
        ("/queries/projects-per-city.ttl", "-kysely: sillä ei ole", "är en SELECT-fråga"),
        ("/page/place/oulu?format=xx", "format on täällä tunnettu", "format är ett suffix"),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", "useampi kuin yksi", "har mer än en fråga"),
        ("/sparql?query=SELECT%20*%20%7B%20%22a", "Tätä merkkijonoa ei ole", "är inte avslutad"),
    ],
)
def test_what_is_wrong_is_told_in_the_language_of_the_page(
    client: FlaskClient, address: str, finnish: str, swedish: str
) -> None:
    """Programs read it in English, whatever they accept (http.md 24)."""
    for language, told in (("fi", finnish), ("sv", swedish)):
        page = client.get(address, headers=BROWSER | {"Accept-Language": language})
        machine = client.get(address, headers={"Accept-Language": language})

        assert page.status_code == machine.status_code >= 400
        assert told in page.text
        assert '<span lang="en">' not in page.text
        assert machine.json is not None
        assert told not in machine.json["detail"]


def test_what_only_the_engine_says_is_marked_as_english(client: FlaskClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o ) }", "lang": "fi"}
    page = client.get("/sparql", query_string=query, headers=BROWSER)

    assert 'Rivi 1, sarake 21: <span lang="en">' in page.text


@pytest.mark.parametrize("name", ["path", "self", "lang-", "iri", "%22%3E%3Cscript%3E"])
def test_any_parameter_does_no_harm(client: FlaskClient, name: str) -> None:
    response = client.get(f"/page/place/oulu?{name}=%22%3E%3Cscript%3E", headers=BROWSER)

    assert response.status_code == 200
    script, block = sorted(Page(response.text).all("script"), key=lambda one: "src" not in one)
    assert script["src"] == "/static/search.js"
    assert block == {"type": "application/ld+json"}


def test_the_names_of_terms_are_in_house_form() -> None:
    path = TRANSLATIONS / "terms.ttl"
    text = path.read_text(encoding="utf-8")

    assert format_turtle(text, path) == text


def test_data_knows_no_language(client: FlaskClient) -> None:
    response = client.get("/data/place/oulu", headers={"Accept": "text/turtle"})

    assert "Content-Language" not in response.headers
    assert "Accept-Language" not in response.headers["Vary"]


@pytest.mark.parametrize(
    ("names", "asked", "text", "tag", "fell_back"),
    [
        ({"fi": "Turku", "sv": "Åbo"}, "sv", "Åbo", "sv", False),
        ({"fi": "Turku", "sv": "Åbo"}, "en", "Turku", "fi", True),
        ({"en": "City", "sv": "Stad"}, "fi", "City", "en", True),
        ({"": "HIPPA", "fi": "Hanke"}, "sv", "HIPPA", "", False),
        ({"de": "Stadt"}, "fi", "Stadt", "de", True),
    ],
)
def test_a_label_falls_back_by_one_rule(
    names: dict[str, str], asked: str, text: str, tag: str, fell_back: bool
) -> None:
    chosen = choose([Literal(name, lang=key or None) for key, name in names.items()], asked)

    assert chosen is not None
    assert (text, tag, fell_back) == (chosen.text, chosen.language, chosen.fell_back)


def test_nothing_to_choose_from_gives_no_label() -> None:
    assert choose([], "fi") is None
    assert URIRef("http://example.org/unknown") not in term_names()
