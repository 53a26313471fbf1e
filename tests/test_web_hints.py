"""Hints: what was probably meant where reading a query stopped."""

import pytest

from sixaika_graph.web.hints import excerpt, hint


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("SELECT * { ?s foaf:name ?o }", 1, 15, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT *\n{ ?s foaf:name ?o }", 2, 6, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT *\r\n{ ?s foaf:name ?o }", 2, 6, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT * { ?s odd:name ?o }", 1, 15, "Declare the prefix odd:"),
        ("ASK { <a> ?p ?o }", 1, 7, "Write the whole IRI"),
        ("SELECT * {} LIMIT 5 ORDER BY ?s", 1, 21, "ORDER comes before LIMIT"),
        ("SELECT * {} LIMIT 5 OFFSET 2 GROUP BY ?s", 1, 30, "GROUP comes before LIMIT"),
    ],
)
def test_a_common_mistake_gets_advice(text: str, line: int, column: int, expected: str) -> None:
    advice = hint(text, line, column)

    assert advice is not None
    assert expected in advice


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * { ?s ?p }", 1, 18),
        ("PREFIX odd: <http://odd/> SELECT * { ?s odd:name }", 1, 41),
        ("BASE <http://a/> ASK { <b> <c> }", 1, 24),
        ("ASK { <http://a/> <http://b/> }", 1, 7),
        ("SELECT * {} ORDER BY", 1, 13),
        ("", 1, 1),
        ("ASK {", 9, 99),
    ],
)
def test_where_nothing_is_clear_nothing_is_said(text: str, line: int, column: int) -> None:
    assert hint(text, line, column) is None


def test_the_caret_stands_under_the_column() -> None:
    assert excerpt("ASK {\n  ?s ?p }", 2, 9) == "  ?s ?p }\n        ^"


def test_a_long_line_is_cut_around_the_column() -> None:
    shown, caret = excerpt("x" * 500 + "!" + "y" * 500, 1, 501).split("\n")

    assert len(shown) <= 120
    assert shown[len(caret) - 1] == "!"


def test_a_position_outside_of_the_text_gives_an_empty_line() -> None:
    assert excerpt("ASK {}", 7, 1) == "\n^"
