"""The gateway: what granian calls for each request, in threads that do nothing which takes long.

What is kept is given there and then, and bodies are read; all else gets a thread of its own. So no
kept answer waits until slow queries leave it a thread.
"""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

from sixaika_graph.web.bodies import Bodies
from sixaika_graph.web.cache import Cache

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_LOG: Final = logging.getLogger(__name__)


class Pending(Protocol):
    """A request of granian's that waits for its answer, which any thread may give."""

    def response_bytes(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Answer it."""


Answer = Callable[[Pending, "WSGIEnvironment"], object]


class Gateway:
    """Answers requests: at once what a cache has kept, all else by another function in threads.

    That function fails where nobody may learn why; the client gets an empty 500 then.
    """

    def __init__(self, cache: Cache, bodies: Bodies, answer: Answer, threads: int) -> None:
        self._cache = cache
        self._bodies = bodies
        self._answer = answer
        self._threads = ThreadPoolExecutor(threads, "answer")

    def __call__(self, pending: Pending, environ: "WSGIEnvironment") -> None:
        """Answer a request, or let a thread do so."""
        kept = self._cache.at_once(environ)
        if kept is not None:
            pending.response_bytes(*kept)
            return
        # Granian lets nobody read one later.
        self._bodies.read(environ)
        self._threads.submit(self._give, pending, environ)

    def _give(self, pending: Pending, environ: "WSGIEnvironment") -> None:
        try:
            self._answer(pending, environ)
        except BaseException:  # noqa: BLE001 - nobody else would end the request
            _LOG.exception("A request failed")
            # It does nothing where the answer has begun.
            pending.response_bytes(500, [], b"")
