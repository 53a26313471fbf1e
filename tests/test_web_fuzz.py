"""Random and mutated queries over HTTP: never a 500, never a lost process, never another answer.

The judge is the engine called directly: what it answers or raises is what HTTP has to tell.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pytest
from conftest import ROOT
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wire import Reply, send

from sixaika_graph.engine import Engine, QueryRequest
from sixaika_graph.errors import SixaikaError
from sixaika_graph.publication import Publication, conforming, publish
from sixaika_graph.settings import Settings
from sixaika_graph.sparql_text import Token, tokens
from sixaika_graph.web.hints import MISTAKES
from sixaika_graph.web.problem_types import type_of

DIRECT: Final = {
    "Content-Type": "application/sparql-query",
    "Accept": "application/sparql-results+json, application/n-triples",
}
LIMIT: Final = 2.0
"""Seconds that one random query may take."""

# As many as make well under half a minute together, on a slow machine too.
SLOWLY: Final = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def gaps(text: str, found: Sequence[Token]) -> list[str]:
    """Return what stands before each token of a text: white space and comments."""
    ends = [0, *(token.start + len(token.text) for token in found)]
    return [text[end : token.start] for end, token in zip(ends, found, strict=False)]


RIGHT: Final = [
    "SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 3",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
    "ASK { GRAPH ?g { ?s ?p ?o } }",
    "DESCRIBE <https://w3id.org/sixaika/id/place/oulu>",
    *(path.read_text() for path in sorted((ROOT / "queries").glob("*.rq"))),
]
WHOLE: Final = len(RIGHT)
TEXTS: Final = [*RIGHT, *(row.example for rows in MISTAKES.values() for row in rows)]
FOUND: Final = [list(tokens(text)) for text in TEXTS]
GAPS: Final = [gaps(text, found) for text, found in zip(TEXTS, FOUND, strict=True)]
WORDS: Final = sorted({token.text for found in FOUND for token in found})
ALIKE: Final = {
    kind: sorted({token.text for found in FOUND for token in found if token.kind == kind})
    for kind in {token.kind for found in FOUND for token in found}
}
"""All tokens of a kind: with one term for the other most queries stay queries."""
TERMS: Final = ("variable", "name", "iri", "string", "number")

LEAK: Final = re.compile(
    r"Traceback|\.py\b|/work/|/home/|/tmp/|/usr/|site-packages|pyoxigraph|0x[0-9a-f]{6}"
)
"""What tells of the inside of a server."""

WORD: Final = st.sampled_from(WORDS)


@st.composite
def varied(draw: st.DrawFn) -> str:
    """Take a query and put other tokens of the same kind in the place of some."""
    which = draw(st.integers(0, WHOLE - 1))
    found = FOUND[which]
    pieces = [token.text for token in found]
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(found) - 1))
        if found[place].kind not in TERMS:
            continue
        alike = ALIKE[found[place].kind]
        pieces[place] = alike[draw(st.integers(0, len(alike) - 1))]
    return "".join(gap + piece for gap, piece in zip(GAPS[which], pieces, strict=True))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Take a query and delete, repeat, replace or insert some of its tokens."""
    pieces = [token.text for token in draw(st.sampled_from(FOUND))]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(pieces)))
        pieces[place : place + draw(st.integers(0, 2))] = draw(st.lists(WORD, max_size=2))
    return " ".join(pieces)


queries = st.one_of(
    varied(),
    varied(),
    mutated(),
    st.lists(WORD, max_size=30).map(" ".join),
    st.text(max_size=60),
)
# What gives another value each time, or may end after another number of milliseconds.
UNSTEADY: Final = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\b|\\", re.IGNORECASE)
TIMED: Final = frozenset({"query-timeout", "query-memory", "overloaded", "too-many-queries"})


def post(server: str, text: str) -> Reply:
    body = text.encode("utf-8", "surrogatepass")
    return send(server, f"/sparql?timeout={LIMIT}", "POST", body, DIRECT)


def outcome(engine: Engine, text: str) -> tuple[str, Any]:
    """Ask the engine itself: the slug of its error, or its answer."""
    try:
        answer = engine.query(
            QueryRequest(text=text, timeout=LIMIT, graph_type="application/n-triples")
        )
    except SixaikaError as error:
        return type_of(error).slug, None
    return answer.form, comparable(answer.media_type, answer.read())


def comparable(media_type: str, body: bytes) -> Any:
    """Read an answer so that blank nodes, and the order where none is asked for, do not count."""
    if "json" not in media_type:
        return sorted(re.sub(r"_:\w+", "_:b", body.decode()).splitlines())
    read = json.loads(body)
    rows = read.get("results", {}).get("bindings", [])
    for row in rows:
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = "b"
    return read.get("boolean"), sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.fixture(scope="module")
def engine(settings: Settings, server: str) -> Iterator[Engine]:
    """Open what the server serves, figures of quality included, as it remembers it."""
    assert server
    published = publish(conforming(settings))
    yield published.engine
    published.engine.close()


@SLOWLY
@given(text=queries)
@example(text="")
@example(text="\x00")
@example(text="SELECT * { ?s ?p 'ä\U0001f600' }")
def test_http_tells_what_the_engine_says(server: str, engine: Engine, text: str) -> None:
    said, expected = outcome(engine, text)
    reply = post(server, text)

    if reply.status == 200:
        assert {said} & {"solutions", "boolean", "triples", *TIMED}
        if {said} & TIMED or UNSTEADY.search(text) or "LIMIT" in text.upper():
            return
        assert comparable(reply.headers["content-type"], reply.body) == expected
    else:
        problem = reply.json()
        slug = problem["type"].rpartition("/")[2]
        assert reply.status == problem["status"] != 500
        assert slug == said or {slug, said} & TIMED
        assert not LEAK.search(told(problem)), problem


def told(problem: dict[str, Any]) -> str:
    """Return what a problem says of itself, without what it repeats of the query."""
    own = {name: text for name, text in problem.items() if name not in ("query", "excerpt")}
    return json.dumps(own, ensure_ascii=False)


@SLOWLY
@given(text=queries, accept=st.sampled_from(["text/html", "text/plain", "application/json", "*/*"]))
def test_no_problem_tells_of_the_inside(client: FlaskClient, text: str, accept: str) -> None:
    reply = client.post(
        f"/sparql?timeout={LIMIT}", data={"query": text}, headers={"Accept": accept}
    )

    assert reply.status_code != 500
    if reply.status_code >= 400:
        said = reply.get_data(as_text=True)
        for repeated in (text, *text.split()):
            said = said.replace(repeated, "") if len(repeated) > 3 else said
        assert not LEAK.search(said), said
        assert "expected one of" not in said
        if accept == "text/plain":
            assert said.count("\n") <= 1 + text.count("\n")


PARAMETERS: Final = [
    "query", "update", "default-graph-uri", "named-graph-uri", "format", "timeout", "lang", "bom",
    "using-graph-uri", "graph", "default",
]  # fmt: skip


@SLOWLY
@given(
    target=st.sampled_from(["/sparql", "/graphs", "/id/x", "/data/place/oulu", "/page/place/oulu"]),
    pairs=st.lists(st.tuples(st.sampled_from(PARAMETERS), st.text(max_size=12)), max_size=4),
    method=st.sampled_from(["GET", "HEAD", "POST", "QUERY", "OPTIONS", "DELETE"]),
    body=st.binary(max_size=40),
    content_type=st.sampled_from(
        ["", "application/x-www-form-urlencoded", "application/sparql-query", "a/b", ";;", "text/é"]
    ),
    accept=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20),
)
def test_no_request_is_this_servers_fault(
    client: FlaskClient,
    target: str,
    pairs: list[tuple[str, str]],
    method: str,
    body: bytes,
    content_type: str,
    accept: str,
) -> None:
    query = [(name, text.encode("utf-8", "replace").decode()) for name, text in pairs]
    reply = client.open(
        target,
        method=method,
        query_string=query,
        data=body,
        content_type=content_type,
        headers={
            "Accept": "".join(filter(str.isprintable, accept)).encode("ascii", "ignore").decode()
        },
    )

    assert reply.status_code < 500, (reply.status_code, reply.text)
    if reply.status_code >= 400:
        assert not LEAK.search(reply.text)


def test_the_server_is_still_the_same_one(server: str, publication: Publication) -> None:
    """After all of that each of them answers, and nothing is left running."""
    assert send(server, "/sparql?query=ASK%7B%7D").json()["boolean"] is True
    assert publication.engine.load().running == 0
