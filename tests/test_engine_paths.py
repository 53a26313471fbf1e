"""Paths to a known end are walked from that end: the same solutions, found sooner."""

import random

import pyoxigraph as ox
import pytest

from sixaika_graph.engine.remedy import turned

EX = "http://example.org/"
PROLOGUE = f"PREFIX ex: <{EX}> "


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("?x a/ex:q* ex:c .", "ex:c ^ex:q*/^a ?x ."),
        ("?x ^ex:p?/<http://a/b>+ ex:c }", "ex:c ^<http://a/b>+/ex:p? ?x }"),
        ("?x ex:p/ex:q/ex:r* <http://a> FILTER", "<http://a> ^ex:r*/^ex:q/^ex:p ?x FILTER"),
    ],
)
def test_a_path_to_a_known_end_is_turned_round(path: str, expected: str) -> None:
    assert turned(f"SELECT * {{ {path}") == f"SELECT * {{ {expected}"


@pytest.mark.parametrize(
    "pattern",
    [
        "?x ex:q* ex:c .",
        "?x ex:p/ex:q ex:c .",
        "?x ex:p/ex:q* ?y .",
        "?x ex:p/ex:q* _:b .",
        "?x ex:p/ex:q* ex:c , ex:d .",
        "?x ex:p/ex:q* ex:c ; ex:r ?y .",
        "?x ex:r ?y ; ex:p/ex:q* ex:c .",
        "?x (ex:p/ex:q)* ex:c .",
        "?x ex:p/(ex:q|ex:r)* ex:c .",
        "?x ex:p/ex:q*",
        "?x ex:p/",
    ],
)
def test_any_other_pattern_stays_as_it_is(pattern: str) -> None:
    text = f"SELECT * {{ {pattern} }}"
    assert turned(text) == text


@pytest.mark.parametrize("seed", range(20))
def test_a_turned_path_has_the_same_solutions(seed: int) -> None:
    """Multiplicity counts: two ways to one solution are two solutions."""
    chosen = random.Random(seed)
    store = ox.Store()
    for _ in range(60):
        subject, value = (ox.NamedNode(f"{EX}{chosen.randrange(12)}") for _ in range(2))
        store.add(ox.Quad(subject, ox.NamedNode(EX + chosen.choice("pqr")), value))
    for path in ("ex:p/ex:q*", "^ex:p/ex:q+", "ex:p/^ex:q/ex:r*", "ex:p?/ex:q*", "ex:p*/ex:q*"):
        for end in ("ex:3", "ex:absent"):
            text = f"{PROLOGUE} SELECT ?x {{ ?x {path} {end} }}"
            other = turned(text)
            assert other != text
            found = [sorted(str(row) for row in store.query(one)) for one in (text, other)]  # type: ignore[union-attr]
            assert found[0] == found[1], path
