"""Dumps: the datasets of the catalogue as files, the same bytes for the same data.

`write` makes the bytes of one; `dumps.store` keeps the files of all of them.
"""

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sixaika_graph.dumps import csvw, database, rdf
from sixaika_graph.dumps.content import Content, name_of
from sixaika_graph.dumps.format import DUMP_FORMATS, DumpFormat
from sixaika_graph.dumps.table import tables

__all__ = ["DUMP_FORMATS", "Content", "Dump", "DumpFormat", "name_of", "write", "write_all"]

_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, kw_only=True)
class Dump:
    """One file: `dataset` is the slug of its dataset, `size` in bytes, `sha256` in hexadecimal."""

    dataset: str
    format: DumpFormat
    path: Path
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        """The name that the file has for the world."""
        return f"{self.dataset}.{self.format.suffix}"


_WRITERS: Final[Mapping[str, Callable[[Content, str], bytes]]] = {
    "ttl": lambda content, _: rdf.turtle(content.default),
    "nt.gz": lambda content, _: rdf.ntriples(content.default),
    "nq.gz": lambda content, _: rdf.nquads(content),
    "trig": lambda content, _: rdf.trig(content),
    "jsonld": lambda content, _: rdf.jsonld(content.default),
    "rdf": lambda content, _: rdf.rdfxml(content.default),
    "csv.zip": lambda content, title: csvw.archive(tables(content.default), title, _LICENCE),
    "sqlite": lambda content, _: database.database(tables(content.default), content.default),
}


def write(content: Content, dataset: str, row: DumpFormat) -> bytes:
    """Write the content of the dataset with a slug in a format."""
    written = _WRITERS[row.suffix](content, str(name_of(dataset)))
    return gzip.compress(written, mtime=0) if row.compresses else written


def write_all(contents: Mapping[str, Content]) -> Iterator[tuple[str, DumpFormat, bytes]]:
    """Write all datasets in all formats, one file after the other."""
    for dataset, content in contents.items():
        for row in DUMP_FORMATS:
            yield dataset, row, write(content, dataset, row)
