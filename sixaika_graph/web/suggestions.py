"""What a reconciliation client offers while its user types: things, classes, properties.

"Suggest Services" in
https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from flask import abort, render_template

from sixaika_graph.index import LONGEST, Entry
from sixaika_graph.namespaces import curie
from sixaika_graph.web.identifiers import meaning
from sixaika_graph.web.lookup import Lookup
from sixaika_graph.web.schema import Schema, is_begun

What = Literal["entity", "type", "property"]

SHOWN: Final = 10

Item = dict[str, Any]


def suggest(
    what: What, prefix: str, cursor: int, known: Lookup, schema: Schema, language: str
) -> Mapping[str, list[Item]]:
    """Return what begins with a text, from a place on."""
    text = prefix[:LONGEST]
    if what == "entity":
        items = _things(text, cursor, known, language)
    elif what == "type":
        found = [
            kind
            for kind in known.offered_classes()
            if is_begun(text.strip().casefold(), known.label(kind, language).text, kind)
        ]
        items = [described(what, iri, known, schema, language) for iri in found[cursor:][:SHOWN]]
    else:
        found = schema.begun(text, language)
        items = [described(what, iri, known, schema, language) for iri in found[cursor:][:SHOWN]]
    return {"result": items}


def _things(text: str, cursor: int, known: Lookup, language: str) -> list[Item]:
    identified = [known.entries[iri] for iri in meaning(text, known).iris if iri in known.entries]
    hits = known.index.search(text, limit=SHOWN, offset=cursor)
    found = [hit.entry for hit in hits]
    entries = dict.fromkeys([*(identified if cursor == 0 else []), *found])
    return [candidate_of(entry, known, language, types="notable") for entry in entries]


def candidate_of(entry: Entry, known: Lookup, language: str, *, types: str) -> Item:
    """Describe a thing; `types` is the name of the member that lists its classes."""
    about = known.about(entry, language)
    kinds = sorted(entry.types, key=lambda kind: kind != known.kind(entry))
    item: Item = {"id": entry.iri, "name": known.label(entry.iri, language).text}
    if about is not None:
        item["description"] = about.text
    item[types] = [{"id": kind, "name": known.label(kind, language).text} for kind in kinds]
    return item


def described(what: What, iri: str, known: Lookup, schema: Schema, language: str) -> Item:
    """Describe a thing, a class or a property by its name, and its short IRI."""
    if what == "entity":
        return candidate_of(known.entries[iri], known, language, types="notable")
    names = known.label(iri, language).text if what == "type" else schema.name(iri, language)
    return {"id": iri, "name": names, "description": curie(iri)}


def flyout(
    what: What, name: str, known: Lookup, schema: Schema, language: str
) -> Mapping[str, str]:
    """Return a small preview as HTML; 404 where nothing has that identifier."""
    found: str | None
    if what == "property":
        found = schema.property_named(name)
    elif what == "type":
        found = next(iter(known.classes_named(name)), None)
    else:
        found = next((iri for iri in meaning(name, known).iris if iri in known.entries), None)
    item = described(what, found, known, schema, language) if found else abort(404)
    return {"id": name, "html": render_template("flyout.html", item=item)}
