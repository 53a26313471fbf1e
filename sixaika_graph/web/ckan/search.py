"""Searching packages: the part of Solr's query language that harvesters use.

A clause is a word, or `field:value`, `field:"text"`, `field:[low TO high]`, `field:(a OR b)`; `+`
and `-` before it ask for it and rule it out. A field that is not known is refused, for an answer
with too many datasets, or none, would do harm in a portal; so is arithmetic on dates (NOW-1DAY).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final
from urllib.parse import unquote

from sixaika_graph.descriptions.ckan import Document
from sixaika_graph.web.ckan.errors import unsearchable

_EVERYTHING: Final = {"", "*:*", "*"}
_CLAUSE: Final = re.compile(
    r'\s*(?P<sign>[+-]?)(?:(?P<field>\w+):)?(?P<value>[\[{][^\]}]*[\]}]|\([^)]*\)|"[^"]*"|\S+)'
)
_JOINING: Final = {"AND", "OR", "&&", "||"}

_FIELDS: Final[Mapping[str, Callable[[Document], list[str]]]] = {
    "id": lambda one: [one["id"]],
    "name": lambda one: [one["name"]],
    "title": lambda one: list(one["title_translated"].values()),
    "notes": lambda one: list(one["notes_translated"].values()),
    "type": lambda one: [one["type"]],
    "dataset_type": lambda one: [one["type"]],
    "state": lambda one: [one["state"]],
    "capacity": lambda _: ["public"],
    "private": lambda _: ["false"],
    "license_id": lambda one: [one["license_id"]],
    "organization": lambda one: [one["organization"]["name"]],
    "owner_org": lambda one: [one["owner_org"]],
    "groups": lambda one: [group["name"] for group in one["groups"]],
    "tags": lambda one: [tag["name"] for tag in one["tags"]],
    "res_format": lambda one: [resource["format"] for resource in one["resources"]],
    "collection_type": lambda one: [one["collection_type"]],
    "metadata_created": lambda one: [one["metadata_created"]],
    "metadata_modified": lambda one: [one["metadata_modified"]],
}
_MOMENTS: Final = ("metadata_created", "metadata_modified")
_MOMENT: Final = re.compile(r"\*|\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?")
_ORDERS: Final = ("id", "name", "title_string", "title", "metadata_modified", "metadata_created")


def search(packages: Iterable[Document], text: str, filters: Iterable[str]) -> list[Document]:
    """Return the packages that a text and all filters let through.

    Raises:
        ActionError: a clause names a field that is not known, or cannot be read.
    """
    # One importer encodes the spaces of its query twice.
    tests = [test for one in (text, *filters) for test in _tests(unquote(one).strip())]
    return [package for package in packages if all(test(package) for test in tests)]


def _tests(text: str) -> list[Callable[[Document], bool]]:
    if text in _EVERYTHING:
        return []
    if " OR " in re.sub(r"\([^)]*\)", "", text):
        raise unsearchable("OR stands within parentheses only, as in name:(a OR b)")
    return [
        _test(match["sign"] == "-", match["field"], match["value"])
        for match in _CLAUSE.finditer(text)
        if match["value"] not in _JOINING and (match["field"] or match["value"] not in _EVERYTHING)
    ]


def _test(negated: bool, field: str | None, value: str) -> Callable[[Document], bool]:
    if field is None:
        return lambda one: _has_word(one, value) is not negated
    if field not in _FIELDS:
        raise unsearchable(f"the field {field} is not known; those known: {', '.join(_FIELDS)}")
    matches = _range(field, value) if value[0] in "[{" else _matcher(value)
    values = _FIELDS[field]
    return lambda one: any(map(matches, values(one))) is not negated


def _has_word(package: Document, value: str) -> bool:
    keywords = (word for words in package["keywords"].values() for word in words)
    texts = (*_FIELDS["title"](package), *_FIELDS["notes"](package), package["name"], *keywords)
    word = value.strip('"*').casefold()
    return any(word in text.casefold() for text in texts)


def _matcher(value: str) -> Callable[[str], bool]:
    if value == "*":
        return lambda _: True
    if value.startswith("("):
        wanted = {one.strip('" ').casefold() for one in re.split(r"\s+OR\s+", value[1:-1])}
        return lambda one: one.casefold() in wanted
    plain = value.strip('"').casefold()
    return lambda one: one.casefold() == plain


def _range(field: str, value: str) -> Callable[[str], bool]:
    low, joined, high = (part.strip() for part in value[1:-1].partition(" TO "))
    if not joined or value[0] == "{":
        raise unsearchable(f"a range reads [low TO high], not {value}")
    for bound in (low, high) if field in _MOMENTS else ():
        if not _MOMENT.fullmatch(bound):
            raise unsearchable(f"{field} is compared with * or 2026-01-31T00:00:00Z, not {bound}")
    return lambda one: (
        (low == "*" or _plain(one) >= _plain(low)) and (high == "*" or _plain(one) <= _plain(high))
    )


def _plain(moment: str) -> str:
    """Write a moment so that moments are in order as texts: without zone and empty fractions."""
    return re.sub(r"\.0+$", "", moment.removesuffix("Z"))


def sorted_by(packages: Iterable[Document], order: str) -> list[Document]:
    """Order packages by fields, each `asc` or `desc`; what is equal stays in the order of names.

    Raises:
        ActionError: a field is not known.
    """
    ordered = sorted(packages, key=lambda one: str(one["name"]))
    for part in reversed([one.strip() for one in order.split(",") if one.strip()]):
        field, _, direction = part.partition(" ")
        if field in ("score", "views_recent"):
            continue
        if field not in _ORDERS or direction.strip().lower() not in ("", "asc", "desc"):
            raise unsearchable(f"cannot be sorted by {part}; fields: {', '.join(_ORDERS)}")
        name = "title" if field == "title_string" else field
        ordered.sort(key=partial(_value_of, name), reverse="desc" in direction.lower())
    return ordered


def _value_of(name: str, package: Document) -> str:
    return str(package[name])
