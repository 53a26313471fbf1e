"""What is counted for those who run the service (https://prometheus.io/docs/instrumenting/).

Counts are those of this process; an answer that the cache gives again is a hit and no query.
"""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Final, Protocol

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from sixaika_graph.engine import Load
from sixaika_graph.web.freshness import NEVER

bp: Final = Blueprint("metrics", __name__)

_KEY: Final = "sixaika.metrics"
_BUCKETS: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
_KILLED: Final = frozenset({"query-timeout", "query-memory", "query-cancelled", "worker-lost"})


class CacheCounts(Protocol):
    """What a cache counts."""

    hits: int
    misses: int


class Metrics:
    """The metrics of one application; `load` tells how much its engine has to do."""

    def __init__(self, dataset_version: str, load: Callable[[], Load]) -> None:
        self.registry = CollectorRegistry()
        self.cache: CacheCounts | None = None
        self._load = load
        self._seconds = Histogram(
            "sixaika_query_duration_seconds",
            "Seconds from the question to the whole answer, waiting included",
            ["form", "outcome", "asker"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._bytes = Counter(
            "sixaika_answer_bytes", "Bytes of whole answers", ["asker"], registry=self.registry
        )
        self._killed = Counter(
            "sixaika_queries_killed",
            "Queries whose worker was ended",
            ["reason"],
            registry=self.registry,
        )
        Info("sixaika_dataset", "What is served", registry=self.registry).info(
            {"version": dataset_version, "application": version("sixaika-graph")}
        )
        self.registry.register(_Now(self))

    def observe(self, form: str, outcome: str, asker: str, seconds: float, size: int) -> None:
        """Count one query that has ended; `outcome` is ok or the slug of a type of problem."""
        self._seconds.labels(form, outcome, asker).observe(seconds)
        self._bytes.labels(asker).inc(size)
        if outcome in _KILLED:
            self._killed.labels(outcome).inc()

    def now(self) -> Iterator[Metric]:
        """Yield what is not counted but looked at."""
        load = self._load()
        for name, documentation, value in (
            ("sixaika_queries_running", "Queries that have a worker now", load.running),
            ("sixaika_queries_waiting", "Queries that wait for a worker now", load.waiting),
        ):
            yield GaugeMetricFamily(name, documentation, value)
        if self.cache is not None:
            requests = CounterMetricFamily(
                "sixaika_cache_requests", "Requests that the cache knows", labels=["result"]
            )
            requests.add_metric(["hit"], self.cache.hits)
            requests.add_metric(["miss"], self.cache.misses)
            yield requests


class _Now(Collector):
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return self._metrics.now()


def install(app: Flask, metrics: Metrics) -> None:
    """Give an application its metrics."""
    app.extensions[_KEY] = metrics


@bp.get("/metrics")
def show() -> Response:
    """Give the metrics as Prometheus reads them."""
    metrics: Metrics = current_app.extensions[_KEY]
    response = Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = NEVER
    return response
