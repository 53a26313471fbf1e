"""The query log: one line of JSON for each query of a client, off unless a setting says where.

It holds no text of a query and, unless asked to, no address: a hash tells equal queries.
"""

import hashlib
import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import Final

from sixaika_graph.engine import QueryRequest
from sixaika_graph.settings import Settings

_LOGGER: Final = logging.getLogger("sixaika.query")
_DIGITS: Final = 16


class QueryLog:
    """Where queries are written down, if anywhere."""

    def __init__(self, settings: Settings) -> None:
        self._clients = settings.log_clients
        for handler in list(_LOGGER.handlers):
            _LOGGER.removeHandler(handler)
            handler.close()
        _LOGGER.disabled = settings.query_log == "off"
        if not _LOGGER.disabled:
            _LOGGER.addHandler(_handler(settings.query_log))
            _LOGGER.setLevel(logging.INFO)
            _LOGGER.propagate = False

    def write(
        self, request: QueryRequest, request_id: str, outcome: str, seconds: float, size: int
    ) -> None:
        """Write one query down; `seconds` is how long it took, `size` the bytes of its answer."""
        if _LOGGER.disabled or request.client is None:
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request": request_id,
            "id": request.id,
            "query": hashlib.sha256(request.text.encode(errors="replace")).hexdigest()[:_DIGITS],
            "outcome": outcome,
            "seconds": round(seconds, 4),
            "bytes": size,
        }
        if self._clients:
            line["client"] = request.client
        _LOGGER.info("%s", json.dumps(line))


def _handler(where: str) -> logging.Handler:
    # A rotated file is noticed and opened anew.
    return logging.StreamHandler(sys.stderr) if where == "stderr" else WatchedFileHandler(where)
