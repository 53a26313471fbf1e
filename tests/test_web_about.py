"""The page about people: who publishes what about whom and why, and how to object."""

import re
from dataclasses import replace
from typing import Final

import pytest
from flask.testing import FlaskClient
from markup import Page

from sixaika_graph.publication import Publication
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app

BROWSER: Final = {"Accept": "text/html"}
PEOPLE: Final = "/page/about/people"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Miten julkaisemista voi vastustaa"),
        ("sv", "Hur man invänder"),
        ("en", "How to object"),
    ],
)
def test_the_page_about_people_speaks_three_languages(
    client: FlaskClient, language: str, told: str
) -> None:
    response = client.get(f"{PEOPLE}?lang={language}", headers=BROWSER)
    page = Page(response.text)

    assert response.status_code == 200
    assert response.headers["Content-Language"] == language
    assert page.faults == []
    assert len(page.all("h1")) == 1
    assert f"<h2>{told}</h2>" in response.text
    assert "X-Robots-Tag" not in response.headers
    assert re.findall(r"\w\.[A-ZÄÖÅ]\w", response.text.partition("<main")[2]) == []


def shown(publication: Publication, settings: Settings) -> str:
    """Return the page as a server with these settings shows it."""
    app = create_app(replace(publication, settings=settings))
    app.testing = True
    return str(app.test_client().get(f"{PEOPLE}?lang=en", headers=BROWSER).text)


def test_the_publisher_and_the_contact_are_those_of_the_settings(publication: Publication) -> None:
    settings = replace(
        publication.settings, publisher_name="Graph Keepers", contact_url="https://example.org/us"
    )

    text = shown(publication, settings)

    assert "published by Graph Keepers" in text
    assert '<a href="https://example.org/us" rel="external">' in text
    assert "names no contact" not in text


def test_without_a_contact_it_says_so(publication: Publication) -> None:
    text = shown(publication, replace(publication.settings, contact_url=""))

    assert "This server names no contact" in text


def test_a_server_without_names_says_so(publication: Publication) -> None:
    told = "publishes no names of people"

    assert told in shown(publication, replace(publication.settings, people=False))
    assert told not in shown(publication, publication.settings)


def test_the_page_of_a_person_leads_to_it(client: FlaskClient) -> None:
    person = client.get("/page/person/jari-jokisalo?lang=en", headers=BROWSER).text
    place = client.get("/page/place/oulu?lang=en", headers=BROWSER).text

    assert f'<a href="{PEOPLE}?lang=en">Why this name is here' in person
    assert "Why this name is here" not in place
    assert f'<a href="{PEOPLE}?lang=en">People in the data' in place
