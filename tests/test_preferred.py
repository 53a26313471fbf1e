"""The preferred graph: one value where one is due, bounds of periods, shortcuts, labels."""

import datetime

import pytest
from rdflib import Dataset, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, RDF, RDFS, SKOS, XSD

from sixaika_graph.namespaces import DEF, GRAPH, ID, PREFIXES, S6, SCHEMA
from sixaika_graph.preferred import Preferred, prefer
from sixaika_graph.preferred.period import Moment, months

PROJECT = ID["project/one"]
CHOICE = ID["choice/one--end-date"]

TRIG = """
graph:codelists {
  source-kind:register s6:precedence 1 . source-kind:news s6:precedence 4 .
  role:lead skos:prefLabel "lead"@en, "päätoteuttaja"@fi .
}
<https://w3id.org/sixaika/ont> {
  s6:Project rdfs:subClassOf schema:Project . s6:LeadProject rdfs:subClassOf s6:Project .
  s6:programme rdfs:subPropertyOf dct:isPartOf .
}
<https://w3id.org/sixaika/shapes> {
  shape:Project sh:targetClass s6:Project ; sh:property shape:Project-end, shape:Project-theme .
  shape:Project-end sh:path schema:endDate ; sh:maxCount 1 .
  shape:Project-theme sh:path dct:subject ; sh:maxCount 2 .
}
graph:sources {
  graph:register prov:hadPrimarySource source:register .
  source:register s6:sourceKind source-kind:register .
  graph:news prov:hadPrimarySource source:news .
  source:news s6:sourceKind source-kind:news ; dct:issued "2019-01-01"^^xsd:date .
  graph:news2 prov:hadPrimarySource source:news2 .
  source:news2 s6:sourceKind source-kind:news ; dct:issued "2020-01-01"^^xsd:date .
}
graph:register {
  project:one a s6:Project ; schema:name "Hanke yksi"@fi ; s6:projectKind project-kind:lead ;
    schema:startDate "2017-11-01"^^xsd:date ; schema:endDate "2020-01-31"^^xsd:date ;
    s6:programme programme:p .
  programme:p schema:startDate "2014"^^xsd:gYear ; schema:endDate "2020-02"^^xsd:gYearMonth .
  participation:one--a a s6:Participation ; org:organization project:one ;
    org:member organisation:a ; org:role role:lead .
  organisation:a schema:name "Oulun kaupunki"@fi ; s6:sixCityRegion place:oulu .
  participation:one--b a s6:Participation ; org:organization project:one ;
    org:member organisation:b ; s6:sixCityRegion place:turku .
  organisation:b schema:name "Toinen"@fi, "Second"@en ; s6:sixCityRegion place:espoo .
}
graph:news {
  project:one schema:name "HANKE YKSI"@fi, "Project One"@en ;
    schema:endDate "2019-10"^^xsd:gYearMonth .
}
graph:news2 { project:one schema:endDate "2019-11"^^xsd:gYearMonth . }
"""


def dataset(more: str = "") -> Dataset:
    made = Dataset(default_union=False)
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    made.parse(data=head + TRIG + more, format="trig")
    return made


@pytest.fixture(scope="module")
def preferred() -> Preferred:
    return prefer(dataset())


def only(graph: Graph, thing: URIRef, path: URIRef) -> object:
    [value] = graph.objects(thing, path)
    return value


def test_the_better_kind_of_source_wins_and_the_choice_is_told(preferred: Preferred) -> None:
    assert only(preferred.graph, PROJECT, SCHEMA.endDate) == Literal(
        "2020-01-31", datatype=XSD.date
    )
    choices = preferred.choices
    assert only(choices, CHOICE, S6.choiceOf) == PROJECT
    assert only(choices, CHOICE, S6.choiceProperty) == SCHEMA.endDate
    assert only(choices, CHOICE, S6.chosen) == GRAPH["register"]
    assert set(choices.objects(CHOICE, S6.setAside)) == {GRAPH["news"], GRAPH["news2"]}
    assert only(choices, CHOICE, S6.choiceRule) == DEF["choice-rule/better-kind-of-source"]
    assert all(triple in preferred.graph for triple in choices)


def test_of_two_equal_sources_the_later_one_wins() -> None:
    made = dataset()
    made.graph(GRAPH["register"]).remove((PROJECT, SCHEMA.endDate, None))

    preferred = prefer(made)

    assert only(preferred.choices, CHOICE, S6.chosen) == GRAPH["news2"]
    assert only(preferred.choices, CHOICE, S6.choiceRule) == DEF["choice-rule/later-source"]
    assert only(preferred.graph, PROJECT, S6.latestEnd) == Literal(datetime.date(2019, 11, 30))


def test_the_curator_can_decide_otherwise() -> None:
    override = """graph:choices {
      choice:one--end-date a s6:Choice ; s6:choiceOf project:one ; s6:choiceProperty
      schema:endDate ; s6:chosen graph:news ; rdfs:comment "Reason."@en . }"""

    preferred = prefer(dataset(override))

    assert only(preferred.choices, CHOICE, S6.chosen) == GRAPH["news"]
    rule = only(preferred.choices, CHOICE, S6.choiceRule)
    assert rule == DEF["choice-rule/decided-by-the-curator"]
    assert only(preferred.graph, PROJECT, S6.latestEnd) == Literal(datetime.date(2019, 10, 31))


def test_a_name_is_preferred_once_a_language_and_the_others_are_kept(preferred: Preferred) -> None:
    graph = preferred.graph

    names = {Literal("Hanke yksi", lang="fi"), Literal("Project One", lang="en")}
    assert set(graph.objects(PROJECT, SKOS.prefLabel)) == names
    assert set(graph.objects(PROJECT, SCHEMA.name)) == names
    assert set(graph.objects(PROJECT, RDFS.label)) == names
    assert set(graph.objects(PROJECT, SKOS.altLabel)) == {Literal("HANKE YKSI", lang="fi")}
    assert only(preferred.choices, ID["choice/one--name-fi"], S6.chosen) == GRAPH["register"]


def test_the_curator_names_before_all_sources() -> None:
    preferred = prefer(dataset('graph:curated { project:one skos:prefLabel "Yksi"@fi . }'))

    assert Literal("Yksi", lang="fi") in set(preferred.graph.objects(PROJECT, SKOS.prefLabel))
    assert set(preferred.graph.objects(PROJECT, SKOS.altLabel)) == {
        Literal("Hanke yksi", lang="fi"),
        Literal("HANKE YKSI", lang="fi"),
    }


def test_each_source_keeps_what_it_prints_and_the_dataset_stays_as_it_was() -> None:
    made = dataset()
    before = set(made.quads())

    prefer(made)

    assert set(made.quads()) == before


def test_a_period_has_four_days_and_a_length(preferred: Preferred) -> None:
    graph = preferred.graph

    assert only(graph, PROJECT, S6.earliestStart) == Literal(datetime.date(2017, 11, 1))
    assert only(graph, PROJECT, S6.latestEnd) == Literal(datetime.date(2020, 1, 31))
    assert only(graph, PROJECT, S6.durationMonths) == Literal(27)
    assert only(graph, PROJECT, S6.datePrecision) == Literal("day")
    programme = ID["programme/p"]
    assert only(graph, programme, S6.earliestStart) == Literal(datetime.date(2014, 1, 1))
    assert only(graph, programme, S6.latestStart) == Literal(datetime.date(2014, 12, 31))
    assert only(graph, programme, S6.earliestEnd) == Literal(datetime.date(2020, 2, 1))
    assert only(graph, programme, S6.latestEnd) == Literal(datetime.date(2020, 2, 29))
    assert only(graph, programme, S6.datePrecision) == Literal("year")
    assert (programme, S6.durationMonths, None) not in graph
    assert (programme, SCHEMA.startDate, None) not in graph


@pytest.mark.parametrize(
    ("text", "datatype"),
    [("2019-02-30", XSD.date), ("2019-13", XSD.gYearMonth), ("2019", XSD.string), ("x", XSD.gYear)],
)
def test_what_is_no_calendar_date_has_no_bounds(text: str, datatype: URIRef) -> None:
    assert Moment.of(Literal(text, datatype=datatype)) is None


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ((2018, 1, 1), (2018, 1, 31), 1),
        ((2018, 1, 15), (2018, 3, 14), 2),
        ((2015, 2, 1), (2018, 7, 31), 42),
        ((2020, 2, 1), (2020, 2, 29), 1),
        ((2018, 1, 1), (2018, 1, 10), 0),
        ((2018, 1, 1), (2018, 2, 20), 2),
    ],
)
def test_months_count_the_first_and_the_last_day(
    start: tuple[int, int, int], end: tuple[int, int, int], length: int
) -> None:
    assert months(datetime.date(*start), datetime.date(*end)) == length


def test_shortcuts_and_superterms_are_written_out(preferred: Preferred) -> None:
    graph = preferred.graph

    assert {S6.Project, S6.LeadProject, SCHEMA.Project} <= set(graph.objects(PROJECT, RDF.type))
    assert (PROJECT, DCTERMS.isPartOf, ID["programme/p"]) in graph
    both = {ID["organisation/a"], ID["organisation/b"]}
    assert set(graph.objects(PROJECT, ORG.hasMember)) == both
    assert set(graph.subjects(ORG.memberOf, PROJECT)) == both
    assert only(graph, PROJECT, S6.leadOrganisation) == ID["organisation/a"]
    # of the participation where it says so, else of the organisation
    assert set(graph.objects(PROJECT, S6.cityRegion)) == {ID["place/oulu"], ID["place/turku"]}


def test_a_node_without_a_name_is_labelled_by_what_it_joins(preferred: Preferred) -> None:
    labels = set(preferred.graph.objects(ID["participation/one--b"], RDFS.label))

    assert labels == {
        Literal("Toinen – Hanke yksi", lang="fi"),
        Literal("Second – Project One", lang="en"),
    }


def test_shapes_are_no_data(preferred: Preferred) -> None:
    assert not [one for one in preferred.graph.subjects() if "shapes#" in str(one)]


def test_a_statement_of_two_sources_stands_once() -> None:
    twice = "graph:news2 { project:one s6:programme programme:p . }"

    graph = prefer(dataset(twice)).graph

    assert len(list(graph.triples((PROJECT, S6.programme, None)))) == 1
