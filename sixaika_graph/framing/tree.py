"""From the nodes of a graph to one tree, as a frame says."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rdflib.namespace import RDF, RDFS, XSD

from sixaika_graph.framing.context import Context, Term
from sixaika_graph.framing.frame import Branch, Frame
from sixaika_graph.framing.rule import Rules

Node = Mapping[str, Any]
"""A node of expanded JSON-LD: its properties by IRI."""

_TYPE: Final = str(RDF.type)
_LABEL: Final = str(RDFS.label)
_STRING: Final = str(XSD.string)
_NATIVE: Final = frozenset({str(XSD.integer), str(XSD.boolean)})
"""What JSON has values of; a decimal is text, for JSON-LD would read a number as a double."""
_UNTAGGED: Final = "@none"


class Nodes:
    """The nodes of a graph by IRI, and by what they link to."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.by_iri = {str(node["@id"]): node for node in nodes}
        self._linking: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name, node in self.by_iri.items():
            for iri, values in node.items():
                for value in values if isinstance(values, list) else ():
                    if "@id" in value:
                        self._linking[iri, value["@id"]].append(name)

    def kinds(self, name: str) -> list[str]:
        """Return the classes of a node."""
        return [one["@id"] for one in self.by_iri.get(name, {}).get(_TYPE, ())]

    def linking(self, iri: str, name: str) -> list[str]:
        """Return the nodes that link to a node by a property, in a fixed order."""
        return sorted(set(self._linking.get((iri, name), ())))


def frame_document(nodes: Nodes, root: str, frame: Frame, rules: Rules) -> dict[str, Any]:
    """Return what is said of a thing, and what its frame puts inside."""
    return _Tree(nodes, frame, rules).whole(root, frame.branches, frame.kind)


class _Tree:
    """The tree of one thing, as a frame says."""

    def __init__(self, nodes: Nodes, frame: Frame, rules: Rules) -> None:
        self._nodes = nodes
        self._context: Context = frame.context
        self._rules = rules

    def whole(
        self, name: str, branches: Iterable[Branch], kind: str, without: tuple[str, str] = ("", "")
    ) -> dict[str, Any]:
        """Write all that is said of a node; `without` is the link that leads to it from above."""
        node = self._nodes.by_iri.get(name, {})
        keys = [self._context.class_key(one) for one in self._nodes.kinds(name)]
        written: dict[str, Any] = {"id": name, "type": keys}
        for iri in sorted(node, key=lambda iri: self._context.term(iri).key):
            if iri.startswith("@") or iri == _TYPE:
                continue
            values = [one for one in node[iri] if (iri, one.get("@id")) != without]
            if values:
                term = self._context.term(iri)
                single = self._rules.of([kind], iri).single
                written[term.key] = self._values(term, values, name, single=single)
        for branch in branches:
            written[branch.term.key] = self._branch(branch, name)
        return written

    def _branch(self, branch: Branch, name: str) -> list[Any]:
        iri = branch.term.iri
        found = self._nodes.linking(iri, name)
        inside = [one for one in found if not branch.kind or branch.kind in self._nodes.kinds(one)]
        if not branch.embedded:
            return [self._reference(one) for one in inside]
        return [self.whole(one, branch.branches, branch.kind, (iri, name)) for one in inside]

    def _values(self, term: Term, values: Sequence[Node], name: str, *, single: bool) -> Any:
        if term.by_language:
            return _by_language(values, single=single)
        written = [self._value(term, one, name) for one in values]
        return written[0] if single and len(written) == 1 else written

    def _value(self, term: Term, value: Node, name: str) -> Any:
        if "@id" in value:
            iri = str(value["@id"])
            # A part with a fragment has no document of its own.
            return self.whole(iri, (), "") if iri.startswith(f"{name}#") else self._reference(iri)
        text, datatype = str(value["@value"]), value.get("@type", _STRING)
        if "@language" in value:
            return {"@language": value["@language"], "@value": text}
        if datatype == (term.type or _STRING) or (datatype in _NATIVE and not term.type):
            return json.loads(text) if datatype in _NATIVE and text == text.strip() else text
        return {"type": self._context.compact(datatype), "@value": text}

    def _reference(self, iri: str) -> dict[str, Any]:
        """Tell of another thing its IRI and its name."""
        labels = self._nodes.by_iri.get(iri, {}).get(_LABEL)
        named = {"label": _by_language(labels, single=True)} if labels else {}
        return {"id": iri, **named}


def _by_language(values: Iterable[Node], *, single: bool) -> dict[str, Any]:
    texts: dict[str, list[str]] = defaultdict(list)
    for value in values:
        texts[value.get("@language", _UNTAGGED)].append(str(value["@value"]))
    return {
        language: found[0] if single and len(found) == 1 else found
        for language, found in sorted(texts.items())
    }
