"""What a query cannot do: run for ever, take all memory, crash the server, call anybody.

The queries here are hostile on purpose, so limits are short; and what the engine's own check
refuses is also sent to a worker with the check switched off: the worker must bear it by itself.
"""

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest
from engines import (
    COUNT_ENDLESS,
    ENDLESS,
    EX,
    ROWS,
    ask,
    children,
    in_background,
    one,
    open_engine,
    own_zygote,
    until,
)

from sixaika_graph import errors
from sixaika_graph.engine import pool
from sixaika_graph.engine.pool import LocalEngine


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    with contextlib.closing(open_engine()) as opened:
        yield opened


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every text to the workers, also one that the engine refuses to look at."""
    monkeypatch.setattr(pool, "check", lambda text: None)


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


def test_depth_that_is_allowed() -> None:
    """What the check lets through, the parser can take."""
    with contextlib.closing(open_engine(timeout=20)) as patient:
        for opening, closing in (("(", ")"), ("!(", ")"), ("1=1&&(", ")")):
            text = f"ASK {{ FILTER({opening * 490}1=1{closing * 490}) }}"
            assert ask(patient, text).form == "boolean"
        assert ask(patient, "ASK " + "{" * 499 + "}" * 499).form == "boolean"
        assert ask(patient, "ASK { FILTER(0<1" + "+1" * 4_900 + ") }").form == "boolean"
        assert ask(patient, "ASK { FILTER(" + "!" * 4_900 + "true) }").form == "boolean"
        assert ask(patient, "ASK { {}" + " UNION {}" * 4_900 + " }").form == "boolean"


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
