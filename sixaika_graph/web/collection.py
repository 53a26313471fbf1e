"""The members of one kind of thing with their key values, read once; a list is a part of them.

The fields of a kind stand in its query, `queries/site/list-<kind>.rq`: a row for each field, which
says whether a member can have several values and whether people read it or choose by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from flask import Blueprint, Flask, current_app
from flask.blueprints import BlueprintSetupState
from rdflib import Literal, URIRef
from rdflib.term import Node

from sixaika_graph.errors import UnknownResource
from sixaika_graph.web.addresses import thing_of
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.labels import Label, choose
from sixaika_graph.web.service import service
from sixaika_graph.web.solutions import solutions

bp: Final = Blueprint("collection", __name__)

START: Final = "start"
END: Final = "end"
"""The fields between which a member was under way: their first and last possible days."""

_KEY: Final = "sixaika-collections"
_QUERY: Final = "list-"
_MEMBERS: Final = "members"
_LABEL: Final = "label"

Values = Mapping[str, tuple[Node, ...]]
"""The values of one member by the name of the field, in a fixed order."""


@dataclass(frozen=True)
class Field:
    """One field: its name in addresses, and the property whose values it holds.

    `many` tells that a member can have several values, `shown` that it is a column of the page,
    `filters` that members can be chosen by it.
    """

    name: str
    property: URIRef
    many: bool
    shown: bool
    filters: bool


@dataclass(frozen=True)
class Member:
    """One thing of the kind."""

    iri: URIRef
    names: tuple[Literal, ...]
    values: Values

    def label(self, language: str) -> Label:
        """Return its name, the end of its IRI where it has none."""
        slug = self.iri.rpartition("/")[2]
        return choose(self.names, language) or Label(slug, "", fell_back=False)

    def years(self) -> range:
        """Return the years in which it was under way, none where begin or end is not known."""
        days = [self.values.get(name, ()) for name in (START, END)]
        if not all(days):
            return range(0)
        first, last = (int(str(terms[0])[:4]) for terms in days)
        return range(first, last + 1)


@dataclass(frozen=True)
class Collection:
    """All members of a kind; `titles` are the names of the kind by language."""

    kind: str
    titles: Mapping[str, str]
    fields: tuple[Field, ...]
    members: tuple[Member, ...]

    @property
    def has_years(self) -> bool:
        """Whether members have a period."""
        return {START, END} <= {field.name for field in self.fields}

    def filters(self) -> tuple[Field, ...]:
        """Return the fields that members can be chosen by."""
        return tuple(field for field in self.fields if field.filters)

    def counts(self, field: Field, among: Iterable[Member] | None = None) -> Mapping[Node, int]:
        """Return every value of a field, and how many members, or how many among some, have it."""
        members = self.members if among is None else among
        return Counter(term for one in members for term in one.values.get(field.name, ()))

    def ordered(self, members: Iterable[Member], language: str) -> list[Member]:
        """Return members by their names in a language, and by IRI where names are equal."""
        return sorted(members, key=lambda one: (one.label(language).text.casefold(), one.iri))


def kinds() -> list[str]:
    """Return the kinds of things that have a list."""
    return sorted(_of_application())


def collection(kind: str) -> Collection:
    """Return all things of a kind.

    Raises:
        UnknownResource: there is no such kind, or nothing of it is published.
        SixaikaError: it is not read yet, and the engine does not answer.
    """
    known = _of_application()
    if kind not in known:
        raise UnknownResource(thing_of(kind))
    found = known[kind].get()
    if not found.members:
        raise UnknownResource(thing_of(kind))
    return found


def _of_application() -> Mapping[str, Deferred[Collection]]:
    found: Mapping[str, Deferred[Collection]] = current_app.extensions[_KEY]
    return found


def _read(kind: str) -> Collection:
    found = solutions(f"{_QUERY}{kind}", {})
    titles = service().publication.site[f"{_QUERY}{kind}"].titles
    values: dict[URIRef, dict[str, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
    for row in found:
        if "member" in row:
            values[row["member"]][str(row["field"])][row["value"]] = None
    fields = {str(row["field"]): row for row in found}
    return Collection(
        kind,
        titles,
        tuple(_field(row) for name, row in fields.items() if name != _LABEL),
        tuple(_member(iri, values[iri]) for iri in sorted(values)),
    )


def _field(row: Mapping[str, Node]) -> Field:
    use = str(row["use"])
    return Field(
        str(row["field"]),
        URIRef(str(row["property"])),
        many=str(row["many"]) == "true",
        shown=use in ("column", "both"),
        filters=use in ("filter", "both"),
    )


def _member(iri: URIRef, values: Mapping[str, Iterable[Node]]) -> Member:
    names = tuple(name for name in values.get(_LABEL, ()) if isinstance(name, Literal))
    kept: dict[str, tuple[Node, ...]] = {
        name: tuple(terms) for name, terms in values.items() if name != _LABEL
    }
    return Member(iri, names, kept)


def _kinds_of(queries: Iterable[str]) -> Sequence[str]:
    """Return the kinds whose lists are among the names of queries."""
    names = (name.removeprefix(_QUERY) for name in queries if name.startswith(_QUERY))
    return [name for name in names if name != _MEMBERS]


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    with app.app_context():
        queries = service().publication.site
    app.extensions[_KEY] = {kind: Deferred(partial(_read, kind)) for kind in _kinds_of(queries)}
