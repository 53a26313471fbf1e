"""The dataset of an engine: a file that the zygote loads, again whenever it has to be restarted."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from sixaika_graph.errors import SourceError

SUFFIXES: Final = ("nq", "trig", "ttl", "nt")
"""The file name suffixes of the formats that can be loaded."""

_PIECE: Final = 2**20
_VERSION: Final = 16


@dataclass(frozen=True)
class Source:
    """An open file without a name, what is in it, and a hash of that.

    `path` is where it was read from, for messages; None for what is in no file.
    """

    file: IO[bytes]
    suffix: str
    version: str
    path: Path | None = None

    @classmethod
    def of(cls, nquads: bytes) -> "Source":
        """Take statements in N-Quads."""
        # A file, so that the web process need not hold the dataset for the zygote's next start.
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the engine closes it
        file.write(nquads)
        return cls(file, "nq", hashlib.sha256(nquads).hexdigest()[:_VERSION])

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Copy a file piece by piece, so that later changes of it do no harm.

        Raises:
            SourceError: it cannot be read, or its name has none of the known suffixes.
        """
        suffix = path.suffix.removeprefix(".").lower()
        if suffix not in SUFFIXES:
            raise SourceError(path, f"expected a name that ends in .{', .'.join(SUFFIXES)}")
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - the engine closes it
        digest = hashlib.sha256(suffix.encode())
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
                    copy.write(piece)
        except OSError as error:
            copy.close()
            raise SourceError(path, error.strerror or "cannot be read") from None
        return cls(copy, suffix, digest.hexdigest()[:_VERSION], path)
