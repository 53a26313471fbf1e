"""Persons: names and public roles in files of their own, and no contact data anywhere."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import FOAF

from sixaika_graph.dataset import named_graphs, read, sources
from sixaika_graph.namespaces import BASE

ROOT: Final = Path(__file__).parents[1]
DATA_FILES: Final = sorted((ROOT / "data" / "turtle").glob("*.ttl"))
FILES: Final = [*DATA_FILES, *sorted((ROOT / "ontology").glob("*.ttl"))]


def own(graph: Graph) -> set[URIRef]:
    """Return all IRIs of ours in a graph."""
    terms = {term for triple in graph for term in triple}
    return {term for term in terms if isinstance(term, URIRef) and term.startswith(BASE)}


def test_persons_are_named_in_the_files_of_persons_alone() -> None:
    dataset = read(sources(ROOT))
    names = {
        str(name) for graph in named_graphs(dataset) for name in graph.objects(None, FOAF.name)
    }
    assert names
    for path in FILES:
        if not path.stem.startswith("people-"):
            text = path.read_text(encoding="utf-8")
            parts = {part for name in names for part in (name, name.lower().replace(" ", "-"))}
            assert not [part for part in parts if part in text], path


def test_without_persons_nothing_points_to_one() -> None:
    dataset = read(sources(ROOT, people=False))
    terms = set().union(*(own(graph) for graph in named_graphs(dataset)))

    assert not [term for term in terms if "/id/person/" in term or "/id/assignment/" in term]


MAIL: Final = re.compile(
    r"[\w.+-]+(?:@|\(at\)|\[at\])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE
)
RESERVED: Final = re.compile(r"@(?:[\w-]+\.)*example(?:\.(?:com|net|org))?$|\.(?:invalid|test)$")
PHONE: Final = re.compile(
    r"(?<![\w.])(?:\+|00)358[\s-]?\(?\d"
    r"|(?<![\w./-])0(?:4\d|50|[2-9])[ -]\d{3,4}[ -]?\d{2,4}(?![\w-])"
)
# The one number that the invalid examples of shapes may use: in no numbering plan.
NO_NUMBER: Final = "+358 00 000 0000"


def texts() -> Iterator[tuple[str, str]]:
    """Yield the text files of the repository: those that git tracks, else those on disk."""
    command = ["git", "ls-files", "-z"]
    names: list[str] = []
    if shutil.which("git") and (ROOT / ".git").exists():
        names = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    folders = ("data", "ontology", "queries", "shapes", "sixaika_graph", "tests")
    paths = [ROOT / name for name in names if name] or [
        path for folder in folders for path in (ROOT / folder).rglob("*")
    ]
    for path in paths:
        content = path.read_bytes() if path.is_file() else b""
        if content and b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8")


def personal(text: str) -> list[str]:
    """Return what looks like a phone number or an e-mail address of somebody."""
    mails = [found for found in MAIL.findall(text) if not RESERVED.search(found)]
    return [*mails, *PHONE.findall(text.replace(NO_NUMBER, ""))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("first" + ".last@" + "ouka.fi", True),
        ("first.last" + "(at)" + "ouka.fi", True),
        ("+358" + " 40 123 4567", True),
        ("044" + " 703 1234", True),
        ("08" + " 558 1000", True),
        ("somebody@mail.example.org", False),
        ("0187690-1 POINT(25.46816 65.01236) 2026-11-24 Finto-data@002ab154", False),
        ("@pytest.fixture", False),
    ],
)
def test_the_guard_knows_contact_data(text: str, found: bool) -> None:
    assert bool(personal(text)) is found


def test_no_phone_number_or_mail_address_is_in_the_repository() -> None:
    read_texts = list(texts())

    assert len(read_texts) > 30
    assert not [(name, found) for name, text in read_texts for found in personal(text)]
