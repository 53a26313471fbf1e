"""Signposts: the typed links of a document lead where they say, in its header and as a linkset."""

import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from markup import Page
from wire import Reply, send

from sixaika_graph.namespaces import DEF, ID

LINK: Final = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?')
BROWSER: Final = {"Accept": "text/html,*/*;q=0.8"}
THINGS: Final = {
    "project/cohewe": ("https://schema.org/Project", "/data/project"),
    "place/oulu": ("https://schema.org/City", "/data/place"),
    "def/role/lead": ("http://www.w3.org/2004/02/skos/core#Concept", "/data/def/role"),
    "rule/two-city-regions": ("https://w3id.org/sixaika/ont#Rule", None),
}


def links(reply: Reply) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for href, relation, kind in LINK.findall(reply.headers["link"]):
        found.setdefault(relation, []).append((href, kind))
    return found


def iri_of(path: str) -> str:
    return f"{DEF}{path.removeprefix('def/')}" if path.startswith("def/") else f"{ID}{path}"


@pytest.mark.parametrize("path", THINGS)
@pytest.mark.parametrize("place", ["page", "data"])
def test_a_document_names_what_a_program_looks_for(server: str, place: str, path: str) -> None:
    found = links(send(server, f"/{place}/{path}"))
    kind, collection = THINGS[path]

    assert found["cite-as"] == found["describes"] == [(iri_of(path), "")]
    assert (kind, "") in found["type"]
    assert found["license"] == [("https://creativecommons.org/licenses/by/4.0/", "")]
    assert found.get("collection", [(None, "")]) == [(collection, "")]
    assert len(found["alternate"]) > 3


@pytest.mark.parametrize("path", THINGS)
def test_every_link_leads_to_what_it_says(server: str, path: str) -> None:
    for relation, targets in links(send(server, f"/data/{path}")).items():
        for href, kind in targets:
            if href.startswith("/"):
                reply = send(server, href)
                assert reply.status == 200, (relation, href)
                assert reply.headers["content-type"].startswith(kind), (relation, href)


@pytest.mark.parametrize("path", THINGS)
def test_the_linkset_says_the_same_as_the_headers(server: str, path: str) -> None:
    reply = send(server, f"/linkset/{path}")
    contexts: list[Any] = reply.json()["linkset"]
    by_anchor = {one["anchor"]: one for one in contexts}

    assert reply.headers["content-type"] == "application/linkset+json"
    assert iri_of(path) in by_anchor
    for place in ("page", "data"):
        (anchor,) = (one for one in by_anchor if urlsplit(one).path == f"/{place}/{path}")
        header = links(send(server, f"/{place}/{path}"))
        for relation in ("cite-as", "type", "license", "collection", "describedby", "linkset"):
            told = [one["href"] for one in by_anchor[anchor].get(relation, ())]
            said = [href for href, _ in header.get(relation, ())]
            assert [one.removeprefix(server.rstrip("/")) for one in told] == said, relation


def test_a_linkset_follows_aliases_and_knows_nothing_else(server: str) -> None:
    moved = send(server, "/linkset/place/564")

    assert (moved.status, moved.headers["location"]) == (301, "/linkset/place/oulu")
    assert send(server, "/linkset/place/nowhere").status == 404


def markup(server: str, address: str) -> list[Any]:
    text = send(server, address, headers=BROWSER).body.decode()
    assert Page(text).faults == []
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return [json.loads(one) for one in blocks]


@pytest.mark.parametrize(
    "address",
    "/ /ont /shapes /queries/ /sparql /search?q=oulu /page/project /quality /catalog "
    "/page/about/api /page/about/people /graph/ouka-6aika /problems/gone /page/place/nowhere "
    "/why?subject=place:oulu&property=rdfs:label".split(),
)
def test_every_page_tells_search_engines_what_it_is(server: str, address: str) -> None:
    page = markup(server, address)[-1]

    assert page["@context"] == "https://schema.org/"
    assert page["@type"] == ("CollectionPage" if address == "/page/project" else "WebPage")
    assert page["name"]
    assert page["inLanguage"] == "en"
    assert "mainEntity" not in page


@pytest.mark.parametrize(
    ("path", "kind", "language", "told"),
    [
        ("project/cohewe", "Project", "fi", {"identifier": "A74215", "endDate": "2020-12-31"}),
        ("place/oulu", "City", "sv", {"name": "Uleåborg", "identifier": "564"}),
        ("def/role/lead", "DefinedTerm", "en", {"name": "lead"}),
        ("organisation/espoon-kaupunki", "Organization", "sv", {"name": "Esbo stad"}),
        ("rule/two-city-regions", "Thing", "en", {}),
    ],
)
def test_the_page_of_a_thing_tells_of_the_thing(
    server: str, path: str, kind: str, language: str, told: dict[str, str]
) -> None:
    (page,) = markup(server, f"/page/{path}?lang={language}")
    thing = page["mainEntity"]

    assert (thing["@id"], thing["@type"]) == (iri_of(path), kind)
    assert {key: thing.get(key) for key in told} == told


def test_nothing_in_the_data_ends_the_block(server: str) -> None:
    """A search that looks like markup stays text in the title, and in the block."""
    text = send(server, "/search?q=%3C/script%3E%3Cscript%3E", headers=BROWSER).body.decode()

    assert text.count("</script>") == text.count("<script")
    assert "</script><script>" not in text
