"""The actions: each takes the parameters of a request and returns what CKAN would.

The first line of a docstring is what `help_show` says of the action.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import current_app

from sixaika_graph.descriptions import ckan
from sixaika_graph.descriptions.ckan import Document
from sixaika_graph.web.ckan.errors import invalid, missing
from sixaika_graph.web.ckan.search import search, sorted_by
from sixaika_graph.web.released import catalogue_graph
from sixaika_graph.web.service import publication

Parameters = Mapping[str, Any]

_KEY: Final = "sixaika.packages"
_MOST: Final = 1000
_DEFAULT_ROWS: Final = 10
_CKAN_VERSION: Final = "2.11.0"


def status_show(_: Parameters) -> Document:
    """Tell what this site is, and the version of CKAN whose API it follows."""
    settings = publication().settings
    return {
        "ckan_version": _CKAN_VERSION,
        "site_title": "6Aika-tietämysgraafi",
        "site_description": "",
        "site_url": settings.public_url.rstrip("/"),
        "error_emails_to": None,
        "locale_default": ckan.LANGUAGES[0],
        "extensions": [],
    }


def package_list(parameters: Parameters) -> list[str]:
    """List the names of all datasets; limit and offset take a part."""
    names = [str(one["name"]) for one in _packages()]
    offset = _whole(parameters, "offset", 0, _MOST)
    limit = _whole(parameters, "limit", _MOST, _MOST)
    return names[offset : offset + limit]


def package_show(parameters: Parameters) -> Document:
    """Show one dataset by its id or name."""
    return _named(_packages(), parameters)


def package_search(parameters: Parameters) -> Document:
    """Search datasets by q and fq; rows and start take a page, sort orders them."""
    found = search(_packages(), str(parameters.get("q", "")), _filters(parameters))
    order = str(parameters.get("sort", "")) or "score desc, metadata_modified desc"
    ordered = sorted_by(found, order)
    start = _whole(parameters, "start", 0, 10**9)
    rows = _whole(parameters, "rows", _DEFAULT_ROWS, 10**9)
    return {
        "count": len(ordered),
        "sort": order,
        "facets": {},
        "search_facets": {},
        "results": ordered[start : start + min(rows, _MOST)],
    }


def organization_show(parameters: Parameters) -> Document:
    """Show the publisher by its id or name; with include_datasets its datasets too."""
    return _owner([ckan.organisation(catalogue_graph())], parameters, _packages())


def group_show(parameters: Parameters) -> Document:
    """Show one theme by its id or name; with include_datasets its datasets too."""
    group = _named(ckan.groups(catalogue_graph()), parameters)
    held = [one for one in _packages() if group["id"] in {of["id"] for of in one["groups"]}]
    return _owner([group], parameters, held)


def license_list(_: Parameters) -> list[Document]:
    """List the licences of the datasets."""
    return [dict(ckan.LICENCE)]


def _packages() -> list[Document]:
    known = current_app.extensions
    if _KEY not in known:
        known[_KEY] = ckan.packages(catalogue_graph())
    packages: list[Document] = known[_KEY]
    return packages


def _owner(owners: Iterable[Document], parameters: Parameters, held: list[Document]) -> Document:
    owner = _named(owners, parameters)
    shown = {**owner, "package_count": len(held)}
    if str(parameters.get("include_datasets", "")).lower() in {"true", "1"}:
        shown["packages"] = held
    return shown


def _named(among: Iterable[Document], parameters: Parameters) -> Document:
    name = parameters.get("id") or parameters.get("name_or_id")
    if not name:
        raise invalid("id", "Missing value")
    for one in among:
        if name in (one["id"], one["name"]):
            return one
    raise missing()


def _filters(parameters: Parameters) -> list[str]:
    listed = parameters.get("fq_list", [])
    several = listed if isinstance(listed, list) else [listed]
    return [str(one) for one in (parameters.get("fq", ""), *several) if one]


def _whole(parameters: Parameters, name: str, default: int, most: int) -> int:
    value = parameters.get(name)
    if value is None or value == "":
        return default
    text = str(value)
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise invalid(name, "Must be a natural number")
    return min(int(text), most)
