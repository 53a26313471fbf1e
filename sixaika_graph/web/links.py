"""Where a click on an IRI leads, and how an IRI is written short.

The IRI shown is always the permanent one; the link goes to the origin that serves the page.
"""

from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlencode

from flask import request
from rdflib import URIRef

from sixaika_graph.namespaces import PREFIXES
from sixaika_graph.namespaces import curie as curie
from sixaika_graph.web.addresses import has_document, page_path, thing_path
from sixaika_graph.web.language import asked_language
from sixaika_graph.web.service import directory, publication

_REMEMBERED: Final = 4096
"""Addresses of which it is remembered how they are written: pages share most of them."""


def local(path: str, /, **parameters: str | None) -> str:
    """Return a path-absolute address on this server; a language named by the visitor stays."""
    chosen = {"lang": asked_language(), **parameters}
    pairs = tuple((key, value) for key, value in chosen.items() if value is not None)
    return _address(request.root_path, path, pairs)


@lru_cache(_REMEMBERED)
def _address(root: str, path: str, pairs: tuple[tuple[str, str], ...]) -> str:
    address, _, fragment = path.partition("#")
    query = f"?{urlencode(pairs)}" if pairs else ""
    anchor = f"#{quote(fragment)}" if fragment else ""
    return f"{root}{quote(address)}{query}{anchor}"


def here(**parameters: str | None) -> str:
    """Return the address of this page with other parameters."""
    return local(request.path, **parameters)


def path_of(iri: str) -> str | None:
    """Return the path of the page that shows one of our IRIs, None for a foreign IRI."""
    if has_document(iri):
        return page_path(iri)
    return None if is_external(iri) else thing_path(iri)


def href(iri: str) -> str | None:
    """Return the address to link an IRI to; None where it is no address of the web.

    A part of a thing that the dataset does not describe has no anchor: its link leads to the page.
    """
    if is_external(iri):
        return iri if iri.startswith(("https://", "http://")) else None
    if not has_document(iri):
        return local(thing_path(iri))
    path = page_path(iri)
    has_anchor = "#" not in iri or directory().has_heard_of(iri)
    return local(path if has_anchor else path.partition("#")[0])


def is_external(iri: str) -> bool:
    """Tell whether an IRI is outside the namespace of this dataset."""
    return not iri.startswith(publication().base)


def expand(name: str) -> URIRef | None:
    """Read prefix:name, or a whole IRI, as an IRI."""
    prefix, colon, rest = name.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        return URIRef(PREFIXES[prefix] + rest)
    return URIRef(name) if colon else None
