"""Operations: what is counted, what is written down, and that a stop cuts no answer."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from flask.testing import FlaskClient
from lone import served
from prometheus_client.parser import text_string_to_metric_families
from standin import StandIn
from wire import Reply, send

from sixaika_graph import errors
from sixaika_graph.engine import Answer, Load, QueryRequest
from sixaika_graph.publication import Publication
from sixaika_graph.web import create_app

ASK = "/sparql?query=ASK%7B%7D"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


class Busy(StandIn):
    """An engine with a load, that fails with what it is given."""

    error: Exception | None = None

    def query(self, request: QueryRequest) -> Answer:
        if self.error is not None and request.client is not None:
            raise self.error
        return super().query(request)

    def load(self) -> Load:
        return Load(running=3, waiting=2)


@pytest.fixture
def engine(publication: Publication) -> Busy:
    return Busy(publication.engine)


@pytest.fixture
def busy(publication: Publication, engine: Busy) -> FlaskClient:
    return create_app(replace(publication, engine=engine, version="v-metrics")).test_client()


def samples(client: FlaskClient) -> dict[str, float]:
    """Return the metrics by name and labels, as Prometheus itself reads them."""
    reply = client.get("/metrics")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
    assert reply.content_type.startswith("text/plain; version=")
    found = {}
    for family in text_string_to_metric_families(reply.text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def count(found: dict[str, float], asker: str, form: str, outcome: str) -> float:
    name = "sixaika_query_duration_seconds_count"
    return found.get(f"{name}{{asker={asker},form={form},outcome={outcome}}}", 0)


def test_queries_are_counted_by_form_and_outcome(busy: FlaskClient, engine: Busy) -> None:
    busy.get(ASK)
    busy.get("/sparql?query=SELECT*%7B")
    busy.get("/page/place/oulu")
    engine.error = errors.QueryTimeout(limit=1, elapsed=1)
    busy.get("/sparql?query=SELECT*%7B%7D")
    engine.error = ZeroDivisionError()
    busy.get("/sparql?query=DESCRIBE%3Chttp://a/%3E")

    found = samples(busy)

    assert count(found, "client", "ASK", "ok") == 1
    assert count(found, "client", "SELECT", "malformed-query") == 1
    assert count(found, "client", "SELECT", "query-timeout") == 1
    assert count(found, "client", "DESCRIBE", "internal-error") == 1
    assert count(found, "site", "SELECT", "ok") >= 3
    assert found["sixaika_queries_killed_total{reason=query-timeout}"] == 1
    assert found["sixaika_answer_bytes_total{asker=client}"] == len('{"head":{},"boolean":true}')


def test_the_load_and_the_version_are_told(busy: FlaskClient) -> None:
    found = samples(busy)

    assert found["sixaika_queries_running{}"] == 3
    assert found["sixaika_queries_waiting{}"] == 2
    assert any(name.startswith("sixaika_dataset_info{") and "v-metrics" in name for name in found)


def test_what_the_cache_gives_again_is_a_hit_and_no_query(busy: FlaskClient) -> None:
    for _ in range(3):
        busy.get(ASK)

    found = samples(busy)

    assert count(found, "client", "ASK", "ok") == 1
    assert found["sixaika_cache_requests_total{result=hit}"] == 2
    assert found["sixaika_cache_requests_total{result=miss}"] >= 1


def test_two_applications_count_for_themselves(publication: Publication) -> None:
    first, second = (
        create_app(replace(publication, engine=StandIn(publication.engine))).test_client()
        for _ in range(2)
    )
    first.get(ASK)

    assert count(samples(first), "client", "ASK", "ok") == 1
    assert count(samples(second), "client", "ASK", "ok") == 0


@pytest.fixture
def log(tmp_path: Path, publication: Publication) -> Iterator[Path]:
    """Return the file of a query log; afterwards no log is open."""
    yield tmp_path / "queries.jsonl"
    create_app(publication)


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def logging(publication: Publication, log: Path, *, clients: bool = False) -> FlaskClient:
    settings = replace(
        publication.settings, query_log=str(log), log_clients=clients, cache_memory=0
    )
    return create_app(replace(publication, settings=settings)).test_client()


def test_each_query_of_a_client_is_one_line(publication: Publication, log: Path) -> None:
    client = logging(publication, log)
    text = "SELECT ('secret' AS ?x) {}"
    first = client.get("/sparql", query_string={"query": text}, headers={"Query-Id": "mine"})
    client.get("/sparql", query_string={"query": text})
    client.get("/sparql?query=ASK%7B")
    client.get("/page/place/oulu")

    answered, again, malformed = lines(log)

    assert answered["request"] == first.headers["X-Request-Id"]
    assert (answered["id"], again["id"]) == ("mine", None)
    assert (answered["outcome"], malformed["outcome"]) == ("ok", "malformed-query")
    assert (answered["bytes"], malformed["bytes"]) == (len(first.data), 0)
    assert answered["query"] == again["query"] != malformed["query"]
    assert isinstance(answered["seconds"], float)
    assert "secret" not in log.read_text()
    assert "127.0.0.1" not in log.read_text()


def test_the_address_of_a_client_is_written_only_where_that_is_on(
    publication: Publication, log: Path
) -> None:
    logging(publication, log, clients=True).get(ASK)

    assert [line["client"] for line in lines(log)] == ["127.0.0.1"]


def test_a_rotated_log_is_opened_anew(publication: Publication, log: Path) -> None:
    client = logging(publication, log)
    client.get(ASK)
    log.rename(log.with_suffix(".1"))
    client.get(ASK)

    assert len(lines(log)) == 1


def test_there_is_no_log_unless_it_is_asked_for(
    publication: Publication, capfd: pytest.CaptureFixture[str]
) -> None:
    create_app(publication).test_client().get(f"{ASK}#{time.monotonic()}")

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("address", [ASK, "/nowhere", "/sparql?query=ASK%7B", "/health"])
def test_every_answer_tells_its_time_in_milliseconds(client: FlaskClient, address: str) -> None:
    client.get(address)

    parts = client.get(f"{address}").headers["Server-Timing"].split(", ")

    times = [float(part.rpartition("=")[2]) for part in parts if ";dur=" in part]
    assert all(0 <= time < 10_000 for time in times)
    assert parts


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stop") / "x.nt"
    path.write_text("".join(f"<http://a/{n}> <http://a/p> {n} .\n".replace(f" {n} ", f' "{n}" ')
                            for n in range(400)))  # fmt: skip
    return path


def the_first(pid: int) -> None:
    """Stop as `docker stop` does."""
    os.kill(pid, signal.SIGTERM)


def the_group(pid: int) -> None:
    """Stop as Ctrl-C in a terminal does."""
    os.killpg(pid, signal.SIGINT)


def all_of_them(pid: int) -> None:
    """Stop as systemd does, unless it is told otherwise."""
    web = psutil.Process(pid)
    for one in (web, *web.children(recursive=True)):
        one.terminate()


@pytest.mark.parametrize("stop", [the_first, the_group, all_of_them])
def test_a_stop_lets_running_answers_finish(file: Path, stop: Callable[[int], None]) -> None:
    """In the middle of a query: its answer is whole, then the process ends with 0."""
    replies: list[Reply] = []
    with served(file, SIXAIKA_QUERY_TIMEOUT="3") as (url, pid):

        def ask() -> None:
            direct = {"Content-Type": "application/sparql-query"}
            replies.append(send(url, "/sparql", "POST", PRODUCT.encode(), direct))

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(1)
        assert asking.is_alive()
        stop(pid)
        asking.join(10)

    (reply,) = replies
    assert reply.status in (200, 504)
    assert len(reply.body) == int(reply.headers["content-length"])


def test_a_stop_leaves_no_process_behind(file: Path) -> None:
    with served(file) as (url, pid):
        assert send(url, ASK).status == 200
        family = psutil.Process(pid).children(recursive=True)
        assert len(family) >= 3

    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive
