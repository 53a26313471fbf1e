"""Why a value stands: every witness is told, and the choice is that of the record."""

import re
from html import unescape
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from markup import Page
from wire import Reply, send

from sixaika_graph.namespaces import ID, curie

SUBJECT: Final = "project:ysi-yliopistosairaalat"
BROWSER: Final = {"Accept": "text/html,*/*;q=0.8"}


def why(server: str, subject: str, name: str, **more: str) -> Reply:
    pairs = {"subject": subject, "property": name, **more}
    return send(server, f"/why?{urlencode(pairs)}")


def told(server: str, subject: str, name: str) -> Any:
    reply = why(server, subject, name)
    assert reply.status == 200, reply.body
    return reply.json()


def solutions(server: str, query: str) -> list[dict[str, str]]:
    reply = send(server, f"/sparql?query={quote(query)}&format=json")
    return [
        {name: term["value"] for name, term in row.items()}
        for row in reply.json()["results"]["bindings"]
    ]


def test_a_choice_shows_each_value_with_its_sources_and_the_rule(server: str) -> None:
    found = told(server, SUBJECT, "schema:endDate")
    (case,) = found["cases"]

    assert found["subject"]["iri"] == f"{ID}project/ysi-yliopistosairaalat"
    assert found["subject"]["documents"]["text/turtle"].endswith(
        "/data/project/ysi-yliopistosairaalat.ttl"
    )
    assert case["verdict"] == "chosen"
    values = {one["value"]: one for one in case["values"]}
    assert [one["preferred"] for one in case["values"]] == [True, False]
    assert {one["graph"].rpartition("/")[2] for one in values["2017-12-31"]["witnesses"]} == {
        "eura-a71925"
    }
    assert {one["graph"].rpartition("/")[2] for one in values["2017"]["witnesses"]} == {
        "turkusciencepark-ysi"
    }
    rule = case["record"]["rule"]
    assert rule["iri"].endswith("/better-kind-of-source")
    assert rule["label"] == "parempi lähdetyyppi"
    assert case["record"]["definition"]


def test_every_recorded_choice_can_be_asked_for_and_names_all_its_graphs(server: str) -> None:
    records = solutions(
        server,
        "PREFIX s6: <https://w3id.org/sixaika/ont#> SELECT * "
        "{ ?choice s6:choiceOf ?thing ; s6:choiceProperty ?property ; s6:choiceRule ?rule }",
    )
    assert len(records) > 50
    for row in records[::5]:
        found = told(server, row["thing"], row["property"])
        (case,) = [
            one for one in found["cases"] if (one["record"] or {}).get("iri") == row["choice"]
        ]
        record = case["record"]
        witnesses = {one["graph"] for value in case["values"] for one in value["witnesses"]}
        assert record["rule"]["iri"] == row["rule"]
        assert {*record["chosen"], *record["setAside"]} <= witnesses, row["choice"]
        preferred = [value for value in case["values"] if value["preferred"]]
        assert len(preferred) == 1, row["choice"]
        assert {one["graph"] for one in preferred[0]["witnesses"]} >= set(record["chosen"])


def beside(text: str, choice: str) -> set[str]:
    """Return what a page shows as chosen in one choice, in its own words."""
    for part in text.split('<div class="disagreement">')[1:]:
        address = re.search(r'<a href="([^"]+)">Why this value', part)
        if address and unescape(address[1]).partition("?")[2] == choice:
            chosen = part.partition("<dt>Chosen</dt>")[2].partition("</dd></div>")[0]
            return set(re.findall(r"<li><(?:span|a)[^>]*>([^<]*)<", chosen))
    return set()


def test_the_page_of_a_thing_and_why_agree_on_what_was_chosen(server: str) -> None:
    records = solutions(
        server,
        "PREFIX s6: <https://w3id.org/sixaika/ont#> PREFIX schema: <https://schema.org/> SELECT * "
        "{ ?choice s6:choiceOf ?thing ; s6:choiceProperty ?property "
        "FILTER (?property != schema:name) } ORDER BY ?choice",
    )
    assert len({row["property"] for row in records}) > 3
    assert len(records) > 40
    for row in records[::3]:
        pairs = {"lang": "en", "subject": curie(row["thing"]), "property": curie(row["property"])}
        page = send(server, f"/page/{row['thing'].removeprefix(str(ID))}?lang=en", headers=BROWSER)
        reason = send(server, f"/why?{urlencode(pairs)}", headers=BROWSER).body.decode()
        shown = re.findall(
            r'<th scope="row"><(?:span|a)[^>]*>([^<]*)<.*?</th>\s*<td>yes</td>', reason
        )

        assert shown, row
        assert beside(page.body.decode(), urlencode(pairs)) == set(shown), row
        # Budgets have the same name; it is by their amounts that they differ.
        is_money = row["property"].endswith("totalBudget")
        assert not is_money or all(value.startswith("€") for value in shown), row


@pytest.mark.parametrize("name", ["rdfs:label", "skos:prefLabel", "schema:name"])
def test_a_name_is_told_by_language_whatever_its_property(server: str, name: str) -> None:
    *cases, unknown = told(server, "project:cohewe", name)["cases"]

    assert [case["language"] for case in cases] == ["en", "fi"]
    assert all(any(value["preferred"] for value in case["values"]) for case in cases)
    assert (unknown["language"], unknown["verdict"], unknown["values"]) == ("sv", "unknown", [])
    assert unknown["record"]["iri"].endswith("/gap/cohewe--name-sv")


@pytest.mark.parametrize(
    ("subject", "verdict", "text"),
    [
        ("s6:Project", "alone", "Project"),
        ("participation:cohewe--oulun-yliopisto", "derived", "University of Oulu – CoHeWe"),
    ],
)
def test_what_has_a_label_and_no_name_is_told_by_its_label(
    server: str, subject: str, verdict: str, text: str
) -> None:
    cases = told(server, subject, "rdfs:label")["cases"]
    (english,) = [case for case in cases if case["language"] == "en"]
    (value,) = english["values"]

    assert (english["verdict"], value["preferred"]) == (verdict, True)
    assert value["value"].startswith(text)


@pytest.mark.parametrize(
    ("subject", "name", "verdict"),
    [
        (SUBJECT, "s6:earliestStart", "derived"),
        (SUBJECT, "s6:totalBudget", "unknown"),
        ("place:oulu", "schema:sameAs", "kept"),
        ("S21140", "dct:identifier", None),
    ],
)
def test_the_verdict_fits_the_witnesses(
    server: str, subject: str, name: str, verdict: str | None
) -> None:
    (case,) = told(server, subject, name)["cases"]
    witnesses = [one["graph"] for value in case["values"] for one in value["witnesses"]]

    assert verdict in (None, case["verdict"])
    assert bool(witnesses) == (case["verdict"] not in ("derived", "unknown"))
    if case["verdict"] == "unknown":
        assert (case["values"], case["record"]["chosen"]) == ([], [])
        assert case["record"]["comment"]


@pytest.mark.parametrize(
    ("subject", "name", "status", "parameter"),
    [
        ("", "schema:endDate", 400, "subject"),
        (SUBJECT, "", 400, "property"),
        (SUBJECT, "endDate", 400, "property"),
        ("project:nowhere", "schema:endDate", 404, None),
        (SUBJECT, "s6:nothing", 404, "property"),
        (SUBJECT, 's6:a b<>"', 400, "property"),
    ],
)
def test_what_cannot_be_told_is_refused_clearly(
    server: str, subject: str, name: str, status: int, parameter: str | None
) -> None:
    reply = why(server, subject, name)

    assert reply.status == status
    assert parameter in (None, reply.json().get("parameter"))
    if (status, parameter) == (404, "property"):
        assert "schema:endDate" in reply.json()["available"]


@pytest.mark.parametrize(
    ("language", "heading"), [("fi", "Miksi: "), ("sv", "Varför: "), ("en", "Why: ")]
)
def test_the_page_tells_the_same_in_three_languages(
    server: str, language: str, heading: str
) -> None:
    address = f"/why?subject={SUBJECT}&property=schema:endDate&lang={language}"
    reply = send(server, address, headers=BROWSER)
    page = Page(reply.body.decode())

    assert page.faults == []
    assert page.headings[-1].startswith(heading)
    assert reply.headers["content-language"] == language
    assert reply.headers["x-robots-tag"] == "noindex"
    targets = {href.partition("?")[0] for href, _, _ in page.links}
    assert {"/graph/eura-a71925", "/graph/turkusciencepark-ysi"} <= targets
    assert "/page/def/choice-rule/better-kind-of-source" in targets
