"""Who asks, where a reverse proxy of ours stands in front: it alone is believed about that."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TrustedProxy:
    """A WSGI application that lets another one see the client behind the proxy of this address.

    The proxy adds the address that it sees to the end of X-Forwarded-For; what stands before it
    comes from the client, who may write anything.
    """

    def __init__(self, inner: "WSGIApplication", address: str) -> None:
        self._inner = inner
        self._address = _address(address)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        sent = environ.get("HTTP_X_FORWARDED_FOR")
        if sent and _address(environ.get("REMOTE_ADDR", "")) == self._address:
            told = _address(sent.rpartition(",")[2].strip())
            environ = {**environ, "REMOTE_ADDR": told or self._address}
        return self._inner(environ, start_response)


def _address(text: str) -> str | None:
    """Read an address, with a port behind it or without; IPv4 may be written as IPv6."""
    host = text.partition(":")[0] if text.count(":") == 1 else text
    if text.startswith("["):
        host = text[1:].partition("]")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
