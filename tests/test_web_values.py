"""Values as a reader sees them, in each language; terms as short names and back."""

import pytest
from rdflib import XSD, Literal, URIRef

from sixaika_graph.namespaces import GEO, S6, SCHEMA
from sixaika_graph.web.links import curie, expand
from sixaika_graph.web.values import literal_text, money, percent

NARROW = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "datatype", "en", "fi", "sv"),
    [
        ("2018-08-01", XSD.date, "1 August 2018", "1. elokuuta 2018", "1 augusti 2018"),
        ("2019-10", XSD.gYearMonth, "October 2019", "lokakuu 2019", "oktober 2019"),
        ("2019", XSD.gYear, "2019", "2019", "2019"),
        ("1234567.50", XSD.decimal, "1,234,567.5", "1 234 567,5", "1 234 567,5"),
        ("80", XSD.integer, "80", "80", "80"),
        ("true", XSD.boolean, "yes", "kyllä", "ja"),
        (
            "POINT(25.46816 65.01236)",
            GEO.wktLiteral,
            "65.01236° N, 25.46816° E",
            "65,01236° N, 25,46816° E",
            "65,01236° N, 25,46816° E",
        ),
    ],
)
def test_literals_are_written_for_their_reader(
    text: str, datatype: URIRef, en: str, fi: str, sv: str
) -> None:
    literal = Literal(text, datatype=datatype)

    for language, expected in (("en", en), ("fi", fi), ("sv", sv)):
        assert expected == literal_text(literal, language).replace(NARROW, " ")


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2018-13-45", XSD.date),
        ("around 2018", XSD.gYearMonth),
        ("many", XSD.integer),
        ("perhaps", XSD.boolean),
        ("LINESTRING(1 2, 3 4)", GEO.wktLiteral),
        ("<b>", XSD.string),
    ],
)
def test_what_cannot_be_read_stays_as_it_is(text: str, datatype: URIRef) -> None:
    assert text == literal_text(Literal(text, datatype=datatype), "fi")


def test_money_has_its_currency_and_no_empty_cents() -> None:
    whole, cents = (Literal(text, datatype=XSD.decimal) for text in ("80000000.0", "1571429.25"))

    assert money(whole, "EUR", "en") == "€80,000,000"
    assert money(whole, "EUR", "fi").replace(NARROW, " ") == "80 000 000 €"
    assert money(cents, "EUR", "sv").replace(NARROW, " ") == "1 571 429,25 €"
    assert percent(Literal("0.335"), "fi").replace(NARROW, " ") == "33,5 %"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (str(S6.Project), "s6:Project"),
        ("https://w3id.org/sixaika/id/place/oulu", "place:oulu"),
        ("https://w3id.org/sixaika/def/role/lead", "role:lead"),
        ("http://www.w3.org/ns/org#role", "org:role"),
        (str(SCHEMA.url), "schema:url"),
    ],
)
def test_a_known_namespace_gives_a_short_name_and_back(iri: str, short: str) -> None:
    assert short == curie(iri)
    assert URIRef(iri) == expand(short)


@pytest.mark.parametrize(
    "iri", ["https://example.org/x", "https://w3id.org/sixaika/id/place/oulu#geometry", "urn:x"]
)
def test_another_iri_stays_whole(iri: str) -> None:
    assert iri == curie(iri)
    assert URIRef(iri) == expand(iri)


def test_a_name_without_a_prefix_is_no_iri() -> None:
    assert expand("oulu") is None
