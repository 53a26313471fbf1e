"""The local engine: right answers in every format, and nothing that a query does hurts another.

Some queries here are hostile on purpose, so limits are short, and what the engine's own check
refuses is also sent to a worker with the check switched off: the worker must bear it by itself.
"""

import contextlib
import csv
import gc
import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.query import Result

from sixaika_graph import errors
from sixaika_graph.engine import Answer, QueryRequest, pool
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.formats import Format, of_kind
from sixaika_graph.settings import Settings

EX: Final = "http://example.org/"
PREFIXES: Final = {"ex": EX, "xsd": "http://www.w3.org/2001/XMLSchema#", "unused": f"{EX}unused#"}

# The default graph; then one statement that stands in two graphs, and one of its own in each.
DEFAULT: Final = """
<http://example.org/oulu> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/City> .
<http://example.org/oulu> <http://example.org/name> "Oulu"@fi .
<http://example.org/oulu> <http://example.org/name> "Uleåborg"@sv .
<http://example.org/oulu> <http://example.org/note> "a \\"quoted\\", comma\\nand\\ttab" .
<http://example.org/oulu> <http://example.org/part> _:part .
_:part <http://example.org/amount> "10"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""  # noqa: E501
AMOUNT: Final = (
    "<http://example.org/call> <http://example.org/amount> "
    '"10"^^<http://www.w3.org/2001/XMLSchema#integer>'
)
NQUADS: Final = f"""{DEFAULT}
{AMOUNT} <http://example.org/one> .
<http://example.org/call> <http://example.org/in> "one" <http://example.org/one> .
{AMOUNT} <http://example.org/two> .
<http://example.org/call> <http://example.org/in> "two" <http://example.org/two> .
<http://example.org/c> <http://example.org/d> <http://example.org/e> <http://example.org/three> .
"""

ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
# Forty rows, enough for a product that no time or memory is enough for.
ROWS: Final = f"VALUES ?n {{ {' '.join(map(str, range(40)))} }}"
ENDLESS: Final = " ".join(ROWS.replace("?n", f"?n{place}") for place in range(6))
COUNT_ENDLESS: Final = f"SELECT (COUNT(*) AS ?n) {{ {ENDLESS} }}"


def open_engine(nquads: str = NQUADS, **limits: Any) -> LocalEngine:
    small = {"workers": 3, "timeout": 1.0, "memory": 128} | limits
    return LocalEngine(nquads.encode(), prefixes=PREFIXES, limits=Limits(**small))


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    with contextlib.closing(open_engine()) as opened:
        yield opened


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every text to the workers, also one that the engine refuses to look at."""
    monkeypatch.setattr(pool, "check", lambda text: None)


def ask(engine: LocalEngine, text: str, **wanted: Any) -> Answer:
    return engine.query(QueryRequest(text=text, **wanted))


def rows(engine: LocalEngine, text: str, **wanted: Any) -> list[dict[str, str]]:
    solutions = json.loads(ask(engine, text, **wanted).read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in solutions]


def one(engine: LocalEngine, text: str, **wanted: Any) -> dict[str, str]:
    (row,) = rows(engine, text, **wanted)
    return row


def in_background(engine: LocalEngine, text: str, **wanted: Any) -> Future[Answer]:
    """Ask in a thread; the outcome is in the future."""
    outcome: Future[Answer] = Future()

    def run() -> None:
        try:
            outcome.set_result(ask(engine, text, **wanted))
        except errors.SixaikaError as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def zygotes() -> list[int]:
    """Return the zygotes that were started by this process: by its keeper threads."""
    listed = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
    pids = [int(pid) for pid in " ".join(listed).split()]
    return [pid for pid in pids if b"engine.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busiest(zygote: int) -> int:
    """Return the worker that evaluates something now."""
    before = {pid: cpu_seconds(pid) for pid in children(zygote)}
    time.sleep(0.15)
    return max(before, key=lambda pid: cpu_seconds(pid) - before[pid])


@contextlib.contextmanager
def own_zygote(**limits: Any) -> Iterator[tuple[LocalEngine, int]]:
    """Open an engine; yield it and the process id of its zygote."""
    others = zygotes()
    with contextlib.closing(open_engine(**limits)) as opened:
        (zygote,) = set(zygotes()) - set(others)
        until(lambda: len(children(zygote)) == limits.get("workers", 3))
        yield opened, zygote


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


@pytest.mark.parametrize("row", tuple(of_kind("graph")), ids=lambda row: row.suffix)
def test_document_has_the_same_bytes(row: Format) -> None:
    """A document is sorted, so that the same data gives the same bytes from another engine too."""
    lines = [line for line in DEFAULT.splitlines() if "_:" not in line]
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


def test_functions_of_time_and_chance(engine: LocalEngine) -> None:
    """A worker that can open no file still knows the time and has random numbers."""
    row = one(engine, "SELECT (NOW() AS ?now) (UUID() AS ?uuid) (RAND() AS ?chance) {}")
    assert row["now"].startswith("20")
    assert row["uuid"].startswith("urn:uuid:")
    assert 0 <= float(row["chance"]) < 1


# Datasets


SUM: Final = "SELECT (COUNT(*) AS ?n) (SUM(?amount) AS ?sum)"
ONCE: Final = {"n": "1", "sum": "10"}
BOTH: Final = (f"{EX}one", f"{EX}two")


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


def test_unknown_function(engine: LocalEngine) -> None:
    """An extension function that does not exist is named."""
    with pytest.raises(errors.MalformedQuery, match=f"<{EX}f> is not supported"):
        ask(engine, f"SELECT (<{EX}f>(1) AS ?x) {{}}")


def test_surrogate(engine: LocalEngine) -> None:
    """Text that is no Unicode is malformed."""
    with pytest.raises(errors.MalformedQuery, match="Unicode"):
        ask(engine, "SELECT * { ?s ?p '\ud800' }")


# Time


ENDLESS_QUERIES: Final = {
    "product": COUNT_ENDLESS,
    "sort": f"SELECT * {{ {ENDLESS} }} ORDER BY ?n1 ?n2",
    "output": f"SELECT * {{ {ENDLESS} }}",
    "strings": f"SELECT (SUM(STRLEN(CONCAT(?t, ?t))) AS ?n) {{ {{ SELECT (GROUP_CONCAT(?n1) AS ?t) "
    f"{{ {ROWS.replace('?n', '?n1')} {ROWS.replace('?n', '?n2')} }} }} {ENDLESS} }}",
    "aggregate": f"SELECT (GROUP_CONCAT(?n1) AS ?n) {{ {ENDLESS} }} GROUP BY ?n2 ?n3",
    "distinct": f"SELECT DISTINCT * {{ {ENDLESS} }}",
}  # fmt: skip


@pytest.mark.parametrize("text", tuple(ENDLESS_QUERIES.values()), ids=ENDLESS_QUERIES)
def test_endless_query(engine: LocalEngine, text: str) -> None:
    """A query without end is stopped by its time or its memory, and the next one is answered."""
    began = time.monotonic()
    with pytest.raises((errors.QueryTimeout, errors.QueryMemory, errors.AnswerTooLarge)):
        ask(engine, text)
    assert time.monotonic() - began < 2
    began = time.monotonic()
    assert one(engine, "SELECT (1 AS ?n) {}") == {"n": "1"}
    assert time.monotonic() - began < 0.5


def test_timeout(engine: LocalEngine) -> None:
    """Past the limit the worker is killed; the error tells limit and time."""
    with pytest.raises(errors.QueryTimeout) as raised:
        ask(engine, COUNT_ENDLESS)
    assert raised.value.limit == 1.0
    assert 1.0 <= raised.value.elapsed < 1.5


def test_timeout_of_the_request(engine: LocalEngine) -> None:
    """A request can lower the limit, not raise it."""
    with pytest.raises(errors.QueryTimeout) as raised:
        ask(engine, COUNT_ENDLESS, timeout=0.3)
    assert raised.value.limit == 0.3
    assert 0.3 <= raised.value.elapsed < 0.8
    with pytest.raises(errors.QueryTimeout) as raised:
        ask(engine, COUNT_ENDLESS, timeout=3600)
    assert raised.value.limit == 1.0


def test_killed_workers_are_replaced() -> None:
    """However many queries are killed, the number of workers stays what it is."""
    with own_zygote(workers=2, timeout=0.3) as (engine, zygote):
        outcomes = [in_background(engine, COUNT_ENDLESS) for _ in range(4)]
        for outcome in outcomes:
            assert isinstance(outcome.exception(5), errors.QueryTimeout | errors.Overloaded)
        until(lambda: len(children(zygote)) == 2)
        assert one(engine, "SELECT (1 AS ?n) {}") == {"n": "1"}


def test_worker_of_a_long_query_is_replaced() -> None:
    """A worker whose query ran for long is niced and has dirtied its memory: it goes."""
    with own_zygote(workers=1, timeout=20) as (engine, zygote):
        (before,) = children(zygote)
        assert ask(engine, "ASK {}").read()
        assert children(zygote) == [before]
        long = " ".join(ROWS.replace("?n", f"?n{place}") for place in range(4))
        text = f"SELECT (COUNT(*) AS ?n) {{ {long} VALUES ?more {{ 1 2 3 4 5 }} }}"
        outcome = in_background(engine, text)
        until(lambda: os.getpriority(os.PRIO_PROCESS, before) == 15)
        assert outcome.result(20).form == "solutions"
        until(lambda: len(children(zygote)) == 1 and children(zygote) != [before])


# Memory and depth


def test_memory(engine: LocalEngine) -> None:
    """A query that needs more memory than its share is told so."""
    with contextlib.closing(open_engine(memory=32, timeout=10)) as small:
        with pytest.raises(errors.QueryMemory) as raised:
            ask(small, f"SELECT DISTINCT * {{ {ENDLESS} }} ORDER BY ?n1")
        assert raised.value.limit == 32
        assert ask(small, "ASK {}").read()


DEEP: Final = {
    "parentheses": "SELECT * { ?s ?p ?o FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }",
    "braces": "SELECT * " + "{" * 3_000 + "?s ?p ?o" + "}" * 3_000,
    "optional": "SELECT * {" + "OPTIONAL { ?s ?p ?o " * 5_000 + "}" * 5_000 + "}",
    "brackets": "SELECT * { ?s ?p " + "[ ?p " * 20_000 + "1" + "]" * 20_000 + "}",
    "not": "SELECT * { ?s ?p ?o FILTER(" + "!" * 50_000 + "true) }",
    "and": "SELECT * { ?s ?p ?o FILTER(1=1" + " && 1=1" * 50_000 + ") }",
    "union": "SELECT * { {?s ?p ?o} " + "UNION {?s ?p ?o} " * 50_000 + "}",
}


@pytest.mark.parametrize("text", tuple(DEEP.values()), ids=DEEP)
def test_deep_query_is_refused(engine: LocalEngine, text: str) -> None:
    """What would overflow the parser's stack is refused before a parser sees it."""
    with pytest.raises(errors.QueryTooDeep):
        ask(engine, text)


@pytest.mark.parametrize("text", tuple(DEEP.values()), ids=DEEP)
@pytest.mark.usefixtures("unchecked")
def test_deep_query_is_survived(engine: LocalEngine, text: str) -> None:
    """Were it not refused, it would cost one worker, and the query would be told why."""
    with pytest.raises(errors.QueryTooDeep):
        ask(engine, text, timeout=5)
    assert ask(engine, "ASK {}").read()


def test_depth_that_is_allowed(engine: LocalEngine) -> None:
    """What the check lets through, the parser can take."""
    for opening, closing in (("(", ")"), ("((", "))")):
        levels = 490 // len(opening)
        text = f"ASK {{ FILTER({opening * levels}1=1{closing * levels}) }}"
        assert ask(engine, text).read() == b'{"head":{},"boolean":true}'
    assert ask(engine, "ASK " + "{" * 499 + "}" * 499).form == "boolean"
    assert ask(engine, "ASK { FILTER(0<1" + "+1" * 4_000 + ") }").form == "boolean"


# The network


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Listen on this machine; yield the address, and who has called."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def accept() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, address = server.accept()
                    connection.close()
                    calls.append(str(address))

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", calls
        time.sleep(0.15)
        stop.set()
        thread.join()
    assert calls == []


SERVICE: Final = {
    "plain": "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "silent": "SELECT * {{ SERVICE SILENT <{0}> {{ ?s ?p ?o }} }}",
    "variable": "SELECT * {{ VALUES ?u {{ <{0}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "glued": "SELECT * {{ SERVICESILENT<{0}>{{ ?s ?p ?o }} }}",
    "lower": "select * {{ service <{0}> {{ ?s ?p ?o }} }}",
    "escaped": "SELECT * {{ \\u0053ERVICE <{0}> {{ ?s ?p ?o }} }}",
    "ask": "ASK {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
    "construct": "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
}


def test_the_listener_hears(listener: tuple[str, list[str]]) -> None:
    """The proof of silence is worth something only if a call would have been heard."""
    url, calls = listener
    with socket.create_connection(("127.0.0.1", int(url[:-1].rpartition(":")[2]))):
        until(lambda: bool(calls))
    calls.clear()


@pytest.mark.parametrize("text", tuple(SERVICE.values()), ids=SERVICE)
def test_service_is_refused(
    engine: LocalEngine, listener: tuple[str, list[str]], text: str
) -> None:
    """SERVICE is refused, however it is spelled, and nobody is called."""
    with pytest.raises(errors.RefusedQuery, match="SERVICE"):
        ask(engine, text.format(listener[0]))


@pytest.mark.parametrize("text", tuple(SERVICE.values()), ids=SERVICE)
@pytest.mark.usefixtures("unchecked")
def test_service_reaches_nobody(
    engine: LocalEngine, listener: tuple[str, list[str]], text: str
) -> None:
    """Were it not refused, no worker could open the socket that it needs."""
    with contextlib.suppress(errors.RefusedQuery, errors.MalformedQuery):
        answer = ask(engine, text.format(listener[0]))
        assert "SILENT" in text, answer.read()


@pytest.mark.parametrize(
    "text",
    [
        # Readings of the engine's parser that no tokeniser of the standard would see.
        "PREFIX : <{0}> SELECT * {{ SERVICE:a {{ ?s ?p ?o }} }}",
        "PREFIX : <{0}> PREFIX SERVICE: <{0}> SELECT * {{ SERVICE:a {{ ?s ?p ?o }} }}",
        "SELECT * {{ VALUES ?x {{ <{0}> }} FILTER(?a<1)SERVICE?x#>\n{{ ?s ?p ?o }} }}",
        "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{0}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT * {{ GRAPH <{0}> {{ ?s ?p ?o }} }}",
    ],
)
def test_nothing_else_reaches_anybody(
    engine: LocalEngine, listener: tuple[str, list[str]], text: str
) -> None:
    """No query that passes the check calls anybody either."""
    with contextlib.suppress(errors.RefusedQuery, errors.MalformedQuery):
        ask(engine, text.format(listener[0]))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("text", ["LOAD <{0}>", "INSERT DATA {{ <{0}> <{0}> 1 }}", "CLEAR ALL"])
def test_update_does_nothing(
    engine: LocalEngine, listener: tuple[str, list[str]], text: str
) -> None:
    """Were an update not refused, no worker would know what it is."""
    with pytest.raises(errors.MalformedQuery):
        ask(engine, text.format(listener[0]))


def test_update_is_refused(engine: LocalEngine) -> None:
    """An update is told that the endpoint is read-only."""
    with pytest.raises(errors.RefusedQuery, match="read-only"):
        ask(engine, f"INSERT DATA {{ <{EX}a> <{EX}b> 1 }}")


# The size of an answer


def test_answer_too_large() -> None:
    """An answer past the limit is an error, and its worker is not waited for."""
    with contextlib.closing(open_engine(answer=1_000_000, timeout=10)) as small:
        began = time.monotonic()
        with pytest.raises(errors.AnswerTooLarge) as raised:
            ask(small, f"SELECT * {{ {ENDLESS} }}")
        assert raised.value.limit == 1_000_000
        assert time.monotonic() - began < 2
        assert ask(small, "ASK {}").read()


def test_large_answer() -> None:
    """An answer larger than what is kept in memory is whole, and lies on disk."""
    with contextlib.closing(open_engine(timeout=20)) as patient:
        product = " ".join(ROWS.replace("?n", f"?n{place}") for place in range(3))
        answer = ask(
            patient, f"SELECT * {{ {product} VALUES ?m {{ 1 2 3 4 5 }} }}", results_type="text/csv"
        )
        lines = sum(piece.count(b"\n") for piece in answer.chunks())
        assert lines == 40**3 * 5 + 1
        answer = ask(patient, f"SELECT * {{ {product} VALUES ?m {{ 1 2 }} }}")
        assert answer.length > 8 * 2**20
        assert isinstance(answer.body.fileno(), int)
        body = answer.read()
        assert len(body) == answer.length
        assert len(json.loads(body)["results"]["bindings"]) == 40**3 * 2


# Deaths


@pytest.mark.parametrize("row", tuple(of_kind("results", "graph")), ids=lambda row: row.suffix)
def test_a_broken_answer_is_an_error(row: Format) -> None:
    """A worker that dies in the middle of an answer gives an error, never a short answer."""
    wanted: dict[str, Any] = {"results_type": row.media_type}
    text = f"SELECT * {{ {ENDLESS} }}"
    if row.kind == "graph":
        wanted = {"graph_type": row.media_type}
        text = f"CONSTRUCT {{ ?b <{EX}n> ?n0 , ?n1 }} WHERE {{ {ENDLESS} BIND(BNODE() AS ?b) }}"
    with own_zygote(workers=1, timeout=10) as (engine, zygote):
        (worker,) = children(zygote)
        outcome = in_background(engine, text, **wanted)
        until(lambda: cpu_seconds(worker) > 0.1)
        os.kill(worker, signal.SIGKILL)
        assert isinstance(outcome.exception(5), errors.WorkerLost)
        assert ask(engine, "ASK {}").read()


def test_death_of_a_worker() -> None:
    """A worker that is killed in flight costs its query and nobody else anything."""
    with own_zygote(timeout=2) as (engine, zygote):
        lost, other = (in_background(engine, COUNT_ENDLESS) for _ in range(2))
        os.kill(busiest(zygote), signal.SIGKILL)
        until(lambda: lost.done() or other.done())
        done, running = (lost, other) if lost.done() else (other, lost)
        assert isinstance(done.exception(), errors.WorkerLost)
        assert not running.done()
        assert ask(engine, "ASK {}").read()
        until(lambda: len(children(zygote)) == 3)
        assert isinstance(running.exception(6), errors.QueryTimeout)


def test_death_of_idle_workers() -> None:
    """Workers that die unseen cost no query anything."""
    with own_zygote() as (engine, zygote):
        for worker in children(zygote):
            os.kill(worker, signal.SIGKILL)
        time.sleep(0.05)
        assert ask(engine, "ASK {}").read()
        assert ask(engine, "ASK {}").read()


def test_death_of_the_zygote(caplog: pytest.LogCaptureFixture) -> None:
    """When the zygote dies, another one is started, and queries go on within about a second."""
    with own_zygote(timeout=5) as (engine, zygote):
        outcome = in_background(engine, COUNT_ENDLESS)
        worker = busiest(zygote)
        with caplog.at_level(logging.WARNING):
            os.kill(zygote, signal.SIGKILL)
            assert isinstance(outcome.exception(2), errors.WorkerLost)
            until(lambda: not Path(f"/proc/{worker}").exists() or dead(worker))
            began = time.monotonic()
            assert one(engine, "SELECT (1 AS ?n) {}") == {"n": "1"}
            assert time.monotonic() - began < 1.5
        assert "starting another one" in caplog.text
        assert zygote not in zygotes()


def test_death_of_the_zygote_while_idle() -> None:
    """It is replaced too when nobody asks."""
    with own_zygote() as (engine, zygote):
        others = set(zygotes())
        os.kill(zygote, signal.SIGKILL)
        until(lambda: bool(set(zygotes()) - others))
        assert ask(engine, "ASK {}").read()


def dead(pid: int) -> bool:
    """Tell whether a process has ended, even if nobody has reaped it yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


# Many at once


def test_concurrent_queries() -> None:
    """Sixteen threads get each their own answers."""
    with contextlib.closing(open_engine(workers=4, timeout=10)) as engine:

        def run(thread: int) -> None:
            for turn in range(50):
                number = str(thread * 1000 + turn)
                text = f"SELECT ({number} AS ?n) (COUNT(*) AS ?m) {{ ?s ?p ?o }}"
                assert one(engine, text, client="same") == {"n": number, "m": "6"}

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(run, range(16)))


def test_queue_is_full() -> None:
    """Where all workers and places in the queue are taken, the next query is refused at once."""
    with own_zygote(workers=1, queue=1, timeout=1.0) as (engine, _):
        running = in_background(engine, COUNT_ENDLESS)
        time.sleep(0.1)
        waiting = in_background(engine, "ASK {}", timeout=0.4)
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(errors.Overloaded) as raised:
            ask(engine, "ASK {}")
        assert time.monotonic() - began < 0.1
        assert raised.value.retry_after == 1
        # It waited in vain for its whole time: not its own fault, so not a time-out of its own.
        assert isinstance(waiting.exception(2), errors.Overloaded)
        assert isinstance(running.exception(2), errors.QueryTimeout)


def test_queue_is_a_queue() -> None:
    """Queries are served in the order in which they came."""
    with own_zygote(workers=1, timeout=5) as (engine, _):
        blocking = in_background(engine, COUNT_ENDLESS, timeout=0.5)
        time.sleep(0.1)
        ended: list[int] = []
        waiting = []
        for number in range(5):
            outcome = in_background(engine, "ASK {}")
            outcome.add_done_callback(lambda _, number=number: ended.append(number))  # type: ignore[misc]
            waiting.append(outcome)
            time.sleep(0.02)
        assert isinstance(blocking.exception(2), errors.QueryTimeout)
        assert all(outcome.result(2).read() for outcome in waiting)
        assert ended == [0, 1, 2, 3, 4]


def test_share_of_a_client() -> None:
    """A client whose share runs long queries is refused more; nobody else is."""
    with own_zygote(workers=6, client_share=2, timeout=2.0) as (engine, _):
        long = [in_background(engine, COUNT_ENDLESS, client="one")]
        time.sleep(0.3)
        # One of two: short queries and another long one are let in.
        assert ask(engine, "ASK {}", client="one").read()
        long.append(in_background(engine, COUNT_ENDLESS, client="one"))
        time.sleep(0.3)
        with pytest.raises(errors.TooManyQueries) as raised:
            ask(engine, "ASK {}", client="one")
        assert raised.value.limit == 2
        assert raised.value.retry_after == 2
        assert ask(engine, "ASK {}", client="other").read()
        assert ask(engine, "ASK {}", client=None).read()
        for outcome in long:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)
        assert ask(engine, "ASK {}", client="one").read()


def test_share_holds_for_a_burst() -> None:
    """Beyond its share a client waits, is passed by others, and refused once the share is long."""
    with own_zygote(workers=6, client_share=2, timeout=2.0) as (engine, _):
        burst = [in_background(engine, COUNT_ENDLESS, client="one") for _ in range(6)]
        time.sleep(0.1)
        assert not any(outcome.done() for outcome in burst)
        assert ask(engine, "ASK {}", client="other", timeout=0.1).read()
        causes = sorted(type(outcome.exception(3)).__name__ for outcome in burst)
        assert causes == ["QueryTimeout"] * 2 + ["TooManyQueries"] * 4


def test_short_queries_of_a_client_wait_for_each_other() -> None:
    """Short queries count in no share: however many come at once, all are answered."""
    with own_zygote(workers=4, client_share=1, timeout=5) as (engine, _):
        burst = [in_background(engine, "ASK {}", client="one") for _ in range(40)]
        assert all(outcome.result(5).read() for outcome in burst)


def test_reserve_for_short_queries() -> None:
    """Long queries never have all workers: one that becomes long gives up the last ones."""
    with own_zygote(workers=3, timeout=1.5) as (engine, _):
        long = [in_background(engine, COUNT_ENDLESS, client=str(number)) for number in range(2)]
        time.sleep(0.3)
        began = time.monotonic()
        with pytest.raises(errors.Overloaded) as raised:
            ask(engine, COUNT_ENDLESS, client="third")
        assert 0.2 <= time.monotonic() - began < 0.5
        assert raised.value.retry_after == 1
        assert ask(engine, "ASK {}", client="third", timeout=0.3).read()
        for outcome in long:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)


def test_reserve_is_for_clients_that_have_no_worker() -> None:
    """The last workers are for those that have none, and for the site itself."""
    with own_zygote(workers=3, timeout=1.5) as (engine, _):
        long = [in_background(engine, COUNT_ENDLESS, client=str(number)) for number in range(2)]
        time.sleep(0.3)
        with pytest.raises(errors.Overloaded):
            ask(engine, "ASK {}", client="0", timeout=0.2)
        assert ask(engine, "ASK {}", client="third", timeout=0.2).read()
        with pytest.raises(errors.QueryTimeout):
            ask(engine, COUNT_ENDLESS, client=None, timeout=0.5)
        for outcome in long:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)


def test_site_queries_have_no_share() -> None:
    """Queries without a client are bounded by the workers only."""
    with own_zygote(workers=4, client_share=1, timeout=0.6) as (engine, _):
        running = [in_background(engine, COUNT_ENDLESS) for _ in range(3)]
        time.sleep(0.3)
        assert ask(engine, "ASK {}").read()
        for outcome in running:
            assert isinstance(outcome.exception(3), errors.QueryTimeout)


# Start and end


@pytest.mark.parametrize(
    ("nquads", "reason"),
    [("<http://x/a> <http://x/b> .", "object"), ("<a> <b> <c> .", "IRI"), ("{", "line 1 column 1")],
)
def test_broken_nquads(nquads: str, reason: str) -> None:
    """A dataset that cannot be loaded ends the start with the reason."""
    with pytest.raises(errors.EngineUnavailable, match=f"did not start: .*{reason}"):
        open_engine(nquads)


def test_broken_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that cannot be run ends the start with the reason."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    (tmp_path / "pyoxigraph.py").write_text("raise ImportError('half installed')")
    with pytest.raises(errors.EngineUnavailable, match="ImportError: half installed"):
        open_engine()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(errors.EngineUnavailable, match="No such file"):
        open_engine()


def test_empty_dataset() -> None:
    """No data is a dataset too."""
    with contextlib.closing(open_engine("")) as empty:
        assert rows(empty, "SELECT * { ?s ?p ?o }") == []


def test_close() -> None:
    """Closing ends all processes, cancels what runs or waits, and refuses what comes."""
    with own_zygote(workers=2, timeout=10) as (engine, zygote):
        workers = children(zygote)
        running = [in_background(engine, COUNT_ENDLESS) for _ in range(2)]
        time.sleep(0.2)
        waiting = in_background(engine, "ASK {}")
        time.sleep(0.1)
        began = time.monotonic()
        engine.close()
        assert time.monotonic() - began < 2
        for outcome in running:
            assert isinstance(outcome.exception(1), errors.QueryCancelled)
        assert isinstance(waiting.exception(1), errors.EngineUnavailable)
        assert not any(Path(f"/proc/{pid}").exists() for pid in (zygote, *workers))
        with pytest.raises(errors.EngineUnavailable, match="closed"):
            ask(engine, "ASK {}")


def test_no_process_outlives_the_web_process(tmp_path: Path) -> None:
    """Even if it is killed, its zygote and workers end, also one that is busy."""
    program = (
        "import sys, threading, time\n"
        "from sixaika_graph.engine import QueryRequest\n"
        "from sixaika_graph.engine.pool import Limits, LocalEngine\n"
        "engine = LocalEngine(b'', prefixes={}, limits=Limits(workers=2, timeout=60))\n"
        "request = QueryRequest(text=sys.argv[1])\n"
        "threading.Thread(target=engine.query, args=[request], daemon=True).start()\n"
        "time.sleep(0.3)\n"
        "print(flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, COUNT_ENDLESS], cwd=tmp_path, stdout=subprocess.PIPE
    ) as web:
        assert web.stdout
        web.stdout.readline()
        (keeper,) = (pids for pid in Path(f"/proc/{web.pid}/task").iterdir()
                     if (pids := (pid / "children").read_text().split()))  # fmt: skip
        family = [int(keeper[0]), *children(int(keeper[0]))]
        assert len(family) == 3
        web.kill()
    until(lambda: all(dead(pid) for pid in family))


def test_a_worker_owns_nothing_but_its_socket() -> None:
    """A worker has the null device and its socket open, and may open nothing more."""
    with own_zygote(workers=1) as (engine, zygote):
        assert ask(engine, "ASK {}").read()
        (worker,) = children(zygote)
        opened = sorted(str(path.readlink()) for path in Path(f"/proc/{worker}/fd").iterdir())
        assert opened[:3] == ["/dev/null"] * 3
        assert [name.partition(":")[0] for name in opened[3:]] == ["socket"]
        limits = Path(f"/proc/{worker}/limits").read_text()
        (files,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
        assert files.split()[3:5] == ["0", "0"]
        for process in (worker, zygote):
            assert len(list(Path(f"/proc/{process}/task").iterdir())) == 1


def test_no_descriptor_leaks() -> None:
    """Queries of all outcomes leave no file open behind them, nor does the engine."""
    before = descriptors()
    with own_zygote(timeout=0.2, answer=10_000) as (engine, zygote):
        settled = descriptors()
        for text in ("ASK {}", "FOO", COUNT_ENDLESS, f"SELECT * {{ {ENDLESS} }}") * 3:
            with contextlib.suppress(errors.SixaikaError):
                ask(engine, text).read()
        with contextlib.suppress(errors.SixaikaError):
            ask(engine, "ASK {}", default_graphs=BOTH).read()
        until(lambda: len(children(zygote)) == 3)
        until(lambda: descriptors() == settled)
    gc.collect()
    assert descriptors() == before


def test_limits_of_settings() -> None:
    """The settings give the limits, an answer in bytes."""
    limits = Limits.of(Settings(workers=2, query_timeout=3, query_memory=64, answer_limit=2))
    assert (limits.workers, limits.timeout, limits.memory) == (2, 3, 64)
    assert limits.answer == 2 * 2**20
