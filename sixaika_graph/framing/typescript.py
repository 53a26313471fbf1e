"""TypeScript types of JSON documents, derived from their JSON Schemas and nothing else."""

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_PLAIN: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def typescript(schemas: Iterable[Mapping[str, Any]]) -> str:
    """Return a module with a type for each schema, and for each definition that they use.

    A definition of one name is the same type in all; one that differs is named after its schema.
    """
    documents = list(schemas)
    titles = {str(schema["title"]) for schema in documents}
    known: dict[str, str] = {}
    lines: list[str] = []
    for schema in documents:
        names = dict(_named(schema, titles, known))
        for name, one in schema["$defs"].items():
            if names[name] not in known:
                known[names[name]] = _shape(one)
                lines.append(_declaration(names[name], one, names))
        lines.append(_declaration(schema["title"], schema, names))
    return "\n\n".join(lines) + "\n"


def _named(
    schema: Mapping[str, Any], titles: Container[str], known: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the name of the type of each definition."""
    for name, one in schema["$defs"].items():
        inside = f"{name}Inside" if name in titles else name
        differs = known.get(inside, _shape(one)) != _shape(one)
        yield name, f"{schema['title']}{inside}" if differs else inside


def _shape(schema: Mapping[str, Any]) -> str:
    return json.dumps({key: schema.get(key) for key in ("properties", "required", "type")})


def _declaration(name: str, schema: Mapping[str, Any], names: Mapping[str, str]) -> str:
    about = schema.get("description")
    comment = f"/** {about} */\n" if about else ""
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema, names)};"
    required = set(schema.get("required", ()))
    members = [
        f"  {_key(key)}{'' if key in required else '?'}: {_type(one, names)};"
        for key, one in schema["properties"].items()
    ]
    if schema.get("additionalProperties", True):
        members.append("  [key: string]: unknown;")
    return f"{comment}export interface {name} {{\n" + "\n".join(members) + "\n}"


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name)


def _type(schema: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if "$ref" in schema:
        return names[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one, names) for one in schema["anyOf"]))
    kind = schema["type"]
    if isinstance(kind, list):
        return " | ".join(_PLAIN[one] for one in kind)
    if kind == "array":
        return f"Array<{_type(schema['items'], names)}>"
    if kind == "object":
        return f"Record<string, {_type(schema['additionalProperties'], names)}>"
    return _PLAIN[kind]
