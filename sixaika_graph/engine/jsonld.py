"""Compact JSON-LD, of which the engine writes the expanded form alone.

Names of properties, classes and datatypes are short, and one value stands without a list
(https://www.w3.org/TR/json-ld11/#compacted-document-form). Things keep their whole IRIs, which can
be followed by who knows nothing of prefixes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sixaika_graph.namespaces import split

INLINE: Final = "inline"
"""What is asked for where the prefixes in use are to stand in the document itself."""

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_Node = Mapping[str, Any]


def compacted(expanded: bytes, prefixes: Mapping[str, str], context: str) -> bytes:
    """Return a document with a context: `INLINE`, or the address of one that has the prefixes."""
    nodes: list[_Node] = json.loads(expanded)
    # An IRI such as geo:60,25 would be read as a short one where its scheme is a prefix.
    schemes = {iri.partition(":")[0] for iri in _iris(nodes) if "://" not in iri}
    taken = schemes & prefixes.keys()
    names = _Names({iri: prefix for prefix, iri in prefixes.items() if prefix not in taken})
    graph = [names.node(node) for node in nodes]
    inline = {prefix: prefixes[prefix] for prefix in sorted(names.used)}
    beside = [context, dict.fromkeys(sorted(taken))] if taken else context
    document = {"@context": inline if context == INLINE else beside, "@graph": graph}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _iris(nodes: Iterable[_Node]) -> Iterator[str]:
    for node in nodes:
        yield node["@id"]
        for name, values in node.items():
            if name != "@id":
                yield name
                for value in values:
                    yield from (value[key] for key in ("@id", "@type") if key in value)


class _Names:
    """Short names for IRIs, and the prefixes of those that were asked for."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        """Take prefixes by their namespace."""
        self.used: set[str] = set()
        self._prefixes = prefixes

    def node(self, node: _Node) -> _Node:
        """Return a node with short names."""
        short: dict[str, Any] = {"@id": node["@id"]}
        for name, values in node.items():
            if name == _TYPE and all("@id" in value for value in values):
                short["@type"] = _alone([self._short(value["@id"]) for value in values])
            elif name != "@id":
                short[self._short(name)] = _alone([self._value(value) for value in values])
        return short

    def _value(self, value: _Node) -> Any:
        if value.keys() == {"@value"}:
            return value["@value"]
        if "@type" in value:
            return {**value, "@type": self._short(value["@type"])}
        return value

    def _short(self, iri: str) -> str:
        namespace, name = split(iri)
        prefix = self._prefixes.get(namespace)
        if prefix is None or not name:
            return iri
        self.used.add(prefix)
        return f"{prefix}:{name}"


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
