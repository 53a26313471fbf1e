"""What the questions answer: exactly in a small world made up for it, sensibly on the real data.

`tests/fixtures/questions` is the small world; `tests/queries/fixture/<name>` holds what each
question answers there: `.tsv` rows of terms as Turtle writes them, `.ttl` a graph. `python
tests/test_questions.py` writes them anew; check every line of the difference by eye.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import reduce
from operator import truediv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from judge import SecondJudge, agree, as_text, ask, distances, rename
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SKOS, XSD
from rdflib.term import Node
from variants import reorder, shuffled

from sixaika_graph import turtle
from sixaika_graph.client.answers import parse_solutions
from sixaika_graph.dataset import named_graphs
from sixaika_graph.engine import Engine, QueryRequest
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.namespaces import BASE, DEF, FRAPO, GRAPH, ID, PREFIXES, S6, SCHEMA
from sixaika_graph.publication import Prepared, Publication, prepare
from sixaika_graph.queries import NamedQuery, bind, read
from sixaika_graph.settings import Settings

TESTS: Final = Path(__file__).parent
ROOT: Final = TESTS.parent
EXPECTED: Final = TESTS / "queries" / "fixture"
LIBRARY: Final = read(ROOT / "queries")
QUESTIONS: Final = pytest.mark.parametrize("query", LIBRARY.values(), ids=LIBRARY.keys())

SMALL_WORLD: Final[Mapping[str, Mapping[str, URIRef | Literal]]] = {
    "ancestors-of-a-project": {"project": ID["subproject/alpha-oulu"]},
    "project-with-its-nodes": {"project": ID["project/epsilon"]},
    "projects-on-a-day": {"day": Literal("2019-06-15", datatype=XSD.date)},
    "projects-page-by-page": {"after": Literal(str(ID["project/epsilon"]))},
    "search-by-word": {"word": Literal("ALFA")},
    "successors-of-an-organisation": {"organisation": ID["organisation/old-agency"]},
    "what-a-source-says": {"document": ID["source/news"]},
    "who-coordinated-in-a-city": {"document": ID["source/page"]},
    "witnesses-of-a-thing": {"thing": ID["organisation/vtt"]},
}
"""Parameters of which the default is not in the small world."""

EMPTY: Final = {"changes-between-versions": "only one version of the dataset is published"}
"""Questions that the real data leaves without an answer, and why."""

UNKNOWN: Final[Mapping[str, set[str]]] = {"planned-and-actual-money": {"actual", "difference"}}
"""Columns that the real data leaves empty: money paid stands on pages that could not be read."""

TOO_SLOW: Final = {
    "amounts-that-disagree",
    "choices-between-sources",
    "crosswalk-eurio",
    "crosswalk-kohesio",
    "crosswalk-schema-org",
    "overlapping-projects-with-shared-partners",
    "partners-of-partners",
    "rules-and-projects",
    "what-a-source-says",
}
"""Questions that rdflib judges in the small world only: it would take two seconds and more."""


def small_world(folder: Path) -> Prepared:
    """Read the small world, with the ontology, code lists and shapes of the real one."""
    for name in ("ontology", "shapes", "queries"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "data").mkdir()
    (folder / "data" / "turtle").symlink_to(TESTS / "fixtures" / "questions")
    return prepare(Settings(root=folder, cache=folder / "cache", workers=1))


def bound(query: NamedQuery) -> str:
    return bind(query, SMALL_WORLD.get(query.name, {}))


def engine_on(world: Prepared, order: int = 0) -> LocalEngine:
    """Open an engine, on the statements in another order where one is given."""
    nquads = world.edition().nquads
    limits = Limits.of(world.settings)
    loaded = shuffled(nquads, order) if order else nquads
    return LocalEngine(loaded, prefixes=PREFIXES, limits=limits, base=BASE)


def second_judge(world: Prepared) -> SecondJudge:
    return SecondJudge(world.preferred, named_graphs(world.dataset))


@pytest.fixture(scope="module", autouse=True)
def _distances() -> Iterator[None]:
    with distances():
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return small_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def small(world: Prepared) -> Iterator[Engine]:
    engine = engine_on(world)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def shuffled_small(world: Prepared) -> Iterator[Engine]:
    engine = engine_on(world, order=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def shuffled_real(prepared: Prepared) -> Iterator[Engine]:
    engine = engine_on(prepared, order=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def small_judge(world: Prepared) -> SecondJudge:
    return second_judge(world)


@pytest.fixture(scope="module")
def judge(prepared: Prepared) -> SecondJudge:
    return second_judge(prepared)


def test_every_question_has_an_expected_answer_and_no_other_has() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == sorted(LIBRARY)


@QUESTIONS
def test_the_small_world_gives_exactly_the_expected_answer(
    query: NamedQuery, small: Engine
) -> None:
    answer = ask(small, bound(query), query.form)
    if isinstance(answer, Graph):
        assert agree(answer, turtle.read(EXPECTED / f"{query.name}.ttl"))
        assert len(answer) > 0
    else:
        assert as_text(answer) == (EXPECTED / f"{query.name}.tsv").read_text(encoding="utf-8")
        assert answer[1] or query.name in EMPTY


@QUESTIONS
def test_rdflib_judges_the_same_of_the_small_world(
    query: NamedQuery, small: Engine, small_judge: SecondJudge
) -> None:
    text = bound(query)
    assert agree(ask(small, text, query.form), small_judge.judge(text, query.form))


@QUESTIONS
@pytest.mark.parametrize("order", [1, 2])
def test_the_order_of_patterns_does_not_matter(
    query: NamedQuery, order: int, small: Engine, publication: Publication
) -> None:
    for engine, text in ((small, bound(query)), (publication.engine, query.text)):
        other = reorder(text, order)
        assert agree(ask(engine, text, query.form), ask(engine, other, query.form))


@QUESTIONS
def test_the_order_in_which_statements_were_loaded_does_not_matter(
    query: NamedQuery, small: Engine, shuffled_small: Engine,
    publication: Publication, shuffled_real: Engine,
) -> None:  # fmt: skip
    for engine, other, text in (
        (small, shuffled_small, bound(query)),
        (publication.engine, shuffled_real, query.text),
    ):
        assert agree(ask(engine, text, query.form), ask(other, text, query.form))


@QUESTIONS
@pytest.mark.parametrize("order", [1, -1], ids=["rising", "falling"])
def test_names_of_variables_do_not_matter(
    query: NamedQuery, order: int, small: Engine, publication: Publication
) -> None:
    """An engine was seen to answer differently when only the name of a variable changed."""
    for engine, text in ((small, bound(query)), (publication.engine, query.text)):
        renamed, names = rename(text, order)
        answer = ask(engine, text, query.form)
        other = ask(engine, renamed, query.form)
        if isinstance(answer, Graph):
            assert isinstance(other, Graph)
            assert isomorphic(answer, other)
        else:
            assert not isinstance(other, Graph)
            assert other[0] == tuple(names.get(name, name) for name in answer[0])
            assert other[1] == answer[1]


@QUESTIONS
def test_the_real_data_gives_an_answer(query: NamedQuery, publication: Publication) -> None:
    """Where a gap leaves it empty, this fails when the gap is filled: then say so no longer."""
    answer = ask(publication.engine, query.text, query.form)
    if isinstance(answer, Graph):
        assert len(answer) > 0
    elif query.form == "ASK":
        assert answer == (("answer",), [("true",)])
    else:
        assert (not answer[1]) == (query.name in EMPTY)


@QUESTIONS
def test_every_column_has_a_value_in_the_real_data(
    query: NamedQuery, publication: Publication
) -> None:
    """A column that is always empty is a pattern that never matches, or a gap that we know of."""
    answer = ask(publication.engine, query.text, query.form)
    if not isinstance(answer, Graph) and answer[1]:
        empty = {
            name
            for name, cells in zip(answer[0], zip(*answer[1], strict=True), strict=True)
            if not any(cells)
        }
        assert empty == UNKNOWN.get(query.name, set())


NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DAY: Final = re.compile(r'"[0-9]{4}-[0-9]{2}-[0-9]{2}"\^\^xsd:date')
POINT: Final = re.compile(r'"POINT\([0-9.]+ [0-9.]+\)"\^\^geo:wktLiteral')
TEXT: Final = re.compile(r'".+"(@(fi|sv|en))?|[0-9.]+')
YEAR_OR_DAY: Final = re.compile(rf"[0-9]{{4}}|{DAY.pattern}")
READ_BY: Final = {
    "bar": (TEXT, NUMBER, TEXT),
    "line": (YEAR_OR_DAY, NUMBER, TEXT),
    "map": (TEXT, POINT, NUMBER),
    "timeline": (TEXT, DAY, DAY),
    "network": (TEXT, TEXT, NUMBER),
    "number": (NUMBER, NUMBER, NUMBER),
}
"""What each column of a chart holds; those that a query names come first."""

CHARTS: Final = [name for name, query in LIBRARY.items() if query.view in READ_BY]


@pytest.mark.parametrize("name", CHARTS)
def test_the_columns_of_a_chart_hold_what_it_draws(name: str, publication: Publication) -> None:
    query = LIBRARY[name]
    answer = ask(publication.engine, query.text, query.form)
    assert not isinstance(answer, Graph)
    for row in answer[1]:
        cells = dict(zip(answer[0], row, strict=True))
        for column, pattern in zip(query.columns, READ_BY[query.view], strict=False):
            assert pattern.fullmatch(cells[column]), (column, cells[column])


COMPANIES: Final = DEF["measure/companies-involved"]
EURIO: Final = "http://data.europa.eu/s66#"
KOHESIO: Final = "https://linkedopendata.eu/prop/direct/"
CROSSWALKS: Final = {
    ("crosswalk-eurio", EURIO + "hasTotalCost"): S6.totalBudget,
    ("crosswalk-eurio", EURIO + "startDate"): SCHEMA.startDate,
    ("crosswalk-eurio", EURIO + "endDate"): SCHEMA.endDate,
    ("crosswalk-eurio", EURIO + "projectStatus"): S6.status,
    ("crosswalk-eurio", EURIO + "hasRelatedProject"): S6.follows,
    ("crosswalk-eurio", EURIO + "duration"): S6.durationMonths,
    ("crosswalk-eurio", EURIO + "keyword"): S6.focusArea,
    ("crosswalk-eurio", EURIO + "hasInvolvedParty"): ORG.hasMember,
    ("crosswalk-eurio", EURIO + "hasFundingSchemeProgramme"): S6.programme,
    ("crosswalk-eurio", EURIO + "hasFundingSchemeCall"): S6.underCall,
    ("crosswalk-eurio", str(RDFS.label)): RDFS.label,
    ("crosswalk-eurio", str(DCTERMS.spatial)): S6.cityRegion,
    ("crosswalk-kohesio", str(RDFS.label)): RDFS.label,
    ("crosswalk-kohesio", KOHESIO + "P889"): S6.leadOrganisation,
    ("crosswalk-kohesio", KOHESIO + "P1368"): S6.programme,
    ("crosswalk-kohesio", KOHESIO + "P1584"): S6.fund,
    ("crosswalk-kohesio", KOHESIO + "P1845"): S6.cityRegion,
    ("crosswalk-kohesio", KOHESIO + "P474"): S6.totalBudget,
    ("crosswalk-kohesio", KOHESIO + "P20"): SCHEMA.startDate,
    ("crosswalk-kohesio", KOHESIO + "P33"): SCHEMA.endDate,
    ("crosswalk-schema-org", str(SCHEMA.startDate)): SCHEMA.startDate,
    ("crosswalk-schema-org", str(SCHEMA.endDate)): SCHEMA.endDate,
    ("crosswalk-schema-org", str(SCHEMA.url)): SCHEMA.url,
    ("crosswalk-schema-org", str(SCHEMA.name)): RDFS.label,
    ("crosswalk-schema-org", str(SCHEMA.member)): ORG.hasMember,
    ("crosswalk-schema-org", str(SCHEMA.about)): S6.focusArea,
    ("crosswalk-schema-org", str(SCHEMA.location)): S6.cityRegion,
    ("crosswalk-schema-org", str(SCHEMA.sponsor)): S6.programme,
}
"""What a crosswalk says of projects, and the property that the preferred graph has for it."""

NOT_ONE_FOR_ONE: Final = {EURIO + "keyword", str(DCTERMS.spatial), KOHESIO + "P1845"}
"""A keyword stands in each language, and several of the cities lie in one region."""

EU_PARTS: Final = {
    "crosswalk-eurio": (EURIO + "isFundedBy", EURIO + "hasFundingAmount", EURIO + "value"),
    "crosswalk-kohesio": (KOHESIO + "P835",),
    "crosswalk-schema-org": (str(SCHEMA.funding), str(SCHEMA.amount), str(SCHEMA.value)),
}
"""How a crosswalk says what the European Union pays to a project, and how much."""


@pytest.mark.parametrize(
    ("name", "theirs"), CROSSWALKS, ids=lambda text: re.split("[/#]", text)[-1]
)
def test_a_crosswalk_leaves_out_no_project(
    name: str, theirs: str, publication: Publication, prepared: Prepared
) -> None:
    """A project that lacks one fact, as the day of its start, has its other facts all the same."""
    ours = CROSSWALKS[name, theirs]
    expected = [
        (project, value)
        for project in projects(prepared)
        for value in prepared.preferred.objects(project, ours)
    ]
    answer = ask(publication.engine, LIBRARY[name].text, "CONSTRUCT")

    assert isinstance(answer, Graph)
    found = [
        (project, value)
        for project, value in answer.subject_objects(URIRef(theirs))
        if project in projects(prepared)
    ]
    assert expected
    assert {project for project, _ in found} == {project for project, _ in expected}
    if theirs not in NOT_ONE_FOR_ONE:
        assert len(found) == len(expected)


def projects(prepared: Prepared) -> set[Node]:
    """Return the projects of the strategy."""
    return {
        project
        for project in prepared.preferred.subjects(S6.programme, ID["programme/6aika"])
        if (project, RDF.type, S6.Project) in prepared.preferred
    }


def euros(amount: Node | None) -> Decimal:
    """Return an amount as a number: the engine writes a whole one without its point."""
    return Decimal(str(amount))


@pytest.mark.parametrize("name", EU_PARTS)
def test_a_crosswalk_has_all_that_the_union_pays(
    name: str, publication: Publication, prepared: Prepared
) -> None:
    graph, ours = prepared.preferred, projects(prepared)
    paid = {
        (graph.value(whole, S6.budgetOf), euros(graph.value(part, FRAPO.hasMonetaryValue)))
        for part in graph.subjects(SCHEMA.funder, ID["organisation/european-union"])
        for whole in graph.objects(part, DCTERMS.isPartOf)
        if graph.value(whole, S6.budgetOf) in ours
    }
    answer = ask(publication.engine, LIBRARY[name].text, "CONSTRUCT")
    assert isinstance(answer, Graph)
    path = reduce(truediv, map(URIRef, EU_PARTS[name]))
    assert {(project, euros(value)) for project, value in answer.subject_objects(path)} == paid
    assert paid


def test_the_total_names_what_reaches_beyond_the_years_of_a_project(prepared: Prepared) -> None:
    graph = prepared.preferred
    beyond = {
        name
        for figure, text in graph.subject_objects(DCTERMS.description)
        if "beyond the 6Aika years" in str(text) and (figure, S6.measures, COMPANIES) in graph
        for project in graph.objects(figure, S6.figureOf)
        for name in graph.objects(project, SKOS.prefLabel)
        if isinstance(name, Literal)
    }
    descriptions = LIBRARY["results-in-total"].descriptions
    assert beyond
    for name in beyond:
        assert name in descriptions[name.language or ""], name


def test_every_view_is_suggested_by_a_question() -> None:
    assert {query.view for query in LIBRARY.values()} == {"table", "answer", "graph", *READ_BY}


def test_a_region_can_be_given_by_its_nuts_code(small: Engine) -> None:
    query = LIBRARY["projects-in-a-region"]
    code = URIRef("http://data.europa.eu/nuts/code/FI1D9")
    assert ask(small, bind(query, {"region": code}), query.form) == ask(
        small, query.text, query.form
    )


def test_pages_follow_each_other_without_gap_and_repetition(publication: Publication) -> None:
    found, page = [Literal("")], [Literal("")]
    while page:
        text = bind(LIBRARY["projects-page-by-page"], {"after": found[-1]})
        answer = publication.engine.query(QueryRequest(text=text))
        page = [Literal(str(row["project"])) for row in parse_solutions(answer.read()).rows]
        assert page == sorted(page)
        assert not set(page) & set(found)
        found += page
    every = ask(publication.engine, LIBRARY["projects-of-the-strategy"].text, "SELECT")
    assert len(found) - 1 == len(every[1])


@pytest.mark.parametrize("name", sorted(LIBRARY.keys() - TOO_SLOW))
def test_rdflib_judges_the_same_of_the_real_data(
    name: str, publication: Publication, judge: SecondJudge
) -> None:
    query = LIBRARY[name]
    answer = ask(publication.engine, query.text, query.form)
    assert agree(answer, judge.judge(query.text, query.form))


def test_what_changed_between_two_versions_is_found() -> None:
    """In alpha one statement took the place of another; beta stayed; delta came and gamma went."""
    versions = [Graph(identifier=GRAPH[f"{name}-version"]) for name in ("earlier", "later")]
    for graph, name in zip(versions, ("earlier", "later"), strict=True):
        graph += turtle.read(TESTS / "fixtures" / "versions" / f"{name}.ttl")
    lines = [
        f"{subject.n3()} {predicate.n3()} {value.n3()} {graph.identifier.n3()} .\n"
        for graph in versions
        for subject, predicate, value in graph
    ]
    engine = LocalEngine("".join(lines).encode(), prefixes=PREFIXES, limits=Limits.of(Settings()))
    query = LIBRARY["changes-between-versions"]
    answer = ask(engine, query.text, query.form)
    engine.close()
    assert answer == (
        ("thing", "added", "removed"),
        [("project:alpha", "1", "1"), ("project:delta", "2", "0"), ("project:gamma", "0", "2")],
    )
    assert agree(answer, SecondJudge(Graph(), versions).judge(query.text, query.form))


def write_expected() -> None:
    """Write the expected answers anew from what the engine answers."""
    with TemporaryDirectory() as folder, distances():
        engine = engine_on(small_world(Path(folder)))
        for query in LIBRARY.values():
            answer = ask(engine, bound(query), query.form)
            if isinstance(answer, Graph):
                text = turtle.format_turtle(answer.serialize(format="turtle"))
                (EXPECTED / f"{query.name}.ttl").write_text(text, encoding="utf-8")
            else:
                (EXPECTED / f"{query.name}.tsv").write_text(as_text(answer), encoding="utf-8")
        engine.close()


if __name__ == "__main__":
    write_expected()
