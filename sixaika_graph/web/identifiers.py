"""From any identifier that a person or a program may have to the IRIs of ours that it means.

Known are: our IRIs, the addresses of our pages and documents, short IRIs (place:oulu), the codes of
things (EURA codes, business IDs, municipality codes), and the IRIs that Wikidata, YSO and other
authorities give the same things.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.web.addresses import iri_of, split_suffix, thing_of
from sixaika_graph.web.lookup import Lookup, key
from sixaika_graph.web.service import directory, publication

How = Literal["iri", "alias", "document", "prefixed", "code", "match"]
"""Which kind of identifier it is; a match is what another authority calls the thing."""

LONGEST: Final = 2000
"""Characters that an identifier may have."""


@dataclass(frozen=True)
class Meaning:
    """What an identifier means: one IRI, several where it is ambiguous, none where unknown."""

    iris: tuple[str, ...] = ()
    how: How | None = None


def meaning(text: str, known: Lookup) -> Meaning:
    """Return what an identifier means."""
    asked = unicodedata.normalize("NFC", text.strip())
    if not asked or len(asked) > LONGEST:
        return Meaning()
    prefix, colon, name = asked.partition(":")
    if colon and prefix in PREFIXES and not name.startswith("//"):
        found = _of_iri(PREFIXES[prefix] + name, known)
        return Meaning(found.iris, "prefixed") if found.iris else found
    if "://" in asked:
        return _of_iri(asked, known)
    codes = known.codes.get(key(asked), ())
    return Meaning(codes, "code") if codes else Meaning()


def _of_iri(iri: str, known: Lookup) -> Meaning:
    if _is_known(iri, known):
        return Meaning((iri,), "iri")
    if iri in directory().aliases:
        return Meaning((directory().aliases[iri],), "alias")
    found = _of_address(iri, known)
    if found is not None:
        return Meaning((found,), "document")
    matches = known.matches.get(key(iri), ())
    return Meaning(matches, "match") if matches else Meaning()


def _of_address(address: str, known: Lookup) -> str | None:
    """Return the thing that an address of this service is about, or None."""
    path = _path(address)
    if path is None:
        return None
    place, fragment = path
    for name in dict.fromkeys((place, split_suffix(place)[0])):
        head, _, rest = name.partition("/")
        iri = thing_of(rest) if head in ("page", "data") else iri_of(name)
        iri = directory().aliases.get(iri, iri) + fragment
        if _is_known(iri, known):
            return iri
    return None


def _path(address: str) -> tuple[str, str] | None:
    """Return the path of an address below the home of this service, and its fragment."""
    for root in (publication().settings.public_url, publication().base):
        plain_root, plain_address = key(root), key(address)
        if plain_address.startswith(plain_root):
            try:
                parts = urlsplit(address)
            except ValueError:
                return None
            below = unquote(parts.path).removeprefix(urlsplit(root).path)
            return below.rstrip("/"), f"#{parts.fragment}" if parts.fragment else ""
    return None


def _is_known(iri: str, known: Lookup) -> bool:
    there = directory()
    return iri in known.entries or iri in there or iri in there.terms or iri in there.graphs
