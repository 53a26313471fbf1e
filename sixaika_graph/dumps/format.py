"""The formats of the dumps: how a file is called, what it holds, and how it is packed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

_FILE: Final = Path(__file__).with_name("formats.toml")
_LANGUAGES: Final = ("fi", "sv", "en")
_COMPRESSED: Final = "gzip"


@dataclass(frozen=True, kw_only=True)
class DumpFormat:
    """One format: `suffix` is its name, `media_type` that of the content.

    `file_type` is a code of the EU table of file types, `descriptions` are by language; `wrapping`
    is gzip (one compressed file), zip (a package of files), or nothing.
    """

    suffix: str
    name: str
    media_type: str
    file_type: str
    wrapping: str
    descriptions: Mapping[str, str]

    @property
    def served_as(self) -> str:
        """The media type of the file as it is sent: that of the wrapping, where there is one."""
        return f"application/{self.wrapping}" if self.wrapping else self.media_type

    @property
    def compresses(self) -> bool:
        """Whether the wrapping is a compression, not a package."""
        return self.wrapping == _COMPRESSED

    @property
    def is_rdf(self) -> bool:
        """Whether the content is statements, not tables."""
        return self.file_type.startswith(("RDF_", "JSON_LD"))


def _read() -> tuple[DumpFormat, ...]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["format"]
    return tuple(
        DumpFormat(
            suffix=row["suffix"],
            name=row["name"],
            media_type=row["media_type"],
            file_type=row["file_type"],
            wrapping=row.get("wrapping", ""),
            descriptions=MappingProxyType({one: row[one] for one in _LANGUAGES}),
        )
        for row in rows
    )


DUMP_FORMATS: Final = _read()
