"""An engine that is looked at: each query is timed, counted, and written down where that is on."""

import time

from flask import has_request_context

from sixaika_graph import sparql_text
from sixaika_graph.engine import Answer, Engine, Load, QueryRequest
from sixaika_graph.errors import SixaikaError
from sixaika_graph.web.metrics import Metrics
from sixaika_graph.web.problem_types import PROBLEM_TYPES, type_of
from sixaika_graph.web.problems import request_id
from sixaika_graph.web.query_log import QueryLog


class ObservedEngine:
    """Passes everything on to an engine, and notes what came of each query."""

    def __init__(self, engine: Engine, metrics: Metrics, log: QueryLog) -> None:
        self._engine = engine
        self._metrics = metrics
        self._log = log

    def query(self, request: QueryRequest, *, name: str = "") -> Answer:
        """Answer a query, as `Engine.query` says.

        `name` is the identifier of the request that asks it, by default that of the current one.
        """
        started = time.monotonic()
        outcome, size = PROBLEM_TYPES["internal-error"].slug, 0
        try:
            answer = self._engine.query(request)
            outcome, size = "ok", answer.length
        except SixaikaError as error:
            outcome = type_of(error).slug
            raise
        finally:
            if not name and has_request_context():
                name = request_id()
            self._note(request, name, outcome, time.monotonic() - started, size)
        return answer

    def cancel(self, id: str) -> bool:
        """End the query of that name, as `Engine.cancel` says."""
        return self._engine.cancel(id)

    def load(self) -> Load:
        """Tell how much there is to do now."""
        return self._engine.load()

    def close(self) -> None:
        """End the engine."""
        self._engine.close()

    def _note(
        self, request: QueryRequest, name: str, outcome: str, seconds: float, size: int
    ) -> None:
        form = sparql_text.form(request.text) or "none"
        asker = "site" if request.client is None else "client"
        self._metrics.observe(form, outcome, asker, seconds, size)
        self._log.write(request, name, outcome, seconds, size)
