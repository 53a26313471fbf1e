"""What passes between the web process and a worker: frames of a tag, a length and a payload.

A request is one QUERY frame. A reply is a FORM frame, CHUNK frames and an END frame; an ERROR frame
anywhere before the END makes the answer void. No END, no answer.
"""

import contextlib
import math
import socket
import struct
import time
from typing import Final

QUERY: Final = b"Q"
FORM: Final = b"F"
CHUNK: Final = b"C"
ERROR: Final = b"X"
END: Final = b"E"

# The payload of an END frame: the worker has changed its store and must not be used again.
SPENT: Final = b"spent"

PIECE: Final = 64 * 1024
# Seconds of one wait in the kernel: to set another time for each query would take a call each.
_TICK: Final = 0.1
_HEAD: Final = struct.Struct(">cI")
_TIMEVAL: Final = struct.Struct("@ll")


def frame(tag: bytes, payload: bytes = b"") -> bytes:
    """Serialise one frame."""
    return _HEAD.pack(tag, len(payload)) + payload


class Frames:
    """The frames that arrive on a socket, read until a `deadline` (of `time.monotonic`)."""

    def __init__(self, link: socket.socket) -> None:
        self.deadline: float | None = None
        self._link = link
        self._wait = 0.0
        self._buffer = bytearray()

    def read(self) -> tuple[bytes, bytes]:
        """Read one frame: its tag and payload.

        Raises:
            TimeoutError: the deadline has passed; with a later one, reading can go on.
            EOFError, ConnectionError: the other side is gone.
        """
        self._fill(_HEAD.size)
        tag, size = _HEAD.unpack_from(self._buffer)
        end = _HEAD.size + size
        self._fill(end)
        payload = bytes(self._buffer[_HEAD.size : end])
        del self._buffer[:end]
        return tag, payload

    def _fill(self, size: int) -> None:
        while len(self._buffer) < size:
            if self.deadline is not None:
                self._bound(self.deadline)
            with contextlib.suppress(BlockingIOError):  # the deadline is looked at again
                piece = self._link.recv(4 * PIECE)
                if not piece:
                    raise EOFError
                self._buffer += piece

    def _bound(self, deadline: float) -> None:
        wait = min(_TICK, _left(deadline))
        if wait != self._wait:
            _bound(self._link, socket.SO_RCVTIMEO, wait)
            self._wait = wait


def send(link: socket.socket, sent: bytes, deadline: float) -> None:
    """Send frames until a deadline.

    Raises:
        TimeoutError: the deadline has passed.
        ConnectionError: the other side is gone.
    """
    # What is smaller finds room in the kernel, whoever reads it when.
    if len(sent) > PIECE:
        _bound(link, socket.SO_SNDTIMEO, _left(deadline))
    try:
        link.sendall(sent)
    except BlockingIOError:
        raise TimeoutError from None


def _left(deadline: float) -> float:
    """Return the seconds up to a deadline.

    Raises:
        TimeoutError: it has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _bound(link: socket.socket, option: int, wait: float) -> None:
    """Let the kernel end a wait (`SO_RCVTIMEO`, `SO_SNDTIMEO`) after some seconds.

    Python's own time limit of a socket would take three calls of the system in place of one, each
    of which hands the interpreter to another thread.
    """
    # Rounded up: zero would be no bound at all.
    seconds, microseconds = divmod(math.ceil(wait * 1e6), 1_000_000)
    link.setsockopt(socket.SOL_SOCKET, option, _TIMEVAL.pack(seconds, microseconds))
