"""The classes and properties of the dataset as reconciliation offers them, each with its name.

They are those that the data uses, so that none is offered which has no value anywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, current_app
from flask.blueprints import BlueprintSetupState

from sixaika_graph.index.folding import plain
from sixaika_graph.namespaces import PREFIXES, curie
from sixaika_graph.publication import Publication
from sixaika_graph.web.deferred import Deferred
from sixaika_graph.web.labels import choose
from sixaika_graph.web.lookup import Terms, read_names, rows
from sixaika_graph.web.service import service

bp: Final = Blueprint("schema", __name__)

_KEY: Final = "sixaika-schema"


@dataclass(frozen=True)
class Schema:
    """The properties of the members of each class, the commonest first, and all of them."""

    by_class: Mapping[str, tuple[str, ...]]
    properties: tuple[str, ...]
    names: Terms

    def name(self, iri: str, language: str) -> str:
        """Return the name of a property, its short IRI where it has none."""
        label = choose(self.names.get(iri, ()), language)
        return label.text if label else curie(iri)

    def property_named(self, name: str) -> str | None:
        """Return the property that an IRI or a short IRI means; None where the data has none."""
        prefix, colon, rest = name.partition(":")
        whole = PREFIXES[prefix] + rest if colon and prefix in PREFIXES else name
        return whole if whole in self.names else None

    def begun(self, text: str, language: str) -> list[str]:
        """Return the properties whose name, or a word of it, or short IRI begins so."""
        asked = plain(text)
        return [iri for iri in self.properties if is_begun(asked, self.name(iri, language), iri)]


def is_begun(asked: str, name: str, iri: str) -> bool:
    """Tell whether a name, a word of it, an IRI or its short form begins with a text."""
    forms = (plain(name), plain(curie(iri)), plain(iri), plain(curie(iri).rpartition(":")[2]))
    return any(form.startswith(asked) for form in (*forms, *plain(name).split()))


def read_schema(publication: Publication) -> Schema:
    """Ask a publication's engine which properties the members of each class have.

    Raises:
        SixaikaError: the engine does not answer.
    """
    by_class: dict[str, list[str]] = defaultdict(list)
    uses: Counter[str] = Counter()
    for row in rows(publication, "index-properties"):
        by_class[row["type"]].append(row["property"])
        uses[row["property"]] += int(row["things"])
    return Schema(
        by_class={kind: tuple(properties) for kind, properties in by_class.items()},
        properties=tuple(iri for iri, _ in uses.most_common()),
        names=read_names(publication, uses),
    )


def schema() -> Schema:
    """Return the schema of what the current application shows.

    Raises:
        SixaikaError: it is not read yet, and the engine does not answer.
    """
    found = current_app.extensions[_KEY].get()
    assert isinstance(found, Schema)
    return found


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    with app.app_context():
        publication = service().publication
    app.extensions[_KEY] = Deferred(lambda: read_schema(publication))
