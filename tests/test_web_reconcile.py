"""Reconciliation as OpenRefine asks for it, every answer held to the schemas of the W3C group.

The schemas stand outside of this repository; without them the tests that need them say so.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from markup import Page
from referencing import Registry
from referencing.jsonschema import DRAFT7
from wire import Reply, send

from sixaika_graph.namespaces import BASE
from sixaika_graph.web.batch import SIZE
from sixaika_graph.web.language import LANGUAGES

CONFORMANCE: Final = Path(
    os.environ.get("SIXAIKA_CONFORMANCE")
    or Path(__file__).parent.parent.parent / "shared" / "conformance"
)
SPECIFICATION: Final = CONFORMANCE / "data" / "reconciliation" / "0.2"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
OULU: Final = f"{BASE}id/place/oulu"
CITY: Final = "https://schema.org/City"

Check = Callable[[str, Any], None]


@pytest.fixture(scope="session")
def check() -> Check:
    """Return what holds a document to one of the schemas."""
    folder = SPECIFICATION / "schemas"
    if not folder.is_dir():
        pytest.skip(f"SKIPPED: {folder} is missing")
    schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], DRAFT7.create_resource(schema)) for schema in schemas.values()
    )

    def validate(name: str, document: Any) -> None:
        Draft7Validator(schemas[name], registry=registry).validate(document)

    return validate


def examples(kind: str, verdict: str) -> list[Any]:
    folder = SPECIFICATION / "examples" / kind / verdict
    return [
        pytest.param(json.loads(path.read_text(encoding="utf-8")), id=path.stem)
        for path in sorted(folder.glob("*.json"))
    ]


def ask(client: FlaskClient, queries: object, **parameters: str) -> Any:
    """Send a batch as a form; return what came back as JSON."""
    reply = client.post("/reconcile", data={"queries": json.dumps(queries), **parameters})
    assert reply.status_code == 200, reply.text
    return reply.json


def only(client: FlaskClient, **query: object) -> Any:
    """Return the candidates of one query."""
    return ask(client, {"q0": query})["q0"]["result"]


# --- as OpenRefine does it, over a socket -----------------------------------------------------


class OpenRefine:
    """Knows an endpoint, and of the rest only what the manifest says."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.manifest: Any = self.get(endpoint).json()

    def get(self, address: str) -> Reply:
        """Fetch an address as the browser side does: by CORS, from another origin."""
        parts = urlsplit(address)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Origin": "http://127.0.0.1:3333", "Accept": "*/*"}
        reply = send(f"{parts.scheme}://{parts.netloc}/", target, headers=headers)
        assert reply.status == 200, (address, reply.body)
        assert reply.headers["access-control-allow-origin"] == "*"
        return reply

    def post(self, **form: object) -> Any:
        """Post a form to the endpoint as the server side does."""
        body = urlencode({name: json.dumps(value) for name, value in form.items()}).encode()
        parts = urlsplit(self.endpoint)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        reply = send(self.endpoint, target, "POST", body, FORM)
        assert reply.status == 200, reply.body
        return reply.json()

    def suggest(self, what: str, prefix: str) -> Any:
        """Ask for suggestions with the parameters that its input field adds."""
        service = self.manifest["suggest"][what]
        query = urlencode({"prefix": prefix, "type_strict": "any", "_": "1732406400000"})
        return self.get(f"{service['service_url']}{service['service_path']}?{query}").json()

    def fly_out(self, what: str, identifier: str) -> Any:
        """Fetch the small preview of a suggestion."""
        service = self.manifest["suggest"][what]
        path = service["flyout_service_path"].replace("${id}", quote(identifier, safe=""))
        return self.get(service["service_url"] + path).json()

    def propose(self, kind: str) -> Any:
        """Ask which properties could be added as columns."""
        service = self.manifest["extend"]["propose_properties"]
        query = urlencode({"type": kind, "limit": 50})
        return self.get(f"{service['service_url']}{service['service_path']}?{query}").json()


@pytest.mark.parametrize("language", ["", *LANGUAGES])
def test_openrefine_goes_all_the_way(server: str, check: Check, language: str) -> None:
    refine = OpenRefine(f"{server}reconcile" + (f"?lang={language}" if language else ""))
    check("manifest", refine.manifest)
    assert refine.manifest["versions"] == ["0.2"]
    assert CITY in [kind["id"] for kind in refine.manifest["defaultTypes"]]

    guess = refine.post(queries={f"q{n}": {"query": text, "limit": 3} for n, text in CELLS})
    check("reconciliation-result-batch", guess)
    assert len(guess) == len(CELLS)

    query = {"query": "Uleåborg", "type": CITY, "type_strict": "should", "limit": 6}
    found = refine.post(queries={"q0": query})
    check("reconciliation-result-batch", found)
    (first,) = [one for one in found["q0"]["result"] if one["match"]]
    assert first["id"] == OULU

    named = {"": "Oulu", "fi": "Oulu", "en": "Oulu", "sv": "Uleåborg"}[language]
    assert first["name"] == named
    for what, prefix, identifier in SUGGESTED:
        offered = refine.suggest(what, prefix)
        check(f"suggest-{PLURAL[what]}-response", offered)
        assert identifier in [one["id"] for one in offered["result"]]
        small = refine.fly_out(what, identifier)
        assert small["id"] == identifier
        assert not Page(small["html"]).faults

    proposed = refine.propose(CITY)
    check("data-extension-property-proposal", proposed)
    wanted = [{"id": one["id"]} for one in proposed["properties"]]
    extended = refine.post(extend={"ids": [OULU, f"{BASE}id/place/turku"], "properties": wanted})
    check("data-extension-response", extended)
    assert [one["id"] for one in extended["meta"]] == [one["id"] for one in wanted]
    assert extended["rows"][OULU]["https://schema.org/sameAs"]

    address = refine.manifest["preview"]["url"].replace("{{id}}", quote(OULU, safe=""))
    preview = refine.get(address)
    assert named in preview.body.decode()
    assert "frame-ancestors *" in preview.headers["content-security-policy"]


CELLS: Final = list(enumerate(["Oulu", "Turku", "Helsingin kaupunki", "", "?", "Tampere Oy"]))
SUGGESTED: Final = [
    ("entity", "Uleå", OULU),
    ("entity", OULU, OULU),
    ("entity", "564", OULU),
    ("type", "schema:City", CITY),
    ("property", "s6:focusArea", f"{BASE}ont#focusArea"),
]
PLURAL: Final = {"entity": "entities", "type": "types", "property": "properties"}


def test_the_view_of_a_thing_leads_a_browser_to_its_page(server: str) -> None:
    refine = OpenRefine(f"{server}reconcile")
    view = refine.manifest["view"]["url"].replace("{{id}}", quote(OULU, safe=""))
    reply = send(server, view.removeprefix(server[:-1]), headers={"Accept": "text/html"})

    assert reply.status == 303
    assert reply.headers["location"] == "/page/place/oulu"


def test_other_pages_cannot_be_framed(client: FlaskClient) -> None:
    for address in ("/page/place/oulu", "/search?q=oulu", "/reconcile/preview?id=nothing"):
        reply = client.get(address, headers={"Accept": "text/html"})
        assert "frame-ancestors 'self'" in reply.headers["Content-Security-Policy"]


# --- the specification's own examples ---------------------------------------------------------


@pytest.mark.parametrize("batch", examples("reconciliation-query-batch", "valid"))
def test_the_specifications_queries_are_answered(
    client: FlaskClient, check: Check, batch: Any
) -> None:
    check("reconciliation-query-batch", batch)
    answer = ask(client, batch)
    check("reconciliation-result-batch", answer)

    assert set(answer) == set(batch)
    assert not [one for one in answer.values() if "error" in one]


@pytest.mark.parametrize("batch", examples("reconciliation-query-batch", "invalid"))
def test_wrong_queries_are_reported_one_by_one(
    client: FlaskClient, check: Check, batch: Any
) -> None:
    """The good query of the same batch is answered, and the answer keeps its form."""
    answer = ask(client, {**batch, "good": {"query": "Oulu"}})
    check("reconciliation-result-batch", answer)

    assert answer["good"]["result"][0]["id"] == OULU
    assert all("error" in answer[name] for name in batch)


@pytest.mark.parametrize("query", examples("data-extension-query", "valid"))
def test_the_specifications_extensions_are_answered(
    client: FlaskClient, check: Check, query: Any
) -> None:
    """They ask for things that are not here: each has its row, and each row its columns."""
    reply = client.post("/reconcile", data={"extend": json.dumps(query)})
    check("data-extension-response", reply.json)

    assert reply.json is not None
    assert set(reply.json["rows"]) == set(query["ids"])
    for row in reply.json["rows"].values():
        assert list(row) == [one["id"] for one in query["properties"]]


# --- what matches -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "iri"),
    [
        ({"query": "Oulu"}, OULU),
        ({"query": "oulu", "type": CITY}, OULU),
        ({"query": "OULU", "type": [CITY]}, OULU),
        ({"query": "Oulu", "type": "schema:City"}, OULU),
        ({"query": "Oulu", "type": {"id": CITY, "name": "City"}}, OULU),
        ({"query": "Oulu", "type": "Q515"}, OULU),
        ({"query": "564"}, OULU),
        ({"query": "0187690-1"}, f"{BASE}id/organisation/oulun-kaupunki"),
        ({"query": "A70202"}, f"{BASE}id/project/avoimet-innovaatioalustat"),
        ({"query": OULU}, OULU),
        ({"query": "place:oulu"}, OULU),
        ({"query": "http://www.wikidata.org/entity/Q47048"}, OULU),
        ({"query": "City of Oulu"}, f"{BASE}id/organisation/oulun-kaupunki"),
        ({"properties": [{"pid": "dct:identifier", "v": "564"}]}, OULU),
        (
            {
                "query": "Oulu",
                "properties": [{"pid": "schema:containedInPlace", "v": ["x", "Norra Österbotten"]}],
            },
            OULU,
        ),
        (
            {
                "query": "Oulu",
                "properties": [
                    {
                        "pid": "https://schema.org/containedInPlace",
                        "v": {"id": f"{BASE}id/place/pohjois-pohjanmaa", "name": "?"},
                    }
                ],
            },
            OULU,
        ),
        (
            {
                "query": "CoHeWe",
                "properties": [{"pid": "schema:startDate", "v": "2018-08-01T00:00:00Z"}],
            },
            f"{BASE}id/project/cohewe",
        ),
        (
            {"query": "", "properties": [{"pid": "schema:startDate", "v": "2017-12-01T00:00"}]},
            f"{BASE}id/project/aina-avoin-ammatillinen-oppilaitos-365-12",
        ),
        ({"query": "Forum Virium Helsinki Oy"}, f"{BASE}id/organisation/forum-virium-helsinki"),
    ],
)
def test_what_is_certain_matches(client: FlaskClient, query: dict[str, object], iri: str) -> None:
    results = only(client, **query)

    assert [one["id"] for one in results if one["match"]] == [iri]
    assert results[0]["id"] == iri
    assert results[0]["score"] == 100


@pytest.mark.parametrize(
    "query",
    [
        {"query": "Ouluu"},
        {"query": "Uleaborg"},
        {"query": "Oulu, City of"},
        {"query": "Avoin data"},
        {"query": "Forum Virium"},
        {"query": "Oulu", "properties": [{"pid": "schema:containedInPlace", "v": "Uusimaa"}]},
        {"query": "Oulu", "type": [CITY, "schema:Country"], "type_strict": "all"},
        {"query": "565"},
        {"query": "lead"},
    ],
)
def test_what_is_not_certain_does_not_match(client: FlaskClient, query: dict[str, object]) -> None:
    """A misspelt name, a name of two things, a value that contradicts, two classes at once."""
    assert not [one for one in only(client, **query) if one["match"]]


def test_candidates_come_in_the_order_of_their_scores(client: FlaskClient) -> None:
    for text in ("Oulun yliopisto", "Helsinki", "HIPPA", "digital services"):
        results = only(client, query=text, limit=20)
        scores = [one["score"] for one in results]

        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)
        assert len({one["id"] for one in results}) == len(results) <= 20


def test_a_type_leaves_out_the_others_and_an_unknown_one_nothing(client: FlaskClient) -> None:
    typed = only(client, query="Oulun yliopisto", type="schema:Organization", limit=50)
    free = only(client, query="Oulun yliopisto", limit=50)
    unknown = only(client, query="Oulun yliopisto", type="http://example.org/Type", limit=50)

    assert typed
    organisation = "https://schema.org/Organization"
    assert all(organisation in [kind["id"] for kind in one["type"]] for one in typed)
    assert unknown == free


def test_a_value_that_fits_raises_the_score(client: FlaskClient) -> None:
    def score(region: str) -> float:
        conditions = [{"pid": "schema:containedInPlace", "v": region}]
        (found,) = [
            one
            for one in only(client, query="Oulu", type=CITY, properties=conditions)
            if one["id"] == OULU
        ]
        return float(found["score"])

    assert score("Pohjois-Pohjanmaa") > score("Pohjanmaa") > score("Uusimaa")
    assert only(client, query="Oulu", properties=[{"pid": "no:such", "v": "x"}])[0]["match"]


def test_nodes_and_graphs_are_no_candidates_unless_asked_for(client: FlaskClient) -> None:
    free = only(client, query="Pohjois-Pohjanmaa", limit=50)
    choices = only(client, query="Pohjois-Pohjanmaa", type="s6:Choice", limit=50)

    assert free[0]["match"]
    assert not [one for one in free if "/id/choice/" in one["id"] or "/graph/" in one["id"]]
    assert all("/id/choice/" in one["id"] for one in choices)


def test_data_extension_writes_each_value_as_what_it_is(client: FlaskClient) -> None:
    thing = f"{BASE}id/programme/6aika"
    wanted: list[dict[str, Any]] = [
        {"id": "rdfs:label", "settings": {"lang": "sv"}},
        {"id": "rdfs:label"},
        {"id": f"{BASE}ont#earliestStart"},
        {"id": "s6:hasFocusArea", "settings": {"limit": 2}},
    ]
    query = {"ids": [thing, "564", "nothing"], "properties": wanted}
    document = client.post("/reconcile", data={"extend": json.dumps(query)}).json
    assert document is not None
    row = document["rows"][thing]

    assert len(row["rdfs:label"]) > 1
    assert all(set(cell) == {"date"} for cell in row[f"{BASE}ont#earliestStart"])
    assert [set(cell) for cell in row["s6:hasFocusArea"]] == [{"id", "name"}] * 2
    assert document["meta"][3]["type"]["id"].endswith("#Concept")
    assert document["rows"]["nothing"] == {one["id"]: [] for one in wanted}


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"queries": "{"}, 400, "queries is not JSON"),
        ({"queries": "[]"}, 400, "queries is a JSON object"),
        ({"queries": "[" * 100_000}, 400, "nesting is too large"),
        ({"queries": json.dumps({str(n): {} for n in range(SIZE + 1)})}, 413, "at most 100"),
        ({"extend": "{}"}, 400, "extend has ids"),
        ({"extend": '{"ids": [1], "properties": []}'}, 400, "extend has ids"),
        ({"extend": '{"ids": [], "properties": {}}'}, 400, "extend has properties"),
        ({"extend": '{"ids": [], "properties": [{}]}'}, 400, "an object with an id"),
        (
            {"extend": '{"ids": [], "properties": [{"id": "a", "settings": {"limit": "x"}}]}'},
            400,
            "limit is a whole number",
        ),
        ({"extend": json.dumps({"ids": ["x"] * 1001, "properties": []})}, 413, "1000 ids"),
        ({}, 400, "queries or extend"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused(
    client: FlaskClient, form: dict[str, str], status: int, words: str
) -> None:
    reply = client.post("/reconcile", data=form)

    assert reply.status_code == status
    assert reply.mimetype == "application/problem+json"
    assert words in reply.json["detail"]  # type: ignore[index]


def test_another_body_is_refused_with_what_is_taken(client: FlaskClient) -> None:
    reply = client.post("/reconcile", json={"q0": {"query": "Oulu"}})

    assert reply.status_code == 415
    assert reply.headers["Accept-Post"] == "application/x-www-form-urlencoded"


def test_nothing_is_known_of_what_does_not_exist(client: FlaskClient) -> None:
    for address in ("flyout/entity", "flyout/type", "flyout/property", "preview"):
        assert client.get(f"/reconcile/{address}?id=nothing").status_code == 404
    assert client.get("/reconcile/suggest/weather?prefix=a").status_code == 404


def test_get_is_the_same_as_post(client: FlaskClient) -> None:
    queries = json.dumps({"q0": {"query": "Oulu"}})
    by_get = client.get("/reconcile", query_string={"queries": queries})

    assert by_get.json == client.post("/reconcile", data={"queries": queries}).json
    preflight = client.options("/reconcile", headers={"Origin": "http://127.0.0.1:3333"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


def test_suggestions_can_be_paged(client: FlaskClient) -> None:
    def page(cursor: int) -> list[str]:
        query = {"prefix": "o", "cursor": cursor}
        reply = client.get("/reconcile/suggest/entity", query_string=query)
        assert reply.json is not None
        return [one["id"] for one in reply.json["result"]]

    assert page(0)
    assert not set(page(0)) & set(page(10))


JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_batch_is_answered_query_by_query(client: FlaskClient, batch: dict[str, Any]) -> None:
    answer = ask(client, batch)

    assert len(answer) == len(json.loads(json.dumps(batch)))
    assert all("result" in one for one in answer.values())


@given(JSON_VALUES)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_extension_is_answered_or_refused(client: FlaskClient, document: Any) -> None:
    properties = [{"id": "rdfs:label", "settings": document}]
    for query in (document, {"ids": ["564"], "properties": properties}):
        reply = client.post("/reconcile", data={"extend": json.dumps(query)})
        assert reply.status_code in (200, 400)
