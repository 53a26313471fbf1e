"""Connections that were accepted: those on which nothing arrives any more are cut.

The server waits for the rest of a body for ever, with a thread; the system ends a connection only
when what was sent on it is not taken (`TCP_USER_TIMEOUT`), not when nothing comes.
"""

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SILENCE: Final = struct.Struct("=52xII")
"""Of `struct tcp_info` (linux/tcp.h) the milliseconds since the last data and the last
acknowledgement came."""
_LOOKS: Final = 4
"""How often one looks in the time that a client has."""


def cut_silent_ones(listening: socket.socket, seconds: float) -> None:
    """Cut, as long as the process lives, connections on which nothing has come for so long.

    A reader that takes what it is sent acknowledges it, and is not silent.
    """
    watch = threading.Thread(
        target=_watch, args=[listening.getsockname()[1], seconds], name="watch", daemon=True
    )
    watch.start()


def _watch(port: int, seconds: float) -> None:
    while True:
        time.sleep(seconds / _LOOKS)
        for connection in _accepted(port):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if _silence(connection) >= seconds:
                    connection.shutdown(socket.SHUT_RDWR)


def _accepted(port: int) -> Iterator[socket.socket]:
    """Yield the connections of this process at a port, each open until the next is asked for."""
    for path in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile, or not connected
            if path.is_socket():
                with socket.socket(fileno=os.dup(int(path.name))) as one:
                    inet = one.family in (socket.AF_INET, socket.AF_INET6)
                    if inet and one.getpeername() and one.getsockname()[1] == port:
                        yield one


def _silence(connection: socket.socket) -> float:
    """Return the seconds since anything came on a connection."""
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SILENCE.size)
    milliseconds: tuple[int, int] = _SILENCE.unpack(told)
    return min(milliseconds) / 1000
