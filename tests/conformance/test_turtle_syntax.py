"""The W3C's negative syntax tests of RDF 1.1, given to what reads Turtle here.

The data stands in `../shared/conformance`, or where SIXAIKA_CONFORMANCE says.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import pytest
from rdflib import RDF, Graph, Namespace

from sixaika_graph import turtle
from sixaika_graph.errors import SourceError

# Read before the tests clean the environment.
SUITE: Final = Path(
    os.environ.get("SIXAIKA_CONFORMANCE") or Path(__file__).parents[3] / "shared" / "conformance"
)
RDF11: Final = SUITE / "data" / "rdf11"
MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")

LINES: Final = (".nt", ".nq")
"""What is wrong in N-Triples and N-Quads can be right in Turtle: a prefix, a short form."""


def negative() -> Iterator[Path]:
    """Yield every file that no parser of its language may take."""
    for manifest in sorted(RDF11.glob("*/manifest.ttl")):
        tests = Graph().parse(manifest, publicID=manifest.as_uri())
        for test, kind in tests.subject_objects(RDF.type):
            if "Negative" in str(kind):
                yield Path(unquote(urlsplit(str(tests.value(test, MF.action))).path))


def is_refused(path: Path) -> bool:
    """Tell whether a file is refused with the reason; any other error fails the test."""
    try:
        turtle.read(path)
    except SourceError as error:
        return str(error).startswith(f"{path}:")
    return False


def test_what_is_not_turtle_is_refused_and_nothing_crashes() -> None:
    if not RDF11.is_dir():
        pytest.skip(f"SKIPPED: {RDF11} is missing")
    files = list(negative())
    taken = [path for path in files if not is_refused(path)]

    assert len(files) >= 312
    assert [path for path in taken if path.suffix not in LINES] == []
    assert len(taken) <= 28


def test_validate_says_what_is_wrong_with_each_and_what_is_right_it_validates() -> None:
    """All that can be read are validated in one go."""
    if not RDF11.is_dir():
        pytest.skip(f"SKIPPED: {RDF11} is missing")
    taken = [path for path in negative() if path.suffix in LINES and not is_refused(path)]
    right = validate(*taken)
    wrong = validate(RDF11 / "rdf-turtle" / "turtle-syntax-bad-lang-01.ttl")

    assert (right.returncode, right.stderr) == (0, "")
    assert "0 violations" in right.stdout
    assert wrong.returncode == 1
    assert "turtle-syntax-bad-lang-01.ttl:2:" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1


def validate(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sixaika_graph.cli", "validate", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
