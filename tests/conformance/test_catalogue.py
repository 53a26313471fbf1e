"""The served catalogue before independent judges: SEMIC's shapes and the score of data.europa.eu.

They lie beside the project (`../shared/conformance`, or SIXAIKA_CONFORMANCE); where the folder is
missing the tests say SKIPPED with its path. Nothing of it is copied into the project.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Final

import pyshacl
import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node
from wire import send

from sixaika_graph.descriptions.metric import METRICS, path
from sixaika_graph.descriptions.mqa import Answers, measure
from sixaika_graph.namespaces import BASE, DCAT, SH

ROOT: Final = Path(__file__).parents[2]
CONFORMANCE: Final = Path(
    os.environ.get("SIXAIKA_CONFORMANCE", ROOT.parent / "shared" / "conformance")
)
SHAPES: Final = CONFORMANCE / "data" / "shapes" / "dcat-ap-3.0.1"
GROUPS: Final = {
    "base": ("html/shacl/shapes.ttl", "shacl/dcat-ap-SHACL.fixed.ttl"),
    "ranges": ("html/shacl/range.ttl",),
    "recommended": ("html/shacl/shapes_recommended.ttl",),
    "vocabularies": ("html/shacl/mdr-vocabularies.shape.ttl",),
}
DCT: Final = "http://purl.org/dc/terms/"
FINLAND: Final = "http://publications.europa.eu/resource/authority/country/FIN"
PUBLISHER: Final = f"{BASE}id/organisation/sixaika-knowledge-graph"
# What SEMIC recommends and cannot be so here; each is a path and the node that it is about.
WARNINGS: Final = {
    "base": set[tuple[str, str]](),
    "ranges": set[tuple[str, str]](),
    # No source of the data gives the box and the centre of Finland.
    "recommended": {(f"{DCAT}bbox", FINLAND), (f"{DCAT}centroid", FINLAND)},
    # The shape knows the corporate bodies of the EU's table as publishers, and no others; a project
    # of nobody's is not in it, nor would a city be. The runner of the suite prints the two reasons
    # that pySHACL adds to each of these warnings as violations.
    "vocabularies": {(f"{DCT}publisher", PUBLISHER)},
}


def found(name: str) -> Path:
    """Return a file of the suites; skip the test where it is missing."""
    path = CONFORMANCE / name
    if not path.exists():
        pytest.skip(f"SKIPPED: {path} is missing")
    return path


@pytest.fixture(scope="module")
def turtle(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue") / "catalog.ttl"
    path.write_bytes(send(server, "/catalog.ttl").body)
    return path


@pytest.fixture(scope="module")
def catalogue(turtle: Path) -> Graph:
    return Graph().parse(turtle)


def results(catalogue: Graph, group: str) -> list[tuple[Node, str, str]]:
    """Return severity, path and node of each result; what is only the reason of one is none.

    The node is the value that is faulted, where there is one, else the thing that lacks it.
    """
    shapes = Graph()
    for name in GROUPS[group]:
        shapes.parse(found(f"data/shapes/dcat-ap-3.0.1/{name}"))
    _, report, _ = pyshacl.validate(catalogue, shacl_graph=shapes, inference="none")
    assert isinstance(report, Graph)
    return [
        (
            report.value(one, SH.resultSeverity) or SH.Violation,
            str(report.value(one, SH.resultPath)),
            str(report.value(one, SH.value) or report.value(one, SH.focusNode)),
        )
        for one in report.objects(report.value(None, RDF.type, SH.ValidationReport), SH.result)
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_the_catalogue_breaks_no_shape_of_semic(catalogue: Graph, group: str) -> None:
    judged = results(catalogue, group)

    assert [one for one in judged if one[0] == SH.Violation] == []
    assert {(path, node) for _, path, node in judged} == WARNINGS[group]


def test_the_shapes_see_a_fault(catalogue: Graph) -> None:
    """The judge is awake: without the title of a dataset it complains."""
    faulty = without(catalogue, URIRef(f"{BASE}id/dataset/sixaika"), URIRef(f"{DCT}title"))

    assert [one for one in results(faulty, "base") if one[0] == SH.Violation]


def test_the_runner_of_the_suite_agrees(turtle: Path) -> None:
    runner = found("runners/dcatap_check.py")
    judged = subprocess.run(
        [sys.executable, str(runner), str(turtle)], capture_output=True, text=True, check=False
    )

    assert judged.returncode == 0, judged.stdout + judged.stderr
    for group in ("base", "ranges", "recommended"):
        assert any(
            line.startswith(group) and " 0 violations" in f" {line}"
            for line in judged.stdout.splitlines()
        ), judged.stdout


def test_every_dataset_has_all_points_of_data_europa_eu(
    turtle: Path, catalogue: Graph, tmp_path: Path
) -> None:
    """405.0 of 405, each address asked of the running server."""
    runner = found("runners/mqa_score.py")
    shapes = found("data/shapes/dcat-ap-3.0.1/html/shacl/shapes.ttl")
    output = tmp_path / "score.json"
    judged = subprocess.run(
        [
            *(sys.executable, str(runner), str(turtle), "--resolver", "http"),
            *("--shapes", str(shapes), "--json", str(output), "--min", "405"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert judged.returncode == 0, judged.stdout + judged.stderr
    score = json.loads(output.read_text(encoding="utf-8"))
    sums = {
        name: sum(points for _, points in metrics.values())
        for name, metrics in score["datasets"].items()
    }
    expected = {str(one) for one in catalogue.subjects(RDF.type, DCAT.Dataset)}
    assert sums == dict.fromkeys(expected, 405.0)
    assert len(expected) == 3


def judge() -> ModuleType:
    """Return the scorer of the suite as a module."""
    spec = spec_from_file_location("mqa_score", found("runners/mqa_score.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without(catalogue: Graph, node: URIRef, path: URIRef) -> Graph:
    """Return a catalogue in which a node lacks a property."""
    less = Graph()
    for triple in catalogue:
        if triple[:2] != (node, path):
            less.add(triple)
    return less


def silent(_: str) -> bool:
    """Tell of every address that it does not answer."""
    return False


@pytest.mark.parametrize("looked_at", sorted({metric.looks_at for metric in METRICS} - {""}))
def test_our_score_falls_as_that_of_the_suite_does(catalogue: Graph, looked_at: str) -> None:
    """Without a property of a dataset, or of one of its files, both scorers take the same points.

    So they do where no address answers.
    Whether the whole complies with DCAT-AP is left out: the suite asks the shapes, which are asked
    above; ours looks at the mandatory properties.
    """
    dataset, addresses = URIRef(f"{BASE}id/dataset/people"), catalogue.objects(None, DCAT.accessURL)
    answering: Answers = {str(one) for one in addresses}.__contains__
    for node in (dataset, URIRef(f"{BASE}id/distribution/people-ttl")):
        for answers in (answering, silent):
            less = without(catalogue, node, path(looked_at))
            expected = judge().score(less, answers)[str(dataset)]
            ours = [one for one in measure(less, answers) if one.dataset == dataset]

            assert float(sum(one.points for one in ours if one.metric.name != "dcat-ap")) == (
                pytest.approx(sum(points for _, points in expected.values()), abs=0.02)
            ), node


def test_a_catalogue_that_lacks_what_is_mandatory_loses_points(catalogue: Graph) -> None:
    less = without(catalogue, URIRef(f"{BASE}id/service/search"), DCAT.endpointURL)

    assert {one.points for one in measure(less, bool) if one.metric.name == "dcat-ap"} == {0}


def test_every_address_of_the_server_answers_head(server: str, catalogue: Graph) -> None:
    """As link checkers ask: no cookie, no Accept, no redirect followed."""
    terms = {str(value) for value in catalogue.objects() if isinstance(value, URIRef)}
    addresses = sorted(one for one in terms if one.startswith(server))
    statuses = Counter(
        send(server, f"/{one.removeprefix(server)}", "HEAD").status for one in addresses
    )

    assert statuses == {200: len(addresses)}
    assert len(addresses) > 25
