"""Remember what a validation found, so that unchanged data is not validated again.

A report lies in the cache folder as N-Triples under a hash of all that it depends on. The cache
only saves time: one that is damaged or cannot be written is passed over.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import rdflib
from rdflib import Graph
from rdflib.exceptions import ParserError

from sixaika_graph.validation.report import Report

_FOLDER: Final = "validation"
_KEPT: Final = 16
_CHECKSUM: Final = "# sha256 "


def outcome_key(hashes: Iterable[bytes]) -> str:
    """Return the key of an outcome, from the hashes of data, ontology and shapes in that order.

    The versions of this package, of pySHACL and of rdflib are part of it.
    """
    versions = (version("sixaika-graph"), version("pyshacl"), rdflib.__version__)
    key = hashlib.sha256()
    for part in (*(one.encode() for one in versions), *hashes):
        key.update(len(part).to_bytes(8, "big") + part)
    return key.hexdigest()


def remembered(cache: Path, key: str) -> Report | None:
    """Return the report that was remembered under a key; None when there is none to trust."""
    try:
        checksum, _, body = _file(cache, key).read_text(encoding="utf-8").partition("\n")
        if checksum != _CHECKSUM + _hash(body):
            return None
        graph = Graph(bind_namespaces="none").parse(data=body, format="nt")
        return Report.from_graph(graph)
    except (OSError, ValueError, ParserError):
        return None


def remember(cache: Path, key: str, report: Report) -> None:
    """Keep a report under its key, in place of one not used for long; do nothing if that fails."""
    body = report.graph.serialize(format="nt")
    with contextlib.suppress(OSError):
        _write(_file(cache, key), f"{_CHECKSUM}{_hash(body)}\n{body}")
        _forget_oldest(cache / _FOLDER)


def _file(cache: Path, key: str) -> Path:
    return cache / _FOLDER / f"{key}.nt"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a whole file or none: other processes may read it at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _forget_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.nt"), key=lambda path: path.stat().st_mtime)
    for path in files[:-_KEPT]:
        path.unlink(missing_ok=True)
