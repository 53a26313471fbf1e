"""The header of a query: comment lines `#+ key: value` at the head of its file."""

import re
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sixaika_graph.errors import SourceError

LANGUAGES: Final = ("fi", "sv", "en")
THEMES: Final = ("projects", "places", "organisations", "money", "quality")
"""What a question can be about, in the order of the list."""

_TITLES: Final = ("title-fi", "title-en")
_COMPLETE: Final = (
    *(f"{what}-{language}" for what in ("title", "description") for language in LANGUAGES),
    "keywords",
    "theme",
    "view",
)
_OPTIONAL: Final = ("question", "columns")
_KNOWN: Final = (*_COMPLETE, *_OPTIONAL)
_LINE: Final = re.compile(r"#\+ ([a-z-]+): (\S.*)")


class Header(dict[str, str]):
    """The values of a header by key, in the order of its lines; each key has one line."""

    def __init__(self, text: str, path: Path) -> None:
        """Read the head of a text.

        Raises:
            SourceError: a line cannot be read, or a key is unknown, there twice or missing.
        """
        super().__init__()
        self._path = path
        lines = takewhile(lambda line: line.startswith("#"), text.splitlines())
        for number, line in enumerate(lines, start=1):
            match = _LINE.fullmatch(line)
            if match is None:
                raise SourceError(path, 'a header line reads "#+ key: value"', line=number)
            self._add(*match.groups(), line=number)
        missing = [key for key in (_COMPLETE if "view" in self else _TITLES) if key not in self]
        if missing:
            raise SourceError(path, f"the header lacks {', '.join(missing)}", line=len(self) + 1)

    def _add(self, key: str, value: str, *, line: int) -> None:
        if key in self:
            raise SourceError(self._path, f"the header has {key} twice", line=line)
        if key not in _KNOWN:
            reason = f"unknown header key {key}; known: {', '.join(_KNOWN)}"
            raise SourceError(self._path, reason, line=line)
        self[key] = value.strip()

    def fault(self, key: str, reason: str) -> SourceError:
        """Return the error that a value is wrong, with the line of its key."""
        line = list(self).index(key) + 1 if key in self else len(self) + 1
        return SourceError(self._path, reason, line=line)

    def by_language(self, what: str) -> Mapping[str, str]:
        """Return the texts of one kind by language."""
        texts = {tag: self[key] for tag in LANGUAGES if (key := f"{what}-{tag}") in self}
        return MappingProxyType(texts)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a value that is a list with commas."""
        return tuple(word.strip() for word in self.get(key, "").split(",") if word.strip())

    @property
    def theme(self) -> str:
        """What the question is about; empty where the site itself asks.

        Raises:
            SourceError: there is no such theme.
        """
        theme = self.get("theme", "")
        if "theme" in self and theme not in THEMES:
            raise self.fault("theme", f"no theme is called {theme}: use {', '.join(THEMES)}")
        return theme

    @property
    def question(self) -> int | None:
        """The number of the competency question that is answered, from 1 up; None for no number.

        Raises:
            SourceError: it is no such number.
        """
        if "question" not in self:
            return None
        if not re.fullmatch("[1-9][0-9]*", self["question"]):
            raise self.fault("question", f"question is a number, not {self['question']}")
        return int(self["question"])
