"""The HTTP server: granian runs the application in one process with many threads.

All that can fail because of files or settings fails here first, before a process is forked.
"""

import errno
import gc
import math
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from flask import Flask
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.server.mp import MPServer

from sixaika_graph.errors import SettingsError, SixaikaError
from sixaika_graph.publication import Edition, LoneFile, conforming, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app
from sixaika_graph.web.connections import cut_silent_ones

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MARGIN: Final = 5
"""Seconds that a stop may take above the time of a query."""
_BACKLOG: Final = 1024
"""Connections that may wait to be taken, as in granian."""


class _Server(MPServer):
    """Granian on a socket of ours: it has no way to set options of its own."""

    def __init__(self, listening: socket.socket, **options: Any) -> None:
        host, port, *_ = listening.getsockname()
        super().__init__(address=host, port=port, **options)
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._sso = self._listening
        self._shd = SocketHolder(  # type: ignore[assignment, call-arg]
            self._sso.fileno(), False, _BACKLOG
        )


def serve(settings: Settings, file: Path | None = None, base: str | None = None) -> None:
    """Serve the dataset, or a file alone, until a signal ends it.

    Raises:
        SettingsError: the address cannot be listened on.
        SourceError, NotConforming: the dataset, or the file, is broken.
    """
    listening = _bound(settings)
    edition = LoneFile.read(settings, file, base) if file else conforming(settings)
    # The edition is handed over by forking; granian's own log would repeat our messages.
    multiprocessing.set_start_method("fork", force=True)
    server = _Server(
        listening,
        target="sixaika_graph.web:create_app",
        interface=Interfaces.WSGI,
        # What else it can speak would be looked for in each request.
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=settings.threads,
        # A stop lets running answers finish, which their deadline bounds.
        workers_kill_timeout=math.ceil(settings.query_timeout) + _MARGIN,
        log_enabled=False,
    )
    server.serve(
        target_loader=lambda: _together(_application(edition, listening)), wrap_loader=False
    )


def _application(edition: Edition | LoneFile, bound: socket.socket) -> Flask:
    """Make the application, in the process that answers: its engine must be its own child.

    Nobody is kept waiting for it: the socket listens only once it is made.
    """
    # Ctrl-C is sent to a whole group of processes. This one is told by the first one, and once: a
    # second signal in the middle of its stop would leave it waiting for ever.
    os.setpgid(0, 0)
    try:
        app = create_app(publish(edition))
        # What is there now stays: it need not be looked through again and again.
        gc.freeze()
        gc.enable()
        _listen(bound, edition.settings)
        cut_silent_ones(bound, _patience(edition.settings))
    except SixaikaError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    click.echo(f"Serving at {edition.settings.public_url} (Ctrl-C ends it)", err=True)
    return app


def _together(application: "WSGIApplication") -> "WSGIApplication":
    """Let the threads that answer run on one processor.

    Python lets one of them run at a time; on many processors each finds its caches cold, and a
    third fewer requests are answered. Sockets, workers and all other threads have every processor.
    """
    processors = sorted(os.sched_getaffinity(0))
    processor = processors[os.getpid() % len(processors)]
    settled = threading.local()

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not hasattr(settled, "processor"):
            settled.processor = processor
            os.sched_setaffinity(0, {processor})
        return application(environ, start_response)

    return answer


def _patience(settings: Settings) -> float:
    """Return after how many seconds a silent client is one that stalls, and waits for no answer."""
    return max(settings.stall_timeout, settings.query_timeout + _MARGIN)


def _bound(settings: Settings) -> socket.socket:
    """Return a socket at the address to listen on, on which nobody else does.

    Connections made on it end when nothing that was sent to them has arrived for so long: a reader
    that stalls would hold a thread, and its place among the downloads, for ever.
    """
    try:
        family, *_, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        milliseconds = math.ceil(settings.stall_timeout * 1000)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        # A body that leaves after its headers would wait 40 ms for their acknowledgement.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind(address)
    except socket.gaierror:
        raise SettingsError("SIXAIKA_HOST", f"{settings.host} is no address here") from None
    except OSError as error:
        raise _refused(settings, error) from None
    return bound


def _listen(bound: socket.socket, settings: Settings) -> None:
    try:
        bound.listen(_BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        raise _refused(settings, error) from None


def _refused(settings: Settings, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        detail = f"port {settings.port} of {settings.host} is in use: choose another"
    else:
        detail = f"port {settings.port} of {settings.host}: {error.strerror}"
    return SettingsError("SIXAIKA_PORT", detail)
