"""Citing: BibTeX and CSL JSON with version, licence and date, and where an error is reported."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from markup import Page

from sixaika_graph.namespaces import BASE
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app
from sixaika_graph.web.citation import cite

BROWSER = {"Accept": "text/html"}
PROJECT = f"{BASE}id/project/duunipolku"


def test_a_page_offers_every_format_and_both_kinds_of_citation(client: FlaskClient) -> None:
    text = client.get("/page/project/duunipolku?lang=fi", headers=BROWSER).text
    use = text.partition('<h2 id="use">')[2].partition("</section>")[0]
    offered = {link.get("type"): href for href, link, _ in Page(use).links if "type" in link}

    assert {"text/turtle", "application/ld+json", "application/rdf+xml"} <= set(offered)
    for kind in ("application/x-bibtex", "application/vnd.citationstyles.csl+json"):
        reply = client.get(offered[kind])
        assert reply.mimetype == kind
        assert "6Aika: DuuniPolku" in reply.text  # the name in the language of the page
    assert f'<code class="iri">{PROJECT}</code>' in use
    assert "/page/project/duunipolku</a>" in use
    assert "CC BY 4.0" in use


def test_bibtex_names_thing_version_licence_and_date(
    client: FlaskClient, publication: Publication
) -> None:
    text = client.get("/cite/project/duunipolku.bib").text
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.MULTILINE))

    assert text.startswith("@misc{sixaika-project-duunipolku,\n")
    assert fields["title"] == "{Job Pathways Finland}"
    assert fields["url"] == PROJECT
    assert publication.version[:12] in fields["version"]
    assert publication.release
    assert fields["date"] == publication.release.modified
    assert "CC BY 4.0" in fields["note"]
    assert text.count("{") == text.count("}")


def test_csl_is_json_that_reference_managers_read(client: FlaskClient) -> None:
    reply = client.get("/cite/project/duunipolku.json?lang=fi")
    assert reply.mimetype == "application/vnd.citationstyles.csl+json"
    (item,) = reply.get_json(force=True)

    assert item["type"] == "dataset"
    assert item["title"] == "6Aika: DuuniPolku"
    assert item["URL"] == PROJECT
    assert [len(part) for part in item["issued"]["date-parts"]] == [3]
    assert item["author"] == [{"literal": item["publisher"]}]


def test_what_latex_reads_as_a_command_is_escaped(client: FlaskClient) -> None:
    with client.application.test_request_context():
        cited = cite(PROJECT, "50 % of A&B_{x} \\ ~", "en")

    assert r"50 \% of A\&B\_\{x\} \textbackslash{} \textasciitilde{}" in cited.bibtex()


def test_aliases_lead_on_and_what_is_unknown_is_not_cited(client: FlaskClient) -> None:
    moved = client.get("/cite/project/S21140.bib")

    assert (moved.status_code, moved.headers["Location"]) == (301, "/cite/project/duunipolku.bib")
    assert client.get("/cite/project/nothing.bib").status_code == 404
    assert client.get("/cite/project/duunipolku.ris").status_code == 404


def test_citations_are_kept_out_of_search_engines(client: FlaskClient) -> None:
    assert client.get("/cite/person/jari-jokisalo.json").headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        ("mailto:data@example.org", "subject"),
        ("https://example.org/issues/new", "title"),
        ("https://example.org/form?to=graph#top", "title"),
    ],
)
def test_reporting_an_error_names_the_identifier(
    publication: Publication, contact: str, name: str
) -> None:
    settings = replace(publication.settings, contact_url=contact)
    app = create_app(replace(publication, settings=settings))
    page = Page(app.test_client().get("/page/project/duunipolku", headers=BROWSER).text)
    (address,) = [href for href, link, _ in page.links if "report" in link.get("class", "")]

    assert address.startswith(contact.partition("?")[0].partition("#")[0])
    assert parse_qs(urlsplit(address).query)[name] == [f"Error in {PROJECT}"]
    assert "+" not in urlsplit(address).query


def test_without_a_contact_the_page_says_so(client: FlaskClient) -> None:
    text = client.get("/page/project/duunipolku?lang=en", headers=BROWSER).text

    assert "This server names no contact" in text


def test_a_source_tells_its_licence_or_its_rights(client: FlaskClient) -> None:
    text = client.get("/page/project/duunipolku?lang=en", headers=BROWSER).text
    sources = text.partition('<h2 id="sources">')[2].partition("</section>")[0]

    assert "icence" in sources
