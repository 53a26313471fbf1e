"""Hints: what was probably meant where reading a query stopped."""

import pytest

from sixaika_graph.web.hints import excerpt, hint


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("SELECT * { ?s foaf:name ?o }", 1, 24, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT *\n{ ?s foaf:name ?o }", 2, 15, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>"),
        ("SELECT * { ?s odd:name ?o }", 1, 23, "The prefix odd: is not declared"),
        ("PREFIX a: <http://a/>\nDROP GRAPH <http://b/>", 2, 1, "This is an update"),
        ("# a remark\nINSERT DATA {}", 2, 1, "This is an update"),
        ("ASK { <a> ?p ?o }", 1, 10, "<a> is a relative IRI"),
        ("SELECT * {} LIMIT 5 ORDER BY ?s", 1, 21, "ORDER comes before LIMIT"),
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
        ("PREFIX odd: <http://odd/> SELECT * { ?s odd:name }", 1, 50),
        ("", 1, 1),
        ("ASK {", 9, 99),
        ("ASK { ?insert ?p ?o", 1, 20),
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
