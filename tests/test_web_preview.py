"""Previews: the head of an answer, term by term, whatever its size."""

import io

import pytest
from rdflib import XSD, BNode, Literal, URIRef

from sixaika_graph.engine import Answer, Form
from sixaika_graph.web.preview import GRAPH_TYPE, RESULTS_TYPE, ROWS, read_preview


def answer(form: Form, text: str) -> Answer:
    media_type = GRAPH_TYPE if form == "triples" else RESULTS_TYPE
    body = io.BytesIO(text.encode())
    return Answer(
        form=form, media_type=media_type, body=body, length=len(body.getvalue()), elapsed=0.0
    )


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("<http://a/ä%20>", URIRef("http://a/ä%20")),
        ('"Uleåborg"@sv', Literal("Uleåborg", lang="sv")),
        (r'"a\tb\nc\"d\\e"', Literal('a\tb\nc"d\\e')),
        (r'"C:\\xampp\\u00e4"', Literal(r"C:\xampp\u00e4")),
        ('"2017"^^<http://www.w3.org/2001/XMLSchema#gYear>', Literal("2017", datatype=XSD.gYear)),
        ("42", Literal("42", datatype=XSD.integer)),
        ("-1.50", Literal("-1.50", datatype=XSD.decimal)),
        ("1e0", Literal("1e0", datatype=XSD.double)),
        ("true", Literal("true", datatype=XSD.boolean)),
        ("", None),
        ("<<( <http://a/> <http://b/> 1 )>>", Literal("<<( <http://a/> <http://b/> 1 )>>")),
        ('"x"@en--ltr', Literal('"x"@en--ltr')),
        ("rubbish", Literal("rubbish")),
    ],
)
def test_a_cell_is_read_as_its_term(cell: str, term: object) -> None:
    preview = read_preview(answer("solutions", f"?x\t?y\n{cell}\t7\n"))

    assert preview.variables == ("x", "y")
    assert preview.rows == ((term, Literal("7", datatype=XSD.integer)),)


def test_blank_nodes_keep_their_identity_within_an_answer() -> None:
    preview = read_preview(answer("solutions", "?x\t?y\n_:a\t_:b\n_:a\t_:a\n"))

    (first, second), (third, fourth) = preview.rows
    assert isinstance(first, BNode)
    assert first == third == fourth
    assert first != second


def test_more_rows_than_are_shown_are_counted() -> None:
    rows = "".join(f"{number}\n" for number in range(ROWS + 7))

    preview = read_preview(answer("solutions", f"?x\n{rows}"))

    assert len(preview.rows) == ROWS
    assert preview.total == ROWS + 7


def test_solutions_without_variables_are_counted() -> None:
    preview = read_preview(answer("solutions", "\n\n\n"))

    assert (preview.variables, preview.total, preview.rows) == ((), 2, ((), ()))


@pytest.mark.parametrize(("text", "value"), [("true", True), ("false", False), ("true\n", True)])
def test_a_boolean_is_read(text: str, value: bool) -> None:
    assert read_preview(answer("boolean", text)).boolean is value


def test_triples_are_rows_of_three() -> None:
    text = '<http://s> <http://p> "a b . c"@en .\n_:b <http://p> <http://o> .\n'

    preview = read_preview(answer("triples", text))

    assert preview.variables == ("subject", "predicate", "object")
    assert preview.rows[0] == (
        URIRef("http://s"),
        URIRef("http://p"),
        Literal("a b . c", lang="en"),
    )
    assert preview.total == 2


def test_the_body_is_closed() -> None:
    closed = answer("solutions", "?x\n1\n")

    read_preview(closed)

    assert closed.body.closed
