"""Hints: what was probably meant where reading a query stopped, or where it finds nothing."""

import re
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from test_engine_faults import FAULTS
from test_engine_faults import PROLOGUE as FAULT_PROLOGUE
from werkzeug.test import TestResponse

from sixaika_graph.descriptions.service import ENGINE
from sixaika_graph.errors import MalformedQuery, QueryTimeout
from sixaika_graph.formats import Format, of_kind
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.queries import NamedQuery, read
from sixaika_graph.sparql_text import tokens
from sixaika_graph.web import silence
from sixaika_graph.web.caution import caution
from sixaika_graph.web.hints import LONGEST, MISTAKES, Mistake, examples, excerpt, hint, written

PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("rdfs", "s6", "place"))
LIBRARY = read(Path(__file__).parent.parent / "queries")
BROWSER = {"Accept": "text/html"}


def ask(client: FlaskClient, text: str, **parameters: str) -> TestResponse:
    return client.post("/sparql", data={"query": text, **parameters})


def mistakes(*occasions: str) -> list[object]:
    return [pytest.param(row, id=row.name) for occasion in occasions for row in MISTAKES[occasion]]


@pytest.mark.parametrize("mistake", mistakes("malformed", "unclear", "refused"))
def test_every_mistake_of_the_table_is_known_when_it_is_made(
    client: FlaskClient, mistake: Mistake
) -> None:
    reply = ask(client, mistake.example)

    assert reply.status_code in (400, 403)
    assert reply.json is not None
    for piece in mistake.hint.replace("{{", "{").replace("}}", "}").split("{token}"):
        assert piece in reply.json["hint"]


@pytest.mark.parametrize("mistake", mistakes("found"))
def test_what_the_code_finds_is_told_when_it_is_there(
    client: FlaskClient, mistake: Mistake
) -> None:
    reply = ask(client, mistake.example)
    told = reply.headers.get("X-Query-Hint") or (reply.json or {}).get("hint", "")

    assert re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(mistake.hint)), told)


@pytest.mark.parametrize("mistake", mistakes("empty"))
def test_what_may_explain_an_empty_answer_stands_in_a_header_and_on_the_page(
    client: FlaskClient, mistake: Mistake
) -> None:
    reply, page = ask(client, mistake.example), ask(client, mistake.example, format="html")

    assert (reply.status_code, page.status_code) == (200, 200)
    assert mistake.hint.split("{")[0] in reply.headers["X-Query-Hint"]
    assert 'class="hint"' in page.text


def test_a_relative_iri_is_told_as_the_engine_reads_it(client: FlaskClient) -> None:
    """And nothing of our base is said where the query has one of its own."""
    told = ask(client, "SELECT * { <../place/oulu> ?p ?o }").headers["X-Query-Hint"]
    assert told.endswith("<../place/oulu> is <https://w3id.org/place/oulu>.")
    own = ask(client, "BASE <http://a/> SELECT * { <place/oulu> ?p ?o }")
    assert "X-Query-Hint" not in own.headers


TOLD_WITH_ANY_ANSWER = {name for name, fault in ENGINE["faults"].items() if "text" in fault}


@pytest.mark.parametrize("name", FAULTS)
def test_an_answer_that_a_fault_of_the_engine_touches_says_so(
    client: FlaskClient, name: str
) -> None:
    """Where no text tells the query apart, an empty answer has its hint, or nothing does."""
    note = ENGINE["faults"][name]["note"]
    wrong = ask(client, FAULT_PROLOGUE + FAULTS[name].query)
    instead = ask(client, FAULT_PROLOGUE + FAULTS[name].instead)
    page = ask(client, FAULT_PROLOGUE + FAULTS[name].query, format="html")

    told = silence.header_value(note) == wrong.headers.get("X-Query-Hint")
    assert told == (name in TOLD_WITH_ANY_ANSWER)
    assert told == (f'class="hint">{escape(note)}' in page.text)
    assert silence.header_value(note) != instead.headers.get("X-Query-Hint")


def test_most_faults_are_told_with_an_answer() -> None:
    untold = {"absent-term", "large-integer", "literal-form", "order"}
    assert FAULTS.keys() - TOLD_WITH_ANY_ANSWER == untold


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (<http://example.org/f>(1) AS ?x) ?y { VALUES ?y { 1 2 } }",
        "PREFIX ex: <http://example.org/> SELECT ?y { VALUES ?y { 1 2 } } ORDER BY ex:f(?y)",
        *(row.example for row in MISTAKES["doubtful"]),
    ],
)
def test_an_unknown_function_is_named_beside_the_answer(client: FlaskClient, text: str) -> None:
    reply = ask(client, text)

    assert reply.status_code == 200
    assert "meant for a function? None of that name" in reply.headers["X-Query-Hint"]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s (COUNT(*) AS ?n) { $s ?p ?o }",
        "SELECT ?x FROM <http://a/> { ?s ?p ?o } VALUES ?x { 1 }",
        "PREFIX a: <http://a/?b> SELECT ?s { ?s a: ?o }",
        "# ?none\nSELECT ?s { ?s ?p ?o }",
        "SELECT * { { SELECT ?s { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE ?s { ?s ?p ?o }",
    ],
)
def test_a_variable_of_the_pattern_is_not_warned_of(text: str) -> None:
    assert caution(text) is None


def test_a_variable_that_stands_only_in_select_is_told_in_front_of_the_framework_too(
    client: FlaskClient,
) -> None:
    """Such a query has rows, so that only this tells of the mistake."""
    reply = client.get("/sparql?query=SELECT%20%3Fporject%20%7B%20%3Fproject%20%3Fp%20%3Fo%20%7D")

    assert "did you mean ?project?" in reply.headers["X-Query-Hint"]


@pytest.mark.parametrize("query", LIBRARY.values(), ids=LIBRARY.keys())
def test_no_question_of_the_library_meets_a_fault(query: NamedQuery) -> None:
    assert caution(query.text) is None


def test_the_table_holds_at_least_twenty_mistakes_with_names_of_their_own() -> None:
    names = [row.name for rows in MISTAKES.values() for row in rows]

    assert len(set(names)) == len(names) >= 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s foaf:name ?o }", "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT *\r\n{ ?s foaf:name ?o }", "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT * { ?s odd:name ?o }", "Declare the prefix odd:"),
        ("SELECT * {\n  ?s ?p ?o", "A } is missing at the end: the { of line 1, column 10"),
        ("SELECT * { FILTER (1 = 1 }", "A ) is missing before this }: the ( of line 1, column 19"),
        ("SELECT * { ?s ?p ?o } }", "nothing open that this } closes"),
        ("SELECT * { ?s ?p [ a 1 }", "A ] is missing before this }"),
        ("select * where ?s ?p ?o", "A pattern stands in braces: { ?s ?p ?o }"),
        ("SELECT * { ?s ?p ?o ; a ?t ?u ?v }", "Is a dot missing before ?u?"),
        ("SELECT * { ?s ?p ?o , ?t ?u }", "Is a dot missing before ?u?"),
        ("SELECT * { ?s ?p 'x'@fi 'y' }", 'Is a dot missing before'),
        ("SELECT * { ?s ?p ?o FILTER (?o > 1 OR ?o < 0) }", "||"),
        ("SELECT * { ?s ?p ?o } -- rest", "A comment begins with #."),
        ("SELECT * {\n ?s ?p ?o ORDER BY ?s", "A } is missing before this ORDER: the { of line 1"),
        ("SELECT (COUNT(?s) AS ?n { ?s ?p ?o }", "A ) is missing before this {"),
        ("SELECT * { ?s ?p [ a ?t . ?x ?y ?z }", "A ] is missing before this ."),
        ("SELECT * { { SELECT ?s {} LIMIT 5 ORDER BY ?s } }", "ORDER comes before LIMIT"),
        ("SELECT * { ?s\u202f?p ?o }", "looks like a space"),
        ("SELECT * { ?s ?p ‘Oulu’ }", "Write straight quotes"),
        ("PREFIX a: <http://example.org/a b> ASK {}", "An IRI holds no space"),
        ("SELECT * { ?s ?p ?o FILTER (STARTSWITH(?o, 'a')) }", "did you mean STRSTARTS?"),
        ("SELECT (LENGTH(?o) AS ?n) { ?s ?p ?o }", "did you mean STRLEN?"),
        ("SELECT * { ?s ?p ?o FILTR (?o > 1) }", "did you mean FILTER?"),
        ("SELECT * { INSERT { ?s ?p ?o } }", "INSERT begins an update"),
        ("SELECT * { ?s ?p ?o } ORDER BY DESC ?s", "ORDER BY DESC(?x)"),
    ],
)  # fmt: skip
def test_a_common_mistake_gets_advice(client: FlaskClient, text: str, expected: str) -> None:
    reply = ask(client, text)

    assert reply.json is not None
    assert expected in reply.json.get("hint", "")


@pytest.mark.parametrize(
    "text",
    ["", "SELECT * { ?s ?p }", "ASK { ?s ?p ?o } .", "SELECT (COUNT(DISTINCT) AS ?x) {}"],
)
def test_where_nothing_is_clear_nothing_is_said(client: FlaskClient, text: str) -> None:
    reply = ask(client, text)

    assert reply.status_code == 400
    assert reply.json is not None
    assert "hint" not in reply.json


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("ASK {", MalformedQuery("odd", line=9, column=99)),
        ("ASK {", MalformedQuery("odd", line=1, column=2)),
        ("ASK {", MalformedQuery("odd")),
        ("ASK {" + " " * LONGEST, MalformedQuery("odd", line=1, column=5)),
        ("ASK { ?s ?p ?o", QueryTimeout(limit=1, elapsed=1)),
    ],
)
def test_an_error_without_a_place_in_the_text_does_no_harm(
    text: str, error: MalformedQuery | QueryTimeout
) -> None:
    assert hint(text, error) in (None, "A } is missing at the end: the { of line 1, column 5 is "
                                       "not closed.")  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?s a s6:Projekt", "s6:Projekt is not known here: did you mean s6:Project"),
        ("?s s6:focusArae ?o", "did you mean s6:focusArea"),
        ("?s ?p place:oullu", "place:oullu is not known here: did you mean place:oulu"),
        ("?s ?p place:564", "place:564 is not known here: did you mean place:oulu?"),
        ("<https://w3id.org/sixaika/id/place/turkuu> ?p ?o", "did you mean place:turku"),
        ("?s <http://schema.org/name> ?o", "This data uses <https://schema.org/name>"),
        ("?s ?p place:xyzzyplugh", "place:xyzzyplugh is not known here."),
        ("?s rdfs:lable ?o", "did you mean rdfs:label?"),
        ("?s <http://www.w3.org/2004/02/skos/core#preflabel> ?o", "did you mean skos:prefLabel?"),
        ("?s a s6:Project . ?u a ?t FILTER (?u >= ?n)", "?u stands for an IRI here"),
        ("?s ?p ?o . 'Oulu'@fi a ?t", "is the subject of no statement"),
    ],
)
def test_a_name_that_nothing_has_is_told_when_nothing_is_found(
    client: FlaskClient, pattern: str, expected: str
) -> None:
    reply = ask(client, f"{PROLOGUE}SELECT * {{ {pattern} }}")

    assert reply.status_code == 200
    assert expected in reply.headers["X-Query-Hint"]


@pytest.mark.parametrize(
    ("namespace", "right"),
    [
        ("http://schema.org/", "https://schema.org/"),
        ("https://xmlns.com/foaf/0.1", "http://xmlns.com/foaf/0.1/"),
        ("http://w3id.org/sixaika/ont#", "https://w3id.org/sixaika/ont#"),
        ("http://www.w3.org/ns/org/", "http://www.w3.org/ns/org#"),
    ],
)
def test_a_namespace_that_is_nearly_right_is_told(
    client: FlaskClient, namespace: str, right: str
) -> None:
    reply = ask(client, f"PREFIX x: <{namespace}> SELECT * {{ ?s x:name ?o }}")

    assert f"<{right}>, not <{namespace}>" in reply.headers["X-Query-Hint"]


FORMS = {"results": ["SELECT ?s WHERE", "ASK"], "graph": ["CONSTRUCT { ?s a 1 } WHERE"]}


@pytest.mark.parametrize("row", list(of_kind("results", "graph")))
def test_emptiness_is_seen_in_every_format(client: FlaskClient, row: Format) -> None:
    for form in FORMS[row.kind]:
        query = f"{PROLOGUE}{form} {{ ?s a s6:%s }}"
        empty = ask(client, query % "Projekt", format=row.suffix)
        full = ask(client, query % "Project", format=row.suffix)

        assert (empty.status_code, full.status_code) == (200, 200)
        assert "X-Query-Hint" in empty.headers, form
        assert "X-Query-Hint" not in full.headers, form


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s ?p 'no such text at all'@fi }",
        "SELECT ?s { ?s a ?t FILTER (?s = 1) }",
        "SELECT * {}",
        "ASK {}",
        f"{PROLOGUE}SELECT * {{ ?s rdfs:label ?o FILTER (?o < ?o) }}",
        "SELECT * { VALUES ?s { 'a' 'b' } ?s ?p ?o }",
        "SELECT * { ?s a ?t FILTER (?t = 'a'@fi) }",
        f"{PROLOGUE}SELECT * {{ place:oulu s6:focusArea ?o FILTER (?o < 1 && ?o + 1 > 2) }}",
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
        "SELECT * { ?s ?p ?o FILTER (?o < xsd:date('1800-01-01')) }",
    ],
)
def test_a_right_query_gets_no_hint(client: FlaskClient, text: str) -> None:
    reply = ask(client, text)

    assert reply.status_code == 200
    assert "X-Query-Hint" not in reply.headers


def test_a_hint_is_ascii_in_its_header_and_the_name_as_it_is_on_the_page(
    client: FlaskClient,
) -> None:
    text = f"{PROLOGUE}SELECT * {{ ?s a s6:Hankeä }}"

    assert "s6:Hanke%C3%A4" in ask(client, text).headers["X-Query-Hint"]
    assert "s6:Hankeä is not known here" in ask(client, text, format="html").text


LONG = LONGEST - 100
HOSTILE = {
    "variable": f"SELECT * {{ ?{'a' * LONG} <urn:x> 1 }}",
    "IRI": f"SELECT * {{ <urn:{'label' * (LONG // 5)}> ?p 1 }}",
    "name": f"PREFIX a: <urn:> SELECT * {{ a:{'b.' * (LONG // 2)}c ?p 1 }}",
    "path": f"SELECT * {{ ?s {'/'.join(['<urn:x>'] * (LONG // 8))} ?o }}",
    "comparisons": f"SELECT * {{ FILTER ({'?o < ?p || ' * (LONG // 11)} 1) }}",
    "sums": f"SELECT * {{ FILTER ({'?o + ' * (LONG // 5)} 1) }}",
    "graphs": f"SELECT * {{ {'GRAPH ?g { ?s <urn:p> 1 } ' * (LONG // 26)} }}",
    "filters": f"SELECT * {{ GRAPH ?g {{ {'FILTER (?x = 1) ' * (LONG // 16)} }} }}",
    "durations": f"SELECT * {{ FILTER ({'xsd:duration (' * (LONG // 15)} }}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_pattern_is_slow_on_a_long_text(text: str) -> None:
    """Hints are looked for in the web process: what takes the square of a length would stop it."""
    seen = written(list(tokens(text)))
    patterns = {pattern for _, row in examples() for pattern in (row.text, row.before, row.detail)}
    for pattern in patterns | {fault.get("text", "") for fault in ENGINE["faults"].values()}:
        before = time.process_time()
        re.search(pattern, seen)
        assert time.process_time() - before < 2, pattern


def test_the_header_of_a_hint_is_short_however_long_a_name_is(client: FlaskClient) -> None:
    reply = ask(client, f"{PROLOGUE}SELECT * {{ ?s a s6:{'x' * 90_000} }}")

    assert 900 < len(reply.headers["X-Query-Hint"]) < 4_000


def test_the_caret_stands_under_the_column() -> None:
    assert excerpt("ASK {\n  ?s ?p }", 2, 9) == "  ?s ?p }\n        ^"


def test_a_long_line_is_cut_around_the_column() -> None:
    shown, caret = excerpt("x" * 500 + "!" + "y" * 500, 1, 501).split("\n")

    assert len(shown) <= 120
    assert shown[len(caret) - 1] == "!"


def test_a_position_outside_of_the_text_gives_an_empty_line() -> None:
    assert excerpt("ASK {}", 7, 1) == "\n^"
