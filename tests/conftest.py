"""Fixtures that all tests share: a clean environment, the real publication, a real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sixaika_graph.publication import Edition, Prepared, Publication, prepare, publish
from sixaika_graph.settings import Settings
from sixaika_graph.web import create_app

ROOT: Final = Path(__file__).parent.parent
START_LIMIT: Final = 240.0
"""Seconds that a server may need to answer; the first start validates all data."""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the developer's shell out of the tests."""
    for name in [name for name in os.environ if name.startswith("SIXAIKA_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings for the data of this checkout, on a free port."""
    return Settings(
        root=ROOT, cache=tmp_path_factory.mktemp("cache"), port=free_port(), workers=4, threads=16
    )


@pytest.fixture(scope="session")
def prepared(settings: Settings) -> Prepared:
    """Read the data of this checkout, once for all tests; no test changes it."""
    return prepare(settings)


@pytest.fixture(scope="session")
def edition(prepared: Prepared) -> Edition:
    """Return the statements of the data of this checkout, not validated."""
    return prepared.edition()


@pytest.fixture(scope="session")
def publication(edition: Edition) -> Iterator[Publication]:
    """Publish the data of this checkout with the real engine; only the server validates it."""
    published = publish(edition)
    yield published
    published.engine.close()


@pytest.fixture(scope="session")
def app(publication: Publication) -> Flask:
    """Make the application; an exception that it did not expect fails the test."""
    application = create_app(publication)
    application.testing = True
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that speaks WSGI to the application."""
    return app.test_client()


@pytest.fixture(scope="session")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve in a process of its own, as `sixaika serve` does; the value is the address."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("SIXAIKA_")},
        "SIXAIKA_ROOT": str(settings.root),
        "SIXAIKA_CACHE": str(settings.cache),
        "SIXAIKA_PORT": str(settings.port),
        "SIXAIKA_WORKERS": str(settings.workers),
        "SIXAIKA_THREADS": str(settings.threads),
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "server.py")],
            env=environment,
            stdout=file,
            stderr=file,
        )
    try:
        await_ready(settings.public_url, process, log)
        yield settings.public_url
    finally:
        process.terminate()
        process.wait(START_LIMIT)


def free_port() -> int:
    """Return a port of this machine on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_ready(
    url: str, process: subprocess.Popen[bytes] | subprocess.Popen[str], log: Path
) -> None:
    """Wait until a server answers; fail with its log when it does not."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}ready", timeout=1) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    process.kill()
    pytest.fail(f"The server did not come up:\n{log.read_text(errors='replace')}")
