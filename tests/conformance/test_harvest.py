"""The served catalogue in CKAN: what its own harvesters make of it, with README's configuration.

They run in an environment of their own, which `make test` installs (harvester/requirements.txt).
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS
from wire import send

from sixaika_graph.dumps import DUMP_FORMATS
from sixaika_graph.namespaces import ID

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(__file__).parent / "harvester"
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
DCAT_SOURCE, CKAN_SOURCE = re.findall(r"^\| .* `(\{.*\})` \|$", README, re.MULTILINE)
EU: Final = "http://publications.europa.eu/resource/authority"
TITLES: Final = {
    "ontology": "6Aika ontology and code lists",
    "people": "People in the 6Aika strategy",
    "sixaika": "6Aika knowledge graph",
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    python = FOLDER / ".venv" / "bin" / "python"
    if not python.with_name("pip").exists():
        pytest.skip(f"SKIPPED: {FOLDER}/.venv is missing; `make test` installs it")
    return subprocess.run(
        [str(python), str(FOLDER / "harvest.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def harvest(*arguments: str) -> list[dict[str, Any]]:
    harvested = run(*arguments)
    assert harvested.returncode == 0, harvested.stderr
    found: list[dict[str, Any]] = json.loads(harvested.stdout)
    return found


def extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in dataset["extras"]}


@pytest.mark.parametrize("document", ["catalog", "catalog.ttl", "catalog.jsonld", "catalog.nt"])
def test_every_document_gives_the_same_datasets(server: str, document: str) -> None:
    """Without a format in the configuration the one of the answer's Content-Type is taken."""
    found = harvest("dcat", f"{server}{document}", "{}")

    assert {one["guid"]: one["title"] for one in found} == {
        str(ID[f"dataset/{slug}"]): title for slug, title in TITLES.items()
    }
    assert [len(one["resources"]) for one in found] == [len(DUMP_FORMATS)] * len(TITLES)


def test_nothing_of_a_dataset_is_lost_in_ckan(server: str) -> None:
    for dataset in harvest("dcat", f"{server}catalog.rdf", DCAT_SOURCE):
        more = extras(dataset)

        assert dataset["license_id"] == "cc-by"
        assert dataset["notes"]
        assert dataset["version"]
        assert len(dataset["tags"]) >= 9
        assert dataset["url"] == f"{server}page/{dataset['guid'].removeprefix(str(ID))}"
        assert more["identifier"] == more["uri"] == dataset["guid"]
        assert (more["spatial_uri"], more["temporal_start"]) == (f"{EU}/country/FIN", "2014-05-16")
        assert more["access_rights"] == f"{EU}/access-right/PUBLIC"
        assert more["frequency"] == f"{EU}/frequency/IRREG"
        for name in ("issued", "modified", "provenance", "publisher_name", "contact_name"):
            assert more[name], name
        for name, count in (("theme", 3), ("language", 3), ("conforms_to", 2)):
            assert len(json.loads(more[name])) == count, name


def test_every_resource_in_ckan_is_a_file_that_can_be_had(server: str) -> None:
    for dataset in harvest("dcat", f"{server}catalog.rdf", DCAT_SOURCE):
        for resource in dataset["resources"]:
            reply = send(server, f"/{resource['url'].removeprefix(server)}", "HEAD")

            assert reply.status == 200
            assert reply.headers["content-length"] == str(resource["size"])
            assert resource["uri"].startswith(str(ID["distribution/"]))
            assert resource["hash_algorithm"] == "SHA-256"
            for name in ("name", "description", "format", "mimetype", "license", "rights", "hash"):
                assert resource[name], name


def test_the_harvester_sees_a_fault(server: str, tmp_path: Path) -> None:
    """The judge is awake: one title less, and the whole harvest stops."""
    faulty = Graph()
    for triple in Graph().parse(data=send(server, "/catalog.ttl").body, format="turtle"):
        if triple[:2] != (URIRef(ID["dataset/people"]), DCTERMS.title):
            faulty.add(triple)
    path = tmp_path / "catalog.ttl"
    path.write_bytes(faulty.serialize(format="turtle", encoding="utf-8"))

    harvested = run("dcat", str(path), "{}")

    assert harvested.returncode == 1
    assert "KeyError: 'title'" in harvested.stderr


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ((), 3),
        (("metadata_modified:[2020-01-01T00:00:00Z TO *]",), 3),
        (("metadata_modified:[2026-11-25T00:00:00Z TO *]",), 0),
        (("-organization:another", "metadata_modified:[2020-01-01T00:00:00Z TO *]"), 3),
    ],
)
def test_the_api_is_harvested_to_its_end(server: str, filters: tuple[str, ...], count: int) -> None:
    """As avoindata.fi does: changes since the last time, the names of organisations as filters."""
    found = harvest("ckan", server, CKAN_SOURCE, *filters)

    assert len(found) == count
    for dataset in found:
        assert len(dataset["resources"]) == len(DUMP_FORMATS)
        assert dataset["title_translated"]["fi"]
