"""Behind a proxy: the share of a client counts by its own address, told by the proxy."""

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

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
        ("unknown", "10.0.0.1"),
        ("192.0.2.7,", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_proxy_tells_who_asks(sent: str, expected: str) -> None:
    assert seen("10.0.0.1", **{"X-Forwarded-For": sent}) == expected


def test_nobody_else_is_believed() -> None:
    assert seen("192.0.2.5", **{"X-Forwarded-For": "192.0.2.7"}) == "192.0.2.5"
    assert seen("10.0.0.1") == "10.0.0.1"


def test_the_setting_is_an_address() -> None:
    assert Settings.from_env({"SIXAIKA_TRUSTED_PROXY": "::1"}).trusted_proxy == "::1"
    with pytest.raises(SettingsError, match="SIXAIKA_TRUSTED_PROXY"):
        Settings.from_env({"SIXAIKA_TRUSTED_PROXY": "proxy.example"})
