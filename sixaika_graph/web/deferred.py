"""A value that is made when it is first needed, or before that by a thread in the background."""

import logging
from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

from flask import Flask, Response

from sixaika_graph.errors import SixaikaError

Value = TypeVar("Value")

_log = logging.getLogger(__name__)


class Deferred(Generic[Value]):
    """One value, made once by whoever asks first; who asks meanwhile waits for it.

    When making it fails, who asked gets the error, and the next one makes it anew.
    """

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make
        self._lock = Lock()
        self._made: list[Value] = []
        self._thread: Thread | None = None

    @classmethod
    def within(cls, app: Flask, make: Callable[[], Value]) -> "Deferred[Value]":
        """Let a value be made in the context of an application, whoever asks for it."""

        def made() -> Value:
            with app.app_context():
                return make()

        return cls(made)

    def get(self) -> Value:
        """Return the value.

        Raises:
            SixaikaError: it cannot be made now.
        """
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def start(self) -> None:
        """Let a thread make the value, unless one was told so before."""
        if self._thread is None:
            self._thread = Thread(target=self._try, name="deferred", daemon=True)
            self._thread.start()

    def prepare(self, app: Flask, *, at_once: bool) -> None:
        """Make it now, or once the first answer of an application is out, which must not wait."""
        if at_once:
            self._try()
            return

        @app.after_request
        def start(response: Response) -> Response:
            response.call_on_close(self.start)
            return response

    def _try(self) -> None:
        try:
            self.get()
        except SixaikaError as error:
            _log.warning("not made yet: %s", type(error).__name__)
