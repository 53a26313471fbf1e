"""Queries that are made up get the same answer however they are asked.

Names of variables, the order of patterns, and the order in which statements were loaded mean
nothing in SPARQL; rdflib is the second judge. `test_questions.py` asks so the questions of the
library.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from invented import Inventor
from judge import SecondJudge, Table, agree, ask, rename
from rdflib import Graph
from test_questions import engine_on, second_judge, small_world
from variants import reorder

from sixaika_graph import sparql_text
from sixaika_graph.dataset import named_graphs
from sixaika_graph.engine import Engine
from sixaika_graph.publication import Prepared

SEED: Final = 2026
MADE_UP: Final = 200
FEATURES: Final = (
    *("OPTIONAL {", "UNION", "MINUS", "FILTER (", "NOT EXISTS", "GRAPH <", "GRAPH ?", "VALUES"),
    *("BIND", "GROUP BY", "SELECT DISTINCT", "ASK", "CONSTRUCT", ">+", ">?", ">*", ">/<", ">|<"),
    *("^<", "!<"),
)
JOINS: Final = ("UNION", "GRAPH", "VALUES", "MINUS", ">?", ">*")
"""What rdflib is slow at when two meet, and, paths apart, loses equal rows of."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return small_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def engine(world: Prepared) -> Iterator[Engine]:
    opened = engine_on(world)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shuffled_engine(world: Prepared) -> Iterator[Engine]:
    opened = engine_on(world, order=SEED)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def judge(world: Prepared) -> SecondJudge:
    return second_judge(world)


@pytest.fixture(scope="module")
def queries(world: Prepared) -> list[str]:
    inventor = Inventor(world.preferred, list(named_graphs(world.dataset)), SEED)
    # Now and then one is made up again.
    made = dict.fromkeys(inventor.query() for _ in range(2 * MADE_UP))
    return [*made][:MADE_UP]


@pytest.fixture(scope="module")
def answers(queries: list[str], engine: Engine) -> list[Table | Graph]:
    return [answer(engine, text) for text in queries]


def answer(engine: Engine, text: str) -> Table | Graph:
    return ask(engine, text, sparql_text.form(text) or "")


def test_they_are_many_and_different_and_most_find_something(
    queries: list[str], answers: list[Table | Graph]
) -> None:
    found = [one if isinstance(one, Graph) else one[1] not in ([], [("false",)]) for one in answers]

    assert len(set(queries)) == MADE_UP
    assert sum(map(bool, found)) > MADE_UP / 2
    assert [name for name in FEATURES if sum(name in text for text in queries) < 3] == []


def test_the_order_of_patterns_does_not_matter(
    queries: list[str], answers: list[Table | Graph], engine: Engine
) -> None:
    reordered = [reorder(text, SEED) for text in queries]

    assert sum(map(str.__ne__, queries, reordered)) > MADE_UP * 0.8
    for text, expected in zip(reordered, answers, strict=True):
        assert agree(expected, answer(engine, text)), text


@pytest.mark.parametrize("order", [1, -1], ids=["rising", "falling"])
def test_names_of_variables_do_not_matter(
    queries: list[str], answers: list[Table | Graph], engine: Engine, order: int
) -> None:
    for text, expected in zip(queries, answers, strict=True):
        renamed, names = rename(text, order)
        found = answer(engine, renamed)
        if not isinstance(expected, Graph):
            expected = tuple(names.get(name, name) for name in expected[0]), expected[1]
        assert agree(expected, found), text


def test_the_order_in_which_statements_were_loaded_does_not_matter(
    queries: list[str], answers: list[Table | Graph], shuffled_engine: Engine
) -> None:
    for text, expected in zip(queries, answers, strict=True):
        assert agree(expected, answer(shuffled_engine, text)), text


def test_rdflib_finds_the_same(
    queries: list[str], answers: list[Table | Graph], judge: SecondJudge
) -> None:
    """Rows are compared without their number; counts where rdflib can count."""
    judged = 0
    for text, expected in zip(queries, answers, strict=True):
        joins = sum(text.count(name) for name in JOINS)
        counts = "GROUP BY" in text
        if joins > 1 or (counts and (joins or ">|<" in text)):
            continue
        judged += 1
        found = judge.judge(text, sparql_text.form(text) or "")
        if isinstance(expected, Graph) or isinstance(found, Graph):
            assert agree(expected, found), text
        else:
            assert {*filter(any, expected[1])} == set(found[1]), text
    assert judged > MADE_UP / 2
