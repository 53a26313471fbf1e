"""IRIs: each that was ever published still leads somewhere, and an odd one is one thing or none.

`data/published.txt` lists every IRI that was published once. Add new ones with
`.venv/bin/python tests/test_web_iris.py`; a line is never taken away. An IRI that is withdrawn
because of the name in it stands there as `sha256:` and its digest.
"""

import re
import string
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef

from sixaika_graph.namespaces import BASE, ID
from sixaika_graph.publication import Publication, open_publication
from sixaika_graph.settings import Settings
from sixaika_graph.web.directory import Directory, read_directory
from sixaika_graph.web.retired import digest
from sixaika_graph.web.service import directory

FILE: Final = Path(__file__).parents[1] / "data" / "published.txt"
SUFFIXES: Final = ("ttl", "jsonld", "rdf", "nt", "trig", "nq", "json")
ACCEPTS: Final = (
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
    "application/trig",
    "application/n-quads",
    "application/json",
    "text/html",
)
KNOWN: Final = ("place/oulu", "project/cohewe", "organisation/oulun-kaupunki", "place/564")


def published() -> list[str]:
    return FILE.read_text(encoding="utf-8").split()


def current(known: Directory, shown: Publication) -> set[str]:
    """Return the IRIs that are published now."""
    queries = {f"{BASE}queries/{name}" for name in shown.library}
    return {*known.labels, *known.terms, *known.graphs, *queries}


@pytest.fixture(scope="module")
def known(app: Flask) -> Directory:
    with app.app_context():
        return directory()


def test_the_list_is_sorted_and_has_each_line_once() -> None:
    assert published() == sorted(set(published()))
    assert all(one.startswith((BASE, "sha256:")) for one in published())


def test_every_iri_of_the_data_is_on_the_list(known: Directory, publication: Publication) -> None:
    missing = current(known, publication) - set(published())

    assert missing == set(), "run .venv/bin/python tests/test_web_iris.py"


def test_every_iri_that_was_published_still_leads_somewhere(
    client: FlaskClient, known: Directory
) -> None:
    withdrawn = {f"sha256:{name}" for name in known.retired.withdrawals}
    anchors = {
        name: set(client.get(f"/{name}.html").text.split('id="')) for name in ("ont", "shapes")
    }
    fragments = {name: {one.partition('"')[0] for one in found} for name, found in anchors.items()}
    for iri in published():
        if iri.startswith("sha256:"):
            assert iri in withdrawn, iri
            continue
        path, _, fragment = iri.removeprefix(BASE).partition("#")
        reply = client.head(f"/{path}")
        assert reply.status_code in (200, 301, 303, 410), f"{iri}: {reply.status_code}"
        if fragment and path in fragments:
            assert fragment in fragments[path], iri
        elif reply.status_code in (301, 303):
            target = client.head(reply.headers["Location"])
            assert target.status_code in (200, 303), f"{iri}: {target.status_code}"
        if digest(iri) in known.retired.withdrawals:
            pytest.fail(f"{iri} was withdrawn: write its digest in its place")


odd_characters: Final = st.text(
    alphabet=string.ascii_letters
    + string.digits
    + "-._~!$&'()*+,;=:@/%äöåÄß\u0308\u00a0é²日\\\"<>{}|^`# ?",
    max_size=12,
)
mutations: Final = st.one_of(
    st.builds(lambda known, odd: known + odd, st.sampled_from(KNOWN), odd_characters),
    st.builds(
        lambda known, at, odd: known[:at] + odd + known[at:],
        st.sampled_from(KNOWN),
        st.integers(0, 20),
        odd_characters,
    ),
    st.sampled_from(KNOWN).map(str.upper),
    st.sampled_from(KNOWN).map(lambda known: known.replace("/", "%2F")),
    odd_characters,
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=mutations)
def test_an_odd_iri_is_the_same_in_every_format_or_is_not_found(app: Flask, path: str) -> None:
    """Whatever the spelling, all formats tell of one thing, or none of them tells of any."""
    client = app.test_client()
    # A suffix of ours at the end is one by intention; a query and a fragment are no part of a path.
    address = quote(path.partition("?")[0].partition("#")[0], safe="/")
    if re.search(r"\.(ttl|jsonld|rdf|nt|trig|nq|json|html|csv)$", address):
        return
    by_accept = [client.get(f"/id/{address}", headers={"Accept": one}) for one in ACCEPTS]
    statuses = {reply.status_code for reply in by_accept}
    assert len(statuses) == 1, (path, statuses)
    assert statuses <= {301, 303, 308, 404, 410}, (path, statuses)
    targets = {
        re.sub(r"^/(page|data)/", "", reply.headers.get("Location", "")) for reply in by_accept
    }
    assert len(targets) == 1, (path, targets)
    if statuses <= {404}:
        for suffix in SUFFIXES:
            assert client.get(f"/data/{address}.{suffix}").status_code == 404, (path, suffix)
        return
    if statuses == {303}:
        (target,) = targets
        for suffix in SUFFIXES:
            assert client.head(f"/data/{target}.{suffix}").status_code == 200, (path, suffix)


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "rdf", "nt"])
def test_each_format_tells_of_the_same_thing(client: FlaskClient, suffix: str) -> None:
    form = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}[suffix]
    graph = Graph().parse(data=client.get(f"/data/place/oulu.{suffix}").data, format=form)

    topic = URIRef("http://xmlns.com/foaf/0.1/primaryTopic")
    assert set(graph.objects(None, topic)) == {URIRef(f"{ID}place/oulu")}


def write() -> None:
    """Add the IRIs that are published now to the list."""
    shown = open_publication(Settings(root=FILE.parents[1]))
    found = (
        {*published(), *current(read_directory(shown), shown)}
        if FILE.exists()
        else current(read_directory(shown), shown)
    )
    FILE.write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")
    shown.engine.close()


if __name__ == "__main__":
    write()
