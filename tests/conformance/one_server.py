"""The W3C's evaluation tests on one server that holds the data of all of them.

`python -m one_server FILE.nq SUITE` writes that data, each file a named graph; the runner's
`--engine one_server:OneServer` lets each test choose its dataset by the parameters of the protocol
(https://www.w3.org/TR/sparql11-protocol/#dataset). A server for each test would take minutes.
The folder of the runners has to be on the path.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlencode, urljoin, urlsplit

import pyoxigraph as ox
from eval_runner import MF, QT, Http, load_tests  # type: ignore[import-not-found]

NOTHING: Final = ("urn:nothing",)
"""A graph that is not there: the dataset of a test without data."""


class OneServer(Http):  # type: ignore[misc] # the runner has no types
    """Names the graphs of a test in each of its requests, in place of loading them."""

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self._address = options.query
        self.load((), ())

    def load(self, default: Any, named: Any) -> None:
        """Choose the dataset; the name of a graph is the address of its file."""
        graphs = {
            "default-graph-uri": [*default] or NOTHING,
            "named-graph-uri": [file for _, file in named],
        }
        self._chosen = f"{self._address}?{urlencode(graphs, doseq=True)}"

    def query(self, text: str, base: str, accept: str | None = None) -> Any:
        """Send a query; one with FROM chooses its dataset itself."""
        self.q = self._address if re.search(r"(?im)^\s*FROM\s", text) else self._chosen
        return super().query(text, base, accept)


def write(file: Path, suite: Path) -> None:
    """Write the graphs that the tests of a suite name into one file of N-Quads."""
    graphs = {
        str(graph)
        for _, manifest, test in load_tests(str(suite), None)
        for action in manifest.objects(test, MF.action)
        for graph in (
            *manifest.objects(action, QT.data),
            *manifest.objects(action, QT.graphData),
            *_from(manifest.value(action, QT.query)),
        )
    }
    with file.open("wb") as output:
        for graph in sorted(graphs):
            quads = ox.parse(path=_path(graph), base_iri=graph, rename_blank_nodes=True)
            name = ox.NamedNode(graph)
            ox.serialize(
                (ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads),
                output,
                ox.RdfFormat.N_QUADS,
            )


def _from(query: str | None) -> Iterator[str]:
    """Yield the graphs that a query names by itself, where they are there."""
    text = _path(query).read_text(encoding="utf-8") if query else ""
    for name in re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", text):
        graph = urljoin(str(query), name)
        if _path(graph).is_file():
            yield graph


def _path(address: str) -> Path:
    return Path(unquote(urlsplit(address).path))


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
