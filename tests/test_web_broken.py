"""Processes that die under a served query: an error for its client, nothing for anybody else."""

import contextlib
import http.client
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.error import HTTPError

import pytest
import requests
from engines import COUNT_ENDLESS, ENDLESS, busiest, children, until
from lone import served, web_process
from SPARQLWrapper import SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException
from wire import send

from sixaika_graph.formats import Format, of_kind

SELECT: Final = f"SELECT * {{ {ENDLESS} }}"
CONSTRUCT: Final = (
    f"CONSTRUCT {{ ?b <http://a/n> ?n0 , ?n1 }} WHERE {{ {ENDLESS} BIND(BNODE() AS ?b) }}"
)
SEED: Final = 6


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Serve a file; the values are the address and the web process."""
    path = tmp_path_factory.mktemp("broken") / "one.nt"
    path.write_text("<http://a/1> <http://a/p> <http://a/1> .")
    with served(path, SIXAIKA_WORKERS="3", SIXAIKA_CLIENT_SHARE="3") as (url, pid):
        yield url, web_process(pid)


def zygote(web: int) -> int:
    """Return the process that the workers are children of, once it is there."""
    found: list[int] = []

    def there() -> bool:
        found[:] = [pid for pid in children(web) if children(pid)]
        return bool(found)

    until(there)
    return found[0]


# Each reads an answer whole and returns its status, or raises what its client raises.


def by_curl(url: str, query: str, accept: str) -> int:
    command = ["curl", "--silent", "--get", url, "--data-urlencode", f"query={query}"]
    wanted = [
        "--header",
        f"Accept: {accept}",
        "--output",
        os.devnull,
        "--write-out",
        "%{http_code}",
    ]
    done = subprocess.run([*command, *wanted], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ConnectionError(done.returncode)
    return int(done.stdout)


def by_requests(url: str, query: str, accept: str) -> int:
    reply = requests.get(url, params={"query": query}, headers={"Accept": accept}, timeout=30)
    return reply.status_code


def by_wrapper(url: str, query: str, accept: str) -> int:
    wrapper = SPARQLWrapper(url)
    wrapper.setOnlyConneg(True)
    wrapper.addCustomHttpHeader("Accept", accept)
    wrapper.setQuery(query)
    try:
        answer = wrapper.query().response
        answer.read()
    except HTTPError as error:
        return error.code
    except SPARQLWrapperException:
        return 500
    return int(answer.status)


@pytest.mark.parametrize("read", [by_curl, by_requests, by_wrapper])
@pytest.mark.parametrize("row", tuple(of_kind("results", "graph")), ids=lambda row: row.suffix)
def test_an_engine_that_breaks_at_a_random_row_gives_no_short_answer(
    serving: tuple[str, int], row: Format, read: Callable[[str, str, str], int]
) -> None:
    """Every answer to an endless query is short: none may come with 200 and look whole."""
    url, web = serving
    query = CONSTRUCT if row.kind == "graph" else SELECT
    after = random.Random(f"{SEED} {row.suffix} {read.__name__}").uniform(0.02, 0.4)

    def kill() -> None:
        os.kill(busiest(zygote(web), after), signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    with contextlib.suppress(OSError, http.client.IncompleteRead):  # seen to be cut is as good
        assert read(f"{url}sparql", query, row.media_type) == 500
    killing.join()


@pytest.mark.parametrize("victim", ["a worker", "the zygote"])
def test_service_goes_on_within_a_second_of_a_death_under_load(
    serving: tuple[str, int], victim: str
) -> None:
    """Who asks after the death has an answer; others lose at most what ran in the dead process."""
    url, web = serving
    parent = zygote(web)
    statuses: list[int] = []
    done = threading.Event()

    def ask_on() -> None:
        while not done.is_set():
            statuses.append(send(url, "/sparql?query=ASK%7B%7D").status)

    long = threading.Thread(
        target=by_requests, args=(f"{url}sparql?timeout=3", COUNT_ENDLESS, "text/csv")
    )
    clients = [threading.Thread(target=ask_on) for _ in range(3)]
    for thread in (long, *clients):
        thread.start()
    died = busiest(parent) if victim == "a worker" else parent
    os.kill(died, signal.SIGKILL)
    began = time.monotonic()

    while (status := send(url, "/sparql?query=ASK%7B%7D").status) != 200:
        assert status in {500, 503}
        assert time.monotonic() - began < 1
    elapsed = time.monotonic() - began
    done.set()
    for thread in (long, *clients):
        thread.join()

    assert elapsed < 1
    assert set(statuses) <= {200, 500, 503}
    assert statuses.count(200) > len(statuses) / 2
    assert len(children(zygote(web))) > 0


def test_a_cancelled_query_is_gone_within_half_a_second(serving: tuple[str, int]) -> None:
    url, web = serving
    headers = {"Content-Type": "application/sparql-query", "Query-Id": "gone"}
    asking = threading.Thread(
        target=send, args=(url, "/sparql", "POST", COUNT_ENDLESS.encode(), headers)
    )
    asking.start()
    worker = busiest(zygote(web))

    began = time.monotonic()
    assert send(url, "/sparql/queries/gone", "DELETE").status == 204
    until(lambda: worker not in children(zygote(web)), 0.5)
    assert time.monotonic() - began < 0.5
    asking.join()
