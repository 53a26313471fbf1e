"""The socket that is listened on, and what connections made on it inherit from it."""

import socket

from sixaika_graph.settings import Settings
from sixaika_graph.web import serving


def test_a_body_does_not_wait_for_the_acknowledgement_of_its_headers() -> None:
    """With Nagle's algorithm every second or third new answer stood still for 40 ms."""
    with serving._bound(Settings(host="127.0.0.1", port=0)) as bound:
        serving._listen(bound, Settings())
        bound.setblocking(True)
        with socket.create_connection(bound.getsockname()), bound.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
