"""A new source: its file and its entry, in house form; nothing that is there is touched."""

import datetime
import shutil
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from rdflib import RDF
from rdflib.namespace import DCTERMS, PROV

from sixaika_graph import turtle, validation
from sixaika_graph.cli import main
from sixaika_graph.errors import SourceError
from sixaika_graph.namespaces import GRAPH, ID, S6, SCHEMA, SD
from sixaika_graph.skeleton import NewSource, write

ROOT: Final = Path(__file__).parent.parent
SEEN: Final = datetime.date(2026, 11, 24)
KNOWN: Final = NewSource(
    slug="oulu-uusi-sivu",
    url="https://www.ouka.fi/uusi",
    title="Uusi sivu",
    language="fi",
    publisher="oulun-kaupunki",
    kind="city-page",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with nothing but the entries of the sources."""
    folder = tmp_path / "data" / "turtle"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "data" / "turtle" / "sources.ttl", folder)
    return tmp_path


def test_a_new_source_has_a_file_and_an_entry_in_house_form(root: Path) -> None:
    before = turtle.read(root / "data/turtle/sources.ttl")

    file, entries = write(root, KNOWN, SEEN)

    for path in (file, entries):
        text = path.read_text(encoding="utf-8")
        assert turtle.format_turtle(text, path) == text
    assert f"# Named graph: {GRAPH['oulu-uusi-sivu']}\n" in file.read_text(encoding="utf-8")
    assert len(turtle.read(file)) == 0
    after = turtle.read(entries)
    assert not len(before - after)
    assert set((after - before).subjects()) == {
        ID["source/oulu-uusi-sivu"],
        GRAPH["oulu-uusi-sivu"],
    }
    assert (GRAPH["oulu-uusi-sivu"], PROV.hadPrimarySource, ID["source/oulu-uusi-sivu"]) in after
    assert (GRAPH["oulu-uusi-sivu"], RDF.type, SD.NamedGraph) in after


def test_the_shapes_name_what_is_left_out_and_nothing_else(root: Path) -> None:
    """With all that is known the entry has no fault; without it the shapes say what to add."""
    shapes = turtle.read(ROOT / "shapes" / "source.ttl")
    focus = [ID["source/bare"], ID["source/oulu-uusi-sivu"]]
    write(root, KNOWN, SEEN)
    _, entries = write(root, NewSource(slug="bare"), SEEN)
    data = turtle.read(entries) + turtle.read(ROOT / "ontology" / "codelists.ttl")

    found = validation.validate(data, shapes, focus_nodes=focus).results

    assert {one.focus_node for one in found} == {ID["source/bare"]}
    assert {one.path for one in found} == {
        term.n3()
        for term in (DCTERMS.language, DCTERMS.publisher, DCTERMS.title, SCHEMA.url, S6.sourceKind)
    }


@pytest.mark.parametrize("slug", ["", "Iso", "a--b", "-a", "a_b", "../a", "ä", "a.ttl"])
def test_a_bad_slug_is_refused(root: Path, slug: str) -> None:
    with pytest.raises(SourceError, match="a slug has only"):
        write(root, NewSource(slug=slug), SEEN)
    assert len(list((root / "data/turtle").iterdir())) == 1


@pytest.mark.parametrize(("slug", "told"), [("sources", "there"), ("ouka-6aika", "already")])
def test_what_is_there_is_refused(root: Path, slug: str, told: str) -> None:
    """A file with the name, or an entry of the source, is left as it is."""
    before = (root / "data/turtle/sources.ttl").read_bytes()

    with pytest.raises(SourceError, match=told):
        write(root, NewSource(slug=slug), SEEN)

    assert (root / "data/turtle/sources.ttl").read_bytes() == before


def test_the_command_writes_a_source(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIXAIKA_ROOT", str(root))

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["new", "source", *arguments])
        return result.exit_code, result.output

    code, output = run("uusi", "--url", "https://example.org/", "--title", "Uusi")
    assert (code, "--title needs its --language" in output) == (2, True)
    assert run("uusi", "--url", "/polku")[0] == 2
    assert run("Uusi")[0] == 2
    code, output = run("uusi", "--url", "https://example.org/", "--language", "fi")
    assert (code, (root / "data/turtle/uusi.ttl").is_file()) == (0, True)
    assert str(root / "data/turtle/uusi.ttl") in output
    code, output = run("uusi")
    assert (code, "is there already" in output) == (1, True)
