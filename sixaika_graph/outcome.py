"""Remember what came of reading files, so that unchanged files are not read and validated again.

An outcome lies in the cache folder under a hash of all that it depends on. The cache only saves
time: one that is damaged or cannot be written is passed over.
"""

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent
_LIBRARIES: Final = ("rdflib", "pyshacl")
_KEPT: Final = 8
_DIGEST_SIZE: Final = hashlib.sha256().digest_size


def key(parts: Iterable[bytes], *, program: Path = _PACKAGE) -> str:
    """Return the key of what is made from `parts`, by the code in a folder and these libraries."""
    code = (path.read_bytes() for path in sorted(program.rglob("*.py")))
    libraries = (f"{name} {version(name)}".encode() for name in _LIBRARIES)
    digest = hashlib.sha256()
    for part in (*libraries, *code, *parts):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def recall(cache: Path, key: str) -> bytes | None:
    """Return the outcome under a key; None when there is none to trust."""
    try:
        stored = _file(cache, key).read_bytes()
    except OSError:
        return None
    checksum, outcome = stored[:_DIGEST_SIZE], stored[_DIGEST_SIZE:]
    return outcome if checksum == hashlib.sha256(outcome).digest() else None


def remember(cache: Path, key: str, outcome: bytes) -> None:
    """Keep an outcome under its key, in place of one not used for long; do nothing if that fails.

    Other processes may read it at the same time, so a whole file is put in place or none.
    """
    file = _file(cache, key)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            part.write(hashlib.sha256(outcome).digest() + outcome)
        try:
            Path(part.name).replace(file)
        except OSError:
            Path(part.name).unlink()
        _forget_oldest(file.parent)


def _file(cache: Path, key: str) -> Path:
    return cache / "outcomes" / key


def _forget_oldest(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in files[:-_KEPT]:
        path.unlink(missing_ok=True)
