"""The figures on the quality of the data: counted right, defined, and published."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from rdflib import RDF, Dataset, Graph, Literal, URIRef
from rdflib.namespace import ORG, RDFS, SKOS, XSD

from sixaika_graph import publication
from sixaika_graph.descriptions.quality import DATASET, QUALITY, classes, measure
from sixaika_graph.namespaces import DEF, DQV, GRAPH, ID, PREFIXES, S6, SCHEMA, SHAPE
from sixaika_graph.publication import Prepared, prepare
from sixaika_graph.settings import Settings
from sixaika_graph.validation import Report, Result, Severity, Waiver

ROOT: Final = Path(__file__).parent.parent
PREFIX_LINES: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

DATA: Final = """
project:one a s6:Project, schema:Project ; rdfs:label "Yksi"@fi, "One"@en ; s6:fund fund:erdf ;
  s6:programme programme:6aika ; dct:isPartOf programme:6aika ;
  schema:sameAs <https://linkedopendata.eu/entity/Q1> .
project:two a s6:Project, s6:PilotProject, schema:Project ; rdfs:label "Kaksi"@fi ;
  s6:programme programme:6aika ; dct:isPartOf programme:6aika .
project:three a s6:Project, schema:Project ; rdfs:label "Kolme"@fi ; s6:fund fund:esf ;
  s6:programme programme:other ; dct:isPartOf programme:other .
organisation:one a org:Organization, org:FormalOrganization, schema:Organization .
organisation:two a org:Organization, schema:Organization .
figure:all s6:measures measure:projects ; s6:figureOf programme:6aika ; schema:value 4.0 ;
  s6:precision precision:exact .
figure:erdf s6:measures measure:projects ; s6:figureOf programme:6aika ; schema:value 2.0 ;
  s6:precision precision:exact ; s6:scope fund:erdf .
figure:over s6:measures measure:projects ; s6:figureOf programme:6aika ; schema:value 5.0 ;
  s6:precision precision:at-least .
figure:of-a-call s6:measures measure:projects ; s6:figureOf call:one ; schema:value 5.0 ;
  s6:precision precision:exact .
s6:programme rdfs:subPropertyOf dct:isPartOf ; schema:domainIncludes s6:Project .
s6:focusArea schema:domainIncludes s6:Project .
"""
SOURCES: Final = "graph:page prov:hadPrimarySource source:page ."


def graph_of(text: str) -> Graph:
    return Graph(bind_namespaces="none").parse(data=PREFIX_LINES + text, format="turtle")


def result(severity: Severity, focus: URIRef, shape: str, waiver: Waiver | None = None) -> Result:
    return Result(severity, focus, SHAPE[shape], None, None, (), (), waiver)


WAIVER: Final = Waiver(ID["waiver/two"], ID["project/two"], SHAPE["P-x"], (Literal("so", "en"),))
REPORT: Final = Report(
    (
        result(Severity.WARNING, ID["project/one"], "P-x"),
        result(Severity.WARNING, ID["project/two"], "P-x", WAIVER),
        result(Severity.INFO, ID["project/one"], "P-y"),
        result(Severity.INFO, ID["project/two"], "P-y"),
        result(Severity.INFO, ID["person/left-out"], "P-y"),
    ),
    Graph(),
)


@pytest.fixture(scope="module")
def measured() -> Graph:
    dataset = Dataset(default_union=False)
    for triple in graph_of(SOURCES):
        dataset.graph(GRAPH["sources"]).add(triple)
    dataset.graph(GRAPH["page"]).add((ID["project/one"], SCHEMA.name, Literal("Yksi", "fi")))
    dataset.graph(GRAPH["curated"]).add((ID["project/two"], SCHEMA.name, Literal("Kaksi", "fi")))
    return measure(dataset, graph_of(DATA), REPORT)


def numbers(graph: Graph, name: str) -> tuple[int, int | None, Decimal]:
    """Return how many were counted, among how many, and the value of a measurement."""
    node = URIRef(f"{QUALITY}#{name}")
    counted, value = graph.value(node, S6.counted), graph.value(node, DQV.value)
    among = graph.value(node, S6.countedAmong)
    return int(str(counted)), None if among is None else int(str(among)), Decimal(str(value))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("label-fi--s6-project", (3, 3, "1.0")),
        ("label-en--s6-project", (1, 3, "0.3333")),
        ("label-sv--s6-project", (0, 3, "0.0")),
        ("source--s6-project", (1, 3, "0.3333")),
        ("external-link--s6-project", (1, 3, "0.3333")),
        ("external-link--org-organization", (0, 2, "0.0")),
        ("property--s6-project--s6-fund", (2, 3, "0.6667")),
        ("property--s6-project--s6-focus-area", (0, 3, "0.0")),
        ("coverage--figure-all", (2, 4, "0.5")),
        ("coverage--figure-erdf", (1, 2, "0.5")),
        ("open-warnings--shape-p-x", (1, None, "1")),
        ("accepted-warnings--shape-p-x", (1, None, "1")),
        ("incompleteness--shape-p-y", (2, None, "2")),
    ],
)
def test_what_is_counted(measured: Graph, name: str, expected: tuple[int, int | None, str]) -> None:
    counted, among, value = expected
    assert numbers(measured, name) == (counted, among, Decimal(value))


def test_only_exact_numbers_of_the_programme_are_compared_with(measured: Graph) -> None:
    assert set(measured.objects(None, S6.comparedWith)) == {ID["figure/all"], ID["figure/erdf"]}


def test_a_superproperty_that_repeats_is_not_counted_again(measured: Graph) -> None:
    looked_for = set(measured.objects(None, S6.measuredProperty))

    assert S6.programme in looked_for
    assert URIRef(PREFIXES["dct"] + "isPartOf") not in looked_for


def test_what_a_rule_found_is_listed_where_it_is_published(measured: Graph) -> None:
    node = URIRef(f"{QUALITY}#incompleteness--shape-p-y")

    assert set(measured.objects(node, S6.foundOn)) == {ID["project/one"], ID["project/two"]}


def test_a_class_stands_for_all_with_the_same_members() -> None:
    found = classes(graph_of(DATA))

    assert set(found) == {S6.Project, S6.PilotProject, ORG.Organization}


# The real data


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(Settings(root=ROOT))


@pytest.fixture(scope="module")
def real(prepared: Prepared) -> Graph:
    return measure(prepared.dataset, prepared.preferred)


def nodes(graph: Graph) -> Iterator[URIRef]:
    for node in graph.subjects(RDF.type, DQV.QualityMeasurement):
        assert isinstance(node, URIRef)
        yield node


def test_a_measurement_is_whole_and_of_a_metric_that_is_defined(
    prepared: Prepared, real: Graph
) -> None:
    """Each has one metric, one value of the datatype that the metric expects, and its counts."""
    for node in nodes(real):
        (metric,) = real.objects(node, DQV.isMeasurementOf)
        (value,) = real.objects(node, DQV.value)
        assert (metric, RDF.type, DQV.Metric) in prepared.preferred, node
        assert isinstance(value, Literal)
        assert (metric, DQV.expectedDataType, value.datatype) in prepared.preferred, node
        assert value.datatype != XSD.decimal or 0 <= Decimal(str(value)) <= 1, node
        assert list(real.objects(node, DQV.computedOn)) == [DATASET]
        assert len(list(real.objects(node, S6.counted))) == 1


def test_the_coverage_is_set_against_the_projects_that_a_source_counts(
    prepared: Prepared, real: Graph
) -> None:
    """The number to compare with is a figure of the data, so that another one needs no code."""
    projects = set(prepared.preferred.subjects(RDF.type, S6.Project))
    whole = [
        node
        for node in real.subjects(DQV.isMeasurementOf, DEF["metric/coverage"])
        if (real.value(node, S6.comparedWith), S6.scope, None) not in prepared.preferred
    ]

    assert whole
    for node in whole:
        figure = real.value(node, S6.comparedWith)
        assert int(str(real.value(node, S6.counted))) == len(projects)
        among, value = (
            real.value(node, S6.countedAmong),
            prepared.preferred.value(figure, SCHEMA.value),
        )
        assert Decimal(str(among)) == Decimal(str(value))


def test_classes_and_metrics_have_names(prepared: Prepared, real: Graph) -> None:
    for metric in set(real.objects(None, DQV.isMeasurementOf)):
        languages = {
            label.language
            for label in prepared.preferred.objects(metric, SKOS.prefLabel)
            if isinstance(label, Literal)
        }
        assert languages == {"fi", "sv", "en"}
        assert (metric, RDFS.label, None) in prepared.preferred


def test_the_figures_are_published_and_no_part_of_the_preferred_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They come into the edition when the data is validated; persons left out are not listed."""
    monkeypatch.setattr(publication, "report", lambda prepared: REPORT)

    edition = publication.conforming(Settings(root=ROOT, cache=tmp_path))

    metric = f"<{DEF['metric/coverage']}> <{QUALITY}> ."
    lines = edition.nquads.decode().splitlines()
    assert any(line.endswith(metric) for line in lines)
    assert not any(DQV.value in line and not line.endswith(f"<{QUALITY}> .") for line in lines)
    assert str(DQV.value) in edition.public.decode()
