"""One version in one place, and the same files from the command line as from the server."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pytest
from rdflib import OWL, Graph
from wire import send

from sixaika_graph import turtle
from sixaika_graph.dataset import ONTOLOGY
from sixaika_graph.dumps import DUMP_FORMATS
from sixaika_graph.namespaces import DCAT, ID
from sixaika_graph.settings import Settings

ROOT: Final = Path(__file__).parent.parent


def exported(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        "SIXAIKA_ROOT": str(settings.root),
        "SIXAIKA_CACHE": str(settings.cache),
        "SIXAIKA_PORT": str(settings.port),
    }
    return subprocess.run(
        [sys.executable, "-m", "sixaika_graph.cli", "export", *arguments],
        env=environment,
        capture_output=True,
        check=False,
    )


def test_everything_has_the_version_of_the_package(server: str) -> None:
    ours = version("sixaika-graph")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    catalogue = Graph().parse(data=send(server, "/catalog.ttl").body, format="turtle")

    assert re.search(rf"^version: {re.escape(ours)}$", citation, re.MULTILINE)
    ontology = turtle.read(ROOT / "ontology" / "sixaika.ttl")
    assert str(ontology.value(ONTOLOGY, OWL.versionInfo)) == ours
    for slug in ("sixaika", "people", "ontology"):
        for path in (DCAT.version, OWL.versionInfo):
            assert str(catalogue.value(ID[f"dataset/{slug}"], path)) == ours


def test_exported_dumps_are_those_that_are_served(
    server: str, settings: Settings, tmp_path: Path
) -> None:
    result = exported(settings, "--output", str(tmp_path))

    assert result.returncode == 0, result.stderr.decode()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3 * len(DUMP_FORMATS)
    for name in names:
        assert send(server, f"/dumps/{name}").body == (tmp_path / name).read_bytes(), name


def test_one_dump_goes_to_standard_output(server: str, settings: Settings) -> None:
    result = exported(settings, "--graph", "ontology", "--format", "nt.gz", "--output", "-")

    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout == send(server, "/dumps/ontology.nt.gz").body


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "docx"), b"'docx' is not one of ttl, nt.gz"),
        (("--graph", "persons"), b"'persons' is not one of sixaika"),
        (("--output", "-"), b"takes one dump"),
    ],
)
def test_a_wrong_choice_is_told(
    server: str, settings: Settings, arguments: tuple[str, ...], told: bytes
) -> None:
    result = exported(settings, *arguments)

    assert result.returncode == 2
    assert told in result.stderr
