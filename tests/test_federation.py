"""The documented client-side federation, run as it is printed against a stand-in for the others.

The stand-in is a second server of ours, on other data, behind a real socket.
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from werkzeug.serving import make_server

from sixaika_graph import turtle
from sixaika_graph.client import Client
from sixaika_graph.engine.pool import Limits, LocalEngine
from sixaika_graph.errors import RefusedQuery
from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app

ROOT: Final = Path(__file__).parent.parent
GUIDE: Final = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")
OURS: Final = "http://127.0.0.1:8000/sparql"
OTHERS: Final = ("https://query.linkedopendata.eu/sparql", "https://api.finto.fi/sparql")


@pytest.fixture(scope="module")
def elsewhere(publication: Publication) -> Iterator[str]:
    """Serve what other endpoints would say; the value is the address."""
    graph = turtle.read(ROOT / "tests" / "fixtures" / "elsewhere.ttl")
    statements = graph.serialize(format="nt").encode()
    limits = Limits.of(replace(publication.settings, workers=1))
    engine = LocalEngine(statements, prefixes=PREFIXES, limits=limits)
    server = make_server("127.0.0.1", 0, create_app(replace(publication, engine=engine)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    thread.join()
    server.server_close()
    engine.close()


def test_the_guide_joins_what_two_endpoints_say(
    server: str, elsewhere: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project is found by its link and another by its name; a place by its concept."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
    assert code.count(OURS) == 1
    code = code.replace(OURS, f"{server}sparql")
    for other in OTHERS:
        assert code.count(other) == 1
        code = code.replace(other, elsewhere)
    monkeypatch.chdir(ROOT)
    exec(compile(code, "docs/federation.md", "exec"), {})

    lines = [
        line.removeprefix("https://w3id.org/sixaika/id/")
        for line in capsys.readouterr().out.splitlines()
    ]
    assert lines == [
        "project/carbonwise https://linkedopendata.eu/entity/Q2 2.5",
        "project/digipore https://linkedopendata.eu/entity/Q3758370 1.5",
        "place/oulu fi Oulu",
        "place/oulu sv Uleåborg",
    ]


def test_our_endpoint_calls_no_other(server: str, elsewhere: str) -> None:
    query = f"SELECT ?s WHERE {{ SERVICE <{elsewhere}> {{ ?s ?p ?o }} }}"
    with pytest.raises(RefusedQuery):
        Client(f"{server}sparql").select(query)
