"""What is searched for: entries with names in several languages."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["label", "other", "code", "about"]
"""What a name is to its entry: the label, another name, an identifier, or a text that describes."""


@dataclass(frozen=True, slots=True)
class Name:
    """One text of an entry; `language` is its tag, "" for none."""

    text: str
    language: str
    role: Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found.

    `links` is how many statements lead to it. Among entries that fit as well those of a lower
    `rank` come first, then those with more links.
    """

    iri: str
    types: tuple[str, ...]
    names: tuple[Name, ...]
    links: int = 0
    rank: int = 0

    def texts(self, role: Role) -> tuple[Name, ...]:
        """Return the names of one role."""
        return tuple(name for name in self.names if name.role == role)
