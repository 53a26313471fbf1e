"""Validation on a dataset of a few lines: what a report says, how it is written."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, XSD
from rdflib.term import Node

from sixaika_graph import validation
from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import DQV, GRAPH, ID, PREFIXES, SH, SHAPE
from sixaika_graph.validation import Report, Severity

_PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_ALPHA, _BETA, _GAMMA = (ID[f"project/{name}"] for name in ("alpha", "beta", "gamma"))

_SHAPES = """
shape:Project a sh:NodeShape ; sh:targetClass s6:Project ; sh:targetNode project:gamma ;
  sh:property shape:Project-identifier, shape:Project-members, shape:Project-name,
    shape:Project-dates .
shape:Project-identifier a sh:PropertyShape ; sh:path dct:identifier ; sh:maxCount 1 ;
  sh:pattern "^[AS][0-9]{5}$" ; sh:severity sh:Violation ;
  sh:message "Write the code as A or S and five digits."@en ,
    "Kirjoita koodi muodossa A tai S ja viisi numeroa."@fi .
shape:Project-members a sh:PropertyShape ; sh:path [ sh:inversePath org:organization ] ;
  sh:minCount 2 ; sh:severity sh:Info ; sh:message "Name two participants."@en .
shape:Project-name a sh:PropertyShape ; sh:path skos:prefLabel ; sh:severity sh:Warning ;
  sh:qualifiedValueShape [ sh:languageIn ( "fi" ) ] ; sh:qualifiedMinCount 1 ;
  sh:message "Give a Finnish name."@en .
shape:Project-dates a sh:PropertyShape ; sh:path schema:startDate ; sh:severity sh:Warning ;
  sh:sparql [ sh:select '''SELECT $this ?value WHERE { $this <https://schema.org/startDate> ?value ;
    <https://schema.org/endDate> ?end . FILTER (?end < ?value) }''' ] ;
  sh:message "Start on {?value} at the latest."@en, "Aloita viimeistään {?value}."@fi .
"""
_DATA = """
s6:PilotProject rdfs:subClassOf s6:Project .
project:alpha a s6:Project ; dct:identifier "A70202" ; skos:prefLabel "Alfa"@fi .
participation:one org:organization project:alpha .
participation:two org:organization project:alpha .
project:beta a s6:PilotProject ; dct:identifier "70202" ; skos:prefLabel "Beta"@en ;
  schema:startDate "2016-01-01"^^xsd:date ; schema:endDate "2015-01-01"^^xsd:date .
"""


def _graph(text: str) -> Graph:
    return Graph(bind_namespaces="none").parse(data=_PREFIXES + text, format="turtle")


def _sources(node: Node) -> Iterable[URIRef]:
    return {_BETA: [GRAPH["two"], GRAPH["one"]], _ALPHA: [GRAPH["one"]]}.get(URIRef(str(node)), ())


@pytest.fixture(scope="module")
def report() -> Report:
    return validation.validate(_graph(_DATA), _graph(_SHAPES), sources=_sources)


def _found(report: Report) -> list[tuple[Severity, Node, Node]]:
    return [(one.severity, one.shape, one.focus_node) for one in report.results]


def test_results_come_gravest_first(report: Report) -> None:
    """Every result is told, with its severity, in an order that does not depend on the run."""
    assert _found(report) == [
        (Severity.VIOLATION, SHAPE["Project-identifier"], _BETA),
        (Severity.WARNING, SHAPE["Project-name"], _GAMMA),
        (Severity.WARNING, SHAPE["Project-dates"], _BETA),
        (Severity.WARNING, SHAPE["Project-name"], _BETA),
        (Severity.INFO, SHAPE["Project-members"], _GAMMA),
        (Severity.INFO, SHAPE["Project-members"], _BETA),
    ]


def test_a_result_tells_all_that_is_known(report: Report) -> None:
    """A result carries path, value, messages by language and the graphs of its focus node."""
    first = report.results[0]
    assert first.path == "<http://purl.org/dc/terms/identifier>"
    assert str(first.value) == "70202"
    assert first.message("fi").startswith("Kirjoita koodi")
    assert first.message("en").startswith("Write the code")
    assert first.message("sv") == first.message("en")
    assert first.sources == (GRAPH["one"], GRAPH["two"])
    dates = report.results[2]
    assert dates.message("en") == "Start on 2016-01-01 at the latest."
    assert dates.message("fi") == "Aloita viimeistään 2016-01-01."


def test_only_violations_break_conformance(report: Report) -> None:
    """Warnings and Infos are told and stop nothing."""
    assert not report.conforms
    mended = _graph(_DATA.replace('"70202"', '"A70203"'))
    assert validation.validate(mended, _graph(_SHAPES)).conforms
    assert [report.count(one) for one in Severity] == [1, 3, 2]


def test_validation_leaves_the_data_alone() -> None:
    """No statement is added to the graph that is validated."""
    data = _graph(_DATA)
    validation.validate(data, _graph(_SHAPES))
    assert isomorphic(data, _graph(_DATA))


def test_focus_nodes_limit_what_is_looked_at(report: Report) -> None:
    """A limited validation finds what the whole one finds for these nodes, nested shapes too."""
    for nodes in ([_BETA], [_ALPHA], [_BETA, _GAMMA], [URIRef("https://example.org/unknown")]):
        limited = validation.validate(
            _graph(_DATA), _graph(_SHAPES), focus_nodes=nodes, sources=_sources
        )
        assert _found(limited) == [one for one in _found(report) if one[2] in nodes]


def test_a_node_can_be_looked_at_in_a_graph_of_its_own(report: Report) -> None:
    """What other graphs say of a node that is set apart counts neither for nor against it."""
    beta = _graph("project:beta a s6:Project ; dct:identifier 'B' ; skos:prefLabel 'Beeta'@fi .")
    found = validation.validate(
        _graph(_DATA),
        _graph(_SHAPES),
        focus_nodes=[_ALPHA, _BETA, _GAMMA],
        apart={_BETA: beta},
        sources=_sources,
    )
    others = [one for one in _found(report) if one[2] != _BETA]
    assert [one for one in _found(found) if one[2] != _BETA] == others
    of_beta = {one.shape for one in found.results if one.focus_node == _BETA}
    assert of_beta == {SHAPE["Project-identifier"], SHAPE["Project-members"]}


@pytest.mark.parametrize("target", ["sh:targetSubjectsOf", "sh:targetObjectsOf"])
def test_focus_nodes_work_for_targets_by_property(target: str) -> None:
    """Shapes that aim by a property are narrowed like those that aim by a class."""
    shapes = _graph(
        f"""shape:X a sh:NodeShape ; {target} org:organization ; sh:class s6:Call ;
        sh:message "Say what it is."@en ."""
    )
    whole = validation.validate(_graph(_DATA), shapes)
    node = whole.results[-1].focus_node
    assert isinstance(node, URIRef)
    limited = validation.validate(_graph(_DATA), shapes, focus_nodes=[node])
    assert limited.results == whole.results[-1:]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("dct:title", "<http://purl.org/dc/terms/title>"),
        ("[ sh:inversePath dct:title ]", "^<http://purl.org/dc/terms/title>"),
        ("( s6:a s6:b )", f"<{PREFIXES['s6']}a>/<{PREFIXES['s6']}b>"),
        ("[ sh:alternativePath ( s6:a s6:b ) ]", f"(<{PREFIXES['s6']}a>|<{PREFIXES['s6']}b>)"),
        ("[ sh:oneOrMorePath s6:a ]", f"(<{PREFIXES['s6']}a>)+"),
        ("[ sh:zeroOrMorePath s6:a ]", f"(<{PREFIXES['s6']}a>)*"),
        ("[ sh:zeroOrOnePath s6:a ]", f"(<{PREFIXES['s6']}a>)?"),
    ],
)
def test_every_kind_of_path_is_written(path: str, written: str) -> None:
    """Each property path of SHACL is shown as SPARQL writes it."""
    shapes = _graph(
        f"""shape:P a sh:NodeShape ; sh:targetNode project:alpha ; sh:property shape:P-p .
        shape:P-p a sh:PropertyShape ; sh:path {path} ; sh:minCount 3 ; sh:severity sh:Info ."""
    )
    assert [one.path for one in validation.validate(_graph(_DATA), shapes).results] == [written]


def test_text_is_a_table_for_people(report: Report) -> None:
    """The table names file, focus node, rule and message, in 100 columns, with totals last."""
    text = validation.to_text(report, files={GRAPH["one"]: "data/turtle/one.ttl"})
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert text.index("Violations") < text.index("Warnings") < text.index("Infos")
    assert lines[-1] == "1 violation, 3 warnings, 2 infos"
    assert "data/turtle/one.ttl" in text
    assert "graph:two" in text
    assert "shape:Project-identifier" in text
    assert 'Value: "70202"' in text
    assert "A70202" not in text
    finnish = validation.to_text(report, language="fi")
    assert "Kirjoita koodi" in finnish


def test_text_of_some_severities(report: Report) -> None:
    """Results that are not asked for are counted and not told."""
    text = validation.to_text(report, severities=[Severity.VIOLATION])
    assert "shape:Project-identifier" in text
    assert "Warnings" not in text
    assert "Infos" not in text
    assert text.endswith("1 violation, 3 warnings, 2 infos\n")


def test_text_of_a_report_without_results() -> None:
    """A report that found nothing says so in one line."""
    empty = validation.validate(
        _graph(""), _graph(_SHAPES.replace("sh:targetNode", "rdfs:seeAlso"))
    )
    assert validation.to_text(empty) == "0 violations, 0 warnings, 0 infos\n"
    assert (None, SH.conforms, None) in empty.graph


def test_turtle_is_a_shacl_report(report: Report) -> None:
    """The report in Turtle is standard SHACL, and says in which graphs a node is described."""
    graph = Graph().parse(data=validation.to_turtle(report), format="turtle")
    assert isomorphic(graph, report.graph)
    assert len(list(graph.subjects(RDF.type, SH.ValidationReport))) == 1
    assert set(graph.objects(None, SH.resultSeverity)) == {SH.Violation, SH.Warning, SH.Info}
    assert set(graph.objects(None, DCTERMS.source)) == {GRAPH["one"], GRAPH["two"]}
    assert Report.from_graph(graph) == report


def test_json_tells_the_same(report: Report) -> None:
    """The report in JSON has the results of the report, terms written as in SPARQL results."""
    document = json.loads(validation.to_json(report))
    assert document["conforms"] is False
    assert document["totals"] == {"violation": 1, "warning": 3, "info": 2, "waived": 0}
    assert len(document["results"]) == len(report.results)
    assert document["results"][0] == {
        "severity": "Violation",
        "focusNode": {"type": "uri", "value": str(_BETA)},
        "path": "<http://purl.org/dc/terms/identifier>",
        "value": {"type": "literal", "value": "70202"},
        "sourceShape": str(SHAPE["Project-identifier"]),
        "messages": {
            "en": "Write the code as A or S and five digits.",
            "fi": "Kirjoita koodi muodossa A tai S ja viisi numeroa.",
        },
        "sources": [str(GRAPH["one"]), str(GRAPH["two"])],
    }


def test_every_run_writes_the_same(report: Report) -> None:
    """The order of a report does not depend on the names of blank nodes."""
    again = validation.validate(_graph(_DATA), _graph(_SHAPES), sources=_sources)
    assert again == report
    assert validation.to_turtle(again) == validation.to_turtle(report)
    assert validation.to_json(again) == validation.to_json(report)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ('sh:sparql [ sh:select "SELECT $this WHERE { $this" ]', "SPARQL"),
        (
            'sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o MINUS { ?s ?p ?o } }" ]',
            "MINUS",
        ),
        (
            'sh:sparql [ sh:select "SELECT $this WHERE { $this foo:bar 1, _:b }" ]',
            "uses foo: without",
        ),
        ('sh:pattern "("', "regular expression"),
        ("sh:minCount 1, 2", "minCount"),
        ("sh:severity s6:Grave ; sh:nodeKind sh:IRI", "sh:Warning"),
    ],
)
def test_a_shape_that_cannot_be_used_is_refused(broken: str, told: str) -> None:
    """A broken shape ends in an error that says what is wrong, never in a stack trace."""
    shapes = _graph(
        f"""shape:P a sh:NodeShape ; sh:targetNode project:alpha ; sh:property shape:P-p .
        shape:P-p a sh:PropertyShape ; sh:path dct:identifier ; {broken} ."""
    )
    with pytest.raises(SourceError, match=told):
        validation.validate(_graph(_DATA), shapes)


def test_shapes_come_from_all_files_of_a_folder(tmp_path: Path) -> None:
    """Shape files make one graph; one that is no Turtle is named with line and column."""
    with pytest.raises(SourceError, match="no Turtle file"):
        validation.read_shapes(tmp_path)
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:p> [] .")
    (tmp_path / "b.ttl").write_text("<urn:b> <urn:p> [] .")
    assert len(validation.read_shapes(tmp_path)) == 2
    (tmp_path / "b.ttl").write_text("<urn:b> <urn:p>\n  ; .")
    with pytest.raises(SourceError, match=r"b\.ttl:\d+:\d+: not Turtle"):
        validation.read_shapes(tmp_path)


_WAIVERS = """
<https://w3id.org/sixaika/id/waiver/beta> a s6:Waiver ; s6:waiverOf project:beta ;
  s6:waivedRule shape:Project-dates ; dct:description "Both are printed."@en, "Luki niin."@fi .
<https://w3id.org/sixaika/id/waiver/info> a s6:Waiver ; s6:waiverOf project:beta ;
  s6:waivedRule shape:Project-members ; dct:description "An Info is counted, not waived."@en .
<https://w3id.org/sixaika/id/waiver/violation> a s6:Waiver ; s6:waiverOf project:beta ;
  s6:waivedRule shape:Project-identifier ; dct:description "A Violation stands."@en .
<https://w3id.org/sixaika/id/waiver/mended> a s6:Waiver ; s6:waiverOf project:alpha ;
  s6:waivedRule shape:Project-name ; dct:description "It had no Finnish name."@en .
"""


@pytest.fixture(scope="module")
def waived() -> Report:
    return validation.validate(_graph(_DATA + _WAIVERS), _graph(_SHAPES))


def test_a_waiver_accepts_a_warning_and_nothing_else(waived: Report) -> None:
    """An accepted Warning is counted apart; Violations and Infos stay what they are."""
    (accepted,) = waived.waived
    assert (accepted.focus_node, accepted.shape) == (_BETA, SHAPE["Project-dates"])
    assert accepted.waiver is not None
    assert accepted.waiver.reason("fi") == "Luki niin."
    assert accepted.waiver.reason("sv") == "Both are printed."
    assert [waived.count(one) for one in Severity] == [1, 2, 2]


def test_a_waiver_that_accepts_nothing_is_told(waived: Report) -> None:
    """What was mended needs no waiver, and nothing but a Warning can have one."""
    assert [one.iri.rpartition("/")[2] for one in waived.stale] == ["info", "mended", "violation"]


def test_a_limited_validation_tells_only_of_the_waivers_of_its_nodes() -> None:
    """The waivers of nodes that were not looked at are not stale."""
    data, shapes = _graph(_DATA + _WAIVERS), _graph(_SHAPES)
    assert not validation.validate(data, shapes, focus_nodes=[_GAMMA]).stale
    assert len(validation.validate(data, shapes, focus_nodes=[_ALPHA]).stale) == 1


def test_waivers_stand_in_every_form_of_the_report(waived: Report) -> None:
    """Text, Turtle and JSON name what accepts a Warning, and the waivers to remove."""
    text = validation.to_text(waived)
    warnings, accepted = text.split("Waived warnings\n")
    assert "shape:Project-dates" not in warnings
    assert "Accepted: Both are printed." in accepted
    assert "shape:Project-name" in accepted.partition("Waivers that accept nothing")[2]
    assert text.endswith("1 violation, 2 warnings, 2 infos, 1 waived, 3 stale waivers\n")
    assert "Waived" not in validation.to_text(waived, severities=[Severity.VIOLATION])
    document = json.loads(validation.to_json(waived))
    assert document["totals"] == {"violation": 1, "warning": 2, "info": 2, "waived": 1}
    (result,) = [one for one in document["results"] if "waiver" in one]
    assert result["waiver"]["reasons"] == {"en": "Both are printed.", "fi": "Luki niin."}
    assert len(document["staleWaivers"]) == 3
    assert len(list(waived.graph.subject_objects(DQV.hasQualityAnnotation))) == 1


def test_validation_leaves_literals_as_they_are_written(report: Report) -> None:
    """What pySHACL does to rdflib while it validates is over when it has ended."""
    assert report
    assert str(Literal("01", datatype=XSD.integer)) == "01"
