"""How lookup tells of one thing in JSON: its IRI, name, class, and where its documents are."""

from urllib.parse import quote

from sixaika_graph.formats import of_kind
from sixaika_graph.web.addresses import data_path
from sixaika_graph.web.links import path_of
from sixaika_graph.web.lookup import Lookup
from sixaika_graph.web.service import publication


def thing(iri: str, known: Lookup, language: str) -> dict[str, object]:
    """Return what every list says of a thing; `lang` is the language of the label it has."""
    entry = known.entries.get(iri)
    kind = known.kind(entry) if entry else None
    label = known.label(iri, language)
    return {
        "iri": iri,
        "label": label.text,
        "lang": label.language or None,
        "type": named(kind, known, language) if kind else None,
        "page": absolute(path_of(iri) or ""),
        "data": absolute(_data_path(iri)),
    }


def named(iri: str, known: Lookup, language: str) -> dict[str, str]:
    """Return an IRI with its name."""
    return {"iri": iri, "label": known.label(iri, language).text}


def documents(iri: str) -> dict[str, str]:
    """Return the addresses of the documents about a thing, by their media types."""
    data = absolute(_data_path(iri))
    return {row.media_type: f"{data}.{row.suffix}" for row in of_kind("graph")}


def absolute(path: str) -> str:
    """Return an address as the world sees it."""
    address, hash_mark, fragment = path.partition("#")
    root = publication().settings.public_url.rstrip("/")
    return f"{root}{quote(address)}{hash_mark}{quote(fragment)}"


def _data_path(iri: str) -> str:
    shown = publication()
    if iri.startswith((shown.ids, f"{shown.base}def/")):
        return data_path(iri.partition("#")[0])
    return (path_of(iri) or "").partition("#")[0]
