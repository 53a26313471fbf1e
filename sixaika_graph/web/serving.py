"""The HTTP server: granian runs the application in one process with many threads.

All that can fail because of files or settings fails here first, before a process is forked.
"""

import errno
import math
import multiprocessing
import os
import socket
import sys
from pathlib import Path
from typing import Final

import click
from flask import Flask
from granian.constants import Interfaces
from granian.server import Server

from sixaika_graph.errors import SettingsError, SixaikaError
from sixaika_graph.publication import Edition, LoneFile, conforming, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app

_MARGIN: Final = 5
"""Seconds that a stop may take above the time of a query."""


def serve(settings: Settings, file: Path | None = None, base: str | None = None) -> None:
    """Serve the dataset, or a file alone, until a signal ends it.

    Raises:
        SettingsError: the address cannot be listened on.
        SourceError, NotConforming: the dataset, or the file, is broken.
    """
    address = _free_address(settings)
    edition = LoneFile.read(settings, file, base) if file else conforming(settings)
    # The edition is handed over by forking; granian's own log would repeat our messages.
    multiprocessing.set_start_method("fork", force=True)
    server = Server(
        "sixaika_graph.web:create_app",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        blocking_threads=settings.threads,
        # A stop lets running answers finish, which their deadline bounds.
        workers_kill_timeout=math.ceil(settings.query_timeout) + _MARGIN,
        log_enabled=False,
    )
    server.serve(target_loader=lambda: _application(edition), wrap_loader=False)


def _application(edition: Edition | LoneFile) -> Flask:
    """Make the application, in the process that answers: its engine must be its own child."""
    # Ctrl-C is sent to a whole group of processes. This one is told by the first one, and once: a
    # second signal in the middle of its stop would leave it waiting for ever.
    os.setpgid(0, 0)
    try:
        app = create_app(publish(edition))
    except SixaikaError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    click.echo(f"Serving at {edition.settings.public_url} (Ctrl-C ends it)", err=True)
    return app


def _free_address(settings: Settings) -> str:
    """Return the IP address to listen on, once it is seen to be free.

    Granian shares ports between processes, so it would not notice another server on this one.
    """
    try:
        family, *_, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise SettingsError("SIXAIKA_HOST", f"{settings.host} is no address here") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            detail = f"port {settings.port} of {settings.host} is in use: choose another"
        else:
            detail = f"port {settings.port} of {settings.host}: {error.strerror}"
        raise SettingsError("SIXAIKA_PORT", detail) from None
    return str(address[0])
