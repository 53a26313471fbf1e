"""Every shape file: its form, its examples, and what it says of the real data.

An example is validated with its own shape file alone and nothing else beside it: what it points to
stands in the example as far as a shape looks at it. invalid.ttl gives exactly the results of
expected.ttl, a SHACL validation report.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from sixaika_graph import dataset, turtle, validation
from sixaika_graph.namespaces import BASE, DEF, ID, PREFIXES, S6, SCHEMA, SH, SHAPE
from sixaika_graph.preferred import prefer
from sixaika_graph.validation.report import Report, Severity, property_path

ROOT: Final = Path(__file__).parent.parent
FILES: Final = sorted((ROOT / "shapes").glob("*.ttl"))
EXAMPLES: Final = ROOT / "tests" / "shapes"
TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
STRUCTURE: Final = {*TARGETS, SH.property, SH.message, SH.severity, SH.name, SH.path}
# At these nodes aim the shapes that look at the data as a whole.
WHOLE: Final = {dataset.ONTOLOGY, ID["dataset/sixaika"]}
SEVERITIES: Final = {SH.Violation, SH.Warning, SH.Info}

# Properties with one value (model B.1): the preferred graph chooses among sources by these.
SINGLE: Final = {
    "Project": "startDate endDate earliestStart latestStart earliestEnd latestEnd datePrecision "
    "durationMonths identifier programme fund projectKind status participationComplete "
    "priorityAxis specificObjective intermediateBody totalBudget underCall decisionDate",
    "SubProject": "startDate endDate earliestStart latestStart earliestEnd latestEnd "
    "datePrecision durationMonths partOf status",
    "Strategy": "startDate endDate earliestStart latestStart earliestEnd latestEnd datePrecision",
    "FundingProgramme": "identifier startDate endDate",
    "Organisation": "identifier classification sixCityRegion unitOf",
    "Place": "identifier containedInPlace geometry",
    "City": "identifier",
    "Geometry": "asWKT",
    "Person": "name",
    "Participation": "organization member role sixCityRegion",
    "Assignment": "organization member role forProject status",
    "Budget": "budgetOf partOf amount currency amountKind precision lowerBound upperBound date "
    "asStatedOn",
    "FundingContribution": "budget funder fund amount share currency amountKind precision "
    "lowerBound upperBound date asStatedOn",
    "Call": "programme fund startDate endDate status",
    "ChangeEvent": "date",
    "Figure": "figureOf measures value precision lowerBound upperBound dateForm asStatedOn",
    "Rule": "minCityRegions minOrganisations minMonths maxMonths precision",
    "Waiver": "waiverOf waivedRule",
    "Tombstone": "retiredOn retirementReason successor",
    "Metric": "dimension datatype",
    "Source": "publisher url issued seenOn sourceKind license linkConfidence",
}

every_file = pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return validation.read_shapes(ROOT / "shapes")


@pytest.fixture(scope="module")
def preferred() -> Graph:
    return prefer(dataset.read(dataset.sources(ROOT))).graph


@pytest.fixture(scope="module")
def report(preferred: Graph, shapes: Graph) -> Report:
    return validation.validate(preferred, shapes)


def _languages(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    values = graph.objects(subject, predicate)
    return sorted(str(value.language) for value in values if isinstance(value, Literal))


def _checking(graph: Graph) -> Iterator[Node]:
    """Yield the shapes of a file that check something themselves: these may give results."""
    yield from graph.subjects(RDF.type, SH.PropertyShape)
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        if any(str(one).startswith(SH) and one not in STRUCTURE for one in graph.predicates(shape)):
            yield shape


def test_there_are_shapes() -> None:
    """The tests below run over files that are there."""
    assert len(FILES) > 25
    assert {path.name for path in EXAMPLES.iterdir()} == {path.stem for path in FILES}


@every_file
def test_examples_exist(file: Path) -> None:
    """Every shape file has a valid and an invalid example, and the results to expect."""
    for name in ("valid", "invalid", "expected"):
        assert (EXAMPLES / file.stem / f"{name}.ttl").is_file()


@every_file
def test_valid_example_gives_no_result(file: Path) -> None:
    """What is right yields nothing, not even an Info; and it is looked at."""
    valid = turtle.read(EXAMPLES / file.stem / "valid.ttl")
    graph = turtle.read(file)
    assert validation.validate(valid, graph).results == ()
    strict = turtle.read(file)
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        strict.add((shape, SH.hasValue, SHAPE.nothing))
    assert validation.validate(valid, strict).results


@every_file
def test_invalid_example_gives_exactly_what_is_expected(file: Path) -> None:
    """What is wrong yields the named results: shape, path, focus node and severity, no other."""
    invalid = turtle.read(EXAMPLES / file.stem / "invalid.ttl")
    expected = turtle.read(EXAMPLES / file.stem / "expected.ttl")
    found = validation.validate(invalid, turtle.read(file))
    assert Counter(_key(report) for report in found.results) == Counter(
        _key(report) for report in Report.from_graph(expected).results
    )


def _key(result: validation.Result) -> tuple[Node, str | None, Node, Severity]:
    return result.shape, result.path, result.focus_node, result.severity


@every_file
def test_every_shape_is_triggered(file: Path) -> None:
    """Each shape that checks something has a fault in the invalid example."""
    expected = turtle.read(EXAMPLES / file.stem / "expected.ttl")
    assert set(_checking(turtle.read(file))) == set(expected.objects(None, SH.sourceShape))


@every_file
def test_every_fault_is_named(file: Path) -> None:
    """A wrong subject says in a note what is wrong with it."""
    invalid = turtle.read(EXAMPLES / file.stem / "invalid.ttl")
    expected = turtle.read(EXAMPLES / file.stem / "expected.ttl")
    for node in set(expected.objects(None, SH.focusNode)):
        notes = [
            invalid.value(node, RDFS.comment),
            invalid.value(node, URIRef(PREFIXES["skos"] + "editorialNote")),
            invalid.value(URIRef(f"{node}#fault"), RDFS.comment),
        ]
        assert any(notes), node


@every_file
def test_form_of_property_shapes(file: Path) -> None:
    """A property shape has a name of its own, and says in two languages what to do."""
    graph = turtle.read(file)
    owners = set(graph.subjects(RDF.type, SH.NodeShape))
    for shape in graph.subjects(RDF.type, SH.PropertyShape):
        assert isinstance(shape, URIRef)
        assert shape.startswith(SHAPE)
        assert shape.removeprefix(SHAPE).count("-") == 1
        assert len(list(graph.objects(shape, SH.path))) == 1
        assert _languages(graph, shape, SH.name) == ["en", "fi"], shape
        assert _languages(graph, shape, SH.message) == ["en", "fi"], shape
        assert set(graph.objects(shape, SH.severity)) <= SEVERITIES
        assert len(list(graph.objects(shape, SH.severity))) == 1, shape
        assert graph.value(shape, RDFS.isDefinedBy) == dataset.SHAPES
        assert set(graph.subjects(SH.property, shape)) <= owners
        assert list(graph.subjects(SH.property, shape)), shape
    assert all(isinstance(shape, URIRef) for shape in graph.objects(None, SH.property))


@every_file
def test_a_file_has_the_name_of_what_it_aims_at(file: Path) -> None:
    """Of a class, whichever of its types a thing states, or of a set that is no class."""
    shapes = turtle.read(file)
    aiming = {
        str(shape).rpartition("#")[2].casefold()
        for target in TARGETS
        for shape in shapes.subjects(target)
    }
    assert any(name.endswith(file.stem.replace("-", "")) for name in aiming), aiming


@every_file
def test_form_of_node_shapes(file: Path) -> None:
    """A node shape has a label, a target, and a message where it checks something itself."""
    graph = turtle.read(file)
    checking = set(_checking(graph))
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        assert isinstance(shape, URIRef)
        assert shape.startswith(SHAPE)
        assert _languages(graph, shape, RDFS.label) == ["en", "fi"]
        assert graph.value(shape, RDFS.isDefinedBy) == dataset.SHAPES
        assert any((shape, target, None) in graph for target in TARGETS)
        if shape in checking:
            assert _languages(graph, shape, SH.message) == ["en", "fi"]
            assert graph.value(shape, SH.severity) in SEVERITIES


@pytest.mark.parametrize(
    "file",
    [*FILES, *sorted(EXAMPLES.glob("*/*.ttl"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_house_form(file: Path) -> None:
    """Shapes and examples stand in the house form of Turtle."""
    text = file.read_text(encoding="utf-8")
    assert turtle.format_turtle(text, file) == text


def test_shapes_are_valid_shacl(shapes: Graph) -> None:
    """The shapes follow the shapes that SHACL has for itself."""
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_shape_names_are_used_once() -> None:
    """No two files describe the same shape."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    names = [
        shape
        for file in FILES
        for kind in kinds
        for shape in turtle.read(file).subjects(RDF.type, kind)
    ]
    assert not [name for name, count in Counter(names).items() if count > 1]


def test_terms_of_shapes_are_declared(shapes: Graph) -> None:
    """A shape names only terms and concepts of ours that are declared."""
    ontology = turtle.read(ROOT / "ontology" / "sixaika.ttl")
    codes = turtle.read(ROOT / "ontology" / "codelists.ttl")
    named = {term for triple in shapes for term in triple if isinstance(term, URIRef)}
    terms = {term for term in named if term.startswith(S6)}
    concepts = {term for term in named if term.startswith(DEF)}
    assert terms
    assert concepts
    assert terms <= set(ontology.subjects(RDF.type))
    assert concepts <= set(codes.subjects(RDF.type))


def test_targets_exist(shapes: Graph) -> None:
    """A target class is one of the ontology, or of a vocabulary that has a prefix here."""
    ontology = turtle.read(ROOT / "ontology" / "sixaika.ttl")
    own = set(ontology.subjects(RDF.type, OWL.Class))
    reused = tuple(iri for iri in PREFIXES.values() if not iri.startswith(BASE))
    for target in shapes.objects(None, SH.targetClass):
        assert target in own or str(target).startswith(reused), target


def test_every_class_of_the_data_has_a_shape(preferred: Graph, shapes: Graph) -> None:
    """Nothing is published that no shape looks at."""
    targets = set(shapes.objects(None, SH.targetClass))
    roles = {URIRef(PREFIXES["org"] + name) for name in ("Role", "Membership")}
    # A role is a concept of a code list; a membership is a participation or an assignment; a
    # collaboration is a project or a sub-project: each of these has its own shape.
    covered = roles | {URIRef(PREFIXES["org"] + "OrganizationalCollaboration")}
    for kind in set(preferred.objects(None, RDF.type)) - targets:
        assert kind in covered, f"no shape targets {kind}"
        for thing in preferred.subjects(RDF.type, kind):
            assert targets & set(preferred.objects(thing, RDF.type)), thing


def test_rules_point_to_shapes(preferred: Graph, shapes: Graph) -> None:
    """The shape that checks a rule of the strategy is there, and so is its property."""
    pointed = set(preferred.objects(None, S6.checkedBy))
    assert len(pointed) >= 5
    assert pointed <= set(shapes.subjects(RDF.type, SH.PropertyShape))


@pytest.mark.parametrize("owner", SINGLE)
def test_single_values(owner: str, shapes: Graph) -> None:
    """What has one value in the preferred graph says so in a shape, on a plain property."""
    for name in SINGLE[owner].split():
        shape = SHAPE[f"{owner}-{name}"]
        assert isinstance(shapes.value(shape, SH.path), URIRef), shape
        assert str(shapes.value(shape, SH.maxCount)) == "1", shape
        assert (SHAPE[owner], SH.property, shape) in shapes


@pytest.mark.parametrize("name", ["LeadProject-focusArea", "Project-leadOrganisation"])
def test_contradictions_stay_visible(name: str, shapes: Graph) -> None:
    """Where two values are a contradiction to report, the preferred graph must not choose."""
    same_path = set(shapes.subjects(SH.path, shapes.value(SHAPE[name], SH.path)))
    assert not [shape for shape in same_path if (shape, SH.maxCount, None) in shapes]
    assert str(shapes.value(SHAPE[name], SH.qualifiedMaxCount)) == "1"


def test_real_data_conforms(report: Report) -> None:
    """The published data breaks no shape."""
    broken = [one for one in report.results if one.severity is Severity.VIOLATION]
    assert not broken, validation.to_text(report)


def test_every_warning_on_the_real_data_is_accepted_with_a_reason(report: Report) -> None:
    """A contradiction is put right, or accepted by a waiver that says why in two languages."""
    opened = [one for one in report.results if one.severity is Severity.WARNING and not one.waiver]
    assert not opened, validation.to_text(report, severities=[Severity.WARNING])
    assert report.waived
    for one in report.waived:
        assert one.waiver is not None
        assert {text.language for text in one.waiver.reasons} >= {"fi", "en"}


def test_every_waiver_still_accepts_a_warning(report: Report) -> None:
    """What was put right needs no waiver any more."""
    assert not report.stale


def test_real_data_is_looked_at(report: Report, preferred: Graph) -> None:
    """The page names no lead of any project, and the report tells it of every project."""
    projects = set(preferred.subjects(RDF.type, S6.Project))
    known = SHAPE["Project-leadOrganisationKnown"]
    missing = {one.focus_node for one in report.results if one.shape == known}
    assert projects
    assert missing == projects - set(preferred.subjects(S6.leadOrganisation))


def test_every_link_within_the_data_is_followed(preferred: Graph, shapes: Graph) -> None:
    """A property that links within the data is one that the shape of linked things aims at."""
    ours = tuple(BASE + path for path in ("id/", "def/", "graph/", "ont"))
    # What describes terms may name those of other vocabularies; a version is only named.
    exempt = {RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, OWL.versionIRI, S6.checkedBy}
    exempt |= {SCHEMA.domainIncludes, SCHEMA.rangeIncludes}
    linking = {
        predicate
        for _, predicate, value in preferred
        if isinstance(value, URIRef) and str(value).startswith(ours)
    }
    assert linking - exempt <= set(shapes.objects(SHAPE.LinkedThing, SH.targetObjectsOf))


def test_every_text_in_a_language_is_looked_at(preferred: Graph, shapes: Graph) -> None:
    """A property that has text in a language is one that the shape of texts aims at."""
    texts = {
        predicate
        for _, predicate, value in preferred
        if isinstance(value, Literal) and value.language
    }
    # A label repeats a name; an acronym and a unit may have no language.
    exempt = {RDFS.label, SCHEMA.alternateName, SCHEMA.unitText}
    assert texts - exempt <= set(shapes.objects(SHAPE.Text, SH.targetSubjectsOf))


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "shape"),
    [
        ("project/cohewe", SCHEMA.endDate, Literal("2017"), "Project-endDate"),
        ("project/cohewe", S6.focusArea, DEF["focus/open-doors"], "Project-focusArea"),
        ("place/six-cities", URIRef(PREFIXES["dct"] + "hasPart"), SCHEMA.x, "CityGroup-parts"),
        ("fund/esf", S6.fundedBy, Literal("x"), "Ontology-undeclaredTerms"),
        ("project/cohewe", S6.fund, URIRef(f"{BASE}id/fund/none"), "LinkedThing"),
        ("project/nameless", S6.status, DEF["status/ended"], "Untyped"),
        ("project/cohewe", SCHEMA.geo, BNode(), "Anonymous"),
    ],
    ids=lambda value: str(value) if type(value) is str and "/" not in value else "",
)
def test_a_fault_in_the_real_data_is_found(
    preferred: Graph, shapes: Graph, subject: str, predicate: URIRef, value: Node, shape: str
) -> None:
    """A wrong statement among the right ones gives a Violation of its shape."""
    data = Graph(bind_namespaces="none") + preferred
    thing = URIRef(f"{BASE}id/{subject}")
    data.add((thing, predicate, value))
    if isinstance(value, BNode):
        data.add((value, RDF.type, SCHEMA.GeoCoordinates))
    nodes = {one for one in (thing, value) if isinstance(one, URIRef)} | WHOLE
    found = validation.validate(data, shapes, focus_nodes=nodes)
    broken = {one.shape for one in found.results if one.severity is Severity.VIOLATION}
    assert SHAPE[shape] in broken


def test_paths_of_all_shapes_can_be_written(shapes: Graph) -> None:
    """Every path in use can be shown in a report."""
    for path in set(shapes.objects(None, SH.path)):
        assert property_path(shapes, path)
