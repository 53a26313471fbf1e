"""The spool: where an answer is collected until it is known to be whole."""

import io
import tempfile
from types import TracebackType
from typing import BinaryIO, Final, Self

from sixaika_graph.errors import AnswerTooLarge

# Up to this size an answer stays in memory, beyond it goes to a temporary file.
IN_MEMORY: Final = 8 * 2**20


class Spool:
    """A bounded file, closed at the end of a `with` block unless it was taken."""

    def __init__(self, limit: int) -> None:
        """Bound it to a number of bytes."""
        self.length = 0
        self._limit = limit
        self._file: BinaryIO = io.BytesIO()
        self._taken = False

    def write(self, piece: bytes) -> None:
        """Append a piece.

        Raises:
            AnswerTooLarge: the limit, or what the disk can take, is passed.
        """
        if self.length + len(piece) > self._limit:
            raise AnswerTooLarge(limit=self._limit)
        try:
            if self.length <= IN_MEMORY < self.length + len(piece):
                self._move_to_disk()
            self._file.write(piece)
        except OSError as error:
            raise AnswerTooLarge(limit=self.length) from error
        self.length += len(piece)

    def take(self) -> BinaryIO:
        """Return the file, open at its start."""
        self._taken = True
        self._file.seek(0)
        return self._file

    def _move_to_disk(self) -> None:
        in_memory, self._file = self._file, tempfile.TemporaryFile()  # noqa: SIM115 - see __exit__
        in_memory.seek(0)
        self._file.write(in_memory.read())

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
