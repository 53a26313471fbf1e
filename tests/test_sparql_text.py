"""The tokeniser: what is refused from the text alone, and what must not be."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sixaika_graph import sparql_text
from sixaika_graph.errors import MalformedQuery, QueryTooDeep, RefusedQuery
from sixaika_graph.sparql_text import check, form, from_terms, prologue, tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?a$b", [("variable", "?a"), ("variable", "$b")]),
        ("?a<?b && ?c", [("variable", "?a"), ("operator", "<"), ("variable", "?b"),
                         ("operator", "&&"), ("variable", "?c")]),
        ("<http://x#y>#z\n.", [("iri", "<http://x#y>"), ("other", ".")]),
        ("ex:a.b.", [("name", "ex:a.b"), ("other", ".")]),
        ("ex:a\\,b , :c", [("name", "ex:a\\,b"), ("other", ","), ("name", ":c")]),
        ("a.b-c:d%41e", [("name", "a.b-c:d%41e")]),
        ("_:b1 ä:ö", [("name", "_:b1"), ("name", "ä:ö")]),
        ('"a\\"#b"@en-GB', [("string", '"a\\"#b"'), ("tag", "@en-GB")]),
        ("'x'^^xsd:int", [("string", "'x'"), ("operator", "^^"), ("name", "xsd:int")]),
        ('"""a"b""c\n"""', [("string", '"""a"b""c\n"""')]),
        ("'''a'''", [("string", "'''a'''")]),
        ("'' \"\"", [("string", "''"), ("string", '""')]),
        ("-1.5e3", [("operator", "-"), ("number", "1.5e3")]),
        ("<<( ?s a true )>>", [("open", "<<("), ("variable", "?s"), ("word", "a"),
                               ("word", "true"), ("close", ")>>")]),
        ("<<?s", [("open", "<<"), ("variable", "?s")]),
        ("'a\n", [("unclosed", "'a\n")]),
    ],
)  # fmt: skip
def test_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    """A text falls into the tokens of the SPARQL grammar."""
    assert kinds(text) == expected


def test_tokens_cover_the_text() -> None:
    """No character of a query is lost but white space and comments."""
    text = 'SELECT ?a { ?a \\ ex:b "c" . } # d\n€ ~ @'
    assert "".join(token.text for token in tokens(text)) == 'SELECT?a{?a\\ex:b"c".}€~@'
    assert all(text[token.start :].startswith(token.text) for token in tokens(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }",
        "select * { service <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { S\\U00000045RVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o .SERVICE<http://127.0.0.1/>{ ?s ?p ?o } }",
        # The engine's parser needs no white space between these words.
        "SELECT * { SERVICESILENT<http://127.0.0.1/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 1SERVICE<http://127.0.0.1/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a' # '\n SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a\\'' . SERVICE <http://127.0.0.1/> { } } # '",
        "SELECT * { ?s ?p '\\u0027' . SERVICE <http://127.0.0.1/> { } } # '",
        'SELECT * { ?s ?p """a""" . SERVICE <http://127.0.0.1/> { } } # """',
        "SELECT * { ?s ?p <http://x/'> . SERVICE <http://127.0.0.1/> { } } # '",
    ],
)  # fmt: skip
def test_service_is_refused(text: str) -> None:
    """SERVICE is found in every spelling and behind every kind of token."""
    with pytest.raises(RefusedQuery, match="SERVICE"):
        check(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o } # SERVICE <http://127.0.0.1/> {}",
        "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1/> {}' }",
        'SELECT * { ?s ?p "a\\" SERVICE " }',
        'SELECT * { ?s ?p """ " SERVICE """ }',
        'SELECT * { ?s ?p "a \\u0022 SERVICE" }',
        "SELECT * { ?s ?p 'a'@service }",
        "SELECT * { <http://x/SERVICE> ?p <http://x/a#SERVICE> }",
        "PREFIX service: <http://x/> SELECT * { service:a ?p service:SERVICE }",
        "SELECT ?service { ?service ?SERVICE $service }",
        "SELECT * { _:service ?p ?o }",
    ],
)
def test_service_elsewhere_is_let_through(text: str) -> None:
    """The word in a comment, string, IRI, name, variable or language tag is no SERVICE."""
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://x/a> <http://x/b> 1 }",
        "delete where { ?s ?p ?o }",
        "PREFIX select: <http://x/> BASE <http://x/>\n# SELECT\nDELETE { ?s ?p ?o } WHERE {}",
        "LOAD <http://127.0.0.1/>",
        "WITH <http://x/g> INSERT { } WHERE { }",
        "CLEAR ALL", "DROP ALL", "CREATE GRAPH <http://x/g>",
        "ADD DEFAULT TO <http://x/g>", "MOVE DEFAULT TO <http://x/g>", "COPY DEFAULT TO <http://x/g>",
    ],
)  # fmt: skip
def test_update_is_refused(text: str) -> None:
    """An update is named as such, whatever its prologue."""
    with pytest.raises(RefusedQuery, match="update; this endpoint is read-only"):
        check(text)


@pytest.mark.parametrize("word", ["INSERT", "LOAD", "CLEAR"])
def test_update_word_elsewhere_is_let_through(word: str) -> None:
    """A word of the update language inside a query is a matter for its parser."""
    check(f"PREFIX {word}: <http://x/> SELECT * {{ ?{word} {word}:a '{word}' }} # {word}")


@pytest.mark.parametrize("brackets", ["()", "{}", "[]", "(}", ("<<(", ")>>"), ("{[", "]}")])
def test_depth(brackets: tuple[str, str]) -> None:
    """Brackets nest to a depth of 500, of whatever kinds they are."""
    opening, closing = brackets
    levels = 500 // (2 if opening == "{[" else 1)
    check("SELECT " + opening * levels + closing * levels)
    check("SELECT " + f"{opening}{closing}" * 2_000)
    with pytest.raises(QueryTooDeep, match="500"):
        check("SELECT " + opening * (levels + 1) + closing * (levels + 1))


def test_brackets_elsewhere_do_not_count() -> None:
    """Brackets in strings, IRIs and comments are no nesting."""
    many = "(" * 501
    check(f'SELECT * {{ ?s <http://x/{many}> \'{many}\' . ?s ?p """{many}""" }} # {many}')


def test_closing_brackets_first_win_nothing() -> None:
    """Closing what was never open does not make room for more depth."""
    with pytest.raises(QueryTooDeep):
        check("SELECT " + "}" * 1_000 + "{" * 501)


@pytest.mark.parametrize(
    "link", ["+1", "-1", "*1", "/1", "&&1", "||1", "=1", "!=1", "!", "|<x>", "^<x>", " UNION {}",
             " union {}", " OPTIONAL {}", " MINUS {}"],
)  # fmt: skip
def test_operators(link: str) -> None:
    """A chain has at most 5 000 operators."""
    check("ASK { FILTER(1" + link * 4_999)
    with pytest.raises(QueryTooDeep, match="5000 operators"):
        check("ASK { FILTER(1" + link * 5_001)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * { ?s ?p 'a }", 1, 18),
        ("SELECT *\n { ?s ?p 'a' .\n ?s ?p \"b\n}", 3, 8),
        ("SELECT * { ?s ?p '''a'\n''", 1, 18),
        # Cut off so, the engine would see an empty string, another one, and then a SERVICE.
        ("SELECT * { VALUES ?x { '''a' } SERVICE <http://127.0.0.1/> { } }", 1, 24),
    ],
)
def test_unclosed_string(text: str, line: int, column: int) -> None:
    """A string without an end is malformed where it begins."""
    with pytest.raises(MalformedQuery, match="not closed") as raised:
        check(text)
    assert (raised.value.line, raised.value.column) == (line, column)


def test_half_a_surrogate_pair() -> None:
    """What cannot be written in UTF-8 is malformed."""
    with pytest.raises(MalformedQuery, match="not Unicode"):
        check("SELECT * { ?s ?p '\ud800' }")


@pytest.mark.parametrize(
    "text",
    [
        '"""\\' * 75_000,
        "'''a" * 60_000,
        "a." * 125_000,
        "<a" * 125_000,
        "ex:" + "." * 250_000,
        "@a" + "-" * 250_000,
        "\\" * 250_000,
        "\\u0041" * 40_000,
        "a:.a" * 60_000,
        ("a." * 49 + "a ") * 2_500,
    ],
)
def test_no_text_is_slow(text: str) -> None:
    """The time that a text takes grows with its length, not with the square of it."""
    begin = time.process_time()
    for _ in tokens(text):
        pass
    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * {}", "SELECT"),
        ("ask{}", "ASK"),
        ("PREFIX ask: <http://x/>\n# SELECT\nBASE <http://x/ask>CONSTRUCT {}", "CONSTRUCT"),
        ("VERSION '1.2' DESCRIBE <http://x/>", "DESCRIBE"),
        ("INSERT DATA {}", None),
        ("", None),
        ("# SELECT", None),
    ],
)  # fmt: skip
def test_form(text: str, expected: str | None) -> None:
    """The form is the first word behind the prologue."""
    assert form(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?from ?p 'FROM <http://x/>' } # FROM <http://x/>", ()),
        ("SELECT * FROM <http://x/a>FROM<http://x/b> from x:c WHERE {}",
         ("<http://x/a>", "<http://x/b>", "x:c")),
        ("PREFIX from: <http://x/> SELECT * FROM from:a FROM NAMED from:b {}", ("from:a",)),
        ("CONSTRUCT { ?s from:b ?o } FROM <http://x/a> WHERE {}", ("<http://x/a>",)),
        ("DESCRIBE ?x FROM <b> { ?x ?p <a> }", ("<b>",)),
    ],
)  # fmt: skip
def test_from_terms(text: str, expected: tuple[str, ...]) -> None:
    """FROM is read outside all brackets, FROM NAMED is not meant."""
    assert from_terms(text) == expected


def test_prologue() -> None:
    """The prologue is what stands before the query form."""
    declarations = "BASE <http://x/> # ASK\nPREFIX ask: <http://x/>\n"
    assert prologue(f"{declarations}SELECT * {{}}") == declarations
    assert prologue(declarations) == declarations


PIECES = st.sampled_from(
    [
        *"\"'<>#\n {}().%|\\",
        *[
            '"""',
            "'''",
            "<<",
            "<http://a/b>",
            '"x"',
            "?x",
            "@en",
            "^^",
            "<=",
            "#c\n",
            "ex:",
            "ex:a",
        ],
        *["SELECT", "PREFIX ", "BASE ", "SERVICE", "INSERT"],
    ]
)


@given(text=st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=2000)
def test_the_quick_look_at_a_text_agrees_with_the_look_at_every_token(text: str) -> None:
    found = list(tokens(text))
    words = [token for token in found if token.kind == "word"]
    is_harmless = not any(token.kind == "unclosed" or "SERVICE" in token.keyword for token in found)

    assert is_harmless or not sparql_text._is_harmless(text)
    assert sparql_text._opening(text) == next(
        (word for word in words if word.keyword not in {"BASE", "PREFIX", "VERSION"}), None
    )
