"""What the shapes promise of the properties of a class: one value or several, always or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib.namespace import RDFS

_LABEL: Final = str(RDFS.label)


@dataclass(frozen=True)
class Rule:
    """One property of a class: whether it has at most one value, and at least one.

    For texts by language `single` is about each language.
    """

    single: bool = False
    required: bool = False


class Rules:
    """The rules of each class by property; a label is one text a language wherever it is."""

    def __init__(self, rules: Mapping[tuple[str, str], Rule]) -> None:
        self._rules = rules

    def of(self, kinds: Iterable[str], iri: str) -> Rule:
        """Return what holds for a property of a thing of some classes."""
        found = [self._rules[kind, iri] for kind in kinds if (kind, iri) in self._rules]
        return Rule(
            single=iri == _LABEL or any(rule.single for rule in found),
            required=any(rule.required for rule in found),
        )
