"""Behind a proxy: the share of a client counts by its own address, told by the proxy."""

import json
from pathlib import Path
from typing import Any

import pytest
from lone import served
from werkzeug.test import EnvironBuilder, run_wsgi_app
from wire import send

from sixaika_graph.errors import SettingsError
from sixaika_graph.settings import Settings
from sixaika_graph.web.proxy import TrustedProxy


def seen(remote: str, **headers: str) -> str:
    """Return the client's address as the application behind sees it."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["REMOTE_ADDR"].encode()]

    environ = EnvironBuilder(headers=[*headers.items()]).get_environ() | {"REMOTE_ADDR": remote}
    pieces, _, _ = run_wsgi_app(TrustedProxy(application, "10.0.0.1"), environ)
    return b"".join(pieces).decode()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("203.0.113.9, 192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("203.0.113.9, [2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "10.0.0.1"),
        ("192.0.2.777:1", "10.0.0.1"),
        ("192.0.2.7,", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_proxy_tells_who_asks(sent: str, expected: str) -> None:
    assert seen("10.0.0.1", **{"X-Forwarded-For": sent}) == expected


def test_the_proxy_is_known_where_ipv4_is_written_as_ipv6() -> None:
    """As on a socket that listens to both."""
    assert seen("::ffff:10.0.0.1", **{"X-Forwarded-For": "192.0.2.7"}) == "192.0.2.7"
    assert seen("::ffff:10.0.0.2", **{"X-Forwarded-For": "192.0.2.7"}) == "::ffff:10.0.0.2"


def test_nobody_else_is_believed() -> None:
    assert seen("192.0.2.5", **{"X-Forwarded-For": "192.0.2.7"}) == "192.0.2.5"
    assert seen("10.0.0.1") == "10.0.0.1"


def test_the_setting_is_an_address() -> None:
    assert Settings.from_env({"SIXAIKA_TRUSTED_PROXY": "::1"}).trusted_proxy == "::1"
    with pytest.raises(SettingsError, match="SIXAIKA_TRUSTED_PROXY"):
        Settings.from_env({"SIXAIKA_TRUSTED_PROXY": "proxy.example"})


def test_the_log_names_the_client_behind_the_proxy(tmp_path: Path) -> None:
    """Over a socket, whose other side is the proxy; a header of another name is not read."""
    file, log = tmp_path / "one.nt", tmp_path / "log"
    file.write_text("<http://a/1> <http://a/p> <http://a/1> .")
    settings = {"SIXAIKA_TRUSTED_PROXY": "127.0.0.1", "SIXAIKA_QUERY_LOG": str(log)}
    with served(file, SIXAIKA_LOG_CLIENTS="on", **settings) as (url, _):
        for number, (name, sent) in enumerate(
            [
                ("X-Forwarded-For", "203.0.113.9, 192.0.2.7"),
                ("X-Real-IP", "192.0.2.7"),
                ("Forwarded", "for=192.0.2.7"),
            ]
        ):
            assert (
                send(url, f"/sparql?query=ASK%7B%7D%23{number}", headers={name: sent}).status == 200
            )

    logged = [json.loads(line)["client"] for line in log.read_text().splitlines()]
    assert logged == ["192.0.2.7", "127.0.0.1", "127.0.0.1"]
