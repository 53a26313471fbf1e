"""The keys of JSON-LD documents: which key stands for which property, and how values are written.

https://www.w3.org/TR/json-ld11/#the-context; of it what the contexts of `ontology/` use.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_KEYWORDS: Final = {"id": "@id", "type": "@type"}


@dataclass(frozen=True)
class Term:
    """One key: the IRI that it stands for, the type of its values, whether they are by language.

    `type` is "@id" for links, the IRI of a datatype, or "" for none. `reverse` says that the key
    holds what links here by the property.
    """

    key: str
    iri: str
    type: str = ""
    by_language: bool = False
    reverse: bool = False


class Context:
    """The terms of several contexts; a later one takes the place of one with the same key."""

    def __init__(self, contexts: Iterable[Mapping[str, Any]]) -> None:
        merged: dict[str, Any] = {}
        for one in contexts:
            merged |= one
        self._prefixes = {
            key: what
            for key, what in merged.items()
            if isinstance(what, str) and what.startswith("http") and what[-1] in "#/"
        }
        self.terms = {
            key: self._term(key, what)
            for key, what in merged.items()
            if not key.startswith("@") and key not in _KEYWORDS and key not in self._prefixes
        }
        self._by_iri = {term.iri: term for term in self.terms.values() if not term.reverse}

    def _term(self, key: str, what: str | Mapping[str, str]) -> Term:
        if isinstance(what, str):
            return Term(key, self.expand(what))
        reverse = "@reverse" in what
        return Term(
            key,
            self.expand(what["@reverse" if reverse else "@id"]),
            self.expand(what.get("@type", "")),
            by_language=what.get("@container") == "@language",
            reverse=reverse,
        )

    def expand(self, name: str) -> str:
        """Return the IRI of a key or a compact IRI."""
        prefix, colon, rest = name.partition(":")
        return self._prefixes[prefix] + rest if colon and prefix in self._prefixes else name

    def term(self, iri: str) -> Term:
        """Return the term of a property; one without a key has its short IRI for it."""
        return self._by_iri.get(iri) or Term(self.compact(iri), iri)

    def class_key(self, iri: str) -> str:
        """Return the key of a class."""
        return self.term(iri).key

    def compact(self, iri: str) -> str:
        """Return the short form of an IRI, all of it where no prefix fits."""
        for prefix, namespace in self._prefixes.items():
            if iri.startswith(namespace) and iri != namespace:
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri
