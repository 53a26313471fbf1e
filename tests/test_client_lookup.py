"""The client's lookup and its DataFrames, on the running server and on answers of another."""

import builtins
import json
from collections.abc import Mapping, Sequence
from datetime import date
from types import ModuleType
from typing import Any, Final

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import XSD

from sixaika_graph import errors
from sixaika_graph.client import Client
from sixaika_graph.client.answers import Solutions
from sixaika_graph.client.frames import to_dataframe
from sixaika_graph.client.lookup import parse_candidates, parse_resolved, parse_search
from sixaika_graph.formats import of_kind
from sixaika_graph.namespaces import ID, SCHEMA

OULU: Final = ID["place/oulu"]
PERIODS: Final = """\
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>

SELECT ?city ?name ?code ?missing
WHERE {
  ?city a schema:City ;
    rdfs:label ?name ;
    dct:identifier ?code .
  FILTER (LANG(?name) = "sv")
}
ORDER BY ?city
"""


@pytest.fixture(scope="module")
def sixaika(server: str) -> Client:
    return Client(f"{server}sparql")


def test_a_search_finds_things(sixaika: Client, server: str) -> None:
    (first, *_) = sixaika.search("uleaborg", lang="sv")

    assert (first.iri, first.label, first.type) == (OULU, "Uleåborg", "Stad")
    assert (first.matched, first.score) == ("Uleåborg", 1.0)
    assert first.page == f"{server}page/place/oulu"
    assert len(sixaika.search("oulu", limit=3)) == 3
    cities = sixaika.search("", type="schema:City", limit=100)
    assert {city.iri for city in cities} >= {OULU, ID["place/turku"]}
    assert sixaika.search("zzzzqqqq") == []


def test_a_class_that_is_unknown_is_said_so(sixaika: Client) -> None:
    with pytest.raises(errors.QueryError, match="No class is called 'weather'"):
        sixaika.search("oulu", type="weather")


def test_texts_are_reconciled_in_their_order(sixaika: Client) -> None:
    texts = ["Oulu", "", "zzzzqqqq", "City of Oulu", *(["Turku"] * 200)]
    found = sixaika.reconcile(texts, limit=2)

    assert len(found) == len(texts)
    assert [(one.iri, one.match, one.score) for one in found[0][:1]] == [(OULU, True, 100.0)]
    assert SCHEMA.City in found[0][0].types
    assert found[1] == found[2] == []
    assert found[3][0].iri == ID["organisation/oulun-kaupunki"]
    assert all(one[0].iri == ID["place/turku"] for one in found[4:])
    assert all(len(one) <= 2 for one in found)
    assert sixaika.reconcile([]) == []
    assert sixaika.reconcile(["", " "]) == [[], []]


def test_candidates_are_named_in_the_language_asked_for(sixaika: Client) -> None:
    names = {
        lang: sixaika.reconcile(["Oulu"], type="schema:City", lang=lang)[0][0].name
        for lang in ("fi", "sv")
    }

    assert names == {"fi": "Oulu", "sv": "Uleåborg"}
    with pytest.raises(errors.QueryError, match="lang is en, fi, sv"):
        sixaika.reconcile(["Oulu"], lang="xx")


def test_a_type_restricts_what_is_reconciled(sixaika: Client) -> None:
    (found,) = sixaika.reconcile(["Oulu"], type="schema:Organization")

    assert all(SCHEMA.Organization in one.types for one in found)
    assert not [one for one in found if one.match]


def test_identifiers_are_resolved_in_their_order(sixaika: Client) -> None:
    wikidata = "http://www.wikidata.org/entity/Q47048"
    asked = ["564", "nothing", str(OULU), wikidata, "place:oulu", "ä\n"]
    found = sixaika.resolve_many(asked, lang="sv")

    assert [one.id for one in found] == asked
    assert [one.iri for one in found] == [OULU, None, OULU, OULU, OULU, None]
    assert [one.error for one in found] == [None, "unknown", None, None, None, "unknown"]
    assert (found[0].label, found[0].type) == ("Uleåborg", "Stad")
    assert set(found[0].documents) == {row.media_type for row in of_kind("graph")}
    assert found[1].documents == {}
    assert sixaika.resolve_many([]) == []


def test_more_than_a_thousand_are_resolved_in_batches(sixaika: Client) -> None:
    found = sixaika.resolve_many(["564"] * 2001)

    assert {one.iri for one in found} == {OULU}
    assert len(found) == 2001


def test_solutions_become_a_dataframe(sixaika: Client) -> None:
    frame = sixaika.dataframe(PERIODS)

    assert list(frame.columns) == ["city", "name", "code", "missing"]
    assert len(frame) == 6
    row = frame.set_index("city").loc[str(OULU)]
    assert (row["name"], row["code"]) == ("Uleåborg", "564")
    assert frame["missing"].isna().all()


def test_values_of_a_dataframe_are_those_of_python() -> None:
    terms = {
        "iri": URIRef("http://a/b"),
        "text": Literal("Oulu", lang="fi"),
        "whole": Literal("7", datatype=XSD.integer),
        "money": Literal("1571429.5", datatype=XSD.decimal),
        "day": Literal("2017-11-01", datatype=XSD.date),
        "yes": Literal("true", datatype=XSD.boolean),
        "year": Literal("2017", datatype=XSD.gYear),
        "wrong": Literal("2017-13-45", datatype=XSD.date),
        "odd": Literal("maybe", datatype=XSD.boolean),
    }
    frame = to_dataframe(Solutions((*terms, "none"), [terms]))

    assert frame.iloc[0].to_list()[:-1] == [
        "http://a/b",
        "Oulu",
        7,
        1571429.5,
        date(2017, 11, 1),
        True,
        "2017",
        "2017-13-45",
        "maybe",
    ]
    assert frame["whole"].sum() == 7
    assert list(to_dataframe(Solutions(("a", "b"), [])).columns) == ["a", "b"]


def test_a_dataframe_without_pandas_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole_import = builtins.__import__

    def without_pandas(
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if name == "pandas":
            raise ImportError(name)
        return whole_import(name, globals_, locals_, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", without_pandas)
    with pytest.raises(ImportError, match=r"pip install 'sixaika-graph\[pandas\]'"):
        to_dataframe(Solutions(("a",), []))


@pytest.mark.parametrize("parse", [parse_search, parse_candidates, parse_resolved])
@pytest.mark.parametrize("document", ["", "[]", "5", '{"results": [5]}', '{"q": 5}', "{}}", "null"])
def test_an_answer_of_another_service_is_not_taken(parse: Any, document: str) -> None:
    with pytest.raises(errors.EngineUnavailable, match="not of this service"):
        parse(document.encode())


def test_a_query_that_is_refused_is_named() -> None:
    answer = {"0": {"result": []}, "1": {"result": [], "error": "A query is a JSON object."}}

    with pytest.raises(errors.QueryError, match="Query 1: A query is a JSON object"):
        parse_candidates(json.dumps(answer).encode())
