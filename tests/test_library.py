"""The files of the library: their headers, their form, and the questions that they cover."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from sixaika_graph import sparql_text
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.queries import NamedQuery, read

ROOT: Final = Path(__file__).parent.parent
LIBRARY: Final = read(ROOT / "queries")
FEDERATED: Final = read(ROOT / "queries" / "federated")
SITE: Final = read(ROOT / "queries" / "site")
QUESTIONS: Final = {**LIBRARY, **FEDERATED}
COMPETENCY_QUESTIONS: Final = range(1, 49)
ASKED_ELSEWHERE: Final = {36, 37}
"""Federation: these are asked of other endpoints, by the client."""

EACH_QUESTION: Final = pytest.mark.parametrize("query", QUESTIONS.values(), ids=QUESTIONS.keys())
EVERY: Final = pytest.mark.parametrize(
    "query", [*QUESTIONS.values(), *SITE.values()], ids=[*QUESTIONS.keys(), *SITE.keys()]
)


def test_every_competency_question_has_a_query_and_no_other_number_is_used() -> None:
    covered = Counter(query.question for query in QUESTIONS.values() if query.question)
    assert sorted(covered) == list(COMPETENCY_QUESTIONS)
    assert {query.question for query in FEDERATED.values()} == ASKED_ELSEWHERE


def test_names_of_questions_are_told_apart() -> None:
    assert len(QUESTIONS) == len(LIBRARY) + len(FEDERATED)
    titles = Counter(title for query in QUESTIONS.values() for title in query.titles.values())
    assert [title for title, times in titles.items() if times > 1] == []


@EACH_QUESTION
def test_a_question_has_its_whole_header(query: NamedQuery) -> None:
    assert query.view
    assert len(set(query.titles.values())) == len(query.titles) == 3
    assert len(set(query.descriptions.values())) == len(query.descriptions) == 3
    assert all(text.endswith(".") for text in query.descriptions.values())
    assert query.keywords


@EACH_QUESTION
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


@EACH_QUESTION
def test_a_parameter_has_no_name_that_pages_use(query: NamedQuery) -> None:
    assert not {"bom", "lang", "format", "query"} & set(query.parameters)
