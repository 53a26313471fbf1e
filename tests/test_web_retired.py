"""Retired identifiers: merged ones lead on, withdrawn ones are gone and name nobody."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from flask.testing import FlaskClient
from markup import Page
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from sixaika_graph.dataset import read, sources
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.namespaces import BASE, DEF, ID, PREFIXES, S6
from sixaika_graph.publication import Publication
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app
from sixaika_graph.web.retired import digest, read_retired

BROWSER: Final = {"Accept": "text/html"}
PERSON, MERGED, KEPT = (f"{ID}{one}" for one in ("person/matti-malli", "place/old", "place/kept"))
TOMBSTONE: Final = f"{ID}tombstone/{digest(PERSON)}"


def statements() -> Iterator[str]:
    """Yield a dataset as N-Quads: one place, one that was merged into it, one withdrawn person."""
    kind, date = f"<{PREFIXES['rdf']}type>", f"<{PREFIXES['xsd']}date>"
    label = f"<{PREFIXES['rdfs']}label>"
    yield f"<{KEPT}> {kind} <{PREFIXES['schema']}City> ."
    yield f'<{KEPT}> {label} "Kept"@en .'
    yield f"<{MERGED}> {kind} <{S6.Tombstone}> ."
    yield f'<{MERGED}> <{S6.retiredOn}> "2027-01-15"^^{date} .'
    yield f"<{MERGED}> <{PREFIXES['dct']}isReplacedBy> <{KEPT}> ."
    yield f"<{TOMBSTONE}> {kind} <{S6.Tombstone}> ."
    yield f'<{TOMBSTONE}> <{S6.retiredOn}> "2027-02-01"^^{date} .'
    reason = DEF["retirement-reason/personal-data"]
    yield f"<{TOMBSTONE}> <{S6.retirementReason}> <{reason}> ."
    for name, language in (
        ("henkilötieto", "fi"),
        ("personuppgift", "sv"),
        ("personal data", "en"),
    ):
        yield f'<{reason}> {label} "{name}"@{language} .'


@pytest.fixture(scope="module")
def retiring(publication: Publication) -> Iterator[FlaskClient]:
    """Show a small dataset of our own making with the real engine and the real queries."""
    nquads = "\n".join(statements()).encode()
    engine = LocalEngine(nquads, prefixes=PREFIXES, base=BASE, limits=Limits(workers=2))
    app = create_app(replace(publication, engine=engine, version="retired"))
    app.testing = True
    yield app.test_client()
    engine.close()


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/id/place/old", "/id/place/kept"),
        ("/id/place/old.ttl", "/id/place/kept.ttl"),
        ("/data/place/old", "/data/place/kept"),
        ("/page/place/old", "/page/place/kept"),
    ],
)
def test_a_merged_identifier_leads_to_its_successor(
    retiring: FlaskClient, address: str, target: str
) -> None:
    response = retiring.get(address, headers=BROWSER)

    assert (response.status_code, response.headers["Location"]) == (301, target)


def test_a_merged_identifier_is_described_where_no_redirect_is_wanted(
    retiring: FlaskClient,
) -> None:
    """http.md 30: who keeps such an identifier has to see what became of it."""
    thing = retiring.get("/id/place/old?redirect=no", headers={"Accept": "text/turtle"})
    data = retiring.get(thing.headers["Location"], headers={"Accept": "text/turtle"})
    page = retiring.get("/page/place/old?redirect=no", headers=BROWSER)
    described = Graph().parse(data=data.text, format="turtle")

    assert (thing.status_code, thing.headers["Location"]) == (303, "/data/place/old?redirect=no")
    assert (data.status_code, page.status_code) == (200, 200)
    assert (URIRef(MERGED), DCTERMS.isReplacedBy, URIRef(KEPT)) in described
    header = page.text.partition("<h1")[2].partition("</header>")[0]
    assert '<a href="/page/place/kept">Kept</a>' in header
    assert retiring.get("/id/place/kept?redirect=no", headers=BROWSER).status_code == 303


ADDRESSES: Final = [
    "/id/person/matti-malli",
    "/id/person/matti-malli.ttl",
    "/id/person/matti-malli/",
    "/data/person/matti-malli",
    "/data/person/matti-malli.jsonld",
    "/page/person/matti-malli",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_withdrawn_identifier_is_gone_and_told_in_three_languages(
    retiring: FlaskClient, address: str
) -> None:
    response = retiring.get(address)

    assert response.status_code == 410
    assert response.json is not None
    assert response.json["withdrawn"] == "2027-02-01"
    assert response.json["reason"] == {
        "fi": "henkilötieto",
        "sv": "personuppgift",
        "en": "personal data",
    }
    assert "malli" not in response.text.casefold()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Se poistettiin 1. helmikuuta 2027, eikä sitä käytetä uudelleen."),
        ("sv", "Den drogs tillbaka 1 februari 2027 och används inte igen."),
        ("en", "It was withdrawn on 1 February 2027 and will not be used again."),
    ],
)
def test_a_browser_reads_it_in_its_language(
    retiring: FlaskClient, language: str, told: str
) -> None:
    response = retiring.get(f"/page/person/matti-malli?lang={language}", headers=BROWSER)
    page = Page(response.text)

    assert response.status_code == 410
    assert page.faults == []
    assert told in response.text


def test_what_was_never_there_is_not_found(retiring: FlaskClient) -> None:
    assert retiring.get("/id/person/maija-malli").status_code == 404
    assert retiring.get("/id/place/kept").status_code == 303


def test_a_tombstone_without_reason_or_of_another_form_is_read() -> None:
    """A withdrawal may lack its reason; what is no tombstone of a digest withdraws nothing."""
    retired = read_retired(
        [
            {"tombstone": TOMBSTONE, "day": "2027-02-01"},
            {"tombstone": PERSON, "day": "2027-02-01"},
        ]
    )

    withdrawal = retired.withdrawal(PERSON)
    assert withdrawal is not None
    assert (withdrawal.day, withdrawal.reasons) == ("2027-02-01", {})
    assert len(retired.withdrawals) == 1
    assert retired.withdrawal(KEPT) is None


def test_nothing_that_is_published_was_withdrawn(settings: Settings) -> None:
    """A withdrawn IRI is never used again."""
    dataset = read(sources(settings.root))
    buried = {
        str(one).rpartition("/")[2] for one, *_ in dataset.quads((None, S6.retiredOn, None, None))
    }
    described = {str(subject) for subject, *_ in dataset.quads()}

    assert not {iri for iri in described if digest(iri) in buried}
