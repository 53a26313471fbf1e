"""The library over HTTP: the list, the query itself, its answer in every format of its form."""

import csv
import io
import re
from dataclasses import replace
from typing import Final

import pytest
from flask.testing import FlaskClient
from rdflib import Graph
from rdflib.query import Result
from standin import StandIn

from sixaika_graph.engine import Answer, Engine, QueryRequest
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import ID, S6
from sixaika_graph.publication import Publication
from sixaika_graph.queries import THEMES
from sixaika_graph.web import create_app
from sixaika_graph.web.problems import MEDIA_TYPE

BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SELECT: Final = "/queries/city-projects"
ASK: Final = "/queries/one-point-for-each-city"
CONSTRUCT: Final = "/queries/project-with-its-nodes"
RDF: Final = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}


def test_machines_get_a_list_with_all_that_they_need(
    client: FlaskClient, publication: Publication
) -> None:
    response = client.get("/queries/")
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.vary.as_set() >= {"accept"}
    listed = response.get_json()["queries"]
    assert [query["name"] for query in listed] == list(publication.library)
    (described,) = (query for query in listed if query["name"] == "city-projects")
    assert set(described["title"]) == set(described["description"]) == {"fi", "sv", "en"}
    assert described["form"] == "SELECT"
    assert "city" in described["keywords"]
    assert (described["theme"], described["question"]) == ("places", None)
    assert (described["view"], described["columns"]) == ("table", [])
    assert described["parameters"] == {"city": {"type": "uri", "value": str(ID["place/oulu"])}}
    address = f"{publication.settings.public_url}queries/city-projects"
    assert described["query"] == f"{address}.rq"
    assert described["answers"]["text/csv"] == f"{address}.csv"


def test_the_list_of_questions_can_be_asked_for_by_format(client: FlaskClient) -> None:
    browser = {"Accept": "text/html"}

    assert client.get("/queries/?format=json", headers=browser).mimetype == "application/json"
    assert client.get("/queries/?format=html").mimetype == "text/html"
    refused = client.get("/queries/?format=ttl")
    assert (refused.status_code, refused.json["available"]) == (400, ["html", "json"])  # type: ignore[index]


def test_every_address_of_the_list_answers(client: FlaskClient, publication: Publication) -> None:
    for query in client.get("/queries/").get_json()["queries"]:
        for address in (query["query"], *query["answers"].values()):
            path = "/" + address.removeprefix(publication.settings.public_url)
            assert client.get(path).status_code == 200, path


def test_a_browser_gets_the_list_as_a_page(client: FlaskClient, publication: Publication) -> None:
    page = client.get("/queries/", headers={"Accept": BROWSER})
    assert page.mimetype == "text/html"
    for name in publication.library:
        assert page.text.count(f'href="/queries/{name}"') == 1
    headings = re.findall('id="theme-([a-z]+)"', page.text)
    assert headings == list(THEMES)


def test_a_list_in_another_format_is_not_acceptable(client: FlaskClient) -> None:
    response = client.get("/queries/", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.get_json()["available"] == ["application/json", "text/html"]


def test_the_address_can_name_the_format_of_the_list(client: FlaskClient) -> None:
    page = client.get("/queries/?format=html", headers={"Accept": "application/json"})
    data = client.get("/queries/?format=json", headers={"Accept": BROWSER})
    refused = client.get("/queries/?format=ttl")

    assert (page.mimetype, data.mimetype) == ("text/html", "application/json")
    assert "Accept" not in data.vary
    assert (refused.status_code, refused.get_json()["parameter"]) == (400, "format")


def test_the_list_has_a_slash(client: FlaskClient) -> None:
    response = client.get("/queries")
    assert response.status_code == 308
    assert response.headers["Location"] == "/queries/"
    response = client.get(f"{SELECT}/")
    assert response.status_code == 308
    assert response.headers["Location"] == SELECT


def test_every_question_has_a_page(client: FlaskClient, publication: Publication) -> None:
    for name, query in publication.library.items():
        for language, title in query.titles.items():
            page = client.get(f"/queries/{name}.html?lang={language}")
            assert page.status_code == 200
            assert page.mimetype == "text/html"
            assert title in page.text.replace("&#39;", "'")


def test_the_query_itself_is_its_file(client: FlaskClient, publication: Publication) -> None:
    for accept in ("*/*", "application/sparql-query", ""):
        response = client.get(SELECT, headers={"Accept": accept})
        assert response.mimetype == "application/sparql-query"
        assert response.text == publication.library["city-projects"].text
        assert "Accept" in response.vary
    fixed = client.get(f"{SELECT}.rq")
    assert fixed.text == response.text
    assert "Accept" not in fixed.vary


def test_a_browser_gets_a_page_with_the_answer(client: FlaskClient) -> None:
    page = client.get(SELECT, headers={"Accept": BROWSER})
    assert page.mimetype == "text/html"
    assert page.vary.as_set() >= {"accept"}
    assert "CoHeWe" in page.text
    assert "SELECT ?project" in page.text


@pytest.mark.parametrize("accept", ["text/csv", "text/csv;q=0.5, application/sparql-query;q=0.1"])
def test_the_answer_can_be_negotiated_too(client: FlaskClient, accept: str) -> None:
    response = client.get(SELECT, headers={"Accept": accept})
    assert response.mimetype == "text/csv"
    assert "Accept" in response.vary


def test_what_no_format_fits_is_not_acceptable(client: FlaskClient) -> None:
    response = client.get(SELECT, headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert "text/csv" in response.get_json()["available"]


@pytest.mark.parametrize(
    ("path", "name", "suffix"),
    [
        (SELECT, "csv", "csv"),
        (SELECT, "application/sparql-results+json", "json"),
        (SELECT, "rq", "rq"),
        (SELECT, "html", "html"),
        (CONSTRUCT, "ttl", "ttl"),
        (CONSTRUCT, "json", "jsonld"),
    ],
)
def test_a_parameter_names_the_format_as_a_suffix_does(
    client: FlaskClient, path: str, name: str, suffix: str
) -> None:
    named = client.get(f"{path}?format={name}", headers={"Accept": "image/png"})
    fixed = client.get(f"{path}.{suffix}")

    assert named.status_code == 200, named.text
    assert (named.data if suffix != "html" else named.mimetype) == (
        fixed.data if suffix != "html" else fixed.mimetype
    )
    assert named.headers["Link"] == fixed.headers["Link"]
    assert "Accept" not in named.vary


def test_a_table_for_excel_begins_with_a_mark(client: FlaskClient) -> None:
    plain, marked = client.get(f"{SELECT}.csv"), client.get(f"{SELECT}.csv?bom=1")

    assert marked.data == b"\xef\xbb\xbf" + plain.data
    assert marked.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize(("name", "status"), [("ttl", 406), ("nonsense", 400)])
def test_a_format_that_an_answer_does_not_have_is_refused(
    client: FlaskClient, name: str, status: int
) -> None:
    refused = client.get(f"{SELECT}?format={name}")

    assert (refused.status_code, refused.get_json()["parameter"]) == (status, "format")
    assert "text/csv" in refused.get_json()["available"]


def test_solutions_come_in_every_format_of_solutions(client: FlaskClient) -> None:
    for row in of_kind("results"):
        response = client.get(f"{SELECT}.{row.suffix}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == row.content_type
        assert response.content_length == len(response.data)
        assert "Accept" not in response.vary
        result = Result.parse(io.BytesIO(response.data), format=row.suffix)
        assert len(result) > 4
    table = list(csv.reader(io.StringIO(client.get(f"{SELECT}.csv").text)))
    assert table[0] == ["project", "projectName", "organisation", "organisationName", "roleName"]
    assert str(ID["project/cohewe"]) in {row[0] for row in table}


def test_a_boolean_comes_as_json_and_csv(client: FlaskClient) -> None:
    assert client.get(f"{ASK}.json").get_json(force=True)["boolean"] is True
    assert "true" in client.get(f"{ASK}.csv").text


def test_a_graph_comes_in_every_format_of_graphs(client: FlaskClient) -> None:
    for row in of_kind("graph"):
        response = client.get(f"{CONSTRUCT}.{row.suffix}")
        assert response.headers["Content-Type"] == row.content_type
        graph = Graph().parse(data=response.data, format=RDF[row.suffix])
        assert (ID["project/avoimet-innovaatioalustat"], None, S6.LeadProject) in graph
    assert client.get(f"{CONSTRUCT}.ttl").data == client.get(f"{CONSTRUCT}.ttl").data


@pytest.mark.parametrize(
    ("path", "right"),
    [
        (f"{SELECT}.ttl", f"{SELECT}.json"),
        (f"{SELECT}.", f"{SELECT}.csv"),
        (f"{SELECT}.csv.gz", f"{SELECT}.csv"),
        (f"{CONSTRUCT}.csv", f"{CONSTRUCT}.ttl"),
    ],
)
def test_a_suffix_of_another_form_is_not_found_and_the_right_ones_are_named(
    client: FlaskClient, path: str, right: str
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.mimetype == MEDIA_TYPE
    assert right in response.get_json()["available"]


@pytest.mark.parametrize(
    "path", ["/queries/no-such-question", "/queries/home", "/queries/label.rq"]
)
def test_an_unknown_question_is_not_found(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.mimetype == MEDIA_TYPE


def test_a_parameter_is_bound_in_every_representation(client: FlaskClient) -> None:
    project = "project=project:cohewe"
    path = "/queries/ancestors-of-a-project"
    rows = client.get(f"{path}.json?{project}").get_json(force=True)["results"]["bindings"]
    assert [row["ancestor"]["value"].rpartition("/")[2] for row in rows] == [
        "6aika",
        "kestavaa-kasvua-ja-tyota-2014-2020",
    ]
    assert (
        f"VALUES ?project {{ <{ID['project/cohewe']}> }}" in client.get(f"{path}.rq?{project}").text
    )
    page = client.get(f"{path}.html?{project}").text
    assert "project:cohewe" in page
    assert f"{path}.csv?project=project%3Acohewe" in page
    assert f"VALUES ?project {{ &lt;{ID['project/cohewe']}&gt; }}" in page


def test_a_whole_iri_and_a_text_can_be_given(client: FlaskClient) -> None:
    query = {"project": str(ID["project/cohewe"]), "lang": "sv"}
    response = client.get("/queries/ancestors-of-a-project.csv", query_string=query)
    assert len(response.text.splitlines()) == 3
    for word, found in (("ulEÅborg", True), ('"} ?s ?p ?o {"', False)):
        response = client.get("/queries/search-by-word.csv", query_string={"word": word})
        assert response.status_code == 200
        assert (len(response.text.splitlines()) > 1) is found


@pytest.mark.parametrize(
    ("query", "slug", "text"),
    [
        (
            "town=place:oulu",
            "bad-parameter",
            "There is no parameter 'town': city-projects has city",
        ),
        ("city=oulu", "bad-parameter", "neither a whole IRI nor a name with a known prefix"),
        ("city=http://a/%3E%20%7D", "bad-parameter", "is no IRI"),
        ("city=place:oulu&city=place:turku", "duplicate-parameter", "city is given twice"),
        ("city", "bad-parameter", "neither a whole IRI"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".csv", ".rq", ".html"])
def test_a_wrong_parameter_is_a_bad_request(
    client: FlaskClient, suffix: str, query: str, slug: str, text: str
) -> None:
    response = client.get(f"{SELECT}{suffix}?{query}")
    assert response.status_code == 400
    problem = response.get_json()
    assert problem["type"].endswith(f"/problems/{slug}")
    assert text in problem["detail"]


def test_the_same_answer_has_the_same_tag_and_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get(f"{SELECT}.csv")
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get(f"{SELECT}.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    tags = {
        client.get(path).headers["ETag"]
        for path in (
            f"{SELECT}.csv",
            f"{SELECT}.tsv",
            f"{SELECT}.rq",
            f"{SELECT}.csv?city=place:turku",
        )
    }
    assert len(tags) == 4


def test_an_answer_names_the_question_and_its_other_formats(client: FlaskClient) -> None:
    link = client.get(f"{SELECT}.csv?city=place:oulu").headers["Link"]
    assert f'<{SELECT}?city=place:oulu>; rel="canonical"' in link
    assert f'<{SELECT}.json?city=place:oulu>; rel="alternate"' in link
    head = client.head(f"{SELECT}.csv")
    assert head.status_code == 200
    assert head.data == b""


class Recorder(StandIn):
    """An engine that remembers what it was asked."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.requests: list[QueryRequest] = []

    def query(self, request: QueryRequest) -> Answer:
        self.requests.append(request)
        return super().query(request)


def test_questions_do_not_count_against_the_share_of_a_client(publication: Publication) -> None:
    recorder = Recorder(publication.engine)
    client = create_app(replace(publication, engine=recorder)).test_client()
    recorder.requests.clear()
    for path in (f"{SELECT}.csv", f"{CONSTRUCT}.ttl", f"{SELECT}.html"):
        assert client.get(path).status_code == 200
    assert len(recorder.requests) >= 3
    assert all(request.client is None for request in recorder.requests)


def test_a_long_parameter_is_not_repeated_in_the_header(client: FlaskClient) -> None:
    response = client.get("/queries/search-by-word.csv", query_string={"word": "a" * 2_000})
    assert response.status_code == 200
    assert len(response.headers["Link"]) < 4_000
