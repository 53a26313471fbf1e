"""Where the files of the dumps lie: a folder of the cache for each version of data and program.

The folder of a running program is locked, so that no other one clears it away. Where the cache
cannot be written, the files lie in a temporary folder that ends with the program.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sixaika_graph.dumps import DUMP_FORMATS, Dump, DumpFormat

Written = Iterable[tuple[str, DumpFormat, bytes]]

_MANIFEST: Final = "manifest.json"
_LOCK: Final = "lock"
_PART: Final = ".part"
_KEPT: Final = 4
_BY_SUFFIX: Final = {row.suffix: row for row in DUMP_FORMATS}


@dataclass(frozen=True)
class Dumps:
    """The files, by the names that they have for the world."""

    files: Mapping[str, Dump]

    def of(self, dataset: str) -> list[Dump]:
        """Return the dumps of the dataset with a slug, in the order of the formats."""
        return [dump for dump in self.files.values() if dump.dataset == dataset]


def recall(cache: Path, key: str) -> Dumps | None:
    """Return the dumps under a key; None where they are not there as they were written."""
    folder = _folder(cache, key)
    try:
        dumps = Dumps(_read(folder))
        lock = _lock(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    weakref.finalize(dumps, os.close, lock)
    return dumps if all(_is_whole(dump) for dump in dumps.files.values()) else None


def keep(cache: Path, key: str, make: Callable[[], Written]) -> Dumps:
    """Write the dumps that `make` gives under a key, in place of ones not used for long.

    Other processes may read them at the same time, so a whole folder is put in place or none.
    """
    try:
        kept = _put_in_place(_folder(cache, key), make)
        _forget_oldest(kept.parent)
        dumps = recall(cache, key)
    except OSError:
        dumps = None
    if dumps is not None:
        return dumps
    folder = Path(tempfile.mkdtemp(prefix="sixaika-dumps-"))
    _write(folder, make())
    dumps = Dumps(_read(folder))
    weakref.finalize(dumps, shutil.rmtree, folder, ignore_errors=True)
    return dumps


def _put_in_place(folder: Path, make: Callable[[], Written]) -> Path:
    """Write a folder beside its place and move it there, over one that is damaged."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, suffix=_PART) as outer:
        part = Path(outer) / folder.name
        part.mkdir()
        _write(part, make())
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    return folder


def _write(folder: Path, written: Written) -> None:
    manifest = []
    for dataset, row, content in written:
        (folder / f"{dataset}.{row.suffix}").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        manifest.append([dataset, row.suffix, len(content), digest])
    (folder / _LOCK).touch()
    (folder / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _read(folder: Path) -> dict[str, Dump]:
    manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    dumps = [
        Dump(
            dataset=dataset,
            format=_BY_SUFFIX[suffix],
            path=folder / f"{dataset}.{suffix}",
            size=size,
            sha256=digest,
        )
        for dataset, suffix, size, digest in manifest
    ]
    return {dump.file_name: dump for dump in dumps}


def _is_whole(dump: Dump) -> bool:
    try:
        with dump.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == dump.sha256
    except OSError:
        return False


def _lock(folder: Path) -> int:
    """Hold a lock that others may hold too; touch the folder, for it is in use."""
    descriptor = os.open(folder / _LOCK, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.utime(folder)
    return descriptor


def _forget_oldest(parent: Path) -> None:
    for folder in list(_by_age(parent))[:-_KEPT]:
        try:
            with (folder / _LOCK).open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def _by_age(parent: Path) -> Iterator[Path]:
    found = [path for path in parent.iterdir() if path.suffix != _PART]
    yield from sorted(found, key=lambda path: path.stat().st_mtime)


def _folder(cache: Path, key: str) -> Path:
    return cache / "dumps" / key
