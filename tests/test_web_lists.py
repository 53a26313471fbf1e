"""Lists: who is on them follows from the data, in every format alike, part by part."""

import csv
import io
import re
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from markup import Page
from rdflib import Graph, URIRef
from wire import Reply, send

from sixaika_graph.errors import Overloaded
from sixaika_graph.namespaces import ID, PREFIXES
from sixaika_graph.publication import Publication
from sixaika_graph.web import selection
from sixaika_graph.web.lookup import Lookup

HYDRA: Final = PREFIXES["hydra"]
NEXT: Final = re.compile(r'<([^>]*)>; rel="next"')
PART: Final = re.compile(r'<([^>]*)>; rel="(first|prev|next|last)"')
FILTERED: Final = "place=oulu&fund=erdf&year=2017"
# What the list of FILTERED has to be, asked in other words than the list itself asks.
EXPECTED: Final = """
PREFIX s6: <https://w3id.org/sixaika/ont#>
SELECT DISTINCT ?project WHERE {
  ?project a s6:Project ; s6:earliestStart ?start ; s6:latestEnd ?end .
  ?project s6:cityRegion <https://w3id.org/sixaika/id/place/oulu> .
  ?project s6:fund <https://w3id.org/sixaika/id/fund/erdf> .
  FILTER (?start <= "2017-12-31"^^<http://www.w3.org/2001/XMLSchema#date>)
  FILTER (?end >= "2017-01-01"^^<http://www.w3.org/2001/XMLSchema#date>)
}"""


def fetched(server: str, address: str) -> Any:
    """Return a list as JSON."""
    reply = send(server, address)
    assert reply.status == 200, reply.body
    return reply.json()


def members(listed: Any) -> list[str]:
    return [member["id"] for member in listed["members"]]


def asked(server: str, query: str) -> set[str]:
    """Return the values of the only variable of a query."""
    reply = send(server, f"/sparql?query={quote(query)}&format=csv")
    return set(reply.body.decode().split()[1:])


def following(reply: Reply) -> str | None:
    match = NEXT.search(reply.headers["link"])
    return match[1] if match else None


def test_a_list_holds_what_the_endpoint_finds(server: str) -> None:
    listed = fetched(server, f"/data/project.json?{FILTERED}")

    expected = asked(server, EXPECTED)
    assert len(expected) > 3
    assert set(members(listed)) == expected
    assert listed["total"] == len(expected)


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nt"])
def test_every_graph_has_the_same_members_as_the_json(server: str, suffix: str) -> None:
    listed = fetched(server, f"/data/project.json?{FILTERED}")
    reply = send(server, f"/data/project.{suffix}?{FILTERED}")
    form = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}[suffix]
    graph = Graph().parse(data=reply.body, format=form)

    found = {str(one) for one in graph.objects(None, URIRef(f"{HYDRA}member"))}
    assert found == set(members(listed))
    assert [int(str(one)) for one in graph.objects(None, URIRef(f"{HYDRA}totalItems"))] == [
        listed["total"]
    ]
    assert {URIRef(one["fund"]["id"]) for one in listed["members"]} <= set(graph.objects())


def test_a_table_has_every_member_and_names_beside_iris(server: str) -> None:
    listed = fetched(server, "/data/organisation.json?lang=sv")
    reply = send(server, "/data/organisation.csv?lang=sv")
    rows = list(csv.DictReader(io.StringIO(reply.body.decode())))

    assert reply.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert [row["id"] for row in rows] == members(listed)
    city = next(row for row in rows if row["id"] == f"{ID}organisation/espoon-kaupunki")
    assert city["label"] == "Esbo stad"
    assert city["place_id"] == f"{ID}place/espoo"
    assert city["place"] == "Esbo"


def test_a_table_for_excel_begins_with_a_mark(server: str) -> None:
    plain, marked = (send(server, f"/data/fund.csv{query}").body for query in ("", "?bom=1"))

    assert marked == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("/data/project.json?limit=20", {"first": "", "next": "20", "last": "40"}),
        (
            "/data/project.ttl?limit=20&offset=20",
            {"first": "", "prev": "", "next": "40", "last": "40"},
        ),
        ("/data/project?format=csv&limit=20&offset=40", {"first": "", "prev": "20", "last": "40"}),
        ("/page/project?offset=50", {"first": "", "prev": "", "last": "50"}),
        (
            "/data/project.json?limit=20&offset=5",
            {"first": "", "prev": "", "next": "25", "last": "40"},
        ),
        ("/data/project.json?limit=20&offset=900", {"first": "", "prev": "40", "last": "40"}),
        ("/data/project.json", {}),
        ("/data/project.csv", {}),
        ("/data/project.json?q=zzzz", {}),
    ],
)
def test_a_part_leads_to_the_others(server: str, address: str, places: dict[str, str]) -> None:
    """From 51 projects; "" is the beginning."""
    links = send(server, address).headers["link"]
    found = {relation: target for target, relation in PART.findall(links)}

    assert found.keys() == places.keys()
    for relation, target in found.items():
        wanted = dict(parse_qsl(urlsplit(address).query)) | {"offset": places[relation]}
        assert urlsplit(target).path == urlsplit(address).path
        assert dict(parse_qsl(urlsplit(target).query)) == {
            name: value for name, value in wanted.items() if value
        }
        assert send(server, target).status == 200


@pytest.mark.parametrize("kind", ["project", "person", "source"])
def test_the_parts_of_a_list_are_the_list(server: str, kind: str) -> None:
    whole = members(fetched(server, f"/data/{kind}.json"))
    address: str | None = f"/data/{kind}.json?limit=40"
    found: list[str] = []
    while address:
        reply = send(server, address)
        part = reply.json()
        address = following(reply)
        found += members(part)
        assert part["total"] == len(whole)
        target = urlsplit(part["next"] or "")
        assert (f"{target.path}?{target.query}" if part["next"] else None) == address

    assert found == whole
    assert len(set(found)) == len(whole) > 40


def test_a_list_is_in_the_order_of_names_whatever_the_header_says(server: str) -> None:
    swedish = send(server, "/data/place", headers={"Accept": "application/json"}).json()
    other = send(
        server,
        "/data/place",
        headers={"Accept": "application/json", "Accept-Language": "sv"},
    ).json()
    named = fetched(server, "/data/place.json?lang=sv")

    assert swedish == other
    labels = [one["label"] for one in named["members"]]
    assert labels == sorted(labels, key=str.casefold)
    assert {"Esbo", "Uleåborg"} <= set(labels)


@pytest.mark.parametrize(
    ("query", "parameter", "offered"),
    [
        ("plaace=oulu", "plaace", "place"),
        ("place=vaasa", "place", "oulu"),
        ("place=oulu&place=espoo", None, None),
        ("year=17", "year", None),
        ("year=２０１７", "year", None),
        ("limit=0", "limit", None),
        ("limit=1001", "limit", None),
        ("offset=-1", "offset", None),
        (f"q={'x' * 201}", "q", None),
        ("format=exe", "format", None),
    ],
)
@pytest.mark.parametrize("place", ["data", "page"])
def test_what_is_not_known_is_refused_by_name(
    server: str, place: str, query: str, parameter: str | None, offered: str | None
) -> None:
    if place == "page" and query.startswith("format"):
        query = "limit=no"
        parameter = "limit"
    reply = send(server, f"/{place}/project?{quote(query, safe='=&')}")

    assert reply.status == 400
    problem = reply.json()
    assert problem.get("parameter") == parameter
    assert offered is None or offered in problem["available"]


@pytest.mark.parametrize(
    "address", ["/data/nothing", "/page/nothing", "/data/members", "/data/nothing.csv", "/data/x."]
)
def test_what_has_no_list_is_not_found(server: str, address: str) -> None:
    assert send(server, address).status == 404


def test_a_value_may_be_a_slug_a_short_iri_or_an_iri(server: str) -> None:
    forms = ["oulu", "place:oulu", f"{ID}place/oulu"]
    found = [members(fetched(server, f"/data/project.json?place={quote(one)}")) for one in forms]

    assert found[0] == found[1] == found[2]
    assert found[0]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("cohe", "cohewe"),
        ("A74215", "cohewe"),
        ("HYVINV yhteis", None),
        ("duunipolku", "duunipolku"),
    ],
)
def test_words_find_names_and_codes(server: str, words: str, slug: str | None) -> None:
    found = members(fetched(server, f"/data/project.json?q={quote(words)}"))

    assert slug is None or f"{ID}project/{slug}" in found
    assert len(found) < 10


def test_every_kind_has_a_list_in_three_languages(
    client: FlaskClient, publication: Publication
) -> None:
    names = (name.removeprefix("list-") for name in publication.site if name.startswith("list-"))
    for kind in set(names) - {"members"}:
        titles = publication.site[f"list-{kind}"].titles
        for language in ("fi", "sv", "en"):
            response = client.get(f"/page/{kind}?lang={language}")
            page = Page(response.text)
            assert response.status_code == 200, kind
            assert page.faults == [], kind
            assert page.headings[-1] == titles[language]
            assert len(page.ids) == len(set(page.ids))
        assert client.get(f"/data/{kind}.ttl").status_code == 200


def test_a_field_that_can_have_one_value_has_one(
    client: FlaskClient, publication: Publication
) -> None:
    """JSON shows the first value of a field that is said to have one: there must be no second."""
    names = [name for name in publication.site if name.startswith("list-")]
    for name in set(names) - {"list-members"}:
        reply = client.get("/sparql", query_string={"query": publication.site[name].text})
        assert reply.json is not None
        seen: dict[tuple[str, str], str] = {}
        for row in reply.json["results"]["bindings"]:
            if "member" in row and row["many"]["value"] == "false":
                key = (row["member"]["value"], row["field"]["value"])
                assert seen.setdefault(key, row["value"]["value"]) == row["value"]["value"], key


def test_the_form_shows_what_is_chosen_and_leads_on(server: str) -> None:
    reply = send(server, "/page/project?place=oulu&limit=5&lang=fi&q=&year=")
    page = Page(reply.body.decode())

    chosen = [one for one in page.all("option") if "selected" in one]
    assert [one["value"] for one in chosen] == ["oulu"]
    (onward,) = [href for href, link, _ in page.links if link.get("rel") == "next"]
    assert parse_qs(urlsplit(following(reply) or "").query) == parse_qs(urlsplit(onward).query)
    after = Page(send(server, onward).body.decode())
    first, second = (
        [href for href, link, _ in one.links if href.startswith("/page/project/")]
        for one in (page, after)
    )
    assert first
    assert second
    assert not set(first) & set(second)


def options(server: str, address: str, name: str) -> dict[str, int]:
    """Return how many members each value of a filter is said to have on the page of a list."""
    page = send(server, address, headers={"Accept": "text/html", "Accept-Language": "en"})
    (form,) = re.findall(rf'name="{name}">(.*?)</select>', page.body.decode(), re.DOTALL) or [""]
    found = re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)</option>', form)
    return {value: int(count) for value, count in found}


def test_the_form_counts_what_fits_all_else_that_is_chosen(server: str) -> None:
    all_of_them = options(server, "/page/project", "place")
    within = options(server, "/page/project?fund=erdf", "place")
    chosen = options(server, "/page/project?fund=erdf&place=oulu", "place")

    assert chosen == within != all_of_them
    for value, count in within.items():
        found = send(server, f"/data/project.json?fund=erdf&place={value}").json()
        assert found["total"] == count, value
    assert sum(options(server, "/page/project?q=circhubs", "fund").values()) <= 2


def test_where_nothing_fits_there_is_nothing_to_choose(server: str) -> None:
    assert options(server, "/page/project?q=zzz", "place") == {}
    assert options(server, "/page/project?q=zzz&place=oulu", "place") == {"oulu": 0}


def test_a_browser_is_led_from_data_to_the_page_and_a_suffix_back(server: str) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8"}
    named = send(server, "/page/project?place=oulu&format=csv", headers=browser)
    unknown = send(server, "/page/project?format=docx")
    assert (named.status, unknown.status) == (303, 400)
    assert named.headers["location"] == "/data/project?place=oulu&format=csv"
    to_page = send(server, "/data/project?place=oulu", headers=browser)
    to_data = send(server, "/page/project.csv?place=oulu")

    assert (to_page.status, to_page.headers["location"]) == (303, "/page/project?place=oulu")
    assert "Accept" in to_page.headers["vary"]
    assert (to_data.status, to_data.headers["location"]) == (303, "/data/project.csv?place=oulu")


def test_persons_are_listed_for_no_search_engine(server: str) -> None:
    assert send(server, "/page/person").headers["x-robots-tag"] == "noindex"


def test_a_list_is_cached_with_a_tag(server: str) -> None:
    for address in ("/data/fund.json", "/data/fund.ttl", "/data/fund.csv", "/page/fund"):
        tag = send(server, address).headers["etag"]
        assert send(server, address, headers={"If-None-Match": tag}).status == 304


def test_a_list_without_words_waits_for_no_index_of_names(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Lookup:
        raise Overloaded(retry_after=1)

    monkeypatch.setattr(selection, "lookup", refuse)

    assert client.get("/page/budget", headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/page/budget?q=a", headers={"Accept": "text/html"}).status_code == 503


@pytest.mark.parametrize("kind", ["project", "budget"])
@pytest.mark.parametrize(
    ("language", "written"), [("en", r"€[\d,]+"), ("fi", "[\\d\xa0]+€"), ("sv", "[\\d\xa0]+€")]
)
def test_an_amount_on_a_list_has_its_currency_and_in_data_a_column_for_it(
    server: str, kind: str, language: str, written: str
) -> None:
    name = "budget" if kind == "project" else "amount"
    listed = fetched(server, f"/data/{kind}.json?limit=50&lang={language}")
    rows = csv.DictReader(io.StringIO(send(server, f"/data/{kind}.csv").body.decode()))
    text = send(server, f"/page/{kind}?lang={language}").body.decode()
    amounts = [one for one in listed["members"] if one[name] is not None]

    assert amounts
    for one in amounts:
        assert isinstance(one[name], int | float)
        assert one["currency"] == "EUR"
    assert {row["currency"] for row in rows if row[name]} == {"EUR"}
    assert len(re.findall(f"<span>{written}</span>", text)) == len(amounts)


def test_an_amount_on_a_list_is_said_to_be_less_than_exact(server: str) -> None:
    listed = fetched(server, "/data/project.json?limit=50&lang=en")
    rough = [
        one
        for one in listed["members"]
        if one["precision"] and not one["precision"].endswith("/exact")
    ]
    text = send(server, "/page/project?lang=en").body.decode()

    assert rough
    assert len(re.findall(r"<td><span>[a-z ]+</span> <span>€", text)) == len(rough)


@pytest.mark.parametrize(
    ("language", "day"),
    [("fi", "16.5.2014"), ("sv", "16\xa0maj\xa02014"), ("en", "16\xa0May\xa02014")],
)
def test_a_day_on_a_list_takes_one_line(server: str, language: str, day: str) -> None:
    text = send(server, f"/page/project?q=strategiatoimisto&lang={language}").body.decode()

    assert f"<td><span>{day}</span></td>" in text


def test_a_column_is_not_named_again_in_each_of_its_cells(server: str) -> None:
    text = send(server, "/page/organisation?q=yliopisto&lang=sv").body.decode()

    assert "2228357-4" in text
    assert len(re.findall("FO-nummer", text)) == 1
