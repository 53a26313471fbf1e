"""Named queries: reading files with their headers, and binding parameters to terms."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from sixaika_graph import sparql_text
from sixaika_graph.errors import QueryError, SourceError
from sixaika_graph.queries import NamedQuery, bind, parse_parameter, read, read_file

LIBRARY: Final = read(Path(__file__).parent.parent / "queries")

HEADER: Final = """\
#+ title-fi: Kaupungit
#+ title-sv: Städerna
#+ title-en: Cities
#+ description-fi: Kaikki kaupungit.
#+ description-sv: Alla städer.
#+ description-en: All cities.
#+ keywords: city, place
#+ theme: places
#+ question: 10
#+ view: table
"""
BODY: Final = """\
PREFIX place: <https://w3id.org/sixaika/id/place/>

SELECT ?city ?name
WHERE {
  VALUES ?city { place:oulu }
  VALUES ?name { "Oulu"@fi }
  VALUES ?day { "2017-06-01"^^<http://www.w3.org/2001/XMLSchema#date> }
  VALUES ?count { 2 }
  VALUES (?pair) { (1) }
  VALUES ?several { 1 2 }
  # VALUES ?comment { 1 }
}
ORDER BY ?city
"""


def written(folder: Path, text: str) -> NamedQuery:
    """Write a query into a file and read it."""
    path = folder / "cities.rq"
    path.write_text(text, encoding="utf-8")
    return read_file(path)


@pytest.fixture
def cities(tmp_path: Path) -> NamedQuery:
    return written(tmp_path, HEADER + BODY)


def test_a_file_becomes_a_query_with_all_of_its_header(cities: NamedQuery) -> None:
    assert cities.name == "cities"
    assert cities.titles == {"fi": "Kaupungit", "sv": "Städerna", "en": "Cities"}
    assert cities.descriptions["en"] == "All cities."
    assert cities.keywords == ("city", "place")
    assert cities.theme == "places"
    assert cities.question == 10
    assert (cities.view, cities.columns) == ("table", ())
    assert cities.form == "SELECT"
    assert cities.text == HEADER + BODY


def test_a_parameter_is_one_variable_with_one_term(cities: NamedQuery) -> None:
    assert cities.parameters == {
        "city": URIRef("https://w3id.org/sixaika/id/place/oulu"),
        "name": Literal("Oulu", lang="fi"),
        "day": Literal("2017-06-01", datatype=XSD.date),
        "count": Literal("2", datatype=XSD.integer),
    }


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("#+ title-fi Kaupungit\n" + BODY, 1, 'a header line reads "#+ key: value"'),
        ("# a remark\n" + HEADER + BODY, 1, 'a header line reads "#+ key: value"'),
        (HEADER + "#+ colour: red\n" + BODY, 11, "unknown header key colour"),
        (HEADER + "#+ view: table\n" + BODY, 11, "view twice"),
        (HEADER.replace("#+ title-sv: Städerna\n", "") + BODY, 10, "lacks title-sv"),
        (HEADER.replace("#+ theme: places\n", "") + BODY, 10, "lacks theme"),
        (HEADER.replace("theme: places", "theme: weather") + BODY, 8, "no theme is called weather"),
        (HEADER.replace("10", "ten") + BODY, 9, "question is a number, not ten"),
        (HEADER.replace("10", "0") + BODY, 9, "question is a number, not 0"),
        (HEADER + "PREFIX a: <b>\n", 11, "no query follows"),
        (HEADER + "INSERT DATA { <a> <b> <c> }\n", 11, "no query follows"),
        ("#+ title-fi: Kaupungit\n" + BODY, 2, "lacks title-en"),
        (HEADER + BODY.replace("place:oulu", "nowhere:oulu"), 15, "not nowhere:oulu"),
        (HEADER + BODY.replace("place:oulu", '"1"^^<http://a/b>'), 15, "cannot be a term like"),
        (HEADER + BODY.replace("place:oulu", "_:city"), 15, "cannot be a term like"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(SourceError, match=r"cities\.rq") as caught:
        written(tmp_path, text)
    assert caught.value.line == line
    assert reason in caught.value.detail


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("bar", "name, count"),
        ("line", "day, count, name"),
        ("map", "name, point"),
        ("timeline", "name, day, end"),
        ("network", "city, name, count"),
        ("number", "count"),
    ],
)
def test_a_chart_names_the_columns_that_it_reads(tmp_path: Path, view: str, columns: str) -> None:
    query = written(tmp_path, with_view(f"{view}\n#+ columns: {columns}"))
    assert (query.view, ", ".join(query.columns)) == (view, columns)


@pytest.mark.parametrize(
    ("view", "line", "reason"),
    [
        ("pie", 10, "SELECT is shown as table or bar or line or map or timeline or network"),
        ("answer", 10, "not as answer"),
        ("bar", 11, "a bar needs #+ columns: label, number, [series]; there are 0"),
        ("map\n#+ columns: name", 11, "a map needs #+ columns: label, point as WKT"),
        ("number\n#+ columns: count, day, end, city", 11, "there are 4"),
        ("bar\n#+ columns: name, total", 11, "SELECT gives no total"),
        ("bar\n#+ columns: name, inner", 11, "SELECT gives no inner"),
        ("table\n#+ columns: name", 11, "only a chart names its columns"),
    ],
)
def test_a_view_that_does_not_fit_is_refused(
    tmp_path: Path, view: str, line: int, reason: str
) -> None:
    with pytest.raises(SourceError) as caught:
        written(tmp_path, with_view(view))
    assert caught.value.line == line
    assert reason in caught.value.detail


def with_view(view: str) -> str:
    """Return a query of which every kind of chart finds its columns."""
    head = HEADER.replace("view: table", f"view: {view}")
    return head + (
        "SELECT DISTINCT ?city ?name (MIN(?inner) AS ?day) ((1 + COUNT(?inner)) AS ?count) "
        "?end ?point\nWHERE { ?city ?name ?inner . BIND (1 AS ?total) }\n"
    )


@pytest.mark.parametrize(
    ("form", "view"), [("ASK", "answer"), ("CONSTRUCT", "graph"), ("DESCRIBE", "graph")]
)
def test_a_query_that_gives_no_table_is_no_chart(tmp_path: Path, form: str, view: str) -> None:
    body = f"{form} {{ ?city ?name ?count }}\n"
    head = HEADER.replace("view: table", f"view: {view}")
    assert written(tmp_path, head + body).view == view
    with pytest.raises(SourceError, match=f"{form} is shown as {view}, not as number"):
        written(tmp_path, head.replace(f"view: {view}", "view: number") + body)


def test_a_star_gives_a_chart_no_columns(tmp_path: Path) -> None:
    text = with_view("number\n#+ columns: count").replace("DISTINCT ?city ?name", "*")
    with pytest.raises(SourceError, match="SELECT gives no count"):
        written(tmp_path, text[: text.index("*") + 1] + " WHERE { ?city ?name ?count }")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.rq"
    path.write_bytes("#+ title-fi: Päivä\n".encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8"):
        read_file(path)
    with pytest.raises(SourceError, match="No such file"):
        read_file(tmp_path / "missing.rq")


def test_a_query_of_the_site_needs_titles_only(tmp_path: Path) -> None:
    site = written(tmp_path, "#+ title-fi: Nimet\n#+ title-en: Names\n" + BODY)
    assert (site.view, site.columns, site.keywords, site.descriptions) == ("", (), (), {})
    assert (site.theme, site.question) == ("", None)


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.rq").write_text(HEADER + BODY, encoding="utf-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "d.rq").write_text("no query", encoding="utf-8")
    assert list(read(tmp_path)) == ["a", "b", "c"]


def test_binding_changes_the_term_and_nothing_else(cities: NamedQuery) -> None:
    bound = bind(cities, {"city": URIRef("https://w3id.org/sixaika/id/place/turku")})
    assert bound == cities.text.replace("place:oulu", "<https://w3id.org/sixaika/id/place/turku>")
    assert bind(cities, {}) == cities.text


def test_a_list_of_terms_can_be_bound(cities: NamedQuery) -> None:
    bound = bind(cities, {"city": [URIRef("http://a/1"), Literal("b")], "count": []})
    assert 'VALUES ?city { <http://a/1> "b" }' in bound
    assert "VALUES ?count {  }" in bound


@pytest.mark.parametrize(
    "term",
    [
        URIRef("http://a/> } DELETE WHERE { ?s ?p ?o } #"),
        URIRef("http://a/\n"),
        URIRef("http://a/\\u003E"),
        URIRef("http://a/\ud800"),
        URIRef("relative"),
        URIRef("http://a/ b"),
        Literal("x", datatype=URIRef("http://a> } # ")),
        BNode("b"),
    ],
)
def test_what_cannot_stand_in_a_query_is_not_bound(cities: NamedQuery, term: Node) -> None:
    with pytest.raises(QueryError, match="city: "):
        bind(cities, {"city": term})


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_any_text_stays_one_term(text: str) -> None:
    """A literal cannot leave its place: the tokens around it stay, and it reads back the same."""
    query = replace(LIBRARY["search-by-word"], parameters={"word": Literal("")})
    bound = bind(query, {"word": Literal(text)})
    around = [token.text for token in sparql_text.tokens(query.text)]
    tokens = [token.text for token in sparql_text.tokens(bound)]
    place = around.index('"avoin data"')
    assert tokens[:place] + tokens[place + 1 :] == around[:place] + around[place + 1 :]
    (value,) = Graph().parse(data=f"[] a {tokens[place]} .", format="turtle").objects()
    assert str(value) == text


@pytest.mark.parametrize(
    ("variable", "text", "term"),
    [
        ("city", "place:turku", URIRef("https://w3id.org/sixaika/id/place/turku")),
        ("city", "http://example.org/ä#b", URIRef("http://example.org/ä#b")),
        ("city", "urn:x:y", URIRef("urn:x:y")),
        ("name", 'Turku "Åbo"\n', Literal('Turku "Åbo"\n', lang="fi")),
        ("name", "", Literal("", lang="fi")),
        ("day", "2020-02-29", Literal("2020-02-29", datatype=XSD.date)),
        ("count", "-12", Literal("-12", datatype=XSD.integer)),
    ],
)
def test_a_value_becomes_the_kind_of_term_that_the_default_is(
    cities: NamedQuery, variable: str, text: str, term: Node
) -> None:
    assert parse_parameter(cities, variable, text) == term


@pytest.mark.parametrize(
    ("variable", "text", "reason"),
    [
        ("city", "turku", "neither a whole IRI nor a name with a known prefix"),
        ("city", "nowhere:turku", "neither a whole IRI"),
        ("city", "", "neither a whole IRI"),
        ("city", "javascript:alert(1)", "neither a whole IRI"),
        ("city", "place:turku> } #", "is no IRI"),
        ("city", "http://a/\n", "is no IRI"),
        ("name", "\x00", "is no string"),
        ("name", "\ud800", "is no string"),
        ("day", "2019-02-29", "is no date"),
        ("day", "2019-02", "is no date"),
        ("day", "٢٠١٩-٠٢-٠١", "is no date"),
        ("count", "1_000", "is no integer"),
        ("count", " 1", "is no integer"),
        ("count", "1.5", "is no integer"),
        ("several", "1", "cities has city, name, day, count"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    cities: NamedQuery, variable: str, text: str, reason: str
) -> None:
    with pytest.raises(QueryError, match=reason) as caught:
        parse_parameter(cities, variable, text)
    assert variable in str(caught.value)


def test_an_unknown_parameter_is_not_bound() -> None:
    with pytest.raises(QueryError, match="known-gaps takes none"):
        bind(LIBRARY["known-gaps"], {"city": URIRef("http://a/b")})
