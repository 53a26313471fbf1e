"""The local engine: right answers in every format, over every dataset, or a helpful error."""

import contextlib
import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import pytest
from engines import (
    ALL,
    BOTH,
    DEFAULT,
    EX,
    ROWS,
    ask,
    one,
    open_engine,
    rows,
)
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result

from sixaika_graph import errors
from sixaika_graph.engine.pool import LocalEngine
from sixaika_graph.formats import Format, of_kind


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    with contextlib.closing(open_engine()) as opened:
        yield opened


# Forms and formats


@pytest.mark.parametrize("row", tuple(of_kind("results")), ids=lambda row: row.suffix)
def test_solutions(engine: LocalEngine, row: Format) -> None:
    """SELECT answers in each format say the same."""
    answer = ask(
        engine,
        f"SELECT ?p ?o ?none {{ <{EX}oulu> ?p ?o . FILTER(!ISBLANK(?o)) }}",
        results_type=row.media_type,
        graph_type=None,
    )
    assert (answer.form, answer.media_type) == ("solutions", row.media_type)
    body = answer.read()
    assert len(body) == answer.length
    note = 'a "quoted", comma\nand\ttab'
    if row.suffix == "csv":
        table = list(csv.reader(io.StringIO(body.decode(), newline="")))
        assert table[0] == ["p", "o", "none"]
        assert [f"{EX}note", note, ""] in table
        assert len(table) == 5
    elif row.suffix == "tsv":
        lines = body.decode().split("\n")
        assert lines[0] == "?p\t?o\t?none"
        assert f'<{EX}name>\t"Uleåborg"@sv\t' in lines
        assert len(lines) == 6
    else:
        solutions = list(Result.parse(io.BytesIO(body), content_type=row.media_type))
        assert {tuple(solution)[1] for solution in solutions} == {  # type: ignore[arg-type]
            URIRef(f"{EX}City"), Literal("Oulu", "fi"), Literal("Uleåborg", "sv"), Literal(note)
        }  # fmt: skip


@pytest.mark.parametrize("row", tuple(of_kind("results")), ids=lambda row: row.suffix)
def test_boolean(engine: LocalEngine, row: Format) -> None:
    """ASK answers in each format; CSV and TSV, for which no form is standardised, say true."""
    for text, expected in (("ASK {}", True), ("ASK { <http://nowhere/> ?p ?o }", False)):
        answer = ask(engine, text, results_type=row.media_type, graph_type=None)
        assert (answer.form, answer.media_type) == ("boolean", row.media_type)
        body = answer.read()
        if row.suffix in ("csv", "tsv"):
            assert body == str(expected).lower().encode()
        else:
            assert Result.parse(io.BytesIO(body), content_type=row.media_type).askAnswer is expected


@pytest.mark.parametrize("document", [False, True])
@pytest.mark.parametrize("row", tuple(of_kind("graph")), ids=lambda row: row.suffix)
def test_triples(engine: LocalEngine, row: Format, document: bool) -> None:
    """CONSTRUCT answers in each format hold the same graph."""
    answer = ask(engine, ALL, results_type=None, graph_type=row.media_type, document=document)
    assert (answer.form, answer.media_type) == ("triples", row.media_type)
    body = answer.read()
    assert len(body) == answer.length
    assert isomorphic(Graph().parse(body, format=row.media_type), Graph().parse(data=DEFAULT))


def test_describe(engine: LocalEngine) -> None:
    """DESCRIBE gives triples."""
    answer = ask(engine, "DESCRIBE <http://example.org/oulu>")
    assert (answer.form, answer.media_type) == ("triples", "text/turtle")
    assert len(Graph().parse(answer.read(), format="turtle")) == 6


def test_prefixes(engine: LocalEngine) -> None:
    """A small answer declares the prefixes that it uses, and a large one all of them."""
    small = ask(engine, "DESCRIBE <http://example.org/call>", default_graphs=(f"{EX}one",)).read()
    assert b"@prefix ex: <http://example.org/> ." in small
    assert b"ex:amount 10" in small
    assert b"unused" not in small
    product = (
        f"CONSTRUCT {{ ?iri ex:n ?m }} WHERE {{ {ROWS} VALUES ?m {{ 1 2 3 4 5 6 7 8 9 }} "
        f"{ROWS.replace('?n', '?k')} BIND(IRI(CONCAT('{EX}', STR(?n), '-', STR(?k))) AS ?iri) }}"
    )
    large = ask(engine, f"PREFIX ex: <{EX}> {product}").read()
    assert b"@prefix unused:" in large
    assert len(Graph().parse(large, format="turtle")) == 40 * 40 * 9


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        (r"SELECT (\u0041BS(-1) AS ?n) {}", "SELECT (ABS(-1) AS ?n) {}"),
        (r"S\U00000045LECT * { VALUES ?x { tr\u0075e } }", "SELECT * { VALUES ?x { true } }"),
        (r"SELECT (GROUP_C\u004FNCAT(?x) AS ?n) { VALUES ?x { 'a'@en } }",
         "SELECT (STR('a') AS ?n) {}"),
        (r"PREFIX e\u0078: <http://example.org/> SELECT * { BIND (ex:\u0061 AS ?x) }",
         "SELECT * { BIND (<http://example.org/a> AS ?x) }"),
        (r"SELECT * { BIND ('a'@f\u0069 AS ?\u0078) }", "SELECT * { BIND ('a'@fi AS ?x) }"),
        (rf"SELECT (COUNT(*) AS ?n) FR\u004FM <{EX}one> FR\u004fM <{EX}two> {{ ?s ?p ?o }}",
         f"SELECT (COUNT(*) AS ?n) FROM <{EX}one> FROM <{EX}two> {{ ?s ?p ?o }}"),
    ],
)  # fmt: skip
def test_an_escape_in_a_word_is_resolved_first(
    engine: LocalEngine, escaped: str, plain: str
) -> None:
    """As https://www.w3.org/TR/sparql11-query/#codepointEscape says."""
    assert ask(engine, escaped).read() == ask(engine, plain).read()


@pytest.mark.parametrize("text", [r"ASK \u007B}", r"ASK\u0020{}", r"ASK { ?s ?p \u0022a\u0022 }"])
def test_an_escape_of_what_may_not_stand_there_is_malformed(engine: LocalEngine, text: str) -> None:
    with pytest.raises(errors.MalformedQuery):
        ask(engine, text)


def test_a_fault_behind_an_escape_is_told_where_it_stands(engine: LocalEngine) -> None:
    with pytest.raises(errors.MalformedQuery) as raised:
        ask(engine, r"SELECT (R\u0041ND( AS ?n) {}")
    assert (raised.value.line, raised.value.column) == (1, 20)


@pytest.mark.parametrize("row", tuple(of_kind("graph")), ids=lambda row: row.suffix)
@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?s ex:n [ ex:is ?p ] , _:both . _:both ex:is (1 2) } { ?s ?p ?o }",
        "CONSTRUCT { ?s ex:n ?b } { ?s ?p ?o BIND (BNODE(STR(?s)) AS ?b) }",
        "CONSTRUCT { ?s ?p ?o } { { ?s ?p ?o } UNION { BIND (ex:x AS ?s) ?p ?s ?o } }",
    ],
)
def test_new_blank_nodes_have_the_same_labels_each_time(row: Format, text: str) -> None:
    """Also from another process: the ETag of the answer is strong."""
    bodies = set()
    for _ in range(2):
        with contextlib.closing(open_engine(DEFAULT)) as other:
            for _ in range(3):
                answer = ask(other, f"PREFIX ex: <{EX}> {text}", graph_type=row.media_type)
                bodies.add(answer.read())
    assert len(bodies) == 1


@pytest.mark.parametrize("row", tuple(of_kind("graph")), ids=lambda row: row.suffix)
def test_labels_keep_blank_nodes_apart_and_together(engine: LocalEngine, row: Format) -> None:
    text = "CONSTRUCT { ?b ex:n ?n . ?b ex:of _:c } { VALUES ?n { 1 2 3 } BIND (BNODE() AS ?b) }"
    answer = ask(engine, f"PREFIX ex: <{EX}> {text}", graph_type=row.media_type)
    expected = "".join(f"_:s{n} <{EX}n> {n} ; <{EX}of> _:c{n} ." for n in (1, 2, 3))
    found = Graph().parse(answer.read(), format=row.media_type)
    assert isomorphic(found, Graph().parse(data=expected, format="turtle"))


@pytest.mark.parametrize("row", tuple(of_kind("graph")), ids=lambda row: row.suffix)
def test_document_has_the_same_bytes(row: Format) -> None:
    """A document is sorted, so that the same data gives the same bytes from another engine too."""
    lines = DEFAULT.splitlines()
    assert "_:" in DEFAULT
    bodies = set()
    for order in (lines, reversed(lines)):
        with contextlib.closing(open_engine("\n".join(order))) as other:
            bodies.add(ask(other, ALL, graph_type=row.media_type, document=True).read())
    assert len(bodies) == 1


def test_media_type_alias(engine: LocalEngine) -> None:
    """An alias is accepted, and the registered type is what the answer says."""
    assert ask(engine, "ASK {}", results_type="application/json").media_type == (
        "application/sparql-results+json"
    )
    assert ask(engine, ALL, graph_type="application/json").media_type == "application/ld+json"


@pytest.mark.parametrize(
    ("text", "wanted", "kind"),
    [
        ("ASK {}", {"results_type": None}, "results"),
        ("SELECT * { ?s ?p ?o }", {"results_type": "text/turtle"}, "results"),
        (ALL, {"graph_type": None}, "graph"),
        ("DESCRIBE <http://example.org/oulu>", {"graph_type": "image/png"}, "graph"),
    ],
)
def test_not_acceptable(engine: LocalEngine, text: str, wanted: Any, kind: Any) -> None:
    """Where no format fits the form of the query, the error offers those that do."""
    with pytest.raises(errors.NotAcceptable) as raised:
        ask(engine, text, **wanted)
    assert raised.value.offers == tuple(row.media_type for row in of_kind(kind))


XML: Final = {"results_type": "application/sparql-results+xml", "graph_type": "application/rdf+xml"}


@pytest.mark.parametrize("form", ["SELECT ?x", "CONSTRUCT { <urn:x:s> <urn:x:p> ?x }"])
def test_a_line_end_in_xml_is_the_one_of_the_data(engine: LocalEngine, form: str) -> None:
    """Unless it is written as a reference, a reader of XML makes a line feed of it."""
    answer = ask(engine, f'{form} {{ BIND ("a\\rb\\r\\n\\tc" AS ?x) }}', **XML)
    body = io.BytesIO(answer.read())

    if answer.form == "solutions":
        ((text,),) = list(Result.parse(body, content_type=answer.media_type))  # type: ignore[misc]
    else:
        (text,) = Graph().parse(body, format="xml").objects()
    assert text == Literal("a\rb\r\n\tc")


@pytest.mark.parametrize("form", ["SELECT ?x", "CONSTRUCT { <urn:x:s> <urn:x:p> ?x }"])
@pytest.mark.parametrize(
    "character", ["\\u0000", "\\b", "\\u000B", "\\u001F", "\\uFFFE", "\\uFFFF"]
)
@pytest.mark.parametrize("before", [0, 8190, 20_000])
def test_what_xml_cannot_hold_is_refused_in_xml_only(
    engine: LocalEngine, form: str, character: str, before: int
) -> None:
    """However far into the answer it stands: what was written before is not sent."""
    text = f'{form} {{ BIND ("{"a" * before}{character}" AS ?x) }}'

    with pytest.raises(errors.NotAcceptable, match="control character") as raised:
        ask(engine, text, **XML)

    assert raised.value.offers
    assert not [offer for offer in raised.value.offers if offer.endswith("+xml")]
    for offer in raised.value.offers:
        ask(engine, text, **dict.fromkeys(XML, offer)).read()


@pytest.mark.parametrize("name", ["", "1", "a?b=1", "a%20", "\u00b7"])
def test_a_property_that_rdf_xml_cannot_name_is_refused_there_only(
    engine: LocalEngine, name: str
) -> None:
    text = f"CONSTRUCT {{ <urn:x:s> <{EX}p> 1 ; <{EX}{name}> 2 }} {{}}"

    with pytest.raises(errors.NotAcceptable, match="no name that XML can write"):
        ask(engine, text, **XML)
    assert len(Graph().parse(ask(engine, text).body, format="turtle")) == 2


@pytest.mark.parametrize("name", ["a", "_", "1a", "a-", "a.b", "a\u00b7", "\xe4", "a%C3", "a:b"])
def test_a_property_that_rdf_xml_can_name_is_read_back(engine: LocalEngine, name: str) -> None:
    answer = ask(engine, f"CONSTRUCT {{ <urn:x:s> <{EX}{name}> 2 }} {{}}", **XML)

    assert [*Graph().parse(answer.body, format="xml").predicates()] == [URIRef(f"{EX}{name}")]


@pytest.mark.parametrize("context", ["", "inline"])
def test_a_triple_as_a_value_is_refused_in_json_ld_only(engine: LocalEngine, context: str) -> None:
    """What is in the way is the format, not the query."""
    text = f"CONSTRUCT {{ <urn:x:s> <{EX}p> 1 , <<( <urn:x:s> <{EX}p> 1 )>> }} {{}}"

    with pytest.raises(errors.NotAcceptable, match="JSON-LD cannot hold") as raised:
        ask(engine, text, graph_type="application/ld+json", context=context)
    assert "application/ld+json" not in raised.value.offers
    assert b"<<(" in ask(engine, text).read()


def test_functions_of_time_and_chance(engine: LocalEngine) -> None:
    """A worker that can open no file still knows the time and has random numbers."""
    row = one(engine, "SELECT (NOW() AS ?now) (UUID() AS ?uuid) (RAND() AS ?chance) {}")
    assert row["now"].startswith("20")
    assert row["uuid"].startswith("urn:uuid:")
    assert 0 <= float(row["chance"]) < 1


# Datasets


SUM: Final = "SELECT (COUNT(*) AS ?n) (SUM(?amount) AS ?sum)"
ONCE: Final = {"n": "1", "sum": "10"}


def test_sum_over_the_default_graph(engine: LocalEngine) -> None:
    """The default graph is the store's own, never the union of all."""
    assert one(engine, f"{SUM} {{ ?s <{EX}amount> ?amount }}") == ONCE
    assert one(engine, f"{SUM} {{ <{EX}call> <{EX}amount> ?amount }}") == {"n": "0", "sum": "0"}


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <http://example.org/one> FROM <http://example.org/two>",
        "FROM ex:one FROM ex:two",
        "FROM <one> FROM ex:two",
        "FROM<one>FROM<http://example.org/two>FROM ex:one",
        "FROM ex:one FROM NAMED ex:three FROM ex:two",
        "# FROM ex:three\nFROM ex:one FROM ex:two FROM ex:unknown",
    ],
)
def test_sum_over_two_from(engine: LocalEngine, clause: str) -> None:
    """A statement of two FROM graphs counts once, however they are written."""
    head = f"BASE <{EX}> PREFIX ex: <{EX}>"
    assert one(engine, f"{head} {SUM} {clause} WHERE {{ ?s ex:amount ?amount }}") == ONCE
    assert one(engine, f"{head} SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}") == {"n": "3"}


def test_sum_over_two_default_graphs(engine: LocalEngine) -> None:
    """A statement of two default-graph-uri graphs counts once."""
    text = f"{SUM} {{ ?s <{EX}amount> ?amount }}"
    assert one(engine, text, default_graphs=BOTH) == ONCE
    assert one(engine, text, default_graphs=(*BOTH, *BOTH, f"{EX}unknown")) == ONCE


def test_sum_over_named_graphs(engine: LocalEngine) -> None:
    """By GRAPH, a statement counts in each graph that it stands in."""
    text = f"{SUM} {{ GRAPH ?g {{ ?s <{EX}amount> ?amount }} }}"
    assert one(engine, text) == {"n": "2", "sum": "20"}
    assert one(engine, text, named_graphs=BOTH) == {"n": "2", "sum": "20"}
    assert one(engine, text, named_graphs=BOTH[:1]) == ONCE
    distinct = (
        f"{SUM} {{ SELECT DISTINCT ?s ?amount {{ GRAPH ?g {{ ?s <{EX}amount> ?amount }} }} }}"
    )
    assert one(engine, distinct) == ONCE


def test_the_same_graph_twice(engine: LocalEngine) -> None:
    """A graph that is named twice is one graph."""
    text = f"{SUM} {{ ?s <{EX}amount> ?amount }}"
    assert one(engine, text, default_graphs=(BOTH[0], BOTH[0])) == ONCE
    twice = f"FROM <{BOTH[0]}> FROM <{BOTH[0]}>"
    assert one(engine, text.replace("{", f"{twice} WHERE {{", 1)) == ONCE


GRAPHS: Final = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


def test_from_and_from_named(engine: LocalEngine) -> None:
    """Merging default graphs leaves the named graphs of the query as they are."""
    clause = f"FROM <{BOTH[0]}> FROM <{BOTH[1]}>"
    named = f"FROM NAMED <{EX}two> FROM NAMED <{EX}three>"
    pattern = "{ ?s ?p ?o . GRAPH ?g { ?a ?b ?c } }"
    found = rows(engine, f"SELECT DISTINCT ?g {clause} {named} {pattern}")
    assert {row["g"] for row in found} == {f"{EX}two", f"{EX}three"}
    assert rows(engine, f"SELECT DISTINCT ?g {clause} {pattern}") == []


@pytest.mark.parametrize("clause", ["", f"FROM <{EX}three> FROM NAMED <{EX}three>"])
def test_protocol_dataset_wins(engine: LocalEngine, clause: str) -> None:
    """The dataset of the request replaces that of the query, both halves of it."""
    count = f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}"
    graphs = GRAPHS.replace("{", f"{clause} {{", 1)
    assert one(engine, count, default_graphs=(f"{EX}one",)) == {"n": "2"}
    assert rows(engine, graphs, default_graphs=(f"{EX}one",)) == []
    assert one(engine, count, named_graphs=(f"{EX}one",)) == {"n": "0"}
    assert rows(engine, graphs, named_graphs=(f"{EX}one",)) == [{"g": f"{EX}one"}]
    assert one(engine, count, default_graphs=BOTH, named_graphs=BOTH) == {"n": "3"}
    assert len(rows(engine, graphs, default_graphs=BOTH, named_graphs=BOTH)) == 2


@pytest.mark.parametrize("given", [None, ()])
def test_no_protocol_dataset(engine: LocalEngine, given: Any) -> None:
    """A request that names no graph leaves the dataset to the query."""
    wanted = {"default_graphs": given, "named_graphs": given}
    assert one(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **wanted) == {"n": "6"}
    assert len(rows(engine, GRAPHS, **wanted)) == 3
    assert one(engine, f"SELECT (COUNT(*) AS ?n) FROM <{EX}one> {{ ?s ?p ?o }}", **wanted) == {
        "n": "2"
    }


@pytest.mark.parametrize("unknown", [f"{EX}unknown", "file:///etc/passwd", "urn:x"])
def test_unknown_graph_is_empty(engine: LocalEngine, unknown: str) -> None:
    """A graph that is not there is empty, and nothing is fetched."""
    assert rows(engine, f"SELECT * FROM <{unknown}> {{ ?s ?p ?o }}") == []
    assert rows(engine, f"SELECT * FROM NAMED <{unknown}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == []
    assert rows(engine, "SELECT * { ?s ?p ?o }", default_graphs=(unknown,)) == []
    assert rows(engine, GRAPHS, named_graphs=(unknown,)) == []


@pytest.mark.parametrize("name", ["relative", "", "http://example.org/a b", "http://x/>"])
def test_graph_name_that_is_no_iri(engine: LocalEngine, name: str) -> None:
    """A graph name of the request that is no absolute IRI is malformed."""
    for wanted in ({"default_graphs": (name,)}, {"named_graphs": (name,)}):
        with pytest.raises(errors.MalformedQuery, match="graph name"):
            ask(engine, "ASK {}", **wanted)


def test_base() -> None:
    """Relative IRIs are resolved against the base of the engine, unless the query has its own."""
    count = "SELECT (COUNT(*) AS ?n) FROM <one> FROM <two> { ?s <amount> ?o }"
    with contextlib.closing(open_engine(base=EX)) as based:
        assert one(based, count) == {"n": "1"}
        assert one(based, f"BASE <http://elsewhere.example/> {count}") == {"n": "0"}
        assert one(based, "SELECT (COUNT(*) AS ?n) { <oulu> ?p ?o }") == {"n": "5"}
        with pytest.raises(errors.MalformedQuery) as raised:
            ask(based, "SELECT * { <oulu> ?p ?o . ?o unknown:p 1 }")
        assert (raised.value.column, raised.value.detail) == (
            30,
            "The prefix unknown: is not declared.",
        )


def test_a_merge_is_not_seen_by_the_next_query() -> None:
    """A worker that merged graphs answers nobody else."""
    with contextlib.closing(open_engine(workers=1)) as single:
        for _ in range(3):
            assert one(single, SUM + f"{{ ?s <{EX}amount> ?amount }}", default_graphs=BOTH) == ONCE
            assert len(rows(single, GRAPHS)) == 3
            with pytest.raises(errors.NotAcceptable):
                ask(single, "ASK {}", default_graphs=BOTH, results_type=None)
            assert len(rows(single, GRAPHS)) == 3


def test_merge_limit() -> None:
    """Default graphs too large to be merged for one query are refused, and the reason said."""
    with contextlib.closing(open_engine(merge=3)) as small:
        with pytest.raises(errors.RefusedQuery, match="more than 3 statements"):
            ask(small, "ASK {}", default_graphs=BOTH)
        assert ask(small, "ASK {}", default_graphs=(BOTH[0], f"{EX}three")).form == "boolean"


# Malformed queries


@pytest.mark.parametrize(
    ("text", "line", "column", "detail"),
    [
        ("", 1, 1, "The query ends too early."),
        ("  \n ", 1, 1, "The query ends too early."),
        ("FOO", 1, 1, "Unexpected FOO"),
        ("SELECT * {\n  ?s ?p ?o .\n  FILTER (?x }", 3, 14, "Unexpected }"),
        ("SELECT * {\n  ?s ?p\n}", 3, 1, "Unexpected }"),
        ("SELECT ?s WHERE { ?s ?p ?o", 1, 27, "The query ends too early."),
        ("SELECT * { ?s ?p ?o } LIMIT 1\nORDER BY ?s", 2, 1, "Unexpected ORDER"),
        ("SELECT * { ?s ?p 'a' 'b' }", 1, 22, "Unexpected 'b'"),
        ("SELECT * { \x00 }", 1, 12, "Unexpected '\\x00'"),
        ("SELECT * {\n  ?ä <a> ?o }", 2, 6,
         "<a> is a relative IRI, and there is no BASE to resolve it against."),
        ("SELECT * FROM <a> { }", 1, 15,
         "<a> is a relative IRI, and there is no BASE to resolve it against."),
        ("SELECT * FROM <a> FROM <b> { }", 1, 15,
         "<a> is a relative IRI, and there is no BASE to resolve it against."),
        ("BASE <a> SELECT * { }", 1, 6,
         "<a> is a relative IRI, and there is no BASE to resolve it against."),
        ("SELECT * {\n\n  ?s foaf:name ?o }", 3, 6, "The prefix foaf: is not declared."),
        ("SELECT * FROM ex:a FROM ex:b { }", 1, 15, "The prefix ex: is not declared."),
        ("SELECT (COUNT(*) AS ?n) ?s { ?s ?p ?o }", 1, 40,
         "The SELECT contains a variable that is unbound."),
        ("SELECT * { VALUES (?a ?b) { (1) } }", 1, 33,
         "The VALUES clause rows should have exactly the same number of values as there are "
         "variables. To set a value to undefined use UNDEF."),
        ("SELECT * { ?s ?p <http://x/\\u0020> }", 1, 18, "Not an IRI: <http://x/\\u0020>"),
        ("SELECT * { ?s ?p 'a }", 1, 18, "This string is not closed."),
    ],
)  # fmt: skip
def test_malformed(engine: LocalEngine, text: str, line: int, column: int, detail: str) -> None:
    """A malformed query is told where the fault begins, in one sentence."""
    with pytest.raises(errors.MalformedQuery) as raised:
        ask(engine, text)
    error = raised.value
    assert (error.line, error.column, error.detail) == (line, column, detail)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT (CONCAT ('a', 'b') AS ?x) {}", "ab"),
        ("SELECT (COALESCE (1/0, -1) AS ?x) {}", "-1"),
        ("SELECT (COALESCE\n#'\n(1/0,+.5) AS ?x) {}", "0.5"),
    ],
)
def test_white_space_that_the_engine_does_not_take(
    engine: LocalEngine, text: str, expected: str
) -> None:
    """White space between a function and its bracket is allowed, as the grammar says."""
    assert one(engine, text) == {"x": expected}


def test_surrogate(engine: LocalEngine) -> None:
    """Text that is no Unicode is malformed."""
    with pytest.raises(errors.MalformedQuery, match="Unicode"):
        ask(engine, "SELECT * { ?s ?p '\ud800' }")
