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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.server import mp
from granian.wsgi import _callback_wrapper

from sixaika_graph.errors import SettingsError, SixaikaError
from sixaika_graph.publication import Edition, LoneFile, conforming, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import Application, create_app
from sixaika_graph.web.connections import cut_silent_ones
from sixaika_graph.web.gateway import Answer, Gateway, Pending

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_MARGIN: Final = 5
"""Seconds that a stop may take above the time of a query."""
_BACKLOG: Final = 1024
"""Connections that may wait to be taken, as in granian."""


class _Server(mp.MPServer):
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
    # It has no other way to let a thread of ours answer.
    mp._wsgi_call_wrap = partial(_answering, settings.threads)  # type: ignore[attr-defined]
    server = _Server(
        listening,
        target="sixaika_graph.web:create_app",
        interface=Interfaces.WSGI,
        # What else it can speak would be looked for in each request.
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=settings.threads,
        runtime_mode=RuntimeModes.st,
        # A stop lets running answers finish, which their deadline bounds.
        workers_kill_timeout=math.ceil(settings.query_timeout) + _MARGIN,
        log_enabled=False,
    )
    server.serve(target_loader=lambda: _application(edition, listening), wrap_loader=False)


def _application(edition: Edition | LoneFile, bound: socket.socket) -> Application:
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


def _answering(
    threads: int, application: Application, options: dict[str, Any], log: str | None = None
) -> Answer:
    """Return what granian calls for each request, and settle its threads, which it starts next.

    Python lets one thread run at a time. On many processors those that answer find their caches
    cold, and a third fewer requests are answered: they share one. Where the thread that reads and
    writes the sockets is on the same one, a tenth fewer are: it has another one. All else, above
    all the workers, has every processor.
    """
    processors = sorted(os.sched_getaffinity(0))
    turn = os.getpid() % len(processors)
    os.sched_setaffinity(0, {processors[turn - 1]})
    answer = _callback_wrapper(application, options, log)
    if application.cache is not None:
        answer = Gateway(application.cache, application.bodies, answer, threads)
    return _settled(answer, processors[turn])


def _settled(answer: Answer, processor: int) -> Answer:
    """Let the threads that call a function, and those that it starts, run on one processor."""
    settled = threading.local()

    def call(pending: Pending, environ: "WSGIEnvironment") -> object:
        if not hasattr(settled, "processor"):
            settled.processor = processor
            os.sched_setaffinity(0, {processor})
        return answer(pending, environ)

    return call


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
