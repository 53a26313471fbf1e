"""A server on this machine that must never be called."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Listener:
    """A server that counts who calls it, and answers nothing."""

    url: str
    calls: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    """Listen on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Listener(f"http://127.0.0.1:{server.getsockname()[1]}/")

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    found.calls.append(connection.recv(100))

        threading.Thread(target=accept, daemon=True).start()
        yield found
        server.shutdown(socket.SHUT_RDWR)
