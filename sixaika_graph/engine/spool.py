"""The spool: where an answer is collected until it is known to be whole.

A small one stays in memory. A large one is a temporary file; all of these share one room, so that
neither slow readers nor many of them fill the disk or take all threads.
"""

import io
import tempfile
import threading
from hashlib import sha256
from types import TracebackType
from typing import BinaryIO, Final, Self

from sixaika_graph.errors import AnswerTooLarge, Overloaded
from sixaika_graph.sentence import Sentence

# Up to this size an answer stays in memory, beyond it goes to a temporary file.
IN_MEMORY: Final = 8 * 2**20
# Hexadecimal digits of a hash that are enough to tell answers apart.
_DIGITS: Final = 32
# Seconds after which to try again where too many large answers are being sent.
_RETRY: Final = 10


class Room:
    """What the large answers of an engine may take together: so many files, so many bytes."""

    def __init__(self, files: int, limit: int) -> None:
        """Bound it."""
        self.files = 0
        self.length = 0
        self._files = files
        self._limit = limit
        self._lock = threading.Lock()

    def open(self) -> BinaryIO:
        """Return a new temporary file, which has its place until it is closed.

        Raises:
            Overloaded: as many as there may be have not been sent yet.
        """
        with self._lock:
            if self.files >= self._files:
                raise Overloaded(
                    retry_after=_RETRY,
                    reason=Sentence(
                        "{files} large answers are being sent, as many as may be.",
                        files=self._files,
                    ),
                    limit=self._files,
                )
            self.files += 1
        return _OnDisk(self)

    def take(self, length: int) -> None:
        """Take some bytes.

        Raises:
            AnswerTooLarge: there are not so many left.
        """
        with self._lock:
            if self.length + length > self._limit:
                raise AnswerTooLarge(limit=self._limit, together=True)
            self.length += length

    def give_back(self, length: int) -> None:
        """Give back a file and its bytes."""
        with self._lock:
            self.files -= 1
            self.length -= length


class _OnDisk(io.BufferedRandom):
    """A temporary file that gives its place back when it is closed, by whom or what ever."""

    def __init__(self, room: Room) -> None:
        self._room: Room | None = room
        self._length = 0
        try:
            super().__init__(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 - closed by close
        except OSError:
            self._leave()
            raise

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        """Append a piece."""
        assert self._room is not None
        self._room.take(len(piece))
        self._length += len(piece)
        return super().write(piece)

    def close(self) -> None:
        """Close the file, which is thereby gone."""
        try:
            super().close()
        finally:
            self._leave()

    def _leave(self) -> None:
        room, self._room = self._room, None
        if room is not None:
            room.give_back(self._length)


class Spool:
    """A bounded file, closed at the end of a `with` block unless it was taken.

    `length` is the number of bytes in it, `digest` tells apart what is too large for memory.
    """

    def __init__(self, limit: int, room: Room) -> None:
        """Bound it to a number of bytes, and what is too large for memory to a room."""
        self.length = 0
        self._limit = limit
        self._room = room
        self._file: BinaryIO = io.BytesIO()
        # Processors have instructions for this one: half the time of any other that is safe.
        self._hash = sha256()
        self._taken = False

    @property
    def digest(self) -> str:
        """The hash of a large answer in hexadecimal digits, nothing for one in memory."""
        return self._hash.hexdigest()[:_DIGITS] if self.length > IN_MEMORY else ""

    def write(self, piece: bytes) -> None:
        """Append a piece.

        Raises:
            AnswerTooLarge: the limit, or what the room or the disk can take, is passed.
            Overloaded: it is too large for memory, and the room has no place.
        """
        if self.length + len(piece) > self._limit:
            raise AnswerTooLarge(limit=self._limit)
        try:
            if self.length <= IN_MEMORY < self.length + len(piece):
                self._move_to_disk()
            self._file.write(piece)
            if not isinstance(self._file, io.BytesIO):
                self._hash.update(piece)
        except OSError as error:
            raise AnswerTooLarge(limit=self.length) from error
        self.length += len(piece)

    def take(self) -> BinaryIO:
        """Return the file, open at its start.

        Raises:
            AnswerTooLarge: the disk cannot take it.
        """
        try:
            self._file.seek(0)
        except OSError as error:
            raise AnswerTooLarge(limit=self.length) from error
        self._taken = True
        return self._file

    def _move_to_disk(self) -> None:
        in_memory, self._file = self._file, self._room.open()
        in_memory.seek(0)
        begin = in_memory.read()
        self._file.write(begin)
        self._hash.update(begin)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._taken:
            self._file.close()
