"""Turtle source files: reading them, and their house form."""

from pathlib import Path

import pytest
from conftest import ROOT
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

from sixaika_graph import turtle
from sixaika_graph.errors import SourceError

UNORDERED = """# Head of the file
# Licence: CC BY 4.0
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX unused: <https://unused.example/>
<https://w3id.org/sixaika/id/project/b> schema:name "B"@fi ; a schema:Project .
<https://w3id.org/sixaika/id/project/a> schema:text '''one  \n two # not a comment
'''; schema:amount 80000000.0 ; schema:startDate "2014"^^xsd:gYear, "2014-02"^^xsd:gYearMonth .
"""

HOUSE_FORM = '''# Head of the file
# Licence: CC BY 4.0

PREFIX project: <https://w3id.org/sixaika/id/project/>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

project:a
    schema:amount 80000000.0 ;
    schema:startDate
        "2014"^^xsd:gYear ,
        "2014-02"^^xsd:gYearMonth ;
    schema:text """one  \n two # not a comment
""" ;
.

project:b
    a schema:Project ;
    schema:name "B"@fi ;
.
'''


def test_house_form_is_the_documented_one() -> None:
    assert turtle.format_turtle(UNORDERED) == HOUSE_FORM


def test_house_form_is_a_fixed_point_and_means_the_same() -> None:
    once = turtle.format_turtle(UNORDERED)

    assert once == turtle.format_turtle(once)
    assert isomorphic(
        Graph().parse(data=UNORDERED, format="turtle"), Graph().parse(data=once, format="turtle")
    )


def test_a_comment_in_the_body_is_refused_and_not_lost() -> None:
    text = (
        "# head\n\nPREFIX s: <https://s.example/>\n\ns:a s:b s:c .\n  # a thought\ns:d s:e s:f .\n"
    )

    with pytest.raises(SourceError, match="comment would be lost") as caught:
        turtle.format_turtle(text, Path("x.ttl"))

    assert (caught.value.line, caught.value.column) == (6, 1)


def test_blank_siblings_are_refused_when_they_never_settle() -> None:
    siblings = ", ".join(f"[ s:n {number} ]" for number in range(12))

    with pytest.raises(SourceError, match="name these nodes"):
        turtle.format_turtle(f"PREFIX s: <https://s.example/>\ns:a s:b {siblings} .")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("PREFIX s: <https://s.example/>\n\ns:a s:b 1 ;\n  s:\u00e4 ] .\n", 4, 7),
        ("s:a s:b s:c .\n", 1, 1),
        ('PREFIX s: <https://s.example/>\ns:a s:b "never ends .\n', 2, 9),
    ],
)
def test_a_syntax_error_names_file_line_and_column(
    tmp_path: Path, text: str, line: int, column: int
) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SourceError) as caught:
        turtle.read(path)

    assert (path, line, column) == (caught.value.path, caught.value.line, caught.value.column)
    assert str(caught.value).startswith(f"{path}:{line}:{column}: ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<a:b> <a:c> "one"@1 .', r"1:19: not Turtle: A language code"),
        ("<a:b> <a:c> <a:d e> .", r"1:13: not Turtle: Invalid IRI"),
        ("<a:b> <a:c>", r"1:12: not Turtle: Unexpected end"),
        ("<a:b> = <a:c> .", r"1:7: not Turtle"),
        ("<a:b> <a:c>\n  <d> .", r"2:3: not Turtle: a relative IRI, and no BASE"),
        ('<a:b> <a:c> "one"@fi--ltr .', r"1:21: not RDF 1\.1: "),
        ("<a:b> <a:c>\n  <<( <a:b> <a:c> <a:d> )>> .", r"2:13: not RDF 1\.1: "),
    ],
)
def test_what_rdflib_alone_would_take_or_break_on_is_refused(text: str, why: str) -> None:
    with pytest.raises(SourceError, match=rf"x\.ttl:.?{why}"):
        turtle.parse(text, Path("x.ttl"))


def test_a_file_that_is_missing_or_not_utf8_is_an_error_with_its_name(tmp_path: Path) -> None:
    latin = tmp_path / "latin.ttl"
    latin.write_bytes('<a:b> <a:c> "ä"@fi .'.encode("latin-1"))

    with pytest.raises(SourceError, match=r"latin\.ttl: not UTF-8"):
        turtle.read(latin)
    with pytest.raises(SourceError, match=r"none\.ttl: No such file"):
        turtle.read(tmp_path / "none.ttl")


def test_literals_keep_their_lexical_form() -> None:
    text = '<a:b> <a:c> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .'

    [value] = turtle.parse(text, Path("x.ttl")).objects()

    assert Literal("01", datatype=URIRef("http://www.w3.org/2001/XMLSchema#integer")) == value
    assert str(value) == "01"


def test_every_file_of_ours_reads_as_rdflib_alone_reads_it() -> None:
    files = sorted((ROOT / "data" / "turtle").glob("*.ttl"))[::7]

    for path in (*files, *(ROOT / "ontology").glob("*.ttl")):
        theirs = Graph().parse(path, format="turtle")
        assert isomorphic(turtle.read(path), theirs), path.name


def test_a_string_is_the_same_with_and_without_its_datatype() -> None:
    text = '<a:b> <a:c> "d", "d"^^<http://www.w3.org/2001/XMLSchema#string> .'

    assert list(turtle.parse(text, Path("x.ttl")).objects()) == [Literal("d")]


def test_blank_nodes_of_one_name_in_two_files_stay_apart() -> None:
    graph = turtle.parse("_:x <a:b> _:x .", Path("one.ttl"))
    turtle.parse("_:x <a:b> _:x .", Path("other.ttl"), graph)

    assert len(set(graph.subjects())) == len(graph) == 2
    assert set(graph.subjects()) == set(graph.objects())
