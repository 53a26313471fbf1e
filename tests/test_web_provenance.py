"""A document as a dataset: each source's own statements in its graph, and the choices."""

import re
from typing import Final

import pytest
from rdflib import Dataset, Graph, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import FOAF, PROV, RDF, VOID
from wire import send

from sixaika_graph.namespaces import GRAPH, ID, S6, SCHEMA
from sixaika_graph.publication import Prepared

PROJECT: Final = URIRef(f"{ID}project/ysi-yliopistosairaalat")
PATH: Final = "/data/project/ysi-yliopistosairaalat"
BROWSER: Final = {"Accept": "text/html,*/*;q=0.8"}
FORMS: Final = {"trig": "trig", "nq": "nquads"}


def dataset(server: str, address: str, form: str = "trig") -> Dataset:
    reply = send(server, address)
    assert reply.status == 200, reply.body
    found = Dataset()
    found.parse(data=reply.body, format=form)
    return found


def stated(found: Dataset) -> set[tuple[str, str, str, str]]:
    return {tuple(map(str, quad)) for quad in found.quads()}  # type: ignore[misc]


def test_each_statement_stands_in_the_graphs_of_its_sources(
    server: str, prepared: Prepared
) -> None:
    found = dataset(server, f"{PATH}.trig")
    ours = set(found.quads((PROJECT, None, None, None)))
    all_of_it = {
        (subject, predicate, value, name)
        for subject, predicate, value, name in prepared.dataset.quads((PROJECT, None, None, None))
    }

    assert {tuple(map(str, quad)) for quad in ours} == {tuple(map(str, quad)) for quad in all_of_it}
    assert len({name for *_, name in ours}) > 2


def test_the_nodes_and_the_choices_are_there_and_their_graphs_name_their_documents(
    server: str,
) -> None:
    found = dataset(server, f"{PATH}.trig")
    choices = found.graph(GRAPH["derived/choices"])
    choice = URIRef(f"{ID}choice/ysi-yliopistosairaalat--end-date")
    sources = found.graph(GRAPH["sources"])

    assert (choice, S6.choiceProperty, SCHEMA.endDate) in choices
    assert set(choices.objects(choice, S6.setAside)) == {GRAPH["turkusciencepark-ysi"]}
    assert (
        GRAPH["eura-a71925"],
        PROV.hadPrimarySource,
        URIRef(f"{ID}source/eura-a71925"),
    ) in sources
    assert any(found.quads((None, RDF.type, S6.Participation, None))) or any(
        found.quads((None, URIRef("http://www.w3.org/ns/org#organization"), PROJECT, None))
    )


def test_the_default_graph_is_about_the_document_alone(server: str) -> None:
    found = dataset(server, f"{PATH}.trig")
    default = found.graph(DATASET_DEFAULT_GRAPH_ID)
    (document,) = set(default.subjects())

    assert str(document).endswith(PATH)
    assert default.value(document, FOAF.primaryTopic) == PROJECT
    assert default.value(document, VOID.inDataset) == URIRef(f"{ID}dataset/sixaika")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("dataset/sixaika", {"period", "rights", "provenance", "class.s6-Project"}),
        ("dataset/people", {"period", "rights", "provenance"}),
        ("catalogue/sixaika", {"contact"}),
        ("place/oulu", {"geometry"}),
    ],
)
def test_the_parts_of_a_thing_are_described_in_its_document(
    server: str, path: str, parts: set[str]
) -> None:
    """They have no address of their own: whoever follows one is led to this document."""
    whole = f"https://w3id.org/sixaika/id/{path}#"
    found = stated(dataset(server, f"/data/{path}.trig"))
    named = {term for one in found for term in one[:3] if term.startswith(whole)}

    assert {whole + part for part in parts} <= named
    assert named <= {subject for subject, *_ in found}


def test_a_person_is_in_the_dataset_of_people(server: str) -> None:
    listed = send(server, "/data/person.json?limit=1").json()["members"][0]["id"]
    path = listed.removeprefix(str(ID))
    for suffix, form in (("ttl", "turtle"), ("nq", "nquads")):
        found = Dataset()
        found.parse(data=send(server, f"/data/{path}.{suffix}").body, format=form)
        assert list(found.objects(None, VOID.inDataset)) == [URIRef(f"{ID}dataset/people")]


def test_both_formats_and_the_profile_say_the_same(server: str) -> None:
    expected = stated(dataset(server, f"{PATH}.trig"))

    assert expected == stated(dataset(server, f"{PATH}.trig"))
    assert expected == stated(dataset(server, f"{PATH}?profile=provenance"))
    reply = send(server, PATH, headers={"Accept": "application/n-quads"})
    assert reply.headers["content-type"] == "application/n-quads"
    assert reply.body == send(server, f"{PATH}.nq").body


def test_the_same_data_gives_the_same_bytes_and_a_304(server: str) -> None:
    first = send(server, f"{PATH}.trig?again=1")
    second = send(server, f"{PATH}.trig?again=2")
    again = send(server, f"{PATH}.trig", headers={"If-None-Match": first.headers["etag"]})

    assert first.body == second.body
    assert again.status == 304
    assert first.headers["etag"] != send(server, f"{PATH}.ttl").headers["etag"]


def test_a_browser_that_asks_for_the_profile_gets_it(server: str) -> None:
    lead = send(server, "/id/project/cohewe?profile=provenance", headers=BROWSER)
    reply = send(server, lead.headers["location"], headers=BROWSER)

    assert (lead.status, reply.status) == (303, 200)
    assert reply.headers["content-type"] == "application/trig; charset=utf-8"


@pytest.mark.parametrize(
    ("address", "accept", "status"),
    [
        (f"{PATH}?profile=nothing", "*/*", 400),
        (f"{PATH}?profile=provenance", "text/turtle", 406),
        (f"{PATH}?profile=provenance&format=ttl", "*/*", 406),
        (f"{PATH}.ttl?profile=provenance", "*/*", 400),
        (f"{PATH}?profile=provenance&profile=provenance", "*/*", 400),
        ("/data/project/nowhere.trig", "*/*", 404),
    ],
)
def test_what_cannot_be_a_dataset_is_refused(
    server: str, address: str, accept: str, status: int
) -> None:
    assert send(server, address, headers={"Accept": accept}).status == status


def test_a_suffix_that_a_profile_does_not_have_is_answered_with_those_it_has(server: str) -> None:
    refused = send(server, f"{PATH}.ttl?profile=provenance").json()

    assert (refused["parameter"], len(refused["available"])) == ("profile", 2)
    assert [send(server, one).status for one in refused["available"]] == [200, 200]


BY_SOURCE: Final = "<http://www.w3.org/ns/prov#>"
PREFERRED: Final = "<https://w3id.org/sixaika/shapes>"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (BY_SOURCE, BY_SOURCE),
        (f"{PREFERRED};q=0.5, {BY_SOURCE}", BY_SOURCE),
        (f"{PREFERRED}, {BY_SOURCE};q=0.5", PREFERRED),
        (f"{BY_SOURCE};q=0", PREFERRED),
        ("<https://example.org/profile>", PREFERRED),
        ("not a profile", PREFERRED),
        ("", PREFERRED),
    ],
)
def test_a_profile_is_negotiated_and_named_in_the_answer(
    server: str, asked: str, given: str
) -> None:
    reply = send(server, PATH, headers={"Accept": "*/*", "Accept-Profile": asked})

    assert reply.status == 200
    assert reply.headers["content-profile"] == given
    assert f'{given}; rel="profile"' in reply.headers["link"]
    assert {"Accept", "Accept-Profile"} <= set(re.split(r", *", reply.headers["vary"]))
    suffix = "trig" if given == BY_SOURCE else "ttl"
    assert reply.body == send(server, f"{PATH}.{suffix}").body


@pytest.mark.parametrize("address", [PATH, "/id/project/cohewe"])
def test_a_refusal_by_the_profile_says_that_it_was_negotiated(server: str, address: str) -> None:
    asked = {"Accept": "text/turtle", "Accept-Profile": BY_SOURCE}

    refused = send(server, address, headers=asked)
    fixed = send(server, f"{address}?profile=provenance", headers=asked)

    assert refused.status == fixed.status == 406
    assert {"Accept", "Accept-Profile"} <= set(re.split(r", *", refused.headers["vary"]))
    assert "Accept-Profile" not in fixed.headers["vary"]


def test_a_suffix_leaves_nothing_to_negotiate_a_profile_for(server: str) -> None:
    reply = send(server, f"{PATH}.ttl", headers={"Accept-Profile": BY_SOURCE})

    assert reply.headers["content-profile"] == PREFERRED
    assert "accept-profile" not in reply.headers.get("vary", "").lower()
    lead = send(server, "/id/project/cohewe", headers={"Accept-Profile": BY_SOURCE})
    assert "Accept-Profile" in lead.headers["vary"]


@pytest.mark.parametrize("name", ["ouka-6aika", "derived/choices"])
@pytest.mark.parametrize("suffix", FORMS)
def test_a_named_graph_is_a_dataset_of_one_graph(server: str, name: str, suffix: str) -> None:
    found = dataset(server, f"/graph/{name}.{suffix}", FORMS[suffix])
    graph = Graph().parse(data=send(server, f"/graph/{name}.nt").body, format="nt")

    assert {name for *_, name in found.quads()} == {GRAPH[name]}
    assert len(found.graph(GRAPH[name])) == len(graph)


def test_no_query_of_a_client_is_answered_with_quads(server: str) -> None:
    query = "SELECT%20%3Fgraph%20%7B%7D"
    reply = send(server, f"/sparql?query={query}", headers={"Accept": "application/trig"})

    assert reply.status == 406
