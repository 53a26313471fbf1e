"""Sources: a file is loaded as it was when it was read, in its own format, or its fault is told."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from engines import EX, PREFIXES, one, rows, until, zygotes

from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.engine.source import Source
from sixaika_graph.errors import SourceError

FILES = {
    "x.nq": "<http://a/s> <http://a/p> <http://a/o> .\n"
            "<http://a/s> <http://a/p> 'x'@fi <http://a/g> .",
    "x.trig": "BASE <http://a/> <s> <p> <o> . <g> { <s> <p> 'x'@fi }",
    "x.ttl": "BASE <http://a/> <s> <p> <o> .",
    "x.NT": "<http://a/s> <http://a/p> <http://a/o> .",
}  # fmt: skip


def open_file(path: Path, base: str | None = None) -> LocalEngine:
    limits = Limits(workers=1)
    return LocalEngine(Source.read(path), prefixes=PREFIXES, limits=limits, base=base)


@pytest.mark.parametrize("name", FILES)
def test_each_format_is_loaded_by_its_suffix(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name].replace("'", '"'))
    with contextlib.closing(open_file(path)) as engine:
        found = one(engine, "SELECT ?s ?p ?o { ?s ?p ?o }")
        named = rows(engine, "SELECT * { GRAPH ?g { ?s ?p ?o } }")

    assert found == {"s": "http://a/s", "p": "http://a/p", "o": "http://a/o"}
    assert len(named) == (1 if name in ("x.nq", "x.trig") else 0)


def test_relative_iris_are_resolved_against_the_base(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<s> <p> <o> .")

    with contextlib.closing(open_file(path, EX)) as engine:
        assert one(engine, "SELECT ?s { ?s <p> <o> }") == {"s": f"{EX}s"}
    with pytest.raises(SourceError, match=r"x\.ttl:1:1: "):
        open_file(path)


@pytest.mark.parametrize(
    ("name", "content", "place", "reason"),
    [
        ("x.ttl", b"<http://a/b> <http://a/c> 1 .\n<http://a/b> <http://a/c> ] .", ":2:27", "obje"),
        ("x.nq", b"<http://a/b> oops .\n", ":1:14", "predicate"),
        ("x.trig", b"<http://a/g> { <http://a/b> <http://a/c> '\xff' }", ":1:", "UTF-8"),
        ("x.csv", b"a,b", "", r"expected a name that ends in \.nq"),
        ("x", b"", "", "expected a name"),
    ],
)
def test_a_broken_file_is_told_with_its_place(
    tmp_path: Path, name: str, content: bytes, place: str, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(SourceError, match=f"{path}{place}.*{reason}"):
        open_file(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        open_file(tmp_path / "x.nq")
    (tmp_path / "y.nq").mkdir()
    with pytest.raises(SourceError, match="Is a directory"):
        open_file(tmp_path / "y.nq")


def test_the_version_is_that_of_the_content(tmp_path: Path) -> None:
    versions = []
    for name, text in (("a.nt", "# 1"), ("b.nt", "# 1"), ("a.ttl", "# 1"), ("c.nt", "# 2")):
        (tmp_path / name).write_text(text)
        source = Source.read(tmp_path / name)
        source.file.close()
        versions.append(source.version)

    assert versions[0] == versions[1]
    assert len(set(versions)) == 3


def test_a_restart_loads_what_was_read_and_not_what_the_file_has_become(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<http://a/s> <http://a/p> 1 .")
    others = zygotes()
    with contextlib.closing(open_file(path)) as engine:
        (zygote,) = set(zygotes()) - set(others)
        path.write_text("]")
        os.kill(zygote, signal.SIGKILL)
        until(lambda: set(zygotes()) - set(others) not in ({zygote}, set()))

        assert one(engine, "SELECT ?s { ?s ?p ?o }") == {"s": "http://a/s"}
