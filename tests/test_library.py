"""The questions of the library: their files, and their answers on the real data by two judges.

`tests/queries/<name>` holds what each question answers: `.tsv` rows of terms as Turtle writes them,
`.ttl` a graph, `.files` the data files that the answer repeats. `python tests/test_library.py`
writes the tables and graphs anew; read the difference before it is committed.
"""

import math
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import XSD
from rdflib.plugins.sparql.operators import register_custom_function, unregister_custom_function
from rdflib.term import Node

from sixaika_graph import sparql_text, turtle
from sixaika_graph.client.answers import parse_boolean, parse_graph, parse_solutions
from sixaika_graph.engine import Engine, QueryRequest
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.publication import Publication, prepare, publish
from sixaika_graph.queries import NamedQuery, read
from sixaika_graph.settings import Settings

ROOT: Final = Path(__file__).parent.parent
EXPECTED: Final = Path(__file__).parent / "queries"
LIBRARY: Final = read(ROOT / "queries")
SITE: Final = read(ROOT / "queries" / "site")
QUERIES: Final = pytest.mark.parametrize("query", LIBRARY.values(), ids=LIBRARY.keys())
EVERY: Final = pytest.mark.parametrize(
    "query", [*LIBRARY.values(), *SITE.values()], ids=[*LIBRARY.keys(), *SITE.keys()]
)
NUMBERS: Final = {XSD.integer, XSD.decimal, XSD.double}
DISTANCE: Final = URIRef(PREFIXES["geof"] + "distance")
EARTH: Final = 6_371_008.8
"""Mean radius of the earth in metres."""

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


@QUERIES
def test_a_question_has_its_whole_header(query: NamedQuery) -> None:
    assert query.view
    assert len(set(query.titles.values())) == len(query.titles) == 3
    assert len(set(query.descriptions.values())) == len(query.descriptions) == 3
    assert all(text.endswith(".") for text in query.descriptions.values())
    assert query.keywords


@QUERIES
def test_an_answer_is_ordered_and_names_its_variables(query: NamedQuery) -> None:
    keywords = [token.keyword for token in sparql_text.tokens(query.text) if token.keyword]
    words = [token.text for token in sparql_text.tokens(query.text)]
    if query.form == "SELECT":
        assert "ORDER" in keywords
        assert words[words.index("SELECT") + 1] != "*"


@EVERY
def test_a_query_declares_the_prefixes_that_it_uses(query: NamedQuery) -> None:
    """In alphabetical order, each for the namespace that it has everywhere."""
    tokens = list(sparql_text.tokens(query.text))
    declared = {
        tokens[place + 1].text[:-1]: tokens[place + 2].text[1:-1]
        for place, token in enumerate(tokens)
        if token.keyword == "PREFIX"
    }
    heads = [place for place, token in enumerate(tokens) if token.keyword == "PREFIX"]
    names = [
        token.text
        for place, token in enumerate(tokens)
        if token.kind == "name" and place - 1 not in heads
    ]
    assert list(declared) == sorted({name.partition(":")[0] for name in names})
    assert declared == {prefix: PREFIXES[prefix] for prefix in declared}


@QUERIES
def test_a_parameter_has_no_name_that_pages_use(query: NamedQuery) -> None:
    assert not {"lang", "format", "query"} & set(query.parameters)


def test_every_question_has_an_expected_answer_and_no_other_has() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == list(LIBRARY)


@pytest.fixture(scope="module")
def dataset(settings: Settings) -> Iterator[Dataset]:
    """Return the dataset for rdflib to judge, which is taught the one function that it lacks."""
    register_custom_function(DISTANCE, _distance)  # type: ignore[arg-type] # gets plain terms
    prepared = prepare(settings)
    for triple in prepared.preferred:
        prepared.dataset.default_graph.add(triple)
    yield prepared.dataset
    unregister_custom_function(DISTANCE, _distance)


def _distance(point: Literal, other: Literal, unit: URIRef) -> Literal:
    """Return the great-circle distance of two points in metres, by the haversine formula."""
    assert str(unit) == PREFIXES["uom"] + "metre"
    (east, north), (east2, north2) = (
        [math.radians(float(number)) for number in str(one)[len("POINT(") : -1].split()]
        for one in (point, other)
    )
    half = math.sin((north2 - north) / 2) ** 2
    half += math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return Literal(2 * EARTH * math.asin(math.sqrt(half)))


def cell(term: Node | None) -> str:
    """Write a term as Turtle does; a number by its value, since an engine may not keep its form."""
    if term is None:
        return ""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        term = Literal(f"{Decimal(str(term)):f}".removesuffix(".0"), datatype=term.datatype)
    names = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        names.bind(prefix, namespace)
    return term.n3(names.namespace_manager)


def by_value(graph: Graph) -> Graph:
    """Return a graph whose numbers are written by their value."""
    plain = Graph()
    for subject, predicate, value in graph:
        number = isinstance(value, Literal) and value.datatype in NUMBERS
        plain.add((subject, predicate, Literal(cell(value)) if number else value))
    return plain


def asked(engine: Engine, text: str, form: str) -> Table | Graph:
    """Ask the engine."""
    body = engine.query(QueryRequest(text=text)).read()
    if form == "ASK":
        return ("answer",), [(str(parse_boolean(body)).lower(),)]
    if form != "SELECT":
        return parse_graph(body, "text/turtle")
    found = parse_solutions(body)
    rows = [tuple(cell(row.get(name)) for name in found.variables) for row in found.rows]
    return found.variables, rows


def judged(dataset: Dataset, text: str, form: str) -> Table | Graph:
    """Ask rdflib."""
    result = dataset.query(text)
    if form == "ASK":
        return ("answer",), [(str(bool(result.askAnswer)).lower(),)]
    if form != "SELECT":
        assert result.graph is not None
        return result.graph
    variables = tuple(map(str, result.vars or ()))
    return variables, [
        tuple(cell(row.get(name)) for name in result.vars or ()) for row in result.bindings
    ]


def as_text(table: Table) -> str:
    return "".join("\t".join(row) + "\n" for row in (table[0], *table[1]))


def expected_graph(name: str) -> Graph:
    files = EXPECTED / f"{name}.files"
    if not files.exists():
        return turtle.read(EXPECTED / f"{name}.ttl")
    graph = Graph()
    for line in files.read_text(encoding="utf-8").splitlines():
        graph += turtle.read(ROOT / line)
    return graph


@QUERIES
def test_the_engine_gives_the_expected_answer(query: NamedQuery, publication: Publication) -> None:
    answer = asked(publication.engine, query.text, query.form)
    if isinstance(answer, Graph):
        assert len(answer) > 0
        assert isomorphic(by_value(answer), by_value(expected_graph(query.name)))
    else:
        assert answer[1], "the real data gives this question no answer"
        assert as_text(answer) == (EXPECTED / f"{query.name}.tsv").read_text(encoding="utf-8")


@QUERIES
def test_a_yes_or_no_question_is_answered_by_yes(
    query: NamedQuery, publication: Publication
) -> None:
    if query.form == "ASK":
        assert asked(publication.engine, query.text, query.form) == (("answer",), [("true",)])


@QUERIES
def test_rdflib_judges_the_same(
    query: NamedQuery, publication: Publication, dataset: Dataset
) -> None:
    answer = asked(publication.engine, query.text, query.form)
    second = judged(dataset, query.text, query.form)
    if isinstance(answer, Graph):
        assert isinstance(second, Graph)
        assert isomorphic(by_value(answer), by_value(second))
    else:
        assert not isinstance(second, Graph)
        assert answer[0] == second[0]
        assert Counter(answer[1]) == Counter(second[1])


@QUERIES
@pytest.mark.parametrize("order", [1, -1], ids=["rising", "falling"])
def test_names_of_variables_do_not_matter(
    query: NamedQuery, order: int, publication: Publication
) -> None:
    """An engine was seen to answer differently when only the name of a variable changed."""
    renamed, names = rename(query.text, order)
    answer = asked(publication.engine, query.text, query.form)
    other = asked(publication.engine, renamed, query.form)
    if isinstance(answer, Graph):
        assert isinstance(other, Graph)
        assert isomorphic(answer, other)
    else:
        assert not isinstance(other, Graph)
        assert other[0] == tuple(names.get(name, name) for name in answer[0])
        assert other[1] == answer[1]


def rename(text: str, order: int) -> tuple[str, dict[str, str]]:
    """Give every variable of a query a new name, so that their alphabetical order changes."""
    tokens = [token for token in sparql_text.tokens(text) if token.kind == "variable"]
    names = sorted({token.text[1:] for token in tokens})
    new = {name: f"v{place:03}" for place, name in enumerate(names[::order])}
    for token in reversed(tokens):
        end = token.start + len(token.text)
        text = f"{text[: token.start]}?{new[token.text[1:]]}{text[end:]}"
    return text, new


def rewrite(engine: Engine) -> None:
    """Write the expected tables and graphs anew from what the engine answers."""
    for query in LIBRARY.values():
        answer = asked(engine, query.text, query.form)
        if not isinstance(answer, Graph):
            (EXPECTED / f"{query.name}.tsv").write_text(as_text(answer), encoding="utf-8")
        elif not (EXPECTED / f"{query.name}.files").exists():
            text = turtle.format_turtle(answer.serialize(format="turtle"))
            (EXPECTED / f"{query.name}.ttl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    published = publish(prepare(Settings(root=ROOT)).edition())
    rewrite(published.engine)
    published.engine.close()
