"""JSON Schema (2020-12) of the documents of each frame, derived from its context and the rules.

https://json-schema.org/draft/2020-12/json-schema-core
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rdflib.namespace import RDF, XSD

from sixaika_graph.framing.context import Context, Term
from sixaika_graph.framing.frame import Branch, Frame
from sixaika_graph.framing.rule import Rules

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

DOCUMENT: Final = "Document"
"""What stands for the class of the document itself, which has its own few properties."""

_TYPE: Final = str(RDF.type)
_IRI: Final[Schema] = {"type": "string", "format": "uri"}
_NATIVE: Final[Mapping[str, Schema]] = {
    str(XSD.integer): {"type": "integer"},
    str(XSD.boolean): {"type": "boolean"},
    str(XSD.decimal): {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"},
    str(XSD.date): {"type": "string", "format": "date"},
}
_SHARED: Final[Mapping[str, Schema]] = {
    "Texts": {
        "description": "One text a language; @none has a text in no language.",
        "type": "object",
        "additionalProperties": {"type": "string"},
    },
    "TextLists": {
        "description": "Texts by language; @none has those in no language.",
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    },
    "Reference": {
        "description": "Another thing: its IRI, and its name where it has one.",
        "type": "object",
        "required": ["id"],
        "properties": {"id": _IRI, "label": {"$ref": "#/$defs/Texts"}},
        "additionalProperties": False,
    },
    "TypedValue": {
        "description": "A value of another datatype than its key says, such as a year.",
        "type": "object",
        "required": ["type", "@value"],
        "properties": {"type": {"type": "string"}, "@value": {"type": "string"}},
        "additionalProperties": False,
    },
    "TaggedText": {
        "description": "A text in a language.",
        "type": "object",
        "required": ["@language", "@value"],
        "properties": {"@language": {"type": "string"}, "@value": {"type": "string"}},
        "additionalProperties": False,
    },
    "Node": {
        "description": "A part of a thing that has no document of its own.",
        "type": "object",
        "required": ["id", "type"],
        "properties": {"id": _IRI, "type": {"type": "array", "items": {"type": "string"}}},
    },
}


def json_schema(
    frame: Frame, rules: Rules, used: Mapping[str, Iterable[str]], *, address: str
) -> Schema:
    """Return the schema of the documents of a frame.

    `used` has the properties in use by class, those of anything under "", and those of the
    document itself under DOCUMENT; `address` is where the
    schema is served.
    """
    definitions: dict[str, Schema] = {name: dict(one) for name, one in _SHARED.items()}
    whole = _node(frame.kind, frame.branches, frame.context, rules, used, definitions)
    whole["properties"] = {"@context": _IRI, **whole["properties"]}
    whole["required"] = ["@context", *whole["required"]]
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": title(frame),
        **whole,
        "$defs": definitions,
    }


def title(frame: Frame) -> str:
    """Return the name of the documents of a frame, as types are named."""
    return frame.name.capitalize()


def _node(
    kind: str,
    branches: Iterable[Branch],
    context: Context,
    rules: Rules,
    used: Mapping[str, Iterable[str]],
    definitions: dict[str, Schema],
) -> Schema:
    properties: dict[str, Schema] = {
        "id": _IRI,
        "type": {"type": "array", "items": {"type": "string"}},
    }
    required = ["id", "type"]
    for iri in sorted(used.get(kind, ()), key=lambda iri: context.term(iri).key):
        if iri == _TYPE:
            continue
        term, rule = context.term(iri), rules.of([kind], iri)
        properties[term.key] = _property(term, single=rule.single)
        # What leads to a node from above is not repeated in it, so that it is optional there.
        if rule.required and term.type != "@id":
            required.append(term.key)
    for branch in branches:
        properties[branch.term.key] = _branch(branch, context, rules, used, definitions)
        required.append(branch.term.key)
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def _property(term: Term, *, single: bool) -> Schema:
    if term.by_language:
        return {"$ref": f"#/$defs/{'Texts' if single else 'TextLists'}"}
    value = _value(term)
    return value if single else {"type": "array", "items": value, "minItems": 1}


def _value(term: Term) -> Schema:
    if term.type == "@id":
        return {"anyOf": [{"$ref": "#/$defs/Node"}, {"$ref": "#/$defs/Reference"}]}
    if term.type:
        native = _NATIVE.get(term.type, {"type": "string"})
        return {"anyOf": [native, {"$ref": "#/$defs/TypedValue"}]}
    return {
        "anyOf": [
            {"type": ["string", "integer", "boolean"]},
            {"$ref": "#/$defs/TypedValue"},
            {"$ref": "#/$defs/TaggedText"},
            {"$ref": "#/$defs/Reference"},
        ]
    }


def _branch(
    branch: Branch,
    context: Context,
    rules: Rules,
    used: Mapping[str, Iterable[str]],
    definitions: dict[str, Schema],
) -> Schema:
    if not branch.embedded:
        return {"type": "array", "items": {"$ref": "#/$defs/Reference"}}
    name = context.class_key(branch.kind) if branch.kind else DOCUMENT
    if name not in definitions:
        definitions[name] = {}
        definitions[name].update(
            _node(branch.kind or DOCUMENT, branch.branches, context, rules, used, definitions)
        )
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
